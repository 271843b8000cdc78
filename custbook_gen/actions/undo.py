"""``custbook undo``: take a revision back as a new one, without touching what came later."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from custbook_gen.actions.dictionary import BY_TOOL
from custbook_gen.actions.faces import Faces, revision_json
from custbook_gen.actions.net_changes import Record, net_changes
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.actions.reversal import Obstacle, reverse
from custbook_gen.errors import UsageError
from custbook_gen.records import Change, Revision
from custbook_gen.store import Snapshot
from custbook_gen.texts import Lang, say
from custbook_gen.value_objects import value_object

ATTENTION, FINE = 1, 0
NAMED = 3
"""Records that a sentence names."""


@value_object
class Undone:
    """What undoing a revision did, or in a dry run would do.

    ``now`` is the store's revision after it.  ``applied`` tells whether anything was
    stored; what was refused stands in ``obstacles``.
    """

    book_id: str
    faces: Faces
    revision: Revision
    now: int
    changes: Sequence[Change]
    obstacles: Sequence[Obstacle]
    applied: bool

    @property
    def exit_code(self) -> int:
        """0 if all of the revision is undone, 1 if something stands in the way."""
        return ATTENTION if self.obstacles else FINE

    def sentence(self, obstacle: Obstacle, lang: Lang) -> str:
        """What stands in the way of one record or field."""
        by = obstacle.by
        facts = {
            "revision": by.number if by is not None else "",
            "user": by.user if by is not None else "",
            "others": tuple(key for _, key in obstacle.others[:NAMED]),
            "count": len(obstacle.others),
        }
        return say(f"undo.{obstacle.reason}", lang, **facts)

    def to_json(self, lang: Lang) -> dict[str, object]:
        """The result as plain data for JSON."""
        kinds = Counter(change.kind for change in self.changes)
        return {
            "book": self.book_id,
            "undone": revision_json(self.revision),
            "now": self.now,
            "counts": {
                "inserted": kinds["insert"],
                "updated": kinds["update"],
                "deleted": kinds["delete"],
                "blocked": len(self.obstacles),
            },
            "changes": [line for change in self.changes for line in self.faces.change_lines(change)],
            "blocked": [
                {
                    "sheet": item.sheet,
                    "key": item.key,
                    "field": item.field,
                    "reason": item.reason,
                    "revision": item.by.number if item.by is not None else None,
                    "user": item.by.user if item.by is not None else None,
                    "others": [{"sheet": sheet, "key": key} for sheet, key in item.others],
                    "message": self.sentence(item, lang),
                }
                for item in self.obstacles
            ],
            "applied": self.applied,
        }


def undo(home: OpenProject, number: int, run: Run, lang: Lang, *, partly: bool, dry_run: bool) -> Undone:
    """Undo a revision.

    Args:
        home: the project.
        number: the revision.
        run: who undoes it, and when.
        lang: the language of the labels in what is told.
        partly: undo what can be undone; otherwise a single obstacle stops all of it.
        dry_run: only tell.

    Raises:
        StoreError: ``revision-unknown``; the store is out of reach.
        UsageError: ``undo-schema``: the revision is not one of people.
    """
    if dry_run:
        with home.store.reading() as snapshot:
            return _decided(snapshot, home, number, run.as_of(home.book), lang, partly=partly)
    with home.store.writing() as tx:
        told = _decided(tx, home, number, run.as_of(home.book), lang, partly=partly)
        made = tx.commit_changes(told.changes, run.stamp("undo", str(number)))
    return told if made is None else replace(told, now=made.number, applied=True)


def _keys(records: Iterable[Record]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for sheet, key in records:
        found[sheet].append(key)
    return found


def _decided(
    source: Snapshot,
    home: OpenProject,
    number: int,
    as_of: dt.date,
    lang: Lang,
    *,
    partly: bool,
) -> Undone:
    """What undoing a revision comes to; nothing is stored yet."""
    revision, changes = source.changes_of(number)
    if revision.action in BY_TOOL:
        raise UsageError("undo-schema", revision=number)
    nets, tables = net_changes(home.book, changes), source.tables()
    resting = source.resting_users([record for record, net in nets.items() if net.before is None])
    later = source.touched_since(number, _keys(nets))
    reversal = reverse(home.book, nets, later, tables, as_of, resting)
    return Undone(
        book_id=home.store.book_id,
        faces=Faces.of(home.book, tables, lang),
        revision=revision,
        now=source.revision(),
        changes=() if reversal.obstacles and not partly else reversal.changes,
        obstacles=reversal.obstacles,
        applied=False,
    )
