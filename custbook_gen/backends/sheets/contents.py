"""Cells as Google gives them, to raw sheets.

Three answers make a workbook: its structure; every tab's cells with formulas in place of their
values; and for what may be formulas the values, together with the input rules of two rows.
A text may begin with ``=`` as well: it is one where its value is itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from custbook_gen.backends.sheets.dialect import to_plan
from custbook_gen.backends.sheets.references import Area
from custbook_gen.backends.sheets.rules import validation
from custbook_gen.backends.sheets.structure import Structure, TabState
from custbook_gen.backends.sheets.wire import Json
from custbook_gen.layout import letters
from custbook_gen.workbook import CellError, RawCell, RawRule, RawSheet, RawWorkbook, Rule, Serial

DETAILS: Final = (
    "sheets(properties(sheetId),data(startRow,startColumn,"
    "rowData(values(effectiveValue,dataValidation(condition,strict)))))"
)
"""What is read of cells that may hold formulas, and of the rows whose rules are looked at."""
_ERRORS: Final[Mapping[str, str]] = {
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
    "LOADING": "#N/A",
    "ERROR": "#VALUE!",
}
_KEY_TEXT: Final = 30
"""Rows at the top of a tab among which its row of machine keys is."""

_ROW_NUMBER: Final = re.compile(r"(?<=[A-Z])\d+\b")

Grid = list[list[Any]]


@dataclass(slots=True)
class Details:
    """What is known of single cells of a tab: values of formulas, and rules."""

    values: dict[tuple[int, int], RawCell] = field(default_factory=dict)
    rules: dict[tuple[int, int], Json] = field(default_factory=dict)


def filters(tabs: Sequence[TabState]) -> list[Json]:
    """The data filters that select all cells of tabs."""
    return [{"gridRange": {"sheetId": tab.sheet_id}} for tab in tabs]


def grids(answer: Json, wanted: Sequence[Json]) -> list[tuple[Json, Grid]]:
    """The cells of each filter that was asked for, in that order; none for one without any."""
    found = {}
    for item in answer.get("valueRanges", []):
        for data_filter in item.get("dataFilters", []):
            found[_named(data_filter)] = item.get("valueRange", {}).get("values", [])
    return [(data_filter, found.get(_named(data_filter), [])) for data_filter in wanted]


def _named(data_filter: Json) -> tuple[tuple[str, int], ...]:
    """A filter by what it says; Google leaves out numbers that are 0."""
    return tuple(sorted((name, number) for name, number in data_filter["gridRange"].items() if number))


def doubtful(tabs: Sequence[TabState], cells: Mapping[int, Grid]) -> list[Json]:
    """The data filters for what is still to be read: columns with formulas, and two rows with rules."""
    wanted = []
    for tab in tabs:
        grid = cells[tab.sheet_id]
        columns = sorted({at for row in grid for at, cell in enumerate(row, 1) if _may_be_formula(cell)})
        for _, run in groupby(enumerate(columns), lambda item: item[1] - item[0]):
            ats = [at for _, at in run]
            wanted.append({"gridRange": Area(1, ats[0], len(grid), ats[-1]).on(tab.sheet_id)})
        if tab.columns:
            width = max(tab.columns)
            for row in _sampled(tab, grid):
                wanted.append({"gridRange": Area(row, 1, row, width).on(tab.sheet_id)})
    return wanted


def _may_be_formula(cell: object) -> bool:
    return isinstance(cell, str) and cell.startswith("=")


def _sampled(tab: TabState, grid: Grid) -> tuple[int, ...]:
    """The rows whose rules speak for all: the first of the records, and the last of the tab."""
    keys = {note.key for note in tab.columns.values()}
    top = next(
        (
            number
            for number, row in enumerate(grid[:_KEY_TEXT], 1)
            if len(keys.intersection(filter(_text, row))) * 2 > len(keys)
        ),
        1,
    )
    first = top + max((note.below for note in tab.columns.values()), default=0)
    return (first, tab.size[0]) if first < tab.size[0] else (first,) if first == tab.size[0] else ()


def _text(cell: object) -> bool:
    return isinstance(cell, str)


def read_details(answer: Json) -> dict[int, Details]:
    """Single cells by tab."""
    found: dict[int, Details] = {}
    for sheet in answer.get("sheets", []):
        details = found.setdefault(sheet["properties"].get("sheetId", 0), Details())
        for block in sheet.get("data", []):
            for row, data in enumerate(block.get("rowData", []), block.get("startRow", 0) + 1):
                for column, cell in enumerate(data.get("values", []), block.get("startColumn", 0) + 1):
                    if "effectiveValue" in cell:
                        details.values[row, column] = _effective(cell["effectiveValue"])
                    if "dataValidation" in cell:
                        details.rules[row, column] = cell["dataValidation"]
    return found


def _effective(value: Json) -> RawCell:
    if "numberValue" in value:
        return float(value["numberValue"])
    if "boolValue" in value:
        return bool(value["boolValue"])
    if "errorValue" in value:
        return CellError(_ERRORS.get(value["errorValue"].get("type", ""), "#VALUE!"))
    return str(value.get("stringValue", ""))


def read_workbook(
    structure: Structure, cells: Mapping[int, Grid], details: Mapping[int, Details], digest: str
) -> RawWorkbook:
    """The workbook that the answers tell."""
    sheets = [
        _sheet(tab, cells.get(tab.sheet_id, []), details.get(tab.sheet_id, Details()), structure.names)
        for tab in structure.tabs
    ]
    return RawWorkbook(tuple(sheets), structure.names, structure.properties, digest)


def _sheet(tab: TabState, grid: Grid, details: Details, names: Mapping[str, str]) -> RawSheet:
    dates = {at for at, note in tab.columns.items() if note.date}
    rows, formulas = {}, {}
    for number, line in enumerate(grid, 1):
        row = []
        for column, cell in enumerate(line, 1):
            value, formula = _cell(cell, details.values.get((number, column)))
            if formula is not None:
                formulas[number, column] = formula
            row.append(Serial(value) if column in dates and type(value) is float else value)
        while row and row[-1] is None and (number, len(row)) not in formulas:
            row.pop()
        if row:
            rows[number] = tuple(row)
    return RawSheet(
        title=tab.title,
        rows=rows,
        formulas=formulas,
        rules=tuple(_rules(tab, grid, details, names)),
        state="hidden" if tab.hidden else "visible",
        merges=tuple(_merge(grid) for grid in tab.merges),
    )


def _cell(cell: object, value: RawCell) -> tuple[RawCell, str | None]:
    """A cell's value and, where it has one, its formula."""
    if isinstance(cell, str):
        if not cell.startswith("=") or cell == value:
            return cell or None, None
        return value, to_plan(cell[1:])
    if isinstance(cell, bool):
        return cell, None
    return float(cell) if isinstance(cell, int | float) else None, None


def _merge(grid: Json) -> tuple[int, int, int, int]:
    top, left = grid.get("startRowIndex", 0), grid.get("startColumnIndex", 0)
    return top + 1, left + 1, grid.get("endRowIndex", top + 1), grid.get("endColumnIndex", left + 1)


def _rules(tab: TabState, grid: Grid, details: Details, names: Mapping[str, str]) -> Iterator[RawRule]:
    """One rule per column of ours that has any where it is looked at.

    A rule that is as Google can say the plan's one is told as the plan says it.
    """
    sampled = _sampled(tab, grid)
    if not sampled:
        return
    first = sampled[0]
    for at, note in tab.columns.items():
        found = [details.rules.get((row, at)) for row in sampled]
        known = [rule for rule in found if rule is not None]
        if note.rule is not None and note.rule[0] == "any":  # has a note on its header, and no rule
            yield RawRule(
                "any", "between", None, None, rejects=True, rectangles=((first, at, sampled[-1], at),)
            )
        if not known or note.rule is None or note.rule[0] == "any":
            continue
        top = first if found[0] is not None else sampled[-1]
        bottom = sampled[-1] if found[-1] is not None else first
        kind, operator, low, high = note.rule
        wanted = Rule(kind=kind, operator=operator, formula1=low, formula2=high)  # type: ignore[arg-type]
        cell = f"${letters(at)}{first}"
        expected = validation(wanted, cell, names)
        altered = [rule for rule in known if not _same(rule, expected)]
        if altered:
            kind, low, high = str(altered[0].get("condition", {}).get("type", "")), None, None
        rejects = all(rule.get("strict", False) for rule in known)
        yield RawRule(kind, operator, low, high, rejects, ((top, at, bottom, at),))


def _same(found: Json, expected: Json | None) -> bool:
    """Whether a condition is the planned one, however its references are spelled."""
    if expected is None:
        return False
    one, other = found.get("condition", {}), expected["condition"]
    return one.get("type") == other["type"] and _bare(one) == _bare(other)


def _bare(condition: Json) -> list[str]:
    values = [to_plan(str(value.get("userEnteredValue", ""))) for value in condition.get("values", [])]
    if condition.get("type") == "CUSTOM_FORMULA":  # written for one row, told for another
        values = [_ROW_NUMBER.sub("#", value) for value in values]
    return [re.sub(r"[$' ]", "", value).upper() for value in values]
