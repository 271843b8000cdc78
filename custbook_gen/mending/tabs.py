"""Whole tabs of ours: guards off or too strict, and names of single tabs that stand before the workbook's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from custbook_gen.comparing import is_guarded
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import CONFLICTS, ISSUES, LISTS, META, Layout, address
from custbook_gen.workbook import Protection, RawSheet, RawWorkbook

HIDDEN: Final = frozenset({LISTS, META})
"""Tabs that nobody sees: what becomes of their guards is put right without a word."""
SORTED: Final = frozenset({ISSUES, CONFLICTS})
"""Tabs whose rows people may sort, filter and take away."""


def tab_issues(raw: RawWorkbook, layout: Layout, names: Collection[str]) -> Iterator[Issue]:
    """What is to be told of tabs as a whole; the guards of entry sheets are told with their other damage.

    Args:
        raw: the workbook.
        layout: where everything of ours stands in it.
        names: the defined names of ours.
    """
    for key, title in layout.titles.items():
        tab = raw.sheet(title)
        planned = Protection() if key in SORTED else Protection(sort_filter=False, rows=False)
        if tab is not None and key not in HIDDEN and lost_guard(tab, planned):
            yield Issue("tab-unguarded", Place(key, title, cell=address(title, None, None)))
    keys = {title: key for key, title in _titles(layout).items()}
    for title, own in shadows(raw, layout, names).items():
        place = Place(keys[title], title, cell=address(title, None, None))
        yield Issue("name-shadowed", place, facts={"count": len(own), "name": min(own)})


def lost_guard(tab: RawSheet, planned: Protection) -> bool:
    """Whether a tab's guard is off, or refuses what it should allow, as far as that is known."""
    return tab.around is not None and not is_guarded(tab.around.protection, planned)


def is_unguarded(tab: RawSheet) -> bool:
    """Whether a tab is not guarded, as far as that is known."""
    return tab.around is not None and tab.around.protection is None


def shadows(raw: RawWorkbook, layout: Layout, names: Collection[str]) -> Mapping[str, frozenset[str]]:
    """Names that tabs of ours have for themselves and that are called like ours, by title.

    Copying a sheet gives the copy names of its own.  On a copy they are right: its formulas
    mean the copy.  Once the copy has taken the place of the original, they go on standing
    for what was copied, and move no more as the sheet grows.
    """
    ours = {name.casefold() for name in names}
    found = {}
    for title in _titles(layout).values():
        tab = raw.sheet(title)
        own = frozenset(name for name in tab.names if name.casefold() in ours) if tab is not None else ()
        if own:
            found[title] = frozenset(own)
    return found


def _titles(layout: Layout) -> Mapping[str, str]:
    return {key: here.title for key, here in layout.sheets.items()} | dict(layout.titles)
