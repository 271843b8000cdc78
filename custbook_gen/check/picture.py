"""The records of the book as they would be after this sync, and how checks look at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from custbook_gen.check.found_rows import FoundRows, RowsByKey
from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.derive import Facts
from custbook_gen.records import Row, Table, Tables, Value
from custbook_gen.schema import Book, Settings
from custbook_gen.values import Note, Words, converter, display


class Finding(NamedTuple):
    """Something found about a field of a record, wherever the record stands."""

    sheet: str
    key: str
    field: str
    note: Note


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """The records as they would be: the store's, with the valid rows of this workbook put in.

    ``rows`` are the rows of this workbook by sheet and key; records that others keep and
    this workbook does not show are in ``facts`` only.  ``dated`` tells whether the store
    is known, so that what was entered now can be told from what stood there before.
    """

    book: Book
    words: Words
    facts: Facts
    readers: Mapping[str, SheetReader]
    rows: Mapping[str, RowsByKey]
    dated: bool

    @property
    def settings(self) -> Settings:
        """The book's settings."""
        return self.book.settings

    def table(self, sheet: str) -> Table:
        """The records of a sheet."""
        return self.facts.tables[sheet]

    def row(self, sheet: str, key: str) -> CheckedRow | None:
        """A record's row; nothing where this workbook does not show it."""
        rows = self.rows.get(sheet)
        return rows.get(key) if rows is not None else None

    def shown_rows(self, sheet: str) -> Mapping[str, CheckedRow]:
        """The rows of this workbook by key; none of a sheet that it does not show."""
        return self.rows.get(sheet, {})

    def entered(self, sheet: str, key: str, fields: Iterable[str]) -> bool:
        """Whether a record comes from this workbook: it is new, or one of these fields was edited."""
        row = self.row(sheet, key)
        return row is not None and not row.held and (row.new or not row.edited.isdisjoint(fields))

    def fresh(self, sheet: str) -> Sequence[CheckedRow]:
        """The rows of a sheet that are new or edited, and not held."""
        rows = self.rows[sheet].looked_at() if sheet in self.rows else ()
        return [row for row in rows if (row.edited or row.new) and not row.held]

    def label(self, sheet: str, field: str) -> str:
        """A field's label on one line."""
        return self.book.sheet(sheet).field(field).label.line(self.words.lang)

    def shown(self, sheet: str, field: str, value: Value) -> str:
        """A value of a field as people read it."""
        return display(converter(self.book.sheet(sheet).field(field), self.words), value)

    def name(self, sheet: str, key: str) -> str:
        """What a record is called: its name and its number."""
        return self.words.references[sheet].labels.get(key, key)


def merged_tables(
    book: Book, rows: Mapping[str, FoundRows], stored: Tables | None, base: Tables | None
) -> Tables:
    """The records of every sheet as they would be if all rows that are not held were taken.

    Args:
        book: the schema.
        rows: the rows of the workbook, by sheet.
        stored: what the store holds now; ``None`` where it is not known.
        base: what the workbook showed.
    """
    tables: dict[str, Table] = {}
    for sheet in book.sheets:
        names, own = tuple(field.key for field in sheet.stored_fields), rows.get(sheet.key)
        seen = own.looked_at() if own is not None else ()
        if stored is None:
            taken = {
                row.key: _whole(row, names, sheet.key_field) for row in seen if not (row.new and row.held)
            }
            tables[sheet.key] = Table(sheet.key, names, taken)
            continue
        table = stored[sheet.key]
        shown = base[sheet.key].rows if base is not None else {}
        taken = {
            row.key: _merged(row, table, sheet.key_field)
            for row in seen
            if (row.edited or row.new)
            and not row.held
            and (row.edited or row.key in table.rows or row.key not in shown)
        }
        tables[sheet.key] = (
            Table(sheet.key, table.fields, dict(table.rows.items()) | taken) if taken else table
        )
    return tables


def _whole(row: CheckedRow, names: Sequence[str], key_field: str) -> Row:
    """All that a row says; what is faulty in it counts as empty."""
    values = {**row.values, key_field: row.key}
    return tuple(None if name in row.faults else values.get(name) for name in names)


def _merged(row: CheckedRow, table: Table, key_field: str) -> Row:
    """The stored record with a row's edits put in."""
    now = table.rows.get(row.key)
    if now is None:
        return _whole(row, table.fields, key_field)
    return tuple(
        row.values.get(name) if name in row.edited else value
        for name, value in zip(table.fields, now, strict=True)
    )
