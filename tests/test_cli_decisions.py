"""What the command line says of decisions, and of what is left to be decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.review_books import ISSUES, decide, issues
from tests.sync_books import Desk, desk_from, free_row, new_customer, remove, sale, typed
from tests.test_cli import custbook


@pytest.fixture
def desk(made_project: Path, tmp_path: Path) -> Desk:
    return desk_from(made_project, tmp_path / "desk")


def test_decisions_about_rows_without_a_number_say_which_row_it_was(desk: Desk) -> None:
    row = free_row(desk.a)
    typed(desk.a, **{f"row{row}": new_customer(customer_type="企 业业", mobile="139")})
    desk.sync()
    marks = {line["_key"] for _, line in issues(desk.a).rows if line["record"].startswith("第")}
    (mark,) = marks
    decide(desk.a, ISSUES, mark, "随便", "mobile")
    said = custbook("sync", desk.a)
    assert f"第 {row} 行（新）" in said.out
    assert mark not in said.out


def test_conflicts_say_what_to_do_and_which_records_are_gone(desk: Desk) -> None:
    typed(desk.a, "sales", **{sale(20): {"notes": "改了"}})
    remove(desk.b, "sales", sale(20))
    desk.sync(desk.b, delete=True)
    assert sale(20) not in desk.stored("sales")
    said = custbook("sync", desk.a)
    assert "(record deleted)" in said.out
    assert "tab of conflicts and sync again" in said.out
    assert "记录已删除" in custbook("sync", desk.a, lang="zh").out
