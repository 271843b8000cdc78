"""``custbook sync``: merge a workbook's edits into the store and bring the workbook up to date.

Three steps: *gather* what the workbook, its revision and the store hold; *decide*, without
touching anything; *apply*.  The refreshed file is complete on disk before the store
commits, and takes the old one's place right after.  If the run dies between the two, the
next one finds the same edits again and, by what arrived before, inserts no row twice.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from custbook_gen.actions.checking import Examined, examine, known_records
from custbook_gen.actions.project import OpenProject, Run, need_home, read_identity
from custbook_gen.actions.views import make_view, summary_sheets
from custbook_gen.backends import Prepared
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.check import CheckedRow, Known
from custbook_gen.errors import StoreError
from custbook_gen.issues import Issue
from custbook_gen.merge import Edit, Prefer, merge, with_keys
from custbook_gen.plan import Identity
from custbook_gen.records import Change, Conflict, Table, Tables, Value
from custbook_gen.refresh import Outcome, refresh
from custbook_gen.report import Report
from custbook_gen.schema import Sheet
from custbook_gen.store import Arrivals, Transaction, WorkbookState

MASS_DELETE_SHARE = 0.05


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
    known: Known
    conflicts: tuple[Conflict, ...]
    arrivals: Arrivals
    next_numbers: Mapping[str, int]
    run: Run


@dataclass(frozen=True, slots=True)
class Decision:
    """What a sync will do; nothing is done yet."""

    changes: Sequence[Change]
    conflicts: Sequence[Conflict]
    waiting: Sequence[Conflict]
    """Clashes of held rows: not told as conflicts yet, but remembered."""
    keys: Mapping[str, str]
    arrived: Arrivals
    issues: Sequence[Issue]
    absent: Mapping[str, frozenset[str]] = field(default_factory=dict)


def sync_file(path: Path, run: Run, options: Options, folder: Path | None = None) -> Report:
    """Sync one workbook.

    Raises:
        WorkbookError: the file cannot be read or written, or belongs elsewhere.
        StoreError: the store is out of reach, or the run would delete too much.
    """
    target = ExcelFile(path)
    raw = target.read()
    meta = read_identity(raw, path.name)
    home = need_home(path, meta, folder)
    prepared: Prepared | None = None
    try:
        with home.store.writing() as tx:
            known = known_records(tx, meta)
            examined = examine(raw, meta, home.book, known, run.as_of(home.book))
            gathered = Gathered(
                home,
                examined,
                known,
                tx.conflicts(meta.identity.workbook_id),
                tx.arrivals(meta.identity.workbook_id, meta.identity.revision),
                tx.next_numbers(),
                run,
            )
            decision = decide(gathered, options)
            if options.dry_run:
                tx.rollback()
                return _report(path, gathered, decision, tx.revision(), applied=False)
            revision = _store(tx, path, gathered, decision)
            prepared = _prepare(target, tx, gathered, decision, revision)
    except BaseException:
        if prepared is not None:
            prepared.discard()
        raise
    if prepared is not None:
        prepared.commit()
    return _report(path, gathered, decision, revision, applied=True)


# ---------------------------------------------------------------- decide


def decide(gathered: Gathered, options: Options) -> Decision:
    """What to store, what to ask about and which numbers new rows get."""
    book, checked = gathered.home.book, gathered.examined.checked
    blocked = options.strict and any(True for _ in checked.held())
    keys, arrived = _new_keys(gathered)
    changes: list[Change] = []
    conflicts: list[Conflict] = []
    waiting: list[Conflict] = []
    for sheet in book.sheets:
        base, stored = _tables(gathered, sheet)
        merged = merge(
            _with_arrivals(base, gathered, sheet, keys),
            _edits(gathered, sheet, keys),
            stored,
            open_conflicts=gathered.conflicts,
            prefer=options.prefer,
        )
        changes += merged.changes
        conflicts += merged.conflicts
        waiting += _waiting(checked.rows.get(sheet.key, ()), base, stored, gathered.conflicts)
    deletions, refused = _deletions(gathered, changes) if options.delete else ([], [])
    if not options.allow_mass_delete:
        _guard(gathered, deletions)
    references = {s.key: frozenset(f.key for f in s.stored_fields if f.type == "ref") for s in book.sheets}
    final = with_keys(changes, keys, {s.key: s.key_field for s in book.sheets}, references)
    return Decision(
        changes=[] if blocked else [*final, *deletions],
        conflicts=conflicts,
        waiting=waiting,
        keys={} if blocked else keys,
        arrived={} if blocked else arrived,
        issues=(*_without_deleted(gathered, deletions), *refused),
        absent={} if options.restore else {s: frozenset(k) for s, k in checked.missing.items()},
    )


def _tables(gathered: Gathered, sheet: Sheet) -> tuple[Table, Table]:
    empty = Table(sheet.key, tuple(item.key for item in sheet.stored_fields))
    base = gathered.known.base or {}
    stored = gathered.known.stored or {}
    return base.get(sheet.key, empty), stored.get(sheet.key, empty)


def _edits(gathered: Gathered, sheet: Sheet, keys: Mapping[str, str]) -> Iterator[Edit]:
    """The valid rows of a sheet; a row that arrived in an earlier run is not new any more."""
    again = _arrived_before(gathered, sheet)
    for row in gathered.examined.checked.valid(sheet.key):
        if row.new and keys.get(row.key) in again:
            values = {**row.values, sheet.key_field: keys[row.key]}
            yield Edit(keys[row.key], _final(values, keys))
        else:
            yield Edit(row.key, row.values, new=row.new)


def _final(values: Mapping[str, Value], keys: Mapping[str, str]) -> dict[str, Value]:
    return {
        name: keys.get(value, value) if isinstance(value, str) else value for name, value in values.items()
    }


def _arrived_before(gathered: Gathered, sheet: Sheet) -> set[str]:
    return {key for (where, _), some in gathered.arrivals.items() if where == sheet.key for key in some}


def _with_arrivals(base: Table, gathered: Gathered, sheet: Sheet, keys: Mapping[str, str]) -> Table:
    """The base with rows that an earlier, interrupted run inserted as they were then."""
    again = _arrived_before(gathered, sheet)
    rows = {
        keys[row.key]: tuple(
            {**_final(row.values, keys), sheet.key_field: keys[row.key]}.get(f) for f in base.fields
        )
        for row in gathered.examined.checked.valid(sheet.key)
        if row.new and keys.get(row.key) in again
    }
    return replace(base, rows={**base.rows, **rows}) if rows else base


def _new_keys(gathered: Gathered) -> tuple[dict[str, str], Arrivals]:
    """Final keys of the new rows, and what is to be remembered of their arrival."""
    keys: dict[str, str] = {}
    arrived: dict[tuple[str, str], tuple[str, ...]] = {}
    for sheet in gathered.home.book.sheets:
        key_field = sheet.field(sheet.key_field)
        if key_field.type != "auto":
            continue
        number = gathered.next_numbers[sheet.key]
        seen: dict[str, int] = defaultdict(int)
        for row in gathered.examined.checked.valid(sheet.key):
            if not row.new:
                continue
            mark = fingerprint(row)
            earlier = gathered.arrivals.get((sheet.key, mark), ())
            if seen[mark] < len(earlier):
                keys[row.key] = earlier[seen[mark]]
            else:
                keys[row.key] = f"{key_field.prefix}{number:0{key_field.digits}}"
                number += 1
            seen[mark] += 1
            arrived[sheet.key, mark] = (*arrived.get((sheet.key, mark), ()), keys[row.key])
    return keys, arrived


def fingerprint(row: CheckedRow) -> str:
    """What identifies a new row by its content."""
    text = "\x1f".join(f"{name}={value!r}" for name, value in sorted(row.values.items()) if value is not None)
    return hashlib.sha256(text.encode()).hexdigest()


def _waiting(
    rows: Sequence[CheckedRow], base: Table, stored: Table, known: Sequence[Conflict]
) -> Iterator[Conflict]:
    """Edits of held rows to fields that changed in the store meanwhile, with their base."""
    earlier = {(item.key, item.field): item.base for item in known if item.sheet == stored.sheet}
    for row in rows:
        if not row.held or row.key not in base.rows or row.key not in stored.rows:
            continue
        for name in sorted(row.edited | row.faults.keys()):
            if name not in base.fields:
                continue
            before = earlier.get((row.key, name), base.value(row.key, name))
            now, value = stored.value(row.key, name), row.values.get(name)
            if before != now and value not in (before, now):
                yield Conflict(stored.sheet, row.key, name, before, value, now)


# ---------------------------------------------------------------- deletions


def _deletions(gathered: Gathered, changes: Sequence[Change]) -> tuple[list[Change], list[Issue]]:
    """Deletions of the records whose rows were removed; not of ones still in use or changed since."""
    deletions: list[Change] = []
    refused: list[Issue] = []
    users = _users(gathered, changes)
    issues = {
        (i.place.sheet, i.place.key): i for i in gathered.examined.checked.issues if i.code == "row-missing"
    }
    going = {(sheet, key) for sheet, keys in gathered.examined.checked.missing.items() for key in keys}
    for sheet in gathered.home.book.sheets:
        base, stored = _tables(gathered, sheet)
        for key in gathered.examined.checked.missing.get(sheet.key, ()):
            in_use = [user for user in users.get((sheet.key, key), []) if user not in going]
            if in_use or base.rows[key] != stored.rows[key]:
                issue = issues[sheet.key, key]
                other = "、".join(user[1] for user in in_use[:3]) or "—"
                refused.append(Issue("delete-refused", issue.place, key, None, {"key": key, "other": other}))
                continue
            values = dict(zip(stored.fields, stored.rows[key], strict=True))
            deletions.append(
                Change("delete", sheet.key, key, {n: v for n, v in values.items() if v is not None})
            )
    return deletions, refused


def _users(gathered: Gathered, changes: Sequence[Change]) -> Mapping[tuple[str, str], list[tuple[str, str]]]:
    """The records that refer to each record, by sheet and key, with the changes applied."""
    users: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    coming = {(c.sheet, c.key): c.after for c in changes}
    for sheet in gathered.home.book.sheets:
        refs = [item for item in sheet.stored_fields if item.type == "ref"]
        _, stored = _tables(gathered, sheet)
        keys = dict.fromkeys((*stored.rows, *(key for where, key in coming if where == sheet.key)))
        for item in refs:
            at = stored.position(item.key)
            for key in keys:
                after = coming.get((sheet.key, key), {})
                now = stored.rows[key][at] if key in stored.rows else None
                value = after.get(item.key, now)
                if value is not None:
                    users[str(item.to), str(value)].append((sheet.key, key))
    return users


def _guard(gathered: Gathered, deletions: Sequence[Change]) -> None:
    for sheet in gathered.home.book.sheets:
        total = len(_tables(gathered, sheet)[1].rows)
        count = sum(change.sheet == sheet.key for change in deletions)
        if count > max(1, total * MASS_DELETE_SHARE):
            title = sheet.label.line(gathered.examined.meta.lang)
            raise StoreError("mass-delete", sheet=title, count=count, total=total)


def _without_deleted(gathered: Gathered, deletions: Sequence[Change]) -> list[Issue]:
    done = {(change.sheet, change.key) for change in deletions}
    return [
        issue
        for issue in gathered.examined.issues
        if issue.code != "row-missing" or (issue.place.sheet, issue.place.key) not in done
    ]


# ---------------------------------------------------------------- apply


def _store(tx: Transaction, path: Path, gathered: Gathered, decision: Decision) -> int:
    """Put the changes and what is to be remembered into the store; the revision after it."""
    identity = gathered.examined.meta.identity
    stamp = gathered.run.stamp("sync", path.name, identity.workbook_id)
    revision = tx.commit_changes(decision.changes, stamp)
    if decision.arrived:
        tx.put_arrivals(identity.workbook_id, identity.revision, decision.arrived)
    tx.set_conflicts(identity.workbook_id, [*decision.conflicts, *decision.waiting])
    return revision.number if revision is not None else tx.revision()


def _prepare(
    target: ExcelFile, tx: Transaction, gathered: Gathered, decision: Decision, revision: int
) -> Prepared | None:
    """The refreshed workbook, complete beside the old one; nothing if it shows everything already."""
    examined, book = gathered.examined, gathered.home.book
    old = examined.meta.identity
    identity = Identity(old.book_id, old.workbook_id, "", revision, old.view)
    tables: Tables = tx.tables()
    as_of = gathered.run.as_of(book)
    view = make_view(book, examined.meta.lang, examined.layout, tables, as_of, identity)
    outcome = Outcome(
        rows=examined.checked.rows,
        issues=decision.issues,
        conflicts=decision.conflicts,
        keys=decision.keys,
        absent=decision.absent,
    )
    patch = refresh(view, examined.raw, outcome, summary_sheets(view, examined.tabs))
    tx.put_workbook(
        WorkbookState(
            old.workbook_id, examined.meta.lang, old.view, revision, examined.raw.digest, gathered.run.at
        )
    )
    return target.prepare(patch, examined.raw.digest) if patch else None


def _report(path: Path, gathered: Gathered, decision: Decision, revision: int, *, applied: bool) -> Report:
    examined = gathered.examined
    return Report(
        source=str(path),
        words=examined.words,
        issues=decision.issues,
        rows=sum(map(len, examined.checked.rows.values())),
        held=sum(1 for _ in examined.checked.held()),
        changes=decision.changes,
        conflicts=decision.conflicts,
        cells=examined.cells(dict(decision.keys)),
        book_id=examined.meta.identity.book_id,
        workbook_id=examined.meta.identity.workbook_id,
        base=examined.meta.identity.revision,
        now=revision,
        applied=applied,
    )
