"""What a book says that nobody can mean, although its parts fit together.

It is looked at where a schema is read, not in the schema's own models: a workbook carries the
schema that it was written by, and stays readable when more is refused than there was then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custbook_gen.layout import YES_NO, column_name, list_name
from custbook_gen.load.nodes import Location
from custbook_gen.schema import Book, Category, Field, Label, Purpose, Sheet
from custbook_gen.tabs import has, made
from custbook_gen.texts import Saying

OURS: Final = frozenset({"model_config", "model_extra", "model_fields_set"})
"""Names that no attribute of a record can have, for Pydantic keeps them to itself."""
SQLITES: Final = "sqlite_"
"""Begins the names of tables that SQLite keeps to itself."""

Told = Iterator[tuple[Location, Saying]]
"""What is wrong, and where in the book."""


def senseless(book: Book) -> Told:
    """Whatever no book can mean, in the order of its parts."""
    if not book.sheets:
        yield ("sheets",), Saying("schema.no-sheets")
    yield from _blank_labels(book)
    yield from _reserved_keys(book)
    yield from _same_names(book)


def _blank_labels(book: Book) -> Told:
    """Labels without a text: nobody could tell what bears them, and a header would be no header."""
    yield from _blank(book, ())
    for at, sheet in enumerate(book.sheets):
        yield from _blank(sheet, ("sheets", at))
        for place, field in enumerate(sheet.fields):
            yield from _blank(field, ("sheets", at, "fields", place))
    for at, category in enumerate(book.categories):
        yield from _blank(category, ("categories", at))
        for place, choice in enumerate(category.choices):
            where, name = ("categories", at, "choices", place), choice.code or category.key
            yield from _blank_label(choice.label, (*where, "label"), name)
            if not all(text.strip() for text in (choice.code, *choice.aliases)):
                yield where, Saying("schema.name-blank", {"name": name})
    for at, purpose in enumerate(book.purposes):
        yield from _blank(purpose, ("purposes", at))


def _blank(part: Book | Sheet | Field | Category | Purpose, where: Location) -> Told:
    for option in ("label", "help"):
        label = getattr(part, option, None)
        if label is not None:
            yield from _blank_label(label, (*where, option), part.key)


def _blank_label(label: Label, where: Location, name: str) -> Told:
    if not (label.zh.strip() and label.en.strip()):
        yield where, Saying("schema.label-blank", {"option": where[-1], "name": name})


def _reserved_keys(book: Book) -> Told:
    """Keys that mean something else in the summaries of such a book."""
    parts: list[tuple[Location, str, tuple[str, ...] | None]] = [
        *((("sheets", at), sheet.key, made.SHEETS.get(sheet.key)) for at, sheet in enumerate(book.sheets)),
        *(
            (("sheets", at, "fields", place), field.key, made.FIELDS.get((sheet.key, field.key)))
            for at, sheet in enumerate(book.sheets)
            for place, field in enumerate(sheet.fields)
        ),
        *(
            (("categories", at), category.key, made.CATEGORIES.get(category.key))
            for at, category in enumerate(book.categories)
        ),
    ]
    for where, key, _ in parts:
        if len(where) == 4 and key in OURS:
            yield where, Saying("schema.key-ours", {"name": key})
    for where, key, needs in parts:
        if needs is not None and has(book, *needs):
            yield where, Saying("schema.key-reserved", {"name": key})


def _same_names(book: Book) -> Told:
    """Keys by which the store or a workbook could not tell a part from another one, or from theirs."""
    columns: dict[str, str] = {}
    for at, sheet in enumerate(book.sheets):
        if sheet.key.startswith(SQLITES):
            yield ("sheets", at), Saying("schema.key-store", {"name": sheet.key})
        for place, field in enumerate(sheet.fields):
            name, own = column_name(sheet.key, field.key), f"{sheet.key}.{field.key}"
            other = columns.setdefault(name, own)
            if other != own:
                where = ("sheets", at, "fields", place)
                yield where, Saying("schema.keys-alike", {"name": own, "other": other})
    for at, category in enumerate(book.categories):
        if list_name("list", category.key) == YES_NO:
            yield ("categories", at), Saying("schema.key-list", {"name": category.key})
