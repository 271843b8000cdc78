"""Tabs of ours under other names: known by what they hold, never by guessing."""

from __future__ import annotations

import re
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from custbook_gen.backends.excel import ExcelFile
from custbook_gen.finding import find_by_texts
from custbook_gen.workbook import RawSheet, RawWorkbook
from tests.sync_books import Desk, codes, customer, edited, seen, summary, typed

RENAMED = {"总览": "经营总览", "使用说明": "怎么用", "设置": "参数", "信息保护": "保密", "_列表": "清单"}


def book(**tabs: str) -> RawWorkbook:
    """A workbook whose tabs hold some words."""
    sheets = tuple(RawSheet(title, {1: tuple(words.split())}) for title, words in tabs.items())
    return RawWorkbook(sheets, {}, {}, "")


def test_a_renamed_tab_keeps_its_name_and_goes_on_being_ours(desk: Desk) -> None:
    with edited(desk.a) as workbook:
        for old, new in RENAMED.items():
            workbook[old].title = new
    order = openpyxl.load_workbook(desk.a).sheetnames
    report = desk.sync()
    assert {code for code, _, _ in codes(report)} == {"sheet-renamed", "name-altered"}
    told = {issue.place.title for issue in report.issues if issue.code == "sheet-renamed"}
    assert told == set(RENAMED.values())
    after = ExcelFile(desk.a).read()
    assert [tab.title for tab in after.sheets] == order
    lists = [place for name, place in after.names.items() if name.startswith("cb_list_")]
    assert lists
    assert all(place.startswith("'清单'!") for place in lists)
    typed(desk.a, **{customer(1): {"notes": "新的备注"}})
    assert codes(desk.sync()) == []  # it is told once
    assert summary(desk.a, "经营总览")["客户数"] == 30
    with ZipFile(desk.a) as package:
        charts = [package.read(name).decode() for name in package.namelist() if "charts/chart" in name]
    assert any("'经营总览'!" in chart for chart in charts)
    assert not any("'总览'!" in chart for chart in charts)
    state = desk.state()
    desk.sync()
    assert desk.state() == state


def test_a_workbook_is_known_whatever_the_sheet_with_its_identity_is_called(desk: Desk) -> None:
    with edited(desk.a) as workbook:
        workbook["_custbook"].title = "身份"
    typed(desk.a, **{customer(1): {"notes": "新的备注"}})
    assert {code for code, _, _ in codes(desk.sync())} == {"sheet-renamed", "name-altered"}
    assert desk.stored()[customer(1)]["notes"] == "新的备注"
    assert ExcelFile(desk.a).read().sheet("_custbook") is None
    assert codes(desk.sync()) == []


def test_of_two_tabs_that_may_be_meant_neither_is_touched(desk: Desk) -> None:
    with edited(desk.a) as workbook:
        workbook["总览"].title = "甲"
        workbook.copy_worksheet(workbook["甲"]).title = "乙"
        for title in ("甲", "乙"):
            workbook[title]["Z1"] = "我的话"
    before = {title: ExcelFile(desk.a).read().sheet(title) for title in ("甲", "乙")}
    assert {code for code, _, _ in codes(desk.sync())} == {"tab-missing"}
    read = ExcelFile(desk.a).read()
    assert {title: read.sheet(title) for title in ("甲", "乙")} == before
    assert read.sheet("总览") is not None


def test_a_tab_of_somebodys_own_that_says_little_of_what_ours_says_is_left_alone(desk: Desk) -> None:
    with edited(desk.a) as workbook:
        del workbook["总览"]
        own = workbook.create_sheet("我的总览")
        own["A1"], own["A2"] = "总览", "客户数"
    assert {code for code, _, _ in codes(desk.sync())} == {"tab-missing"}
    read = ExcelFile(desk.a).read().sheet("我的总览")
    assert read is not None
    assert read.rows == {1: ("总览",), 2: ("客户数",)}


@pytest.mark.parametrize("ours", ["deleted", "renamed"])
def test_a_tab_that_somebody_made_by_the_name_of_ours_is_left_alone(desk: Desk, ours: str) -> None:
    with edited(desk.a) as workbook:
        for title in ("总览", "设置"):
            workbook[title].title = f"旧{title}"
            if ours == "deleted":
                del workbook[f"旧{title}"]
            workbook.create_sheet(title)["A1"] = title
    told = {code for code, _, _ in codes(desk.sync())}
    read = ExcelFile(desk.a).read()
    for title in ("总览", "设置"):
        own = read.sheet(title)
        assert own is not None
        assert own.rows == {1: (title,)}
        assert (read.sheet(f"旧{title}") is not None) is (ours == "renamed")
        assert (read.sheet(f"{title} 2") is not None) is (ours == "deleted")
    assert told == ({"tab-missing"} if ours == "deleted" else {"sheet-renamed"})
    assert codes(desk.sync()) == []


@pytest.mark.parametrize(
    ("tabs", "found"),
    [
        ({"x": "head a b c"}, {"key": "x"}),
        ({"x": "head a b"}, {"key": "x"}),
        ({"x": "head a"}, {}),
        ({"x": "a b c d"}, {}),
        ({"x": "head a b c", "y": "head a b"}, {}),
        ({"x": "head a b c", "taken": "head a b c"}, {"key": "x"}),
    ],
)
def test_more_than_half_must_be_there_and_the_head(tabs: dict[str, str], found: dict[str, str]) -> None:
    assert find_by_texts(book(**tabs), {"key": ("head", "a", "b", "c")}, {"taken"}) == found


def test_a_tab_that_may_be_two_of_ours_is_neither() -> None:
    held = {"one": ("head", "a", "b"), "two": ("head", "a", "c")}
    assert find_by_texts(book(x="head a b c"), held, ()) == {}


# ---------------------------------------------------------------- guards, and names of single sheets


def test_a_guard_comes_back_and_what_was_filled_in_stays(desk: Desk) -> None:
    with edited(desk.a) as workbook:
        tab = workbook["信息保护"]
        tab.protection.sheet = False
        cell = next(cell for row in tab.iter_rows() for cell in row if not cell.protection.locked)
        place = cell.coordinate
        cell.value = "由王芳负责"
    assert {code for code, _, _ in codes(desk.sync())} == {"tab-unguarded"}
    after = openpyxl.load_workbook(desk.a)["信息保护"]
    assert after[place].value == "由王芳负责"
    assert after.protection.sheet
    assert codes(desk.sync()) == []


def test_a_guard_that_refuses_what_it_should_allow_is_put_right(desk: Desk) -> None:
    titles = ("总览", "使用说明", "问题")
    with edited(desk.a) as workbook:
        for title in titles:
            workbook[title].protection.formatColumns = True
    report = desk.sync()
    assert {code for code, _, _ in codes(report)} == {"tab-unguarded"}
    assert {issue.place.title for issue in report.issues if issue.code == "tab-unguarded"} == set(titles)
    after = openpyxl.load_workbook(desk.a)
    assert [after[title].protection.formatColumns for title in titles] == [False] * 3
    assert codes(desk.sync()) == []


def test_a_guard_with_a_password_on_a_tab_of_ours_stays(desk: Desk) -> None:
    with edited(desk.a) as workbook:
        workbook["使用说明"].protection.password = "secret"  # noqa: S105 (a made-up one)
    assert codes(desk.sync()) == []
    assert openpyxl.load_workbook(desk.a)["使用说明"].protection.password is not None


def test_names_of_a_sheet_go_where_they_hide_ours_and_stay_on_copies(desk: Desk) -> None:
    name = "cb_col_customers_name"
    with edited(desk.a) as workbook:
        copy = workbook.copy_worksheet(workbook["客户档案"])
        copy.title = "抄本"
        for title in ("客户档案", "抄本"):
            for own in (name.upper(), "cb_mine"):
                reference = f"'{title}'!$C$3:$C$9"
                workbook[title].defined_names[own] = DefinedName(own, attr_text=reference)
    report = desk.sync()
    assert {code for code, _, _ in codes(report)} == {"name-shadowed", "sheet-twice"}
    read = ExcelFile(desk.a).read()
    ours, copied = (read.sheet(title) for title in ("客户档案", "抄本"))
    assert ours is not None
    assert copied is not None
    assert {own for own in ours.names if own.lower().startswith("cb_")} == {"cb_mine"}
    assert {own for own in copied.names if own.lower().startswith("cb_")} == {name.upper(), "cb_mine"}
    assert read.names[name].startswith("'客户档案'!")
    assert re.search(r"\$[0-9]{4}$", read.names[name])
    assert {code for code, _, _ in codes(desk.sync())} == {"sheet-twice"}
    assert seen(desk.a).records()
