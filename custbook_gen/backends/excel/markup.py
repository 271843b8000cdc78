"""The XML of a package: its namespaces, and a parser that trusts nothing."""

from __future__ import annotations

from typing import Final

from lxml import etree

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
CUSTOM_PROPERTIES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
PROPERTY_VALUES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
X14: Final = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM: Final = "http://schemas.microsoft.com/office/excel/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/"


class DoctypeError(ValueError):
    """The markup declares a document type, which no part of a workbook does."""


def parse(data: bytes) -> etree._Element:
    """The root element of a part; entities are not expanded and nothing is fetched.

    Raises:
        etree.XMLSyntaxError: the markup is not well-formed.
        DoctypeError: it declares a document type.
    """
    root = etree.fromstring(data, _parser())
    refuse_doctype(root)
    return root


def refuse_doctype(element: etree._Element) -> None:
    """Refuse markup with a document type: the one place where entity bombs can stand.

    Raises:
        DoctypeError: the element's document declares one.
    """
    if element.getroottree().docinfo.internalDTD is not None:
        raise DoctypeError("document type")


def truth(text: str | None, *, default: bool = False) -> bool:
    """An ``xsd:boolean`` attribute."""
    return default if text is None else text.strip() in {"1", "true", "on"}


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
