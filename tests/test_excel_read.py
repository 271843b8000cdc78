"""Reading workbooks of any origin."""

# ruff: noqa: E501, DTZ001 (markup reads best on one line; sheets know no time zones)

from __future__ import annotations

import datetime as dt
import hashlib
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from custbook_gen.backends.excel.references import MovableFormula, rectangle, reference, without
from custbook_gen.backends.excel.write import write_package
from custbook_gen.furniture import date_kind
from custbook_gen.workbook import CellError, RawRule, RawSheet, Serial
from tests.excel_plans import realistic_plan
from tests.xlsx_samples import MAIN, OFFICE, parts, read, read_rows, relationships, sheet_xml, styles_xml

X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"


def strings_xml(*items: str) -> str:
    return f'<sst xmlns="{MAIN}">' + "".join(f"<si>{item}</si>" for item in items) + "</sst>"


# ---------------------------------------------------------------- cells


def test_shared_strings_join_their_runs_but_not_phonetic_readings() -> None:
    strings = strings_xml(
        "<t>plain</t>",
        "<r><t>rich </t></r><r><rPr><b/></rPr><t>文本</t></r>",
        '<t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh>',
        "<t/>",
    )
    sheet = read_rows(
        '<row r="1">' + "".join(f'<c r="{c}1" t="s"><v>{n}</v></c>' for n, c in enumerate("ABCD")) + "</row>",
        strings=strings,
    )
    assert sheet.rows[1] == ("plain", "rich 文本", "東京")


def test_every_cell_type_is_understood() -> None:
    sheet = read_rows(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="str"><f>C1</f><v>b</v></c>'
        '<c r="C1" t="b"><v>1</v></c><c r="D1" t="b"><v>false</v></c><c r="E1" t="e"><v>#REF!</v></c>'
        '<c r="F1"><v>1.5</v></c><c r="G1" t="n"><v>-2e3</v></c><c r="H1" t="d"><v>2024-01-05</v></c>'
        '<c r="I1" t="d"><v>2024-01-05T12:00:00Z</v></c><c r="J1" t="d"><v>06:00:00</v></c></row>'
    )
    assert sheet.rows[1] == (
        "a", "b", True, False, CellError("#REF!"), 1.5, -2000.0, Serial(45296), Serial(45296.5), Serial(0.25),
    )  # fmt: skip
    assert all(isinstance(value, Serial) for value in sheet.rows[1][7:])
    assert sheet.formulas == {(1, 2): "C1"}


def test_inline_strings_keep_runs_blanks_and_escapes() -> None:
    sheet = read_rows(
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>x</t></r><r><t xml:space="preserve"> y</t></r></is></c>'
        '<c r="B1" t="inlineStr"><is><t>a_x000D_b_x005F_x000D_</t></is></c>'
        '<c r="C1" t="inlineStr"><is><t>&lt;&amp;&#10;&gt;</t></is></c></row>'
    )
    assert sheet.rows[1] == ("x y", "a\rb_x000D_", "<&\n>")


def test_rows_and_cells_without_a_place_follow_one_another() -> None:
    sheet = read_rows(
        '<row><c><v>1</v></c><c r="D1"><v>4</v></c><c><v>5</v></c></row><row r="5"/><row><c><v>6</v></c></row>'
    )
    assert sheet.rows == {1: (1.0, None, None, 4.0, 5.0), 6: (6.0,)}


def test_a_wrong_dimension_is_not_believed() -> None:
    sheet = read_rows('<row r="3"><c r="C3"><v>1</v></c></row>', before='<dimension ref="A1"/>')
    assert sheet.cell(3, 3) == 1.0


def test_rows_of_nothing_but_styled_cells_are_left_out() -> None:
    ghost = "".join(
        f'<row r="{n}" hidden="1"><c r="A{n}" s="0"/><c r="B{n}" t="s"/></row>' for n in range(2, 9)
    )
    sheet = read_rows('<row r="1"><c r="A1"><v>1</v></c></row>' + ghost)
    assert sheet.rows == {1: (1.0,)}
    assert sheet.hidden_rows == frozenset()


def test_a_formula_that_gives_empty_text_is_kept_and_empty_text_alone_is_not() -> None:
    sheet = read_rows(
        '<row r="1"><c r="A1" t="str"><f>""</f><v></v></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t></t></is></c></row>'
    )
    assert sheet.rows == {1: ("",)}


def test_hidden_rows_and_merges_are_told() -> None:
    sheet = read_rows(
        '<row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="0"><c r="A2"><v>2</v></c></row>',
        after='<mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="C3:C5"/></mergeCells>',
    )
    assert sheet.hidden_rows == {1}
    assert sheet.merges == ((1, 1, 1, 2), (3, 3, 5, 3))


def test_a_prefix_on_every_element_makes_no_difference() -> None:
    content = parts("")
    content["xl/worksheets/sheet1.xml"] = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    assert read(content).sheets[0].rows == {1: (7.0,)}


@pytest.mark.parametrize(
    "target", ["/xl/worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml", "WorkSheets/Sheet1.xml"]
)
def test_targets_may_be_absolute_or_lead_upwards(target: str) -> None:
    content = parts(sheet_xml('<row r="1"><c r="A1"><v>7</v></c></row>'))
    content["xl/_rels/workbook.xml.rels"] = relationships(("worksheet", target))
    assert read(content).sheets[0].rows == {1: (7.0,)}


# ---------------------------------------------------------------- formulas


def test_shared_formulas_are_spelled_out() -> None:
    sheet = read_rows(
        '<row r="1"><c r="B1"><f t="shared" ref="B1:C2" si="0">A1*$A$1+SUM(A$1:A1,\'a b\'!A1)&amp;"A1"</f><v>1</v></c>'
        '<c r="C1"><f t="shared" si="0"/><v>1</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/><v>1</v></c><c r="C2"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    assert sheet.formulas == {
        (1, 2): "A1*$A$1+SUM(A$1:A1,'a b'!A1)&\"A1\"",
        (1, 3): "B1*$A$1+SUM(B$1:B1,'a b'!B1)&\"A1\"",
        (2, 2): "A2*$A$1+SUM(A$1:A2,'a b'!A2)&\"A1\"",
        (2, 3): "B2*$A$1+SUM(B$1:B2,'a b'!B2)&\"A1\"",
    }


def test_array_formulas_count_once_and_data_tables_not_at_all() -> None:
    sheet = read_rows(
        '<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2*2</f><v>2</v></c>'
        '<c r="C1"><f t="dataTable" ref="C1:C2" dt2D="0" dtr="0" r1="B1"/><v>5</v></c></row>'
        '<row r="2"><c r="A2"><v>4</v></c></row>'
    )
    assert sheet.formulas == {(1, 1): "B1:B2*2"}
    assert sheet.rows == {1: (2.0, None, 5.0), 2: (4.0,)}


PIECES = ["A1", "$B2", "C$3", "$D$4", "A1:B9", "$A:B", "2:$5", "'客 户'!C7", "Sheet2!A1:C3", "cb_name", '"A1"', "12.5",
          "SUM(A1,B2)", "LOG10(E5)", "IF(A1>0,B1,\"\")", "T[列]"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), st.integers(5, 60), st.integers(5, 60))
@settings(deadline=None)
def test_moving_a_formula_agrees_with_the_library(pieces: list[str], row: int, column: int) -> None:
    formula = "+".join(pieces)
    place = reference((row, column, row, column))
    expected = Translator(f"={formula}", origin="E5").translate_formula(place)
    assert f"={MovableFormula(formula, 5, 5).at(row, column)}" == expected


def test_a_reference_moved_off_the_sheet_is_gone() -> None:
    assert MovableFormula("A1+Sheet2!B5:B6", 5, 5).at(4, 5) == "#REF!+Sheet2!B4:B5"
    assert MovableFormula("'a'!A5", 5, 5).at(5, 4) == "'a'!#REF!"


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", None), ("0.00", None), ("@", None), ("#,##0;[Red]-#,##0", None), ("0.00E+00", None),
        ('0"days"', None), (r"0\d", None), ("[$-804]#,##0", None), ("_(* #,##0.00_);_(@_)", None), ("0_d", None),
        ("G/通用格式", None), ("yyyy-mm-dd", "date"), ('yyyy"年"m"月"d"日"', "date"), ("[$-804]aaaa, d", "date"),
        ("mmm", "date"), ("m/d/yy h:mm", "date"), ("h:mm AM/PM", "time"), ("[h]:mm:ss", "time"), ("mm:ss.0", "time"),
        ("[Blue]d;@", "date"), ('"year"yy', "date"),
    ],
)  # fmt: skip
def test_number_formats_tell_dates_from_numbers(code: str, kind: str | None) -> None:
    assert date_kind(code) == kind


def test_numbers_in_date_formats_are_serials() -> None:
    formats: list[str | int] = ["General", "yyyy-mm-dd", 14, 31, 57, 2, "0.0 &quot;d&quot;"]
    cells = "".join(f'<c r="{c}1" s="{n}"><v>45296</v></c>' for n, c in enumerate("ABCDEFG"))
    sheet = read_rows(
        f'<row r="1">{cells}<c r="H1" s="999"><v>1</v></c></row>', styles=styles_xml(0, *formats[1:])
    )
    dates = [isinstance(value, Serial) for value in sheet.rows[1]]
    assert dates == [False, True, True, True, True, False, False, False]


def test_workbooks_that_count_from_1904_are_shifted_but_times_are_not() -> None:
    content = parts(
        sheet_xml(
            '<row r="1"><c r="A1" s="0"><v>0</v></c><c r="B1" s="1"><v>0.5</v></c><c r="C1"><v>5</v></c></row>'
        ),
        styles=styles_xml(14, 20, 0),
        settings='<workbookPr date1904="1"/>',
    )
    assert read(content).sheets[0].rows[1] == (Serial(1462), Serial(0.5), Serial(1467))
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace(' date1904="1"', "")
    assert read(content).sheets[0].rows[1] == (Serial(0), Serial(0.5), Serial(5))


# ---------------------------------------------------------------- rules, names, properties


def test_rules_are_read_from_both_places() -> None:
    sheet = read_rows(
        "",
        after='<dataValidations count="3">'
        '<dataValidation type="list" showErrorMessage="1" sqref="A2:A9 C2:C1048576"><formula1>cb_x</formula1></dataValidation>'
        '<dataValidation type="textLength" operator="lessThanOrEqual" errorStyle="warning" showErrorMessage="1" sqref="B2">'
        "<formula1>9</formula1></dataValidation>"
        '<dataValidation showInputMessage="1" prompt="p" sqref="D1"/></dataValidations>'
        f'<extLst><ext xmlns:x14="{X14}" uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}">'
        f'<x14:dataValidations xmlns:xm="{XM}" count="1"><x14:dataValidation type="whole" showErrorMessage="1">'
        "<x14:formula1><xm:f>'a b'!$A$1</xm:f></x14:formula1><x14:formula2><xm:f>9</xm:f></x14:formula2>"
        "<xm:sqref>E2:E5</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>",
    )
    assert sheet.rules == (
        RawRule("list", "between", "cb_x", None, True, ((2, 1, 9, 1), (2, 3, 1048576, 3))),
        RawRule("text_length", "less_or_equal", "9", None, False, ((2, 2, 2, 2),)),
        RawRule("any", "between", None, None, False, ((1, 4, 1, 4),)),
        RawRule("whole", "between", "'a b'!$A$1", "9", True, ((2, 5, 5, 5),)),
    )


def test_names_of_the_workbook_are_read_and_those_of_a_sheet_are_not() -> None:
    names = (
        '<definedNames><definedName name="cb_x">S1!$A$1:$A$9</definedName>'
        '<definedName name="cb_x" localSheetId="0">S1!$B$1</definedName>'
        '<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">S1!$A$1</definedName></definedNames>'
    )
    assert read(parts(sheet_xml(""), names=names)).names == {"cb_x": "S1!$A$1:$A$9"}


def test_custom_properties_are_text_whatever_their_type() -> None:
    content = parts(sheet_xml(""))
    content["_rels/.rels"] = relationships(
        ("officeDocument", "xl/workbook.xml"), ("custom-properties", "docProps/custom.xml")
    )
    content["docProps/custom.xml"] = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        '<property fmtid="{D5}" pid="2" name="cb.book"><vt:lpwstr>书_x005F_x0041_</vt:lpwstr></property>'
        '<property fmtid="{D5}" pid="3" name="cb.rev"><vt:i4>7</vt:i4></property></Properties>'
    )
    assert read(content).properties == {"cb.book": "书_x0041_", "cb.rev": "7"}


def test_hidden_sheets_are_told_and_chart_sheets_skipped() -> None:
    content = parts(*[sheet_xml("")] * 4)
    book_xml = content["xl/workbook.xml"]
    book_xml = book_xml.replace('name="S2"', 'name="S2" state="hidden"').replace(
        'name="S3"', 'name="S3" state="veryHidden"'
    )
    content["xl/workbook.xml"] = book_xml
    content["xl/_rels/workbook.xml.rels"] = content["xl/_rels/workbook.xml.rels"].replace(
        f'Id="rId4" Type="{OFFICE}/worksheet"', f'Id="rId4" Type="{OFFICE}/chartsheet"'
    )
    found = read(content)
    assert [(s.title, s.state) for s in found.sheets] == [
        ("S1", "visible"),
        ("S2", "hidden"),
        ("S3", "very_hidden"),
    ]


def test_the_digest_is_that_of_the_bytes() -> None:
    out = BytesIO()
    openpyxl.Workbook().save(out)
    assert read(out).digest == hashlib.sha256(out.getvalue()).hexdigest()


# ---------------------------------------------------------------- rectangles

AREA = st.builds(
    lambda top, left, height, width: (top, left, top + height, left + width),
    st.integers(1, 12), st.integers(1, 12), st.integers(0, 6), st.integers(0, 6),
)  # fmt: skip


def cells_of(*areas: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    return sorted(
        (r, c)
        for top, left, bottom, right in areas
        for r in range(top, bottom + 1)
        for c in range(left, right + 1)
    )


@given(AREA, AREA)
def test_cutting_a_rectangle_out_leaves_each_other_cell_once(
    area: tuple[int, int, int, int], hole: tuple[int, int, int, int]
) -> None:
    assert cells_of(*without(area, hole)) == sorted(set(cells_of(area)) - set(cells_of(hole)))


@given(AREA)
def test_rectangles_and_references_are_inverse(area: tuple[int, int, int, int]) -> None:
    assert rectangle(reference(area)) == area


# ---------------------------------------------------------------- against other readers

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=12
).filter(lambda text: not text.startswith("=") and "_x" not in text)
VALUE = st.one_of(
    st.none(), TEXT, st.booleans(), st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12),
    st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)),
    st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2100, 1, 1)).map(lambda d: d.replace(microsecond=0)),
)  # fmt: skip


@given(st.lists(st.lists(VALUE, max_size=6), max_size=8))
@settings(deadline=None, max_examples=60)
def test_values_agree_with_two_other_readers(rows: list[list[object]]) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(row)
    out = BytesIO()
    workbook.save(out)
    found = read(out).sheets[0]
    theirs = CalamineWorkbook.from_filelike(BytesIO(out.getvalue())).get_sheet_by_index(0)
    start_row, start_column = theirs.start or (0, 0)
    calamine = {
        (r, c): value
        for r, row in enumerate(theirs.to_python(skip_empty_area=True), start_row + 1)
        for c, value in enumerate(row, start_column + 1)
    }
    again = openpyxl.load_workbook(BytesIO(out.getvalue())).active
    assert isinstance(again, Worksheet)
    for cells in again.iter_rows():
        for cell in cells:
            assert cell.row is not None
            assert cell.column is not None
            ours = plain(found.cell(cell.row, cell.column))
            assert ours == plain(cell.value), cell.coordinate
            assert ours == plain(calamine.get((cell.row, cell.column))), cell.coordinate


def plain(value: object) -> object:
    """A value of any reader as text, truth, number, date-time or nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, Serial):
        moment = dt.datetime(1899, 12, 30) + dt.timedelta(days=value)
        return (moment + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    if isinstance(value, dt.datetime):
        return (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_formulas_of_a_library_written_workbook_are_read() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet["A1"] = '=B1&"<>"'
    sheet["A2"] = ArrayFormula("A2:A3", "=SUM(B1:B2*2)")
    sheet["B1"] = "x"
    sheet["B1"].comment = Comment("hello", "me")
    sheet.add_data_validation(DataValidation("list", "cb_x", showErrorMessage=True, sqref="B1:B9"))
    out = BytesIO()
    workbook.save(out)
    found = read(out).sheets[0]
    assert found.formulas == {(1, 1): 'B1&"<>"', (2, 1): "SUM(B1:B2*2)"}
    assert found.rules[0].rectangles == ((1, 2, 9, 2),)


# ---------------------------------------------------------------- what we write


def test_a_written_plan_reads_back() -> None:
    plan = realistic_plan()
    out = BytesIO()
    write_package(plan, out)
    found = read(out)
    assert found.names == dict(plan.names)
    assert found.properties == dict(plan.properties)
    assert [(s.title, s.state) for s in found.sheets] == [(s.title, s.state) for s in plan.sheets]
    for planned in plan.sheets:
        sheet = found.sheet(planned.title)
        assert sheet is not None
        assert sheet.merges == tuple(rectangle(merge) for merge in planned.merges)
        if planned.table is not None:
            check_table(sheet, planned.table.first_row, planned.table.rows)


def check_table(sheet: RawSheet, first_row: int, rows: object) -> None:
    assert isinstance(rows, list)
    for number, row in enumerate(rows, first_row):
        for column, value in enumerate(row, 1):
            found = sheet.cell(number, column)
            formula = (number, column) in sheet.formulas
            if value is None or (value == "" and not formula):
                assert found is None
            elif isinstance(value, str | bool):
                assert found == value
            else:
                assert found == float(value)


def test_modules_of_macros_that_stand_among_the_sheets_are_no_sheets() -> None:
    content = parts(sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'))
    module = '<sheet name="Module1" sheetId="9" state="veryHidden" r:id=""/></sheets>'
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace("</sheets>", module)
    assert [sheet.title for sheet in read(content).sheets] == ["S1"]


def test_part_names_with_backslashes_are_followed() -> None:
    content = parts(sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'))
    assert read({name.replace("/", "\\"): data for name, data in content.items()}).sheets[0].cell(1, 1) == 1


def test_rules_whose_cells_are_gone_stand_on_none() -> None:
    rules = '<dataValidations><dataValidation type="list" sqref="#REF!"/></dataValidations>'
    assert read_rows("", after=rules).rules[0].rectangles == ()
