"""Where the parts of a workbook go that it lacks: lost columns, lost sheets, tabs of ours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from custbook_gen.layout import Layout, SheetLayout, free_title
from custbook_gen.workbook import MAX_COLUMNS, RawSheet, RawWorkbook


def completed(layout: Layout, planned: Layout, lost: Collection[str], raw: RawWorkbook) -> Layout:
    """A workbook's layout with the columns that it lost, to the right of all others, and lost sheets.

    Args:
        layout: where everything stands in the workbook.
        planned: where everything goes in a new one.
        lost: the entry sheets whose tabs are gone.
        raw: the workbook.
    """
    taken = {sheet.title.casefold() for sheet in raw.sheets}
    sheets = {}
    for key, expected in planned.sheets.items():
        here = layout.sheets.get(key)
        if here is not None:
            tab = raw.sheet(here.title)
            sheets[key] = here if tab is None else _with_lost_columns(here, expected, tab)
        elif key in lost:
            sheets[key] = replace(expected, title=free_title(expected.title, taken))
    return Layout(sheets, layout.titles)


def with_all_tabs(layout: Layout, planned: Layout, earlier: Mapping[str, str], raw: RawWorkbook) -> Layout:
    """A workbook's layout with the tabs of ours that it lacks, under titles that are free in it.

    Args:
        layout: where everything stands in the workbook.
        planned: where everything goes in a new one.
        earlier: the titles that its tabs had.
        raw: the workbook.
    """
    taken = {sheet.title.casefold() for sheet in raw.sheets}
    titles = {
        key: layout.titles.get(key) or free_title(earlier.get(key, title), taken)
        for key, title in planned.titles.items()
    }
    return Layout(layout.sheets, titles)


def _with_lost_columns(here: SheetLayout, expected: SheetLayout, tab: RawSheet) -> SheetLayout:
    missing = [key for key in expected.columns if key not in here.columns and key not in here.withheld]
    if not missing:
        return here
    last = max(max(map(len, tab.rows.values()), default=0), *here.columns.values())
    formulas = max((column for _, column in tab.formulas), default=0)
    added = {key: at for at, key in enumerate(missing, max(last, formulas) + 1) if at <= MAX_COLUMNS}
    return replace(here, columns={**here.columns, **added})
