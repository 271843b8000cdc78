"""Two workbooks of one revision, edited at once: nothing that anybody typed is ever lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.project import Run
from custbook_gen.records import Change, Conflict, Value
from tests.sync_books import (
    AT,
    CUSTOMERS,
    MADE,
    Desk,
    changed,
    codes,
    customer,
    desk_from,
    differs,
    free_row,
    held,
    new_customer,
    page,
    remove,
    sale,
    seen,
    typed,
)

ONE, TWO, THREE = customer(1), customer(2), customer(3)
OLD_NOTES = "多年合作"


def values(desk: Desk, key: str, *fields: str) -> tuple[Value, ...]:
    row = desk.stored()[key]
    return tuple(row[field] for field in fields)


# ---------------------------------------------------------------- both survive


def test_disjoint_edits_of_one_row_both_survive(desk: Desk) -> None:
    typed(desk.a, C000001={"mobile": "13911110001", "level": "A（重点客户）"})
    typed(desk.b, C000001={"email": "b@example.com", "notes": "乙的备注"})
    assert desk.sync(desk.a).exit_code == 0
    report = desk.sync(desk.b)
    assert report.exit_code == 0
    assert (report.base, report.now) == (MADE, MADE + 2)
    merged = ("+8613911110001", "A", "b@example.com", "乙的备注")
    assert values(desk, ONE, "mobile", "level", "email", "notes") == merged
    desk.sync(desk.a)
    for path in (desk.a, desk.b):
        there = seen(path)
        shown = [there.value(ONE, field) for field in ("mobile", "level", "email", "notes")]
        assert shown == ["13911110001", "A（重点客户）", "b@example.com", "乙的备注"]


def test_the_same_edit_on_both_sides_is_no_conflict(desk: Desk) -> None:
    for path in (desk.a, desk.b):
        typed(path, C000001={"address": "同一地址", "mobile": "１３９１１１１０００１"})
    desk.sync(desk.a)
    report = desk.sync(desk.b)
    assert (list(report.changes), list(report.conflicts)) == ([], [])
    assert report.now == MADE + 1


def test_rows_that_others_added_come_below(desk: Desk) -> None:
    typed(
        desk.a,
        "products",
        row9={
            "product_id": "CUP-1",
            "name": "茶杯",
            "category": "配件",
            "unit": "个",
            "list_price": 20,
            "status": "上架",
        },
    )
    desk.sync(desk.a)
    typed(desk.b, "products", row9={"name": "路过时随手写的"})
    desk.sync(desk.b)
    there = seen(desk.b, "products")
    assert there.at(9, "name") == "路过时随手写的"
    assert there.row("CUP-1") == 10
    assert there.at(9, "_status") == held("产品编号", "产品类别", "单位", "标价")


# ---------------------------------------------------------------- the clash


@pytest.fixture
def clash(desk: Desk) -> Desk:
    """Both typed other notes for one customer; the first one was synced."""
    typed(desk.a, C000001={"notes": "甲的备注"})
    typed(desk.b, C000001={"notes": "乙的备注", "level": "A（重点客户）"})
    desk.sync(desk.a)
    return desk


CLASH = Conflict("customers", ONE, "notes", OLD_NOTES, "乙的备注", "甲的备注")


def test_a_clash_is_told_and_loses_neither_side(clash: Desk) -> None:
    report = clash.sync(clash.b)
    assert list(report.conflicts) == [CLASH]
    assert report.exit_code == 1
    assert values(clash, ONE, "notes", "level") == ("甲的备注", "A")
    there = seen(clash.b)
    assert (there.value(ONE, "notes"), there.status(ONE)) == ("乙的备注", differs("备注"))


def test_syncing_again_tells_it_again_and_changes_nothing(clash: Desk) -> None:
    clash.sync(clash.b)
    before = clash.state(clash.b)
    assert list(clash.sync(clash.b).conflicts) == [CLASH]
    assert clash.state(clash.b) == before
    assert list(clash.sync(clash.b, days=60).conflicts) == [CLASH]


@pytest.mark.parametrize(("side", "kept"), [("file", "乙的备注"), ("store", "甲的备注")])
def test_a_preferred_side_settles_it(clash: Desk, side: str, kept: str) -> None:
    clash.sync(clash.b)
    report = clash.sync(clash.b, prefer=side)
    assert (list(report.conflicts), report.exit_code) == ([], 0)
    assert values(clash, ONE, "notes") == (kept,)
    assert (seen(clash.b).value(ONE, "notes"), seen(clash.b).status(ONE)) == (kept, "")
    clash.sync(clash.a)
    assert seen(clash.a).value(ONE, "notes") == kept
    assert list(clash.sync(clash.b).conflicts) == []


def test_typing_what_the_store_holds_settles_it_too(clash: Desk) -> None:
    clash.sync(clash.b)
    typed(clash.b, C000001={"notes": "甲的备注"})
    assert clash.sync(clash.b).exit_code == 0
    assert seen(clash.b).status(ONE) == ""


def test_a_conflict_stays_one_while_the_others_go_on(clash: Desk) -> None:
    clash.sync(clash.b)
    typed(clash.a, C000001={"notes": "甲的新备注"})
    clash.sync(clash.a)
    typed(clash.b, C000001={"notes": "乙的新备注"})
    assert list(clash.sync(clash.b).conflicts) == [
        Conflict("customers", ONE, "notes", OLD_NOTES, "乙的新备注", "甲的新备注")
    ]
    assert values(clash, ONE, "notes") == ("甲的新备注",)


def test_a_copy_of_the_workbook_does_not_make_the_other_forget(clash: Desk) -> None:
    copy = clash.folder / "b (1).xlsx"
    shutil.copy(clash.b, copy)
    clash.sync(clash.b)
    typed(copy, C000001={"notes": OLD_NOTES}, C000002={"notes": "副本里写的"})
    assert list(clash.sync(copy).conflicts) == []
    assert list(clash.sync(clash.b).conflicts) == [CLASH]
    assert values(clash, ONE, "notes") == ("甲的备注",)
    assert values(clash, TWO, "notes") == ("副本里写的",)


def test_an_old_workbook_from_a_backup_still_knows_what_it_showed(clash: Desk) -> None:
    clash.sync(clash.b)
    copies = sorted((clash.folder / ".custbook" / "backups").glob("b-*.xlsx"))
    shutil.copy(copies[-1], clash.b)
    assert list(clash.sync(clash.b, days=60).conflicts) == [CLASH]
    assert values(clash, ONE, "notes") == ("甲的备注",)


# ---------------------------------------------------------------- fields that belong together


def test_an_address_of_two_halves_is_a_conflict(desk: Desk) -> None:
    typed(desk.a, C000001={"district": "余杭区"})
    typed(desk.b, C000001={"province": "江苏省", "city": "南京市", "district": "玄武区"})
    desk.sync(desk.a)
    report = desk.sync(desk.b)
    assert [(item.field, item.stored, item.edited) for item in report.conflicts] == [
        ("province", "330000", "320000"),
        ("city", "330100", "320100"),
        ("district", "330110", "320102"),
    ]
    assert values(desk, ONE, "province", "city", "district") == ("330000", "330100", "330110")
    there = seen(desk.b)
    assert [there.value(ONE, f) for f in ("province", "city", "district")] == ["江苏省", "南京市", "玄武区"]
    before = desk.state(desk.b)
    assert len(desk.sync(desk.b).conflicts) == 3
    assert desk.state(desk.b) == before
    desk.sync(desk.b, prefer="file")
    assert values(desk, ONE, "province", "city", "district") == ("320000", "320100", "320102")


def test_the_half_that_was_not_edited_goes_with_its_other_half(desk: Desk) -> None:
    typed(desk.a, C000001={"province": "江苏省", "city": "南京市", "district": "玄武区"})
    typed(desk.b, C000001={"district": "余杭区"})
    desk.sync(desk.a)
    assert {item.field for item in desk.sync(desk.b).conflicts} == {"province", "city", "district"}
    there = seen(desk.b)
    assert [there.value(ONE, f) for f in ("province", "city", "district")] == ["浙江省", "杭州市", "余杭区"]
    assert len(desk.sync(desk.b).conflicts) == 3


def test_a_province_alone_does_not_take_another_ones_city_along(desk: Desk) -> None:
    typed(desk.a, C000001={"province": "江苏省"})
    report = desk.sync()
    assert codes(report) == [("not-under-parent", ONE, "city"), ("area-code-elsewhere", ONE, "phone")]
    assert seen(desk.a).status(ONE) == held("市")
    assert values(desk, ONE, "province", "city") == ("330000", "330100")


def test_two_edits_never_take_the_last_way_to_reach_a_customer(desk: Desk) -> None:
    typed(desk.a, C000001={"mobile": None})
    typed(desk.b, C000001={"phone": None, "email": None})
    desk.sync(desk.a)
    report = desk.sync(desk.b)
    assert {item.field for item in report.conflicts} == {"mobile", "phone", "email"}
    assert values(desk, ONE, "mobile", "phone", "email") == (None, "+8657188886666", "c1@example.com")
    before = desk.state(desk.b)
    desk.sync(desk.b)
    assert desk.state(desk.b) == before
    desk.sync(desk.b, prefer="file")
    assert values(desk, ONE, "mobile", "phone", "email") == ("+8613800000001", None, None)


# ---------------------------------------------------------------- held rows


def test_a_held_row_remembers_what_it_began_with(desk: Desk) -> None:
    typed(desk.a, C000001={"notes": "甲的备注"}, C000002={"mobile": "13911110002"})
    typed(desk.b, C000001={"notes": "乙的备注", "email": "不是邮箱"}, C000002={"mobile": "139"})
    desk.sync(desk.a)
    report = desk.sync(desk.b)
    assert {(code, key) for code, key, _ in codes(report)} == {
        ("email-invalid", ONE),
        ("phone-impossible", TWO),
    }
    assert list(report.conflicts) == []
    typed(desk.b, C000001={"email": "b@example.com"}, C000002={"mobile": "13922220002"})
    assert sorted(desk.sync(desk.b).conflicts, key=lambda item: item.key) == [
        Conflict("customers", ONE, "notes", OLD_NOTES, "乙的备注", "甲的备注"),
        Conflict("customers", TWO, "mobile", "+8613800000002", "+8613922220002", "+8613911110002"),
    ]
    assert values(desk, ONE, "notes", "email") == ("甲的备注", "b@example.com")
    assert values(desk, TWO, "mobile") == ("+8613911110002",)


def test_a_held_row_gets_the_news_of_its_other_cells(desk: Desk) -> None:
    typed(desk.a, C000001={"level": "A（重点客户）"})
    typed(desk.b, C000001={"mobile": "139"})
    desk.sync(desk.a)
    desk.sync(desk.b)
    there = seen(desk.b)
    assert (there.value(ONE, "level"), there.value(ONE, "mobile")) == ("A（重点客户）", "139")


# ---------------------------------------------------------------- deleted by somebody else


@pytest.fixture
def gone(desk: Desk) -> Desk:
    """Somebody deleted the last three customers while the workbooks were out."""
    rows = desk.stored()
    desk.commit(*(Change("delete", "customers", customer(n), rows[customer(n)]) for n in (28, 29, 30)))
    return desk


def test_an_untouched_row_of_a_deleted_record_goes(gone: Desk) -> None:
    report = gone.sync()
    assert (report.exit_code, list(report.changes)) == (0, [])
    assert customer(30) not in seen(gone.a).records()


def test_a_new_row_of_an_old_file_does_not_bring_back_what_was_deleted_since(desk: Desk) -> None:
    row, key = free_row(desk.a), customer(CUSTOMERS + 1)
    typed(desk.a, **{f"row{row}": new_customer(name="新来的客户")})
    old = desk.a.read_bytes()
    desk.sync()
    record = {name: value for name, value in desk.stored()[key].items() if value is not None}
    desk.commit(Change("delete", "customers", key, record, {}))
    desk.a.write_bytes(old)
    report = desk.sync()
    assert not report.changes
    assert not report.held
    assert len(desk.stored()) == CUSTOMERS
    assert seen(desk.a).at(row, "name") == ""
    assert not desk.sync().changes


def test_an_edited_row_of_a_deleted_record_is_a_conflict(gone: Desk) -> None:
    typed(gone.a, C000030={"notes": "还要联系"})
    conflict = Conflict("customers", customer(30), "notes", OLD_NOTES, "还要联系", None)
    assert list(gone.sync().conflicts) == [conflict]
    assert seen(gone.a).status(customer(30)) == differs("备注")
    before = gone.state()
    assert list(gone.sync().conflicts) == [conflict]
    assert gone.state() == before


def test_what_was_settled_before_a_record_was_deleted_is_no_conflict_afterwards(desk: Desk) -> None:
    """The row shows an older revision in one field than in the others, and goes on to do so."""
    last = customer(30)
    typed(desk.a, C000030={"notes": "甲的备注"})
    typed(desk.b, C000030={"notes": "乙的备注", "level": "A（重点客户）"})
    desk.sync(desk.a)
    desk.sync(desk.b)
    desk.commit(Change("delete", "customers", last, desk.stored()[last]))
    conflict = Conflict("customers", last, "notes", OLD_NOTES, "乙的备注", None)
    for _ in range(3):
        assert list(desk.sync(desk.b).conflicts) == [conflict]
        assert seen(desk.b).status(last) == differs("备注")


def test_a_preferred_file_brings_a_deleted_record_back(gone: Desk) -> None:
    before = gone.stored(at=MADE)[customer(30)]
    typed(gone.a, C000030={"notes": "还要联系"})
    gone.sync()
    gone.sync(prefer="file")
    assert gone.stored()[customer(30)] == {**before, "notes": "还要联系"}
    assert seen(gone.a).status(customer(30)) == ""


def test_a_preferred_store_takes_the_row_away(gone: Desk) -> None:
    typed(gone.a, C000030={"notes": "还要联系"})
    gone.sync()
    assert gone.sync(prefer="store").exit_code == 0
    assert customer(30) not in seen(gone.a).records()
    assert customer(30) not in gone.stored()


def test_a_held_row_of_a_deleted_record_keeps_its_text(gone: Desk) -> None:
    typed(gone.a, C000030={"mobile": "139", "notes": "还要联系"})
    gone.sync()
    before = gone.state()
    gone.sync()
    assert gone.state() == before
    assert seen(gone.a).value(customer(30), "notes") == "还要联系"
    typed(gone.a, C000030={"mobile": "13911110030"})
    assert {item.field for item in gone.sync().conflicts} == {"mobile", "notes"}


@pytest.mark.parametrize("mobile", ["13911110030", "139"])
def test_a_formula_overwritten_in_the_row_of_a_deleted_record_comes_back(gone: Desk, mobile: str) -> None:
    with page(gone.a) as sheet:
        was = sheet.value(customer(30), "total_amount")
    typed(gone.a, C000030={"mobile": mobile, "total_amount": 7})
    assert "computed-changed" in {issue.code for issue in gone.sync().issues}
    with page(gone.a) as sheet:
        assert sheet.value(customer(30), "total_amount") == was
    assert "computed-changed" not in {issue.code for issue in gone.sync().issues}


def test_a_new_row_cannot_refer_to_a_record_that_somebody_deleted(gone: Desk) -> None:
    typed(gone.a, "sales", S00000001={"customer_id": f"示例客户30有限公司 · {customer(30)}"})
    report = gone.sync()
    assert codes(report) == [("ref-unknown", "S00000001", "customer_id")]
    assert gone.stored("sales")["S00000001"]["customer_id"] == TWO


def test_a_record_with_a_number_of_its_own_is_not_stored_anew(desk: Desk) -> None:
    desk.commit(Change("delete", "products", "TEA-006", desk.stored("products")["TEA-006"]))
    typed(desk.a, "products", TEA_006={"name": "改名的茶"})
    for _ in range(2):
        report = desk.sync()
        assert [item.key for item in report.conflicts] == ["TEA-006"]
        assert "TEA-006" not in desk.stored("products")


# ---------------------------------------------------------------- time


def test_a_workbook_synced_after_two_months_brings_only_its_own_edits(
    made_project: Path, tmp_path: Path
) -> None:
    desk = desk_from(made_project, tmp_path / "desk")
    for turn in range(3):
        typed(desk.a, C000001={"notes": f"第 {turn} 次"}, C000002={"level": "A（重点客户）"})
        desk.sync(desk.a, days=turn)
    typed(desk.b, C000003={"notes": "两个月前写的"})
    report = desk.sync(desk.b, days=60)
    assert changed(report) == {("customers", THREE, "notes"): (OLD_NOTES, "两个月前写的")}
    assert (report.exit_code, codes(report)) == (0, [])
    assert seen(desk.b).value(ONE, "notes") == "第 2 次"


def test_what_is_computed_of_other_peoples_values_was_not_changed_by_hand(desk: Desk) -> None:
    """A conflict leaves an older state in a workbook than its computed values were worked out of."""
    for path, quantity in ((desk.a, 3), (desk.b, 4)):
        typed(path, "sales", S00000001={"quantity": quantity}, S00000002={"notes": path.name})
    remove(desk.a, "sales", sale(3))
    typed(desk.b, "sales", S00000003={"notes": "乙的备注"})
    desk.sync(desk.a, delete=True)
    assert len(desk.sync(desk.b).conflicts) == 3
    for _ in range(2):
        assert not codes(check_file(desk.b, Run(AT, "wang")))
        desk.sync(desk.b)
    typed(desk.b, C000001={"order_count": 99})
    assert codes(check_file(desk.b, Run(AT, "wang"))) == [("computed-changed", ONE, "order_count")]
