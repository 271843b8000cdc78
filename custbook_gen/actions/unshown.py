"""A workbook whose last edits were stored, while it was not refreshed: its run died, or it was saved then.

It goes on showing its old revision, and people may go on with it.  A row that they added
has no number yet and is the same record, whatever they typed into it since; a cell that
they changed once more is one edit after the other, not a clash with themselves.  So such a
workbook is compared with what it showed *and* what it brought.

Copies of the workbook show the same revision.  One elsewhere is told from this one by its
place; one that was put in this one's place, by its content: most of what was stored does not
stand in it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from custbook_gen.actions.pairing import paired
from custbook_gen.actions.target import Target
from custbook_gen.check import Checked, CheckedRow, Known
from custbook_gen.errors import StoreError
from custbook_gen.plan import Identity
from custbook_gen.records import Change, Row, Table, Value
from custbook_gen.store import Snapshot, Store
from custbook_gen.value_objects import value_object


class Here(NamedTuple):
    """A workbook in its place, at the revision that it shows."""

    workbook_id: str
    base_revision: int
    place: str
    """Tells it from copies elsewhere; a digest, since folders are named after people."""


def place_of(target: Target, identity: Identity) -> Here:
    """A workbook as the store knows it."""
    place = hashlib.sha256(str(target.folder.absolute() / target.name).encode("utf-8", "surrogatepass"))
    return Here(identity.workbook_id, identity.revision, place.hexdigest())


def with_unshown(source: Snapshot, here: Here, known: Known, checked: Checked) -> Known:
    """What the store knows, as it is to be compared with a workbook that was not told of its own edits.

    Args:
        source: the store.
        here: the workbook.
        known: what the store knows of the records that it shows.
        checked: its rows, compared with that.

    Returns:
        ``known`` itself if the workbook was told everything, or is another copy.
    """
    revisions = source.unshown(*here)
    changes = [change for number in revisions for change in source.changes_of(number)[1]]
    if not changes or known.base is None or known.stored is None:
        return known
    rows = {(sheet, row.key): row for sheet, some in checked.rows.items() for row in some}
    claims: dict[tuple[str, int], str] = {}
    for row, key in _claims(changes, known, checked):
        claims[row.sheet, row.number] = key
        rows[row.sheet, key] = row
    facts = {(fact.sheet, fact.key, fact.field): fact for change in changes for fact in _facts(change)}
    standing = [_stands(fact, rows) for fact in facts.values()]
    if 2 * sum(standing) < len(standing):
        return known
    base = {key: _brought(table, changes) for key, table in known.base.items()}
    return replace(known, base=base, claimed=claims)


def shown(store: Store, here: Here) -> None:
    """Remember that a workbook shows what was stored of it."""
    with suppress(StoreError):  # where the store is in use, the workbook's next refresh says it again
        with store.reading() as snapshot:
            if not snapshot.unshown(*here):
                return
        with store.writing() as tx:
            tx.forget_unshown(*here)


@value_object
class _Fact:
    """One thing that a stored change would have in the workbook: a field's value, or that a row is gone."""

    sheet: str
    key: str
    field: str | None
    value: Value = None


def _facts(change: Change) -> Iterator[_Fact]:
    if change.kind == "delete":
        yield _Fact(change.sheet, change.key, None)
    for field, value in change.after.items():
        if value != change.key:
            yield _Fact(change.sheet, change.key, field, value)


def _stands(fact: _Fact, rows: Mapping[tuple[str, str], CheckedRow]) -> bool:
    row = rows.get((fact.sheet, fact.key))
    if row is None or fact.field is None:
        return row is None and fact.field is None
    return fact.field not in row.faults and row.values.get(fact.field) == fact.value


def _claims(changes: Sequence[Change], known: Known, checked: Checked) -> Iterator[tuple[CheckedRow, str]]:
    """Which rows without a number are records that were inserted, although they were edited since."""
    there = {sheet: set(some.row_keys()) for sheet, some in checked.rows.items()}
    inserted: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        stored = known.stored[change.sheet].rows if known.stored is not None else {}
        if change.kind == "insert" and change.key in stored and change.key not in there.get(change.sheet, ()):
            inserted[change.sheet].append(change)
    for sheet, some in inserted.items():
        waiting = [row for row in checked.rows[sheet].looked_at() if row.new]
        for change, row in paired(some, waiting):
            yield row, change.key


def _brought(table: Table, changes: Sequence[Change]) -> Table:
    """Records as a workbook showed them, with what it brought itself."""
    rows: dict[str, Row] = dict(table.rows.items())
    for change in changes:
        if change.sheet != table.sheet:
            continue
        if change.kind == "delete":
            rows.pop(change.key, None)
            continue
        before = rows.get(change.key, (None,) * len(table.fields))
        rows[change.key] = tuple(
            change.after.get(field, value) for field, value in zip(table.fields, before, strict=True)
        )
    return replace(table, rows=rows)
