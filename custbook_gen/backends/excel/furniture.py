"""Everything around the cells of one sheet: rules, formats, guards, views, charts, paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from openpyxl.formatting.rule import ColorScale as DrawnScale
from openpyxl.formatting.rule import FormatObject
from openpyxl.formatting.rule import Rule as FormatRule
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.protection import SheetProtection
from openpyxl.worksheet.worksheet import Worksheet

from custbook_gen.backends.excel.cells import letters
from custbook_gen.backends.excel.charts import draw_chart
from custbook_gen.backends.excel.validation import draw_rule
from custbook_gen.workbook import ColorScale, ConditionalFormat, Protection, SheetPlan, TablePlan

_STATES: Final[Mapping[str, Literal["visible", "hidden", "veryHidden"]]] = {
    "visible": "visible",
    "hidden": "hidden",
    "very_hidden": "veryHidden",
}
_A4: Final = 9


def furnish(sheet: Worksheet, planned: SheetPlan) -> None:
    """Give a sheet all of its plan but the cells, widths and heights."""
    sheet.sheet_state = _STATES[planned.state]
    sheet.sheet_properties.tabColor = f"FF{planned.tab_color}" if planned.tab_color else None
    _set_view(sheet, planned)
    _set_paper(sheet, planned)
    for area in planned.merges:  # nothing more: its cells are written by ourselves
        sheet.merged_cells.add(area)
    for position, place in _links(planned).items():
        target = sheet.cell(*position)
        target.hyperlink = Hyperlink(ref=target.coordinate, location=place)
    for rule in planned.conditional_formats:
        sheet.conditional_formatting.add(rule.ranges, _format_rule(rule))
    for scale in planned.color_scales:
        sheet.conditional_formatting.add(scale.ranges, _color_scale(scale))
    if planned.table is not None:
        _set_rules(sheet, planned.table)
        if planned.filter:
            sheet.auto_filter.ref = _filter_range(planned.table)
    if planned.protection is not None:
        sheet.protection = _protection(planned.protection)
    for chart in planned.charts:
        draw_chart(sheet, chart)


def _links(planned: SheetPlan) -> dict[tuple[int, int], str]:
    """The cells that jump to a place inside the workbook."""
    links = {position: cell.link for position, cell in planned.cells.items() if cell.link is not None}
    return links if planned.table is None else {**links, **planned.table.links}


def _set_view(sheet: Worksheet, planned: SheetPlan) -> None:
    view = sheet.sheet_view
    view.showGridLines = planned.gridlines
    view.zoomScale = planned.zoom
    view.zoomScaleNormal = planned.zoom
    if planned.freeze not in {None, (1, 1)}:
        row, column = planned.freeze or (1, 1)
        sheet.freeze_panes = f"{letters(column)}{row}"
        view.selection[-1].activeCell = view.selection[-1].sqref = f"{letters(column)}{row}"


def _set_paper(sheet: Worksheet, planned: SheetPlan) -> None:
    setup = planned.print_setup
    sheet.page_setup.orientation = "landscape" if setup.landscape else "portrait"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth = setup.pages_wide
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if setup.title_rows is not None:
        sheet.print_title_rows = f"{setup.title_rows[0]}:{setup.title_rows[1]}"
    if setup.title_columns is not None:
        sheet.print_title_cols = ":".join(map(letters, setup.title_columns))
    for row in setup.breaks:
        sheet.row_breaks.append(Break(id=row))


def _set_rules(sheet: Worksheet, table: TablePlan) -> None:
    for number, column in enumerate(table.columns, 1):
        if column.rule is not None:
            name = letters(number)
            area = f"{name}{table.first_row}:{name}{table.last_rule_row}"
            sheet.add_data_validation(draw_rule(column.rule, area))


def _filter_range(table: TablePlan) -> str:
    return f"A{table.header_row}:{letters(len(table.columns))}{table.last_row}"


def _format_rule(planned: ConditionalFormat) -> FormatRule:
    color = f"FF{planned.color}" if planned.color else None
    look = DifferentialStyle(
        font=Font(b=planned.bold or None, color=color, name=None, sz=None, family=None)
        if planned.bold or color
        else None,
        fill=PatternFill("solid", bgColor=f"FF{planned.fill}", fgColor=f"FF{planned.fill}"),
    )
    return FormatRule(type="expression", dxf=look, formula=[planned.formula])


def _color_scale(planned: ColorScale) -> FormatRule:
    ends = [FormatObject(type="min"), FormatObject(type="max")]
    colors = [Color(f"FF{planned.low}"), Color(f"FF{planned.high}")]
    return FormatRule(type="colorScale", colorScale=DrawnScale(cfvo=ends, color=colors))


def _protection(planned: Protection) -> SheetProtection:
    """No password; what is True here is refused."""
    return SheetProtection(
        sheet=True,
        sort=not planned.sort_filter,
        autoFilter=not planned.sort_filter,
        insertRows=not planned.rows,
        deleteRows=not planned.rows,
        formatColumns=False,
        formatRows=False,
    )
