"""The rows of a table in stretches, which several processes make of a large one.

Where the stretches end follows from the table alone, so equal tables give equal bytes, however
many processors there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import pairwise
from typing import Final

from custbook_gen.backends.excel.deflate import Deflated, Stretch, deflate
from custbook_gen.backends.excel.rows import TableRows
from custbook_gen.backends.progress import Progress, Unwatched
from custbook_gen.workers import Send, Tally, Worker, WorkerFailedError, hire, spare_processors

_ROWS: Final = 8000
"""Rows of a stretch: so many that little is lost by deflating each by itself."""
_ROW_START: Final = re.compile(rb'<row r="([0-9]+)"')


def table_stretches(
    rows: TableRows, heights: Mapping[int, float], progress: Progress
) -> Iterator[Stretch | Deflated]:
    """All rows of a table.

    Args:
        rows: the table.
        heights: of some of the sheet's rows, by number.
        progress: is told of the rows.

    Raises:
        ValueError: while a stretch is used: a value that no cell can hold.
    """
    spans = [range(start, min(start + _ROWS, len(rows))) for start in range(0, len(rows), _ROWS)]
    own, *others = _shares(spans, min(len(spans), 1 + spare_processors()))
    crew = [hire(partial(_work, rows, heights, share)) for share in others]
    try:
        watched = _Watched(progress, crew)
        yield from (_stretch(rows, heights, span, watched) for span in own)
        for share, worker in zip(others, crew, strict=True):
            made = 0
            with suppress(WorkerFailedError):
                while worker is not None and made < len(share):
                    yield watched.received(worker)
                    made += 1
            # what it could not do, for whatever reason; it told of some of these rows before
            yield from (_stretch(rows, heights, span, Unwatched()) for span in share[made:])
    finally:
        for worker in crew:
            if worker is not None:
                worker.dismiss()


def _shares(spans: Sequence[range], count: int) -> list[Sequence[range]]:
    """As many shares of the spans, each of which follow one another; at least one, perhaps empty."""
    bounds = [len(spans) * at // max(count, 1) for at in range(max(count, 1) + 1)]
    return [spans[first:last] for first, last in pairwise(bounds)]


def _stretch(
    rows: TableRows, heights: Mapping[int, float], span: range, progress: Progress | Tally
) -> Iterator[bytes]:
    for count, markup in rows.chunks(span):
        progress.advance(count)
        yield _with_heights(markup, heights)


def _work(
    rows: TableRows, heights: Mapping[int, float], share: Sequence[range], send: Send, tally: Tally
) -> None:
    """A worker's share of the rows."""
    for span in share:
        send(deflate(_stretch(rows, heights, span, tally)))


class _Watched:
    """Tells of the rows of all processes.

    Args:
        progress: is told.
        crew: the workers.
    """

    def __init__(self, progress: Progress, crew: Sequence[Worker | None]) -> None:
        self._progress = progress
        self._crew = [worker for worker in crew if worker is not None]
        self._told = 0

    def begin(self, _stage: str, _total: int) -> None:
        """The work began before."""

    def advance(self, amount: int) -> None:
        """So many more rows are made here, and some by the workers."""
        done = sum(worker.tally.done for worker in self._crew)
        self._progress.advance(amount + done - self._told)
        self._told = done

    def received(self, worker: Worker) -> Deflated:
        """The next stretch that a worker made.

        Raises:
            WorkerFailedError: it failed.
        """
        while worker.is_working():
            self.advance(0)
        made: Deflated = worker.receive()
        self.advance(0)
        return made


def _with_heights(rows: bytes, heights: Mapping[int, float]) -> bytes:
    """Rows of a table, some of them with a height of their own."""
    if not heights:
        return rows

    def start(found: re.Match[bytes]) -> bytes:
        height = heights.get(int(found[1]))
        return found[0] if height is None else found[0] + f' ht="{height:g}" customHeight="1"'.encode()

    return _ROW_START.sub(start, rows)
