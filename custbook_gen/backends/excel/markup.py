"""The XML of a package: its namespaces, and a parser that trusts nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn
from xml.parsers import expat

from lxml import etree

from custbook_gen.backends.excel.limits import MAX_PROLOG, MAX_TREE, TooLargeError

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
COMPATIBILITY: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
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
        TooLargeError: its tree would take too much memory.
    """
    if len(data) > MAX_TREE:
        raise TooLargeError("a tree")
    check_prolog(data[:MAX_PROLOG])
    return etree.fromstring(data, _parser())


def check_prolog(start: bytes) -> None:
    """Refuse markup with a document type, the one place where entity bombs can stand.

    This is done by another parser than the one that reads the part, before that sees the
    part: it would expand entities in attributes, whatever it is told about entities.

    Args:
        start: the first bytes of a part, at most ``MAX_PROLOG``.

    Raises:
        DoctypeError: it declares a document type.
        ValueError: what begins there is no element.
        expat.ExpatError: it is not well-formed.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = _stop
    try:
        parser.Parse(start, False)
    except _RootReachedError:
        return
    raise ValueError("no root element")


class _RootReachedError(Exception):
    """All that stands before a root element was seen."""


def _refuse_doctype(*_: object) -> NoReturn:
    raise DoctypeError("document type")


def _stop(*_: object) -> NoReturn:
    raise _RootReachedError


class BoundedSource:
    """A stream of markup for a parser, of which only so much may be pending at a time.

    Args:
        read: reads that many bytes of the markup at most.
    """

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._pending = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes.

        Raises:
            TooLargeError: too many were read since the last :meth:`settle`.
        """
        data = self._read(size)
        self._pending += len(data)
        if self._pending > MAX_TREE:
            raise TooLargeError("a tree")
        return data

    def settle(self) -> None:
        """Say that what was read so far takes no memory any more."""
        self._pending = 0


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
