"""The types a field can have, and what goes with each: options, lengths, places, bounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

import pydantic

from custbook_gen.schema.limits import is_cell_number

FieldType = Literal[
    "text",
    "long",
    "int",
    "dec",
    "money",
    "pct",
    "date",
    "datetime",
    "bool",
    "enum",
    "multi",
    "phone",
    "email",
    "url",
    "ref",
    "auto",
    "calc",
]
ResultType = Literal["text", "int", "dec", "money", "pct", "date", "datetime", "bool", "enum"]
Bound = Annotated[int | Decimal | str, pydantic.Field(description="a number, an ISO date, or as_of[+N]")]

NUMERIC: frozenset[str] = frozenset({"int", "dec", "money", "pct"})
DATED: frozenset[str] = frozenset({"date", "datetime"})
TEXTUAL: frozenset[str] = frozenset({"text", "long", "phone", "email", "url", "auto"})
TEXT_LENGTH: Mapping[str, int] = {
    "text": 200,
    "long": 2000,
    "email": 254,
    "url": 500,
    "phone": 40,
    "auto": 20,
}
PLACES: Mapping[str, int] = {"int": 0, "dec": 3, "money": 2, "pct": 4}
OPTION_TYPES: Mapping[str, frozenset[str]] = {
    "min": NUMERIC | DATED,
    "max": NUMERIC | DATED,
    "min_length": frozenset({"text", "long"}),
    "max_length": frozenset({"text", "long", "url"}),
    "pattern": frozenset({"text", "long"}),
    "places": frozenset({"dec", "money", "pct", "calc"}),
    "category": frozenset({"enum", "multi", "calc"}),
    "parent": frozenset({"enum"}),
    "default_from": NUMERIC,
    "to": frozenset({"ref"}),
    "prefix": frozenset({"auto"}),
    "digits": frozenset({"auto"}),
    "mobile": frozenset({"phone"}),
    "result": frozenset({"calc"}),
    "formula": frozenset({"calc"}),
    "rule": frozenset({"calc"}),
}
NEEDED_OPTIONS: Mapping[str, frozenset[str]] = {
    "category": frozenset({"enum", "multi"}),
    "to": frozenset({"ref"}),
    "prefix": frozenset({"auto"}),
    "digits": frozenset({"auto"}),
    "result": frozenset({"calc"}),
    "rule": frozenset({"calc"}),
}


def resolve_date(bound: str, as_of: dt.date) -> dt.date:
    """The date that a bound means: an ISO date, or ``as_of`` with days added or taken off.

    Before year 1 and after year 9999 it is the first and the last day there is.
    """
    if bound.startswith("as_of"):
        day = as_of.toordinal() + int(bound.removeprefix("as_of") or 0)
        return dt.date.fromordinal(min(max(day, 1), dt.date.max.toordinal()))
    return dt.date.fromisoformat(bound)


def fits(kind: FieldType, value: object) -> bool:
    """Whether a bound or default can be a value of a field of this type."""
    if kind in NUMERIC:
        return isinstance(value, int | Decimal) and not isinstance(value, bool) and is_cell_number(value)
    if kind == "bool":
        return isinstance(value, bool)
    if kind not in DATED:
        return isinstance(value, str) and kind not in ("auto", "calc")
    try:
        return isinstance(value, str) and bool(resolve_date(value, dt.date(2000, 1, 1)))
    except ValueError:
        return False


def span(bound: Bound) -> int | Decimal:
    """A bound as a number, for comparing two of them."""
    return resolve_date(bound, dt.date(2000, 1, 1)).toordinal() if isinstance(bound, str) else bound


def crossed(low: Bound, high: Bound) -> bool:
    """Whether the lower of two bounds is above the other.

    Of a day and one that moves with the evaluation date nothing can be told.
    """
    moving = [isinstance(bound, str) and bound.startswith("as_of") for bound in (low, high)]
    return moving[0] == moving[1] and span(low) > span(high)
