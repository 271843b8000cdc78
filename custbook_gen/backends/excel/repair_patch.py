"""A sheet's furniture put back as planned: its guard, frozen head, filter, coloured marks, formats and locks.

What is planned is written by the same code that writes new workbooks; the pieces that are to
be put back move over, their formats translated to the styles of the old workbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.column_patch import with_columns, with_open_columns
from custbook_gen.backends.excel.markup import MAIN
from custbook_gen.backends.excel.number_formats import look_styles
from custbook_gen.backends.excel.package import Package
from custbook_gen.backends.excel.read import sheet_parts
from custbook_gen.backends.excel.references import Rectangle, rectangle, rectangles, reference
from custbook_gen.backends.excel.row_patch import Edit, cells_of_row, row_starts, spliced, with_places
from custbook_gen.backends.excel.splice import (
    SHEET_ORDER,
    SplicedPart,
    attributes,
    column_styles,
    element_pattern,
    with_attribute,
)
from custbook_gen.backends.excel.style_patch import StyleSheet
from custbook_gen.backends.excel.write import write_package
from custbook_gen.furniture import FoundFormat, Look, Repairs
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Plan, SheetPatch, SheetPlan

_COLUMN: Final = element_pattern(b"col")
_CELL: Final = element_pattern(b"c")
_ROW: Final = element_pattern(b"row")
_FORMAT_STYLE: Final = re.compile(rb'(\sdxfId=")([0-9]+)')
_PRIORITY: Final = re.compile(rb'(\spriority=")([0-9]+)')
_PANE: Final = f"{{{MAIN}}}pane"
_SELECTION: Final = f"{{{MAIN}}}selection"


@value_object
class PlannedSheet:
    """A planned sheet as a part of a workbook of its own."""

    part: SplicedPart
    styles: StyleSheet


def planned_sheet(plan: SheetPlan) -> PlannedSheet:
    """Write a sheet without rows, to take pieces of it."""
    out = BytesIO()
    write_package(Plan(title="", sheets=(replace(plan, state="visible"),), names={}, properties={}), out)
    with Package(out, "") as package:
        root = package.root(package.workbook)
        part = next(package.part(part) for _, _, part in sheet_parts(package, root))
        styles = package.related(package.workbook, "styles") or "xl/styles.xml"
        return PlannedSheet(SplicedPart(part, SHEET_ORDER), StyleSheet(package.root(styles)))


def repair(sheet: SplicedPart, patch: SheetPatch, styles: StyleSheet) -> None:
    """Put back what a patch's repairs name; its cells are in their places by now.

    Raises:
        ValueError: the part is broken.
    """
    repairs = patch.repairs
    if not repairs or patch.frame is None:
        return
    planned = planned_sheet(patch.frame)
    if "guard" in repairs.parts:
        sheet.set(b"sheetProtection", *planned.part.all(b"sheetProtection"))
    if "freeze" in repairs.parts:
        _freeze(sheet, planned.part)
    if repairs.filter is not None:
        _filter(sheet, repairs.filter)
    if "formats" in repairs.parts:
        _formats(sheet, planned, styles, repairs.formats)
    if repairs.merges:
        _unmerge(sheet, repairs.merges)
    _mend_cells(sheet, patch, planned, styles)
    if "key-row" in repairs.parts and patch.frame.table is not None:
        _hide_row(sheet, patch.frame.table.key_row)


def _freeze(sheet: SplicedPart, planned: SplicedPart) -> None:
    """The planned panes in the first view; what else people set there stays."""
    made = planned.get(b"sheetViews")
    there = sheet.get(b"sheetViews")
    if made is None:
        return
    if there is None:
        sheet.set(b"sheetViews", made)
        return
    views, wanted = sheet.tree(there), planned.tree(made)
    view = views[0]
    for child in list(view):
        if child.tag in {_PANE, _SELECTION}:
            view.remove(child)
    for at, child in enumerate([c for c in wanted[0] if c.tag in {_PANE, _SELECTION}]):
        view.insert(at, child)
    sheet.set(b"sheetViews", sheet.markup(views))


def _filter(sheet: SplicedPart, area: Rectangle) -> None:
    """A filter over the planned columns; criteria stay with their columns."""
    there = sheet.get(b"autoFilter")
    text = reference(area)
    if there is None:
        sheet.set(b"autoFilter", f'<autoFilter ref="{text}"/>'.encode())
        return
    element = sheet.tree(there)
    old = rectangle(element.get("ref", text))
    shift = old[1] - area[1]
    for column in element:
        if shift and column.get("colId") is not None:
            column.set("colId", str(int(column.get("colId", "0")) + shift))
    element.set("ref", reference((area[0], area[1], max(area[2], old[2]), max(area[3], old[3]))))
    sheet.set(b"autoFilter", sheet.markup(element))


def _formats(
    sheet: SplicedPart, planned: PlannedSheet, styles: StyleSheet, gone: Sequence[FoundFormat]
) -> None:
    """The planned conditional formats after people's own; what was left of the old ones goes."""
    kept = list(remaining_formats(sheet, gone))
    taken = [int(found[2]) for piece in kept for found in _PRIORITY.finditer(piece)]
    base = max(taken, default=0)

    def look(found: re.Match[bytes]) -> bytes:
        return found[1] + str(styles.take_differential(planned.styles, int(found[2]))).encode()

    def rank(found: re.Match[bytes]) -> bytes:
        return found[1] + str(base + int(found[2])).encode()

    made = [
        _PRIORITY.sub(rank, _FORMAT_STYLE.sub(look, piece))
        for piece in planned.part.all(b"conditionalFormatting")
    ]
    sheet.set(b"conditionalFormatting", *kept, *made)


def remaining_formats(sheet: SplicedPart, gone: Iterable[FoundFormat]) -> Iterator[bytes]:
    """The conditional formats of a sheet without those that go, as they are written."""
    going = {(item.areas, item.kind, item.formula) for item in gone}
    for piece in sheet.all(b"conditionalFormatting"):
        element = sheet.tree(piece)
        areas = rectangles(element.get("sqref", ""))
        rules = list(element.iterchildren(f"{{{MAIN}}}cfRule"))
        lost = [rule for rule in rules if (areas, rule.get("type", ""), _formula(rule)) in going]
        if not lost:
            yield piece
        elif len(lost) < len(rules):
            for rule in lost:
                element.remove(rule)
            yield sheet.markup(element)


def _formula(rule: etree._Element) -> str | None:
    return rule.findtext(f"{{{MAIN}}}formula")


def _unmerge(sheet: SplicedPart, merges: Sequence[Rectangle]) -> None:
    there = sheet.get(b"mergeCells")
    if there is None:
        return
    element = sheet.tree(there)
    for merged in list(element):
        if rectangle(merged.get("ref", "")) in merges:
            element.remove(merged)
    element.set("count", str(len(element)))
    sheet.set(b"mergeCells", *([sheet.markup(element)] if len(element) else []))


def _hide_row(sheet: SplicedPart, number: int) -> None:
    data = sheet.get(b"sheetData") or b""
    for row, start in row_starts(data):
        if row == number:
            tag = _ROW.match(data, start)
            if tag is not None:
                made = with_attribute(tag[0], b"hidden", b"1")
                sheet.set(b"sheetData", spliced(data, [(start, tag.end(), made)]))
            return


# ---------------------------------------------------------------- formats and locks of cells


def _mend_cells(sheet: SplicedPart, patch: SheetPatch, planned: PlannedSheet, styles: StyleSheet) -> None:
    """Formats and locks of cells: of the records, of the head, beside the table."""
    repairs = patch.repairs or Repairs()
    if repairs.columns:
        _set_looks(sheet, repairs, planned, styles)
    if repairs.heads:
        data = with_places(sheet.get(b"sheetData") or b"<sheetData/>")
        sheet.set(b"sheetData", spliced(data, _head_edits(data, patch, planned, styles)))
    if repairs.locks:
        data = with_places(sheet.get(b"sheetData") or b"<sheetData/>")
        sheet.set(b"sheetData", spliced(data, _lock_edits(data, repairs, styles)))
    if repairs.beside is not None:
        *_, model = _COLUMN.finditer(planned.part.get(b"cols") or b"")
        style = styles.take(planned.styles, int(attributes(model[1])[b"style"]))
        sheet.set(b"cols", with_open_columns(sheet, repairs.beside, model[0], style))


@value_object
class _Columns:
    """The planned formats of damaged columns, and those that their cells get."""

    wanted: dict[int, int]
    """Index of the format of plain cells, by column, among the workbook's styles."""
    styles: StyleSheet
    looks: dict[int, Look]
    known: dict[tuple[int, int], int | None]

    def style(self, column: int, style: int | None) -> int | None:
        """The format that a cell gets; nothing if its own will do."""
        key = column, style or 0
        if key not in self.known:
            self.known[key] = self._mended(column, style or 0)
        return self.known[key]

    def _mended(self, column: int, style: int) -> int | None:
        look = self.looks.get(style)
        wanted = self.wanted[column]
        if look is not None and look.serves(self.looks[wanted]):
            return None
        return wanted if style == 0 or look is None else self.styles.mended(style, wanted)


def _set_looks(sheet: SplicedPart, repairs: Repairs, planned: PlannedSheet, styles: StyleSheet) -> None:
    """Give cells of damaged columns their number format and lock back, and the columns their own format."""
    planned_columns = _planned_columns(planned.part, repairs)
    wanted = {column: styles.take(planned.styles, style) for column, (style, _) in planned_columns.items()}
    looks = {int(style): look for style, look in look_styles(styles.root).items()}
    for column, style in wanted.items():
        own = column_styles(sheet)(column)
        if own is not None and own in looks and looks[own].serves(looks[style]):
            wanted[column] = own
    columns = _Columns(wanted, styles, looks, {})
    data = with_places(sheet.get(b"sheetData") or b"<sheetData/>")
    sheet.set(b"sheetData", spliced(data, _look_edits(data, columns, repairs.first_row)))
    widths = {column: width for column, (_, width) in planned_columns.items() if column in repairs.heads}
    sheet.set(b"cols", with_columns(sheet, columns.style, wanted, widths))


def _planned_columns(planned: SplicedPart, repairs: Repairs) -> dict[int, tuple[int, bytes]]:
    """The planned styles and widths by the columns where they stand."""
    found = [attributes(column[1]) for column in _COLUMN.finditer(planned.get(b"cols") or b"")]
    last = max(repairs.columns.values()) + 1
    by_place = {
        number: (int(column.get(b"style", b"0")), column.get(b"width", b"12"))
        for column in found
        for number in range(int(column[b"min"]), min(int(column[b"max"]), last) + 1)
    }
    return {column: by_place[at + 1] for column, at in repairs.columns.items()}


def _head_edits(data: bytes, patch: SheetPatch, planned: PlannedSheet, styles: StyleSheet) -> Iterator[Edit]:
    """The planned formats of the head cells that are written anew; those that are still there keep theirs."""
    repairs = patch.repairs or Repairs()
    written = {(cell.row, cell.column) for cell in patch.cells}
    wanted = {
        (cell.row, column): cell.style
        for column in repairs.heads
        for row, start in row_starts(planned.part.get(b"sheetData") or b"")
        for cell in cells_of_row(planned.part.get(b"sheetData") or b"", start)
        if cell.column == repairs.columns[column] + 1 and cell.style is not None
    }
    for row, start in row_starts(data):
        if row >= repairs.first_row:
            return
        for cell in cells_of_row(data, start):
            style = wanted.get((row, cell.column)) if (row, cell.column) in written else None
            tag = _CELL.match(data, cell.start)
            if style is not None and tag is not None:
                number = styles.take(planned.styles, style)
                yield cell.start, tag.end(), with_attribute(tag[0], b"s", str(number).encode())


def _lock_edits(data: bytes, repairs: Repairs, styles: StyleSheet) -> Iterator[Edit]:
    """Locks for cells above the records; whatever else their formats say stays."""
    columns: dict[int, set[int]] = {}
    for row, column in repairs.locks:
        columns.setdefault(row, set()).add(column)
    for row, start in row_starts(data):
        if row >= repairs.first_row:
            return
        for cell in cells_of_row(data, start) if row in columns else ():
            tag = _CELL.match(data, cell.start)
            if cell.column in columns[row] and cell.style is not None and tag is not None:
                number = styles.locked(cell.style)
                yield cell.start, tag.end(), with_attribute(tag[0], b"s", str(number).encode())


def _look_edits(data: bytes, columns: _Columns, first_row: int) -> Iterator[Edit]:
    for row, start in row_starts(data):
        if row < first_row:
            continue
        for cell in cells_of_row(data, start):
            if cell.column not in columns.wanted:
                continue
            style = columns.style(cell.column, cell.style)
            if style is None:
                continue
            tag = _CELL.match(data, cell.start)
            if tag is None:
                raise ValueError("a broken cell")
            yield cell.start, tag.end(), with_attribute(tag[0], b"s", str(style).encode())
