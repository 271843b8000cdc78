"""One bar with what is done, how fast, and how long it will still take."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from custbook_gen.backends.progress import IN_ROWS, IN_SECONDS, Stage
from custbook_gen.cli.language import tell

_MEGABYTE: Final = 1_000_000


class RateColumn(ProgressColumn):
    """Megabytes or rows per second; nothing where only time passes."""

    def render(self, task: Task) -> Text:
        """The rate, once it is known."""
        if task.speed is None or task.fields["stage"] in IN_SECONDS:
            return Text()
        if task.fields["stage"] in IN_ROWS:
            return Text(tell("progress.rows", count=f"{task.speed:,.0f}"))
        return Text(f"{task.speed / _MEGABYTE:,.1f} MB/s")


class Bar:
    """A bar on standard error that leaves nothing behind."""

    def __init__(self) -> None:
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %", markup=False),
            RateColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True, markup=False, emoji=False, highlight=False),
            transient=True,
        )
        self._task: TaskID | None = None
        self._bars.start()

    def begin(self, stage: Stage, total: int) -> None:
        """Show the next stage in place of the one before."""
        if self._task is not None:
            self._bars.remove_task(self._task)
        told = tell(f"progress.{stage}")
        self._task = self._bars.add_task(told, total=total or None, stage=stage)

    def advance(self, amount: int) -> None:
        """So much more is done."""
        if self._task is not None:
            self._bars.advance(self._task, amount)

    def close(self) -> None:
        """Take the bar away."""
        self._bars.stop()
