"""What must be mended in the parts that the spreadsheet library writes."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.markup import MAIN, PACKAGE_RELATIONSHIPS, RELATIONSHIPS, parse
from custbook_gen.backends.excel.styles import FONT, FONT_CHARSET, FONT_FAMILY

_FONT_ORDER: Final = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign"),
    *("sz", "color", "name", "family", "charset", "scheme"),
)
_DRAWINGS: Final = "http://schemas.openxmlformats.org/drawingml/2006/"
_PREFIXES: Final = {
    "xdr": f"{_DRAWINGS}spreadsheetDrawing",
    "a": f"{_DRAWINGS}main",
    "c": f"{_DRAWINGS}chart",
    "r": RELATIONSHIPS,
}
_TERMS: Final = "http://purl.org/dc/terms/"
# Some programs take the caches of formulas on trust only if the name begins so.
_APPLICATION: Final = (
    b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Microsoft Excel Compatible / custbook-gen</Application></Properties>"
)
_RELATIONSHIP_PART: Final = re.compile(r"(?P<folder>.*/)?_rels/[^/]*\.rels")


def mend_part(name: str, data: bytes) -> bytes:
    """A part as it should be; parts without known faults come back as they are.

    Args:
        name: the part's name in the package, such as ``xl/styles.xml``.
        data: its XML.
    """
    if found := _RELATIONSHIP_PART.fullmatch(name):
        return _relative_targets(found["folder"] or "", data)
    if name == "xl/styles.xml":
        return _ordered_fonts(data)
    if name == "docProps/core.xml":
        return _undated(data)
    if name == "docProps/app.xml":
        return _APPLICATION
    if name.startswith(("xl/drawings/drawing", "xl/charts/chart")):
        return _prefixed(data)
    return data


def _undated(data: bytes) -> bytes:
    """Properties without the moment of writing, so that equal plans give equal bytes."""
    root = parse(data)
    for date in list(root.iterfind(f"{{{_TERMS}}}*")):
        if etree.QName(date).localname in {"created", "modified"}:
            root.remove(date)
    return _bytes(root)


def _relative_targets(folder: str, data: bytes) -> bytes:
    """Targets relative to their part: several readers cannot follow absolute ones."""
    root = parse(data)
    for relationship in root.iterfind(f"{{{PACKAGE_RELATIONSHIPS}}}Relationship"):
        target = relationship.get("Target", "")
        if target.startswith("/"):
            relationship.set("Target", posixpath.relpath(target, f"/{folder}"))
    return _bytes(root)


def _ordered_fonts(data: bytes) -> bytes:
    """Children of fonts in the order that schema validators accept, and the default font ours."""
    root = parse(data)
    default = root.find(f"{{{MAIN}}}fonts/{{{MAIN}}}font")
    if default is not None:
        for child in list(default):
            if etree.QName(child).localname in {"name", "family", "charset", "scheme"}:
                default.remove(child)
        for tag, value in (("name", FONT), ("family", FONT_FAMILY), ("charset", FONT_CHARSET)):
            etree.SubElement(default, f"{{{MAIN}}}{tag}", val=str(value))
    for font in root.iter(f"{{{MAIN}}}font"):
        font[:] = sorted(font, key=lambda child: _FONT_ORDER.index(etree.QName(child).localname))
    return _bytes(root)


def _prefixed(data: bytes) -> bytes:
    """A drawing or chart with the prefixes that everybody uses; some readers look for nothing else."""
    old = parse(data)
    root = etree.Element(old.tag, nsmap=_PREFIXES)
    root.extend(list(old))
    etree.cleanup_namespaces(root)
    return _bytes(root)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
