"""Stretches of time counted from the evaluation date: as dates, and as formula text.

Only those that say so (``next_…``, ``after_…``) reach beyond the evaluation date.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Final

from custbook_gen.derive import edate
from custbook_gen.formulas import AS_OF
from custbook_gen.tabs import PeriodName
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Formula

DAY: Final = dt.timedelta(days=1)
NEVER: Final = dt.date(9999, 12, 31)
"""An end that no date reaches."""


@value_object
class Period:
    """From ``start`` (open where there is none) to the day before ``end``.

    ``start_text`` and ``end_text`` are the formulas of the same dates.
    """

    start: dt.date | None
    end: dt.date
    start_text: str | None
    end_text: str

    def covers(self, value: object) -> bool:
        """Whether a date, or the day of a moment, lies in it."""
        day = value.date() if isinstance(value, dt.datetime) else value
        return isinstance(day, dt.date) and (self.start is None or day >= self.start) and day < self.end


def period(name: PeriodName, as_of: dt.date) -> Period:
    """The stretch of time that a name of the tab language means."""
    match name:
        case "today":
            return Period(as_of, as_of + DAY, AS_OF, f"{AS_OF}+1")
        case "this_month":
            return month(0, as_of)
        case "last_month":
            return month(1, as_of)
        case "this_year":
            return year(0, as_of)
        case "last_year_to_date":
            first = dt.date(as_of.year - 1, 1, 1)
            return Period(first, edate(as_of, -12) + DAY, _new_year(1), f"EDATE({AS_OF},-12)+1")
        case "until_as_of" | "each" | "across":
            return Period(None, as_of + DAY, None, f"{AS_OF}+1")
        case "before_as_of":
            return Period(None, as_of, None, AS_OF)
        case "after_as_of":
            return Period(as_of + DAY, NEVER, f"{AS_OF}+1", "DATE(9999,12,31)")
        case _:
            return _rolling(name, as_of)


def _rolling(name: str, as_of: dt.date) -> Period:
    """A stretch such as ``last_12_months``, ``previous_90_days`` or ``next_7_days``."""
    side, number, unit = name.split("_")
    length = int(number)
    if side == "next":  # the evaluation date and so many days after it
        return _between(as_of, (0, length + 1), unit)
    return _between(as_of, (1 - length, 1) if side == "last" else (1 - 2 * length, 1 - length), unit)


def _between(as_of: dt.date, ends: tuple[int, int], unit: str) -> Period:
    """From so many days or months (less one, plus a day) from the evaluation date to so many."""
    days: list[dt.date] = []
    texts: list[str] = []
    for count in ends:
        if unit == "days":
            days.append(as_of + count * DAY)
            texts.append(f"{AS_OF}{count:+d}" if count else AS_OF)
        else:
            back = count - 1
            days.append(edate(as_of, back) + DAY)
            texts.append(f"EDATE({AS_OF},{back})+1" if back else f"{AS_OF}+1")
    return Period(days[0], days[1], texts[0], texts[1])


def year(back: int, as_of: dt.date) -> Period:
    """A calendar year, so many before that of the evaluation date; this one ends with that date."""
    first = dt.date(as_of.year - back, 1, 1)
    if back == 0:
        return Period(first, as_of + DAY, _new_year(0), f"{AS_OF}+1")
    return Period(first, dt.date(first.year + 1, 1, 1), _new_year(back), _new_year(back - 1))


def _new_year(back: int) -> str:
    return f"DATE(YEAR({AS_OF}){-back or ''},1,1)"


@lru_cache(maxsize=1 << 8)  # every figure of a table by months asks for the same ones
def month(back: int, as_of: dt.date) -> Period:
    """A calendar month, so many before that of the evaluation date; this one ends with that date."""
    first = edate(as_of.replace(day=1), -back)
    if back == 0:
        return Period(first, as_of + DAY, _first_of_month(0), f"{AS_OF}+1")
    return Period(first, edate(first, 1), _first_of_month(back), _first_of_month(back - 1))


def _first_of_month(back: int) -> str:
    return f"DATE(YEAR({AS_OF}),MONTH({AS_OF}){-back or ''},1)"


def month_label(back: int, as_of: dt.date) -> Formula:
    """A month as text, such as ``2024-03`` (no date format: its letters depend on the locale)."""
    day = f"EDATE({AS_OF},{-back})" if back else AS_OF
    return Formula(f'YEAR({day})&"-"&TEXT(MONTH({day}),"00")', f"{edate(as_of, -back):%Y-%m}")


def year_label(back: int, as_of: dt.date) -> Formula:
    """A year as text, such as ``2024``."""
    return Formula(f'YEAR({AS_OF}){-back or ""}&""', str(as_of.year - back))
