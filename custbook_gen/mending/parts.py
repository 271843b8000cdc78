"""What a sheet has as a whole: its guard, frozen head, filter, hidden key row; merged and hidden cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from custbook_gen.comparing import is_guarded
from custbook_gen.furniture import Area, Furniture, Part
from custbook_gen.layout import SheetLayout
from custbook_gen.mending.found import Damage, Found
from custbook_gen.workbook import MAX_COLUMNS, RawSheet

PARTS: Final[Mapping[str, Part]] = {
    "guard-lost": "guard",
    "freeze-lost": "freeze",
    "filter-lost": "filter",
    "highlight-altered": "formats",
    "key-row-shown": "key-row",
}
"""The damage that is repaired by putting a part back whole."""
LISTED: Final = 8
"""So many columns are named in one sentence."""


def part_damages(found: Found, around: Furniture) -> Iterator[Damage]:
    """What is gone of a sheet as a whole."""
    planned = found.frame.protection
    if planned is not None and not is_guarded(around.protection, planned):
        yield Damage("guard-lost")
    if found.frame.freeze is not None and around.freeze is None:
        yield Damage("freeze-lost")
    if found.frame.filter and not around.tables and not _is_filtered(found, around):
        yield Damage("filter-lost")
    if found.here.key_row < found.here.header_row and found.here.key_row not in found.tab.hidden_rows:
        row = found.here.key_row
        yield Damage("key-row-shown", None, (row, 1, row, found.rightmost))


def _is_filtered(found: Found, around: Furniture) -> bool:
    """Whether a filter spans all our columns: sorting by another one would tear rows apart."""
    if around.filter is None:
        return False
    top, left, _, right = around.filter
    columns = found.here.columns.values()
    return top == found.here.header_row and left <= min(columns) and right >= max(columns)


def merge_damages(found: Found) -> Iterator[Damage]:
    """Merged cells among the records."""
    for area in merged_areas(found.tab, found.here):
        yield Damage("cells-merged", None, area)


def merged_areas(tab: RawSheet, here: SheetLayout) -> list[Area]:
    """The merged cells among the records' rows and our columns."""
    columns = set(here.columns.values())
    return [
        (top, left, bottom, right)
        for top, left, bottom, right in tab.merges
        if bottom >= here.first_row and not columns.isdisjoint(range(left, min(right, MAX_COLUMNS) + 1))
    ]


def hidden_damages(found: Found, around: Furniture) -> Iterator[Damage]:
    """Rows and columns that nobody sees; they are read like all others."""
    rows = [row for row in found.tab.hidden_rows if found.here.first_row <= row <= found.last]
    if rows:
        area = (min(rows), 1, max(rows), found.rightmost)
        yield Damage("rows-filtered" if around.filtering else "rows-hidden", None, area, {"count": len(rows)})
    hidden = [
        plan.header.replace("\n", " ")
        for key, plan in found.planned.items()
        if (whole := around.column(found.here.columns[key])) is not None and whole.hidden
    ]
    if hidden:
        named = (*hidden[:LISTED], *("…" for _ in hidden[LISTED : LISTED + 1]))
        yield Damage("columns-hidden", None, None, {"columns": named})
