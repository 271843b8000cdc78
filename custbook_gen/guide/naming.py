"""What codes in settings are called: the labels of the field that they are values of."""

from __future__ import annotations

from collections.abc import Iterable

from custbook_gen.schema import Book
from custbook_gen.texts import CATALOGUE, Lang, join, say
from custbook_gen.value_objects import value_object


@value_object
class Told:
    """A text in both languages, to be set into a sentence as ``{name:zh}`` and ``{name:en}``."""

    zh: str
    en: str

    def __format__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def text(self, lang: Lang) -> str:
        """The text in one language, or both on one line."""
        return join(self.zh, self.en, lang).replace("\n", " ")


def told(key: str, **facts: object) -> Told:
    """A sentence of the catalogue."""
    return Told(say(key, "zh", **facts), say(key, "en", **facts))


def named(book: Book, place: str, code: str) -> Told:
    """A code by its label, where the book has the field (``sheet.field``) and the choice.

    Codes that only settings name (of laws) have their words in the catalogue.
    """
    sheet, _, name = place.partition(".")
    known = book.sheet_by_key.get(sheet)
    field = known.by_key.get(name) if known is not None else None
    category = book.category_by_key.get(field.category or "") if field is not None else None
    choice = category.by_code.get(code) if category is not None else None
    if choice is not None:
        return Told(choice.label.zh, choice.label.en)
    return told(f"code.{code}") if f"code.{code}" in CATALOGUE else Told(code, code)


def listed(some: Iterable[Told], mark: str = "guide.listed") -> Told:
    """Several texts one after the other."""
    parts = list(some)
    return Told(say(mark, "zh").join(one.zh for one in parts), say(mark, "en").join(one.en for one in parts))


def all_named(book: Book, place: str, codes: Iterable[str]) -> Told:
    """Codes of one field by their labels, in quotes."""
    return listed(Told(f"“{one.zh}”", f"“{one.en}”") for one in (named(book, place, code) for code in codes))
