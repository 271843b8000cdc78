"""What reading one cell gave: a value, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from custbook_gen.issues import SEVERITIES
from custbook_gen.records import Value


@dataclass(frozen=True, slots=True)
class Note:
    """An issue's code, facts and suggestion, before its place is known."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell's value, with notes on what was put right or is wrong with it."""

    value: Value = None
    notes: tuple[Note, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the cell holds nothing that can be used."""
        return any(SEVERITIES[note.code] == "error" for note in self.notes)

    def plus(self, *notes: Note) -> Reading:
        """The same value with earlier notes before its own."""
        return Reading(self.value, (*notes, *self.notes)) if notes else self


def wrong(code: str, suggestion: str | None = None, /, **facts: object) -> Reading:
    """A cell that cannot be used."""
    return Reading(None, (Note(code, facts, suggestion),))
