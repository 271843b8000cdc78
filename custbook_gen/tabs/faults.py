"""A tab against its book: names that stand for nothing, and what does not go together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from custbook_gen.errors import SchemaError
from custbook_gen.schema import DATED, NUMERIC, Book, Sheet
from custbook_gen.schema import Field as SheetField
from custbook_gen.tabs.blocks import ChartSpec, CrossBlock, Grouping, ListBlock, MetricsBlock, Tab, TableBlock
from custbook_gen.tabs.conditions import ACROSS, EACH, Condition
from custbook_gen.tabs.figures import OF_COLUMN, OF_NUMBERS, QUERIES, Figure
from custbook_gen.tabs.paths import field_at, known_paths
from custbook_gen.value_objects import value_object


@value_object
class Fault:
    """A name that stands for nothing, or something that does not go together."""

    place: str
    name: str
    known: tuple[str, ...] = ()
    reason: str = ""

    def error(self, source: str) -> SchemaError:
        """The fault as an error that names the template."""
        if self.reason:
            return SchemaError("tab-wrong", file=source, place=self.place, reason=self.reason)
        known = ", ".join(self.known) or "-"
        return SchemaError("tab-unknown", file=source, place=self.place, name=self.name, known=known)


@dataclass(slots=True)
class _Seen:
    """Figures named so far: those of the tab, and those of the table at hand."""

    metrics: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)


Axes = Mapping[str, Grouping]
"""The groupings of a table by role: each, and across for a cross table."""


def faults(tab: Tab, book: Book) -> Iterator[Fault]:
    """What is wrong with a tab, seen against its book, from top to bottom."""
    seen = _Seen()
    for block in tab.blocks:
        if isinstance(block, MetricsBlock):
            for figure in block.metrics:
                yield from _figure_faults(figure, {}, book, seen)
                seen.metrics.add(figure.id)
        elif isinstance(block, TableBlock):
            yield from _table_faults(block, book, seen)
        elif isinstance(block, CrossBlock):
            yield from _cross_faults(block, book)
        else:
            yield from _list_faults(block, book)


def _table_faults(block: TableBlock, book: Book, seen: _Seen) -> Iterator[Fault]:
    yield from _grouping_faults(f"{block.id}.each", block.each, book)
    seen.columns.clear()
    for figure in block.columns:
        yield from _figure_faults(figure, {EACH: block.each}, book, seen)
        seen.columns.add(figure.id)
    queries = {figure.id: figure for figure in block.columns if figure.measure in QUERIES}
    yield from _unknown(f"{block.id}.each.by", block.each.by, queries)
    yield from _chart_faults(block.id, block.charts, sorted(seen.columns))


def _cross_faults(block: CrossBlock, book: Book) -> Iterator[Fault]:
    yield from _grouping_faults(f"{block.id}.rows", block.rows, book)
    yield from _grouping_faults(f"{block.id}.columns", block.columns, book)
    if block.figure.measure not in QUERIES:
        wanted = "the figure of a cross table looks at records"
        yield Fault(block.id, block.figure.measure, reason=wanted)
    axes = {EACH: block.rows, ACROSS: block.columns}
    yield from _figure_faults(block.figure, axes, book, _Seen())
    yield from _unknown(f"{block.id}.rows.by", block.rows.by, {block.figure.id: block.figure})
    if any(chart.columns for chart in block.charts):
        yield Fault(block.id, "charts", reason="a chart of a cross table shows all columns and names none")


def _list_faults(block: ListBlock, book: Book) -> Iterator[Fault]:
    sheet = book.sheet_by_key.get(block.of)
    if sheet is None:
        yield Fault(f"{block.id}.of", block.of, tuple(book.sheet_by_key))
        return
    for condition in block.where:
        yield from _condition_faults(f"{block.id}.where", condition, sheet, {}, book)
        if condition.role is not None:
            reason = f"no condition of a list says {condition.role}"
            yield Fault(f"{block.id}.where", condition.field, reason=reason)
    columns = [column.field for column in block.fields]
    for place, paths in (("fields", columns), ("sort", [path for path, _ in block.order()])):
        for path in paths:
            if field_at(book, sheet, path) is None:
                known = tuple(f"{sheet.key}.{name}" for name in known_paths(book, sheet, path))
                yield Fault(f"{block.id}.{place}", f"{sheet.key}.{path}", known)
    yield from _chart_faults(block.id, block.charts, columns)


def _chart_faults(block: str, charts: Iterable[ChartSpec], columns: Iterable[str]) -> Iterator[Fault]:
    known = dict.fromkeys(columns)
    for chart in charts:
        if not chart.columns:
            yield Fault(f"{block}.charts", chart.kind, reason="a chart shows one column or more")
        for name in (*chart.columns, *chart.lines):
            yield from _unknown(f"{block}.charts", name, known)


def _grouping_faults(place: str, each: Grouping, book: Book) -> Iterator[Fault]:
    yield from _unknown(f"{place}.records_of", each.records_of, book.sheet_by_key)
    yield from _unknown(f"{place}.choices_of", each.choices_of, book.category_by_key)
    category = book.category_by_key.get(each.choices_of or "")
    if category is not None:
        for code in each.only or ():
            yield from _unknown(f"{place}.only", code, category.by_code)


def _unknown(place: str, name: str | None, known: Mapping[str, object]) -> Iterator[Fault]:
    if name is not None and name not in known:
        yield Fault(place, name, tuple(known))


def _figure_faults(figure: Figure, axes: Axes, book: Book, seen: _Seen) -> Iterator[Fault]:
    names = seen.columns if figure.measure in OF_COLUMN else seen.metrics | seen.columns
    if figure.id in seen.metrics | seen.columns:
        yield Fault(figure.id, figure.id, reason=f"the id {figure.id} is used twice")
    for name in figure.operands:
        if name not in names:
            yield Fault(f"{figure.id}.of", name, tuple(sorted(names)))
    if figure.operands:
        return
    sheet = book.sheet_by_key.get(figure.sheet)
    if sheet is None:
        yield Fault(f"{figure.id}.of", figure.sheet, tuple(book.sheet_by_key))
        return
    if figure.field is not None:
        yield from _measured_faults(figure, figure.field, sheet, book)
    if figure.measure == "field":
        yield from _own_faults(figure, axes)
        return
    for condition in figure.where:
        yield from _condition_faults(f"{figure.id}.where", condition, sheet, axes, book)
    yield from _role_faults(figure, axes)


def _own_faults(figure: Figure, axes: Axes) -> Iterator[Fault]:
    each = axes.get(EACH)
    if each is None or each.records_of != figure.sheet:
        reason = f"the rows of the table are no records of {figure.sheet}"
        yield Fault(f"{figure.id}.of", figure.sheet, reason=reason)


def _role_faults(figure: Figure, axes: Axes) -> Iterator[Fault]:
    for role, one in ((EACH, "row"), (ACROSS, "column")):
        said = sum(condition.role == role for condition in figure.where)
        if said != (role in axes):
            if role not in axes:
                holder = "a column" if axes else "a metric"
                wanted = f"no condition of {holder} says {role}"
            else:
                wanted = f"exactly one condition of a column says {role}, the {one} of the table"
            yield Fault(f"{figure.id}.where", role, reason=wanted)


def _measured_faults(figure: Figure, path: str, sheet: Sheet, book: Book) -> Iterator[Fault]:
    found = field_at(book, sheet, path)
    if found is None or (figure.measure in OF_NUMBERS and found.kind not in NUMERIC):
        own = [f.key for f in sheet.fields if figure.measure not in OF_NUMBERS or f.kind in NUMERIC]
        known = tuple(f"{sheet.key}.{name}" for name in own)
        yield Fault(f"{figure.id}.of", f"{sheet.key}.{path}", known)


def _condition_faults(
    place: str, condition: Condition, sheet: Sheet, axes: Axes, book: Book
) -> Iterator[Fault]:
    found = field_at(book, sheet, condition.field)
    if found is None:
        yield Fault(place, f"{sheet.key}.{condition.field}", known_paths(book, sheet, condition.field))
    elif condition.role is not None:
        each = axes.get(condition.role)
        if each is not None and not _goes_with(condition, found, sheet, each):
            what = "rows" if condition.role == EACH else "columns"
            reason = f"{sheet.key}.{condition.field} does not go with the {what} of the table"
            yield Fault(place, found.key, reason=reason)
    elif condition.period is not None and found.kind not in DATED:
        yield Fault(place, found.key, reason=f"{sheet.key}.{condition.field} is no date")
    elif condition.bounded and found.kind not in NUMERIC:
        yield Fault(place, found.key, reason=f"{sheet.key}.{condition.field} is no number")
    elif condition.is_ is not None:
        for value in condition.is_ if isinstance(condition.is_, tuple) else (condition.is_,):
            yield from _value_faults(place, value, found, book)


def _goes_with(condition: Condition, found: SheetField, sheet: Sheet, each: Grouping) -> bool:
    """Whether a condition on the row (or column) fits what the rows are."""
    if each.dated:
        return condition.period is not None and found.kind in DATED
    if condition.is_ is None:
        return False
    if each.bands is not None:
        return found.kind in NUMERIC
    if each.choices_of is not None:
        return found.category == each.choices_of
    own = sheet.key == each.records_of and condition.field == sheet.key_field
    return found.to == each.records_of or own


def _value_faults(place: str, value: bool | str, found: SheetField, book: Book) -> Iterator[Fault]:
    known: Iterable[object]
    if found.category is not None:
        known = book.category(found.category).by_code
    elif found.kind == "bool":
        known = (True, False)
    else:
        yield Fault(place, found.key, reason=f"{found.key} has no fixed values to compare with")
        return
    if value not in known:
        yield Fault(place, str(value), tuple(str(name) for name in known))
