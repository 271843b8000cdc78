"""Tabs of ours that people deleted, or that an earlier version did not have, come back at the next sync."""

from __future__ import annotations

import base64
import json
import zlib

import openpyxl
import pytest

from custbook_gen.backends.excel import ExcelFile
from custbook_gen.plan import read_meta
from custbook_gen.plan.meta import packed_as_found
from custbook_gen.workbook import CellPatch, Patch, RawSheet, SheetPatch, SheetPlan, StyledCell
from tests.sync_books import Desk, codes, edited, parts, seen, sheet_parts, summary, typed

OWN = "客户构成"
"""A sheet of somebody's own, by the name of a tab of ours."""


def sheet_of(desk: Desk, title: str) -> RawSheet | None:
    return ExcelFile(desk.a).read().sheet(title)


def test_deleted_tabs_come_back_with_their_charts_and_lists(desk: Desk) -> None:
    gone = ["总览", "使用说明", "设置", "信息保护", "_列表"]
    whole = {title: sheet_of(desk, title) for title in gone}
    with edited(desk.a) as book:
        for title in gone:
            del book[title]
    before = parts(desk.a)
    report = desk.sync()
    assert {code for code, _, _ in codes(report)} == {"tab-missing"}
    assert report.exit_code == 0
    made = openpyxl.load_workbook(desk.a)
    assert made.sheetnames[-len(gone) :] != gone
    assert set(made.sheetnames[-len(gone) :]) == set(gone)
    for title in gone[1:]:
        assert sheet_of(desk, title) == whole[title]
    assert made["总览"]._charts  # type: ignore[attr-defined]
    assert summary(desk.a)["客户数"] == 30
    ours = sheet_parts(desk.a).values()
    after = parts(desk.a)
    assert all(after[name] == data for name, data in before.items() if "drawing" in name and name not in ours)
    state = desk.state()
    desk.sync()
    assert desk.state() == state


def test_a_sheet_of_somebodys_own_is_not_taken_for_a_tab_of_a_later_version(desk: Desk) -> None:
    raw = ExcelFile(desk.a).read()
    meta = raw.sheet("_custbook")
    assert meta is not None
    row = next(number for number, cells in meta.rows.items() if cells[0] == "titles")
    known = read_meta(meta)
    assert known is not None
    older = {key: title for key, title in known.titles.items() if title != OWN}
    assert len(older) < len(known.titles)
    text = json.dumps(older, ensure_ascii=False)
    with edited(desk.a) as book:
        del book[OWN]
        book.create_sheet(OWN)["A1"] = "我自己的"
    target = ExcelFile(desk.a)
    patch = Patch(sheets=(SheetPatch("_custbook", (CellPatch(row, 2, text),)),))
    target.prepare(patch, target.read().digest).commit()
    report = desk.sync()
    assert "tab-missing" not in {code for code, _, _ in codes(report)}
    own = sheet_of(desk, OWN)
    assert own is not None
    assert own.cell(1, 1) == "我自己的"
    assert sheet_of(desk, f"{OWN} 2") is not None


@pytest.mark.parametrize("strict", [False, True])
def test_what_was_typed_goes_in_while_a_tab_comes_back(desk: Desk, strict: bool) -> None:
    with edited(desk.a) as book:
        del book["_列表"]
    typed(desk.a, C000001={"notes": "新的备注"})
    desk.sync(strict=strict)
    assert desk.stored()["C000001"]["notes"] == "新的备注"
    assert seen(desk.a).value("C000001", "notes") == "新的备注"
    assert sheet_of(desk, "_列表") is not None


def repack(desk: Desk, level: int) -> None:
    """Have the schema in the workbook packed as on another computer."""
    target = ExcelFile(desk.a)
    raw = target.read()
    meta = raw.sheet("_custbook")
    assert meta is not None
    found = {str(row[0]): number for number, row in meta.rows.items()}
    [name] = [name for name in found if name.startswith("schema.")]
    packed = str(meta.cell(found[name], 2))
    other = base64.b85encode(zlib.compress(zlib.decompress(base64.b85decode(packed)), level)).decode()
    assert other != packed
    cells = (CellPatch(found[name], 2, other),)
    target.prepare(Patch(sheets=(SheetPatch("_custbook", cells),)), raw.digest).commit()


def test_a_schema_packed_on_another_computer_is_the_same(desk: Desk) -> None:
    """Libraries pack differently; a workbook that is synced on two computers may not change each time."""
    desk.sync()
    repack(desk, 1)
    state = desk.state()
    assert desk.sync().exit_code == 0
    assert desk.state() == state


def test_a_schema_that_cannot_be_unpacked_is_written_anew() -> None:
    plan = SheetPlan("_custbook", "t", cells={(2, 1): StyledCell("schema.000"), (2, 2): StyledCell("good")})
    for text in ("", "~", "not packed", None, 7):
        raw = RawSheet("t", rows={2: ("schema.000", text)})
        assert packed_as_found(plan, raw) is plan
