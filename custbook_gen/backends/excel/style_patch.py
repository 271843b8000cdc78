"""Cell formats added to a workbook's styles: appended, never renumbered, equal ones reused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.markup import MAIN, truth
from custbook_gen.backends.excel.number_formats import plain_format

_ORDER: Final = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"),
    *("tableStyles", "colors", "extLst"),
)
_PARTS: Final = (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"))
_APPLIED: Final = (
    *("applyNumberFormat", "applyFont", "applyFill", "applyBorder", "applyAlignment", "applyProtection"),
)
_FIRST_CUSTOM: Final = 164
_GUARD: Final = f"{{{MAIN}}}protection"
_MOST_FORMATS: Final = 65_490
"""Excel's limit; a cell that names a later one names none, whatever is appended."""
_NAMED: Final = re.compile(rb"""\s(?:s|style)=["'](\d{1,5})["']""")

Key = tuple[object, ...]


class StyleSheet:
    """The styles of a workbook, to be read and added to.

    Args:
        root: root element of the styles part; changed in place.
        named: the highest cell format that cells of people's sheets name, which a damaged file's list need
            not have: what is appended comes after it, lest these cells take its look.
    """

    def __init__(self, root: etree._Element, named: Callable[[], int] | None = None) -> None:
        self.root = root
        self.changed = False
        self._named = named
        self._spellings: dict[str, list[bytes]] = {}
        self._custom: dict[str, str] = {
            item.get("numFmtId", "0"): item.get("formatCode", "") for item in reversed(self._items("numFmts"))
        }
        self._formats = self._list("cellXfs")
        self._quoted: dict[tuple[int | None, bool], int | None] = {}
        numbered = reversed(list(enumerate(map(plain_format, self._formats))))
        self._known = {self._key(xf): number for number, xf in numbered}

    def take(self, other: StyleSheet, number: int) -> int:
        """The index here of a cell format of another workbook, appended if there is none like it."""
        source = other._formats[number]
        key = other._key(source)
        if key not in self._known:
            made = deepcopy(source)
            for attribute, name in _PARTS:
                made.set(attribute, str(self._take_part(other, name, int(source.get(attribute, "0")))))
            made.set("numFmtId", str(self._number_format(other._number_format_key(source))))
            made.set("xfId", "0")
            self._append(made, key)
        return self._known[key]

    def take_differential(self, other: StyleSheet, number: int) -> int:
        """The index here of a conditional format's look in another workbook."""
        return self._take_part(other, "dxfs", number)

    def quoted(self, number: int | None, *, quote: bool) -> int | None:
        """The format like this one, but with or without ``quotePrefix``.

        Args:
            number: index of a cell format; nothing is the default one.
            quote: whether editing a cell is to keep its text text.
        """
        known = (number, quote)
        if known not in self._quoted:
            self._quoted[known] = self._with_quote(number, quote=quote)
        return self._quoted[known]

    def mended(self, number: int, wanted: int) -> int:
        """The format like this one, but with the number format and the lock of another.

        Args:
            number: index of the cell format whose colours, font and borders stay.
            wanted: index of the one that gives number format and lock.
        """
        made, model = deepcopy(plain_format(self._formats[number])), self._formats[wanted]
        made.set("numFmtId", model.get("numFmtId", "0"))
        made.set("applyNumberFormat", "1")
        made.set("applyProtection", "1")
        for guard in made.findall(_GUARD):
            made.remove(guard)
        for guard in model.findall(_GUARD):
            _place(made, made.find(f"{{{MAIN}}}extLst"))(deepcopy(guard))
        key = self._key(made)
        if key not in self._known:
            self._append(made, key)
        return self._known[key]

    def locked(self, number: int) -> int:
        """The format like this one, but for cells that are locked."""
        made = deepcopy(plain_format(self._formats[number]))
        made.set("applyProtection", "1")
        for guard in made.findall(_GUARD):
            if "locked" in guard.attrib:
                del guard.attrib["locked"]
            if not guard.attrib:
                made.remove(guard)
        key = self._key(made)
        if key not in self._known:
            self._append(made, key)
        return self._known[key]

    def _with_quote(self, number: int | None, *, quote: bool) -> int | None:
        if number is None and not quote:
            return None
        if not 0 <= (number or 0) < len(self._formats):
            return number
        there = plain_format(self._formats[number or 0])
        if truth(there.get("quotePrefix")) == quote:
            return number
        made = deepcopy(there)
        made.set("quotePrefix", "1" if quote else "0")
        key = self._key(made)
        if key not in self._known:
            self._append(made, key)
        return self._known[key]

    def _append(self, xf: etree._Element, key: Key) -> None:
        if self._named is not None:
            missing, self._named = self._named() + 1 - len(self._formats), None
            for _ in range(missing):
                self._formats.append(deepcopy(plain_format(self._formats[0])))
        self._known[key] = len(self._formats)
        self._formats.append(xf)
        self._grown(self._formats)

    def _take_part(self, other: StyleSheet, name: str, number: int) -> int:
        """The index here of an element of one of the other's lists."""
        wanted, there = other._spelled_items(name)[number], self._spelled_items(name)
        if wanted in there:
            return there.index(wanted)
        ours = self._list(name)
        ours.append(deepcopy(other._items(name)[number]))
        there.append(wanted)
        self._grown(ours)
        return len(ours) - 1

    def _number_format(self, key: int | str) -> int:
        """The id here of a built-in format (its id) or a custom one (its code)."""
        if isinstance(key, int):
            return key
        ids = {code: int(number) for number, code in self._custom.items()}
        if key not in ids:
            formats = self._list("numFmts")
            ids[key] = max([_FIRST_CUSTOM - 1, *ids.values()]) + 1
            self._custom[str(ids[key])] = key
            etree.SubElement(formats, f"{{{MAIN}}}numFmt", numFmtId=str(ids[key]), formatCode=key)
            self._grown(formats)
        return ids[key]

    def _key(self, xf: etree._Element) -> Key:
        """What makes two formats look and behave alike, whatever their numbers."""
        look = (self._element(name, xf.get(attribute, "0")) for attribute, name in _PARTS)
        children = (_spelled(child) for child in xf)
        off = frozenset(name for name in _APPLIED if xf.get(name) in {"0", "false"})
        quote = truth(xf.get("quotePrefix"))
        return self._number_format_key(xf), *look, *children, off, quote, truth(xf.get("pivotButton"))

    def _number_format_key(self, xf: etree._Element) -> int | str:
        number = xf.get("numFmtId", "0")
        code = self._custom.get(number)
        return int(number) if code is None else code

    def _element(self, name: str, number: str) -> bytes:
        spelled = self._spelled_items(name)
        return spelled[int(number)] if int(number) < len(spelled) else b""

    def _spelled_items(self, name: str) -> list[bytes]:
        """The elements of one of the lists as texts."""
        if name not in self._spellings:
            self._spellings[name] = list(map(_spelled, self._items(name)))
        return self._spellings[name]

    def _items(self, name: str) -> Sequence[etree._Element]:
        """The elements of one of the lists; none where there is no list."""
        found = self.root.find(f"{{{MAIN}}}{name}")
        return () if found is None else list(found)

    def _list(self, name: str) -> etree._Element:
        """One of the lists, made in its place where there is none."""
        found = self.root.find(f"{{{MAIN}}}{name}")
        if found is None:
            found = etree.Element(f"{{{MAIN}}}{name}")
            later = _ORDER[_ORDER.index(name) + 1 :]
            behind = next((child for child in self.root if etree.QName(child).localname in later), None)
            _place(self.root, behind)(found)
        return found

    def _grown(self, elements: etree._Element) -> None:
        elements.set("count", str(len(elements)))
        self.changed = True


def highest_format(sheets: Iterable[bytes]) -> int:
    """The highest cell format that worksheets name, of those that a workbook can have."""
    named = (int(found) for markup in sheets for found in set(_NAMED.findall(markup)))
    return max((number for number in named if number < _MOST_FORMATS), default=-1)


def _place(root: etree._Element, behind: etree._Element | None) -> Callable[[etree._Element], None]:
    return root.append if behind is None else behind.addprevious


def _spelled(element: etree._Element) -> bytes:
    """An element as text that does not depend on where it stands."""
    attributes = sorted((str(name), str(value)) for name, value in element.attrib.items())
    children = [_spelled(child) for child in element]
    return repr((str(element.tag), attributes, element.text, children)).encode()
