"""The page about protecting data: what protection is not, rules, training, the record of processing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custbook_gen.document import Block, Box, Grid, Page, Prose, Tone
from custbook_gen.layout import PROTECTION
from custbook_gen.schema import Book, Field, Sheet
from custbook_gen.texts import Lang, say
from custbook_gen.wording import one_line

RULES: Final = (("not", 5), ("how", 6), ("training", 3))
"""The lists of rules, and how long each is."""
OWN: Final = ("controller", "officer", "recipients", "abroad")
"""What a record of processing needs and no schema knows."""

Activity = tuple[str | None, Sheet, int | None, tuple[Field, ...]]
"""What is done with data: its purpose, sheet, days kept and fields."""


def protection_page(book: Book, lang: Lang, *, by_field: bool = False) -> Page:
    """The page about protecting data.

    Args:
        book: the schema.
        lang: the language.
        by_field: whether every field has a row of its own, besides the rows by purpose.
    """
    blocks = [
        Block(
            one_line(f"protection.{name}", lang),
            (Prose(tuple(say(f"protection.{name}{at}", lang) for at in range(1, count + 1)), "points"),),
        )
        for name, count in RULES
    ]
    if any(field.personal != "none" for sheet in book.sheets for field in sheet.stored_fields):
        title = one_line("protection.record", lang)
        note = say("protection.record-note", lang)
        blocks.append(Block(title, (_frame(lang), _record(book, lang)), note=note))
        if by_field:
            title = one_line("protection.by-field", lang)
            blocks.append(Block(title, (_register(book, lang),)))
    return Page(PROTECTION, one_line("book.tab_protection", lang), tuple(blocks))


def _frame(lang: Lang) -> Grid:
    """What the record says of the processing as a whole."""
    own = Box(one_line("protection.own", lang), tone="open")
    rows = [(Box(one_line(f"protection.{name}", lang)), own) for name in OWN]
    rows += [
        (Box(one_line(f"protection.{name}", lang)), Box(one_line(f"protection.{name}-are", lang)))
        for name in ("subjects", "measures")
    ]
    return Grid(one_line("protection.record", lang), (), tuple(rows))


def _record(book: Book, lang: Lang) -> Grid:
    """The record by purpose, sheet and term."""
    columns = ("purpose", "sheet", "fields", "sensitive", "days")
    head = tuple(one_line(f"protection.head-{name}", lang) for name in columns)
    mark = say("guide.listed", "zh" if lang == "zh" else "en")

    def names(fields: tuple[Field, ...], kind: str) -> str:
        return mark.join(field.label.line(lang) for field in fields if field.personal == kind)

    rows = tuple(
        (
            Box(_purpose(book, purpose, lang)),
            Box(sheet.label.line(lang)),
            Box(names(fields, "personal")),
            Box(names(fields, "sensitive"), tone="held" if names(fields, "sensitive") else "plain"),
            Box("" if days is None else str(days), align="right"),
        )
        for purpose, sheet, days, fields in activities(book)
    )
    return Grid(one_line("protection.record", lang), head, rows)


def _register(book: Book, lang: Lang) -> Grid:
    columns = ("sheet", "fields", "class", "purpose", "days")
    head = tuple(one_line(f"protection.head-{name}", lang) for name in columns)
    rows = [
        (
            Box(sheet.label.line(lang)),
            Box(field.label.line(lang)),
            Box(one_line(f"protection.class-{field.personal}", lang), tone=_tone(field)),
            Box(_purpose(book, field.purpose, lang)),
            Box("" if (days := kept_days(book, field)) is None else str(days), align="right"),
        )
        for sheet in book.sheets
        for field in sheet.stored_fields
        if field.personal != "none"
    ]
    return Grid(one_line("protection.by-field", lang), head, tuple(rows))


def _tone(field: Field) -> Tone:
    return "held" if field.personal == "sensitive" else "plain"


def _purpose(book: Book, key: str | None, lang: Lang) -> str:
    purpose = book.purpose_by_key.get(key or "")
    return one_line("protection.no-purpose", lang) if purpose is None else purpose.label.line(lang)


def kept_days(book: Book, field: Field) -> int | None:
    """For how many days personal data of a field is kept: its own, or its purpose's."""
    purpose = book.purpose_by_key.get(field.purpose or "")
    return field.retention_days or (purpose.retention_days if purpose is not None else None)


def activities(book: Book) -> Iterator[Activity]:
    """What is done with personal data, in the order of the purposes, then of the sheets."""
    for purpose in (*book.purpose_by_key, None):
        for sheet in book.sheets:
            meant = [f for f in sheet.stored_fields if f.personal != "none" and f.purpose == purpose]
            for days in dict.fromkeys(kept_days(book, field) for field in meant):
                fields = tuple(field for field in meant if kept_days(book, field) == days)
                yield purpose, sheet, days, fields
