"""Whole workbooks written, and read back by others."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from custbook_gen.backends.excel.cells import unescape
from custbook_gen.backends.excel.chart_cache import PlannedCells, fill_caches
from custbook_gen.backends.excel.validation import cut, draw_rule
from custbook_gen.backends.excel.write import write_package
from custbook_gen.errors import WorkbookError
from custbook_gen.portions import PORTION
from custbook_gen.workbook import (
    Cell,
    ColumnPlan,
    Plan,
    Protection,
    Rule,
    SheetPlan,
    StyledCell,
    TablePlan,
)
from tests.excel_plans import CELLS, FIRST, INDUSTRIES, customer_rows, plain_column, realistic_plan

GOLDEN = Path(__file__).parent / "golden" / "excel"
_SURROGATE = re.compile("[\ud800-\udfff]")
UPDATE = "CUSTBOOK_UPDATE_GOLDEN"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def written(plan: Plan) -> bytes:
    out = BytesIO()
    write_package(plan, out)
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def table_plan(columns: tuple[ColumnPlan, ...], rows: list[tuple[Cell, ...]], blank_rows: int = 0) -> Plan:
    table = TablePlan(1, 2, 3, columns, rows, blank_rows)
    return Plan("t", (SheetPlan("s", "表", table=table),), {}, {})


# ---------------------------------------------------------------- read back by others


@settings(max_examples=25, deadline=None)
@example([(None, None, "\ud800")])
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=20))
def test_others_read_what_was_written(rows: list[tuple[Cell, ...]]) -> None:
    data = written(table_plan(tuple(plain_column(key) for key in "abc"), rows))
    book = openpyxl.load_workbook(BytesIO(data))
    seen = book.worksheets[0].iter_rows(min_row=3, max_row=2 + len(rows), max_col=3, values_only=True)
    for row, expected in zip(seen, rows, strict=True):
        for cell, value in zip(row, expected, strict=True):
            found = unescape(cell) if isinstance(cell, str) else cell
            assert _same(found, value)
    sheet = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0)
    lines = sheet.to_python(skip_empty_area=False)[2:]
    for line, expected in zip(lines, rows, strict=False):
        for cell, value in zip(line, expected, strict=False):
            # half a pair of surrogates is no text in Rust: it stays as it is spelled
            found = unescape(cell) if isinstance(cell, str) and _SURROGATE.search(str(value)) else cell
            assert _same(found, value)
    assert not any(value not in {None, ""} for row in rows[len(lines) :] for value in row)


def _same(found: object, value: Cell) -> bool:
    if value is None or value == "":
        return found in {None, ""}
    if isinstance(value, str | bool):
        return type(found) is type(value) and found == value
    return isinstance(found, int | float) and float(found) == float(value)


def test_formulas_come_with_their_values() -> None:
    data = written(realistic_plan())
    formulas = openpyxl.load_workbook(BytesIO(data))
    values = openpyxl.load_workbook(BytesIO(data), data_only=True)
    assert formulas["客户档案"].cell(FIRST + 1, 10).value == 'IF(N(H7)=0,"",G7/H7)'.join(("=", ""))
    assert values["客户档案"].cell(FIRST + 1, 10).value == customer_rows()[1][9]
    assert values["客户档案"].cell(FIRST + 1, 11).value == "低"
    assert values["客户档案"].cell(FIRST + 45, 11).value == "低"
    assert values["总览 & 图"]["C4"].value == 10
    assert values["总览 & 图"]["B8"].value is True


# ---------------------------------------------------------------- the whole package


def test_equal_plans_give_equal_bytes() -> None:
    assert written(realistic_plan()) == written(realistic_plan())


@pytest.mark.parametrize("seed", ["1", "2"])
def test_bytes_do_not_depend_on_the_run(seed: str) -> None:
    code = (
        "import io, sys; from tests.excel_plans import realistic_plan as plan; "
        "from custbook_gen.backends.excel.write import write_package as write; "
        "out = io.BytesIO(); write(plan(), out); sys.stdout.buffer.write(out.getvalue())"
    )
    root = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
    run = subprocess.run(  # the product's own code, in a fresh interpreter
        [sys.executable, "-c", code], capture_output=True, check=True, env=environment, cwd=root
    )
    assert run.stdout == written(realistic_plan())


def test_parts_are_as_they_were() -> None:
    seen = {
        name: etree.tostring(
            etree.fromstring(data, etree.XMLParser(remove_blank_text=True)),
            pretty_print=True,
            encoding="unicode",
        )
        for name, data in parts(written(realistic_plan(3, 2))).items()
        if not name.startswith("xl/theme/")
    }
    files = {name: GOLDEN / f"{name.replace('/', '~')}" for name in seen}
    if os.environ.get(UPDATE):
        for old in GOLDEN.glob("*"):
            old.unlink()
        for name, text in seen.items():
            files[name].write_text(text, encoding="utf-8")
    assert {path.name for path in GOLDEN.iterdir()} == {path.name for path in files.values()}
    for name, text in seen.items():
        assert text == files[name].read_text(encoding="utf-8"), f"{name}: if it is meant, run with {UPDATE}=1"


def test_the_package_is_as_every_reader_wants_it() -> None:
    package = parts(written(realistic_plan()))
    assert next(iter(package)) == "[Content_Types].xml"
    assert "xl/calcChain.xml" not in package
    assert not [name for name, data in package.items() if name.endswith(".rels") and b'Target="/' in data]
    assert b'fullCalcOnLoad="1"' in package["xl/workbook.xml"]
    assert package["xl/drawings/drawing1.xml"].count(b"<xdr:graphicFrame>") == 4
    styles = etree.fromstring(package["xl/styles.xml"])
    fonts = [[etree.QName(child).localname for child in font] for font in styles.iter(f"{MAIN}font")]
    order = ["b", "i", "u", "sz", "color", "name", "family", "charset"]
    assert fonts == [[tag for tag in order if tag in font] for font in fonts]
    assert b"dcterms" not in package["docProps/core.xml"]


def test_sheets_have_what_the_plan_says() -> None:
    book = openpyxl.load_workbook(BytesIO(written(realistic_plan())))
    assert [(s.title, s.sheet_state) for s in book.worksheets] == [
        ("总览 & 图", "visible"),
        ("客户档案", "visible"),
        ("选项", "hidden"),
        ("_meta", "veryHidden"),
    ]
    assert book.active is book["客户档案"]
    assert book.defined_names["cb_industry"].attr_text == "'选项'!$A$2:$A$4"
    assert {p.name: p.value for p in book.custom_doc_props.props} == {  # type: ignore[attr-defined]
        "custbook.book": "b-1",
        "custbook.schema": "客户 & v1",
    }
    sheet = book["客户档案"]
    assert sheet.freeze_panes == "C6"
    assert sheet.auto_filter.ref == "A5:K55"
    assert sheet.print_title_rows == "$5:$5"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.row_dimensions[4].hidden
    assert sheet.row_dimensions[5].height == 33
    assert [str(area) for area in sheet.merged_cells.ranges]
    assert sheet["A2"].hyperlink.location == "'总览 & 图'!A1"
    assert sheet.sheet_properties.tabColor is not None
    assert sheet.sheet_properties.tabColor.rgb == "FF1F4E79"
    assert book["总览 & 图"].sheet_view.zoomScale == 90


def test_a_protected_table_stays_open_for_work() -> None:
    sheet = openpyxl.load_workbook(BytesIO(written(realistic_plan())))["客户档案"]
    guard = sheet.protection
    assert guard.sheet
    assert guard.password is None
    refused = {
        name
        for name in ("sort", "autoFilter", "insertRows", "deleteRows", "formatColumns", "formatRows")
        if getattr(guard, name)
    }
    assert not refused
    assert guard.insertColumns
    own = sheet.column_dimensions["L"]
    assert (own.min, own.max, own.protection.locked) == (12, 16_384, False)
    assert sheet.column_dimensions["F"].number_format == "yyyy-mm-dd"
    assert not sheet.cell(FIRST, 1).protection.locked
    assert sheet.cell(5, 1).protection.locked


def test_text_that_looks_like_a_formula_stays_text_when_edited() -> None:
    sheet = openpyxl.load_workbook(BytesIO(written(realistic_plan())))["客户档案"]
    quoted = sheet.cell(FIRST + 1, 2)
    plain = sheet.cell(FIRST, 2)
    assert (quoted.value, quoted.data_type) == ("=SUM(A1)", "s")
    assert quoted.quotePrefix
    assert not plain.quotePrefix
    assert quoted.number_format == plain.number_format == "@"
    assert quoted.border.left.style == plain.border.left.style == "thin"
    assert not quoted.protection.locked


def test_rules_stand_on_whole_columns() -> None:
    sheet = openpyxl.load_workbook(BytesIO(written(realistic_plan())))["客户档案"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    listed = rules["D6:D1048576"]
    assert (listed.type, listed.formula1, listed.showErrorMessage) == ("list", "cb_industry", True)
    phone = rules["C6:C1048576"]
    assert (phone.type, phone.showErrorMessage, phone.showInputMessage) == (None, False, True)
    assert len(phone.prompt) == 255
    assert rules["B6:B1048576"].operator == "lessThanOrEqual"
    assert rules["E6:E1048576"].formula1.startswith("OFFSET(cb_branch_child")


def test_messages_are_cut_where_the_format_ends() -> None:
    assert cut("字" * 32, 32) == "字" * 32
    assert cut("字" * 33, 32) == "字" * 31 + "…"
    assert cut("𠮷" * 17, 32) == "𠮷" * 15 + "…"
    assert cut("a\x01", 32) == "a_x0001_"


def test_a_prompt_alone_refuses_nothing() -> None:
    drawn = draw_rule(Rule("any", prompt="提示"), "A1:A9")
    assert (drawn.type, drawn.showErrorMessage, drawn.showInputMessage) == (None, False, True)


def test_no_green_corners_where_digits_are_text() -> None:
    sheet = etree.fromstring(parts(written(realistic_plan()))["xl/worksheets/sheet2.xml"])
    ignored = {area: e for e in sheet.iter(f"{MAIN}ignoredError") for area in str(e.get("sqref")).split()}
    assert ignored["C6:C1048576"].get("numberStoredAsText") == "1"
    assert ignored["J6:J1048576"].get("unlockedFormula") == "1"
    assert "H6:H1048576" not in ignored


def test_columns_with_one_reason_share_one_element() -> None:
    sheet = etree.fromstring(parts(written(realistic_plan()))["xl/worksheets/sheet2.xml"])
    reasons = [tuple(sorted(set(e.keys()) - {"sqref"})) for e in sheet.iter(f"{MAIN}ignoredError")]
    assert len(reasons) == len(set(reasons))


# ---------------------------------------------------------------- charts


def test_charts_carry_the_values_they_show() -> None:
    chart = etree.fromstring(parts(written(realistic_plan()))["xl/charts/chart1.xml"])
    labels = [v.text for v in chart.find(f".//{CHART}cat").iter(f"{CHART}v")]  # type: ignore[union-attr]
    assert labels == list(INDUSTRIES)
    values = [v.text for v in chart.find(f".//{CHART}val").iter(f"{CHART}v")]  # type: ignore[union-attr]
    assert values == ["7123.75", "7466.25", "7808.75"]


def test_caches_are_made_anew_and_unknown_references_left_alone() -> None:
    before = (
        f'<c:chartSpace xmlns:c="{CHART[1:-1]}"><c:numRef><c:f>A</c:f>'
        "<c:numCache><c:formatCode>0.0</c:formatCode>"
        '<c:ptCount val="9"/><c:pt idx="0"><c:v>8</c:v></c:pt></c:numCache></c:numRef>'
        "<c:strRef><c:f>B</c:f></c:strRef><c:strRef><c:f>?</c:f></c:strRef></c:chartSpace>"
    )
    known: dict[str, list[Cell]] = {"A": [1, None, "x", Decimal("2.5")], "B": ["甲", None, 3, True]}
    after = fill_caches(before.encode(), lambda reference: known.get(reference, ())).decode()
    assert after.partition("?>\n")[2] == (
        f'<c:chartSpace xmlns:c="{CHART[1:-1]}"><c:numRef><c:f>A</c:f>'
        "<c:numCache><c:formatCode>0.0</c:formatCode>"
        '<c:ptCount val="4"/><c:pt idx="0"><c:v>1</c:v></c:pt><c:pt idx="3"><c:v>2.5</c:v></c:pt>'
        "</c:numCache></c:numRef>"
        '<c:strRef><c:f>B</c:f><c:strCache><c:ptCount val="4"/><c:pt idx="0"><c:v>甲</c:v></c:pt>'
        '<c:pt idx="2"><c:v>3</c:v></c:pt><c:pt idx="3"><c:v>TRUE</c:v></c:pt></c:strCache></c:strRef>'
        "<c:strRef><c:f>?</c:f></c:strRef></c:chartSpace>"
    )


def test_references_find_cells_of_tables_names_and_formulas() -> None:
    cells = PlannedCells(realistic_plan())
    assert cells("'客户档案'!$A$4:$B$5") == ["key", "name", "客户编号", "客户名称\nName"]
    assert cells("客户档案!$H$6:$H$8") == [0, 1, 2]
    assert cells("'客户档案'!$K$55:$K$56") == ["低", None]
    assert cells("cb_industry") == list(INDUSTRIES)
    assert cells("'总览 & 图'!$C$4") == [10]
    assert cells("'客户档案'!$Z$1") == [None]
    assert not cells("'没有'!$A$1")
    assert not cells("'客户档案'!#REF!")
    assert not cells("cb_unknown")


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("value", ["字" * 32_768, math.nan, math.inf, Decimal("NaN"), 10**400])
@pytest.mark.parametrize("row", [0, PORTION + 1])
def test_a_value_that_fits_no_cell_is_named(value: Cell, row: int) -> None:
    rows: list[tuple[Cell, ...]] = [("a", value if n == row else 1.5) for n in range(PORTION + 5)]
    with pytest.raises(WorkbookError) as caught:
        written(table_plan((plain_column("a"), plain_column("b")), rows))
    assert caught.value.code == "cell-not-writable"
    assert caught.value.facts == {"cell": f"'表'!B{row + 3}"}
    assert f"'表'!B{row + 3}" in caught.value.sentence("zh")


def test_a_free_cell_that_cannot_be_written_is_named() -> None:
    sheet = SheetPlan("s", "表's", cells={(4, 2): StyledCell(math.nan)})
    with pytest.raises(WorkbookError, match=r"'表''s'!B4"):
        written(Plan("t", (sheet,), {}, {}))


def test_more_rows_than_a_sheet_holds_are_refused_before_anything_is_written() -> None:
    out = BytesIO()
    plan = table_plan((plain_column("a"),), [], blank_rows=1_048_576)
    with pytest.raises(WorkbookError) as caught:
        write_package(plan, out)
    assert caught.value.code == "sheet-too-long"
    assert "1,048,576" in caught.value.sentence("en")
    assert not out.getvalue()


def test_free_cells_within_a_table_are_a_mistake_of_the_plan() -> None:
    table = TablePlan(1, 2, 3, (plain_column("a"),), [(1,)])
    sheet = SheetPlan("s", "表", cells={(3, 5): StyledCell("x")}, table=table)
    with pytest.raises(ValueError, match="within the table"):
        written(Plan("t", (sheet,), {}, {}))


def test_rows_of_the_wrong_length_are_a_mistake_of_the_plan() -> None:
    with pytest.raises(ValueError, match="zip"):
        written(table_plan((plain_column("a"), plain_column("b")), [(1,)]))


def test_free_cells_may_stand_below_and_beside_the_head_of_a_table() -> None:
    table = TablePlan(1, 2, 3, (plain_column("a"),), [("x",)], blank_rows=1)
    cells = {(1, 3): StyledCell("beside"), (9, 1): StyledCell("below")}
    sheet = SheetPlan("s", "表", cells=cells, table=table, protection=Protection(), heights={9: 20})
    seen = openpyxl.load_workbook(BytesIO(written(Plan("t", (sheet,), {}, {}))))["表"]
    assert (seen["C1"].value, seen["A3"].value, seen["A9"].value) == ("beside", "x", "below")
    assert seen.row_dimensions[9].height == 20
