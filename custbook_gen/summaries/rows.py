"""The rows of a table, and the columns of a cross table: which members, in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from heapq import nlargest
from itertools import pairwise
from typing import Final, Literal

from custbook_gen.schema import Book, Category
from custbook_gen.summaries.aspects import Code, Query
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.figures import query_value
from custbook_gen.summaries.groups import Tally
from custbook_gen.summaries.links import link
from custbook_gen.summaries.periods import month_label, year_label
from custbook_gen.tabs import Figure, Grouping, Role, field_at
from custbook_gen.texts import say
from custbook_gen.value_objects import value_object
from custbook_gen.values import plain
from custbook_gen.workbook import Cell, Formula

NOTHING: Final = Decimal(0)
MOST_ROWS: Final = 200
"""Records or choices that a table lists at most; the rest goes into one row."""


@value_object
class Row:
    """A row of a table: one member of its grouping, or ``rest``, all that are not listed."""

    label: Cell | Formula
    code: Code = None
    kind: Literal["member", "rest"] = "member"


@value_object
class Members:
    """What decides about the rows of a table: which codes records have, and how large each is."""

    used: frozenset[Code]
    sizes: Mapping[Code, Decimal]
    overlap: bool
    """Whether a record may belong to several rows, so that no rest can be told."""


def head(each: Grouping, context: Context) -> str:
    """The header over the rows' labels."""
    book = context.book
    if each.label is not None:
        return each.label.text(context.lang)
    if each.records_of is not None:
        return book.sheet(each.records_of).label.text(context.lang)
    if each.choices_of is not None:
        return book.category(each.choices_of).label.text(context.lang)
    if each.bands is not None:
        return say("summary.band", context.lang)
    return say("summary.year" if each.years else "summary.month", context.lang)


def rows(each: Grouping, members: Members, context: Context) -> list[Row]:
    """The rows of a table from top to bottom, without its total.

    A table with ``top`` leaves out members whose deciding number is 0.
    """
    fixed = _fixed(each, context)
    if fixed is not None:
        return fixed
    codes = _codes(each, members, context)
    if each.top is not None:  # nobody looks for what comes to nothing
        codes = [code for code in codes if members.sizes.get(code)]
    most = each.top or MOST_ROWS
    shown = codes[:most]
    if each.by is not None:
        shown = nlargest(most, codes, key=lambda code: members.sizes.get(code, NOTHING))
    label = _labels(each, context)
    found = [Row(label(code), code) for code in shown]
    if each.unfilled and codes:
        found.append(Row(_unfilled(each, context)))
    if len(codes) > most and not members.overlap:
        found.append(Row(context.say("summary.rest"), kind="rest"))
    return found


def _fixed(each: Grouping, context: Context) -> list[Row] | None:
    """Rows that do not depend on the records."""
    if each.months is not None:
        return [Row(month_label(back, context.as_of), back) for back in reversed(range(each.months))]
    if each.years is not None:
        return [Row(year_label(back, context.as_of), back) for back in reversed(range(each.years))]
    if each.months_of_year:
        lines = [line.split() for line in say("summary.months", context.lang).split("\n")]
        return [Row(" ".join(names), at) for at, names in enumerate(zip(*lines, strict=True), 1)]
    if each.bands is None:
        return None
    limits = [plain(limit) for limit in each.bands]
    labels = [f"{low}–{high}" for low, high in pairwise(limits)]
    bands = [Row(label, at) for at, label in enumerate([*labels, f"≥ {limits[-1]}"])]
    return [*bands, Row(_unfilled(each, context))] if each.unfilled else bands


def _unfilled(each: Grouping, context: Context) -> str:
    if isinstance(each.unfilled, bool):
        return context.say("summary.unfilled")
    return each.unfilled.line(context.lang)


def _codes(each: Grouping, members: Members, context: Context) -> list[str]:
    """The records, or the choices that are active or still in use, in their own order."""
    if each.records_of is not None:
        return list(context.records(each.records_of))
    return [
        choice.code
        for choice in context.book.category(str(each.choices_of)).choices
        if (choice.active or choice.code in members.used) and (each.only is None or choice.code in each.only)
    ]


def _labels(each: Grouping, context: Context) -> Callable[[str], str]:
    """What members are called: choices under their parents' labels, records by name.

    Where several records have one name, their keys are shown too.
    """
    if each.records_of is None:
        category = context.book.category(str(each.choices_of))
        return lambda code: " ".join(_path(category, code, context))
    sheet = context.book.sheet(each.records_of)
    names = context.names(sheet.key)
    often = Counter(names.values())

    def name(key: str) -> str:
        own = names[key]
        return str(own) if own is not None and often[own] == 1 else context.label(sheet.key, key)

    return name


def linked(row: Row, each: Grouping, context: Context) -> Cell | Formula:
    """A row's label; a record's as a link to it."""
    if each.records_of is None or row.code is None:
        return row.label
    return link(context, each.records_of, str(row.code), str(row.label))


def _path(category: Category, code: str, context: Context) -> Iterable[str]:
    """The labels of a choice and of those above it, the topmost first."""
    parent = category.by_code[code].parent
    if category.parent is not None and parent is not None:
        yield from _path(context.book.category(category.parent), parent, context)
    yield context.words.vocabularies[category.key].labels[code]


def overlaps(query: Query, role: Role, book: Book) -> bool:
    """Whether a record may belong to several rows (or columns) of a query's table."""
    return any(
        field is not None and field.kind == "multi"
        for condition in query.figure.where
        if condition.role == role
        for field in (field_at(book, book.sheet(query.figure.sheet), condition.field),)
    )


def sizes(figure: Figure, tallies: Mapping[Code, Tally]) -> Mapping[Code, Decimal]:
    """The values of the column that orders the rows, as far as they are numbers."""
    if figure.measure == "sum":
        return {code: tally.total for code, tally in tallies.items()}
    values = {code: query_value(figure, tally) for code, tally in tallies.items()}
    return {code: Decimal(value) for code, value in values.items() if isinstance(value, int | Decimal)}
