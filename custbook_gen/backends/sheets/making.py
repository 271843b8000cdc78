"""A whole workbook as requests: the batch that draws it, and the rows of its tables.

The identity stands on the meta tab, whose cells go with the last request of all: a spreadsheet
whose making was cut off carries none, is no book to anybody, and is made anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from custbook_gen.backends.sheets.cells import plain, refuse_long
from custbook_gen.backends.sheets.drawing import Drawing, furnish, sheet_properties
from custbook_gen.backends.sheets.identity import PROPERTY, WORKBOOK, create, delete
from custbook_gen.backends.sheets.structure import Structure
from custbook_gen.backends.sheets.wire import BODY_LIMIT, Json, chosen_id, encoded
from custbook_gen.layout import quote, span
from custbook_gen.workbook import Formula, Plan, SheetPlan, StyledCell

ROWS: Final = 5_000
"""Rows of a table that are made at a time."""
PIECES: Final = 16
"""So many pieces of a column fit a body at least."""
TIME_ZONES: Mapping[str, str] = {"zh-CN": "Asia/Shanghai"}
"""Of new spreadsheets, by language; others keep what the account has."""


def file_properties(plan: Plan) -> Json:
    """``SpreadsheetProperties``: with a locale, so that nobody's account decides how numbers look."""
    found: Json = {"title": plan.title, "locale": plan.language.replace("-", "_")}
    zone = TIME_ZONES.get(plan.language)
    return found | ({"timeZone": zone} if zone else {})


def tab_bodies(plan: Plan, drawing: Drawing) -> list[Json]:
    """The properties of all tabs, in their order."""
    return [sheet_properties(sheet, drawing.ids[sheet.title], at) for at, sheet in enumerate(plan.sheets)]


def making_requests(plan: Plan, drawing: Drawing) -> Iterator[Json]:
    """Everything about new tabs but the rows of tables and the identity."""
    workbook = plan.properties[WORKBOOK]
    for key, value in plan.properties.items():
        key = key if key.startswith(PROPERTY) else PROPERTY + key  # noqa: PLW2901
        yield create(chosen_id(workbook, "property", key), key, value)
    yield from furnish(
        replace(plan, sheets=tuple(_without_identity(sheet) for sheet in plan.sheets)), drawing
    )


def replacing_requests(plan: Plan, drawing: Drawing, there: Structure) -> tuple[list[Json], list[Json]]:
    """What comes before and after the drawing where tabs are there: ours go, or all of an empty file.

    They get out of the way first (titles are unique), and go last (one tab must always be there).
    """
    before: list[Json] = [
        {"deleteNamedRange": {"namedRangeId": there.name_ids[name]}}
        for name in there.name_ids
        if name.startswith("cb_")
    ]
    before += map(delete, there.property_ids.values())
    before += [delete(there.generation.metadata_id)] if there.generation is not None else []
    going = [tab for tab in there.tabs if tab.key] or there.tabs
    for tab in going:
        aside = {"sheetId": tab.sheet_id, "title": f"_{tab.sheet_id}"}
        before.append({"updateSheetProperties": {"properties": aside, "fields": "title"}})
    before.append(
        {"updateSpreadsheetProperties": {"properties": file_properties(plan), "fields": "locale,timeZone"}}
    )
    before += [{"addSheet": {"properties": properties}} for properties in tab_bodies(plan, drawing)]
    return before, [{"deleteSheet": {"sheetId": tab.sheet_id}} for tab in going]


def _without_identity(sheet: SheetPlan) -> SheetPlan:
    """The meta tab with nothing but its formulas and looks: the rest is written last."""
    if sheet.state != "very_hidden":
        return sheet
    cells = {
        at: cell if isinstance(cell.value, Formula) else StyledCell(None, cell.style)
        for at, cell in sheet.cells.items()
    }
    return replace(sheet, cells=cells)


def value_ranges(plan: Plan) -> Iterator[Json]:
    """All rows of tables, in blocks that fit a body, then the identity; every value typed and RAW."""
    for sheet in plan.sheets:
        if sheet.table is not None and not sheet.table.links:  # those were drawn with the tab
            yield from _rows(sheet)
    for sheet in plan.sheets:
        if sheet.state == "very_hidden":
            yield _identity(sheet)


def _rows(sheet: SheetPlan) -> Iterator[Json]:
    """The rows of a table, column by column: what is empty below, or altogether, takes no room."""
    table = sheet.table
    assert table is not None  # noqa: S101  (the caller looked)
    for start in range(0, len(table.rows), ROWS):
        block = table.rows[start : start + ROWS]
        for at, (column, cells) in enumerate(zip(table.columns, zip(*block, strict=True), strict=True), 1):
            if column.formula is not None:
                continue
            top = table.first_row + start
            for number, cell in enumerate(cells, top):
                refuse_long(cell, sheet.title, number, at)
            yield from _column(sheet.title, (top, at), list(map(plain, cells)))


def _column(title: str, first: tuple[int, int], values: list[Any]) -> Iterator[Json]:
    """Values one below the other, in pieces of which many fit a body."""
    while values and values[-1] in (None, ""):
        values.pop()
    if not values:
        return
    row, at = first
    if len(values) > 1 and len(encoded(values)) > BODY_LIMIT // PIECES:
        half = len(values) // 2
        yield from _column(title, first, values[:half])
        yield from _column(title, (row + half, at), values[half:])
        return
    reference = f"{quote(title)}!{span(first, (row + len(values) - 1, at))}"
    yield {"range": reference, "majorDimension": "COLUMNS", "values": [values]}


def _identity(sheet: SheetPlan) -> Json:
    rows = max(row for row, _ in sheet.cells)
    lines = [[_given(sheet.cells.get((row, column))) for column in (1, 2)] for row in range(1, rows + 1)]
    return {
        "range": f"{quote(sheet.title)}!{span((1, 1), (rows, 2))}",
        "majorDimension": "ROWS",
        "values": lines,
    }


def _given(cell: StyledCell | None) -> Any:
    return None if cell is None or isinstance(cell.value, Formula) else plain(cell.value)
