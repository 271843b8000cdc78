"""The rows of one sheet as they are gathered, and shared formulas spelled out."""

from __future__ import annotations

from dataclasses import dataclass, field

from custbook_gen.backends.excel.furniture_reader import LookTally
from custbook_gen.backends.excel.limits import MAX_SHARED_FORMULA, Room, TooLargeError
from custbook_gen.backends.excel.references import MovableFormula
from custbook_gen.workbook import MAX_COLUMNS, MAX_ROWS, RawCell


@dataclass(slots=True)
class SheetRows:
    """What was found in a sheet's rows so far; ``room`` is shared by all sheets of a workbook."""

    room: Room = field(default_factory=Room)
    rows: dict[int, tuple[RawCell, ...]] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    shared: dict[str, MovableFormula] = field(default_factory=dict)
    """Masters of shared formulas by their group."""
    looks: LookTally = field(default_factory=LookTally)

    def add_row(self, row: int, cells: list[RawCell], *, hidden: bool, formulas: bool) -> None:
        """Keep one row unless nothing is in it; ``formulas`` tells that it has some.

        Raises:
            ValueError: there is no such row, or it was there before.
            TooLargeError: there is no room for it.
        """
        while cells and cells[-1] is None:
            cells.pop()
        if not cells and not formulas:
            return
        if not 1 <= row <= MAX_ROWS or row in self.rows or len(cells) > MAX_COLUMNS:
            raise ValueError(f"row {row}")
        self.room.take_cells(len(cells))
        self.rows[row] = tuple(cells)
        if hidden:
            self.hidden.add(row)

    def add_formula(self, row: int, column: int, text: str, kind: str | None, group: str | None) -> bool:
        """Keep a cell's formula, a member of a shared group as its master spells it there.

        Args:
            row: the cell's, from 1.
            column: the cell's, from 1.
            text: what stands in the cell; nothing for members of a group.
            kind: ``t`` of the formula.
            group: ``si`` of the formula.

        Returns:
            Whether the cell has a formula of its own; data tables count as values.

        Raises:
            TooLargeError: it is longer than a formula can be, or there is no room for it.
        """
        if kind == "dataTable":
            return False
        if kind == "shared" and group is not None:
            if text:
                if len(text) > MAX_SHARED_FORMULA:
                    raise TooLargeError("a shared formula")
                self.shared[group] = MovableFormula(text, row, column)
            elif group in self.shared:
                text = self.shared[group].at(row, column)
                self.room.take_formula(text)
        if text:
            self.formulas[row, column] = text
        return bool(text)
