"""A plan becomes an .xlsx file: the skeleton is drawn, the rows are streamed into it.

Workers begin with the rows at once; the library that draws the skeleton is loaded meanwhile.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import chain
from typing import BinaryIO

from custbook_gen.backends.excel.archive import ArchiveWriter
from custbook_gen.backends.excel.cells import cell_xml, letters, needs_quote
from custbook_gen.backends.excel.deflate import Deflated, Stretch
from custbook_gen.backends.excel.limits import LIMITS, Limits, TooLargeError
from custbook_gen.backends.excel.rows import StyleIds, TableRows
from custbook_gen.backends.excel.style_numbers import StyleNumbers
from custbook_gen.backends.excel.table_stretches import TableStretches
from custbook_gen.backends.progress import Progress, Unwatched
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import MAX_ROWS, Cell, Formula, Plan, SheetPlan, Style, StyledCell, TablePlan
from custbook_gen.workers import spare_processors


def write_package(
    plan: Plan,
    out: BinaryIO,
    name: str = "",
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> None:
    """Write the whole workbook that a plan describes; equal plans give equal bytes.

    Args:
        plan: the workbook; at least one of its sheets is visible.
        out: a seekable binary file, written from its present position on.
        name: base name of the file, for errors.
        limits: how large it may become, so that it can be read again.
        progress: is told how many rows of the tables are made.

    Raises:
        WorkbookError: a sheet has too many rows, the workbook would be too large, or a
            cell's value fits no cell.
    """
    with outgrown(name, limits):
        _refuse_large(plan, limits)
        _write(plan, ArchiveWriter(out, limits), progress or Unwatched())


def _write(plan: Plan, writer: ArchiveWriter, progress: Progress) -> None:
    styles, tables = StyleNumbers(plan), {}
    for sheet in plan.sheets:
        if sheet.table is not None:
            with _blaming(sheet):
                # Nobody types into a hidden sheet: its lists end where their values do.
                rows = TableRows(sheet.table, styles.id, sparse=sheet.state != "visible")
            tables[sheet.key] = rows, sheet.heights
    progress.begin("make", sum(len(rows) for rows, _ in tables.values()))
    with closing(TableStretches(tables, progress)) as made, writer as archive:
        from custbook_gen.backends.excel.skeleton import draw_skeleton

        skeleton = draw_skeleton(plan, styles)
        for name, data in skeleton.parts.items():
            archive.add(name, data)
        for sheet, frame in zip(plan.sheets, skeleton.frames, strict=True):
            stretches = _stretches((frame.head, frame.tail), sheet, styles.id, made)
            # workers leave no processor for threads
            with _blaming(sheet), closing(stretches):
                archive.join(frame.part, stretches, threads=spare_processors() == 0)


@contextmanager
def _blaming(sheet: SheetPlan) -> Iterator[None]:
    """Name the cell of a sheet that cannot be written, where that is what fails."""
    try:
        yield
    except ValueError as error:
        culprit = _unwritable(sheet)
        if culprit is None:
            raise
        raise culprit from error


def _refuse_large(plan: Plan, limits: Limits) -> None:
    cells = 0
    for sheet in plan.sheets:
        if sheet.table is not None:
            if sheet.table.last_row > MAX_ROWS:
                raise WorkbookError("sheet-too-long", sheet=sheet.title, limit=MAX_ROWS)
            cells += sheet.table.last_row * len(sheet.table.columns)
    if cells > limits.cells:
        raise TooLargeError("cells")


@contextmanager
def outgrown(name: str, limits: Limits = LIMITS) -> Iterator[None]:
    """Refuse, by its name, a workbook that would be larger than what can be read again.

    Raises:
        WorkbookError: ``workbook-outgrown``.
    """
    try:
        yield
    except TooLargeError as error:
        facts = {"cells": limits.cells, "part": limits.part >> 20, "total": limits.total >> 20}
        raise WorkbookError("workbook-outgrown", file=name, **facts) from error


def _stretches(
    around: tuple[bytes, bytes], sheet: SheetPlan, style_ids: StyleIds, made: TableStretches
) -> Generator[Stretch | Deflated, None, None]:
    """A sheet's part: free cells and the table, its rows in order.

    Args:
        around: what stands before and behind the rows.
        sheet: the sheet; its free cells stand above or below the table's rows.
        style_ids: cell formats of the styles it uses.
        made: the rows of all tables.

    Raises:
        WorkbookError: a value fits no cell.
    """
    cells = _free_cells(sheet)
    numbers = sorted({row for row, _ in cells} | set(sheet.heights) | _head_rows(sheet.table))
    table = sheet.table
    first = last = numbers[-1] + 1 if numbers else 1
    if table is not None:
        first, last = table.first_row, table.first_row + len(table.rows) + table.blank_rows
    if any(first <= row < last for row, _ in cells):
        raise ValueError(f"free cells within the table's rows on {sheet.title!r}")
    above, below = ([n for n in numbers if n < first], [n for n in numbers if n >= last])
    head, tail = around
    yield chain((head, b"<sheetData>"), _free_rows(sheet, above, cells, style_ids))
    if table is not None:
        yield from made.of(sheet.key)
    yield chain(_free_rows(sheet, below, cells, style_ids), (b"</sheetData>", tail))


def _free_cells(sheet: SheetPlan) -> Mapping[tuple[int, int], StyledCell]:
    """The sheet's free cells and the head of its table."""
    cells: dict[tuple[int, int], StyledCell] = {}
    if sheet.table is not None:
        for number, column in enumerate(sheet.table.columns, 1):
            cells[sheet.table.key_row, number] = StyledCell(column.key)
            cells[sheet.table.header_row, number] = StyledCell(column.header, column.header_style)
    return {**cells, **sheet.cells}


def _head_rows(table: TablePlan | None) -> set[int]:
    """Every row above a table: they must not take on the look of its columns."""
    return set() if table is None else set(range(1, table.first_row))


def _free_rows(
    sheet: SheetPlan,
    numbers: Iterable[int],
    cells: Mapping[tuple[int, int], StyledCell],
    style_ids: StyleIds,
) -> Iterator[bytes]:
    by_row: dict[int, list[int]] = {}
    for row, column in sorted(cells):
        by_row.setdefault(row, []).append(column)
    for row in numbers:
        content = (
            _free_cell(sheet, (row, column), cells[row, column], style_ids) for column in by_row.get(row, ())
        )
        yield f'<row r="{row}"{_row_look(sheet, row, style_ids)}>{"".join(content)}</row>'.encode()


def _free_cell(sheet: SheetPlan, position: tuple[int, int], cell: StyledCell, style_ids: StyleIds) -> str:
    quoted = isinstance(cell.value, str) and needs_quote(cell.value)
    try:
        return cell_xml(*position, cell.value, style_ids(cell.style, quoted))
    except ValueError as error:
        raise _unwritable_cell(sheet, *position) from error


def _row_look(sheet: SheetPlan, row: int, style_ids: StyleIds) -> str:
    """Attributes of a row: its own look above a table's header, its height, whether it is hidden."""
    table = sheet.table
    height = sheet.heights.get(row)
    look = ""
    if table is not None and row < table.first_row:
        if row == table.header_row:  # beyond the table it stays open for people's own headers
            height = table.header_height if height is None else height
        else:
            look = f' s="{style_ids(Style(), False)}" customFormat="1"'
    if height is not None:
        look += f' ht="{height:g}" customHeight="1"'
    return f'{look} hidden="1"' if table is not None and row == table.key_row else look


def _unwritable(sheet: SheetPlan) -> WorkbookError | None:
    """The error for the first cell of a table that cannot be written, if it is a cell's fault."""
    table = sheet.table
    if table is None:
        return None
    for row, values in enumerate(table.rows, table.first_row):
        for number, (column, value) in enumerate(zip(table.columns, values, strict=False), 1):
            content: Cell | Formula = Formula(column.formula.at(row), value) if column.formula else value
            try:
                cell_xml(row, number, content, None)
            except ValueError:
                return _unwritable_cell(sheet, row, number)
    return None


def _unwritable_cell(sheet: SheetPlan, row: int, column: int) -> WorkbookError:
    title = sheet.title.replace("'", "''")
    return WorkbookError("cell-not-writable", cell=f"'{title}'!{letters(column)}{row}")
