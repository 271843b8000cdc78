"""Cells that stand in no table: their values row by row, their looks in rectangles.

A look takes many times the bytes of a value, and most cells look like their neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from custbook_gen.backends.sheets.cells import format_of, refuse_long, value_of
from custbook_gen.backends.sheets.references import Area, areas
from custbook_gen.backends.sheets.wire import Json
from custbook_gen.workbook import SheetPlan, Style, StyledCell

BLOCK: Final = 400
"""Rows of values in one request."""


class _Look(NamedTuple):
    """What cells of a rectangle have in common: their style, and where they lead to."""

    style: Style
    uri: str | None

    def as_format(self) -> Json:
        """A ``CellFormat``."""
        made = format_of(self.style)
        if self.uri is None:
            return made
        return {**made, "textFormat": {**made["textFormat"], "link": {"uri": self.uri}}}


@dataclass(slots=True)
class _Run:
    """Neighbours of a row that look alike, as far down as the rows below are the same."""

    look: _Look
    area: Area


def content(sheet: SheetPlan, sheet_id: int, links: Mapping[str, str]) -> Iterator[Json]:
    """The requests for the free cells of a tab: values, looks, merges.

    Args:
        sheet: the tab.
        sheet_id: its identifier.
        links: the address of every place inside the workbook that is linked to.
    """
    by_row: dict[int, dict[int, StyledCell]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        refuse_long(cell.value, sheet.title, row, column)
        by_row.setdefault(row, {})[column] = cell
    last = max(by_row, default=0)
    for first in range(1, last + 1, BLOCK):
        rows = [_values(by_row.get(number, {})) for number in range(first, min(first + BLOCK, last + 1))]
        start = {"sheetId": sheet_id, "rowIndex": first - 1, "columnIndex": 0}
        yield {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}
    for run in _runs(by_row, links):
        look = {"userEnteredFormat": run.look.as_format()}
        yield {"repeatCell": {"range": run.area.on(sheet_id), "cell": look, "fields": "userEnteredFormat"}}
    for reference in sheet.merges:
        (area,) = areas(reference)
        yield {"mergeCells": {"range": area.on(sheet_id), "mergeType": "MERGE_ALL"}}


def _values(cells: Mapping[int, StyledCell]) -> Json:
    """``RowData`` with values alone."""
    found = {column: value for column, cell in cells.items() if (value := value_of(cell.value))}
    columns = range(1, max(found, default=0) + 1)
    return {"values": [{"userEnteredValue": found[at]} if at in found else {} for at in columns]}


def _runs(rows: Mapping[int, Mapping[int, StyledCell]], links: Mapping[str, str]) -> Iterator[_Run]:
    """The fewest rectangles of cells that look alike, row runs joined downwards."""
    growing: dict[tuple[int, int, _Look], _Run] = {}
    for number, cells in rows.items():
        still: dict[tuple[int, int, _Look], _Run] = {}
        looks = [(at, _Look(cell.style, links.get(cell.link or ""))) for at, cell in cells.items()]
        for (look, _), group in groupby(enumerate(looks), lambda item: (item[1][1], item[1][0] - item[0])):
            columns = [at for _, (at, _) in group]
            key = (columns[0], columns[-1], look)
            run = growing.pop(key, None)
            if run is not None and run.area.bottom == number - 1:
                run.area = run.area._replace(bottom=number)
            else:
                if run is not None:
                    yield run
                run = _Run(look, Area(number, columns[0], number, columns[-1]))
            still[key] = run
        yield from growing.values()
        growing = still
    yield from growing.values()
