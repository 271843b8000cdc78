"""What of a workbook is still to be compared with an older revision after a sync.

A refreshed workbook shows the store's newest revision, except where something could not
be settled: fields in conflict, edits in held rows, removed rows.  Where the store changed
such a field too, the revision at which it was typed is remembered, so that no later sync
takes the edit for one of the newest value and overwrites what somebody else stored.  Where
the record is gone, so are the values of the row's other fields: their revision is remembered
as well, lest an older one's be taken for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from custbook_gen.check import Checked, CheckedRow
from custbook_gen.plan import Identity, Older
from custbook_gen.records import Conflict, Table, Tables

Place = tuple[str, str, str]
"""A field of a record: sheet, key, field."""


def unsettled(
    identity: Identity,
    checked: Checked,
    base: Tables,
    stored: Tables,
    conflicts: Sequence[Conflict],
    absent: Mapping[str, Iterable[str]],
) -> tuple[Older, ...]:
    """The fields that go on showing the revision at which they were typed.

    Args:
        identity: what the workbook said it shows.
        checked: its rows.
        base: the records as it showed them.
        stored: the records as it shows them from now on.
        conflicts: the fields that nobody decided yet.
        absent: the records whose rows were removed, which is still to be decided.
    """
    earlier = {
        (item.sheet, item.key, field): item.revision for item in identity.older for field in item.fields
    }
    places: list[Place] = [(item.sheet, item.key, item.field) for item in conflicts]
    for sheet, rows in checked.rows.items():
        places += _held(rows.looked_at(), base[sheet], stored[sheet])
    for sheet, keys in absent.items():
        places += _changed(keys, base[sheet], stored[sheet])
    places += [
        place for key in dict.fromkeys(place[:2] for place in places) for place in _gone(*key, base, stored)
    ]
    fields: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for sheet, key, field in dict.fromkeys(places):
        revision = earlier.get((sheet, key, field), identity.revision)
        fields[revision, sheet, key].append(field)
    return tuple(Older(*place, tuple(names)) for place, names in sorted(fields.items()))


def _held(rows: Sequence[CheckedRow], base: Table, stored: Table) -> Iterator[Place]:
    """What was typed in held rows over values that somebody else changed."""
    for row in rows:
        if not row.held or row.key not in base.rows:
            continue
        for field in base.fields:
            if field not in row.edited and field not in row.faults:
                continue
            now = stored.value(row.key, field) if row.key in stored.rows else None
            agreed = field not in row.faults and row.values.get(field) == now
            if row.key not in stored.rows or (base.value(row.key, field) != now and not agreed):
                yield row.sheet, row.key, field


def _gone(sheet: str, key: str, base: Tables, stored: Tables) -> Iterator[Place]:
    """All fields of a row whose record is gone."""
    if key in base[sheet].rows and key not in stored[sheet].rows:
        for field in base[sheet].fields:
            yield sheet, key, field


def _changed(keys: Iterable[str], base: Table, stored: Table) -> Iterator[Place]:
    """What somebody else changed in records whose rows were removed here."""
    for key in keys:
        now = stored.rows.get(key, base.rows[key])
        for field, was, value in zip(base.fields, base.rows[key], now, strict=True):
            if was != value:
                yield base.sheet, key, field
