"""A listener to long work, which keeps what it is told."""

from __future__ import annotations

from custbook_gen.backends.progress import Stage


class Heard:
    """What was told of some work: its stages with their totals, and how much of each was done."""

    def __init__(self) -> None:
        self.stages: list[tuple[Stage, int]] = []
        self.done: list[int] = []

    def begin(self, stage: Stage, total: int) -> None:
        self.stages.append((stage, total))
        self.done.append(0)

    def advance(self, amount: int) -> None:
        self.done[-1] += amount
