"""Delimited text files (CSV): plain rows with the lines they start on.

Encoding and delimiter are found out unless they are given.  Rows are kept as they are,
ragged ones too; only lines without any content are left out.

Spreadsheet programs run a cell of such a file as a formula if it starts with ``=``, ``+``,
``-``, ``@``, a tab or a line break.  When a file is written, such a cell gets an apostrophe in
front; when one is read, an apostrophe before such a cell goes.  Both ways are exact: a cell
that starts with apostrophes and then one of these characters gets one more.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Final

from custbook_gen.backends.encoding import detect
from custbook_gen.drafts import clear_stale, draft_of
from custbook_gen.errors import InputError, reason_of
from custbook_gen.value_objects import value_object

DELIMITERS: Final = (",", ";", "\t")
LONGEST_LINE: Final = 1_000_000
"""Characters; more are no line of a table."""
LONGEST_CELL: Final = LONGEST_LINE
"""Characters of a cell, which may go over several lines."""
TRIED: Final = 50
"""Records looked at to find the delimiter."""
HINT: Final = "sep="
"""Begins a first line in which Excel is told the delimiter."""


_limited: Final = Lock()
"""Held while the limit of the library is ours: it is one for the whole process."""

_START: Final = r"(?:[=+\-@]|[\t\r\n]\s*\S)"
"""How a cell starts that is run as a formula; blanks alone are none."""
_FORMULA: Final = re.compile(f"'*{_START}")
_GUARDED: Final = re.compile(f"'+{_START}")


@value_object
class TextRow:
    """One record: the line it starts on, from 1, and its cells."""

    line: int
    cells: tuple[str, ...]


@value_object
class TextTable:
    """A delimited file as it was read; header names are stripped of blanks."""

    name: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[TextRow, ...]


def read_table(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> TextTable:
    """Read a delimited file with a header line.

    Raises:
        InputError: the file is missing, unreadable, no text, empty, has a header twice,
            a line or a cell without end or a quotation mark without its other half.
    """
    if "\0" in path.name:  # no file can be called so
        raise InputError("file-missing", file=path.name)
    try:
        with path.open("rb") as file:
            chosen = encoding or detect(file, path.name)
            return _read(file, path.name, chosen, delimiter)
    except FileNotFoundError:
        raise InputError("file-missing", file=path.name) from None
    except UnicodeError as error:
        raise InputError("import-encoding", file=path.name) from error
    except OSError as error:
        raise InputError("import-unreadable", file=path.name, reason=reason_of(error)) from error


def _read(file: BinaryIO, name: str, encoding: str, delimiter: str | None) -> TextTable:
    with io.TextIOWrapper(file, encoding=encoding, newline="") as text, _long_cells():
        hint = _hint(text)
        chosen = delimiter or hint or _delimiter(text, name)
        text.seek(0)
        records = _records(text, name, chosen, skip=1 if hint else 0)
        first = next(records, None)
        if first is None:
            raise InputError("import-empty", file=name)
        header = tuple(cell.strip().lstrip("\ufeff") for cell in first.cells)
        _refuse_twice(header, name, first.line)
        return TextTable(name, encoding, chosen, header, tuple(records))


@contextmanager
def _long_cells() -> Iterator[None]:
    """Have cells read that are as long as ours may be; the library's own limit is far below a line's."""
    with _limited:
        before = csv.field_size_limit(LONGEST_CELL)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _hint(text: io.TextIOWrapper) -> str | None:
    line = text.readline(16).lstrip("\ufeff").rstrip("\r\n")
    return line[len(HINT) :] if line.lower().startswith(HINT) and len(line) == len(HINT) + 1 else None


def _delimiter(text: io.TextIOWrapper, name: str) -> str:
    """The delimiter that cuts most of the first records into as many cells as the header has."""
    best, most = DELIMITERS[0], (0, 1)
    for delimiter in DELIMITERS:
        text.seek(0)
        try:
            widths = [len(row.cells) for row in islice(_records(text, name, delimiter), TRIED)]
        except InputError:
            continue
        score = (sum(width == widths[0] for width in widths), widths[0]) if widths else (0, 0)
        if score[1] > 1 and score > most:
            best, most = delimiter, score
    return best


def _refuse_twice(header: Sequence[str], name: str, line: int) -> None:
    seen: set[str] = set()
    for column in header:
        if column and column in seen:
            raise InputError("import-header-twice", file=name, line=line, column=column)
        seen.add(column)


def _records(text: io.TextIOWrapper, name: str, delimiter: str, *, skip: int = 0) -> Iterator[TextRow]:
    """The records that hold anything.  A record may go over several lines."""
    lines = _lines(text, name)
    for _ in range(skip):
        next(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield TextRow(start + 1 + skip, tuple(map(unguarded, cells)))
            start = reader.line_num
    except csv.Error as error:
        code = "import-cell" if "field limit" in str(error) else "import-quotes"
        raise InputError(code, file=name, line=start + 1 + skip) from error


def _lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    """The lines of a file; one without an end in sight is refused before it fills the memory."""
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise InputError("import-line", file=name, line=number)
        yield line


def guarded(cell: str) -> str:
    """A cell that no spreadsheet program runs as a formula; the inverse of :func:`unguarded`."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps it from being a formula."""
    return cell[1:] if _GUARDED.match(cell) else cell


class PreparedTable:
    """A delimited file that is complete, but not yet in its place."""

    def __init__(self, path: Path, draft: Path) -> None:
        self._path = path
        self._draft = draft

    @property
    def name(self) -> str:
        """What messages call it: the base name of its place."""
        return self._path.name

    def commit(self) -> None:
        """Put it in its place.

        Raises:
            OSError: it could not be put there; it is still complete.
        """
        self._draft.replace(self._path)
        clear_stale(self._path)

    def keep(self) -> Path:
        """Leave it beside its place, under a name that people see where that can be had; where it lies."""
        mark = self._draft.suffixes[-2]
        beside = self._path.with_name(f"{self._path.stem}{mark}{self._path.suffix}")
        try:
            return self._draft.rename(beside)
        except OSError:
            return self._draft

    def discard(self) -> None:
        """Throw it away."""
        with suppress(OSError):
            self._draft.unlink(missing_ok=True)


def prepare_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> PreparedTable:
    """Make a file ready (UTF-8 with a mark, so that Excel reads it right, and commas).

    No cell of it is run as a formula; :func:`read_table` gives them all back as they were.

    Raises:
        InputError: ``held-unwritable``.
    """
    draft = draft_of(path)
    made = PreparedTable(path, draft)
    try:
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(handle, "w", encoding="utf-8-sig", newline="") as file:  # noqa: PTH123  (a file descriptor)
            writer = csv.writer(file)
            writer.writerow(map(guarded, header))
            writer.writerows(map(guarded, row) for row in rows)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        made.discard()
        raise InputError("held-unwritable", file=path.name, reason=reason_of(error)) from error
    return made
