"""What the cell formats of a workbook make of their cells: dates, texts, shares; locked ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

from lxml import etree

from custbook_gen.backends.excel.markup import COMPATIBILITY, MAIN, truth
from custbook_gen.furniture import FormatKind, Look, date_kind, format_kind

DateKind = Literal["date", "time"]

_BUILT_IN: Final[Mapping[int, DateKind]] = MappingProxyType(
    {
        **dict.fromkeys((*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58), "date"),
        **dict.fromkeys((*range(18, 22), *range(32, 36), *range(45, 48), 55, 56), "time"),
    }
)
_FORMAT: Final = f"{{{MAIN}}}xf"
_NUMBERS: Final = frozenset({*range(1, 5), 11, 12, 13, *range(37, 41), 48})
_SHARES: Final = frozenset({9, 10})
_TEXTS: Final = frozenset({49, 30})


def cell_formats(styles: etree._Element) -> Iterator[etree._Element]:
    """The cell formats of a styles part, in the order of the ``s`` indexes of cells.

    Args:
        styles: root element of the styles part.
    """
    for element in styles.iterfind(f"{{{MAIN}}}cellXfs/*"):
        yield plain_format(element)


def plain_format(element: etree._Element) -> etree._Element:
    """A cell format as every program sees it; Hancom's writes some in two ways, which count as one."""
    if element.tag == _FORMAT:
        return element
    found = element.find(f"{{{COMPATIBILITY}}}Fallback/{_FORMAT}")
    return element if found is None else found


def date_styles(styles: etree._Element) -> Sequence[DateKind | None]:
    """For each cell format of a styles part, whether its numbers are dates.

    Args:
        styles: root element of the styles part.

    Returns:
        One entry per ``s`` index that cells may carry.
    """
    custom = {
        number.get("numFmtId"): date_kind(number.get("formatCode", ""))
        for number in styles.iterfind(f"{{{MAIN}}}numFmts/{{{MAIN}}}numFmt")
    }

    def kind(identity: str) -> DateKind | None:
        if identity in custom:
            return custom[identity]
        return _BUILT_IN.get(int(identity)) if identity.isdecimal() else None

    return tuple(kind(xf.get("numFmtId", "0")) for xf in cell_formats(styles))


def look_styles(styles: etree._Element) -> Mapping[str, Look]:
    """How cells look, by the ``s`` index that they carry (as text).

    Args:
        styles: root element of the styles part.
    """
    custom = {
        number.get("numFmtId"): format_kind(number.get("formatCode", ""))
        for number in styles.iterfind(f"{{{MAIN}}}numFmts/{{{MAIN}}}numFmt")
    }
    known: dict[tuple[FormatKind, bool], Look] = {}
    looks: dict[str, Look] = {}
    for number, xf in enumerate(cell_formats(styles)):
        identity = xf.get("numFmtId", "0")
        kind = custom.get(identity) or _built_in_kind(identity)
        guard = xf.find(f"{{{MAIN}}}protection")
        locked = guard is None or truth(guard.get("locked"), default=True)
        looks[str(number)] = known.setdefault((kind, locked), Look(kind, locked))
    return looks


def _built_in_kind(identity: str) -> FormatKind:
    number = int(identity) if identity.isdecimal() else 0
    if number in _BUILT_IN:
        return _BUILT_IN[number]
    if number in _NUMBERS:
        return "number"
    if number in _SHARES:
        return "percent"
    return "text" if number in _TEXTS else "general"
