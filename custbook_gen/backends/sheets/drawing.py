"""A plan's tabs as the requests of one batch: everything but the rows of records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from custbook_gen import theme
from custbook_gen.backends.sheets.cells import LOOK, entered, format_of, value_of
from custbook_gen.backends.sheets.charts import PIXELS, embedded
from custbook_gen.backends.sheets.dialect import in_format
from custbook_gen.backends.sheets.free_cells import content
from custbook_gen.backends.sheets.guards import protections
from custbook_gen.backends.sheets.identity import column_note, tab_note
from custbook_gen.backends.sheets.references import Area, areas, parsed
from custbook_gen.backends.sheets.rules import is_cascade, prompt, stray_formula, validation
from custbook_gen.backends.sheets.wire import Json, chosen_id, color, only
from custbook_gen.layout import letters
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import MAX_ROWS, ConditionalFormat, Formula, Plan, SheetPlan, TablePlan

SPARE_COLUMNS: Final = 2
"""Empty columns at the right of an entry tab, for what people add."""
CHARACTER: Final = 7
"""Pixels of one character of a column's width."""
CHART_ROW: Final = 21
CHART_COLUMN: Final = 100


@value_object
class Drawing:
    """A workbook that is being drawn: its identifiers, by which tabs refer to each other."""

    workbook: str
    """Identifies the workbook; every identifier follows from it."""
    ids: Mapping[str, int]
    """Identifiers of the tabs by title."""
    names: Mapping[str, str]
    """What the defined names stand for."""
    editors: tuple[str, ...] = ()
    """Who may change what is protected, the owner aside."""

    def links(self, sheet: SheetPlan) -> dict[str, str]:
        """Addresses of the places that a tab links to."""
        found = {}
        linked = [cell.link for cell in sheet.cells.values() if cell.link is not None]
        for link in (*linked, *(sheet.table.links.values() if sheet.table is not None else ())):
            title, area = parsed(link)
            if title is not None and title in self.ids:
                found[link] = f"#gid={self.ids[title]}&range={letters(area.left)}{area.top}"
        return found


def tab_ids(workbook: str, sheets: Sequence[SheetPlan]) -> dict[str, int]:
    """The identifier of every tab, by title."""
    return {sheet.title: chosen_id(workbook, "sheet", sheet.key) for sheet in sheets}


def grid_size(sheet: SheetPlan) -> tuple[int, int]:
    """The rows and columns that a tab needs: empty cells count for the limit of a spreadsheet."""
    spans = [area for text in sheet.merges for area in areas(text)]
    rows = max((1, *(row for row, _ in sheet.cells), *(area.bottom for area in spans), *sheet.heights))
    columns = max((1, *(at for _, at in sheet.cells), *(area.right for area in spans), *sheet.widths))
    for chart in sheet.charts:
        rows = max(rows, chart.row + int(chart.height * PIXELS) // CHART_ROW + 1)
        columns = max(columns, chart.column + int(chart.width * PIXELS) // CHART_COLUMN + 1)
    if sheet.table is not None:
        spare = SPARE_COLUMNS if sheet.filter else 0
        return max(rows, last_row(sheet.table)), max(columns, len(sheet.table.columns) + spare)
    return rows, columns


def last_row(table: TablePlan) -> int:
    """The row down to which a table's looks and rules reach."""
    used = table.first_row + len(table.rows) + table.blank_rows - 1
    return max(used, table.first_row, table.last_rule_row if table.last_rule_row < MAX_ROWS else 0)


def sheet_properties(sheet: SheetPlan, sheet_id: int, index: int) -> Json:
    """``SheetProperties`` of a new tab."""
    rows, columns = grid_size(sheet)
    grid = {"rowCount": rows, "columnCount": columns, "hideGridlines": None if sheet.gridlines else True}
    if sheet.freeze is not None:
        frozen_columns = sheet.freeze[1] - 1 if sheet.freeze[1] - 1 < columns else 0
        grid |= {"frozenRowCount": sheet.freeze[0] - 1 or None, "frozenColumnCount": frozen_columns or None}
    return only(
        {
            "sheetId": sheet_id,
            "title": sheet.title,
            "index": index,
            "hidden": True if sheet.state != "visible" else None,
            "tabColorStyle": color(sheet.tab_color) if sheet.tab_color else None,
            "gridProperties": only(grid),
        }
    )


def furnish(plan: Plan, drawing: Drawing) -> Iterator[Json]:
    """The requests that fill new tabs with everything but the rows of tables.

    Names come first, because formulas use them.
    """
    yield from (named(name, reference, drawing) for name, reference in drawing.names.items())
    for sheet in plan.sheets:
        yield from furnish_tab(sheet, drawing)


def furnish_tab(sheet: SheetPlan, drawing: Drawing) -> Iterator[Json]:
    """The requests that fill one new tab."""
    sheet_id = drawing.ids[sheet.title]
    yield tab_note(drawing.workbook, sheet.key, sheet_id)
    yield from content(sheet, sheet_id, drawing.links(sheet))
    if sheet.table is not None:
        yield from _table(sheet, sheet.table, drawing)
        if sheet.table.links:
            yield from linked_rows(sheet, sheet.table, drawing)
    yield from sizes(sheet, sheet_id)
    yield from overlays(sheet, drawing)
    yield from protections(sheet, drawing.workbook, sheet_id, drawing.editors)


def named(name: str, reference: str, drawing: Drawing) -> Json:
    """The request that defines a name."""
    return {"addNamedRange": {"namedRange": named_range(name, reference, drawing)}}


def named_range(name: str, reference: str, drawing: Drawing) -> Json:
    """A ``NamedRange``."""
    title, area = parsed(reference)
    grid = area.on(drawing.ids[title or ""])
    return {"namedRangeId": f"cb{chosen_id(drawing.workbook, 'name', name)}", "name": name, "range": grid}


def _table(sheet: SheetPlan, table: TablePlan, drawing: Drawing) -> Iterator[Json]:
    """Heads, and what is the same in all rows of a column: its look, its rule, its formula."""
    sheet_id, columns = drawing.ids[sheet.title], table.columns
    keys = [{"userEnteredValue": {"stringValue": column.key}} for column in columns]
    heads = [
        only(
            {
                "userEnteredValue": value_of(column.header) or None,
                "userEnteredFormat": format_of(column.header_style),
                "note": (prompt(column.rule) if column.rule is not None else "") or None,
            }
        )
        for column in columns
    ]
    for row, values, fields in (
        (table.key_row, keys, "userEnteredValue"),
        (table.header_row, heads, f"{LOOK},note"),
    ):
        start = {"sheetId": sheet_id, "rowIndex": row - 1, "columnIndex": 0}
        yield {"updateCells": {"start": start, "rows": [{"values": values}], "fields": fields}}
    end = last_row(table)
    for at, column in enumerate(columns, 1):
        yield _column_look(table, at, end, drawing, sheet_id)
        yield column_note(drawing.workbook, sheet.key, at, table, sheet_id)
        if column.formula is not None:
            ready = table.first_row + len(table.rows) + table.blank_rows - 1
            yield column_formula(
                column.formula.at(table.first_row), Area(table.first_row, at, ready, at), sheet_id
            )


def linked_rows(sheet: SheetPlan, table: TablePlan, drawing: Drawing) -> Iterator[Json]:
    """The rows of a table some of whose cells lead elsewhere: a link holds only on what stands there."""
    start = {"sheetId": drawing.ids[sheet.title], "rowIndex": table.first_row - 1, "columnIndex": 0}
    rows = [{"values": [entered(cell) for cell in row]} for row in table.rows]
    yield {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}
    yield from row_links(sheet, table, drawing, len(rows))


def row_links(sheet: SheetPlan, table: TablePlan, drawing: Drawing, count: int) -> Iterator[Json]:
    """The links of so many rows of a table, column by column; cells without one lose theirs."""
    uris = drawing.links(sheet)
    for column in sorted({at for _, at in table.links}):
        places = [
            table.links.get((row, column), "") for row in range(table.first_row, table.first_row + count)
        ]
        looks = [
            {"userEnteredFormat": {"textFormat": {"link": {"uri": uris[place]}}}} if place in uris else {}
            for place in places
        ]
        start = {
            "sheetId": drawing.ids[sheet.title],
            "rowIndex": table.first_row - 1,
            "columnIndex": column - 1,
        }
        rows = [{"values": [look]} for look in looks]
        yield {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredFormat.textFormat.link"}}


def _column_look(table: TablePlan, at: int, end: int, drawing: Drawing, sheet_id: int) -> Json:
    column = table.columns[at - 1]
    cell = {"userEnteredFormat": format_of(column.style)}
    first = f"${letters(at)}{table.first_row}"
    rule = validation(column.rule, first, drawing.names) if column.rule is not None else None
    if rule is not None:
        cell["dataValidation"] = rule
    area = Area(table.first_row, at, end, at)
    fields = "userEnteredFormat,dataValidation"
    return {"repeatCell": {"range": area.on(sheet_id), "cell": cell, "fields": fields}}


def column_formula(formula: str, area: Area, sheet_id: int) -> Json:
    """One formula for a whole column: written for its first cell, it follows from row to row."""
    cell = {"userEnteredValue": value_of(Formula(formula))}
    return {"repeatCell": {"range": area.on(sheet_id), "cell": cell, "fields": "userEnteredValue"}}


def sizes(sheet: SheetPlan, sheet_id: int) -> Iterator[Json]:
    """Widths of columns, heights of rows, and the hidden row of machine keys; alike ones together."""
    table = sheet.table
    widths = dict(sheet.widths)
    heights = dict(sheet.heights)
    if table is not None:
        widths |= {at: column.width for at, column in enumerate(table.columns, 1)}
        heights |= {table.header_row: table.header_height} if table.header_height else {}
    pixels = {at: round(width * CHARACTER) + 5 for at, width in widths.items()}
    yield from _tracks("COLUMNS", pixels, sheet_id)
    yield from _tracks("ROWS", {at: round(height * 4 / 3) for at, height in heights.items()}, sheet_id)
    if table is not None:
        span = _span("ROWS", table.key_row, table.key_row, sheet_id)
        hidden = {"properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
        yield {"updateDimensionProperties": {"range": span, **hidden}}
        ats = [at for at, column in enumerate(table.columns, 1) if column.hidden]
        for _, run in groupby(enumerate(ats), lambda item: item[1] - item[0]):
            numbers = [at for _, at in run]
            span = _span("COLUMNS", numbers[0], numbers[-1], sheet_id)
            yield {"updateDimensionProperties": {"range": span, **hidden}}
        for at, column in enumerate(table.columns, 1):
            if column.hidden:
                yield {"updateDimensionProperties": {"range": _span("COLUMNS", at, at, sheet_id), **hidden}}
        yield from _groups(table, sheet_id)


def _groups(table: TablePlan, sheet_id: int) -> Iterator[Json]:
    """Columns that can be folded away together; a deeper group lies over the one around it."""
    for level in range(1, max(column.level for column in table.columns) + 1):
        ats = [at for at, column in enumerate(table.columns, 1) if column.level >= level]
        for _, run in groupby(enumerate(ats), lambda item: item[1] - item[0]):
            group = [at for _, at in run]
            yield {"addDimensionGroup": {"range": _span("COLUMNS", group[0], group[-1], sheet_id)}}


def _tracks(dimension: str, pixels: Mapping[int, int], sheet_id: int) -> Iterator[Json]:
    numbered = list(enumerate(sorted(pixels)))
    for (size, _), run in groupby(numbered, lambda item: (pixels[item[1]], item[1] - item[0])):
        ats = [at for _, at in run]
        span = _span(dimension, ats[0], ats[-1], sheet_id)
        change = {"properties": {"pixelSize": size}, "fields": "pixelSize"}
        yield {"updateDimensionProperties": {"range": span, **change}}


def _span(dimension: str, first: int, last: int, sheet_id: int) -> Json:
    return {"sheetId": sheet_id, "dimension": dimension, "startIndex": first - 1, "endIndex": last}


def overlays(sheet: SheetPlan, drawing: Drawing) -> Iterator[Json]:
    """What lies over the cells: conditional formats, colour scales, charts; the filters of a table."""
    sheet_id = drawing.ids[sheet.title]
    for index, rule in enumerate(_format_rules(sheet, drawing)):
        yield {"addConditionalFormatRule": {"rule": rule, "index": index}}
    for number, chart in enumerate(sheet.charts):
        chart_id = chosen_id(drawing.workbook, "chart", sheet.key, number)
        yield {"addChart": {"chart": embedded(chart, chart_id, sheet_id, drawing.ids)}}
    table = sheet.table
    if table is None or not sheet.filter:
        return
    width, end = len(table.columns), last_row(table)
    whole = Area(table.header_row, 1, end, width).on(sheet_id)
    yield {"setBasicFilter": {"filter": {"range": whole}}}
    view = {
        "filterViewId": chosen_id(drawing.workbook, "view", sheet.key),
        "title": sheet.title,
        "range": whole,
    }
    yield {"addFilterView": {"filter": view}}


def _format_rules(sheet: SheetPlan, drawing: Drawing) -> Iterator[Json]:
    sheet_id, (rows, _) = drawing.ids[sheet.title], grid_size(sheet)
    planned = [(item, in_format(item.formula)) for item in sheet.conditional_formats]
    for item, formula in (*planned, *((item, item.formula) for item in _strays(sheet))):
        look = only(
            {
                "backgroundColorStyle": color(item.fill),
                "textFormat": only(
                    {
                        "bold": item.bold or None,
                        "foregroundColorStyle": color(item.color) if item.color else None,
                    }
                )
                or None,
            }
        )
        condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": f"={formula}"}]}
        ranges = [_open_ended(area, sheet_id, rows) for area in areas(item.ranges)]
        yield {"ranges": ranges, "booleanRule": {"condition": condition, "format": look}}
    for scale in sheet.color_scales:
        points = {
            "minpoint": {"type": "MIN", "colorStyle": color(scale.low)},
            "maxpoint": {"type": "MAX", "colorStyle": color(scale.high)},
        }
        ranges = [_open_ended(area, sheet_id, rows) for area in areas(scale.ranges)]
        yield {"ranges": ranges, "gradientRule": points}


def _open_ended(area: Area, sheet_id: int, rows: int) -> Json:
    """A range that ends with the tab where it would reach beyond it."""
    grid = area.on(sheet_id)
    if area.bottom >= rows:
        del grid["endRowIndex"]
    return grid


def _strays(sheet: SheetPlan) -> Iterator[ConditionalFormat]:
    """Formats that mark what does not belong to the value at its left, formulas as Google spells them."""
    table = sheet.table
    for at, column in enumerate(table.columns, 1) if table is not None else ():
        if table is not None and column.rule is not None and is_cascade(column.rule):
            first = f"${letters(at)}{table.first_row}"
            ranges = f"{first[1:]}:{letters(at)}{last_row(table)}"
            formula = stray_formula(column.rule, first)
            yield ConditionalFormat(ranges, formula, theme.MISSING)
