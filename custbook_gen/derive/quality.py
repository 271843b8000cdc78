"""How complete customers' records are (section 5.6)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, repeat
from operator import or_
from typing import Final, Literal

from custbook_gen.derive.facts import Facts
from custbook_gen.portions import PORTION, JoinedTexts
from custbook_gen.records import Table, Value
from custbook_gen.schema import TEXTUAL, Field, Sheet
from custbook_gen.value_objects import value_object

PERSON: Final = "person"
"""Customer type of natural persons; every other type is an organisation."""


@value_object
class _Part:
    """A field, or a group of which one field is enough, and what it weighs."""

    places: tuple[tuple[str, bool], ...]
    """The fields, and whether their values are free text."""
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
    types = dict(table.column("customer_type")) if "customer_type" in table.fields else {}
    nothing = frozenset(_folded(text) for text in facts.settings.completeness.placeholders)
    members: dict[Literal["person", "organisation"] | None, list[str]] = {kind: [] for kind in kinds}
    for key in table.rows:
        given = types.get(key)
        members[unknown if given is None else person if given == PERSON else organisation].append(key)
    shares: dict[str, Value] = dict.fromkeys(table.rows)
    for kind, keys in members.items():
        parts, some = _parts(sheet, table, kind, facts), set(keys)
        whole = sum(part.weight for part in parts)
        if whole and keys:
            theirs = None if len(keys) == len(shares) else [key in some for key in shares]
            own = _points(table, theirs, parts, nothing)
            shares.update(
                (key, (200 * one + whole) // (2 * whole)) for key, one in zip(keys, own, strict=True)
            )
    return {key: share for key, share in shares.items() if share is not None}


def _parts(
    sheet: Sheet, table: Table, kind: Literal["person", "organisation"] | None, facts: Facts
) -> Sequence[_Part]:
    weights = facts.settings.completeness
    groups: dict[str, list[tuple[str, bool]]] = {}
    parts: list[_Part] = []
    for field in sheet.stored_fields:
        out = field.type == "auto" or field.personal == "sensitive" or field.key not in table.fields
        if out or field.applies not in (None, kind):
            continue
        place = field.key, field.kind in TEXTUAL
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


def _points(
    table: Table, theirs: Sequence[bool] | None, parts: Sequence[_Part], nothing: frozenset[str]
) -> Iterable[int]:
    """What filled parts add up to, of every one of some records."""
    always, now_and_then = 0, list[list[int]]()
    for part in parts:
        filled = _filled_parts(table, theirs, part, nothing)
        if all(filled):
            always += part.weight
        elif any(filled):
            now_and_then.append([part.weight if known else 0 for known in filled])
    if not now_and_then:
        return repeat(always, len(table.rows) if theirs is None else sum(theirs))
    return (always + sum(weights) for weights in zip(*now_and_then, strict=True))


def _filled_parts(
    table: Table, theirs: Sequence[bool] | None, part: _Part, nothing: frozenset[str]
) -> Sequence[bool]:
    """Whether any field of a part is filled, of some records or of all."""
    longest = max(map(len, nothing), default=0)
    filled: Sequence[bool] = ()
    for key, free in part.places:
        values = table.values(key)
        column = list(values if theirs is None else compress(values, theirs))
        if _is_empty(column):
            continue
        empty: set[Value] = {None, "", ()}
        if free:
            texts = {value for value in column if isinstance(value, str) and len(value) <= 2 * longest}
            empty |= {text for text in texts if _folded(text) in nothing}
        own = [value not in empty for value in column]
        filled = list(map(or_, filled, own)) if filled else own
    return filled or [False]


def _is_empty(column: Sequence[Value]) -> bool:
    """Whether there is no value at all, as in many columns of most books."""
    return column[0] is None and column.count(None) == len(column)


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


def filled_cells(facts: Facts) -> Mapping[str, Mapping[str, int]]:
    """In how many records of each sheet each stored field holds anything."""
    return {sheet: _filled(table) for sheet, table in facts.tables.items()}


def _filled(table: Table) -> Mapping[str, int]:
    columns, total, empty = table.stretches(), len(table.rows), [0] * len(table.fields)
    for start in range(0, total, PORTION):
        there = columns(start, min(start + PORTION, total))
        empty = [known + _empty(column) for known, column in zip(empty, there, strict=True)]
    return {key: total - none for key, none in zip(table.fields, empty, strict=True)}


def _empty(column: Sequence[Value]) -> int:
    """How many values there are not; ``count`` would ask every decimal whether it equals nothing."""
    if isinstance(column, JoinedTexts):
        return column.gaps
    if _is_empty(column):
        return len(column)
    return len([None for value in column if value is None])
