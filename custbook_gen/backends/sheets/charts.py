"""Charts of a plan as ``EmbeddedChart``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from custbook_gen.backends.sheets.references import Area, parsed
from custbook_gen.backends.sheets.wire import Json, only
from custbook_gen.workbook import Chart, Series

PIXELS: Final = 37.8
"""Per centimetre."""
_KINDS: Final[Mapping[str, str]] = {"line": "LINE", "bar": "BAR", "column": "COLUMN", "stacked": "COLUMN"}


def embedded(chart: Chart, chart_id: int, sheet_id: int, ids: Mapping[str, int]) -> Json:
    """An ``EmbeddedChart`` at its place.

    Args:
        chart: what is drawn.
        chart_id: its identifier.
        sheet_id: of the tab that it stands on.
        ids: identifiers of the tabs by title.
    """
    corner = {"sheetId": sheet_id, "rowIndex": chart.row - 1, "columnIndex": chart.column - 1}
    place = {
        "anchorCell": corner,
        "widthPixels": round(chart.width * PIXELS),
        "heightPixels": round(chart.height * PIXELS),
    }
    shape = {"pieChart": _pie(chart, ids)} if chart.kind == "pie" else {"basicChart": _basic(chart, ids)}
    spec = {"title": chart.title, "hiddenDimensionStrategy": "SHOW_ALL", **shape}
    return {"chartId": chart_id, "spec": spec, "position": {"overlayPosition": place}}


def is_named(chart: Chart) -> bool:
    """Whether names of series can be carried: they must stand right above the values."""
    return all(_stands_above(series) for series in (*chart.series, *chart.lines))


def _stands_above(series: Series) -> bool:
    (title, name), (other, values) = parsed(series.name), parsed(series.values)
    return title == other and name.left == values.left and name.top == values.top - 1


def _pie(chart: Chart, ids: Mapping[str, int]) -> Json:
    return {
        "legendPosition": "RIGHT_LEGEND",
        "domain": _source(chart.categories, ids, head=False),
        "series": _source(chart.series[0].values, ids, head=False),
    }


def _basic(chart: Chart, ids: Mapping[str, int]) -> Json:
    head = is_named(chart)
    axis = "BOTTOM_AXIS" if chart.kind == "bar" else "LEFT_AXIS"
    kind = "COMBO" if chart.lines else _KINDS[chart.kind]

    def drawn(series: Series, shape: str, target: str) -> Json:
        source = _source(series.values, ids, head=head)
        return only({"series": source, "targetAxis": target, "type": shape if chart.lines else None})

    return only(
        {
            "chartType": kind,
            "stackedType": "STACKED" if chart.kind == "stacked" else None,
            "legendPosition": "BOTTOM_LEGEND" if len(chart.series) + len(chart.lines) > 1 else "NO_LEGEND",
            "headerCount": int(head),
            "domains": [{"domain": _source(chart.categories, ids, head=head)}],
            "series": [
                *(drawn(series, _KINDS[chart.kind], axis) for series in chart.series),
                *(drawn(series, "LINE", "RIGHT_AXIS") for series in chart.lines),
            ],
        }
    )


def _source(reference: str, ids: Mapping[str, int], *, head: bool) -> Json:
    """``ChartData`` of one row or column; with its head the cell above is part of it."""
    title, area = parsed(reference)
    top = area.top - 1 if head else area.top
    grid = Area(top, area.left, area.bottom, area.right).on(ids[title or ""])
    return {"sourceRange": {"sources": [grid]}}
