"""How far long work has come, shown on standard error while it lasts; nothing where that is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from custbook_gen.backends.progress import Progress, Stage, Unwatched

PATIENCE: Final = 0.7
"""Seconds that work may take before anything is shown."""


@contextmanager
def watched(*, patience: float = PATIENCE) -> Iterator[Progress]:
    """Something that long work is told to, for as long as the block lasts."""
    if not sys.stderr.isatty():
        yield Unwatched()
        return
    bar = LateBar(patience)
    try:
        yield bar
    finally:
        bar.close()


class LateBar:
    """A progress bar that comes up when work takes long.

    Args:
        patience: seconds until then.
    """

    def __init__(self, patience: float) -> None:
        self._due = time.monotonic() + patience
        self._stage: tuple[Stage, int] | None = None
        self._done = 0
        self._bar: Progress | None = None
        self._stop: Callable[[], None] | None = None

    def begin(self, stage: Stage, total: int) -> None:
        """The next stage begins."""
        self._stage, self._done = (stage, total), 0
        if self._bar is not None:
            self._bar.begin(stage, total)

    def advance(self, amount: int) -> None:
        """So much more of it is done."""
        self._done += amount
        if self._bar is not None:
            self._bar.advance(amount)
        elif self._stage is not None and time.monotonic() >= self._due:
            self._show(*self._stage)

    def close(self) -> None:
        """Take the bar away."""
        if self._stop is not None:
            self._stop()

    def _show(self, stage: Stage, total: int) -> None:
        from custbook_gen.cli.progress_bar import Bar

        bar = Bar()
        self._bar, self._stop = bar, bar.close
        bar.begin(stage, total)
        bar.advance(self._done)
