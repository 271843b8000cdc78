"""The summary tabs of a view, drawn, and what the quality of its data is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from custbook_gen.actions.views import uncollected
from custbook_gen.plan import View
from custbook_gen.records import QualityPoint
from custbook_gen.summaries import ChangeLine, Context, current_quality, make_shared, summary_sheet
from custbook_gen.tabs import Tab
from custbook_gen.workbook import SheetPlan
from custbook_gen.workers import shared_out

MANY_ROWS: Final = 10_000
"""From so many records on it pays to have a worker draw some of the tabs."""


@uncollected()
def summary_sheets(
    view: View,
    tabs: Sequence[Tab],
    trend: Sequence[QualityPoint] = (),
    faults: Mapping[str, int] | None = None,
    changes: Sequence[ChangeLine] = (),
) -> list[SheetPlan]:
    """The summary tabs of a view, those that its workbook has.

    Args:
        view: what the workbook shows.
        tabs: the summary tabs of its book.
        trend: what the quality of the data was at earlier dates.
        faults: how many cells are held back, by ``sheet.field``.
        changes: the change log, the newest first.
    """
    context = _context(view, trend, faults, changes)
    titles: Mapping[str, str] = view.layout.titles
    shown = [tab for tab in tabs if tab.key in titles]

    def drawn(number: int) -> SheetPlan:
        tab = shown[number]
        return summary_sheet(tab, replace(context, title=titles[tab.key]))

    if sum(len(table.rows) for table in view.tables.values()) < MANY_ROWS:
        return list(map(drawn, range(len(shown))))
    make_shared(shown, context)
    return shared_out(drawn, len(shown))


def quality_of(view: View, faults: Mapping[str, int]) -> QualityPoint | None:
    """What the quality of the data is now; nothing for a book that keeps no customers."""
    if view.facts is None or "customers" not in view.tables:
        return None
    return current_quality(_context(view, (), faults, ()), view.facts)


def _context(
    view: View,
    trend: Sequence[QualityPoint],
    faults: Mapping[str, int] | None,
    changes: Sequence[ChangeLine],
) -> Context:
    return Context(
        view.book,
        view.words,
        view.layout,
        view.tables,
        view.computed,
        view.as_of,
        title="",
        trend=trend,
        faults=faults or {},
        changes=changes,
        facts=view.facts,
    )
