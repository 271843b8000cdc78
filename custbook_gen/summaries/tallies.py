"""The values of figures, computed from the records: one pass per combination of fields.

A pass counts the records (and adds up one field, or collects its values) for every
combination of the parts that conditions look at.  All figures that look at the same
fields are then read off the few combinations.  Where every record of a large sheet is a row
there would be very many, and each figure has a pass of its own, over what it counts alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, compress, count, product
from operator import and_
from typing import Any, Final, NamedTuple, cast

from custbook_gen.records import Value
from custbook_gen.summaries.aspects import (
    Aspect,
    Aspects,
    Bounds,
    Code,
    Part,
    Query,
    codes,
    parts,
    periods_of,
)
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.periods import Period, period
from custbook_gen.tabs import COLLECTING, Condition, Role, Tab

NOTHING: Final = Decimal(0)
MANY: Final = 1000
"""Records of a sheet from which on there are too many for combinations."""
EACH: tuple[Role, ...] = ("each",)
BOTH: tuple[Role, ...] = ("each", "across")
"""The roles that tell the cells of a table, and those of a cross table."""


class Tally(NamedTuple):
    """Number of records, the sum of the measured field and in how many of them it is filled.

    ``values`` are the filled ones, where a measure needs them.
    """

    records: int = 0
    total: Decimal = NOTHING
    filled: int = 0
    values: tuple[Value, ...] = ()


Combination = tuple[Part, ...]
Combinations = Mapping[Combination, Tally]
"""Tallies by combination of parts."""
Codes = tuple[Code, ...]


@dataclass(slots=True)
class Tallies:
    """Evaluates the figures of a tab over the records of a context; passes are kept."""

    context: Context
    tab: Tab
    _bounds: dict[tuple[str, Aspects], Bounds] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Collect the bounds of the periods that the figures of one pass name."""
        dates: dict[tuple[str, Aspects], set[dt.date]] = {}
        for figure, each, across in self.tab.queries():
            query = Query(figure, each, across)
            known = dates.setdefault((figure.sheet, query.aspects), set())
            for _, span in query.spans(self.context.as_of):
                known |= {span.end} if span.start is None else {span.start, span.end}
        self._bounds = {name: tuple(sorted(known)) for name, known in dates.items()}

    def by(self, query: Query, roles: tuple[Role, ...] = ()) -> Mapping[Codes, Tally]:
        """A figure for every row and column of its table; those without records are absent.

        Args:
            query: a figure of this tab.
            roles: what tells the cells apart; conditions on other roles are left out.
        """
        told = [condition for role in roles for condition in _of_role(query, role)]
        if self._has_many_rows(query):
            aspects = tuple(dict.fromkeys(map(query.aspect, told)))
            tallies: Collection[tuple[Combination, Tally]] = self._selected(query, aspects).items()
        else:
            aspects = query.aspects
            tallies = self._chosen(query, aspects)
        decoders = [(aspects.index(query.aspect(c)), self._decoder(query, c)) for c in told]
        if len(aspects) == 1 and [decode for _, decode in decoders] == [codes]:
            found = dict(tallies)
            if not any(isinstance(part, tuple) for (part,) in found):
                return cast(dict[Codes, Tally], found)  # every combination is a row
        cells: dict[Codes, list[Tally]] = defaultdict(list)
        if len(decoders) == 1:  # most tables, and those of many rows
            at, decode = decoders[0]
            known: dict[Part, list[Codes]] = {}
            for key, tally in tallies:
                part = key[at]
                if part not in known:
                    known[part] = [(code,) for code in decode(part)]
                for place in known[part]:
                    cells[place].append(tally)
        else:
            for key, tally in tallies:
                for place in product(*(decode(key[at]) for at, decode in decoders)):
                    cells[place].append(tally)
        return {place: own[0] if len(own) == 1 else united(own) for place, own in cells.items()}

    def whole(self, query: Query) -> Tally:
        """A figure over all records that meet its conditions; those on rows are left out."""
        return self.by(query).get((), Tally())

    def _decoder(self, query: Query, condition: Condition) -> Callable[[Part], Iterable[Code]]:
        """From a part to the rows that it belongs to."""
        assert condition.role is not None  # noqa: S101  (asked for by the caller)
        grouping = query.grouping(condition.role)
        if not (grouping.months or grouping.years):
            return codes
        spans = [
            (back, *self._stretches(query, span)) for back, span in periods_of(grouping, self.context.as_of)
        ]
        known: dict[Part, list[Code]] = {}
        for back, low, high in spans:
            for stretch in range(low, high + 1):
                known.setdefault(stretch, []).append(back)
        return lambda part: known.get(part, ())

    def _has_many_rows(self, query: Query) -> bool:
        """Whether the rows, or columns, of its table are the records of a large sheet."""
        sheets = [each.records_of for each in (query.each, query.across) if each is not None]
        return any(sheet is not None and len(self.context.records(sheet)) > MANY for sheet in sheets)

    def _selected(self, query: Query, aspects: Aspects) -> Combinations:
        """The tallies, by some aspects, of the records that meet the conditions that do not tell the row."""
        sheet, bounds = query.figure.sheet, self._bounds[query.figure.sheet, query.aspects]
        meets: Sequence[bool] | None = None
        for condition in query.figure.where:
            if condition.role is None:
                test, column = (
                    self._test(query, condition),
                    self._column(sheet, query.aspect(condition), bounds),
                )
                met = {part: test(part) for part in (column.parts[:1] if column.same else set(column.parts))}
                if not all(met.values()):
                    own = map(met.__getitem__, column.parts)
                    meets = list(own if meets is None else map(and_, meets, own))
        return self._run(query, aspects, bounds, meets)

    def _chosen(self, query: Query, aspects: Aspects) -> Collection[tuple[Combination, Tally]]:
        """The combinations that meet the conditions that do not tell the row."""
        found: Collection[tuple[Combination, Tally]] = self._pass(query, aspects).items()
        for condition in query.figure.where:
            if condition.role is None:
                test, at = self._test(query, condition), aspects.index(query.aspect(condition))
                parts = {key[at] for key, _ in found}
                meet = {part for part in parts if test(part)}
                if meet != parts:
                    found = [(key, tally) for key, tally in found if key[at] in meet]
        return found

    def _test(self, query: Query, condition: Condition) -> Callable[[Part], bool]:
        """Whether a combination's part meets a condition."""
        if condition.period is not None:
            low, high = self._stretches(query, period(condition.period, self.context.as_of))
            return lambda part: low <= cast(int, part) <= high
        if condition.bounded:
            return bool
        if isinstance(condition.is_, tuple):
            several = frozenset(condition.is_)
            return lambda part: not several.isdisjoint(part) if isinstance(part, tuple) else part in several
        wanted = condition.is_ if condition.filled is None else condition.filled
        return lambda part: wanted in part if isinstance(part, tuple) else part == wanted

    def _stretches(self, query: Query, span: Period) -> tuple[int, int]:
        """First and last stretch of a period."""
        bounds = self._bounds[query.figure.sheet, query.aspects]
        low = 0 if span.start is None else bounds.index(span.start) + 1
        return low, bounds.index(span.end)

    def _pass(self, query: Query, aspects: Aspects) -> Combinations:
        """The tallies of every combination of some aspects."""
        figure, bounds = query.figure, self._bounds[query.figure.sheet, aspects]
        collects = figure.measure in COLLECTING
        name = "pass", figure.sheet, aspects, bounds, figure.field, collects
        return self.context.memo.once(name, lambda: self._run(query, aspects, bounds))

    def _run(
        self, query: Query, aspects: Aspects, bounds: Bounds, meets: Sequence[bool] | None = None
    ) -> Combinations:
        """One pass over all records, or those that meet something."""
        figure = query.figure
        groups, whole = self._groups(figure.sheet, aspects, bounds)
        chosen = groups if meets is None else groups.of_those(meets)
        if figure.field is None:
            tallies: Iterable[Tally] = map(Tally, chosen.counts)
        else:
            values = self.context.values(figure.sheet, figure.field)
            if meets is not None:
                values = list(compress(values, meets))
            tallies = _collect(chosen, values) if figure.measure in COLLECTING else _add_up(chosen, values)
        return {
            whole(key): tally
            for key, count, tally in zip(groups.keys, chosen.counts, tallies, strict=True)
            if count
        }

    def _groups(
        self, sheet: str, aspects: Aspects, bounds: Bounds
    ) -> tuple[_Groups, Callable[[Any], Combination]]:
        """The records of a sheet by what tells them apart, and what makes a combination of that.

        Kept by the aspects that vary: passes that look at others as well go over the same groups.
        """
        columns = {aspect: self._column(sheet, aspect, bounds) for aspect in aspects}
        varied = {aspect: column.parts for aspect, column in columns.items() if not column.same}
        name = "groups", sheet, tuple((aspect, _cut(aspect, bounds)) for aspect in varied)
        records = len(self.context.records(sheet))
        groups = self.context.memo.once(name, lambda: _Groups.of([*varied.values()], records))
        return groups, _whole([*columns.values()])

    def _column(self, sheet: str, aspect: Aspect, bounds: Bounds) -> _Column:
        """One aspect of every record; kept, since several passes may look at it."""
        cut = _cut(aspect, bounds)
        name = "parts", sheet, aspect, cut
        return self.context.memo.once(name, lambda: _Column.of(parts(self.context, sheet, aspect, cut)))


def _of_role(query: Query, role: Role) -> Iterator[Condition]:
    return (condition for condition in query.figure.where if condition.role == role)


class _Column(NamedTuple):
    """One aspect of every record."""

    parts: Sequence[Part]
    same: bool
    """Whether all records have the same part, as of a field that hardly anybody fills in."""

    @classmethod
    def of(cls, found: Sequence[Part]) -> _Column:
        """The column of these parts."""
        return cls(found, bool(found) and found.count(found[0]) == len(found))


def _cut(aspect: Aspect, bounds: Bounds) -> Bounds:
    """The bounds that the parts of an aspect depend on."""
    return bounds if aspect.what == "period" else ()


def _whole(columns: Sequence[_Column]) -> Callable[[Any], Combination]:
    """What makes a combination of what varies: the part of one column, or a tuple of several."""
    places = [at for at, column in enumerate(columns) if not column.same]
    if 1 < len(places) == len(columns):
        return lambda key: cast(Combination, key)
    fixed = tuple(column.parts[0] if column.same else None for column in columns)
    if len(places) == 1:
        before, after = fixed[: places[0]], fixed[places[0] + 1 :]
        return lambda key: (*before, key, *after)

    def combined(key: Combination) -> Combination:
        own = list(fixed)
        for at, part in zip(places, key, strict=True):
            own[at] = part
        return tuple(own)

    return combined


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """The records of a sheet by what tells them apart, as short as can be."""

    keys: Sequence[Hashable]
    """What tells a group from others: the part of the only column that varies, or a tuple of several."""
    numbers: Sequence[int]
    """Which group each record belongs to."""
    counts: Sequence[int]
    """How many records are in each group."""

    @classmethod
    def of(cls, varied: Sequence[Sequence[Part]], records: int) -> _Groups:
        """The groups of so many records, by columns."""
        if not varied:
            return cls([()], bytes(records), [records]) if records else cls([], b"", [])
        found = defaultdict[Hashable, int](count().__next__)
        keys: Iterable[Hashable] = zip(*varied, strict=True) if len(varied) > 1 else varied[0]
        numbers = list(map(found.__getitem__, keys))
        return cls(list(found), numbers, _counted(numbers, len(found)))

    def of_those(self, meets: Sequence[bool]) -> _Groups:
        """The same groups of those records that meet something."""
        numbers = list(compress(self.numbers, meets))
        return _Groups(self.keys, numbers, _counted(numbers, len(self.keys)))


def _counted(numbers: Sequence[int], groups: int) -> list[int]:
    counts = Counter(numbers)
    return [counts[number] for number in range(groups)]


def _add_up(groups: _Groups, values: Sequence[Value]) -> Iterable[Tally]:
    """A tally per group: how many records, what a field comes to and in how many it is filled."""
    numbers, filled = groups.numbers, groups.counts
    if type(None) in set(map(type, values)):
        has_value = [value is not None for value in values]
        numbers, values = list(compress(numbers, has_value)), list(compress(values, has_value))
        filled = _counted(numbers, len(filled))
    totals = [NOTHING] * len(filled)
    for number, value in zip(numbers, cast(Sequence[Decimal], values), strict=True):
        totals[number] += value
    return map(Tally, groups.counts, totals, filled)


def _collect(groups: _Groups, values: Sequence[Value]) -> Iterable[Tally]:
    """A tally per group: the filled values of a field."""
    collected: list[list[Value]] = [[] for _ in groups.counts]
    for number, value in zip(groups.numbers, values, strict=True):
        if value is not None:
            collected[number].append(value)
    return [Tally(values=tuple(own)) for own in collected]


def united(tallies: Collection[Tally]) -> Tally:
    """The tally of several, at least of one, that have no record in common."""
    records, totals, filled, values = zip(*tallies, strict=True)
    return Tally(sum(records), sum(totals, NOTHING), sum(filled), tuple(chain.from_iterable(values)))
