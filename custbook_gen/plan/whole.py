"""The whole workbook, and the sheets that are ours alone."""

from __future__ import annotations

from collections.abc import Sequence

from custbook_gen.decisions import Line
from custbook_gen.plan.entry import entry_sheet
from custbook_gen.plan.guide import guide_sheet, protection_sheet, settings_sheet
from custbook_gen.plan.lists import lists_sheet
from custbook_gen.plan.meta import meta_sheet, properties
from custbook_gen.plan.names import workbook_names
from custbook_gen.plan.review import conflicts_sheet, issues_sheet
from custbook_gen.plan.view import View
from custbook_gen.workbook import Plan, SheetPlan

LANGUAGES = {"zh": "zh-CN", "en": "en-US", "zh+en": "zh-CN"}


def plan_workbook(view: View, summaries: Sequence[SheetPlan] = (), issues: Sequence[Line] = ()) -> Plan:
    """The whole workbook: guide, issues and conflicts, entry sheets, summaries, settings, hidden sheets.

    Args:
        view: what it shows.
        summaries: its summary tabs.
        issues: what there is to look at.
    """
    entries = [entry_sheet(view, sheet) for sheet in view.book.sheets if sheet.key in view.layout.sheets]
    return Plan(
        title=view.book.label.line(view.lang),
        sheets=(
            guide_sheet(view),
            issues_sheet(view, issues),
            conflicts_sheet(view, ()),
            *entries,
            *summaries,
            settings_sheet(view),
            protection_sheet(view),
            lists_sheet(view),
            meta_sheet(view),
        ),
        names=workbook_names(view),
        properties=properties(view),
        language=LANGUAGES[view.lang],
        active=view.book.sheets[0].key,
    )


def own_sheets(view: View, summaries: Sequence[SheetPlan] = ()) -> tuple[SheetPlan, ...]:
    """The sheets that hold nothing of the user's and are rewritten at every sync."""
    return (*summaries, settings_sheet(view), lists_sheet(view), meta_sheet(view))


def written_once(view: View) -> tuple[SheetPlan, ...]:
    """The sheets that stay as they were written: people may have filled in what they ask for."""
    return (guide_sheet(view), protection_sheet(view))
