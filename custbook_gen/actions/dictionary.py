"""Putting the schema's choices into a book's dictionary, where people go on with them."""

from __future__ import annotations

from typing import Final, Literal

from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.dictionary import effective, followed, outdated, seeds
from custbook_gen.records import Change, Value
from custbook_gen.schema import Book
from custbook_gen.store import Snapshot, Store


def current_book(home: OpenProject) -> Book:
    """A project's book with the values of lists that its store has now.

    Raises:
        StoreError: the store is out of reach.
    """
    if home.book.dictionary is None:
        return home.book
    with home.store.reading() as snapshot:
        return effective(home.book, {home.book.dictionary.key: snapshot.table(home.book.dictionary.key)})


BY_TOOL: Final = ("init", "schema")
"""Actions whose revisions bring the schema's choices into the dictionary."""


def seed(store: Store, run: Run, action: Literal["init", "schema"] = "schema") -> None:
    """Have the dictionary follow its schema: new choices are added; what people changed stays.

    Args:
        store: the book's store.
        run: who runs a command, and when.
        action: what the revision is called, if one is made.

    Raises:
        StoreError: the store is out of reach.
    """
    with store.reading() as snapshot:
        if not _changes(store.book, snapshot):
            return
    with store.writing() as tx:
        tx.commit_changes(_changes(store.book, tx), run.stamp(action))


def _changes(book: Book, source: Snapshot) -> list[Change]:
    """The choices that the dictionary lacks, and what the schema says otherwise than it did before."""
    sheet = book.dictionary
    if sheet is None:
        return []
    table = source.table(sheet.key)
    key_field, number = sheet.field(sheet.key_field), source.next_numbers()[sheet.key]
    changes = [
        Change("insert", sheet.key, key, {}, {key_field.key: key, **values})
        for at, values in enumerate(seeds(book, table), number)
        for key in [key_field.numbered(at)]
    ]
    news = outdated(book, table)
    if news:
        for key, after in followed(book, table, news, _given(sheet.key, source)).items():
            before = {name: table.value(key, name) for name in after}
            changes.append(Change("update", sheet.key, key, before, after))
    return changes


def _given(sheet: str, source: Snapshot) -> dict[str, dict[str, Value]]:
    """What the tool itself last wrote into each record of the dictionary."""
    given: dict[str, dict[str, Value]] = {}
    for revision, change in source.history(sheet):
        if revision.action in BY_TOOL:
            given.setdefault(change.key, {}).update(change.after)
    return given
