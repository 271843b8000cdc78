"""The values of figures, computed from the records: one pass per combination of fields.

A pass counts the records (and adds up one field) for every combination of the values
that conditions look at; dates are first reduced to the stretch between two period
bounds.  All figures that look at the same fields are then read off the few
combinations.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import repeat
from typing import Final, cast, get_args

from custbook_gen.records import Value
from custbook_gen.schema import DATED
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.periods import Period, month, period
from custbook_gen.tabs import EACH, Condition, Figure, PeriodName

Code = str | int | None
"""What stands for a row: a choice's code, a record's key, a month's distance; nothing if unfilled."""

UNDATED: Final = -1


@dataclass(frozen=True, slots=True)
class Tally:
    """Number of records, the sum of the measured field and in how many of them it is filled."""

    count: int = 0
    total: Decimal = Decimal(0)
    filled: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(self.count + other.count, self.total + other.total, self.filled + other.filled)


@dataclass(frozen=True, slots=True)
class _Aspect:
    """What conditions look at: a field's value, its period or whether it is filled."""

    field: str
    what: str


Cube = Mapping[tuple[Hashable, ...], Tally]


@dataclass(slots=True)
class Tallies:
    """Evaluates figures over the records of a context; passes are kept for the next figure."""

    context: Context
    months: int
    """How many months the longest table of months has."""
    _bounds: list[dt.date] = field(default_factory=list)
    _cubes: dict[tuple[str, tuple[_Aspect, ...], str | None], Cube] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Collect the bounds of every period that a figure may name."""
        spans = [period(name, self.context.as_of) for name in get_args(PeriodName)]
        spans += [month(back, self.context.as_of) for back in range(self.months)]
        starts = {span.start for span in spans if span.start is not None}
        self._bounds = sorted(starts | {span.end for span in spans})

    def whole(self, figure: Figure) -> Tally:
        """A figure over all records that meet its conditions; those on the row are left out."""
        sums = self._sums(figure, lambda _: (None,))
        return sums.get(None, Tally())

    def by_row(self, figure: Figure) -> Mapping[Code, Tally]:
        """A figure for every row of its table; rows without records are absent."""
        at = next(at for at, condition in enumerate(figure.where) if condition.each)
        by_month = figure.where[at].period == EACH

        def rows(key: tuple[Hashable, ...]) -> Iterable[Code]:
            part = key[at]
            if by_month:
                return (self._month(cast(int, part)),)
            if isinstance(part, tuple):
                return cast(tuple[Code, ...], part) or (None,)
            return (cast(Code, part),)

        return self._sums(figure, rows)

    def _sums(
        self, figure: Figure, rows: Callable[[tuple[Hashable, ...]], Iterable[Code]]
    ) -> dict[Code, Tally]:
        tests = [(at, self._test(c)) for at, c in enumerate(figure.where) if not c.each or c.period == EACH]
        sums: dict[Code, Tally] = {}
        for key, tally in self._cube(figure).items():
            if all(test(key[at]) for at, test in tests):
                for row in rows(key):
                    sums[row] = sums[row] + tally if row in sums else tally
        return sums

    def _test(self, condition: Condition) -> Callable[[Hashable], bool]:
        """Whether a combination's part meets a condition."""
        if condition.period is not None:
            low, high = self._span(period(condition.period, self.context.as_of))
            return lambda part: low <= cast(int, part) <= high
        wanted = condition.filled if condition.filled is not None else condition.is_
        return lambda part: wanted in part if isinstance(part, tuple) else part == wanted

    def _span(self, span: Period) -> tuple[int, int]:
        """First and last stretch of a period."""
        low = 0 if span.start is None else self._bounds.index(span.start) + 1
        return low, self._bounds.index(span.end)

    def _month(self, stretch: int) -> Code:
        """Which month a stretch belongs to; a number that no row has if none."""
        for back in range(self.months):
            low, high = self._span(month(back, self.context.as_of))
            if low <= stretch <= high:
                return back
        return UNDATED

    def _cube(self, figure: Figure) -> Cube:
        aspects = tuple(
            _Aspect(c.field, "period" if c.period else "value" if c.is_ is not None else "filled")
            for c in figure.where
        )
        name = figure.sheet, aspects, figure.field
        if name not in self._cubes:
            parts = [self._parts(figure.sheet, aspect) for aspect in aspects]
            keys = zip(*parts, strict=True) if parts else repeat((), len(self._keys(figure.sheet)))
            numbers = None if figure.field is None else self._column(figure.sheet, figure.field)
            self._cubes[name] = _count(keys) if numbers is None else _add_up(keys, numbers)
        return self._cubes[name]

    def _keys(self, sheet: str) -> Sequence[str]:
        table = self.context.tables.get(sheet)
        return [] if table is None else list(table.rows)

    def _column(self, sheet: str, key: str) -> Sequence[Value]:
        """A field's value in every record, stored or computed."""
        if not self.context.book.sheet(sheet).field(key).stored:
            values = self.context.computed.get(sheet, {}).get(key, {})
            return [values.get(record) for record in self._keys(sheet)]
        table = self.context.tables.get(sheet)
        return [] if table is None else [value for _, value in table.column(key)]

    def _parts(self, sheet: str, aspect: _Aspect) -> Sequence[Hashable]:
        values = self._column(sheet, aspect.field)
        if aspect.what == "filled":
            return [value not in (None, "", ()) for value in values]
        if aspect.what == "period" or self.context.book.sheet(sheet).field(aspect.field).kind in DATED:
            stretches = {value: self._stretch(value) for value in set(values)}
            return [stretches[value] for value in values]
        return values

    def _stretch(self, value: Value) -> int:
        """Between which bounds a date lies."""
        day = value.date() if isinstance(value, dt.datetime) else value
        return bisect_right(self._bounds, day) if isinstance(day, dt.date) else UNDATED


def _count(keys: Iterable[tuple[Hashable, ...]]) -> Cube:
    return {key: Tally(count) for key, count in Counter(keys).items()}


def _add_up(keys: Iterable[tuple[Hashable, ...]], numbers: Sequence[Value]) -> Cube:
    counts: dict[tuple[Hashable, ...], int] = {}
    filled: dict[tuple[Hashable, ...], int] = {}
    totals: dict[tuple[Hashable, ...], Decimal | int] = {}
    for key, number in zip(keys, numbers, strict=True):
        counts[key] = counts.get(key, 0) + 1
        if number is not None:
            filled[key] = filled.get(key, 0) + 1
            totals[key] = totals.get(key, 0) + cast(Decimal | int, number)
    return {key: Tally(n, Decimal(totals.get(key, 0)), filled.get(key, 0)) for key, n in counts.items()}
