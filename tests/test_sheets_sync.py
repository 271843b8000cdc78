"""A book in Google Sheets: people edit it, sync merges, and everything converges."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from custbook_gen.actions.generate import generate
from custbook_gen.errors import WorkbookError
from custbook_gen.layout import letters
from custbook_gen.records import Change
from tests.lists_book import CLIENTS, client
from tests.lists_book import write as write_file
from tests.sheets_books import TITLES, SheetDesk, batches, kinds
from tests.sync_books import RUN, changed, codes, seen

CLIENTS_TAB = TITLES["clients"]


def next_free(desk: SheetDesk) -> int:
    return desk.row(client(CLIENTS)) + 1


def settled(desk: SheetDesk) -> bool:
    """Whether another sync finds nothing to do and nothing to say."""
    before = len(desk.server.requests)
    report = desk.sync()
    return codes(report) == [] and not report.changes and "batchUpdate" not in kinds(desk.server, before)


def test_a_new_spreadsheet_has_nothing_to_complain_about(sheet_desk: SheetDesk) -> None:
    report = sheet_desk.check()
    assert codes(report) == []
    assert report.rows > CLIENTS
    assert settled(sheet_desk)


def test_edits_of_all_kinds_reach_the_store(sheet_desk: SheetDesk) -> None:
    sheet_desk.type(client(2), name="新名", source="门店", mobile="13800138000", chance=0.25)
    sheet_desk.type("D0003", "orders", amount=1234.5)
    report = sheet_desk.sync()
    assert codes(report) == []
    stored = sheet_desk.files.stored("clients")[client(2)]
    assert (stored["name"], stored["source"], stored["mobile"]) == ("新名", "shop", "+8613800138000")
    assert stored["chance"] == Decimal("0.25")
    assert sheet_desk.files.stored("orders")["D0003"]["amount"] == Decimal("1234.5")
    assert settled(sheet_desk)


def test_a_new_row_gets_its_number_and_its_formulas(sheet_desk: SheetDesk) -> None:
    row = next_free(sheet_desk)
    sheet_desk.type(row, name="新客户", region="南区", town="乙镇")
    assert codes(sheet_desk.sync()) == []
    key = client(CLIENTS + 1)
    assert sheet_desk.value(row, "client_id") == key
    assert sheet_desk.files.stored("clients")[key]["town"] == "s1"
    assert sheet_desk.value(row, "total") == 0
    assert settled(sheet_desk)


def test_a_row_with_an_error_is_held_and_marked(sheet_desk: SheetDesk) -> None:
    sheet_desk.type(client(1), currency="不存在的", name="改了名")
    report = sheet_desk.sync()
    assert codes(report) == [("not-in-list", client(1), "currency")]
    assert sheet_desk.files.stored("clients")[client(1)]["name"] == "顾客1"
    assert "币种" in str(sheet_desk.value(client(1), "_status"))
    sheet_desk.type(client(1), currency="欧元")
    assert codes(sheet_desk.sync()) == []
    assert sheet_desk.value(client(1), "_status") is None
    assert sheet_desk.files.stored("clients")[client(1)]["name"] == "改了名"


def test_texts_that_look_like_formulas_or_numbers_stay_what_they_are(sheet_desk: SheetDesk) -> None:
    cell = sheet_desk.cell(client(3), "name")
    sheet_desk.colleague.paste_values(CLIENTS_TAB, cell, [['=HYPERLINK("http://x","y")']])
    sheet_desk.sync()
    assert sheet_desk.files.stored("clients")[client(3)]["name"] == '=HYPERLINK("http://x","y")'
    sheet_desk.generate(replace=True)
    tab = sheet_desk.colleague.tab(CLIENTS_TAB)
    written = tab.cell(sheet_desk.row(client(3)) - 1, sheet_desk.columns()["name"] - 1)["userEnteredValue"]
    assert written == {"stringValue": '=HYPERLINK("http://x","y")'}


def linked(desk: SheetDesk, tab: str, row: int) -> str:
    """Where the address of an issue leads to: the words of the cell that the link names."""
    at = next(n for n in range(1, 20) if desk.owner.value(tab, f"{letters(n)}5") == "单元格")
    cell = desk.owner.tab(tab).cell(row - 1, at - 1)
    uri = str(cell.get("userEnteredFormat", {}).get("textFormat", {}).get("link", {}).get("uri", ""))
    found = re.fullmatch(r"#gid=(\d+)&range=([A-Z]+\d+)", uri)
    if found is None:
        return uri
    title = next(one.title for one in desk.server.spreadsheet(desk.key).tabs if one.id == int(found[1]))
    return str(desk.owner.value(title, found[2]))


def test_issues_lead_to_their_cells(sheet_desk: SheetDesk) -> None:
    sheet_desk.type(client(1), currency="不存在的")
    sheet_desk.type(client(3), currency="也没有")
    sheet_desk.sync()
    assert [linked(sheet_desk, "问题", row) for row in (6, 7, 8)] == ["不存在的", "也没有", ""]
    sheet_desk.type(client(1), currency="欧元")
    sheet_desk.sync()
    assert [linked(sheet_desk, "问题", row) for row in (6, 7)] == ["也没有", ""]
    sheet_desk.generate(replace=True)
    sheet_desk.owner.batch({"deleteSheet": {"sheetId": sheet_desk.tab_of("_issues")}})
    sheet_desk.type(client(2), currency="没有的")
    sheet_desk.sync()
    assert [linked(sheet_desk, "问题", row) for row in (6, 7)] == ["没有的", ""]


def test_a_damaged_formula_is_told_and_put_back(sheet_desk: SheetDesk) -> None:
    sheet_desk.type(client(2), total=5)
    assert codes(sheet_desk.check()) == [("computed-changed", client(2), "total")]
    sheet_desk.sync()
    assert sheet_desk.value(client(2), "total") == 200
    assert settled(sheet_desk)


def test_a_formula_in_an_entered_cell_is_told(sheet_desk: SheetDesk) -> None:
    sheet_desk.type(client(2), chance="=1/4")
    assert ("formula-in-entry", client(2), "chance") in codes(sheet_desk.check())


def test_lost_and_altered_rules_are_told_and_put_back(sheet_desk: SheetDesk) -> None:
    tab = sheet_desk.colleague.tab(CLIENTS_TAB)
    at = sheet_desk.columns()["source"] - 1
    whole = {"sheetId": tab.id, "startRowIndex": 2, "startColumnIndex": at, "endColumnIndex": at + 1}
    sheet_desk.colleague.batch({"setDataValidation": {"range": whole}})
    at = sheet_desk.columns()["stage"] - 1
    listed = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "a"}]}
    whole = {"sheetId": tab.id, "startRowIndex": 2, "startColumnIndex": at, "endColumnIndex": at + 1}
    sheet_desk.colleague.batch(
        {"setDataValidation": {"range": whole, "rule": {"condition": listed, "strict": True}}}
    )
    assert codes(sheet_desk.check()) == [("rule-missing", None, "source"), ("rule-altered", None, "stage")]
    sheet_desk.sync()
    assert settled(sheet_desk)


def test_renamed_tabs_moved_columns_and_sorted_rows_are_found(sheet_desk: SheetDesk) -> None:
    people = sheet_desk.colleague
    people.sort(CLIENTS_TAB, "A", first_row=3, descending=True)
    people.rename_tab(CLIENTS_TAB, "顾客们")
    people.type_cell("顾客们", f"C{sheet_desk.row_in('顾客们', client(4))}", "换了名")
    report = sheet_desk.sync()
    assert {code for code, _, _ in codes(report)} == {"sheet-renamed"}
    assert sheet_desk.files.stored("clients")[client(4)]["name"] == "换了名"


def test_growing_lists_reach_the_dropdowns(sheet_desk: SheetDesk) -> None:
    row = sheet_desk.colleague.tab(TITLES["dictionary"]).row_count
    free = next(
        number
        for number in range(3, row)
        if not sheet_desk.colleague.value(TITLES["dictionary"], sheet_desk.cell(number, "zh", "dictionary"))
    )
    sheet_desk.type(free, "dictionary", category="来源", zh="直播")
    assert codes(sheet_desk.sync()) == []
    rule = sheet_desk.colleague.tab(CLIENTS_TAB).cell(2, sheet_desk.columns()["source"] - 1)["dataValidation"]
    (value,) = rule["condition"]["values"]
    listed = sheet_desk.server.spreadsheet(sheet_desk.key).named_ranges
    named = next(item["range"] for item in listed if item["name"] == "cb_list_source")
    assert value["userEnteredValue"].endswith(f"${named['endRowIndex']}")
    sheet_desk.type(client(5), source="直播")
    assert codes(sheet_desk.sync()) == []
    assert settled(sheet_desk)


def test_a_lost_tab_of_ours_comes_back(sheet_desk: SheetDesk) -> None:
    sheet_desk.owner.batch({"deleteSheet": {"sheetId": sheet_desk.tab_of("_settings")}})
    assert [code for code, _, _ in codes(sheet_desk.sync())] == ["tab-missing"]
    assert settled(sheet_desk)


def test_one_store_a_file_and_a_spreadsheet_converge(sheet_desk: SheetDesk) -> None:
    desk = sheet_desk.files
    generate(desk.home(), desk.a, RUN)
    write_file(desk.a, K0001={"name": "文件里改的"}, K0002={"source": "门店"})
    sheet_desk.type(client(1), mobile="13900139000")
    sheet_desk.type(client(3), name="表格里改的")
    desk.sync()
    report = sheet_desk.sync()
    assert changed(report)["clients", client(3), "name"] == ("顾客3", "表格里改的")
    desk.sync()
    here = {key: sheet_desk.value(key, "name") for key in map(client, range(1, CLIENTS + 1))}
    page = seen(desk.a, "clients")
    assert here == {key: page.value(key, "name") for key in here}
    assert (here[client(1)], here[client(3)]) == ("文件里改的", "表格里改的")
    assert page.value(client(1), "mobile") == sheet_desk.value(client(1), "mobile")
    assert sheet_desk.value(client(2), "source") == "门店"
    assert settled(sheet_desk)
    assert not desk.sync().changes


def test_a_conflict_is_kept_until_somebody_decides(sheet_desk: SheetDesk) -> None:
    sheet_desk.files.commit(Change("update", "clients", client(1), {"name": "顾客1"}, {"name": "别人改的"}))
    sheet_desk.type(client(1), name="我改的")
    report = sheet_desk.sync()
    assert [(one.key, one.base, one.edited, one.stored) for one in report.conflicts] == [
        (client(1), "顾客1", "我改的", "别人改的")
    ]
    assert sheet_desk.value(client(1), "name") == "我改的"
    sheet_desk.sync(prefer="file")
    assert sheet_desk.files.stored("clients")[client(1)]["name"] == "我改的"


def test_only_cells_that_change_are_sent(sheet_desk: SheetDesk) -> None:
    sheet_desk.type(client(2), name="新名")
    before = len(sheet_desk.server.requests)
    sheet_desk.sync()
    written = [
        request["updateCells"]
        for request in batches(sheet_desk.server, before)
        if "updateCells" in request
        and request["updateCells"].get("start", {}).get("sheetId") == sheet_desk.tab_of("clients")
    ]
    assert written == []
    assert kinds(sheet_desk.server, before) == [
        "get", "values.batchGetByDataFilter", "getByDataFilter", "values.batchGetByDataFilter", "batchUpdate",
    ]  # fmt: skip


def test_a_dry_run_writes_nothing(sheet_desk: SheetDesk) -> None:
    sheet_desk.type(client(2), name="新名")
    before, version = len(sheet_desk.server.requests), sheet_desk.server.spreadsheet(sheet_desk.key).version
    assert len(sheet_desk.sync(dry_run=True).changes) == 1
    assert "batchUpdate" not in kinds(sheet_desk.server, before)
    assert sheet_desk.server.spreadsheet(sheet_desk.key).version == version


def test_a_spreadsheet_that_is_no_book_is_refused(sheet_desk: SheetDesk) -> None:
    sheet_desk.owner.batch({"deleteSheet": {"sheetId": sheet_desk.tab_of("_custbook")}})
    with pytest.raises(WorkbookError, match="no customer book"):
        sheet_desk.check()


def test_a_decision_typed_in_the_spreadsheet_is_obeyed(sheet_desk: SheetDesk) -> None:
    sheet_desk.files.commit(Change("update", "clients", client(1), {"name": "顾客1"}, {"name": "别人改的"}))
    sheet_desk.type(client(1), name="我改的")
    assert len(sheet_desk.sync().conflicts) == 1
    row = next(row for row in range(1, 20) if sheet_desk.colleague.value("冲突", f"F{row}") == "我改的")
    sheet_desk.colleague.type_cell("冲突", f"J{row}", "我的")
    assert sheet_desk.sync().conflicts == ()
    assert sheet_desk.files.stored("clients")[client(1)]["name"] == "我改的"
    assert sheet_desk.colleague.value("冲突", f"F{row}") is None
    assert settled(sheet_desk)


def test_a_decision_typed_while_sync_runs_is_not_lost(sheet_desk: SheetDesk) -> None:
    sheet_desk.files.commit(Change("update", "clients", client(1), {"name": "顾客1"}, {"name": "别人改的"}))
    sheet_desk.type(client(1), name="我改的")
    sheet_desk.sync()
    row = next(row for row in range(1, 20) if sheet_desk.colleague.value("冲突", f"F{row}") == "我改的")
    sheet_desk.type(client(2), name="再来", source="门店")
    sheet_desk.type(client(3), currency="不存在的")
    decide = lambda: sheet_desk.colleague.type_cell("冲突", f"J{row}", "我的")  # noqa: E731
    sheet_desk.server.faults.meanwhile(decide, kind="values.batchGetByDataFilter", at=2)
    sheet_desk.sync()
    assert list(sheet_desk.sync().conflicts) == []
    assert sheet_desk.files.stored("clients")[client(1)]["name"] == "我改的"
