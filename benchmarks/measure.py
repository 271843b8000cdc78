"""Whole processes, measured from outside: time, processor time and peak memory."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

LAUNCH: Final = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True)
class Case:
    """A command to be measured; ``prepare`` puts its files right before each run."""

    name: str
    command: Sequence[str]
    prepare: Callable[[], None] = lambda: None
    output: Path | None = None
    """The file that it writes, if its size matters."""
    accepts: frozenset[int] = frozenset({0})
    """Exit codes that mean it did its work."""
    tells: bool = False
    """Its output is the seconds that count: only a part of the process is measured."""


@dataclass(slots=True)
class Figures:
    """What the runs of one case took."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: float = 0.0
    """Largest resident memory of any run, in MiB."""
    size: int | None = None
    """Bytes of the file written."""

    @property
    def median(self) -> float:
        """The median of the wall-clock seconds."""
        return statistics.median(self.seconds)

    @property
    def processor(self) -> float:
        """The median of the processor seconds, children's included."""
        return statistics.median(self.cpu)


def measure(cases: Sequence[Case], runs: int, env: Mapping[str, str]) -> dict[str, Figures]:
    """Run every case so many times, in turn (A B C A B C …), so that a drifting machine hits all alike."""
    found = {case.name: Figures() for case in cases}
    for _ in range(runs):
        for case in cases:
            case.prepare()
            _run(case, found[case.name], env)
    return found


def _run(case: Case, figures: Figures, env: Mapping[str, str]) -> None:
    done = subprocess.run(  # noqa: S603  (our own commands)
        [sys.executable, "-I", "-S", str(LAUNCH), *case.command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # modules are compiled once, as those of an installed package are
        env={**os.environ, **env, "PYTHONDONTWRITEBYTECODE": ""},
        check=False,
    )
    said, _, last = done.stdout.decode(errors="replace").rpartition("\n")
    if done.returncode:
        raise SystemExit(f"{case.name} could not be started: {last}")
    told = json.loads(last)
    if told["code"] not in case.accepts:
        raise SystemExit(f"{case.name} failed: {said[-2000:]}")
    figures.seconds.append(float(said.split()[-1]) if case.tells else told["seconds"])
    figures.cpu.append(told["cpu"])
    figures.peak = max(figures.peak, told["peak"])
    if case.output is not None:
        figures.size = case.output.stat().st_size
