"""Whole processes, measured from outside: time, processor time and peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


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

    def to_json(self) -> dict[str, object]:
        """The figures as plain data."""
        return {
            "median": round(self.median, 4),
            "least": round(min(self.seconds), 4),
            "most": round(max(self.seconds), 4),
            "cpu": round(statistics.median(self.cpu), 4),
            "peak_mib": round(self.peak, 1),
            "bytes": self.size,
        }


def measure(cases: Sequence[Case], runs: int, env: Mapping[str, str]) -> dict[str, Figures]:
    """Run every case so many times, in turn (A B C A B C …), so that a drifting machine hits all alike."""
    found = {case.name: Figures() for case in cases}
    for _ in range(runs):
        for case in cases:
            case.prepare()
            _run(case, found[case.name], env)
    return found


def _run(case: Case, figures: Figures, env: Mapping[str, str]) -> None:
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603  (our own commands)
        case.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **env}
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode not in case.accepts:
        raise SystemExit(f"{case.name} failed: {said.decode(errors='replace')[-2000:]}")
    scale = 2**20 if sys.platform == "darwin" else 2**10
    figures.seconds.append(float(said.split()[-1]) if case.tells else seconds)
    figures.cpu.append(usage.ru_utime + usage.ru_stime)
    figures.peak = max(figures.peak, usage.ru_maxrss / scale)
    if case.output is not None:
        figures.size = case.output.stat().st_size
