"""Other writers and readers on the same rows: ``python -m benchmarks.peers NAME ROWS FILE``.

Each does as much of the workbook as it can: a bold, frozen header with a filter, a number
format per column, the dropdowns, formulas (with their values, where it can write them).
Libraries that are not installed are left out of the table.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

Rows = Sequence[tuple[Any, ...]]
HEADERS: Final = (
    *(
        "客户编号",
        "客户名称",
        "联系电话",
        "电子邮箱",
        "客户类型",
        "所属区域",
        "等级",
        "状态",
        "建档日期",
        "最近联系",
    ),
    *(
        "到期日",
        "更新日期",
        "合同金额",
        "回款率",
        "已收金额",
        "拜访次数",
        "跟进天数",
        "是否有效",
        "官网",
        "备注",
    ),
)
DATES: Final = frozenset({8, 9, 10, 11})
MONEY: Final = frozenset({12, 14})
LISTS: Final[Mapping[int, tuple[str, ...]]] = {
    4: ("新客户", "老客户", "潜在客户", "战略客户", "渠道客户"),
    5: ("华北", "华东", "华南", "西南", "西北", "东北", "华中", "海外"),
    6: ("A", "B", "C", "D"),
    7: ("跟进中", "已签约", "已流失", "待回访", "暂停", "黑名单"),
}
FORMULAS: Final[Mapping[int, str]] = {
    14: 'IF(M{r}="","",ROUND(M{r}*N{r},2))',
    16: 'IF(I{r}="","",MAX(0,MIN(IF(K{r}="",DATE(2026,6,30),K{r}),DATE(2026,6,30))-I{r}))',
}


def number_format(column: int) -> str:
    """The number format of a column."""
    if column in DATES:
        return "yyyy-mm-dd"
    if column in MONEY:
        return "#,##0.00"
    return {13: "0%", 15: "#,##0", 16: "#,##0"}.get(column, "@" if column < 4 else "General")


def openpyxl_write_only(rows: Rows, path: str) -> None:
    """The openpyxl library's streaming writer, every cell styled; it cannot write a formula's value."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook(write_only=True)
    sheet = book.create_sheet("客户")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:T{len(rows) + 1}"
    for column, values in LISTS.items():
        rule = DataValidation("list", formula1=f'"{",".join(values)}"', showErrorMessage=True)
        rule.add(f"{chr(65 + column)}2:{chr(65 + column)}{len(rows) + 1}")
        sheet.add_data_validation(rule)
    sheet.append(HEADERS)
    formats = [number_format(column) for column in range(len(HEADERS))]
    for number, row in enumerate(rows, 2):
        cells = []
        for column, value in enumerate(row):
            content = f"={FORMULAS[column].format(r=number)}" if column in FORMULAS else value
            cell = WriteOnlyCell(sheet, value=content)
            cell.number_format = formats[column]
            cells.append(cell)
        sheet.append(cells)
    book.save(path)


def xlsxwriter_constant(rows: Rows, path: str) -> None:
    """XlsxWriter in constant memory."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("客户")
    bold = book.add_format({"bold": True})
    formats = [book.add_format({"num_format": number_format(column)}) for column in range(len(HEADERS))]
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows), len(HEADERS) - 1)
    for column, values in LISTS.items():
        sheet.data_validation(1, column, len(rows), column, {"validate": "list", "source": list(values)})
    sheet.write_row(0, 0, HEADERS, bold)
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            look = formats[column]
            if value is None:
                continue
            if column in FORMULAS:
                sheet.write_formula(at, column, f"={FORMULAS[column].format(r=at + 1)}", look, value)
            elif column in DATES:
                sheet.write_datetime(at, column, value, look)
            elif isinstance(value, str):
                sheet.write_string(at, column, value, look)
            elif isinstance(value, bool):
                sheet.write_boolean(at, column, value, look)
            else:
                sheet.write_number(at, column, value, look)
    book.close()


def rustpy_xlsxwriter(rows: Rows, path: str) -> None:
    """The fastest writer on PyPI that can style: Rust behind it, no values of formulas."""
    from rustpy_xlsxwriter import FastExcel, Format

    plain = [column for column in range(len(HEADERS)) if column not in FORMULAS]
    names = [HEADERS[column] for column in plain]
    formats = {HEADERS[column]: Format().set_num_format(number_format(column)) for column in plain}
    records = (dict(zip(names, (row[column] for column in plain), strict=True)) for row in rows)
    formulas = {HEADERS[c]: "=" + text.replace("{r}", "{row}") for c, text in FORMULAS.items()}
    rules = {HEADERS[c]: {"type": "list", "values": list(values)} for c, values in LISTS.items()}
    writer = FastExcel(path).freeze(row=1, col=1)
    writer.sheet(
        "客户", records, column_formats=formats, autofilter=True, header_format=Format().set_bold(),
        formula_columns=formulas, data_validations=rules,
    ).save()  # fmt: skip


def pyexcelerate(rows: Rows, path: str) -> None:
    """The pyexcelerate library with a style per column; no rules, no formula values."""
    from pyexcelerate import Format, Style, Workbook

    book = Workbook()
    table = [HEADERS, *rows]
    sheet = book.new_sheet("客户", data=table)
    for column in range(len(HEADERS)):
        sheet.set_col_style(column + 1, Style(format=Format(number_format(column))))
    book.save(path)


def polars_write(rows: Rows, path: str) -> None:
    """polars, through XlsxWriter."""
    import polars

    frame = polars.DataFrame(rows, schema=list(HEADERS), orient="row", strict=False, infer_schema_length=1000)
    frame.write_excel(path, autofilter=True, freeze_panes=(1, 1))


def calamine_read(_: Rows, path: str) -> None:
    """python-calamine: every sheet to Python lists."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def openpyxl_read_only(_: Rows, path: str) -> None:
    """The openpyxl library's streaming reader: every cell of every sheet."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    for sheet in book.worksheets:
        for _row in sheet.iter_rows(values_only=True):
            pass


def fastexcel_read(_: Rows, path: str) -> None:
    """fastexcel: every sheet to an Arrow table."""
    import fastexcel

    book = fastexcel.read_excel(path)
    for name in book.sheet_names:
        book.load_sheet(name, header_row=None)


WRITERS: Final[Mapping[str, tuple[str, Callable[[Rows, str], None]]]] = {
    "openpyxl write-only": ("openpyxl", openpyxl_write_only),
    "XlsxWriter constant memory": ("xlsxwriter", xlsxwriter_constant),
    "rustpy-xlsxwriter": ("rustpy_xlsxwriter", rustpy_xlsxwriter),
    "pyexcelerate": ("pyexcelerate", pyexcelerate),
    "polars.write_excel": ("polars", polars_write),
}
READERS: Final[Mapping[str, tuple[str, Callable[[Rows, str], None]]]] = {
    "python-calamine": ("python_calamine", calamine_read),
    "fastexcel": ("fastexcel", fastexcel_read),
    "openpyxl read-only": ("openpyxl", openpyxl_read_only),
}


def available(peers: Mapping[str, tuple[str, Callable[[Rows, str], None]]]) -> list[str]:
    """The peers whose library is installed."""
    return [name for name, (module, _) in peers.items() if find_spec(module) is not None]


def main() -> None:
    """Run one peer: its name, a pickle of the rows (or ``-``), and the workbook."""
    name, rows, path = sys.argv[1:]
    data: Rows = () if rows == "-" else pickle.loads(Path(rows).read_bytes())  # noqa: S301  (made by us)
    {**WRITERS, **READERS}[name][1](data, path)


if __name__ == "__main__":
    main()
