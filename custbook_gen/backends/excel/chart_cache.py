"""The values that charts show before anything is recalculated: caches beside their references.

A chart part names the cells it draws.  Programs that do not recalculate (previews,
phones, mail) draw the points cached in the part, so they are written with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.cells import notation, number_text
from custbook_gen.backends.excel.markup import parse
from custbook_gen.backends.excel.references import rectangle
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Cell, Formula, Plan, SheetPlan, TablePlan

Lookup = Callable[[str], Sequence[Cell]]
"""The values behind a reference such as ``'总览'!$B$5:$B$16``; none if it is not known."""

CHART: Final = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_CACHES: Final[Mapping[str, str]] = {"strRef": "strCache", "numRef": "numCache"}


def fill_caches(chart_xml: bytes, lookup: Lookup) -> bytes:
    """A chart part with the cached points of every reference that ``lookup`` knows.

    Args:
        chart_xml: the part as it is.
        lookup: gives the values of a reference, row by row; an empty answer leaves the
            reference's cache as it is.

    Returns:
        The part with its string and number caches made anew.
    """
    root = parse(chart_xml)
    for reference in list(root.iter(f"{{{CHART}}}strRef", f"{{{CHART}}}numRef")):
        values = lookup(reference.findtext(f"{{{CHART}}}f", ""))
        if values:
            _fill(reference, values)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _fill(reference: etree._Element, values: Sequence[Cell]) -> None:
    name = _CACHES[etree.QName(reference).localname]
    cache = reference.find(f"{{{CHART}}}{name}")
    if cache is None:
        cache = etree.Element(f"{{{CHART}}}{name}")
        reference.insert(1, cache)  # after the formula, before any extension
    code = cache.findtext(f"{{{CHART}}}formatCode")
    for child in list(cache):
        cache.remove(child)
    if name == "numCache":
        etree.SubElement(cache, f"{{{CHART}}}formatCode").text = code or "General"
    etree.SubElement(cache, f"{{{CHART}}}ptCount", val=str(len(values)))
    for index, value in enumerate(values):
        text = _label(value) if name == "strCache" else _point(value)
        if text is not None:
            point = etree.SubElement(cache, f"{{{CHART}}}pt", idx=str(index))
            etree.SubElement(point, f"{{{CHART}}}v").text = text


def _label(value: Cell) -> str | None:
    if value is None or isinstance(value, str):
        return notation(value) if value else None
    return str(value).upper() if isinstance(value, bool) else number_text(value)


def _point(value: Cell) -> str | None:
    return None if value is None or isinstance(value, str | bool) else number_text(value)


# ---------------------------------------------------------------- references into a plan


@value_object
class PlannedCells:
    """The cells that a plan writes, looked up by reference.

    Args:
        plan: the workbook; its defined names may be used as references.
    """

    plan: Plan

    def __call__(self, reference: str) -> Sequence[Cell]:
        """The values of a reference's cells, row by row; none if it points to no planned sheet."""
        title, mark, area = self.plan.names.get(reference, reference).rpartition("!")
        sheet = next((s for s in self.plan.sheets if s.title == _unquoted(title)), None)
        if not mark or sheet is None:
            return ()
        try:
            first_row, first_column, last_row, last_column = rectangle(area)
        except ValueError:
            return ()
        return [
            value_at(sheet, row, column)
            for row in range(first_row, last_row + 1)
            for column in range(first_column, last_column + 1)
        ]


def value_at(sheet: SheetPlan, row: int, column: int) -> Cell:
    """What a planned cell shows: its value, or the value of its formula."""
    cell = sheet.cells.get((row, column))
    if cell is not None:
        return cell.value.value if isinstance(cell.value, Formula) else cell.value
    table = sheet.table
    if table is None or column > len(table.columns):
        return None
    return _table_value(table, row, column)


def _table_value(table: TablePlan, row: int, column: int) -> Cell:
    plan = table.columns[column - 1]
    if row == table.key_row:
        return plan.key
    if row == table.header_row:
        return plan.header
    index = row - table.first_row
    if 0 <= index < len(table.rows):
        return table.rows[index][column - 1]
    return plan.blank_value if 0 <= index < len(table.rows) + table.blank_rows else None


def _unquoted(title: str) -> str:
    return title[1:-1].replace("''", "'") if title.startswith("'") else title
