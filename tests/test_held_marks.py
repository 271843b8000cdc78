"""Held cells are coloured by one format that reads the status, in every language, whatever the headers."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from custbook_gen.actions.generate import generate
from custbook_gen.layout import STATUS
from custbook_gen.texts import Lang
from tests.lists_book import make_lists
from tests.sync_books import RUN, Desk, desk_from, edited

TITLES: dict[Lang, str] = {"zh": "顾客", "en": "Clients", "zh+en": "顾客 Clients"}
KEY_ROW, HEADER_ROW, FIRST_ROW = 1, 2, 3


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_lists(tmp_path_factory.mktemp("made") / "lists").folder


def tab_of(book: Workbook) -> Worksheet:
    return next(tab for tab in book.worksheets if tab.title.startswith(("顾客", "Clients")))


def coloured(path: Path) -> set[tuple[int, str]]:
    """The cells that the format colours, by row and field: its formula, worked out cell by cell."""
    tab = tab_of(openpyxl.load_workbook(path))
    fields = {str(cell.value): int(cell.column) for cell in tab[KEY_ROW] if cell.value is not None}
    status = fields[STATUS]
    formulas = [rule.formula for area in tab.conditional_formatting for rule in area.rules]
    letter = get_column_letter(status)
    assert [f'ISNUMBER(FIND("「"&SUBSTITUTE(A$2,CHAR(10)," ")&"」",${letter}3))'] in formulas
    found = set()
    for row in range(FIRST_ROW, tab.max_row + 1):
        text = str(tab.cell(row, status).value or "")
        for field, column in fields.items():
            header = str(tab.cell(HEADER_ROW, column).value or "").replace("\n", " ")
            if f"「{header}」" in text:
                found.add((row, field))
    return found


@pytest.mark.parametrize("lang", ["zh", "en", "zh+en"])
def test_faulty_cells_and_no_others_are_coloured_in_every_language(
    made: Path, tmp_path: Path, lang: Lang
) -> None:
    desk = desk_from(made, tmp_path / "desk")
    path = desk.folder / "own.xlsx"
    generate(desk.home(), path, RUN, lang=lang)
    fields = spoil(path)
    report = desk.sync(path)
    faulty = {
        (issue.place.row, issue.place.field)
        for issue in report.issues
        if issue.severity == "error" and issue.place.field is not None
    }
    assert faulty == {(3, "mobile"), (3, "source"), (4, "name"), (5, "client_id"), (9, "name"), (9, "mobile")}
    assert coloured(path) == faulty
    assert fields


def spoil(path: Path) -> dict[str, int]:
    """Rename headers as people do, then type every kind of fault."""
    with edited(path) as book:
        tab = tab_of(book)
        fields = {str(cell.value): int(cell.column) for cell in tab[KEY_ROW] if cell.value is not None}
        for field, header in (("mobile", "手机\n(必填!)"), ("source", 2024), ("name", "Name & 「称」呼 *?")):
            tab.cell(HEADER_ROW, fields[field]).value = header
        for row, field, value in (
            (3, "mobile", "139"),
            (3, "source", "搜索引警"),
            (4, "name", None),
            (5, "client_id", "K9999"),
            (9, "mobile", "1"),
        ):
            tab.cell(row, fields[field]).value = value
        return fields


def test_a_conflict_is_coloured_too(made: Path, tmp_path: Path) -> None:
    desk: Desk = desk_from(made, tmp_path / "desk")
    for path, name in ((desk.a, "甲"), (desk.b, "乙")):
        with edited(path) as book:
            tab_of(book)["C3"] = name
    desk.sync(desk.a)
    desk.sync(desk.b)
    assert coloured(desk.b) == {(3, "name")}
