"""Records by what tells them apart, and what they come to: the counting behind every figure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, compress, count
from typing import Final, NamedTuple, cast

from custbook_gen.records import Value

NOTHING: Final = Decimal(0)


class Tally(NamedTuple):
    """Number of records, the sum of the measured field and in how many of them it is filled.

    ``values`` are the filled ones, where a measure needs them.
    """

    records: int = 0
    total: Decimal = NOTHING
    filled: int = 0
    values: tuple[Value, ...] = ()


def united(tallies: Collection[Tally]) -> Tally:
    """The tally of several, at least of one, that have no record in common."""
    records, totals, filled, values = zip(*tallies, strict=True)
    return Tally(sum(records), sum(totals, NOTHING), sum(filled), tuple(chain.from_iterable(values)))


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The records of a sheet by what tells them apart, as short as can be."""

    keys: Sequence[Hashable]
    """What tells a group from others: the part of the only column that varies, or a tuple of several."""
    numbers: Sequence[int]
    """Which group each record belongs to."""
    counts: Sequence[int]
    """How many records are in each group."""

    @classmethod
    def of(cls, varied: Sequence[Sequence[Hashable]], records: int) -> Groups:
        """The groups of so many records, by columns."""
        if not varied:
            return cls([()], bytes(records), [records]) if records else cls([], b"", [])
        found = defaultdict[Hashable, int](count().__next__)
        keys: Iterable[Hashable] = zip(*varied, strict=True) if len(varied) > 1 else varied[0]
        numbers = list(map(found.__getitem__, keys))
        return cls(list(found), numbers, _counted(numbers, len(found)))

    def of_those(self, meets: Sequence[bool]) -> Groups:
        """The groups of those records that meet something; their keys are the numbers of these groups."""
        numbers = list(compress(self.numbers, meets))
        return Groups.of([numbers], len(numbers))

    def tallies(self, values: Sequence[Value] | None, *, collects: bool) -> Sequence[Tally]:
        """A tally per group.

        Args:
            values: of the measured field, one per record; none where records alone are counted.
            collects: whether the values are collected and not added up.
        """
        if values is None:
            return [Tally(records) for records in self.counts]
        return self._collected(values) if collects else self._added_up(values)

    def _added_up(self, values: Sequence[Value]) -> Sequence[Tally]:
        numbers, filled = self.numbers, self.counts
        if type(None) in set(map(type, values)):
            has_value = [value is not None for value in values]
            numbers, values = list(compress(numbers, has_value)), list(compress(values, has_value))
            filled = _counted(numbers, len(filled))
        totals = [NOTHING] * len(filled)
        for number, value in zip(numbers, cast(Sequence[Decimal], values), strict=True):
            totals[number] += value
        return list(map(Tally, self.counts, totals, filled))

    def _collected(self, values: Sequence[Value]) -> Sequence[Tally]:
        collected: list[list[Value]] = [[] for _ in self.counts]
        for number, value in zip(self.numbers, values, strict=True):
            if value is not None:
                collected[number].append(value)
        return [Tally(values=tuple(own)) for own in collected]


def _counted(numbers: Iterable[int], groups: int) -> list[int]:
    """How many records are in each of so many groups."""
    counts = Counter(numbers)
    return [counts[number] for number in range(groups)]
