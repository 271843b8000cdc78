"""Summary tabs: from a template to a sheet whose formulas and values agree.

One figure has two back ends: :mod:`~custbook_gen.summaries.criteria` writes it as a
formula over the entry sheets, :mod:`~custbook_gen.summaries.tallies` computes it from
the records.  Besides the book's own sheets, tabs may name those of
:mod:`~custbook_gen.summaries.sources`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from custbook_gen import document
from custbook_gen.derive import Facts
from custbook_gen.summaries import tallies
from custbook_gen.summaries.context import ChangeLine, Context, Memo
from custbook_gen.summaries.sheet import FROZEN_ROWS, draw_page
from custbook_gen.summaries.sources import AHEAD, current_quality, enriched
from custbook_gen.summaries.telling import told_page
from custbook_gen.tabs import Tab
from custbook_gen.workbook import SheetPlan

__all__ = [
    "ChangeLine",
    "Context",
    "Memo",
    "current_quality",
    "made_ahead",
    "make_shared",
    "summary_page",
    "summary_sheet",
]


def summary_sheet(tab: Tab, context: Context) -> SheetPlan:
    """The sheet of a summary tab: every number with its formula, where it has one, and its value.

    Args:
        tab: what the tab shows, checked against the book of the context.
        context: the records, and where they stand in the workbook.
    """
    return draw_page(tab, enriched(context)).plan(tab.key, FROZEN_ROWS)


def made_ahead(tabs: Iterable[Tab]) -> list[Callable[[Facts], object]]:
    """What these tabs will ask the facts for and a worker may make before; little to hand over.

    Args:
        tabs: as for :func:`summary_sheet`.
    """
    looked_at = frozenset[str]().union(*(tab.sheets for tab in tabs))
    return [make for sheet, make in AHEAD.items() if sheet in looked_at]


def make_shared(tabs: Iterable[Tab], context: Context) -> None:
    """Make what several tabs look at: copies of this process that draw some of them would each make it.

    Args:
        tabs: as for :func:`summary_sheet`.
        context: the records; its memo keeps what is made.
    """
    tallies.make_shared(tabs, enriched(context))


def summary_page(tab: Tab, context: Context) -> document.Page:
    """The same as a page to be shown otherwise: every figure as its cell shows it.

    Args:
        tab: what the tab shows, checked against the book of the context.
        context: the records.
    """
    return told_page(tab, draw_page(tab, enriched(context)))
