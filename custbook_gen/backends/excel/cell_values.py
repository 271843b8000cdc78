"""What a cell's markup means: type, style and text to a value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import isfinite
from typing import Final, cast

from lxml import etree

from custbook_gen.backends.excel.cells import unescape
from custbook_gen.backends.excel.limits import Room
from custbook_gen.backends.excel.markup import MAIN
from custbook_gen.backends.excel.number_formats import DateKind
from custbook_gen.furniture import Look
from custbook_gen.workbook import CellError, RawCell, Serial

_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 (sheets know no time zones)
_DAY: Final = dt.timedelta(days=1)
_FROM_1904: Final = 1462
"""Days between the two counts that workbooks use."""

Converter = Callable[[str | None], RawCell]

_TEXT: Final = f"{{{MAIN}}}t"
_RUN: Final = f"{{{MAIN}}}r"


class CellValues:
    """Turns cell markup into values, with the tables of one workbook.

    Args:
        strings: the shared strings.
        dates: by style index, as text, what the style shows; styles that show plain
            numbers are not in it.
        from_1904: whether dates count from 1904.
        looks: by style index, as text, how cells look; those not in it look plain.
    """

    def __init__(
        self,
        strings: Sequence[str],
        dates: Mapping[str, DateKind],
        *,
        from_1904: bool = False,
        looks: Mapping[str, Look] | None = None,
    ) -> None:
        self.looks: Mapping[str, Look] = looks or {}
        self._strings = strings
        self._dates = dates
        self.from_1904: Final = from_1904
        """Whether dates count from 1904."""
        self.room = Room()
        """What the sheets of the workbook may still hold."""
        self.converters: Mapping[tuple[str | None, str | None], Converter] = _Converters(self)
        """By a cell's ``t`` and ``s``: its value from the text of its ``v`` (or of its ``is``).

        Empty text stays text; it is for the caller to know whether a formula gave it.
        Converters raise ValueError where the markup says something impossible.
        """

    def date_kind(self, style: str | None) -> DateKind | None:
        """What numbers mean in a style, if it shows dates or times."""
        return self._dates.get(style or "0")

    def meaning(self, style: str | None) -> object:
        """Everything of a style that makes a difference to what is read."""
        return self.date_kind(style), self.looks.get(style or "0")

    def converter(self, kind: str | None, style: str | None) -> Converter:
        """The converter for cells of one type and style.

        Raises:
            ValueError: there is no such type.
        """
        if kind is None or kind == "n":
            date = self.date_kind(style)
            shift = _FROM_1904 if self.from_1904 and date == "date" else 0
            return _number if date is None else partial(_serial, shift)
        if kind == "s":
            return self._shared
        if kind not in _CONVERTERS:
            raise ValueError(f"cell type {kind!r}")
        return _CONVERTERS[kind]

    def shared(self, indices: Sequence[bytes | None]) -> list[RawCell]:
        """The shared strings of many cells, by their indices as they are spelled.

        Raises:
            ValueError: there is no such string.
        """
        if not all(indices):
            there = iter(self.shared([index for index in indices if index]))
            return [next(there) if index else None for index in indices]
        numbers = list(map(int, cast(Sequence[bytes], indices)))
        if min(numbers, default=0) < 0:
            raise ValueError("a negative shared string")
        try:
            return list(map(self._strings.__getitem__, numbers))
        except IndexError as error:
            raise ValueError("no such shared string") from error

    def _shared(self, text: str | None) -> str | None:
        if not text:
            return None
        index = int(text)
        if not 0 <= index < len(self._strings):
            raise ValueError(f"no shared string {index}")
        return self._strings[index]


class _Converters(dict[tuple[str | None, str | None], Converter]):
    """Converters, each made when it is first asked for."""

    def __init__(self, values: CellValues) -> None:
        super().__init__()
        self._values = values

    def __missing__(self, key: tuple[str | None, str | None]) -> Converter:
        found = self[key] = self._values.converter(*key)
        return found


def _number(text: str | None) -> float | None:
    if not text or text.isspace():
        return None
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"number {text!r}")
    return number


def _serial(shift: int, text: str | None) -> Serial | None:
    number = _number(text)
    return None if number is None else Serial(number + shift)


def _text(text: str | None) -> str:
    return unescape(text) if text else ""


def _truth(text: str | None) -> bool:
    return text is not None and text.strip() in {"1", "true"}


def _error(text: str | None) -> CellError:
    return CellError((text or "").strip())


def _iso_date(text: str | None) -> RawCell:
    text = (text or "").strip()
    if not text:
        return None
    try:
        if "-" not in text:
            time = dt.time.fromisoformat(text)
            return Serial(dt.timedelta(hours=time.hour, minutes=time.minute, seconds=time.second) / _DAY)
        return Serial((dt.datetime.fromisoformat(text).replace(tzinfo=None) - _EPOCH) / _DAY)
    except ValueError:
        return text


_CONVERTERS: Final[Mapping[str, Converter]] = {
    "str": _text,
    "inlineStr": _text,
    "b": _truth,
    "e": _error,
    "d": _iso_date,
}


def rich_text(element: etree._Element) -> str:
    """The text of a string item: its own or its runs', without phonetic readings."""
    if len(element) == 1 and element[0].tag == _TEXT:
        return unescape(element[0].text or "")
    pieces = (
        child.text if child.tag == _TEXT else child.findtext(_TEXT)
        for child in element
        if child.tag in {_TEXT, _RUN}
    )
    return unescape("".join(piece or "" for piece in pieces))
