"""``custbook import``: put the rows of a delimited file into the store, by a map.

The rows become a sheet as a workbook would hold it, with lines for row numbers, and go
through the same checks and the same merge.  A record that the map's ids find in the store
is updated: what the file says wins, and what the map does not mention stays.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from custbook_gen.actions.dictionary import current_book, seed
from custbook_gen.actions.filling import Externals, Target
from custbook_gen.actions.joining import OWN_COLUMNS, Joined, join_files, line_issue, unused_columns
from custbook_gen.actions.keys import final_changes, numbered_key
from custbook_gen.actions.mapping import (
    Mapped,
    map_rows,
    move_to_notes,
    template_columns,
    templates,
    used_columns,
)
from custbook_gen.actions.named import need_sheet
from custbook_gen.actions.project import OpenProject, Run, home_of
from custbook_gen.backends.delimited import PreparedTable, prepare_table, read_table
from custbook_gen.backends.endings import LINES, refuse_ending
from custbook_gen.check import Checked, Known, check_workbook
from custbook_gen.dictionary import effective
from custbook_gen.errors import CustbookError, InputError, reason_of
from custbook_gen.issues import Issue
from custbook_gen.layout import Layout, SheetLayout
from custbook_gen.load.maps import MapFile, load_map
from custbook_gen.merge import Edit, bonds, merge, preferring
from custbook_gen.plan import book_references
from custbook_gen.records import Change, Table, Tables
from custbook_gen.report import Report
from custbook_gen.schema import Sheet
from custbook_gen.store import Snapshot, Transaction
from custbook_gen.value_objects import value_object
from custbook_gen.values import Note, Words, converter, references
from custbook_gen.workbook import RawSheet, RawWorkbook

TEXT_ONLY: Final = frozenset({"number-was-text", "date-was-text"})
"""Notes that say nothing of a text file, where everything is text."""


@value_object
class Request:
    """What is to be imported, and how; rows that are held are written to ``held``."""

    sheet: str
    map: Path
    held: Path | None = None
    dry_run: bool = False


class HeldAstrayError(InputError):
    """The import is stored, but its held rows could not be put into their file: they lie beside it.

    Args:
        report: what was found and stored.
        prepared: the held rows.
        error: what is in the way, such as a program that has the file open.
    """

    def __init__(self, report: Report, prepared: PreparedTable, error: OSError) -> None:
        self.report = report
        facts = {"revision": report.now, "file": prepared.name, "kept": prepared.keep().name}
        super().__init__("held-astray", reason=reason_of(error), **facts)


@value_object
class Input:
    """A file that was read, its map, and the sheet that its rows belong to."""

    path: Path
    home: OpenProject
    sheet: Sheet
    loaded: MapFile
    joined: Joined

    @property
    def systems(self) -> set[str]:
        """The systems whose ids the map uses."""
        content = self.loaded.content
        own = [content.id.system] if content.id is not None else []
        return {*own, *(item.via for item in content.fields.values() if item.via is not None)}


@value_object
class Decision:
    """What an import will do; nothing is done yet."""

    changes: Sequence[Change]
    externals: Mapping[str, str]
    """Ids to be remembered, with the keys of their records."""
    issues: Sequence[Issue]
    held: frozenset[int]
    """Lines of the rows that stay out."""
    words: Words


def import_file(path: Path, request: Request, run: Run, folder: Path | None = None) -> Report:
    """Import one file.

    Raises:
        UsageError: there is no such sheet.
        InputError: a file cannot be read, or the held rows not be written.
        HeldAstrayError: all is stored, but the held rows could not be put into their file.
        SchemaError: the map is wrong, or does not fit the file.
        StoreError: the store is out of reach.
    """
    home = home_of(path.parent, folder)
    if not request.dry_run:
        seed(home.store, run)
    sheet = need_sheet(home.book, request.sheet)
    empty = {item.key: references(item.label.line(home.project.lang), ()) for item in home.book.sheets}
    loaded = load_map(request.map, sheet, Words.of(current_book(home), home.project.lang, empty))
    if request.held is not None:
        _refuse_taken(request.held)
    given = Input(path, home, sheet, loaded, join_files(path, loaded, sheet.key))
    as_of = run.as_of(home.book)
    if request.dry_run:
        with home.store.reading() as snapshot:
            decision = decide(given, snapshot, as_of)
            return _report(given, decision, (snapshot.revision(), snapshot.revision()), applied=False)
    prepared: PreparedTable | None = None
    try:
        with home.store.writing() as tx:
            decision = decide(given, tx, as_of)
            before = tx.revision()
            after = _store(tx, given, decision, run)
            prepared = _prepare_held(given, decision, request.held)
    except BaseException:
        if prepared is not None:
            prepared.discard()
        raise
    report = _report(given, decision, (before, after), applied=True)
    if prepared is not None:
        try:
            prepared.commit()
        except OSError as error:
            raise HeldAstrayError(report, prepared, error) from error
    return report


# ---------------------------------------------------------------- decide


def decide(given: Input, source: Snapshot, as_of: dt.date) -> Decision:
    """What to store, and which rows stay out."""
    sheet, lang, stored = given.sheet, given.home.project.lang, source.tables()
    book = effective(given.home.book, stored)
    words = Words.of(book, lang, book_references(book, stored, lang))
    externals = live_externals({system: source.externals(system) for system in given.systems}, stored)
    converters = {item.key: converter(item, words) for item in sheet.stored_fields}
    target = Target(sheet, stored[sheet.key], converters, externals, lang)
    mapped = map_rows(given.joined, given.loaded, target)
    following = source.next_numbers()
    checked, moved = _check(given, mapped, target, Known(stored=stored, next_numbers=following), as_of)
    keys = _new_keys(sheet, checked, following)
    base = _shown(mapped, target)
    edits = [Edit(row.key, row.values, new=row.new) for row in checked.valid(sheet.key)]
    merged = merge(base, edits, stored[sheet.key], together=bonds(sheet), settle=preferring("file"))
    found = [*given.joined.issues, *moved, *(i for i in checked.issues if i.code not in TEXT_ONLY)]
    name = given.joined.table.name
    issues = sorted(found, key=lambda issue: (issue.place.title != name, issue.place.row or 0))
    return Decision(
        changes=final_changes(book, merged.changes, keys),
        externals=_new_externals(given, mapped, checked, keys, externals),
        issues=[*_file_issues(given), *issues],
        held=frozenset({*given.joined.held, *(row.number for row in checked.held())}),
        words=words,
    )


def live_externals(known: Externals, stored: Tables) -> Externals:
    """The ids of those records that are still there."""
    return {
        system: {
            sheet: {outside: key for outside, key in some.items() if key in stored[sheet].rows}
            for sheet, some in sheets.items()
            if sheet in stored
        }
        for system, sheets in known.items()
    }


def _check(
    given: Input, mapped: Mapped, target: Target, known: Known, as_of: dt.date
) -> tuple[Checked, list[Issue]]:
    """Check all rows; again after cells that do not fit were moved to where the map wants them."""
    name, sheet = given.joined.table.name, given.sheet
    columns = {key: at for at, key in enumerate(mapped.fields, 1)}
    layout = Layout({sheet.key: SheetLayout(sheet.key, name, columns, header_row=1, lines=True)})
    empty = {key: Table(key, table.fields) for key, table in (known.stored or {}).items()}
    known = replace(known, base={**empty, sheet.key: _shown(mapped, target)})
    moved: list[Issue] = []
    while True:
        raw = RawWorkbook((RawSheet(name, {1: mapped.fields, **mapped.rows}),), {}, {}, "")
        checked, _ = check_workbook(given.home.book, raw, layout, known, target.lang, as_of)
        faults = [(row.number, field) for row in checked.held() for field in row.faults]
        again = move_to_notes(mapped, given.loaded, faults, target, name)
        if not again:
            return checked, moved
        moved += again


def _shown(mapped: Mapped, target: Target) -> Table:
    """The stored records that the file is about; to the check, they are what it showed before."""
    at = mapped.fields.index(target.sheet.key_field)
    read = target.converters[target.sheet.key_field].from_cell
    keys = (str(read(cells[at], None).value) for cells in mapped.rows.values())
    rows = {key: target.stored.rows[key] for key in keys if key in target.stored.rows}
    return Table(target.stored.sheet, target.stored.fields, rows)


def _new_keys(sheet: Sheet, checked: Checked, following: Mapping[str, int]) -> dict[str, str]:
    """Final keys of the new rows, in the order of the file."""
    new = [row.key for row in checked.valid(sheet.key) if row.new]
    if sheet.key not in following:
        return {}
    key_field, first = sheet.field(sheet.key_field), following[sheet.key]
    return {key: numbered_key(key_field, number) for number, key in enumerate(new, first)}


def _new_externals(
    given: Input, mapped: Mapped, checked: Checked, keys: Mapping[str, str], known: Externals
) -> dict[str, str]:
    """The ids that are new, or of another record than before."""
    if given.loaded.content.id is None:
        return {}
    before = known[given.loaded.content.id.system].get(given.sheet.key, {})
    found = {
        mapped.ids[row.number]: keys.get(row.key, row.key)
        for row in checked.valid(given.sheet.key)
        if row.number in mapped.ids
    }
    return {outside: key for outside, key in found.items() if before.get(outside) != key}


def _file_issues(given: Input) -> list[Issue]:
    """What there is to say about the file as a whole."""
    joined, loaded = given.joined, given.loaded
    used = [*used_columns(loaded).values()]
    for template in templates(loaded).values():
        used += template_columns(template, joined)
    notes = []
    unused = unused_columns(joined, used, loaded)
    if unused:
        notes.append(Note("columns-unused", {"columns": tuple(unused)}))
    if joined.skipped:
        notes.append(Note("rows-skipped", {"count": joined.skipped}))
    return [line_issue(given.sheet.key, joined.table.name, None, note) for note in notes]


# ---------------------------------------------------------------- apply


def _store(tx: Transaction, given: Input, decision: Decision, run: Run) -> int:
    """Put the changes and the ids into the store; the revision after it."""
    tx.commit_changes(decision.changes, run.stamp("import", given.path.name))
    own = given.loaded.content.id
    if own is not None and decision.externals:
        tx.put_externals(own.system, given.sheet.key, decision.externals)
    return tx.revision()


def _report(given: Input, decision: Decision, revisions: tuple[int, int], *, applied: bool) -> Report:
    before, after = revisions
    return Report(
        source=str(given.path),
        words=decision.words,
        issues=decision.issues,
        rows=len(given.joined.table.rows),
        held=len(decision.held),
        changes=decision.changes,
        book_id=given.home.store.book_id,
        base=before,
        now=after,
        applied=applied,
    )


# ---------------------------------------------------------------- held rows


def _refuse_taken(path: Path) -> None:
    """Refuse a name of another format, and a file that holds anything but rows of an earlier import."""
    refuse_ending(path, LINES)
    if not path.exists():
        return
    try:
        taken = not set(OWN_COLUMNS) <= set(read_table(path).header)
    except CustbookError:
        taken = True
    if taken:
        raise InputError("held-taken", file=path.name)


def _prepare_held(given: Input, decision: Decision, path: Path | None) -> PreparedTable | None:
    """The rows that stay out as they came, each with its line and what is wrong with it."""
    if path is None:
        return None
    table = given.joined.table
    kept = [at for at, name in enumerate(table.header) if name not in OWN_COLUMNS]
    problems = _problems(decision.issues, decision.held, given)
    rows = [
        [
            *(row.cells[at] if at < len(row.cells) else "" for at in kept),
            str(row.line),
            " / ".join(problems[row.line]),
            *row.cells[len(table.header) :],
        ]
        for row in table.rows
        if row.line in decision.held
    ]
    return prepare_table(path, [*(table.header[at] for at in kept), *OWN_COLUMNS], rows)


def _problems(issues: Iterable[Issue], held: Collection[int], given: Input) -> Mapping[int, list[str]]:
    """The sentences about each held line of the imported file."""
    problems: dict[int, list[str]] = defaultdict(list)
    for issue in issues:
        line, here = issue.place.row, issue.place.title == given.joined.table.name
        if line is not None and line in held and here and issue.severity == "error":
            problems[line].append(issue.message(given.home.project.lang).replace("\n", " "))
    return problems
