"""What stands on the tabs of issues and conflicts, and people who decide there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from custbook_gen.backends.excel import ExcelFile
from custbook_gen.workbook import Cell, CellPatch, Patch, RawSheet, SheetPatch

ISSUES, CONFLICTS = "问题", "冲突"
KEY_ROW, TEXT_ROW, MORE_ROW, FIRST_ROW = 1, 3, 4, 6


@dataclass(frozen=True)
class Tab:
    """One of the two tabs: its texts above, and its rows by machine key."""

    title: str
    columns: Mapping[str, int]
    rows: Sequence[tuple[int, Mapping[str, str]]]
    text: str
    more: str

    def find(self, key: str, field: str = "", code: str = "") -> tuple[int, Mapping[str, str]]:
        """The row about a field of a record."""
        return next(
            (number, row)
            for number, row in self.rows
            if (row["_key"], row["_field"]) == (key, field) and code in ("", row["_code"])
        )

    def about(self) -> list[tuple[str, str, str]]:
        """Record, field and code of all rows."""
        return [(row["_key"], row["_field"], row["_code"]) for _, row in self.rows]


def tab(path: Path, title: str) -> Tab:
    """A tab as it stands in a workbook."""
    sheet = ExcelFile(path).read().sheet(title)
    assert sheet is not None
    columns = {str(key): at for at, key in enumerate(sheet.rows[KEY_ROW], 1)}
    rows = [
        (number, {key: _text(sheet, number, at) for key, at in columns.items()})
        for number in sheet.rows
        if number >= FIRST_ROW
    ]
    return Tab(title, columns, rows, _text(sheet, TEXT_ROW, 1), _text(sheet, MORE_ROW, 1))


def _text(sheet: RawSheet, row: int, column: int) -> str:
    cell = sheet.cell(row, column)
    return "" if cell is None else str(cell)


def issues(path: Path) -> Tab:
    """The tab of issues."""
    return tab(path, ISSUES)


def conflicts(path: Path) -> Tab:
    """The tab of conflicts."""
    return tab(path, CONFLICTS)


def put(path: Path, title: str, cells: Mapping[tuple[int, int], Cell]) -> None:
    """Type into cells of a tab by (row, column)."""
    target = ExcelFile(path)
    patches = tuple(CellPatch(row, column, value) for (row, column), value in cells.items())
    target.prepare(Patch(sheets=(SheetPatch(title, patches),)), target.read().digest).commit()


def decide(path: Path, title: str, key: str, text: str, field: str = "", code: str = "") -> None:
    """Choose in the row about a field of a record."""
    there = tab(path, title)
    put(path, title, {(there.find(key, field, code)[0], there.columns["decision"]): text})


def arrange(path: Path, title: str, order: Sequence[int], columns: Sequence[str] | None = None) -> None:
    """Put a tab's rows into another order (by index; a row may come twice, or not at all).

    Args:
        path: the workbook.
        title: the tab's.
        order: which of the rows stands where.
        columns: the columns that move along; all where left out.
    """
    there = tab(path, title)
    cells: dict[tuple[int, int], Cell] = {}
    for at in range(max(len(order), len(there.rows))):
        source = there.rows[order[at]][1] if at < len(order) else {}
        for key in columns or there.columns:
            cells[FIRST_ROW + at, there.columns[key]] = source.get(key) or None
    put(path, title, cells)
