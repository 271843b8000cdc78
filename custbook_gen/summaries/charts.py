"""Charts of a table: beside it where there is room, else below, never over a cell.

A table has the same charts in the same order whatever its rows are, so that a workbook
that is brought up to date needs new references and places at most, never new charts.
"""

from __future__ import annotations

from typing import Final

from custbook_gen.summaries.figures import cell_format
from custbook_gen.summaries.page import LEFT, LINE, POINTS, RIGHT, centimetres
from custbook_gen.summaries.table import Grid
from custbook_gen.tabs import ChartSpec
from custbook_gen.workbook import Chart, Series

BESIDE: Final = 5
"""Columns that a chart beside its table needs at least."""
HALF: Final = 6
"""Column in which the second of two charts below a table begins."""
HEIGHT: Final = 11 * LINE
"""Height of a chart at least, in points."""
GAP: Final = 0.3
"""Free space beside and below a chart, in centimetres."""


def draw_charts(grid: Grid) -> None:
    """Place the charts of a table that has just been drawn, and go on below them."""
    charts, page = grid.block.charts, grid.page
    free = LEFT + 1 + len(grid.block.columns)
    if len(charts) == 1 and RIGHT - free + 1 >= BESIDE:
        tall = max(
            _height(charts[0], grid), sum(page.heights[row] for row in range(grid.first - 1, page.row))
        )
        page.charts.append(_chart(charts[0], grid, (grid.first - 1, free), (RIGHT, tall)))
        page.reach(grid.first - 1, tall)
        return
    for start in range(0, len(charts), 2):
        pair = charts[start : start + 2]
        tall = max(_height(spec, grid) for spec in pair)
        page.down(LINE / 2)
        top = page.row
        columns = [(LEFT, RIGHT)] if len(pair) == 1 else [(LEFT, HALF - 1), (HALF, RIGHT)]
        for spec, (first, last) in zip(pair, columns, strict=True):
            page.charts.append(_chart(spec, grid, (top, first), (last, tall)))
        page.reach(top, tall)


def _height(spec: ChartSpec, grid: Grid) -> float:
    """The height that a chart needs, in points: bars take a line each."""
    lines = len(grid.rows) * (1 + len(spec.columns)) / 2 + 4
    return max(HEIGHT, lines * LINE) if spec.kind == "bar" else HEIGHT


def _chart(spec: ChartSpec, grid: Grid, place: tuple[int, int], size: tuple[int, float]) -> Chart:
    """A chart from a cell (row, column) to the end of a column, so many points high.

    Only a pie, being a whole, shows the row of what is not listed.
    """
    cut = bool(grid.rows) and grid.rows[-1].kind == "rest" and spec.kind != "pie"
    last = grid.last - cut
    figures = {figure.id: figure for figure in grid.block.columns}
    context = grid.tallies.context
    return Chart(
        kind=spec.kind,
        title=spec.title.line(context.lang),
        categories=grid.page.range(LEFT, grid.first, last),
        series=tuple(
            Series(
                grid.page.address(grid.at(name), grid.first - 1),
                grid.page.range(grid.at(name), grid.first, last),
            )
            for name in spec.columns
        ),
        row=place[0],
        column=place[1],
        width=round(centimetres(place[1], size[0]) - GAP, 2),
        height=round(size[1] / POINTS - GAP, 2),
        number_format=cell_format(figures[spec.columns[0]], context.book),
    )
