"""When what rules ask about last changed, from the store's history."""

from __future__ import annotations

from custbook_gen.derive import CHANGES, ChangedOn
from custbook_gen.schema import Book
from custbook_gen.store import Snapshot


def last_changes(source: Snapshot, book: Book, revision: int | None = None) -> ChangedOn:
    """When the fields that the book's rules ask about last changed, by the days of people here.

    Args:
        source: the store.
        book: which fields there are.
        revision: the last revision to look at; the latest one where left out.
    """
    present = {(sheet.key, field.key) for sheet in book.sheets for field in sheet.stored_fields}
    rules = {field.rule for sheet in book.sheets for field in sheet.fields}
    asked = {place for rule, place in CHANGES.items() if rule in rules}
    return {
        (sheet, field): {
            key: moment.astimezone().date()
            for key, moment in source.last_changed(sheet, field, revision).items()
        }
        for sheet, field in sorted(asked & present)
    }
