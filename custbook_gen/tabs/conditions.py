"""What a record must meet to count, and the words for stretches of time."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal, Self

import pydantic
from pydantic import StringConstraints, model_validator

from custbook_gen.schema.frozen import Frozen

EACH: Final = "each"
"""Stands for the row of the table in a condition."""
ACROSS: Final = "across"
"""Stands for the column of a cross table in a condition."""

Role = Literal["each", "across"]
Path = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
"""A field, or a field of the record that a field refers to: ``level``, ``customer_id.area``."""

PeriodName = Literal[
    "each",
    "across",
    "today",
    "this_month",
    "last_month",
    "this_year",
    "last_year_to_date",
    "last_12_months",
    "previous_12_months",
    "last_6_months",
    "previous_6_months",
    "last_90_days",
    "previous_90_days",
    "last_30_days",
    "until_as_of",
    "before_as_of",
    "next_7_days",
    "next_30_days",
    "after_as_of",
]


class Condition(Frozen):
    """What a record must meet to count: one of ``is``, ``period``, ``filled`` and bounds.

    ``is`` names a choice, several of which one is enough, or the row (``each``) or column
    (``across``) of the table.  ``at_least`` and ``less_than`` may stand together.
    """

    field: Path
    is_: bool | str | tuple[str, ...] | None = pydantic.Field(default=None, alias="is")
    period: PeriodName | None = None
    filled: bool | None = None
    at_least: Decimal | None = None
    less_than: Decimal | None = None

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        asked = (self.is_, self.period, self.filled, self.bounded or None)
        if sum(part is not None for part in asked) != 1:
            raise ValueError("a condition has exactly one of is, period, filled and at_least/less_than")
        if isinstance(self.is_, tuple) and (not self.is_ or {EACH, ACROSS} & set(self.is_)):
            raise ValueError("a list under is names one choice or more, never each or across")
        return self

    @property
    def bounded(self) -> bool:
        """Whether it is about the size of a number."""
        return self.at_least is not None or self.less_than is not None

    @property
    def role(self) -> Role | None:
        """Whether it refers to the table's row or column, and to which."""
        for role in (EACH, ACROSS):
            if role in (self.is_, self.period):
                return "each" if role == EACH else "across"
        return None

    @property
    def each(self) -> bool:
        """Whether it refers to the table's row."""
        return self.role == EACH
