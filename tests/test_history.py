"""Looking back: the history of the book and of a record, and a record with all that refers to it."""

from __future__ import annotations

import datetime as dt
import json
import os
import shlex
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from click import Context
from click.testing import CliRunner

from custbook_gen.actions.history import Asked, History, history
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.actions.reversal import Reason
from custbook_gen.actions.show import Shown, show
from custbook_gen.actions.undo import Undone, undo
from custbook_gen.cli.pages import print_history, print_record
from custbook_gen.cli.program import cli
from custbook_gen.errors import CustbookError, StoreError, UsageError
from custbook_gen.store import Tally
from tests.small_books import LI, WANG, commit, customer, edited, gone, new_home, sale
from tests.sync_books import Desk

ONE, SALE = "C000001", "S00000001"


@pytest.fixture
def home(tmp_path: Path) -> OpenProject:
    """Five revisions: two customers, sales, an edit, a deletion, an undoing."""
    made = new_home(tmp_path / "project")
    commit(made, customer(1, groups=("g1", "g2"), parent_id="C000002"), customer(2))
    commit(made, *(sale(n, 1) for n in range(1, 13)), sale(13, 2), source="sales.csv")
    commit(made, edited(made, "customers", ONE, level="vip", credit_limit=Decimal("1500.50")), run=WANG)
    commit(made, gone(made, "sales", SALE), edited(made, "customers", ONE, level="normal"))
    undo(made, 4, WANG, "en", partly=False, dry_run=False)
    return made


def told(home: OpenProject, **asked: str | int) -> History:
    return history(home, Asked(**asked), "en")  # type: ignore[arg-type]


def printed(print_it: object, *words: object) -> str:
    """What is printed of something."""
    runner = CliRunner()
    with runner.isolation() as streams:
        print_it(*words)  # type: ignore[operator]
        return streams[0].getvalue().decode()


# ---------------------------------------------------------------- who it was


NAMES = ("LOGNAME", "USER", "LNAME", "USERNAME")


@pytest.fixture
def nameless(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No variable says who the user is."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.skipif(os.name != "posix", reason="users as POSIX has them")
def test_a_user_whom_the_system_does_not_know_is_told_by_number(
    home: OpenProject, nameless: pytest.MonkeyPatch
) -> None:
    nameless.setattr(os, "getuid", lambda: 54_321_012)
    run = Run.now()
    commit(home, customer(7), run=run)
    assert (run.user, told(home, limit=1).to_json()["revisions"][0]["user"]) == ("54321012", "54321012")  # type: ignore[index]


@pytest.mark.parametrize("error", [KeyError, OSError, ImportError])
def test_a_user_of_whom_nothing_is_known_is_somebody(
    nameless: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def refused() -> str:
        raise error

    nameless.setattr("getpass.getuser", refused)
    nameless.delattr(os, "getuid", raising=False)
    assert Run.now().user == "?"


def test_names_of_users_and_files_that_are_no_text_are_kept_as_far_as_they_are(home: OpenProject) -> None:
    commit(home, customer(7), run=Run(LI.at, "l\udcffi"), source="b\udcff.xlsx")
    latest = told(home, limit=1).to_json()["revisions"][0]  # type: ignore[index]
    assert (latest["user"], latest["source"]) == ("l?i", "b?.xlsx")


# ---------------------------------------------------------------- revisions


def test_every_revision_is_told_with_what_it_came_to_the_newest_first(home: OpenProject) -> None:
    tallies = told(home).tallies
    assert tallies is not None
    counts = [(t.revision.number, t.revision.user, t.inserted, t.updated, t.deleted) for t in tallies]
    assert counts == [
        (5, "wang", 1, 1, 0), (4, "li", 0, 1, 1), (3, "wang", 0, 1, 0),
        (2, "li", 13, 0, 0), (1, "li", 2, 0, 0),
    ]  # fmt: skip
    assert [t.revision.source for t in tallies] == ["4", "book.xlsx", "book.xlsx", "sales.csv", "book.xlsx"]


def test_only_so_many_revisions_and_only_those_of_a_sheet(home: OpenProject) -> None:
    def numbers(found: History) -> list[int]:
        return [tally.revision.number for tally in found.tallies or ()]

    assert numbers(told(home, limit=2)) == [5, 4]
    assert numbers(told(home, sheet="sales")) == [5, 4, 2]
    assert numbers(told(home, sheet="交易记录", limit=1)) == [5]
    sales = told(home, sheet="sales").tallies
    assert sales is not None
    assert (sales[0].inserted, sales[0].updated) == (1, 0)
    assert numbers(told(home, sheet="products")) == []


def test_a_store_without_revisions_has_an_empty_history(tmp_path: Path) -> None:
    empty = told(new_home(tmp_path / "empty"))
    assert empty.to_json() == {"book": "b1", "revisions": []}
    assert printed(print_history, empty) in ("Nothing found.\n", "没有找到。\n")


# ---------------------------------------------------------------- changes


def test_a_record_is_followed_from_its_first_value_to_its_last(home: OpenProject) -> None:
    found = told(home, key=ONE)
    assert [(revision.number, change.kind) for revision, change in found.changes] == [
        (1, "insert"), (3, "update"), (4, "update"), (5, "update"),
    ]  # fmt: skip
    lines = json.loads(json.dumps(found.to_json()))["changes"]
    assert lines[-1] == {
        "revision": 5, "at": "2026-11-22T09:00:00+00:00", "user": "wang", "action": "undo", "source": "4",
        "kind": "update", "sheet": "customers", "key": ONE,
        "field": "level", "before": "Normal", "after": "VIP",
    }  # fmt: skip
    shown = {line["field"]: line["after"] for line in lines if line["revision"] in (1, 3)}
    assert shown["groups"] == "Regular；Bulk"
    assert (shown["parent_id"], shown["credit_limit"]) == ("客户2 · C000002", "1500.5")
    assert shown["mobile"] == "13800000001"


def test_a_deleted_record_still_has_its_history(home: OpenProject) -> None:
    commit(home, gone(home, "sales", SALE))
    kinds = [change.kind for _, change in told(home, key=SALE).changes]
    assert kinds == ["insert", "delete", "insert", "delete"]


def test_keys_are_found_in_either_case(home: OpenProject) -> None:
    assert told(home, key=" c000001").changes == told(home, key=ONE).changes


def test_the_newest_changes_of_a_record_and_how_many_there_are_before(home: OpenProject) -> None:
    found = told(home, key=ONE, limit=2)
    assert ([revision.number for revision, _ in found.changes], found.earlier) == ([4, 5], 2)


def test_one_revision_is_told_change_by_change(home: OpenProject) -> None:
    assert [(c.kind, c.key) for _, c in told(home, number=4).changes] == [("delete", SALE), ("update", ONE)]
    assert [c.key for _, c in told(home, number=4, sheet="customers").changes] == [ONE]
    assert [c.key for _, c in told(home, number=2, key=SALE).changes] == [SALE]


def test_history_is_printed_with_labels(home: OpenProject) -> None:
    revisions, changes = (
        printed(print_history, told(home)),
        printed(print_history, told(home, key=ONE, limit=3)),
    )
    assert "sales.csv" in revisions
    for word in ("wang", "VIP", "1500.5", "C000001"):
        assert word in changes
    assert "vip" not in changes


def test_text_of_the_book_is_never_taken_for_markup(home: OpenProject) -> None:
    commit(home, edited(home, "customers", ONE, notes="[red]x[/red] [/]"))
    assert "[red]x[/red] [/]" in printed(print_history, told(home, number=6))


def refused(error: pytest.ExceptionInfo[CustbookError]) -> str:
    zh, en = error.value.sentence("zh"), error.value.sentence("en")
    assert zh != en
    assert "{" not in zh + en
    return error.value.code


def test_what_is_asked_for_must_be_there(home: OpenProject) -> None:
    with pytest.raises(UsageError) as unknown:
        told(home, key="C000099")
    assert refused(unknown) == "record-unknown"
    with pytest.raises(UsageError) as no_sheet:
        told(home, sheet="clients")
    assert refused(no_sheet) == "sheet-unknown"
    with pytest.raises(StoreError) as no_revision:
        told(home, number=6)
    assert refused(no_revision) == "revision-unknown"
    with pytest.raises(UsageError) as elsewhere:
        told(home, key=ONE, sheet="sales")
    assert refused(elsewhere) == "record-elsewhere"


def test_tallies_are_plain_data(home: OpenProject) -> None:
    with home.store.reading() as snapshot:
        first = snapshot.tallies()[-1]
        assert first == Tally(first.revision, 2, 0, 0)
        marks = snapshot.marks()
        assert set(marks) == {1, 2, 3, 4, 5}
        assert len(set(marks.values())) == 5
        assert [snapshot.mark(number) for number in (0, 1, 6)] == ["", marks[1], None]


# ---------------------------------------------------------------- a record


def looked_up(home: OpenProject, key: str, sheet: str | None = None) -> Shown:
    return show(home, key, LI, "en", sheet=sheet)


def test_a_record_is_shown_with_computed_values_and_what_refers_to_it(home: OpenProject) -> None:
    found = looked_up(home, "c000001")
    assert (found.sheet, found.key, found.name) == ("customers", ONE, "客户1")
    fields = found.fields("customers", ONE)
    assert (fields["level"], fields["total"], fields["groups"]) == ("VIP", "2388", "Regular；Bulk")
    assert "notes" not in fields
    assert [(linked.sheet, linked.field, len(linked.keys)) for linked in found.linked] == [
        ("sales", "customer_id", 12)
    ]
    assert [linked.keys for linked in looked_up(home, "C000002").linked] == [[ONE], ["S00000013"]]


def test_linked_records_stand_latest_first(home: OpenProject) -> None:
    commit(home, sale(14, 1, date=dt.date(2025, 1, 1)))
    keys = looked_up(home, ONE).linked[0].keys
    assert (keys[0], keys[-1]) == ("S00000012", "S00000014")


def test_long_lists_are_shortened_in_print_and_whole_in_json(home: OpenProject) -> None:
    found = looked_up(home, ONE)
    text = printed(print_record, found)
    assert "D-0012" in text
    assert "D-0002" not in text
    assert "10" in text
    linked = json.loads(json.dumps(found.to_json()))["linked"][0]
    assert (linked["sheet"], linked["field"], linked["count"], len(linked["records"])) == (
        "sales", "customer_id", 12, 12,
    )  # fmt: skip
    assert linked["records"][0]["amount"] == "199"


def test_a_record_without_links_is_shown_alone(home: OpenProject) -> None:
    assert looked_up(home, SALE).linked == []
    assert "D-0001" in printed(print_record, looked_up(home, SALE))


def test_a_key_of_two_sheets_is_shown_from_the_one_that_is_named(home: OpenProject) -> None:
    commit(home, sale(20, 1).__class__("insert", "products", ONE, {}, {"sku": ONE, "name": "茶"}))
    assert looked_up(home, ONE).sheet == "customers"
    assert looked_up(home, ONE, "products").sheet == "products"


def test_a_record_that_is_no_more_is_told_apart_from_one_that_never_was(home: OpenProject) -> None:
    commit(home, gone(home, "sales", SALE), run=WANG)
    with pytest.raises(UsageError) as deleted:
        looked_up(home, SALE)
    assert (refused(deleted), deleted.value.facts["revision"]) == ("record-deleted", 6)
    with pytest.raises(UsageError) as unknown:
        looked_up(home, "S99999999")
    assert refused(unknown) == "record-unknown"


# ---------------------------------------------------------------- the command line


def test_the_commands_find_their_project_and_speak_json(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    below = desk.folder / "deep" / "er"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)

    def said(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, words, standalone_mode=False)
        assert done.exception is None, done.exception
        return done.return_value, done.stdout

    revisions = json.loads(said("history", "--json")[1])["revisions"]
    made = next(line for line in revisions if line["action"] == "import")
    number = str(made["revision"])
    assert json.loads(said("show", "C000001", "--json")[1])["name"] == "示例客户01有限公司"
    assert json.loads(said("find", "13800000007", "--json")[1])["hits"][0]["key"] == "C000007"
    dry = said("undo", number, "--dry-run", "--json")
    assert (dry[0], json.loads(dry[1])["counts"]["deleted"]) == (0, made["inserted"])
    for words in (
        ("history",),
        ("history", "--key", "C000001"),
        ("show", "C000001"),
        ("find", "龙井", "--sheet", "产品"),
    ):
        code, text = said(*words)
        assert code == 0
        assert text.strip()
    assert said("undo", number)[0] == 0
    code, text = said("undo", number)
    assert code == 1
    assert "C000001" in text
    monkeypatch.chdir("/")
    with pytest.raises(CustbookError) as error:
        CliRunner().invoke(cli, ["history"], standalone_mode=False, catch_exceptions=False)
    assert error.value.code == "project-missing"


# ---------------------------------------------------------------- what the docs say

DOCS = (Path(__file__).resolve().parent.parent / "docs" / "history.md").read_text("utf-8")


@pytest.mark.parametrize("line", [line for line in DOCS.splitlines() if line.startswith("custbook ")])
def test_every_command_of_the_docs_exists_with_its_options(line: str) -> None:
    _, name, *words = shlex.split(line, comments=True)
    command = cli.get_command(Context(cli), name)
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_docs_name_every_reason_and_every_part_of_the_json(home: OpenProject) -> None:
    assert all(f"`{reason}`" in DOCS for reason in get_args(Reason))
    commit(home, edited(home, "customers", ONE, notes="一"))
    for document in (
        told(home, limit=1),
        told(home, number=4),
        undo(home, 4, LI, "en", partly=False, dry_run=True),
    ):
        shown = document.to_json("en") if isinstance(document, Undone) else document.to_json()
        assert all(f'"{name}":' in DOCS for name in _names(shown))


def _names(document: object) -> set[str]:
    """All names in a JSON document, however deep."""
    if isinstance(document, dict):
        return set(document) | {name for part in document.values() for name in _names(part)}
    return {name for part in document for name in _names(part)} if isinstance(document, list) else set()
