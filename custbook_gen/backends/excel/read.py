"""A whole package to plain data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO, Final, Literal

from lxml import etree

from custbook_gen.backends.excel.ahead import Following
from custbook_gen.backends.excel.cell_values import CellValues
from custbook_gen.backends.excel.cells import unescape
from custbook_gen.backends.excel.markup import (
    CUSTOM_PROPERTIES,
    MAIN,
    RELATIONSHIPS,
    truth,
)
from custbook_gen.backends.excel.number_formats import DateKind, date_styles, look_styles
from custbook_gen.backends.excel.package import Package
from custbook_gen.backends.excel.shared_strings import read_strings
from custbook_gen.backends.excel.sheet_reader import read_sheet
from custbook_gen.backends.progress import Unwatched, WatchedReading
from custbook_gen.furniture import Look
from custbook_gen.workbook import RawSheet, RawWorkbook

State = Literal["visible", "hidden", "very_hidden"]

_BLOCK: Final = 1 << 20
_SMALL: Final = 1 << 20
"""Bytes of a sheet that is read at once."""


def read_workbook(file: BinaryIO, name: str, following: Following | None = None) -> RawWorkbook:
    """Read a workbook.

    Args:
        file: the whole file, opened for reading; it is not closed.
        name: base name of the file, for errors.
        following: how this is followed.

    Raises:
        WorkbookError: the file is no workbook, encrypted, broken, strict or too large.
    """
    with Package(file, name) as package:
        root = package.root(package.workbook)
        parts, values = list(sheet_parts(package, root)), _cell_values(package, root)
        with package.intact(package.workbook):
            names = _names(root)
        known = RawWorkbook((), names.get(None, {}), properties(package), digest(file), values.from_1904)
        followed = following or Following(Unwatched())
        followed.progress.begin("read", sum(package.size(part) for *_, part in parts))
        sheets: dict[int, RawSheet] = {}
        told = False
        for position, element, part in sorted(parts, key=lambda one: package.size(one[2]) > _SMALL):
            if not told and package.size(part) > _SMALL:
                followed.soon(replace(known, sheets=tuple(sheets.values())))
                told = True
            sheets[position] = _sheet(package, element, part, values, names.get(str(position), {}), followed)
        return replace(known, sheets=tuple(sheets[position] for position, *_ in parts))


def digest(file: BinaryIO) -> str:
    """SHA-256 of a file's bytes, as hex digits."""
    file.seek(0)
    found = hashlib.sha256()
    while block := file.read(_BLOCK):
        found.update(block)
    return found.hexdigest()


def sheet_parts(package: Package, root: etree._Element) -> Iterator[tuple[int, etree._Element, str]]:
    """The worksheets of a workbook.

    Args:
        package: the open package.
        root: root element of its workbook part.

    Yields:
        The sheet's position among all sheets from 0, its ``sheet`` element, its part's name.
    """
    targets = package.relationships(package.workbook)
    for position, element in enumerate(root.iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")):
        identity = element.get(f"{{{RELATIONSHIPS}}}id")
        relationship = targets.get(identity or "")
        if not identity:
            continue  # a module of macros, which old versions keep as a sheet without a part
        if relationship is None:
            with package.intact(package.workbook):
                raise ValueError(f"no part for the sheet {element.get('name')}")
        elif relationship.kind == "worksheet":
            yield position, element, relationship.target


def _sheet(
    package: Package,
    element: etree._Element,
    part: str,
    values: CellValues,
    names: Mapping[str, str],
    following: Following,
) -> RawSheet:
    with package.open(part) as source, package.intact(part):
        content = read_sheet(WatchedReading(source, following.progress), values, following.new_cells)
    return RawSheet(
        title=element.get("name", ""),
        rows=content.rows.rows,
        formulas=content.rows.formulas,
        rules=tuple(content.rules),
        state=_state(element),
        hidden_rows=frozenset(content.rows.hidden),
        merges=tuple(content.merges),
        around=content.around,
        names=names,
    )


def _state(element: etree._Element) -> State:
    state = element.get("state", "visible")
    if state == "veryHidden":
        return "very_hidden"
    return "hidden" if state == "hidden" else "visible"


def _cell_values(package: Package, root: etree._Element) -> CellValues:
    settings = root.find(f"{{{MAIN}}}workbookPr")
    dates, looks = _styles(package)
    return CellValues(
        strings=_shared_strings(package),
        dates=dates,
        from_1904=settings is not None and truth(settings.get("date1904")),
        looks=looks,
    )


def _styles(package: Package) -> tuple[Mapping[str, DateKind], Mapping[str, Look]]:
    """What each cell format shows of dates, and how it looks."""
    part = package.related(package.workbook, "styles")
    if part is None:
        return {}, {}
    root = package.root(part)
    with package.intact(part):
        kinds, looks = date_styles(root), look_styles(root)
    return {str(style): kind for style, kind in enumerate(kinds) if kind is not None}, looks


def _shared_strings(package: Package) -> list[str]:
    part = package.related(package.workbook, "sharedStrings")
    if part is None:
        return []
    with package.open(part) as source, package.intact(part):
        return read_strings(source)


def _names(root: etree._Element) -> Mapping[str | None, Mapping[str, str]]:
    """Defined names by the position of the sheet whose own they are; by nothing, those of the workbook."""
    names: dict[str | None, dict[str, str]] = {}
    for element in root.iterfind(f"{{{MAIN}}}definedNames/{{{MAIN}}}definedName"):
        own = names.setdefault(element.get("localSheetId"), {})
        own[element.get("name", "")] = (element.text or "").strip()
    return names


def properties(package: Package) -> Mapping[str, str]:
    """The custom document properties of a workbook."""
    part = package.related("", "custom-properties")
    if part is None:
        return {}
    return {
        element.get("name", ""): unescape("".join(str(text) for text in element.itertext()))
        for element in package.root(part).iterfind(f"{{{CUSTOM_PROPERTIES}}}property")
    }
