"""What surrounds the cells is put back as it was written; what people added there stays."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path

import pytest
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tests.damage_book import TITLE, around, client, make_shop, tab, told
from tests.sync_books import Desk, Page, desk_from, edited, seen

YELLOW = PatternFill("solid", fgColor="FFFFFF00")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return make_shop(tmp_path_factory.mktemp("shop") / "desk")


@pytest.fixture
def desk(shop: Desk, tmp_path: Path) -> Desk:
    return desk_from(shop.folder, tmp_path / "desk")


@contextlib.contextmanager
def page(desk: Desk) -> Iterator[Page]:
    """The clients' sheet in a colleague's hands."""
    with edited(desk.a) as book:
        yield Page.of(book, "clients")


def no_formats(sheet: Worksheet) -> None:
    sheet.conditional_formatting = ConditionalFormattingList()


def broken_formats(sheet: Worksheet) -> None:
    """Copied rows have their own pieces of every format, as Excel leaves them."""
    old, sheet.conditional_formatting = sheet.conditional_formatting, ConditionalFormattingList()
    for item in old:
        for rule in item.rules:
            for first, last in ((3, 9), (10, 10), (11, 20000)):
                areas = [area.split(":") for area in str(item.sqref).split()]
                names = [[re.sub(r"\d+", "", end) for end in area] for area in areas]
                piece = copy(rule)
                piece.formula = [re.sub(r"(?<=[A-Z])3\b", str(first), rule.formula[0])]
                ranges = " ".join(f"{left}{first}:{right}{last}" for left, right in names)
                sheet.conditional_formatting.add(ranges, piece)


WAYS: dict[str, tuple[str, Callable[[Worksheet], None]]] = {
    "guard": ("guard-lost", lambda sheet: setattr(sheet.protection, "sheet", False)),
    "guard that forbids": ("guard-lost", lambda sheet: setattr(sheet.protection, "sort", True)),
    "panes": ("freeze-lost", lambda sheet: setattr(sheet, "freeze_panes", None)),
    "filter": ("filter-lost", lambda sheet: setattr(sheet.auto_filter, "ref", None)),
    "filter over some columns": (
        "filter-lost",
        lambda sheet: setattr(sheet.auto_filter, "ref", "A2:F14"),
    ),
    "key row": ("key-row-shown", lambda sheet: setattr(sheet.row_dimensions[1], "hidden", False)),
    "no coloured marks": ("highlight-altered", no_formats),
    "coloured marks in pieces": ("highlight-altered", broken_formats),
    "merged cells": ("cells-merged", lambda sheet: sheet.merge_cells("D10:D12")),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_gone_of_a_sheet_is_told_and_put_back(desk: Desk, way: str) -> None:
    before, merges, stored = around(desk), tab(desk).merges, desk.stored("clients")
    code, damage = WAYS[way]
    with edited(desk.a) as book:
        damage(book[TITLE])
    assert around(desk) != before or tab(desk).merges != merges or way == "key row"
    report = desk.sync()
    assert told(report).keys() - {"format-lost"} == {code}
    assert desk.stored("clients") == stored
    now = around(desk)
    assert (now.protection, now.freeze, now.filter) == (before.protection, before.freeze, before.filter)
    assert sorted(map(str, now.formats)) == sorted(map(str, before.formats))
    assert tab(desk).merges == merges
    assert 1 in tab(desk).hidden_rows
    state = desk.state()
    assert told(desk.sync()) == {}
    assert desk.state() == state


def test_formats_and_locks_of_cells_come_back_and_colours_stay(desk: Desk) -> None:
    stored = desk.stored("clients")
    with page(desk) as people:
        for number in range(2, 6):
            cell = people.cell(client(number), "mobile")
            cell.number_format, cell.fill, cell.font = "General", YELLOW, Font(name="Arial", bold=True)
            cell.value = int(str(cell.value))
            people.cell(client(number), "created_on").number_format = "0.00"
            people.cell(client(number), "name").protection = Protection(locked=True)
    report = desk.sync()
    assert told(report) == {
        "lock-altered": f"'{TITLE}'!C4:C7",
        "format-lost": f"'{TITLE}'!G4:G7",
        "text-was-number": f"'{TITLE}'!G4",
    }
    assert desk.stored("clients") == stored
    assert seen(desk.a, "clients").value(client(3), "mobile") == "13800000003"
    with page(desk) as people:
        for number in range(2, 6):
            cell = people.cell(client(number), "mobile")
            assert (cell.number_format, cell.value) == ("@", f"1380000{number:04}")
            assert (cell.fill.fgColor.rgb, cell.font.name, cell.font.b) == ("FFFFFF00", "Arial", True)
            assert people.cell(client(number), "created_on").number_format == "yyyy-mm-dd"
            assert people.cell(client(number), "name").protection.locked is False


def test_headers_are_locked_again_and_look_as_people_made_them(desk: Desk) -> None:
    with page(desk) as people:
        for field in ("name", "mobile"):
            cell = people.sheet.cell(2, people.columns[field])
            cell.protection, cell.fill, cell.font = Protection(locked=False), YELLOW, Font(name="Arial")
        people.sheet.cell(1, people.columns["name"]).protection = Protection(locked=False, hidden=True)
    assert told(desk.sync()) == {"head-unlocked": f"'{TITLE}'!C1:G2"}
    with page(desk) as people:
        for field in ("name", "mobile"):
            cell = people.sheet.cell(2, people.columns[field])
            assert cell.protection.locked
            assert (cell.fill.fgColor.rgb, cell.font.name) == ("FFFFFF00", "Arial")
        guard = people.sheet.cell(1, people.columns["name"]).protection
        assert (guard.locked, guard.hidden) == (True, True)
    assert told(desk.sync()) == {}


def test_columns_beside_the_table_are_opened_again_and_those_of_ones_own_stay(desk: Desk) -> None:
    beside = len(tab(desk).rows[1]) + 1
    mine, next_to_it = get_column_letter(beside), get_column_letter(beside + 1)
    with edited(desk.a) as book:
        sheet = book[TITLE]
        del sheet.column_dimensions[mine]
        sheet[f"{mine}2"] = "我的列"
        sheet.column_dimensions[mine].protection = Protection(locked=True, hidden=True)
        sheet.column_dimensions[mine].width = 33
        sheet.column_dimensions[next_to_it].width = 44
    assert told(desk.sync()) == {"columns-locked": f"'{TITLE}'"}
    found = around(desk)
    locked = [found.column(at) for at in (beside, beside + 1, beside + 2, 16_384)]
    assert [span and span.look and span.look.locked for span in locked] == [True, False, False, False]
    with edited(desk.a) as book:
        widths = book[TITLE].column_dimensions
        assert (widths[mine].width, widths[next_to_it].width) == (33, 44)
    assert told(desk.sync()) == {}


def test_columns_that_somebody_locked_beside_the_table_are_theirs(desk: Desk) -> None:
    with edited(desk.a) as book:
        beside = get_column_letter(len(tab(desk).rows[1]) + 1)
        book[TITLE].column_dimensions[beside].protection = Protection(locked=True, hidden=True)
    assert told(desk.sync()) == {}


def test_cells_that_another_program_made_plain_get_the_look_of_their_column(desk: Desk) -> None:
    with page(desk) as people:
        row = people.row(client(5))
        for field in ("mobile", "created_on", "name"):
            plain = copy(people.sheet["AZ99"]._style)
            people.sheet.cell(row, people.columns[field])._style = plain  # type: ignore[union-attr]
    assert "format-lost" in told(desk.sync())
    with page(desk) as people:
        one, other = people.cell(client(5), "mobile"), people.cell(client(6), "mobile")
        assert one._style == other._style  # type: ignore[attr-defined]


def test_a_rule_of_ours_moved_beside_our_columns_goes_and_rules_of_columns_of_ones_own_stay(
    desk: Desk,
) -> None:
    beside = len(tab(desk).rows[1]) + 1
    with edited(desk.a) as book:
        sheet = book[TITLE]
        sheet.data_validations.dataValidation = []
        for number, text in enumerate(("FALSE", "FALSE", "ISNUMBER($A3)")):
            at = get_column_letter(beside + number)
            sheet.add_data_validation(
                DataValidation(type="custom", formula1=text, sqref=f"{at}3:{at}40", showErrorMessage=True)
            )
        sheet.cell(2, beside + 1).value = "我的列"
    assert "rule-missing" in told(desk.sync())
    left = [area for rule in tab(desk).rules for area in rule.rectangles if area[1] >= beside]
    assert left == [(3, beside + 1, 40, beside + 1), (3, beside + 2, 40, beside + 2)]


def test_peoples_own_choices_are_no_damage(desk: Desk) -> None:
    with edited(desk.a) as book:
        sheet = book[TITLE]
        sheet.freeze_panes = "B3"
        sheet["H5"].fill = YELLOW
        sheet.column_dimensions["G"].width = 44
        rule = FormulaRule(formula=['$G3<>""'], fill=YELLOW)  # type: ignore[no-untyped-call]
        sheet.conditional_formatting.add("G3:G50", rule)
        for row in range(3, 40):
            for cell in sheet[row]:
                if cell.number_format == "yyyy-mm-dd":
                    cell.number_format = 'yyyy"年"m"月"d"日"'
                elif cell.number_format.startswith("#,##0"):
                    cell.number_format = "¥#,##0.000"
        sheet["AZ5"] = "我的列"
        sheet.merge_cells("AZ6:BA7")
    before = around(desk)
    assert told(desk.sync()) == {}
    now = around(desk)
    assert (now.freeze, now.formats, now.below) == (before.freeze, before.formats, before.below)
    assert tab(desk).merges == ((6, 52, 7, 53),)


def test_a_guard_with_a_password_is_left_to_whoever_set_it(desk: Desk) -> None:
    with edited(desk.a) as book:
        book[TITLE].protection.sort = True
        book[TITLE].protection.password = "secret"  # noqa: S105 (a made-up one)
    before = around(desk).protection
    assert told(desk.sync()) == {}
    assert around(desk).protection == before


def test_hidden_and_filtered_rows_are_read_told_and_stay(desk: Desk) -> None:
    with edited(desk.a) as book:
        sheet = book[TITLE]
        for row in (5, 6, 9):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["H"].hidden = True
        sheet["C6"] = "改在隐藏的行里"
    report = desk.sync()
    assert told(report) == {"rows-hidden": f"'{TITLE}'!A5:R9", "columns-hidden": f"'{TITLE}'"}
    assert desk.stored("clients")[client(4)]["name"] == "改在隐藏的行里"
    assert tab(desk).hidden_rows == {1, 5, 6, 9}
    with edited(desk.a) as book:
        book[TITLE].auto_filter.add_filter_column(2, ["x"])
    assert told(desk.sync())["rows-filtered"] == f"'{TITLE}'!A5:R9"
