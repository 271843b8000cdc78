"""Input rules: gone from some cells, or replaced by others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from custbook_gen.comparing import first_gap, plain_formula
from custbook_gen.furniture import Area
from custbook_gen.layout import STATUS
from custbook_gen.mending.found import Damage, Found, stretches
from custbook_gen.workbook import MAX_ROWS, RawRule, RawSheet, Rule

RULES: Final = frozenset({"rule-missing", "rule-altered"})
REACH: Final = 64
"""So many columns beside ours are looked at for rules of ours."""


def rule_damages(found: Found) -> Iterator[Damage]:
    """Per column: rules gone from some rows, or replaced by others."""
    first = found.here.first_row
    for key, plan in found.planned.items():
        rule, column = plan.rule, found.here.columns[key]
        if rule is None or key == STATUS:
            continue
        over = [item for item in found.tab.rules if _covers_any(item, column, first, found.last)]
        same = [item for item in over if same_rule(rule, first, item)]
        spans = stretches((area for item in same for area in item.rectangles), column)
        end = max(found.last, min(found.ready, max((bottom for _, bottom in spans), default=0)))
        gap = None if rule.kind == "any" else first_gap(spans, first, end)
        area = None if gap is None else (gap, column, gap, column)
        if len(over) > len(same):
            yield Damage("rule-altered", key, area)
        elif gap is not None:
            yield Damage("rule-missing", key, area)


def stray_rules(found: Found) -> Iterator[Area]:
    """Rules of ours that were moved beside our columns, where they would block a column yet to be made.

    Ours is what says exactly what one of ours says, from the first row on, where nothing stands;
    a rule that only prompts cannot be told from other people's, and hinders nobody.
    """
    planned = [
        plan.rule for plan in found.planned.values() if plan.rule is not None and plan.rule.kind != "any"
    ]
    first, beside = found.here.first_row, found.rightmost + 1
    for item in found.tab.rules:
        if not any(same_rule(rule, first, item) for rule in planned):
            continue
        for top, left, bottom, right in item.rectangles:
            for column in range(max(left, beside), min(right, beside + REACH) + 1):
                if top == first and _is_empty(found.tab, column):
                    yield top, column, bottom, column


def _is_empty(tab: RawSheet, column: int) -> bool:
    """Whether nothing stands in a column."""
    filled = any(tab.cell(row, column) not in (None, "") for row in tab.rows)
    return not filled and all(at != column for _, at in tab.formulas)


def same_rule(rule: Rule, first_row: int, found: RawRule) -> bool:
    """Whether a rule that was found does what ours, written for its first row, does."""
    if found.kind.lower().replace("_", "") != rule.kind.replace("_", ""):
        return False
    if rule.kind == "any":
        return True
    if found.rejects != rule.rejects:
        return False
    top = min(rectangle[0] for rectangle in found.rectangles)
    pairs = [(rule.formula1, found.formula1)]
    if rule.kind not in {"list", "custom"}:
        pairs.append((rule.formula2, found.formula2))
        if found.operator != rule.operator:
            return False
    return all(_relative(ours or "", first_row) == _relative(theirs or "", top) for ours, theirs in pairs)


def _relative(formula: str, row: int) -> str:
    """A rule's formula with the row that it is written for left open; some programs write 0 for FALSE."""
    if plain_formula(formula) == "FALSE":
        return "0"
    return re.sub(rf"(?<=[A-Z]){row}(?!\d)", "#", plain_formula(formula))


def _covers_any(found: RawRule, column: int, first: int, last: int) -> bool:
    return any(
        left <= column <= right and top <= last and bottom >= first
        for top, left, bottom, right in found.rectangles
    )


def reach(tab: RawSheet, column: int) -> int:
    """The last row that any rule covers in a column."""
    spans = stretches((area for rule in tab.rules for area in rule.rectangles), column)
    return min(MAX_ROWS, max((bottom for _, bottom in spans), default=0))
