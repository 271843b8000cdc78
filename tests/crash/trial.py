"""Interrupts a command at its steps, one after the other, and looks at what is there then."""

from __future__ import annotations

import errno
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.crash.scenes import SCENES, Scene
from tests.crash.tracer import Ended, Fault, traced


@dataclass(frozen=True, slots=True)
class Failure:
    """What did not hold: where the command was interrupted, and what was found."""

    scene: str
    fault: Fault
    step: str
    found: str

    def __str__(self) -> str:
        return f"{self.scene}: {self.fault} ({self.step}): {self.found}"


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene with its folder made, copied for every trial."""

    name: str
    scene: Scene
    made: Path
    work: Path

    @classmethod
    def of(cls, name: str, folder: Path) -> Stage:
        """Make a scene's folder."""
        made = folder / "made"
        SCENES[name].make(made)
        return cls(name, SCENES[name], made, folder / "work")

    def run(self, fault: Fault | None, *, looks: bool = False) -> tuple[Ended, str]:
        """Run the command in a fresh copy of the folder; how it ended, and what it said."""
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.made, self.work)
        said = self.work.with_name("said.txt")
        said.unlink(missing_ok=True)

        def act() -> int:
            code, text = self.scene.run(self.work)
            said.write_text(text, encoding="utf-8")
            return code

        ended = traced(act, self.work, fault, looks=looks)
        return ended, said.read_text("utf-8") if said.exists() else ""

    def killed(self, at: int) -> Iterator[Failure]:
        """Kill the command at a step, and see what is there then and after the next run."""
        fault = Fault(at)
        ended, _ = self.run(fault)
        step = ended.steps[-1] if ended.steps else ""
        if ended.code is not None:
            yield Failure(self.name, fault, step, f"it was not killed, but ended with {ended.code}")
            return
        yield from self._held(fault, step, lambda: self.scene.standing(self.work))
        yield from self._held(fault, step, self._next)

    def refused(self, fault: Fault) -> Iterator[Failure]:
        """Let the system refuse a step: a sentence, nothing broken, and the next run does the work."""
        ended, said = self.run(fault, looks=True)
        hit = fault.at <= len(ended.steps)
        step = ended.steps[fault.at - 1] if hit else ""
        yield from self._held(fault, step, lambda: _a_sentence(ended, said))
        yield from self._held(fault, step, lambda: self.scene.standing(self.work))
        yield from self._held(fault, step, self._next)

    def _next(self) -> None:
        """The next run, and what must hold after it."""
        self.scene.between(self.work)
        code, said = self.scene.run(self.work, again=True)
        assert code in self.scene.accepts, f"the next run ended with {code}: {said}"
        self.scene.settled(self.work)

    def _held(self, fault: Fault, step: str, look: Callable[[], None]) -> Iterator[Failure]:
        try:
            look()
        except BaseException as error:  # noqa: BLE001  (whatever it is, it is what the trial is to find)
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno} {place.line}"
            yield Failure(self.name, fault, step, f"{type(error).__name__} at {where}: {error}")


def _a_sentence(ended: Ended, said: str) -> None:
    """A command that cannot do its work says why, in one sentence."""
    assert ended.code in {0, 1, 3}, f"it ended with {ended.code}: {said}"
    if ended.code == 3:
        assert said.strip().count("\n") == 0, said
        assert said.strip(), "it says nothing"


ERRORS: Final = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.ESTALE, errno.EBUSY)
"""A full disk, a broken one, no permission, a read-only one, a share that is gone, a file in use."""


def refuse(name: str, most: int | None = None, first: int = 1) -> Iterator[Failure | int]:
    """Let the system refuse a scene's command at its steps, looking included; every step in another way.

    Args:
        name: the scene.
        most: how many of the steps, evenly spread; every step where left out.
        first: the first one.
    """
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage.of(name, Path(folder))
        whole, _ = stage.run(None, looks=True)
        count = len(whole.steps)
        every = range(first, count + 1)
        picked = every if most is None or count <= most else every[:: max(1, len(every) // most)]
        for at in picked:
            error = ERRORS[at % len(ERRORS)]
            yield from stage.refused(Fault(at, error, lasting=at // len(ERRORS) % 2 == 1))
        yield len(picked)


TURNING: Final = frozenset(
    {"rename", "renameat", "renameat2", "unlink", "unlinkat", "fsync", "fdatasync", "mkdir"}
)
"""Calls after which other files are there, or on the disk, than before."""


def turning(steps: Sequence[str], most: int) -> list[int]:
    """The numbers of so many steps at which most changes, evenly spread; the last one always."""
    found = [number for number, step in enumerate(steps, 1) if step.partition(" ")[0] in TURNING]
    if len(found) <= most:
        return found
    return sorted({found[round((len(found) - 1) * at / (most - 1))] for at in range(most)})


def kill(name: str, most: int | None = None, first: int = 1) -> Iterator[Failure | int]:
    """Kill a scene's command at its steps; failures as they come, then how many steps.

    Args:
        name: the scene.
        most: how many of the steps at which most changes; every step where left out.
        first: the first one.
    """
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage.of(name, Path(folder))
        whole, said = stage.run(None)
        if whole.code not in {0, 1}:
            yield Failure(name, Fault(0), "", f"left alone, it ends with {whole.code}: {said}")
            return
        every = range(1, len(whole.steps) + 1)
        picked = [at for at in (every if most is None else turning(whole.steps, most)) if at >= first]
        for at in picked:
            yield from stage.killed(at)
        yield len(picked)
