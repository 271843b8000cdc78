"""What a way of damage is, and how it is done to a workbook."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.sync_books import sheet_parts

KEY, HEADER, FIRST = 1, 2, 3


@dataclass(frozen=True)
class Sheet:
    """The sheet that is damaged: its title, and a column of each kind by its machine key."""

    title: str
    key: str
    name: str
    choice: str
    phone: str
    day: str
    money: str
    number: str
    text: str
    computed: str
    other: str
    """Title of another entry sheet."""


@dataclass(frozen=True)
class Place:
    """The damaged sheet in an open workbook."""

    book: Workbook
    tab: Worksheet
    sheet: Sheet
    columns: Mapping[str, int]

    def at(self, field_key: str) -> int:
        """The column of a field of the sheet's."""
        return self.columns[getattr(self.sheet, field_key)]

    def letter(self, field_key: str) -> str:
        """Its letters."""
        return get_column_letter(self.at(field_key))

    def put(self, field_key: str, row: int, value: object) -> None:
        """Type into a cell."""
        self.tab.cell(row, self.at(field_key)).value = value  # type: ignore[assignment]


@dataclass(frozen=True)
class Way:
    """A way of damage: what is done, and the codes that are told of it.

    ``edits`` are the fields of the first records (from row 3) that really changed;
    ``stays`` tells that the workbook keeps the mark of it.
    """

    do: Callable[[Place], None] | None = None
    codes: frozenset[str] = frozenset()
    markup: Callable[[str, str, Sheet], str] | None = None
    """Changes the markup of a part, given its name (``sheet`` for the sheet's own)."""
    changes: bool = False
    held: bool = False
    after: frozenset[str] = frozenset()
    """What is still told when the workbook is synced again."""
    differs: tuple[str, ...] = ()
    """What of a fresh workbook's features may differ afterwards, beside the data."""


WAYS: dict[str, Way] = {}


def way(
    *codes: str,
    changes: bool = False,
    held: bool = False,
    differs: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
) -> Callable[[Callable[[Place], None]], Callable[[Place], None]]:
    """Keep a function as a way of damage, under its name."""

    def keep(do: Callable[[Place], None]) -> Callable[[Place], None]:
        name = do.__name__.replace("_", " ")
        WAYS[name] = Way(
            do, frozenset(codes), changes=changes, held=held, after=frozenset(after), differs=differs
        )
        return do

    return keep


def written(
    *codes: str, **facts: bool
) -> Callable[[Callable[[str, str, Sheet], str]], Callable[[str, str, Sheet], str]]:
    """The same for a function that changes markup."""

    def keep(change: Callable[[str, str, Sheet], str]) -> Callable[[str, str, Sheet], str]:
        WAYS[change.__name__.replace("_", " ")] = Way(None, frozenset(codes), change, **facts)  # type: ignore[arg-type]
        return change

    return keep


def others(book: Workbook) -> Iterator[Worksheet]:
    """The tabs of ours that show no rows to be typed in: guide, summaries, settings, lists."""
    for tab in book.worksheets:
        if tab.sheet_state != "visible" or not tab.row_dimensions[KEY].hidden:
            yield tab


@contextmanager
def opened(path: Path, sheet: Sheet) -> Iterator[Place]:
    """The damaged sheet in openpyxl's hands."""
    book = openpyxl.load_workbook(path)
    tab = book[sheet.title]
    columns = {str(cell.value): int(cell.column) for cell in tab[KEY] if cell.value is not None}
    yield Place(book, tab, sheet, columns)
    book.save(path)


def damage(path: Path, name: str, sheet: Sheet) -> None:
    """Damage a workbook in one way."""
    known = WAYS[name]
    if known.do is not None:
        with opened(path, sheet) as place:
            known.do(place)
    if known.markup is not None:
        rewrite(path, sheet, known.markup)


def rewrite(path: Path, sheet: Sheet, change: Callable[[str, str, Sheet], str]) -> None:
    """Change the markup of a workbook's parts; a part that becomes empty goes."""
    own = sheet_parts(path)[sheet.title]
    made = path.with_suffix(".new")
    with ZipFile(path) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for entry in old.namelist():
            data = old.read(entry)
            if entry.endswith((".xml", ".rels")):
                text = change("sheet" if entry == own else entry, data.decode(), sheet)
                if not text:
                    continue
                data = text.encode()
            new.writestr(entry, data)
    shutil.move(made, path)
