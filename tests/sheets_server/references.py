"""Everything in a spreadsheet that points at cells, kept pointing at the same ones when rows and columns
move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.sheets_server.errors import Json
from tests.sheets_server.formula_text import Span
from tests.sheets_server.spreadsheet import Cell, Spreadsheet, Tab

Anchor = tuple[int, int]
"""Row and column of a cell, from 0."""

Rewrite = Callable[[str, Tab, Anchor | None], str]
"""A formula, the tab it stands on, and the cell that it is relative to (None: its own); the formula after
the change."""


def rewrite_formulas(book: Spreadsheet, rewrite: Rewrite, anchor: Callable[[Anchor, Tab], Anchor]) -> None:
    """Change the text of every formula in cells and input rules.

    Args:
        book: the spreadsheet.
        rewrite: what becomes of a formula.
        anchor: where the cell that a rule is relative to went.
    """
    for tab in book.tabs:
        rules: dict[int, Json] = {}
        for row in tab.rows:
            for column, cell in list(row.items()):
                changed = _rewritten_cell(cell, tab, (rewrite, anchor), rules)
                if changed is not cell:
                    row[column] = changed


def _rewritten_cell(
    cell: Cell, tab: Tab, how: tuple[Rewrite, Callable[[Anchor, Tab], Anchor]], rules: dict[int, Json]
) -> Cell:
    """The cell after the change; equal input rules are rewritten once, and stay shared."""
    formula = cell.get("userEnteredValue", {}).get("formulaValue")
    rule = cell.get("dataValidation")
    if formula is None and rule is None:
        return cell
    changes: Json = {}
    if formula is not None:
        changed = how[0](formula, tab, None)
        if changed != formula:
            changes["userEnteredValue"] = {"formulaValue": changed}
    if rule is not None:
        if id(rule) not in rules:
            rules[id(rule)] = _rewritten_rule(rule, tab, *how)
        if rules[id(rule)] is not rule:
            changes["dataValidation"] = rules[id(rule)]
    return {**cell, **changes} if changes else cell


def _rewritten_rule(rule: Json, tab: Tab, rewrite: Rewrite, anchor: Callable[[Anchor, Tab], Anchor]) -> Json:
    old = rule.get("anchor")
    condition = rewritten_condition(rule["condition"], tab, rewrite, old)
    changed = {**rule, "condition": condition}
    if old is not None:
        changed["anchor"] = anchor(old, tab)
    return rule if changed == rule else changed


def rewritten_condition(condition: Json, tab: Tab, rewrite: Rewrite, anchor: Anchor | None) -> Json:
    """A condition of a rule or a conditional format after a change."""
    if "values" not in condition:
        return condition
    texts = [value.get("userEnteredValue", "") for value in condition["values"]]
    values = [
        {**value, "userEnteredValue": rewrite(text, tab, anchor)} if text.startswith("=") else value
        for value, text in zip(condition["values"], texts, strict=True)
    ]
    return {**condition, "values": values}


def rewrite_everything(book: Spreadsheet, rewrite: Callable[[str], str]) -> None:
    """Change the text of every formula where nothing moves: in cells, input rules and conditional formats."""

    def change(text: str, _tab: Tab, _anchor: Anchor | None) -> str:
        return rewrite(text)

    rewrite_formulas(book, change, lambda anchor, _: anchor)
    for tab in book.tabs:
        for item in tab.objects["conditionalFormats"]:
            if "booleanRule" in item:
                rule = item["booleanRule"]
                rule["condition"] = rewritten_condition(rule["condition"], tab, change, None)


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
