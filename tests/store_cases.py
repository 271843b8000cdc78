"""Changes, looks and programs that the tests of the store share."""

import datetime as dt
import os
from collections.abc import Mapping

import pytest

from custbook_gen.errors import StoreError
from custbook_gen.records import Change, Revision, Value
from custbook_gen.store import Stamp, Store, open_store
from tests.strategies import BOOK

AT = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
STAMP = Stamp(AT, "li", "sync", "book.xlsx", "w1")


def added(number: int, **values: Value) -> Change:
    return Change("insert", "customers", f"C{number:06d}", {}, {"name": f"客户{number}", **values})


def changed(number: int, before: Mapping[str, Value], after: Mapping[str, Value]) -> Change:
    return Change("update", "customers", f"C{number:06d}", before, after)


def removed(number: int, **before: Value) -> Change:
    return Change("delete", "customers", f"C{number:06d}", before, {})


def commit(store: Store, *changes: Change) -> Revision | None:
    with store.writing() as transaction:
        return transaction.commit_changes(changes, STAMP)


def names(store: Store, at: int | None = None) -> dict[str, Value]:
    with store.reading() as snapshot:
        return dict(snapshot.tables(at)["customers"].column("name"))


def refusal(error: pytest.ExceptionInfo[StoreError]) -> str:
    """The code of an error, whose sentence is complete in both languages."""
    zh, en = error.value.sentence("zh"), error.value.sentence("en")
    assert zh != en
    assert "{" not in zh + en
    return error.value.code


def add_in_turns(url: str, first: int, count: int) -> None:
    """Add customers one by one, each with the number that the store says is next."""
    store = open_store(url, BOOK, "b1")
    for turn in range(count):
        with store.writing() as transaction:
            number = transaction.next_numbers()["customers"]
            change = added(number, notes=f"{first + turn}")
            transaction.commit_changes([change], STAMP)


def die_while_writing(url: str) -> None:
    """Write more than the database keeps in memory, and stop dead before the commit."""
    with open_store(url, BOOK, "b1").writing() as transaction:
        notes = "备注" * 1000
        transaction.commit_changes(
            [removed(1), *(added(number, notes=notes) for number in range(2, 2000))], STAMP
        )
        os._exit(9)
