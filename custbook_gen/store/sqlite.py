"""What holds for SQLite alone: how its file is opened, locked, and what its errors mean.

A store is one file that people copy and back up, so it keeps a rollback journal (a
write-ahead log would leave committed changes in a second file) and waits for the disk.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from custbook_gen.errors import StoreError

WRITES: Final = "custbook_writes"
"""Execution option of a connection that takes the write lock at once."""

_PATIENCE: Final = 10.0
"""Seconds to wait for another program's lock, unless the address says ``?timeout=``."""

_MEANING: Final = {
    sqlite3.SQLITE_BUSY: "store-locked",
    sqlite3.SQLITE_LOCKED: "store-locked",
    sqlite3.SQLITE_NOTADB: "store-corrupt",
    sqlite3.SQLITE_CORRUPT: "store-corrupt",
    sqlite3.SQLITE_ERROR: "store-corrupt",
    sqlite3.SQLITE_CANTOPEN: "store-unreachable",
    sqlite3.SQLITE_READONLY: "store-unreachable",
    sqlite3.SQLITE_IOERR: "store-unreachable",
    sqlite3.SQLITE_FULL: "store-unreachable",
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
        raise StoreError("store-unreachable", store=store, reason=error.strerror) from error


def prepare_file(path: Path, store: str) -> None:
    """Make an empty file that only its owner may read: a book is full of personal data."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError("store-unreachable", store=store, reason=error.strerror) from error


def meaning(error: BaseException | None) -> str | None:
    """The code of the :class:`StoreError` that a driver's error amounts to, if any."""
    number = getattr(error, "sqlite_errorcode", None)
    return _MEANING.get(number & 0xFF) if isinstance(number, int) else None
