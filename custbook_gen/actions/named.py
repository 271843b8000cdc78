"""What people name on the command line, found in the book."""

from __future__ import annotations

from custbook_gen.errors import UsageError
from custbook_gen.schema import Book, Sheet
from custbook_gen.schema.faults import remedy


def need_sheet(book: Book, name: str) -> Sheet:
    """The sheet with a key, or with a label in either language.

    Raises:
        UsageError: ``sheet-unknown``.
    """
    wanted = name.casefold()
    for names in (_keys, _labels):
        for sheet in book.sheets:
            if wanted in names(sheet):
                return sheet
    raise UsageError("sheet-unknown", name=name, remedy=remedy(name, book.sheet_by_key))


def _keys(sheet: Sheet) -> tuple[str, ...]:
    return (sheet.key,)


def _labels(sheet: Sheet) -> tuple[str, ...]:
    return sheet.label.zh.casefold(), sheet.label.en.casefold()


def need_sheets(book: Book, name: str | None) -> tuple[str, ...]:
    """The key of the sheet that is named; those of all sheets where none is.

    Raises:
        UsageError: ``sheet-unknown``.
    """
    return tuple(book.sheet_by_key) if name is None else (need_sheet(book, name).key,)
