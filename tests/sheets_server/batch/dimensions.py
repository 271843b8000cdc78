"""Rows and columns: inserted, deleted, moved, appended, sized, sorted; what points at them follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.sheets_server import evaluate, formula_text, masks
from tests.sheets_server.a1 import Area
from tests.sheets_server.batch.edit import Edit
from tests.sheets_server.errors import Json, bad, not_emulated
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.formula_text import Span
from tests.sheets_server.references import moved_range, rewrite_formulas, walk_ranges
from tests.sheets_server.spreadsheet import COLUMN_LIMIT, Spreadsheet, Tab

BEHAVIOURS = (
    Behaviour(
        "references-follow",
        "formulas, names, protections, input rules, formats, filters, charts and metadata follow "
        "inserted, deleted and "
        "moved rows and columns",
        Evidence.DOCUMENTED,
        "guides; insertion at the edge of a range and the pieces of a range that is cut by a move are our "
        "reading",
    ),
    Behaviour(
        "sort-order",
        "ascending: numbers, texts, FALSE, TRUE, errors, and empty cells last whatever the order",
        Evidence.UNVERIFIED,
        "help pages; mixed columns need a trial",
    ),
    Behaviour(
        "sort-keeps-formulas",
        "a sorted formula keeps relative references within its own row",
        Evidence.UNVERIFIED,
        "our reading of what the product shows",
    ),
)

OPEN = 10**7
"""Stands for the end of an open range."""


@dataclass(frozen=True)
class Shift:
    """Where rows or columns go: the new place of every old index, None for those deleted.

    ``place`` moves single tracks, ``span`` whole ranges (which grow when tracks come between their ends).
    """

    axis: str
    place: Callable[[int], int | None]
    span: Callable[[Span], Span | None]


def inserted(axis: str, at: int, count: int, *, inherit: bool) -> Shift:
    """Tracks pushed in before index ``at``; a range that ends right before grows only if they inherit from
    it."""

    def place(index: int) -> int:
        return index + count if index >= at else index

    def span(old: Span) -> Span:
        start, end = old
        grows = end >= at or (inherit and False)
        return place(start), end + count if grows and end < OPEN else end

    return Shift(axis, place, span)


def deleted(axis: str, start: int, end: int) -> Shift:
    """Tracks from ``start`` to before ``end`` taken out."""

    def place(index: int) -> int | None:
        if index < start:
            return index
        return None if index < end else index - (end - start)

    def span(old: Span) -> Span | None:
        first, last = old
        new_first = first if first < start else max(start, first - (end - start))
        new_last = last if last < start or last >= OPEN else max(start - 1, last - (end - start))
        return (new_first, new_last) if new_first <= new_last else None

    return Shift(axis, place, span)


def moved(axis: str, start: int, end: int, to: int) -> Shift:
    """Tracks from ``start`` to before ``end`` put before index ``to`` (counted before the move)."""
    count = end - start

    def place(index: int) -> int:
        if start <= index < end:
            return index - start + (to - count if to > start else to)
        if end <= index < to:
            return index - count
        if to <= index < start:
            return index + count
        return index

    def span(old: Span) -> Span:
        first, last = old
        if start <= first and last < end:
            return place(first), place(last)  # all of it moves
        if last >= OPEN:
            return place(first), last
        rest = [index for index in (first, last) if not start <= index < end]
        if len(rest) == 2:
            low, high = sorted((place(first), place(last)))
            return low, high
        # an end that moves away leaves the range to the tracks that stay
        stay_first = end if start <= first < end else first
        stay_last = start - 1 if start <= last < end else last
        low, high = sorted((place(stay_first), place(stay_last)))
        return low, high

    return Shift(axis, place, span)


def shift_tab(book: Spreadsheet, tab: Tab, shift: Shift) -> None:
    """Move what lies over a tab and everything that points at it; the cells themselves were moved before."""

    def changed(grid: Json) -> Json | None:
        return moved_range(grid, shift.axis, shift.span) if grid.get("sheetId", 0) == tab.id else grid

    for other in book.tabs:
        for kind, items in other.objects.items():
            if kind not in {"rowGroups", "columnGroups"}:
                other.objects[kind] = [
                    kept for item in items if (kept := walk_ranges(item, changed)) is not None
                ]
        if other.basic_filter is not None:
            other.basic_filter = walk_ranges(other.basic_filter, changed)
    _shift_groups(tab, shift)
    _shift_anchors(book, tab, shift)
    book.named_ranges = [
        kept for name in book.named_ranges if (kept := walk_ranges(name, changed)) is not None
    ]
    book.metadata = [
        kept for item in book.metadata if (kept := _shifted_metadata(item, tab, shift)) is not None
    ]
    titles = {other.id: other.title for other in book.tabs}

    def rewrite(text: str, own: Tab) -> str:
        def is_target(title: str | None) -> bool:
            return own.id == tab.id if title is None else title.casefold() == titles[tab.id].casefold()

        return formula_text.shifted(text, is_target, shift.axis, shift.span)

    rewrite_formulas(book, rewrite)


def _shift_groups(tab: Tab, shift: Shift) -> None:
    kind = "rowGroups" if shift.axis == "ROWS" else "columnGroups"
    kept = []
    for group in tab.objects[kind]:
        span = shift.span((group["range"].get("startIndex", 0), group["range"]["endIndex"] - 1))
        if span is not None:
            kept.append(
                {**group, "range": {**group["range"], "startIndex": span[0], "endIndex": span[1] + 1}}
            )
    tab.objects[kind] = kept


def _shift_anchors(book: Spreadsheet, tab: Tab, shift: Shift) -> None:
    key = "rowIndex" if shift.axis == "ROWS" else "columnIndex"
    for other in book.tabs:
        for chart in other.objects["charts"]:
            anchor = chart["position"]["overlayPosition"].setdefault("anchorCell", {})
            if anchor.get("sheetId", 0) == tab.id:
                span = shift.span((anchor.get(key, 0), anchor.get(key, 0)))
                place = anchor.get(key, 0) if span is None else span[0]
                anchor[key] = max(0, place if span is not None else place - 1)


def _shifted_metadata(item: Json, tab: Tab, shift: Shift) -> Json | None:
    span = item["location"].get("dimensionRange")
    if span is None or span.get("sheetId", 0) != tab.id or span["dimension"] != shift.axis:
        return item
    place = shift.place(span["startIndex"])
    if place is None:
        return None
    moved_span = {**span, "startIndex": place, "endIndex": place + 1}
    return {**item, "location": {**item["location"], "dimensionRange": moved_span}}


def _span(edit: Edit, span: Json, *, inside: bool = True) -> tuple[Tab, str, int, int]:
    tab = edit.spreadsheet.tab(span.get("sheetId", 0))
    axis = span.get("dimension", "")
    if axis not in {"ROWS", "COLUMNS"}:
        raise bad("A dimension must be given")
    count = tab.row_count if axis == "ROWS" else tab.column_count
    start, end = span.get("startIndex", 0), span.get("endIndex", count)
    if not 0 <= start < end:
        raise bad(f"range.startIndex[{start}] is not before range.endIndex[{end}]")
    if inside and end > count:
        word = "row" if axis == "ROWS" else "column"
        raise bad(
            f"Cannot delete a {word} that doesn't exist. Tried to delete {word} index {end - 1} but there "
            f"are only "
            f"{count} {word}s."
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
    if start > count:
        raise bad(f"range.startIndex[{start}] is beyond the last index of the grid")
    before = bool(request.get("inheritFromBefore"))
    if before and start == 0:
        raise bad("inheritFromBefore is not possible at the first index")
    shift = inserted(axis, start, end - start, inherit=before)
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
    tree = masks.parse(request["fields"])
    if set(tree) - {"pixelSize", "hiddenByUser", "*"}:
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


def sort_range(edit: Edit, request: Json) -> Json:
    """``sortRange``: rows of the range by one column after the other; protection and rules stay where they
    are."""
    area = edit.writable(edit.area(request.get("range", {})))
    specs = request.get("sortSpecs", [])
    if not specs:
        raise bad("At least one sort spec must be given")
    shown = evaluate.ShownValues(edit.spreadsheet)
    order = list(range(area.top, area.bottom))
    for spec in reversed(specs):
        column = spec.get("dimensionIndex", 0)
        if not area.left <= column < area.right:
            raise bad(f"sort_spec.dimension_index[{column}] is outside the range")
        descending = spec.get("sortOrder") == "DESCENDING"
        keyed = {row: _sort_key(shown.effective(area.tab, row, column)) for row in order}
        filled = [row for row in order if keyed[row] is not None]
        filled.sort(key=lambda row: keyed[row] or (0, 0), reverse=descending)
        order = filled + [row for row in order if keyed[row] is None]
    _reorder(area, order)
    return {}


def _sort_key(value: Json) -> tuple[int, Any] | None:
    for rank, name in enumerate(("numberValue", "stringValue", "boolValue", "errorValue")):
        if name in value:
            item = value[name]
            return rank, item.casefold() if isinstance(item, str) else (item if name != "errorValue" else 0)
    return None


def _reorder(area: Area, order: list[int]) -> None:
    old = [
        {column: cell for column, cell in area.tab.rows[row].items() if area.left <= column < area.right}
        for row in range(area.top, area.bottom)
    ]
    for row, source in zip(range(area.top, area.bottom), order, strict=True):
        target = area.tab.rows[row]
        for column in range(area.left, area.right):
            here = target.get(column, {})
            cell = dict(old[source - area.top].get(column, {}))
            cell.pop("dataValidation", None)
            if "dataValidation" in here:
                cell["dataValidation"] = here["dataValidation"]
            formula = cell.get("userEnteredValue", {}).get("formulaValue")
            if formula is not None:
                cell["userEnteredValue"] = {"formulaValue": formula_text.repeated(formula, row - source, 0)}
            area.tab.put(row, column, cell)
