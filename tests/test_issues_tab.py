"""The tab of issues: what is listed, how long, and what comes of the decisions made there."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

import openpyxl
import pytest

from custbook_gen.actions.review import Following
from custbook_gen.actions.views import uncollected
from custbook_gen.plan import review
from custbook_gen.records import Change
from tests.lists_book import client, make_lists, seen, write
from tests.review_books import ISSUES, arrange, decide, issues, put
from tests.sync_books import Desk, desk_from, edited, remove, typed

ONE, TWO, THREE = client(1), client(2), client(3)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_lists(tmp_path_factory.mktemp("made") / "lists").folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    return desk_from(made, tmp_path / "desk")


def told(desk: Desk) -> list[str]:
    report = desk.sync()
    return [issue.code for issue in report.issues if issue.severity == "warning"]


def idle(desk: Desk) -> bool:
    """Whether another sync writes nothing at all."""
    before = desk.state()
    desk.sync()
    return desk.state() == before


def test_rows_that_follow_one_another_are_numbered_in_their_order() -> None:
    rows = Following({"b": (), "a": ()}, 5)
    assert dict(rows) == {"b": 5, "a": 6}
    assert list(zip(rows, rows.in_order(), strict=True)) == [("b", 5), ("a", 6)]
    assert rows.get("c") is None


@uncollected()
def fail() -> None:
    assert not gc.isenabled()
    raise ValueError("told")


@pytest.mark.parametrize("on", [True, False])
def test_garbage_is_looked_for_again_whatever_happens_meanwhile(on: bool) -> None:
    was_on = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        with pytest.raises(ValueError, match="told"):
            fail()
        assert gc.isenabled() is on
    finally:
        (gc.enable if was_on else gc.disable)()


# ---------------------------------------------------------------- what is listed


def test_a_clean_book_has_an_empty_tab_and_a_friendly_sentence(desk: Desk) -> None:
    assert issues(desk.a).rows == []
    assert issues(desk.a).text.startswith("没有问题")
    before = desk.a.read_bytes()
    desk.sync()
    assert desk.a.read_bytes() == before
    assert idle(desk)


def test_an_error_is_listed_with_its_cell_what_was_typed_and_the_suggestion(desk: Desk) -> None:
    write(desk.a, K0002={"source": "搜索引警", "mobile": "139"}, row9={"name": None, "mobile": "13800138000"})
    desk.sync()
    there = issues(desk.a)
    assert there.about()[:2] == [(TWO, "source", "not-in-list"), (TWO, "mobile", "phone-impossible")]
    row = there.find(TWO, "source")[1]
    shown = [row[key] for key in ("severity", "sheet", "record", "field", "cell", "value", "suggestion")]
    assert shown == ["错误", "顾客", "K0002 顾客2", "来源", "D4", "搜索引警", "搜索引擎"]
    new = there.rows[2][1]
    assert (new["record"], new["field"]) == ("第 9 行（新）", "名称")
    assert there.text.startswith("3 个错误")
    assert idle(desk)
    tab = openpyxl.load_workbook(desk.a)[ISSUES]
    link = tab.cell(6, there.columns["cell"]).hyperlink
    assert link is not None
    assert link.location == "'顾客'!D4"


def test_errors_go_when_they_are_mended(desk: Desk) -> None:
    write(desk.a, K0002={"mobile": "139"})
    desk.sync()
    write(desk.a, K0002={"mobile": "13800138000"})
    desk.sync()
    assert issues(desk.a).rows == []


def test_a_warning_about_what_was_typed_stays_until_the_record_changes(desk: Desk) -> None:
    write(desk.a, K0002={"mobile": "10000000000"})
    desk.sync()
    assert issues(desk.a).about() == [(TWO, "mobile", "phone-doubtful")]
    assert idle(desk)
    write(desk.a, K0001={"name": "别的"})
    desk.sync()
    assert issues(desk.a).about() == [(TWO, "mobile", "phone-doubtful")]
    write(desk.a, K0002={"mobile": "13800138000"})
    desk.sync()
    assert issues(desk.a).rows == []


def test_many_issues_are_cut_and_the_tab_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "SHOWN", 2)
    write(desk.a, K0001={"mobile": "1"}, K0002={"mobile": "1"}, K0003={"mobile": "1"})
    desk.sync()
    there = issues(desk.a)
    assert len(there.rows) == 2
    assert "前 2 条，另有 1 条" in there.more
    assert there.text.startswith("3 个错误")


# ---------------------------------------------------------------- suggestions


@pytest.mark.parametrize("word", ["采用建议", "apply suggestion"])
def test_an_accepted_suggestion_is_written_and_stored(desk: Desk, word: str) -> None:
    write(desk.a, K0002={"source": "搜索引警"})
    desk.sync()
    decide(desk.a, ISSUES, TWO, word, "source")
    report = desk.sync()
    assert desk.stored("clients")[TWO]["source"] == "search"
    assert (seen(desk.a).value(TWO, "source"), seen(desk.a).status(TWO)) == ("搜索引擎", "")
    assert issues(desk.a).rows == []
    assert [(one.choice, one.reason) for one in report.decided] == [("accept", None)]
    assert idle(desk)


def test_a_suggestion_is_written_even_where_the_row_still_waits(desk: Desk) -> None:
    write(desk.a, K0002={"source": "搜索引警", "mobile": "139"})
    desk.sync()
    decide(desk.a, ISSUES, TWO, "采用建议", "source")
    desk.sync()
    assert desk.stored("clients")[TWO]["source"] == "referral"
    assert (seen(desk.a).value(TWO, "source"), seen(desk.a).value(TWO, "mobile")) == ("搜索引擎", "139")
    assert issues(desk.a).about() == [(TWO, "mobile", "phone-impossible")]
    assert idle(desk)


def test_a_suggestion_for_a_row_without_a_number_finds_it_wherever_it_went(desk: Desk) -> None:
    write(desk.a, row9={"name": "新顾客", "source": "搜索引警"})
    desk.sync()
    mark = issues(desk.a).rows[0][1]["_key"]
    decide(desk.a, ISSUES, mark, "采用建议", "source")
    with edited(desk.a) as book:
        book["顾客"].insert_rows(3)
    desk.sync()
    assert [row["source"] for row in desk.stored("clients").values() if row["name"] == "新顾客"] == ["search"]


def test_a_suggestion_for_what_was_typed_over_is_not_obeyed(desk: Desk) -> None:
    write(desk.a, K0002={"source": "搜索引警"})
    desk.sync()
    decide(desk.a, ISSUES, TWO, "采用建议", "source")
    write(desk.a, K0002={"source": "门店"})
    assert told(desk) == ["decision-stale"]
    assert desk.stored("clients")[TWO]["source"] == "shop"


# ---------------------------------------------------------------- confirmed warnings


def test_a_confirmed_warning_never_comes_back_in_any_workbook_until_the_value_changes(desk: Desk) -> None:
    write(desk.a, K0002={"mobile": "10000000000"})
    desk.sync()
    decide(desk.a, ISSUES, TWO, "已确认，不再提示", "mobile")
    desk.sync()
    assert issues(desk.a).rows == []
    assert idle(desk)
    write(desk.b, K0002={"mobile": "10000000000"})
    report = desk.sync(desk.b)
    assert ([issue.code for issue in report.issues], report.confirmed) == ([], 1)
    assert issues(desk.b).rows == []
    write(desk.b, K0002={"mobile": "10000000001"})
    desk.sync(desk.b)
    assert issues(desk.b).about() == [(TWO, "mobile", "phone-doubtful")]


# ---------------------------------------------------------------- removed rows


@pytest.fixture
def removed(desk: Desk) -> Desk:
    """The row of an order, and that of a client to whom another order refers, were removed."""
    remove(desk.a, "orders", "D0002")
    remove(desk.a, "clients", ONE)
    desk.sync()
    return desk


def test_removed_rows_are_listed_for_a_decision(removed: Desk) -> None:
    there = issues(removed.a)
    assert there.about() == [(ONE, "", "row-missing"), ("D0002", "", "row-missing")]
    assert there.find("D0002")[1]["_options"] == "delete"
    assert "2 行被删除等待决定" in there.text
    assert idle(removed)


def test_a_row_whose_deletion_is_refused_comes_back_by_the_switch(removed: Desk) -> None:
    decide(removed.a, ISSUES, ONE, "删除")
    report = removed.sync(delete=False)
    assert [issue.code for issue in report.issues if issue.place.key == ONE] == [
        "row-missing",
        "delete-refused",
    ]
    report = removed.sync(restore=True)
    told = {(issue.code, issue.place.key) for issue in report.issues}
    assert told == {("row-restored", ONE), ("row-restored", "D0002"), ("delete-refused", ONE)}
    assert ONE in seen(removed.a).records()
    assert issues(removed.a).rows == []
    assert idle(removed)


def test_a_removed_row_is_deleted_or_comes_back_as_decided(removed: Desk) -> None:
    decide(removed.a, ISSUES, "D0002", "删除")
    decide(removed.a, ISSUES, ONE, "恢复")
    report = removed.sync()
    assert "D0002" not in removed.stored("orders")
    assert ONE in seen(removed.a).records()
    assert issues(removed.a).rows == []
    assert [(issue.code, issue.place.key) for issue in report.issues] == [("row-restored", ONE)]
    assert {(one.key, one.choice, one.reason) for one in report.decided} == {
        ("D0002", "delete", None),
        (ONE, "restore", None),
    }
    assert idle(removed)


def test_a_record_that_others_refer_to_is_not_deleted_and_the_decision_waits(removed: Desk) -> None:
    decide(removed.a, ISSUES, ONE, "删除")
    assert "delete-refused" in told(removed)
    row = issues(removed.a).find(ONE)[1]
    assert (row["decision"], "D0001" in row["note"]) == ("删除", True)
    assert idle(removed)
    assert ONE in removed.stored("clients")
    gone = {f: v for f, v in removed.stored("orders")["D0001"].items() if v is not None}
    removed.commit(Change("delete", "orders", "D0001", gone))
    removed.sync()
    assert ONE not in removed.stored("clients")
    assert issues(removed.a).about() == [("D0002", "", "row-missing")]


def test_many_records_are_not_deleted_at_once_unless_that_is_allowed(desk: Desk) -> None:
    orders = ["D0002", "D0003", "D0004"]
    remove(desk.a, "orders", *orders)
    desk.sync()
    for order in orders:
        decide(desk.a, ISSUES, order, "删除")
    assert "delete-many" in told(desk)
    assert set(orders) <= desk.stored("orders").keys()
    assert {row["decision"] for _, row in issues(desk.a).rows} == {"删除"}
    assert idle(desk)
    desk.sync(allow_mass_delete=True)
    assert not set(orders) & desk.stored("orders").keys()
    assert issues(desk.a).rows == []


def test_a_deletion_of_what_changed_since_is_asked_again(removed: Desk) -> None:
    decide(removed.a, ISSUES, "D0002", "删除")
    typed(removed.b, "orders", D0002={"amount": 999})
    removed.sync(removed.b)
    assert "decision-stale" in told(removed)
    row = issues(removed.a).find("D0002")[1]
    assert (row["decision"], "此后内容变了" in row["note"]) == ("", True)
    assert "“”" not in row["note"], "a row that was removed has no field to name"
    assert "D0002" in removed.stored("orders")


def test_two_minds_about_one_row_delete_nothing(removed: Desk) -> None:
    decide(removed.a, ISSUES, "D0002", "删除")
    arrange(removed.a, ISSUES, [1, 0, 1])
    there = issues(removed.a)
    number = there.rows[2][0]
    put(removed.a, ISSUES, {(number, there.columns["decision"]): "恢复"})
    assert told(removed).count("decision-twice") == 2
    assert "D0002" in removed.stored("orders")
    assert idle(removed)


def test_a_copy_whose_deletion_was_obeyed_in_the_original_is_at_peace(removed: Desk) -> None:
    decide(removed.a, ISSUES, "D0002", "删除")
    copy = removed.folder / "a (1).xlsx"
    shutil.copy(removed.a, copy)
    removed.sync()
    report = removed.sync(copy)
    assert [one.reason for one in report.decided] == []
    assert issues(copy).about() == [(ONE, "", "row-missing")]
