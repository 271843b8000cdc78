"""Figures: one number (or text) each, as a metric or as a column of a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal, Self

import pydantic
from pydantic import model_validator

from custbook_gen.schema import Label
from custbook_gen.schema.fields import Key
from custbook_gen.schema.frozen import Frozen
from custbook_gen.tabs.conditions import ACROSS, Condition, Path

Measure = Literal[
    "count",
    "sum",
    "average",
    "distinct",
    "median",
    "min",
    "max",
    "field",
    "ratio",
    "growth",
    "weighted",
    "share",
    "running",
    "step",
    "mark",
]
Format = Literal["whole", "decimal", "money", "percent", "change"]

QUERIES: Final = frozenset({"count", "sum", "average", "distinct", "median", "min", "max"})
"""Measures that look at records; the others look at figures, or at the row's own record."""
COLLECTING: Final = frozenset({"distinct", "median", "min", "max"})
"""Queries that no cheap formula answers: they are values."""
OF_NUMBERS: Final = frozenset({"sum", "average", "median", "min", "max"})
OF_COLUMN: Final = frozenset({"share", "running", "step"})
"""Measures of one column of the same table."""
OF_TWO: Final = frozenset({"ratio", "growth"})
OF_SEVERAL: Final = frozenset({"weighted", "mark"})


class Threshold(Frozen):
    """From which value on, or below which, a cell stands out."""

    at_least: Decimal | None = None
    less_than: Decimal | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if (self.at_least is None) == (self.less_than is None):
            raise ValueError("it needs at_least or less_than")
        return self

    def met_by(self, value: object) -> bool:
        """Whether a value is a number that stands out."""
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return False
        if self.at_least is not None:
            return value >= self.at_least
        return self.less_than is not None and value < self.less_than


class Figure(Frozen):
    """One number: a metric, or a column of a table.

    ``of`` is a sheet (``count``), ``sheet.field`` (other queries and ``field``), a column
    (``share``, ``running``, ``step``) or earlier figures by id (``ratio``, ``growth``,
    ``weighted``, ``mark``).
    """

    id: Key
    label: Label
    measure: Measure
    of: str | tuple[str, ...]
    where: tuple[Condition, ...] = ()
    weights: tuple[Decimal, ...] = ()
    """One for every figure of a ``weighted`` sum."""
    at_least: tuple[Decimal, ...] = ()
    """For every figure of a ``mark``, the value from which on the row is marked."""
    backwards: bool = False
    """Whether a ``running`` sum begins with the last row."""
    format: Format | None = None
    note: Label | None = None
    heat: bool = False
    """Whether cells are coloured by the size of their number."""
    highlight: Threshold | None = None

    @model_validator(mode="after")
    def _fits_its_measure(self) -> Self:
        self._check_of()
        if self.where and self.measure not in QUERIES:
            raise ValueError(f"{self.measure} has no where of its own")
        for name, measure in (("weights", "weighted"), ("at_least", "mark")):
            given: tuple[Decimal, ...] = getattr(self, name)
            if (len(given) != len(self.operands)) if self.measure == measure else bool(given):
                raise ValueError(f"{measure} needs as many {name} as figures, and nothing else has any")
        if self.backwards and self.measure != "running":
            raise ValueError("only running sums go backwards")
        return self

    def _check_of(self) -> None:
        if self.measure in OF_TWO:
            if isinstance(self.of, str) or len(self.of) != 2:
                raise ValueError(f"{self.measure} needs two figures: of: [a, b]")
        elif self.measure in OF_SEVERAL:
            if isinstance(self.of, str) or not self.of:
                raise ValueError(f"{self.measure} needs figures: of: [a, b]")
        elif not isinstance(self.of, str) or (self.measure in OF_COLUMN | {"count"}) == ("." in self.of):
            wanted = {"count": "a sheet", **dict.fromkeys(OF_COLUMN, "a column")}
            raise ValueError(f"{self.measure} needs of: {wanted.get(self.measure, 'sheet.field')}")

    @property
    def sheet(self) -> str:
        """Key of the sheet whose records are looked at; of queries and ``field`` only."""
        return str(self.of).partition(".")[0]

    @property
    def field(self) -> str | None:
        """The field that is measured, if any; maybe one of a referred record."""
        return str(self.of).partition(".")[2] or None

    @property
    def operands(self) -> tuple[str, ...]:
        """Ids of the figures that this one is made of."""
        if self.measure in QUERIES or self.measure == "field":
            return ()
        return (self.of,) if isinstance(self.of, str) else self.of

    @property
    def crosses(self) -> bool:
        """Whether a condition refers to the columns of a cross table."""
        return any(condition.role == ACROSS for condition in self.where)


class FieldColumn(Frozen):
    """A column of a list: a field of its records, or of records that they refer to."""

    field: Path
    label: Label | None = None
    width: Annotated[int, pydantic.Field(ge=1, le=5)] = 1
    """Number columns of the page that it takes."""
    heat: bool = False
    highlight: Threshold | None = None
