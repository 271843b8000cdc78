"""What careless colleagues do, by which somebody's work would be gone without a word."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from custbook_gen.workbook import Cell
from tests.lists_book import client, make_lists
from tests.sync_books import (
    FIRST_ROW,
    MADE,
    Desk,
    Page,
    changed,
    codes,
    customer,
    desk_from,
    edited,
    free_row,
    make_project,
    new_sale,
    page,
    remove,
    seen,
    typed,
)

ONE, TWO, THREE = client(1), client(2), client(3)


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_lists(tmp_path_factory.mktemp("made") / "lists").folder


@pytest.fixture
def small(lists: Path, tmp_path: Path) -> Desk:
    return desk_from(lists, tmp_path / "desk")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "book"
    make_project(folder)
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    return desk_from(made, tmp_path / "desk")


def idle(desk: Desk) -> bool:
    """Whether another sync writes nothing at all."""
    before = desk.state()
    desk.sync()
    return desk.state() == before


# ---------------------------------------------------------------- a copied tab


def test_what_is_typed_into_a_copy_of_a_tab_is_told(small: Desk) -> None:
    with edited(small.a) as book:
        there = Page.of(book, "clients")
        copy = book.copy_worksheet(there.sheet)
        copy.title = "顾客 (2)"
        Page(copy, there.columns, there.key).put(ONE, name="填错了表")
    report = small.sync()
    (issue,) = [one for one in report.issues if one.code == "sheet-twice"]
    assert (issue.place.title, issue.facts["kept"], report.changes) == ("顾客 (2)", "顾客", [])
    assert idle(small)


# ---------------------------------------------------------------- numbers that moved


def swap_numbers(there: Page, one: str, other: str) -> None:
    cells = there.cell(one, there.key), there.cell(other, there.key)
    cells[0].value, cells[1].value = other, one


def test_swapped_numbers_are_put_back(desk: Desk) -> None:
    with page(desk.a) as there:
        swap_numbers(there, customer(1), customer(2))
    report = desk.sync()
    assert report.changes == []
    assert sorted(codes(report)) == [("computed-changed", customer(n), "customer_id") for n in (1, 2)]
    assert seen(desk.a).value(customer(1), "name") == "示例客户01有限公司"
    assert idle(desk)


def sort_all_but_numbers(there: Page, numbers: range) -> None:
    """The rows of some customers stand the other way round, while their numbers stay."""
    rows = [there.row(customer(n)) for n in numbers]
    places = [at for name, at in there.columns.items() if name != there.key]
    cells = [[there.sheet.cell(row, at).value for at in places] for row in rows]
    for row, values in zip(rows, reversed(cells), strict=True):
        for at, value in zip(places, values, strict=True):
            if not str(value).startswith("="):
                there.sheet.cell(row, at).value = value


def test_rows_sorted_without_their_numbers_are_known_again_and_one_may_be_edited(desk: Desk) -> None:
    """What refers to them by name alone means the record of that name, not that of the number beside it."""
    with edited(desk.a) as book:
        there = Page.of(book, "customers")
        sort_all_but_numbers(there, range(1, 11))
        there.sheet.cell(FIRST_ROW, there.columns["notes"]).value = "排好又改"
        Page.of(book, "sales").add(new_sale(customer_id="示例客户02有限公司"))
    report = desk.sync()
    updates = {key: value for key, value in changed(report).items() if key[0] == "customers"}
    assert updates == {("customers", customer(10), "notes"): ("多年合作", "排好又改")}
    (added,) = [change for change in report.changes if change.kind == "insert"]
    assert added.after["customer_id"] == customer(2)
    there_now = seen(desk.a)
    assert [there_now.value(customer(n), "name") for n in (1, 2, 10)] == [
        f"示例客户{n:02}有限公司" for n in (1, 2, 10)
    ]
    assert idle(desk)


def test_of_several_moved_rows_that_were_edited_none_is_guessed(desk: Desk) -> None:
    with page(desk.a) as there:
        sort_all_but_numbers(there, range(1, 11))
        for row in (FIRST_ROW, FIRST_ROW + 1):
            there.sheet.cell(row, there.columns["notes"]).value = "排好又改"
    report = desk.sync(delete=True, allow_mass_delete=True)
    assert report.changes == []
    held = [key for code, key, _ in codes(report) if code == "key-duplicate"]
    assert held == [customer(1), customer(2)]
    assert [seen(desk.a).at(row, "notes") for row in (FIRST_ROW, FIRST_ROW + 1)] == ["排好又改"] * 2
    assert idle(desk)


def test_records_that_differ_in_little_may_trade_it(small: Desk) -> None:
    """Two clients that differ in their names alone: whoever swaps these may well mean it."""
    typed(small.a, "clients", K0001={"name": "顾客2"}, K0002={"name": "顾客1"})
    small.sync()
    assert [row["name"] for row in small.stored("clients").values()][:2] == ["顾客2", "顾客1"]


# ---------------------------------------------------------------- an old table over a new one


def paste_old(desk: Desk) -> None:
    """Somebody pastes the whole table of an older copy over the workbook that was refreshed since."""
    shutil.copy(desk.a, desk.folder / "old.xlsx")
    typed(desk.b, "clients", K0001={"name": "乙改的"}, K0002={"mobile": "13800138000"})
    desk.sync(desk.b)
    desk.sync()
    old = Page.of(openpyxl.load_workbook(desk.folder / "old.xlsx"), "clients")
    with page(desk.a, "clients") as there:
        for row in range(FIRST_ROW, FIRST_ROW + 6):
            for at in there.columns.values():
                there.sheet.cell(row, at).value = old.sheet.cell(row, at).value


def test_whoever_pastes_an_old_table_over_a_newer_one_is_told_whose_edits_go(small: Desk) -> None:
    paste_old(small)
    report = small.sync(dry_run=True)
    assert [issue.code for issue in report.issues if issue.severity == "warning"] == ["edits-undone"]
    report = small.sync()
    (issue,) = [one for one in report.issues if one.code == "edits-undone"]
    assert (issue.place.key, issue.place.field, dict(issue.facts)) == (
        ONE,
        "name",
        {"count": 2, "records": 2, "revision": MADE + 1, "user": "wang"},
    )
    assert idle(small)


def test_taking_back_one_edit_or_ones_own_is_nothing_to_be_told(small: Desk) -> None:
    typed(small.b, "clients", K0001={"name": "乙改的"})
    small.sync(small.b)
    small.sync()
    typed(small.a, "clients", K0001={"name": "顾客1"}, K0002={"name": "甲改的"}, K0003={"name": "甲改的"})
    assert codes(small.sync()) == []
    typed(small.a, "clients", K0002={"name": "顾客2"}, K0003={"name": "顾客3"})
    assert codes(small.sync()) == []


# ---------------------------------------------------------------- one row in two copies


def copy_with(desk: Desk, amount: int) -> Path:
    """A copy of the workbook in another folder; both have the same new order."""
    row = free_row(desk.a, "orders")
    order: dict[str, Cell] = {"client_id": f"顾客1 · {ONE}", "amount": amount, "status": "已完成"}
    typed(desk.a, "orders", **{f"row{row}": order})
    copy = desk.folder / "mailed" / "a.xlsx"
    copy.parent.mkdir()
    shutil.copy(desk.a, copy)
    return copy


def test_a_row_that_another_copy_brought_is_stored_once_and_that_is_told(small: Desk) -> None:
    copy = copy_with(small, 77)
    small.sync()
    report = small.sync(copy)
    assert (codes(report), report.changes) == ([("row-known", "D0007", None)], [])
    assert seen(copy, "orders").records()[-1] == "D0007"
    before = small.state(copy)
    assert codes(small.sync(copy)) == []
    assert small.state(copy) == before


def test_a_row_that_another_copy_brought_and_somebody_deleted_is_told_as_it_goes(small: Desk) -> None:
    copy = copy_with(small, 77)
    small.sync()
    remove(small.a, "orders", "D0007")
    small.sync(delete=True, allow_mass_delete=True)
    report = small.sync(copy)
    assert (codes(report), report.changes) == ([("row-known-gone", "D0007", None)], [])
    assert seen(copy, "orders").records()[-1] == "D0006"
