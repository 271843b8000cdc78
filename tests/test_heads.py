"""The row of headers, with which people do what they like because they cannot see the keys above it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custbook_gen.finding import find_layout
from custbook_gen.layout import column_order, plan_layout
from custbook_gen.workbook import RawCell
from tests.drawn import draw, workbook
from tests.strategies import BOOK
from tests.sync_books import HEADER_ROW, Desk, changed, codes, customer, edited, page, seen

CUSTOMERS = BOOK.sheet("customers")
ORDER = column_order(CUSTOMERS)
RECORD = {"customer_id": "C000001", "name": "华为"}


def rows_found(*rows: tuple[RawCell, ...]) -> tuple[int, list[str]]:
    """The row of headers where these rows stand below the machine keys, and what is told."""
    drawn = draw(CUSTOMERS, (RECORD,)).raw()
    raw = workbook()
    tab = replace(drawn, rows={1: ORDER, **dict(enumerate(rows, 2))})
    others = (sheet for sheet in raw.sheets if sheet.title != tab.title)
    layout, issues = find_layout(BOOK, replace(raw, sheets=(tab, *others)), plan_layout(BOOK, "zh"), "zh")
    return layout.sheets["customers"].header_row, [issue.code for issue in issues]


HEADERS, FIRST = (draw(CUSTOMERS, (RECORD,)).raw().rows[row] for row in (2, 3))
TITLE: tuple[RawCell, ...] = ("我公司的客户", None, "2026-11-28")


@pytest.mark.parametrize("above", [0, 1, 3])
def test_rows_of_peoples_own_above_the_headers_are_theirs(above: int) -> None:
    assert rows_found(*[TITLE] * above, HEADERS, FIRST) == (2 + above, [])


def test_records_right_below_the_machine_keys_are_records() -> None:
    assert rows_found(FIRST, FIRST) == (1, ["header-row-gone"])


def test_headers_in_other_words_are_headers() -> None:
    others = tuple(f"項目{at}" for at in range(len(ORDER)))
    row, told = rows_found(others, FIRST, HEADERS)
    assert (row, set(told)) == (2, {"header-changed"})


def test_an_empty_row_takes_the_headers() -> None:
    row, told = rows_found((), FIRST)
    assert (row, set(told)) == (2, {"header-changed"})


def test_a_row_that_was_inserted_above_the_headers_stays(desk: Desk) -> None:
    with page(desk.a) as there:
        there.put(customer(5), name="改名的五号")
        there.sheet.insert_rows(HEADER_ROW)
        there.sheet.cell(HEADER_ROW, 1).value = "我公司的客户"
    report = desk.sync()
    assert changed(report) == {("customers", customer(5), "name"): ("示例客户05有限公司", "改名的五号")}
    assert report.exit_code == 0
    rows = seen(desk.a).rows
    assert rows[HEADER_ROW - 1][0] == "我公司的客户"
    assert rows[HEADER_ROW][2] == "客户名称"
    assert rows[HEADER_ROW + 1][0] == customer(1)
    state = desk.state()
    desk.sync()
    assert desk.state() == state


def test_a_sheet_without_any_head_is_told_and_stays_beside_a_new_one(desk: Desk) -> None:
    with page(desk.a) as there:
        there.put(customer(5), name="改名的五号")
        there.sheet.delete_rows(1, HEADER_ROW)
    report = desk.sync()
    assert [code for code, _, _ in codes(report)] == ["sheet-headless"]
    assert changed(report) == {}
    with edited(desk.a) as book:
        assert book["客户档案"].cell(5, 3).value == "改名的五号"
    desk.sync()  # the tab of issues says no more what is mended by now
    state = desk.state()
    assert [code for code, _, _ in codes(desk.sync())] == []
    assert desk.state() == state


def test_headers_that_were_deleted_are_asked_for_and_no_record_is_taken_for_them(desk: Desk) -> None:
    with page(desk.a) as there:
        there.put(customer(1), name="改名的一号")
        there.sheet.delete_rows(HEADER_ROW)
    report = desk.sync()
    assert changed(report) == {("customers", customer(1), "name"): ("示例客户01有限公司", "改名的一号")}
    assert [issue.facts for issue in report.issues if issue.code == "header-row-gone"] == [
        {"row": HEADER_ROW}
    ]
    assert "row-missing" not in {code for code, _, _ in codes(report)}
    state = desk.state()
    desk.sync()
    assert desk.state() == state

    with page(desk.a) as there:
        there.sheet.insert_rows(HEADER_ROW)
    report = desk.sync()
    assert (changed(report), report.exit_code) == ({}, 0)
    rows = seen(desk.a).rows
    assert rows[HEADER_ROW - 1][:3] == ["客户编号", "同步状态", "客户名称"]
    assert rows[HEADER_ROW][2] == "改名的一号"
    desk.sync()  # the tab of issues says no more what is mended by now
    state = desk.state()
    assert "header-row-gone" not in {code for code, _, _ in codes(desk.sync())}
    assert desk.state() == state
