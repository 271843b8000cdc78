"""Number formats and locks of cells: column by column, of the head, and beside the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from custbook_gen.furniture import Furniture, Look, format_kind
from custbook_gen.mending.found import Damage, Found
from custbook_gen.workbook import MAX_COLUMNS, ColumnPlan

LOOKS: Final = frozenset({"format-lost", "lock-altered"})


def look_damages(found: Found, around: Furniture) -> Iterator[Damage]:
    """Per column: cells whose number format is of another kind, or whose lock is not as planned."""
    for key, plan in found.planned.items():
        planned = _planned_look(plan)
        column = found.here.columns[key]
        wrong = {
            look: spread
            for look, spread in around.looks(column, found.here.first_row).items()
            if not look.serves(planned)
        }
        whole = around.column(column)
        if not wrong and whole is not None and whole.look is not None and whole.look.serves(planned):
            continue
        for code, told in _codes(planned, wrong).items():
            spreads = [spread for look, spread in wrong.items() if look in told]
            top, bottom = min(item.first for item in spreads), max(item.last for item in spreads)
            count = sum(item.count for item in spreads)
            yield Damage(code, key, (top, column, bottom, column), {"count": count})
        if not wrong:
            yield Damage("format-lost", key, None, {"count": 0})


def lock_damages(found: Found, around: Furniture) -> Iterator[Damage]:
    """On a sheet that is guarded: cells of the head that are open, columns beside the table that are not."""
    if found.frame.protection is None:
        return
    opened = open_head(found, around)
    if opened:
        rows, columns = zip(*opened, strict=True)
        area = (min(rows), min(columns), max(rows), max(columns))
        yield Damage("head-unlocked", None, area, {"count": len(opened)})
    if is_closed_beside(found, around):
        yield Damage("columns-locked")


def open_head(found: Found, around: Furniture) -> list[tuple[int, int]]:
    """Machine keys and headers of ours whose cells are not locked: row and column."""
    here = found.here
    return [
        (row, here.columns[key])
        for row in sorted({here.key_row, here.header_row})
        for key, plan in found.planned.items()
        if plan.header_style.locked
        and (look := around.top.get((row, here.columns[key]))) is not None
        and not look.locked
    ]


def is_closed_beside(found: Found, around: Furniture) -> bool:
    """Whether the columns that nobody uses yet have lost the format that leaves them open.

    A format that locks them is somebody's own.
    """
    if _has_format(around, MAX_COLUMNS):
        return False
    last = max((len(cells) for cells in found.tab.rows.values()), default=0)
    free = max(last, found.rightmost) + 1
    return free <= MAX_COLUMNS and not _has_format(around, free)


def _has_format(around: Furniture, column: int) -> bool:
    whole = around.column(column)
    return whole is not None and whole.look is not None


def _planned_look(plan: ColumnPlan) -> Look:
    """How a column's cells are to look, as far as that is ours."""
    return Look(format_kind(plan.style.number_format), plan.style.locked)


def _codes(planned: Look, wrong: Iterable[Look]) -> dict[str, set[Look]]:
    """What is wrong with looks, by code."""
    codes: dict[str, set[Look]] = {}
    for look in wrong:
        if look.locked != planned.locked:
            codes.setdefault("lock-altered", set()).add(look)
        if not Look(look.kind, planned.locked).serves(planned):
            codes.setdefault("format-lost", set()).add(look)
    return codes
