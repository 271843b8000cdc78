"""Sheets of ours that hold nothing of people's, compared with what was planned for them."""

from __future__ import annotations

from custbook_gen.check.rows import same_cell
from custbook_gen.comparing import is_guarded, same_formula
from custbook_gen.workbook import Cell, Formula, RawSheet, SheetPlan


def differs(plan: SheetPlan, raw: RawSheet) -> bool:
    """Whether a sheet of ours holds anything else than planned, lost its guard or is shown."""
    if raw.around is not None:
        shown = plan.state not in {"visible", raw.state}
        guard = raw.around.protection
        if shown or (plan.protection is not None and not is_guarded(guard, plan.protection)):
            return True
    wanted: dict[tuple[int, int], Cell | Formula] = {at: cell.value for at, cell in plan.cells.items()}
    if plan.table is not None:
        for number, row in enumerate(plan.table.rows, plan.table.first_row):
            cells = ((column, value) for column, value in enumerate(row, 1) if value is not None)
            wanted.update(((number, column), value) for column, value in cells)
    rows = range(plan.table.first_row, max(raw.rows, default=0) + 1) if plan.table is not None else raw.rows
    filled = {
        (number, column)
        for number in rows
        for column, cell in enumerate(raw.rows.get(number, ()), 1)
        if cell is not None and cell != ""
    }
    expected = {at for at, value in wanted.items() if not _empty(value) and at[0] in rows}
    if filled != expected or any(at not in wanted for at in raw.formulas):
        return True
    return any(not _shows(raw, at, value) for at, value in wanted.items())


def _empty(value: Cell | Formula) -> bool:
    plain = value.value if isinstance(value, Formula) else value
    return plain is None or plain == ""


def _shows(raw: RawSheet, at: tuple[int, int], wanted: Cell | Formula) -> bool:
    found = raw.formulas.get(at)
    if not isinstance(wanted, Formula):
        return found is None and same_cell(raw.cell(*at), wanted)
    return same_formula(found, wanted.text) and same_cell(raw.cell(*at), wanted.value)
