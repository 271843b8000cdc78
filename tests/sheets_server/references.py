"""Everything in a spreadsheet that points at cells, kept pointing at the same ones when rows and columns
move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.sheets_server.errors import Json
from tests.sheets_server.formula_text import Span
from tests.sheets_server.spreadsheet import Cell, Spreadsheet, Tab

Rewrite = Callable[[str, Tab], str]
"""A formula and the tab it stands on; the formula after the change."""


def rewrite_formulas(book: Spreadsheet, rewrite: Rewrite) -> None:
    """Change the text of every formula: in cells, input rules and conditional formats."""
    for tab in book.tabs:
        rules: dict[int, Json] = {}
        for row in tab.rows:
            for column, cell in list(row.items()):
                changed = _rewritten_cell(cell, tab, rewrite, rules)
                if changed is not cell:
                    row[column] = changed
        for rule in tab.objects["conditionalFormats"]:
            _rewrite_condition(rule.get("booleanRule", {}).get("condition", {}), tab, rewrite)


def _rewritten_cell(cell: Cell, tab: Tab, rewrite: Rewrite, rules: dict[int, Json]) -> Cell:
    """The cell after the change; equal input rules are rewritten once, and stay shared."""
    formula = cell.get("userEnteredValue", {}).get("formulaValue")
    rule = cell.get("dataValidation")
    if formula is None and rule is None:
        return cell
    changes: Json = {}
    if formula is not None:
        changed = rewrite(formula, tab)
        if changed != formula:
            changes["userEnteredValue"] = {"formulaValue": changed}
    if rule is not None:
        if id(rule) not in rules:
            rules[id(rule)] = _rewritten_rule(rule, tab, rewrite)
        if rules[id(rule)] is not rule:
            changes["dataValidation"] = rules[id(rule)]
    return {**cell, **changes} if changes else cell


def _rewritten_rule(rule: Json, tab: Tab, rewrite: Rewrite) -> Json:
    condition = rule["condition"]
    values = condition.get("values", [])
    changed = [_rewritten_value(value, tab, rewrite) for value in values]
    return rule if changed == values else {**rule, "condition": {**condition, "values": changed}}


def _rewritten_value(value: Json, tab: Tab, rewrite: Rewrite) -> Json:
    text = value.get("userEnteredValue", "")
    return {"userEnteredValue": rewrite(text, tab)} if text.startswith("=") else value


def _rewrite_condition(condition: Json, tab: Tab, rewrite: Rewrite) -> None:
    if "values" in condition:
        condition["values"] = [_rewritten_value(value, tab, rewrite) for value in condition["values"]]


BOUNDS = frozenset({"startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"})


def is_grid_range(value: Any) -> bool:
    """Whether a JSON value is a ``GridRange`` with at least one end."""
    return isinstance(value, dict) and bool(BOUNDS & value.keys())


def grid_ranges(value: Any) -> Iterator[Json]:
    """Every ``GridRange`` inside an object."""
    if is_grid_range(value):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from grid_ranges(item)


def walk_ranges(value: Any, change: Callable[[Json], Json | None]) -> Any:
    """A copy of an object with every ``GridRange`` changed; None where the range that it is about is gone."""
    if is_grid_range(value):
        return change(value)
    if isinstance(value, list):
        return [kept for item in value if (kept := walk_ranges(item, change)) is not None]
    if not isinstance(value, dict):
        return value
    walked = {}
    for key, item in value.items():
        new = walk_ranges(item, change)
        if (new is None and item is not None) or (key == "ranges" and item and not new):
            return None
        walked[key] = new
    return walked


def moved_range(grid: Json, axis: str, move: Callable[[Span], Span | None]) -> Json | None:
    """A ``GridRange`` after rows or columns moved; None if nothing of it is left."""
    word = "Row" if axis == "ROWS" else "Column"
    start, end = grid.get(f"start{word}Index"), grid.get(f"end{word}Index")
    if start is None and end is None:
        return grid
    span = move((start or 0, 10**7 if end is None else end - 1))
    if span is None:
        return None
    changed = dict(grid)
    if start is not None:
        changed[f"start{word}Index"] = span[0]
    if end is not None:
        changed[f"end{word}Index"] = span[1] + 1
    return changed
