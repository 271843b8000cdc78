"""Where each kind of condition may stand and how many values it takes, derived from the words of the
discovery document."""

from __future__ import annotations

import importlib.resources
import json
import re
from dataclasses import dataclass
from functools import cache

from tests.sheets_server.errors import Json
from tests.sheets_server.evidence import Behaviour, Evidence

BEHAVIOURS = (
    Behaviour(
        "conditions-by-use",
        "which conditions input rules, conditional formats and filters take, and with how many values",
        Evidence.DOCUMENTED,
        "enumDescriptions of BooleanCondition.type; one refusal in taylorwilsdon/google_workspace_mcp "
        "issue 892",
    ),
)

USES = {
    "DataValidationRule": "data validation",
    "BooleanRule": "conditional formatting",
    "FilterCriteria": "filters",
}
"""The message type that holds a condition: what the descriptions call that use."""


@dataclass(frozen=True)
class ConditionRule:
    """Where a condition may stand, and the least and the most values that it takes."""

    uses: frozenset[str]
    least: int
    most: float


@cache
def rules() -> dict[str, ConditionRule]:
    """One rule per condition type, read from ``enumDescriptions``."""
    folder = importlib.resources.files("googleapiclient.discovery_cache.documents")
    kind: Json = json.loads((folder / "sheets.v4.json").read_text("utf-8"))["schemas"]["BooleanCondition"]
    kind = kind["properties"]["type"]
    return {
        name: _rule(words)
        for name, words in zip(kind["enum"], kind["enumDescriptions"], strict=True)
        if name != "CONDITION_TYPE_UNSPECIFIED"
    }


def _rule(words: str) -> ConditionRule:
    supported = re.search(r"Supported by ([^.]*)\.", words)
    uses = frozenset(use for use in USES.values() if supported and use in supported[1])
    if "data source objects" in (supported[1] if supported else ""):
        uses = frozenset()
    if "any number of" in words:
        return ConditionRule(uses, 1, float("inf"))
    if "zero, one or two" in words:
        return ConditionRule(uses, 0, 2)
    if "Requires no ConditionValues" in words:
        return ConditionRule(uses, 0, 0)
    if "exactly two" in words:
        return ConditionRule(uses, 2, 2)
    return ConditionRule(uses, 1, 1)


def problems(condition: Json, use: str | None, path: str) -> list[str]:
    """What is wrong with a ``BooleanCondition`` in a use of it."""
    kind = condition.get("type")
    rule = rules().get(str(kind))
    if rule is None:
        return [f"Invalid value at '{path}.type' (enum), a condition needs a type"]
    found = []
    if use is not None and use not in rule.uses:
        found.append(f"Invalid value at '{path}.type': ConditionType '{kind}' is not supported by {use}")
    count = len(condition.get("values") or [])
    if not rule.least <= count <= rule.most:
        found.append(f"Invalid value at '{path}.values': ConditionType '{kind}' does not take {count} values")
    return found
