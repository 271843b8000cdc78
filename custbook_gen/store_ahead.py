"""The records of a large SQLite store, read by a worker while the program itself is still being loaded.

The worker begins as soon as a command knows where its project may be, with nothing but the
driver.  It guesses which file the store is; whoever opens the store compares, and compares the
latest revision too, since somebody may have stored something between the two readings.  What does
not fit is read again, as if there had been no worker.

Rows come in portions, column by column: texts that recur by their number, each of them once, and
those that do not in one piece.  So they take a fraction of the time to receive that the database
takes to give them.  A piece is decoded to see that it can be, and kept as it is.
"""

from __future__ import annotations

import marshal
import re
import sqlite3
import struct
from array import array
from codecs import utf_8_decode
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Final

from custbook_gen.places import PROJECT_FILE, likely_projects
from custbook_gen.portions import PORTION, SEPARATOR, JoinedTexts
from custbook_gen.value_objects import value_object
from custbook_gen.workers import Send, Tally, WorkerFailedError, hire, spare_processors

SMALLEST: Final = 4 << 20
"""Bytes of a store that is worth a worker."""
_REMEMBERED: Final = 20_000
"""Different texts of a column that are kept to find equal ones."""
_PIECE: Final = 1 << 15
"""Bytes that are decoded at a time."""
_SAID: Final = re.compile(r"^store:(.*)", re.MULTILINE)
_ADDRESS: Final = re.compile(
    r"\s*[\"']?sqlite(?:\+\w+)?:///([^\s\"'?#%\\]+)(?:\?[^\s\"'#\\]*)?[\"']?\s*(?:\s#.*)?"
)
"""One of a file that is written plainly; whatever else an address may have is let be."""
_USUAL: Final = "book.db"

Joined = tuple[bytes, int, list[int]]
"""What :class:`JoinedTexts` are made of."""
Numbered = tuple[list[str | None], bytes]
"""The texts of a column that are new, and the number of each row's text."""
Portion = tuple[bytes, list[Joined]]
"""Columns on their way: those of values and of numbers together, with gaps for the joined ones."""


@value_object
class Recurring:
    """A column of few different texts."""

    texts: Sequence[str | None]
    """Those of this portion and of the ones before, each once; later ones come behind them."""
    places: Sequence[int]
    """Where each row's text stands among them."""

    def __iter__(self) -> Iterator[Any]:
        return map(self.texts.__getitem__, self.places)


Column = Sequence[Any] | Recurring
Columns = list[Column]
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
        texts: dict[int, list[str | None]] = defaultdict(list)
        while found := self._received():
            yield _unpacked(found, texts)

    def close(self) -> None:
        """End the worker, whether it has finished or not."""
        if self._worker is not None:
            self._worker.dismiss()
            self._worker = None

    def _received(self) -> Any:
        if self._worker is None:
            raise WorkerFailedError
        return self._worker.receive()


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


def _unpacked(portion: Portion, texts: Mapping[int, list[str | None]]) -> Columns:
    """Columns as the database has them.

    Args:
        portion: as it was sent.
        texts: those of each column that recur, by its place; new ones come to them.

    Raises:
        WorkerFailedError: a text is no text; whoever reads the database will tell.
    """
    joined = iter(portion[1])
    columns = Columns()
    for at, column in enumerate(marshal.loads(portion[0])):  # noqa: S302  (of a copy of this process)
        if column is None:
            columns.append(_joined(*next(joined)))
        elif isinstance(column, tuple):
            texts[at].extend(column[0])
            columns.append(Recurring(texts[at], array("H", column[1])))
        else:
            columns.append(column)
    return columns


def _joined(texts: bytes, count: int, gaps: list[int]) -> JoinedTexts:
    left = memoryview(texts)
    try:
        while left:  # by the piece, so that what is made and thrown away stays in the processor's cache
            _, decoded = utf_8_decode(left[:_PIECE], "strict", len(left) <= _PIECE)
            left = left[decoded:]
    except UnicodeDecodeError:
        raise WorkerFailedError from None
    return JoinedTexts(texts, count, gaps)


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
                send(portion)
            send(None)


def _tables(connection: sqlite3.Connection) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The tables of sheets, whose names do not begin with an underscore, and their columns."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    for (name,) in names.fetchall():
        if not name.startswith(("_", "sqlite_")):
            found = connection.execute("SELECT name FROM pragma_table_info(?)", (name,))
            yield name, tuple(column for (column,) in found)


def _portions(connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> Iterator[Portion]:
    quoted = ", ".join(map(_quoted, columns))
    connection.text_factory = bytes  # most texts are wanted as they lie there
    cursor = connection.execute(f"SELECT {quoted} FROM {_quoted(table)}")  # noqa: S608
    known = [_Texts() for _ in columns]
    while rows := cursor.fetchmany(PORTION):
        joined: list[Joined] = []
        packed = [
            texts.packed(column, joined) for texts, column in zip(known, zip(*rows, strict=True), strict=True)
        ]
        yield marshal.dumps(packed), joined


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class _Texts(dict[bytes | None, int]):
    """The texts of a column by their number; given up where they turn out not to recur."""

    def __init__(self) -> None:
        super().__init__()
        self._new: list[str | None] = []
        self._seen = 0
        self._recur = True

    def __missing__(self, text: bytes | None) -> int:
        number = self[text] = len(self)
        self._new.append(None if text is None else text.decode())
        return number

    def packed(self, column: Sequence[Any], joined: list[Joined]) -> list[Any] | Numbered | None:
        """The column as it is sent; numbers, of which equal ones may differ in kind, as they are.

        Args:
            column: as the database gives it.
            joined: gets the column where that is sent apart; then there is nothing in its place.
        """
        kinds = set(map(type, column))
        if not kinds <= {bytes, type(None)}:
            return [value.decode() if isinstance(value, bytes) else value for value in column]
        if self._recur and len(self) <= _REMEMBERED:
            self._seen += len(column)
            numbers = struct.pack(f"{len(column)}H", *map(self.__getitem__, column))
            new, self._new = self._new, []
            self._recur = 2 * len(self) <= self._seen + 1
            return new, numbers
        texts, nothing = column, list[int]()
        if type(None) in kinds:
            nothing = [at for at, text in enumerate(column) if text is None]
            texts = [text or b"" for text in column]
        whole = SEPARATOR.encode().join(texts)
        if whole.count(SEPARATOR.encode()) != len(column) - 1:  # one of them holds it
            return [None if text is None else text.decode() for text in column]
        joined.append((whole, len(column), nothing))
        return None
