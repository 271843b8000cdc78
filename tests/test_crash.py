"""Commands are killed, really, while they write: after the next run everything is there once.

Here at some steps of each; ``python -m tests.crash --all`` takes every step of every command.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.__main__ import CANNOT
from tests.crash.scenes import SCENES
from tests.crash.trial import turning

ROOT = Path(__file__).parent.parent


GROUPS = (
    ("sync",),
    ("sync, touched up", "sync, others meanwhile"),
    ("schema", "undo", "import", "init"),
    ("generate", "generate over", "backup", "backup by name"),
    ("restore", "restore a damaged store", "restore a lost project", "move"),
)
"""Scenes that share a process."""


@pytest.mark.parametrize("scenes", GROUPS, ids=lambda group: group[0])
def test_a_killed_command_loses_and_doubles_nothing(scenes: tuple[str, ...]) -> None:
    words = [
        sys.executable,
        "-m",
        "tests.crash",
        *scenes,
        "--most",
        "3" if scenes[0].startswith("sync") else "2",
    ]
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True, timeout=300)
    if done.returncode == CANNOT:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_scene_is_left_out() -> None:
    assert sorted(name for group in GROUPS for name in group) == sorted(SCENES)


@pytest.mark.parametrize(("scene", "most"), [("sync", 8), ("backup", 4)])
def test_what_the_system_refuses_is_told_and_can_be_repeated(scene: str, most: int) -> None:
    words = [sys.executable, "-m", "tests.crash", scene, "--errors", "--most", str(most)]
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True, timeout=300)
    if done.returncode == CANNOT:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_left_undone_is_noticed(tmp_path: Path) -> None:
    """The trial itself: a command that writes in place, without a draft, is found out."""
    program = tmp_path / "careless.py"
    program.write_text(CARELESS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, program], cwd=ROOT, check=False, capture_output=True, text=True, timeout=60,
        env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    if done.returncode == CANNOT:
        pytest.skip(done.stderr.strip())
    assert done.stdout.split() == ["half", "whole"]


CARELESS = """
import os, sys, tempfile
from pathlib import Path
from tests.crash.tracer import Fault, refused, traced
if refused():
    sys.exit(77)
folder = Path(tempfile.mkdtemp())
def careless():
    with open(folder / "book", "wb", buffering=0) as file:
        file.write(b"1")
        file.write(b"2")
    return 0
for at in (3, 4):
    ended = traced(careless, folder, Fault(at))
    assert (ended.code is None) == (at == 3), ended
    print("whole" if (folder / "book").read_bytes() == b"12" else "half")
"""


def test_few_steps_are_those_at_which_most_changes() -> None:
    steps = ["write a", "fsync a", "write b", "rename a", "unlink b", "write c", "fsync ."]
    assert turning(steps, 2) == [2, 7]
    assert turning(steps, 9) == [2, 4, 5, 7]
