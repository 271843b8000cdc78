"""What people are told about a field: the prompt beside a cell, the rules in the guide."""

from __future__ import annotations

import re
from collections.abc import Sequence

from custbook_gen.schema import Book, Bound, Field
from custbook_gen.texts import Lang, say

PROMPTED_CHOICES = 12
"""Values named in the prompt of a field that takes several."""


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


def rule_words(field: Field, book: Book, lang: Lang) -> str:
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
    if checked_at_sync_only(field):
        words.append(one_line("guide.sync-only", lang))
    return one_line("guide.join", lang).join(words)


def checked_at_sync_only(field: Field) -> bool:
    """Whether a part of the field's rule has no form that a spreadsheet can enforce."""
    partly = field.pattern is not None or field.unique or field.one_of is not None
    return field.entered and (partly or field.type in ("multi", "phone", "email", "url"))
