"""Which tabs of a workbook are ours beside the entry sheets, whatever people call them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from custbook_gen.check.marked import find_review_tabs
from custbook_gen.finding import find_by_texts
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import LISTS, META, Layout, address
from custbook_gen.plan import Meta, find_meta
from custbook_gen.plan.lists import list_keys
from custbook_gen.schema import Book
from custbook_gen.tabs import Tab, said
from custbook_gen.workbook import RawWorkbook


def own_titles(
    raw: RawWorkbook, meta: Meta, book: Book, planned: Layout, tabs: Sequence[Tab]
) -> dict[str, str]:
    """The titles of our tabs by key; of those that cannot be found, the ones that they had.

    A tab that came with a later version is not looked for: what bears its name is somebody's own.

    Args:
        raw: the workbook.
        meta: what it says of itself.
        book: the book with its stored dictionary.
        planned: where everything goes in a new workbook.
        tabs: the summary tabs of the book.
    """
    titles = {key: meta.titles[key] for key in planned.titles if key in meta.titles}
    titles |= find_review_tabs(raw, meta.titles)
    lost = {key for key, title in titles.items() if raw.sheet(title) is None}
    if META in lost and (found := find_meta(raw)) is not None:
        titles[META] = found[0]
    if lost:
        held = {key: texts for key, texts in _texts(book, meta, tabs).items() if key in lost}
        titles |= find_by_texts(raw, held, {*meta.titles.values(), *titles.values()})
    return titles


def _texts(book: Book, meta: Meta, tabs: Sequence[Tab]) -> Mapping[str, Sequence[str]]:
    """What each tab always says, what stands for it alone first."""
    from custbook_gen.plan.guide import page_texts  # noqa: PLC0415 (rarely needed)

    summaries = {tab.key: said(tab, meta.lang) for tab in tabs}
    return {**summaries, **page_texts(book, meta.lang), LISTS: list_keys(book)}


def tab_changes(raw: RawWorkbook, meta: Meta, titles: Mapping[str, str]) -> Iterator[Issue]:
    """Our tabs that people renamed since the last sync, and those that are gone."""
    for key, title in titles.items():
        if raw.sheet(title) is None:
            yield Issue("tab-missing", Place(key, title))
        elif title != meta.titles.get(key, title):
            place = Place(key, title, cell=address(title, None, None))
            yield Issue("sheet-renamed", place, facts={"expected": meta.titles[key]})
