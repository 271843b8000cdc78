"""Validation rules drawn: what cells accept, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from openpyxl.worksheet.datavalidation import DataValidation

from custbook_gen.backends.excel.cells import notation, utf16_units
from custbook_gen.workbook import Rule

_Kind = Literal["list", "whole", "decimal", "date", "textLength", "custom"]

MAX_TITLE: Final = 32
MAX_TEXT: Final = 255

_KINDS: Final[Mapping[str, _Kind]] = {
    "list": "list",
    "whole": "whole",
    "decimal": "decimal",
    "date": "date",
    "text_length": "textLength",
    "custom": "custom",
}
_OPERATORS: Final[Mapping[str, Literal["greaterThanOrEqual", "lessThanOrEqual"]]] = {
    "greater_or_equal": "greaterThanOrEqual",
    "less_or_equal": "lessThanOrEqual",
}


def draw_rule(rule: Rule, ranges: str) -> DataValidation:
    """A rule over ranges such as ``C6:C1048576``; its ``to_tree()`` gives the XML.

    Titles over 32 and texts over 255 UTF-16 units are cut, or the workbook would be refused.
    """
    return DataValidation(
        type=_KINDS.get(rule.kind),
        operator=_OPERATORS.get(rule.operator),
        formula1=rule.formula1,
        formula2=rule.formula2,
        allow_blank=True,
        showErrorMessage=rule.rejects and rule.kind != "any",
        showInputMessage=bool(rule.prompt or rule.prompt_title),
        promptTitle=cut(rule.prompt_title, MAX_TITLE) or None,
        prompt=cut(rule.prompt, MAX_TEXT) or None,
        errorTitle=cut(rule.error_title, MAX_TITLE) or None,
        error=cut(rule.error, MAX_TEXT) or None,
        sqref=ranges,
    )


def cut(text: str, units: int) -> str:
    """Text for an attribute, of at most so many UTF-16 units, its end marked where it was cut."""
    if utf16_units(text) > units:
        while utf16_units(text) >= units:
            text = text[:-1]
        text += "…"
    return notation(text)
