"""A damaged store is told as one, wherever the damage is, and nothing of what stands there is told."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from custbook_gen.actions.project import OpenProject
from custbook_gen.cli import main
from custbook_gen.errors import StoreError
from custbook_gen.records import Tables
from custbook_gen.store_ahead import RowsAhead
from tests.backup_books import damage, make_shop
from tests.small_books import commit, customer, edited, gone, new_home, sale
from tests.test_history import refused


@pytest.mark.parametrize("words", [("show", "K001"), ("find", "一"), ("generate", "book.xlsx"), ("backup",)])
def test_every_command_tells_a_damaged_page_alike(
    tmp_path: Path,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shop = make_shop(tmp_path / "shop")
    damage(shop / "book.db")
    monkeypatch.chdir(shop)
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    with pytest.raises(SystemExit) as left:
        main(list(words))
    assert left.value.code == 3
    said = capsys.readouterr().err
    assert said.startswith("“book.db” is not a store of a book, or is damaged (")
    assert said.count("\n") == 1


@pytest.fixture
def home(tmp_path: Path) -> OpenProject:
    home = new_home(tmp_path)
    commit(home, *(customer(n) for n in range(1, 40)), *(sale(n, n) for n in range(1, 10)))
    commit(home, edited(home, "customers", "C000001", name="改名"))
    return home


def read(home: OpenProject) -> None:
    with home.store.reading() as snapshot:
        snapshot.tables(1)
        snapshot.newest(9)


def reading(home: OpenProject) -> StoreError:
    """What is told when everything is read."""
    with pytest.raises(StoreError) as error:
        read(home)
    assert refused(error) == "store-corrupt"
    return error.value


SPOILT = [
    ("UPDATE customers SET name = CAST(x'5365637265749ff0' AS TEXT) WHERE customer_id = 'C000007'", "UTF-8"),
    ("UPDATE _history SET before = CAST(x'5365637265749ff0' AS TEXT) WHERE revision = 2", "UTF-8"),
    ("UPDATE _history SET before = 'Secret' WHERE revision = 2", "JSON"),
    ("UPDATE _revision SET at = 'Secret'", "ISO 8601"),
    ("UPDATE sales SET date = 'Secret'", "date"),
    ("UPDATE sales SET quantity = 'Secret'", "quantity"),
    ("UPDATE customers SET name = x'5365637265749ff0'", "name"),
    ("UPDATE customers SET customer_id = x'5365637265749ff0' WHERE customer_id = 'C000007'", "customer_id"),
    ("UPDATE customers SET employees = 'Secret'", "employees"),
    ("UPDATE customers SET employees = x'53656372'", "employees"),
    ("UPDATE customers SET active = 'Secret'", "active"),
    ("UPDATE _history SET after = '{\"name\": 5}' WHERE revision = 2", "name"),
]


def spoil(home: OpenProject, statement: str) -> None:
    with closing(sqlite3.connect(home.folder / "book.db")) as connection:
        assert connection.execute(statement).rowcount > 0
        connection.commit()


@pytest.mark.parametrize(("statement", "place"), SPOILT)
def test_what_nobody_ever_stored_is_damage_and_is_not_told(
    home: OpenProject, statement: str, place: str
) -> None:
    spoil(home, statement)
    error = reading(home)
    assert error.facts["reason"] == place
    assert "Secret" not in error.sentence("en")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes safely")
@pytest.mark.filterwarnings("ignore:This process")
@pytest.mark.parametrize("statement", [statement for statement, _ in SPOILT])
def test_damage_that_a_worker_meets_is_told_as_well(home: OpenProject, statement: str) -> None:
    spoil(home, statement)
    home.store.expect(RowsAhead(home.folder / "book.db"))
    reading(home)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes safely")
@pytest.mark.filterwarnings("ignore:This process")
def test_a_damaged_page_that_a_worker_meets_is_told_as_well(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    commit(home, *(customer(n) for n in range(1, 2000)))
    file = home.folder / "book.db"
    content = file.read_bytes()
    pages = [content[at : at + 4096] for at in range(0, len(content), 4096)]
    spoilt = [b"\xff" * 4096 if "客户1500".encode() in page else page for page in pages]
    assert spoilt != pages
    file.write_bytes(b"".join(spoilt))
    home.store.expect(RowsAhead(file))
    reading(home)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes safely")
@pytest.mark.filterwarnings("ignore:This process")
@pytest.mark.parametrize("ahead", [False, True])
def test_bytes_that_some_tool_stored_are_the_text_that_they_are(home: OpenProject, ahead: bool) -> None:
    whole = tables(home)
    for field in ("name", "level", "customer_id", "mobile"):
        spoil(home, f"UPDATE customers SET {field} = CAST({field} AS BLOB)")  # noqa: S608
    spoil(home, "UPDATE sales SET quantity = CAST(quantity AS BLOB), date = CAST(date AS BLOB)")
    if ahead:
        home.store.expect(RowsAhead(home.folder / "book.db"))
    assert tables(home) == whole


def tables(home: OpenProject) -> Tables:
    with home.store.reading() as snapshot:
        return snapshot.tables()


def test_a_record_whose_key_is_stored_as_bytes_can_be_changed_and_deleted(home: OpenProject) -> None:
    spoil(home, "UPDATE customers SET customer_id = CAST(customer_id AS BLOB)")
    commit(home, edited(home, "customers", "C000007", name="改名"), gone(home, "customers", "C000020"))
    records = tables(home)["customers"]
    assert records.value("C000007", "name") == "改名"
    assert "C000020" not in records.rows
    assert len(records.rows) == 38


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes safely")
@pytest.mark.filterwarnings("ignore:This process")
@pytest.mark.parametrize("ahead", [False, True])
def test_two_records_of_one_key_are_damage(home: OpenProject, ahead: bool) -> None:
    """One as text and one as bytes; neither may get lost unseen."""
    spoil(home, "UPDATE customers SET customer_id = CAST('C000008' AS BLOB) WHERE customer_id = 'C000007'")
    if ahead:
        home.store.expect(RowsAhead(home.folder / "book.db"))
    assert reading(home).facts["reason"] == "customer_id"
