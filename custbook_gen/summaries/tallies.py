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
from itertools import compress, product
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
from custbook_gen.summaries.groups import Groups, Tally, united
from custbook_gen.summaries.periods import Period, period
from custbook_gen.tabs import COLLECTING, Condition, Role, Tab

MANY: Final = 1000
"""Records of a sheet from which on there are too many for combinations."""
EACH: tuple[Role, ...] = ("each",)
BOTH: tuple[Role, ...] = ("each", "across")
"""The roles that tell the cells of a table, and those of a cross table."""


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
                test = self._test(query, condition)
                column = self._column(sheet, query.aspect(condition), bounds)
                met = list(map(test, column.parts))
                if not all(met):
                    own = map(met.__getitem__, column.groups.numbers)
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
        sheet, measured, collects = query.figure.sheet, query.figure.field, query.figure.measure in COLLECTING
        columns = [self._column(sheet, aspect, bounds) for aspect in aspects]
        varied = {aspect: column for aspect, column in zip(aspects, columns, strict=True) if not column.same}
        name, groups, keys = self._groups(sheet, varied, bounds)
        values = None if measured is None else self.context.values(sheet, measured)
        if meets is None:
            found = self.context.memo.once(
                ("tallies", *name, measured, collects), lambda: groups.tallies(values, collects=collects)
            )
        else:
            values = None if values is None else list(compress(values, meets))
            there = groups.of_those(meets)
            keys = [keys[cast(int, number)] for number in there.keys]
            found = there.tallies(values, collects=collects)
        pairs: Iterable[tuple[Combination, Tally]] = zip(_combinations(columns, keys), found, strict=True)
        if collects:
            pairs = (pair for pair in pairs if pair[1].values)
        if len(set(keys)) == len(keys):
            return dict(pairs)
        alike: dict[Combination, list[Tally]] = defaultdict(list)
        for key, own in pairs:
            alike[key].append(own)
        return {key: united(several) for key, several in alike.items()}

    def _groups(
        self, sheet: str, varied: Mapping[Aspect, _Column], bounds: Bounds
    ) -> tuple[tuple[Hashable, ...], Groups, Sequence[Hashable]]:
        """The records of a sheet by what tells them apart.

        Where that is the value of one field, they are told by it, whatever is looked at of it.

        Returns:
            What the groups are kept by, the groups, and the part of each, or a tuple of parts.
        """
        columns, looked_at = [*varied.values()], set(map(_looked_at, varied))
        if len(looked_at) == 1:
            parts = [column.parts for column in columns]
            keys = parts[0] if len(parts) == 1 else list(zip(*parts, strict=True))
            return (sheet, *looked_at), columns[0].groups, keys
        name = sheet, tuple((aspect, _cut(aspect, bounds)) for aspect in varied)
        groups = self.context.memo.once(
            ("groups", *name),
            lambda: Groups.of([column.each() for column in columns], len(self.context.records(sheet))),
        )
        return name, groups, groups.keys

    def _column(self, sheet: str, aspect: Aspect, bounds: Bounds) -> _Column:
        """One aspect of every record; kept, since several passes may look at it."""
        cut, known, context = _cut(aspect, bounds), _looked_at(aspect), self.context

        def column() -> _Column:
            own = _by_value(context, sheet, known)
            found = own.keys if aspect == known else parts(cast(Sequence[Value], own.keys), aspect, cut)
            return _Column.of(own, found)

        return context.memo.once(("parts", sheet, aspect, cut), column)


def _looked_at(aspect: Aspect) -> Aspect:
    """What of a field an aspect is told by: whether it is filled, or its value."""
    return aspect if aspect.what == "filled" else Aspect(aspect.field, "value")


def make_shared(tabs: Iterable[Tab], context: Context) -> None:
    """Make what the figures of several tabs look at, before copies of this process each would.

    Args:
        tabs: the tabs.
        context: the records, and what summaries alone know.
    """
    found: Counter[tuple[str, str, bool]] = Counter()
    for tab in tabs:
        own: set[tuple[str, str, bool]] = set()
        for figure, each, across in tab.queries():
            looked_at = map(_looked_at, Query(figure, each, across).aspects)
            own |= {(figure.sheet, aspect.field, aspect.what == "value") for aspect in looked_at}
            if figure.field is not None:
                own.add((figure.sheet, figure.field, False))
        found.update(own)
    for (sheet, field_key, by_value), often in found.items():
        if often > 1:
            context.values(sheet, field_key)
            if by_value:
                _by_value(context, sheet, Aspect(field_key, "value"))


def _by_value(context: Context, sheet: str, known: Aspect) -> Groups:
    """The records of a sheet by what an aspect is told by; kept."""

    def groups() -> Groups:
        values = parts(context.values(sheet, known.field), known, ())
        return Groups.of([values], len(context.records(sheet)))

    return context.memo.once(("groups", sheet, known), groups)


def _cut(aspect: Aspect, bounds: Bounds) -> Bounds:
    """The bounds that the parts of an aspect depend on."""
    return bounds if aspect.what == "period" else ()


def _of_role(query: Query, role: Role) -> Iterator[Condition]:
    return (condition for condition in query.figure.where if condition.role == role)


class _Column(NamedTuple):
    """One aspect of every record, told by the values of its field."""

    groups: Groups
    parts: Sequence[Part]
    """Of each value."""
    same: bool
    """Whether all records have the same part, as of a field that hardly anybody fills in."""

    @classmethod
    def of(cls, groups: Groups, found: Sequence[Part]) -> _Column:
        """The column of these values and parts."""
        return cls(groups, found, len(set(found)) == 1)

    def each(self) -> Sequence[Part]:
        """The part of each record."""
        return list(map(self.parts.__getitem__, self.groups.numbers))


def _combinations(columns: Sequence[_Column], keys: Sequence[Any]) -> Iterable[Combination]:
    """The combinations behind keys: the part of the only column that varies, or a tuple of several."""
    places = [at for at, column in enumerate(columns) if not column.same]
    if len(places) == len(columns):
        return zip(keys, strict=True) if len(places) == 1 else keys
    fixed = tuple(column.parts[0] if column.same else None for column in columns)
    if len(places) == 1:
        before, after = fixed[: places[0]], fixed[places[0] + 1 :]
        return ((*before, key, *after) for key in keys)

    def combined(key: Combination) -> Combination:
        own = list(fixed)
        for at, part in zip(places, key, strict=True):
            own[at] = part
        return tuple(own)

    return map(combined, keys)
