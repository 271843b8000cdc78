"""A tab's blocks become a sheet: heading, cards, tables, lists and charts from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from custbook_gen import theme
from custbook_gen.formulas import AS_OF
from custbook_gen.summaries.aspects import Query
from custbook_gen.summaries.charts import draw_charts
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.criteria import query_formulas
from custbook_gen.summaries.cross import draw_cross
from custbook_gen.summaries.figures import Placed, cell_format, compared, content, query_value, value_of
from custbook_gen.summaries.listing import draw_list
from custbook_gen.summaries.page import LABEL_WIDTH, LEFT, NUMBER_WIDTH, RIGHT, Page, height
from custbook_gen.summaries.pieces import CardsAt, TableAt
from custbook_gen.summaries.table import draw_table
from custbook_gen.summaries.tallies import Tallies
from custbook_gen.tabs import QUERIES, Block, CrossBlock, Figure, MetricsBlock, Tab, TableBlock
from custbook_gen.texts import say
from custbook_gen.values import date_to_serial
from custbook_gen.workbook import Cell, Formula

CARDS: Final = ((LEFT, 1), (3, 2), (5, 2), (7, 2), (9, 2))
"""First column and width of the cards in a row."""
CARD_LABEL: Final = replace(theme.LABEL, fill=theme.ACCENT_SOFT, horizontal="center", wrap=True)
CARD_NUMBER: Final = replace(theme.BIG_NUMBER, size=16, horizontal="center")
CARD_NOTE: Final = replace(theme.NOTE, italic=False, border=True, horizontal="center", wrap=True)
FROZEN_ROWS: Final = 2


def draw_page(tab: Tab, context: Context) -> Page:
    """A summary tab drawn on a page.

    Args:
        tab: what the tab shows, checked against the book of the context.
        context: the records, with all that tabs may name, and where they stand in the workbook.
    """
    tallies = Tallies(context, tab)
    page = Page(context.title)
    metrics: dict[str, Placed] = {}
    _heading(tab, context, page)
    for block in tab.blocks:
        page.begin(
            block.title.line(context.lang) if block.title is not None else "",
            block.note.line(context.lang) if block.note is not None else "",
        )
        if block.title is not None:
            page.section(block.title.line(context.lang))
        if block.note is not None:
            _note(block.note.line(context.lang), page)
        if isinstance(block, MetricsBlock):
            for start in range(0, len(block.metrics), len(CARDS)):
                metrics |= _cards(block.metrics[start : start + len(CARDS)], metrics, tallies, page)
            page.down(10)
        else:
            _table(block, metrics, tallies, page)
    return page


def _note(text: str, page: Page) -> None:
    """What a block's numbers mean, under its heading."""
    columns = RIGHT - LEFT + 1
    page.put(LEFT, text, replace(theme.NOTE, italic=False, wrap=True), columns)
    page.down(height([text], LABEL_WIDTH + (columns - 1) * NUMBER_WIDTH, 12))


def _heading(tab: Tab, context: Context, page: Page) -> None:
    day = replace(theme.SUBTITLE, number_format="yyyy-mm-dd", horizontal="left", bold=True)
    key = "summary.remark" if context.layout.sheets else "summary.remark-values"
    remark = say(key, context.lang, currency=context.book.settings.currency)
    page.remark = remark
    page.put(LEFT, tab.title.line(context.lang), theme.TITLE)
    page.down(34)
    page.put(LEFT, context.say("book.as_of"), theme.SUBTITLE)
    page.put(LEFT + 1, Formula(AS_OF, date_to_serial(context.as_of)), day)
    columns = RIGHT - LEFT - 1
    page.put(LEFT + 2, remark, replace(theme.SUBTITLE, wrap=True), columns)
    page.down(max(20, height([remark], columns * NUMBER_WIDTH, 13)))
    page.down(8)


def _cards(
    figures: Sequence[Figure], known: dict[str, Placed], tallies: Tallies, page: Page
) -> dict[str, Placed]:
    """A row of cards: label, number and definition of each figure; where the numbers stand."""
    context, placed = tallies.context, dict(known)
    slots = list(zip(figures, CARDS, strict=False))
    labels = [figure.label.text(context.lang) for figure in figures]
    notes = [figure.note.text(context.lang) if figure.note else "" for figure in figures]
    page.record(CardsAt(page.row, tuple(column for _, (column, _) in slots)))
    for label, (_, (column, width)) in zip(labels, slots, strict=True):
        page.put(column, label, CARD_LABEL, width)
    page.down(height(labels, LABEL_WIDTH, 15))
    for figure, (column, width) in slots:
        cell = _metric(figure, placed, tallies)
        page.put(column, cell, replace(CARD_NUMBER, number_format=cell_format(figure, context.book)), width)
        placed[figure.id] = Placed(page.address(column, page.row), value_of(cell))
    page.down(32)
    for note, (_, (column, width)) in zip(notes, slots, strict=True):
        page.put(column, note or None, CARD_NOTE, width)
    page.down(height(notes, LABEL_WIDTH + 4, 12))
    return placed


def _metric(figure: Figure, known: dict[str, Placed], tallies: Tallies) -> Cell | Formula:
    if figure.measure not in QUERIES:
        return compared(figure, [known[name] for name in figure.operands])
    query = Query(figure)
    text = query_formulas(query, tallies.context)({})
    return content(text, query_value(figure, tallies.whole(query)))


def _table(block: Block, metrics: dict[str, Placed], tallies: Tallies, page: Page) -> None:
    """A table, cross table or list, with its charts beside or below it."""
    assert not isinstance(block, MetricsBlock)  # noqa: S101  (told apart by the caller)
    top = page.row
    if isinstance(block, TableBlock):
        drawn = draw_table(block, metrics, tallies, page)
    elif isinstance(block, CrossBlock):
        drawn = draw_cross(block, tallies, page)
    else:
        drawn = draw_list(block, tallies.context, page)
    total, remark = page.row > drawn.last + 1, drawn.first - 1 > top
    page.record(TableAt(drawn.first - 1, drawn.first, drawn.last, drawn.free, total, remark))
    draw_charts(block.charts, drawn, tallies.context.lang)
    page.down(14)
