"""Lists: records that meet conditions, as they stood at the evaluation date."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from custbook_gen import theme
from custbook_gen.records import Value
from custbook_gen.schema import DATED, Field
from custbook_gen.summaries.aspects import is_within
from custbook_gen.summaries.charts import Drawn
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.links import link, named
from custbook_gen.summaries.page import LABEL_WIDTH, LEFT, LINE, NUMBER_WIDTH, Page, height
from custbook_gen.summaries.periods import period
from custbook_gen.summaries.shades import heat, highlight
from custbook_gen.summaries.table import LABEL, NUMBER, draw_nothing, label_style
from custbook_gen.tabs import Condition, FieldColumn, ListBlock
from custbook_gen.texts import say
from custbook_gen.value_objects import value_object
from custbook_gen.values import converter, number_format
from custbook_gen.workbook import Cell, Formula, Style

TEXT: Final = replace(theme.LABEL, horizontal="left", wrap=True)
DAY: Final = "yyyy-mm-dd"
"""Lists show the day of a moment."""
NUMBERS: Final = frozenset({"int", "dec", "money", "pct"})


def draw_list(block: ListBlock, context: Context, page: Page) -> Drawn:
    """Draw a list at the page's current row, and go on below it."""
    columns = _columns(block, context)
    found = _chosen(block, context)
    if len(found) > block.top:
        remark = say("summary.cut", context.lang, shown=block.top, all=len(found))
        page.put(LEFT, remark, theme.NOTE)
        page.down(LINE)
    headers = [column.header for column in columns]
    for column in columns:
        page.put(column.at, column.header, theme.TABLE_HEAD, column.width)
    widths = [column.characters for column in columns]
    page.down(max(24, *(height([h], w - 1, 15) for h, w in zip(headers, widths, strict=True))))
    first, keys = page.row, list(context.records(block.of))
    for number in found[: block.top]:
        _draw_row([column.cell(number, keys[number]) for column in columns], columns, page)
    if not found:
        draw_nothing(page, context.say("summary.no-rows"), columns[-1].at + columns[-1].width - 1 - LEFT)
    last = page.row - 1
    for spec, column in zip(block.fields, columns, strict=True):
        if spec.heat:
            heat(page, (column.at, first), (column.at, last))
        if spec.highlight is not None:
            highlight(page, column.at, (first, last), spec.highlight)
    places = {
        spec.field: (c.at, c.style.number_format) for spec, c in zip(block.fields, columns, strict=True)
    }
    return Drawn(page, first, last, columns[-1].at + columns[-1].width, places)


@value_object
class _Column:
    """A column of a list: where it stands, how it looks and what it shows."""

    at: int
    width: int
    header: str
    style: Style
    cell: Callable[[int, str], Cell | Formula]
    """From a record's number and key to the content of its cell."""

    @property
    def characters(self) -> float:
        """Its width in characters."""
        return LABEL_WIDTH if self.at == LEFT else self.width * NUMBER_WIDTH


def _columns(block: ListBlock, context: Context) -> list[_Column]:
    columns: list[_Column] = []
    at = LEFT
    for spec in block.fields:
        width = 1 if at == LEFT else spec.width
        columns.append(_column(block, spec, at, width, context))
        at += width
    return columns


def _column(block: ListBlock, spec: FieldColumn, at: int, width: int, context: Context) -> _Column:
    field = context.field(block.of, spec.field)
    header = (spec.label or field.label).text(context.lang)
    values = context.values(block.of, spec.field)
    if at == LEFT:
        form = number_format(field) if field.kind in (*NUMBERS, *DATED) else LABEL.number_format
        style = replace(LABEL, number_format=form, horizontal="left")
        return _Column(at, width, header, style, _linked(block.of, spec.field, field, values, context))
    show = _shown(field, context)
    return _Column(at, width, header, _style(field), lambda number, _: show(values[number]))


def _linked(
    sheet: str, path: str, field: Field, values: Sequence[Value], context: Context
) -> Callable[[int, str], Cell | Formula]:
    """The first column: a reference is a link to its record, a name one to its own."""
    show = _shown(field, context)

    def cell(number: int, key: str) -> Cell | Formula:
        value = values[number]
        if field.to is not None and value is not None:
            return link(context, field.to, str(value), named(context, field.to, str(value)))
        shown = show(value)
        own = path in (context.book.sheet(sheet).name_field, context.book.sheet(sheet).key_field)
        return link(context, sheet, key, shown) if own and isinstance(shown, str) else shown

    return cell


def _shown(field: Field, context: Context) -> Callable[[Value], Cell]:
    """How a field's values are shown: references by name alone."""
    if field.to is None:
        return converter(field, context.words).to_cell
    target = field.to
    return lambda value: None if value is None else named(context, target, str(value))


def _style(field: Field) -> Style:
    form = DAY if field.kind == "datetime" else number_format(field)
    if field.kind in NUMBERS:
        return replace(NUMBER, number_format=form)
    if field.kind in ("date", "datetime", "bool", "enum"):
        return replace(TEXT, number_format=form, horizontal="center")
    return TEXT


def _draw_row(cells: Sequence[Cell | Formula], columns: Sequence[_Column], page: Page) -> None:
    tall = LINE
    for cell, column in zip(cells, columns, strict=True):
        style = label_style(cell) if isinstance(cell, Formula) else column.style
        page.put(column.at, cell, style, column.width)
        if column.style.wrap and isinstance(cell, str):
            tall = max(tall, height([cell], column.characters - 1, 15))
    page.down(tall)


# ---------------------------------------------------------------- which records


def _chosen(block: ListBlock, context: Context) -> list[int]:
    """The numbers of the records that are listed, in order."""
    numbers: Iterable[int] = range(len(context.records(block.of)))
    for condition in block.where:
        values, meets = context.values(block.of, condition.field), _test(condition, context)
        numbers = [number for number in numbers if meets(values[number])]
    found = list(numbers)
    for path, descending in reversed(block.order()):
        values = context.values(block.of, path)
        filled = [number for number in found if values[number] is not None]
        empty = [number for number in found if values[number] is None] if len(filled) < len(found) else []
        ranks = _ranks(context.field(block.of, path), values, context)
        filled.sort(key=ranks.__getitem__, reverse=descending)
        found = filled + empty
    return found


def _ranks(field: Field, values: Sequence[Value], context: Context) -> Sequence[Any]:
    """What records with these values are sorted by: choices in the order of their category."""
    if field.category is None:
        return values
    order = {code: at for at, code in enumerate(context.book.category(field.category).by_code)}
    return [order.get(str(value), len(order)) for value in values]


def _test(condition: Condition, context: Context) -> Callable[[Value], bool]:
    """Whether a value meets a condition."""
    if condition.filled is not None:
        return lambda value: (value is not None and value not in ("", ())) == condition.filled
    if condition.bounded:
        low, high = condition.at_least, condition.less_than
        return lambda value: is_within(value, low, high)
    if condition.period is not None:
        stretch = period(condition.period, context.as_of)
        return stretch.covers
    wanted = frozenset(condition.is_ if isinstance(condition.is_, tuple) else (condition.is_,))
    return lambda value: not wanted.isdisjoint(value) if isinstance(value, tuple) else value in wanted
