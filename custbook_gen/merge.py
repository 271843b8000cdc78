"""Three-way merge, cell by cell: what a workbook showed, what it holds now, what the store holds.

A field changed on one side takes that side's value; changed on both to the same value it
is settled; changed on both differently it is a conflict: the store keeps its value until
somebody decides.  Some fields only make sense together (:class:`Bonds`): a cascade is
merged as one value, and a group of which one field must be filled is never emptied by
two edits that each left one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from custbook_gen.records import Change, Conflict, Dispute, Table, Value
from custbook_gen.schema import Sheet
from custbook_gen.value_objects import value_object

Prefer = Literal["file", "store"]
Settle = Callable[[Dispute], Prefer | None]
"""Which side a dispute is settled for; nothing where it stays open."""


def undecided(_: Dispute) -> None:
    """Settle no dispute."""


def preferring(side: Prefer | None) -> Settle:
    """Settle every dispute for one side, or none."""
    return lambda _: side


@value_object
class Edit:
    """One valid row of a workbook: its key, whether it is new, and its values by field."""

    key: str
    values: Mapping[str, Value]
    new: bool = False


@value_object
class Bonds:
    """Fields of a sheet that belong together.

    ``cascades`` are merged whole: a city of one side may not lie in the province of the
    other.  Of each of ``one_of`` at least one field stays filled.
    """

    cascades: Sequence[tuple[str, ...]] = ()
    one_of: Sequence[tuple[str, ...]] = ()


ALONE: Final = Bonds()
"""No field is bound to another."""


@value_object
class Merged:
    """What a merge decided for one sheet."""

    changes: tuple[Change, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    """What stays open."""

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """The fields that stay open, one by one."""
        return tuple(dict.fromkeys(conflict for dispute in self.disputes for conflict in dispute))


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
    settle: Settle = undecided,
) -> Merged:
    """Merge the valid rows of one sheet into the store's.

    Args:
        base: the sheet as the workbook showed it.
        edits: the rows of the workbook that passed all checks.
        stored: the sheet now.
        together: fields that are not merged one by one.
        settle: settles disputes for the file or for the store, or leaves them open.
    """
    changes: list[Change] = []
    disputes: list[Dispute] = []
    for edit in edits:
        now = _named(stored, edit.key)
        before = _named(base, edit.key)
        if edit.new or (now is None and before is None):
            changes.append(_insert(stored, edit))
        elif now is None:
            dispute = _deleted(stored, edit, before or {})
            side = settle(dispute) if dispute else None
            if side == "file":
                changes.append(_insert(stored, edit))
            elif dispute and side is None:
                disputes.append(dispute)
        else:
            row = _Row(stored.sheet, edit, before or {}, now, together, settle)
            taken, open_ones = row.merged()
            if taken:
                was = {field: now.get(field) for field in taken}
                changes.append(Change("update", stored.sheet, edit.key, was, taken))
            disputes += open_ones
    return Merged(tuple(changes), tuple(disputes))


def _named(table: Table, key: str) -> dict[str, Value] | None:
    row = table.rows.get(key)
    return None if row is None else dict(zip(table.fields, row, strict=True))


def _insert(stored: Table, edit: Edit) -> Change:
    filled = {field: edit.values.get(field) for field in stored.fields}
    return Change("insert", stored.sheet, edit.key, {}, {f: v for f, v in filled.items() if v is not None})


def _deleted(stored: Table, edit: Edit, before: Mapping[str, Value]) -> Dispute:
    """Edits to a record that was deleted meanwhile; an untouched one just disappears."""
    return tuple(
        Conflict(stored.sheet, edit.key, field, before.get(field), value, None)
        for field, value in edit.values.items()
        if value != before.get(field)
    )


@value_object
class _Row:
    """One record's three states."""

    sheet: str
    edit: Edit
    base: Mapping[str, Value]
    stored: Mapping[str, Value]
    together: Bonds
    settle: Settle

    def merged(self) -> tuple[dict[str, Value], list[Dispute]]:
        """The values that the store takes, and what stays open."""
        taken: dict[str, Value] = {}
        disputes: list[Dispute] = []
        for unit in self._units():
            mine, base, stored = (
                [side.get(field) for field in unit] for side in (self.edit.values, self.base, self.stored)
            )
            if mine in (base, stored):
                continue
            if base == stored:
                taken.update(zip(unit, mine, strict=True))
            else:
                self._settle(unit, taken, disputes)
        for group in self.together.one_of:
            if self._emptied(group, taken):
                self._settle(group, taken, disputes)
        return {field: v for field, v in taken.items() if v != self.stored.get(field)}, disputes

    def _units(self) -> Iterator[tuple[str, ...]]:
        """The row's fields: those of a cascade together, all others alone."""
        bound = {field for cascade in self.together.cascades for field in cascade}
        yield from self.together.cascades
        yield from ((field,) for field in self.edit.values if field not in bound)

    def _settle(self, fields: Sequence[str], taken: dict[str, Value], disputes: list[Dispute]) -> None:
        """Both sides changed these fields: one side wins, or the store keeps its values for now."""
        dispute = tuple(self._conflict(field) for field in fields if self._differs(field))
        side = self.settle(dispute) if dispute else None
        for field in fields:
            taken.pop(field, None)
            if side == "file":
                taken[field] = self.edit.values.get(field)
        if dispute and side is None:
            disputes.append(dispute)

    def _differs(self, field: str) -> bool:
        return self.edit.values.get(field) != self.stored.get(field)

    def _emptied(self, group: Sequence[str], taken: Mapping[str, Value]) -> bool:
        """Whether two edits that each left a field filled would together leave none."""
        left = (taken.get(field, self.stored.get(field)) for field in group)
        return any(self.edit.values.get(field) is not None for field in group) and all(
            value is None for value in left
        )

    def _conflict(self, field: str) -> Conflict:
        values = self.base.get(field), self.edit.values.get(field), self.stored.get(field)
        return Conflict(self.sheet, self.edit.key, field, *values)


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
