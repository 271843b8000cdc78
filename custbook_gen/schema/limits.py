"""Kinds of numbers that settings are, and what must hold between several of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import core_schema

from custbook_gen.schema.faults import fault
from custbook_gen.value_objects import value_object

DIGITS: Final = 15
"""Digits of a number that a spreadsheet keeps."""
MAX_TEXT: Final = 32_767
"""Characters that a cell holds."""
MAX_ROWS: Final = 1_048_576
"""Rows that a sheet has."""


def is_cell_number(number: int | Decimal) -> bool:
    """Whether a cell can hold a number: it has few digits before and after its point."""
    exact = Decimal(number)
    if not exact.is_finite() or exact.adjusted() > DIGITS:
        return False
    return int(exact.as_tuple().exponent) >= -DIGITS


def _refuse_other(number: Decimal) -> Decimal:
    if not is_cell_number(number):
        raise fault("cell-number", (), value=number, digits=DIGITS)
    return number


Number = Annotated[Decimal, AfterValidator(_refuse_other)]
"""A number that a cell can hold; others would take long to spell out."""


@value_object
class Between:
    """In ``Annotated``: a number that a workbook bears, from the least to the largest one."""

    name: str
    """What the option is called."""
    low: int
    high: int

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "minimum": self.low, "maximum": self.high}

    def _checked(self, number: Any) -> Any:
        if not self.low <= number <= self.high:
            raise fault("number-range", (), name=self.name, value=number, low=self.low, high=self.high)
        return number


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
