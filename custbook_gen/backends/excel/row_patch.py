"""New cells in a sheet's rows, spliced into the bytes; all other cells stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from custbook_gen.backends.excel.cells import cell_xml, letters
from custbook_gen.backends.excel.references import cell_position
from custbook_gen.backends.excel.splice import attributes, element_pattern, with_attribute
from custbook_gen.errors import WorkbookError
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import CellPatch

Edit = tuple[int, int, bytes]
"""Start and end of what goes, and what comes in its place."""

_ROW: Final = element_pattern(b"row")
_CELL: Final = element_pattern(b"c")
_CELL_START: Final = re.compile(rb"<c[\s/>]")
_COMMON_CELL: Final = re.compile(
    rb'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: s="([0-9]{1,9})")?(?: t="[A-Za-z]+")?(/?)>'
)
_COMMON_ROW: Final = re.compile(rb'<row r="([0-9]+)"')
_ROW_START: Final = re.compile(rb"<row[\s/>]")
_UNNUMBERED: Final = re.compile(rb"<(?:c|row)(?=[\s/>])(?![^>]*?\sr\s*=)")
_CLIMB: Final = 1000
"""So many rows above are searched for a cell whose look a new one can take."""


@value_object
class CellMarkup:
    """Where one cell stands in the bytes, and its style."""

    row: int
    column: int
    start: int
    end: int
    style: int | None


@value_object
class _Row:
    number: int
    start: int


@dataclass(slots=True)
class RowPatcher:
    """Puts cells into the rows of one sheet.

    Args:
        title: the sheet's, for errors.
        data: the ``<sheetData>`` element; every row and cell in it tells its place.
        column_styles: style index of a column, from ``<cols>``.
        first_row: rows above it lend no look to new cells (they are heads).
        look: the style that a cell with one style takes for a value (its quote prefix).

    Raises:
        ValueError: the rows are not in order; spreadsheet programs repair such a sheet.
    """

    title: str
    data: bytes
    column_styles: Callable[[int], int | None]
    first_row: int
    look: Callable[[int | None, CellPatch], int | None]
    _rows: list[_Row] = field(init=False)
    _seen: dict[int, Mapping[int, CellMarkup]] = field(init=False, default_factory=dict)
    overwritten: list[CellMarkup] = field(init=False, default_factory=list)
    """Cells that were there and are replaced."""

    def __post_init__(self) -> None:
        self._rows = list(_rows(self.data))
        if any(row.number >= below.number for row, below in pairwise(self._rows)):
            raise ValueError("rows out of order")  # a new one would have no place, or two

    @property
    def last_row(self) -> int:
        """The last row there is; 0 if there is none."""
        return self._rows[-1].number if self._rows else 0

    def edits(self, patches: Iterable[CellPatch]) -> list[Edit]:
        """The edits that put these cells in their places; the last one for a place wins.

        Raises:
            WorkbookError: ``cell-not-writable``, a value fits no cell.
        """
        wanted: dict[int, dict[int, CellPatch]] = {}
        for patch in patches:
            wanted.setdefault(patch.row, {})[patch.column] = patch
        edits: list[Edit] = []
        index = 0
        for number in sorted(wanted):
            while index < len(self._rows) and self._rows[index].number < number:
                index += 1
            cells = [wanted[number][column] for column in sorted(wanted[number])]
            if index < len(self._rows) and self._rows[index].number == number:
                edits += self._edit_row(index, cells)
            else:
                edits += self._new_row(index, number, cells)
        return edits

    def _edit_row(self, index: int, patches: Sequence[CellPatch]) -> Iterator[Edit]:
        row = self._rows[index]
        tag = _ROW.match(self.data, row.start)
        if tag is None:
            raise ValueError(f"row {row.number}")
        there = self._cells(index)
        added: list[CellPatch] = []
        for patch in patches:
            cell = there.get(patch.column)
            if cell is not None:
                self.overwritten.append(cell)
                yield cell.start, cell.end, self._markup(patch, cell.style)
            elif not _is_empty(patch):
                added.append(patch)
        if not added:
            return
        opened = with_attribute(tag[0], b"spans", None)
        if tag[2]:
            content = b"".join(self._new_cell(index, patch) for patch in added)
            yield row.start, tag.end(), opened[:-2].rstrip() + b">" + content + b"</row>"
            return
        yield row.start, tag.end(), opened
        for patch in added:
            after = [cell for column, cell in there.items() if column < patch.column]
            at = after[-1].end if after else tag.end()
            yield at, at, self._new_cell(index, patch)

    def _new_row(self, index: int, number: int, patches: Sequence[CellPatch]) -> Iterator[Edit]:
        content = b"".join(self._new_cell(index, p) for p in patches if not _is_empty(p))
        at = self._rows[index].start if index < len(self._rows) else self.data.rindex(b"</")
        if content:
            yield at, at, f'<row r="{number}">'.encode() + content + b"</row>"

    def _new_cell(self, index: int, patch: CellPatch) -> bytes:
        return self._markup(patch, self._style_above(index, patch.column))

    def _markup(self, patch: CellPatch, style: int | None) -> bytes:
        try:
            return cell_xml(patch.row, patch.column, patch.value, self.look(style, patch)).encode()
        except ValueError as error:
            title = self.title.replace("'", "''")
            place = f"'{title}'!{letters(patch.column)}{patch.row}"
            raise WorkbookError("cell-not-writable", cell=place) from error

    def _style_above(self, index: int, column: int) -> int | None:
        """The style of the nearest cell above in a column, or else the column's own."""
        for above in range(index - 1, max(index - 1 - _CLIMB, -1), -1):
            if self._rows[above].number < self.first_row:
                break
            cell = self._cells(above).get(column)
            if cell is not None and cell.style is not None:
                return cell.style
        return self.column_styles(column)

    def _cells(self, index: int) -> Mapping[int, CellMarkup]:
        """The cells of a row by column, in order."""
        if index not in self._seen:
            row = self._rows[index]
            cells = (cell for cell in cells_of_row(self.data, row.start) if cell.row == row.number)
            self._seen[index] = {cell.column: cell for cell in cells}
        return self._seen[index]


def spliced(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The data with all edits made; insertions at one place keep their order."""
    pieces: list[bytes] = []
    at = 0
    for start, end, markup in sorted(edits, key=lambda edit: edit[:2]):
        pieces += (data[at:start], markup)
        at = end
    return b"".join((*pieces, data[at:]))


def cells_of_row(data: bytes, start: int) -> Iterator[CellMarkup]:
    """The cells of the row whose tag stands at ``start``."""
    tag = _ROW.match(data, start)
    if tag is None or tag[2]:
        return
    end = data.index(b"</row", tag.end())
    for cell in _CELL_START.finditer(data, tag.end(), end):
        yield cell_markup(data, cell.start())


def cell_markup(data: bytes, start: int) -> CellMarkup:
    """The cell whose start tag stands at ``start``."""
    tag = _COMMON_CELL.match(data, start)
    if tag is not None:
        place, style, empty = tag[1], tag[2], tag[3]
    else:
        tag = _CELL.match(data, start)
        if tag is None:
            raise ValueError("a broken cell")
        found = attributes(tag[1])
        place, style, empty = found[b"r"], found.get(b"s"), tag[2]
    row, column = cell_position(place.decode())
    end = tag.end() if empty else data.index(b">", data.index(b"</c", tag.end())) + 1
    return CellMarkup(row, column, start, end, None if style is None else int(style))


def cell_around(data: bytes, place: int) -> CellMarkup:
    """The cell that a place within it belongs to."""
    start = data.rfind(b"<c", 0, place)
    while start >= 0 and not data[start + 2 : start + 3].isspace():  # such as <col>, in what extends a row
        start = data.rfind(b"<c", 0, start)
    if start < 0:
        raise ValueError("a formula outside of cells")
    return cell_markup(data, start)


def with_places(data: bytes) -> bytes:
    """Rows and cells with their place spelled out, where a program left that to counting."""
    if data.rstrip().endswith(b"/>") and data.count(b"<") == 1:
        return b"<sheetData></sheetData>"
    if not _UNNUMBERED.search(data):
        return data
    edits: list[Edit] = []
    for row in _rows(data):
        tag = _ROW.match(data, row.start)
        if tag is None:
            raise ValueError(f"row {row.number}")
        edits.append((tag.start(), tag.end(), with_attribute(tag[0], b"r", str(row.number).encode())))
        column = 0
        end = tag.end() if tag[2] else data.index(b"</row", tag.end())
        for cell in _CELL.finditer(data, tag.end(), end):
            place = attributes(cell[1]).get(b"r")
            column = column + 1 if place is None else cell_position(place.decode())[1]
            told = f"{letters(column)}{row.number}".encode()
            edits.append((cell.start(), cell.end(), with_attribute(cell[0], b"r", told)))
    return spliced(data, edits)


def _rows(data: bytes) -> Iterator[_Row]:
    number = 0
    for found in _ROW_START.finditer(data):
        number = row_number(data, found.start(), number + 1)
        yield _Row(number, found.start())


def row_starts(data: bytes) -> Iterator[tuple[int, int]]:
    """Every row's number, and where its tag stands."""
    return ((row.number, row.start) for row in _rows(data))


def row_number(data: bytes, start: int, expected: int) -> int:
    """The number of the row whose tag stands at ``start``; ``expected`` where it does not tell."""
    common = _COMMON_ROW.match(data, start)
    if common is not None:
        return int(common[1])
    tag = _ROW.match(data, start)
    if tag is None:
        raise ValueError("a broken row")
    told = attributes(tag[1]).get(b"r")
    return expected if told is None else int(told)


def _is_empty(patch: CellPatch) -> bool:
    return patch.value is None or patch.value == ""
