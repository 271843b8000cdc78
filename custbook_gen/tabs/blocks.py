"""The blocks of a tab: metrics, tables, cross tables and lists, and their charts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

import pydantic
from pydantic import field_validator, model_validator

from custbook_gen.schema import Label
from custbook_gen.schema.fields import Key
from custbook_gen.schema.frozen import Frozen
from custbook_gen.tabs.conditions import Condition, Path
from custbook_gen.tabs.figures import QUERIES, FieldColumn, Figure


class Grouping(Frozen):
    """What the rows of a table are, or the columns of a cross table.

    Records, choices, bands of a number, the last months or years up to now, or the twelve
    months of any year.  ``by`` orders records and choices by a column, largest first;
    ``top`` keeps so many and puts the rest into one row; ``only`` keeps some choices;
    ``unfilled`` adds a row for what is not filled in (and may name it).  ``label`` is the
    header over the rows' names.
    """

    records_of: Key | None = None
    choices_of: Key | None = None
    bands: tuple[Decimal, ...] | None = None
    months: Annotated[int, pydantic.Field(ge=1, le=60)] | None = None
    years: Annotated[int, pydantic.Field(ge=1, le=20)] | None = None
    months_of_year: Literal[True] | None = None
    by: Key | None = None
    top: Annotated[int, pydantic.Field(ge=1, le=200)] | None = None
    only: tuple[str, ...] | None = None
    unfilled: bool | Label = False
    label: Label | None = None

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        kinds = ("records_of", "choices_of", "bands", "months", "years", "months_of_year")
        if sum(getattr(self, kind) is not None for kind in kinds) != 1:
            raise ValueError(f"each has exactly one of {', '.join(kinds[:-1])} and {kinds[-1]}")
        if self.dated and (self.by or self.top or self.unfilled):
            raise ValueError("months and years take no by, top or unfilled")
        if self.top is not None and self.by is None:
            raise ValueError("top needs by: the column that decides")
        if self.only is not None and self.choices_of is None:
            raise ValueError("only goes with choices_of")
        if self.bands is not None:
            if len(self.bands) < 2 or any(low >= high for low, high in pairwise(self.bands)):
                raise ValueError("bands are two numbers or more, in ascending order")
            if self.by or self.top:
                raise ValueError("bands take no by or top")
        return self

    @property
    def dated(self) -> bool:
        """Whether rows are stretches of time."""
        return (self.months or self.years or self.months_of_year) is not None


class ChartSpec(Frozen):
    """A chart of some columns of the table it stands with.

    ``lines`` are columns drawn as lines over the bars, on an axis of their own.  A cross
    table's chart shows all of its columns.
    """

    kind: Literal["line", "bar", "column", "stacked", "pie"]
    title: Label
    columns: tuple[Key, ...] = ()
    lines: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _lines_go_over_columns(self) -> Self:
        if self.lines and (self.kind not in ("column", "stacked") or not self.columns):
            raise ValueError("lines go over columns")
        return self


class MetricsBlock(Frozen):
    """Single numbers, each with its definition."""

    kind: Literal["metrics"]
    title: Label | None = None
    note: Label | None = None
    metrics: Annotated[tuple[Figure, ...], pydantic.Field(min_length=1)]


class TableBlock(Frozen):
    """One row per member of a grouping, one column per figure, charts beside or below."""

    kind: Literal["table"]
    id: Key
    title: Label
    note: Label | None = None
    each: Grouping
    columns: Annotated[tuple[Figure, ...], pydantic.Field(min_length=1)]
    total: bool = False
    charts: tuple[ChartSpec, ...] = ()


class CrossBlock(Frozen):
    """One figure for every row and column; ``heat`` colours its cells."""

    kind: Literal["cross"]
    id: Key
    title: Label
    note: Label | None = None
    rows: Grouping
    columns: Grouping
    figure: Figure
    total: bool = False
    heat: bool = False
    charts: tuple[ChartSpec, ...] = ()

    @model_validator(mode="after")
    def _columns_do_not_depend_on_the_records(self) -> Self:
        if self.columns.records_of or self.columns.by or self.columns.top:
            raise ValueError("columns are choices, bands, months or years, without by and top")
        return self


class ListBlock(Frozen):
    """Records that meet every condition, one row each, the first column a link to them.

    ``sort`` names fields, those with ``-`` in descending order; ``top`` keeps so many.
    """

    kind: Literal["list"]
    id: Key
    title: Label
    note: Label | None = None
    of: Key
    where: tuple[Condition, ...] = ()
    fields: Annotated[tuple[FieldColumn, ...], pydantic.Field(min_length=1)]
    sort: tuple[str, ...] = ()
    top: Annotated[int, pydantic.Field(ge=1, le=1000)] = 50
    charts: tuple[ChartSpec, ...] = ()

    @field_validator("fields", mode="before")
    @classmethod
    def _field_alone(cls, value: object) -> object:
        """A field may stand by its name alone."""
        if not isinstance(value, list | tuple):
            return value
        return [{"field": item} if isinstance(item, str) else item for item in value]

    def order(self) -> tuple[tuple[Path, bool], ...]:
        """The fields that it is sorted by, and whether in descending order."""
        return tuple((name.removeprefix("-"), name.startswith("-")) for name in self.sort)


Block = Annotated[MetricsBlock | TableBlock | CrossBlock | ListBlock, pydantic.Field(discriminator="kind")]


class Tab(Frozen):
    """One summary tab; without blocks it is left out of the workbook."""

    key: Key
    title: Label
    order: int = 0
    blocks: tuple[Block, ...] = ()

    @field_validator("blocks", mode="before")
    @classmethod
    def _nothing_is_no_block(cls, value: object) -> object:
        """A template whose blocks were all left out says ``blocks:`` and nothing more."""
        return () if value is None else value

    def queries(self) -> Iterator[tuple[Figure, Grouping | None, Grouping | None]]:
        """Every figure that looks at records, with the groupings of its rows and columns."""
        for block in self.blocks:
            if isinstance(block, MetricsBlock):
                yield from ((figure, None, None) for figure in block.metrics if figure.measure in QUERIES)
            elif isinstance(block, TableBlock):
                yield from ((f, block.each, None) for f in block.columns if f.measure in QUERIES)
            elif isinstance(block, CrossBlock):
                yield block.figure, block.rows, block.columns

    @property
    def sheets(self) -> frozenset[str]:
        """Keys of the sheets whose records it looks at, those that summaries make among them."""
        found = {block.of for block in self.blocks if isinstance(block, ListBlock)}
        for figure, *axes in self.queries():
            found.add(figure.sheet)
            found.update(each.records_of for each in axes if each is not None and each.records_of is not None)
        return frozenset(found)
