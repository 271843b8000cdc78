"""What only sync can check: the parts of a field's rule that no cell rule of a spreadsheet enforces.

They are named by the codes of the issues that ``check`` raises for them.  The guide and
``generate --json`` tell them; a test types values at and around every bound into the cell
rules of generated workbooks and into ``check``, and fails if another difference turns up or
if one that is listed here does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from custbook_gen.patterns import pattern_conditions
from custbook_gen.schema import Book, Field, Sheet
from custbook_gen.schema.check_settings import CHECK_DIGITS
from custbook_gen.schema.constraints import (
    Acyclic,
    Band,
    Constraint,
    Linked,
    Needed,
    One,
    Only,
    Ordered,
    Same,
    Target,
    Within,
)

ANY_COLUMN: Final = ("cell-error", "digits-lost", "not-a-date", "not-a-number", "pattern-mismatch")
"""What pasting brings into any column, where no rule is asked: error values, numbers that lost
digits, numbers that stand for no date, dates where numbers or texts of a certain form belong."""
BY_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "multi": ("not-in-list",),
    "phone": ("phone-impossible",),
    "email": ("email-invalid",),
    "url": ("url-invalid",),
}
BY_CONSTRAINT: Final[Mapping[type[Constraint], str]] = {
    Acyclic: "cycle",
    Band: "out-of-band",
    Linked: "link-mismatch",
    Needed: "needed-missing",
    One: "several-chosen",
    Only: "not-allowed-here",
    Ordered: "out-of-order",
    Same: "not-same",
    Target: "target-unfit",
    Within: "out-of-bounds",
}
"""The issue of every constraint: what fields satisfy together, no cell rule can follow."""


def sync_only(field: Field, sheet: Sheet, book: Book) -> tuple[str, ...]:
    """The codes of the errors in a field that only sync finds, in alphabetical order."""
    return tuple(sorted(set(_codes(field, sheet, book)))) if field.entered and not field.locked else ()


def sync_only_fields(book: Book) -> dict[str, tuple[str, ...]]:
    """The same for every field of a book that has any, by ``sheet.field``."""
    found = {
        f"{sheet.key}.{field.key}": sync_only(field, sheet, book)
        for sheet in book.sheets
        for field in sheet.fields
    }
    return {name: codes for name, codes in found.items() if codes}


def cell_pattern(field: Field, text: str) -> list[str] | None:
    """What a formula can ask of a text so that it matches the field's pattern, if it can say all of it."""
    return pattern_conditions(field.pattern, field.length or 0, text) if field.type == "text" else None


def _codes(field: Field, sheet: Sheet, book: Book) -> Iterator[str]:
    yield from BY_TYPE.get(field.type, ())
    yield from _of_the_text(field, sheet)
    if field.required and field.default is None:
        yield "required-missing"
    group = [other.key for other in sheet.stored_fields if field.one_of and other.one_of == field.one_of]
    if group[:1] == [field.key]:
        yield "one-of-missing"
    if field.parent is not None:
        yield from ("not-under-parent", "parent-missing")
    for constraint in sheet.constraints:
        if getattr(constraint, "severity", "error") == "error" and field.key in _told_at(constraint):
            yield BY_CONSTRAINT[type(constraint)]
    yield from _of_the_book(field, sheet, book)


def _of_the_text(field: Field, sheet: Sheet) -> Iterator[str]:
    """What a formula does not see in a text, or only in part."""
    if field.key == sheet.key_field:
        yield "key-duplicate"
    elif field.unique:
        yield "not-unique"
    by_cell = cell_pattern(field, "")
    if field.pattern is not None and by_cell is None:
        yield "pattern-mismatch"
    if field.min_length and by_cell is None:
        yield "too-short"


def _told_at(constraint: Constraint) -> tuple[str, ...]:
    """The fields at which a broken constraint is told."""
    if isinstance(constraint, Ordered):
        return constraint.fields[1:]
    return constraint.fields if isinstance(constraint, Same) else (constraint.field,)


def _of_the_book(field: Field, sheet: Sheet, book: Book) -> Iterator[str]:
    """Checks beyond cells: check digits, and what depends on records of several sheets."""
    name, off = f"{sheet.key}.{field.key}", book.settings.checks.off
    if field.key in CHECK_DIGITS and "check-digit-wrong" not in off:
        yield "check-digit-wrong"
    if name == "customers.groups" and "consents" in book.sheet_by_key and "consent-missing" not in off:
        yield "consent-missing"
    if name == "sales.quantity" and "orig_order_no" in sheet.by_key and "returned-too-much" not in off:
        yield "returned-too-much"
