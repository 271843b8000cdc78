"""Charts of a rewritten sheet follow its tables: to new cells, and up or down with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.cells import notation
from custbook_gen.backends.excel.chart_cache import CHART
from custbook_gen.backends.excel.markup import parse
from custbook_gen.backends.excel.package import Package
from custbook_gen.backends.excel.references import rectangle
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Chart

_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_TEXT: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@value_object
class Placed:
    """A chart on a sheet: its part, and the anchor that says where it lies."""

    part: str
    anchor: etree._Element


def drawing_part(package: Package, sheet: str) -> str | None:
    """The part that says what is drawn on a sheet, if anything is."""
    for relation in package.relationships(sheet).values():
        if relation.kind == "drawing" and not relation.external and package.has(relation.target):
            return relation.target
    return None


def placed_charts(package: Package, drawing: str, root: etree._Element) -> Iterator[Placed]:
    """The charts of a drawing in their order."""
    targets = package.relationships(drawing)
    for anchor in root:
        for chart in anchor.iter(f"{{{CHART}}}chart"):
            target = targets.get(chart.get(f"{{{_RELATION}}}id", ""))
            if target is not None and target.kind == "chart" and not target.external:
                yield Placed(target.target, anchor)


def chart_title(root: etree._Element) -> str:
    """The title that a chart part shows; empty where it has none of its own."""
    title = root.find(f"{{{CHART}}}chart/{{{CHART}}}title")
    return "" if title is None else "".join(text.text or "" for text in title.iter(f"{{{_TEXT}}}t"))


def matched(charts: Sequence[bytes], planned: Sequence[Chart]) -> Sequence[Chart | None]:
    """For each chart part the planned chart that it is, by its title; people's own are none."""
    left = list(planned)
    found: list[Chart | None] = []
    for data in charts:
        title = chart_title(parse(data))
        chart = next((chart for chart in left if notation(chart.title) == title), None)
        if chart is not None:
            left.remove(chart)
        found.append(chart)
    return found


def redirect(chart_xml: bytes, planned: Chart) -> tuple[bytes, int]:
    """A chart part that draws the planned cells, and by how many rows its table moved.

    Series that the plan does not have stay as they are; so does a chart of another shape.
    """
    root = parse(chart_xml)
    shift = 0
    drawn = (*planned.series, *planned.lines)
    for series, wanted in zip(root.iter(f"{{{CHART}}}ser"), drawn, strict=False):
        for role, reference in (("tx", wanted.name), ("cat", planned.categories), ("val", wanted.values)):
            formula = series.find(f"{{{CHART}}}{role}//{{{CHART}}}f")
            if formula is None:
                continue
            shift = shift or _first_row(reference) - _first_row(formula.text or reference)
            formula.text = reference
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True), shift


def move(anchor: etree._Element, rows: int) -> None:
    """Move what an anchor holds up or down, so that it stays beside its table."""
    for corner in ("from", "to"):
        row = anchor.find(f"{{{_DRAWING}}}{corner}/{{{_DRAWING}}}row")
        if row is not None and row.text:
            row.text = str(max(0, int(row.text) + rows))


def _first_row(reference: str) -> int:
    found = rectangle(reference.rpartition("!")[2])
    return found[0] if found is not None else 0
