"""What a summary tab says: figures, groupings and charts, never a cell address.

A tab is written in YAML (``templates/summary``, after Jinja2 has run over it)::

    key: overview
    title: {zh: 总览, en: Overview}
    blocks:
      - kind: metrics
        metrics:
          - {id: customers, label: {zh: 客户数, en: Customers}, measure: count, of: customers}
      - kind: table
        id: levels
        title: {zh: 按等级, en: By level}
        each: {choices_of: level}
        columns:
          - id: level_customers
            label: {zh: 客户数, en: Customers}
            measure: count
            of: customers
            where: [{field: level, is: each}]

A figure counts records, or adds up or averages one field of those that meet every
condition of ``where``; ``ratio`` and ``growth`` (a / b, a / b - 1) compare two earlier
figures, ``share`` sets a column against its own total.  ``each`` in a condition means
the row of the table.  :mod:`custbook_gen.summaries` turns a tab into a sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, Self

import pydantic
from pydantic import ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from custbook_gen.errors import SchemaError
from custbook_gen.schema import DATED, NUMERIC, Book, Label, Sheet
from custbook_gen.schema import Field as SheetField
from custbook_gen.schema.book import Key
from custbook_gen.schema.frozen import Frozen

EACH: Final = "each"
"""Stands for the row of the table in a condition."""

Measure = Literal["count", "sum", "average", "ratio", "growth", "share"]
Format = Literal["whole", "decimal", "money", "percent", "change"]
PeriodName = Literal[
    "each",
    "this_month",
    "last_month",
    "this_year",
    "last_year_to_date",
    "last_12_months",
    "last_30_days",
    "until_as_of",
]
QUERIES: Final = frozenset({"count", "sum", "average"})
"""Measures that look at records; the others look at figures."""


class Condition(Frozen):
    """What a record must meet to count; exactly one of ``is``, ``period`` and ``filled``.

    No period reaches beyond the evaluation date.
    """

    field: Key
    is_: bool | str | None = pydantic.Field(default=None, alias="is")
    period: PeriodName | None = None
    filled: bool | None = None

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        if sum(part is not None for part in (self.is_, self.period, self.filled)) != 1:
            raise ValueError("a condition has exactly one of is, period and filled")
        return self

    @property
    def each(self) -> bool:
        """Whether it refers to the table's row."""
        return EACH in (self.is_, self.period)


class Figure(Frozen):
    """One number: a metric, or a column of a table.

    ``of`` is a sheet (``count``), ``sheet.field`` (``sum``, ``average``), a column
    (``share``) or two earlier figures (``ratio``, ``growth``), by id.
    """

    id: Key
    label: Label
    measure: Measure
    of: str | tuple[str, str]
    where: tuple[Condition, ...] = ()
    format: Format | None = None
    note: Label | None = None

    @model_validator(mode="after")
    def _fits_its_measure(self) -> Self:
        if self.measure in ("ratio", "growth"):
            if isinstance(self.of, str):
                raise ValueError(f"{self.measure} needs two figures: of: [a, b]")
        elif not isinstance(self.of, str) or (self.measure in ("sum", "average")) != (
            self.of.count(".") == 1
        ):
            wanted = {"count": "a sheet", "share": "a column"}.get(self.measure, "sheet.field")
            raise ValueError(f"{self.measure} needs of: {wanted}")
        if self.where and self.measure not in QUERIES:
            raise ValueError(f"{self.measure} has no where of its own")
        return self

    @property
    def sheet(self) -> str:
        """Key of the sheet whose records are looked at; of queries only."""
        return str(self.of).partition(".")[0]

    @property
    def field(self) -> str | None:
        """Key of the field that is added up or averaged, if any."""
        return str(self.of).partition(".")[2] or None

    @property
    def operands(self) -> tuple[str, ...]:
        """Ids of the figures that this one is made of."""
        if self.measure in QUERIES:
            return ()
        return (self.of,) if isinstance(self.of, str) else self.of


class Grouping(Frozen):
    """What the rows of a table are: records, choices, or the last months up to now.

    ``by`` orders records and choices by a column, largest first; ``top`` keeps so many
    and puts the rest into one row; ``unfilled`` adds a row for what is not filled in.
    ``label`` is the header over the rows' names.
    """

    records_of: Key | None = None
    choices_of: Key | None = None
    months: Annotated[int, pydantic.Field(ge=1, le=60)] | None = None
    by: Key | None = None
    top: Annotated[int, pydantic.Field(ge=1, le=200)] | None = None
    unfilled: bool = False
    label: Label | None = None

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        if sum(part is not None for part in (self.records_of, self.choices_of, self.months)) != 1:
            raise ValueError("each has exactly one of records_of, choices_of and months")
        if self.months is not None and (self.by or self.top or self.unfilled):
            raise ValueError("months take no by, top or unfilled")
        if self.top is not None and self.by is None:
            raise ValueError("top needs by: the column that decides")
        return self


class ChartSpec(Frozen):
    """A chart of some columns of the table it stands with."""

    kind: Literal["line", "bar", "column", "pie"]
    title: Label
    columns: Annotated[tuple[Key, ...], pydantic.Field(min_length=1)]


class MetricsBlock(Frozen):
    """Single numbers, each with its definition."""

    kind: Literal["metrics"]
    title: Label | None = None
    metrics: Annotated[tuple[Figure, ...], pydantic.Field(min_length=1)]


class TableBlock(Frozen):
    """One row per record, choice or month, one column per figure, charts beside or below."""

    kind: Literal["table"]
    id: Key
    title: Label
    each: Grouping
    columns: Annotated[tuple[Figure, ...], pydantic.Field(min_length=1)]
    total: bool = False
    charts: tuple[ChartSpec, ...] = ()


Block = Annotated[MetricsBlock | TableBlock, pydantic.Field(discriminator="kind")]


class Tab(Frozen):
    """One summary tab."""

    key: Key
    title: Label
    order: int = 0
    blocks: Annotated[tuple[Block, ...], pydantic.Field(min_length=1)]


def parse_tab(text: str, source: str, book: Book) -> Tab:
    """A tab from YAML, checked against the book that it summarises.

    Args:
        text: the YAML.
        source: name of the template, for errors.
        book: what sheets, fields and choices there are.

    Raises:
        SchemaError: the text is no YAML, no tab, or names what the book does not have.
    """
    try:
        tab = Tab.model_validate(YAML(typ="safe", pure=True).load(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise SchemaError("tab-yaml", file=source, line=line, reason=error.problem or "") from error
    except YAMLError as error:
        raise SchemaError("tab-yaml", file=source, line=0, reason=str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "-"
        raise SchemaError("tab-wrong", file=source, place=place, reason=first["msg"]) from error
    for fault in _faults(tab, book):
        raise fault.error(source)
    return tab


# ---------------------------------------------------------------- against the book


@dataclass(frozen=True, slots=True)
class _Fault:
    """A name that stands for nothing, or something that does not go together."""

    place: str
    name: str
    known: tuple[str, ...] = ()
    reason: str = ""

    def error(self, source: str) -> SchemaError:
        if self.reason:
            return SchemaError("tab-wrong", file=source, place=self.place, reason=self.reason)
        known = ", ".join(self.known) or "-"
        return SchemaError("tab-unknown", file=source, place=self.place, name=self.name, known=known)


@dataclass(slots=True)
class _Seen:
    """Figures named so far: those of the tab, and those of the table at hand."""

    metrics: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)


def _faults(tab: Tab, book: Book) -> Iterator[_Fault]:
    seen = _Seen()
    for block in tab.blocks:
        if isinstance(block, MetricsBlock):
            for figure in block.metrics:
                yield from _figure_faults(figure, None, book, seen)
                seen.metrics.add(figure.id)
            continue
        yield from _grouping_faults(block, book)
        seen.columns.clear()
        for figure in block.columns:
            yield from _figure_faults(figure, block.each, book, seen)
            seen.columns.add(figure.id)
        queries = {figure.id: figure for figure in block.columns if figure.measure in QUERIES}
        yield from _unknown(f"{block.id}.each.by", block.each.by, queries)
        for name in (name for chart in block.charts for name in chart.columns):
            yield from _unknown(f"{block.id}.charts", name, dict.fromkeys(sorted(seen.columns)))


def _grouping_faults(block: TableBlock, book: Book) -> Iterator[_Fault]:
    each, place = block.each, f"{block.id}.each"
    yield from _unknown(f"{place}.records_of", each.records_of, book.sheet_by_key)
    yield from _unknown(f"{place}.choices_of", each.choices_of, book.category_by_key)


def _unknown(place: str, name: str | None, known: Mapping[str, object]) -> Iterator[_Fault]:
    if name is not None and name not in known:
        yield _Fault(place, name, tuple(known))


def _figure_faults(figure: Figure, each: Grouping | None, book: Book, seen: _Seen) -> Iterator[_Fault]:
    names = seen.columns if figure.measure == "share" else seen.metrics | seen.columns
    if figure.id in seen.metrics | seen.columns:
        yield _Fault(figure.id, figure.id, reason=f"the id {figure.id} is used twice")
    for name in figure.operands:
        if name not in names:
            yield _Fault(f"{figure.id}.of", name, tuple(sorted(names)))
    if figure.measure not in QUERIES:
        return
    sheet = book.sheet_by_key.get(figure.sheet)
    if sheet is None:
        yield _Fault(f"{figure.id}.of", figure.sheet, tuple(book.sheet_by_key))
        return
    if figure.field is not None:
        yield from _measured_faults(figure.id, figure.field, sheet)
    for condition in figure.where:
        yield from _condition_faults(f"{figure.id}.where", condition, sheet, each, book)
    rows = sum(condition.each for condition in figure.where)
    if rows != (0 if each is None else 1):
        wanted = "no condition of a metric" if each is None else "exactly one condition of a column"
        yield _Fault(f"{figure.id}.where", EACH, reason=f"{wanted} says each")


def _measured_faults(place: str, key: str, sheet: Sheet) -> Iterator[_Fault]:
    numbers = tuple(f.key for f in sheet.fields if f.kind in NUMERIC)
    if key not in numbers:
        yield _Fault(f"{place}.of", f"{sheet.key}.{key}", tuple(f"{sheet.key}.{name}" for name in numbers))


def _condition_faults(
    place: str, condition: Condition, sheet: Sheet, each: Grouping | None, book: Book
) -> Iterator[_Fault]:
    field = sheet.by_key.get(condition.field)
    if field is None:
        yield _Fault(place, f"{sheet.key}.{condition.field}", tuple(sheet.by_key))
    elif condition.each:
        if each is not None and not _goes_with(condition, field, sheet, each):
            yield _Fault(
                place, field.key, reason=f"{sheet.key}.{field.key} does not go with the rows of the table"
            )
    elif condition.period is not None and field.kind not in DATED:
        yield _Fault(place, field.key, reason=f"{sheet.key}.{field.key} is no date")
    elif condition.is_ is not None:
        yield from _value_faults(place, condition.is_, field, book)


def _goes_with(condition: Condition, field: SheetField, sheet: Sheet, each: Grouping) -> bool:
    """Whether a condition on the row fits what the rows are."""
    if each.months is not None:
        return condition.period == EACH and field.kind in DATED
    if condition.is_ != EACH:
        return False
    if each.choices_of is not None:
        return field.category == each.choices_of
    return field.to == each.records_of or (sheet.key == each.records_of and field.key == sheet.key_field)


def _value_faults(place: str, value: bool | str, field: SheetField, book: Book) -> Iterator[_Fault]:
    known: Iterable[object]
    if field.category is not None:
        known = book.category(field.category).by_code
    elif field.kind == "bool":
        known = (True, False)
    else:
        yield _Fault(place, field.key, reason=f"{field.key} has no fixed values to compare with")
        return
    if value not in known:
        yield _Fault(place, str(value), tuple(str(name) for name in known))
