"""The rows of a workbook's tables in stretches, which several processes make of large ones.

Where the stretches end follows from the tables alone, so equal tables give equal bytes, however
many processors there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from custbook_gen.backends.excel.deflate import Deflated, Stretch, deflate
from custbook_gen.backends.excel.rows import TableRows
from custbook_gen.backends.progress import Progress, Unwatched
from custbook_gen.portions import PORTION
from custbook_gen.workers import Claims, Send, Tally, Worker, WorkerFailedError, hire, spare_processors

_ROWS: Final = 16 * PORTION
"""Rows of a stretch: so many that little is lost by deflating each by itself."""
_ROW_START: Final = re.compile(rb'<row r="([0-9]+)"')

Heights = Mapping[int, float]
"""The heights of some of a sheet's rows, by number."""


class TableStretches:
    """The stretches of all tables of a workbook; workers make some of those of large tables, from now on.

    Every process takes the next stretch that nobody has taken.  This one hands all of them out in
    their order; what it made before its turn came, it keeps until then.

    Args:
        tables: the rows of each table and the heights of rows of its sheet, by the sheet's key.
        progress: is told of the rows.
    """

    def __init__(self, tables: Mapping[str, tuple[TableRows, Heights]], progress: Progress) -> None:
        self._tables = tables
        self._spans: dict[str, Sequence[range]] = {
            key: [range(start, min(start + _ROWS, len(rows))) for start in range(0, len(rows), _ROWS)]
            for key, (rows, _) in tables.items()
        }
        self._shared = [(key, span) for key, spans in self._spans.items() if len(spans) > 1 for span in spans]
        self._made: dict[int, Deflated] = {}
        self._waiting: dict[int, Worker] = {}
        """The workers whose next stretch is here, by its number."""
        self._claims, self._hired = self._begin()
        self._crew = list(self._hired)
        self._lost: frozenset[int] = frozenset()
        self._watched = _Watched(progress, self._hired)

    def of(self, key: str) -> Iterator[Stretch | Deflated]:
        """The rows of one table; the tables are to be asked for in their order.

        Raises:
            ValueError: while a stretch is used: a value that no cell can hold.
        """
        spans = self._spans[key]
        first = self._shared.index((key, spans[0])) if len(spans) > 1 else None
        for at, span in enumerate(spans):
            yield self._stretch(key, span, self._watched) if first is None else self._next(first + at)

    def close(self) -> None:
        """End the workers."""
        for worker in self._hired:
            worker.dismiss()
        if self._claims is not None:
            self._claims.close()
            self._claims = None

    def _begin(self) -> tuple[Claims | None, Sequence[Worker]]:
        """The numbers of the stretches to share, and the workers, who have begun with them."""
        count = min(spare_processors(), len(self._shared) - 1)
        if count < 1:
            return None, ()
        try:
            claims = Claims(len(self._shared))
        except OSError:  # no more handles to be had
            return None, ()

        def work(send: Send, tally: Tally) -> None:
            for number in claims:
                send((number, deflate(self._stretch(*self._shared[number], tally))))

        hired = [worker for worker in (hire(work) for _ in range(count)) if worker is not None]
        return claims, hired

    def _next(self, number: int) -> Stretch | Deflated:
        """The stretch whose turn it is; others are made while a worker is at it."""
        while self._crew and number not in self._made:
            self._receive(wait=False)
            if number in self._made:
                break
            taken = next(self._claims, None) if self._claims is not None else None
            if taken == number:
                return self._stretch(*self._shared[number], self._watched)
            if taken is not None:
                self._made[taken] = deflate(self._stretch(*self._shared[taken], self._watched))
            elif not self._receive(wait=True):
                break
        if number in self._made:
            self._waiting.pop(number, None)
            return self._made.pop(number)
        told = bool(self._crew) or number in self._lost  # by a worker that is no more, of some of its rows
        return self._stretch(*self._shared[number], Unwatched() if told else self._watched)

    def _receive(self, *, wait: bool) -> bool:
        """Take what the workers have made, one stretch of each; false if all have one that is not wanted yet.

        Theirs come in order too, so the one that is wanted is none that comes after those.
        """
        asked = [worker for worker in self._crew if worker not in self._waiting.values()]
        for worker in Worker.with_pieces(asked, wait=wait):
            try:
                number, self._made[number] = worker.receive()
                self._waiting[number] = worker
            except WorkerFailedError:  # it has ended
                self._crew.remove(worker)
        self._watched.advance(0)
        if not self._crew and self._claims is not None:
            self._lost = frozenset(range(len(self._shared))) - set(self._claims)
        return bool(asked)

    def _stretch(self, key: str, span: range, progress: Progress | Tally) -> Iterator[bytes]:
        rows, heights = self._tables[key]
        for count, markup in rows.chunks(span):
            progress.advance(count)
            yield _with_heights(markup, heights)


class _Watched:
    """Tells of the rows of all processes.

    Args:
        progress: is told.
        crew: the workers.
    """

    def __init__(self, progress: Progress, crew: Sequence[Worker]) -> None:
        self._progress = progress
        self._crew = crew
        self._told = 0

    def begin(self, _stage: str, _total: int) -> None:
        """The work began before."""

    def advance(self, amount: int) -> None:
        """So many more rows are made here, and some by the workers."""
        done = sum(worker.tally.done for worker in self._crew)
        self._progress.advance(amount + done - self._told)
        self._told = done


def _with_heights(rows: bytes, heights: Mapping[int, float]) -> bytes:
    """Rows of a table, some of them with a height of their own."""
    if not heights:
        return rows

    def start(found: re.Match[bytes]) -> bytes:
        height = heights.get(int(found[1]))
        return found[0] if height is None else found[0] + f' ht="{height:g}" customHeight="1"'.encode()

    return _ROW_START.sub(start, rows)
