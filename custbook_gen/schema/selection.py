"""Presets: selections of one schema.

``basic`` is part of ``standard``, which is part of ``full``; what is ``opt-in`` belongs
to none of them and is there only if a project switches it on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from custbook_gen.schema.book import Book, Sheet
from custbook_gen.schema.constraints import Constraint, Linked, Target, fields_of
from custbook_gen.schema.fields import Category, Field, Preset

RANKS: Final[dict[Preset, int]] = {"basic": 0, "standard": 1, "full": 2, "opt-in": 3}
THIS: Final = re.compile(r"\bthis\.(\w+)")
COLUMN: Final = re.compile(r"\bsheet\.(\w+)\.(\w+)")
FIRST: Final = re.compile(r"\bsheet\.(\w+)\[([^]]+)\]")
"""The first of several columns that there is: ``sheet.sales["amount_book", "amount"]``."""
NAME: Final = re.compile(r"\w+")


def select(book: Book, preset: Preset) -> Book:
    """The part of a book that belongs to a preset.

    A sheet's key and name stay as long as the sheet does.  What hangs from something that
    is left out goes with it: references and cascades, constraints, categories that no
    field uses any more.  A computed field whose formula looks at something left out
    keeps its value and loses the formula.
    """
    kept = {sheet.key: sheet for sheet in book.sheets if RANKS[sheet.preset] <= RANKS[preset]}
    fields = {key: tuple(_fields(sheet, preset, kept)) for key, sheet in kept.items()}
    names = {key: {field.key for field in some} for key, some in fields.items()}
    sheets = [
        sheet.having(
            name_field=sheet.name_field if sheet.name_field in names[key] else sheet.key_field,
            fields=tuple(_without_what_is_lost(field, sheet, names) for field in fields[key]),
            constraints=tuple(c for c in sheet.constraints if _holds(c, sheet, names)),
        )
        for key, sheet in kept.items()
    ]
    return book.having(sheets=tuple(sheets), categories=_categories(book, sheets))


def _fields(sheet: Sheet, preset: Preset, kept: dict[str, Sheet]) -> Iterator[Field]:
    """The fields of a sheet that stay: chosen ones whose parents and targets stay."""
    gone: set[str] = set()
    for field in sheet.fields:
        needed = field.key in (sheet.key_field, sheet.name_field)
        chosen = RANKS[field.preset] <= RANKS[preset] or needed
        lost = field.parent in gone or (field.to is not None and field.to not in kept)
        if chosen and not lost:
            yield field
        else:
            gone.add(field.key)


def _without_what_is_lost(field: Field, sheet: Sheet, names: dict[str, set[str]]) -> Field:
    """The field as it is, or without the default or formula that looks at what is left out."""
    if field.default_from is not None and field.default_from not in names[sheet.key]:
        return field.having(default_from=None)
    formula = field.formula or ""
    looked_at = [(sheet.key, name) for name in THIS.findall(formula)] + COLUMN.findall(formula)
    choices = [(names.get(key, set()), NAME.findall(some)) for key, some in FIRST.findall(formula)]
    whole = all(name in names.get(key, ()) for key, name in looked_at)
    if whole and not any(known.isdisjoint(some) for known, some in choices):
        return field
    return field.having(formula=None)


def _holds(constraint: Constraint, sheet: Sheet, names: dict[str, set[str]]) -> bool:
    """Whether everything that a constraint looks at is there."""
    if not set(fields_of(constraint)) <= names[sheet.key]:
        return False
    if not isinstance(constraint, Linked | Target):
        return True
    target = str(sheet.field(constraint.field).to)
    theirs = constraint.has.field if isinstance(constraint, Target) else constraint.theirs or constraint.by
    return theirs in names.get(target, ())


def _categories(book: Book, sheets: list[Sheet]) -> tuple[Category, ...]:
    """The categories that fields of some sheets use, and those that these hang from."""
    used = set[str]()
    for field in (field for sheet in sheets for field in sheet.fields):
        name = field.category
        while name is not None and name not in used:
            used.add(name)
            name = book.category(name).parent
    return tuple(category for category in book.categories if category.key in used)
