"""What each column accepts: a field's constraints as the spreadsheet's own input rules.

A rule never refuses a value that stands there as :mod:`custbook_gen.check` would write it.
It may ask for that form: who types another name of a choice, or a date in words, is told
so, while sync understands it where it was pasted.  What a spreadsheet cannot express is
listed by :mod:`custbook_gen.sync_only`; a test drives both enforcers side by side.

Formulas are of the kind that every program of the last fifteen years computes, none of
them volatile save the lists of cascades, and at most 255 characters long, or Excel would
call the workbook damaged.  They are evaluated when somebody types, never while a sheet is
recalculated, so looking through a whole column costs nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal

from custbook_gen.formulas import AS_OF
from custbook_gen.layout import PATH, STATUS, YES_NO, SheetLayout, list_name
from custbook_gen.patterns import MAX_FORMULA, counted
from custbook_gen.schema import DATED, NUMERIC, Bound, Field, Sheet
from custbook_gen.sync_only import cell_pattern
from custbook_gen.texts import Lang, Saying, say
from custbook_gen.values import date_to_serial, plain
from custbook_gen.wording import bound_words, field_prompt
from custbook_gen.workbook import Rule

WIDEST: Final = "999999999999999"
"""Bound of numbers that have none: the digits that a spreadsheet keeps."""
FIRST_DAY: Final = 61
"""1900-03-01: programs count the days before it differently."""
LAST_DAY: Final = 2_958_465
DIGITS: Final = "0123456789０１２３４５６７８９"
FEWEST_DIGITS: Final = 4
"""Digits of the shortest telephone numbers in the world."""


def field_rule(field: Field, sheet: Sheet, here: SheetLayout, lang: Lang) -> Rule:
    """The input rule of a field's column, with its prompt and its refusal."""
    kind, first, second = _condition(field, sheet, here)
    title, prompt, error = rule_words(field, sheet, kind, lang)
    return Rule(
        kind=kind,
        formula1=first,
        formula2=second,
        prompt_title=title,
        prompt=prompt,
        error_title=title,
        error=error,
    )


def rule_words(field: Field, sheet: Sheet, kind: Kind, lang: Lang) -> tuple[str, str, str]:
    """What a rule of some kind tells about a field: title, prompt and refusal."""
    return field.label.line(lang), field_prompt(field, lang), refusal(field, sheet, kind, lang)


def words_of(rule: Rule) -> tuple[str, str, str]:
    """What a rule tells: title, prompt and refusal."""
    return rule.prompt_title, rule.prompt, rule.error


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
    if field.type == "multi":
        return "any", None, None
    wanted = _text_conditions(field, sheet, here)
    if wanted:
        return "custom", f"AND({','.join(wanted)})", None
    return "text_length", str(field.min_length or 0), str(field.length)


def _text_conditions(field: Field, sheet: Sheet, here: SheetLayout) -> list[str]:
    """What the text in a cell must satisfy; the first conditions that fit into one formula."""
    cell = here.cell(field.key, here.first_row)
    text, length = f"TRIM({cell})", field.length or 0
    if field.type == "email":
        return _email(text, length)
    if field.type == "url":
        return _url(text, length)
    if field.type == "phone":
        return [f"{counted(DIGITS, cell)}>={FEWEST_DIGITS}"]
    formed = cell_pattern(field, text) or []
    unique = _is_unique(field, sheet)
    if not formed and not unique:
        return []
    least = [f"LEN({text})>={field.min_length}"] if field.min_length else []
    form = formed or [f"LEN({text})<={length}"]
    same = f"IFERROR(EXACT({here.range(field.key)},{cell}),0)"
    return _fitting([*least, *form, *([f"SUMPRODUCT(--{same})<2"] if unique else [])])


def _is_unique(field: Field, sheet: Sheet) -> bool:
    """Whether no two records may have the same value."""
    return field.unique or field.key == sheet.key_field


def _fitting(conditions: Sequence[str]) -> list[str]:
    """Conditions as long as a formula holds them."""
    kept: list[str] = []
    for condition in conditions:
        if len(f"AND({','.join([*kept, condition])})") <= MAX_FORMULA:
            kept.append(condition)
    return kept


def _email(text: str, most: int) -> list[str]:
    """One ``@`` between a name and a domain with a dot, no blank; whether it is an address, sync checks."""
    return [
        f"LEN({text})<={most}",
        f'LEN(SUBSTITUTE({text},"@",""))=LEN({text})-1',
        f'LEFT({text},1)<>"@"',
        f'ISNUMBER(FIND(".",{text},FIND("@",{text})+2))',
        f'ISERROR(FIND(" ",{text}))',
    ]


def _url(text: str, most: int) -> list[str]:
    """A web address in its outline; ``www.`` is completed by sync, which makes it eight characters longer."""
    starts = ",".join(f'LEFT({text},{len(p)})="{p}"' for p in ("http://", "https://", "www."))
    return [
        f"OR({starts})",
        f'LEN({text})+8*(LEFT({text},4)="www.")<={most}',
        f'ISNUMBER(FIND(".",{text}))',
        f'ISERROR(FIND(" ",{text}))',
    ]


def _choices(field: Field, sheet: Sheet, here: SheetLayout) -> str:
    """The list of a category; of a cascading one the part under the values to its left.

    A long list sorted by parent, found with ``=`` comparisons: right for any label, where
    names with INDIRECT or MATCH on texts are not.  Where nothing stands under these values
    the hint above the list is offered, so that the cell does not take any text.
    """
    category = str(field.category)
    above = sheet.ancestors(field)
    if not above:
        return list_name("list", category)
    path = f'&"{PATH}"&'.join(here.cell(parent.key, here.first_row) for parent in above)
    children, same = list_name("child", category), f"--({list_name('parent', category)}={path})"
    first, count = f"MATCH(1,INDEX({same},0),0)", f"SUMPRODUCT({same})"
    hinting = f"OFFSET({children},IFERROR({first},0)-1,0,MAX(1,{count}),1)"
    plain_list = f"OFFSET({children},{first}-1,0,{count},1)"
    return next((text for text in (hinting, plain_list) if len(text) <= MAX_FORMULA), children)


def _number_bounds(field: Field) -> tuple[str, str]:
    low, high = (plain(Decimal(bound)) if bound is not None else None for bound in (field.min, field.max))
    return low or f"-{WIDEST}", high or WIDEST


def _date_bounds(field: Field) -> tuple[str, str]:
    """The first and last day as formulas; an entry with a time may lie anywhere on its last day."""
    return _day(field.min, FIRST_DAY), f"{_day(field.max, LAST_DAY)}+0.99999"


def _day(bound: Bound | None, otherwise: int) -> str:
    if not isinstance(bound, str):
        return str(otherwise)
    if bound.startswith("as_of"):
        return AS_OF + bound.removeprefix("as_of")
    return str(max(date_to_serial(dt.date.fromisoformat(bound)), FIRST_DAY))


def refusal(field: Field, sheet: Sheet, kind: str, lang: Lang) -> str:
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
    if field.type == "ref" or field.parent is not None:
        return say("refuse.ref" if field.type == "ref" else "refuse.child", lang)
    if kind == "custom" and field.type in ("text", "long"):
        return _text_refusal(field, lang, facts, unique=_is_unique(field, sheet))
    return say(f"refuse.{field.type if kind == 'custom' else kind}", lang, **facts)


def _text_refusal(field: Field, lang: Lang, facts: Mapping[str, object], *, unique: bool) -> str:
    """What is told of a text that must have a form, or that no other row may have."""
    none, known = Saying("issue.no-hint"), field.example
    hint = none if known is None else Saying("issue.hint", {"example": known})
    formed = cell_pattern(field, "") is not None
    told = [say("refuse.pattern" if formed else "refuse.text_length", lang, hint=hint, **facts)]
    if unique:
        told.append(say("refuse.unique", lang))
    return "\n".join(told)


def column_rules(sheet: Sheet, here: SheetLayout, lang: Lang) -> dict[str, Rule]:
    """The rule of every column that stands in a workbook, by machine key.

    A cascade has none where nobody can tell which column holds what it depends on.
    """
    rules: dict[str, Rule] = {}
    for key in here.columns:
        if key == STATUS:
            rules[key] = status_rule(lang)
        elif all(above.key in here.columns for above in sheet.ancestors(sheet.field(key))):
            rules[key] = field_rule(sheet.field(key), sheet, here, lang)
    return rules
