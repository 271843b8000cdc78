"""A check under way: what it works on, and what it has found so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from custbook_gen.check.found_rows import FoundRows
from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.derive import ChangedOn
from custbook_gen.issues import Issue
from custbook_gen.records import Table, Tables, Value
from custbook_gen.schema import Book, Sheet
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object


@value_object
class Known:
    """What the store knows: the records at the workbook's revision and those of now.

    Both are ``None`` where a workbook is checked without its store; then unknown keys
    and missing rows cannot be told.  ``arrived`` are the keys that rows without a number
    got when the same workbook was synced before at the same revision, by sheet and mark;
    ``claimed`` are those of rows that were edited since, by sheet and row.
    ``before`` is the book as the workbook shows it, where values may be called otherwise.
    ``next_numbers`` are the next free numbers of sheets that have them.  ``changed_on`` says
    since when records of ``base`` had their values, for the rules that ask.
    ``drawn`` are the records that computed values were worked out of, where these are not
    ``base``: edits that wait show an older state than what is computed around them.
    """

    base: Tables | None = None
    stored: Tables | None = None
    arrived: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    claimed: Mapping[tuple[str, int], str] = field(default_factory=dict)
    before: Book | None = None
    next_numbers: Mapping[str, int] = field(default_factory=dict)
    changed_on: ChangedOn = field(default_factory=dict)
    drawn: Tables | None = None


@value_object
class Checked:
    """What a check found: every record row of every sheet, and all issues."""

    rows: Mapping[str, FoundRows]
    issues: tuple[Issue, ...]
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys that the workbook should show and does not, by sheet."""

    def valid(self, sheet: str) -> Iterator[CheckedRow]:
        """The rows of a sheet that may go into the store and are not just as they were written."""
        rows = self.rows.get(sheet)
        return (row for row in (rows.looked_at() if rows is not None else ()) if not row.held)

    def held(self) -> Iterator[CheckedRow]:
        """All rows that an error holds back."""
        return (row for rows in self.rows.values() for row in rows.looked_at() if row.held)


@dataclass(slots=True)
class Checking:
    """A check under way: what it works on, and what it has found so far."""

    book: Book
    lang: Lang
    as_of: dt.date
    known: Known
    readers: dict[str, SheetReader] = field(default_factory=dict)
    rows: dict[str, FoundRows] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def base_table(run: Checking, sheet: Sheet) -> Table | None:
    """What the workbook showed of a sheet, if that is known."""
    return run.known.base[sheet.key] if run.known.base is not None else None


def values_of(table: Table | None, key: str) -> Mapping[str, Value] | None:
    """A record's values by field; nothing where there is no such record."""
    if table is None or key not in table.rows:
        return None
    return dict(zip(table.fields, table.rows[key], strict=True))


def is_stored(run: Checking, row: CheckedRow) -> bool:
    """Whether the store has the record; without the store, whether the row has a number."""
    if run.known.stored is None:
        return not row.new
    return row.key in run.known.stored[row.sheet].rows
