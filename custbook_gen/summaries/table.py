"""Tables: a row for every member of a grouping, a column for every figure, and the total."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from custbook_gen import theme
from custbook_gen.summaries.aspects import Code, Query
from custbook_gen.summaries.charts import Drawn
from custbook_gen.summaries.criteria import query_formulas
from custbook_gen.summaries.figures import (
    ADDING,
    Placed,
    cell_format,
    compared,
    content,
    query_value,
    ratio,
    remaining,
    running,
    summed,
    value_of,
)
from custbook_gen.summaries.groups import Tally, united
from custbook_gen.summaries.page import LEFT, LINE, NUMBER_WIDTH, Page, height
from custbook_gen.summaries.rows import Members, Row, head, linked, overlaps, rows, sizes
from custbook_gen.summaries.shades import heat, highlight
from custbook_gen.summaries.tallies import EACH, Tallies
from custbook_gen.tabs import QUERIES, Figure, TableBlock
from custbook_gen.values import converter
from custbook_gen.workbook import Cell, Formula, Style

LABEL: Final = replace(theme.LABEL, horizontal="left", indent=1)
LINK: Final = replace(LABEL, color=theme.LINK, underline=True)
NUMBER: Final = replace(theme.NUMBER, indent=1)
CENTRED: Final = replace(theme.LABEL, horizontal="center")
TOTAL_LABEL: Final = replace(LABEL, bold=True, fill=theme.ACCENT_SOFT)
TOTAL: Final = replace(NUMBER, bold=True, fill=theme.ACCENT_SOFT)


def draw_table(block: TableBlock, metrics: Mapping[str, Placed], tallies: Tallies, page: Page) -> Drawn:
    """Draw a table at the page's current row, and go on below it.

    Args:
        block: the table.
        metrics: the figures that stand above it.
        tallies: what the records give.
        page: where it is drawn.
    """
    context = tallies.context
    draw_head(page, [head(block.each, context), *(f.label.text(context.lang) for f in block.columns)])
    groups = {
        figure.id: _by_row(tallies, Query(figure, block.each))
        for figure in block.columns
        if figure.measure in QUERIES
    }
    members = _members(block, groups, tallies)
    grid = _Grid(block, rows(block.each, members, context), groups, tallies, page, metrics)
    grid.draw()
    return Drawn(
        page,
        grid.first,
        grid.last,
        LEFT + 1 + len(block.columns),
        {f.id: (grid.at(f.id), cell_format(f, context.book)) for f in block.columns},
        rest=bool(grid.rows) and grid.rows[-1].kind == "rest",
    )


def draw_head(page: Page, headers: Sequence[str]) -> None:
    """The header row of a table."""
    for column, header in enumerate(headers, LEFT):
        page.put(column, header, theme.TABLE_HEAD)
    page.down(max(height(headers[1:], NUMBER_WIDTH - 1, 15), 24))


def draw_nothing(page: Page, remark: str, columns: int) -> None:
    """One row that holds no number: charts have a place to look at, whatever comes later."""
    page.put(LEFT, remark, replace(LABEL, color=theme.MUTED))
    for at in range(LEFT + 1, LEFT + 1 + columns):
        page.put(at, None, NUMBER)
    page.down(LINE)


def label_style(label: Cell | Formula) -> Style:
    """How a row's label looks: a link like one; a month's label is a formula as well."""
    return LINK if isinstance(label, Formula) and label.text.startswith("HYPERLINK") else LABEL


def _by_row(tallies: Tallies, query: Query) -> dict[Code, Tally]:
    return {code: tally for (code,), tally in tallies.by(query, EACH).items()}


def _members(block: TableBlock, groups: Mapping[str, Mapping[Code, Tally]], tallies: Tallies) -> Members:
    ordering = next((figure for figure in block.columns if figure.id == block.each.by), None)
    by_size = groups.get(ordering.id, {}) if ordering is not None else {}
    return Members(
        used=frozenset(code for group in groups.values() for code in group),
        sizes=sizes(ordering, by_size) if ordering is not None else {},
        overlap=any(
            overlaps(Query(figure, block.each), "each", tallies.context.book)
            for figure in block.columns
            if figure.measure in QUERIES
        ),
    )


@dataclass(slots=True)
class _Grid:
    """A table about to be drawn at the page's current row.

    ``groups`` are the tallies behind its columns, ``metrics`` the figures that stand
    above it; ``values`` keeps what its own columns give.
    """

    block: TableBlock
    rows: Sequence[Row]
    groups: Mapping[str, Mapping[Code, Tally]]
    tallies: Tallies
    page: Page
    metrics: Mapping[str, Placed]
    first: int = 0
    values: dict[str, list[Cell]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.first = self.page.row

    @property
    def last(self) -> int:
        """The last row, the total apart; an empty table has one that says so."""
        return self.first + max(len(self.rows), 1) - 1

    def at(self, name: str) -> int:
        """The column that a figure stands in."""
        return LEFT + 1 + [figure.id for figure in self.block.columns].index(name)

    def range(self, name: str) -> str:
        """The cells of a figure, the total apart."""
        return self.page.range(self.at(name), self.first, self.last)

    def draw(self) -> None:
        """Write all rows and the total, and go on below them."""
        context = self.tallies.context
        if not self.rows:
            draw_nothing(self.page, context.say("summary.no-rows"), len(self.block.columns))
            return
        columns = [self._column(figure) for figure in self.block.columns]
        looks = [self._look(figure) for figure in self.block.columns]
        for number, row in enumerate(self.rows):
            label = linked(row, self.block.each, context)
            self.page.put(LEFT, label, label_style(label))
            for at, (cells, look) in enumerate(zip(columns, looks, strict=True), LEFT + 1):
                self.page.put(at, cells[number], look)
            self.page.down(LINE)
        if self.block.total:
            self.page.put(LEFT, context.say("summary.total"), TOTAL_LABEL)
            for at, (cells, look) in enumerate(zip(columns, looks, strict=True), LEFT + 1):
                self.page.put(at, cells[-1], replace(look, bold=True, fill=theme.ACCENT_SOFT))
            self.page.down(LINE)
        for figure in self.block.columns:
            if figure.heat:
                heat(self.page, (self.at(figure.id), self.first), (self.at(figure.id), self.last))
            if figure.highlight is not None:
                highlight(self.page, self.at(figure.id), (self.first, self.last), figure.highlight)

    def _look(self, figure: Figure) -> Style:
        if figure.measure == "mark":
            return CENTRED
        number_format = cell_format(figure, self.tallies.context.book)
        if number_format.startswith(("#", "0", "+")):
            return replace(NUMBER, number_format=number_format)
        return replace(CENTRED, number_format=number_format)

    def _column(self, figure: Figure) -> list[Cell | Formula]:
        """The cells of a figure from top to bottom, that of the total among them."""
        if figure.measure in QUERIES:
            cells = list(self._queried(figure))
        elif figure.measure == "field":
            cells = self._own(figure)
        elif figure.measure in ("running", "step"):
            cells = [*self._stepwise(figure), *([None] if self.block.total else [])]
        else:
            lines = range(self.first, self.last + 1 + self.block.total)
            cells = [self._compared(figure, line) for line in lines]
        self.values[figure.id] = [value_of(cell) for cell in cells]
        return cells

    def _queried(self, figure: Figure) -> Iterator[Cell | Formula]:
        """A figure that looks at records: row by row, the rest, the total."""
        context, tallies, query = self.tallies.context, self.groups[figure.id], Query(figure, self.block.each)
        values: list[Cell] = []
        formula = query_formulas(query, context)
        for row in self.rows:
            if row.kind == "rest":
                listed = self.page.range(self.at(figure.id), self.first, self.last - 1)
                cell = remaining(figure, self._whole(query, tallies.values()), listed, values)
            else:
                value = query_value(figure, tallies.get(row.code, Tally()))
                cell = content(formula({"each": row.code}), value)
            values.append(value_of(cell))
            yield cell
        if not self.block.total:
            return
        if figure.measure in ADDING:
            yield Formula(f"SUM({self.range(figure.id)})", summed(values))
        else:
            yield None

    def _whole(self, query: Query, every: Collection[Tally]) -> Cell | Formula:
        """A figure over all records, of which none belongs to two rows where there is a rest."""
        value = query_value(query.figure, united((Tally(), *every)))
        return content(query_formulas(query, self.tallies.context)({}), value)

    def _own(self, figure: Figure) -> list[Cell | Formula]:
        """A field of the records that the rows are."""
        context, path = self.tallies.context, str(figure.field)
        found = dict(zip(context.records(figure.sheet), context.values(figure.sheet, path), strict=True))
        show = converter(context.field(figure.sheet, path), context.words).to_cell
        cells: list[Cell | Formula] = [show(found.get(str(row.code))) for row in self.rows]
        return [*cells, None] if self.block.total else cells

    def _stepwise(self, figure: Figure) -> Iterator[Formula | Cell]:
        """A figure that goes through the rows: what they come to so far, or the next against this one."""
        name = figure.operands[0]
        values, at = self.values[name], self.at(name)
        for number, row in enumerate(range(self.first, self.last + 1)):
            if figure.measure == "running" and figure.backwards:
                cells = slice(number, len(self.rows))
                yield running(self.page.range(at, row, self.last), values[cells])
            elif figure.measure == "running":
                yield running(self.page.range(at, self.first, row), values[: number + 1])
            elif row == self.last:
                yield None
            else:
                yield ratio(self._placed(name, row + 1), self._placed(name, row))

    def _compared(self, figure: Figure, row: int) -> Formula | Cell:
        """A figure made of others, in one row; nothing where one of them has nothing to show."""
        operands = [self._placed(name, row) for name in figure.operands]
        if any(operand.value is None for operand in operands):
            return None
        if figure.measure != "share":
            return compared(figure, operands)
        name = figure.operands[0]
        listed = self.values[name][: len(self.rows)]
        where = (
            self.page.address(self.at(name), self.last + 1)
            if self.block.total
            else f"SUM({self.range(name)})"
        )
        return ratio(self._placed(name, row), Placed(where, summed(listed)))

    def _placed(self, name: str, row: int) -> Placed:
        """A figure that another is made of: a metric, or the cell of a column in the same row."""
        if name not in self.values:
            return self.metrics[name]
        return Placed(self.page.address(self.at(name), row), self.values[name][row - self.first])
