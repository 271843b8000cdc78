"""A workbook as it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from itertools import takewhile
from typing import Literal

from custbook_gen.furniture import Furniture
from custbook_gen.value_objects import value_object
from custbook_gen.workbook.cells import RawCell
from custbook_gen.workbook.found_cells import FoundCells, found_cells


@value_object
class RawRule:
    """A validation rule as found, over one or more rectangles.

    Rectangles are (first row, first column, last row, last column).
    """

    kind: str
    operator: str
    formula1: str | None
    formula2: str | None
    rejects: bool
    rectangles: tuple[tuple[int, int, int, int], ...]


@value_object
class RawSheet:
    """One tab as it was read.  ``rows`` maps row numbers to cells from column A on.

    Rows without any content or formula are left out, and so are empty cells at a row's
    end.  ``formulas`` maps (row, column) to text without ``=``, shared ones spelled out.
    """

    title: str
    rows: Mapping[int, tuple[RawCell, ...]]
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    rules: tuple[RawRule, ...] = ()
    state: Literal["visible", "hidden", "very_hidden"] = "visible"
    hidden_rows: frozenset[int] = frozenset()
    merges: tuple[tuple[int, int, int, int], ...] = ()
    around: Furniture | None = None
    """What surrounds the cells; nothing where that is not known."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Defined names of its own, which its formulas prefer to the workbook's."""

    def cell(self, row: int, column: int) -> RawCell:
        """What stands in one cell; nothing where the row or the cell is empty."""
        rows = self.rows
        if isinstance(rows, FoundCells):
            return rows.cell(row, column)
        cells = rows.get(row, ())
        return cells[column - 1] if column <= len(cells) else None

    def top_rows(self, last: int) -> list[int]:
        """Numbers of the rows that hold anything, from the top down to a last one."""
        return list(takewhile(lambda number: number <= last, found_cells(self.rows)))


@value_object
class RawWorkbook:
    """A workbook as it was read; ``digest`` identifies its bytes (or its revision)."""

    sheets: tuple[RawSheet, ...]
    names: Mapping[str, str]
    properties: Mapping[str, str]
    digest: str
    from_1904: bool = False
    """Whether days were counted from 1904; they were read as such, but nothing is written so."""

    def sheet(self, title: str) -> RawSheet | None:
        """The tab with this title, if there is one."""
        return next((s for s in self.sheets if s.title == title), None)
