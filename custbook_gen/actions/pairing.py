"""Which rows are records that were inserted, although people went on with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from custbook_gen.check import CheckedRow
from custbook_gen.records import Change, Value

COMPARED: Final = 32
"""Rows that a record is compared with at most; among no more, all that are alike in anything."""

Said = tuple[str, Value]
"""A field and its value."""


def paired(inserted: Sequence[Change], rows: Sequence[CheckedRow]) -> Iterator[tuple[Change, CheckedRow]]:
    """Records and the rows that they most likely are, each of them once.

    The most alike go together first; what is alike in nothing goes by its order.  Of many
    rows only those are compared that say the rarest things that the record says.

    Args:
        inserted: the records, in the order in which they were inserted.
        rows: rows of their sheet, from the top down.
    """
    pairs = sorted(
        (_unlike(change, rows[place]), at, place)
        for at, (change, places) in enumerate(zip(inserted, _comparable(inserted, rows), strict=True))
        for place in places
    )
    changes, places = dict(enumerate(inserted)), dict(enumerate(rows))
    for _, at, place in pairs:
        if at in changes and place in places:
            yield changes.pop(at), places.pop(place)
    yield from zip(changes.values(), places.values(), strict=False)


def _comparable(inserted: Sequence[Change], rows: Sequence[CheckedRow]) -> Iterator[set[int]]:
    """For each record, where the rows stand that say something of the same, the rarest first."""
    where: dict[Said, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for said in _said(row.values):
            where[said].append(place)
    before: Counter[Said] = Counter()
    for change in inserted:
        shared = [said for said in _said(change.after) if said in where]
        found: set[int] = set()
        for said in sorted(shared, key=lambda said: len(where[said])):
            places, room = where[said], COMPARED - len(found)
            # of too many, those about as far down as the record is among those that say the same
            first = max(0, min(before[said] - room // 2, len(places) - room))
            found.update(places[first : first + room])
        before.update(shared)
        yield found


def _said(values: Mapping[str, Value]) -> Iterator[Said]:
    return ((field, value) for field, value in values.items() if value is not None)


def _unlike(change: Change, row: CheckedRow) -> int:
    """The fewer fields are alike, the more."""
    return -sum(row.values.get(field) == value for field, value in change.after.items())
