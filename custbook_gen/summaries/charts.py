"""Charts of a table: beside it where there is room, else below, never over a cell.

A table has the same charts in the same order whatever its rows are, so that a workbook
that is brought up to date needs new references and places at most, never new charts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from custbook_gen.summaries.page import LEFT, LINE, POINTS, RIGHT, Page, centimetres
from custbook_gen.summaries.pieces import ChartAt
from custbook_gen.tabs import ChartSpec
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Chart, Series

BESIDE: Final = 5
"""Columns that a chart beside its table needs at least."""
HALF: Final = 6
"""Column in which the second of two charts below a table begins."""
HEIGHT: Final = 11 * LINE
"""Height of a chart at least, in points."""
TALL: Final = 14 * LINE
"""The same for a chart whose labels are slanted."""
SLANTED: Final = 12
"""With more labels than these, they no longer fit side by side."""
GAP: Final = 0.3
"""Free space beside and below a chart, in centimetres."""


@value_object
class Drawn:
    """A table that has been drawn: where its header, rows and columns are.

    ``columns`` are what charts can show, each with the column it stands in and the format
    of its numbers.  ``rest`` says that the last row holds what is not listed.
    """

    page: Page
    first: int
    last: int
    free: int
    """The first column beside the table."""
    columns: Mapping[str, tuple[int, str]]
    rest: bool = False


def draw_charts(charts: Sequence[ChartSpec], drawn: Drawn, lang: Lang) -> None:
    """Place the charts of a table that has just been drawn, and go on below them."""
    page = drawn.page
    if len(charts) == 1 and RIGHT - drawn.free + 1 >= BESIDE:
        above = sum(page.heights[row] for row in range(drawn.first - 1, page.row))
        tall = max(_height(charts[0], drawn), min(above, 2 * HEIGHT))
        top = drawn.first - 1
        _place(charts[0], drawn, lang, (top, drawn.free), (RIGHT, tall))
        page.reach(top, tall)
        return
    for start in range(0, len(charts), 2):
        pair = charts[start : start + 2]
        tall = max(_height(spec, drawn) for spec in pair)
        page.down(LINE / 2)
        top = page.row
        columns = [(LEFT, RIGHT)] if len(pair) == 1 else [(LEFT, HALF - 1), (HALF, RIGHT)]
        for spec, (first, last) in zip(pair, columns, strict=True):
            _place(spec, drawn, lang, (top, first), (last, tall))
        page.reach(top, tall)


def _height(spec: ChartSpec, drawn: Drawn) -> float:
    """The height that a chart needs, in points: bars take a line each."""
    rows = drawn.last - drawn.first + 1
    if spec.kind == "bar":
        return max(HEIGHT, (rows * (1 + len(spec.columns)) / 2 + 4) * LINE)
    return HEIGHT if rows <= SLANTED or spec.kind == "pie" else TALL


def _place(
    spec: ChartSpec, drawn: Drawn, lang: Lang, place: tuple[int, int], size: tuple[int, float]
) -> None:
    """Put a chart from a cell (row, column) to the end of a column, so many points high.

    Only a pie, being a whole, shows the row of what is not listed.
    """
    last = drawn.last - (drawn.rest and spec.kind != "pie")
    shown = spec.columns or tuple(drawn.columns)

    def series(names: Sequence[str]) -> tuple[Series, ...]:
        places = [drawn.columns[name][0] for name in names]
        return tuple(
            Series(
                drawn.page.address(at, drawn.first - 1),
                drawn.page.range(at, drawn.first, last),
            )
            for at in places
        )

    chart = Chart(
        kind=spec.kind,
        title=spec.title.line(lang),
        categories=drawn.page.range(LEFT, drawn.first, last),
        series=series(shown),
        lines=series(spec.lines),
        row=place[0],
        column=place[1],
        width=round(centimetres(place[1], size[0]) - GAP, 2),
        height=round(size[1] / POINTS - GAP, 2),
        number_format=drawn.columns[shown[0]][1],
        lines_format=drawn.columns[spec.lines[0]][1] if spec.lines else "General",
    )
    drawn.page.charts.append(chart)
    columns, lines = (tuple(drawn.columns[name][0] for name in names) for names in (shown, spec.lines))
    drawn.page.record(ChartAt(chart, drawn.first - 1, drawn.first, last, columns, lines))
