"""The store: revisions, what it remembers of workbooks, several programs at once."""

import datetime as dt
import multiprocessing
from collections.abc import ItemsView
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from custbook_gen.errors import StoreError
from custbook_gen.records import Change, ColumnRows, Conflict, Revision, Row, Value
from custbook_gen.scope import with_changes
from custbook_gen.store import Stamp, Store, create_store, open_store
from tests.store_cases import (
    AT,
    STAMP,
    add_in_turns,
    added,
    changed,
    commit,
    die_while_writing,
    names,
    refusal,
    removed,
)
from tests.strategies import BOOK


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'book.db'}?timeout=0.1"


@pytest.fixture
def store(any_url: str) -> Store:
    return create_store(any_url, BOOK, "b1")


# ---------------------------------------------------------------- revisions


def test_changes_make_a_revision_that_tells_who_when_and_what(store: Store) -> None:
    revision = commit(store, added(1, credit_limit=Decimal("10.50"), groups=("g1", "g2")))
    assert revision == Revision(1, AT, "li", "sync", "book.xlsx")
    commit(store, changed(1, {"credit_limit": Decimal("10.50"), "level": None}, {"level": "vip"}))
    commit(store, removed(1))
    whole: dict[str, Value] = {"customer_id": "C000001", "name": "客户1", "groups": ("g1", "g2")}
    expected = [
        (1, Change("insert", "customers", "C000001", {}, {**whole, "credit_limit": Decimal("10.50")})),
        (
            2,
            Change(
                "update",
                "customers",
                "C000001",
                {"level": None, "credit_limit": Decimal("10.50")},
                {"level": "vip", "credit_limit": None},
            ),
        ),
        (3, Change("delete", "customers", "C000001", {**whole, "level": "vip"}, {})),
    ]
    with store.reading() as snapshot:
        assert [(made.number, change) for made, change in snapshot.history()] == expected
        assert [change for _, change in snapshot.history("customers", "C000001")] == [c for _, c in expected]
        assert snapshot.history("sales") == snapshot.history("customers", "C000002") == []


def test_times_are_kept_in_utc(store: Store) -> None:
    shanghai = dt.timezone(dt.timedelta(hours=8))
    with store.writing() as transaction:
        stamp = Stamp(dt.datetime(2026, 11, 22, 16, tzinfo=shanghai), "li", "sync")
        transaction.commit_changes([added(1)], stamp)
        ((revision, _),) = transaction.history()
    assert (revision.at, revision.at.tzinfo) == (AT, dt.UTC)


def test_no_changes_make_no_revision(store: Store) -> None:
    commit(store, added(1, level="vip"))
    assert commit(store) is None
    assert commit(store, changed(1, {"level": "vip"}, {"level": "vip"})) is None
    with store.reading() as snapshot:
        assert snapshot.revision() == 1


def test_changes_of_one_record_apply_in_their_order(store: Store) -> None:
    commit(
        store,
        added(1),
        changed(1, {"name": "客户1"}, {"name": "甲"}),
        removed(1, name="甲"),
        added(1, name="乙"),
        added(2),
    )
    assert names(store) == {"C000001": "乙", "C000002": "客户2"}
    assert names(store, at=0) == {}
    commit(store, changed(2, {"name": "客户2"}, {"name": "丙"}), changed(2, {"name": "丙"}, {"name": "丁"}))
    assert names(store, at=1) == {"C000001": "乙", "C000002": "客户2"}
    with store.reading() as snapshot:
        kinds = [change.kind for _, change in snapshot.history() if change.key == "C000001"]
    assert kinds == ["insert", "update", "delete", "insert"]


def test_rows_are_copied_once_however_many_changes_are_taken_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once per change, a workbook of last week would take minutes in a book of many records."""
    copied, items = list[int](), ColumnRows.items

    def counted(rows: ColumnRows) -> ItemsView[str, Row]:
        copied.append(len(rows))
        return items(rows)

    changes = [changed(1, {"name": f"{n}"}, {"name": f"{n + 1}"}) for n in range(9)]
    commit(store, added(1, name="0"))
    commit(store, *changes)
    monkeypatch.setattr(ColumnRows, "items", counted)
    with store.reading() as snapshot:
        now = snapshot.tables()
        before = snapshot.tables_at(1, now)
    assert before["customers"].value("C000001", "name") == "0"
    assert with_changes(now, changes)["customers"].value("C000001", "name") == "9"
    assert copied == [1, 1]


@pytest.mark.parametrize(
    "stale",
    [
        added(1),
        changed(1, {"name": "乙"}, {"name": "丙"}),
        changed(1, {}, {"level": "normal"}),
        changed(2, {}, {"name": "丙"}),
        removed(1, name="乙"),
        removed(2),
        Change("delete", "sales", "S00000001"),
    ],
)
def test_changes_that_start_from_something_else_than_is_stored_are_refused(
    store: Store, stale: Change
) -> None:
    commit(store, added(1, level="vip"))
    with store.writing() as transaction:
        with pytest.raises(StoreError) as error:
            transaction.commit_changes([added(3), stale], STAMP)
        assert refusal(error) == "store-changed"
    assert names(store) == {"C000001": "客户1"}
    with store.reading() as snapshot:
        assert (snapshot.revision(), len(snapshot.history())) == (1, 1)
        assert snapshot.next_numbers()["customers"] == 2


@pytest.mark.parametrize(
    "values",
    [
        {"employees": 2**63},
        {"employees": True},
        {"employees": "7"},
        {"credit_limit": 1.5},
        {"active": 1},
        {"name": "\ud800"},
        {"name": "a\0b"},
        {"groups": ("g1", 2)},
        {"groups": ["g1"]},
        {"birth_date": dt.datetime(2000, 1, 1)},  # noqa: DTZ001
        {"called_at": dt.date(2000, 1, 1)},
    ],
    ids=repr,
)
def test_values_that_no_field_of_the_kind_can_hold_are_refused(
    store: Store, values: dict[str, Value]
) -> None:
    with pytest.raises(StoreError) as error:
        commit(store, added(1, **values))
    assert refusal(error) == "store-value"
    assert names(store) == {}


def test_a_change_cannot_name_what_the_book_does_not_store(store: Store) -> None:
    commit(store, added(1))
    computed, unknown = added(2, total=Decimal(1)), added(2, nothing="a")
    rekeyed = changed(1, {}, {"customer_id": "C000009"})
    for wrong in (computed, unknown, rekeyed, Change("insert", "nowhere", "1")):
        with pytest.raises(KeyError):
            commit(store, wrong)
    assert names(store) == {"C000001": "客户1"}


@pytest.mark.parametrize("number", [-1, 2])
def test_a_revision_that_never_was_is_refused(store: Store, number: int) -> None:
    commit(store, added(1))
    with pytest.raises(StoreError) as error, store.reading() as snapshot:
        snapshot.tables(at=number)
    assert refusal(error) == "revision-unknown"


def test_keys_that_are_no_numbers_of_ours_leave_the_sequence_alone(store: Store) -> None:
    for key in ("C12a", "X000007", "C" + "9" * 30, "C²", "C"):
        commit(store, Change("insert", "customers", key, {}, {"name": "a"}))
    commit(store, Change("insert", "products", "C000042", {}, {"name": "a"}), added(4))
    with store.reading() as snapshot:
        assert snapshot.next_numbers() == {"customers": 5, "sales": 1}
        assert snapshot.ever_used("customers", ["C12a", "C000042"]) == {"C12a"}


def test_a_read_is_one_moment_whatever_is_written_meanwhile(url: str) -> None:
    store = create_store(url, BOOK, "b1")
    patient = open_store(url.replace("0.1", "10"), BOOK, "b1")
    commit(store, added(1))
    with store.reading() as snapshot:
        assert snapshot.revision() == 1
        with pytest.raises(StoreError) as error:
            commit(open_store(url, BOOK, "b1"), added(2))
        assert refusal(error) == "store-locked"
        assert snapshot.tables() == snapshot.tables(at=1)
    commit(patient, added(2))
    assert names(store) == {"C000001": "客户1", "C000002": "客户2"}


# ---------------------------------------------------------------- what it knows of workbooks


def test_keys_that_new_rows_got_are_found_again(store: Store) -> None:
    with store.writing() as transaction:
        transaction.put_arrivals(
            "w1", 3, {("customers", "f1"): ("C000001", "C000002"), ("sales", "f1"): ("S1",)}
        )
        transaction.put_arrivals("w2", 3, {("customers", "f1"): ("C000009",)})
    with store.writing() as transaction:
        transaction.put_arrivals("w1", 3, {("customers", "f1"): ("C000001", "C000002", "C000003")})
        transaction.put_arrivals("w1", 4, {})
    with store.reading() as snapshot:
        assert snapshot.arrivals("w1", 3) == {
            ("customers", "f1"): ("C000001", "C000002", "C000003"),
            ("sales", "f1"): ("S1",),
        }
        assert snapshot.arrivals("w1", 4) == {}


def test_conflicts_are_replaced_as_a_whole(store: Store) -> None:
    first = Conflict("customers", "C000001", "groups", ("g1",), (), None)
    second = Conflict("customers", "C000001", "credit_limit", None, Decimal("1.50"), Decimal("2"))
    third = Conflict("customers", "C000002", "active", None, True, False)
    with store.writing() as transaction:
        transaction.set_conflicts("w1", [first, third])
        transaction.set_conflicts("w2", [first])
        transaction.set_conflicts("w1", [third, second])
    with store.reading() as snapshot:
        assert snapshot.conflicts("w1") == (second, third)
        assert snapshot.conflicts("w2") == (first,)
        assert snapshot.conflicts("w3") == ()


def test_ids_of_other_systems_are_kept_by_system_and_sheet(store: Store) -> None:
    with store.writing() as transaction:
        transaction.put_externals("crm", "customers", {"1": "C000001", "2": "C000002"})
        transaction.put_externals("crm", "customers", {"2": "C000003"})
        transaction.put_externals("crm", "sales", {"1": "S00000001"})
        transaction.put_externals("shop", "customers", {"1": "C000009"})
    with store.reading() as snapshot:
        assert snapshot.externals("crm") == {
            "customers": {"1": "C000001", "2": "C000003"},
            "sales": {"1": "S00000001"},
        }
        assert snapshot.externals("none") == {}


# ---------------------------------------------------------------- several programs at once


@pytest.fixture
def processes() -> Any:
    return multiprocessing.get_context("spawn")


def test_two_programs_that_write_at_once_lose_nothing(any_url: str, processes: Any) -> None:
    url = any_url.replace("timeout=0.1", "timeout=30")
    store = create_store(url, BOOK, "b1")
    count = 30
    writers = [processes.Process(target=add_in_turns, args=(url, first, count)) for first in (0, 1000)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    with store.reading() as snapshot:
        notes = [str(value) for _, value in snapshot.tables()["customers"].column("notes")]
        assert snapshot.revision() == 2 * count
        assert snapshot.next_numbers()["customers"] == 2 * count + 1
    assert sorted(map(int, notes)) == [*range(count), *range(1000, 1000 + count)]


def test_a_program_that_dies_while_writing_leaves_the_store_as_it_was(
    any_url: str, tmp_path: Path, processes: Any
) -> None:
    url = any_url.replace("timeout=0.1", "timeout=30")
    store = create_store(url, BOOK, "b1")
    commit(store, added(1))
    writer = processes.Process(target=die_while_writing, args=(url,))
    writer.start()
    writer.join(60)
    assert writer.exitcode == 9
    on_file = any_url.startswith("sqlite")
    assert not on_file or (tmp_path / "book.db-journal").stat().st_size > 0
    assert names(open_store(url, BOOK, "b1")) == {"C000001": "客户1"}
    assert commit(store, added(2)) == Revision(2, AT, "li", "sync", "book.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["book.db"] * on_file
