"""What a sheet that only summaries know is: its fields, and where its rows come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from custbook_gen.derive import Facts
from custbook_gen.portions import PORTION
from custbook_gen.records import ColumnRows, Row, Table, Value
from custbook_gen.schema import Book, Category, Choice, Field, Label, Sheet
from custbook_gen.summaries.context import Context
from custbook_gen.tabs.made import SHEETS
from custbook_gen.value_objects import value_object

ROW_ID: Final = "row_id"
"""The key field of every such sheet: the row's number as text."""

Columns = Callable[[Context, Facts], Sequence[Sequence[Value]]]
"""Gives the columns of a sheet; none where it has no rows."""


def by_columns(rows: Callable[[Context, Facts], Iterable[Row]]) -> Columns:
    """The columns of a sheet, of what gives its rows."""
    return lambda context, facts: list(zip(*rows(context, facts), strict=True))


def no_categories(_: Book) -> tuple[Category, ...]:
    """The categories of a source that has none of its own."""
    return ()


@value_object
class Source:
    """A sheet made of the records.

    ``columns`` gives the values of each of ``fields``, in the order of those.  Fields that refer
    to a sheet or category which the book lacks are left out.
    """

    key: str
    label: Label
    fields: tuple[Field, ...]
    columns: Columns
    categories: tuple[Category, ...] = ()
    own_categories: Callable[[Book], tuple[Category, ...]] = no_categories
    """Categories whose choices depend on the book."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The sheets and fields without which a book does not have it."""
        return SHEETS[self.key]

    def sheet(self, book: Book) -> Sheet:
        """The sheet as a book has it."""
        known = set(book.category_by_key) | {c.key for c in (*self.categories, *self.own_categories(book))}
        key = field(ROW_ID, "行", "Row", "text", required=True)
        fields = tuple(
            one
            for one in self.fields
            if (one.category is None or one.category in known)
            and (one.to is None or one.to in book.sheet_by_key)
        )
        return Sheet(
            key=self.key, label=self.label, key_field=ROW_ID, name_field=ROW_ID, fields=(key, *fields)
        )

    def table(self, sheet: Sheet, context: Context, facts: Facts) -> Table:
        """The rows of the sheet."""
        keys = tuple(one.key for one in sheet.fields)
        columns = self.columns(context, facts)
        if len(keys) <= len(self.fields) and columns:  # some are left out
            columns = [column for one, column in zip(self.fields, columns, strict=True) if one.key in keys]
        numbers = list(map(str, range(1, len(columns[0]) + 1 if columns else 1)))
        portions = [
            [column[at : at + PORTION] for column in (numbers, *columns)]
            for at in range(0, len(numbers), PORTION)
        ]
        return Table(sheet.key, keys, ColumnRows(numbers, portions))


def field(key: str, zh: str, en: str, type_: str, **options: object) -> Field:
    """A field of such a sheet."""
    return Field.model_validate({"key": key, "label": Label(zh=zh, en=en), "type": type_, **options})


def category(key: str, zh: str, en: str, **choices: tuple[str, str]) -> Category:
    """A category of such a sheet: its choices by code."""
    return Category(
        key=key,
        label=Label(zh=zh, en=en),
        choices=tuple(
            Choice(code=code, label=Label(zh=labels[0], en=labels[1])) for code, labels in choices.items()
        ),
    )
