"""Creating and opening a store, and what is refused."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from custbook_gen.errors import StoreError
from custbook_gen.store import Store, create_store, file_url, open_store, store_file, store_url
from tests.store_cases import STAMP, added, commit, names, refusal
from tests.strategies import BOOK


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


def test_a_new_store_is_an_empty_book_that_only_its_owner_may_read(url: str, tmp_path: Path) -> None:
    store = create_store(url, BOOK, "b1")
    assert (store.book, store.book_id, store.name) == (BOOK, "b1", "book.db")
    with store.reading() as snapshot:
        assert snapshot.revision() == 0
        assert snapshot.tables() == snapshot.tables(at=0)
        assert all(not table.rows for table in snapshot.tables().values())
        assert snapshot.next_numbers() == {"customers": 1, "sales": 1}
        assert snapshot.history() == []
    assert [path.name for path in tmp_path.iterdir()] == ["book.db"]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "book.db").stat().st_mode) == 0o600


def test_an_existing_store_is_never_overwritten(any_url: str, any_store: Store) -> None:
    commit(any_store, added(1))
    with pytest.raises(StoreError) as error:
        create_store(any_url, BOOK, "b2")
    assert refusal(error) == "store-exists"
    assert names(open_store(any_url, BOOK, "b1")) == {"C000001": "客户1"}


def test_an_empty_file_left_by_a_crash_is_no_store_and_can_become_one(url: str, tmp_path: Path) -> None:
    (tmp_path / "book.db").touch()
    with pytest.raises(StoreError) as error:
        open_store(url, BOOK, None)
    assert refusal(error) == "store-missing"
    assert create_store(url, BOOK, "b1").book_id == "b1"


def test_a_missing_store_is_not_made_by_opening_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as error:
        open_store(url, BOOK, "b1")
    assert refusal(error) == "store-missing"
    assert list(tmp_path.iterdir()) == []


def test_a_store_opens_for_its_own_book_or_whichever_it_keeps(any_url: str, any_store: Store) -> None:
    assert open_store(any_url, BOOK, any_store.book_id).book_id == "b1"
    assert open_store(any_url, BOOK, None).book_id == "b1"
    with pytest.raises(StoreError) as error:
        open_store(any_url, BOOK, "b2")
    assert refusal(error) == "store-foreign"


def test_a_store_of_a_newer_program_is_left_alone(url: str, store: Store, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "book.db") as connection:
        connection.execute("ALTER TABLE _book RENAME COLUMN schema_hash TO fingerprint")
        connection.execute("UPDATE _book SET format = 99")
    connection.close()
    with pytest.raises(StoreError) as error:
        open_store(url, BOOK, store.book_id)
    assert refusal(error) == "store-newer"


@pytest.mark.parametrize("content", [b"no database, but long enough to be taken for one" * 40, b"x"])
def test_a_file_that_is_no_database_is_named_so(url: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "book.db").write_bytes(content)
    with pytest.raises(StoreError) as error:
        open_store(url, BOOK, None)
    assert refusal(error) == "store-corrupt"
    assert (tmp_path / "book.db").read_bytes() == content


@pytest.mark.parametrize(
    "damage", ["DROP TABLE _book", "DELETE FROM _book", "DROP TABLE _history", "DROP TABLE _revision"]
)
def test_a_database_that_lacks_the_stores_tables_is_named_so(
    url: str, store: Store, tmp_path: Path, damage: str
) -> None:
    connection = sqlite3.connect(tmp_path / "book.db")
    with connection:
        connection.execute(damage)
    connection.close()
    with pytest.raises(StoreError) as error, open_store(url, store.book, None).reading() as snapshot:
        snapshot.history()
    assert refusal(error) == "store-corrupt"


def test_a_store_out_of_reach_is_named_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in ("nowhere", "file"):
        with pytest.raises(StoreError) as error:
            create_store(f"sqlite:///{tmp_path / folder / 'book.db'}", BOOK, "b1")
        assert refusal(error) == "store-unreachable"
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StoreError) as error:
        open_store(f"sqlite:///{tmp_path / 'folder.db'}", BOOK, "b1")
    assert refusal(error) == "store-unreachable"


@pytest.mark.parametrize(
    "wrong",
    ["book.db", "sqlite://", "sqlite:///:memory:", "sqlite:///book.db?timeout=soon", "sqlite://host/book.db"],
)
def test_an_address_that_cannot_be_used_is_refused(wrong: str) -> None:
    with pytest.raises(StoreError) as error:
        open_store(wrong, BOOK, None)
    assert refusal(error) == "store-url"


def test_a_stores_path_starts_from_the_project(tmp_path: Path) -> None:
    for said, name in (
        ("sqlite:///book.db", "book.db"),
        ("sqlite:///d/book.db?timeout=3", "d/book.db"),
        ("sqlite+pysqlite:///book.db", "book.db"),
        ("sqlite:////srv/book.db", "/srv/book.db"),
    ):
        url = store_url(tmp_path, said)
        assert store_file(url) == tmp_path / name
        assert url.query == ({"timeout": "3"} if "?" in said else {})
    for unchanged in ("sqlite:///:memory:", "sqlite:///", "sqlite:///file:book.db", "postgresql://host/name"):
        assert store_url(tmp_path, unchanged) == store_url(tmp_path / "other", unchanged)


@pytest.mark.skipif(os.name != "posix", reason="no other system has such names")
@pytest.mark.parametrize(
    "name", ["a?b", "a#b", "a%41", "a?b#c%41?timeout=3", "a b+c&d=e", "客户 '\"", "sqlite:"]
)
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    for url in (store_url(folder, "sqlite:///book.db?timeout=0.1"), file_url(folder / "other.db")):
        create_store(url, BOOK, "b1")
        assert open_store(url, BOOK, "b1").name in {"book.db", "other.db"}
    assert {path.name for path in folder.iterdir()} == {"book.db", "other.db"}
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("nosuchdb://li:s3cret@host/book?password=s3cret", "store-driver"),
        ("nosuchdb://li:s3cret@host:port/book", "store-url"),
        ("s3cret@host/book", "store-url"),
        ("postgresql://li:pass@s3cret@host/book", "store-url"),
    ],
)
def test_no_message_tells_a_password(address: str, code: str) -> None:
    with pytest.raises(StoreError) as error:
        create_store(address, BOOK, "b1")
    assert refusal(error) == code
    sentences = error.value.sentence("zh+en")
    assert "s3cret" not in sentences
    assert error.value.__cause__ is None


def test_a_busy_store_is_waited_for_and_then_refused(url: str, store: Store) -> None:
    impatient = open_store(url, BOOK, "b1")
    with store.writing() as transaction:
        transaction.commit_changes([added(1)], STAMP)
        assert names(impatient) == {}
        with pytest.raises(StoreError) as error, impatient.writing():
            raise AssertionError
    assert refusal(error) == "store-locked"
    assert names(impatient) == {"C000001": "客户1"}
