"""Changing a store: changes become a revision, or nothing of them does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from custbook_gen.records import Change, Conflict, QualityPoint, Revision, Verdict
from custbook_gen.schema import Sheet
from custbook_gen.store import wire
from custbook_gen.store.resting import with_resting
from custbook_gen.store.rows import keys_as_text, some_rows
from custbook_gen.store.snapshot import Arrivals, Snapshot
from custbook_gen.store.sqlite import together
from custbook_gen.store.steps import Numbered, batch_of
from custbook_gen.store.tables import execute_rows, insert, portions
from custbook_gen.store.verdicts import verdict_rows
from custbook_gen.value_objects import value_object

_AT_ONCE = 1_000
"""Changes worked on at a time: memory stays flat, and the processor's cache holds them."""
_NUMBER_LENGTH = 18
"""Digits of the longest number that a sequence follows; longer ones are not ours."""


@value_object
class Stamp:
    """Who makes a revision, when, by which action and from which file.

    ``at`` knows its time zone; ``source`` is a file's base name, without folders.
    """

    at: dt.datetime
    user: str
    action: str
    source: str = ""
    workbook_id: str = ""


class Transaction(Snapshot):
    """A :class:`Snapshot` that can also be changed; obtained from :meth:`Store.writing`.

    What it reads includes what it wrote.
    """

    def commit_changes(self, changes: Sequence[Change], stamp: Stamp) -> Revision | None:
        """Apply changes, in their order, as one revision; all of them or none.

        An update of values by equal ones is no change.  Deleting takes the whole record,
        whatever ``before`` names.  Numbers of inserted keys are used up for good.

        Returns:
            The revision made; nothing where nothing changes.

        Raises:
            StoreError: ``store-changed``: a record to be inserted is there already, or one
                to be updated or deleted is not there or is not as ``before`` has it;
                ``store-value``: a value does not fit its field.
            KeyError: a change names a sheet or stored field that the book has not, or
                gives a record another key.
        """
        number = self.revision() + 1
        with together(self._connection):
            changed = 0
            for (_, sheet), numbered in sorted(_rounds(changes).items()):
                for portion in portions(numbered, _AT_ONCE):
                    changed += self._apply(self._layout.book.sheet(sheet), portion, number)
            return self._put_revision(number, stamp) if changed else None

    def _apply(self, sheet: Sheet, changes: Numbered, revision: int) -> int:
        """Write changes to different records of one sheet; says how many changed anything."""
        keys = [change.key for _, change in changes]
        stored = some_rows(self._connection, self._layout, sheet, keys)
        lacking = [
            change.key for _, change in changes if change.kind != "insert" and change.key not in stored
        ]
        if lacking and keys_as_text(self._connection, self._layout, sheet, lacking):
            stored = some_rows(self._connection, self._layout, sheet, keys)
        batch = batch_of(sheet, changes, stored)
        table = self._layout.sheets[sheet.key]
        names = [field.key for field in sheet.stored_fields]
        this = table.c[sheet.key_field] == sa.bindparam("_key")
        history = with_resting(self._connection, self._layout, sheet, batch.history)
        if batch.deleted:
            self._connection.execute(table.delete().where(this), [{"_key": key} for key in batch.deleted])
        at = names.index(sheet.key_field)
        updated = [(*row, revision, row[at]) for row in batch.updated]
        execute_rows(self._connection, table.update().where(this), (*names, "_revision", "_key"), updated)
        insert(self._connection, table, [(*row, revision) for row in batch.inserted])
        insert(self._connection, self._layout.history, [(revision, *line) for line in history])
        self._use_up(sheet, [change.key for _, change in changes if change.kind == "insert"])
        return len(batch.history)

    def _put_revision(self, number: int, stamp: Stamp) -> Revision:
        at = stamp.at.astimezone(dt.UTC)
        line = (number, at.isoformat(), stamp.user, stamp.action, stamp.source, stamp.workbook_id)
        insert(self._connection, self._layout.revision, [line])
        return Revision(number, at, stamp.user, stamp.action, stamp.source)

    def _use_up(self, sheet: Sheet, keys: Sequence[str]) -> None:
        """Have the sheet's sequence go on after the numbers of these keys."""
        prefix = sheet.field(sheet.key_field).prefix
        if prefix is None:
            return
        digits = [key.removeprefix(prefix) for key in keys if key.startswith(prefix)]
        numbers = [
            int(text) for text in digits if text.isascii() and text.isdigit() and len(text) <= _NUMBER_LENGTH
        ]
        following = max(numbers, default=0) + 1
        sequence = self._layout.sequence
        behind = sequence.c.next < following
        self._connection.execute(
            sequence.update().where(sequence.c.sheet == sheet.key, behind).values(next=following)
        )

    def put_arrivals(self, workbook_id: str, base_revision: int, arrivals: Arrivals) -> None:
        """Remember which keys new rows of a workbook got, so that none is inserted twice.

        Args:
            workbook_id: the workbook.
            base_revision: the revision that it showed when the rows were read.
            arrivals: all keys of the rows with a fingerprint; they replace what was known
                of that sheet and fingerprint, and leave other ones alone.
        """
        arrival = self._layout.arrival
        names = ("workbook_id", "base", "sheet", "fingerprint")
        self._forget(arrival, names, [(workbook_id, base_revision, *pair) for pair in arrivals])
        lines = [
            (workbook_id, base_revision, sheet, fingerprint, ordinal, key)
            for (sheet, fingerprint), keys in arrivals.items()
            for ordinal, key in enumerate(keys)
        ]
        insert(self._connection, arrival, lines)

    def put_unshown(self, workbook_id: str, base_revision: int, place: str, revision: int) -> None:
        """Remember that a revision was made of a workbook's edits, and that it does not show it yet.

        Args:
            workbook_id: the workbook.
            base_revision: the revision that it shows.
            place: what tells where it is, apart from copies of it elsewhere.
            revision: the one that was made.
        """
        insert(self._connection, self._layout.unshown, [(workbook_id, base_revision, place, revision)])

    def forget_unshown(self, workbook_id: str, base_revision: int, place: str) -> None:
        """Forget what a workbook was not told; it shows it by now."""
        names = ("workbook_id", "base", "place")
        self._forget(self._layout.unshown, names, [(workbook_id, base_revision, place)])

    def set_conflicts(self, workbook_id: str, conflicts: Iterable[Conflict]) -> None:
        """Replace the undecided conflicts of a workbook."""
        self._forget(self._layout.conflict, ("workbook_id",), [(workbook_id,)])
        lines = []
        for conflict in conflicts:
            field = self._layout.book.sheet(conflict.sheet).field(conflict.field)
            values = (conflict.base, conflict.edited, conflict.stored)
            texts = (None if value is None else wire.dump(wire.encode(field, value)) for value in values)
            lines.append((workbook_id, conflict.sheet, conflict.key, conflict.field, *texts))
        insert(self._connection, self._layout.conflict, lines)

    def put_verdicts(self, verdicts: Sequence[Verdict]) -> None:
        """Remember decisions; of one matter the latest counts."""
        verdict, lines = self._layout.verdict, verdict_rows(verdicts)
        self._forget(verdict, ("about",), [(one.about,) for one in verdicts])
        insert(self._connection, verdict, lines)

    def put_externals(self, system: str, sheet: str, mapping: Mapping[str, str]) -> None:
        """Remember under which ids another system knows records; other ids stay as they are.

        Args:
            system: name of the other system.
            sheet: the sheet of the records.
            mapping: the other system's id to the record's key.
        """
        external = self._layout.external
        names = ("system", "sheet", "external_id")
        self._forget(external, names, [(system, sheet, external_id) for external_id in mapping])
        lines = [(system, sheet, external_id, key) for external_id, key in mapping.items()]
        insert(self._connection, external, lines)

    def put_quality(self, point: QualityPoint) -> None:
        """Remember what the quality of the data is on a day; of one day the latest word counts."""
        day = point.day.isoformat()
        self._forget(self._layout.quality, ("day",), [(day,)])
        shares = (point.completeness, point.valid, point.unique, point.timely, point.score)
        texts = (None if share is None else str(share) for share in shares)
        insert(self._connection, self._layout.quality, [(day, point.customers, *texts)])

    def _forget(self, table: sa.Table, names: Sequence[str], values: Sequence[tuple[object, ...]]) -> None:
        """Delete the rows with these values in these columns."""
        if not values:
            return
        statement = table.delete().where(*(table.c[name] == sa.bindparam(f"_{name}") for name in names))
        parameters = [f"_{name}" for name in names]
        self._connection.execute(statement, [dict(zip(parameters, row, strict=True)) for row in values])


def _rounds(changes: Sequence[Change]) -> dict[tuple[int, str], list[tuple[int, Change]]]:
    """Numbered changes by sheet, those of one record in rounds after each other."""
    earlier: dict[tuple[str, str], int] = {}
    rounds: dict[tuple[int, str], list[tuple[int, Change]]] = {}
    for position, change in enumerate(changes):
        record = (change.sheet, change.key)
        number = earlier.get(record, 0)
        earlier[record] = number + 1
        rounds.setdefault((number, change.sheet), []).append((position, change))
    return rounds
