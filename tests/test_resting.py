"""What the schema leaves out rests in the store: what it refers to stays, or is told once it is back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.history import Asked, history
from custbook_gen.actions.project import open_project
from custbook_gen.actions.show import show
from custbook_gen.actions.undo import Undone, undo
from custbook_gen.errors import UsageError
from custbook_gen.records import Change, Value
from tests.lists_book import DICTIONARY, client, make_lists, number, records
from tests.review_books import issues
from tests.server_desks import moved
from tests.sync_books import RUN, Desk, codes, desk_from, remove

ONE, NEW = client(1), client(7)
PAL = """\
sheets:
  clients:
    fields:
      pal: {label: [友, Pal], type: ref, to: clients}
"""
ORDERS = "sheets: {orders: false}"
FIELDS = "sheets: {clients: {fields: {stage: false, chance: false, tags: false}}}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_lists(tmp_path_factory.mktemp("made") / "lists").folder


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
def desk(request: pytest.FixtureRequest, made: Path, tmp_path: Path) -> Desk:
    """A copy to work on, its store in either of the databases."""
    copy = desk_from(made, tmp_path / "desk")
    return copy if request.param == "sqlite" else moved(copy, request.getfixturevalue("server_url"))


def switch(desk: Desk, lines: str) -> None:
    """Put some lines into the project file, in place of those that stood there before."""
    path = desk.folder / "custbook.yaml"
    plain = path.read_text("utf-8").partition("sheets:")[0]
    path.write_text(plain + lines, "utf-8")


def refused(desk: Desk) -> list[tuple[str, object]]:
    report = desk.sync(delete=True, allow_mass_delete=True)
    assert not [change for change in report.changes if change.kind == "delete"]
    found = [issue for issue in report.issues if issue.code.startswith(("delete-", "choice-"))]
    assert all("{" not in issue.message("zh") + issue.message("en") for issue in found)
    return [(issue.code, issue.facts.get("other")) for issue in found]


def take_back(desk: Desk, revision: int) -> Undone:
    done = undo(open_project(desk.folder), revision, RUN, "en", partly=False, dry_run=False)
    assert all("{" not in done.sentence(item, "en") + done.sentence(item, "zh") for item in done.obstacles)
    return done


def test_what_a_resting_sheet_refers_to_is_not_deleted(desk: Desk) -> None:
    switch(desk, ORDERS)
    remove(desk.a, "clients", ONE)
    assert refused(desk) == [("delete-resting", ("D0001",))]
    assert ONE in desk.stored("clients")


def test_what_a_resting_field_refers_to_is_not_deleted_but_with_the_record_itself(desk: Desk) -> None:
    switch(desk, PAL)
    gone = [change for change in records() if change.key in ("D0001", "D0002", "D0006")]
    desk.commit(*(Change("delete", one.sheet, one.key, one.after) for one in gone))
    desk.commit(Change("update", "clients", client(2), {"pal": None}, {"pal": ONE}))
    desk.sync()
    switch(desk, "")
    remove(desk.a, "clients", ONE)
    assert refused(desk) == [("delete-resting", (client(2),))]
    remove(desk.a, "clients", client(2))
    report = desk.sync(delete=True, allow_mass_delete=True)
    assert {change.key for change in report.changes} == {ONE, client(2)}


@pytest.mark.parametrize(("category", "code", "user"), [("stage", "own", ONE), ("tag", "own", client(2))])
def test_values_that_resting_fields_hold_are_not_deleted(
    desk: Desk, category: str, code: str, user: str
) -> None:
    key = f"V{len(desk.stored(DICTIONARY)) + 1:06}"
    own: dict[str, Value] = {
        "category": category,
        "code": code,
        "zh": "自定",
        "en": "Own",
        "active": True,
        "value_id": key,
    }
    own = {name: value for name, value in own.items() if name in desk.home().book.sheet(DICTIONARY).by_key}
    desk.commit(Change("insert", DICTIONARY, key, {}, own))
    after = {"stage": code} if category == "stage" else {"tags": ("regular", code)}
    before = {name: desk.stored("clients")[user][name] for name in after}
    desk.commit(Change("update", "clients", user, before, after))
    desk.sync()
    switch(desk, FIELDS)
    remove(desk.a, DICTIONARY, number(desk, category, code))
    assert refused(desk) == [("choice-in-use", None)]
    assert (category, code) in {(row["category"], row["code"]) for row in desk.stored(DICTIONARY).values()}


def test_what_a_resting_sheet_refers_to_is_not_undone(desk: Desk) -> None:
    added = desk.revision() + 1
    desk.commit(Change("insert", "clients", NEW, {}, {"client_id": NEW, "name": "新"}))
    desk.commit(
        Change("insert", "orders", "D0007", {}, {"order_id": "D0007", "client_id": NEW, "status": "open"})
    )
    switch(desk, ORDERS)
    done = take_back(desk, added)
    assert [(item.reason, item.key, item.others) for item in done.obstacles] == [
        ("resting-user", NEW, (("orders", "D0007"),))
    ]
    assert NEW in desk.stored("clients")
    switch(desk, "")
    assert take_back(desk, added + 1).applied
    switch(desk, ORDERS)
    assert take_back(desk, added).applied


def test_what_rests_of_a_deleted_record_comes_back_with_it(desk: Desk) -> None:
    order = next(change for change in records() if change.key == "D0006")
    desk.commit(Change("delete", "orders", "D0006", order.after))
    before = desk.stored("clients")[client(6)]
    switch(desk, FIELDS)
    shown = {name: value for name, value in desk.stored("clients")[client(6)].items() if value is not None}
    assert "stage" not in shown
    desk.commit(Change("delete", "clients", client(6), shown))
    switch(desk, "")
    assert take_back(desk, desk.revision()).applied
    assert desk.stored("clients")[client(6)] == before
    assert (before["stage"], before["tags"]) == ("lead", ("regular",))


@pytest.mark.parametrize("key", ["D0002", " d0002"])
def test_a_record_of_a_sheet_that_is_left_out_is_told_to_rest(desk: Desk, key: str) -> None:
    switch(desk, ORDERS)
    home = open_project(desk.folder)
    for look in (lambda: show(home, key, RUN, "en"), lambda: history(home, Asked(key), "en")):
        with pytest.raises(UsageError) as error:
            look()
        assert (error.value.code, error.value.facts["key"]) == ("record-rests", "D0002")
        assert "“Orders”" in error.value.sentence("en")
        assert "“订单”" in error.value.sentence("zh")
    with pytest.raises(UsageError) as error:
        show(home, "D0099", RUN, "en")
    assert error.value.code == "record-unknown"
    switch(desk, "")
    assert show(desk.home(), key, RUN, "en").key == "D0002"


@pytest.mark.parametrize("desk", ["sqlite"], indirect=True)
def test_a_stored_reference_to_nothing_is_told_until_it_is_mended(desk: Desk) -> None:
    connection = sqlite3.connect(desk.database)
    with connection:
        connection.execute("UPDATE orders SET client_id = 'K0099' WHERE order_id = 'D0002'")
    connection.close()
    lost = ("ref-lost", "D0002", "client_id")
    desk.a.unlink()
    generate(desk.home(), desk.a, RUN)
    report = desk.sync()
    assert lost in codes(report)
    assert "K0099" in next(one.message("en") for one in report.issues if one.code == "ref-lost")
    assert lost in codes(desk.sync())
    assert lost in codes(check_file(desk.a, RUN))
    assert ("D0002", "client_id", "ref-lost") in issues(desk.a).about()
    desk.commit(Change("update", "orders", "D0002", {"client_id": "K0099"}, {"client_id": ONE}))
    desk.sync()
    assert issues(desk.a).rows == []
