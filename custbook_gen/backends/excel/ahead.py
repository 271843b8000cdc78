"""A workbook that a worker reads while this process gets ready for it."""

from __future__ import annotations

from collections.abc import Callable

from custbook_gen.backends.progress import Progress
from custbook_gen.workbook import RawWorkbook
from custbook_gen.workers import Send, Tally, WorkerFailedError, hire

Soon = Callable[[RawWorkbook], None]
"""Is told what is known before the large sheets are read."""
Reading = Callable[[Progress, Soon], RawWorkbook]


class ReadAhead:
    """The small tabs of a workbook first, then all of it; nothing where the worker failed.

    Args:
        reading: reads the workbook.
        progress: is told how far that has come, whenever somebody waits for it.
    """

    def __init__(self, reading: Reading, progress: Progress) -> None:
        self._worker = hire(lambda send, tally: _read(reading, send, tally))
        self._progress = progress
        self._soon: RawWorkbook | None = None
        self._told = 0

    def soon(self) -> RawWorkbook | None:
        """What could be told soonest."""
        if self._soon is None:
            self._soon = self._received()
        return self._soon

    def whole(self) -> RawWorkbook | None:
        """Everything; asked for once."""
        found = None if self.soon() is None else self._received()
        if self._worker is not None:
            self._worker.dismiss()
        return found

    def _received(self) -> RawWorkbook | None:
        if self._worker is None:
            return None
        while self._worker.is_working():
            self._tell(self._worker.tally)
        try:
            found: RawWorkbook = self._worker.receive()
        except WorkerFailedError:
            self._worker.dismiss()
            self._worker = None
            return None
        self._tell(self._worker.tally)
        return found

    def _tell(self, tally: Tally) -> None:
        if not self._told:
            self._progress.begin("read", tally.total)
        self._progress.advance(tally.done - self._told)
        self._told = tally.done


def _read(reading: Reading, send: Send, tally: Tally) -> None:
    """The work of the worker."""
    told: list[RawWorkbook] = []

    def soon(known: RawWorkbook) -> None:
        told.append(known)
        send(known)

    whole = reading(tally, soon)
    if not told:
        send(whole)
    send(whole)
