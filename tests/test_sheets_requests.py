"""How many requests a book takes, how large they are, and that all of them are well formed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from custbook_gen.backends.sheets import GoogleSheet, parse_address
from custbook_gen.backends.sheets.making import value_ranges
from custbook_gen.backends.sheets.references import parsed
from custbook_gen.backends.sheets.wire import BODY_LIMIT, encoded, parts_of
from custbook_gen.errors import WorkbookError
from custbook_gen.layout import letters
from custbook_gen.values import date_to_serial
from custbook_gen.workbook import (
    Cell,
    CellPatch,
    ColumnPlan,
    Formula,
    Patch,
    Plan,
    Protection,
    RowFormula,
    Rule,
    SheetPatch,
    SheetPlan,
    Style,
    StyledCell,
    TablePlan,
)
from tests.sheets_books import SheetDesk, kinds, redirected
from tests.sheets_clients import ROBOT
from tests.sheets_server import SheetsServer

ROWS, COLUMNS, TABS = 10_000, 20, 9
LIST = "cb_list_kinds"
CALCULATED = COLUMNS - 1


def column(number: int) -> ColumnPlan:
    rule = (
        Rule("list", formula1=LIST) if number % 5 == 2 else Rule("text_length", formula1="0", formula2="200")
    )
    formula = RowFormula(("IF($A", '="","",ROUND(G', "*1.5,2))")) if number == CALCULATED else None
    return ColumnPlan(
        key=f"field{number}",
        header=f"字段{number}",
        header_style=Style(bold=True),
        style=Style(locked=False, number_format="@" if number % 3 else "yyyy-mm-dd"),
        width=14,
        rule=rule,
        formula=formula,
    )


def rows(count: int) -> list[tuple[Cell, ...]]:
    """Customers as they come: keys, names, phones, choices, dates, money."""
    day = date_to_serial(dt.date(2026, 1, 1))
    return [
        (
            f"C{n:06}", None, f"示例客户{n:05}有限公司", f"1380000{n:04}", "文三路一号", day + n % 300,
            Decimal("99.5"), "普通", *(f"类别的值{n % 7}" for _ in range(COLUMNS - 8)),
        )
        for n in range(count)
    ]  # fmt: skip


def entry(key: str, count: int) -> SheetPlan:
    table = TablePlan(
        1, 2, 3, tuple(map(column, range(COLUMNS))), rows(count), blank_rows=50, last_rule_row=count + 100
    )
    return SheetPlan(key, f"表 {key}", table=table, filter=True, freeze=(3, 3), protection=Protection())


def large_plan() -> Plan:
    """Nine tabs of records, ten thousand rows on the first; lists and identity besides."""
    listed = ColumnPlan(LIST, "种类", Style(), Style(), 10)
    lists = SheetPlan(
        "_lists", "_列表", state="hidden", table=TablePlan(1, 2, 3, (listed,), [("普通",), ("重要",)])
    )
    cells = {(1, 2): StyledCell(Formula("TODAY()")), (2, 1): StyledCell("book"), (2, 2): StyledCell("b1")}
    meta = SheetPlan("_custbook", "_custbook", state="very_hidden", cells=cells)
    tabs = [entry(str(n), ROWS if n == 0 else 20) for n in range(TABS)]
    return Plan(
        title="大簿",
        sheets=(*tabs, lists, meta),
        names={LIST: "'_列表'!$A$3:$A$4"},
        properties={"custbook-workbook": "w1", "custbook-book": "b1"},
    )


@pytest.fixture(scope="module")
def large() -> Iterator[tuple[SheetsServer, SheetDesk, Plan]]:
    """A large book that was just made, and its server."""
    plan = large_plan()
    with SheetsServer() as server, redirected(server):
        desk = SheetDesk(Path(), server, server.new_spreadsheet("blank", editors=[ROBOT]))
        desk.target().workbook.write(plan)
        yield server, desk, plan


def test_a_large_book_is_made_read_and_mended_in_few_requests(
    large: tuple[SheetsServer, SheetDesk, Plan],
) -> None:
    server, desk, plan = large
    assert kinds(server) == ["get", "batchUpdate", "values.batchUpdate", "values.batchUpdate"]
    made = len(server.requests)
    workbook = desk.target().workbook
    raw = workbook.read()
    assert kinds(server, made) == ["get", "values.batchGetByDataFilter", "getByDataFilter"]
    title = plan.sheets[0].title
    first = raw.sheet(title)
    assert first is not None
    assert (first.cell(3, 1), first.cell(ROWS + 2, 1)) == ("C000000", f"C{ROWS - 1:06}")
    assert first.cell(5, 4) == "13800000002"
    assert first.formulas[5, COLUMNS] == 'IF($A5="","",ROUND(G5*1.5,2))'
    assert {rule.kind for rule in first.rules} == {"list", "text_length"}
    read = len(server.requests)
    fixes = tuple(CellPatch(3 + 400 * n, 3, f"改{n}") for n in range(20))
    workbook.prepare(Patch(sheets=(SheetPatch(title, fixes),)), raw.digest).commit()
    assert kinds(server, read) == ["values.batchGetByDataFilter", "batchUpdate"]
    cell = desk.owner.tab(title).cell(2 + 400 * 7, 2)
    assert cell["userEnteredValue"] == {"stringValue": "改7"}


def test_no_body_is_larger_than_google_likes(large: tuple[SheetsServer, SheetDesk, Plan]) -> None:
    server, _, _ = large
    sizes = [len(one.raw_body) for one in server.requests]
    assert max(sizes) <= BODY_LIMIT
    assert sum(size > BODY_LIMIT / 4 for size in sizes) >= 2


def test_every_value_is_typed_and_raw(large: tuple[SheetsServer, SheetDesk, Plan]) -> None:
    server, _, _ = large
    bodies = [json.loads(one.raw_body) for one in server.requests if one.kind == "values.batchUpdate"]
    assert {body["valueInputOption"] for body in bodies} == {"RAW"}
    first = {
        block["range"]: block for body in bodies for block in body["data"] if "'表 0'!" in block["range"]
    }
    columns: dict[str, list[Cell]] = {}
    for place, block in first.items():
        (values,) = block["values"]
        columns.setdefault(place.partition("!")[2][0], []).extend(values)
    assert [columns.get(letter, [None])[0] for letter in "ABCDEFG"] == [
        "C000000",
        None,
        "示例客户00000有限公司",
        "13800000000",
        "文三路一号",
        46023,
        99.5,
    ]
    assert "B" not in columns  # nothing stands there
    assert letters(CALCULATED + 1) not in columns
    assert {len(values) for values in columns.values()} == {ROWS}


def test_columns_are_sent_in_pieces_without_what_is_empty() -> None:
    long = "长" * 300
    cells = [(f"K{n}", long if n % 3 == 0 else None, None, 1.0) for n in range(1000)]
    plain = [ColumnPlan(name, name, Style(), Style(), 9) for name in "abc"]
    computed = ColumnPlan("d", "d", Style(), Style(), 9, formula=RowFormula(("A", "*2")))
    table = TablePlan(1, 2, 3, (*plain, computed), cells)
    plan = Plan("簿", (SheetPlan("t", "它's $表", table=table),), {}, {})
    blocks = list(value_ranges(plan))
    seen: dict[int, list[Cell]] = {}
    for block in blocks:
        title, area = parsed(block["range"])
        assert (title, area.left) == ("它's $表", area.right)
        column = seen.setdefault(area.left, [])
        column += [None] * (area.top - 3 - len(column))
        column += block["values"][0]
        assert area.bottom == 2 + len(column)
    assert seen == {1: [row[0] for row in cells], 2: [row[1] for row in cells]}
    assert len(blocks) > 3
    assert max(len(encoded(block)) for block in blocks) < BODY_LIMIT / 10


def test_bodies_are_parted_where_they_would_get_too_large() -> None:
    items = [{"n": "x" * 100} for _ in range(100)]
    parts = list(parts_of(items, 1000))
    assert [item for part in parts for item in part] == items
    assert all(len(json.dumps(part, separators=(",", ":"))) <= 1000 for part in parts)
    assert [len(part) for part in parts_of([{"n": "x" * 2000}, {"n": "y"}], 1000)] == [1, 1]


def test_a_patch_too_large_for_one_batch_goes_in_several(sheet_desk: SheetDesk) -> None:
    workbook = sheet_desk.target().workbook
    assert isinstance(workbook, GoogleSheet)
    raw = workbook.read()
    row, at = sheet_desk.row("K0001"), sheet_desk.columns()["name"]
    cells = tuple(CellPatch(row + n * 2, at, "长" * 15_000) for n in range(60))
    before = len(sheet_desk.server.requests)
    prepared = workbook.prepare(Patch(sheets=(SheetPatch("顾客", cells),)), raw.digest)
    prepared.commit()
    sizes = [len(one.raw_body) for one in sheet_desk.server.requests[before:] if one.kind == "batchUpdate"]
    assert len(sizes) == 2
    assert max(sizes) <= BODY_LIMIT
    assert workbook.read().digest == prepared.digest


def test_a_write_in_parts_that_is_cut_off_does_not_stand_in_the_next_ones_way(sheet_desk: SheetDesk) -> None:
    row, at = sheet_desk.row("K0001"), sheet_desk.columns()["name"]
    cells = tuple(CellPatch(row + n * 2, at, "长" * 15_000) for n in range(60))
    patch = Patch(sheets=(SheetPatch("顾客", cells),))
    workbook = sheet_desk.target().workbook
    prepared = workbook.prepare(patch, workbook.read().digest)
    sheet_desk.server.faults.forbid(kind="batchUpdate", at=2)
    with pytest.raises(WorkbookError):
        prepared.commit()
    assert sheet_desk.value(row, "name") == "长" * 15_000
    assert sheet_desk.value(row + 59 * 2, "name") is None
    again = workbook.prepare(patch, workbook.read().digest)
    again.commit()
    assert sheet_desk.value(row + 59 * 2, "name") == "长" * 15_000
    assert workbook.read().digest == again.digest


def test_a_spreadsheet_near_the_limit_of_cells_is_left_alone(sheet_desk: SheetDesk) -> None:
    sheet_desk.owner.batch(
        {
            "addSheet": {
                "properties": {"title": "大", "gridProperties": {"rowCount": 540, "columnCount": 18_000}}
            }
        }
    )
    workbook = sheet_desk.target().workbook
    raw = workbook.read()
    far = Patch(sheets=(SheetPatch("顾客", (CellPatch(60_000, 3, "x"),)),))
    before = sheet_desk.server.spreadsheet(sheet_desk.key).version
    with pytest.raises(WorkbookError) as refused:
        workbook.prepare(far, raw.digest)
    assert refused.value.code == "online-cell-limit"
    assert sheet_desk.server.spreadsheet(sheet_desk.key).version == before


def test_addresses_are_understood() -> None:
    key = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_abcd"
    for words in (
        f"https://docs.google.com/spreadsheets/d/{key}",
        f"https://docs.google.com/spreadsheets/d/{key}/edit?usp=sharing#gid=0",
        f"https://docs.google.com/spreadsheets/u/1/d/{key}/edit",
        f"gsheets:{key}",
    ):
        assert parse_address(words).spreadsheet_id == key
    assert parse_address("gsheets:new").spreadsheet_id is None
    assert parse_address(f"gsheets:new/{key}").folder == key
