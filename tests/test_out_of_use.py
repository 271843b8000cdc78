"""A value that is taken out of use is not chosen anew; cells that held it before stay as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from custbook_gen.actions.checking import check_file
from tests.lists_book import CLIENTS, client, make_lists, number, rename, seen, write
from tests.sync_books import RUN, Desk, codes, desk_from, free_row, typed

ONE, TWO = client(1), client(2)
OFF = """\
categories:
  currency: {CNY: false}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_lists(tmp_path_factory.mktemp("made") / "lists").folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    return desk_from(made, tmp_path / "desk")


def switch_off(desk: Desk) -> None:
    """Take a currency off the list in the project file, a tag on the dictionary tab."""
    path = desk.folder / "custbook.yaml"
    path.write_text(path.read_text("utf-8") + OFF, "utf-8")
    rename(desk.a, number(desk, "tag", "regular"), active="否")


def test_a_value_out_of_use_is_not_chosen_anew(desk: Desk) -> None:
    write(desk.a, **{ONE: {"currency": "欧元", "source": "门店", "tags": "团购"}})
    desk.sync()
    switch_off(desk)
    write(desk.a, **{ONE: {"currency": "人民币", "tags": "团购；老客户"}})
    assert codes(check_file(desk.a, RUN)) == [("out-of-use", ONE, "tags"), ("out-of-use", ONE, "currency")]
    report = desk.sync()
    assert codes(report) == [("out-of-use", ONE, "tags"), ("out-of-use", ONE, "currency")]
    assert [change.sheet for change in report.changes] == ["dictionary"]
    assert "“人民币”" in report.issues[1].message("zh")
    write(desk.a, **{ONE: {"currency": "欧元", "tags": "团购"}})
    assert codes(desk.sync()) == []


def test_cells_that_held_it_stay_valid_whatever_else_is_edited(desk: Desk) -> None:
    switch_off(desk)
    write(desk.a, **{ONE: {"name": "改了名", "tags": "老客户；团购"}, TWO: {"currency": "cny"}})
    report = desk.sync()
    assert codes(report) == [("recognised", TWO, "currency")]
    assert desk.stored("clients")[ONE]["tags"] == ("regular", "bulk")
    assert seen(desk.a).value(TWO, "currency") == "人民币"


def test_what_somebody_else_stored_before_may_stand_in_a_second_workbook_too(desk: Desk) -> None:
    write(desk.a, **{ONE: {"currency": "欧元"}})
    desk.sync()
    desk.sync(desk.b)
    for path in (desk.a, desk.b):
        write(path, **{ONE: {"currency": "人民币"}})
    desk.sync()
    switch_off(desk)
    assert codes(desk.sync(desk.b)) == []


def test_a_default_that_is_out_of_use_is_nothing_that_somebody_chose(desk: Desk) -> None:
    rename(desk.a, number(desk, "source", "other"), active="否")
    desk.sync()
    typed(desk.a, "clients", **{f"row{free_row(desk.a, 'clients')}": {"name": "新顾客"}})
    assert codes(desk.sync()) == []
    assert desk.stored("clients")[client(CLIENTS + 1)]["source"] == "other"
