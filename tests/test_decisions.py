"""Decisions on the tab of conflicts: the next sync obeys those that fit, and says what it does not obey."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from custbook_gen.backends.excel import ExcelFile
from custbook_gen.records import Change
from custbook_gen.report import Report
from tests.lists_book import client, make_lists, seen, write
from tests.review_books import CONFLICTS, arrange, conflicts, decide, put
from tests.sync_books import Desk, desk_from, edited

ONE, TWO = client(1), client(2)
OLD, MINE, THEIRS = "顾客1", "乙的名称", "甲的名称"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both typed another name, and both moved a client elsewhere; ``a`` was synced first."""
    desk = make_lists(tmp_path_factory.mktemp("made") / "lists")
    write(desk.a, K0001={"name": THEIRS}, K0002={"region": "南区", "town": "乙镇"})
    write(desk.b, K0001={"name": MINE}, K0002={"region": "南区", "town": None})
    desk.sync(desk.a)
    desk.sync(desk.b)
    return desk.folder


@pytest.fixture
def clash(made: Path, tmp_path: Path) -> Desk:
    return desk_from(made, tmp_path / "desk")


def name(desk: Desk) -> object:
    return desk.stored("clients")[ONE]["name"]


def outcome(report: Report) -> list[tuple[str, str, str | None]]:
    return [(one.key, one.choice, one.reason) for one in report.decided]


def told(report: Report) -> list[str]:
    return [issue.code for issue in report.issues if issue.code.startswith("decision-")]


# ---------------------------------------------------------------- what the tab shows


def test_a_conflict_is_shown_with_all_sides_who_and_when(clash: Desk) -> None:
    there = conflicts(clash.b)
    _, row = there.find(ONE, "name")
    shown = [row[key] for key in ("sheet", "field", "cell", "base", "mine", "theirs", "who", "when")]
    assert shown[:6] == ["顾客", "名称", "C3", OLD, MINE, THEIRS]
    assert (row["who"], row["when"][:10], row["decision"]) == ("wang", "2026-11-22", "")
    assert there.about() == [(ONE, "name", ""), (TWO, "town", "")]
    assert there.text.startswith("2 处改动")
    assert conflicts(clash.a).rows == []
    assert "没有冲突" in conflicts(clash.a).text


def test_an_undecided_conflict_stays_and_a_second_sync_writes_nothing(clash: Desk) -> None:
    before = clash.state(clash.b)
    report = clash.sync(clash.b)
    assert clash.state(clash.b) == before
    assert len(report.conflicts) == 2


# ---------------------------------------------------------------- what is obeyed


@pytest.mark.parametrize(
    ("word", "kept"), [("我的", MINE), ("mine", MINE), ("他们的", THEIRS), (" THEIRS ", THEIRS)]
)
def test_a_decision_is_obeyed_and_cleared(clash: Desk, word: str, kept: str) -> None:
    decide(clash.b, CONFLICTS, ONE, word, "name")
    report = clash.sync(clash.b)
    assert name(clash) == kept
    assert (seen(clash.b).value(ONE, "name"), seen(clash.b).status(ONE)) == (kept, "")
    assert [item.key for item in report.conflicts] == [TWO]
    assert conflicts(clash.b).about() == [(TWO, "town", "")]
    assert outcome(report) == [(ONE, "mine" if kept == MINE else "theirs", None)]
    before = clash.state(clash.b)
    clash.sync(clash.b)
    assert clash.state(clash.b) == before


def test_later_keeps_both_sides_and_its_word(clash: Desk) -> None:
    decide(clash.b, CONFLICTS, ONE, "以后", "name")
    before = clash.b.read_bytes()
    report = clash.sync(clash.b)
    assert (name(clash), seen(clash.b).value(ONE, "name")) == (THEIRS, MINE)
    assert told(report) == []
    assert clash.b.read_bytes() == before


def test_a_decision_goes_before_what_is_preferred_for_all(clash: Desk) -> None:
    decide(clash.b, CONFLICTS, ONE, "他们的", "name")
    clash.sync(clash.b, prefer="file")
    assert name(clash) == THEIRS
    assert clash.stored("clients")[TWO]["town"] is None


def test_one_decision_counts_for_fields_that_go_together(tmp_path: Path) -> None:
    desk = make_lists(tmp_path / "lists")
    write(desk.a, K0002={"region": None, "town": None})
    write(desk.b, K0002={"region": "南区", "town": "乙镇"})
    desk.sync(desk.a)
    desk.sync(desk.b)
    assert [row[1] for row in conflicts(desk.b).about()] == ["region", "town"]
    decide(desk.b, CONFLICTS, TWO, "我的", "town")
    assert list(desk.sync(desk.b).conflicts) == []
    row = desk.stored("clients")[TWO]
    assert (row["region"], row["town"]) == ("s", "s1")


def test_a_record_that_was_deleted_meanwhile_comes_back_or_goes(tmp_path: Path) -> None:
    for word, back in (("我的", True), ("他们的", False)):
        desk = make_lists(tmp_path / word)
        gone = {f: v for f, v in desk.stored("clients")[TWO].items() if v is not None}
        orders = desk.stored("orders")["D0002"]
        desk.commit(
            Change("delete", "orders", "D0002", {f: v for f, v in orders.items() if v is not None}),
            Change("delete", "clients", TWO, gone),
        )
        write(desk.b, K0002={"name": "还要的"})
        desk.sync(desk.b)
        assert conflicts(desk.b).find(TWO, "name")[1]["theirs"] == "（记录已删除）"
        decide(desk.b, CONFLICTS, TWO, word, "name")
        assert list(desk.sync(desk.b).conflicts) == []
        assert (TWO in desk.stored("clients")) is back
        assert (TWO in seen(desk.b).records()) is back


# ---------------------------------------------------------------- rows that people moved


def test_sorted_and_deleted_rows_are_known_again(clash: Desk) -> None:
    decide(clash.b, CONFLICTS, ONE, "我的", "name")
    arrange(clash.b, CONFLICTS, [1, 0])
    clash.sync(clash.b)
    assert name(clash) == MINE
    decide(clash.b, CONFLICTS, TWO, "我的", "town")
    arrange(clash.b, CONFLICTS, [])
    report = clash.sync(clash.b)
    assert [item.key for item in report.conflicts] == [TWO]
    assert conflicts(clash.b).about() == [(TWO, "town", "")]


def test_rows_sorted_without_their_hidden_columns_are_not_obeyed(clash: Desk) -> None:
    decide(clash.b, CONFLICTS, ONE, "我的", "name")
    shown = [key for key in conflicts(clash.b).columns if not key.startswith("_")]
    arrange(clash.b, CONFLICTS, [1, 0], shown)
    report = clash.sync(clash.b)
    assert told(report) == ["decision-stale"]
    assert name(clash) == THEIRS
    assert len(report.conflicts) == 2


@pytest.mark.parametrize("title", [CONFLICTS, "我的冲突"])
def test_headers_do_where_the_row_of_keys_was_deleted(clash: Desk, title: str) -> None:
    decide(clash.b, CONFLICTS, ONE, "我的", "name")
    with edited(clash.b) as book:
        book[CONFLICTS].delete_rows(1)
        book[CONFLICTS].title = title
    report = clash.sync(clash.b)
    assert outcome(report) == [(ONE, "mine", None)]
    assert name(clash) == MINE
    assert title in {sheet.title for sheet in ExcelFile(clash.b).read().sheets}


@pytest.mark.parametrize(("first", "count"), [(9, 1), (8, 2), (5, 1)])
def test_a_decision_beside_columns_that_are_gone_is_told(clash: Desk, first: int, count: int) -> None:
    decide(clash.b, CONFLICTS, ONE, "我的", "name")
    with edited(clash.b) as book:
        book[CONFLICTS].delete_cols(first, count)
    report = clash.sync(clash.b)
    assert told(report) == ["decision-stale"]
    assert (name(clash), len(report.conflicts)) == (THEIRS, 2)
    _, row = conflicts(clash.b).find(ONE, "name")
    assert (row["who"], row["decision"]) == ("wang", "")
    assert row["note"]


def test_one_row_twice_counts_once_and_two_minds_count_not_at_all(clash: Desk) -> None:
    decide(clash.b, CONFLICTS, ONE, "我的", "name")
    arrange(clash.b, CONFLICTS, [0, 0, 1])
    there = conflicts(clash.b)
    put(clash.b, CONFLICTS, {(there.rows[1][0], there.columns["decision"]): "他们的"})
    report = clash.sync(clash.b)
    assert told(report) == ["decision-twice", "decision-twice"]
    assert name(clash) == THEIRS
    row = conflicts(clash.b).find(ONE, "name")[1]
    assert (row["decision"], "不同的决定" in row["note"]) == ("", True)
    before = clash.state(clash.b)
    clash.sync(clash.b)
    assert clash.state(clash.b) == before
    decide(clash.b, CONFLICTS, ONE, "我的", "name")
    arrange(clash.b, CONFLICTS, [0, 0, 1])
    clash.sync(clash.b)
    assert name(clash) == MINE


def test_a_word_that_is_no_choice_stays_and_is_told(clash: Desk) -> None:
    decide(clash.b, CONFLICTS, ONE, "随便", "name")
    report = clash.sync(clash.b)
    issue = next(issue for issue in report.issues if issue.code == "decision-unknown")
    assert issue.value == "随便"
    assert issue.place.cell == "'冲突'!J6"
    row = conflicts(clash.b).find(ONE, "name")[1]
    assert (row["decision"], "我的 / 他们的 / 以后" in row["note"]) == ("随便", True)
    before = clash.state(clash.b)
    assert told(clash.sync(clash.b)) == ["decision-unknown"]
    assert clash.state(clash.b) == before


# ---------------------------------------------------------------- values that changed meanwhile


def test_a_decision_about_other_values_is_not_obeyed_but_asked_again(clash: Desk) -> None:
    decide(clash.b, CONFLICTS, ONE, "我的", "name")
    write(clash.a, K0001={"name": "甲的新名称"})
    clash.sync(clash.a)
    report = clash.sync(clash.b)
    assert told(report) == ["decision-stale"]
    assert name(clash) == "甲的新名称"
    row = conflicts(clash.b).find(ONE, "name")[1]
    assert (row["theirs"], row["decision"], "此后内容变了" in row["note"]) == ("甲的新名称", "", True)
    decide(clash.b, CONFLICTS, ONE, "我的", "name")
    clash.sync(clash.b)
    assert name(clash) == MINE


def test_a_cell_that_was_changed_after_the_decision_is_asked_again(clash: Desk) -> None:
    decide(clash.b, CONFLICTS, ONE, "我的", "name")
    write(clash.b, K0001={"name": "乙的另一个"})
    assert told(clash.sync(clash.b)) == ["decision-stale"]
    assert name(clash) == THEIRS


def test_typing_the_stores_value_beside_a_decision_for_it_is_no_matter(clash: Desk) -> None:
    decide(clash.b, CONFLICTS, ONE, "他们的", "name")
    write(clash.b, K0001={"name": THEIRS})
    assert told(clash.sync(clash.b)) == []


def test_a_decision_that_comes_out_without_a_conflict_is_obeyed(clash: Desk) -> None:
    """The other side took its change back, so that mine is stored anyway, and the report says so."""
    decide(clash.b, CONFLICTS, ONE, "我的", "name")
    write(clash.a, K0001={"name": OLD})
    clash.sync(clash.a)
    report = clash.sync(clash.b)
    assert (name(clash), told(report)) == (MINE, [])
    assert outcome(report) == [(ONE, "mine", None)]
    assert conflicts(clash.b).about() == [(TWO, "town", "")]


def test_a_decision_for_what_the_other_side_took_back_is_told(clash: Desk) -> None:
    decide(clash.b, CONFLICTS, ONE, "他们的", "name")
    write(clash.a, K0001={"name": OLD})
    clash.sync(clash.a)
    report = clash.sync(clash.b)
    assert outcome(report) == [(ONE, "theirs", "decision-stale")]


# ---------------------------------------------------------------- copies


def copied(desk: Desk) -> Path:
    copy = desk.folder / "b (1).xlsx"
    shutil.copy(desk.b, copy)
    return copy


@pytest.mark.parametrize("word", ["我的", "他们的"])
def test_a_copy_with_a_decision_that_was_obeyed_already_changes_nothing(clash: Desk, word: str) -> None:
    decide(clash.b, CONFLICTS, ONE, word, "name")
    copy = copied(clash)
    clash.sync(clash.b)
    revision = clash.revision()
    assert told(clash.sync(copy)) == []
    assert clash.revision() == revision
    assert seen(copy).value(ONE, "name") == name(clash)


@pytest.mark.parametrize(("first", "second"), [("他们的", "我的"), ("我的", "他们的")])
def test_copies_in_which_people_decided_otherwise_are_told(clash: Desk, first: str, second: str) -> None:
    copy = copied(clash)
    decide(clash.b, CONFLICTS, ONE, first, "name")
    decide(copy, CONFLICTS, ONE, second, "name")
    clash.sync(clash.b)
    kept = name(clash)
    report = clash.sync(copy)
    assert told(report) in (["decision-contradicted"], ["decision-stale"])
    assert name(clash) == kept


def test_a_contradicted_decision_is_obeyed_when_it_is_made_again(clash: Desk) -> None:
    copy = copied(clash)
    decide(clash.b, CONFLICTS, ONE, "他们的", "name")
    decide(copy, CONFLICTS, ONE, "我的", "name")
    clash.sync(clash.b)
    clash.sync(copy)
    assert "wang 已在" in conflicts(copy).find(ONE, "name")[1]["note"]
    before = clash.state(copy)
    clash.sync(copy)
    assert clash.state(copy) == before
    decide(copy, CONFLICTS, ONE, "我的", "name")
    assert told(clash.sync(copy)) == []
    assert name(clash) == MINE


def test_a_strict_run_that_stores_nothing_leaves_decisions_for_the_next(clash: Desk) -> None:
    decide(clash.b, CONFLICTS, ONE, "我的", "name")
    write(clash.b, K0003={"mobile": "139"})
    report = clash.sync(clash.b, strict=True)
    assert (report.applied, list(report.decided)) == (False, [])
    assert conflicts(clash.b).find(ONE, "name")[1]["decision"] == "我的"
    write(clash.b, K0003={"mobile": None})
    clash.sync(clash.b, strict=True)
    assert name(clash) == MINE


def test_a_dry_run_tells_what_it_would_obey_and_writes_nothing(clash: Desk) -> None:
    decide(clash.b, CONFLICTS, ONE, "我的", "name")
    before = clash.state(clash.b)
    report = clash.sync(clash.b, dry_run=True)
    assert outcome(report) == [(ONE, "mine", None)]
    assert clash.state(clash.b) == before
