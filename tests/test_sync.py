"""A colleague edits a workbook with other software in every way there is; sync sorts it out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook

from custbook_gen.layout import STATUS
from custbook_gen.records import Value
from custbook_gen.report import Report
from tests.sync_books import (
    CUSTOMERS,
    FIRST_ROW,
    HEADER_ROW,
    KEY_ROW,
    MADE,
    TITLES,
    Desk,
    Page,
    changed,
    codes,
    customer,
    desk_from,
    edited,
    held,
    new_customer,
    new_sale,
    parts,
    sale,
    seen,
    sheet_parts,
    summary,
    total_sales,
)

OWN = "我的分析"
OWN_COLUMN = 40
INSERTED = 12
"""Where the colleague inserts a row."""


# ---------------------------------------------------------------- the colleague


def add_own_sheet(book: Workbook) -> None:
    """A sheet of the colleague's with figures, a formula over our cells and a chart over both."""
    own = book.create_sheet(OWN, 2)
    own.append(["月份", "目标"])
    for month in range(1, 7):
        own.append([f"{month}月", month * 1000])
    own["D1"] = f"=SUM('{TITLES['sales']}'!$L$3:$L$100)"
    chart = BarChart()
    chart.add_data(Reference(own, min_col=2, min_row=1, max_row=7), titles_from_data=True)
    own.add_chart(chart, "F2")


def sort_rows(page: Page, field_key: str) -> None:
    """Sort all records by a column, the biggest first; computed cells stay, as their formulas do."""
    rows = range(FIRST_ROW, page.next_row())
    columns = [
        c for c in range(1, OWN_COLUMN + 1) if not str(page.sheet.cell(FIRST_ROW, c).value).startswith("=")
    ]
    lines = [{c: page.sheet.cell(row, c).value for c in columns} for row in rows]
    lines.sort(key=lambda line: str(line[page.columns[field_key]]), reverse=True)
    for row, line in zip(rows, lines, strict=True):
        for column, value in line.items():
            page.sheet.cell(row, column).value = value


def work_all_day(book: Workbook) -> None:
    """Everything that people do to a workbook, short of deleting."""
    add_own_sheet(book)
    people = Page.of(book, "customers")
    people.sheet.cell(HEADER_ROW, OWN_COLUMN, "我的标记")
    for key in people.records():
        people.sheet.cell(people.row(key), OWN_COLUMN, f"标记 {key}")
    people.put(customer(3), name="晨光科技有限公司")
    people.put(customer(4), total_amount=999999)
    people.put(customer(5), mobile="1380013", notes="电话要再问")
    people.put(customer(6), _status="下周二回访")
    people.put(customer(7), industry="区块链")
    people.put(customer(8), mobile="１３９ ０００１ ０００２", created_on="2024年3月5日")
    people.cell(customer(9), "name").comment = Comment("老板的朋友", "wang")
    people.sheet.cell(HEADER_ROW, people.columns["level"]).value = "ABC 等级"
    sort_rows(people, "name")
    people.sheet.insert_rows(INSERTED)
    people.add(new_customer(), INSERTED)
    goods = Page.of(book, "products")
    first, second = goods.columns["category"], goods.columns["unit"]
    for row in range(KEY_ROW, goods.next_row()):
        left, right = goods.sheet.cell(row, first), goods.sheet.cell(row, second)
        left.value, right.value = right.value, left.value
    lines = Page.of(book, "sales")
    lines.add(new_sale(customer_id="新客户商行"))
    lines.put(sale(1), quantity=10)


@dataclass(frozen=True)
class Day:
    """A workbook before and after the sync of a colleague's day, and what was told and stored."""

    desk: Desk
    report: Report
    before: dict[str, bytes]
    after: dict[str, bytes]
    stored_before: dict[str, dict[str, dict[str, Value]]] = field(default_factory=dict)

    def fields(self, key: str) -> dict[str, tuple[Value, Value]]:
        """What the report says was changed in a record."""
        return {name: values for (_, record, name), values in changed(self.report).items() if record == key}


@pytest.fixture(scope="module")
def day(made_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Day:
    """One sync after a colleague's day."""
    desk = desk_from(made_project, tmp_path_factory.mktemp("day") / "desk")
    stored = {sheet: desk.stored(sheet) for sheet in TITLES}
    with edited(desk.a) as book:
        work_all_day(book)
    before = parts(desk.a)
    report = desk.sync()
    return Day(desk, report, before, parts(desk.a), stored)


# ---------------------------------------------------------------- what the store holds


def test_only_what_was_edited_changes_in_the_store(day: Day) -> None:
    assert changed(day.report) == {
        ("customers", customer(3), "name"): ("示例客户03有限公司", "晨光科技有限公司"),
        ("customers", customer(8), "mobile"): ("+8613800000008", "+8613900010002"),
        ("customers", customer(8), "created_on"): (dt.date(2026, 1, 13), dt.date(2024, 3, 5)),
        ("sales", sale(1), "quantity"): (Decimal(2), Decimal(10)),
        **{
            ("customers", "C000031", name): (None, value)
            for name, value in {
                "customer_id": "C000031", "name": "新客户商行", "customer_type": "company",
                "level": "A", "phone": "+8657188886666", "owner_id": "E0001",
                "created_on": dt.date(2026, 11, 22), "status": "normal",
            }.items()
        },
        **{
            ("sales", "S00000081", name): (None, value)
            for name, value in {
                "line_id": "S00000081", "order_no": "D9001", "customer_id": "C000031",
                "date": dt.date(2026, 11, 1), "kind": "sale",
                "product_id": "TEA-001", "quantity": Decimal(2), "unit_price": Decimal(50),
                "discount": Decimal(0), "status": "done", "staff_id": "E0001",
            }.items()
        },
    }  # fmt: skip


def test_the_store_holds_exactly_the_reported_changes(day: Day) -> None:
    expected = {
        sheet: {key: dict(row) for key, row in rows.items()} for sheet, rows in day.stored_before.items()
    }
    for (sheet, key, name), (_, after) in changed(day.report).items():
        blank = dict.fromkeys(next(iter(expected[sheet].values())))
        expected[sheet].setdefault(key, blank)[name] = after
    assert {sheet: day.desk.stored(sheet) for sheet in TITLES} == expected


def test_a_sync_is_one_revision_with_its_history(day: Day) -> None:
    with day.desk.home().store.reading() as snapshot:
        revision, change = snapshot.history("customers", customer(3))[-1]
    assert (revision.number, revision.user, revision.action, revision.source) == (
        MADE + 1,
        "wang",
        "sync",
        "a.xlsx",
    )
    assert (change.kind, change.after) == ("update", {"name": "晨光科技有限公司"})


# ---------------------------------------------------------------- what the report says


def test_every_fault_is_told_with_its_place(day: Day) -> None:
    errors = [issue for issue in day.report.issues if issue.severity == "error"]
    assert sorted((issue.code, issue.place.key, issue.place.field) for issue in errors) == [
        ("not-in-list", customer(7), "industry"),
        ("phone-impossible", customer(5), "mobile"),
    ]
    there = seen(day.desk.a)
    assert {issue.place.row for issue in errors} == {there.row(customer(5)), there.row(customer(7))}
    rows = 157 + len(day.desk.stored("dictionary"))
    expected = {"rows": rows, "inserted": 2, "updated": 3, "held": 2, "conflicts": 0, "errors": 2}
    assert expected.items() <= day.report.counts().items()
    assert day.report.exit_code == 1


def test_what_sync_restores_or_reads_another_way_is_told_too(day: Day) -> None:
    told = codes(day.report)
    for expected in (
        ("computed-changed", customer(4), "total_amount"),
        ("computed-changed", customer(6), STATUS),
        ("header-changed", None, "level"),
        ("width-normalised", customer(8), "mobile"),
        ("date-was-text", customer(8), "created_on"),
        ("recognised", None, "owner_id"),
    ):
        assert expected in told
    assert {issue.place.field for issue in day.report.issues if issue.code == "column-moved"} <= {
        "category",
        "unit",
    }
    status = next(issue for issue in day.report.issues if issue.place.field == STATUS)
    assert status.value == "下周二回访"


# ---------------------------------------------------------------- what the workbook shows


def test_held_rows_keep_what_was_typed_and_say_why(day: Day) -> None:
    there = seen(day.desk.a)
    assert there.status(customer(5)) == held("手机")
    assert (there.value(customer(5), "mobile"), there.value(customer(5), "notes")) == (
        "1380013",
        "电话要再问",
    )
    assert there.status(customer(7)) == held("行业")
    assert there.value(customer(7), "industry") == "区块链"
    assert [key for key in there.records() if there.status(key) != ""] == sorted(
        (customer(5), customer(7)), key=there.row
    )


def test_the_cells_named_in_the_status_are_coloured(day: Day) -> None:
    book = openpyxl.load_workbook(day.desk.a)
    tab = Page.of(book, "customers").sheet
    rules = [rule.formula for area in tab.conditional_formatting for rule in area.rules]
    assert ['ISNUMBER(FIND("「"&SUBSTITUTE(A$2,CHAR(10)," ")&"」",$B3))'] in rules


def test_values_come_back_as_they_are_stored(day: Day) -> None:
    there = seen(day.desk.a)
    assert there.value(customer(8), "mobile") == "13900010002"
    assert there.value(customer(8), "created_on") == dt.date(2024, 3, 5)
    assert there.value(customer(6), STATUS) == ""


def test_new_rows_stay_where_they_were_typed_and_get_their_numbers(day: Day) -> None:
    there = seen(day.desk.a)
    assert there.row("C000031") == INSERTED
    assert there.at(INSERTED, "owner_id") == "员工1 · E0001"
    assert there.at(INSERTED, "created_on") == dt.date(2026, 11, 22)
    lines = seen(day.desk.a, "sales")
    assert lines.value("S00000081", "customer_id") == "新客户商行 · C000031"
    assert lines.value("S00000081", "amount") == 100


def test_rows_stay_sorted_as_the_colleague_left_them(day: Day) -> None:
    keys = [key for key in seen(day.desk.a).records() if key != "C000031"]
    assert keys == [*(customer(n) for n in range(CUSTOMERS, 0, -1) if n != 3), customer(3)]


def test_a_renamed_customer_is_renamed_wherever_it_is_named(day: Day) -> None:
    lines = seen(day.desk.a, "sales")
    shown = [
        lines.value(key, "customer_id")
        for key, row in day.stored_before["sales"].items()
        if row["customer_id"] == customer(3)
    ]
    assert shown
    assert set(shown) == {f"晨光科技有限公司 · {customer(3)}"}


def test_computed_cells_are_formulas_again_with_the_right_values(day: Day) -> None:
    people = Page.of(openpyxl.load_workbook(day.desk.a), "customers")
    row = people.row(customer(4))
    assert str(people.value(customer(4), "total_amount")).startswith(f'=IF($A{row}="","",ROUND(SUMIFS(')
    there = seen(day.desk.a)
    assert there.value("C000031", "total_amount") == 100
    assert there.value(customer(4), "total_amount") != 999999


def test_headers_and_moved_columns_stay_as_the_colleague_wants_them(day: Day) -> None:
    there = seen(day.desk.a)
    assert there.at(HEADER_ROW, "level") == "ABC 等级"
    goods = seen(day.desk.a, "products")
    assert goods.columns["unit"] < goods.columns["category"]
    assert goods.value("TEA-001", "unit") == "盒"
    assert goods.value("TEA-001", "category") == "主打产品"


def test_summaries_show_the_new_figures(day: Day) -> None:
    figures = summary(day.desk.a)
    assert figures["客户数"] == CUSTOMERS + 1
    assert figures["累计销售额"] == float(total_sales(day.desk))
    assert figures["累计销售额"] == 18258.25 + 8 * 99.5 + 100


# ---------------------------------------------------------------- what is not ours


def test_every_part_that_is_not_ours_stays_byte_for_byte(day: Day) -> None:
    ours = {part for title, part in sheet_parts(day.desk.a).items() if title != OWN}
    shared = {"xl/workbook.xml", "xl/styles.xml", "docProps/custom.xml"}
    own = sheet_parts(day.desk.a)[OWN]
    assert own in day.before
    differing = {
        name for name in day.before.keys() | day.after.keys() if day.before.get(name) != day.after.get(name)
    }
    charts = {name for name in differing if name.startswith("xl/charts/chart")}
    assert differing - charts <= ours | shared
    kept = {
        name
        for name in day.after
        if "comment" in name.lower() or "drawing" in name or "sharedStrings" in name
    }
    assert any("comment" in name.lower() for name in kept)
    assert not kept & differing


def test_the_own_sheet_and_its_chart_stay_byte_for_byte(day: Day) -> None:
    own = [sheet_parts(day.desk.a)[OWN]]
    rels = own[0].replace("worksheets/", "worksheets/_rels/") + ".rels"
    drawing = day.after[rels].decode().split('Target="')[1].split('"')[0].lstrip("/")
    drawing_rels = drawing.replace("drawings/", "drawings/_rels/") + ".rels"
    chart = day.after[drawing_rels].decode().split('Target="')[1].split('"')[0].lstrip("/")
    for name in (*own, rels, drawing, drawing_rels, chart):
        assert day.after[name] == day.before[name]


def test_own_columns_and_comments_stay(day: Day) -> None:
    people = Page.of(openpyxl.load_workbook(day.desk.a), "customers")
    rows = {key: people.sheet.cell(people.row(key), OWN_COLUMN).value for key in people.records()}
    assert {key: mark for key, mark in rows.items() if mark} == {
        customer(n): f"标记 {customer(n)}" for n in range(1, CUSTOMERS + 1)
    }
    assert people.sheet.cell(HEADER_ROW, OWN_COLUMN).value == "我的标记"
    notes = [cell.comment.text for line in people.sheet.iter_rows() for cell in line if cell.comment]
    assert notes == ["老板的朋友"]


# ---------------------------------------------------------------- again


def test_a_second_sync_changes_neither_the_file_nor_the_store(day: Day) -> None:
    before = day.desk.state()
    report = day.desk.sync()
    assert day.desk.state() == before
    assert list(report.changes) == []
    assert report.counts()["held"] == 2


def test_a_held_row_goes_in_once_it_is_mended(day: Day, tmp_path: Path) -> None:
    desk = desk_from(day.desk.folder, tmp_path / "desk")
    with edited(desk.a) as book:
        Page.of(book, "customers").put(customer(5), mobile="13800000055")
        Page.of(book, "customers").put(customer(7), industry="IT互联网")
    report = desk.sync()
    assert changed(report) == {
        ("customers", customer(5), "mobile"): ("+8613800000005", "+8613800000055"),
        ("customers", customer(5), "notes"): ("多年合作", "电话要再问"),
        ("customers", customer(7), "industry"): ("trade", "it"),
    }
    assert report.exit_code == 0
    assert all(seen(desk.a).status(key) == "" for key in (customer(5), customer(7)))
