"""Checking a whole book: keys, cells, record models, and what spans several rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from custbook_gen.check.constraints import model_issues, one_of_issues, unique_issues
from custbook_gen.check.rows import NEW, CheckedRow, SheetReader, raw_text
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import Layout
from custbook_gen.records import Row, Table, Tables, Value
from custbook_gen.schema import Book, Sheet, record_model
from custbook_gen.texts import Lang
from custbook_gen.values import Note, References, Words, converter, references
from custbook_gen.workbook import RawWorkbook


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows: the records at the workbook's revision and those of now.

    Both are ``None`` where a workbook is checked without its store; then unknown keys
    and missing rows cannot be told.
    """

    base: Tables | None = None
    stored: Tables | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: every record row of every sheet, and all issues."""

    rows: Mapping[str, tuple[CheckedRow, ...]]
    issues: tuple[Issue, ...]
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys that the workbook should show and does not, by sheet."""

    def valid(self, sheet: str) -> Iterator[CheckedRow]:
        """The rows of a sheet that may go into the store."""
        return (row for row in self.rows.get(sheet, ()) if not row.held)

    def held(self) -> Iterator[CheckedRow]:
        """All rows that an error holds back."""
        return (row for rows in self.rows.values() for row in rows if row.held)


@dataclass(slots=True)
class Checking:
    """A check under way: what it works on, and what it has found so far."""

    book: Book
    lang: Lang
    as_of: dt.date
    known: Known
    readers: dict[str, SheetReader] = field(default_factory=dict)
    rows: dict[str, list[CheckedRow]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def check_book(
    book: Book, raw: RawWorkbook, layout: Layout, known: Known, lang: Lang, as_of: dt.date
) -> Checked:
    """Check every cell of every sheet that the layout found.

    Args:
        book: the schema.
        raw: the workbook as it was read.
        layout: where its sheets and columns stand.
        known: what the store holds.
        lang: the workbook's language.
        as_of: the evaluation date, for bounds that depend on it.
    """
    run = Checking(book, lang, as_of, known)
    present = [sheet for sheet in book.sheets if sheet.key in layout.sheets]
    plain = Words.of(book, lang, {sheet.key: references(sheet.label.line(lang), ()) for sheet in book.sheets})
    for sheet in present:
        _add_reader(run, raw, layout, sheet, plain)
        _find_rows(run, sheet)
    words = Words(book, lang, plain.vocabularies, _all_references(run))
    for sheet in present:
        _add_reader(run, raw, layout, sheet, words)
        _read_rows(run, sheet)
    for sheet in present:
        _check_sheet(run, sheet)
    _hold_dependents(run)
    return Checked({key: tuple(rows) for key, rows in run.rows.items()}, tuple(run.issues), _missing(run))


def _add_reader(run: Checking, raw: RawWorkbook, layout: Layout, sheet: Sheet, words: Words) -> None:
    here = layout.sheets[sheet.key]
    tab = raw.sheet(here.title)
    assert tab is not None  # noqa: S101  (the layout was found in this workbook)
    converters = {item.key: converter(item, words) for item in sheet.fields}
    run.readers[sheet.key] = SheetReader(sheet, here, tab, converters, run.lang, run.as_of)


def _find_rows(run: Checking, sheet: Sheet) -> None:
    """The record rows of a sheet and their keys; copies and unknown numbers are faults."""
    reader, rows = run.readers[sheet.key], run.rows.setdefault(sheet.key, [])
    first: dict[str, int] = {}
    for number in reader.numbers():
        key = reader.converters[sheet.key_field].from_cell(reader.cell(number, sheet.key_field), None)
        row = CheckedRow(
            sheet.key, number, str(key.value) if key.value is not None else f"{NEW}{sheet.key}{NEW}{number}"
        )
        rows.append(row)
        notes = [note for note in key.notes if note.code != "text-was-number"]
        run.issues += [reader.issue(row, sheet.key_field, note) for note in notes]
        if row.new:
            continue
        if row.key in first:
            note = Note("key-duplicate", {"first": first[row.key]})
            run.issues.append(reader.issue(row, sheet.key_field, note))
        elif sheet.field(sheet.key_field).type == "auto" and not _is_known(run, sheet, row.key):
            run.issues.append(reader.issue(row, sheet.key_field, Note("key-unknown")))
        first.setdefault(row.key, number)


def _is_known(run: Checking, sheet: Sheet, key: str) -> bool:
    """Whether the store has the record, or had it when the workbook was made."""
    tables = [tables for tables in (run.known.stored, run.known.base) if tables is not None]
    return not tables or any(key in known[sheet.key].rows for known in tables)


def _all_references(run: Checking) -> dict[str, References]:
    """How records are referred to: by their stored names and by the names in this workbook."""
    known: dict[str, References] = {}
    for sheet in run.book.sheets:
        stored = run.known.stored[sheet.key].column(sheet.name_field) if run.known.stored else ()
        known[sheet.key] = references(sheet.label.line(run.lang), chain(stored, _names(run, sheet)))
    return known


def _names(run: Checking, sheet: Sheet) -> Iterator[tuple[str, Value]]:
    reader = run.readers.get(sheet.key)
    for row in run.rows.get(sheet.key, ()):
        if reader is not None:
            yield (
                row.key,
                reader.converters[sheet.name_field]
                .from_cell(reader.cell(row.number, sheet.name_field), None)
                .value,
            )


def _read_rows(run: Checking, sheet: Sheet) -> None:
    reader, base = run.readers[sheet.key], _base(run, sheet)
    for row in run.rows[sheet.key]:
        before = _values(base, row.key)
        issues = reader.read_row(row, before)
        if before is None or row.edited:
            row.edited |= {key for key, value in row.values.items() if before is None and value is not None}
        run.issues += issues


def _base(run: Checking, sheet: Sheet) -> Table | None:
    return run.known.base[sheet.key] if run.known.base is not None else None


def _values(table: Table | None, key: str) -> Mapping[str, Value] | None:
    if table is None or key not in table.rows:
        return None
    row: Row = table.rows[key]
    return dict(zip(table.fields, row, strict=True))


def _check_sheet(run: Checking, sheet: Sheet) -> None:
    """The record model and the rules between rows; rows nobody touched were checked before."""
    reader, rows = run.readers[sheet.key], run.rows[sheet.key]
    model, base = record_model(run.book, sheet), _base(run, sheet)
    for row in rows:
        if row.edited or base is None or row.key not in base.rows:
            run.issues += model_issues(reader, row, model, run.as_of)
            run.issues += one_of_issues(reader, row)
    stored = run.known.stored[sheet.key] if run.known.stored is not None else None
    run.issues += unique_issues(reader, rows, stored)


def _hold_dependents(run: Checking) -> None:
    """Hold rows that refer to a new row which is itself held, until nothing changes."""
    held = {row.key for rows in run.rows.values() for row in rows if row.new and row.held}
    waiting = list(held)
    while waiting:
        waiting = []
        for sheet in (reader.sheet for reader in run.readers.values()):
            refs = [item.key for item in sheet.stored_fields if item.type == "ref"]
            for row in run.rows[sheet.key]:
                bad = [key for key in refs if row.values.get(key) in held and key not in row.faults]
                reader = run.readers[sheet.key]
                shown = [raw_text(reader.cell(row.number, key)) for key in bad]
                for key, value in zip(bad, shown, strict=True):
                    run.issues.append(reader.issue(row, key, Note("ref-held", {"value": value})))
                if bad and row.new and row.key not in held:
                    held.add(row.key)
                    waiting.append(row.key)


def _missing(run: Checking) -> dict[str, tuple[str, ...]]:
    """Records that the workbook showed at its revision and that are gone from their sheet."""
    gone: dict[str, tuple[str, ...]] = {}
    for key, reader in run.readers.items():
        base = _base(run, reader.sheet)
        stored = run.known.stored[key].rows if run.known.stored is not None else {}
        seen = {row.key for row in run.rows[key]}
        keys = [record for record in (base.rows if base else ()) if record in stored and record not in seen]
        if keys:
            gone[key] = tuple(keys)
            run.issues += [_missing_issue(reader, record) for record in keys]
    return gone


def _missing_issue(reader: SheetReader, key: str) -> Issue:
    place = Place(reader.sheet.key, reader.here.title, key, cell=reader.here.place(None, None))
    return Issue("row-missing", place, key, facts={"key": key})
