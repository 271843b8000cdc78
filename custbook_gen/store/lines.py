"""Lines of the store's own tables as what they tell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from custbook_gen.records import Revision, Value
from custbook_gen.schema import Sheet
from custbook_gen.store import wire

MARK_LENGTH: Final = 16


def revision_of(line: Any) -> Revision:
    """A revision as its line says."""
    return Revision(line.number, wire.moment(line.at), line.user, line.action, line.source)


def mark_of(line: Any) -> str:
    """What tells a revision from another one of the same number, in a store that was put back."""
    told = (line.number, line.at, line.user, line.action, line.source, line.workbook_id)
    return hashlib.sha256(wire.dump(told).encode()).hexdigest()[:MARK_LENGTH]


def values_of(sheet: Sheet, text: str | None) -> Mapping[str, Value]:
    """One side of a change; fields that are left out of the schema are left out here."""
    if text is None:
        return {}
    fields = sheet.by_key  # what it lacks is left out of the schema
    return {key: wire.decode(fields[key], value) for key, value in wire.load(text).items() if key in fields}
