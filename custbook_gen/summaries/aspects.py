"""What a figure looks at in a record: values, periods, bands and the like, as small parts.

Every record of a sheet has a part per aspect; records with the same parts are counted
together.  Dates are reduced to the stretch between two period bounds, numbers to their
band, so that few combinations are left.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Hashable, Iterator, Sequence
from decimal import Decimal
from typing import Final, Literal, cast

from custbook_gen.records import Value
from custbook_gen.summaries.periods import Period, month, period, year
from custbook_gen.tabs import Condition, Figure, Grouping, Role
from custbook_gen.value_objects import value_object

Code = str | int | None
"""What stands for a row: a choice's code, a record's key, a month's distance; nothing if unfilled."""
Part = Hashable
"""One aspect of one record."""
Bounds = tuple[dt.date, ...]
"""Where periods begin and end, in order; between two of them lies a stretch."""
UNDATED: Final = -1

What = Literal["value", "period", "filled", "within", "band", "season"]


@value_object
class Aspect:
    """What conditions look at: a field, what of it, and bounds of its numbers."""

    field: str
    what: What
    limits: tuple[Decimal | None, ...] = ()


Aspects = tuple[Aspect, ...]


@value_object
class Query:
    """A figure that looks at records, with what the rows and columns of its table are."""

    figure: Figure
    each: Grouping | None = None
    across: Grouping | None = None

    def grouping(self, role: Role) -> Grouping:
        """What the rows (``each``) or columns (``across``) are."""
        found = self.each if role == "each" else self.across
        assert found is not None  # noqa: S101  (tabs are checked for it)
        return found

    def aspect(self, condition: Condition) -> Aspect:
        """What one condition of the figure looks at."""
        if condition.role is not None:
            grouping = self.grouping(condition.role)
            if grouping.bands is not None:
                return Aspect(condition.field, "band", grouping.bands)
            if grouping.months_of_year:
                return Aspect(condition.field, "season")
        if condition.bounded:
            return Aspect(condition.field, "within", (condition.at_least, condition.less_than))
        if condition.period is not None:
            return Aspect(condition.field, "period")
        return Aspect(condition.field, "filled" if condition.filled is not None else "value")

    @property
    def aspects(self) -> Aspects:
        """What all of its conditions look at."""
        found = {self.aspect(condition) for condition in self.figure.where}
        return tuple(sorted(found, key=repr))

    def spans(self, as_of: dt.date) -> Iterator[tuple[Code, Period]]:
        """The periods of its conditions; those of rows and columns with the code of the row."""
        for condition in self.figure.where:
            if condition.role is not None:
                yield from periods_of(self.grouping(condition.role), as_of)
            elif condition.period is not None:
                yield None, period(condition.period, as_of)


def periods_of(grouping: Grouping, as_of: dt.date) -> Iterator[tuple[int, Period]]:
    """The months or years that a grouping's rows are; of other groupings none."""
    yield from ((back, month(back, as_of)) for back in range(grouping.months or 0))
    yield from ((back, year(back, as_of)) for back in range(grouping.years or 0))


def parts(values: Sequence[Value], aspect: Aspect, bounds: Bounds) -> Sequence[Part]:
    """One aspect of every value of a field.

    Args:
        values: the values.
        aspect: what to look at.
        bounds: where the periods that matter begin and end.
    """
    match aspect.what:
        case "value":
            return values
        case "filled":
            return [value is not None and value not in ("", ()) for value in values]
        case "period":
            return [_stretch(value, bounds) for value in values]
        case "season":
            return [value.month if isinstance(value, dt.date) else UNDATED for value in values]
        case "within":
            low, high = aspect.limits
            return [is_within(value, low, high) for value in values]
        case "band":
            limits = cast(tuple[Decimal, ...], aspect.limits)
            return [_band(value, limits) for value in values]


def _stretch(value: Value, bounds: Bounds) -> int:
    """Between which bounds a date lies."""
    day = value.date() if isinstance(value, dt.datetime) else value
    return bisect_right(bounds, day) if isinstance(day, dt.date) else UNDATED


def is_within(value: Value, low: Decimal | None, high: Decimal | None) -> bool:
    """Whether a value is a number from ``low`` on and below ``high``."""
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return False
    return (low is None or value >= low) and (high is None or value < high)


def _band(value: Value, limits: Sequence[Decimal]) -> int | None:
    """Which band a number belongs to; nothing where there is no number."""
    if not isinstance(value, int | Decimal):
        return None
    return bisect_right(limits, value) - 1


def codes(part: Part) -> tuple[Code, ...]:
    """The rows that a value belongs to: several where a field has several values."""
    if isinstance(part, tuple):
        return part or (None,)
    return (cast(Code, part),)
