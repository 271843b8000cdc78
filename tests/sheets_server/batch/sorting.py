"""``sortRange``."""

from __future__ import annotations

from typing import Any

from tests.sheets_server import evaluate, formula_text
from tests.sheets_server.a1 import Area
from tests.sheets_server.batch.edit import Edit
from tests.sheets_server.errors import Json, bad
from tests.sheets_server.evidence import Behaviour, Evidence

BEHAVIOURS = (
    Behaviour(
        "sort-order",
        "ascending: numbers, texts, FALSE, TRUE, errors, and empty cells last whatever the order",
        Evidence.UNVERIFIED,
        "help pages; mixed columns need a trial",
    ),
    Behaviour(
        "sort-keeps-formulas",
        "a sorted formula keeps relative references within its own row",
        Evidence.UNVERIFIED,
        "our reading of what the product shows",
    ),
)


def sort_range(edit: Edit, request: Json) -> Json:
    """``sortRange``: rows of the range by one column after the other; protection and rules stay where they
    are."""
    area = edit.writable(edit.range_of(request))
    specs = request.get("sortSpecs", [])
    if not specs:
        raise bad("At least one sort spec must be given")
    shown = evaluate.ShownValues(edit.spreadsheet, settled=False)
    order = list(range(area.top, area.bottom))
    for spec in reversed(specs):
        column = spec.get("dimensionIndex", 0)
        if not area.left <= column < area.right:
            raise bad(f"sort_spec.dimension_index[{column}] is outside the range")
        descending = spec.get("sortOrder") == "DESCENDING"
        keyed = {row: _sort_key(shown.effective(area.tab, row, column)) for row in order}
        filled = [row for row in order if keyed[row] is not None]
        filled.sort(key=lambda row: keyed[row] or (0, 0), reverse=descending)
        order = filled + [row for row in order if keyed[row] is None]
    _reorder(area, order)
    return {}


def _sort_key(value: Json) -> tuple[int, Any] | None:
    for rank, name in enumerate(("numberValue", "stringValue", "boolValue", "errorValue")):
        if name in value:
            item = value[name]
            return rank, item.casefold() if isinstance(item, str) else (item if name != "errorValue" else 0)
    return None


def _reorder(area: Area, order: list[int]) -> None:
    old = [
        {column: cell for column, cell in area.tab.rows[row].items() if area.left <= column < area.right}
        for row in range(area.top, area.bottom)
    ]
    for row, source in zip(range(area.top, area.bottom), order, strict=True):
        target = area.tab.rows[row]
        for column in range(area.left, area.right):
            here = target.get(column, {})
            cell = dict(old[source - area.top].get(column, {}))
            cell.pop("dataValidation", None)
            if "dataValidation" in here:
                cell["dataValidation"] = here["dataValidation"]
            formula = cell.get("userEnteredValue", {}).get("formulaValue")
            if formula is not None:
                cell["userEnteredValue"] = {"formulaValue": formula_text.repeated(formula, row - source, 0)}
            area.tab.put(row, column, cell)
