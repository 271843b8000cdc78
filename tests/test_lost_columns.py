"""Columns that people deleted, or whose headers they swapped: the others are read, and all come back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from custbook_gen.layout import STATUS
from tests.sync_books import Desk, changed, codes, customer, edited, held, page, seen

EDIT = {("customers", customer(5), "notes"): ("多年合作", "新的备注")}
LOST = [(STATUS,), ("name",), ("city",), ("province", "district"), (STATUS, "name")]


def delete(desk: Desk, *keys: str) -> None:
    """Delete columns of the customers, and write a note into one that is left."""
    with page(desk.a) as there:
        there.put(customer(5), notes="新的备注")
        for at in sorted((there.columns[key] for key in keys), reverse=True):
            there.sheet.delete_cols(at)


def all_but(desk: Desk, *kept: str) -> list[str]:
    return [key for key in seen(desk.a).columns if key not in kept]


@pytest.mark.parametrize("lost", LOST)
def test_a_column_comes_back_and_the_others_are_read(desk: Desk, lost: Sequence[str]) -> None:
    delete(desk, *lost)
    report = desk.sync()
    assert changed(report) == EDIT
    told = {(code, field) for code, _, field in codes(report) if code == "column-missing"}
    assert told == {("column-missing", key) for key in lost}
    assert set(lost) <= seen(desk.a).columns.keys()
    again = desk.sync()  # the tab of issues says no more what is mended by now
    assert [code for code, _, _ in codes(again)] == []
    state = desk.state()
    desk.sync()
    assert desk.state() == state


def test_a_held_row_says_so_in_the_column_that_came_back(desk: Desk) -> None:
    with page(desk.a) as there:
        there.put(customer(5), mobile="12")
        there.sheet.delete_cols(there.columns[STATUS])
    assert desk.sync().held == 1
    assert seen(desk.a).status(customer(5)) == held("手机")


@pytest.mark.parametrize(("one", "other"), [(STATUS, "name"), ("province", "city"), (STATUS, "notes")])
def test_columns_whose_headers_were_swapped_stop_no_others(desk: Desk, one: str, other: str) -> None:
    with page(desk.a) as there:
        there.put(customer(5), address="新的地址")
        first, second = (there.sheet.cell(2, there.columns[key]) for key in (one, other))
        first.value, second.value = second.value, first.value
    report = desk.sync()
    assert changed(report) == {("customers", customer(5), "address"): ("文三路5号", "新的地址")}
    assert {field for code, _, field in codes(report) if code == "header-contradicts"} == {one, other}


def test_a_sheet_is_known_by_its_number_and_status_however_many_columns_are_gone(desk: Desk) -> None:
    delete(desk, *all_but(desk, "customer_id", STATUS, "notes"))
    report = desk.sync()
    assert changed(report) == EDIT
    assert "sheet-missing" not in {code for code, _, _ in codes(report)}
    assert len(seen(desk.a).records()) == len(desk.stored())
    assert seen(desk.a).value(customer(5), "name") == "示例客户05有限公司"


def test_no_sheet_is_taken_for_one_whose_numbers_it_refers_to(desk: Desk) -> None:
    with edited(desk.a) as book:
        del book["客户档案"]
    report = desk.sync()
    assert (changed(report), {code for code, _, _ in codes(report)}) == ({}, {"sheet-missing"})
    assert len(seen(desk.a).records()) == len(desk.stored())
