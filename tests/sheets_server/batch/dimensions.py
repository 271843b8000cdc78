"""Rows and columns: inserted, deleted, moved, appended, sized, sorted; what points at them follows."""

from __future__ import annotations

from typing import Any

from tests.sheets_server import masks
from tests.sheets_server.a1 import Area
from tests.sheets_server.batch.edit import Edit
from tests.sheets_server.errors import Json, bad, not_emulated
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.shifts import Shift, deleted, inserted, moved, shift_tab
from tests.sheets_server.spreadsheet import COLUMN_LIMIT, Tab

BEHAVIOURS = (
    Behaviour(
        "references-follow",
        "formulas, names, protections, input rules, formats, filters, charts and metadata follow "
        "inserted, deleted and moved rows and columns",
        Evidence.DOCUMENTED,
        "guides; insertion at the edge of a range and the pieces of a range that is cut by a move are our "
        "reading",
    ),
    Behaviour(
        "insert-inherits",
        "new rows and columns take formats and input rules from the one before or after; at the end of the "
        "grid only from before",
        Evidence.MEASURED,
        "nithinmurali/pygsheets issue 46; that input rules are inherited as formats are is our reading",
    ),
    Behaviour(
        "delete-limits",
        "rows that do not exist, all rows, and all rows that are not frozen cannot be deleted",
        Evidence.MEASURED,
        "nikaia/translation-sheet issue 9, jlolling/talendcomp_tGoogleSheet issue 19",
    ),
)


def _span(edit: Edit, span: Json, *, inside: bool = True) -> tuple[Tab, str, int, int]:
    tab = edit.spreadsheet.tab(span.get("sheetId", 0))
    axis = span.get("dimension", "")
    if axis not in {"ROWS", "COLUMNS"}:
        raise bad("A dimension must be given")
    count = tab.row_count if axis == "ROWS" else tab.column_count
    start, end = span.get("startIndex", 0), span.get("endIndex", count)
    if start < 0 or end < 0:
        raise bad("DimensionRange indexes must be >= 0")
    if start >= end:
        raise bad(f"range.startIndex[{start}] is not before range.endIndex[{end}]")
    if inside and end > count:
        word = axis.lower().removesuffix("s")
        raise bad(
            f"Cannot delete a {word} that doesn't exist. Tried to delete {word} index {max(start, count)} "
            f"but there are only {count} {word}s."
        )
    return tab, axis, start, end


def _permute(tab: Tab, axis: str, shift: Shift, count: int) -> None:
    """Put rows or columns, with their sizes, at their new places in a grid of ``count`` of them."""
    if axis == "ROWS":
        rows: list[Any] = [None] * count
        for index, row in enumerate(tab.rows):
            place = shift.place(index)
            if place is not None:
                rows[place] = row
        tab.rows = [{} if row is None else row for row in rows]
        tab.row_properties = _placed(tab.row_properties, shift)
    else:
        tab.rows = [_placed(row, shift) for row in tab.rows]
        tab.column_properties = _placed(tab.column_properties, shift)
    tab.grid["rowCount" if axis == "ROWS" else "columnCount"] = count


def _placed(items: dict[int, Any], shift: Shift) -> dict[int, Any]:
    return {place: item for index, item in items.items() if (place := shift.place(index)) is not None}


def insert_dimension(edit: Edit, request: Json) -> Json:
    """``insertDimension``; formats come from the track before (``inheritFromBefore``) or after."""
    tab, axis, start, end = _span(edit, request.get("range", {}), inside=False)
    edit.whole_tab(tab)
    count = tab.row_count if axis == "ROWS" else tab.column_count
    before = bool(request.get("inheritFromBefore"))
    if start > count:
        raise bad(f"range.startIndex[{start}] is after the last index of the grid")
    if not before and start >= count:
        raise bad(
            f"range.startIndex must be less than the grid size ({count}) if inheritFromBefore is false."
        )
    if before and start == 0:
        raise bad("inheritFromBefore cannot be true if inserting at the start")
    shift = inserted(axis, start, end - start)
    _permute(tab, axis, shift, count + end - start)
    model = start - 1 if before else end
    _inherit(tab, axis, range(start, end), model)
    frozen = "frozenRowCount" if axis == "ROWS" else "frozenColumnCount"
    if tab.grid.get(frozen, 0) > start:
        tab.grid[frozen] += end - start
    _after_growth(edit, tab)
    shift_tab(edit.spreadsheet, tab, shift)
    return {}


def _inherit(tab: Tab, axis: str, new: range, model: int) -> None:
    """Give new cells the format and the input rule of the track next to them."""
    kept = ("userEnteredFormat", "dataValidation")
    if axis == "ROWS":
        if model >= tab.row_count:
            return
        pattern = {
            column: {name: cell[name] for name in kept if name in cell}
            for column, cell in tab.rows[model].items()
        }
        for row in new:
            tab.rows[row] = {column: cell for column, cell in pattern.items() if cell}
        return
    for cells in tab.rows:
        if model in cells:
            cell = {name: cells[model][name] for name in kept if name in cells[model]}
            for column in new:
                if cell:
                    cells[column] = cell


def _after_growth(edit: Edit, tab: Tab) -> None:
    if tab.column_count > COLUMN_LIMIT:
        raise bad(f"A sheet cannot have more than {COLUMN_LIMIT} columns")
    edit.spreadsheet.check_size()


def append_dimension(edit: Edit, request: Json) -> Json:
    """``appendDimension``: tracks at the end of the grid."""
    tab = edit.whole_tab(edit.spreadsheet.tab(request.get("sheetId", 0)))
    length = request.get("length", 0)
    if length < 1:
        raise bad("The length must be positive")
    if request.get("dimension") == "ROWS":
        tab.rows.extend({} for _ in range(length))
        tab.grid["rowCount"] = tab.row_count
    else:
        tab.grid["columnCount"] = tab.column_count + length
    _after_growth(edit, tab)
    return {}


def delete_dimension(edit: Edit, request: Json) -> Json:
    """``deleteDimension``: with their cells; what pointed at them alone is gone or an error."""
    tab, axis, start, end = _span(edit, request.get("range", {}))
    if axis == "ROWS":
        edit.writable(Area(tab, start, 0, end, tab.column_count))
    else:
        edit.writable(Area(tab, 0, start, tab.row_count, end))
    count = tab.row_count if axis == "ROWS" else tab.column_count
    if end - start >= count:
        raise bad(f"You can't delete all the {axis.lower()} on the sheet.")
    frozen = "frozenRowCount" if axis == "ROWS" else "frozenColumnCount"
    left = tab.grid.get(frozen, 0) - max(0, min(end, tab.grid.get(frozen, 0)) - start)
    if left >= count - (end - start):
        raise bad(f"Sorry, it is not possible to delete all non-frozen {axis.lower()}.")
    shift = deleted(axis, start, end)
    _permute(tab, axis, shift, count - (end - start))
    if frozen in tab.grid:
        tab.grid[frozen] = left
    shift_tab(edit.spreadsheet, tab, shift)
    return {}


def move_dimension(edit: Edit, request: Json) -> Json:
    """``moveDimension``: tracks to before an index counted before the move."""
    tab, axis, start, end = _span(edit, request.get("source", {}))
    edit.whole_tab(tab)
    to = request.get("destinationIndex", 0)
    count = tab.row_count if axis == "ROWS" else tab.column_count
    if not 0 <= to <= count:
        raise bad(f"destinationIndex[{to}] is outside the grid")
    if start <= to <= end:
        return {}
    shift = moved(axis, start, end, to)
    _permute(tab, axis, shift, count)
    shift_tab(edit.spreadsheet, tab, shift)
    return {}


def update_properties(edit: Edit, request: Json) -> Json:
    """``updateDimensionProperties``: sizes and what a user hides."""
    if "range" not in request:
        raise not_emulated("updateDimensionProperties on a data source sheet")
    tab, axis, start, end = _span(edit, request["range"])
    edit.whole_tab(tab)
    tree = masks.update_tree(request["fields"])
    if not tree or set(tree) - {"pixelSize", "hiddenByUser"}:
        raise not_emulated(f"updateDimensionProperties of {sorted(tree)}")
    tracks = tab.row_properties if axis == "ROWS" else tab.column_properties
    for index in range(start, end):
        tracks[index] = masks.merge(tracks.get(index, {}), request.get("properties", {}), tree)
    return {}


def auto_resize(edit: Edit, request: Json) -> Json:
    """``autoResizeDimensions``: there is no screen here, so sizes go back to the standard one."""
    if "dimensions" not in request:
        raise not_emulated("autoResizeDimensions on a data source sheet")
    tab, axis, start, end = _span(edit, request["dimensions"])
    tracks = tab.row_properties if axis == "ROWS" else tab.column_properties
    for index in range(start, end):
        tracks[index] = {name: item for name, item in tracks.get(index, {}).items() if name != "pixelSize"}
    return {}
