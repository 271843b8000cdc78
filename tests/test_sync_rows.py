"""Rows that come, go, are copied and are removed; runs that stop half way."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy

from custbook_gen.errors import StoreError, WorkbookError
from custbook_gen.records import Change
from custbook_gen.workbook import Cell
from tests.sync_books import (
    CUSTOMERS,
    MADE,
    SALES,
    Desk,
    Page,
    changed,
    codes,
    customer,
    desk_from,
    edited,
    free_row,
    held,
    new_customer,
    new_sale,
    page,
    remove,
    sale,
    seen,
    typed,
)

ONE, TWO, LAST = customer(1), customer(2), customer(CUSTOMERS)


# ---------------------------------------------------------------- new rows


def test_numbers_that_differ_in_case_alone_are_one_as_for_formulas(desk: Desk) -> None:
    first, *_ = desk.stored("products")
    row = free_row(desk.a, "products")
    assert first != first.lower()
    typed(desk.a, "products", **{first: {"product_id": first.lower(), "name": "改名"}})
    new: dict[str, Cell] = {
        "product_id": "Neu-1",
        "name": "新品",
        "category": "主打产品",
        "unit": "盒",
        "list_price": 9,
    }
    typed(desk.a, "products", **{f"row{row}": new, f"row{row + 1}": {**new, "product_id": "NEU-1"}})
    report = desk.sync()
    told = [(code, key) for code, key, field in codes(report) if field == "product_id"]
    assert sorted(told) == [("key-duplicate", "Neu-1"), ("key-respelled", "Neu-1"), ("key-respelled", first)]
    assert {key for key in desk.stored("products") if key.lower() in ("neu-1", first.lower())} == {
        first,
        "Neu-1",
    }
    assert desk.stored("products")[first]["name"] == "改名"
    assert seen(desk.a, "products").at(seen(desk.a, "products").row(first), "product_id") == first


def test_a_new_customer_and_a_sale_that_names_it_arrive_together(desk: Desk) -> None:
    row, line = free_row(desk.a), free_row(desk.a, "sales")
    typed(desk.a, **{f"row{row}": new_customer(name="新来的客户")})
    typed(desk.a, "sales", **{f"row{line}": new_sale(customer_id="新来的客户")})
    report = desk.sync()
    assert (report.counts()["inserted"], report.exit_code) == (2, 0)
    assert desk.stored("sales")[sale(SALES + 1)]["customer_id"] == customer(CUSTOMERS + 1)
    assert seen(desk.a).row(customer(CUSTOMERS + 1)) == row
    assert seen(desk.a, "sales").at(line, "customer_id") == f"新来的客户 · {customer(CUSTOMERS + 1)}"
    assert seen(desk.a).value(customer(CUSTOMERS + 1), "total_amount") == 100


def test_a_sale_waits_for_its_customer_and_both_go_in_once_that_is_mended(desk: Desk) -> None:
    row, line = free_row(desk.a), free_row(desk.a, "sales")
    typed(desk.a, **{f"row{row}": new_customer(name="新来的客户", phone="1")})
    typed(desk.a, "sales", **{f"row{line}": new_sale(customer_id="新来的客户")})
    report = desk.sync()
    assert {(code, field) for code, _, field in codes(report)} >= {
        ("phone-impossible", "phone"),
        ("ref-held", "customer_id"),
    }
    assert list(report.changes) == []
    assert seen(desk.a).at(row, "_status") == held("电话")
    assert seen(desk.a, "sales").at(line, "_status") == held("客户")
    before = desk.state()
    desk.sync()
    assert desk.state() == before
    typed(desk.a, **{f"row{row}": {"phone": "0571-88886666"}})
    assert desk.sync().counts()["inserted"] == 2


def test_rows_far_below_the_prepared_ones_are_found_and_get_their_formulas(desk: Desk) -> None:
    typed(desk.a, "sales", row2000=new_sale())
    assert desk.sync().counts()["inserted"] == 1
    lines = Page.of(openpyxl.load_workbook(desk.a), "sales")
    assert lines.row(sale(SALES + 1)) == 2000
    assert str(lines.value(sale(SALES + 1), "amount")).startswith('=IF(OR($H2000="",')


def test_what_others_stored_never_goes_over_something_typed(desk: Desk) -> None:
    row = free_row(desk.b)
    typed(desk.a, **{f"row{row}": new_customer()})
    desk.sync(desk.a)
    typed(desk.b, **{f"row{row}": {"_status": "这里先空着"}})
    desk.sync(desk.b)
    there = seen(desk.b)
    assert there.at(row, "_status") == "这里先空着"
    assert there.row(customer(CUSTOMERS + 1)) == row + 1


# ---------------------------------------------------------------- copies of rows


def copy_row(path: Path, key: str, **values: object) -> int:
    """Copy a record's row below all others and change the copy."""
    with edited(path) as book:
        page = Page.of(book, "customers")
        source = page.row(key)
        fields = {f: page.sheet.cell(source, c).value for f, c in page.columns.items()}
        return page.add({**fields, **values})


def test_a_copied_row_is_held_until_its_number_is_cleared(desk: Desk) -> None:
    row = copy_row(desk.a, ONE, name="抄来的客户", mobile="13911110031")
    line = free_row(desk.a, "sales")
    typed(desk.a, "sales", **{f"row{line}": new_sale(customer_id="抄来的客户")})
    stored = desk.stored()
    report = desk.sync()
    assert {(code, field) for code, _, field in codes(report)} >= {
        ("key-duplicate", "customer_id"),
        ("ref-held", "customer_id"),
    }
    assert desk.stored() == stored
    there = seen(desk.a)
    assert (there.at(row, "_status"), there.at(row, "name")) == (held("客户编号"), "抄来的客户")
    typed(desk.a, **{f"row{row}": {"customer_id": None}})
    assert desk.sync().counts()["inserted"] == 2
    assert desk.stored()[customer(31)]["mobile"] == "+8613911110031"
    assert desk.stored("sales")[sale(81)]["customer_id"] == customer(31)


@pytest.mark.parametrize("name", ["龙井茶 8 号", "龙井茶 7 号"])
def test_of_two_new_rows_with_one_typed_number_the_first_is_the_record_and_can_be_sold(
    desk: Desk, name: str
) -> None:
    product: dict[str, Cell] = {
        "product_id": "P-7",
        "name": "龙井茶 7 号",
        "category": "主打产品",
        "unit": "盒",
        "list_price": 7,
    }
    first = free_row(desk.a, "products")
    rows = {f"row{first}": product, f"row{first + 1}": {**product, "name": name}}
    typed(desk.a, "products", **rows)
    line = free_row(desk.a, "sales")
    typed(desk.a, "sales", **{f"row{line}": new_sale(product_id="P-7")})
    report = desk.sync()
    issue = next(item for item in report.issues if item.severity == "error")
    assert (issue.code, issue.place.row) == ("key-duplicate", first + 1)
    assert "type another number here" in issue.message("en")
    assert "请给本行填别的编号" in issue.message("zh")
    assert report.counts()["errors"] == 1
    assert desk.stored("products")["P-7"]["name"] == "龙井茶 7 号"
    assert desk.stored("sales")[sale(81)]["product_id"] == "P-7"
    typed(desk.a, "products", **{f"row{first + 1}": {"product_id": "P-8"}})
    assert [(change.kind, change.key) for change in desk.sync().changes] == [("insert", "P-8")]


def test_the_untouched_one_of_two_rows_is_the_record_wherever_it_stands(desk: Desk) -> None:
    """The copy is made below, and then the upper row is turned into the new customer."""
    row = copy_row(desk.a, ONE)
    typed(desk.a, C000001={"name": "上面改成的新客户"})
    report = desk.sync()
    issue = next(item for item in report.issues if item.code == "key-duplicate")
    assert (issue.place.row, issue.facts["first"]) == (seen(desk.a).row(ONE), row)
    assert desk.stored()[ONE]["name"] == "示例客户01有限公司"


def test_two_changed_rows_of_one_number_are_both_held(desk: Desk) -> None:
    copy_row(desk.a, ONE, notes="抄件")
    typed(desk.a, C000001={"notes": "原件"})
    report = desk.sync()
    assert [code for code, _, _ in codes(report)].count("key-duplicate") == 2
    assert desk.stored()[ONE]["notes"] == "多年合作"


def test_a_number_that_never_was_is_held(desk: Desk) -> None:
    row = free_row(desk.a)
    typed(desk.a, **{f"row{row}": new_customer(customer_id="C999999")})
    line = free_row(desk.a, "sales")
    typed(desk.a, "sales", **{f"row{line}": new_sale(customer_id="新客户商行")})
    report = desk.sync()
    assert {code for code, _, _ in codes(report)} >= {"key-unknown", "ref-held"}
    assert list(report.changes) == []


def test_an_erased_number_comes_back(desk: Desk) -> None:
    row = seen(desk.a).row(TWO)
    typed(desk.a, C000002={"customer_id": None}, C000001={"notes": "甲的备注"})
    report = desk.sync()
    assert changed(report) == {("customers", ONE, "notes"): ("多年合作", "甲的备注")}
    assert codes(report) == [("computed-changed", TWO, "customer_id")]
    assert seen(desk.a).row(TWO) == row


def test_a_merge_over_numbers_is_told_alike_by_every_sync(desk: Desk) -> None:
    with page(desk.a, "sales") as there:
        there.put(sale(18), quantity=77)
        there.sheet.merge_cells(
            start_row=there.row(sale(17)), end_row=there.row(sale(18)), start_column=1, end_column=1
        )
    desk.sync()
    state = desk.state()
    assert changed(desk.sync()) == {}
    assert desk.state() == state


def test_a_row_whose_number_is_covered_waits_until_somebody_takes_the_cells_apart(desk: Desk) -> None:
    with page(desk.a) as there:
        there.put(TWO, notes="改过的备注")
        row = there.row(TWO)
        there.sheet.merge_cells(start_row=row - 1, end_row=row, start_column=1, end_column=2)
    report = desk.sync()
    assert (changed(report), report.held) == ({}, 1)
    assert ("number-covered", None, "customer_id") in codes(report)
    state = desk.state()
    assert changed(desk.sync()) == {}
    assert desk.state() == state

    with page(desk.a) as there:
        there.sheet.unmerge_cells(start_row=row - 1, end_row=row, start_column=1, end_column=2)
        there.sheet.cell(row, 1).value = TWO
    assert changed(desk.sync()) == {("customers", TWO, "notes"): ("多年合作", "改过的备注")}
    assert len(desk.stored()) == CUSTOMERS


# ---------------------------------------------------------------- removed rows


def test_a_removed_row_is_asked_about_and_nothing_else(desk: Desk) -> None:
    remove(desk.a, "customers", LAST)
    report = desk.sync()
    assert [(code, key) for code, key, _ in codes(report) if code == "row-missing"] == [("row-missing", LAST)]
    assert LAST in desk.stored()
    before = desk.state()
    assert [key for code, key, _ in codes(desk.sync()) if code == "row-missing"] == [LAST]
    assert desk.state() == before


def test_it_is_deleted_or_brought_back_as_told(desk: Desk, tmp_path: Path) -> None:
    remove(desk.a, "customers", LAST)
    desk.sync()
    other = desk_from(desk.folder, tmp_path / "other")
    report = desk.sync(delete=True)
    assert [(change.kind, change.key) for change in report.changes] == [("delete", LAST)]
    assert LAST not in desk.stored()
    assert codes(desk.sync()) == []
    before = other.stored()
    other.sync(restore=True)
    assert other.stored() == before
    assert seen(other.a).value(LAST, "name") == "示例客户30有限公司"
    assert codes(other.sync()) == []


def test_a_record_in_use_is_not_deleted(desk: Desk) -> None:
    remove(desk.a, "customers", ONE)
    report = desk.sync(delete=True)
    refused = next(item for item in report.issues if item.code == "delete-refused")
    assert (refused.place.key, refused.facts["other"]) == (ONE, ("P000001", "S00000020", "S00000040"))
    assert ONE in desk.stored()


def test_a_record_goes_with_its_users_or_stays_with_them(desk: Desk) -> None:
    """Two customers with a contact each; somebody else changed one of the contacts meanwhile."""
    rows = desk.stored("sales")
    lines = [key for key, row in rows.items() if row["customer_id"] in (customer(15), customer(16))]
    talks = ["I00000015"]
    desk.commit(
        *(Change("delete", "sales", key, rows[key]) for key in lines),
        *(Change("delete", "interactions", key, desk.stored("interactions")[key]) for key in talks),
    )
    desk.sync()
    desk.commit(Change("update", "contacts", "P000015", {"title": None}, {"title": "采购经理"}))
    remove(desk.a, "customers", customer(15), customer(16))
    remove(desk.a, "contacts", "P000015", "P000016")
    report = desk.sync(delete=True, allow_mass_delete=True)
    assert {change.key for change in report.changes} == {customer(16), "P000016"}
    refused = {(code, key) for code, key, _ in codes(report) if code.startswith("delete-")}
    assert refused == {("delete-refused", customer(15)), ("delete-changed", "P000015")}


def test_a_record_that_changed_meanwhile_is_not_deleted_unseen(desk: Desk) -> None:
    typed(desk.b, C000030={"notes": "乙的备注"})
    desk.sync(desk.b)
    remove(desk.a, "customers", LAST)
    for options in ({}, {"delete": True}, {"delete": True}):
        desk.sync(desk.a, **options)
        assert desk.stored()[LAST]["notes"] == "乙的备注"
    desk.sync(restore=True)
    remove(desk.a, "customers", LAST)
    desk.sync(delete=True)
    assert LAST not in desk.stored()


def test_many_deletions_at_once_need_a_word(desk: Desk) -> None:
    remove(desk.a, "customers", customer(28), customer(29), LAST)
    before = desk.state()
    with pytest.raises(StoreError) as refused:
        desk.sync(delete=True)
    assert refused.value.code == "mass-delete"
    assert refused.value.facts == {"sheet": "客户档案", "count": 3, "total": CUSTOMERS}
    assert desk.state() == before
    assert desk.sync(delete=True, allow_mass_delete=True).counts()["deleted"] == 3


# ---------------------------------------------------------------- all or nothing


def test_strict_stores_nothing_and_takes_nothing_back(desk: Desk) -> None:
    row = free_row(desk.a)
    typed(desk.a, C000001={"mobile": "139"}, C000002={"notes": "好的备注"}, **{f"row{row}": new_customer()})
    database = desk.database.read_bytes()
    report = desk.sync(strict=True)
    assert (list(report.changes), report.applied, report.exit_code) == ([], False, 1)
    assert desk.database.read_bytes() == database
    there = seen(desk.a)
    assert (there.status(ONE), there.value(TWO, "notes")) == (held("手机"), "好的备注")
    assert (there.at(row, "name"), there.at(row, "customer_id")) == ("新客户商行", "")
    before = desk.state()
    desk.sync(strict=True)
    assert desk.state() == before
    typed(desk.a, C000001={"mobile": "13911110001"})
    assert desk.sync(strict=True).counts()["updated"] == 2
    assert len(desk.stored()) == CUSTOMERS + 1


def test_a_dry_run_tells_everything_and_writes_nothing(desk: Desk) -> None:
    row = free_row(desk.a)
    typed(desk.a, C000001={"mobile": "139"}, C000002={"notes": "好的备注"}, **{f"row{row}": new_customer()})
    before = desk.state()
    told = desk.sync(dry_run=True)
    assert desk.state() == before
    assert sorted(path.name for path in desk.folder.iterdir() if path.suffix == ".tmp") == []
    assert (told.applied, told.base, told.now) == (False, MADE, MADE)
    done = desk.sync()
    assert (changed(told), codes(told), list(told.conflicts)) == (
        changed(done),
        codes(done),
        list(done.conflicts),
    )


# ---------------------------------------------------------------- stopped half way


def half_a_sync(desk: Desk) -> None:
    """Sync the first workbook, and lose the refreshed file: what a crash after the commit leaves."""
    file = desk.a.read_bytes()
    desk.sync()
    desk.a.write_bytes(file)


def test_after_a_crash_no_row_is_there_twice_and_no_edit_is_lost(desk: Desk) -> None:
    row, line = free_row(desk.a), free_row(desk.a, "sales")
    typed(desk.a, C000001={"notes": "甲的备注"}, C000002={"mobile": "139"}, **{f"row{row}": new_customer()})
    typed(
        desk.a,
        "sales",
        **{f"row{line}": new_sale(order_no="D9002", customer_id="新客户商行"), f"row{line + 1}": new_sale()},
    )
    half_a_sync(desk)
    stored, revision = {sheet: desk.stored(sheet) for sheet in ("customers", "sales")}, desk.revision()
    report = desk.sync(days=1)
    assert (list(report.changes), desk.revision()) == ([], revision)
    assert {sheet: desk.stored(sheet) for sheet in stored} == stored
    there = seen(desk.a)
    assert (there.at(row, "customer_id"), there.status(TWO)) == (customer(31), held("手机"))
    assert seen(desk.a, "sales").records()[-2:] == [sale(81), sale(82)]
    before = desk.state()
    desk.sync(days=1)
    assert desk.state() == before


def test_rows_sorted_and_edited_after_a_crash_are_known_again(desk: Desk) -> None:
    row, line = free_row(desk.a), free_row(desk.a, "sales")
    typed(desk.a, **{f"row{row}": new_customer(), f"row{row + 1}": new_customer(name="另一位客户")})
    typed(desk.a, "sales", **{f"row{line}": new_sale(customer_id="另一位客户")})
    half_a_sync(desk)
    typed(
        desk.a,
        **{f"row{row}": new_customer(name="另一位客户"), f"row{row + 1}": new_customer()},
        C000001={"notes": "后写的"},
    )
    report = desk.sync(days=1)
    assert changed(report) == {("customers", ONE, "notes"): ("多年合作", "后写的")}
    assert [seen(desk.a).at(at, "customer_id") for at in (row, row + 1)] == [customer(32), customer(31)]


def test_somebody_elses_edit_after_the_crash_stays(desk: Desk) -> None:
    row = free_row(desk.a)
    typed(desk.a, **{f"row{row}": new_customer()})
    half_a_sync(desk)
    desk.commit(Change("update", "customers", customer(31), {"notes": None}, {"notes": "别人写的"}))
    assert list(desk.sync().changes) == []
    assert seen(desk.a).value(customer(31), "notes") == "别人写的"


@contextlib.contextmanager
def as_the_store_commits(happens: Callable[[], object]) -> Iterator[None]:
    """Let something happen between the store's commit and the replacing of the workbook."""

    def commit(_connection: sqlalchemy.Connection) -> None:
        happens()

    sqlalchemy.event.listen(sqlalchemy.Engine, "commit", commit)
    try:
        yield
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "commit", commit)


def test_a_workbook_opened_in_the_last_moment_is_refreshed_by_the_next_run(desk: Desk) -> None:
    typed(desk.a, C000001={"notes": "甲的备注"})
    before, lock = desk.a.read_bytes(), desk.folder / "~$a.xlsx"
    with as_the_store_commits(lock.touch), pytest.raises(WorkbookError) as refused:
        desk.sync()
    assert refused.value.code == "not-refreshed"
    assert desk.a.read_bytes() == before
    assert list(desk.folder.glob("*.tmp")) == list(desk.folder.glob(".*.tmp")) == []
    assert desk.stored()[ONE]["notes"] == "甲的备注"
    lock.unlink()
    assert list(desk.sync().changes) == []
    assert seen(desk.a).value(ONE, "notes") == "甲的备注"


def test_what_somebody_saves_in_the_last_moment_is_not_overwritten(desk: Desk) -> None:
    typed(desk.a, C000001={"notes": "甲的备注"})
    saved = desk.folder / "saved.xlsx"
    shutil.copy(desk.a, saved)
    typed(saved, C000001={"notes": "甲又改了"}, C000002={"notes": "最后一刻"})
    once = iter([saved])
    with as_the_store_commits(lambda: [shutil.copy(file, desk.a) for file in once]):
        report = desk.sync()
    assert changed(report) == {
        ("customers", ONE, "notes"): ("多年合作", "甲的备注"),
        ("customers", TWO, "notes"): ("多年合作", "最后一刻"),
    }
    assert (seen(desk.a).value(TWO, "notes"), report.base, report.now) == ("最后一刻", MADE, MADE + 2)
    assert [(item.field, item.edited, item.stored) for item in report.conflicts] == [
        ("notes", "甲又改了", "甲的备注")
    ]


def test_a_workbook_that_is_saved_again_and_again_is_told_and_loses_nothing(desk: Desk) -> None:
    typed(desk.a, C000001={"notes": "甲的备注"})
    turns = iter(range(99))

    def save() -> None:
        copy = desk.folder / "copy.xlsx"
        shutil.copy(desk.a, copy)
        typed(copy, C000002={"notes": f"第 {next(turns)} 次"})
        shutil.move(copy, desk.a)

    with as_the_store_commits(save), pytest.raises(WorkbookError) as refused:
        desk.sync()
    assert refused.value.code == "not-refreshed"
    assert desk.stored()[ONE]["notes"] == "甲的备注"
    report = desk.sync()
    assert list(report.conflicts) == []
    last = str(desk.stored()[TWO]["notes"])
    assert (last, seen(desk.a).value(TWO, "notes")) == (f"第 {next(turns) - 1} 次",) * 2
