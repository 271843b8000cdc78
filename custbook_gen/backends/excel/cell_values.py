"""What a cell's markup means: type, style and text to a value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.cells import unescape
from custbook_gen.backends.excel.markup import MAIN
from custbook_gen.backends.excel.number_formats import DateKind
from custbook_gen.workbook import CellError, RawCell, Serial

_EPOCH: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 (sheets know no time zones)
_DAY: Final = dt.timedelta(days=1)
_FROM_1904: Final = 1462
"""Days between the two counts that workbooks use."""

_TEXT: Final = f"{{{MAIN}}}t"
_RUN: Final = f"{{{MAIN}}}r"


@dataclass(frozen=True, slots=True)
class CellValues:
    """Turns cell markup into values, with the tables of one workbook.

    ``dates`` maps a cell's style index, as text, to what the style shows; styles that
    show plain numbers are not in it.  ``from_1904`` tells that dates count from 1904.
    """

    strings: Sequence[str]
    dates: Mapping[str, DateKind]
    from_1904: bool = False

    def value(self, kind: str | None, style: str | None, text: str | None) -> RawCell:
        """The value of a cell from its ``t``, its ``s`` and the text of its ``v`` (or of its ``is``).

        Empty text stays text; it is for the caller to know whether a formula gave it.

        Raises:
            ValueError: the markup says something impossible.
        """
        if kind == "s":
            return self._shared(text)
        if kind is None or kind == "n":
            return self._number(style, text)
        if kind in {"str", "inlineStr"}:
            return unescape(text or "")
        if kind == "b":
            return text is not None and text.strip() in {"1", "true"}
        if kind == "e":
            return CellError((text or "").strip())
        if kind == "d":
            return _iso_date((text or "").strip())
        raise ValueError(f"cell type {kind!r}")

    def _shared(self, text: str | None) -> str | None:
        if not text:
            return None
        index = int(text)
        if not 0 <= index < len(self.strings):
            raise ValueError(f"no shared string {index}")
        return self.strings[index]

    def _number(self, style: str | None, text: str | None) -> RawCell:
        if not text or text.isspace():
            return None
        number = float(text)
        if not isfinite(number):
            raise ValueError(f"number {text!r}")
        kind = self.dates.get(style or "0")
        if kind is None:
            return number
        return Serial(number + _FROM_1904 if self.from_1904 and kind == "date" else number)


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


def _iso_date(text: str) -> RawCell:
    if not text:
        return None
    try:
        if "-" not in text:
            time = dt.time.fromisoformat(text)
            return Serial(dt.timedelta(hours=time.hour, minutes=time.minute, seconds=time.second) / _DAY)
        return Serial((dt.datetime.fromisoformat(text).replace(tzinfo=None) - _EPOCH) / _DAY)
    except ValueError:
        return text
