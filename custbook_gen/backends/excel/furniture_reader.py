"""What surrounds a sheet's cells, read: looks row by row, everything else from its elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.cells import unescape
from custbook_gen.backends.excel.limits import Room
from custbook_gen.backends.excel.markup import MAIN, truth
from custbook_gen.backends.excel.references import rectangle, rectangles
from custbook_gen.furniture import TOP_ROWS, ColumnSpan, FoundFormat, Furniture, Look, Spread

COLUMNS: Final = f"{{{MAIN}}}cols"
VIEWS: Final = f"{{{MAIN}}}sheetViews"
PROTECTION: Final = f"{{{MAIN}}}sheetProtection"
FILTER: Final = f"{{{MAIN}}}autoFilter"
FORMATS: Final = f"{{{MAIN}}}conditionalFormatting"
TABLES: Final = f"{{{MAIN}}}tableParts"
AROUND: Final = (COLUMNS, VIEWS, PROTECTION, FILTER, FORMATS, TABLES)
"""The elements that say what surrounds the cells."""
REFUSED: Final = frozenset(
    (
        *("formatCells", "formatColumns", "formatRows", "insertColumns", "insertRows", "insertHyperlinks"),
        *("deleteColumns", "deleteRows", "sort", "autoFilter", "pivotTables"),
    )
)
"""What a guarded sheet refuses unless it says otherwise."""
_PLAIN: Final = Look("general", locked=True)
_REMEMBERED: Final = 1_000
"""Rows of styles that are remembered at a time."""


@dataclass(slots=True)
class LookTally:
    """Counts how the cells of a sheet look, at the cost of one comparison for rows that are alike.

    Args:
        looks: by style index, as text.
    """

    looks: Mapping[str, Look] = field(default_factory=dict)
    found: Furniture = field(default_factory=Furniture)
    _columns: Sequence[int] = ()
    _styles: Sequence[str | None] = ()
    _seen: tuple[Look, ...] = ()
    _known: dict[tuple[str | None, ...], tuple[Look, ...]] = field(default_factory=dict)
    _first: int = 0
    _last: int = 0

    def add_row(self, row: int, columns: Sequence[int], styles: Sequence[str | None]) -> None:
        """Count the cells of the next row; ``styles`` are their style indices."""
        follows = row == self._last + 1 and row != TOP_ROWS + 1 and columns == self._columns
        if follows and styles == self._styles:
            self._last = row
            return
        seen = self._looks(tuple(styles))
        self._styles = styles
        if follows and seen == self._seen:
            self._last = row
            return
        self.close()
        self._columns, self._styles, self._seen = columns, styles, seen
        self._first = self._last = row

    def add_rows(self, first: int, last: int, columns: Sequence[int], styles: Sequence[str | None]) -> None:
        """Count the cells of rows that follow one another and have the same styles."""
        if first <= TOP_ROWS < last:
            self.add_rows(first, TOP_ROWS, columns, styles)
            first = TOP_ROWS + 1
        self.add_row(first, columns, styles)
        self._last = last

    def close(self) -> Furniture:
        """What was found, the last rows included."""
        first, last = self._first, self._last
        for column, look in zip(self._columns, self._seen, strict=True):
            if last <= TOP_ROWS:
                self.found.top.update(((row, column), look) for row in range(first, last + 1))
                continue
            spreads = self.found.below.setdefault(column, {})
            if look in spreads:
                spreads[look].add(last - first + 1, first, last)
            else:
                spreads[look] = Spread(last - first + 1, first, last)
        self._columns = self._styles = self._seen = ()
        return self.found

    def _looks(self, styles: tuple[str | None, ...]) -> tuple[Look, ...]:
        """How a row of cells of these styles looks; remembered, as rows are much alike."""
        found = self._known.get(styles)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[styles] = tuple(self.looks.get(style or "0", _PLAIN) for style in styles)
        return found


def read_around(element: etree._Element, looks: Mapping[str, Look], found: Furniture, room: Room) -> None:
    """Take over what one of the elements :data:`AROUND` the cells says.

    Raises:
        ValueError: it says something impossible.
        TooLargeError: it says more than any real sheet.
    """
    if element.tag == COLUMNS:
        room.take_ranges(len(element))
        found.columns.extend(_span(column, looks) for column in element.iterchildren(f"{{{MAIN}}}col"))
    elif element.tag == VIEWS:
        found.freeze = _freeze(element)
    elif element.tag == PROTECTION:
        found.protection = _protection(element)
    elif element.tag == FILTER:
        reference = element.get("ref")
        found.filter = rectangle(reference) if reference else None
        found.filtering = len(element) > 0
    elif element.tag == TABLES:
        found.tables = len(element) > 0
    elif element.tag == FORMATS:
        areas = rectangles(element.get("sqref", ""))
        for rule in element.iterchildren(f"{{{MAIN}}}cfRule"):
            room.take_ranges(len(areas) + 1)
            formula = rule.findtext(f"{{{MAIN}}}formula")
            found.formats.append(FoundFormat(rule.get("type", ""), formula and unescape(formula), areas))


def _span(column: etree._Element, looks: Mapping[str, Look]) -> ColumnSpan:
    style = column.get("style")
    look = None if style is None else looks.get(style, _PLAIN)
    first, last = int(column.get("min", "0")), int(column.get("max", "0"))
    return ColumnSpan(first, last, look, hidden=truth(column.get("hidden")))


def _freeze(views: etree._Element) -> tuple[int, int] | None:
    pane = views.find(f"{{{MAIN}}}sheetView/{{{MAIN}}}pane")
    if pane is None or pane.get("state") not in {"frozen", "frozenSplit"}:
        return None
    split = [float(pane.get(name, "0")) for name in ("ySplit", "xSplit")]
    rows, columns = (int(number) if isfinite(number) else 0 for number in split)
    return rows + 1, columns + 1


def _protection(element: etree._Element) -> Mapping[str, str] | None:
    """What a guarded sheet says, its truth values spelled in one way and defaults left out."""
    if not truth(element.get("sheet")):
        return None
    facts: dict[str, str] = {}
    for name, value in element.attrib.items():
        text = {"true": "1", "on": "1", "false": "0", "off": "0"}.get(str(value), str(value))
        if text != ("1" if name in REFUSED else "0"):
            facts[str(name)] = text
    return facts
