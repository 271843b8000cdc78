"""A workbook that a worker reads while this process gets ready for it."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import inf
from typing import Any, Final

from custbook_gen.backends.progress import Progress
from custbook_gen.remembering import Remembered
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Columns, FoundCells, RawCell, RawWorkbook, Serial, found_cells
from custbook_gen.workers import Send, Tally, WorkerFailedError, hire


@value_object
class Following:
    """How the reading of a workbook is followed."""

    progress: Progress
    """Is told how much of the sheets was read."""
    soon: Callable[[RawWorkbook], None] = lambda _: None
    """Is told what is known before the large sheets are read."""
    new_cells: Callable[[], FoundCells] = FoundCells
    """Makes what the cells of a sheet are kept in."""


Reading = Callable[[Following], RawWorkbook]


@value_object
class _Piece:
    """Rows of a sheet, ahead of all else that is known of it."""

    cells: int
    """Number of what the sheet's cells are kept in."""
    stretch: int
    columns: Sequence[Sequence[RawCell] | array[float]]
    """Dates as plain numbers, which take a tenth of the time to be handed over."""


@value_object
class _Whole:
    """All but the rows that were handed over before."""

    workbook: RawWorkbook
    cells: Sequence[int | None]
    """Numbers of what the cells of each sheet are kept in; nothing where all are there."""


class ReadAhead:
    """The small tabs of a workbook first, then all of it; nothing where the worker failed.

    Args:
        reading: reads the workbook.
        progress: is told how far that has come, whenever somebody waits for it.
    """

    def __init__(self, reading: Reading, progress: Progress) -> None:
        self._worker = hire(lambda send, tally: _Reader(send).read(reading, tally))
        self._progress = progress
        self._soon: RawWorkbook | None = None
        self._told = 0

    def soon(self) -> RawWorkbook | None:
        """What could be told soonest."""
        if self._soon is None:
            received = self._received()
            self._soon = received if isinstance(received, RawWorkbook) else None
        return self._soon

    def whole(self) -> RawWorkbook | None:
        """Everything; asked for once."""
        if self.soon() is None:
            return None
        taken: dict[int, dict[int, list[list[RawCell]]]] = defaultdict(dict)
        while isinstance(received := self._received(), _Piece):
            new: list[list[RawCell]] = [[] for _ in received.columns]
            columns = taken[received.cells].setdefault(received.stretch, new)
            for column, more in zip(columns, received.columns, strict=True):
                column.extend(_dates(more) if isinstance(more, array) else more)
        if self._worker is not None:
            self._worker.dismiss()
        return _put_together(received, taken) if isinstance(received, _Whole) else None

    def _received(self) -> object:
        """The next that the worker hands over; nothing if it failed."""
        if self._worker is None:
            return None
        while self._worker.is_working():
            self._tell(self._worker.tally)
        try:
            received = self._worker.receive()
        except WorkerFailedError:
            self._worker.dismiss()
            self._worker = None
            return None
        self._tell(self._worker.tally)
        return received

    def _tell(self, tally: Tally) -> None:
        if not self._told:
            self._progress.begin("read", tally.total)
        self._progress.advance(tally.done - self._told)
        self._told = tally.done


def _put_together(whole: _Whole, taken: Mapping[int, Mapping[int, list[list[RawCell]]]]) -> RawWorkbook:
    for sheet, cells in zip(whole.workbook.sheets, whole.cells, strict=True):
        if cells is not None:
            found_cells(sheet.rows).refill(taken.get(cells, {}))
    return whole.workbook


class _Reader:
    """The work of the worker.

    Args:
        send: hands over what is read.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._told = False
        self._cells: list[FoundCells] = []

    def read(self, reading: Reading, tally: Tally) -> None:
        """Read a workbook."""
        workbook = reading(Following(tally, self._tell_soon, self._new_cells))
        if not self._told:
            self._send(workbook)
        for cells in self._cells:
            cells.hand_over(None)
        numbers = {id(cells): number for number, cells in enumerate(self._cells)}
        self._send(_Whole(workbook, [numbers.get(id(sheet.rows)) for sheet in workbook.sheets]))

    def _tell_soon(self, known: RawWorkbook) -> None:
        self._told = True
        self._send(known)

    def _new_cells(self) -> FoundCells:
        cells, number = FoundCells(), len(self._cells)
        if self._told:  # of a large sheet
            cells.hand_over(partial(self._hand_over, number))
        self._cells.append(cells)
        return cells

    def _hand_over(self, number: int, stretch: int, columns: Columns) -> None:
        self._send(_Piece(number, stretch, list(map(_light, columns))))


_DATES: Final = ({Serial}, {Serial, type(None)})
_DATE: Final = Remembered[float, RawCell](Serial, {inf: None})


def _light(column: Sequence[Any]) -> Sequence[RawCell] | array[float]:
    """A column as it is handed over; a cell is never infinite, so that stands for an empty one."""
    if set(map(type, column)) not in _DATES:
        return column
    return array("d", [inf if cell is None else cell for cell in column])


def _dates(numbers: array[float]) -> Sequence[RawCell]:
    return list(map(_DATE.__getitem__, numbers))
