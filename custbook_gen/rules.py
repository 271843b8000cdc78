"""What each column accepts: a field's constraints as the spreadsheet's own input rules.

A rule never refuses what :mod:`custbook_gen.check` accepts; what a spreadsheet cannot
express (several values in one cell, patterns, uniqueness, phones) is prompted here and
checked at sync, and the guide says so.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final, Literal

from custbook_gen.formulas import AS_OF
from custbook_gen.layout import PATH, STATUS, SheetLayout, list_name
from custbook_gen.schema import DATED, NUMERIC, Bound, Field, Sheet
from custbook_gen.texts import Lang, say
from custbook_gen.values import date_to_serial, plain
from custbook_gen.wording import bound_words, field_prompt
from custbook_gen.workbook import Rule

WIDEST: Final = "999999999999999"
"""Bound of numbers that have none: the digits that a spreadsheet keeps."""
FIRST_DAY: Final = "61"
LAST_DAY: Final = "2958465"
YES_NO: Final = list_name("list", "yes_no")


def field_rule(field: Field, sheet: Sheet, here: SheetLayout, lang: Lang) -> Rule:
    """The input rule of a field's column, with its prompt and its refusal."""
    kind, first, second = _condition(field, sheet, here)
    title = field.label.line(lang)
    return Rule(
        kind=kind,
        formula1=first,
        formula2=second,
        prompt_title=title,
        prompt=field_prompt(field, lang),
        error_title=title,
        error=refusal(field, kind, lang),
    )


def status_rule(lang: Lang) -> Rule:
    """The status column is written by sync alone."""
    return Rule(
        kind="custom",
        formula1="FALSE",
        prompt_title=say("book.status", lang).replace("\n", " "),
        prompt=say("prompt.status", lang),
        error=say("refuse.locked", lang),
    )


Kind = Literal["any", "list", "whole", "decimal", "date", "text_length", "custom"]
Condition = tuple[Kind, str | None, str | None]
"""A rule's kind and its one or two formulas."""


def _condition(field: Field, sheet: Sheet, here: SheetLayout) -> Condition:
    if field.locked or not field.entered:
        return "custom", "FALSE", None
    if field.type == "enum":
        return "list", _choices(field, sheet, here), None
    if field.type == "ref":
        return "list", list_name("ref", str(field.to)), None
    if field.type == "bool":
        return "list", YES_NO, None
    if field.type in NUMERIC:
        return "whole" if field.type == "int" else "decimal", *_number_bounds(field)
    if field.type in DATED:
        return "date", *_date_bounds(field)
    if field.type in ("multi", "phone"):
        return "any", None, None
    cell = here.cell(field.key, here.first_row)
    if field.type == "email":
        return "custom", f'ISNUMBER(FIND("@",{cell}))', None
    if field.type == "url":
        starts = ",".join(f'LEFT({cell},{len(p)})="{p}"' for p in ("http://", "https://", "www."))
        return "custom", f"OR({starts})", None
    return "text_length", str(field.min_length or 0), str(field.length)


def _choices(field: Field, sheet: Sheet, here: SheetLayout) -> str:
    """The list of a category; of a cascading one the part under the values to its left.

    A long list sorted by parent, found with ``=`` comparisons: right for any label, where
    names with INDIRECT or MATCH on texts are not.
    """
    category = str(field.category)
    above = sheet.ancestors(field)
    if not above:
        return list_name("list", category)
    path = f'&"{PATH}"&'.join(here.cell(parent.key, here.first_row) for parent in above)
    same = f"--({list_name('parent', category)}={path})"
    return f"OFFSET({list_name('child', category)},MATCH(1,INDEX({same},0),0)-1,0,SUMPRODUCT({same}),1)"


def _number_bounds(field: Field) -> tuple[str, str]:
    low, high = (plain(Decimal(bound)) if bound is not None else None for bound in (field.min, field.max))
    return low or f"-{WIDEST}", high or WIDEST


def _date_bounds(field: Field) -> tuple[str, str]:
    """The first and last day as formulas; a moment may lie anywhere on its last day."""
    last = _day(field.max, LAST_DAY)
    return _day(field.min, FIRST_DAY), f"{last}+0.99999" if field.type == "datetime" else last


def _day(bound: Bound | None, otherwise: str) -> str:
    if not isinstance(bound, str):
        return otherwise
    if bound.startswith("as_of"):
        return AS_OF + bound.removeprefix("as_of")
    return str(date_to_serial(dt.date.fromisoformat(bound)))


def refusal(field: Field, kind: str, lang: Lang) -> str:
    """What the spreadsheet says when it refuses an entry: what to do instead."""
    if field.locked or not field.entered:
        return say("refuse.locked", lang)
    if kind == "any":
        return ""
    facts = {
        "low": bound_words(field.min, lang),
        "high": bound_words(field.max, lang),
        "shortest": field.min_length or 0,
        "longest": field.length,
    }
    return say(f"refuse.{field.type if kind == 'custom' else kind}", lang, **facts)


def column_rules(sheet: Sheet, here: SheetLayout, lang: Lang) -> dict[str, Rule]:
    """The rule of every column that stands in a workbook, by machine key."""
    return {
        key: status_rule(lang) if key == STATUS else field_rule(sheet.field(key), sheet, here, lang)
        for key in here.columns
    }
