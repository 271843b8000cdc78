"""Stretches of time counted from the evaluation date: as dates, and as formula text.

No stretch reaches beyond the evaluation date.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Final

from custbook_gen.formulas import AS_OF
from custbook_gen.tabs import PeriodName
from custbook_gen.workbook import Formula

DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` (open where there is none) to the day before ``end``.

    ``start_text`` and ``end_text`` are the formulas of the same dates.
    """

    start: dt.date | None
    end: dt.date
    start_text: str | None
    end_text: str


def edate(day: dt.date, months: int) -> dt.date:
    """The same day some months later, or the last day of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def period(name: PeriodName, as_of: dt.date) -> Period:
    """The stretch of time that a name of the tab language means."""
    end, end_text = as_of + DAY, f"{AS_OF}+1"
    year_ago = edate(as_of, -12) + DAY
    match name:
        case "this_month":
            return month(0, as_of)
        case "last_month":
            return month(1, as_of)
        case "this_year":
            return Period(dt.date(as_of.year, 1, 1), end, f"DATE(YEAR({AS_OF}),1,1)", end_text)
        case "last_year_to_date":
            first = dt.date(as_of.year - 1, 1, 1)
            return Period(first, year_ago, f"DATE(YEAR({AS_OF})-1,1,1)", f"EDATE({AS_OF},-12)+1")
        case "last_12_months":
            return Period(year_ago, end, f"EDATE({AS_OF},-12)+1", end_text)
        case "last_30_days":
            return Period(as_of - 29 * DAY, end, f"{AS_OF}-29", end_text)
        case "until_as_of" | "each":
            return Period(None, end, None, end_text)


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
