"""Sheets of ours that a workbook lacks are added to it: whole, last, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from custbook_gen.backends.excel.patch import patch_package
from custbook_gen.backends.excel.verify import verify_patch
from custbook_gen.backends.excel.write import write_package
from custbook_gen.workbook import Patch, Plan, SheetPlan, StyledCell
from tests.excel_plans import customers, overview, realistic_plan
from tests.xlsx_samples import (
    entries,
    faults,
    part,
    parts,
    patched,
    read,
    refusal,
    sheet_xml,
    styles_xml,
    touched,
    zipped,
)

OWN = "我的分析"
REGISTERS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


def without(*keys: str) -> BytesIO:
    """The realistic book without some of its sheets, behind one of somebody's own."""
    plan = realistic_plan()
    own = SheetPlan("own", OWN, cells={(1, 1): StyledCell("我的")})
    out = BytesIO()
    write_package(replace(plan, sheets=(own, *(s for s in plan.sheets if s.key not in keys))), out)
    return out


def verified(source: BytesIO, patch: Patch) -> BytesIO:
    made = patched(source, patch)
    verify_patch(source, made, "book.xlsx", patch)
    return made


@pytest.fixture(scope="module")
def healed() -> tuple[BytesIO, BytesIO]:
    """A book that lost the overview and the customers, before and after they were put back."""
    source = without("overview", "customers")
    return source, verified(source, Patch(added=(overview(), customers())))


def test_added_sheets_come_last_and_all_other_parts_stay(healed: tuple[BytesIO, BytesIO]) -> None:
    source, made = healed
    assert [sheet.title for sheet in read(made).sheets] == [OWN, "选项", "_meta", "总览 & 图", "客户档案"]
    old, new = entries(source), entries(made)
    assert {name for name in old if old[name] != new.get(name)} == REGISTERS
    assert faults(made) == []


def test_added_sheets_are_what_a_new_workbook_has(healed: tuple[BytesIO, BytesIO]) -> None:
    whole = BytesIO()
    write_package(realistic_plan(), whole)
    for title in ("总览 & 图", "客户档案"):
        assert read(healed[1]).sheet(title) == read(whole).sheet(title)
    first, second = (openpyxl.load_workbook(archive) for archive in (whole, healed[1]))
    for title in ("总览 & 图", "客户档案"):
        ours, theirs = first[title], second[title]
        assert isinstance(ours, Worksheet)
        assert isinstance(theirs, Worksheet)
        assert furniture(ours) == furniture(theirs)
        for row in ours.iter_rows(max_row=12):
            for cell in row:
                other = theirs[cell.coordinate]
                assert look(cell) == look(other)
        for column, dimension in ours.column_dimensions.items():
            assert repr(theirs.column_dimensions[column].fill) == repr(dimension.fill)


def furniture(sheet: Worksheet) -> list[object]:
    """What stands around the cells of a sheet."""
    charts = sheet._charts  # type: ignore[attr-defined]
    return [len(charts), sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref]


def look(cell: object) -> list[str]:
    """How a cell looks, spelled out."""
    return [repr(getattr(cell, name)) for name in ("font", "fill", "number_format", "border", "protection")]


def test_only_the_sheet_that_was_in_front_is_selected(healed: tuple[BytesIO, BytesIO]) -> None:
    book = openpyxl.load_workbook(healed[1])
    assert [s.title for s in book.worksheets if s.sheet_view.tabSelected] == [OWN]


def test_a_hidden_sheet_comes_back_hidden() -> None:
    source = without("lists")
    lists = realistic_plan().sheet("lists")
    made = verified(source, Patch(added=(lists,), names=realistic_plan().names))
    found = read(made).sheet("选项")
    assert found is not None
    assert found.state == "hidden"
    assert read(made).names["cb_industry"] == "'选项'!$A$2:$A$4"


def test_a_workbook_of_another_program_with_taken_part_names_gets_sheets_too() -> None:
    content = parts(sheet_xml(""), sheet_xml(""), **{"xl/styles.xml": styles_xml("0.0")})
    source = zipped({**content, "xl/drawings/drawing1.xml": "<x/>", "xl/charts/CHART1.xml": "<x/>"})
    made = verified(source, Patch(added=(overview(),)))
    assert touched(source, made) >= {"xl/worksheets/sheet3.xml", "xl/drawings/drawing2.xml"}
    assert "xl/charts/chart1.xml" not in entries(made)
    assert part(made, "xl/drawings/drawing1.xml") == "<x/>"
    assert [sheet.title for sheet in read(made).sheets] == ["S1", "S2", "总览 & 图"]


def test_a_title_that_is_taken_is_never_used_twice() -> None:
    with pytest.raises(ValueError, match="总览"):
        patched(without("lists"), Patch(added=(overview(),)))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("xl/workbook.xml", 'name="总览 &amp; 图"', 'name="别的"'),
        ("xl/workbook.xml", 'name="选项"', 'name="改名"'),
        ("xl/workbook.xml", "</sheets>", '<sheet name="多" sheetId="99"/></sheets>'),
        ("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/sheet2.xml"),
        ("[Content_Types].xml", "</Types>", '<Override PartName="/x.bin" ContentType="a/b"/></Types>'),
    ],
)
def test_anything_else_in_the_registers_is_refused(name: str, old: str, new: str) -> None:
    source = without("overview")
    patch = Patch(added=(overview(),))
    out = BytesIO()
    patch_package(source, "book.xlsx", patch, out)
    verify_patch(source, out, "book.xlsx", patch)
    with ZipFile(out) as archive:
        content = {entry: archive.read(entry) for entry in archive.namelist()}
    assert old.encode() in content[name]
    content[name] = content[name].replace(old.encode(), new.encode(), 1)
    changed = BytesIO()
    with ZipFile(changed, "w") as archive, ZipFile(source) as before:
        for entry, data in content.items():
            info = before.getinfo(entry) if entry in before.namelist() else entry
            archive.writestr(info, data)
    error = refusal(lambda: verify_patch(source, changed, "book.xlsx", patch))
    assert error.code == "patch-unfaithful"


def test_an_added_sheet_alone_is_a_change() -> None:
    assert Patch(added=(SheetPlan("x", "X"),))
    assert Patch(added=(SheetPlan("x", "X"),)).changes_values
    assert not Plan("", (), {}, {}).properties
