"""One sheet of a user's workbook, mended: its cells, its rules, and what must follow from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from custbook_gen.backends.excel.cells import needs_quote
from custbook_gen.backends.excel.formula_groups import loosened
from custbook_gen.backends.excel.references import Rectangle, rectangle, reference
from custbook_gen.backends.excel.repair_patch import repair
from custbook_gen.backends.excel.row_patch import RowPatcher, spliced, with_places
from custbook_gen.backends.excel.rule_patch import patch_rules
from custbook_gen.backends.excel.splice import (
    SHEET_ORDER,
    SplicedPart,
    attributes,
    column_styles,
    element_pattern,
    with_attribute,
)
from custbook_gen.backends.excel.style_patch import StyleSheet
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import CellPatch, SheetPatch

_PANE: Final = element_pattern(b"pane")
_REF: Final = b"ref"


@value_object
class PatchedSheet:
    """A sheet's part as it is now, and the range of its filter if that grew."""

    part: SplicedPart
    filter: str | None = None

    def chunks(self) -> Iterator[bytes]:
        """The part's bytes, piece by piece."""
        return self.part.chunks()


def patch_sheet(data: bytes, patch: SheetPatch, styles: StyleSheet) -> PatchedSheet:
    """Put a patch's cells and rules on a sheet.

    Args:
        data: the sheet's part.
        patch: what changes on it.
        styles: the workbook's styles; formats may be added to them.

    Raises:
        ValueError: the part is broken.
        WorkbookError: ``cell-not-writable``, a value fits no cell.
        etree.XMLSyntaxError: the part is not well-formed.
    """
    sheet = SplicedPart(data, SHEET_ORDER)
    grown = _patch_cells(sheet, patch, styles) if patch.cells else None
    patch_rules(sheet, patch.rules)
    repair(sheet, patch, styles)
    if patch.repairs and patch.repairs.filter is not None:
        area = _filter_area(sheet)
        grown = reference(area) if area is not None else grown
    return PatchedSheet(sheet, grown)


def _patch_cells(sheet: SplicedPart, patch: SheetPatch, styles: StyleSheet) -> str | None:
    data = with_places(sheet.get(b"sheetData") or b"<sheetData/>")
    rows = RowPatcher(patch.title, data, column_styles(sheet), _first_row(sheet, patch), _look(styles))
    last = rows.last_row
    edits = rows.edits(patch.cells)
    edits += loosened(data, rows.overwritten)
    sheet.set(b"sheetData", spliced(data, edits))
    filled = [cell for cell in patch.cells if cell.value is not None]
    _extend_dimension(sheet, filled)
    return _extend_filter(sheet, [cell.row for cell in filled if cell.row > last])


def _look(styles: StyleSheet) -> Callable[[int | None, CellPatch], int | None]:
    def look(style: int | None, patch: CellPatch) -> int | None:
        return styles.quoted(style, quote=isinstance(patch.value, str) and needs_quote(patch.value))

    return look


def _first_row(sheet: SplicedPart, patch: SheetPatch) -> int:
    """The first row below the table's head, as far as the sheet tells."""
    if patch.rules:
        return min(rule.first_row for rule in patch.rules)
    area = _filter_area(sheet)
    if area is not None:
        return area[0] + 1
    pane = _PANE.search(sheet.get(b"sheetViews") or b"")
    split = attributes(pane[1]).get(b"ySplit", b"0") if pane else b"0"
    return int(float(split)) + 1


def _filter_area(sheet: SplicedPart) -> Rectangle | None:
    there = sheet.get(b"autoFilter")
    found = re.search(rb"""\bref\s*=\s*["']([^"']*)["']""", there) if there else None
    return rectangle(found[1].decode()) if found else None


def _extend_dimension(sheet: SplicedPart, cells: Iterable[CellPatch]) -> None:
    there = sheet.get(b"dimension")
    if there is None:
        return
    corners = [(cell.row, cell.column, cell.row, cell.column) for cell in cells]
    areas = [rectangle(attributes(there)[_REF].decode()), *corners]
    top, left, bottom, right = zip(*areas, strict=True)
    area = min(top), min(left), max(bottom), max(right)
    sheet.set(b"dimension", with_attribute(there, _REF, reference(area).encode()))


def _extend_filter(sheet: SplicedPart, appended: list[int]) -> str | None:
    """Let the filter reach the appended rows; its new range, if it changed."""
    there = sheet.get(b"autoFilter")
    area = _filter_area(sheet)
    if there is None or area is None or not appended or max(appended) <= area[2]:
        return None
    grown = reference((area[0], area[1], max(appended), area[3]))
    sheet.set(b"autoFilter", with_attribute(there, _REF, grown.encode()))
    return grown
