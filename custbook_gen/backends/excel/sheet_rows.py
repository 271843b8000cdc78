"""The rows of one sheet as they are gathered, and shared formulas spelled out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from custbook_gen.backends.excel.furniture_reader import LookTally
from custbook_gen.backends.excel.limits import MAX_SHARED_FORMULA, Room, TooLargeError
from custbook_gen.backends.excel.references import MovableFormula
from custbook_gen.formula_runs import FoundFormulas
from custbook_gen.workbook import MAX_COLUMNS, MAX_ROWS, RawCell


@dataclass(slots=True)
class SheetRows:
    """What was found in a sheet's rows so far; ``room`` is shared by all sheets of a workbook."""

    room: Room = field(default_factory=Room)
    rows: dict[int, tuple[RawCell, ...]] = field(default_factory=dict)
    formulas: FoundFormulas = field(default_factory=FoundFormulas)
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
                self.room.take_formula(len(text))
        if text:
            self.formulas.add(row, column, text)
        return bool(text)

    def add_rows(
        self,
        numbers: Sequence[int],
        rows: Sequence[tuple[RawCell, ...]],
        computed: Sequence[range],
        hidden: Sequence[int],
    ) -> None:
        """Keep many rows, as :meth:`add_row` does one by one.

        Args:
            numbers: the rows' numbers.
            rows: their cells, all of one length.
            computed: rows that have formulas.
            hidden: rows that are hidden.

        Raises:
            ValueError: there is no such row, or it was there before.
            TooLargeError: there is no room for them.
        """
        if None in map(itemgetter(-1), rows):
            rows = [_trimmed(row) if row[-1] is None else row for row in rows]
            kept = [at for at, row in enumerate(rows) if row or any(numbers[at] in some for some in computed)]
            numbers, rows = [numbers[at] for at in kept], [rows[at] for at in kept]
        if not numbers:
            return
        before = len(self.rows)
        self.rows.update(zip(numbers, rows, strict=True))
        width = max(map(len, rows))
        if len(self.rows) != before + len(rows) or min(numbers) < 1 or max(numbers) > MAX_ROWS:
            raise ValueError(f"rows {numbers[0]} to {numbers[-1]}")
        if width > MAX_COLUMNS:
            raise ValueError(f"row {numbers[0]}")
        self.room.take_cells(sum(map(len, rows)))
        self.hidden.update(number for number in hidden if number in self.rows)

    def add_formulas(self, column: int, first: int, last: int, pieces: tuple[str, ...]) -> None:
        """Keep the same formula for several rows of a column; the row's number goes between the pieces."""
        self.formulas.add_run(column, first, last, pieces)

    def add_shared(self, column: int, first: int, last: int, group: str) -> bool:
        """Keep the formulas of members of a shared group in several rows of a column.

        Returns:
            Whether there is such a group; else these cells count as values.

        Raises:
            TooLargeError: there is no room for them.
        """
        master = self.shared.get(group)
        if master is None:
            return False
        pieces = master.by_row(column)
        if pieces is None:
            for row in range(first, last + 1):
                self.add_formula(row, column, "", "shared", group)
            return True
        digits = (len(pieces) - 1) * len(str(last))
        self.room.take_formula((sum(map(len, pieces)) + digits) * (last - first + 1))
        self.formulas.add_run(column, first, last, pieces)
        return True


def _trimmed(row: tuple[RawCell, ...]) -> tuple[RawCell, ...]:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]
