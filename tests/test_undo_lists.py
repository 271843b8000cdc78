"""Undoing revisions that changed the values of lists, and records that hold such values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from custbook_gen.actions.dictionary import seed
from custbook_gen.actions.find import Request, find
from custbook_gen.actions.project import OpenProject
from custbook_gen.actions.reversal import Obstacle
from custbook_gen.actions.show import show
from custbook_gen.actions.undo import Undone, undo
from custbook_gen.errors import UsageError
from custbook_gen.load import Project, load_book
from custbook_gen.records import Change, Value
from custbook_gen.schema import Choice, Label
from custbook_gen.store import create_store
from tests.lists_book import DICTIONARY, schema
from tests.small_books import LI, WANG, commit, edited, gone, record

ONE, SHOW = "K0001", "V00100"


@pytest.fixture
def home(tmp_path: Path) -> OpenProject:
    """A client, after the schema's values were put into the dictionary."""
    (tmp_path / "lists.yaml").write_text(schema(), "utf-8")
    book = load_book(tmp_path / "lists.yaml")
    store = create_store(f"sqlite:///{tmp_path / 'book.db'}", book, "b1")
    made = OpenProject(tmp_path, Project(book="b1"), book, store)
    seed(store, LI)
    commit(made, Change("insert", "clients", ONE, {}, {"client_id": ONE, "name": "甲", "source": "shop"}))
    return made


def value(key: str, code: str, category: str = "source", **more: Value) -> Change:
    values = {"choice_id": key, "category": category, "code": code, "zh": "展会", "en": "Fair", **more}
    return Change("insert", DICTIONARY, key, {}, values)


def take_back(home: OpenProject, number: int) -> Undone:
    return undo(home, number, WANG, "en", partly=True, dry_run=False)


def test_a_new_value_goes_while_nobody_has_it(home: OpenProject) -> None:
    number = commit(home, value(SHOW, "fair"))
    assert take_back(home, number).obstacles == ()


@pytest.mark.parametrize("field", ["source", "tags"])
def test_a_new_value_that_a_record_has_stays(home: OpenProject, field: str) -> None:
    number = commit(home, value(SHOW, "fair", "tag" if field == "tags" else "source"))
    commit(home, edited(home, "clients", ONE, **{field: ("fair",) if field == "tags" else "fair"}))
    done = take_back(home, number)
    assert done.obstacles == (Obstacle("referred-to", DICTIONARY, SHOW, others=(("clients", ONE),)),)
    assert not done.applied


def test_a_new_value_with_others_under_it_stays(home: OpenProject) -> None:
    number = commit(home, value(SHOW, "west", "region"))
    commit(home, value("V00101", "w1", "town", parent="west"))
    assert take_back(home, number).obstacles == (
        Obstacle("referred-to", DICTIONARY, SHOW, others=((DICTIONARY, "V00101"),)),
    )
    both = commit(home, value("V00102", "east", "region"), value("V00103", "e1", "town", parent="east"))
    assert take_back(home, both).obstacles == ()


def test_a_value_and_the_records_that_got_it_go_back_together(home: OpenProject) -> None:
    number = commit(home, value(SHOW, "fair"), edited(home, "clients", ONE, source="fair"))
    assert take_back(home, number).obstacles == ()
    assert record(home, "clients", ONE)["source"] == "shop"
    assert take_back(home, number + 1).obstacles == ()
    assert record(home, "clients", ONE)["source"] == "fair"


def test_a_former_value_that_is_no_more_does_not_come_back(home: OpenProject) -> None:
    commit(home, value(SHOW, "fair"))
    commit(home, edited(home, "clients", ONE, source="fair"))
    number = commit(home, edited(home, "clients", ONE, source="shop"))
    commit(home, gone(home, DICTIONARY, SHOW))
    done = take_back(home, number)
    assert done.obstacles == (
        Obstacle("reference-gone", "clients", ONE, "source", others=(("source", "fair"),)),
    )


def test_a_renamed_value_gets_its_name_back(home: OpenProject) -> None:
    commit(home, value(SHOW, "fair"))
    commit(home, edited(home, "clients", ONE, source="fair"))
    number = commit(home, edited(home, DICTIONARY, SHOW, en="Trade fair"))
    assert show(home, ONE, LI, "en").fields("clients", ONE)["source"] == "Trade fair"
    assert [hit.key for hit in find(home, Request(("trade fair",), (), "clients"), LI, "en").hits] == [ONE]
    assert take_back(home, number).obstacles == ()
    assert show(home, ONE, LI, "en").fields("clients", ONE)["source"] == "Fair"


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("partly", [True, False])
def test_what_the_schema_brought_is_not_undone(home: OpenProject, *, partly: bool, dry_run: bool) -> None:
    with pytest.raises(UsageError) as caught:
        undo(home, 1, WANG, "en", partly=partly, dry_run=dry_run)
    assert caught.value.sentence("en") == (
        "Revision 1 brought the schema's own values into the dictionary and cannot be undone; "
        "deactivate values there, or change the schema."
    )
    assert caught.value.sentence("zh").startswith("修订 1 ")


def test_a_value_that_the_schema_has_by_now_stays(home: OpenProject) -> None:
    number = commit(home, value(SHOW, "fair"), value("V00101", "mine"))
    choices = (*home.book.category("source").choices, Choice(code="fair", label=Label(zh="展会", en="Fair")))
    categories = tuple(
        one.having(choices=choices) if one.key == "source" else one for one in home.book.categories
    )
    later = replace(home, book=home.book.having(categories=categories))
    done = undo(later, number, WANG, "en", partly=False, dry_run=True)
    (obstacle,) = done.obstacles
    assert obstacle == Obstacle("schemas-own", DICTIONARY, SHOW)
    assert done.sentence(obstacle, "en").startswith("is a value of the schema, which cannot be deleted")
    assert [change.key for change in undo(later, number, WANG, "en", partly=True, dry_run=True).changes] == [
        "V00101"
    ]
