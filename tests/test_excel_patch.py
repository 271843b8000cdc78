"""Mending sheets of any origin: what is named changes, nothing else does."""

# ruff: noqa: E501 (markup reads best on one line)

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custbook_gen.backends.excel.formula_groups import loosened
from custbook_gen.backends.excel.row_patch import cell_markup
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import (
    Cell,
    CellPatch,
    Formula,
    RawCell,
    Rule,
    RulePatch,
)
from tests.xlsx_samples import (
    MAIN,
    SHEET,
    cells,
    entries,
    formulas_of,
    part,
    parts,
    patched,
    patched_sheet,
    read,
    refusal,
    sheet_xml,
    styles_xml,
    values_of,
    zipped,
)

X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"


# ---------------------------------------------------------------- cells


def test_a_cell_is_set_in_place_and_keeps_its_style_alone() -> None:
    row = '<row r="1" x:y="1" xmlns:x="u"><c r="A1" s="1" cm="1" t="s"><v>0</v></c> <c r="B1"><v>2</v></c></row>'
    made = patched_sheet(row, cells(CellPatch(1, 1, "a<b")), styles=styles_xml(0, 14))
    assert made == sheet_xml(
        '<row r="1" x:y="1" xmlns:x="u"><c r="A1" s="1" t="inlineStr"><is><t>a&lt;b</t></is></c> <c r="B1"><v>2</v></c></row>'
    )


@pytest.mark.parametrize(
    ("value", "markup"),
    [
        (None, '<c r="B2"/>'),
        ("", '<c r="B2"/>'),
        (True, '<c r="B2" t="b"><v>1</v></c>'),
        (3, '<c r="B2"><v>3</v></c>'),
        (Formula("A1*2", 4), '<c r="B2"><f>A1*2</f><v>4</v></c>'),
    ],
)
def test_every_kind_of_content_can_be_put_in_a_cell(value: Cell | Formula, markup: str) -> None:
    made = patched_sheet('<row r="2"><c r="B2" t="b"><v>0</v></c></row>', cells(CellPatch(2, 2, value)))
    assert made == sheet_xml(f'<row r="2">{markup}</row>')


def test_new_cells_and_rows_go_where_they_belong() -> None:
    made = patched_sheet(
        '<row r="2" spans="2:2" ht="20"><c r="B2"><v>1</v></c></row><row r="4" s="1"/><row r="6"><c r="A6"/></row>',
        cells(*(CellPatch(row, column, row) for row in (1, 2, 3, 4, 6, 9) for column in (3, 1))),
    )
    assert re.findall(r'<row r="(\d)"([^>]*)>(.*?)</row>', made) == [
        ("1", "", '<c r="A1"><v>1</v></c><c r="C1"><v>1</v></c>'),
        ("2", ' ht="20"', '<c r="A2"><v>2</v></c><c r="B2"><v>1</v></c><c r="C2"><v>2</v></c>'),
        ("3", "", '<c r="A3"><v>3</v></c><c r="C3"><v>3</v></c>'),
        ("4", ' s="1"', '<c r="A4"><v>4</v></c><c r="C4"><v>4</v></c>'),
        ("6", "", '<c r="A6"><v>6</v></c><c r="C6"><v>6</v></c>'),
        ("9", "", '<c r="A9"><v>9</v></c><c r="C9"><v>9</v></c>'),
    ]


def test_emptying_a_cell_that_is_not_there_adds_nothing() -> None:
    rows = '<row r="2"><c r="B2"><v>1</v></c></row>'
    assert patched_sheet(rows, cells(CellPatch(2, 1, None), CellPatch(9, 1, ""))) == sheet_xml(rows)


def test_a_sheet_without_rows_takes_cells() -> None:
    content = parts(f'<worksheet xmlns="{MAIN}"><sheetData/><pageMargins/></worksheet>')
    made = part(patched(content, cells(CellPatch(1, 1, 5))))
    assert (
        made
        == f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>5</v></c></row></sheetData><pageMargins/></worksheet>'
    )


def test_a_new_cell_looks_like_the_nearest_one_above_else_like_its_column() -> None:
    made = patched_sheet(
        '<row r="1"><c r="A1" s="5"/><c r="B1" s="5"/></row><row r="2"><c r="A2" s="1"/></row><row r="3"><c r="C3"/></row>',
        cells(CellPatch(4, 1, 1), CellPatch(4, 2, 1), CellPatch(4, 3, 1)),
        before='<cols><col min="2" max="3" width="9" style="2"/></cols>',
        after='<autoFilter ref="A1:C3"/>',
        styles=styles_xml(0, 0, 0, 0, 0, 0),
    )
    assert (
        '<row r="4"><c r="A4" s="1"><v>1</v></c><c r="B4" s="2"><v>1</v></c><c r="C4" s="2"><v>1</v></c></row>'
        in made
    )


def test_text_that_looks_like_a_formula_gets_a_quoting_style_and_loses_it_again() -> None:
    content = parts(
        sheet_xml('<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="1"/></row>'), styles=styles_xml(0, 2)
    )
    first = patched(content, cells(CellPatch(1, 1, "=1+1"), CellPatch(1, 2, "+86")))
    assert re.findall(r'r="([AB]1)" s="(\d)"', part(first)) == [("A1", "2"), ("B1", "2")]
    assert part(first, "xl/styles.xml").count('quotePrefix="1"') == 1
    second = patched(first, cells(CellPatch(1, 1, "=2"), CellPatch(1, 2, 5)))
    assert re.findall(r'r="([AB]1)" s="(\d)"', part(second)) == [("A1", "2"), ("B1", "1")]
    assert entries(second)["xl/styles.xml"] == entries(first)["xl/styles.xml"]


def test_appended_rows_stretch_dimension_filter_and_its_hidden_name() -> None:
    names = (
        '<definedNames><definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">\'S 1\'!$A$1:$B$2</definedName>'
        '<definedName name="other">S1!$A$1</definedName></definedNames>'
    )
    content = parts(
        sheet_xml(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
            before='<dimension ref="A1:B2"/>',
            after='<autoFilter xr:uid="{1}" ref="A1:B2" xmlns:xr="u"><filterColumn colId="0"/></autoFilter>',
        ),
        names=names,
    )
    made = patched(content, cells(CellPatch(2, 1, 5), CellPatch(4, 3, 5)))
    assert '<dimension ref="A1:C4"/>' in part(made)
    assert '<autoFilter xr:uid="{1}" ref="A1:B4" xmlns:xr="u"><filterColumn colId="0"/></autoFilter>' in part(
        made
    )
    book = part(made, "xl/workbook.xml")
    assert "'S 1'!$A$1:$B$4</definedName>" in book
    assert '<definedName name="other">S1!$A$1</definedName>' in book
    assert 'ref="A1:B2"' in part(patched(content, cells(CellPatch(2, 2, 5))))


@pytest.mark.parametrize("numbers", [(1, 10, 8), (2, 1), (3, 3)])
def test_a_sheet_whose_rows_are_not_in_order_is_not_patched(numbers: tuple[int, ...]) -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in numbers)
    error = refusal(lambda: patched_sheet(rows, cells(CellPatch(8, 2, 5), CellPatch(1, 2, 5))))
    assert error.code == "workbook-corrupt"
    assert error.facts["part"] == SHEET


def test_text_too_long_for_a_cell_is_refused() -> None:
    with pytest.raises(WorkbookError) as caught:
        patched(parts(sheet_xml("")), cells(CellPatch(3, 2, "x" * 32_768)))
    assert (caught.value.code, caught.value.facts["cell"]) == ("cell-not-writable", "'S1'!B3")


# ---------------------------------------------------------------- shared and array formulas

SHARED = (
    '<row r="1"><c r="B1"><f t="shared" ref="B1:B3" si="4">A1&amp;"x"</f><v>1</v></c></row>'
    '<row r="2"><c r="B2" s="0" t="str"><f t="shared" si="4"/><v>2</v></c></row>'
    '<row r="3"><c r="B3"><f t="shared" si="4"></f><v>3</v></c><c r="C3"><f t="shared" ref="C3" si="5">A3</f></c></row>'
)


def test_the_next_member_of_a_shared_formula_gets_its_text_when_its_master_goes() -> None:
    content = parts(sheet_xml(SHARED))
    made = patched(content, cells(CellPatch(1, 2, "gone")))
    assert read(made).sheets[0].formulas == {(2, 2): 'A2&"x"', (3, 2): 'A3&"x"', (3, 3): "A3"}
    assert '<c r="B2" s="0" t="str"><f t="shared" ref="B2:B3" si="4">A2&amp;"x"</f><v>2</v></c>' in part(made)
    assert '<c r="B3"><f t="shared" si="4"></f><v>3</v></c><c r="C3"><f t="shared" ref="C3" si="5">' in part(
        made
    )


def test_a_shared_formula_of_several_columns_is_spelled_out_when_its_master_goes() -> None:
    made = patched(parts(GROUPED), cells(CellPatch(1, 1, "gone")))
    assert "shared" not in part(made)
    wanted = {(1, 2): "E1&F$1", (2, 1): "D2&E$1", (3, 1): "D3&E$1", (3, 2): "E3&F$1"}
    assert read(made).sheets[0].formulas == wanted


class Watched(bytes):
    """Bytes that count how far they are looked through backwards."""

    looked = 0

    def rfind(self, *given: Any) -> int:
        """As ever; counted from the end to what was found."""
        found = super().rfind(*given)
        self.looked += given[2] - found
        return found


def test_the_cell_of_each_member_is_found_without_looking_through_all_the_others() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}"><f t="shared" si="0"/></c></row>' for row in range(2, 400))
    master = '<row r="1"><c r="A1"><f t="shared" ref="A1:B400" si="0">ROW()</f></c></row>'
    data = Watched(f"<sheetData>{master}{rows}</sheetData>".encode())
    assert len(list(loosened(data, [cell_markup(data, data.index(b"<c "))]))) == 398
    assert data.looked < len(data)


def test_a_member_of_a_shared_formula_goes_alone() -> None:
    made = patched(parts(sheet_xml(SHARED)), cells(CellPatch(2, 2, 5)))
    assert part(made) == sheet_xml(SHARED).replace(
        '<c r="B2" s="0" t="str"><f t="shared" si="4"/><v>2</v></c>', '<c r="B2" s="0"><v>5</v></c>'
    )
    both = patched(parts(sheet_xml(SHARED)), cells(CellPatch(1, 2, 5), CellPatch(2, 2, 5)))
    assert read(both).sheets[0].formulas == {(3, 2): 'A3&"x"', (3, 3): "A3"}


def test_an_array_formula_over_a_changed_cell_leaves_its_values() -> None:
    rows = (
        '<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c><c r="C1"><f t="array" ref="C1">D1</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c></row>'
    )
    found = read(patched(parts(sheet_xml(rows)), cells(CellPatch(2, 1, 9)))).sheets[0]
    assert found.formulas == {(1, 3): "D1"}
    assert found.rows == {1: (1.0, None, 1.0), 2: (9.0,)}


# ---------------------------------------------------------------- rules

LIST = Rule("list", formula1="cb_new", error="no")


def rules_of(archive: BytesIO) -> list[tuple[str, str | None, str]]:
    """Kind, first formula and ranges of each rule."""
    return [(rule.kind, rule.formula1, str(rule.rectangles)) for rule in read(archive).sheets[0].rules]


def test_a_rule_replaces_whatever_covers_its_column() -> None:
    after = '<pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/>'
    before = (
        '<dataValidations disablePrompts="1" count="3">'
        '<dataValidation type="list" sqref="B2:B9 B20"><formula1>old</formula1></dataValidation>'
        '<dataValidation type="whole" sqref="A1:C30 E5"><formula1>A1</formula1></dataValidation>'
        '<dataValidation type="custom" sqref="D1:D5"><formula1>D1&gt;0</formula1></dataValidation></dataValidations>'
    )
    made = patched(parts(sheet_xml("", after=before + after)), cells(rules=(RulePatch(2, 2, LIST),)))
    assert rules_of(made) == [
        ("whole", "A1", "((1, 1, 1, 3), (2, 1, 30, 1), (2, 3, 30, 3), (5, 5, 5, 5))"),
        ("custom", "D1>0", "((1, 4, 5, 4),)"),
        ("list", "cb_new", "((2, 2, 1048576, 2),)"),
    ]
    assert '<dataValidations disablePrompts="1" count="3">' in part(made)
    assert part(made).index("</dataValidations>") < part(made).index("<pageMargins")


def test_a_rule_may_end_before_the_sheet_does() -> None:
    old = '<dataValidation type="list" sqref="B2:B1048576"><formula1>old</formula1></dataValidation>'
    made = patched(
        parts(sheet_xml("", after=f"<dataValidations>{old}</dataValidations>")),
        cells(rules=(RulePatch(2, 4, LIST, 9),)),
    )
    assert rules_of(made) == [("list", "old", "((2, 2, 3, 2),)"), ("list", "cb_new", "((4, 2, 9, 2),)")]


def test_a_rule_whose_first_cell_was_cut_off_keeps_its_meaning() -> None:
    rule = (
        '<dataValidation type="custom" sqref="B2:C9"><formula1>AND(B2&gt;$A2,B$1)</formula1></dataValidation>'
    )
    made = patched(
        parts(sheet_xml("", after=f'<dataValidations count="1">{rule}</dataValidations>')),
        cells(rules=(RulePatch(2, 1, LIST),)),
    )
    assert rules_of(made)[0] == ("custom", "AND(C2>$A2,C$1)", "((2, 3, 9, 3),)")


def extension(*rules: str, more: str = "") -> str:
    return (
        f'<extLst>{more}<ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{X14}">'
        f'<x14:dataValidations count="{len(rules)}" xmlns:xm="{XM}">{"".join(rules)}</x14:dataValidations></ext></extLst>'
    )


def new_rule(ranges: str) -> str:
    return (
        '<x14:dataValidation type="list" showErrorMessage="1"><x14:formula1><xm:f>\'L\'!$A$1:$A$9</xm:f></x14:formula1>'
        f"<xm:sqref>{ranges}</xm:sqref></x14:dataValidation>"
    )


def test_rules_in_the_extension_are_cut_too() -> None:
    more = '<ext uri="{other}"><o:x xmlns:o="u"/></ext>'
    content = parts(sheet_xml("", after=extension(new_rule("B2:C9"), new_rule("B12"), more=more)))
    made = patched(content, cells(rules=(RulePatch(2, 2, LIST),)))
    assert rules_of(made) == [
        ("list", "cb_new", "((2, 2, 1048576, 2),)"),
        ("list", "'L'!$A$1:$A$9", "((2, 3, 9, 3),)"),
    ]
    assert re.search('<x14:dataValidations[^>]* count="1"', part(made))
    assert more in part(made)


def test_an_extension_without_rules_goes() -> None:
    content = parts(sheet_xml("", after=extension(new_rule("B2:B9"))))
    assert "extLst" not in part(patched(content, cells(rules=(RulePatch(2, 1, LIST),))))


def test_the_same_rule_patch_twice_changes_nothing_more() -> None:
    patch = cells(rules=(RulePatch(2, 2, LIST), RulePatch(3, 2, Rule("decimal", formula1="0", formula2="9"))))
    once = patched(parts(sheet_xml("")), patch)
    assert rules_of(patched(once, patch)) == rules_of(once)


# ---------------------------------------------------------------- spellings


UNNUMBERED = (
    f'<worksheet xmlns="{MAIN}"><sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>'
    "</sheetData></worksheet>"
)
PREFIXED = (
    f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1"><x:v>2</x:v></x:c></x:row>'
    '<x:row r="2"><x:c r="A2"><x:v>3</x:v></x:c></x:row></x:sheetData></x:worksheet>'
)
COMMENTED = (
    f"<?xml version='1.0'?>\n<!-- <row r='9'> --><worksheet xmlns='{MAIN}'\n><sheetData ><row\n r='1'><c r='A1'><v><![CDATA[1]]></v></c>"
    "<!-- <c r='B1'/> --><c r = 'B1' ><v>2</v ></c ></row ><row r='2'><c r='A2'><v>3</v></c></row></sheetData ></worksheet>"
)


@pytest.mark.parametrize(
    "sheet", [UNNUMBERED, PREFIXED, COMMENTED], ids=["unnumbered", "prefixed", "commented"]
)
def test_odd_spellings_of_a_sheet_are_patched(sheet: str) -> None:
    found = read(patched(parts(sheet), cells(CellPatch(1, 2, "new"), CellPatch(2, 3, 5)))).sheets[0]
    assert found.rows == {1: (1.0, "new"), 2: (3.0, None, 5.0)}


def test_a_sheet_in_another_encoding_is_patched() -> None:
    xml = '<?xml version="1.0" encoding="UTF-16"?>' + sheet_xml(
        '<row r="1"><c r="A1" t="str"><v>客</v></c></row>'
    )
    content: dict[str, str | bytes] = {**parts(""), SHEET: xml.encode("utf-16")}
    assert read(patched(content, cells(CellPatch(1, 2, "户")))).sheets[0].rows == {1: ("客", "户")}


# ---------------------------------------------------------------- laws


TEXT = st.text(st.characters(codec=None), max_size=8)
VALUE: st.SearchStrategy[Cell] = st.one_of(
    st.none(), TEXT, st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(-(10**9), 10**9, places=2),
)  # fmt: skip
FORMULA = st.builds(Formula, st.sampled_from(["A1+1", 'IF(B2="","",C3)', '"<&>"']), VALUE)
CELL_PATCH = st.builds(CellPatch, st.integers(1, 12), st.integers(1, 6), st.one_of(VALUE, FORMULA))

GROUPED = sheet_xml(
    '<row r="1"><c r="A1"><f t="shared" ref="A1:B3" si="0">D1&amp;E$1</f><v>1</v></c><c r="B1"><f t="shared" si="0"/><v>2</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c><c r="D2" t="b"><v>1</v></c></row>'
    '<row r="3"><c r="A3"><f t="shared" si="0"/><v>1</v></c><c r="B3"><f t="shared" si="0"/><v>1</v></c></row>'
    '<row r="5"/><row r="6" spans="1:2"><c r="C6" t="inlineStr"><is><t>t</t></is></c></row>'
)


def plain(value: Cell) -> RawCell:
    """A cell's value as it is read."""
    return value if value is None or isinstance(value, str | bool) else float(value)


@given(st.lists(CELL_PATCH, max_size=12))
@settings(deadline=None, max_examples=150)
def test_patched_cells_read_back_and_all_others_stay(patches: list[CellPatch]) -> None:
    source = zipped(parts(GROUPED, styles=styles_xml(0)))
    before = read(source)
    after = read(patched(source, cells(*patches)))
    values, formulas = values_of(before), formulas_of(before)
    for patch in patches:
        place = ("S1", patch.row, patch.column)
        values.pop(place, None)
        formulas.pop(place, None)
        if isinstance(patch.value, Formula):
            formulas[place] = patch.value.text
            values[place] = "" if patch.value.value is None else plain(patch.value.value)
        elif patch.value is not None and patch.value != "":
            values[place] = plain(patch.value)
    assert values_of(after) == values
    assert formulas_of(after) == formulas
