"""Room for what a patch writes: rows and columns that tabs have to get first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from custbook_gen.backends.sheets.drawing import grid_size
from custbook_gen.backends.sheets.references import parsed
from custbook_gen.backends.sheets.relocation import Moves
from custbook_gen.backends.sheets.structure import Structure, TabState
from custbook_gen.backends.sheets.wire import Json
from custbook_gen.workbook import MAX_ROWS, Patch, RawSheet, RawWorkbook

Sizes = Mapping[str, tuple[int, int]]
"""Rows and columns of tabs, by title."""


def needed_room(patch: Patch, structure: Structure, moves: Mapping[str, Moves]) -> Sizes:
    """The sizes of the tabs that have to grow."""
    wanted = {tab.title: tab.size for tab in structure.tabs}

    def grow(title: str, rows: int, columns: int = 0) -> None:
        if title in wanted:
            wanted[title] = max(wanted[title][0], rows), max(wanted[title][1], columns)

    for sheet in patch.rewritten:
        grow(sheet.title, *grid_size(sheet))
    for reference in patch.names.values():
        title, area = parsed(reference)
        grow(title or "", area.bottom)
    for changed in patch.sheets:
        places = moves.get(changed.title, Moves(last=MAX_ROWS))
        for cell in changed.cells:
            grow(changed.title, places.row(cell.row), cell.column)
        for rule in changed.rules:
            grow(changed.title, rule.last_row if rule.last_row < MAX_ROWS else 0)
    return {tab.title: wanted[tab.title] for tab in structure.tabs if wanted[tab.title] != tab.size}


def added_cells(room: Sizes, structure: Structure) -> int:
    """How many cells tabs get in addition."""
    before = {tab.title: tab.size for tab in structure.tabs}
    return sum(
        rows * columns - before[title][0] * before[title][1] for title, (rows, columns) in room.items()
    )


def room_requests(room: Sizes, structure: Structure, raw: RawWorkbook) -> Iterator[Json]:
    """The requests that make room."""
    for title, (rows, columns) in room.items():
        tab = structure.tab(title)
        if tab is None:
            continue
        if rows > tab.size[0]:
            yield _rows(tab, rows - tab.size[0], raw.sheet(title))
        if columns > tab.size[1]:
            length = columns - tab.size[1]
            yield {"appendDimension": {"sheetId": tab.sheet_id, "dimension": "COLUMNS", "length": length}}


def _rows(tab: TabState, count: int, raw: RawSheet | None) -> Json:
    """More rows, put in above the last one of a tab of records: so names, looks and rules grow along.

    Where the last row is in use already it must stay where it is; then they are added below.
    """
    last = tab.size[0] - 1
    if not tab.holds_records or raw is None or max(raw.rows, default=0) > last:
        return {"appendDimension": {"sheetId": tab.sheet_id, "dimension": "ROWS", "length": count}}
    span = {"sheetId": tab.sheet_id, "dimension": "ROWS", "startIndex": last, "endIndex": last + count}
    return {"insertDimension": {"range": span, "inheritFromBefore": True}}
