"""Where a command's workbook is, told by the words of its command line.

Every kind of place that a workbook can be in is known here alone; the actions work with
the :class:`Backend` of the target, whatever it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from custbook_gen.backends import Backend
from custbook_gen.backends.excel import ExcelFile


@dataclass(frozen=True, slots=True)
class Target:
    """A workbook that a command works on."""

    name: str
    """What messages call it: a file's base name."""
    source: str
    """Where it is, as reports name it."""
    folder: Path
    """Where its project is looked for, upwards."""
    workbook: Backend


def open_target(where: str | Path | Target) -> Target:
    """The workbook that the words of a command line, or a path, name; one that is open stays as it is.

    Nothing is read yet, and nothing need be there.
    """
    if isinstance(where, Target):
        return where
    path = Path(where)
    return Target(path.name, str(path), path.parent, ExcelFile(path))
