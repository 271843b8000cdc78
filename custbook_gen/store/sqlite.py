"""What holds for SQLite alone: how its file is opened, locked, and what its errors mean.

A store is one file that people copy and back up, so it keeps a rollback journal (a
write-ahead log would leave committed changes in a second file) and waits for the disk.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from custbook_gen.errors import StoreError, reason_of

WRITES: Final = "custbook_writes"
"""Execution option of a connection that takes the write lock at once."""

_PATIENCE: Final = 10.0
"""Seconds to wait for another program's lock, unless the address says ``?timeout=``."""

_TABLES: Final = "SELECT name FROM {}.sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
_MADE: Final = (
    "SELECT sql FROM coming.sqlite_master "
    "WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_' ORDER BY type DESC"
)
"""What makes its tables, and then their indexes."""

_MEANING: Final = {
    sqlite3.SQLITE_BUSY: "store-locked",
    sqlite3.SQLITE_LOCKED: "store-locked",
    sqlite3.SQLITE_NOTADB: "store-corrupt",
    sqlite3.SQLITE_CORRUPT: "store-corrupt",
    sqlite3.SQLITE_ERROR: "store-corrupt",
    sqlite3.SQLITE_CANTOPEN: "store-unreachable",
    sqlite3.SQLITE_READONLY: "store-unreachable",
    sqlite3.SQLITE_IOERR: "store-unreachable",
    sqlite3.SQLITE_FULL: "disk-full",
    sqlite3.SQLITE_PERM: "store-unreachable",
    sqlite3.SQLITE_AUTH: "store-unreachable",
}


def engine_options(url: sa.URL) -> dict[str, Any]:
    """Options of the engine: no idle connection keeps the file open."""
    patience = {} if "timeout" in url.query else {"timeout": _PATIENCE}
    return {"poolclass": sa.NullPool, "connect_args": patience}


def attach(engine: sa.Engine) -> None:
    """Have transactions begin when we say so, and the disk really hold what was committed."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous = FULL")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def file_of(url: sa.URL, store: str) -> Path:
    """The store's file; ``store-url`` where the address names none."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise StoreError("store-url", store=store)
    return Path(url.database)


def holds_anything(path: Path, store: str) -> bool:
    """Whether the file is there and has content; ``store-unreachable`` where it cannot be told."""
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreError("store-unreachable", store=store, reason=reason_of(error)) from error


def is_empty(path: Path, store: str) -> bool:
    """Whether there is no database in a file yet; one that was being made when its program died is undone.

    Raises:
        StoreError: ``store-locked``, ``store-unreachable``.
    """
    if not holds_anything(path, store):
        return True
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE)) as connection:
            return connection.execute("SELECT count(*) FROM sqlite_master").fetchall() == [(0,)]
    except sqlite3.DatabaseError as error:
        refused = refusal(error, store)
        if refused is not None and refused.code != "store-corrupt":
            raise refused from error
        return False


def prepare_file(path: Path, store: str) -> None:
    """Make an empty file that only its owner may read: a book is full of personal data."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError("store-unreachable", store=store, reason=reason_of(error)) from error


def copy_database(connection: Any, path: Path, name: str) -> None:
    """Copy a whole database into a new file that only its owner may read.

    Args:
        connection: the driver's connection, inside a transaction that has read.
        path: the new file; it is on the disk when this returns.
        name: what the new file is called in messages.

    Raises:
        StoreError: ``backup-unwritable``.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(path)) as copy:
            connection.backup(copy)
    except OSError as error:
        raise StoreError("backup-unwritable", file=name, reason=reason_of(error)) from error
    except sqlite3.Error as error:
        raise StoreError("backup-unwritable", file=name, reason=str(error)) from error


def is_intact(path: Path) -> bool:
    """Whether every page of a database file is as it should be, and nothing in it acts by itself."""
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE)) as connection:
            sound = connection.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)]
            active = "SELECT count(*) FROM sqlite_master WHERE type NOT IN ('table', 'index')"
            return sound and connection.execute(active).fetchone() == (0,)
    except sqlite3.DatabaseError as error:
        refused = refusal(error, path.name)
        if refused is None:
            raise StoreError("store-unreachable", store=path.name, reason=_reason(error)) from error
        if refused.code != "store-corrupt":
            raise refused from error
        return False


@contextmanager
def replacing(url: sa.URL, source: Path, store: str) -> Iterator[None]:
    """Give a database the content of another one, in one transaction of its own.

    The file itself stays, so that programs that have it open, or wait for it, go on with
    the new content.  While the ``with`` block runs nobody else can write; an exception
    there leaves everything as it was.

    Args:
        url: the database's address.
        source: the file with the new content; it is locked meanwhile.
        store: the database's name in messages.

    Raises:
        StoreError: ``store-locked``, ``store-unreachable``, ``disk-full``.
    """
    patience = float(str(url.query.get("timeout", _PATIENCE)))
    path = file_of(url, store)
    with (
        _explained(store),
        closing(sqlite3.connect(path, timeout=patience, isolation_level=None)) as connection,
    ):
        connection.execute("ATTACH DATABASE ? AS coming", (str(source),))
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            for (table,) in connection.execute(_TABLES.format("main")).fetchall():
                connection.execute(f"DROP TABLE main.{_quoted(table)}")
            made = connection.execute(_MADE).fetchall()
            for (statement,) in made:
                connection.execute(statement)
            for (table,) in connection.execute(_TABLES.format("coming")).fetchall():
                name = _quoted(table)
                connection.execute(f"INSERT INTO main.{name} SELECT * FROM coming.{name}")  # noqa: S608
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def put_in_place(path: Path, source: Path, aside: Path) -> list[Path]:
    """Move a database file to where none, or a broken one, is.

    What lies there goes aside, with the journals that belong to it: SQLite would play an
    old journal back into the new file.

    Args:
        path: where the file is to be.
        source: the file, in the same folder.
        aside: folder and name for the broken one.

    Returns:
        The files that were put aside.
    """
    moved = []
    try:
        for ending in ("", "-journal", "-wal", "-shm"):
            old = path.with_name(path.name + ending)
            if old.exists():
                aside.parent.mkdir(parents=True, exist_ok=True)
                moved.append(old.replace(aside.with_name(aside.name + ending)))
        source.replace(path)
    except OSError as error:
        raise StoreError("store-unreachable", store=path.name, reason=reason_of(error)) from error
    return moved


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn the driver's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        refused = refusal(error, name)
        if refused is None:
            raise
        raise refused from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def together(connection: sa.Connection) -> Iterator[None]:
    """Have what is done in the ``with`` block undone as a whole if it fails.

    What failed is told even where the database undid the whole transaction by itself, as
    SQLite does on a full disk: there is no savepoint to go back to then.
    """
    savepoint = connection.begin_nested()
    try:
        yield
    except BaseException:
        if getattr(connection.connection.driver_connection, "in_transaction", True):
            savepoint.rollback()
        raise
    savepoint.commit()


def refusal(error: BaseException | None, store: str) -> StoreError | None:
    """The error of ours that a driver's error amounts to, if any.

    Args:
        error: the driver's.
        store: the store's name in messages.
    """
    number = getattr(error, "sqlite_errorcode", None)
    code = _MEANING.get(number & 0xFF) if isinstance(number, int) else None
    if _is_no_text(error):
        code = "store-corrupt"
    return None if code is None else StoreError(code, store=store, file=store, reason=_reason(error))


def _reason(error: BaseException | None) -> str:
    """What a driver's error says; of text that cannot be read it would say the text."""
    return "UTF-8" if _is_no_text(error) else str(error)


def _is_no_text(error: BaseException | None) -> bool:
    """Whether a text in the file, or what the library says of it, is none; all other errors have numbers."""
    told = isinstance(error, sqlite3.OperationalError) and not hasattr(error, "sqlite_errorcode")
    return told or isinstance(error, UnicodeDecodeError)
