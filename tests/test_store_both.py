"""What holds of a store in either database: values, texts, order, what is remembered of workbooks."""

import datetime as dt
from decimal import Decimal

import pytest

from custbook_gen.errors import StoreError
from custbook_gen.records import Change, Conflict, QualityPoint, Value, Verdict
from custbook_gen.store import Store, create_store, open_store
from tests.store_cases import AT, STAMP, added, changed, commit, refusal, removed
from tests.strategies import BOOK

KEYS = ("Z9", "a1", "Ä", "é", "B2", "_x", "中", "-a", "a b", "A1", "😀", "ﬀ", "a")
"""Dictionaries put most of them elsewhere than their code points do."""

VALUES: dict[str, tuple[Value, ...]] = {
    "name": (
        "甲",
        "'; DROP TABLE customers; --",
        '%s %(name)s :name $1 {} \\ "',
        "a\r\n\tb\u2028",
        "𠮷😀\ufffe",
    ),
    "notes": ("", " ", "\x01\x7f\x85\u200b", "é", "e\u0301", "長" * 40_000),
    "level": ("vip", "VIP", "gone"),
    "groups": ((), ("g1",), ("g2", "g1"), ("a,b", '"', "")),
    "employees": (0, -1, 2**63 - 1, -(2**63) + 1),
    "credit_limit": tuple(
        map(Decimal, ("0", "0.00", "1E+3", "-0.10", "123456789012345678901234567890.12", "1E-30"))
    ),
    "birth_date": (dt.date(1, 1, 1), dt.date(1582, 10, 10), dt.date(9999, 12, 31)),
    "called_at": (
        dt.datetime(2026, 11, 22, 8, 30),  # noqa: DTZ001
        dt.datetime(2026, 3, 29, 2, 30, 0, 1),  # noqa: DTZ001
        dt.datetime(2026, 11, 22, 8, 30, tzinfo=dt.UTC),
    ),
    "active": (True, False),
    "parent_id": ("C000001", "c000001", "K" * 300),
}


@pytest.fixture
def store(any_url: str) -> Store:
    return create_store(any_url, BOOK, "b1")


@pytest.mark.parametrize("field", VALUES)
def test_every_kind_of_value_comes_back_as_it_was(any_url: str, store: Store, field: str) -> None:
    given = VALUES[field]
    commit(store, *(added(number, **{field: value}) for number, value in enumerate(given, 1)))
    commit(store, *(changed(number, {field: value}, {field: None}) for number, value in enumerate(given, 1)))
    with open_store(any_url, BOOK, "b1").reading() as snapshot:
        rows = snapshot.tables(at=1)["customers"]
        found = [rows.value(f"C{number:06d}", field) for number in range(1, len(given) + 1)]
        assert list(map(repr, found)) == list(map(repr, given))
        told = [change.after.get(field) for revision, change in snapshot.history() if revision.number == 1]
        assert list(map(repr, told)) == list(map(repr, given))
        assert not any(value for _, value in snapshot.tables()["customers"].column(field) if field != "name")


def test_everything_lies_in_the_order_of_code_points(store: Store) -> None:
    commit(store, *(Change("insert", "products", key, {}, {"name": key}) for key in KEYS))
    conflicts = [Conflict("products", key, "name", "a", "b", key) for key in KEYS]
    with store.writing() as transaction:
        transaction.set_conflicts("w1", conflicts)
    with store.reading() as snapshot:
        assert list(snapshot.tables()["products"].rows) == sorted(KEYS)
        assert [conflict.key for conflict in snapshot.conflicts("w1")] == sorted(KEYS)


def test_texts_that_look_alike_are_different_records(store: Store) -> None:
    keys = ("é", "e\u0301", "É", "e", "E", "ß", "ss", " e", "e ")
    commit(store, *(Change("insert", "products", key, {}, {"name": key}) for key in keys))
    commit(
        store, Change("delete", "products", "E"), Change("update", "products", "é", {}, {"price": Decimal(1)})
    )
    with store.reading() as snapshot:
        assert set(snapshot.tables()["products"].rows) == set(keys) - {"E"}
        assert [key for key, price in snapshot.tables()["products"].column("price") if price] == ["é"]


@pytest.mark.parametrize("odd", ["a\0b", "\ud800"], ids=ascii)
def test_keys_that_no_database_can_hold_are_those_of_no_record(store: Store, odd: str) -> None:
    commit(store, added(1))
    with store.reading() as snapshot:
        assert snapshot.ever_used("customers", [odd, "C000001"]) == {"C000001"}
        assert len(snapshot.touched_since(0, {"customers": [odd, "C000001"]})) == 1
        assert snapshot.history("customers", odd) == []
        assert snapshot.resting_users([("customers", odd)]) == {("customers", odd): []}
    for wrong in (
        Change("insert", "products", odd, {}, {"name": "a"}),
        Change("update", "products", odd, {}, {"name": "a"}),
    ):
        with pytest.raises(StoreError) as error:
            commit(store, wrong)
        assert refusal(error) in ("store-value", "store-changed")


def test_what_was_decided_and_measured_is_kept(store: Store) -> None:
    first = Verdict("m1", "customers", "C000001", "name", "right", at=AT, user="li")
    other = Verdict("m2", "", "", "", "right", at=AT, user="li")
    again = Verdict("m1", "customers", "C000001", "name", "wrong", at=AT + dt.timedelta(days=1), user="wang")
    points = [
        QualityPoint(dt.date(2026, 1, day), 2**40, None, Decimal("0.50"), Decimal(1), None, Decimal("0.10"))
        for day in (2, 1)
    ]
    with store.writing() as transaction:
        transaction.put_verdicts([first, other])
        transaction.put_verdicts([again])
        for point in (*points, points[0]):
            transaction.put_quality(point)
        transaction.put_unshown("w1", 3, "here", 7)
        transaction.put_unshown("w1", 3, "here", 5)
    with store.reading() as snapshot:
        assert snapshot.verdicts() == {"m1": again, "m2": other}
        assert list(map(repr, snapshot.quality())) == list(map(repr, reversed(points)))
        assert snapshot.unshown("w1", 3, "here") == [5, 7]
    with store.writing() as transaction:
        transaction.forget_unshown("w1", 3, "here")
        assert transaction.unshown("w1", 3, "here") == []


def test_looks_at_the_history_tell_the_same(store: Store) -> None:
    commit(store, added(1, notes="a%b_c/"), added(2))
    commit(store, changed(1, {"notes": "a%b_c/"}, {"notes": '"name":'}), removed(2))
    commit(store, changed(1, {"name": "客户1"}, {"name": "甲"}))
    with store.reading() as snapshot:
        assert snapshot.last_changed("customers", "name") == {"C000001": AT}
        assert snapshot.last_changed("customers", "name", at=2) == {}
        assert [(one.inserted, one.updated, one.deleted) for one in snapshot.tallies()] == [
            (0, 1, 0), (0, 1, 1), (2, 0, 0),
        ]  # fmt: skip
        assert [tally.revision.number for tally in snapshot.tallies("customers", newest=2)] == [3, 2]
        assert [change.kind for _, change in snapshot.newest(2)] == ["update", "delete"]
        assert [change.key for change in snapshot.changes_of(1)[1]] == ["C000001", "C000002"]
        assert set(snapshot.marks()) == {1, 2, 3}
        assert snapshot.mark(2) == snapshot.marks()[2]
        assert snapshot.row_counts() == {"customers": 1, "products": 0, "sales": 0}


def test_thousands_of_records_are_written_asked_for_and_deleted_at_once(store: Store) -> None:
    keys = [f"C{number:06d}" for number in range(1, 2501)]
    commit(store, *(added(number) for number in range(1, 2501)))
    with store.reading() as snapshot:
        assert snapshot.ever_used("customers", keys) == set(keys)
        assert len(snapshot.touched_since(0, {"customers": keys})) == 2500
        before = snapshot.tables()
    with store.writing() as transaction:
        transaction.commit_changes([removed(number) for number in range(1, 2501)], STAMP)
        now = transaction.tables_now(before, {"customers": keys})
        assert not now["customers"].rows
