"""Cell formats that are written in two ways, one of which only the maker's own program understands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from custbook_gen.backends.excel.markup import MAIN, parse
from custbook_gen.backends.excel.number_formats import date_styles, look_styles
from custbook_gen.backends.excel.style_patch import StyleSheet, highest_format
from custbook_gen.workbook import CellPatch
from tests.xlsx_samples import cells, part, parts, patched, sheet_xml, styles_xml

STYLES = f"""<styleSheet xmlns="{MAIN}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">
<fonts count="1"><font><sz val="11"/></font></fonts>
<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>
<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>
<mc:AlternateContent><mc:Choice xmlns:hs="urn:hs" Requires="hs">
<xf numFmtId="14" fontId="0" fillId="0" borderId="0" hs:more="1"><protection locked="0"/></xf></mc:Choice>
<mc:Fallback><xf numFmtId="14" fontId="0" fillId="0" borderId="0"><protection locked="0"/></xf></mc:Fallback>
</mc:AlternateContent><xf numFmtId="10" fontId="0" fillId="0" borderId="0"/></cellXfs></styleSheet>"""


@pytest.fixture
def root() -> etree._Element:
    return parse(STYLES.encode())


def test_they_count_as_one(root: etree._Element) -> None:
    assert date_styles(root) == (None, "date", None)
    looks = look_styles(root)
    assert {number: (look.kind, look.locked) for number, look in looks.items()} == {
        "0": ("general", True),
        "1": ("date", False),
        "2": ("percent", True),
    }


def test_others_are_made_of_what_all_understand(root: etree._Element) -> None:
    styles = StyleSheet(root)
    assert styles.locked(1) == 3
    assert styles.quoted(1, quote=True) == 4
    assert styles.mended(1, 2) == 2
    assert date_styles(root) == (None, "date", None, "date", "date")
    made = root.iterfind(f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf")
    assert [xf.get("numFmtId") for xf in made] == ["0", "10", "14", "14"]
    assert look_styles(root)["3"].locked


def test_formats_that_cells_name_beyond_the_list_stay_what_they_are(root: etree._Element) -> None:
    """A damaged file's cells look like unformatted ones; an appended format may not become theirs."""
    cells = b"""<c r="A1" s="6"/><row\ts='2'/><c r="A2" s="99999"/><c r="A3" s="123456"/>"""
    styles = StyleSheet(root, lambda: highest_format([b"<c/>", cells]))
    assert styles.locked(0) == 0
    assert len(look_styles(root)) == 3
    assert styles.locked(1) == 7
    looks = look_styles(root)
    assert [looks[str(number)].kind for number in range(3, 8)] == ["general"] * 4 + ["date"]
    assert styles.quoted(1, quote=True) == 8


@pytest.mark.parametrize(("own", "number"), [({"S1"}, 5), ({"S1", "S2"}, 2)])
def test_a_patch_leaves_the_looks_of_peoples_sheets(own: set[str], number: int) -> None:
    theirs = sheet_xml('<row r="1"><c r="A1" s="4"><v>1</v></c></row>')
    content = parts(sheet_xml('<row r="1"><c r="A1" s="1"/></row>'), theirs, styles=styles_xml(0, 2))
    patch = replace(cells(CellPatch(1, 1, "=1+1")), own=frozenset(own))
    made = patched(content, patch)
    assert f'r="A1" s="{number}"' in part(made)
    looks = parse(part(made, "xl/styles.xml").encode()).iterfind(f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf")
    assert [xf.get("quotePrefix") for xf in looks] == [None] * number + ["1"]
