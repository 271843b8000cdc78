"""How complete customers' records are (section 5.6)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from custbook_gen.derive.facts import Facts
from custbook_gen.records import Row, Table, Value
from custbook_gen.schema import TEXTUAL, Field, Sheet

PERSON: Final = "person"
"""Customer type of natural persons; every other type is an organisation."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A field, or a group of which one field is enough, and what it weighs."""

    places: tuple[tuple[int, bool], ...]
    """Where the values stand in a row, and whether they are free text."""
    weight: int


def completeness(facts: Facts) -> dict[str, Value]:
    """资料完整度: weight of fields filled / weight of fields that apply, per cent, rounded half up (5.6).

    Required fields weigh 3, recommended 2, others 1; fields of which one is enough count
    once, as required.  Computed fields, numbers given by the tool and sensitive fields are
    left out, and so are those for the other kind of customer (for both kinds where the
    type is not known).  A text that stands for nothing (无, N/A, ...) counts as empty.  What
    is kept is valid: rows with an error are held back.
    """
    sheet, table = facts.sheets.get("customers"), facts.tables.get("customers")
    if sheet is None or table is None or "customer_id" not in table.fields:
        return {}
    kinds: tuple[Literal["person", "organisation"] | None, ...] = ("person", "organisation", None)
    person, organisation, unknown = kinds
    parts = {kind: _parts(sheet, table, kind, facts) for kind in kinds}
    types = dict(table.column("customer_type")) if "customer_type" in table.fields else {}
    nothing = frozenset(_folded(text) for text in facts.settings.completeness.placeholders)
    longest = max(map(len, nothing), default=0)
    wholes = {kind: sum(part.weight for part in applicable) for kind, applicable in parts.items()}
    shares: dict[str, Value] = {}
    for key, row in table.rows.items():
        given = types.get(key)
        kind = unknown if given is None else person if given == PERSON else organisation
        whole = wholes[kind]
        if whole:
            filled = sum(part.weight for part in parts[kind] if _is_filled(row, part, nothing, longest))
            shares[key] = (200 * filled + whole) // (2 * whole)
    return shares


def _parts(
    sheet: Sheet, table: Table, kind: Literal["person", "organisation"] | None, facts: Facts
) -> Sequence[_Part]:
    weights = facts.settings.completeness
    groups: dict[str, list[tuple[int, bool]]] = {}
    parts: list[_Part] = []
    for field in sheet.stored_fields:
        out = field.type == "auto" or field.personal == "sensitive" or field.key not in table.fields
        if out or field.applies not in (None, kind):
            continue
        place = table.position(field.key), field.kind in TEXTUAL
        if field.one_of is not None:
            groups.setdefault(field.one_of, []).append(place)
        else:
            parts.append(_Part((place,), _weight(field, facts)))
    return parts + [_Part(tuple(places), weights.required_weight) for places in groups.values()]


def _weight(field: Field, facts: Facts) -> int:
    weights = facts.settings.completeness
    if field.required:
        return weights.required_weight
    return weights.recommended_weight if field.recommended else weights.optional_weight


def _is_filled(row: Row, part: _Part, nothing: frozenset[str], longest: int) -> bool:
    for at, free in part.places:
        value = row[at]
        if value is None or value in ((), ""):
            continue
        if not (free and isinstance(value, str) and len(value) <= 2 * longest and _folded(value) in nothing):
            return True
    return False


def _folded(text: str) -> str:
    """A text without differences of width, case and blanks."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def completeness_band(facts: Facts) -> dict[str, Value]:
    """完整度等级: ``complete`` from 90 % on, ``good`` from 70, ``fair`` from 50, else ``poor`` (5.6)."""
    limits = facts.settings.completeness
    bands: Mapping[str, int] = {"complete": limits.complete, "good": limits.good, "fair": limits.fair}
    shares = ((key, share) for key, share in facts.once(completeness).items() if isinstance(share, int))
    return {
        key: next((band for band, least in bands.items() if share >= least), "poor") for key, share in shares
    }
