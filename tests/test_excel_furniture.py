"""What surrounds cells, as it is read: looks column by column, guards, views, filters, formats."""

# ruff: noqa: E501 (markup reads best on one line)

from __future__ import annotations

from io import BytesIO

import pytest

from custbook_gen.backends.excel.write import write_package
from custbook_gen.furniture import FormatKind, FoundFormat, Furniture, Look, Spread, format_kind
from custbook_gen.workbook import Plan
from tests.excel_plans import FIRST, customers
from tests.xlsx_samples import read, read_rows, styles_xml

OPEN = '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0"><protection locked="0"/></xf>'


def around(rows: str = "", *, before: str = "", after: str = "", **extra: str) -> Furniture:
    found = read_rows(rows, before=before, after=after, **extra).around
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "general"),
        ("@", "text"),
        (";;;@", "text"),
        ("0", "number"),
        ("#,##0.00", "number"),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "number"),
        ("0.00%", "percent"),
        ("yyyy\\-mm\\-dd", "date"),
        ('[$-804]yyyy"年"m"月"d"日";@', "date"),
        ("h:mm", "time"),
        ("0.00E+00", "number"),
        ("# ?/?", "number"),
    ],
)
def test_number_formats_are_told_apart_by_what_they_make_of_a_cell(code: str, kind: FormatKind) -> None:
    assert format_kind(code) == kind


def test_looks_are_counted_column_by_column() -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" s="1"/><c r="C{n}" s="{0 if n in (40, 60) else 2}"/></row>'
        for n in (*range(1, 50), *range(60, 101))
    )
    found = around(rows, styles=styles_xml(0, 49, 14).replace('<xf numFmtId="14"', '<xf numFmtId="10"'))
    text, share, plain = Look("text", True), Look("percent", True), Look("general", True)
    assert found.looks(1, 3) == {text: Spread(88, 3, 100)}
    assert found.looks(3, 1) == {share: Spread(88, 1, 100), plain: Spread(2, 40, 60)}
    assert found.looks(2, 1) == {}


def test_a_million_rows_that_look_alike_cost_nothing_to_keep() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(1, 50_001))
    found = around(rows, styles=styles_xml(0, 49))
    assert found.below == {1: {Look("text", True): Spread(50_000 - 32, 33, 50_000)}}


def test_guards_views_filters_and_columns_are_read() -> None:
    found = around(
        '<row r="1"><c r="A1"/></row>',
        before='<sheetViews><sheetView workbookViewId="0"><pane xSplit="2" ySplit="3.0" topLeftCell="C4" '
        'state="frozen"/></sheetView></sheetViews><cols><col min="2" max="4" style="1" hidden="1"/></cols>',
        after='<sheetProtection sheet="true" sort="false" objects="0" password="CC1A"/>'
        '<autoFilter ref="A2:D9"><filterColumn colId="1"/></autoFilter>'
        '<conditionalFormatting sqref="A2:A9 C2"><cfRule type="expression" priority="1"><formula>A2&gt;1</formula></cfRule>'
        '<cfRule type="duplicateValues" priority="2"/></conditionalFormatting>',
        styles=styles_xml(0, 14).replace(
            styles_xml(0, 14)[styles_xml(0, 14).rindex("<xf ") :], OPEN + "</cellXfs></styleSheet>"
        ),
    )
    assert found.freeze == (4, 3)
    assert found.protection == {"sheet": "1", "sort": "0", "password": "CC1A"}
    assert (found.filter, found.filtering) == ((2, 1, 9, 4), True)
    span = found.column(3)
    assert span is not None
    assert (span.first, span.last, span.look, span.hidden) == (2, 4, Look("date", locked=False), True)
    assert found.column(5) is None
    areas = ((2, 1, 9, 1), (2, 3, 2, 3))
    assert found.formats == [
        FoundFormat("expression", "A2>1", areas),
        FoundFormat("duplicateValues", None, areas),
    ]


def test_a_sheet_whose_guard_is_off_is_not_guarded() -> None:
    assert around(after='<sheetProtection sheet="0" sort="0"/>').protection is None


def test_a_split_window_is_not_frozen() -> None:
    view = '<sheetViews><sheetView workbookViewId="0"><pane ySplit="300" state="split"/></sheetView></sheetViews>'
    assert around(before=view).freeze is None


def test_what_is_written_is_found_again() -> None:
    file = BytesIO()
    plan = customers(40)
    write_package(Plan("t", (plan,), {}, {}), file)
    found = read(file).sheets[0].around
    assert found is not None
    assert plan.table is not None
    for number, column in enumerate(plan.table.columns, 1):
        look = Look(format_kind(column.style.number_format), column.style.locked)
        assert found.looks(number, FIRST).keys() == {look}
        span = found.column(number)
        assert span is not None
        assert span.look == look
    assert found.freeze == plan.freeze
    assert found.protection is not None
    assert {(area.formula, area.kind) for area in found.formats} == {
        (item.formula, "expression") for item in plan.conditional_formats
    }
