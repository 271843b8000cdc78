"""The rows that go on waiting, as the next sync will find them.

What is said of a row that is held, or that has a conflict, depends on everything around it:
on the numbers that new rows got in the same run, on cells that were written anew, on records
that were decided about or deleted.  So these rows are checked once more as they are when the
sync is done, and the tabs tell what the next one would find.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from custbook_gen.actions.checking import known_records
from custbook_gen.actions.decide import Decision, Gathered
from custbook_gen.actions.row_marks import row_marks
from custbook_gen.actions.scoped import with_scope
from custbook_gen.check import Checked, CheckedRow, check_workbook
from custbook_gen.check.marked import with_cells
from custbook_gen.issues import Issue
from custbook_gen.layout import Layout
from custbook_gen.plan import View
from custbook_gen.records import Tables
from custbook_gen.refresh import At
from custbook_gen.store import Transaction
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import SheetPatch


@value_object
class Afterwards:
    """What there is to tell of a workbook's rows once a sync is done.

    ``waiting`` are those of the rows that go on waiting.  ``former`` are the marks that rows
    without a number had, by those that they have now.
    """

    rows: Mapping[At, CheckedRow]
    issues: Sequence[Issue]
    waiting: Mapping[At, CheckedRow]
    former: Mapping[str, str]


def afterwards(
    tx: Transaction,
    gathered: Gathered,
    decision: Decision,
    view: View,
    whole: Tables,
    patches: Sequence[SheetPatch],
) -> Afterwards:
    """The rows and issues of a workbook, those of rows that wait as they are after the sync.

    Args:
        tx: the store, with the changes of this sync.
        gathered: what the sync found.
        decision: what it decided.
        view: what the workbook shows from now on.
        whole: the records of the whole book from now on.
        patches: what changes on its entry sheets.
    """
    examined = gathered.examined
    rows = row_marks(examined.checked)
    clashing: dict[tuple[str, str], set[str]] = {}
    for item in decision.conflicts:
        clashing.setdefault((item.sheet, item.key), set()).add(item.field)
    open_fields = {
        at: clashing.get((row.sheet, decision.keys.get(row.key, row.key)), set()) for at, row in rows.items()
    }
    waiting = {at for at, row in rows.items() if row.held or open_fields[at]}
    if not waiting or not (decision.changes or any(patch.cells for patch in patches)):
        return Afterwards(rows, decision.issues, {}, {})
    checked = _checked(tx, gathered, view, whole, patches)
    now = {at: row for at, row in row_marks(checked).items() if at in waiting and row.held == rows[at].held}
    former = {row.mark: rows[at].mark for at, row in now.items() if row.mark and row.mark != rows[at].mark}
    issues = [
        issue
        for issue in decision.issues
        if _at(issue) not in now
        # what was stored of a row with a conflict is told by this sync alone
        or not (rows[_at(issue)].held or issue.place.field in open_fields[_at(issue)])
    ]
    issues += [issue for issue in checked.issues if _at(issue) in now]
    return Afterwards({**rows, **now}, issues, now, former)


def _at(issue: Issue) -> At:
    return issue.place.sheet, issue.place.row or 0


def _checked(
    tx: Transaction, gathered: Gathered, view: View, whole: Tables, patches: Sequence[SheetPatch]
) -> Checked:
    """What a check of the workbook finds when the sync is done."""
    raw, book = gathered.examined.raw, gathered.home.book
    written = {
        patch.title: {(cell.row, cell.column): cell.value for cell in patch.cells} for patch in patches
    }
    meta = replace(
        gathered.examined.meta, identity=view.identity, as_of=view.as_of, schema_text=view.schema_text
    )
    there = {sheet.title for sheet in raw.sheets}
    sheets = {key: here for key, here in view.layout.sheets.items() if here.title in there}
    layout = Layout(sheets, view.layout.titles)
    known = known_records(tx, meta, book, whole)
    after = with_scope(book, with_cells(raw, written), layout, meta, known)
    return check_workbook(book, after, layout, known, view.lang, view.as_of)[0]
