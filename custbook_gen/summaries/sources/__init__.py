"""Sheets and fields that only summaries know: made of the records, shown in no entry sheet.

A tab names them like any other sheet or field (``orders``, ``churn.reasons``,
``customers.lifecycle_before``); their figures are values, for no formula finds them in the
workbook.  Which there are depends on what the book keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from custbook_gen.derive import Facts, also_bought, retention_expired
from custbook_gen.records import Value
from custbook_gen.schema import Book, Category, Sheet
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.lazily import Lazily
from custbook_gen.summaries.sources.data import DATA_SOURCES, current_quality
from custbook_gen.summaries.sources.duplicates import DUPLICATE_SOURCES
from custbook_gen.summaries.sources.fields import FIELDS, ExtraField
from custbook_gen.summaries.sources.people import PEOPLE_SOURCES
from custbook_gen.summaries.sources.privacy import PRIVACY_SOURCES
from custbook_gen.summaries.sources.source import Source
from custbook_gen.tabs import has
from custbook_gen.values import Vocabulary, Words

__all__ = ["AHEAD", "SOURCES", "current_quality", "enriched", "extended"]

SOURCES: tuple[Source, ...] = (*PEOPLE_SOURCES, *PRIVACY_SOURCES, *DUPLICATE_SOURCES, *DATA_SOURCES)
"""Every sheet that summaries may know besides those of the book."""
AHEAD: Final[Mapping[str, Callable[[Facts], object]]] = MappingProxyType(
    {"also_bought": also_bought, "retention": retention_expired}
)
"""What the rows of a sheet come from, where that takes long and comes to little."""


def extended(book: Book) -> Book:
    """A book with the sheets, fields and categories that summaries know besides."""
    known, more = _known(book), _more(book)
    categories: dict[str, Category] = dict(book.category_by_key)
    for source in known:
        for category in (*source.categories, *source.own_categories(book)):
            categories.setdefault(category.key, category)
    sheets = [_with_fields(sheet, more) for sheet in book.sheets]
    sheets += [source.sheet(book) for source in known]
    parts = {name: getattr(book, name) for name in Book.model_fields}
    parts |= {"sheets": tuple(sheets), "categories": tuple(categories.values())}
    return Book.model_construct(**parts)  # consistent as it is: no need to check it all again


def _known(book: Book) -> list[Source]:
    """The sheets that summaries make of a book; one of its own of that key goes before."""
    return [source for source in SOURCES if has(book, *source.needs) and source.key not in book.sheet_by_key]


def _more(book: Book) -> list[ExtraField]:
    """The fields that summaries add to sheets of a book."""
    return [
        one for one in FIELDS if has(book, *one.needs) and one.field.key not in book.sheet(one.sheet).by_key
    ]


def _with_fields(sheet: Sheet, extra: list[ExtraField]) -> Sheet:
    own = [one.field for one in extra if one.sheet == sheet.key]
    if not own:
        return sheet
    parts = {name: getattr(sheet, name) for name in Sheet.model_fields}
    return Sheet.model_construct(**(parts | {"fields": (*sheet.fields, *own)}))


def enriched(context: Context) -> Context:
    """A context whose book, words and records are those that tabs may name."""
    return replace(context, **context.memo.once("enriched", lambda: _parts(context)))


def _parts(context: Context) -> Mapping[str, Any]:
    book = extended(context.book)
    facts = context.facts or Facts.of(context.book, context.tables, context.as_of)
    vocabularies = dict(context.words.vocabularies)
    for category in book.categories:
        if category.key not in vocabularies:
            vocabularies[category.key] = Vocabulary(category, context.lang)
    tables = {
        source.key: partial(source.table, book.sheet(source.key), context, facts)
        for source in _known(context.book)
    }
    rules: dict[str, dict[str, Callable[[], Mapping[str, Value]]]] = {key: {} for key in context.computed}
    for field in _more(context.book):
        rules.setdefault(field.sheet, {})[field.field.key] = partial(field.rule, facts)
    return {
        "book": book,
        "words": Words(book, context.lang, vocabularies, context.words.references),
        "tables": Lazily(context.tables, tables),
        "computed": {key: Lazily(context.computed.get(key, {}), own) for key, own in rules.items()},
        "facts": facts,
    }
