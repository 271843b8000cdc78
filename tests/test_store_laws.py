"""Laws of the store: what it is asked to keep, it keeps, at every revision."""

import datetime as dt
import itertools
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custbook_gen.errors import StoreError
from custbook_gen.records import Change, Row, Tables, Value
from custbook_gen.remembering import Remembered
from custbook_gen.schema import Field
from custbook_gen.store import Stamp, Store, create_store, wire
from tests.postgres_server import empty_place
from tests.strategies import BOOK, keys_for, rows_for, values_for

Model = dict[str, dict[str, Row]]
"""The book as plain dictionaries: rows by sheet and key."""

STAMP = Stamp(dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC), "li", "sync", "book.xlsx", "w1")
NAMES = {sheet.key: tuple(field.key for field in sheet.stored_fields) for sheet in BOOK.sheets}
FIELDS = [field for sheet in BOOK.sheets for field in sheet.stored_fields]
KEYS = {sheet.key: ("C000001", "C000002", "C000010") for sheet in BOOK.sheets}
"""Few keys, so that records are deleted and come back."""

WILD: Mapping[str, st.SearchStrategy[Any]] = {
    "int": st.integers(-(2**63) + 1, 2**63 - 1),
    "money": st.decimals(allow_nan=False, allow_infinity=False),
    "dec": st.decimals(allow_nan=False, allow_infinity=False),
    "pct": st.decimals(allow_nan=False, allow_infinity=False),
    "date": st.dates(),
    "datetime": st.datetimes(timezones=st.none() | st.just(dt.UTC)),
    "bool": st.booleans(),
    "multi": st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))).map(tuple),
}
WILD_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


NewStore = Callable[[], AbstractContextManager[Store]]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
def new_store(request: pytest.FixtureRequest) -> NewStore:
    """What makes a new store in one of the databases."""
    server = request.getfixturevalue("server") if request.param == "postgresql" else None

    @contextmanager
    def made() -> Iterator[Store]:
        with tempfile.TemporaryDirectory() as folder, empty_place(server) if server else nullcontext() as url:
            yield create_store(url or f"sqlite:///{Path(folder) / 'book.db'}", BOOK, "b1")

    return made


def values_of(model: Model, sheet: str, key: str) -> dict[str, Value]:
    return {
        name: value for name, value in zip(NAMES[sheet], model[sheet][key], strict=True) if value is not None
    }


@st.composite
def changes(draw: st.DrawFn, model: Model) -> Change:
    """One valid change of the model, which is changed along with it."""
    sheet = draw(st.sampled_from(BOOK.sheets))
    key = draw(st.sampled_from(KEYS[sheet.key]))
    rows = model[sheet.key]
    if key not in rows:
        rows[key] = draw(rows_for(sheet, key))
        return Change("insert", sheet.key, key, {}, values_of(model, sheet.key, key))
    before = values_of(model, sheet.key, key)
    if draw(st.booleans()):
        del rows[key]
        return Change("delete", sheet.key, key, before, {})
    new = dict(zip(NAMES[sheet.key], draw(rows_for(sheet, key)), strict=True))
    touched = draw(st.lists(st.sampled_from(NAMES[sheet.key]), unique=True))
    old = dict(zip(NAMES[sheet.key], rows[key], strict=True))
    rows[key] = tuple((new if name in touched else old)[name] for name in NAMES[sheet.key])
    return Change(
        "update", sheet.key, key, {name: old[name] for name in touched}, {name: new[name] for name in touched}
    )


def outcome(store: Store, wanted: list[Change]) -> str:
    """What committing comes to: the code of the refusal, a revision or nothing."""
    try:
        with store.writing() as transaction:
            made = transaction.commit_changes(wanted, STAMP)
    except StoreError as error:
        return error.code
    return "nothing" if made is None else "revision"


def fail_after(store: Store, wanted: list[Change]) -> None:
    with store.writing() as transaction:
        transaction.commit_changes(wanted, STAMP)
        transaction.put_externals("crm", "customers", {"1": "C000001"})
        raise ZeroDivisionError


def copy(model: Model) -> Model:
    return {sheet: dict(rows) for sheet, rows in model.items()}


def as_model(tables: Tables) -> Model:
    return {sheet: dict(table.rows) for sheet, table in tables.items()}


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_book_at_every_revision_is_what_it_was_then(new_store: NewStore, data: st.DataObject) -> None:
    model: Model = {sheet.key: {} for sheet in BOOK.sheets}
    as_it_stood = [copy(model)]
    with new_store() as store:
        for _ in range(data.draw(st.integers(1, 4))):
            wanted = [data.draw(changes(model)) for _ in range(data.draw(st.integers(0, 5)))]
            with store.writing() as transaction:
                made = transaction.commit_changes(wanted, STAMP)
            if made is not None:
                as_it_stood.append(copy(model))
            assert made is None or made.number == len(as_it_stood) - 1
            assert as_it_stood[-1] == model
        with store.reading() as snapshot:
            assert snapshot.revision() == len(as_it_stood) - 1
            for number, expected in enumerate(as_it_stood):
                assert as_model(snapshot.tables(at=number)) == expected
            for sheet, table in snapshot.tables().items():
                assert list(table.rows) == sorted(table.rows)
                assert table.fields == NAMES[sheet]


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_repeating_the_changes_since_a_revision_leads_to_the_book_of_now(
    new_store: NewStore, data: st.DataObject
) -> None:
    model: Model = {sheet.key: {} for sheet in BOOK.sheets}
    with new_store() as store, new_store() as other:
        for _ in range(2):
            wanted = [data.draw(changes(model)) for _ in range(4)]
            with store.writing() as transaction:
                transaction.commit_changes(wanted, STAMP)
        with store.reading() as snapshot, other.writing() as transaction:
            since = snapshot.history()
            for _, happened in itertools.groupby(since, key=lambda pair: pair[0].number):
                transaction.commit_changes([change for _, change in happened], STAMP)
            assert transaction.tables() == snapshot.tables()
            assert [change for _, change in transaction.history()] == [change for _, change in since]


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_the_same_changes_again_are_refused_or_change_nothing(
    new_store: NewStore, data: st.DataObject
) -> None:
    model: Model = {sheet.key: {} for sheet in BOOK.sheets}
    with new_store() as store:
        with store.writing() as transaction:
            transaction.commit_changes([data.draw(changes(model)) for _ in range(3)], STAMP)
        wanted = [data.draw(changes(model))]
        with store.writing() as transaction:
            transaction.commit_changes(wanted, STAMP)
        assert outcome(store, wanted) in ("store-changed", "nothing")
        with store.reading() as snapshot:
            assert as_model(snapshot.tables()) == model


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_a_transaction_that_fails_leaves_everything_as_it_was(
    new_store: NewStore, data: st.DataObject
) -> None:
    model: Model = {sheet.key: {} for sheet in BOOK.sheets}
    with new_store() as store:
        with store.writing() as transaction:
            transaction.commit_changes([data.draw(changes(model)) for _ in range(3)], STAMP)
        kept = copy(model)
        with store.reading() as snapshot:
            state = (snapshot.tables(), snapshot.history(), snapshot.next_numbers(), snapshot.revision())
        wanted = [data.draw(changes(model)) for _ in range(3)]
        with pytest.raises(ZeroDivisionError):
            fail_after(store, wanted)
        with store.reading() as snapshot:
            assert state == (
                snapshot.tables(),
                snapshot.history(),
                snapshot.next_numbers(),
                snapshot.revision(),
            )
            assert as_model(snapshot.tables()) == kept
            assert snapshot.externals("crm") == {}


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_value_comes_back_from_the_wire_as_it_was(field: Field, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | values_for(field) | WILD.get(field.type, WILD_TEXT)))
    wires = wire.encode_column(field, values)
    back = wire.decoder(field)(wires)
    assert list(back) == values
    assert list(map(type, back)) == list(map(type, values))
    assert [wire.decode(field, wire.encode(field, value)) for value in values] == values
    document = dict(enumerate(wires))
    assert list(wire.load(wire.dump(document)).values()) == list(wires)
    texts = [str(value) for value in values if isinstance(value, Decimal)]
    assert [str(value) for value in back if isinstance(value, Decimal)] == texts


@pytest.mark.parametrize("few", [1, 3, 100])
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_a_column_that_comes_in_parts_is_the_same_as_in_one(
    field: Field, few: int, data: st.DataObject
) -> None:
    known = data.draw(st.lists(st.none() | values_for(field), min_size=1, max_size=few))
    parts = data.draw(st.lists(st.lists(st.sampled_from(known), max_size=5), max_size=5))
    decode = wire.decoder(field)
    together = [value for part in parts for value in decode(wire.encode_column(field, part))]
    assert together == [value for part in parts for value in part]
    assert list(map(repr, together)) == [repr(value) for part in parts for value in part]


@pytest.mark.parametrize("most", [2, 1000])
def test_columns_of_a_table_share_their_dates(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, and some are empty; texts that look like dates stay texts."""
    monkeypatch.setattr(wire, "_Memo", partial(Remembered, most=most))
    given = next(field for field in FIELDS if field.type == "date")
    fields = [given, next(field for field in FIELDS if field.type == "text"), given]
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=number) for number in range(8)]
    rows: list[Row] = [(one, one.isoformat(), other) for one, other in zip(days, reversed(days), strict=True)]
    rows[2:2] = [(None, None, days[0]), (days[1], "", None), (None, None, None)]
    decode = wire.column_decoder(fields)
    parts = [zip(*wire.encode_rows(fields, rows[at : at + 4]), strict=True) for at in (0, 4, 8)]
    back = [row for part in parts for row in zip(*decode(part), strict=True)]
    assert back == rows
    assert (back[-1][0] is back[0][2]) is (most > len(days))


@settings(max_examples=15, deadline=None)
@given(texts=st.lists(WILD_TEXT, min_size=1, max_size=5))
def test_any_text_comes_back_from_the_database_as_it_was(new_store: NewStore, texts: list[str]) -> None:
    with new_store() as store:
        rows = {f"C{number:06d}": text for number, text in enumerate(texts, 1)}
        with store.writing() as transaction:
            transaction.commit_changes(
                [Change("insert", "customers", key, {}, {"notes": text}) for key, text in rows.items()], STAMP
            )
        with store.reading() as snapshot:
            tables = snapshot.tables()
            assert dict(tables["customers"].column("notes")) == rows
            assert {change.key: change.after["notes"] for _, change in snapshot.history()} == rows


@settings(max_examples=12, deadline=None)
@given(keys=st.lists(keys_for(BOOK.sheet("customers")), min_size=1, max_size=6, unique=True))
def test_numbers_are_never_given_twice(new_store: NewStore, keys: list[str]) -> None:
    with new_store() as store:
        for key in keys:
            with store.writing() as transaction:
                transaction.commit_changes([Change("insert", "customers", key, {}, {"name": "a"})], STAMP)
                transaction.commit_changes([Change("delete", "customers", key, {}, {})], STAMP)
        with store.reading() as snapshot:
            following = snapshot.next_numbers()["customers"]
            assert following == max(int(key[1:]) for key in keys) + 1
            assert snapshot.ever_used("customers", [*keys, f"C{following:06d}"]) == set(keys)
            assert snapshot.ever_used("sales", keys) == set()
