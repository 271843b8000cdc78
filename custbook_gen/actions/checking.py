"""``custbook check``: read a workbook back and check every cell; nothing is changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from custbook_gen.actions.damage import furniture_issues, nothing
from custbook_gen.actions.last_changes import last_changes
from custbook_gen.actions.own_tabs import find_own_tabs
from custbook_gen.actions.project import Run, book_of, find_home, own_book, read_identity
from custbook_gen.actions.row_marks import issue_key, row_marks
from custbook_gen.actions.scoped import refuse_lost_scope, with_scope
from custbook_gen.actions.target import Target, open_target
from custbook_gen.actions.views import new_layout, summary_tabs
from custbook_gen.check import Checked, Drawn, Known, check_structure, check_workbook
from custbook_gen.decisions import issue_digest
from custbook_gen.derive import Facts, compute
from custbook_gen.dictionary import effective
from custbook_gen.ending import hold
from custbook_gen.errors import SchemaError, WorkbookError
from custbook_gen.finding import Written, find_layout
from custbook_gen.issues import Issue
from custbook_gen.layout import Layout
from custbook_gen.plan import Identity, Meta, Older, book_references
from custbook_gen.records import Row, Table, Tables, Verdict
from custbook_gen.report import Cells, Edits, Report
from custbook_gen.schema import Book
from custbook_gen.scope import shown
from custbook_gen.store import Snapshot
from custbook_gen.tabs import Tab
from custbook_gen.value_objects import value_object
from custbook_gen.values import Words
from custbook_gen.workbook import RawWorkbook


@value_object
class Examined:
    """A workbook as it was understood: where things stand, its rows, everything found."""

    raw: RawWorkbook
    meta: Meta
    layout: Layout
    checked: Checked
    issues: tuple[Issue, ...]
    words: Words
    book: Book
    """The book with the store's dictionary, by which the tabs were rendered."""
    tabs: list[Tab]

    def cells(self, sheets: Collection[str], keys: Mapping[str, str] | None = None) -> Cells:
        """Where the fields of some sheets' records stand, by final key."""
        rows = {
            sheet: dict(zip(some.row_keys(keys), some.numbers, strict=True))
            for sheet, some in self.checked.rows.items()
            if sheet in sheets
        }
        return Cells(self.layout.sheets, rows)


def refuse_other_course(source: Snapshot, meta: Meta, name: str) -> None:
    """Refuse a workbook that shows a revision which its store does not have, or has no more.

    The store was put back to an older state: what the cells began with cannot be told,
    and the number of the workbook's revision may stand for another one by now.

    Raises:
        WorkbookError: ``workbook-ahead``.
    """
    identity = meta.identity
    mark = source.mark(identity.revision)
    if mark is None or (identity.mark and mark != identity.mark):
        raise WorkbookError("workbook-ahead", file=name, revision=identity.revision)


def known_records(source: Snapshot, meta: Meta, book: Book, tables: Tables | None = None) -> Known:
    """What the store knows of the records that a workbook shows, and what it calls values.

    Args:
        source: the store.
        meta: what the workbook says of itself.
        book: the schema.
        tables: the stored records, where they are at hand.
    """
    stored = source.tables() if tables is None else tables
    identity = meta.identity
    drawn = source.tables_at(identity.revision, stored)
    base = _shown_records(source, identity, stored, drawn) if identity.older else drawn
    return Known(
        base=shown(book, base, identity.scope),
        drawn=shown(book, drawn, identity.scope) if identity.older else None,
        stored=stored,
        arrived=source.arrivals(identity.workbook_id, identity.revision),
        before=book_of(meta.schema_text),
        next_numbers=source.next_numbers(),
        changed_on=last_changes(source, book, identity.revision),
    )


def _shown_records(source: Snapshot, identity: Identity, stored: Tables, drawn: Tables) -> Tables:
    """The records as the workbook showed them: at its revision (``drawn``), some fields at an older one.

    A record that was deleted before that revision is there again if its row was not
    settled yet.
    """
    rows = {
        sheet: dict(drawn[sheet].rows.items())
        for sheet in {item.sheet for item in identity.older} & drawn.keys()
    }
    for revision in sorted({item.revision for item in identity.older}, reverse=True):
        then = source.tables_at(revision, stored)
        for item in identity.older:
            if item.revision == revision and item.sheet in rows:
                _show_older(rows[item.sheet], then[item.sheet], item)
    return {sheet: replace(t, rows=rows[sheet]) if sheet in rows else t for sheet, t in drawn.items()}


def _show_older(rows: dict[str, Row], then: Table, item: Older) -> None:
    """Put the fields of a row back to what they were; a row that is gone comes back whole."""
    now, old = rows.get(item.key), then.rows.get(item.key)
    if now is None:
        rows.update({item.key: old} if old is not None else {})
        return
    before = old or (None,) * len(then.fields)
    rows[item.key] = tuple(
        was if field in item.fields else value
        for field, was, value in zip(then.fields, before, now, strict=True)
    )


def examine(
    raw: RawWorkbook, meta: Meta, book: Book, known: Known, as_of: dt.date, project: Path | None = None
) -> Examined:
    """Find everything in a workbook and check all of it, by the schema and the dictionary."""
    now = effective(book, known.stored)
    tabs = summary_tabs(now, project)
    planned = new_layout(now, meta.lang, tabs)
    own = find_own_tabs(raw, meta, now, planned, tabs)
    written = Written(known.before or book, meta.titles, meta.columns)
    layout, moved = find_layout(book, raw, Layout(planned.sheets, own.titles), meta.lang, written)
    told = with_scope(book, raw, layout, meta, known) if known.base is not None else raw
    checked, understood = check_workbook(book, told, layout, known, meta.lang, as_of)
    references = book_references(understood, known.stored or nothing(book), meta.lang)
    words = Words.of(understood, meta.lang, references)
    drawn = _drawn(words, known, meta)
    damage = check_structure(raw, layout, words.showing(known.before), checked.rows, drawn)
    around = furniture_issues(raw, layout, meta, known, words, checked.rows)
    issues = (*moved, *own.changes(meta), *checked.issues, *damage, *around)
    return Examined(raw, meta, layout, checked, issues, words, now, tabs)


def _drawn(words: Words, known: Known, meta: Meta) -> Drawn:
    """What the computed cells of a workbook were made from: by the book as it was then, thresholds and all.

    Where that had a sheet or a field that is switched off by now, nobody can tell their values.
    """
    before, tables = known.before or words.book, known.drawn or known.base
    then = Words.of(before, meta.lang, words.references)
    stored = {sheet.key: {field.key for field in sheet.stored_fields} for sheet in before.sheets}
    if tables is None or any(
        key not in tables or not fields <= set(tables[key].fields) for key, fields in stored.items()
    ):
        return Drawn(then, None, known.drawn)
    facts = Facts.of(before, tables, meta.as_of, known.changed_on)
    return Drawn(then, compute(before, facts, formulas=False), known.drawn)


def without_confirmed(
    issues: Sequence[Issue], checked: Checked, verdicts: Mapping[str, Verdict]
) -> Sequence[Issue]:
    """The issues but the warnings that somebody confirmed, word for word."""
    about = {one.about for one in verdicts.values() if one.choice == "confirmed"}
    if not about:
        return issues
    rows = row_marks(checked)
    return [
        issue
        for issue in issues
        if issue.severity != "warning" or issue_digest(issue, issue_key(issue, rows)) not in about
    ]


def read_whole(target: Target, soon: RawWorkbook) -> RawWorkbook:
    """All of a workbook.

    Args:
        target: the workbook.
        soon: what was told of it before.

    Raises:
        WorkbookError: it cannot be read; ``file-changed``: it is another one by now.
    """
    raw = target.workbook.read()
    target.progress.begin("check", 0)
    if raw.digest != soon.digest:
        raise WorkbookError("file-changed", file=target.name)
    return raw


def check_file(where: str | Path | Target, run: Run, folder: Path | None = None) -> Report:
    """Check a workbook, against its store where that can be found, else against its own schema.

    Raises:
        WorkbookError: the workbook cannot be read, or is no customer book; ``own-schema``: it
            carries a schema that cannot be used.
    """
    target = open_target(where)
    soon = target.workbook.peek()
    meta = read_identity(soon, target.name)
    home = find_home(target, meta, folder)
    if home is None:
        return _report(target, _by_own_schema(target, read_whole(target, soon), meta), None)
    before = home.basis(soon.digest)
    with home.store.reading() as snapshot:
        refuse_other_course(snapshot, meta, target.name)
        refuse_lost_scope(home.book, meta, target.name)
        known = known_records(snapshot, meta, home.book)
        raw = read_whole(target, soon)
        examined = examine(raw, meta, home.book, known, run.as_of(home.book), home.folder)
        hold(raw, known, examined)
        issues = without_confirmed(examined.issues, examined.checked, snapshot.verdicts())
        report = _report(target, replace(examined, issues=tuple(issues)), snapshot.revision())
        report = replace(report, confirmed=len(examined.issues) - len(issues))
    return replace(report, basis=before) if home.basis(raw.digest) == before else report


def _by_own_schema(target: Target, raw: RawWorkbook, meta: Meta) -> Examined:
    try:
        return examine(raw, meta, own_book(meta, target.name), Known(), meta.as_of)
    except SchemaError as error:
        raise WorkbookError("own-schema", file=target.name) from error


def _report(target: Target, examined: Examined, revision: int | None) -> Report:
    rows = examined.checked.rows.values()
    return Report(
        source=target.source,
        words=examined.words,
        issues=examined.issues,
        rows=sum(map(len, rows)),
        held=sum(1 for _ in examined.checked.held()),
        book_id=examined.meta.identity.book_id,
        workbook_id=examined.meta.identity.workbook_id,
        base=examined.meta.identity.revision,
        now=revision,
        edits=None if revision is None else edits_of(examined),
    )


def edits_of(examined: Examined) -> Edits:
    """What of a workbook waits for a sync."""
    rows = [row for some in examined.checked.rows.values() for row in some.looked_at()]
    return Edits(
        edited=sum(1 for row in rows if row.edited and not row.new),
        new=sum(1 for row in rows if row.new),
        gone=sum(map(len, examined.checked.missing.values())),
    )
