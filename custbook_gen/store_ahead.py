"""The records of a large SQLite store, read by a worker while the program itself is still being loaded.

The worker begins as soon as a command knows where its project may be, with nothing but the
driver.  It guesses which file the store is; whoever opens the store compares, and compares the
latest revision too, since somebody may have stored something between the two readings.  What does
not fit is read again, as if there had been no worker.

Rows come in portions, column by column: texts that recur as one object each, those that do not
in one piece.  So they take a fraction of the time to receive that the database takes to give them.
"""

from __future__ import annotations

import marshal
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final

from custbook_gen.places import PROJECT_FILE, likely_projects
from custbook_gen.workers import Send, Tally, WorkerFailedError, hire, spare_processors

SMALLEST: Final = 4 << 20
"""Bytes of a store that is worth a worker."""
_AT_ONCE: Final = 500
"""Rows of a portion: as many as the processor's cache holds."""
_REMEMBERED: Final = 20_000
"""Different texts of a column that are kept to find equal ones."""
_SAID: Final = re.compile(r"^store:(.*)", re.MULTILINE)
_ADDRESS: Final = re.compile(
    r"\s*[\"']?sqlite(?:\+\w+)?:///([^\s\"'?#%\\]+)(?:\?[^\s\"'#\\]*)?[\"']?\s*(?:\s#.*)?"
)
"""One of a file that is written plainly; whatever else an address may have is let be."""
_USUAL: Final = "book.db"

_SEPARATOR: Final = "\x1f"
"""Between the texts of a column that comes in one piece."""

Columns = list[Sequence[Any]]
Packed = list[Any] | tuple[bytes, list[int]]
"""A column on its way: its values, or its texts in one piece and the places where there is none."""
Header = tuple[Sequence[object], Sequence[tuple[str, Sequence[str]]]]


class RowsAhead:
    """What a worker reads of a store: its tables, one after the other.

    Args:
        path: the store's file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._worker = hire(partial(_read, path))

    def header(self) -> Header:
        """The store's latest revision, and its tables in their order, with their columns.

        Raises:
            WorkerFailedError: the worker failed, or there is none.
        """
        return marshal.loads(self._received())  # type: ignore[no-any-return]  # noqa: S302  (of a copy of this process)

    def table(self) -> Iterator[Columns]:
        """The next table's rows, in portions of columns.

        Raises:
            WorkerFailedError: the rest of them is not to be had.
        """
        while found := self._received():
            yield list(map(_unpacked, marshal.loads(found)))  # noqa: S302  (of a copy of this process)

    def close(self) -> None:
        """End the worker, whether it has finished or not."""
        if self._worker is not None:
            self._worker.dismiss()
            self._worker = None

    def _received(self) -> bytes:
        if self._worker is None:
            raise WorkerFailedError
        return self._worker.receive()  # type: ignore[no-any-return]


def read_ahead(start: Path, given: Path | None) -> RowsAhead | None:
    """Begin to read the store of the project that a command is likely to be about.

    Args:
        start: where the command's workbook lies, or is to.
        given: the project's folder, where it was named.

    Returns:
        Nothing where there is no large SQLite file, or no processor to spare.
    """
    folders = likely_projects(start, given) if spare_processors() else ()
    path = _likely_store(folders[0]) if folders else None
    return None if path is None else RowsAhead(path)


def _likely_store(folder: Path) -> Path | None:
    try:
        said = _SAID.search((folder / PROJECT_FILE).read_text(encoding="utf-8"))
        found = None if said is None else _ADDRESS.fullmatch(said[1])
        if said is not None and found is None:
            return None
        path = folder.absolute() / (found[1] if found else _USUAL)
        return path if path.stat().st_size >= SMALLEST else None
    except (OSError, ValueError):
        return None


def _unpacked(column: Packed) -> Sequence[Any]:
    """A column as the database has it.

    Raises:
        WorkerFailedError: a text is no text; whoever reads the database will tell.
    """
    if isinstance(column, list):
        return column
    joined, nothing = column
    try:
        values: list[Any] = joined.decode().split(_SEPARATOR)
    except UnicodeDecodeError:
        raise WorkerFailedError from None
    for place in nothing:
        values[place] = None
    return values


# ---------------------------------------------------------------- the worker


def _read(path: Path, send: Send, _tally: Tally) -> None:
    with closing(
        sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0, isolation_level=None)
    ) as connection:
        connection.execute("BEGIN")
        latest = connection.execute("SELECT * FROM _revision ORDER BY number DESC LIMIT 1").fetchone()
        tables = list(_tables(connection))
        send(marshal.dumps((latest or (), tables)))
        for table, columns in tables:
            for portion in _portions(connection, table, columns):
                send(marshal.dumps(portion))
            send(b"")


def _tables(connection: sqlite3.Connection) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The tables of sheets, whose names do not begin with an underscore, and their columns."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    for (name,) in names.fetchall():
        if not name.startswith(("_", "sqlite_")):
            found = connection.execute("SELECT name FROM pragma_table_info(?)", (name,))
            yield name, tuple(column for (column,) in found)


def _portions(connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> Iterator[list[Packed]]:
    quoted = ", ".join(map(_quoted, columns))
    connection.text_factory = bytes  # most texts are wanted as they lie there
    cursor = connection.execute(f"SELECT {quoted} FROM {_quoted(table)}")  # noqa: S608
    known = [_Texts() for _ in columns]
    while rows := cursor.fetchmany(_AT_ONCE):
        yield [texts.packed(column) for texts, column in zip(known, zip(*rows, strict=True), strict=True)]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class _Texts(dict[bytes | None, str | None]):
    """The texts of a column, each once; given up where they turn out not to recur."""

    def __init__(self) -> None:
        super().__init__({None: None})
        self._seen = 0
        self._recur = True

    def __missing__(self, text: bytes) -> str:
        found = self[text] = text.decode()
        return found

    def packed(self, column: Sequence[Any]) -> Packed:
        """The column as it is sent; numbers, of which equal ones may differ in kind, as they are."""
        if not set(map(type, column)) <= {bytes, type(None)}:
            return [value.decode() if isinstance(value, bytes) else value for value in column]
        if not self._recur:
            return _joined(column)
        shared = list(map(self.__getitem__, column))
        self._seen += len(column)
        self._recur = len(self) < _REMEMBERED and 2 * len(self) <= self._seen + 1
        if not self._recur:
            self.clear()
        return shared


def _joined(column: Sequence[bytes | None]) -> Packed:
    separator = _SEPARATOR.encode()
    nothing = [at for at, text in enumerate(column) if text is None]
    joined = separator.join([text or b"" for text in column])
    if joined.count(separator) != len(column) - 1:  # one of them holds it
        return [None if text is None else text.decode() for text in column]
    return joined, nothing
