"""Tries every workbook below a folder: ``python -m tests.corpus CORPUS [RESULTS.jsonl]``.

Workbooks are tried in a process of their own with bounded memory; one that takes too long
is ended and told.  Exit code 1 if anything broke.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO

from tests.corpus.gather import SUFFIXES
from tests.corpus.trial import Outcome, as_json, attempt

SECONDS = 60.0
"""For one workbook, all steps together."""

MEMORY = 3 << 30
"""Bytes of address space of the process that tries workbooks."""


def find(corpus: Path) -> list[Path]:
    """The workbooks below a folder."""
    return sorted(path for path in corpus.rglob("*") if path.suffix.lower() in SUFFIXES)


def run(paths: Sequence[Path], seconds: float = SECONDS) -> Iterator[Outcome]:
    """Try workbooks one after the other."""
    waiting = list(paths)
    while waiting:
        worker = _Worker()
        while waiting:
            path = waiting.pop(0)
            outcome = worker.attempt(path, seconds)
            yield outcome
            if worker.ended:
                break
        worker.end()


class _Worker:
    """A process that tries workbooks until it is ended, by itself or from outside."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.corpus", "--worker"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lines: Queue[str] = Queue()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input: IO[str] = self._process.stdin
        Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()
        self.ended = False

    def attempt(self, path: Path, seconds: float) -> Outcome:
        """Try one workbook; ``ended`` tells that it was too much for the process."""
        self._input.write(f"{path}\n")
        self._input.flush()
        try:
            line = self._lines.get(timeout=seconds)
        except Empty:
            self.ended = True
            return Outcome(str(path), f"!no end after {seconds:.0f} s")
        if not line:
            self.ended = True
            return Outcome(str(path), "!the process died")
        return Outcome(**json.loads(line))

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._input.close()

    def _listen(self, output: IO[str]) -> None:
        with output:
            for line in output:
                self._lines.put(line)
        self._lines.put("")


def work() -> None:
    """Try the workbooks named on standard input; one line of JSON tells of each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for line in sys.stdin:
        sys.stdout.write(json.dumps(as_json(attempt(Path(line.rstrip("\n"))))) + "\n")
        sys.stdout.flush()


def summary(outcomes: Sequence[Outcome]) -> str:
    """How many workbooks ended how, step by step, and everything that broke."""
    lines = [f"{len(outcomes)} workbooks, slowest {max((o.seconds for o in outcomes), default=0):.1f} s"]
    for step in ("read", "patch", "mend"):
        counts = Counter(getattr(outcome, step).partition(" ")[0] for outcome in outcomes)
        counts.pop("", None)
        lines.append(f"{step}: " + ", ".join(f"{code} {count}" for code, count in counts.most_common()))
    lines += [f"{outcome.path}: {' / '.join(outcome.broken())}" for outcome in outcomes if outcome.broken()]
    return "\n".join(lines)


def main(words: list[str]) -> int:
    """Run over a folder and tell."""
    if words == ["--worker"]:
        work()
        return 0
    if not words or not Path(words[0]).is_dir():
        sys.stderr.write("usage: python -m tests.corpus CORPUS [RESULTS.jsonl]\n")
        return 2
    outcomes = list(run(find(Path(words[0]))))
    if len(words) > 1:
        lines = (json.dumps(as_json(outcome), ensure_ascii=False) for outcome in outcomes)
        Path(words[1]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(summary(outcomes) + "\n")
    return 1 if not outcomes or any(outcome.broken() for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
