"""How far long work has come, told to whoever wants to know; nobody, unless said otherwise."""

from __future__ import annotations

from typing import IO, Final, Literal, Protocol

Stage = Literal["read", "check", "make", "write", "verify", "copy", "wait"]
IN_ROWS: Final = frozenset[Stage]({"make", "copy"})
"""Stages that are told in rows; all others but those in seconds are told in bytes."""
IN_SECONDS: Final = frozenset[Stage]({"wait"})
"""Stages in which time passes and nothing else."""


class Progress(Protocol):
    """Listens to long work."""

    def begin(self, stage: Stage, total: int) -> None:
        """The next stage begins.

        Args:
            stage: what is done.
            total: how many bytes, rows or seconds there are; 0 where nobody knows.
        """
        ...

    def advance(self, amount: int) -> None:
        """So many more bytes or rows are done, or seconds over."""
        ...


class Unwatched:
    """Nobody wants to know."""

    def begin(self, stage: Stage, total: int) -> None:
        """Nothing is told."""

    def advance(self, amount: int) -> None:
        """Nothing is told."""


class WatchedReading:
    """A stream that tells what is read of it.

    Args:
        source: the stream.
        progress: is told.
    """

    def __init__(self, source: _Readable, progress: Progress) -> None:
        self._source = source
        self._progress = progress

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        data = self._source.read(size)
        self._progress.advance(len(data))
        return data

    def seek(self, offset: int, /) -> int:
        """Go back to the start."""
        return self._source.seek(offset)


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...

    def seek(self, offset: int, /) -> int: ...


class WatchedWriting:
    """A file that tells what is written into it.

    Args:
        file: the file.
        progress: is told.
    """

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self.tell = file.tell
        self.seek = file.seek

    def write(self, data: bytes, /) -> int:
        """Write some bytes."""
        self._progress.advance(len(data))
        return self._file.write(data)
