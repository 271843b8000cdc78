"""What people name on the command line, found in the book."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from custbook_gen.errors import UsageError
from custbook_gen.schema import Book, Field, Sheet
from custbook_gen.schema.faults import remedy

Part = TypeVar("Part", Sheet, Field)


def need_sheet(book: Book, name: str) -> Sheet:
    """The sheet with a key, or with a label in either language.

    Raises:
        UsageError: ``sheet-unknown``.
    """
    found = _named(name, book.sheets)
    if found is None:
        raise UsageError("sheet-unknown", name=name, remedy=remedy(name, book.sheet_by_key))
    return found


def named_field(sheet: Sheet, name: str) -> Field | None:
    """The field of a sheet with a key or label; the sheet's own and a point may stand before it."""
    beginning, point, rest = name.partition(".")
    here = bool(point) and _named(beginning, [sheet]) is not None
    return _named(rest if here else name, sheet.fields)


def _named(name: str, parts: Iterable[Part]) -> Part | None:
    """The part with a key, else the first one with a label, whatever their case."""
    wanted, parts = name.strip().casefold(), tuple(parts)
    by_key = (part for part in parts if part.key.casefold() == wanted)
    by_label = (part for part in parts if wanted in (part.label.zh.casefold(), part.label.en.casefold()))
    return next(by_key, None) or next(by_label, None)


def need_sheets(book: Book, name: str | None) -> tuple[str, ...]:
    """The key of the sheet that is named; those of all sheets where none is.

    Raises:
        UsageError: ``sheet-unknown``.
    """
    return tuple(book.sheet_by_key) if name is None else (need_sheet(book, name).key,)
