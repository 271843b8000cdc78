"""``custbook history``: what happened to the book: who, when, from which file, before and after."""

from __future__ import annotations

from collections.abc import Sequence

from custbook_gen.actions.faces import Faces, Happened, need_record, revision_json
from custbook_gen.actions.named import need_sheets
from custbook_gen.actions.project import OpenProject
from custbook_gen.schema import Book
from custbook_gen.store import Snapshot, Tally
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object


@value_object
class Asked:
    """Which part of the history is wanted; everything where nothing is said.

    ``number`` is a revision; ``limit`` how many revisions, or changes of a record, the
    newest of them.
    """

    key: str | None = None
    sheet: str | None = None
    number: int | None = None
    limit: int | None = None


@value_object
class History:
    """The revisions of a book (newest first), or the changes that were asked for (oldest first)."""

    book_id: str
    faces: Faces
    tallies: Sequence[Tally] | None = None
    changes: Sequence[Happened] = ()
    earlier: int = 0
    """Changes that the limit left out."""

    def to_json(self) -> dict[str, object]:
        """The history as plain data for JSON."""
        if self.tallies is not None:
            return {"book": self.book_id, "revisions": [_tally_json(tally) for tally in self.tallies]}
        lines = [
            {**revision_json(revision), **line}
            for revision, change in self.changes
            for line in self.faces.change_lines(change)
        ]
        return {"book": self.book_id, "changes": lines}


def history(home: OpenProject, asked: Asked, lang: Lang) -> History:
    """The history of a project's book.

    Raises:
        StoreError: ``revision-unknown``; the store cannot be read.
        UsageError: ``sheet-unknown``, ``record-unknown``, ``record-elsewhere``, ``record-rests``.
    """
    sheets = need_sheets(home.book, asked.sheet)
    with home.store.reading() as snapshot:
        if asked.key is None and asked.number is None:
            one = sheets[0] if asked.sheet is not None else None
            faces = Faces.of_changes(snapshot, home.book, (), lang)
            return History(home.store.book_id, faces, snapshot.tallies(one, asked.limit))
        found = _changes(snapshot, home.book, asked, sheets)
        kept = found[-asked.limit :] if asked.limit else found
        faces = Faces.of_changes(snapshot, home.book, kept, lang)
    return History(home.store.book_id, faces, None, kept, len(found) - len(kept))


def _changes(snapshot: Snapshot, book: Book, asked: Asked, sheets: Sequence[str]) -> list[Happened]:
    key, wanted = asked.key, list(sheets)
    if key is not None:
        key, wanted = need_record(snapshot, book, sheets, key)
    if asked.number is None:
        found = [pair for sheet in wanted for pair in snapshot.history(sheet, key)]
        return sorted(found, key=lambda pair: pair[0].number)
    revision, changes = snapshot.changes_of(asked.number)
    return [(revision, change) for change in changes if change.sheet in wanted and key in (None, change.key)]


def _tally_json(tally: Tally) -> dict[str, object]:
    counts = {"inserted": tally.inserted, "updated": tally.updated, "deleted": tally.deleted}
    return {**revision_json(tally.revision), **counts}
