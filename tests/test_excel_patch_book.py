"""Mending whole workbooks: names, properties, sheets of ours, files of other programs."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from custbook_gen.backends.excel.write import write_package
from custbook_gen.workbook import (
    CellPatch,
    ConditionalFormat,
    Formula,
    Patch,
    Plan,
    RawCell,
    RawSheet,
    RawWorkbook,
    Rule,
    RulePatch,
    Style,
    StyledCell,
)
from tests.excel_plans import FIRST, overview, realistic_plan
from tests.xlsx_samples import (
    MAIN,
    SHEET,
    cells,
    entries,
    faults,
    part,
    parts,
    patched,
    read,
    resaved,
    sheet_xml,
    touched,
    values_of,
    zipped,
)

# ---------------------------------------------------------------- the workbook's own parts


def with_chain(content: dict[str, str]) -> dict[str, str]:
    content["xl/calcChain.xml"] = f'<calcChain xmlns="{MAIN}"><c r="A1" i="1"/></calcChain>'
    rels = content["xl/_rels/workbook.xml.rels"]
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    content["xl/_rels/workbook.xml.rels"] = rels.replace(
        "</Relationships>", f'<Relationship Id="rId99" Type="{kind}" Target="calcChain.xml"/></Relationships>'
    )
    types = content["[Content_Types].xml"]
    content["[Content_Types].xml"] = types.replace(
        "</Types>",
        '<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.calcChain+xml"/></Types>',
    )
    return content


def test_the_calculation_chain_goes_and_values_are_calculated_anew() -> None:
    source = zipped(with_chain(parts(sheet_xml(""), names='<calcPr calcId="191029"/>')))
    made = patched(source, cells(CellPatch(1, 1, 1)))
    assert touched(source, made) == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/calcChain.xml", SHEET,
    }  # fmt: skip
    assert "calcChain" not in part(made, "[Content_Types].xml") + part(made, "xl/_rels/workbook.xml.rels")
    assert '<calcPr calcId="191029" fullCalcOnLoad="1"/>' in part(made, "xl/workbook.xml")


def test_rules_alone_touch_the_sheet_alone() -> None:
    source = zipped(with_chain(parts(sheet_xml(""))))
    assert touched(
        source, patched(source, cells(rules=(RulePatch(1, 1, Rule("list", formula1="cb_new")),)))
    ) == {SHEET}


def test_names_are_set_or_added_and_names_of_a_sheet_stay() -> None:
    names = (
        '<definedNames><definedName name="CB_a" comment="c">S1!$A$1</definedName>'
        '<definedName name="cb_a" localSheetId="0">S1!$Z$1</definedName></definedNames><calcPr calcId="1"/>'
    )
    source = zipped(parts(sheet_xml(""), names=names))
    made = patched(source, Patch(names={"cb_a": "'S1'!$B$1", "cb_b": "'客 & 户'!$C$1"}))
    assert touched(source, made) == {"xl/workbook.xml"}
    assert read(made).names == {"CB_a": "'S1'!$B$1", "cb_b": "'客 & 户'!$C$1"}
    assert '<definedName name="cb_a" localSheetId="0">S1!$Z$1</definedName>' in part(made, "xl/workbook.xml")
    assert part(made, "xl/workbook.xml").endswith('</definedNames><calcPr calcId="1"/></workbook>')
    fresh = patched(parts(sheet_xml("")), Patch(names={"cb_a": "S1!$A$1"}))
    assert read(fresh).names == {"cb_a": "S1!$A$1"}


def test_properties_are_set_or_added() -> None:
    source = zipped(parts(sheet_xml("")))
    made = patched(source, Patch(properties={"cb.rev": "1", "客": "<&_x0041_"}))
    assert touched(source, made) == {"docProps/custom.xml", "_rels/.rels", "[Content_Types].xml"}
    again = patched(made, Patch(properties={"cb.rev": "2", "more": "m"}))
    assert touched(made, again) == {"docProps/custom.xml"}
    assert read(again).properties == {"cb.rev": "2", "客": "<&_x0041_", "more": "m"}
    assert re.findall(r'pid="(\d+)"', part(again, "docProps/custom.xml")) == ["2", "3", "4"]


def test_a_workbook_without_styles_gets_some_and_its_cells_keep_their_look() -> None:
    source = zipped(parts(sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>')))
    made = patched(source, cells(CellPatch(1, 1, "=x")))
    assert touched(source, made) >= {"xl/styles.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
    assert '<c r="A1" s="1" t="inlineStr">' in part(made)
    assert part(made, "xl/styles.xml").count("<xf ") == 3
    again = patched(made, cells(CellPatch(2, 1, "=y")))
    assert touched(made, again) == {SHEET}
    orphan = zipped({**parts(sheet_xml("")), "xl/styles.xml": "<left/>"})
    assert part(patched(orphan, cells(CellPatch(1, 1, "=x"))), "xl/styles.xml") == "<left/>"


# ---------------------------------------------------------------- sheets written anew


def written(plan: Plan) -> BytesIO:
    out = BytesIO()
    write_package(plan, out)
    return out


def test_a_rewritten_sheet_has_its_new_cells_and_keeps_its_frame() -> None:
    plan = realistic_plan()
    source = written(plan)
    new = overview()
    cells_now = dict(new.cells)
    cells_now[4, 2] = StyledCell(Formula("1+1", 2), Style(number_format="0.000", fill="ABCDEF"))
    cells_now[12, 1] = StyledCell("=not a formula", Style(italic=True, size=15))
    new = replace(
        new,
        cells=cells_now,
        merges=("A12:C12",),
        conditional_formats=(ConditionalFormat("B4:B6", "B4>1", "FF0000", "00FF00"),),
    )
    made = patched(source, Patch(rewritten=(new,)))
    changed = {name for name in touched(source, made) if not name.startswith("xl/charts/")}
    assert changed <= {SHEET, "xl/styles.xml", "xl/workbook.xml"}
    sheet = read(made).sheet("总览 & 图")
    assert sheet is not None
    assert sheet.cell(4, 2) == 2.0
    assert sheet.cell(12, 1) == "=not a formula"
    assert sheet.merges == ((12, 1, 12, 3),)
    assert "<drawing" in part(made)
    assert "<sheetProtection" in part(made)
    assert not faults(made)
    loaded = openpyxl.load_workbook(made)["总览 & 图"]
    assert isinstance(loaded, Worksheet)
    assert loaded["B4"].number_format == "0.000"
    assert loaded["B4"].fill.fgColor.rgb == "FFABCDEF"
    assert loaded["A12"].font.i
    assert loaded["A12"].quotePrefix
    rule = next(iter(loaded.conditional_formatting)).rules[0]
    assert rule.dxf.fill.bgColor.rgb == "FFFF0000"


def test_rewriting_the_same_sheets_again_adds_no_styles() -> None:
    plan = realistic_plan()
    source = written(plan)
    patch = Patch(rewritten=plan.sheets)
    once = patched(source, patch)
    assert entries(once)["xl/styles.xml"] == entries(source)["xl/styles.xml"]
    assert values_of(read(once)) == values_of(read(source))
    assert entries(patched(once, patch)) == entries(once)


def test_charts_show_the_new_values() -> None:
    plan = realistic_plan()
    new = overview()
    cells_now = {**new.cells, (5, 2): StyledCell(424242)}
    made = patched(written(plan), Patch(rewritten=(replace(new, cells=cells_now),)))
    assert sum("424242" in part(made, f"xl/charts/chart{n}.xml") for n in range(1, 5)) == 3


# ---------------------------------------------------------------- files of other programs


def library_workbook() -> BytesIO:
    """A user's workbook with all sorts of things around our cells."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "数据"
    sheet.append(["名称", "金额", "双倍"])
    for number in range(2, 8):
        sheet.append([f"客户{number}", number * 1.5, f"=B{number}*2"])
    sheet["A2"].comment = Comment("看这里", "me")
    sheet["B2"].number_format = "#,##0.00"
    sheet["A1"].font = Font(bold=True)
    sheet.auto_filter.ref = "A1:C7"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=7), titles_from_data=True)
    sheet.add_chart(chart, "F2")
    own = workbook.create_sheet("自己的表")
    assert isinstance(own, Worksheet)
    own.append(["a", "b"])
    own.append([1, "=SUM(数据!B:B)"])
    own.add_table(Table(displayName="Own_1", ref="A1:B2"))
    out = BytesIO()
    workbook.save(out)
    return out


MENDING = cells(
    CellPatch(3, 1, "新客户 <&>"),
    CellPatch(4, 3, Formula("B4*2", 6)),
    CellPatch(8, 1, "=1+1"),
    CellPatch(8, 2, 99),
    CellPatch(8, 3, Formula("B8*2", 198)),
    rules=(RulePatch(2, 2, Rule("decimal", operator="greater_or_equal", formula1="0", error="请填数字")),),
    title="数据",
)


def check_mended(before: BytesIO, after: BytesIO) -> None:
    old, new = read(before), read(after)
    changed = {
        key for key in values_of(old) | values_of(new) if values_of(old).get(key) != values_of(new).get(key)
    }
    assert changed <= {("数据", patch.row, patch.column) for patch in MENDING.sheets[0].cells}
    sheet = new.sheet("数据")
    assert sheet is not None
    assert sheet.rows[8] == ("=1+1", 99.0, 198.0)
    assert sheet.cell(3, 1) == "新客户 <&>"
    assert (2, 2, 1048576, 2) in sheet.rules[-1].rectangles
    assert touched(before, after) <= {
        "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml",
        "xl/calcChain.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml",
    }  # fmt: skip
    assert openpyxl.load_workbook(after)["数据"]["A8"].value == "=1+1"
    assert (
        CalamineWorkbook.from_filelike(BytesIO(after.getvalue())).get_sheet_by_name("数据").to_python()[7][1]
        == 99.0
    )
    assert faults(after) == faults(before)


def test_a_library_written_workbook_is_mended() -> None:
    source = library_workbook()
    check_mended(source, patched(source, MENDING))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_workbook_saved_by_libreoffice_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(library_workbook().getvalue())
    source = BytesIO(resaved(path, tmp_path / "saved").read_bytes())
    check_mended(source, patched(source, MENDING))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_book_of_ours_saved_by_libreoffice_is_read_and_refreshed(tmp_path: Path) -> None:
    plan = realistic_plan()
    path = tmp_path / "book.xlsx"
    path.write_bytes(written(plan).getvalue())
    source = BytesIO(resaved(path, tmp_path / "saved").read_bytes())
    before, original = read(source), read(written(plan))
    assert {name: text.replace("'", "") for name, text in original.names.items()} == before.names
    assert before.properties == original.properties
    assert same_rows(before, original)
    made = patched(
        source, Patch(rewritten=tuple(s for s in plan.sheets if s.table is None), properties={"x": "y"})
    )
    assert same_rows(read(made), original)
    assert faults(made) == faults(source)


def same_rows(found: RawWorkbook, wanted: RawWorkbook) -> bool:
    """Whether the values agree, numbers up to what programs keep of them."""

    def rounded(value: RawCell) -> RawCell:
        return round(float(value), 9) if isinstance(value, float) else value

    ours, theirs = values_of(found), values_of(wanted)
    keys = {key for key in ours | theirs if rounded(ours.get(key)) != rounded(theirs.get(key))}
    return not keys or all(ours.get(key) in {None, ""} and theirs.get(key) in {None, ""} for key in keys)


def test_a_written_book_is_patched_row_by_row() -> None:
    plan = realistic_plan()
    source = written(plan)
    patch = cells(CellPatch(FIRST, 2, "改名"), CellPatch(FIRST + 60, 1, "C000099"), title="客户档案")
    made = patched(source, patch)
    assert touched(source, made) <= {"xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/styles.xml"}
    assert not faults(made)
    sheet = read(made).sheet("客户档案")
    assert isinstance(sheet, RawSheet)
    assert sheet.cell(FIRST, 2) == "改名"
    assert sheet.cell(FIRST + 60, 1) == "C000099"
    loaded = openpyxl.load_workbook(made)["客户档案"]
    assert isinstance(loaded, Worksheet)
    assert loaded.cell(FIRST + 60, 1).number_format == "@"
    assert loaded.auto_filter.ref is not None
    assert loaded.auto_filter.ref.endswith(str(FIRST + 60))
