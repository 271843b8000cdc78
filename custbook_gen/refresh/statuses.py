"""What the status column says of rows that wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from custbook_gen.check import CheckedRow
from custbook_gen.layout import STATUS
from custbook_gen.refresh.outcome import At, Outcome
from custbook_gen.refresh.target import Target
from custbook_gen.wording import status_text
from custbook_gen.workbook import SheetPatch


def statuses(target: Target, rows: Iterable[CheckedRow], outcome: Outcome) -> dict[int, str]:
    """The status text of every row that is held or in conflict, by row number."""
    clashes: dict[str, list[str]] = {}
    for item in outcome.conflicts:
        if item.sheet == target.sheet.key:
            clashes.setdefault(item.key, []).append(item.field)
    texts = {}
    for row in rows:
        key = outcome.keys.get(row.key, row.key)
        held, clashing = (
            [target.header(name) for name in some] for some in (row.faults, clashes.get(key, []))
        )
        if held or clashing:
            texts[row.number] = status_text(target.view.lang, held, clashing)
    return texts


def restated(
    target: Target, patch: SheetPatch, waiting: Mapping[At, CheckedRow], outcome: Outcome
) -> SheetPatch:
    """A sheet's patch with the status of rows that go on waiting as the next run will find them."""
    rows = {row.number: row for (sheet, _), row in waiting.items() if sheet == target.sheet.key}
    column = target.here.columns.get(STATUS)
    if not rows or column is None:
        return patch
    texts = statuses(target, rows.values(), outcome)
    kept = [cell for cell in patch.cells if cell.column != column or cell.row not in rows]
    told = [cell for number in rows for cell in target.put(STATUS, number, texts.get(number))]
    return replace(patch, cells=(*kept, *told))
