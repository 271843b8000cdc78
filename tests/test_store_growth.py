"""A store follows a schema that grows, or says what is in the way."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from custbook_gen.errors import StoreError
from custbook_gen.records import Change, Conflict
from custbook_gen.schema import Book
from custbook_gen.store import Store, create_store, open_store
from custbook_gen.store.tables import ADDED_LATER
from tests.store_cases import added, changed, commit, names, refusal, removed
from tests.strategies import BOOK, BOOK_DOCUMENT


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'book.db'}?timeout=0.1"


@pytest.fixture
def store(url: str) -> Store:
    return create_store(url, BOOK, "b1")


@pytest.fixture
def any_store(any_url: str) -> Store:
    """A store in either of the databases."""
    return create_store(any_url, BOOK, "b1")


def use(store: Store) -> None:
    """Put a record into each of its sheets."""
    product = Change("insert", "products", "A1", {}, {"name": "甲"})
    sale = Change("insert", "sales", "S00000001", {}, {"customer_id": "C000001"})
    commit(store, added(1), product, sale)


def book_with(edit: str, *path: str | int, value: Any = None) -> Book:
    """The test book with one part of its document set, added or dropped."""
    document: Any = BOOK.model_dump(mode="json")
    part = document
    for step in path[:-1]:
        part = part[step]
    last = path[-1]
    if edit == "set":
        part[last] = value
    elif edit == "add":
        part[last].append(value)
    else:
        del part[last]
    return Book.model_validate(document)


LABEL = {"zh": "新", "en": "New"}
NEW_FIELD = {"key": "fax", "label": LABEL, "type": "phone"}
NEW_SHEET = {
    "key": "contacts",
    "label": LABEL,
    "key_field": "contact_id",
    "name_field": "contact_id",
    "fields": [{"key": "contact_id", "label": LABEL, "type": "auto", "prefix": "P", "digits": 6}],
}
FIELDS = ("sheets", 0, "fields")
ADDITIONS = {
    "a sheet": ("add", ("sheets",), NEW_SHEET),
    "an optional field": ("add", FIELDS, NEW_FIELD),
    "a choice": ("add", ("categories", 0, "choices"), {"code": "low", "label": LABEL}),
    "a computed field": (
        "add",
        FIELDS,
        {**NEW_FIELD, "type": "calc", "result": "int", "rule": "order_count"},
    ),
    "another label": ("set", (*FIELDS, 1, "label"), LABEL),
    "another evaluation date": ("set", ("settings", "as_of"), "2027-01-01"),
    "one rule less": ("set", (*FIELDS, 2, "pattern"), None),
    "a lower bound": ("set", (*FIELDS, 10, "min"), -5),
    "no upper bound": ("set", (*FIELDS, 10, "max"), None),
    "more places": ("set", (*FIELDS, 11, "places"), 3),
    "the usual places, said": ("set", (*FIELDS, 11, "places"), 2),
    "a longer text": ("set", (*FIELDS, 1, "max_length"), 100),
    "a text as long as any": ("set", (*FIELDS, 1, "max_length"), None),
    "a longer text than any": ("set", (*FIELDS, 16, "max_length"), 5000),
    "an earlier first day": ("set", (*FIELDS, 12, "min"), "1890-01-01"),
    "a later last day": ("set", (*FIELDS, 13, "max"), "as_of+7"),
    "no longer required": ("set", (*FIELDS, 3, "required"), False),
    "no longer unique": ("set", (*FIELDS, 2, "unique"), False),
    "any phone": ("set", (*FIELDS, 7, "mobile"), False),
    "a new one of which one is needed": ("add", FIELDS, {**NEW_FIELD, "one_of": "contact"}),
    "one more of which one is needed": ("set", (*FIELDS, 9, "one_of"), "contact"),
    "another version": ("set", ("version",), 2),
    "a sheet less": ("drop", ("sheets", 2), None),
    "a field less": ("drop", (*FIELDS, 16), None),
}
OBSTACLES = {
    "a higher bound": ("set", (*FIELDS, 10, "min"), 1),
    "a bound where there was none": ("set", (*FIELDS, 11, "max"), 10),
    "fewer places": ("set", (*FIELDS, 11, "places"), 1),
    "a shorter text": ("set", (*FIELDS, 1, "max_length"), 59),
    "a shorter text than any": ("set", (*FIELDS, 16, "max_length"), 1999),
    "a longest text where there was a longer one": ("set", ("sheets", 2, "fields", 1, "max_length"), 20),
    "a least length": ("set", (*FIELDS, 1, "min_length"), 2),
    "a pattern where there was none": ("set", (*FIELDS, 16, "pattern"), "^[A-Z]+$"),
    "a later first day": ("set", (*FIELDS, 12, "min"), "1901-01-01"),
    "a last day for one that follows the evaluation date": ("set", (*FIELDS, 12, "max"), "2030-01-01"),
    "unique by now": ("set", (*FIELDS, 1, "unique"), True),
    "one less of which one is needed": ("set", (*FIELDS, 8, "one_of"), None),
    "another group of which one is needed": ("set", (*FIELDS, 9, "one_of"), "online"),
    "new ones alone of which one is needed": ("add", FIELDS, {**NEW_FIELD, "one_of": "online"}),
    "another key field": ("set", ("sheets", 1, "key_field"), "name"),
    "another type": ("set", (*FIELDS, 16, "type"), "text"),
    "a required field more": ("add", FIELDS, {**NEW_FIELD, "required": True}),
    "a field that is required now": ("set", (*FIELDS, 16, "required"), True),
    "a narrower bound": ("set", (*FIELDS, 10, "max"), 10),
    "a choice less": ("drop", ("categories", 1, "choices", 2), None),
    "another key": ("set", ("key",), "other_book"),
    "another prefix": ("set", (*FIELDS, 0, "prefix"), "K"),
}


@pytest.mark.parametrize(("edit", "path", "value"), ADDITIONS.values(), ids=ADDITIONS)
def test_a_store_follows_a_schema_that_gains(
    any_url: str, any_store: Store, edit: str, path: tuple[str | int, ...], value: Any
) -> None:
    commit(any_store, added(1))
    book = book_with(edit, *path, value=value)
    assert book != BOOK
    for opened in (open_store(any_url, book, "b1"), open_store(any_url, book, "b1")):
        assert names(opened) == {"C000001": "客户1"}
        with opened.reading() as snapshot:
            assert snapshot.tables().keys() == book.sheet_by_key.keys()


def test_new_fields_and_sheets_can_be_filled_and_earlier_revisions_read(
    any_url: str, any_store: Store
) -> None:
    commit(any_store, added(1))
    book = book_with("add", *FIELDS, value=NEW_FIELD)
    grown = Book.model_validate(
        {**book.model_dump(mode="json"), "sheets": [*book.model_dump(mode="json")["sheets"], NEW_SHEET]}
    )
    opened = open_store(any_url, grown, "b1")
    commit(opened, changed(1, {}, {"fax": "+862512345678"}), Change("insert", "contacts", "P000004", {}, {}))
    with opened.reading() as snapshot:
        assert snapshot.tables()["customers"].value("C000001", "fax") == "+862512345678"
        assert snapshot.tables(at=1)["customers"].value("C000001", "fax") is None
        assert snapshot.next_numbers() == {"customers": 2, "sales": 1, "contacts": 5}
    assert names(open_store(any_url, BOOK, "b1"), 1) == {"C000001": "客户1"}


def smaller_book() -> Book:
    """The test book without its sales and its customers' e-mail addresses."""
    sheets: Any = BOOK.model_dump(mode="json")["sheets"][:2]
    sheets[0]["fields"] = [field for field in sheets[0]["fields"] if field["key"] != "email"]
    return BOOK.having(sheets=tuple(sheets))


def test_what_a_schema_leaves_out_stays_in_the_store_and_comes_back(any_url: str, any_store: Store) -> None:
    sale = Change("insert", "sales", "S00000001", {}, {"customer_id": "C000001"})
    commit(any_store, added(1, email="li@example.com"), sale)
    commit(any_store, changed(1, {"email": "li@example.com"}, {"email": "wang@example.com"}))
    with any_store.reading() as snapshot:
        tables, history = snapshot.tables(), snapshot.history()
    smaller = open_store(any_url, smaller_book(), "b1")
    commit(smaller, changed(1, {"name": "客户1"}, {"name": "甲"}))
    with smaller.reading() as snapshot:
        assert list(snapshot.tables()) == ["customers", "products"]
        assert snapshot.tables()["customers"].value("C000001", "name") == "甲"
        assert "email" not in snapshot.tables(at=1)["customers"].fields
        assert [change.sheet for _, change in snapshot.history()] == ["customers"] * 3
    with open_store(any_url, BOOK, "b1").reading() as snapshot:
        assert snapshot.tables()["sales"] == tables["sales"]
        assert snapshot.tables()["customers"].value("C000001", "email") == "wang@example.com"
        assert snapshot.history()[: len(history)] == history


@pytest.mark.usefixtures("any_store")
def test_what_a_schema_left_out_cannot_come_back_as_something_else(any_url: str) -> None:
    open_store(any_url, smaller_book(), "b1")
    with pytest.raises(StoreError) as error:
        open_store(any_url, book_with("set", *FIELDS, 8, "type", value="phone"), "b1")
    assert refusal(error) == "store-schema"
    assert "customers.email: type" in str(error.value)
    assert open_store(any_url, BOOK, "b1").book == BOOK


def test_an_undecided_conflict_of_a_field_that_is_left_out_waits(any_url: str, any_store: Store) -> None:
    commit(any_store, added(1))
    conflict = Conflict("customers", "C000001", "email", None, "a@example.com", "b@example.com")
    with any_store.writing() as transaction:
        transaction.set_conflicts("w1", [conflict])
    with open_store(any_url, smaller_book(), "b1").reading() as snapshot:
        assert snapshot.conflicts("w1") == ()
    with open_store(any_url, BOOK, "b1").reading() as snapshot:
        assert snapshot.conflicts("w1") == (conflict,)


@pytest.mark.parametrize(("edit", "path", "value"), OBSTACLES.values(), ids=OBSTACLES)
def test_a_schema_that_could_make_stored_values_wrong_is_refused(
    url: str, store: Store, tmp_path: Path, edit: str, path: tuple[str | int, ...], value: Any
) -> None:
    use(store)
    before = (tmp_path / "book.db").read_bytes()
    with pytest.raises(StoreError) as error:
        open_store(url, book_with(edit, *path, value=value), "b1")
    assert refusal(error) == "store-schema"
    assert (tmp_path / "book.db").read_bytes() == before


@pytest.mark.parametrize(
    ("obstacle", "place", "why"),
    [
        ("a higher bound", "customers.employees: min", "stricter (0 → 1), and stored values may break it"),
        ("a shorter text than any", "customers.notes: max_length", "stricter (2000 → 1999)"),
        ("a pattern where there was none", "customers.notes: pattern", "a rule may be loosened or dropped"),
        ("another type", "customers.notes: type", "cannot change (long → text)"),
        ("a required field more", "customers.fax: required", "it can be recommended"),
        ("a choice less", "group: g3", "write false after its code"),
        ("another key", "other_book", "another book (test_book → other_book)"),
    ],
)
def test_what_a_store_cannot_follow_is_named_with_the_reason(
    any_url: str, any_store: Store, obstacle: str, place: str, why: str
) -> None:
    use(any_store)
    edit, path, value = OBSTACLES[obstacle]
    with pytest.raises(StoreError) as error:
        open_store(any_url, book_with(edit, *path, value=value), "b1")
    assert refusal(error) == "store-schema"
    assert f"({place}): " in str(error.value)
    assert why in str(error.value)


ANYWHERE = ("another key field", "another type", "a choice less", "another key")
"""What no store can follow, whether it holds records or not."""


@pytest.mark.parametrize("name", [name for name in OBSTACLES if name not in ANYWHERE])
def test_a_sheet_that_never_had_a_record_follows_other_rules(
    any_url: str, any_store: Store, name: str
) -> None:
    edit, path, value = OBSTACLES[name]
    book = book_with(edit, *path, value=value)
    assert any_store.book == BOOK != book
    opened = open_store(any_url, book, "b1")
    key = f"{book.sheets[0].fields[0].prefix}000001"
    commit(opened, Change("insert", "customers", key, {}, {"name": "客户1"}))
    assert names(open_store(any_url, book, "b1")) == {key: "客户1"}


@pytest.mark.parametrize("name", ANYWHERE)
@pytest.mark.usefixtures("any_store")
def test_what_a_table_is_made_for_is_fixed_without_records_too(any_url: str, name: str) -> None:
    edit, path, value = OBSTACLES[name]
    with pytest.raises(StoreError) as error:
        open_store(any_url, book_with(edit, *path, value=value), "b1")
    assert refusal(error) == "store-schema"


def test_a_sheet_whose_records_were_deleted_is_not_one_that_never_had_any(
    any_url: str, any_store: Store
) -> None:
    commit(any_store, added(1))
    commit(any_store, removed(1, name="客户1"))
    edit, path, value = OBSTACLES["a field that is required now"]
    with pytest.raises(StoreError) as error:
        open_store(any_url, book_with(edit, *path, value=value), "b1")
    assert refusal(error) == "store-schema"


def test_a_rule_that_was_loosened_is_not_what_it_was_again(any_url: str, any_store: Store) -> None:
    use(any_store)
    open_store(any_url, book_with("set", *FIELDS, 10, "min", value=-5), "b1")
    with pytest.raises(StoreError) as error:
        open_store(any_url, BOOK, "b1")
    assert "customers.employees: min" in str(error.value)


def test_opening_with_the_same_schema_writes_nothing(url: str, store: Store, tmp_path: Path) -> None:
    before = (tmp_path / "book.db").stat()
    assert open_store(url, Book.model_validate(BOOK_DOCUMENT), store.book_id).book == BOOK
    assert (tmp_path / "book.db").stat().st_mtime_ns == before.st_mtime_ns


def test_a_store_of_an_earlier_program_gets_the_tables_that_came_later(
    url: str, store: Store, tmp_path: Path
) -> None:
    connection = sqlite3.connect(tmp_path / "book.db")
    with connection:
        for table in ADDED_LATER:
            connection.execute(f"DROP TABLE {table}")
    connection.close()
    with open_store(url, store.book, None).reading() as snapshot:
        assert snapshot.verdicts() == {}
