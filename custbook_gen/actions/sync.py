"""``custbook sync``: merge a workbook's edits into the store and bring the workbook up to date.

Three steps: *gather* what the workbook, its revision and the store hold; *decide*, without
touching anything; *apply*.  The refreshed file is complete on disk before the store
commits, and takes the old one's place right after.  If the run dies between the two, the
next one finds the same edits again and, by the marks of its new rows, inserts none twice;
what people went on with meanwhile is compared with what was stored (:mod:`.unshown`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from custbook_gen.actions.changelog import LOOKED_AT, changelog
from custbook_gen.actions.checking import Examined, examine, known_records, refuse_other_course
from custbook_gen.actions.deletions import Deletions, deletions, guard
from custbook_gen.actions.dictionary import seed
from custbook_gen.actions.keys import final_changes, numbered_key
from custbook_gen.actions.last_changes import last_changes
from custbook_gen.actions.project import OpenProject, Run, need_home, read_identity
from custbook_gen.actions.target import Target, open_target
from custbook_gen.actions.unsettled import unsettled
from custbook_gen.actions.unshown import shown, with_unshown
from custbook_gen.actions.views import make_view, new_layout, quality_of, summary_sheets, summary_tabs
from custbook_gen.backends import Backend, Prepared
from custbook_gen.derive import Facts
from custbook_gen.dictionary import effective
from custbook_gen.errors import WorkbookError
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import fitted, with_all_tabs
from custbook_gen.merge import Edit, Prefer, bonds, merge
from custbook_gen.plan import Meta
from custbook_gen.records import Change, Conflict, Table, Tables
from custbook_gen.refresh import Outcome, refresh
from custbook_gen.report import Report, after
from custbook_gen.schema import Sheet
from custbook_gen.store import Arrivals, Snapshot, Transaction, WorkbookState
from custbook_gen.texts import Saying
from custbook_gen.workbook import RawWorkbook

_TIMES: Final = 3
"""How often a workbook that others go on saving is tried."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a sync is to go.

    ``strict`` stores nothing if any row is held; ``delete`` deletes records whose rows
    were removed, ``restore`` brings them back into the workbook.
    """

    dry_run: bool = False
    strict: bool = False
    delete: bool = False
    restore: bool = False
    allow_mass_delete: bool = False
    prefer: Prefer | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that a sync decides by."""

    home: OpenProject
    examined: Examined
    base: Tables
    """The records as the workbook showed them."""
    stored: Tables
    next_numbers: Mapping[str, int]
    run: Run


@dataclass(frozen=True, slots=True)
class Decision:
    """What a sync will do; nothing is done yet."""

    changes: Sequence[Change]
    conflicts: Sequence[Conflict]
    keys: Mapping[str, str]
    arrived: Arrivals
    issues: Sequence[Issue]
    absent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    restored: bool = False
    """Removed rows come back into the workbook."""
    blocked: bool = False
    """Nothing is stored, and nothing but the status of rows is written (``strict``)."""


def sync_file(where: str | Path | Target, run: Run, options: Options, folder: Path | None = None) -> Report:
    """Sync one workbook; once more if it was saved, or synced by somebody else, meanwhile.

    Raises:
        WorkbookError: it cannot be read or written, or belongs elsewhere.
        StoreError: the store is out of reach, or the run would delete too much.
    """
    target, earlier = open_target(where), list[Report]()
    for left in reversed(range(_TIMES)):
        try:
            return after(earlier, _sync(target, run, options, folder, earlier))
        except WorkbookError as error:
            if left and _was_changed(error):
                continue
            if error.code == "file-changed" and any(report.changes for report in earlier):
                raise _not_refreshed(target, error) from error
            raise
    raise AssertionError("the last try returns or raises")


def _was_changed(error: WorkbookError) -> bool:
    """Whether a workbook was not written because it is another one by now than it was read."""
    cause = error if error.code == "file-changed" else error.__cause__
    return isinstance(cause, WorkbookError) and cause.code == "file-changed"


def _sync(target: Target, run: Run, options: Options, folder: Path | None, earlier: list[Report]) -> Report:
    """One try; what it stored is added to the earlier reports if the workbook was not refreshed."""
    raw = target.workbook.read()
    meta = read_identity(raw, target.name)
    home = need_home(target, meta, folder)
    with home.store.reading() as snapshot:
        refuse_other_course(snapshot, meta, target.name)
        if options.dry_run:
            gathered = gather(snapshot, raw, meta, home, run)
            return _report(target, gathered, decide(gathered, options), snapshot.revision(), applied=False)
    seed(home.store, run)
    prepared: Prepared | None = None
    try:
        with home.store.writing() as tx:
            refuse_other_course(tx, meta, target.name)
            gathered = gather(tx, raw, meta, home, run)
            decision = decide(gathered, options)
            revision = _store(tx, target, gathered, decision)
            prepared = _prepare(target.workbook, tx, gathered, decision, revision)
    except BaseException:
        if prepared is not None:
            prepared.discard()
        raise
    report = _report(target, gathered, decision, revision, applied=not decision.blocked)
    if prepared is not None:
        stored = bool(decision.changes) or any(item.changes for item in earlier)
        earlier.append(report)
        _replace(prepared, target, stored=stored)
        earlier.pop()
        shown(home.store, meta.identity)
        report = replace(report, issues=(*report.issues, *_moved(prepared)))
    return report


def _moved(prepared: Prepared) -> Iterator[Issue]:
    """Rows that somebody moved between reading and writing."""
    for title, count in prepared.moved.items():
        yield Issue("rows-moved", Place("", title), facts={"count": count})


def gather(
    source: Snapshot | Transaction, raw: RawWorkbook, meta: Meta, home: OpenProject, run: Run
) -> Gathered:
    """Everything that a sync of a workbook decides by."""
    known = known_records(source, meta, home.book)
    as_of = run.as_of(home.book)
    examined = examine(raw, meta, home.book, known, as_of, home.folder)
    told = with_unshown(source, meta.identity, known, examined.checked)
    if told is not known:
        known, examined = told, examine(raw, meta, home.book, told, as_of, home.folder)
    return Gathered(home, examined, known.base or {}, known.stored or {}, source.next_numbers(), run)


def _replace(prepared: Prepared, target: Target, *, stored: bool) -> None:
    """Put the refreshed workbook in place; what it held is in the store by now."""
    try:
        prepared.commit()
    except WorkbookError as error:
        if not stored:
            raise
        raise _not_refreshed(target, error) from error


def _not_refreshed(target: Target, error: WorkbookError) -> WorkbookError:
    """The edits are stored, and this is why the workbook does not show it yet."""
    reason = Saying(f"error.{error.code}", error.facts)
    return WorkbookError("not-refreshed", file=target.name, reason=reason)


# ---------------------------------------------------------------- decide


def decide(gathered: Gathered, options: Options) -> Decision:
    """What to store, what to ask about and which numbers new rows get."""
    book, examined = gathered.home.book, gathered.examined
    checked = examined.checked
    keys, arrived = _new_keys(gathered)
    changes, conflicts = _merged(gathered, keys, options.prefer)
    if options.strict and any(True for _ in checked.held()):
        return Decision(
            changes=[], conflicts=conflicts, keys={}, arrived={}, issues=examined.issues, blocked=True
        )
    deleted = (
        deletions(book, checked, gathered.base, gathered.stored, changes) if options.delete else Deletions()
    )
    if not options.allow_mass_delete:
        guard(book, examined.meta.lang, gathered.stored, deleted)
    return Decision(
        changes=[*changes, *deleted.changes],
        conflicts=conflicts,
        keys=keys,
        arrived=arrived,
        issues=(*_without_deleted(gathered, deleted.changes), *deleted.refused),
        absent={} if options.restore else {s: frozenset(k) for s, k in checked.missing.items()},
        restored=options.restore,
    )


def _merged(
    gathered: Gathered, keys: Mapping[str, str], prefer: Prefer | None
) -> tuple[list[Change], list[Conflict]]:
    """The valid rows of all sheets merged into the store's, under their final keys."""
    book = gathered.home.book
    changes: list[Change] = []
    conflicts: list[Conflict] = []
    for sheet in book.sheets:
        merged = merge(
            _with_arrived(gathered.base[sheet.key], gathered),
            _edits(gathered, sheet),
            gathered.stored[sheet.key],
            together=bonds(sheet),
            prefer=prefer,
        )
        changes += merged.changes
        conflicts += merged.conflicts
    return (
        final_changes(book, changes, keys),
        [
            replace(item, edited=keys.get(item.edited, item.edited)) if isinstance(item.edited, str) else item
            for item in conflicts
        ],
    )


def _edits(gathered: Gathered, sheet: Sheet) -> Iterator[Edit]:
    """The valid rows that can come to anything: edited ones, and those whose record changed meanwhile."""
    rows = gathered.examined.checked.rows.get(sheet.key)
    base, stored = gathered.base[sheet.key].rows, gathered.stored[sheet.key].rows
    moved = [] if base is stored or rows is None else list(rows.untouched())
    for at, _, key in moved:
        if base[key] is not stored.get(key) and base[key] != stored.get(key) and rows is not None:
            rows.look_at(at)
    for row in gathered.examined.checked.valid(sheet.key):
        yield Edit(row.key, row.values, new=row.new)


def _with_arrived(base: Table, gathered: Gathered) -> Table:
    """The base with rows that an earlier, interrupted run inserted as they were then."""
    rows = {
        row.key: tuple(row.values.get(name) for name in base.fields)
        for row in gathered.examined.checked.valid(base.sheet)
        if row.arrived
    }
    return replace(base, rows={**rows, **base.rows}) if rows else base


def _new_keys(gathered: Gathered) -> tuple[dict[str, str], Arrivals]:
    """Final keys of the new rows, and what is to be remembered of their arrival."""
    keys: dict[str, str] = {}
    arrived: dict[tuple[str, str], tuple[str, ...]] = {}
    for sheet in gathered.home.book.sheets:
        key_field = sheet.field(sheet.key_field)
        if key_field.type != "auto":
            continue
        number = gathered.next_numbers[sheet.key]
        for row in gathered.examined.checked.valid(sheet.key):
            if row.new:
                keys[row.key] = numbered_key(key_field, number)
                number += 1
            if row.mark:
                known = arrived.get((sheet.key, row.mark), ())
                arrived[sheet.key, row.mark] = (*known, keys.get(row.key, row.key))
    return keys, arrived


def _without_deleted(gathered: Gathered, deletions: Sequence[Change]) -> list[Issue]:
    done = {(change.sheet, change.key) for change in deletions}
    return [
        issue
        for issue in gathered.examined.issues
        if issue.code != "row-missing" or (issue.place.sheet, issue.place.key) not in done
    ]


# ---------------------------------------------------------------- apply


def _store(tx: Transaction, target: Target, gathered: Gathered, decision: Decision) -> int:
    """Put the changes and what is to be remembered into the store; the revision after it."""
    identity = gathered.examined.meta.identity
    stamp = gathered.run.stamp("sync", target.name, identity.workbook_id)
    revision = tx.commit_changes(decision.changes, stamp)
    if revision is not None:
        tx.put_unshown(identity.workbook_id, identity.revision, revision.number)
    if decision.arrived:
        tx.put_arrivals(identity.workbook_id, identity.revision, decision.arrived)
    if not decision.blocked and set(tx.conflicts(identity.workbook_id)) != set(decision.conflicts):
        tx.set_conflicts(identity.workbook_id, decision.conflicts)
    return revision.number if revision is not None else tx.revision()


def _prepare(
    workbook: Backend, tx: Transaction, gathered: Gathered, decision: Decision, revision: int
) -> Prepared | None:
    """The refreshed workbook, complete beside the old one; nothing if it shows everything already."""
    examined, tables = gathered.examined, tx.tables()
    book = effective(gathered.home.book, tables)
    identity = examined.meta.identity
    if not decision.blocked:
        older = unsettled(
            identity,
            examined.checked,
            gathered.base,
            tables,
            decision.conflicts,
            restored=decision.restored,
        )
        identity = replace(identity, revision=revision, older=older, mark=tx.mark(revision) or "")
    same = book.categories == examined.book.categories
    tabs = examined.tabs if same else summary_tabs(book, gathered.home.folder)
    lang, titles = examined.meta.lang, examined.meta.titles
    found = with_all_tabs(examined.layout, new_layout(book, lang, tabs), titles, examined.raw)
    layout = fitted(found, book, _used_rows(examined, decision, tables))
    facts = Facts.of(book, tables, gathered.run.as_of(book), last_changes(tx, book))
    view = make_view(book, lang, layout, facts, identity)
    outcome = Outcome(
        rows=examined.checked.rows,
        issues=decision.issues,
        conflicts=decision.conflicts,
        keys=decision.keys,
        absent=decision.absent,
        blocked=decision.blocked,
    )
    changes = changelog(tx.newest(LOOKED_AT), view.words)
    faults = Counter(f"{row.sheet}.{name}" for row in examined.checked.held() for name in row.faults)
    trend = tx.quality()
    summaries = summary_sheets(view, tabs, trend, faults, changes)
    patch = refresh(view, examined.raw, outcome, summaries)
    point = quality_of(view, faults)
    if point is not None and not decision.blocked and point not in trend:
        tx.put_quality(point)
    prepared = workbook.prepare(patch, examined.raw.digest) if patch else None
    digest = prepared.digest if prepared is not None else examined.raw.digest
    state = WorkbookState(
        identity.workbook_id, examined.meta.lang, identity.view, identity.revision, digest, gathered.run.at
    )
    before = tx.workbook(identity.workbook_id)
    if not decision.blocked and (before is None or replace(before, at=state.at) != state):
        tx.put_workbook(state)
    return prepared


def _used_rows(examined: Examined, decision: Decision, tables: Tables) -> dict[str, int]:
    """The last row of each sheet that holds a record, once those of others are added below."""
    used = {}
    for key, here in examined.layout.sheets.items():
        rows = examined.checked.rows.get(key, ())
        shown = {decision.keys.get(row.key, row.key) for row in rows} | decision.absent.get(key, frozenset())
        coming = sum(record not in shown for record in tables[key].rows)
        used[key] = max((row.number for row in rows), default=here.header_row) + coming
    return used


def _report(
    target: Target, gathered: Gathered, decision: Decision, revision: int, *, applied: bool
) -> Report:
    examined = gathered.examined
    return Report(
        source=target.source,
        words=examined.words,
        issues=decision.issues,
        rows=sum(map(len, examined.checked.rows.values())),
        held=sum(1 for _ in examined.checked.held()),
        changes=decision.changes,
        conflicts=decision.conflicts,
        cells=examined.cells(decision.keys),
        book_id=examined.meta.identity.book_id,
        workbook_id=examined.meta.identity.workbook_id,
        base=examined.meta.identity.revision,
        now=revision,
        applied=applied,
    )
