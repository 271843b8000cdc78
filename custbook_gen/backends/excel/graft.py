"""Sheets of ours that a workbook lacks: drawn in a workbook of their own, then moved over part by part.

They come after all other sheets, so that nothing that counts sheets (names of one sheet,
the tab in front) has to be counted anew.  Their parts get names that are free in the
workbook; their formats are translated to its styles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from posixpath import dirname, relpath
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.book_patch import NewSheet
from custbook_gen.backends.excel.directory import part_key
from custbook_gen.backends.excel.markup import MAIN, PACKAGE_RELATIONSHIPS
from custbook_gen.backends.excel.package import CONTENT_TYPES_PART, Package, relationships_part
from custbook_gen.backends.excel.read import sheet_parts
from custbook_gen.backends.excel.rewrite import Restyling
from custbook_gen.backends.excel.splice import SHEET_ORDER, SplicedPart
from custbook_gen.backends.excel.style_patch import StyleSheet
from custbook_gen.backends.excel.write import write_package
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Plan, SheetPlan

_NUMBERED: Final = re.compile(r"(?P<stem>.*?)(?P<number>\d+)\.xml")
_SELECTED: Final = re.compile(rb'\stabSelected="[^"]*"')
_STYLED: Final = (b"cols", b"sheetData", b"conditionalFormatting")


@value_object
class Graft:
    """Sheets ready to be put into a workbook: their parts, and what the workbook says of them."""

    parts: Mapping[str, bytes]
    types: Mapping[str, str]
    """The content type of each part that has one of its own."""
    sheets: Sequence[NewSheet]


def draw_graft(package: Package, plans: Sequence[SheetPlan], styles: StyleSheet) -> Graft:
    """Draw sheets for a workbook that lacks them.

    Args:
        package: the workbook.
        plans: the sheets; their titles are not taken.
        styles: the workbook's styles, added to where needed.

    Raises:
        WorkbookError: a value fits no cell, or a sheet is too long.
    """
    out = BytesIO()
    bare = tuple(replace(plan, state="visible") for plan in plans)
    write_package(Plan(title="", sheets=bare, names={}, properties={}), out)
    with Package(out, "") as drawn:
        return _Grafting(package, drawn, styles).graft(plans)


@dataclass(slots=True)
class _Grafting:
    """Parts on their way from one package to another."""

    package: Package
    drawn: Package
    styles: StyleSheet

    def graft(self, plans: Sequence[SheetPlan]) -> Graft:
        """The parts of all sheets under their new names."""
        root = self.drawn.root(self.drawn.workbook)
        own = [part for _, _, part in sheet_parts(self.drawn, root)]
        names = self._new_names(own)
        source = StyleSheet(self.drawn.root(self.drawn.related(self.drawn.workbook, "styles") or ""))
        restyling = Restyling(self.styles, source)
        parts: dict[str, bytes] = {}
        for old, new in names.items():
            data = self.drawn.part(old)
            parts[new] = _sheet(data, restyling) if old in own else data
            if self.drawn.has(relationships_part(old)):
                parts[relationships_part(new)] = self._relationships(old, names)
        locals_ = _local_names(root)
        return Graft(
            parts,
            self._types(names),
            [
                NewSheet(plan.title, plan.state, names[part], tuple(locals_.get(at, ())))
                for at, (plan, part) in enumerate(zip(plans, own, strict=True))
            ],
        )

    def _new_names(self, sheets: Sequence[str]) -> dict[str, str]:
        """A free name for each sheet's part and for all that it refers to."""
        taken = {part_key(entry) for entry in self.package.entries}
        names: dict[str, str] = {}
        waiting = list(sheets)
        while waiting:
            part = waiting.pop(0)
            if part not in names:
                names[part] = _free_name(part, taken)
                waiting += [relation.target for relation in self.drawn.relationships(part).values()]
        return names

    def _relationships(self, part: str, names: Mapping[str, str]) -> bytes:
        root = self.drawn.root(relationships_part(part))
        targets = self.drawn.relationships(part)
        for element in root.iterfind(f"{{{PACKAGE_RELATIONSHIPS}}}Relationship"):
            target = names[targets[element.get("Id", "")].target]
            element.set("Target", relpath(f"/{target}", f"/{dirname(names[part])}"))
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)

    def _types(self, names: Mapping[str, str]) -> dict[str, str]:
        told = {
            part_key(element.get("PartName", "")): element.get("ContentType", "")
            for element in self.drawn.root(CONTENT_TYPES_PART)
        }
        return {new: told[part_key(old)] for old, new in names.items() if part_key(old) in told}


def _sheet(data: bytes, restyling: Restyling) -> bytes:
    """A sheet's part with the formats of its new workbook, and not in front."""
    sheet = SplicedPart(data, SHEET_ORDER)
    for name in _STYLED:
        sheet.set(name, *(restyling.piece(name, piece) for piece in sheet.all(name)))
    sheet.set(b"sheetViews", *(_SELECTED.sub(b"", piece) for piece in sheet.all(b"sheetViews")))
    return b"".join(sheet.chunks())


def _local_names(root: etree._Element) -> dict[int, list[etree._Element]]:
    """The names that belong to one sheet (its filter, its repeated rows), by the sheet's position."""
    found: dict[int, list[etree._Element]] = {}
    for element in root.iterfind(f"{{{MAIN}}}definedNames/{{{MAIN}}}definedName"):
        if (position := element.get("localSheetId")) is not None:
            found.setdefault(int(position), []).append(element)
    return found


def _free_name(part: str, taken: set[str]) -> str:
    """The part's name with the first number that is free, which then is taken."""
    found = _NUMBERED.fullmatch(part)
    if found is None:
        raise ValueError(f"a part without a number: {part}")
    name = next(name for name in _names(found["stem"]) if part_key(name) not in taken)
    taken.add(part_key(name))
    return name


def _names(stem: str) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"{stem}{number}.xml"
