"""Damage in the markup, and models of what other programs write."""

# ruff: noqa: ARG001, E501 (a change is told all there is; long markup)

from __future__ import annotations

import re

from tests.damages.ways import Sheet, written


@written()
def ghost_rows_to_the_end(part: str, text: str, sheet: Sheet) -> str:
    if part != "sheet":
        return text
    style = re.search(r'<c r="A3" s="(\d+)"', text)[1]  # type: ignore[index]
    ghosts = (
        "".join(f'<row r="{n}"><c r="A{n}" s="{style}"/></row>' for n in (5000, 1_048_575))
        + '<row r="1048576" ht="20"/>'
    )
    return text.replace("</sheetData>", ghosts + "</sheetData>")


@written()
def wrong_dimension(part: str, text: str, sheet: Sheet) -> str:
    return re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1"/>', text)


@written("rule-altered")
def dropdowns_in_the_extension(part: str, text: str, sheet: Sheet) -> str:
    """Excel moves rules with a source on another sheet there, as it does after pasting."""
    if part != "sheet":
        return text
    rules = re.findall(r'<dataValidation [^>]*type="list".*?</dataValidation>', text)
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    moved = "".join(
        f'<x14:dataValidation type="list" allowBlank="1" showErrorMessage="1"><x14:formula1><xm:f>$A$1:$A$2</xm:f></x14:formula1>'
        f"<xm:sqref>{re.search('sqref=.([^ ]*?).[ >]', rule)[1]}</xm:sqref></x14:dataValidation>"  # type: ignore[index]
        for rule in rules
    )
    for rule in rules:
        text = text.replace(rule, "")
    ext = (
        f'<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{x14}"><x14:dataValidations count="{len(rules)}" '
        f'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">{moved}</x14:dataValidations></ext></extLst>'
    )
    return text.replace("</worksheet>", ext + "</worksheet>")


@written("guard-lost", "tab-unguarded", "key-row-shown", "rule-missing")
def exported_by_google(part: str, text: str, sheet: Sheet) -> str:
    """A model of what Google writes: no properties, nothing hidden from sight, no guards, rules of dropdowns alone."""
    if part == "docProps/custom.xml":
        return ""
    if part == "_rels/.rels":
        return re.sub(r'<Relationship [^>]*custom-properties"[^>]*/>', "", text)
    if part == "[Content_Types].xml":
        return re.sub(r'<Override [^>]*custom\.xml"[^>]*/>', "", text)
    if part == "xl/workbook.xml":
        return text.replace(' state="veryHidden"', "").replace(' state="hidden"', "")
    if "worksheets/" in part or part == "sheet":
        text = re.sub(
            r"<sheetProtection [^>]*/>|<ignoredErrors>.*?</ignoredErrors>|<dimension [^>]*/>", "", text
        )
        text = re.sub(r'<dataValidation [^>]*type="(?!list)[^"]*".*?</dataValidation>', "", text)
        text = re.sub(r'(<row r="1"[^>]*?) hidden="1"', r"\1", text)
    return text


@written(
    "guard-lost",
    "tab-unguarded",
    "key-row-shown",
    "rule-missing",
    "highlight-altered",
    "freeze-lost",
    "filter-lost",
    "name-altered",
)
def exported_by_numbers(part: str, text: str, sheet: Sheet) -> str:
    """A model of what Numbers writes: values and looks of cells; no rules, marks, guards, names, panes, properties."""
    text = exported_by_google(part, text, sheet)
    if part == "xl/workbook.xml":
        return re.sub(r"<definedNames>.*?</definedNames>", "", text)
    if "worksheets/" in part or part == "sheet":
        gone = r"<dataValidations.*?</dataValidations>|<conditionalFormatting.*?</conditionalFormatting>|<autoFilter [^>]*/>"
        text = re.sub(gone, "", text, flags=re.DOTALL)
        text = re.sub(r"<pane [^>]*/>", "", text)
        text = re.sub(r' pane="[^"]*"', "", text)
    return text


@written()
def saved_by_wps(part: str, text: str, sheet: Sheet) -> str:
    """A model of what WPS writes: a wrong dimension, its own namespaces and extensions, another application name."""
    text = wrong_dimension(part, text, sheet)
    if part == "sheet" or "worksheets/" in part:
        spaces = 'xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"'
        text = re.sub(r"<worksheet ", f"<worksheet {spaces} ", text, count=1)
    if part == "docProps/app.xml":
        text = text.replace("Microsoft Excel Compatible / custbook-gen", "WPS Office")
    return text
