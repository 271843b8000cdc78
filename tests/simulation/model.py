"""What must survive: every cell of every workbook, and of the store, by rules written down here alone.

The rules, cell by cell: an edit is what differs from what the cell showed before somebody typed.  If
the store still holds that, the edit is stored; if the store holds the same as the edit, it
is settled; else it is a clash: both stay until a side is preferred.  A row with anything
invalid waits as a whole.  A removed row is deleted if its record is as the row showed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final, Literal

Value = str | int | None
Record = tuple[str, str]
"""Sheet and key; the key of a row without a number begins with ``new:``."""
Prefer = Literal["file", "store"] | None

INVALID: Final = "139"
"""A phone number that is none."""
NEW: Final = "new:"
NOBODY: Final = "?"
"""Before a name by which a row refers to a client that has another name by now."""


@dataclass(slots=True)
class Row:
    """A row of a workbook: what its cells show, and what they showed before somebody typed."""

    cells: dict[str, Value]
    base: dict[str, Value] | None = None
    """Nothing in a row that somebody added."""

    def edits(self) -> dict[str, Value]:
        """What was typed."""
        return {name: value for name, value in self.cells.items() if value != (self.base or {}).get(name)}


@dataclass(slots=True)
class Copy:
    """One workbook as it is to be."""

    rows: dict[Record, Row] = field(default_factory=dict)
    gone: dict[Record, dict[str, Value]] = field(default_factory=dict)
    """Rows that were removed and whose records are still there, as they showed them."""
    labels: dict[str, str] = field(default_factory=dict)
    """What the workbook calls the values of the list, by code."""

    def held(self) -> set[Record]:
        """The rows that wait: something is invalid, or they refer to a new one that waits or to nobody."""
        waiting = {record for record, row in self.rows.items() if INVALID in row.cells.values()}
        new = {record[1] for record in waiting if record[1].startswith(NEW)}
        refers = {record: row.cells.get("client_id") for record, row in self.rows.items()}
        return waiting | {r for r, client in refers.items() if client in new or nobody(client)}


@dataclass(frozen=True, slots=True)
class Clash:
    """A cell that two people changed differently; the store's value is empty where the record is gone."""

    sheet: str
    key: str
    field: str
    edited: Value
    stored: Value


@dataclass(slots=True)
class Synced:
    """What a sync comes to."""

    inserted: list[Record] = field(default_factory=list)
    """Rows that get a number."""
    clashes: set[Clash] = field(default_factory=set)
    held: int = 0
    changed: set[tuple[str, str, str]] = field(default_factory=set)
    """Records of the store that become another: kind, sheet, key."""
    forced: list[Value] = field(default_factory=list)
    """What was stored over somebody else's value because the file was preferred."""


Store = dict[Record, dict[str, Value]]


def sync(store: Store, copy: Copy, prefer: Prefer = None) -> Synced:
    """Bring a workbook and the store together; both are changed.  New rows keep their ``new:`` key."""
    told, held = Synced(), copy.held()
    told.held = len(held)
    pending: dict[Record, set[str]] = {}
    for record, row in list(copy.rows.items()):
        if record in held:
            pending[record] = set(row.edits())
        elif row.base is None:
            store[record] = dict(row.cells)
            told.inserted.append(record)
            told.changed.add(("insert", *record))
        elif record not in store:
            _into_nothing(store, copy, record, prefer, told, pending)
        else:
            _into(store[record], row, record, prefer, told, pending)
    _delete(store, copy, told)
    _refresh(store, copy, pending)
    return told


def _into(
    stored: dict[str, Value],
    row: Row,
    record: Record,
    prefer: Prefer,
    told: Synced,
    pending: dict[Record, set[str]],
) -> None:
    """The edits of a row into its record."""
    assert row.base is not None
    for name, value in row.edits().items():
        if stored[name] == value:
            continue
        if stored[name] == row.base[name] or prefer == "file":
            if stored[name] != row.base[name]:
                told.forced.append(value)
            stored[name] = value
            told.changed.add(("update", *record))
        elif prefer is None:
            told.clashes.add(Clash(*record, name, value, stored[name]))
            pending.setdefault(record, set()).add(name)


def _into_nothing(
    store: Store, copy: Copy, record: Record, prefer: Prefer, told: Synced, pending: dict[Record, set[str]]
) -> None:
    """The edits of a row whose record somebody deleted."""
    row = copy.rows[record]
    if not row.edits() or prefer == "store":
        del copy.rows[record]
    elif prefer == "file":
        store[record] = dict(row.cells)
        told.changed.add(("insert", *record))
    else:
        told.clashes |= {Clash(*record, name, value, None) for name, value in row.edits().items()}
        pending[record] = set(row.edits())


def _delete(store: Store, copy: Copy, told: Synced) -> None:
    for record, shown in list(copy.gone.items()):
        if store.get(record) == shown:
            del store[record]
            told.changed.add(("delete", *record))
        if record not in store:
            del copy.gone[record]


def _refresh(store: Store, copy: Copy, pending: dict[Record, set[str]]) -> None:
    """Show the store, but for what could not be settled."""
    for record, row in list(copy.rows.items()):
        stored, waiting = store.get(record), pending.get(record, set())
        if row.base is None and record not in store:
            continue
        if stored is None:
            if not waiting:
                del copy.rows[record]
            continue
        base = row.base or {}
        for name, value in stored.items():
            if name not in waiting or row.cells[name] == value:
                row.cells[name] = base[name] = value
        row.base = base
    for record, values in store.items():
        if record not in copy.rows and record not in copy.gone:
            copy.rows[record] = Row(dict(values), dict(values))


def renamed(store: Store, copies: Iterator[Copy] | list[Copy], keys: dict[str, str]) -> None:
    """New rows get their numbers, wherever they stand and are referred to."""

    def final(record: Record) -> Record:
        return (record[0], keys.get(record[1], record[1]))

    def cells(values: dict[str, Value]) -> dict[str, Value]:
        return {
            name: keys.get(value, value) if isinstance(value, str) else value
            for name, value in values.items()
        }

    for record, values in list(store.items()):
        del store[record]
        store[final(record)] = cells(values)
    for copy in copies:
        copy.rows = {
            final(record): Row(cells(row.cells), None if row.base is None else cells(row.base))
            for record, row in copy.rows.items()
        }


def nobody(client: Value) -> bool:
    """Whether a reference names a client that has another name by now."""
    return isinstance(client, str) and client.startswith(NOBODY)


def twin(copy: Copy) -> Copy:
    """Another copy of a workbook, as a file is copied."""
    return deepcopy(copy)
