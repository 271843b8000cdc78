"""From changes to rows: what each change makes of a record, decided before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from custbook_gen.errors import StoreError
from custbook_gen.records import Change, Row
from custbook_gen.schema import Sheet
from custbook_gen.store import wire
from custbook_gen.store.wire import Wire, WireRow
from custbook_gen.value_objects import value_object

Numbered = Sequence[tuple[int, Change]]
"""Changes with their place in the revision."""


@value_object
class Step:
    """One record before and after a change, as rows and as the store writes them."""

    position: int
    key: str
    before: Row | None
    after: Row | None

    @property
    def kind(self) -> Literal["insert", "update", "delete"]:
        """What the change is."""
        if self.before is None:
            return "insert"
        return "delete" if self.after is None else "update"


@value_object
class Batch:
    """What changes to different records of one sheet write.

    Attributes:
        inserted: rows of the sheet, one value per stored field.
        updated: rows as they become.
        deleted: keys.
        history: lines of the history without the revision: position, sheet, key, kind,
            before and after.
    """

    inserted: Sequence[WireRow]
    updated: Sequence[WireRow]
    deleted: Sequence[str]
    history: Sequence[tuple[Wire, ...]]


def batch_of(sheet: Sheet, changes: Numbered, stored: Mapping[str, Row]) -> Batch:
    """What changes write, given the stored rows of the records that they concern.

    Raises:
        StoreError: ``store-changed``: a stored record is not what a change starts from;
            ``store-value``: a value does not fit its field.
        KeyError: a change names a field that is not stored, or gives another key.
    """
    names = tuple(field.key for field in sheet.stored_fields)
    steps = list(_steps(sheet, names, changes, stored))
    before = _encoded(sheet, [(step.key, step.before) for step in steps])
    after = _encoded(sheet, [(step.key, step.after) for step in steps])
    history: list[tuple[Wire, ...]] = []
    for step in steps:
        was, becomes = _difference(names, step, before.get(step.key), after.get(step.key))
        history.append((step.position, sheet.key, step.key, step.kind, was, becomes))
    return Batch(
        inserted=[row for key, row in after.items() if key not in before],
        updated=[row for key, row in after.items() if key in before],
        deleted=[key for key in before if key not in after],
        history=history,
    )


def _steps(
    sheet: Sheet, names: Sequence[str], changes: Numbered, stored: Mapping[str, Row]
) -> Iterator[Step]:
    known = frozenset(names)
    for position, change in changes:
        _check_names(change, sheet.key_field, known)
        before = stored.get(change.key)
        if (before is None) != (change.kind == "insert"):
            raise StoreError("store-changed", sheet=change.sheet, key=change.key)
        after = _row_after(change, sheet.key_field, names, before)
        if after != before:
            yield Step(position, change.key, before, after)


def _check_names(change: Change, key_field: str, known: frozenset[str]) -> None:
    for side in (change.before, change.after):
        if not side.keys() <= known:
            raise KeyError(f"{change.sheet}.{min(side.keys() - known)}")
        if side.get(key_field, change.key) != change.key:
            raise KeyError(f"{change.sheet}.{key_field}: {change.key} keeps its key")


def _row_after(change: Change, key_field: str, names: Sequence[str], before: Row | None) -> Row | None:
    if before is None:
        values = {**change.after, key_field: change.key}
        return tuple(map(values.get, names))
    touched = change.before.keys() | change.after.keys()
    for name, value in zip(names, before, strict=True):
        if name in touched and change.before.get(name) != value:
            raise StoreError("store-changed", sheet=change.sheet, key=change.key)
    if change.kind == "delete":
        return None
    return tuple(
        change.after.get(name) if name in touched else value
        for name, value in zip(names, before, strict=True)
    )


def _encoded(sheet: Sheet, rows: Sequence[tuple[str, Row | None]]) -> dict[str, WireRow]:
    present = {key: row for key, row in rows if row is not None}
    return dict(zip(present, wire.encode_rows(sheet.stored_fields, list(present.values())), strict=True))


def _difference(
    names: Sequence[str], step: Step, old: WireRow | None, new: WireRow | None
) -> tuple[str | None, str | None]:
    """The changed fields before and after, as JSON; of a whole record those that are filled."""
    if old is None or new is None:
        return _filled(names, old), _filled(names, new)
    pairs = zip(step.before or (), step.after or (), strict=True)
    changed = [i for i, (was, becomes) in enumerate(pairs) if was != becomes]
    return wire.dump({names[i]: old[i] for i in changed}), wire.dump({names[i]: new[i] for i in changed})


def _filled(names: Sequence[str], row: WireRow | None) -> str | None:
    if row is None:
        return None
    return wire.dump({name: value for name, value in zip(names, row, strict=True) if value is not None})
