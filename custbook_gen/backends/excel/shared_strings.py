"""The shared strings of a workbook: common ones split off at once, all others by the parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.cell_values import rich_text
from custbook_gen.backends.excel.cells import unescape
from custbook_gen.backends.excel.entities import OddMarkupError, decoded, folded, is_common_head
from custbook_gen.backends.excel.entry_stream import Source
from custbook_gen.backends.excel.limits import LIMITS, MAX_PROLOG, TooLargeError
from custbook_gen.backends.excel.markup import MAIN, BoundedSource, check_prolog, parse

_BLOCK: Final = 1 << 18
_ITEM_LIMIT: Final = 8 << 20
"""Bytes of one string; more are left to the parser, which counts what it keeps."""
_ITEM: Final = re.compile(r"<si><t>([^<]*)</t></si>")
_PRESERVED: Final = '<t xml:space="preserve">'
_FIRST: Final = "<si><t>"
_LAST: Final = "</t></si>"
_TAGS: Final = 4
"""Tags of an item in its commonest spelling."""
_ITEM_END: Final = b"</si>"
_ROOT: Final = re.compile(rb"(?:<\?xml[^>]*\?>\s*)?(<sst\s[^>]*>)")
_END: Final = re.compile(rb"</sst\s*>\s*")
_SETTLED: Final = 256
"""So many strings are read between two looks at the limits."""


def read_strings(source: Source) -> list[str]:
    """The texts of a part of shared strings, read from a stream that can be rewound.

    Raises:
        ValueError: the part is broken.
        TooLargeError: it says more than any real workbook.
        etree.XMLSyntaxError: it is not well-formed.
    """
    try:
        return _read_common(source)
    except OddMarkupError:
        source.seek(0)
        return parse_strings(source)


def _read_common(source: Source) -> list[str]:
    """The texts, if the part is spelled in the common way, odd strings among them or not.

    Raises:
        OddMarkupError: it is not.
    """
    pending = source.read(_BLOCK)
    root = _ROOT.match(pending)
    if root is None or not is_common_head(pending[: root.end()], root[1]):
        raise OddMarkupError("another root")
    if root[1].endswith(b"/>"):
        return []
    pending = pending[root.end() :]
    strings: list[str] = []
    while block := source.read(_BLOCK):
        cut = pending.rfind(_ITEM_END) + len(_ITEM_END)
        if cut >= len(_ITEM_END):
            _split(pending[:cut], root[1], strings)
            pending = pending[cut:]
        elif len(pending) > _ITEM_LIMIT:
            raise OddMarkupError("a long string")
        pending += block
    end = pending.rfind(b"</sst")
    if end < 0 or not _END.fullmatch(pending, end):
        raise OddMarkupError("no end of the strings")
    _split(pending[:end], root[1], strings)
    return strings


def _split(markup: bytes, root: bytes, strings: list[str]) -> None:
    """Add the texts of whole items."""
    text = folded(markup).decode().replace(_PRESERVED, _FIRST[-3:])  # blanks count either way
    texts = text[len(_FIRST) : -len(_LAST)].split(_LAST + _FIRST)
    between: Sequence[str] = ()
    # that many tags are those of the items, if none stands in one
    if text.count("<") != _TAGS * len(texts) or not (text.startswith(_FIRST) and text.endswith(_LAST)):
        pieces = _ITEM.split(text)
        texts, between = pieces[1::2], pieces[::2]
    escaped = b"_x" in markup
    if b"&" in markup:
        texts = [decoded(text) for text in texts]
    if escaped:
        texts = [unescape(text) for text in texts]
    start = 0
    for at, odd in enumerate(between):
        if odd:
            strings.extend(texts[start:at])
            strings.extend(_parsed(odd, root))
            start = at
    strings.extend(texts[start:])
    if len(strings) > LIMITS.cells:
        raise TooLargeError("shared strings")


def _parsed(markup: str, root: bytes) -> list[str]:
    """The texts of items that are spelled in another way."""
    try:
        tree = parse(root + markup.encode() + b"</sst>")
    except etree.XMLSyntaxError as error:
        raise OddMarkupError("half an item") from error
    return [rich_text(item) for item in tree.iter(f"{{{MAIN}}}si")]


def parse_strings(source: Source) -> list[str]:
    """The texts, read with the parser alone, whatever their spelling."""
    strings: list[str] = []
    check_prolog(source.read(MAX_PROLOG))
    source.seek(0)
    bounded = BoundedSource(source.read)
    events = etree.iterparse(
        bounded, ("end",), tag=f"{{{MAIN}}}si", resolve_entities=False, no_network=True,
        remove_comments=True, remove_pis=True, huge_tree=True,
    )  # fmt: skip
    for _, item in events:
        strings.append(rich_text(item))
        item.clear()
        while (before := item.getprevious()) is not None:
            before.getparent().remove(before)
        if not len(strings) % _SETTLED:
            bounded.settle()
            if len(strings) > LIMITS.cells:
                raise TooLargeError("shared strings")
    return strings
