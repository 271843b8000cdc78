"""Checking a whole book: keys, cells, record models, and what spans several rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from custbook_gen.check.constraints import model_issues, one_of_issues, unique_issues
from custbook_gen.check.rows import NEW, CheckedRow, SheetReader, provisional_key, raw_text
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import Layout
from custbook_gen.records import Row, Table, Tables, Value
from custbook_gen.schema import Book, Field, Sheet, record_model
from custbook_gen.texts import Lang
from custbook_gen.values import SEPARATOR, Note, References, Words, converter, references
from custbook_gen.workbook import RawWorkbook


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows: the records at the workbook's revision and those of now.

    Both are ``None`` where a workbook is checked without its store; then unknown keys
    and missing rows cannot be told.  ``arrived`` are the keys that rows without a number
    got when the same workbook was synced before at the same revision, by sheet and mark.
    """

    base: Tables | None = None
    stored: Tables | None = None
    arrived: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


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
        _restore_numbers(run, sheet)
        _hold_copies(run, sheet)
    for sheet in present:
        _check_sheet(run, sheet)
    known_issues = -1
    while known_issues != len(run.issues):  # a row that is held may hold others
        known_issues = len(run.issues)
        _check_unique(run)
        _hold_dependents(run)
    missing = _missing(run)
    return Checked({key: tuple(rows) for key, rows in run.rows.items()}, tuple(run.issues), missing)


def _add_reader(run: Checking, raw: RawWorkbook, layout: Layout, sheet: Sheet, words: Words) -> None:
    here = layout.sheets[sheet.key]
    tab = raw.sheet(here.title)
    assert tab is not None  # noqa: S101  (the layout was found in this workbook)
    converters = {item.key: converter(item, words) for item in sheet.fields}
    run.readers[sheet.key] = SheetReader(sheet, here, tab, converters, run.lang, run.as_of)


def _find_rows(run: Checking, sheet: Sheet) -> None:
    """The record rows of a sheet and their keys; unknown numbers are faults."""
    reader, rows = run.readers[sheet.key], run.rows.setdefault(sheet.key, [])
    times: Counter[str] = Counter()
    for number in reader.numbers():
        key = reader.key(number)
        known = str(key.value) if key.value is not None else provisional_key(sheet.key, number)
        row = CheckedRow(sheet.key, number, known)
        rows.append(row)
        if row.new:
            row.mark = reader.mark(number)
            row.key = _arrived_key(run, row, times[row.mark])
            times[row.mark] += 1
        notes = [note for note in key.notes if note.code != "text-was-number"]
        run.issues += [reader.issue(row, sheet.key_field, note) for note in notes]
        unknown = sheet.field(sheet.key_field).type == "auto" and not _is_known(run, sheet, row.key)
        if unknown and not row.new:
            run.issues.append(reader.issue(row, sheet.key_field, Note("key-unknown")))


def _arrived_key(run: Checking, row: CheckedRow, earlier: int) -> str:
    """The number that a row has in the store although its workbook was never told; else its own."""
    keys = run.known.arrived.get((row.sheet, row.mark), ())[earlier:]
    stored = run.known.stored[row.sheet].rows if run.known.stored is not None else {}
    return keys[0] if keys and keys[0] in stored else row.key


def _is_known(run: Checking, sheet: Sheet, key: str) -> bool:
    """Whether the store has the record, or had it when the workbook was made."""
    tables = [tables for tables in (run.known.stored, run.known.base) if tables is not None]
    return not tables or any(key in known[sheet.key].rows for known in tables)


def _all_references(run: Checking) -> dict[str, References]:
    """How records are referred to: by their stored names and by the names in this workbook."""
    known: dict[str, References] = {}
    for sheet in run.book.sheets:
        stored = run.known.stored[sheet.key].column(sheet.name_field) if run.known.stored else ()
        found = references(sheet.label.line(run.lang), chain(stored, _names(run, sheet)))
        # a number that is not given yet is nothing to show to people
        shown = {
            key: label.removesuffix(f"{SEPARATOR}{key}") if key.startswith(NEW) else label
            for key, label in found.labels.items()
        }
        known[sheet.key] = replace(found, labels=shown)
    return known


def _names(run: Checking, sheet: Sheet) -> Iterator[tuple[str, Value]]:
    """Every row's key and name; a copy that was renamed goes by its row, not by its number."""
    reader = run.readers.get(sheet.key)
    if reader is None:
        return
    base, rows = _base(run, sheet), run.rows[sheet.key]
    times = Counter(row.key for row in rows)
    for row in rows:
        cell = reader.cell(row.number, sheet.name_field)
        name = reader.converters[sheet.name_field].from_cell(cell, None).value
        before = _values(base, row.key) or {}
        copied = times[row.key] > 1 and name != before.get(sheet.name_field)
        yield (provisional_key(sheet.key, row.number) if copied else row.key), name


def _read_rows(run: Checking, sheet: Sheet) -> None:
    reader, base = run.readers[sheet.key], _base(run, sheet)
    for row in run.rows[sheet.key]:
        run.issues += reader.read_row(row, _values(base, row.key))


def _restore_numbers(run: Checking, sheet: Sheet) -> None:
    """Know a record again whose number alone was erased: one that is missing, in an unchanged row."""
    reader, base, rows = run.readers[sheet.key], _base(run, sheet), run.rows[sheet.key]
    if base is None or run.known.stored is None or sheet.field(sheet.key_field).type != "auto":
        return
    stored, at = run.known.stored[sheet.key].rows, base.position(sheet.key_field)
    seen = {row.key for row in rows}
    lost: dict[Row, list[str]] = defaultdict(list)
    for key, values in base.rows.items():
        if key in stored and key not in seen:
            lost[values[:at] + values[at + 1 :]].append(key)
    for row in rows if lost else ():
        if not row.new or row.faults:
            continue
        keys = lost.get(tuple(row.values.get(name) for name in base.fields if name != sheet.key_field), [])
        if len(keys) == 1:
            row.key, row.mark = keys.pop(), ""
            row.values[sheet.key_field] = row.key
            row.edited.clear()
            run.issues.append(reader.issue(row, sheet.key_field, Note("computed-changed")))


def _hold_copies(run: Checking, sheet: Sheet) -> None:
    """Of rows with one number, the untouched one is the record; all others wait for their own.

    If none is untouched, nobody can tell which was meant, and all of them are held.
    """
    reader, base = run.readers[sheet.key], _base(run, sheet)
    same: dict[str, list[CheckedRow]] = defaultdict(list)
    for row in run.rows[sheet.key]:
        same[row.key].append(row)
    for key, rows in same.items():
        if len(rows) == 1:
            continue
        shown = base is not None and key in base.rows
        record = next((row for row in rows if not (shown and row.edited)), None)
        for row in rows:
            if row is not record:
                first = record or rows[row is rows[0]]
                note = Note("key-duplicate", {"first": first.number})
                run.issues.append(reader.issue(row, sheet.key_field, note))


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


def _check_unique(run: Checking) -> None:
    for key, reader in run.readers.items():
        stored = run.known.stored[key] if run.known.stored is not None else None
        run.issues += unique_issues(reader, run.rows[key], stored)


def _hold_dependents(run: Checking) -> None:
    """Hold rows that refer to a record which is not stored and will not be, until nothing changes."""
    usable = {sheet.key: _usable(run, sheet) for sheet in run.book.sheets}
    waiting = True
    while waiting:
        waiting = False
        for reader in run.readers.values():
            for row in run.rows[reader.sheet.key]:
                lost = [item for item in _references(run, reader.sheet, row) if _dangles(row, item, usable)]
                run.issues += [
                    reader.issue(row, item.key, _about_target(run, reader, row, item)) for item in lost
                ]
                if lost and not _is_stored(run, row):
                    usable[row.sheet].discard(row.key)
                    waiting = True


def _usable(run: Checking, sheet: Sheet) -> set[str]:
    """The records of a sheet that other rows may refer to: stored ones and valid new ones."""
    stored = set(run.known.stored[sheet.key].rows) if run.known.stored is not None else set()
    base = _base(run, sheet)
    gone = base.rows.keys() - stored if base is not None and run.known.stored is not None else ()
    rows = run.rows.get(sheet.key, ())
    return stored | {
        row.key for row in rows if (not row.held or _is_stored(run, row)) and row.key not in gone
    }


def _is_stored(run: Checking, row: CheckedRow) -> bool:
    """Whether the store has the record; without the store, whether the row has a number."""
    if run.known.stored is None:
        return not row.new
    return row.key in run.known.stored[row.sheet].rows


def _references(run: Checking, sheet: Sheet, row: CheckedRow) -> list[Field]:
    """The references of a row that would be stored: all of a new row, the edited ones of others."""
    return [
        item
        for item in sheet.stored_fields
        if item.type == "ref" and (item.key in row.edited or (row.edited and not _is_stored(run, row)))
    ]


def _dangles(row: CheckedRow, item: Field, usable: Mapping[str, set[str]]) -> bool:
    value = row.values.get(item.key)
    return value is not None and item.key not in row.faults and value not in usable[str(item.to)]


def _about_target(run: Checking, reader: SheetReader, row: CheckedRow, item: Field) -> Note:
    """Why a reference cannot be stored: its record's row is held, or somebody deleted the record."""
    value, target = row.values[item.key], str(item.to)
    shown = raw_text(reader.cell(row.number, item.key))
    numbers = {provisional_key(target, other.number) for other in run.rows.get(target, ()) if other.held}
    if value in numbers or any(other.key == value and other.held for other in run.rows.get(target, ())):
        return Note("ref-held", {"value": shown})
    return Note("ref-unknown", {"value": shown, "target": run.book.sheet(target).label.line(run.lang)})


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
