"""Kinds of numbers that settings are, and what must hold between several of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from custbook_gen.schema.faults import fault

Count = Annotated[int, Field(ge=0)]
Days = Annotated[int, Field(ge=0)]
Months = Annotated[int, Field(ge=1, le=1200)]
Positive = Annotated[int, Field(ge=1)]
Levels = Annotated[int, Field(ge=2, le=3)]
Percent = Annotated[int, Field(ge=0, le=100)]
Share = Annotated[Decimal, Field(ge=0, le=1)]

FIRST_DAY: Final = dt.date(1900, 3, 1)
"""The first evaluation date: spreadsheets count the days before it differently."""
LAST_DAY: Final = dt.date(2999, 12, 31)
"""The last one: the months and years around it that are told of must be dates too."""


def is_evaluation_date(day: dt.date) -> bool:
    """Whether a book can be told of as it is on a day."""
    return FIRST_DAY <= day <= LAST_DAY


def _evaluation_date(day: dt.date) -> dt.date:
    if not is_evaluation_date(day):
        raise fault("as-of-range", (), first=FIRST_DAY.isoformat(), last=LAST_DAY.isoformat())
    return day


EvaluationDate = Annotated[dt.date, AfterValidator(_evaluation_date)]


def refuse_disorder(name: str, *values: int | Decimal) -> None:
    """Raises a fault where values do not fall step by step."""
    if any(later >= earlier for earlier, later in pairwise(values)):
        raise fault("limits-order", (name,), name=name)
