"""Cells: values, formats, notes and input rules written; merges."""

from __future__ import annotations

from collections.abc import Callable

from tests.sheets_server import a1, input_rules, masks
from tests.sheets_server.a1 import Area
from tests.sheets_server.batch.edit import Edit
from tests.sheets_server.errors import Json, bad, not_emulated
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.formula_text import repeated
from tests.sheets_server.spreadsheet import TEXT_LIMIT, Cell

BEHAVIOURS = (
    Behaviour(
        "cell-text-limit",
        "a text of more than 50,000 characters is refused",
        Evidence.UNVERIFIED,
        "the limit is on help pages; the wording of the refusal is ours",
    ),
    Behaviour(
        "strict-rules-not-enforced",
        "a strict input rule does not keep the API from writing other values",
        Evidence.UNVERIFIED,
        "no statement either way was found; the product checks everything itself",
    ),
    Behaviour(
        "update-cells-range",
        "more rows or columns than the range has are refused",
        Evidence.MEASURED,
        "the refusal in estuary/connectors pull request 332 and in reports of users",
    ),
    Behaviour(
        "update-cells-mask",
        "fields of the mask that a cell does not give are cleared",
        Evidence.DOCUMENTED,
        "UpdateCellsRequest.fields",
    ),
)

WRITABLE = frozenset({"userEnteredValue", "userEnteredFormat", "dataValidation", "note", "textFormatRuns"})


def written(old: Cell, new: Json, tree: masks.Tree, at: tuple[int, int]) -> Cell:
    """A cell after an update with a mask; ``at`` is the row and column that an input rule is relative to.

    Raises:
        ApiError: a field that this server does not keep, or a text that is too long.
    """
    if not tree:
        tree = {name: {} for name in WRITABLE}
    for name in tree:
        if name not in WRITABLE:
            raise not_emulated(f"writing CellData.{name}")
    for name in new:
        if name not in WRITABLE:
            raise not_emulated(f"writing CellData.{name}")
    if "dataValidation" in new:
        new = {**new, "dataValidation": input_rules.kept(new["dataValidation"], *at)}
    cell = masks.merge(dict(old), new, tree)
    value = cell.get("userEnteredValue")
    if value is not None:
        check_value(value)
        if not value or value == {"stringValue": ""}:
            del cell["userEnteredValue"]
    return {name: item for name, item in cell.items() if item not in ({}, "")}


def check_value(value: Json) -> None:
    """Refuse a value that no cell can hold.

    Raises:
        ApiError: an error value, a formula without ``=``, or a text that is too long.
    """
    if "errorValue" in value:
        raise bad("A cell cannot be given an error value")
    text = value.get("stringValue") or value.get("formulaValue") or ""
    if len(text) > TEXT_LIMIT:
        raise bad("Your input contains more than the maximum of 50000 characters in a single cell.")
    if "formulaValue" in value and not text.startswith("="):
        raise bad(f"Invalid formula: {text}")


def update_cells(edit: Edit, request: Json) -> Json:
    """``updateCells``."""
    tree = masks.update_tree(request["fields"])
    rows = request.get("rows", [])
    area: Area | None
    if "range" in request:
        area = edit.range_of(request)
        _check_fits(rows, area)
    elif "start" in request:
        area = _from_start(edit, request["start"], rows)
    else:
        raise bad("Either start or range must be given")
    if area is None:
        return {}
    edit.writable(area)
    whole_range = "range" in request
    for row_data in rows:
        for cell in row_data.get("values", []):
            check_cell(edit, cell)
    for row in range(area.top, area.bottom):
        given = rows[row - area.top].get("values", []) if row - area.top < len(rows) else []
        width = area.right - area.left if whole_range else len(given)
        for offset in range(width):
            new = given[offset] if offset < len(given) else {}
            column = area.left + offset
            area.tab.put(row, column, written(area.tab.cell(row, column), new, tree, (row, column)))
    return {}


def _check_fits(rows: list[Json], area: Area) -> None:
    if len(rows) > area.bottom - area.top:
        raise bad(
            f"Attempting to write row: {area.bottom}, beyond the last requested row of: {area.bottom - 1}"
        )
    width = max((len(row.get("values", [])) for row in rows), default=0)
    if width > area.right - area.left:
        raise bad(
            f"Attempting to write column: {area.right}, beyond the last requested column of: {area.right - 1}"
        )


def _from_start(edit: Edit, start: Json, rows: list[Json]) -> Area | None:
    tab = edit.spreadsheet.tab(start.get("sheetId", 0))
    top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
    width = max((len(row.get("values", [])) for row in rows), default=0)
    if not rows or not width:
        return None
    if top + len(rows) > tab.row_count:
        raise bad(f"Attempting to write row: {tab.row_count}, beyond the last row of: {tab.row_count - 1}")
    if left + width > tab.column_count:
        raise bad(
            f"Attempting to write column: {tab.column_count}, beyond the last column of: "
            f"{tab.column_count - 1}"
        )
    return Area(tab, top, left, top + len(rows), left + width)


def repeat_cell(edit: Edit, request: Json) -> Json:
    """``repeatCell``; references of a formula move along, from the first cell of the range on."""
    area = edit.writable(edit.range_of(request))
    tree = masks.update_tree(request["fields"])
    new = request.get("cell", {})
    check_cell(edit, new)
    formula = new.get("userEnteredValue", {}).get("formulaValue")
    if formula is None:
        _change_all(area, lambda old: written(old, new, tree, (area.top, area.left)))
        return {}
    for row in range(area.top, area.bottom):
        for column in range(area.left, area.right):
            moved = _formula_at(new, formula, row - area.top, column - area.left)
            area.tab.put(row, column, written(area.tab.cell(row, column), moved, tree, (area.top, area.left)))
    return {}


def _change_all(area: Area, change: Callable[[Cell], Cell]) -> None:
    """Change every cell; most cells of a column are one object, which is changed once and stays shared."""
    made: dict[int, tuple[Cell, Cell]] = {}  # the old cell is held so that its id stays its own
    for row in range(area.top, area.bottom):
        for column in range(area.left, area.right):
            old = area.tab.cell(row, column)
            if id(old) not in made:
                made[id(old)] = (old, change(old))
            area.tab.put(row, column, made[id(old)][1])


def _formula_at(new: Json, formula: str, rows: int, columns: int) -> Json:
    return {**new, "userEnteredValue": {"formulaValue": repeated(formula, rows, columns)}}


def set_data_validation(edit: Edit, request: Json) -> Json:
    """``setDataValidation``; without a rule the cells lose theirs."""
    area = edit.writable(edit.range_of(request))
    rule = request.get("rule")
    if request.get("filteredRowsIncluded"):
        raise not_emulated("setDataValidation with filteredRowsIncluded")
    if rule is not None:
        _check_rule(edit, rule)
        rule = input_rules.kept(rule, area.top, area.left)

    def change(old: Cell) -> Cell:
        cell = {name: item for name, item in old.items() if name != "dataValidation"}
        return cell if rule is None else {**cell, "dataValidation": rule}

    _change_all(area, change)
    return {}


def check_cell(edit: Edit, cell: Json) -> None:
    """Refuse a cell whose input rule is not possible.

    Raises:
        ApiError: a rule without a condition, or over a range that is not there.
    """
    if "dataValidation" in cell:
        _check_rule(edit, cell["dataValidation"])


def _check_rule(edit: Edit, rule: Json) -> None:
    condition = rule.get("condition")
    if condition is None:
        raise bad("A data validation rule needs a condition")
    for value in condition.get("values", []):
        text = value.get("userEnteredValue", "")
        if condition["type"] == "ONE_OF_RANGE":
            a1.area(edit.spreadsheet, text.removeprefix("=").replace("$", ""))
        elif condition["type"] == "ONE_OF_LIST" and text.startswith("="):
            raise bad("Formulas are not supported in the values of ONE_OF_LIST")
        elif condition["type"] == "CUSTOM_FORMULA" and not text.startswith("="):
            raise bad(f"Invalid formula: {text}")


def merge_cells(edit: Edit, request: Json) -> Json:
    """``mergeCells``: only the first cell of each merge keeps its value."""
    area = edit.writable(edit.range_of(request))
    kind = request.get("mergeType", "MERGE_ALL")
    if kind == "MERGE_ROWS":
        areas = [Area(area.tab, row, area.left, row + 1, area.right) for row in range(area.top, area.bottom)]
    elif kind == "MERGE_COLUMNS":
        areas = [Area(area.tab, area.top, col, area.bottom, col + 1) for col in range(area.left, area.right)]
    else:
        areas = [area]
    merges = area.tab.objects["merges"]
    for one in areas:
        kept = []
        for grid in merges:
            other = edit.area(grid)
            if not other.meets(one):
                kept.append(grid)
            elif not (
                one.top <= other.top
                and other.bottom <= one.bottom
                and one.left <= other.left
                and other.right <= one.right
            ):
                raise bad("You must select all cells in a merged range to merge or unmerge them.")
        merges[:] = [*kept, one.grid_range()]
        _clear_but_first(one)
    return {}


def _clear_but_first(area: Area) -> None:
    for row in range(area.top, area.bottom):
        for column in range(area.left, area.right):
            if (row, column) != (area.top, area.left):
                cell = area.tab.cell(row, column)
                area.tab.put(
                    row, column, {name: item for name, item in cell.items() if name != "userEnteredValue"}
                )


def unmerge_cells(edit: Edit, request: Json) -> Json:
    """``unmergeCells``."""
    area = edit.writable(edit.range_of(request))
    merges = area.tab.objects["merges"]
    merges[:] = [grid for grid in merges if not edit.area(grid).meets(area)]
    return {}
