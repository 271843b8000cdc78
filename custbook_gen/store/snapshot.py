"""Reading a store: the book as it stands, as it stood, and what happened to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from custbook_gen.errors import StoreError
from custbook_gen.records import Change, Conflict, Revision, Row, Table, Tables, Value
from custbook_gen.schema import Sheet
from custbook_gen.store import wire
from custbook_gen.store.tables import Layout, portions

_AT_ONCE = 500
"""Rows decoded at a time: as many as the processor's cache holds, which halves the time."""

Arrivals = Mapping[tuple[str, str], tuple[str, ...]]
"""Keys that new rows of a workbook got, by sheet and fingerprint, in the rows' order."""


@dataclass(frozen=True, slots=True)
class WorkbookState:
    """What the store knows of a workbook: the revision it shows and the file it was.

    ``digest`` identifies the file's bytes as it was left; ``at`` says when.
    """

    workbook_id: str
    lang: str
    view: str
    revision: int
    digest: str
    at: dt.datetime


class Snapshot:
    """The store as it is seen from inside one database transaction.

    Obtained from :meth:`Store.reading`; of no use after its ``with`` block.
    """

    def __init__(self, connection: sa.Connection, layout: Layout) -> None:
        self._connection = connection
        self._layout = layout

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
        latest = self.revision()
        if at is not None and not 0 <= at <= latest:
            raise StoreError("revision-unknown", revision=at, latest=latest)
        rows = {sheet.key: self._rows(sheet) for sheet in self._layout.book.sheets}
        if at is not None and at < latest:
            for change in self._changes_after(at):
                _undo(change, self._layout.book.sheet(change.sheet), rows[change.sheet])
        return {
            sheet.key: Table(
                sheet.key,
                tuple(field.key for field in sheet.stored_fields),
                dict(sorted(rows[sheet.key].items())),
            )
            for sheet in self._layout.book.sheets
        }

    def _rows(self, sheet: Sheet) -> dict[str, Row]:
        table = self._layout.sheets[sheet.key]
        fields = sheet.stored_fields
        found = self._connection.execute(sa.select(*(table.c[field.key] for field in fields)))
        at = next(i for i, field in enumerate(fields) if field.key == sheet.key_field)
        rows: dict[str, Row] = {}
        for part in found.partitions(_AT_ONCE):
            decoded = wire.decode_rows(fields, part)
            rows.update(zip((line[at] for line in part), decoded, strict=True))
        return rows

    def changed_since(self, revision: int) -> list[tuple[Revision, Change]]:
        """Every change after a revision, the oldest first."""
        return self._happened(self._layout.history.c.revision > revision)

    def history(self, sheet: str | None = None, key: str | None = None) -> list[tuple[Revision, Change]]:
        """Every change of the book, of one sheet or of one record, the oldest first."""
        history = self._layout.history.c
        wanted = [
            column == value
            for column, value in ((history.sheet, sheet), (history.key, key))
            if value is not None
        ]
        return self._happened(*wanted)

    def _happened(self, *wanted: sa.ColumnElement[bool]) -> list[tuple[Revision, Change]]:
        history, revision = self._layout.history, self._layout.revision
        revisions = {
            line.number: Revision(
                line.number, dt.datetime.fromisoformat(line.at), line.user, line.action, line.source
            )
            for line in self._connection.execute(sa.select(revision))
        }
        query = sa.select(history).where(*wanted).order_by(history.c.revision, history.c.position)
        return [(revisions[line.revision], self._change(line)) for line in self._connection.execute(query)]

    def _changes_after(self, revision: int) -> Iterator[Change]:
        """What happened after a revision, the newest first."""
        history = self._layout.history
        query = (
            sa.select(history)
            .where(history.c.revision > revision)
            .order_by(history.c.revision.desc(), history.c.position.desc())
        )
        return map(self._change, self._connection.execute(query))

    def _change(self, line: Any) -> Change:
        sheet = self._layout.book.sheet(line.sheet)
        before, after = (_values(sheet, text) for text in (line.before, line.after))
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
        for portion in portions(keys):
            query = sa.select(history.key).where(history.sheet == sheet, history.key.in_(portion))
            used.update(self._connection.scalars(query))
        return used

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
            field = self._layout.book.sheet(line.sheet).field(line.field)
            base, edited, stored = (
                None if text is None else wire.decode(field, wire.load(text))
                for text in (line.base, line.edited, line.stored)
            )
            found.append(Conflict(line.sheet, line.key, line.field, base, edited, stored))
        return tuple(found)

    def externals(self, system: str) -> Mapping[str, Mapping[str, str]]:
        """The keys of records that another system knows, by sheet and its own id of them."""
        external = self._layout.external.c
        query = sa.select(external.sheet, external.external_id, external.key).where(external.system == system)
        found: dict[str, dict[str, str]] = {}
        for sheet, external_id, key in self._connection.execute(query):
            found.setdefault(sheet, {})[external_id] = key
        return found

    def workbook(self, workbook_id: str) -> WorkbookState | None:
        """What is known of a workbook; nothing where it was never seen."""
        workbook = self._layout.workbook
        line = self._connection.execute(
            sa.select(workbook).where(workbook.c.workbook_id == workbook_id)
        ).one_or_none()
        if line is None:
            return None
        at = dt.datetime.fromisoformat(line.at)
        return WorkbookState(line.workbook_id, line.lang, line.view, line.revision, line.digest, at)


def _values(sheet: Sheet, text: str | None) -> Mapping[str, Value]:
    if text is None:
        return {}
    return {key: wire.decode(sheet.field(key), value) for key, value in wire.load(text).items()}


def _undo(change: Change, sheet: Sheet, rows: dict[str, Row]) -> None:
    """Take one change back, in the records of its sheet."""
    if change.kind == "insert":
        del rows[change.key]
        return
    keys = [field.key for field in sheet.stored_fields]
    present = rows.get(change.key, (None,) * len(keys))
    rows[change.key] = tuple(change.before.get(key, value) for key, value in zip(keys, present, strict=True))
