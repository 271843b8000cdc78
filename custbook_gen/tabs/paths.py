"""Paths: from a sheet's field to fields of the records that it refers to."""

from __future__ import annotations

from custbook_gen.schema import Book, Field, Sheet


def field_at(book: Book, sheet: Sheet, path: str) -> Field | None:
    """The field at the end of a path such as ``customer_id.area``; nothing if it leads nowhere."""
    name, _, rest = path.partition(".")
    field = sheet.by_key.get(name)
    if not rest or field is None:
        return field
    if field.kind != "ref" or field.to is None:
        return None
    return field_at(book, book.sheet(field.to), rest)


def known_paths(book: Book, sheet: Sheet, path: str) -> tuple[str, ...]:
    """What might have stood at the end of a path that leads nowhere."""
    name, _, rest = path.partition(".")
    field = sheet.by_key.get(name)
    if not rest or field is None:
        return tuple(sheet.by_key)
    if field.kind != "ref" or field.to is None:
        return tuple(key for key, other in sheet.by_key.items() if other.kind == "ref")
    return tuple(f"{name}.{known}" for known in known_paths(book, book.sheet(field.to), rest))


def has(book: Book, *names: str) -> bool:
    """Whether a book has all of these sheets (``sales``) and fields (``sales.amount``)."""
    for name in names:
        key, _, path = name.partition(".")
        sheet = book.sheet_by_key.get(key)
        if sheet is None or (path and field_at(book, sheet, path) is None):
            return False
    return True
