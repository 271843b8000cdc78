"""Books of many records: a worker derives and draws a part, and nothing comes out otherwise."""

from __future__ import annotations

import datetime as dt
import os
import sys

import pytest

from custbook_gen import workers
from custbook_gen.actions import derive_ahead as ahead
from custbook_gen.actions import summary_sheets as drawing
from custbook_gen.actions.views import make_view, new_layout, summary_tabs
from custbook_gen.derive import RULES, Facts, duplicate_pairs
from custbook_gen.layout import fitted
from custbook_gen.load import load_book
from custbook_gen.plan import Identity, View
from custbook_gen.schema import Book
from custbook_gen.summaries import made_ahead
from custbook_gen.workbook import SheetPlan
from custbook_gen.workers import Send, Tally
from tests.full_book import Maker

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes safely"),
    pytest.mark.filterwarnings("ignore:This process"),
]
AS_OF = dt.date(2026, 6, 30)
BOOK = load_book("customer_book")


def seen(book: Book = BOOK) -> tuple[View, list[SheetPlan]]:
    """What a workbook of these records shows."""
    tables, tabs = Maker(book, AS_OF, customers=120, lines=400).tables(), summary_tabs(book)
    empty = new_layout(book, "zh", tabs)
    used = {key: here.header_row + len(tables[key].rows) for key, here in empty.sheets.items()}
    layout = fitted(empty, book, used)
    facts, identity = Facts.of(book, tables, AS_OF), Identity("b", "w", "", 1)
    view = make_view(book, "zh", layout, facts, identity, made_ahead(tabs))
    return view, drawing.summary_sheets(view, tabs)


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have a worker for few records too; the processes that were started are collected."""
    started: list[int] = []
    monkeypatch.setattr(ahead, "FEWEST", 1)
    monkeypatch.setattr(drawing, "MANY_ROWS", 1)
    for module in (ahead, workers):
        monkeypatch.setattr(module, "spare_processors", lambda: 1)
    fork = os.fork

    def noted() -> int:
        process = fork()
        if process:
            started.append(process)
        return process

    monkeypatch.setattr(os, "fork", noted)
    return started


def test_everything_is_the_same_with_a_worker(shared: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    view, sheets = seen()
    assert len(shared) == 2
    monkeypatch.undo()
    view_alone, sheets_alone = seen()
    assert len(shared) == 2
    assert view.computed == view_alone.computed
    assert view.computed["customers"]["duplicate_score"]
    assert sheets == sheets_alone


@pytest.mark.usefixtures("shared")
def test_what_a_worker_has_made_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()
    completeness = RULES["completeness"]

    def only_there(facts: Facts) -> object:
        assert os.getpid() != here
        return completeness(facts)

    facts = Facts.of(BOOK, Maker(BOOK, AS_OF, customers=30, lines=50).tables(), AS_OF)
    monkeypatch.setattr(ahead, "APART", {"completeness": (only_there,)})
    ahead.derive_ahead(BOOK, facts)
    assert facts.once(only_there) == completeness(facts)
    assert facts.once(only_there) is facts.once(only_there)


@pytest.mark.usefixtures("shared")
def test_what_a_worker_fails_to_make_is_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(send: Send, _tally: Tally) -> None:
        send((0, {"C1": 100}))
        raise MemoryError

    hire = workers.hire
    monkeypatch.setattr(ahead, "hire", lambda _: hire(failing))
    facts = Facts.of(BOOK, Maker(BOOK, AS_OF, customers=30, lines=50).tables(), AS_OF)
    ahead.derive_ahead(BOOK, facts)
    assert facts.once(RULES["completeness"]) == {"C1": 100}
    assert facts.once(duplicate_pairs) == duplicate_pairs(facts)


@pytest.mark.usefixtures("shared")
def test_facts_of_another_date_wait_for_nobody() -> None:
    facts = Facts.of(BOOK, Maker(BOOK, AS_OF, customers=30, lines=50).tables(), AS_OF)
    facts.expect(duplicate_pairs, lambda: ())
    assert facts.at(dt.date(2025, 1, 1)).once(duplicate_pairs) == duplicate_pairs(facts)
    assert facts.once(duplicate_pairs) == ()


def test_a_book_that_asks_for_none_of_it_has_no_worker(shared: list[int]) -> None:
    plain = [
        sheet.model_copy(update={"fields": tuple(f for f in sheet.fields if f.rule not in ahead.APART)})
        for sheet in BOOK.sheets
    ]
    book = BOOK.model_copy(update={"sheets": tuple(plain)})
    ahead.derive_ahead(book, Facts.of(book, Maker(book, AS_OF, customers=30, lines=50).tables(), AS_OF))
    assert not shared
