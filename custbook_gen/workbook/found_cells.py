"""The cells of a sheet as they were found: column by column where many rows follow one another.

A table of a hundred thousand rows is read, kept and compared by its columns; a row is put
together when somebody asks for it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from custbook_gen.value_objects import value_object
from custbook_gen.workbook.cells import RawCell

FoundRow = tuple[RawCell, ...]
Columns = Sequence[Sequence[RawCell]]
Take = Callable[[int, Columns], None]
"""Takes the next rows of a stretch of rows, given by number."""

_SHORT: Final = 8
"""Fewer rows that follow one another are kept one by one."""
_TAKEN: Final = 5000
"""Rows that are taken together, where somebody takes them."""


@dataclass(slots=True)
class _Block:
    """Rows that follow one another, from ``first`` to before ``end``."""

    first: int
    end: int
    columns: list[list[RawCell]]

    def row(self, number: int) -> FoundRow:
        """One row without the empty cells at its end."""
        at = number - self.first
        return _trimmed(tuple([column[at] for column in self.columns]))


class FoundCells(Mapping[int, FoundRow]):
    """Rows of cells by number, from the top down; empty cells at a row's end are left out.

    Args:
        single: rows by themselves, without empty cells at their ends.
    """

    def __init__(self, single: Mapping[int, FoundRow] | None = None) -> None:
        self._single = dict(single or {})
        self._blocks: list[_Block] = []
        self._starts: list[int] = []
        """The first rows of the blocks, which stand in order."""
        self._take: Take | None = None

    def hand_over(self, take: Take | None) -> None:
        """Have long stretches of rows taken as they come instead of kept; nothing ends that.

        Rows that were taken are known to be there, but not what is in them, until :meth:`refill`.
        """
        self._take = take

    def refill(self, taken: Mapping[int, list[list[RawCell]]]) -> None:
        """Put everything back that was taken, by the numbers of stretches; the lists are kept."""
        for number, columns in taken.items():
            block = self._blocks[number]
            for at, rest in enumerate(block.columns):
                columns[at].extend(rest)
                columns[at] = columns[at][:]  # lists that grew have more room than they need
            block.columns = columns

    def add(self, number: int, cells: FoundRow) -> bool:
        """Keep one row, whose last cell is not empty; false if it was there before."""
        if number in self:
            return False
        self._single[number] = cells
        return True

    def add_rows(self, first: int, columns: Sequence[Sequence[RawCell]]) -> bool:
        """Keep rows that follow one another, none of which is empty; false if one was there before.

        Args:
            first: number of the first row.
            columns: the cells of each column, equally many.
        """
        end = first + len(columns[0])
        last = self._blocks[-1] if self._blocks else None
        if last is not None and first < last.end:
            return self._add_singly(first, columns)
        if self._single and not self._single.keys().isdisjoint(range(first, end)):
            return False
        if last is not None and first == last.end and len(columns) == len(last.columns):
            for column, more in zip(last.columns, columns, strict=True):
                column.extend(more)
            last.end = end
            if self._take is not None and len(last.columns[0]) >= _TAKEN:
                self._take(len(self._blocks) - 1, last.columns)
                last.columns = [[] for _ in last.columns]
        elif end - first < _SHORT:
            return self._add_singly(first, columns)
        else:
            self._blocks.append(_Block(first, end, [list(column) for column in columns]))
            self._starts.append(first)
        return True

    def _add_singly(self, first: int, columns: Sequence[Sequence[RawCell]]) -> bool:
        rows = enumerate(zip(*columns, strict=True), first)
        return all(self.add(number, _trimmed(row)) for number, row in rows)

    def cell(self, row: int, column: int) -> RawCell:
        """What stands in one cell; nothing where the row or the cell is empty."""
        block = self._block(row)
        if block is not None:
            return block.columns[column - 1][row - block.first] if column <= len(block.columns) else None
        cells = self._single.get(row, ())
        return cells[column - 1] if column <= len(cells) else None

    def picked(self, numbers: Sequence[int]) -> PickedRows:
        """Some rows, to be looked at column by column.

        Args:
            numbers: of rows, from the top down; they need not be there.
        """
        return PickedRows(self._stretches(numbers))

    def _stretches(self, numbers: Sequence[int]) -> Iterator[_Stretch]:
        at, count = 0, len(numbers)
        while at < count:
            number = numbers[at]
            block = self._block(number)
            if block is None:
                row = self._single.get(number, ())
                yield _Stretch([(cell,) for cell in row], 0, 1)
                at += 1
                continue
            most = min(block.end - number, count - at)
            # numbers grow, so those up to one that is as far as its place follow one another
            length = bisect_right(range(most), number - at, key=lambda step: numbers[at + step] - (at + step))
            start = number - block.first
            yield _Stretch(block.columns, start, start + length)
            at += length

    def _block(self, number: int) -> _Block | None:
        at = bisect_right(self._starts, number) - 1
        return self._blocks[at] if at >= 0 and number < self._blocks[at].end else None

    def __getitem__(self, number: int) -> FoundRow:
        block = self._block(number)
        return self._single[number] if block is None else block.row(number)

    def __contains__(self, number: object) -> bool:
        return number in self._single or (isinstance(number, int) and self._block(number) is not None)

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(self._runs())

    def _runs(self) -> Iterator[Sequence[int]]:
        """The rows' numbers, those of a block at once."""
        single = sorted(self._single)
        at = 0
        for block in self._blocks:
            until = bisect_right(single, block.first)
            yield single[at:until]
            yield range(block.first, block.end)
            at = until
        yield single[at:]

    def numbers(self, first: int) -> Sequence[int]:
        """The rows' numbers from one on; a range, which is small, where they follow one another."""
        runs = [run[bisect_left(run, first) :] for run in self._runs()]
        found = [run for run in runs if run]
        return found[0] if len(found) == 1 else list(chain.from_iterable(found))

    def __len__(self) -> int:
        return len(self._single) + sum(block.end - block.first for block in self._blocks)


@value_object
class _Stretch:
    """Some rows out of columns that are there anyway."""

    columns: Sequence[Sequence[RawCell]]
    start: int
    end: int


class PickedRows:
    """Some rows of a sheet, column by column."""

    def __init__(self, stretches: Iterable[_Stretch]) -> None:
        self._stretches = list(stretches)

    def column(self, column: int) -> list[RawCell]:
        """The cells of a column in these rows; nothing for those that are not there."""
        found: list[RawCell] = []
        for some in self._stretches:
            if column > len(some.columns):
                found.extend([None] * (some.end - some.start))
            else:
                found.extend(some.columns[column - 1][some.start : some.end])
        return found


def found_cells(rows: Mapping[int, FoundRow]) -> FoundCells:
    """Rows by number as :class:`FoundCells`."""
    return rows if isinstance(rows, FoundCells) else FoundCells(rows)


def _trimmed(row: FoundRow) -> FoundRow:
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row if end == len(row) else row[:end]
