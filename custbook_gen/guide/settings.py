"""The settings in force: what each one means, and its value in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from pydantic import BaseModel

from custbook_gen.document import Block, Box, Grid, Page
from custbook_gen.guide.computed import computed_blocks, term_words
from custbook_gen.guide.naming import Told, listed, named, told
from custbook_gen.layout import SETTINGS
from custbook_gen.schema import Book
from custbook_gen.schema.settings import Term
from custbook_gen.texts import Lang, say
from custbook_gen.values import plain
from custbook_gen.wording import one_line

GENERAL: Final = "general"
SHOWN: Final = 12
"""Items of a longer list that are shown."""
SHEETS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("purchases", "rfm", "frequency", "value", "loyalty", "churn"), ("customers", "sales")),
    **dict.fromkeys(("lifecycle", "key_customers"), ("customers", "sales")),
    **dict.fromkeys(("satisfaction", "verification", "completeness", "retention"), ("customers",)),
    **dict.fromkeys(("areas", "duplicates"), ("customers",)),
    "also_bought": ("sales", "products"),
    "follow_up": ("customers", "interactions"),
    "service": ("tickets",),
    "deals": ("deals",),
    "consents": ("consents",),
    "rights": ("rights_requests",),
    "sentiment": ("feedback",),
}
"""The sheets without which a block of settings says nothing; the others always matter."""
CODES: Final[Mapping[str, str]] = {
    "purchases.counted_statuses": "sales.status",
    "key_customers.levels": "customers.level",
    "key_customers.groups": "customers.groups",
    "follow_up.ineffective_results": "interactions.result",
    "deals.closed_stages": "deals.stage",
    "service.closed_statuses": "tickets.status",
    "consents.contact_purposes": "consents.purpose",
    "rights.law": "rights_requests.law",
    "areas.members": "customers.province",
    "areas.abroad": "customers.area",
    "duplicates.left_out_statuses": "customers.status",
    "checks.marketing_groups": "customers.groups",
    "checks.channel_purposes": "consents.purpose",
}
"""The field whose codes a setting holds."""
NAMES: Final[Mapping[str, str]] = {
    "follow_up.months_by_level": "customers.level",
    "areas.members": "customers.area",
    "rights.terms": "rights_requests.law",
    "checks.channel_purposes": "customers.pref_channel",
}
"""The field whose codes a setting has values for."""


def settings_page(book: Book, lang: Lang) -> Page:
    """The page of computed values and settings."""
    blocks = [*computed_blocks(book, lang)]
    head = tuple(one_line(f"guide.head-{name}", lang) for name in ("meaning-of", "value", "name"))
    for at, (name, block) in enumerate(_blocks(book)):
        title = one_line(f"settings.{name}", lang)
        rows = tuple(
            (
                Box(one_line(f"setting.{path}", lang)),
                Box(value_words(book, path, value).text(lang)),
                Box(path, tone="muted"),
            )
            for path, value in block
        )
        note = say("guide.settings-note", lang) if at == 0 else ""
        blocks.append(Block(_titled(title, lang), (Grid(title, head, rows),), note=note))
    return Page(SETTINGS, one_line("book.tab_settings", lang), tuple(blocks))


def _titled(title: str, lang: Lang) -> str:
    return f"{one_line('guide.settings', lang)} · {title}"


def _blocks(book: Book) -> Iterator[tuple[str, list[tuple[str, object]]]]:
    """The settings that matter for a book, block by block, each with its path and value."""
    settings = book.settings
    single: list[tuple[str, object]] = []
    blocks: list[tuple[str, list[tuple[str, object]]]] = []
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if not isinstance(value, BaseModel):
            single.append((name, value))
        elif all(sheet in book.sheet_by_key for sheet in SHEETS.get(name, ())):
            inner = [(f"{name}.{one}", getattr(value, one)) for one in type(value).model_fields]
            blocks.append((name, inner))
    yield GENERAL, single
    yield from blocks


def value_words(book: Book, path: str, value: object) -> Told:
    """A setting's value in words: codes by their labels, long lists cut short."""

    def word(one: object) -> Told:
        return _word(book, CODES.get(path), one)

    if isinstance(value, Mapping):
        pairs = (
            told("guide.of", name=_word(book, NAMES.get(path), name), value=_several(inner, word))
            for name, inner in value.items()
        )
        return listed(pairs, "guide.mapped")
    return _several(value, word)


def _several(value: object, word: Callable[[object], Told]) -> Told:
    if not isinstance(value, tuple):
        return word(value)
    if not value:
        return told("guide.nothing")
    shown = listed(word(one) for one in value[:SHOWN])
    return shown if len(value) <= SHOWN else told("guide.more", some=shown, count=len(value))


def _word(book: Book, place: str | None, value: object) -> Told:
    match value:
        case None | "":
            return told("guide.nothing")
        case bool():
            return told("book.yes" if value else "book.no")
        case Term():
            return term_words(value)
        case Decimal():
            return Told(plain(value), plain(value))
        case dt.date():
            return Told(value.isoformat(), value.isoformat())
        case str() if place is not None:
            return _named_anywhere(book, place, value)
        case _:
            return Told(str(value), str(value))


def _named_anywhere(book: Book, place: str, code: str) -> Told:
    """A code by its label; areas hold countries beside provinces."""
    found = named(book, place, code)
    if found.zh == code and place == "customers.province":
        return named(book, "customers.country", code)
    return found
