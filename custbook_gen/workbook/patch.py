"""A workbook to be mended: what changes in it, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from custbook_gen.furniture import Repairs
from custbook_gen.value_objects import value_object
from custbook_gen.workbook.cells import MAX_ROWS, Cell, Formula
from custbook_gen.workbook.planned import Rule, SheetPlan


@value_object
class CellPatch:
    """New content of one cell; its look stays as it is."""

    row: int
    column: int
    value: Cell | Formula


@value_object
class RulePatch:
    """A validation rule to be put (back) on rows of one column; without a rule, rows that get none.

    A rule takes its column from its first row to the sheet's end, wherever it stops itself;
    where there is none, only the rows named are cleared.
    """

    column: int
    first_row: int
    rule: Rule | None
    last_row: int = MAX_ROWS

    @property
    def cleared(self) -> tuple[int, int, int, int]:
        """The cells that lose the rules they have: first row, first column, last row, last column."""
        return (self.first_row, self.column, self.last_row if self.rule is None else MAX_ROWS, self.column)


@value_object
class SheetPatch:
    """What changes on one existing tab that holds a table of ours.

    ``cells`` may lie below the last row: such rows are appended, and a new cell takes
    the look of its column.  ``rules`` replace whatever rules cover their cells.
    """

    title: str
    cells: tuple[CellPatch, ...] = ()
    rules: tuple[RulePatch, ...] = ()
    repairs: Repairs | None = None
    frame: SheetPlan | None = None
    """The sheet as planned, without rows; what the repairs name is taken from it."""


@value_object
class Patch:
    """What changes in an existing workbook; everything not named stays byte for byte.

    ``rewritten`` are sheets of ours without user content (lists, summaries, guide,
    meta), given whole: their cells, conditional formats and chart caches are replaced;
    their titles are the titles the tabs have now.  ``added`` are whole sheets that the
    workbook lacks; they come after all others, their titles are free.  ``unnamed`` are
    names of single sheets that go, by the sheet's title.  ``own`` are the titles of the
    sheets that were written by us: their cells have nothing odd.
    """

    sheets: tuple[SheetPatch, ...] = ()
    rewritten: tuple[SheetPlan, ...] = ()
    added: tuple[SheetPlan, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    unnamed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything changes."""
        sheets = self.sheets or self.rewritten or self.added
        return bool(sheets or self.names or self.unnamed or self.properties)

    @property
    def changes_values(self) -> bool:
        """Whether cells change, so that formulas elsewhere must be calculated anew."""
        whole = self.rewritten or self.added or self.unnamed
        return bool(whole) or any(sheet.cells for sheet in self.sheets)
