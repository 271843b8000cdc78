"""A book in use whose schema is changed by a few lines in its project file."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.project import open_project
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.load import PROJECT_FILE
from custbook_gen.report import Report
from tests.sync_books import RUN, Desk, customer, seen, typed

LINES = """\
sheets:
  customers:
    fields:
      industry: false
      shoe_size: {label: [鞋码, Shoe size], type: int, after: name}
  interactions: false
"""


def sync(path: Path) -> Report:
    return sync_file(path, RUN, Options(), path.parent)


def test_what_is_switched_off_rests_in_the_store_and_comes_back(desk: Desk) -> None:
    path = desk.folder / PROJECT_FILE
    before, plain = desk.stored(), path.read_text(encoding="utf-8")
    path.write_text(plain + LINES, encoding="utf-8")
    home = open_project(desk.folder)
    assert "interactions" not in home.book.sheet_by_key
    generate(home, desk.folder / "new.xlsx", RUN)
    new = sync(desk.folder / "new.xlsx")
    assert (new.counts()["errors"], new.changes) == (0, [])
    typed(desk.a, **{customer(1): {"notes": "新备注", "industry": "政府"}})
    old = sync(desk.a)  # a workbook from before, which still has the column and the sheet
    assert [(change.kind, change.after) for change in old.changes] == [("update", {"notes": "新备注"})]
    assert (list(old.conflicts), old.counts()["held"]) == ([], 0)

    path.write_text(plain, encoding="utf-8")
    open_project(desk.folder)
    after = desk.stored()
    assert after[customer(1)]["industry"] == before[customer(1)]["industry"]
    assert after[customer(1)]["notes"] == "新备注"
    again = sync(desk.b)
    assert (list(again.changes), list(again.conflicts)) == ([], [])


def test_a_sheet_that_is_switched_off_is_told_where_it_holds_anything(desk: Desk) -> None:
    """Whatever people call its tab; a part of another sheet that somebody copied there is none."""
    path = desk.folder / PROJECT_FILE
    path.write_text(path.read_text(encoding="utf-8") + LINES, encoding="utf-8")
    typed(desk.a, "interactions", I00000001={"content": "改过的内容"})
    book = openpyxl.load_workbook(desk.a)
    book["互动记录"].title = "往来"
    part = book.create_sheet("抄来的")
    for row in book["客户档案"].iter_rows(max_col=4, values_only=True):
        part.append(row)
    book.save(desk.a)
    for report in (check_file(desk.a, RUN), sync(desk.a), sync(desk.a)):
        told = [issue for issue in report.issues if issue.code == "sheet-resting"]
        assert [issue.place.cell for issue in told] == ["'往来'"]
        assert "既不读取也不入库" in told[0].message("zh")
    book = openpyxl.load_workbook(desk.a)
    book["往来"].delete_rows(3, book["往来"].max_row)
    book.save(desk.a)
    assert "sheet-resting" not in {issue.code for issue in check_file(desk.a, RUN).issues}


def test_what_is_new_in_the_book_is_no_fault_of_an_older_workbook(desk: Desk) -> None:
    """A field and a sheet that come into the book are told as such; once there, they may be missed."""
    path = desk.folder / PROJECT_FILE
    plain = path.read_text(encoding="utf-8")
    path.write_text(plain.replace("preset: basic", "preset: standard"), encoding="utf-8")
    told = [(issue.code, issue.place.sheet, issue.place.field) for issue in check_file(desk.a, RUN).issues]
    assert ("sheet-new", "deals", None) in told
    assert ("column-new", "customers", "short_name") in told
    report = sync(desk.a)
    assert (report.exit_code, report.counts()["errors"], list(report.changes)) == (0, 0, [])
    state = desk.state()
    assert not {"sheet-new", "column-new"} & {issue.code for issue in sync(desk.a).issues}
    assert desk.state() == state
    book = openpyxl.load_workbook(desk.a)
    del book["商机"]
    book.save(desk.a)
    assert ("sheet-missing", "deals") in {(i.code, i.place.sheet) for i in check_file(desk.a, RUN).issues}


def test_nothing_of_a_book_that_has_all_its_sheets_rests(desk: Desk) -> None:
    assert "sheet-resting" not in {issue.code for issue in check_file(desk.a, RUN).issues}


def test_other_settings_are_no_changes_by_hand(desk: Desk) -> None:
    """Computed cells are held to what they were given, until a sync gives them what the schema says now."""
    path = desk.folder / PROJECT_FILE
    more = "settings: {purchases: {counted_statuses: [cancelled]}}\n"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    before = {key: seen(desk.a).value(key, "order_count") for key in seen(desk.a).records()}
    typed(desk.a, **{customer(3): {"order_count": 77}})
    for report in (check_file(desk.a, RUN), sync(desk.a)):
        told = [issue.place.key for issue in report.issues if issue.code == "computed-changed"]
        assert told == [customer(3)]
    assert "computed-changed" not in {issue.code for issue in sync(desk.a).issues}
    after = {key: seen(desk.a).value(key, "order_count") for key in seen(desk.a).records()}
    assert after != before
    sheet = openpyxl.load_workbook(desk.a)["客户档案"]
    assert "已取消" in str(sheet.cell(5, seen(desk.a).columns["total_amount"] + 1).value)


def test_a_sheet_that_is_switched_off_changes_nothing_by_hand(desk: Desk) -> None:
    path = desk.folder / PROJECT_FILE
    path.write_text(path.read_text(encoding="utf-8") + "sheets: {sales: false}\n", encoding="utf-8")
    for report in (check_file(desk.a, RUN), sync(desk.a), sync(desk.a)):
        assert "computed-changed" not in {issue.code for issue in report.issues}
