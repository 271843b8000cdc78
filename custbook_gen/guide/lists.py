"""The categories of a book with their values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custbook_gen.document import Block, Box, Grid, Page
from custbook_gen.schema import Book, Category
from custbook_gen.schema.choices import EDITABLE
from custbook_gen.texts import Lang, say
from custbook_gen.wording import one_line

MOST: Final = 60
"""Values of a list that are shown; of longer ones (districts, currencies) only the number."""
LISTS_PAGE: Final = "_values"


def lists_page(book: Book, lang: Lang) -> Page:
    """The page of values to choose from; those out of use are left out."""
    title = one_line("guide.categories", lang)
    head = tuple(one_line(f"guide.head-{name}", lang) for name in ("category", "values"))
    grid = Grid(title, head, tuple(_rows(book, lang)))
    sheet = book.dictionary
    note = ""
    if sheet is not None:
        note = say("guide.categories-note", lang, sheet=sheet.label.line(lang))
    return Page(LISTS_PAGE, title, (Block("", (grid,), note=note),))


def _rows(book: Book, lang: Lang) -> Iterator[tuple[Box, ...]]:
    for category in book.category_by_key.values():
        if category.key == EDITABLE:
            continue
        mark = " *" if category.editable and book.dictionary is not None else ""
        yield Box(category.label.line(lang) + mark), Box(_values(category, lang))


def _values(category: Category, lang: Lang) -> str:
    used = [choice.label.line(lang) for choice in category.choices if choice.active]
    if len(used) > MOST:
        return one_line("guide.many-values", lang, count=len(used))
    return say("guide.mapped", "zh" if lang == "zh" else "en").join(used)
