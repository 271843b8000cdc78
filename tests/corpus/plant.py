"""Puts an empty sheet into a workbook of any origin, as the place for one of ours."""

from __future__ import annotations

from io import BytesIO

from lxml import etree

from custbook_gen.backends.excel.archive import ArchiveWriter
from custbook_gen.backends.excel.book_patch import add_content_type, add_relationship
from custbook_gen.backends.excel.markup import MAIN, RELATIONSHIPS
from custbook_gen.backends.excel.package import CONTENT_TYPES_PART, Package, relationships_part
from custbook_gen.errors import WorkbookError

PART = "xl/worksheets/custbook_planted.xml"
_KIND = f"{RELATIONSHIPS}/worksheet"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_EMPTY = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()


def plant(content: bytes, title: str) -> bytes:
    """A workbook with one more, empty sheet; all parts that need not know of it stay as they are."""
    out = BytesIO()
    with Package(BytesIO(content), "book.xlsx") as package, ArchiveWriter(out) as archive:
        changed = dict(_announced(package, title))
        for entry in package.entries:
            if entry in changed:
                archive.add(entry, changed[entry])
            else:
                archive.copy(package.archive, entry)
        archive.add(PART, _EMPTY)
    return out.getvalue()


def _announced(package: Package, title: str) -> list[tuple[str, bytes]]:
    """The parts that must know of the new sheet."""
    book = package.root(package.workbook)
    rels_part = relationships_part(package.workbook)
    rels = package.root(rels_part)
    types = package.root(CONTENT_TYPES_PART)
    add_relationship(rels, _KIND, f"/{PART}")
    add_content_type(types, PART, _TYPE)
    sheets = book.find(f"{{{MAIN}}}sheets")
    if sheets is None:  # a chart or a dialog alone
        raise WorkbookError("workbook-corrupt", file="book.xlsx", part=package.workbook)
    numbers = [int(sheet.get("sheetId", "0")) for sheet in sheets]
    there = {"name": title, "sheetId": str(max([0, *numbers]) + 1), f"{{{RELATIONSHIPS}}}id": _last_id(rels)}
    etree.SubElement(sheets, f"{{{MAIN}}}sheet", attrib=there)
    return [
        (package.entry(part), etree.tostring(root, encoding="UTF-8", xml_declaration=True))
        for part, root in ((package.workbook, book), (rels_part, rels), (CONTENT_TYPES_PART, types))
    ]


def _last_id(rels: etree._Element) -> str:
    return rels[-1].get("Id", "")
