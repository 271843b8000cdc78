"""Coloured marks: conditional formats that are incomplete, cut up or rewired."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from custbook_gen.comparing import areas, first_gap, relative_formula
from custbook_gen.furniture import Area, FoundFormat, Furniture
from custbook_gen.mending.found import Damage, Found, stretches
from custbook_gen.workbook import ConditionalFormat


def mark_damages(found: Found, around: Furniture) -> Iterator[Damage]:
    """Conditional formats that are missing somewhere, or in more pieces than planned."""
    planned: dict[str, list[ConditionalFormat]] = {}
    for item in found.frame.conditional_formats:
        planned.setdefault(_planned_key(item), []).append(item)
    pieces: dict[str, list[FoundFormat]] = {}
    for piece in around.formats:
        pieces.setdefault(_found_key(piece), []).append(piece)
    for key, items in planned.items():
        there = pieces.get(key, [])
        wanted = [area for item in items for area in areas(item.ranges)]
        has = [area for piece in there for area in piece.areas]
        if len(there) > len(items) or not _covered(wanted, has, found.ready):
            yield Damage("highlight-altered")
            return


def _planned_key(item: ConditionalFormat) -> str:
    top, left = areas(item.ranges)[0][:2]
    return relative_formula(item.formula, top, left)


def _found_key(piece: FoundFormat) -> str:
    top, left = piece.areas[0][:2] if piece.areas else (1, 1)
    kind = "" if piece.kind == "expression" else piece.kind
    return kind + relative_formula(piece.formula or "", top, left)


def _covered(wanted: Sequence[Area], has: Sequence[Area], last: int) -> bool:
    """Whether rectangles cover what is wanted down to a row."""
    return all(
        first_gap(stretches(has, column), top, min(bottom, last)) is None
        for top, left, bottom, right in wanted
        for column in range(left, right + 1)
    )


def own_formats(found: Found, around: Furniture) -> tuple[FoundFormat, ...]:
    """What is left of our conditional formats: known by their formulas, however cut up or rewired."""
    planned = {_planned_key(item) for item in found.frame.conditional_formats}
    shapes = {_shape(item.formula) for item in found.frame.conditional_formats}
    return tuple(
        piece
        for piece in around.formats
        if _found_key(piece) in planned or (_is_marked(piece.formula) and _shape(piece.formula) in shapes)
    )


def _is_marked(formula: str | None) -> bool:
    """Whether a formula is one of ours for sure: it uses names of ours, or lost what it referred to."""
    return formula is not None and any(mark in formula for mark in ("cb_", "「", "#REF!"))


def _shape(formula: str | None) -> str:
    """A formula with all that it refers to left open."""
    return re.sub(r"#REF!|\$?\b[A-Z]{1,3}\$?[0-9]{1,7}\b", "?", re.sub(r"[\s']", "", formula or ""))
