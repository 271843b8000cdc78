"""What a sync will do, decided without touching anything.

A decision about one record, made on the tabs of issues and conflicts, goes before what the
switches of the command say about all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace

from custbook_gen.actions.answers import Answers, Record, Suggestions, final_dispute
from custbook_gen.actions.checking import Examined
from custbook_gen.actions.deletions import Deletions, deletions, guard, too_many
from custbook_gen.actions.keys import final_changes, numbered_key
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.actions.row_marks import MISSING
from custbook_gen.issues import Issue, Place
from custbook_gen.merge import Edit, Prefer, bonds, merge
from custbook_gen.records import Change, Conflict, Dispute, Table, Tables
from custbook_gen.schema import Sheet
from custbook_gen.scope import left_out, with_changes
from custbook_gen.scope import shown as within
from custbook_gen.store import Arrivals, Users
from custbook_gen.value_objects import value_object


@value_object
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


@value_object
class Gathered:
    """Everything that a sync decides by."""

    home: OpenProject
    examined: Examined
    base: Tables
    """The records as the workbook showed them."""
    stored: Tables
    next_numbers: Mapping[str, int]
    resting_users: Callable[[Collection[Record]], Users]
    """Tells what refers to records from what the schema leaves out."""
    run: Run
    answers: Answers
    """What people decided on the tabs of issues and conflicts."""
    accepted: Suggestions = field(default_factory=dict)
    """Suggestions that the check took for what stands in cells."""


@value_object
class Decision:
    """What a sync will do; nothing is done yet."""

    changes: Sequence[Change]
    disputes: Sequence[Dispute]
    keys: Mapping[str, str]
    arrived: Arrivals
    issues: Sequence[Issue]
    absent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Records that stay out of their sheets: their rows were removed."""
    blocked: bool = False
    """Nothing is stored, and nothing but the status of rows is written (``strict``)."""

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The fields that nobody decided about yet."""
        return tuple(dict.fromkeys(conflict for dispute in self.disputes for conflict in dispute))


def decide(gathered: Gathered, options: Options) -> Decision:
    """What to store, what to ask about and which numbers new rows get."""
    examined, answers = gathered.examined, gathered.answers
    checked = examined.checked
    keys, arrived = _new_keys(gathered)
    if options.strict and any(True for _ in checked.held()):
        _, disputes = _merged(gathered, keys, None)
        return Decision([], disputes, {}, {}, examined.issues, blocked=True)
    changes, disputes = _merged(gathered, keys, options.prefer)
    answers.without_conflict(gathered.stored, changes)
    answers.confirmed()
    deleted, restored = _removed(gathered, options, changes)
    gone = {(change.sheet, change.key) for change in deleted.changes}
    absent = {
        sheet: frozenset(key for key in some if (sheet, key) not in restored)
        for sheet, some in checked.missing.items()
    }
    return Decision(
        changes=[*changes, *deleted.changes],
        disputes=disputes,
        keys=keys,
        arrived=arrived,
        issues=(
            *_settled(_without(examined.issues, gone), restored),
            *deleted.refused,
            *answers.issues,
            *_left(gathered, changes),
            *_brought_before(gathered),
        ),
        absent=absent,
    )


def _brought_before(gathered: Gathered) -> Iterator[Issue]:
    """What is told of rows without a number that another copy of the workbook brought already, word for word.

    Those that an interrupted run stored are this workbook's own: it showed them, as far as is known.
    """
    for sheet, rows in gathered.examined.checked.rows.items():
        here = gathered.examined.layout.sheets[sheet]
        for row in rows.looked_at():
            if row.arrived and row.key not in gathered.base[sheet].rows:
                code = "row-known" if row.key in gathered.stored[sheet].rows else "row-known-gone"
                place = Place(sheet, here.title, row.key, cell=here.place(None, row.number), row=row.number)
                yield Issue(code, place, row.key, facts={"key": row.key})


def _left(gathered: Gathered, changes: Sequence[Change]) -> Iterator[Issue]:
    """What is told of records that stay in the store and leave the workbook, which is not for them."""
    book, scope = gathered.home.book, gathered.examined.meta.identity.scope
    if scope is None:
        return
    after = with_changes(gathered.stored, changes)
    before = with_changes(gathered.base, (change for change in changes if change.kind == "insert"))
    for sheet, key in left_out(before, within(book, after, scope), after):
        title = gathered.examined.layout.sheets[sheet].title
        yield Issue("row-left", Place(sheet, title, key=key), facts={"key": key})


def _removed(
    gathered: Gathered, options: Options, changes: Sequence[Change]
) -> tuple[Deletions, Collection[Record]]:
    """What is deleted of the records whose rows were removed, and which of them come back."""
    book, checked, answers = gathered.home.book, gathered.examined.checked, gathered.answers
    missing = {(sheet, key) for sheet, keys in checked.missing.items() for key in keys}
    chosen, back = answers.removed(checked.missing, gathered.stored)
    crowded: list[Issue] = []
    if not options.allow_mass_delete and not options.delete:
        crowded = _too_many(gathered, chosen)
        chosen -= {
            (issue.place.sheet, key) for issue in crowded for key in checked.missing[issue.place.sheet]
        }
    wanted = missing - back if options.delete else chosen
    found = deletions(book, checked, gathered.base, gathered.stored, changes, gathered.resting_users(wanted))
    if not options.allow_mass_delete:
        guard(book, gathered.examined.meta.lang, gathered.stored, found)
    refused = {(issue.place.sheet, str(issue.place.key)): issue for issue in found.refused}
    many = {record: issue for issue in crowded for record in missing if record[0] == issue.place.sheet}
    answers.about_removed(chosen | back | many.keys(), {**many, **refused})
    gone = {(change.sheet, change.key) for change in found.changes}
    restored = missing - gone if options.restore else back
    return replace(found, refused=(*found.refused, *crowded)), restored


def _too_many(gathered: Gathered, chosen: Collection[Record]) -> list[Issue]:
    """The sheets of which more records were chosen to be deleted than may go at once."""
    found = []
    for sheet, count in too_many(gathered.stored, (sheet for sheet, _ in chosen)).items():
        here = gathered.examined.layout.sheets[sheet]
        place = Place(sheet, here.title, cell=here.place(None, None))
        found.append(Issue("delete-many", place, facts={"count": count}))
    return found


def _merged(
    gathered: Gathered, keys: Mapping[str, str], prefer: Prefer | None
) -> tuple[list[Change], list[Dispute]]:
    """The valid rows of all sheets merged into the store's, under their final keys."""
    book, stored = gathered.home.book, gathered.stored

    def settle(dispute: Dispute) -> Prefer | None:
        return gathered.answers.settle(dispute, stored, keys) or prefer

    changes: list[Change] = []
    disputes: list[Dispute] = []
    for sheet in book.sheets:
        base = _with_arrived(gathered.base[sheet.key], gathered)
        edits = _edits(gathered, sheet)
        merged = merge(base, edits, stored[sheet.key], together=bonds(sheet), settle=settle)
        changes += merged.changes
        disputes += merged.disputes
    return final_changes(book, changes, keys), [final_dispute(dispute, keys) for dispute in disputes]


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


def _without(issues: Sequence[Issue], gone: Collection[Record]) -> list[Issue]:
    """The issues but those of records that are deleted now."""
    return [issue for issue in issues if (issue.place.sheet, issue.place.key) not in gone]


def _settled(issues: Sequence[Issue], restored: Collection[Record]) -> Iterator[Issue]:
    """The issues, rows that come back by this very run told as such."""
    for issue in issues:
        record = (issue.place.sheet, str(issue.place.key))
        back = issue.code == MISSING and record in restored
        yield replace(issue, code="row-restored", level=None) if back else issue
