"""Which tabs of a workbook are ours beside the entry sheets, whatever people call them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from custbook_gen.check.marked import find_review_tabs
from custbook_gen.finding import find_by_texts, holds
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import CONFLICTS, ISSUES, LISTS, META, Layout, address
from custbook_gen.mending import is_unguarded
from custbook_gen.plan import Meta, find_meta
from custbook_gen.plan.lists import list_keys
from custbook_gen.schema import Book
from custbook_gen.tabs import Tab, said
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import RawWorkbook

_KNOWN_BY_KEYS: Final = frozenset({ISSUES, CONFLICTS, META})


@value_object
class OwnTabs:
    """Our tabs by key: the titles of those that are there, and those that the others had."""

    titles: Mapping[str, str]
    lost: Mapping[str, str]

    def changes(self, meta: Meta) -> Iterator[Issue]:
        """Tabs that people renamed since the last sync, and those that are gone."""
        for key, title in self.titles.items():
            if title != meta.titles.get(key, title):
                place = Place(key, title, cell=address(title, None, None))
                yield Issue("sheet-renamed", place, facts={"expected": meta.titles[key]})
        for key, title in self.lost.items():
            yield Issue("tab-missing", Place(key, title))


def find_own_tabs(raw: RawWorkbook, meta: Meta, book: Book, planned: Layout, tabs: Sequence[Tab]) -> OwnTabs:
    """Our tabs in a workbook.

    A guarded tab of the title that ours had is taken for ours; one that is not guarded must
    also say what ours says, as somebody may have made a tab of that name.  A tab that came
    with a later version is not looked for: what bears its name is somebody's own.

    Args:
        raw: the workbook.
        meta: what it says of itself.
        book: the book with its stored dictionary.
        planned: where everything goes in a new workbook.
        tabs: the summary tabs of the book.
    """
    had = {key: meta.titles[key] for key in planned.titles if key in meta.titles}
    titles = had | find_review_tabs(raw, meta.titles)
    if raw.sheet(titles.get(META, META)) is None and (found := find_meta(raw)) is not None:
        titles[META] = found[0]
    doubtful = {key: title for key, title in titles.items() if _is_doubtful(raw, key, title)}
    if doubtful:
        texts = _texts(book, meta, tabs)
        lost = {key: title for key, title in doubtful.items() if not _says(raw, title, texts.get(key, ()))}
        sure = {title for key, title in titles.items() if key not in lost}
        held = {key: texts[key] for key in lost if key in texts}
        entries = {meta.titles[key] for key in planned.sheets if key in meta.titles}
        titles = {key: title for key, title in titles.items() if key not in lost}
        titles |= find_by_texts(raw, held, sure | entries)
    return OwnTabs(titles, {key: title for key, title in had.items() if key not in titles})


def _is_doubtful(raw: RawWorkbook, key: str, title: str) -> bool:
    """Whether a tab is not there, or may be somebody else's in spite of its title."""
    tab = raw.sheet(title)
    return tab is None or (key not in _KNOWN_BY_KEYS and is_unguarded(tab))


def _says(raw: RawWorkbook, title: str, texts: Sequence[str]) -> bool:
    tab = raw.sheet(title)
    return tab is not None and holds(tab, texts)


def _texts(book: Book, meta: Meta, tabs: Sequence[Tab]) -> Mapping[str, Sequence[str]]:
    """What each tab always says, what stands for it alone first."""
    from custbook_gen.plan.guide import page_texts  # noqa: PLC0415 (rarely needed)

    summaries = {tab.key: said(tab, meta.lang) for tab in tabs}
    return {**summaries, **page_texts(book, meta.lang), LISTS: list_keys(book)}
