"""What a sync decided, and what there is to look at after it, for the workbook that is to show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from custbook_gen.check import CheckedRow, FoundRows
from custbook_gen.issues import Issue
from custbook_gen.records import Conflict
from custbook_gen.schema import Book
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import SheetPatch, SheetPlan

Positions = Mapping[str, Mapping[str, int]]
"""The row of each record in the refreshed workbook, by sheet and final key."""
At = tuple[str, int]
"""A row of a workbook, by its sheet and number."""


@value_object
class Outcome:
    """What a sync decided about the rows of a workbook.

    ``keys`` maps provisional keys to final ones.  ``absent`` are records that stay out
    of the sheet although the store has them: their rows were removed by hand.
    """

    rows: Mapping[str, FoundRows]
    issues: Sequence[Issue]
    conflicts: Sequence[Conflict]
    keys: Mapping[str, str] = field(default_factory=dict)
    absent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    blocked: bool = False
    """Nothing was stored: the workbook shows what it showed, and the rows say why."""
    before: Book | None = None
    """The book that the workbook was written by; what still reads as it said is brought up to date."""
    accepted: Mapping[str, Mapping[tuple[int, int], str]] = field(default_factory=dict)
    """What goes into cells in the place of what was typed, by the tab's title and (row, column)."""


@value_object
class Reviewed:
    """What there is to look at once a sync is done: the tabs of issues and conflicts, and the summaries.

    ``waiting`` are the rows that go on waiting, as the next run will find them.
    """

    tabs: Sequence[SheetPlan] = ()
    summaries: Sequence[SheetPlan] = ()
    waiting: Mapping[At, CheckedRow] = field(default_factory=dict[At, CheckedRow])


Review = Callable[[Positions, Sequence[SheetPatch]], Reviewed]
"""Tells it, once it is known where every record stands and what changes on the entry sheets."""


def no_review(_: Positions, __: Sequence[SheetPatch]) -> Reviewed:
    """Nothing to look at."""
    return Reviewed()
