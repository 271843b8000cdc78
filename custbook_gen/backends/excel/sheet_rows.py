"""The rows of one sheet as they are gathered, and shared formulas spelled out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from custbook_gen.backends.excel.furniture_reader import LookTally
from custbook_gen.backends.excel.limits import MAX_SHARED_FORMULA, Room, TooLargeError
from custbook_gen.backends.excel.references import MovableFormula
from custbook_gen.formula_runs import FoundFormulas
from custbook_gen.workbook import MAX_COLUMNS, MAX_ROWS, FoundCells, RawCell


@dataclass(slots=True)
class SheetRows:
    """What was found in a sheet's rows so far; ``room`` is shared by all sheets of a workbook."""

    room: Room = field(default_factory=Room)
    rows: FoundCells = field(default_factory=FoundCells)
    formulas: FoundFormulas = field(default_factory=FoundFormulas)
    hidden: set[int] = field(default_factory=set)
    shared: dict[str, MovableFormula] = field(default_factory=dict)
    """Masters of shared formulas by their group."""
    _pieces: dict[tuple[MovableFormula, int], tuple[str, ...] | None] = field(default_factory=dict)
    """Their texts in any row of a column, where those differ in nothing but the row's number."""
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
        if not 1 <= row <= MAX_ROWS or len(cells) > MAX_COLUMNS or not self.rows.add(row, tuple(cells)):
            raise ValueError(f"row {row}")
        self.room.take_cells(len(cells))
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
            if not text:
                return self.add_shared(column, row, row, group)
            if len(text) > MAX_SHARED_FORMULA:
                raise TooLargeError("a shared formula")
            self.shared[group] = MovableFormula(text, row, column)
        if text:
            self.formulas.add(row, column, text)
        return bool(text)

    def add_rows(
        self,
        numbers: Sequence[int],
        columns: Sequence[Sequence[RawCell]],
        computed: Sequence[range],
        hidden: Sequence[int],
    ) -> None:
        """Keep many rows, as :meth:`add_row` does one by one.

        Args:
            numbers: the rows' numbers.
            columns: the cells of each column in these rows.
            computed: rows that have formulas.
            hidden: rows that are hidden.

        Raises:
            ValueError: there is no such row, or it was there before.
            TooLargeError: there is no room for them.
        """
        empty, cells = _emptiness(columns, len(numbers))
        gone = {at for at in empty if not any(numbers[at] in some for some in computed)}
        if gone:
            numbers = [number for at, number in enumerate(numbers) if at not in gone]
            columns = [[cell for at, cell in enumerate(column) if at not in gone] for column in columns]
        if not numbers:
            return
        wide = any(column.count(None) < len(column) for column in columns[MAX_COLUMNS:])
        if wide or min(numbers) < 1 or max(numbers) > MAX_ROWS:
            raise ValueError(f"rows {numbers[0]} to {numbers[-1]}")
        start = 0
        for first, last in unbroken(numbers):
            end = start + last - first + 1
            part = columns if end - start == len(numbers) else [column[start:end] for column in columns]
            if not self.rows.add_rows(first, part):
                raise ValueError(f"rows {first} to {last}")
            start = end
        self.room.take_cells(cells)
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
        if (master, column) not in self._pieces:
            pieces = self._pieces[master, column] = master.by_row(column)
            self.room.take_formula(sum(map(len, pieces or ())))
        pieces = self._pieces[master, column]
        if pieces is not None and self.formulas.go_on(column, first):
            self.formulas.add_run(column, first, last, pieces)
            return True
        for row in range(first, last + 1):
            text = master.at(row, column)
            self.room.take_formula(len(text))
            self.formulas.add(row, column, text)
        return True


def unbroken(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of rows that follow one another."""
    if rows and rows[-1] - rows[0] == len(rows) - 1 and list(rows) == list(range(rows[0], rows[-1] + 1)):
        yield rows[0], rows[-1]
        return
    for _, some in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
        run = [row for _, row in some]
        yield run[0], run[-1]


def _emptiness(columns: Sequence[Sequence[RawCell]], count: int) -> tuple[Sequence[int], int]:
    """Positions of the rows that hold nothing, and how many cells all rows have up to their last one."""
    empty: Sequence[int] = range(count)
    cells = count * len(columns)
    for column in reversed(columns):
        if len(empty) == count and None not in column:
            return (), cells
        empty = [at for at in empty if column[at] is None]
        cells -= len(empty)
    return empty, cells
