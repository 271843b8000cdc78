"""Kinds of numbers that settings are, and what must hold between several of them."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from custbook_gen.schema.faults import fault

Count = Annotated[int, Field(ge=0)]
Days = Annotated[int, Field(ge=0)]
Months = Annotated[int, Field(ge=1, le=1200)]
Positive = Annotated[int, Field(ge=1)]
Levels = Annotated[int, Field(ge=2, le=3)]
Percent = Annotated[int, Field(ge=0, le=100)]
Share = Annotated[Decimal, Field(ge=0, le=1)]


def refuse_disorder(name: str, *values: int | Decimal) -> None:
    """Raises a fault where values do not fall step by step."""
    if any(later >= earlier for earlier, later in pairwise(values)):
        raise fault("limits-order", (name,), name=name)
