"""Charts of a plan, drawn with the spreadsheet library; their caches are filled later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from openpyxl.chart import BarChart, LineChart, PieChart
from openpyxl.chart.axis import ChartLines, _BaseAxis
from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.series import Series as DrawnSeries
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.worksheet.worksheet import Worksheet

from custbook_gen.backends.excel.cells import letters
from custbook_gen.backends.excel.references import rectangle
from custbook_gen.workbook import Chart, Series

DrawnChart = LineChart | BarChart | PieChart

PALETTE: Final = (
    "2563EB",
    "F59E0B",
    "10B981",
    "EF4444",
    "8B5CF6",
    "06B6D4",
    "EC4899",
    "84CC16",
    "F97316",
    "64748B",
)
"""Colours of series and of a pie's pieces, told apart in grey print too; used in turn."""

PIE_PIECES: Final = 60
"""Pieces of a pie that get a colour of ours; more than that nobody can read."""

_GRID_COLOR: Final = "E5E7EB"
_SECOND_AXIS: Final = 200
_TITLE_SIZE: Final = 1_300  # hundredths of a point
_LINE_WIDTH: Final = 28_575  # English metric units: 2.25 points
_DRAW: Final[Mapping[str, Callable[[], DrawnChart]]] = {
    "line": LineChart,
    "bar": lambda: BarChart(barDir="bar", gapWidth=60),
    "column": lambda: BarChart(barDir="col", gapWidth=60),
    "stacked": lambda: BarChart(barDir="col", gapWidth=60, grouping="stacked", overlap=100),
    "pie": PieChart,
}


def draw_chart(sheet: Worksheet, chart: Chart) -> None:
    """Place a chart on a sheet, its upper left corner in the cell it names."""
    drawn = _DRAW[chart.kind]()
    drawn.title = _title(chart.title)
    drawn.width, drawn.height = chart.width, chart.height  # type: ignore[assignment]
    drawn.roundedCorners = False
    drawn.visible_cells_only = False  # values on hidden sheets are drawn too
    drawn.series = [_series(chart, chart.kind, number) for number in range(len(chart.series))]
    if isinstance(drawn, PieChart):
        drawn.dataLabels = _shares()
    else:
        _show_axes(drawn, chart)
        if chart.lines:
            drawn += _lines(chart)
    if chart.kind == "pie":
        drawn.legend = Legend(legendPos="r")
    else:
        drawn.legend = Legend(legendPos="b") if len(chart.series) + len(chart.lines) > 1 else None
    sheet.add_chart(drawn, f"{letters(chart.column)}{chart.row}")


def _title(text: str) -> Title:
    look = ParagraphProperties(defRPr=CharacterProperties(sz=_TITLE_SIZE, b=True))
    paragraph = Paragraph(pPr=look, r=[RegularTextRun(t=text)])
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def _lines(chart: Chart) -> LineChart:
    """Lines over columns, with an axis of their own at the right."""
    drawn = LineChart()
    first = len(chart.series)
    drawn.series = [_series(chart, "line", first + number) for number in range(len(chart.lines))]
    drawn.y_axis.axId = _SECOND_AXIS
    _style_axis(drawn.y_axis)
    drawn.y_axis.majorGridlines = None
    drawn.y_axis.number_format = chart.lines_format
    drawn.y_axis.numFmt.sourceLinked = False
    drawn.y_axis.crosses = "max"
    return drawn


def _series(chart: Chart, kind: str, number: int) -> DrawnSeries:
    series: Series = (*chart.series, *chart.lines)[number]
    drawn = DrawnSeries(
        idx=number,
        order=number,
        tx=SeriesLabel(strRef=StrRef(f=series.name)),
        cat=AxDataSource(strRef=StrRef(f=chart.categories)),
        val=NumDataSource(numRef=NumRef(f=series.values)),
    )
    color = PALETTE[number % len(PALETTE)]
    if kind == "pie":
        drawn.dPt = [
            DataPoint(idx=piece, spPr=GraphicalProperties(solidFill=PALETTE[piece % len(PALETTE)]))
            for piece in range(_count(chart.categories))
        ]
    elif kind == "line":
        drawn.spPr = GraphicalProperties(ln=LineProperties(solidFill=color, w=_LINE_WIDTH))
        look = GraphicalProperties(solidFill=color, ln=LineProperties(solidFill=color))
        drawn.marker = Marker(symbol="circle", size=5, spPr=look)
        drawn.smooth = False
    else:
        drawn.spPr = GraphicalProperties(solidFill=color)
        drawn.invertIfNegative = False
    return drawn


def _show_axes(drawn: LineChart | BarChart, chart: Chart) -> None:
    for axis in (drawn.x_axis, drawn.y_axis):
        _style_axis(axis)
    grid = GraphicalProperties(ln=LineProperties(solidFill=_GRID_COLOR))
    drawn.y_axis.majorGridlines = ChartLines(spPr=grid)
    drawn.y_axis.number_format = chart.number_format
    drawn.y_axis.numFmt.sourceLinked = False
    if chart.kind == "bar":
        drawn.x_axis.scaling.orientation = "maxMin"  # first category on top, as in the cells
        drawn.y_axis.crosses = "max"


def _style_axis(axis: _BaseAxis) -> None:
    axis.delete = False  # the library hides axes unless told otherwise
    axis.spPr = GraphicalProperties(ln=LineProperties(solidFill=_GRID_COLOR))


def _shares() -> DataLabelList:
    return DataLabelList(
        showPercent=True,
        showVal=False,
        showCatName=False,
        showSerName=False,
        showLegendKey=False,
        showLeaderLines=True,
    )


def _count(reference: str) -> int:
    """Cells of a range, at most as many as there are coloured pieces."""
    first_row, first_column, last_row, last_column = rectangle(reference.rpartition("!")[2])
    return min(PIE_PIECES, (last_row - first_row + 1) * (last_column - first_column + 1))
