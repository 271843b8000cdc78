"""What people are told about a field: the prompt beside a cell, the rules in the guide."""

from __future__ import annotations

import re
from collections.abc import Sequence

from custbook_gen.schema import DATED, Book, Bound, Field, Sheet
from custbook_gen.schema.constraints import (
    Acyclic,
    Band,
    Constraint,
    Linked,
    Needed,
    One,
    Only,
    Ordered,
    Same,
    Target,
    When,
    Within,
)
from custbook_gen.sync_only import sync_only
from custbook_gen.texts import Lang, listed, say
from custbook_gen.values import plain

TOLD_BY_NEED = frozenset({"required-missing", "one-of-missing"})
"""What the guide's column of needs tells already."""


def one_line(key: str, lang: Lang, **facts: object) -> str:
    """A sentence of the catalogue on a single line."""
    return say(key, lang, **facts).replace("\n", " ")


def status_text(lang: Lang, held: Sequence[str], clashing: Sequence[str]) -> str:
    """What the status column says of a row: the headers of its faulty and its clashing fields.

    The brackets around a header are what the colouring of its cell looks for.
    """
    parts = (("status.held", held), ("status.conflict", clashing))
    return " ".join(
        one_line(key, lang, fields="".join(f"「{name}」" for name in names)) for key, names in parts if names
    )


def is_status(text: str) -> bool:
    """Whether a text is one that :func:`status_text` makes, in any language."""
    langs: tuple[Lang, ...] = ("zh", "en", "zh+en")
    for lang in langs:
        starts = [re.escape(one_line(key, lang, fields="\0")) for key in ("status.held", "status.conflict")]
        parts = [start.replace(re.escape("\0"), "(「[^」]*」)+") for start in starts]
        if re.fullmatch(rf"({'|'.join(parts)})( ({'|'.join(parts)}))?", text):
            return True
    return False


def bound_words(bound: Bound | None, lang: Lang) -> str:
    """A bound as people read it: a number, a date, or the evaluation date with days."""
    if bound is None:
        return one_line("guide.no-limit", lang)
    text = str(bound)
    if not text.startswith("as_of"):
        return text
    return one_line("book.as_of", lang) + text.removeprefix("as_of")


def need_word(field: Field, lang: Lang) -> str:
    """Whether a field must, should or may be filled, or is not for people to fill."""
    if not field.entered:
        return one_line("need.auto" if field.type == "auto" else "need.computed", lang)
    if field.required:
        return one_line("need.required", lang)
    if field.one_of:
        return one_line("need.one-of", lang)
    return one_line("need.recommended" if field.recommended else "need.optional", lang)


def field_prompt(field: Field, lang: Lang) -> str:
    """What the spreadsheet shows beside a chosen cell of the field."""
    parts = [need_word(field, lang)]
    if field.help is not None:
        parts.append(field.help.text(lang))
    if field.type == "multi":
        parts.append(one_line("prompt.multi", lang))
    if field.example:
        parts.append(one_line("prompt.example", lang, example=field.example))
    return "\n".join(parts)


def rule_words(field: Field, sheet: Sheet, book: Book, lang: Lang) -> str:
    """A field's rule in words, for the guide."""
    facts: dict[str, object] = {
        "longest": field.length,
        "places": field.decimals,
        "category": book.category(field.category).label.line(lang) if field.category else "",
        "sheet": book.sheet(field.to).label.line(lang) if field.to else "",
        "prefix": field.prefix,
        "digits": field.digits,
    }
    words = [one_line(f"type.{field.type}", lang, **facts)]
    if field.min is not None or field.max is not None:
        low, high = bound_words(field.min, lang), bound_words(field.max, lang)
        words.append(one_line("guide.range", lang, low=low, high=high))
    if field.min_length:
        words.append(one_line("guide.shortest", lang, shortest=field.min_length))
    if field.unique:
        words.append(one_line("guide.unique", lang))
    if field.applies is not None:
        words.append(one_line(f"guide.{field.applies}-only", lang))
    words += constraint_words(field, sheet, book, lang)
    told = [code for code in sync_only(field, sheet, book) if code not in TOLD_BY_NEED]
    if told:
        rules = listed((one_line(f"sync-only.{code}", lang) for code in told), lang)
        words.append(one_line("guide.sync-only", lang, rules=rules))
    return one_line("guide.join", lang).join(words)


def constraint_words(field: Field, sheet: Sheet, book: Book, lang: Lang) -> list[str]:
    """What the sheet's constraints ask of a field, each of them told at the field it is about."""
    told: dict[str, None] = {}
    needed = [one for one in sheet.constraints if isinstance(one, Needed) and one.field == field.key]
    for severity in ("error", "warning"):
        conditions = [_conditions(one.when, sheet, book, lang) for one in needed if one.severity == severity]
        if conditions:
            either = one_line("guide.either", lang).join(conditions)
            told[_advice(one_line("guide.needed", lang, condition=either), severity, lang)] = None
    for constraint in sheet.constraints:
        text = _constraint_text(constraint, field, sheet, book, lang)
        if text is not None:
            told[_advice(text, getattr(constraint, "severity", "error"), lang)] = None
    return list(told)


def _advice(text: str, severity: str, lang: Lang) -> str:
    """A rule as it is, or marked as one that is only advice."""
    return text if severity == "error" else one_line("guide.advice", lang, rule=text)


def _constraint_text(
    constraint: Constraint, field: Field, sheet: Sheet, book: Book, lang: Lang
) -> str | None:
    """What a constraint asks of a field; nothing where it is about another one."""

    def name(key: str) -> str:
        return sheet.field(key).label.line(lang)

    match constraint:
        case Ordered(fields=(first, second)) if second == field.key:
            how = "guide.not-before" if field.kind in DATED else "guide.not-less"
            return one_line(how, lang, other=name(first))
        case Linked(field=field.key):
            return one_line("guide.linked", lang, by=name(constraint.by))
        case Acyclic(field=field.key):
            return one_line("guide.acyclic", lang)
        case One(field=field.key):
            return one_line("guide.one", lang, per=name(constraint.per))
        case Same() if field.key in constraint.fields:
            return one_line("guide.same", lang, per=name(constraint.per))
        case Band(field=field.key):
            return one_line("guide.band", lang, band=name(constraint.band))
    return _conditional_text(constraint, field, sheet, book, lang)


def _conditional_text(
    constraint: Constraint, field: Field, sheet: Sheet, book: Book, lang: Lang
) -> str | None:
    """The same for constraints that come with conditions."""
    match constraint:
        case Only(field=field.key):
            return one_line("guide.only", lang, condition=_conditions(constraint.when, sheet, book, lang))
        case Within(field=field.key):
            scale, unit = (100, "%") if field.kind == "pct" else (1, "")
            low, high = (f"{plain(bound * scale)}{unit}" for bound in (constraint.min, constraint.max))
            condition = _conditions(constraint.when, sheet, book, lang)
            how = "guide.exactly" if low == high else "guide.within"
            return one_line(how, lang, condition=condition, low=low, high=high)
        case Target(field=field.key):
            condition = _conditions((constraint.has,), book.sheet(str(field.to)), book, lang)
            return one_line("guide.target", lang, condition=condition)
    return None


def _conditions(conditions: Sequence[When], sheet: Sheet, book: Book, lang: Lang) -> str:
    """Conditions in words."""
    return one_line("guide.and", lang).join(_condition(one, sheet, book, lang) for one in conditions)


def _condition(condition: When, sheet: Sheet, book: Book, lang: Lang) -> str:
    item = sheet.field(condition.field)
    name = item.label.line(lang)
    if condition.is_ is None:
        return one_line("issue.where-filled" if condition.filled else "issue.where-empty", lang, name=name)
    labels = [
        one_line("book.yes" if code else "book.no", lang)
        if isinstance(code, bool)
        else book.category(item.category).by_code[code].label.line(lang)
        if item.category is not None
        else code
        for code in condition.is_
    ]
    return one_line("issue.where-is", lang, name=name, values=" / ".join(f"“{label}”" for label in labels))
