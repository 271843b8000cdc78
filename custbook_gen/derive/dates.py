"""Counting in days and months, and what depends on a date of birth."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Collection
from functools import lru_cache

from custbook_gen.derive.facts import Facts
from custbook_gen.records import Value


def day_of(value: Value) -> dt.date | None:
    """The day of a date or a moment; nothing for anything else."""
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None


def day_number(value: Value) -> int | None:
    """The number of the day of a date or a moment; nothing for anything else."""
    day = day_of(value)
    return None if day is None else day.toordinal()


def moment_of(value: Value) -> dt.datetime | None:
    """A moment, or the midnight that a date starts with; nothing for anything else."""
    if isinstance(value, dt.datetime):
        return value
    return dt.datetime.combine(value, dt.time()) if isinstance(value, dt.date) else None


@lru_cache(maxsize=1 << 12)  # the days of a book recur
def edate(day: dt.date, months: int) -> dt.date:
    """The same day so many months later (or earlier), at most the last of that month.

    Before year 1 and after year 9999 it is the first and the last day there is.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return dt.date.min if year < dt.MINYEAR else dt.date.max
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def later(day: dt.date, days: int) -> dt.date:
    """So many days later, at most the last day there is."""
    return dt.date.fromordinal(min(day.toordinal() + days, dt.date.max.toordinal()))


def first_of(window: int, last: dt.date) -> dt.date:
    """The first of so many days that end with the last one; at least the first day there is."""
    return dt.date.fromordinal(max(last.toordinal() - window + 1, dt.date.min.toordinal()))


def workday(day: dt.date, holidays: Collection[dt.date], *, skip_weekends: bool) -> dt.date:
    """The day itself, or the next one that is neither a weekend (if skipped) nor a holiday."""
    while day < dt.date.max and ((skip_weekends and day.weekday() >= 5) or day in holidays):
        day += dt.timedelta(days=1)
    return day


def age(facts: Facts) -> dict[str, Value]:
    """年龄: whole years from birth date to evaluation date (3.1).

    Who was born on 29 February is a year older on 1 March of a common year, as DATEDIF counts.
    """
    today = facts.as_of
    ages: dict[str, Value] = {}
    for key, born in facts.rows("customers", "customer_id", "birth_date"):
        if isinstance(born, dt.date) and born <= today:
            birthday_to_come = (today.month, today.day) < (born.month, born.day)
            ages[str(key)] = today.year - born.year - birthday_to_come
    return ages
