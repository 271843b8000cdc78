"""Checking a whole book: keys, cells, record models, and what spans several rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain
from typing import cast

from custbook_gen.check.checks import CHECKS, Check, typed_issues
from custbook_gen.check.constraints import model_issues, one_of_issues
from custbook_gen.check.entries import Entries
from custbook_gen.check.found_rows import FoundRows
from custbook_gen.check.numbers import restore_numbers
from custbook_gen.check.out_of_use import out_of_use_issues
from custbook_gen.check.rows import NEW, CheckedRow, SheetReader, covered_cells, provisional_key
from custbook_gen.check.shown import look_at_changed
from custbook_gen.check.spellings import Spellings
from custbook_gen.check.state import Checked, Checking, Known, base_table, values_of
from custbook_gen.check.together import together_issues
from custbook_gen.check.torn import torn_issues
from custbook_gen.check.whole import settle
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import Layout
from custbook_gen.records import Value
from custbook_gen.schema import Book, Field, Sheet, record_model
from custbook_gen.texts import Lang, Saying
from custbook_gen.values import Note, References, Words, converter, references
from custbook_gen.workbook import RawWorkbook

__all__ = ["Checked", "Known", "check_book"]


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
    nothing = {sheet.key: references(sheet.label.line(lang), ()) for sheet in book.sheets}
    plain = Words.of(book, lang, nothing, known.before)
    for sheet in present:
        _add_reader(run, raw, layout, sheet, (plain, plain))
        _find_rows(run, sheet)
    known_issues = len(run.issues)
    words = _read_all(run, raw, layout, present, plain)
    restored = [issue for sheet in present for issue in restore_numbers(run, sheet)]
    if restored:  # names belong to other records than they seemed to
        del run.issues[known_issues:]
        words = _read_all(run, raw, layout, present, plain)
        run.issues += restored
    for sheet in present:
        _hold_covered(run, sheet)
        _hold_copies(run, sheet)
    checks = [check for check in CHECKS if check.applies(book)]
    for sheet in present:
        _check_sheet(run, sheet, checks)
    settle(run, words, checks)
    missing = _missing(run)
    return Checked(dict(run.rows), tuple(run.issues), missing)


def _add_reader(
    run: Checking, raw: RawWorkbook, layout: Layout, sheet: Sheet, words: tuple[Words, Words]
) -> None:
    """Read a sheet by the words of now, and by those that its cells were drawn with."""
    here = layout.sheets[sheet.key]
    tab = raw.sheet(here.title)
    assert tab is not None  # noqa: S101  (the layout was found in this workbook)
    now, shown = words
    converters = {item.key: converter(item, now) for item in sheet.fields}
    drawn = {item.key: converter(item, shown) for item in sheet.fields} if shown is not now else {}
    figures = {
        item.key: _figures(run.book, sheet.field(item.default_from))
        for item in sheet.stored_fields
        if item.default_from is not None
    }
    covered = covered_cells(tab, here)
    run.readers[sheet.key] = SheetReader(
        sheet, here, tab, converters, run.lang, run.as_of, drawn, covered, figures
    )


def _figures(book: Book, item: Field) -> dict[str, Decimal]:
    """The figures of a field's choices, by code."""
    choices = book.category(item.category).choices if item.category is not None else ()
    return {choice.code: choice.figure for choice in choices if choice.figure is not None}


def _find_rows(run: Checking, sheet: Sheet) -> None:
    """The record rows of a sheet and their keys; unknown numbers are faults."""
    reader, base = run.readers[sheet.key], base_table(run, sheet)
    rows = run.rows.setdefault(sheet.key, FoundRows(sheet.key, base))
    times: Counter[str] = Counter()
    spellings = Spellings(run, sheet)
    numbers, keys = reader.numbers(base)
    if None not in keys:
        rows.add_all_untouched(numbers, cast(list[str], keys))
        return
    for number, plain in zip(numbers, keys, strict=True):
        if plain is not None:
            rows.add_untouched(number, plain)
            continue
        key = reader.key(number)
        typed = str(key.value) if key.value is not None else provisional_key(sheet.key, number)
        row = CheckedRow(sheet.key, number, typed if key.value is None else spellings.usual(typed))
        if row.new:
            row.mark = reader.mark(number)
            row.key = _arrived_key(run, row, times[row.mark])
            times[row.mark] += 1
        rows.add(row)
        notes = [note for note in key.notes if note.code != "text-was-number"]
        if key.value is not None and spellings.usual(typed) != typed:
            notes.append(Note("key-respelled", {"value": typed, "usual": spellings.usual(typed)}))
        run.issues += [reader.issue(row, sheet.key_field, note) for note in notes]
        unknown = sheet.field(sheet.key_field).type == "auto" and not _is_known(run, sheet, row.key)
        if unknown and not row.new and not row.arrived:
            run.issues.append(reader.issue(row, sheet.key_field, Note("key-unknown")))


def _arrived_key(run: Checking, row: CheckedRow, earlier: int) -> str:
    """The number that a row got in the store although its workbook was never told; else its own.

    Also where the record was deleted since: an old copy of a workbook does not bring it back.
    """
    if (row.sheet, row.number) in run.known.claimed:
        return run.known.claimed[row.sheet, row.number]
    keys = run.known.arrived.get((row.sheet, row.mark), ())[earlier:]
    return keys[0] if keys else row.key


def _is_known(run: Checking, sheet: Sheet, key: str) -> bool:
    """Whether the store has the record, or had it when the workbook was made."""
    tables = [tables for tables in (run.known.stored, run.known.base) if tables is not None]
    return not tables or any(key in known[sheet.key].rows for known in tables)


def _all_references(run: Checking) -> dict[str, References]:
    """How records are referred to: by their stored names and by the names in this workbook."""
    known: dict[str, References] = {}
    for sheet in run.book.sheets:
        stored = run.known.stored[sheet.key].column(sheet.name_field) if run.known.stored else ()
        named = chain(stored, _names(run, sheet))
        # a number that is not given yet is nothing to show to people
        known[sheet.key] = references(sheet.label.line(run.lang), named, concealed=NEW)
    return known


def _names(run: Checking, sheet: Sheet) -> Iterable[tuple[str, Value]]:
    """Rows' keys as they are by now and names, but those that the store says as well.

    A copy that was renamed goes by its row, not by its number, and so does every row but the
    first with a number that the workbook did not show: :func:`_hold_copies` takes the same ones.
    """
    reader = run.readers.get(sheet.key)
    if reader is None:
        return ()
    numbers, keys = run.rows[sheet.key].numbers, run.rows[sheet.key].row_keys()
    named = reader.sheet.field(sheet.name_field).kind == "text"
    base, repeated = base_table(run, sheet), run.rows[sheet.key].repeated()
    known = dict(run.known.stored[sheet.key].column(sheet.name_field)) if run.known.stored and named else {}
    begun = set[str]()

    def told(number: int, key: str) -> tuple[str, Value] | None:
        cell = reader.cell(number, sheet.name_field)
        name = known.get(key)
        if isinstance(name, str) and cell == name and key not in repeated:
            return None
        name = reader.converters[sheet.name_field].from_cell(cell, None).value
        before = values_of(base, key)
        copied = key in repeated and (
            key in begun if before is None else name != before.get(sheet.name_field)
        )
        begun.add(key)
        return (provisional_key(sheet.key, number) if copied else key), name

    return (pair for place in zip(numbers, keys, strict=True) if (pair := told(*place)) is not None)


def _read_all(
    run: Checking, raw: RawWorkbook, layout: Layout, present: Sequence[Sheet], plain: Words
) -> Words:
    """Read all rows, by the names that records have by their numbers; gives the words that they say."""
    words = Words(run.book, run.lang, plain.vocabularies, _all_references(run))
    shown = words.showing(run.known.before)
    for sheet in present:
        _add_reader(run, raw, layout, sheet, (words, shown))
        _read_rows(run, sheet)
    return words


def _read_rows(run: Checking, sheet: Sheet) -> None:
    reader, base, rows = run.readers[sheet.key], base_table(run, sheet), run.rows[sheet.key]
    if base is not None:
        look_at_changed(reader, rows, base)
    for row in rows.looked_at():
        row.edited.clear()
        row.faults = {name: fault for name, fault in row.faults.items() if name == sheet.key_field}
        run.issues += reader.read_row(row, values_of(base, row.key))


def _hold_covered(run: Checking, sheet: Sheet) -> None:
    """Hold rows whose number a merge covers: whether they are new cannot be told."""
    reader = run.readers[sheet.key]
    for row in run.rows[sheet.key].looked_at():
        if row.new and reader.is_covered(row, sheet.key_field):
            run.issues.append(reader.issue(row, sheet.key_field, Note("number-covered")))


def _hold_copies(run: Checking, sheet: Sheet) -> None:
    """Of rows with one number, the untouched one is the record; all others wait for their own.

    If none is untouched, nobody can tell which was meant, and all of them are held.
    """
    reader, base = run.readers[sheet.key], base_table(run, sheet)
    found = run.rows[sheet.key]
    repeated = found.repeated()
    given = sheet.field(sheet.key_field).type == "auto"
    remedy = Saying("issue.copy-given" if given else "issue.copy-typed")
    same: dict[str, list[CheckedRow]] = defaultdict(list)
    for at, key in enumerate(found.row_keys()) if repeated else ():
        if key in repeated:
            same[key].append(found[at])
    for key, rows in same.items():
        shown = base is not None and key in base.rows
        record = next((row for row in rows if not (shown and row.edited)), None)
        for row in rows:
            if row is not record:
                first = record or rows[row is rows[0]]
                note = Note("key-duplicate", {"first": first.number, "remedy": remedy})
                run.issues.append(reader.issue(row, sheet.key_field, note))


def _check_sheet(run: Checking, sheet: Sheet, checks: Sequence[Check]) -> None:
    """What a row says by itself; rows nobody touched were checked before."""
    reader, base = run.readers[sheet.key], base_table(run, sheet)
    model = record_model(run.book, sheet)
    seen = run.rows[sheet.key].looked_at()
    rows = [row for row in seen if row.edited or base is None or row.key not in base.rows]
    for row in rows:
        run.issues += model_issues(reader, row, model, run.as_of)
        run.issues += one_of_issues(reader, row)
    run.issues += out_of_use_issues(run, reader, rows)
    run.issues += together_issues(run.book, reader, rows)
    run.issues += torn_issues(reader, rows, base) if base is not None else ()
    run.issues += typed_issues(checks, Entries(reader, rows, run.book.settings, run.as_of))


def _missing(run: Checking) -> dict[str, tuple[str, ...]]:
    """Records that the workbook showed at its revision and that are gone from their sheet."""
    gone: dict[str, tuple[str, ...]] = {}
    for key, reader in run.readers.items():
        base = base_table(run, reader.sheet)
        stored = run.known.stored[key].rows if run.known.stored is not None else {}
        if base is None or run.rows[key].show_exactly(base.rows.keys()):
            continue
        seen = set(run.rows[key].row_keys())
        shown = base.rows if not base.rows.keys() <= seen else {}
        keys = [record for record in shown if record in stored and record not in seen]
        if keys:
            gone[key] = tuple(keys)
            run.issues += [_missing_issue(reader, record) for record in keys]
    return gone


def _missing_issue(reader: SheetReader, key: str) -> Issue:
    place = Place(reader.sheet.key, reader.here.title, key, cell=reader.here.place(None, None))
    return Issue("row-missing", place, key, facts={"key": key})
