"""Row shapes that people's books have come back exactly, whoever reads the generated workbook.

The readers are ours, openpyxl, calamine, ExcelJS and LibreOffice (which saves the workbook anew
first); what they should find is what the records say, put in words by :mod:`benchmarks.data`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook
from ruamel.yaml import YAML

from benchmarks.data import SHEET, make_project, plain_table
from benchmarks.shapes import shapes
from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.project import Run, open_project
from custbook_gen.load import load_book

Rows = Sequence[Sequence[object]]
Grid = list[tuple[object, ...]]

ROWS = 60
FIRST_ROW = 3
RUN = Run(dt.datetime(2026, 6, 30, 8, tzinfo=dt.UTC), "li")
SHAPES = shapes()

EXCELJS = """
const [,, folder, ...files] = process.argv;
const Excel = require(require.resolve('exceljs', {paths: [folder]}));
(async () => {
  const books = [];
  for (const file of files) {
    const book = new Excel.Workbook();
    await book.xlsx.readFile(file);
    const rows = [];
    book.worksheets.find(sheet => sheet.name === '客户').eachRow({includeEmpty: true}, row => rows.push(
      row.values.slice(1).map(v => v instanceof Date ? {day: v.toISOString().slice(0, 10)}
        : v && typeof v === 'object' ? (v.result ?? v.text ?? null) : v ?? null)));
    books.push(rows);
  }
  console.log(JSON.stringify(books));
})();
"""
"""Prints the rows of the sheet of each workbook as JSON; days as {day}."""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A generated workbook of every shape."""
    made = {}
    for name, shape in SHAPES.items():
        folder = tmp_path_factory.mktemp(name)
        YAML(typ="safe").dump(shape.book, folder / "schema.yaml")
        make_project(folder / "project", folder / "schema.yaml", shape.records(ROWS))
        made[name] = folder / "project" / f"{name}.xlsx"
        generate(open_project(folder / "project"), made[name], RUN)
    return made


def wanted(name: str, path: Path) -> tuple[list[str], Grid]:
    """The fields of a shape, and what its records say of them."""
    book = load_book(str(path.parent.parent / "schema.yaml"))
    keys = [field.key for field in book.sheet(SHEET).fields]
    return keys, [tuple(map(plain, row)) for row in plain_table(book, SHAPES[name].records(ROWS)).rows]


def plain(cell: object) -> object:
    """A cell as all readers give it: days as dates, all numbers as floats, nothing for empty text."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return float(cell)
    if isinstance(cell, dict):
        return dt.date.fromisoformat(cell["day"])
    return cell if cell not in ("", None) else None


def found(rows: Rows, keys: Sequence[str]) -> Grid:
    """The cells of the records' rows, in the order of their fields, which the first row names."""
    places = [list(rows[0]).index(key) for key in keys]
    records = rows[FIRST_ROW - 1 : FIRST_ROW - 1 + ROWS]
    return [tuple(plain(row[at] if at < len(row) else None) for at in places) for row in records]


def by_openpyxl(paths: Sequence[Path]) -> list[Rows]:
    """The rows as openpyxl reads them."""
    return list(map(unescaped, as_saved(paths)))


def as_saved(paths: Sequence[Path]) -> list[Rows]:
    """The rows as they stand in files."""
    books = [openpyxl.load_workbook(path, data_only=True) for path in paths]
    return [list(book["客户"].iter_rows(values_only=True)) for book in books]


def unescaped(rows: Rows) -> Rows:
    """Rows with escaped characters put back, which some readers leave to their users."""
    return [[unescape(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def by_calamine(paths: Sequence[Path]) -> list[Rows]:
    """The rows as calamine reads them."""
    return [
        CalamineWorkbook.from_path(path).get_sheet_by_name("客户").to_python(skip_empty_area=False)
        for path in paths
    ]


def by_exceljs(paths: Sequence[Path]) -> list[Rows]:
    """The rows as ExcelJS reads them."""
    folder = os.environ.get("CUSTBOOK_NODE")
    if folder is None or shutil.which("node") is None:
        pytest.skip("ExcelJS is not there: CUSTBOOK_NODE names the folder where npm installed it")
    done = subprocess.run(
        ["node", "-e", EXCELJS, "-", folder, *map(str, paths)],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return list(map(unescaped, json.loads(done.stdout)))


def by_libreoffice(paths: Sequence[Path], folder: Path) -> list[Rows]:
    """The rows as LibreOffice saves them; it puts escaped characters back, and escapes none."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    words = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder)]
    subprocess.run([*words, *map(str, paths)], check=True, capture_output=True, timeout=300)
    return as_saved([folder / path.name for path in paths])


@pytest.mark.parametrize("read", [by_openpyxl, by_calamine, by_exceljs, by_libreoffice])
def test_every_reader_finds_what_the_records_say(
    books: dict[str, Path], tmp_path: Path, read: Callable[..., list[Rows]]
) -> None:
    paths = list(books.values())
    read_all = read(paths, tmp_path) if read is by_libreoffice else read(paths)
    for (name, path), rows in zip(books.items(), read_all, strict=True):
        keys, records = wanted(name, path)
        assert found(rows, keys) == records, name


@pytest.mark.parametrize("name", SHAPES)
def test_what_was_written_is_read_back_without_a_word(books: dict[str, Path], name: str) -> None:
    report = check_file(books[name], RUN)
    assert (report.rows, report.held) == (ROWS, 0)
    assert [issue.code for issue in report.issues] == []


@pytest.mark.parametrize("name", SHAPES)
def test_the_package_is_one_that_every_program_opens(books: dict[str, Path], name: str) -> None:
    """WPS opens no archive with data descriptors or in the form for sizes beyond 4 GB."""
    with zipfile.ZipFile(books[name]) as package:
        for entry in package.infolist():
            assert entry.flag_bits & 0b1000 == 0, entry.filename
            assert entry.extract_version <= 20, entry.filename
            assert entry.extra == b"", entry.filename
            assert entry.compress_type in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)
