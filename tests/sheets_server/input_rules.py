"""Input rules of cells as they are kept: formulas stay relative to the cell that they were written for.

One rule object is shared by all cells that got it together; ``anchor``, which is no field of the API, says
for which of them
its formulas were written.
"""

from __future__ import annotations

from tests.sheets_server import formula_text
from tests.sheets_server.errors import Json
from tests.sheets_server.evidence import Behaviour, Evidence

BEHAVIOURS = (
    Behaviour(
        "list-ranges-absolute",
        "the range of a ONE_OF_RANGE rule is made absolute",
        Evidence.MEASURED,
        "burnash/gspread issue 1539",
    ),
    Behaviour(
        "relative-rules",
        "the formula of a rule is relative to the first cell of the range that it was set on, and is read "
        "back "
        "as it stands for each cell",
        Evidence.UNVERIFIED,
        "known from the product; what the API reads back for other cells than the first is our reading",
    ),
)


def kept(rule: Json, row: int, column: int) -> Json:
    """A rule as it is kept, set on a range that begins at a cell."""
    condition = rule["condition"]
    if condition["type"] == "ONE_OF_RANGE":
        return _with_values(rule, [formula_text.pinned(_text(value)) for value in condition["values"]])
    if any(_text(value).startswith("=") for value in condition.get("values", [])):
        return {**rule, "anchor": (row, column)}
    return rule


def shown(rule: Json, row: int, column: int) -> Json:
    """A rule as the API shows it at a cell."""
    if "anchor" not in rule:
        return rule
    top, left = rule["anchor"]
    plain = {name: value for name, value in rule.items() if name != "anchor"}
    if (row, column) == (top, left):
        return plain
    texts = [
        formula_text.repeated(text, row - top, column - left) if text.startswith("=") else text
        for text in map(_text, rule["condition"]["values"])
    ]
    return _with_values(plain, texts)


def _text(value: Json) -> str:
    return str(value.get("userEnteredValue", ""))


def _with_values(rule: Json, texts: list[str]) -> Json:
    return {
        **rule,
        "condition": {**rule["condition"], "values": [{"userEnteredValue": text} for text in texts]},
    }
