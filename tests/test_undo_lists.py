"""Undoing revisions that changed the values of lists, and records that hold such values."""

from __future__ import annotations

from pathlib import Path

import pytest

from custbook_gen.actions.dictionary import seed
from custbook_gen.actions.find import Request, find
from custbook_gen.actions.project import OpenProject
from custbook_gen.actions.reversal import Obstacle
from custbook_gen.actions.show import show
from custbook_gen.actions.undo import Undone, undo
from custbook_gen.load import Project, load_book
from custbook_gen.records import Change, Value
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
