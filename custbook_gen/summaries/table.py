"""The body of a table: a cell for every row and figure, and the total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from custbook_gen import theme
from custbook_gen.summaries.criteria import At, query_formula
from custbook_gen.summaries.figures import (
    Placed,
    cell_format,
    compared,
    content,
    query_value,
    ratio,
    remaining,
    summed,
    value_of,
)
from custbook_gen.summaries.page import LEFT, LINE, Page
from custbook_gen.summaries.rows import Groups, Row
from custbook_gen.summaries.tallies import Tallies, Tally
from custbook_gen.tabs import QUERIES, Figure, TableBlock
from custbook_gen.workbook import Cell, Formula

LABEL: Final = replace(theme.LABEL, horizontal="left", indent=1)
NUMBER: Final = replace(theme.NUMBER, indent=1)
TOTAL_LABEL: Final = replace(LABEL, bold=True, fill=theme.ACCENT_SOFT)


@dataclass(slots=True)
class Grid:
    """A table about to be drawn at the page's current row.

    ``groups`` are the tallies behind its columns, ``metrics`` the figures that stand
    above it; ``values`` keeps what its own columns give.
    """

    block: TableBlock
    rows: Sequence[Row]
    groups: Groups
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
            self._draw_nothing(context.say("summary.no-rows"))
            return
        columns = [self._column(figure) for figure in self.block.columns]
        looks = [
            replace(NUMBER, number_format=cell_format(figure, context.book)) for figure in self.block.columns
        ]
        labels = [row.label for row in self.rows]
        for number, label in enumerate(labels):
            self.page.put(LEFT, label, LABEL)
            for at, (cells, look) in enumerate(zip(columns, looks, strict=True), LEFT + 1):
                self.page.put(at, cells[number], look)
            self.page.down(LINE)
        if self.block.total:
            self.page.put(LEFT, context.say("summary.total"), TOTAL_LABEL)
            for at, (cells, look) in enumerate(zip(columns, looks, strict=True), LEFT + 1):
                self.page.put(at, cells[-1], replace(look, bold=True, fill=theme.ACCENT_SOFT))
            self.page.down(LINE)

    def _draw_nothing(self, remark: str) -> None:
        """One row that holds no number: charts have a place to look at, whatever comes later."""
        self.page.put(LEFT, remark, replace(LABEL, color=theme.MUTED))
        for at in range(LEFT + 1, LEFT + 1 + len(self.block.columns)):
            self.page.put(at, None, NUMBER)
        self.page.down(LINE)

    def _column(self, figure: Figure) -> list[Cell | Formula]:
        """The cells of a figure from top to bottom."""
        if figure.measure in QUERIES:
            cells = list(self._queried(figure))
        else:
            rows = range(self.first, self.last + 1 + self.block.total)
            cells = [self._compared(figure, row) for row in rows]
        self.values[figure.id] = [value_of(cell) for cell in cells]
        return cells

    def _queried(self, figure: Figure) -> Iterator[Cell | Formula]:
        """A figure that looks at records: row by row, the rest, the total."""
        context, tallies = self.tallies.context, self.groups[figure.id]
        values: list[Cell] = []
        for row in self.rows:
            if row.kind == "rest":
                listed = self.page.range(self.at(figure.id), self.first, self.last - 1)
                whole = query_formula(figure, None, context)
                cell = remaining(figure, content(whole, self._whole(figure)), listed, values)
            else:
                value = query_value(figure, tallies.get(row.code, Tally()))
                cell = content(query_formula(figure, At(row.code), context), value)
            values.append(value_of(cell))
            yield cell
        if self.block.total:
            yield (
                None
                if figure.measure == "average"
                else Formula(f"SUM({self.range(figure.id)})", summed(values))
            )

    def _whole(self, figure: Figure) -> Cell:
        return query_value(figure, self.tallies.whole(figure))

    def _compared(self, figure: Figure, row: int) -> Formula:
        """A figure made of others, in one row."""
        if figure.measure != "share":
            return compared(figure, [self._placed(name, row) for name in figure.operands])
        name = figure.operands[0]
        rows = self.values[name][: len(self.rows)]
        where = (
            self.page.address(self.at(name), self.last + 1)
            if self.block.total
            else f"SUM({self.range(name)})"
        )
        return ratio(self._placed(name, row), Placed(where, summed(rows)))

    def _placed(self, name: str, row: int) -> Placed:
        """A figure that another is made of: a metric, or the cell of a column in the same row."""
        if name not in self.values:
            return self.metrics[name]
        return Placed(self.page.address(self.at(name), row), self.values[name][row - self.first])
