"""The parts that belong to a workbook as a whole: its names, properties and calculation chain."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.cells import notation
from custbook_gen.backends.excel.markup import (
    CONTENT_TYPES,
    CUSTOM_PROPERTIES,
    MAIN,
    PACKAGE_RELATIONSHIPS,
    PROPERTY_VALUES,
    RELATIONSHIPS,
)
from custbook_gen.backends.excel.splice import WORKBOOK_ORDER, SplicedPart, with_attribute
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import SheetPlan


@value_object
class NewPart:
    """A part that a workbook may lack: its name, content type and relationship type."""

    part: str
    content_type: str
    kind: str


@value_object
class NewSheet:
    """A sheet that comes last: its title and state, its part, and the names that are its own."""

    title: str
    state: str
    part: str
    names: tuple[etree._Element, ...] = ()


PROPERTIES: Final = NewPart(
    "docProps/custom.xml",
    "application/vnd.openxmlformats-officedocument.custom-properties+xml",
    f"{RELATIONSHIPS}/custom-properties",
)
STYLES: Final = NewPart(
    "xl/styles.xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
    f"{RELATIONSHIPS}/styles",
)
NO_PROPERTIES: Final = (
    f'<Properties xmlns="{CUSTOM_PROPERTIES}" xmlns:vt="{PROPERTY_VALUES}"></Properties>'.encode()
)
WORKSHEET_KIND: Final = f"{RELATIONSHIPS}/worksheet"
_STATES: Final = {"hidden": "hidden", "very_hidden": "veryHidden"}
_FORMAT_ID: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_NAME: Final = f"{{{MAIN}}}definedName"
_FILTER_NAME: Final = "_xlnm._FilterDatabase"


def patch_workbook(
    data: bytes,
    names: Mapping[str, str],
    filters: Mapping[int, str],
    *,
    recalculate: bool,
    sheets: Sequence[tuple[str, NewSheet]] = (),
    put_back: Collection[int] = (),
) -> bytes:
    """The workbook part with changed names and new sheets.

    Args:
        data: the part.
        names: workbook-wide names and what they refer to; set or added.
        filters: by position of the sheet (from 0), the range that its filter has now.
        recalculate: whether programs must calculate when they open the workbook, because
            values changed that formulas elsewhere depend on.
        sheets: sheets to come after all others, with the ids of the relationships to them.
        put_back: positions of sheets whose filter may lack its hidden name.
    """
    book = SplicedPart(data, WORKBOOK_ORDER)
    first = _add_sheets(book, sheets)
    if names or filters or any(sheet.names for _, sheet in sheets):
        there = book.get(b"definedNames")
        defined = book.tree(there if there is not None else b"<definedNames/>")
        for name, target in names.items():
            _set_name(defined, name, target)
        for position, area in filters.items():
            if not _set_filter(defined, position, area) and position in put_back:
                _add_filter(book, defined, position, area)
        for position, (_, sheet) in enumerate(sheets, first):
            for own in sheet.names:
                made = etree.SubElement(
                    defined, _NAME, attrib={str(k): str(v) for k, v in own.attrib.items()}
                )
                made.set("localSheetId", str(position))
                made.text = own.text
        if len(defined):
            book.set(b"definedNames", book.markup(defined))
    if recalculate:
        settings = book.get(b"calcPr") or b"<calcPr/>"
        book.set(b"calcPr", with_attribute(settings, b"fullCalcOnLoad", b"1"))
    return b"".join(book.chunks())


def with_states(data: bytes, states: Mapping[str, str]) -> bytes:
    """The workbook part with some sheets hidden, by their titles, as the format words it."""
    book = SplicedPart(data, WORKBOOK_ORDER)
    sheets = book.tree(book.get(b"sheets") or b"<sheets/>")
    changed = [
        item for item in sheets if states.get(item.get("name", ""), item.get("state")) != item.get("state")
    ]
    for item in changed:
        item.set("state", states[item.get("name", "")])
    if changed:
        book.set(b"sheets", book.markup(sheets))
    return b"".join(book.chunks())


def without_names(data: bytes, unnamed: Mapping[int, Collection[str]]) -> bytes:
    """The workbook part without some names of single sheets, by the sheets' positions."""
    book = SplicedPart(data, WORKBOOK_ORDER)
    there = book.get(b"definedNames")
    if there is None or not unnamed:
        return data
    defined = book.tree(there)
    for element in defined.findall(_NAME):
        sheet = element.get("localSheetId")
        if sheet is not None and element.get("name") in unnamed.get(int(sheet), ()):
            defined.remove(element)
    book.set(b"definedNames", *([book.markup(defined)] if len(defined) else []))
    return b"".join(book.chunks())


def hidden_states(plans: Iterable[SheetPlan]) -> dict[str, str]:
    """How sheets of ours are hidden, as the format words it."""
    words = {"hidden": "hidden", "very_hidden": "veryHidden"}
    return {plan.title: words[plan.state] for plan in plans if plan.state in words}


def _add_sheets(book: SplicedPart, sheets: Sequence[tuple[str, NewSheet]]) -> int:
    """List new sheets after all others; the position of the first of them."""
    listed = book.tree(book.get(b"sheets") or b"<sheets/>")
    first = len(listed)
    for identity, sheet in sheets:
        ids = [int(element.get("sheetId", "0")) for element in listed]
        attributes = {"name": sheet.title, "sheetId": str(max(ids, default=0) + 1)}
        if sheet.state in _STATES:
            attributes["state"] = _STATES[sheet.state]
        attributes[f"{{{RELATIONSHIPS}}}id"] = identity
        etree.SubElement(listed, f"{{{MAIN}}}sheet", attrib=attributes)
    if sheets:
        book.set(b"sheets", book.markup(listed))
    return first


def _set_name(defined: etree._Element, name: str, target: str) -> None:
    for element in defined.iterfind(_NAME):
        if element.get("localSheetId") is None and element.get("name", "").casefold() == name.casefold():
            element.text = target
            return
    etree.SubElement(defined, _NAME, name=name).text = target


def _set_filter(defined: etree._Element, position: int, area: str) -> bool:
    """Move the end of the hidden name that every filter has; the sheet in it stays as it is spelled."""
    for element in defined.iterfind(_NAME):
        if element.get("name") == _FILTER_NAME and element.get("localSheetId") == str(position):
            sheet, mark, _ = (element.text or "").rpartition("!")
            if mark and "#REF" not in sheet:
                element.text = f"{sheet}!{_absolute(area)}"
                return True
    return False


def _add_filter(book: SplicedPart, defined: etree._Element, position: int, area: str) -> None:
    """Give a filter the hidden name without which programs do not show it."""
    for element in defined.findall(_NAME):
        if element.get("name") == _FILTER_NAME and element.get("localSheetId") == str(position):
            defined.remove(element)
    title = book.tree(book.get(b"sheets") or b"<sheets/>")[position].get("name", "").replace("'", "''")
    attributes = {"name": _FILTER_NAME, "localSheetId": str(position), "hidden": "1"}
    etree.SubElement(defined, _NAME, attrib=attributes).text = f"'{title}'!{_absolute(area)}"


def _absolute(area: str) -> str:
    return re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", area)


def patch_properties(root: etree._Element, properties: Mapping[str, str]) -> None:
    """Set or add custom document properties, as text."""
    there = {element.get("name"): element for element in root}
    numbers = [int(element.get("pid", "1")) for element in root]
    for name, value in properties.items():
        element = there.get(name)
        if element is None:
            numbers.append(max([1, *numbers]) + 1)
            element = etree.SubElement(
                root,
                f"{{{CUSTOM_PROPERTIES}}}property",
                attrib={"fmtid": _FORMAT_ID, "pid": str(numbers[-1]), "name": name},
            )
        for child in list(element):
            element.remove(child)
        etree.SubElement(element, f"{{{PROPERTY_VALUES}}}lpwstr").text = notation(value)


def drop_relationship(root: etree._Element, kind: str) -> None:
    """Remove relationships of a kind (the last word of their type)."""
    for element in list(root):
        if element.get("Type", "").rsplit("/", 1)[-1] == kind:
            root.remove(element)


def add_relationship(root: etree._Element, kind: str, target: str) -> str:
    """Add a relationship, its whole type being ``kind``; its id, which is its own."""
    taken = {element.get("Id") for element in root}
    number = next(n for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
    etree.SubElement(
        root,
        f"{{{PACKAGE_RELATIONSHIPS}}}Relationship",
        attrib={"Id": f"rId{number}", "Type": kind, "Target": target},
    )
    return f"rId{number}"


def drop_content_type(root: etree._Element, part: str) -> None:
    """Remove a part's own content type."""
    for element in list(root):
        if element.get("PartName", "").lstrip("/").lower() == part.lower():
            root.remove(element)


def add_content_type(root: etree._Element, part: str, content_type: str) -> None:
    """Say what a new part holds."""
    attributes = {"PartName": f"/{part}", "ContentType": content_type}
    etree.SubElement(root, f"{{{CONTENT_TYPES}}}Override", attrib=attributes)
