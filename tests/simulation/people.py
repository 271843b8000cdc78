"""Somebody who plays, and what happened to all of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.simulation.hands import Hand
from tests.simulation.model import Copy


@dataclass(slots=True)
class Person:
    """Somebody with a workbook: the file or spreadsheet, and what the model says that it is."""

    name: str
    hand: Hand
    copy: Copy
    lang: str
    kept: dict[str, Copy] = field(default_factory=dict)
    """What the kept copies of the file are, by their names."""
    cut_off: bool = False
    """The last sync was killed after it had stored something."""


@dataclass(slots=True)
class Tally:
    """What happened in a play."""

    edits: int = 0
    syncs: int = 0
    killed: int = 0
    cut_off: int = 0
    clashes: int = 0
    held: int = 0
    inserted: int = 0
    deleted: int = 0
    restored: int = 0
    copied: int = 0
