"""Three-way merge, cell by cell: what a workbook showed, what it holds now, what the store holds.

A field changed on one side takes that side's value; changed on both to the same value it
is settled; changed on both differently it is a conflict: the store keeps its value until
somebody decides.  A field in an open conflict remembers the base it had when the
conflict arose, so that it stays one until both sides agree or a side is preferred.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from custbook_gen.records import Change, Conflict, Table, Value

Prefer = Literal["file", "store"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One valid row of a workbook: its key, whether it is new, and its values by field."""

    key: str
    values: Mapping[str, Value]
    new: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge decided for one sheet."""

    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def merge(
    base: Table,
    edits: Iterable[Edit],
    stored: Table,
    *,
    open_conflicts: Iterable[Conflict] = (),
    prefer: Prefer | None = None,
) -> Merged:
    """Merge the valid rows of one sheet into the store's.

    Args:
        base: the sheet at the workbook's revision.
        edits: the rows of the workbook that passed all checks.
        stored: the sheet now.
        open_conflicts: conflicts of this workbook that nobody decided yet.
        prefer: settles conflicts for the file or for the store instead of keeping them.
    """
    remembered = {(item.key, item.field): item.base for item in open_conflicts if item.sheet == stored.sheet}
    changes: list[Change] = []
    conflicts: list[Conflict] = []
    for edit in edits:
        now = _named(stored, edit.key)
        before = _named(base, edit.key)
        if edit.new or (now is None and before is None):
            changes.append(_insert(stored, edit))
        elif now is None:
            conflicts += _deleted(stored, edit, before or {})
        else:
            before = {**(before or {}), **_remembered(remembered, edit.key)}
            change, clashes = _merge_row(stored.sheet, edit, before, now, prefer)
            changes += [change] if change.after or change.before else []
            conflicts += clashes
    return Merged(tuple(changes), tuple(conflicts))


def _named(table: Table, key: str) -> dict[str, Value] | None:
    row = table.rows.get(key)
    return None if row is None else dict(zip(table.fields, row, strict=True))


def _remembered(bases: Mapping[tuple[str, str], Value], key: str) -> dict[str, Value]:
    return {field: value for (record, field), value in bases.items() if record == key}


def _insert(stored: Table, edit: Edit) -> Change:
    filled = {field: edit.values.get(field) for field in stored.fields}
    return Change("insert", stored.sheet, edit.key, {}, {f: v for f, v in filled.items() if v is not None})


def _deleted(stored: Table, edit: Edit, before: Mapping[str, Value]) -> list[Conflict]:
    """Edits to a record that was deleted meanwhile; an untouched one just disappears."""
    return [
        Conflict(stored.sheet, edit.key, field, before.get(field), value, None)
        for field, value in edit.values.items()
        if value != before.get(field)
    ]


def _merge_row(
    sheet: str,
    edit: Edit,
    before: Mapping[str, Value],
    now: Mapping[str, Value],
    prefer: Prefer | None,
) -> tuple[Change, list[Conflict]]:
    old: dict[str, Value] = {}
    new: dict[str, Value] = {}
    conflicts = []
    for field, value in edit.values.items():
        base, stored = before.get(field), now.get(field)
        if value in (base, stored):
            continue
        if base != stored and prefer is None:
            conflicts.append(Conflict(sheet, edit.key, field, base, value, stored))
        elif base == stored or prefer == "file":
            old[field], new[field] = stored, value
    return Change("update", sheet, edit.key, old, new), conflicts


def apply(table: Table, changes: Iterable[Change]) -> Table:
    """The table after changes; provisional keys are taken as they are."""
    rows = dict(table.rows)
    for change in changes:
        if change.sheet != table.sheet:
            continue
        if change.kind == "delete":
            rows.pop(change.key, None)
            continue
        values = dict(zip(table.fields, rows.get(change.key, (None,) * len(table.fields)), strict=True))
        rows[change.key] = tuple({**values, **change.after}[field] for field in table.fields)
    return Table(table.sheet, table.fields, rows)


def with_keys(
    changes: Iterable[Change],
    keys: Mapping[str, str],
    key_fields: Mapping[str, str],
    references: Mapping[str, frozenset[str]],
) -> list[Change]:
    """Changes with their provisional keys replaced, in keys and in references to them.

    Args:
        changes: what a merge decided.
        keys: final key by provisional key.
        key_fields: the key field of each sheet.
        references: the fields of each sheet that refer to records.
    """
    final = []
    for change in changes:
        after = {
            field: keys.get(value, value)
            if isinstance(value, str) and field in references[change.sheet]
            else value
            for field, value in change.after.items()
        }
        key = keys.get(change.key, change.key)
        if change.kind == "insert":
            after = {key_fields[change.sheet]: key, **after}
        final.append(Change(change.kind, change.sheet, key, change.before, after))
    return final
