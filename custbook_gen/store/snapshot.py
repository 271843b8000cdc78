"""Reading a store: the book as it stands, as it stood, and what happened to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from custbook_gen.errors import StoreError
from custbook_gen.records import Change, Conflict, QualityPoint, Revision, Row, Table, Tables, Verdict
from custbook_gen.schema import Label
from custbook_gen.store import sqlite, wire
from custbook_gen.store.lines import mark_of, revision_of, values_of
from custbook_gen.store.resting import Users, resting_sheets, resting_users
from custbook_gen.store.rows import all_rows, in_order, renewed, rows_ahead, undo
from custbook_gen.store.tables import Layout, key_portions
from custbook_gen.store.verdicts import read_verdicts
from custbook_gen.store_ahead import RowsAhead
from custbook_gen.value_objects import value_object

_KINDS = ("insert", "update", "delete")

Arrivals = Mapping[tuple[str, str], tuple[str, ...]]
"""Keys that new rows of a workbook got, by sheet and fingerprint, in the rows' order."""


@value_object
class Tally:
    """A revision, and how many records it inserted, updated and deleted."""

    revision: Revision
    inserted: int = 0
    updated: int = 0
    deleted: int = 0


class Snapshot:
    """The store as it is seen from inside one database transaction.

    Obtained from :meth:`Store.reading`; of no use after its ``with`` block.
    """

    def __init__(self, connection: sa.Connection, layout: Layout, ahead: RowsAhead | None = None) -> None:
        self._connection = connection
        self._layout = layout
        self._ahead = ahead

    def revision(self) -> int:
        """The number of the latest revision; 0 while nothing was ever stored."""
        return self._connection.scalar(sa.select(sa.func.max(self._layout.revision.c.number))) or 0

    def tables(self, at: int | None = None) -> Tables:
        """The records of all sheets, in the order of their keys.

        Args:
            at: the revision whose records are wanted; the latest one where left out.

        Raises:
            StoreError: ``revision-unknown``: there is no such revision.
        """
        there = self._read_ahead()
        tables = {
            sheet.key: self.table(sheet.key, there.get(sheet.key)) for sheet in self._layout.book.sheets
        }
        return tables if at is None else self.tables_at(at, tables)

    def _read_ahead(self) -> Mapping[str, Mapping[str, Row]]:
        """The records that a worker has read, if one did; they are taken once."""
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            return {}
        revision = self._layout.revision
        newest = sa.select(revision).order_by(revision.c.number.desc()).limit(1)
        return rows_ahead(ahead, self._layout, self._connection.execute(newest).first() or ())

    def tables_at(self, revision: int, now: Tables) -> Tables:
        """The records of all sheets as they were at a revision, in the order of their keys.

        Args:
            revision: the revision whose records are wanted.
            now: the records of the latest one; rows and tables that are the same are not copied.

        Raises:
            StoreError: ``revision-unknown``: there is no such revision.
        """
        latest = self.revision()
        if not 0 <= revision <= latest:
            raise StoreError("revision-unknown", revision=revision, latest=latest)
        changed: dict[str, dict[str, Row]] = {}
        for change in self._changes_after(revision) if revision < latest else ():
            if change.sheet not in changed:
                changed[change.sheet] = dict(now[change.sheet].rows.items())
            undo(change, self._layout.book.sheet(change.sheet), changed[change.sheet])
        return {
            key: replace(table, rows=in_order(changed[key])) if key in changed else table
            for key, table in now.items()
        }

    def tables_now(self, before: Tables, changed: Mapping[str, Collection[str]]) -> Tables:
        """The records of all sheets, in the order of their keys, some of them known already.

        Args:
            before: the records before some changes of this transaction.
            changed: the keys, by sheet, of all records that these changed.
        """
        return {
            key: renewed(self._connection, self._layout, table, changed.get(key, ()))
            for key, table in before.items()
        }

    def table(self, sheet_key: str, rows: Mapping[str, Row] | None = None) -> Table:
        """The records of one sheet, in the order of their keys.

        Args:
            sheet_key: the sheet's.
            rows: the records, where they were read already.
        """
        sheet = self._layout.book.sheet(sheet_key)
        fields = tuple(field.key for field in sheet.stored_fields)
        if rows is None:
            rows = all_rows(self._connection, self._layout, sheet)
        return Table(sheet.key, fields, rows)

    def history(self, sheet: str | None = None, key: str | None = None) -> list[tuple[Revision, Change]]:
        """Every change of the book, of one sheet or of one record, the oldest first."""
        if key is not None and not wire.storable(key):
            return []
        history = self._layout.history.c
        said = ((history.sheet, sheet), (history.key, key))
        return self._happened(*(column == value for column, value in said if value is not None))

    def newest(self, most: int) -> list[tuple[Revision, Change]]:
        """The latest changes of the book, the newest first, at most so many."""
        history, revision = self._layout.history, self._layout.revision
        known = history.c.sheet.concat("").in_(self._layout.sheets)  # no index: its order is not theirs
        latest = (history.c.revision.desc(), history.c.position.desc())
        lines = self._connection.execute(sa.select(history).where(known).order_by(*latest).limit(most)).all()
        needed = sa.select(revision).where(revision.c.number.in_({line.revision for line in lines}))
        revisions = {line.number: revision_of(line) for line in self._connection.execute(needed)}
        return [(revisions[line.revision], self._change(line)) for line in lines]

    def last_changed(self, sheet: str, field: str, at: int | None = None) -> dict[str, dt.datetime]:
        """When a field of a sheet's records last changed, by key; a record's first value is no change.

        Args:
            sheet: the sheet's key.
            field: the field's key.
            at: the last revision to look at; the latest one where left out.
        """
        history, revision = self._layout.history.c, self._layout.revision.c
        query = (
            sa.select(history.key, history.after, revision.at)
            .join_from(self._layout.history, self._layout.revision, history.revision == revision.number)
            .where(history.sheet == sheet, history.kind == "update")
            .where(history.after.contains(f'"{field}":', autoescape=True))
            .order_by(history.revision)
        )
        if at is not None:
            query = query.where(history.revision <= at)
        return {
            key: wire.moment(moment)
            for key, after, moment in self._connection.execute(query)
            if field in wire.load(after)
        }

    def changes_of(self, number: int) -> tuple[Revision, list[Change]]:
        """A revision and its changes, in their order.

        Raises:
            StoreError: ``revision-unknown``: there is no such revision.
        """
        revision = self._layout.revision
        found = self._connection.execute(sa.select(revision).where(revision.c.number == number)).one_or_none()
        if found is None:
            raise StoreError("revision-unknown", revision=number, latest=self.revision())
        return revision_of(found), [
            change for _, change in self._happened(self._layout.history.c.revision == number)
        ]

    def touched_since(
        self, number: int, records: Mapping[str, Collection[str]], kind: str | None = None
    ) -> list[tuple[Revision, Change]]:
        """What happened to some records (keys by sheet) after a revision, the oldest first.

        Args:
            number: the revision.
            records: the records.
            kind: the kind of change that is asked for; all where left out.
        """
        history, revisions = self._layout.history.c, self._revisions()
        found: list[tuple[Revision, Change]] = []
        for sheet, keys in records.items():
            for portion in key_portions(keys):
                after = [history.revision > number, history.sheet == sheet, history.key.in_(portion)]
                after += [history.kind == kind] if kind is not None else []
                found += ((revisions[line.revision], self._change(line)) for line in self._lines(*after))
        return sorted(found, key=lambda pair: pair[0].number)

    def tallies(self, sheet: str | None = None, newest: int | None = None) -> list[Tally]:
        """What each revision came to, the newest first.

        Args:
            sheet: count the changes of this sheet alone, and leave out revisions without any.
            newest: how many revisions; all where left out.
        """
        revision, history = self._layout.revision, self._layout.history.c
        query = sa.select(revision).order_by(revision.c.number.desc()).limit(newest)
        wanted = [] if sheet is None else [history.sheet == sheet]
        if wanted:
            query = query.where(revision.c.number.in_(sa.select(history.revision).where(*wanted)))
        lines = self._connection.execute(query).all()
        oldest = lines[-1].number if lines else 0
        counted = (
            sa.select(history.revision, history.kind, sa.func.count())
            .where(history.revision >= oldest, *wanted)
            .group_by(history.revision, history.kind)
        )
        counts = {(number, kind): count for number, kind, count in self._connection.execute(counted)}
        return [
            Tally(revision_of(line), *(counts.get((line.number, kind), 0) for kind in _KINDS))
            for line in lines
        ]

    def marks(self) -> dict[int, str]:
        """What tells each revision from one of the same number in another course of history.

        When a store is put back to an older state, its next revisions get numbers that were
        given before; a workbook that shows one of those is recognised by the mark.
        """
        revision = self._layout.revision
        return {line.number: mark_of(line) for line in self._connection.execute(sa.select(revision))}

    def mark(self, number: int) -> str | None:
        """The mark of one revision; empty for revision 0, nothing where there is no such revision."""
        if number == 0:
            return ""
        revision = self._layout.revision
        found = self._connection.execute(sa.select(revision).where(revision.c.number == number)).one_or_none()
        return None if found is None else mark_of(found)

    def row_counts(self) -> dict[str, int]:
        """How many records each sheet has."""
        return {
            key: self._connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for key, table in self._layout.sheets.items()
        }

    def copy_to(self, path: Path, name: str) -> None:
        """Copy the whole store, as this snapshot sees it, into a new SQLite file.

        Only for stores that are SQLite files, and only while reading.

        Args:
            path: the new file.
            name: what it is called in messages.

        Raises:
            StoreError: ``backup-unwritable``.
        """
        self.revision()  # from the first look on, no writer can commit
        sqlite.copy_database(self._connection.connection.driver_connection, path, name)

    def _happened(self, *wanted: sa.ColumnElement[bool]) -> list[tuple[Revision, Change]]:
        revisions = self._revisions()
        return [(revisions[line.revision], self._change(line)) for line in self._lines(*wanted)]

    def _revisions(self) -> dict[int, Revision]:
        lines = self._connection.execute(sa.select(self._layout.revision))
        return {line.number: revision_of(line) for line in lines}

    def _lines(self, *wanted: sa.ColumnElement[bool]) -> sa.CursorResult[Any]:
        history = self._layout.history
        known = history.c.sheet.in_(self._layout.sheets)  # others are left out of the schema
        query = sa.select(history).where(known, *wanted).order_by(history.c.revision, history.c.position)
        return self._connection.execute(query)

    def _changes_after(self, revision: int) -> Iterator[Change]:
        """What happened after a revision, the newest first."""
        history = self._layout.history
        query = (
            sa.select(history)
            .where(history.c.revision > revision, history.c.sheet.in_(self._layout.sheets))
            .order_by(history.c.revision.desc(), history.c.position.desc())
        )
        return map(self._change, self._connection.execute(query))

    def _change(self, line: Any) -> Change:
        sheet = self._layout.book.sheet(line.sheet)
        before, after = (values_of(sheet, text) for text in (line.before, line.after))
        return Change(line.kind, line.sheet, line.key, before, after)

    def next_numbers(self) -> Mapping[str, int]:
        """For each sheet whose keys are numbers, the next one that was never used."""
        sequence = self._layout.sequence.c
        return {
            line.sheet: line.next
            for line in self._connection.execute(sa.select(sequence.sheet, sequence.next))
        }

    def ever_used(self, sheet: str, keys: Collection[str]) -> set[str]:
        """Those of the keys that a record of the sheet has or ever had."""
        history = self._layout.history.c
        used: set[str] = set()
        for portion in key_portions(keys):
            query = sa.select(history.key).where(history.sheet == sheet, history.key.in_(portion))
            used.update(self._connection.scalars(query))
        return used

    def resting_sheets(self) -> Mapping[str, Label]:
        """What sheets are called that the schema leaves out now, by key."""
        return resting_sheets(self._connection, self._layout)

    def resting_users(self, records: Collection[tuple[str, str]]) -> Users:
        """What refers to some records (sheet and key) from what the schema leaves out, for each of them."""
        return resting_users(self._connection, self._layout, records)

    def arrivals(self, workbook_id: str, base_revision: int) -> Arrivals:
        """Which keys new rows of a workbook already got, when it showed a revision."""
        arrival = self._layout.arrival.c
        query = (
            sa.select(arrival.sheet, arrival.fingerprint, arrival.key)
            .where(arrival.workbook_id == workbook_id, arrival.base == base_revision)
            .order_by(arrival.sheet, arrival.fingerprint, arrival.ordinal)
        )
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for sheet, fingerprint, key in self._connection.execute(query):
            found[sheet, fingerprint] = (*found.get((sheet, fingerprint), ()), key)
        return found

    def unshown(self, workbook_id: str, base_revision: int, place: str) -> list[int]:
        """The revisions that were made of a workbook's edits, and that it was not told of.

        Args:
            workbook_id: the workbook.
            base_revision: the revision that it shows.
            place: what tells where it is, apart from copies of it elsewhere.
        """
        unshown = self._layout.unshown.c
        wanted = (
            unshown.workbook_id == workbook_id,
            unshown.base == base_revision,
            unshown.place == place,
        )
        return list(
            self._connection.scalars(sa.select(unshown.revision).where(*wanted).order_by(unshown.revision))
        )

    def conflicts(self, workbook_id: str) -> tuple[Conflict, ...]:
        """The conflicts of a workbook that nobody has decided yet."""
        conflict = self._layout.conflict
        query = (
            sa.select(conflict)
            .where(conflict.c.workbook_id == workbook_id)
            .order_by(conflict.c.sheet, conflict.c.key, conflict.c.field)
        )
        found = []
        for line in self._connection.execute(query):
            sheet = self._layout.book.sheet_by_key.get(line.sheet)
            if sheet is None or line.field not in sheet.by_key:
                continue  # left out of the schema
            field = sheet.field(line.field)
            base, edited, stored = (
                None if text is None else wire.decode(field, wire.load(text))
                for text in (line.base, line.edited, line.stored)
            )
            found.append(Conflict(line.sheet, line.key, line.field, base, edited, stored))
        return tuple(found)

    def verdicts(self) -> dict[str, Verdict]:
        """What people decided about matters that may come up again, by what they are about."""
        return read_verdicts(self._connection, self._layout)

    def externals(self, system: str) -> Mapping[str, Mapping[str, str]]:
        """The keys of records that another system knows, by sheet and its own id of them."""
        external = self._layout.external.c
        query = sa.select(external.sheet, external.external_id, external.key).where(external.system == system)
        found: dict[str, dict[str, str]] = {}
        for sheet, external_id, key in self._connection.execute(query):
            found.setdefault(sheet, {})[external_id] = key
        return found

    def quality(self) -> list[QualityPoint]:
        """What the quality of the data was on earlier days, the first day first."""
        table = self._layout.quality
        return [
            QualityPoint(
                dt.date.fromisoformat(line.day),
                line.customers,
                *(None if text is None else Decimal(text) for text in line[2:]),
            )
            for line in self._connection.execute(sa.select(table).order_by(table.c.day))
        ]
