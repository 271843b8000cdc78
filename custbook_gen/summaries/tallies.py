"""The values of figures, computed from the records: one pass per combination of fields.

A pass counts the records (and adds up one field) for every combination of the values
that conditions look at; dates are first reduced to the stretch between two period
bounds.  All figures that look at the same fields are then read off the few
combinations.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import repeat
from typing import Final, Literal, cast

from custbook_gen.records import Row, Value
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.periods import Period, month, period
from custbook_gen.tabs import EACH, QUERIES, Condition, Figure, Tab, TableBlock

Code = str | int | None
"""What stands for a row: a choice's code, a record's key, a month's distance; nothing if unfilled."""

UNDATED: Final = -1


@dataclass(frozen=True, slots=True)
class Tally:
    """Number of records, the sum of the measured field and in how many of them it is filled."""

    count: int = 0
    total: Decimal = Decimal(0)
    filled: int = 0


@dataclass(frozen=True, slots=True, order=True)
class _Aspect:
    """What conditions look at: a field's value, its period or whether it is filled."""

    field: str
    what: Literal["value", "period", "filled"]

    @classmethod
    def of(cls, condition: Condition) -> _Aspect:
        """What one condition looks at."""
        what: Literal["value", "period", "filled"] = "filled"
        if condition.period is not None:
            what = "period"
        elif condition.is_ is not None:
            what = "value"
        return cls(condition.field, what)


Aspects = tuple[_Aspect, ...]
Part = Hashable
"""One aspect of one record."""
Combinations = Mapping[tuple[Part, ...], Tally]
"""Tallies by combination of aspects."""
Bounds = tuple[dt.date, ...]
"""Where periods begin and end, in order; between two of them lies a stretch."""


@dataclass(slots=True)
class Tallies:
    """Evaluates the figures of a tab over the records of a context; passes are kept."""

    context: Context
    tab: Tab
    _bounds: dict[tuple[str, Aspects], Bounds] = field(default_factory=dict)
    _columns: dict[tuple[str, _Aspect, Bounds], Sequence[Part]] = field(default_factory=dict)
    _passes: dict[tuple[str, Aspects, str | None], Combinations] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Collect the bounds of the periods that the figures of one pass name."""
        dates: dict[tuple[str, Aspects], set[dt.date]] = {}
        for figure, months in _queries(self.tab):
            known = dates.setdefault((figure.sheet, _aspects(figure)), set())
            for span in self._spans(figure, months):
                known |= {span.end} if span.start is None else {span.start, span.end}
        self._bounds = {name: tuple(sorted(known)) for name, known in dates.items()}

    def _spans(self, figure: Figure, months: int) -> Iterator[Period]:
        """The periods of a figure, those of the rows of its table too."""
        for condition in figure.where:
            if condition.period == EACH:
                yield from (month(back, self.context.as_of) for back in range(months))
            elif condition.period is not None:
                yield period(condition.period, self.context.as_of)

    def whole(self, figure: Figure) -> Tally:
        """A figure over all records that meet its conditions; those on the row are left out."""
        return _sum([tally for _, tally in self._chosen(figure)])

    def by_row(self, figure: Figure, months: int = 0) -> Mapping[Code, Tally]:
        """A figure for every row of its table; rows without records are absent.

        Args:
            figure: a column of a table.
            months: how many months the table has, if months are its rows.
        """
        condition = next(condition for condition in figure.where if condition.each)
        at = _aspects(figure).index(_Aspect.of(condition))
        parts: dict[Part, list[Tally]] = defaultdict(list)
        for key, tally in self._chosen(figure):
            parts[key[at]].append(tally)
        rows: dict[Code, list[Tally]] = defaultdict(list)
        for part, tallies in parts.items():
            codes = self._months(figure, cast(int, part), months) if months else _codes(part)
            for code in codes:
                rows[code].extend(tallies)
        return {code: _sum(tallies) for code, tallies in rows.items()}

    def _months(self, figure: Figure, stretch: int, months: int) -> Iterator[Code]:
        """The month that a stretch lies in, if the table has it."""
        for back in range(months):
            low, high = self._stretches(figure, month(back, self.context.as_of))
            if low <= stretch <= high:
                yield back

    def _chosen(self, figure: Figure) -> Iterator[tuple[tuple[Part, ...], Tally]]:
        """The combinations that meet the conditions that do not tell the row."""
        aspects = _aspects(figure)
        found: Iterable[tuple[tuple[Part, ...], Tally]] = self._pass(figure, aspects).items()
        for condition in figure.where:
            if not condition.each:
                test, at = self._test(figure, condition), aspects.index(_Aspect.of(condition))
                found = [(key, tally) for key, tally in found if test(key[at])]
        return iter(found)

    def _test(self, figure: Figure, condition: Condition) -> Callable[[Part], bool]:
        """Whether a combination's part meets a condition."""
        if condition.period is not None:
            low, high = self._stretches(figure, period(condition.period, self.context.as_of))
            return lambda part: low <= cast(int, part) <= high
        wanted = condition.is_ if condition.filled is None else condition.filled
        return lambda part: wanted in part if isinstance(part, tuple) else part == wanted

    def _stretches(self, figure: Figure, span: Period) -> tuple[int, int]:
        """First and last stretch of a period."""
        bounds = self._bounds[figure.sheet, _aspects(figure)]
        low = 0 if span.start is None else bounds.index(span.start) + 1
        return low, bounds.index(span.end)

    def _pass(self, figure: Figure, aspects: Aspects) -> Combinations:
        """The tallies of every combination of some aspects; a sum's pass counts as well."""
        sheet, measured = figure.sheet, figure.field
        for name, known in self._passes.items():
            if name[:2] == (sheet, aspects) and measured in (None, name[2]):
                return known
        columns = [self._column(sheet, aspect, self._bounds[sheet, aspects]) for aspect in aspects]
        keys = zip(*columns, strict=True) if columns else repeat((), len(self._records(sheet)))
        found = _count(keys) if measured is None else _add_up(keys, self._numbers(sheet, measured))
        self._passes[sheet, aspects, measured] = found
        return found

    def _records(self, sheet: str) -> Mapping[str, Row]:
        table = self.context.tables.get(sheet)
        return {} if table is None else table.rows

    def _values(self, sheet: str, key: str) -> Sequence[Value]:
        """A field's value in every record, stored or computed."""
        records = self._records(sheet)
        if not self.context.book.sheet(sheet).field(key).stored:
            return list(map(self.context.computed.get(sheet, {}).get(key, {}).get, records))
        at = self.context.tables[sheet].position(key) if records else 0
        return [row[at] for row in records.values()]

    def _numbers(self, sheet: str, key: str) -> Sequence[Decimal | int | None]:
        return cast(Sequence[Decimal | int | None], self._values(sheet, key))

    def _column(self, sheet: str, aspect: _Aspect, bounds: Bounds) -> Sequence[Part]:
        """One aspect of every record; kept, since several passes may look at it."""
        name = sheet, aspect, bounds if aspect.what == "period" else ()
        if name not in self._columns:
            self._columns[name] = _parts(self._values(sheet, aspect.field), aspect, bounds)
        return self._columns[name]


def _queries(tab: Tab) -> Iterator[tuple[Figure, int]]:
    """Every figure of a tab that looks at records, with the months of its table."""
    for block in tab.blocks:
        figures = block.columns if isinstance(block, TableBlock) else block.metrics
        months = (block.each.months or 0) if isinstance(block, TableBlock) else 0
        yield from ((figure, months) for figure in figures if figure.measure in QUERIES)


def _aspects(figure: Figure) -> Aspects:
    return tuple(sorted({_Aspect.of(condition) for condition in figure.where}))


def _codes(part: Part) -> tuple[Code, ...]:
    """The rows that a value belongs to: several where a field has several values."""
    if isinstance(part, tuple):
        return part or (None,)
    return (cast(Code, part),)


def _parts(values: Sequence[Value], aspect: _Aspect, bounds: Bounds) -> Sequence[Part]:
    if aspect.what == "filled":
        return [value is not None and value not in ("", ()) for value in values]
    if aspect.what == "period":
        stretches = {value: _stretch(value, bounds) for value in set(values)}
        return [stretches[value] for value in values]
    return values


def _stretch(value: Value, bounds: Bounds) -> int:
    """Between which bounds a date lies."""
    day = value.date() if isinstance(value, dt.datetime) else value
    return bisect_right(bounds, day) if isinstance(day, dt.date) else UNDATED


def _count(keys: Iterable[tuple[Part, ...]]) -> Combinations:
    return {key: Tally(count) for key, count in Counter(keys).items()}


def _add_up(keys: Iterable[tuple[Part, ...]], values: Sequence[Decimal | int | None]) -> Combinations:
    groups: dict[tuple[Part, ...], list[Decimal | int | None]] = defaultdict(list)
    for key, value in zip(keys, values, strict=True):
        groups[key].append(value)
    tallies = {}
    for key, group in groups.items():
        numbers = [value for value in group if value is not None]
        tallies[key] = Tally(len(group), Decimal(sum(numbers)), len(numbers))
    return tallies


def _sum(tallies: Sequence[Tally]) -> Tally:
    return Tally(
        sum(tally.count for tally in tallies),
        sum((tally.total for tally in tallies), Decimal(0)),
        sum(tally.filled for tally in tallies),
    )
