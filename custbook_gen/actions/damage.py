"""What became of a workbook's furniture since it was written: told by ``check``, repaired by ``sync``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from custbook_gen.check import FoundRows, Known
from custbook_gen.issues import Issue
from custbook_gen.layout import LISTS, Layout, column_names, fitted
from custbook_gen.mending import Found, damage_issues, name_issues, tab_issues
from custbook_gen.plan import Meta, View, entry_sheet, workbook_names
from custbook_gen.records import Table, Tables
from custbook_gen.schema import Book
from custbook_gen.values import Words
from custbook_gen.workbook import RawWorkbook


def furniture_issues(
    raw: RawWorkbook,
    layout: Layout,
    meta: Meta,
    known: Known,
    words: Words,
    rows: Mapping[str, FoundRows],
) -> Iterator[Issue]:
    """Everything around the cells that is not as it was written.

    Args:
        raw: the workbook as it was read.
        layout: where its sheets and columns stand.
        meta: what it says of itself.
        known: what the store knows.
        words: the book as it is now, and its words.
        rows: the record rows of each sheet.
    """
    book = _written_by(known.before, words.book, layout)
    used = {
        key: rows[key].numbers[-1] if rows.get(key) else here.header_row
        for key, here in layout.sheets.items()
    }
    layout = fitted(layout, book, used)
    view = View(
        book=book,
        lang=meta.lang,
        layout=layout,
        words=Words.of(book, meta.lang, words.references),
        tables=known.base or nothing(book),
        computed={},
        as_of=meta.as_of,
        identity=meta.identity,
        schema_text="",
    )
    # lists whose sheet is gone come back with it, and are told with it
    names = workbook_names(view) if LISTS in layout.titles else column_names(layout)
    yield from name_issues(raw.names, names)
    yield from tab_issues(raw, layout, names)
    for key, here in layout.sheets.items():
        sheet, tab = book.sheet(key), raw.sheet(here.title)
        if tab is not None:
            frame = entry_sheet(view, sheet, filled=False)
            yield from damage_issues(Found(frame, here, tab, used[key], used[key] + sheet.blank_rows))


def _written_by(before: Book | None, now: Book, layout: Layout) -> Book:
    """The book that the workbook was written by, unless it has columns that came later."""
    if before is None:
        return now
    whole = all(
        key in before.sheet_by_key
        and here.columns.keys() <= {*before.sheet(key).by_key, *_own_columns(now, key, here.columns)}
        for key, here in layout.sheets.items()
    )
    return before if whole else now


def _own_columns(book: Book, sheet: str, columns: Mapping[str, int]) -> set[str]:
    """Columns that are no fields."""
    return set(columns) - set(book.sheet(sheet).by_key)


def nothing(book: Book) -> Tables:
    """The tables of a book without records."""
    return {s.key: Table(s.key, tuple(f.key for f in s.stored_fields)) for s in book.sheets}
