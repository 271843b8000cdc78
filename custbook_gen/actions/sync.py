"""``custbook sync``: merge a workbook's edits into the store and bring the workbook up to date.

Three steps: *gather* what the workbook, its revision and the store hold; *decide*, without
touching anything; *apply*.  The refreshed file is complete on disk before the store
commits, and takes the old one's place right after.  If the run dies between the two, the
next one finds the same edits again and, by the marks of its new rows, inserts none twice;
what people went on with meanwhile is compared with what was stored (:mod:`.unshown`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from custbook_gen.actions.afterwards import Afterwards, afterwards
from custbook_gen.actions.answers import Answers
from custbook_gen.actions.changelog import changelog, latest_changes
from custbook_gen.actions.checking import (
    Examined,
    examine,
    known_records,
    read_whole,
    refuse_other_course,
    without_confirmed,
)
from custbook_gen.actions.decide import Decision, Gathered, Options, decide
from custbook_gen.actions.dictionary import seed
from custbook_gen.actions.going_back import going_back
from custbook_gen.actions.last_changes import last_changes
from custbook_gen.actions.project import OpenProject, Run, book_of, need_home, read_identity
from custbook_gen.actions.review import Found, Reviewing
from custbook_gen.actions.scoped import happened_within, refuse_lost_scope
from custbook_gen.actions.summary_sheets import quality_of, summary_sheets
from custbook_gen.actions.target import Target, open_target
from custbook_gen.actions.unsettled import unsettled
from custbook_gen.actions.unshown import place_of, shown, with_unshown
from custbook_gen.actions.views import make_view, new_layout, summary_tabs
from custbook_gen.backends import Backend, Prepared
from custbook_gen.backends.excel.copies import copies_beside
from custbook_gen.check import FoundRows
from custbook_gen.check.marked import read_given, with_cells
from custbook_gen.completing import completed, with_all_tabs
from custbook_gen.derive import Facts
from custbook_gen.dictionary import effective
from custbook_gen.ending import hold
from custbook_gen.errors import WorkbookError
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import Layout, fitted
from custbook_gen.plan import View
from custbook_gen.plan.review import conflicts_sheet, issues_sheet
from custbook_gen.records import Change, Revision, Tables
from custbook_gen.refresh import Outcome, Positions, Review, Reviewed, refresh
from custbook_gen.report import Report, after
from custbook_gen.scope import shown as within
from custbook_gen.store import Snapshot, Transaction
from custbook_gen.summaries import made_ahead
from custbook_gen.tabs import Tab
from custbook_gen.texts import Saying
from custbook_gen.workbook import RawWorkbook, SheetPatch, SheetPlan

__all__ = ["Options", "decide", "gather", "sync_file"]

_TIMES: Final = 3
"""How often a workbook that others go on saving is tried."""


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
    soon = target.workbook.peek()
    meta = read_identity(soon, target.name)
    home = need_home(target, meta, folder)
    with home.store.reading() as snapshot:
        refuse_other_course(snapshot, meta, target.name)
        refuse_lost_scope(home.book, meta, target.name)
        if options.dry_run:
            gathered = gather(snapshot, target, soon, home, run)
            decision = _decided(snapshot, target, gathered, options)
            return _report(target, gathered, decision, snapshot.revision(), applied=False)
    seed(home.store, run)
    before = home.basis(soon.digest)
    prepared: Prepared | None = None
    try:
        with home.store.writing() as tx:
            refuse_other_course(tx, meta, target.name)
            gathered = gather(tx, target, soon, home, run)
            decision = _decided(tx, target, gathered, options)
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
        shown(home.store, place_of(target, meta.identity))
        return replace(report, issues=(*report.issues, *_moved(prepared)))
    return replace(report, basis=before) if home.basis(soon.digest) == before else report


def _decided(source: Snapshot, target: Target, gathered: Gathered, options: Options) -> Decision:
    """What a sync will do, and what is to be said of that."""
    decision = decide(gathered, options)
    told = going_back(source, gathered, decision.changes, target.name)
    return replace(decision, issues=(*decision.issues, *told))


def _copies(target: Target, workbook_id: str) -> Iterator[Issue]:
    """Copies of a workbook in its folder, in which people may have gone on."""
    for name in copies_beside(target.path, workbook_id) if target.path is not None else ():
        yield Issue("copy-beside", Place(), facts={"copy": name})


def _moved(prepared: Prepared) -> Iterator[Issue]:
    """Rows that somebody moved between reading and writing."""
    for title, count in prepared.moved.items():
        yield Issue("rows-moved", Place("", title), facts={"count": count})


def gather(source: Snapshot, target: Target, soon: RawWorkbook, home: OpenProject, run: Run) -> Gathered:
    """Everything that a sync of a workbook decides by; the store is read while the workbook still is.

    Args:
        source: the store.
        target: the workbook.
        soon: what was told of it before.
        home: its project.
        run: who syncs it.

    Raises:
        WorkbookError: the workbook cannot be read.
    """
    meta = read_identity(soon, target.name)
    known = known_records(source, meta, home.book)
    raw = read_whole(target, soon)
    as_of = run.as_of(home.book)
    examined = examine(raw, meta, home.book, known, as_of, home.folder)
    hold(raw, known, examined)
    told = with_unshown(source, place_of(target, meta.identity), known, examined.checked)
    if told is not known:
        known, examined = told, examine(raw, meta, home.book, told, as_of, home.folder)
    given = read_given(raw, examined.layout.titles)
    answers = Answers(given, source.verdicts(), home.book, meta.lang, run)
    accepted = answers.accepted(examined, known.stored or {})
    if accepted:
        mended = examine(with_cells(raw, accepted), meta, home.book, known, as_of, home.folder)
        examined = replace(mended, raw=raw)
    return Gathered(
        home,
        examined,
        known.base or {},
        known.stored or {},
        source.next_numbers(),
        source.resting_users,
        run,
        answers,
        accepted,
    )


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


# ---------------------------------------------------------------- apply


def _store(tx: Transaction, target: Target, gathered: Gathered, decision: Decision) -> int:
    """Put the changes and what is to be remembered into the store; the revision after it."""
    identity = gathered.examined.meta.identity
    stamp = gathered.run.stamp("sync", target.name, identity.workbook_id)
    revision = tx.commit_changes(decision.changes, stamp)
    if revision is not None:
        tx.put_unshown(*place_of(target, identity), revision.number)
    if decision.arrived:
        tx.put_arrivals(identity.workbook_id, identity.revision, decision.arrived)
    if not decision.blocked and set(tx.conflicts(identity.workbook_id)) != set(decision.conflicts):
        tx.set_conflicts(identity.workbook_id, decision.conflicts)
    if not decision.blocked:
        tx.put_verdicts(gathered.answers.taken)
    return revision.number if revision is not None else tx.revision()


def _prepare(
    workbook: Backend, tx: Transaction, gathered: Gathered, decision: Decision, revision: int
) -> Prepared | None:
    """The refreshed workbook, complete beside the old one; nothing if it shows everything already."""
    changed: dict[str, set[str]] = defaultdict(set)
    for change in decision.changes:
        changed[change.sheet].add(change.key)
    examined, whole = gathered.examined, tx.tables_now(gathered.stored, changed)
    book = effective(gathered.home.book, whole)
    identity = examined.meta.identity
    tables = within(book, whole, identity.scope)
    if not decision.blocked:
        older = unsettled(
            identity,
            examined.checked,
            gathered.base,
            tables,
            decision.conflicts,
            decision.absent,
        )
        identity = replace(identity, revision=revision, older=older, mark=tx.mark(revision) or "")
    same = book.categories == examined.book.categories
    tabs = examined.tabs if same else summary_tabs(book, gathered.home.folder)
    lang = examined.meta.lang
    found = _whole_layout(examined, new_layout(book, lang, tabs))
    layout = fitted(found, book, _used_rows(examined, found, decision, tables))
    facts = Facts.of(book, tables, gathered.run.as_of(book), last_changes(tx, book))
    view = make_view(book, lang, layout, facts, identity, made_ahead(tabs))
    hold(facts, view)
    outcome = Outcome(
        rows=examined.checked.rows,
        issues=decision.issues,
        conflicts=decision.conflicts,
        keys=decision.keys,
        absent=decision.absent,
        blocked=decision.blocked,
        before=book_of(examined.meta.schema_text),
        accepted=gathered.accepted,
    )
    patch = refresh(view, examined.raw, outcome, _review(tx, gathered, decision, view, whole, tabs))
    return workbook.prepare(patch, examined.raw.digest) if patch else None


def _found(tx: Transaction, gathered: Gathered, decision: Decision, told: Afterwards) -> Found:
    """What is left to be looked at in the workbook once this sync is done."""
    answers = gathered.answers
    clashing: dict[str, set[str]] = {}
    for item in decision.conflicts:
        clashing.setdefault(item.sheet, set()).add(item.key)
    touched: dict[tuple[str, str], list[tuple[Revision, Change]]] = {}
    for revision, change in tx.touched_since(0, clashing) if clashing else ():
        touched.setdefault((change.sheet, change.key), []).append((revision, change))
    return Found(
        raw=gathered.examined.raw,
        rows=told.rows,
        issues=told.issues,
        disputes=decision.disputes,
        keys=decision.keys,
        former=told.former,
        missing=decision.absent,
        marks=answers.marks,
        notes=answers.notes,
        standing=answers.standing,
        verdicts=tx.verdicts(),
        touched=touched,
    )


def _review(
    tx: Transaction, gathered: Gathered, decision: Decision, view: View, whole: Tables, tabs: Sequence[Tab]
) -> Review:
    """Draws the tabs that tell of rows and figures, once it is known which rows go on waiting, and why."""

    def review(positions: Positions, patches: Sequence[SheetPatch]) -> Reviewed:
        told = afterwards(tx, gathered, decision, view, whole, patches)
        reviewing = Reviewing(view, _found(tx, gathered, decision, told), positions)
        drawn = issues_sheet(view, reviewing.issues()), conflicts_sheet(view, reviewing.conflicts())
        faults = Counter(f"{row.sheet}.{name}" for row in told.rows.values() for name in row.faults)
        return Reviewed(drawn, _summaries(tx, view, tabs, faults), told.waiting)

    return review


def _summaries(
    tx: Transaction, view: View, tabs: Sequence[Tab], faults: Mapping[str, int]
) -> Sequence[SheetPlan]:
    """The summary tabs; what the quality of the data is by now is kept for those of later days."""
    scope = view.identity.scope
    changes = changelog(happened_within(latest_changes(tx, tabs), scope, view.tables), view.words)
    trend = tx.quality() if scope is None else []
    point = quality_of(view, faults) if scope is None else None
    if point is not None and point not in trend:
        tx.put_quality(point)
    return summary_sheets(view, tabs, trend, faults, changes)


def _whole_layout(examined: Examined, planned: Layout) -> Layout:
    """Where everything stands, and where what is gone goes."""
    absent = ("sheet-missing", "sheet-headless", "sheet-new")
    lost = {issue.place.sheet for issue in examined.issues if issue.code in absent}
    found = completed(examined.layout, planned, lost, examined.raw)
    return with_all_tabs(found, planned, examined.meta.titles, examined.raw)


def _used_rows(examined: Examined, layout: Layout, decision: Decision, tables: Tables) -> dict[str, int]:
    """The last row of each sheet that holds a record, once those of others are added below."""
    used = {}
    for key, here in layout.sheets.items():
        rows = examined.checked.rows.get(key) or FoundRows(key)
        there = tables[key].rows.keys()
        coming: Collection[str] = ()
        if not rows.show_exactly(there):
            coming = there - set(rows.row_keys(decision.keys)) - decision.absent.get(key, set())
        used[key] = (rows.numbers[-1] if rows else here.header_row) + len(coming)
    return used


def _report(
    target: Target, gathered: Gathered, decision: Decision, revision: int, *, applied: bool
) -> Report:
    examined, answers, there = gathered.examined, gathered.answers, gathered.stored
    issues = without_confirmed(decision.issues, examined.checked, answers.known())
    copies = _copies(target, examined.meta.identity.workbook_id)
    return Report(
        source=target.source,
        words=examined.words.following(decision.changes),
        issues=(*issues, *copies),
        confirmed=len(decision.issues) - len(issues),
        decided=() if decision.blocked else answers.decided,
        rows=sum(map(len, examined.checked.rows.values())),
        held=sum(1 for _ in examined.checked.held()),
        changes=decision.changes,
        conflicts=decision.conflicts,
        cells=examined.cells({item.sheet for item in decision.conflicts}, decision.keys),
        book_id=examined.meta.identity.book_id,
        workbook_id=examined.meta.identity.workbook_id,
        base=examined.meta.identity.revision,
        now=revision,
        applied=applied,
        gone={(one.sheet, one.key) for one in decision.conflicts if one.key not in there[one.sheet].rows},
    )
