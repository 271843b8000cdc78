"""XML parts as pieces of bytes: what is not replaced stays as it was written.

A part is normalised only where its spelling would stand in the way (another encoding,
comments, a prefix on every element); after that, every ``<`` in it starts a tag, so
tags can be found without building a tree.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.markup import MAIN, parse

_ATTRIBUTES: Final = rb"""(?:\s+[^\s=/>"']+\s*=\s*(?:"[^"]*"|'[^']*'))*"""
_ATTRIBUTE: Final = re.compile(rb"""([^\s=/>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAG: Final = re.compile(rb"<(/?)([^\s/>]+)(" + _ATTRIBUTES + rb")\s*(/?)>")
_DECLARATION: Final = re.compile(rb"\s*<\?xml[^>]*\?>")
_ENCODING: Final = re.compile(rb"""encoding\s*=\s*["'](?:utf-?8|us-ascii)["']""", re.IGNORECASE)
_TAG_NEXT: Final = re.compile(rb"\s*<")
_BOM: Final = b"\xef\xbb\xbf"
_NAMESPACE: Final = MAIN.encode()

SHEET_ORDER: Final = tuple(
    b"sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges "
    b"scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr "
    b"conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter "
    b"rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing "
    b"legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst".split()
)
"""Children of a worksheet in the order that the schema wants."""

WORKBOOK_ORDER: Final = tuple(
    b"fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups "
    b"externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches webPublishing "
    b"fileRecoveryPr webPublishObjects extLst".split()
)
"""Children of a workbook in the order that the schema wants."""


def element_pattern(name: bytes) -> re.Pattern[bytes]:
    """A pattern of start tags of this name: attributes in group 1, a slash in group 2 if it is empty."""
    return re.compile(rb"<" + name + rb"(" + _ATTRIBUTES + rb")\s*(/?)>")


def attributes(markup: bytes) -> Mapping[bytes, bytes]:
    """Attributes of a start tag as they are spelled, entities included."""
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(markup)}


_COLUMN: Final = element_pattern(b"col")


def with_attribute(markup: bytes, name: bytes, value: bytes | None) -> bytes:
    """A start tag with one attribute of its own set, or taken out."""
    pattern = re.compile(rb"\s+" + re.escape(name) + rb"""\s*=\s*(?:"[^"]*"|'[^']*')""")
    setting = b"" if value is None else b" " + name + b'="' + value + b'"'
    tag = _start_tag(markup)
    start, end = tag.span(3)
    inner = tag[3]
    if found := pattern.search(inner):
        inner = inner[: found.start()] + setting + inner[found.end() :]
    else:
        inner += setting
    return markup[:start] + inner + markup[end:]


class SplicedPart:
    """A part as its start, its root's children and its end, each a piece of bytes.

    Args:
        data: the part.
        order: names of the root's children in the order that they must have.

    Raises:
        etree.XMLSyntaxError: the part is not well-formed.
        ValueError: its root is of another vocabulary, or tags do not match.
    """

    def __init__(self, data: bytes, order: tuple[bytes, ...]) -> None:
        written, data = data, _normalised(data)
        self.respelled = data is not written
        """Whether the part had to be spelled anew before it could be cut into pieces."""
        root = _start_tag(data)
        self._order = order
        self._root = root[2]
        self._head = data[: root.end()]
        self._open_tag = root[0]
        if root[4]:
            raise ValueError("an empty part")
        self._pieces = list(_children(data, root.end()))
        self._tail = data[sum(map(len, (self._head, *(piece for _, piece in self._pieces)))) :]

    @property
    def frame(self) -> tuple[bytes, bytes]:
        """What stands before the root's children, its start tag included, and after them."""
        return self._head, self._tail

    @property
    def pieces(self) -> Sequence[tuple[bytes, bytes]]:
        """The root's children by name, as they are written; text between them has an empty name."""
        return self._pieces

    def get(self, name: bytes) -> bytes | None:
        """The first child of this name, as it is written."""
        return next((piece for found, piece in self._pieces if found == name), None)

    def all(self, name: bytes) -> list[bytes]:
        """All children of this name, as they are written."""
        return [piece for found, piece in self._pieces if found == name]

    def set(self, name: bytes, *markup: bytes) -> None:
        """Put these elements in the place of all children of this name; none takes them away."""
        at = next((i for i, (found, _) in enumerate(self._pieces) if found == name), None)
        if at is None:
            at = self._place(name)
        self._pieces = [
            *(piece for piece in self._pieces[:at] if piece[0] != name),
            *((name, piece) for piece in markup),
            *(piece for piece in self._pieces[at:] if piece[0] != name),
        ]

    def tree(self, markup: bytes) -> etree._Element:
        """A child as an element, with the namespaces of the part around it."""
        return parse(self._open_tag + markup + b"</" + self._root + b">")[0]

    def markup(self, element: etree._Element) -> bytes:
        """An element that :meth:`tree` gave, as it is written in this part."""
        root = element.getparent()
        if root is None:
            raise ValueError("an element without its part")
        whole = etree.tostring(root, encoding="UTF-8", xml_declaration=False)
        return whole[_start_tag(whole).end() : whole.rindex(b"</")]

    def chunks(self) -> Iterator[bytes]:
        """The part's bytes, piece by piece."""
        yield self._head
        for _, piece in self._pieces:
            yield piece
        yield self._tail

    def _place(self, name: bytes) -> int:
        """Where a new child belongs: after the last one that comes before it."""
        rank = {known: number for number, known in enumerate(self._order)}
        wanted = rank[name]
        before = [i for i, (found, _) in enumerate(self._pieces) if rank.get(found, wanted + 1) < wanted]
        return before[-1] + 1 if before else 0


def column_styles(sheet: SplicedPart) -> Callable[[int], int | None]:
    """The style that empty cells of a column have, by column number."""
    spans: list[tuple[int, int, int]] = []
    for column in _COLUMN.finditer(sheet.get(b"cols") or b""):
        found = attributes(column[1])
        if b"style" in found:
            spans.append((int(found[b"min"]), int(found[b"max"]), int(found[b"style"])))
    spans.sort()

    def style(column: int) -> int | None:
        at = bisect_right(spans, column, key=lambda span: span[0]) - 1
        return spans[at][2] if at >= 0 and column <= spans[at][1] else None

    return style


def _children(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    """The root's children with their names; text between them has an empty name."""
    while True:
        start = data.index(b"<", at)
        if start > at:
            yield b"", data[at:start]
        if data.startswith(b"</", start):
            return
        tag = _start_tag(data, start)
        at = tag.end() if tag[4] else _end(data, tag)
        yield tag[2], data[start:at]


def _end(data: bytes, tag: re.Match[bytes]) -> int:
    """Where an element ends; a sheet's rows are jumped over."""
    if tag[2] == b"sheetData":
        return data.index(b">", data.index(b"</sheetData", tag.end())) + 1
    depth = 1
    for inner in _TAG.finditer(data, tag.end()):
        if inner[1]:
            depth -= 1
        elif not inner[4]:
            depth += 1
        if not depth:
            return inner.end()
    raise ValueError("an element without an end")


def _start_tag(data: bytes, at: int = 0) -> re.Match[bytes]:
    """The tag at a place; at the start, the root's, after the XML declaration."""
    declaration = None if at else _DECLARATION.match(data)
    tag = _TAG.search(data, declaration.end() if declaration else at)
    if tag is None:
        raise ValueError("no tag where one was expected")
    return tag


def _normalised(data: bytes) -> bytes:
    """The part in UTF-8, without comments and the like, without a prefix on its vocabulary."""
    data = data.removeprefix(_BOM)
    declaration = _DECLARATION.match(data)
    at = declaration.end() if declaration else 0
    foreign = (
        declaration is not None and b"encoding" in declaration[0] and not _ENCODING.search(declaration[0])
    )
    if foreign or not _TAG_NEXT.match(data, at) or data.find(b"<!", at) >= 0 or data.find(b"<?", at) >= 0:
        data = etree.tostring(parse(data), encoding="UTF-8", xml_declaration=True, standalone=True)
    root = _start_tag(data)
    names = attributes(root[3])
    prefix, colon, _ = root[2].rpartition(b":")
    if colon and b"xmlns" not in names and names.get(b"xmlns:" + prefix) == _NAMESPACE:
        data = _without_prefix(data, prefix)
    elif colon or names.get(b"xmlns") != _NAMESPACE:
        raise ValueError(f"root element {root[2]!r}")
    return data


def _without_prefix(data: bytes, prefix: bytes) -> bytes:
    tags = re.compile(rb"<(/?)" + re.escape(prefix) + rb":")
    declared = re.compile(rb"\sxmlns:" + re.escape(prefix) + rb"(?=\s*=)")
    data = tags.sub(rb"<\1", data)
    end = _start_tag(data).end()
    # The prefix stays declared: attributes and extensions may still use it.
    return (
        declared.sub(rb" xmlns:" + prefix + b'="' + _NAMESPACE + b'" xmlns', data[:end], count=1) + data[end:]
    )
