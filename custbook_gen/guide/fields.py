"""How to work with the book: steps, what sync does, colours, and every field of every sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custbook_gen.document import Block, Box, Grid, Page, Prose, Tone
from custbook_gen.layout import GUIDE, header
from custbook_gen.schema import Book, Field, Sheet
from custbook_gen.texts import Lang, say
from custbook_gen.wording import need_word, one_line, rule_words

STEPS: Final = 7
REGISTER_STEPS: Final = 6
SYNC: Final = ("new", "wrong", "tidy", "broken", "clash", "removed", "own")
COLOURS: Final[tuple[Tone, ...]] = ("required", "optional", "computed", "held", "missing")
COLUMNS: Final = ("field", "need", "meaning", "example", "rule")
CONSENT_STEP: Final = 5


def guide_page(book: Book, lang: Lang) -> Page:
    """The page that tells how to work with a book."""
    blocks = [Block(one_line("guide.steps", lang), (Prose(steps(book, lang), "steps"),))]
    if (registering := register_steps(book, lang)) is not None:
        blocks.append(Block(one_line("guide.register", lang), (Prose(registering, "steps"),)))
    blocks += [
        Block(one_line("guide.sync", lang), (_sync(lang),), note=say("guide.sync-only-note", lang)),
        Block(one_line("guide.colours", lang), (_colours(lang),)),
        *(_sheet(book, sheet, lang) for sheet in book.sheets),
    ]
    return Page(GUIDE, one_line("book.tab_guide", lang), tuple(blocks), lead=(say("guide.intro", lang),))


def steps(book: Book, lang: Lang) -> tuple[str, ...]:
    """How to use a workbook, step by step; what can be done depends on its protection."""
    strict = {4: "guide.step4-strict"} if book.settings.protection == "strict" else {}
    return tuple(say(strict.get(number, f"guide.step{number}"), lang) for number in range(1, STEPS + 1))


def register_steps(book: Book, lang: Lang) -> tuple[str, ...] | None:
    """How to register a customer, step by step; nothing for books without customers."""
    if "customers" not in book.sheet_by_key:
        return None
    left_out = () if "consents" in book.sheet_by_key else (CONSENT_STEP,)
    numbers = (number for number in range(1, REGISTER_STEPS + 1) if number not in left_out)
    return tuple(say(f"guide.register{number}", lang) for number in numbers)


def _sync(lang: Lang) -> Grid:
    rows = [
        (Box(one_line(f"guide.sync-{name}", lang)), Box(one_line(f"guide.sync-{name}-does", lang)))
        for name in SYNC
    ]
    head = (one_line("guide.sync-what", lang), one_line("guide.sync-does", lang))
    return Grid(one_line("guide.sync", lang), head, tuple(rows))


def _colours(lang: Lang) -> Grid:
    rows = [
        (
            Box(one_line(f"guide.colour-{tone}", lang), tone=tone),
            Box(one_line(f"guide.colour-{tone}-means", lang)),
        )
        for tone in COLOURS
    ]
    return Grid(one_line("guide.colours", lang), (), tuple(rows))


def _sheet(book: Book, sheet: Sheet, lang: Lang) -> Block:
    title = sheet.label.line(lang)
    head = tuple(one_line(f"guide.head-{name}", lang) for name in COLUMNS)
    note = sheet.help.text(lang) if sheet.help is not None else ""
    grid = Grid(title, head, tuple(_rows(book, sheet, lang)))
    return Block(title, (grid,), note=note, sheet=sheet.key)


def _rows(book: Book, sheet: Sheet, lang: Lang) -> Iterator[tuple[Box, ...]]:
    for item in sheet.fields:
        yield (
            Box(header(sheet, item.key, lang), tone=tone(item)),
            Box(need_word(item, lang)),
            Box(item.help.text(lang) if item.help else ""),
            Box(item.example or ""),
            Box(rule_words(item, sheet, book, lang)),
        )


def tone(item: Field) -> Tone:
    """What kind of column a field makes: its header has that look in the sheet."""
    if not item.entered:
        return "computed"
    return "required" if item.required or item.one_of else "optional"
