"""Input rules: what Google Sheets can ask of a cell, and what it cannot.

A list is a range that the API takes as it stands, never one that depends on the row, so the
dropdown of a cascading field offers all values of its level; a conditional format marks what
does not belong to the value at its left, and sync refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from custbook_gen.backends.sheets.dialect import in_format, to_sheets
from custbook_gen.backends.sheets.wire import Json, only
from custbook_gen.workbook import Rule

_CASCADE: Final = re.compile(r"OFFSET\((?P<children>\w+),.*?INDEX\((?P<same>--\(.*?\)),0\)")
_NUMBER: Final = re.compile(r"-?\d+")


def validation(rule: Rule, cell: str, names: Mapping[str, str]) -> Json | None:
    """A ``DataValidationRule``; none where anything may be typed.

    Args:
        rule: the rule, written for ``cell``.
        cell: the first cell that it stands on, its column fixed: ``$H3``.
        names: what defined names stand for.
    """
    condition = _condition(rule, cell, names)
    if condition is None:
        return None
    return only(
        {
            "condition": condition,
            "inputMessage": prompt(rule) or None,
            "strict": rule.rejects,
            "showCustomUi": rule.kind == "list" or None,
        }
    )


def prompt(rule: Rule) -> str:
    """What people are told while they type, and when their entry is refused: there is one text for both."""
    return "\n".join(dict.fromkeys(text for text in (rule.prompt or rule.prompt_title, rule.error) if text))


def is_cascade(rule: Rule) -> bool:
    """Whether a rule's list depends on its row, which this backend cannot say."""
    return rule.kind == "list" and _CASCADE.match(rule.formula1 or "") is not None


def listed(rule: Rule) -> str:
    """The name of the list that a dropdown offers; of a cascading one the list of all values of its level."""
    cascade = _CASCADE.match(rule.formula1 or "")
    return cascade["children"] if cascade else rule.formula1 or ""


def stray_formula(rule: Rule, cell: str) -> str:
    """True where a cell of a cascading field holds what does not belong to the value at its left."""
    found = _CASCADE.match(rule.formula1 or "")
    assert found is not None  # noqa: S101  (is_cascade was asked)
    return in_format(f'AND({cell}<>"",SUMPRODUCT({found["same"]},--({found["children"]}={cell}))=0)')


def _condition(rule: Rule, cell: str, names: Mapping[str, str]) -> Json | None:
    if rule.kind == "any":
        return None
    low, high = rule.formula1 or "", rule.formula2 or ""
    if rule.kind == "list":
        return _of("ONE_OF_RANGE", names[listed(rule)]) if listed(rule) in names else None
    if rule.kind == "custom":
        return _of("CUSTOM_FORMULA", to_sheets(low))
    if rule.kind == "decimal" and rule.operator == "between":
        return _of("NUMBER_BETWEEN", to_sheets(low), to_sheets(high))
    measured = f"LEN({cell})" if rule.kind == "text_length" else cell
    asked = [f"ISNUMBER({cell})"] if rule.kind != "text_length" else []
    asked += [f"{cell}=INT({cell})"] if rule.kind == "whole" else []
    asked += [f"{measured}>={low}"] if rule.operator != "less_or_equal" else []
    if rule.operator == "between":
        asked.append(f"{measured}<={high}")
    elif rule.operator == "less_or_equal":
        asked.append(f"{measured}<={low}")
    return _of("CUSTOM_FORMULA", to_sheets(f"AND({','.join(asked)})"))


def _of(kind: str, *formulas: str) -> Json:
    values = [text if _NUMBER.fullmatch(text) else f"={text}" for text in formulas]
    return {"type": kind, "values": [{"userEnteredValue": value} for value in values]}
