"""Three-way merge, cell by cell: what a workbook showed, what it holds now, what the store holds.

A field changed on one side takes that side's value; changed on both to the same value it
is settled; changed on both differently it is a conflict: the store keeps its value until
somebody decides.  Some fields only make sense together (:class:`Bonds`): a cascade is
merged as one value, and a group of which one field must be filled is never emptied by
two edits that each left one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from custbook_gen.records import Change, Conflict, Table, Value
from custbook_gen.schema import Sheet

Prefer = Literal["file", "store"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One valid row of a workbook: its key, whether it is new, and its values by field."""

    key: str
    values: Mapping[str, Value]
    new: bool = False


@dataclass(frozen=True, slots=True)
class Bonds:
    """Fields of a sheet that belong together.

    ``cascades`` are merged whole: a city of one side may not lie in the province of the
    other.  Of each of ``one_of`` at least one field stays filled.
    """

    cascades: Sequence[tuple[str, ...]] = ()
    one_of: Sequence[tuple[str, ...]] = ()


ALONE: Final = Bonds()
"""No field is bound to another."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge decided for one sheet."""

    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def bonds(sheet: Sheet) -> Bonds:
    """Which fields of a sheet belong together."""
    cascades: dict[str, dict[str, None]] = {}
    groups: dict[str, list[str]] = {}
    for item in sheet.stored_fields:
        chain = [*(field.key for field in sheet.ancestors(item)), item.key]
        cascades.setdefault(chain[0], {}).update(dict.fromkeys(chain))
        if item.one_of is not None:
            groups.setdefault(item.one_of, []).append(item.key)
    return Bonds(
        tuple(tuple(fields) for fields in cascades.values() if len(fields) > 1),
        tuple(tuple(fields) for fields in groups.values()),
    )


def merge(
    base: Table,
    edits: Iterable[Edit],
    stored: Table,
    *,
    together: Bonds = ALONE,
    prefer: Prefer | None = None,
) -> Merged:
    """Merge the valid rows of one sheet into the store's.

    Args:
        base: the sheet as the workbook showed it.
        edits: the rows of the workbook that passed all checks.
        stored: the sheet now.
        together: fields that are not merged one by one.
        prefer: settles conflicts for the file or for the store instead of keeping them.
    """
    changes: list[Change] = []
    conflicts: list[Conflict] = []
    for edit in edits:
        now = _named(stored, edit.key)
        before = _named(base, edit.key)
        if edit.new or (now is None and before is None):
            changes.append(_insert(stored, edit))
        elif now is None:
            clashes = _deleted(stored, edit, before or {})
            if clashes and prefer == "file":
                changes.append(_insert(stored, edit))
            elif prefer is None:
                conflicts += clashes
        else:
            row = _Row(edit.values, before or {}, now, together, prefer)
            taken, clashing = row.merged()
            if taken:
                changes.append(
                    Change(
                        "update", stored.sheet, edit.key, {field: now.get(field) for field in taken}, taken
                    )
                )
            conflicts += (row.conflict(stored.sheet, edit.key, field) for field in clashing)
    return Merged(tuple(changes), tuple(conflicts))


def _named(table: Table, key: str) -> dict[str, Value] | None:
    row = table.rows.get(key)
    return None if row is None else dict(zip(table.fields, row, strict=True))


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


@dataclass(frozen=True, slots=True)
class _Row:
    """One record's three states."""

    edited: Mapping[str, Value]
    base: Mapping[str, Value]
    stored: Mapping[str, Value]
    together: Bonds
    prefer: Prefer | None

    def merged(self) -> tuple[dict[str, Value], list[str]]:
        """The values that the store takes, and the fields that clash."""
        taken: dict[str, Value] = {}
        clashing: dict[str, None] = {}
        for unit in self._units():
            mine, base, stored = (
                [side.get(field) for field in unit] for side in (self.edited, self.base, self.stored)
            )
            if mine in (base, stored):
                continue
            if base == stored:
                taken.update(zip(unit, mine, strict=True))
            else:
                self._settle(unit, taken, clashing)
        for group in self.together.one_of:
            if self._emptied(group, taken):
                self._settle(group, taken, clashing)
        return {field: v for field, v in taken.items() if v != self.stored.get(field)}, list(clashing)

    def _units(self) -> Iterator[tuple[str, ...]]:
        """The row's fields: those of a cascade together, all others alone."""
        bound = {field for cascade in self.together.cascades for field in cascade}
        yield from self.together.cascades
        yield from ((field,) for field in self.edited if field not in bound)

    def _settle(self, fields: Sequence[str], taken: dict[str, Value], clashing: dict[str, None]) -> None:
        """Both sides changed these fields: the preferred one wins, else the store keeps its values."""
        for field in fields:
            taken.pop(field, None)
            if self.prefer == "file":
                taken[field] = self.edited.get(field)
            elif self.prefer is None and self.edited.get(field) != self.stored.get(field):
                clashing[field] = None

    def _emptied(self, group: Sequence[str], taken: Mapping[str, Value]) -> bool:
        """Whether two edits that each left a field filled would together leave none."""
        left = (taken.get(field, self.stored.get(field)) for field in group)
        return any(self.edited.get(field) is not None for field in group) and all(v is None for v in left)

    def conflict(self, sheet: str, key: str, field: str) -> Conflict:
        """The conflict over one field."""
        return Conflict(
            sheet, key, field, self.base.get(field), self.edited.get(field), self.stored.get(field)
        )


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
