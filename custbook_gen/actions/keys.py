"""Final keys of new records, for whatever action inserts them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from custbook_gen.merge import with_keys
from custbook_gen.records import Change
from custbook_gen.schema import Book, Field


def numbered_key(key_field: Field, number: int) -> str:
    """The key with a number, such as ``C000012``."""
    return key_field.numbered(number)


def final_changes(book: Book, changes: Iterable[Change], keys: Mapping[str, str]) -> list[Change]:
    """Changes of a book with final keys instead of provisional ones.

    Args:
        book: the schema.
        changes: what merging the sheets decided.
        keys: final key by provisional key.
    """
    references = {s.key: frozenset(f.key for f in s.stored_fields if f.type == "ref") for s in book.sheets}
    return with_keys(changes, keys, {s.key: s.key_field for s in book.sheets}, references)
