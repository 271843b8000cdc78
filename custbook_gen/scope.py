"""Which records a workbook shows that is for one person, region or class alone.

A scope names a field and a value.  Of the field's sheet the workbook shows the records that
have the value; of every sheet that refers to that one, directly or through others, the records
that belong to them; sheets that do not hang from it (products, staff, the dictionary) are shown
whole.  Everything else in the workbook (computed values, summaries) is that of these records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from custbook_gen.records import Change, Row, Table, Tables, Value
from custbook_gen.schema import Book, Sheet
from custbook_gen.value_objects import value_object

ALL = "all"
"""What a workbook without a scope says of itself."""


@value_object
class Scope:
    """The records of a sheet that have a value in a field; it is written ``sheet.field=value``."""

    sheet: str
    field: str
    value: str

    @classmethod
    def read(cls, text: str) -> Scope | None:
        """The scope that a workbook says it has; nothing where it shows everything.

        Raises:
            ValueError: it says neither.
        """
        if text == ALL:
            return None
        place, mark, value = text.partition("=")
        sheet, point, field = place.partition(".")
        if not (mark and point):
            raise ValueError(f"not a scope: {text!r}")
        return cls(sheet, field, value)

    def __str__(self) -> str:
        return f"{self.sheet}.{self.field}={self.value}"

    def fits(self, book: Book) -> bool:
        """Whether the book has the sheet and its field."""
        sheet = book.sheet_by_key.get(self.sheet)
        return sheet is not None and self.field in sheet.by_key and sheet.field(self.field).stored

    def has(self, value: Value) -> bool:
        """Whether a value of the field is the scope's."""
        return self.value in value if isinstance(value, tuple) else value == self.value


def shown(book: Book, tables: Tables, scope: Scope | None) -> Tables:
    """The records that a workbook of a scope shows; all of them without one.

    Args:
        book: the schema; it has the scope's field.
        tables: the records of the whole book.
        scope: which of them.
    """
    if scope is None:
        return tables
    kept = dict(tables)
    kept[scope.sheet] = _only(tables[scope.sheet], scope.field, scope.has)
    for sheet, field in _belonging(book, scope.sheet):
        owners = kept[sheet.field(field).to or ""].rows
        kept[sheet.key] = _only(tables[sheet.key], field, owners.__contains__)
    return kept


def parts(table: Table, field: str) -> Mapping[str, int]:
    """Every value of a field, in order, and how many records of its sheet have it."""
    counts: dict[str, int] = {}
    for _, value in table.column(field):
        for one in value if isinstance(value, tuple) else (value,):
            if one is not None:
                counts[str(one)] = counts.get(str(one), 0) + 1
    return dict(sorted(counts.items()))


def left_out(before: Tables, after: Tables, stored: Tables) -> Iterable[tuple[str, str]]:
    """Sheet and key of records that a workbook showed and that exist, but are no longer its own."""
    for sheet, table in before.items():
        for key in table.rows:
            if key not in after[sheet].rows and key in stored[sheet].rows:
                yield sheet, key


def with_changes(tables: Tables, changes: Iterable[Change]) -> Tables:
    """The records as they are once changes were stored."""
    rows: dict[str, dict[str, Row]] = {}
    for change in changes:
        table = tables[change.sheet]
        if change.sheet not in rows:
            rows[change.sheet] = dict(table.rows.items())
        some = rows[change.sheet]
        if change.kind == "delete":
            some.pop(change.key, None)
            continue
        before = some.get(change.key, (None,) * len(table.fields))
        some[change.key] = tuple(
            change.after.get(field, value) for field, value in zip(table.fields, before, strict=True)
        )
    return {key: replace(table, rows=rows[key]) if key in rows else table for key, table in tables.items()}


def _belonging(book: Book, root: str) -> list[tuple[Sheet, str]]:
    """The sheets that hang from one, nearest first, each with the field by which it does."""
    reached, found = {root}, list[tuple[Sheet, str]]()
    while True:
        near = [
            (sheet, field.key)
            for sheet in book.sheets
            if sheet.key not in reached
            for field in sheet.stored_fields
            if field.kind == "ref" and field.to in reached
        ]
        first = {sheet.key: (sheet, field) for sheet, field in reversed(near)}
        if not first:
            return found
        found += first.values()
        reached |= first.keys()


def _only(table: Table, field: str, wanted: Callable[[Value], bool]) -> Table:
    at = table.position(field)
    return replace(table, rows={key: row for key, row in table.rows.items() if wanted(row[at])})
