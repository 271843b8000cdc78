"""A store whose disk fills up: the sentence says so, and nothing is stored."""

import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from custbook_gen.errors import StoreError
from custbook_gen.records import Change
from custbook_gen.store import create_store, open_store
from tests.store_cases import added, commit, names, refusal
from tests.strategies import BOOK


def much(notes: str = "备注" * 1000) -> list[Change]:
    """More than the database keeps in memory until it commits."""
    return [added(number, notes=notes) for number in range(2, 1000)]


@pytest.fixture
def no_more_room() -> Iterator[Callable[[int], None]]:
    """Limits how large files may grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for little."""
    small = tmp_path / "small"
    small.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no right to mount a file system")
    yield small
    subprocess.run(["umount", small], check=True)


def test_a_write_that_fails_midway_is_told_as_it_failed(
    tmp_path: Path, no_more_room: Callable[[int], None]
) -> None:
    """SQLite undoes the transaction by itself then: going back to a savepoint would be the next error."""
    url = f"sqlite:///{tmp_path / 'book.db'}"
    store = create_store(url, BOOK, "b1")
    commit(store, added(1))
    no_more_room((tmp_path / "book.db").stat().st_size + 4096)
    with pytest.raises(StoreError) as error:
        commit(store, *much())
    assert refusal(error) == "store-unreachable"
    assert "disk I/O error" in str(error.value)
    assert names(store) == {"C000001": "客户1"}


def test_a_disk_that_fills_up_midway_is_told_as_full(small_disk: Path) -> None:
    url = f"sqlite:///{small_disk / 'book.db'}"
    store = create_store(url, BOOK, "b1")
    commit(store, added(1))
    with pytest.raises(StoreError) as error:
        commit(store, *much())
    assert refusal(error) == "disk-full"
    assert "“book.db”" in error.value.sentence("en")
    assert names(open_store(url, BOOK, "b1")) == {"C000001": "客户1"}


def test_a_database_that_may_not_grow_is_told_as_a_full_disk(tmp_path: Path) -> None:
    store = create_store(f"sqlite:///{tmp_path / 'book.db'}", BOOK, "b1")

    @sa.event.listens_for(store._database.engine, "connect")
    def _limit(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        connection.cursor().execute("PRAGMA max_page_count = 60").close()

    commit(store, added(1))
    with pytest.raises(StoreError) as error:
        commit(store, *much())
    assert refusal(error) == "disk-full"
    assert names(store) == {"C000001": "客户1"}
