"""What reading one cell gave: a value, and what there is to say about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Final

from custbook_gen.issues import SEVERITIES, Severity
from custbook_gen.records import Value
from custbook_gen.value_objects import value_object

_JOINED: Final = (
    "\u0600-\u1cff\u2190-\u2bff\ua800-\uabff\ufb50-\ufdff\ufe0f\ufe70-\ufefc"
    "\U00010a00-\U00011fff\U0001e900-\U0001faff"
)
"""Scripts in which a joiner between two letters is spelling, from Arabic to Khmer, and pictographs."""
INVISIBLE: Final = re.compile(
    "[\u200b-\u200f\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]"
    f"(?<![{_JOINED}][\u200c\u200d](?=[{_JOINED}]))"
)


@value_object
class Note:
    """An issue's code, facts and suggestion, before its place is known.

    ``level`` is its severity where that is not the usual one of the code.
    """

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    suggestion: str | None = None
    level: Severity | None = None


@value_object
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


def visible(text: str) -> str:
    """A text without what nobody sees: control characters, joiners of nothing, halves of characters."""
    return INVISIBLE.sub("", text)


def wrong(code: str, suggestion: str | None = None, /, **facts: object) -> Reading:
    """A cell that cannot be used."""
    return Reading(None, (Note(code, facts, suggestion),))
