"""Entry sheets: the tabs where people keep the book's records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, cast

from custbook_gen import theme
from custbook_gen.formulas import row_formula
from custbook_gen.layout import STATUS, SheetLayout, header, letters, neighbours, span
from custbook_gen.plan.paint import paints
from custbook_gen.plan.view import View
from custbook_gen.records import Stretches
from custbook_gen.rules import column_rules
from custbook_gen.schema import Field, Sheet
from custbook_gen.values import Converter, number_format
from custbook_gen.widths import text_width
from custbook_gen.workbook import (
    MAX_ROWS,
    Cell,
    ColumnPlan,
    ConditionalFormat,
    LazyRows,
    PrintSetup,
    Protection,
    Rule,
    SheetPlan,
    Style,
    TablePlan,
)

CONTENT_WIDTHS: Final[Mapping[str, int]] = {
    "text": 18,
    "long": 42,
    "int": 10,
    "dec": 12,
    "money": 14,
    "pct": 8,
    "date": 12,
    "datetime": 17,
    "bool": 6,
    "enum": 14,
    "multi": 22,
    "phone": 16,
    "email": 26,
    "url": 28,
    "ref": 30,
    "auto": 12,
}
STATUS_WIDTHS: Final[Mapping[str, float]] = {"zh": 24.0, "en": 30.0, "zh+en": 34.0}
"""Room for what is said of one held cell, by language."""
WIDEST_LABEL: Final = 24
COLOURED_ROWS: Final = 20_000
"""Conditional formats reach at least this far, or twice as far as the input rules: sync moves
rules, not formats, and to the sheet's end some calculators walk through every cell."""
NAME_WIDTH: Final = 26
PAGE_WIDTH: Final = 230
"""Characters across a sheet of paper that can still be read; wider sheets take several."""


def entry_sheet(view: View, sheet: Sheet, *, filled: bool = True) -> SheetPlan:
    """The plan of one entry sheet with all its records, or without rows."""
    here = view.layout.sheets[sheet.key]
    table = TablePlan(
        key_row=here.key_row,
        header_row=here.header_row,
        first_row=here.first_row,
        columns=tuple(_columns(view, sheet, here)),
        rows=entry_rows(view, sheet, here) if filled else [],
        blank_rows=sheet.blank_rows if filled else 0,
        last_rule_row=here.last_row,
        header_height=34.0,
    )
    frozen = max(1, *(here.columns.get(key, 0) for key in (STATUS, sheet.name_field)))  # either may be lost
    return SheetPlan(
        key=sheet.key,
        title=here.title,
        tab_color=theme.TAB_ENTRY,
        table=table,
        freeze=(here.first_row, frozen + 1),
        filter=True,
        protection=None if view.book.settings.protection == "none" else Protection(),
        conditional_formats=_conditional_formats(view, sheet, here),
        print_setup=PrintSetup(
            landscape=True,
            title_rows=(here.header_row, here.header_row),
            title_columns=(1, frozen),
            pages_wide=max(1, round(sum(column.width for column in table.columns) / PAGE_WIDTH)),
        ),
    )


def entry_rows(view: View, sheet: Sheet, here: SheetLayout) -> LazyRows:
    """Every record of a sheet as a row of cells, in the columns' order from left to right."""
    table, order = view.tables[sheet.key], sorted(here.columns, key=lambda key: here.columns[key])
    return LazyRows(len(table.rows), entry_columns(view, sheet, order, table.stretches()))


def entry_columns(
    view: View, sheet: Sheet, order: Sequence[str], records: Stretches
) -> Callable[[int, int], list[Sequence[Cell]]]:
    """What makes the cells of some columns in the rows of some records, from one to before another.

    Args:
        view: what the workbook shows.
        sheet: the sheet.
        order: keys of the columns.
        records: what gives the values of some records of the view.
    """
    fields, converters = view.tables[sheet.key].fields, view.converters(sheet)

    def columns(start: int, stop: int) -> list[Sequence[Cell]]:
        stored = dict(zip(fields, records(start, stop), strict=True))
        keys = cast(Sequence[str], stored[sheet.key_field])
        return [
            converters[key].to_cells(stored[key])
            if key in stored
            else _unstored_cells(view, sheet, converters, key, keys)
            for key in order
        ]

    return columns


def _unstored_cells(
    view: View, sheet: Sheet, converters: Mapping[str, Converter], key: str, keys: Sequence[str]
) -> Sequence[Cell]:
    """The cells of a column whose values the store does not keep, in the rows of some records."""
    if key == STATUS:
        return (None,) * len(keys)
    cells = converters[key].to_cells(map(view.computed[sheet.key][key].get, keys))
    # A formula gives at least an empty text.
    return ["" if cell is None else cell for cell in cells] if sheet.field(key).formula else cells


def _columns(view: View, sheet: Sheet, here: SheetLayout) -> list[ColumnPlan]:
    rules = column_rules(sheet, here, view.lang)
    columns = []
    for key in sorted(here.columns, key=lambda key: here.columns[key]):
        if key == STATUS:
            title, head = header(sheet, STATUS, view.lang), theme.COMPUTED_HEAD
            style = replace(theme.STATUS_CELL, locked=is_strict(view))
            columns.append(ColumnPlan(STATUS, title, head, style, STATUS_WIDTHS[view.lang], rules[key]))
        else:
            columns.append(_field_column(view, sheet, sheet.field(key), rules.get(key)))
    return columns


def _field_column(view: View, sheet: Sheet, field: Field, rule: Rule | None) -> ColumnPlan:
    formula = row_formula(field.formula, sheet, view.layout, view.words) if field.formula else None
    content = NAME_WIDTH if field.key == sheet.name_field else _content_width(view, field)
    title = header(sheet, field.key, view.lang)
    return ColumnPlan(
        key=field.key,
        header=title,
        header_style=header_style(field),
        style=replace(cell_style(field), locked=is_strict(view) and not field.entered),
        width=field.width or theme.column_width(title, content),
        rule=rule,
        formula=formula,
        blank_value="",
        level=int(field.rare),
    )


def _content_width(view: View, field: Field) -> int:
    """The width of a field's usual content; a category's column shows its longest label."""
    usual = max(CONTENT_WIDTHS[field.kind], (field.min_length or 0) + 2)
    if field.kind != "enum" or field.category is None:
        return usual
    labels = view.words.vocabularies[field.category].labels.values()
    return min(max(usual, *map(text_width, labels), 0), WIDEST_LABEL)


def is_strict(view: View) -> bool:
    """Whether the columns that the tool fills in are locked, at the price of sorting."""
    return view.book.settings.protection == "strict"


def header_style(field: Field) -> Style:
    """Required, optional and computed columns are told apart by their headers."""
    if not field.entered:
        return theme.COMPUTED_HEAD
    return theme.REQUIRED_HEAD if field.required or field.one_of else theme.OPTIONAL_HEAD


def cell_style(field: Field) -> Style:
    """A field's cells: entered ones white and open, computed ones grey, long texts wrapped."""
    base = theme.ENTRY if field.entered else theme.COMPUTED_CELL
    if field.kind == "long":
        base = replace(base, wrap=True, vertical="top")
    return theme.formatted(base, number_format(field))


def _conditional_formats(view: View, sheet: Sheet, here: SheetLayout) -> tuple[ConditionalFormat, ...]:
    """Held cells, required ones still empty in a row that was begun, coloured values, bands; first wins."""
    first, end = here.first_row, min(MAX_ROWS, max(COLOURED_ROWS, 2 * here.last_row))
    held = tuple(_held_cells(here, end))
    needed = [field.key for field in sheet.fields if field.required and field.entered]
    begun = here.columns.get(sheet.name_field)
    coloured = (*paints(view, sheet, here, end), *_bands(sheet, here, end))
    columns = sorted(here.columns[key] for key in needed if key in here.columns)
    if not columns or begun is None:
        return (*held, *coloured)
    spans = [span((first, column), (end, column)) for column in columns]
    corner = f"{letters(columns[0])}{first}"
    missing = ConditionalFormat(
        " ".join(spans), f'AND({corner}="",${letters(begun)}{first}<>"")', theme.MISSING
    )
    return (*held, missing, *coloured)


def _held_cells(here: SheetLayout, end: int) -> Iterator[ConditionalFormat]:
    """The cells that the status names; none where nobody can tell which column holds it."""
    if STATUS not in here.columns:
        return
    name = f'SUBSTITUTE(A${here.header_row},CHAR(10)," ")'
    yield ConditionalFormat(
        ranges=span((here.first_row, 1), (end, max(here.columns.values()))),
        formula=f'ISNUMBER(FIND("「"&{name}&"」",{here.cell(STATUS, here.first_row)}))',
        fill=theme.HELD,
        color=theme.HELD_INK,
    )


def _bands(sheet: Sheet, here: SheetLayout, end: int) -> Iterator[ConditionalFormat]:
    """Every second row a little darker, whatever is sorted, filtered or inserted."""
    entered = {
        here.columns[field.key] for field in sheet.fields if field.entered and field.key in here.columns
    }
    filled_in = set(here.columns.values()) - entered
    for columns, fill in ((entered, theme.BAND), (filled_in, theme.COMPUTED_BAND)):
        areas = [span((here.first_row, first), (end, last)) for first, last in neighbours(columns)]
        if areas:
            yield ConditionalFormat(" ".join(areas), "MOD(ROW(),2)=0", fill)
