"""Other writers and readers on the same rows: ``python -m benchmarks.peers NAME TABLE FILE``.

Each does as much of the workbook as it can: a bold, frozen header with a filter, a number
format per column, the dropdowns, formulas (with their values, where it can write them).
Libraries that are not installed are left out of the table.
"""

from __future__ import annotations

import datetime as dt
import pickle
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from benchmarks.plain import PlainTable

Peer = Callable[[PlainTable, str], None]


def _last(table: PlainTable) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(len(table.headers))


def openpyxl_write_only(table: PlainTable, path: str) -> None:
    """The openpyxl library's streaming writer, every cell styled; it cannot write a formula's value."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook(write_only=True)
    sheet = book.create_sheet("客户")
    end = len(table.rows) + 1
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{_last(table)}{end}"
    for column, values in table.lists.items():
        rule = DataValidation("list", formula1=f'"{",".join(values)}"', showErrorMessage=True)
        name = get_column_letter(column + 1)
        rule.add(f"{name}2:{name}{end}")
        sheet.data_validations.append(rule)
    sheet.append(table.headers)
    for number, row in enumerate(table.rows, 2):
        cells = []
        for column, value in enumerate(row):
            formula = table.formulas.get(column)
            cell = WriteOnlyCell(sheet, value=value if formula is None else f"={formula.format(r=number)}")
            if formula is None and isinstance(value, str):
                cell.data_type = "s"
            cell.number_format = table.formats[column]
            cells.append(cell)
        sheet.append(cells)
    book.save(path)


def xlsxwriter_constant(table: PlainTable, path: str) -> None:
    """XlsxWriter in constant memory."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("客户")
    bold = book.add_format({"bold": True})
    formats = [book.add_format({"num_format": name}) for name in table.formats]
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table.rows), len(table.headers) - 1)
    for column, values in table.lists.items():
        rule = {"validate": "list", "source": list(values)}
        sheet.data_validation(1, column, len(table.rows), column, rule)
    sheet.write_row(0, 0, table.headers, bold)
    for at, row in enumerate(table.rows, 1):
        for column, value in enumerate(row):
            look = formats[column]
            if value is None:
                continue
            if column in table.formulas:
                sheet.write_formula(at, column, f"={table.formulas[column].format(r=at + 1)}", look, value)
            elif isinstance(value, dt.date):
                sheet.write_datetime(at, column, value, look)
            elif isinstance(value, str):
                sheet.write_string(at, column, value, look)
            elif isinstance(value, bool):
                sheet.write_boolean(at, column, value, look)
            else:
                sheet.write_number(at, column, value, look)
    book.close()


def rustpy_xlsxwriter(table: PlainTable, path: str) -> None:
    """The fastest writer on PyPI that can style: Rust behind it, no values of formulas."""
    from rustpy_xlsxwriter import FastExcel, Format

    plain = [column for column in range(len(table.headers)) if column not in table.formulas]
    names = [table.headers[column] for column in plain]
    formats = {table.headers[column]: Format().set_num_format(table.formats[column]) for column in plain}
    records = (dict(zip(names, (row[column] for column in plain), strict=True)) for row in table.rows)
    formulas = {table.headers[c]: "=" + text.replace("{r}", "{row}") for c, text in table.formulas.items()}
    rules = {table.headers[c]: {"type": "list", "values": list(values)} for c, values in table.lists.items()}
    writer = FastExcel(path).freeze(row=1, col=1)
    writer.sheet(
        "客户", records, column_formats=formats, autofilter=True, header_format=Format().set_bold(),
        formula_columns=formulas, data_validations=rules,
    ).save()  # fmt: skip


def rustypyxl(table: PlainTable, path: str) -> None:
    """The rustypyxl library's streaming writer: Rust, values alone."""
    library: Any = import_module("rustypyxl")
    with library.WriteOnlyWorkbook(path) as book:
        book.create_sheet("客户")
        book.append_row(list(table.headers))
        for start in range(0, len(table.rows), 5000):
            book.append_rows([list(row) for row in table.rows[start : start + 5000]])


def wolfxl(table: PlainTable, path: str) -> None:
    """The wolfxl library's streaming writer: Rust, number formats, no values of formulas."""
    library: Any = import_module("wolfxl")
    make_cell: Any = import_module("wolfxl.worksheet._write_only").WriteOnlyCell
    book = library.Workbook(write_only=True)
    sheet = book.create_sheet("客户")
    sheet.append(table.headers)
    for number, row in enumerate(table.rows, 2):
        cells = []
        for column, value in enumerate(row):
            formula = table.formulas.get(column)
            content = value if formula is None else f"={formula.format(r=number)}"
            cells.append(make_cell(sheet, content, number_format=table.formats[column]))
        sheet.append(cells)
    book.save(path)


def opensheet_core(table: PlainTable, path: str) -> None:
    """The opensheet-core library, styled: Rust, formulas with their values."""
    library: Any = import_module("opensheet_core")
    writer = library.XlsxWriter(path)
    writer.add_sheet("客户")
    writer.freeze_panes(1, 1)
    writer.write_row(list(table.headers))
    styles = [library.CellStyle(number_format=name) for name in table.formats]
    for start in range(0, len(table.rows), 2000):
        chunk = []
        for number, row in enumerate(table.rows[start : start + 2000], start + 2):
            cells = []
            for column, value in enumerate(row):
                formula = table.formulas.get(column)
                content = value if formula is None else library.Formula(formula.format(r=number), value)
                cells.append(library.StyledCell(content, styles[column]))
            chunk.append(cells)
        writer.write_rows(chunk)
    writer.close()


def pyexcelerate(table: PlainTable, path: str) -> None:
    """The pyexcelerate library with a style per column; no rules, no formula values."""
    from pyexcelerate import Format, Style, Workbook

    book = Workbook()
    sheet = book.new_sheet("客户", data=[table.headers, *table.rows])
    for column, name in enumerate(table.formats, 1):
        sheet.set_col_style(column, Style(format=Format(name)))
    book.save(path)


def polars_write(table: PlainTable, path: str) -> None:
    """polars, through XlsxWriter."""
    import polars

    frame = polars.DataFrame(
        table.rows, schema=list(table.headers), orient="row", strict=False, infer_schema_length=1000
    )
    frame.write_excel(path, autofilter=True, freeze_panes=(1, 1))


def calamine_read(_: PlainTable, path: str) -> None:
    """python-calamine: every sheet to Python lists."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def openpyxl_read_only(_: PlainTable, path: str) -> None:
    """The openpyxl library's streaming reader: every cell of every sheet."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        for _row in sheet.iter_rows(values_only=True):
            pass


def fastexcel_read(_: PlainTable, path: str) -> None:
    """fastexcel: every sheet to an Arrow table."""
    import fastexcel

    book = fastexcel.read_excel(path)
    for name in book.sheet_names:
        book.load_sheet(name, header_row=None)


WRITERS: Final[Mapping[str, tuple[str, Peer]]] = {
    "openpyxl write-only": ("openpyxl", openpyxl_write_only),
    "XlsxWriter constant memory": ("xlsxwriter", xlsxwriter_constant),
    "rustpy-xlsxwriter": ("rustpy_xlsxwriter", rustpy_xlsxwriter),
    "rustypyxl, values alone": ("rustypyxl", rustypyxl),
    "wolfxl write-only": ("wolfxl", wolfxl),
    "opensheet-core": ("opensheet_core", opensheet_core),
    "pyexcelerate": ("pyexcelerate", pyexcelerate),
    "polars.write_excel": ("polars", polars_write),
}
READERS: Final[Mapping[str, tuple[str, Peer]]] = {
    "python-calamine": ("python_calamine", calamine_read),
    "fastexcel": ("fastexcel", fastexcel_read),
    "openpyxl read-only": ("openpyxl", openpyxl_read_only),
}


def available(peers: Mapping[str, tuple[str, Peer]]) -> list[str]:
    """The peers whose library is installed."""
    return [name for name, (module, _) in peers.items() if find_spec(module) is not None]


def main() -> None:
    """Run one peer: its name, a pickle of the table (or ``-``), and the workbook."""
    name, source, path = sys.argv[1:]
    table = PlainTable((), (), {}, {}, ())
    if source != "-":
        table = pickle.loads(Path(source).read_bytes())  # noqa: S301  (made by us)
    {**WRITERS, **READERS}[name][1](table, path)


if __name__ == "__main__":
    main()
