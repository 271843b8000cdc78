"""Edits that put back what others had changed: most likely an older copy was pasted over a newer workbook.

Nobody can tell that from an edit that was meant, so they are stored like all others; but
who made them is told, for else the work of somebody else would be gone from all workbooks
without a word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from custbook_gen.actions.decide import Gathered
from custbook_gen.issues import Issue, Place
from custbook_gen.records import Change, Revision, Value
from custbook_gen.store import Snapshot

FEWEST: Final = 2
"""Records of a sheet that go back before it is told: one alone is most likely meant."""

_Back = tuple[Change, str, Revision]
"""A change, the field that goes back, and the revision that is thereby undone."""


def going_back(source: Snapshot, gathered: Gathered, changes: Sequence[Change], file: str) -> Iterator[Issue]:
    """What is told, at the first of the cells, for each sheet of which several records go back.

    Args:
        source: the store before the changes.
        gathered: what the sync decides by.
        changes: what it stores.
        file: the workbook's name, whose own earlier edits are its users' to take back.
    """
    updates: dict[str, dict[str, Change]] = defaultdict(dict)
    for change in changes:
        if change.kind == "update":
            updates[change.sheet][change.key] = change
    for sheet, some in updates.items():
        if len(some) < FEWEST:
            continue
        earlier: dict[str, list[tuple[Revision, Change]]] = defaultdict(list)
        for revision, change in source.touched_since(0, {sheet: some}, kind="update"):
            earlier[change.key].append((revision, change))
        found = [back for key, change in some.items() for back in _undone(change, earlier[key], file)]
        if len({change.key for change, *_ in found}) >= FEWEST:
            yield _told(gathered, sheet, found)


def _undone(change: Change, earlier: Sequence[tuple[Revision, Change]], file: str) -> Iterator[_Back]:
    """The fields of a change that get back the value before the last sync of another workbook changed it."""
    for name, value in change.after.items():
        last = next(((by, then) for by, then in reversed(earlier) if name in then.after), None)
        if last is not None and last[0].action == "sync" and last[0].source != file:
            values: Mapping[str, Value] = last[1].before
            if values.get(name) == value:
                yield change, name, last[0]


def _told(gathered: Gathered, sheet: str, found: Sequence[_Back]) -> Issue:
    rows = {row.key: row.number for row in gathered.examined.checked.rows[sheet].looked_at()}
    here = gathered.examined.layout.sheets[sheet]
    change, name, _ = min(found, key=lambda back: rows[back[0].key])
    number, column = rows[change.key], here.columns.get(name)
    label = gathered.home.book.sheet(sheet).field(name).label.line(gathered.examined.meta.lang)
    cell = here.place(column, number)
    last = max((by for *_, by in found), key=lambda by: by.number)
    facts = {
        "count": len(found),
        "records": len({one.key for one, *_ in found}),
        "revision": last.number,
        "user": last.user,
    }
    return Issue(
        "edits-undone", Place(sheet, here.title, change.key, name, label, cell, number, column), facts=facts
    )
