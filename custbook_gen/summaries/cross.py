"""Cross tables: one figure for every row and column, with totals on both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from custbook_gen import theme
from custbook_gen.summaries.aspects import Code, Query
from custbook_gen.summaries.charts import Drawn
from custbook_gen.summaries.criteria import At, query_formulas
from custbook_gen.summaries.figures import (
    ADDING,
    cell_format,
    content,
    query_value,
    remaining,
    running,
    value_of,
)
from custbook_gen.summaries.groups import Tally
from custbook_gen.summaries.page import LEFT, LINE, NUMBER_WIDTH, Page, height
from custbook_gen.summaries.rows import Members, Row, head, linked, overlaps, rows, sizes
from custbook_gen.summaries.shades import heat
from custbook_gen.summaries.table import (
    NUMBER,
    TOTAL,
    TOTAL_LABEL,
    draw_nothing,
    label_style,
)
from custbook_gen.summaries.tallies import BOTH, Tallies
from custbook_gen.tabs import CrossBlock, Grouping, Role
from custbook_gen.workbook import Cell, Formula, Style

CORNER: Final = "{rows} \\ {columns}"

Cells = Mapping[tuple[Code, ...], Tally]


def draw_cross(block: CrossBlock, tallies: Tallies, page: Page) -> Drawn:
    """Draw a cross table at the page's current row, and go on below it."""
    context = tallies.context
    query = Query(block.figure, block.rows, block.columns)
    cells = tallies.by(query, BOTH)
    grid = _Cross(
        block,
        query,
        rows(block.rows, _members(block.rows, query, "each", cells, tallies), context),
        rows(block.columns, _members(block.columns, query, "across", cells, tallies), context),
        cells,
        tallies,
        page,
        query_formulas(query, context),
    )
    return grid.draw()


def _members(grouping: Grouping, query: Query, role: Role, cells: Cells, tallies: Tallies) -> Members:
    order = tallies.by(query, (role,)) if grouping.by else {}
    at = BOTH.index(role)
    return Members(
        used=frozenset(codes[at] for codes in cells),
        sizes=sizes(query.figure, {code: tally for (code,), tally in order.items()}),
        overlap=overlaps(query, role, tallies.context.book),
    )


@dataclass(slots=True)
class _Cross:
    """A cross table about to be drawn at the page's current row."""

    block: CrossBlock
    query: Query
    rows: Sequence[Row]
    columns: Sequence[Row]
    cells: Cells
    tallies: Tallies
    page: Page
    formula: Callable[[At], str | None]

    @property
    def _adds(self) -> bool:
        return self.block.total and self.query.figure.measure in ADDING

    def draw(self) -> Drawn:
        """Write the header, all rows and the totals, and go on below them."""
        context, page = self.tallies.context, self.page
        self._draw_head()
        first = page.row
        look = replace(NUMBER, number_format=cell_format(self.query.figure, context.book))
        bold = replace(TOTAL, number_format=look.number_format)
        if not self.rows or not self.columns:
            draw_nothing(page, context.say("summary.no-rows"), len(self.columns) + self._adds)
            return self._drawn(first, first, look)
        body = self._body(first)
        for row, cells in zip(self.rows, body, strict=True):
            label = linked(row, self.block.rows, context)
            page.put(LEFT, label, label_style(label))
            self._draw_row(cells, look, bold)
        last = page.row - 1
        if self._adds:
            page.put(LEFT, context.say("summary.total"), TOTAL_LABEL)
            values = [[value_of(cell) for cell in cells] for cells in body]
            sums: list[Cell | Formula] = [
                running(page.range(LEFT + 1 + at, first, last), [row[at] for row in values])
                for at in range(len(self.columns))
            ]
            self._draw_row(sums, bold, bold)
        if self.block.heat:
            heat(page, (LEFT + 1, first), (LEFT + len(self.columns), last))
        return self._drawn(first, last, look)

    def _drawn(self, first: int, last: int, look: Style) -> Drawn:
        places = {str(at): (LEFT + 1 + at, look.number_format) for at in range(len(self.columns))}
        free = LEFT + 1 + len(self.columns) + self._adds
        rest = bool(self.rows) and self.rows[-1].kind == "rest"
        return Drawn(self.page, first, last, free, places, rest=rest)

    def _draw_head(self) -> None:
        context, page = self.tallies.context, self.page
        corner = CORNER.format(rows=head(self.block.rows, context), columns=head(self.block.columns, context))
        corner = corner.replace("\n", " ")
        page.put(LEFT, corner, theme.TABLE_HEAD)
        labels = [column.label for column in self.columns]
        if self._adds:
            labels.append(context.say("summary.total"))
        for at, label in enumerate(labels, LEFT + 1):
            page.put(at, label, theme.TABLE_HEAD)
        texts = [str(value_of(label)) for label in labels]
        page.down(max(height([corner], 2 * NUMBER_WIDTH, 15), height(texts, NUMBER_WIDTH - 1, 15), 24))

    def _draw_row(self, cells: Sequence[Cell | Formula], look: Style, bold: Style) -> None:
        """The cells of a row, and their sum where the table has totals."""
        page = self.page
        for at, cell in enumerate(cells, LEFT + 1):
            page.put(at, cell, look)
        if self._adds:
            listed = page.span((page.row, LEFT + 1), (page.row, LEFT + len(cells)))
            page.put(LEFT + 1 + len(cells), running(listed, [value_of(cell) for cell in cells]), bold)
        page.down(LINE)

    def _body(self, first: int) -> list[list[Cell | Formula]]:
        """All cells, row by row; those of the rest last."""
        body = [list(self._row(row)) for row in self.rows if row.kind == "member"]
        if len(body) < len(self.rows):
            last = first + len(body) - 1
            body.append(
                [self._rest(at, column, body, (first, last)) for at, column in enumerate(self.columns)]
            )
        return body

    def _row(self, row: Row) -> Iterator[Cell | Formula]:
        for column in self.columns:
            value = query_value(self.query.figure, self.cells.get((row.code, column.code), Tally()))
            yield content(self.formula({"each": row.code, "across": column.code}), value)

    def _rest(
        self, at: int, column: Row, body: Sequence[Sequence[Cell | Formula]], lines: tuple[int, int]
    ) -> Cell | Formula:
        """What a column gives for all rows that are not listed."""
        tally = self.tallies.by(self.query, ("across",)).get((column.code,), Tally())
        text = self.formula({"across": column.code})
        whole = content(text, query_value(self.query.figure, tally))
        listed = self.page.range(LEFT + 1 + at, *lines)
        return remaining(self.query.figure, whole, listed, [value_of(row[at]) for row in body])
