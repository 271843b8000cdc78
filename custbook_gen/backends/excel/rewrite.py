"""Sheets of ours, written anew into a workbook that has them: cells and what belongs to cells.

The new content is written as a workbook of its own by the same code that writes whole
books; its rows then move over, their formats translated to the styles of the old one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Final

from custbook_gen.backends.excel.furniture_reader import REFUSED
from custbook_gen.backends.excel.markup import truth
from custbook_gen.backends.excel.package import Package
from custbook_gen.backends.excel.read import sheet_parts
from custbook_gen.backends.excel.sheet_patch import PatchedSheet
from custbook_gen.backends.excel.splice import SHEET_ORDER, SplicedPart, attributes, element_pattern
from custbook_gen.backends.excel.style_patch import StyleSheet
from custbook_gen.backends.excel.write import write_package
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Plan, SheetPlan

REPLACED: Final = (
    *(b"dimension", b"sheetData", b"mergeCells", b"conditionalFormatting", b"hyperlinks", b"rowBreaks"),
)
_STYLED: Final = {
    b"sheetData": re.compile(rb'(<(?:c r="[A-Z]+[0-9]+"|row r="[0-9]+") s=")([0-9]+)'),
    b"cols": re.compile(rb'(<col [^>]*?\bstyle=")([0-9]+)'),
}
"""Where the indices of formats stand in elements that we wrote."""
_FORMAT_STYLE: Final = re.compile(rb'(\sdxfId=")([0-9]+)')
_FILTER: Final = element_pattern(b"autoFilter")


@value_object
class NewSheets:
    """Planned sheets as parts of a workbook of their own, in the order of the plan."""

    parts: Sequence[bytes]
    styles: StyleSheet


class Restyling:
    """Translates the formats of markup that we wrote to those of another workbook.

    Args:
        styles: the styles of the workbook that the markup goes to; added to where needed.
        source: the styles that it refers to.
    """

    def __init__(self, styles: StyleSheet, source: StyleSheet) -> None:
        self._cell = _translated(lambda number: styles.take(source, number))
        self._format = _translated(lambda number: styles.take_differential(source, number))

    def piece(self, name: bytes, markup: bytes) -> bytes:
        """One child of a sheet's part, by its name."""
        if name == b"conditionalFormatting":
            return _FORMAT_STYLE.sub(self._format, markup)
        pattern = _STYLED.get(name)
        return markup if pattern is None else pattern.sub(self._cell, markup)


def render(sheets: Sequence[SheetPlan]) -> NewSheets:
    """Write sheets, to be moved into another workbook; charts are left out."""
    bare = tuple(replace(sheet, state="visible", charts=()) for sheet in sheets)
    out = BytesIO()
    write_package(Plan(title="", sheets=bare, names={}, properties={}), out)
    with Package(out, "") as package:
        root = package.root(package.workbook)
        parts = [package.part(part) for _, _, part in sheet_parts(package, root)]
        styles = package.related(package.workbook, "styles") or "xl/styles.xml"
        return NewSheets(parts, StyleSheet(package.root(styles)))


def rewrite_sheet(old: bytes, new: bytes, styles: StyleSheet, source: StyleSheet) -> PatchedSheet:
    """A sheet's part with new cells, merges, conditional formats and links, guarded again; all else stays.

    Args:
        old: the sheet's part in the workbook.
        new: its part as :func:`render` made it.
        styles: the workbook's styles, added to where needed.
        source: the styles that the new part refers to.
    """
    sheet, fresh = SplicedPart(old, SHEET_ORDER), SplicedPart(new, SHEET_ORDER)
    restyling = Restyling(styles, source)
    for name in REPLACED:
        sheet.set(name, *(restyling.piece(name, piece) for piece in fresh.all(name)))
    if lacks_guard(sheet, fresh):
        sheet.set(b"sheetProtection", *fresh.all(b"sheetProtection"))
    return PatchedSheet(sheet, _renew_filter(sheet, fresh))


def is_guarded(sheet: SplicedPart) -> bool:
    """Whether a sheet's guard is on."""
    there = sheet.get(b"sheetProtection")
    return there is not None and truth(sheet.tree(there).get("sheet"))


def lacks_guard(sheet: SplicedPart, planned: SplicedPart) -> bool:
    """Whether a guard is off or refuses what the planned one allows; a guard with a password is theirs."""
    there, wanted = (part.get(b"sheetProtection") for part in (sheet, planned))
    if wanted is None or there is None:
        return wanted is not None
    found, made = sheet.tree(there), planned.tree(wanted)
    if not truth(found.get("sheet")):
        return True
    allowed = [name for name in REFUSED if not truth(made.get(name, "1"))]
    own = found.get("password") or found.get("hashValue")
    return not own and any(truth(found.get(name, "1")) for name in allowed)


def _renew_filter(sheet: SplicedPart, fresh: SplicedPart) -> str | None:
    """Let the filter, where it still is, fit the new rows and hide none; its range, if it has one."""
    there, made = sheet.get(b"autoFilter"), fresh.get(b"autoFilter")
    if there is None or made is None:
        return None
    sheet.set(b"autoFilter", made)
    found = _FILTER.match(made)
    return attributes(found[1])[b"ref"].decode() if found else None


def _translated(index: Callable[[int], int]) -> Callable[[re.Match[bytes]], bytes]:
    known: dict[bytes, bytes] = {}

    def translate(found: re.Match[bytes]) -> bytes:
        number = found[2]
        if number not in known:
            known[number] = str(index(int(number))).encode()
        return found[1] + known[number]

    return translate
