"""What a workbook that another one replaces holds and the store does not."""

from __future__ import annotations

from custbook_gen.actions.checking import edits_of, examine, known_records, refuse_other_course
from custbook_gen.actions.project import OpenProject, Run, find_home, read_identity
from custbook_gen.actions.scoped import refuse_lost_scope
from custbook_gen.actions.target import Target, open_target
from custbook_gen.errors import CustbookError
from custbook_gen.report import Edits


def waiting_edits(where: Target, home: OpenProject, run: Run) -> Edits | None:
    """What waits for a sync in a file that is about to be replaced; nothing where none can tell.

    It is compared with the store as a check does, by a connection of its own: this may be another
    process than the one that opened the project.

    Args:
        where: the workbook.
        home: the project whose workbook replaces it.
        run: who replaces it, and when.
    """
    if where.path is None:
        return None
    target = open_target(where.path)
    try:
        raw = target.workbook.read()
        meta = read_identity(raw, target.name)
        own = find_home(target, meta, home.folder)
        if own is None:
            return None
        with own.store.reading() as snapshot:
            refuse_other_course(snapshot, meta, target.name)
            refuse_lost_scope(own.book, meta, target.name)
            known = known_records(snapshot, meta, own.book)
            return edits_of(examine(raw, meta, own.book, known, run.as_of(own.book), own.folder))
    except CustbookError:
        return None
