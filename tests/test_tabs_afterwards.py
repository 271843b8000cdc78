"""The tab of issues tells what is so once the sync is done: another one finds nothing to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from custbook_gen.layout import STATUS
from custbook_gen.workbook import Cell
from tests.lists_book import client, make_lists, number, rename, seen, write
from tests.review_books import CONFLICTS, ISSUES, decide, issues
from tests.sync_books import Desk, desk_from, free_row, held, remove, typed

TWO, NEXT = client(2), client(7)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_lists(tmp_path_factory.mktemp("made") / "lists").folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    return desk_from(made, tmp_path / "desk")


def idle(desk: Desk) -> bool:
    """Whether another sync writes nothing at all."""
    before = desk.state()
    desk.sync()
    return desk.state() == before


def test_a_waiting_new_row_whose_cells_are_called_otherwise_now_keeps_its_decision(desk: Desk) -> None:
    """A row without a number is known by what stands in it, and the sync writes another label there."""
    write(desk.a, row9={"name": "新顾客", "mobile": "139", "source": "门店"})
    desk.sync()
    before = issues(desk.a).rows[0][1]["_key"]
    decide(desk.a, ISSUES, before, "以后", "mobile")
    rename(desk.b, number(desk, "source", "shop"), zh="店铺")
    desk.sync(desk.b)
    desk.sync()
    assert seen(desk.a).at(9, "source") == "店铺"
    row = issues(desk.a).rows[0][1]
    assert row["_key"] != before
    assert row["decision"] == "以后"
    assert idle(desk)


def test_a_message_names_a_new_record_by_the_number_that_it_got(desk: Desk) -> None:
    """The order's client could be either of two, one of which is new in the same sync."""
    write(desk.a, row9={"name": "顾客1"})
    order = free_row(desk.a, "orders")
    typed(desk.a, "orders", **{f"row{order}": dict[str, Cell](client_id="顾客1", amount=5)})
    desk.sync()
    (line,) = [row for _, row in issues(desk.a).rows if row["_code"] == "ref-ambiguous"]
    assert client(1) in line["message"]
    assert NEXT in line["message"]
    assert idle(desk)


def test_a_waiting_row_that_refers_to_a_new_record_is_told_by_its_number(desk: Desk) -> None:
    write(desk.a, row9={"name": "新顾客"})
    order = free_row(desk.a, "orders")
    typed(desk.a, "orders", **{f"row{order}": {"client_id": "新顾客", "amount": "五"}})
    desk.sync()
    assert [row["_code"] for _, row in issues(desk.a).rows] == ["not-a-number"]
    assert idle(desk)


def test_a_warning_about_what_was_typed_goes_with_a_decision_for_the_other_side(desk: Desk) -> None:
    write(desk.b, K0002={"mobile": "13800138000"})
    desk.sync(desk.b)
    write(desk.a, K0002={"mobile": "10000000000"})
    desk.sync()
    assert issues(desk.a).about() == [(TWO, "mobile", "phone-doubtful")]
    assert idle(desk)
    decide(desk.a, CONFLICTS, TWO, "他们的", "mobile")
    desk.sync()
    assert desk.stored("clients")[TWO]["mobile"] == "+8613800138000"
    assert issues(desk.a).rows == []
    assert idle(desk)


def test_what_was_stored_of_a_row_with_a_conflict_is_told_as_long_as_it_stays(desk: Desk) -> None:
    write(desk.b, K0002={"name": "乙"})
    desk.sync(desk.b)
    write(desk.a, K0002={"name": "甲", "mobile": "10000000000"})
    desk.sync()
    assert issues(desk.a).about() == [(TWO, "mobile", "phone-doubtful")]
    assert idle(desk)
    decide(desk.a, CONFLICTS, TWO, "他们的", "name")
    desk.sync()
    assert issues(desk.a).about() == [(TWO, "mobile", "phone-doubtful")]
    assert idle(desk)
    write(desk.a, K0002={"mobile": "13800138000"})
    desk.sync()
    assert issues(desk.a).about() == []


def test_a_waiting_row_that_refers_to_what_was_deleted_just_now_says_so_at_once(desk: Desk) -> None:
    """Its status, the tab of issues and the summaries are written once, not at the next sync again."""
    remove(desk.a, "orders", "D0006")
    desk.sync(delete=True, allow_mass_delete=True)
    order = free_row(desk.a, "orders")
    typed(desk.a, "orders", **{f"row{order}": {"client_id": "顾客6", "amount": "五"}})
    remove(desk.a, "clients", client(6))
    desk.sync(delete=True, allow_mass_delete=True)
    assert client(6) not in desk.stored("clients")
    assert seen(desk.a, "orders").at(order, STATUS) == held("顾客", "金额")
    assert {row["_code"] for _, row in issues(desk.a).rows} == {"not-a-number", "ref-unknown"}
    assert idle(desk)
