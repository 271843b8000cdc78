"""Since when a field has its value: from the store's history into computed values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.last_changes import last_changes
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.actions.show import show
from custbook_gen.records import Change, Value
from custbook_gen.store import Stamp, Store, create_store
from tests.store_cases import STAMP, added, changed, removed
from tests.strategies import BOOK

DAY = dt.datetime(2026, 6, 10, 12, tzinfo=dt.UTC)


def at(day: int) -> dt.datetime:
    return DAY.replace(day=day)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return create_store(f"sqlite:///{tmp_path / 'book.db'}", BOOK, "b1")


def commit(store: Store, day: int, *changes: Change) -> None:
    with store.writing() as transaction:
        transaction.commit_changes(changes, Stamp(at(day), "li", "sync"))


def test_the_last_update_of_a_field_counts_and_the_first_value_does_not(store: Store) -> None:
    commit(store, 1, added(1, level="vip"), added(2), added(3, level="vip"))
    commit(store, 2, changed(1, {"level": "vip"}, {"level": None}), changed(2, {}, {"level": "vip"}))
    commit(store, 3, changed(2, {"level": "vip"}, {"level": "regular"}))
    commit(store, 4, changed(2, {"notes": None}, {"notes": 'a "level": b'}), removed(3))
    with store.reading() as snapshot:
        assert snapshot.last_changed("customers", "level") == {"C000001": at(2), "C000002": at(3)}
        assert snapshot.last_changed("customers", "level", 2) == {"C000001": at(2), "C000002": at(2)}
        assert snapshot.last_changed("customers", "level", 1) == {}
        assert snapshot.last_changed("sales", "level") == {}
    with store.writing() as transaction:
        assert len(transaction.last_changed("customers", "notes")) == 1
        assert last_changes(transaction, BOOK) == {}, "a book without deals asks nothing"


@pytest.fixture
def home(tmp_path: Path) -> OpenProject:
    made = init(tmp_path / "project", Choices(), Run(at(1), "li"))
    day = dt.date(2026, 6, 1)
    staff: dict[str, Value] = {"name": "李强", "role": "sales", "status": "active"}
    customer: dict[str, Value] = {
        "name": "晨光贸易",
        "customer_type": "company",
        "mobile": "+8613800000001",
        "level": "B",
        "owner_id": "E0001",
        "created_on": day,
        "status": "normal",
    }
    deal: dict[str, Value] = {
        "name": "春茶",
        "customer_id": "C000001",
        "stage": "needs",
        "amount": Decimal(1),
        "owner_id": "E0001",
        "expected_close": dt.date(2026, 9, 1),
        "created_on": day,
    }
    records = [("staff", "E0001", staff), ("customers", "C000001", customer), ("deals", "D000001", deal)]
    changes = [Change("insert", sheet, key, {}, values) for sheet, key, values in records]
    with made.store.writing() as transaction:
        transaction.commit_changes(changes, STAMP)
    return made


def days_in_stage(home: OpenProject, day: int) -> Value:
    return show(home, "D000001", Run(at(day), "li"), "zh").computed["deals"]["stage_age_days"]["D000001"]


def test_a_deal_counts_the_days_since_its_stage_changed(home: OpenProject) -> None:
    assert days_in_stage(home, 11) == 10
    commit(home.store, 9, Change("update", "deals", "D000001", {"stage": "needs"}, {"stage": "quotation"}))
    commit(home.store, 10, Change("update", "deals", "D000001", {"next_step": None}, {"next_step": "报价"}))
    assert days_in_stage(home, 11) == 2
    with home.store.reading() as snapshot:
        since = last_changes(snapshot, home.book)
    assert since == {("deals", "stage"): {"D000001": at(9).astimezone().date()}}


def test_a_workbook_is_compared_with_what_was_known_when_it_was_made(home: OpenProject) -> None:
    workbook = home.folder / "book.xlsx"
    commit(home.store, 5, Change("update", "deals", "D000001", {"stage": "needs"}, {"stage": "value"}))
    generate(home, workbook, Run(at(8), "li"))
    commit(home.store, 9, Change("update", "deals", "D000001", {"stage": "value"}, {"stage": "quotation"}))
    report = check_file(workbook, Run(at(11), "li"))
    assert [issue.code for issue in report.issues if issue.code.startswith("computed")] == []
