"""The rows of a table: which records, choices or months, in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from custbook_gen.schema import Book, Category
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.figures import query_value
from custbook_gen.summaries.periods import month_label
from custbook_gen.summaries.tallies import Code, Tally
from custbook_gen.tabs import Grouping, TableBlock
from custbook_gen.texts import say
from custbook_gen.workbook import Cell, Formula

MOST_ROWS: Final = 200
"""Records or choices that a table lists at most; the rest goes into one row."""

Groups = Mapping[str, Mapping[Code, Tally]]
"""Tallies by figure and row."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: one member of its grouping, or ``rest``, all that are not listed."""

    label: Cell | Formula
    code: Code = None
    kind: Literal["member", "rest"] = "member"


def head(block: TableBlock, context: Context) -> str:
    """The header over the rows' labels."""
    each, book = block.each, context.book
    if each.label is not None:
        return each.label.text(context.lang)
    if each.records_of is not None:
        return book.sheet(each.records_of).label.text(context.lang)
    if each.choices_of is not None:
        return book.category(each.choices_of).label.text(context.lang)
    return say("summary.month", context.lang)


def table_rows(block: TableBlock, groups: Groups, context: Context) -> list[Row]:
    """The rows of a table from top to bottom, without its total."""
    each = block.each
    if each.months is not None:
        return [Row(month_label(back, context.as_of), back) for back in reversed(range(each.months))]
    members = _records(each.records_of, context) if each.records_of else _choices(each, groups, context)
    if each.by is not None:
        order = _sizes(block, groups)
        members.sort(key=lambda row: order.get(row.code, Decimal(0)), reverse=True)
    most = each.top or MOST_ROWS
    rows = members[:most]
    if each.unfilled and members:
        rows.append(Row(context.say("summary.unfilled")))
    if len(members) > most and not _overlaps(block, context.book):
        rows.append(Row(context.say("summary.rest"), kind="rest"))
    return rows


def _records(sheet_key: str, context: Context) -> list[Row]:
    """One row per record, by name; by name and key where several have the same."""
    table = context.tables.get(sheet_key)
    if table is None:
        return []
    names = dict(table.column(context.book.sheet(sheet_key).name_field))
    often = Counter(names.values())
    labels = context.words.references[sheet_key].labels
    return [
        Row(str(name) if name is not None and often[name] == 1 else labels.get(key, key), key)
        for key, name in names.items()
    ]


def _choices(each: Grouping, groups: Groups, context: Context) -> list[Row]:
    """One row per choice that is active or still in use, under its parents' labels."""
    category = context.book.category(str(each.choices_of))
    used = {code for group in groups.values() for code in group}
    return [
        Row(" ".join(_path(category, choice.code, context)), choice.code)
        for choice in category.choices
        if choice.active or choice.code in used
    ]


def _path(category: Category, code: str, context: Context) -> Iterable[str]:
    """The labels of a choice and of those above it, the topmost first."""
    parent = category.by_code[code].parent
    if category.parent is not None and parent is not None:
        yield from _path(context.book.category(category.parent), parent, context)
    yield context.words.vocabularies[category.key].labels[code]


def _sizes(block: TableBlock, groups: Groups) -> dict[Code, Decimal]:
    """The values of the column that orders the rows."""
    figure = next(figure for figure in block.columns if figure.id == block.each.by)
    values = {code: query_value(figure, tally) for code, tally in groups.get(figure.id, {}).items()}
    return {code: Decimal(v) for code, v in values.items() if isinstance(v, int | Decimal)}


def _overlaps(block: TableBlock, book: Book) -> bool:
    """Whether a record may belong to several rows, so that no rest can be told."""
    return any(
        condition.each and book.sheet(figure.sheet).field(condition.field).kind == "multi"
        for figure in block.columns
        for condition in figure.where
    )
