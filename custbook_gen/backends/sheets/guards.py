"""Protected ranges: a guard-rail for what people should not change by accident.

Google lets nobody insert or delete rows on a protected tab, whatever cells are excepted, so an
entry tab is protected by its heads (and its locked columns) alone; other tabs of ours are
protected whole, except for the cells in which people fill something in.
"""

from __future__ import annotations

from collections.abc import Iterator

from custbook_gen.backends.sheets.references import Area
from custbook_gen.backends.sheets.wire import Json, chosen_id
from custbook_gen.workbook import SheetPlan


def protections(sheet: SheetPlan, workbook: str, sheet_id: int, editors: tuple[str, ...]) -> Iterator[Json]:
    """The requests that protect a tab."""
    if sheet.protection is None:
        return
    table = sheet.table
    if table is not None and sheet.protection.rows:
        locked = [at for at, column in enumerate(table.columns, 1) if column.style.locked]
        spans = [{"startRowIndex": table.key_row - 1, "endRowIndex": table.header_row}]
        spans += [
            {"startRowIndex": table.first_row - 1, "startColumnIndex": at - 1, "endColumnIndex": at}
            for at in locked
        ]
        for number, span in enumerate(spans):
            yield _protect(workbook, (sheet, number), {"range": {"sheetId": sheet_id, **span}}, editors)
        return
    open_cells = [
        Area(row, column, row, column).on(sheet_id)
        for (row, column), cell in sheet.cells.items()
        if not cell.style.locked
    ]
    whole: Json = {"range": {"sheetId": sheet_id}}
    if open_cells:
        whole["unprotectedRanges"] = open_cells
    yield _protect(workbook, (sheet, 0), whole, editors)


def _protect(workbook: str, part: tuple[SheetPlan, int], what: Json, editors: tuple[str, ...]) -> Json:
    sheet, number = part
    return {
        "addProtectedRange": {
            "protectedRange": {
                "protectedRangeId": chosen_id(workbook, "protection", sheet.key, number),
                "description": sheet.title,
                "editors": {"users": list(editors), "domainUsersCanEdit": False},
                **what,
            }
        }
    }
