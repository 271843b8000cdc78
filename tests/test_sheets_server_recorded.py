"""The local Sheets server answers as Google answered gspread: shapes distilled from its recorded traffic.

The recordings (2,130 exchanges, 2023 to 2026) are gspread's; only facts are repeated here, in our words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gspread
import pytest
from gspread.utils import DateTimeOption, ValueInputOption, ValueRenderOption

from tests.sheets_clients import ROBOT, Api, gspread_client
from tests.sheets_server import SheetsServer, checker


@pytest.fixture
def book(shared_sheets_server: SheetsServer, sheet_key: str) -> Iterator[gspread.Spreadsheet]:
    client = gspread_client(shared_sheets_server)
    begin = len(shared_sheets_server.requests)
    yield client.open_by_key(sheet_key)
    # whatever gspread sent and got here, Google's schema knows it
    assert checker.problems(shared_sheets_server.requests[begin:]) == []
    client.http_client.session.close()


def test_a_new_spreadsheet(sheets_api: Api, sheet_key: str) -> None:
    seen = sheets_api("GET", f"/v4/spreadsheets/{sheet_key}", None, includeGridData="false")
    assert list(seen) == ["spreadsheetId", "properties", "sheets", "spreadsheetUrl"]
    assert {"locale": "en_US", "autoRecalc": "ON_CHANGE", "timeZone": "Etc/GMT"}.items() <= seen[
        "properties"
    ].items()
    assert seen["sheets"] == [
        {
            "properties": {
                "sheetId": 0,
                "title": "Sheet1",
                "index": 0,
                "sheetType": "GRID",
                "gridProperties": {"rowCount": 1000, "columnCount": 26},
            }
        }
    ]


def test_frozen_rows_by_a_mask_with_a_slash(sheets_api: Api, sheet_key: str) -> None:
    properties = {"sheetId": 0, "gridProperties": {"frozenRowCount": 2}}
    request = {"updateSheetProperties": {"properties": properties, "fields": "gridProperties/frozenRowCount"}}
    assert sheets_api.batch(sheet_key, request) == {"spreadsheetId": sheet_key, "replies": [{}]}
    grid = sheets_api.get(sheet_key)["sheets"][0]["properties"]["gridProperties"]
    assert grid == {"rowCount": 1000, "columnCount": 26, "frozenRowCount": 2}


def test_protecting_a_range(sheets_api: Api, sheet_key: str) -> None:
    grid = {"startRowIndex": 0, "endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}
    editors = {"users": [ROBOT], "groups": [], "domainUsersCanEdit": False}
    wanted = {"range": grid | {"sheetId": 0}, "warningOnly": False, "editors": editors}
    (reply,) = sheets_api.batch(sheet_key, {"addProtectedRange": {"protectedRange": wanted}})["replies"]
    made = reply["addProtectedRange"]["protectedRange"]
    assert isinstance(made.pop("protectedRangeId"), int)
    assert made["range"] == grid  # sheetId 0 is dropped
    assert made["requestingUserCanEdit"] is True
    (kept,) = sheets_api.get(sheet_key)["sheets"][0]["protectedRanges"]
    assert kept["editors"]["users"] == [ROBOT]


def test_reading_ranges(sheets_api: Api, book: gspread.Spreadsheet) -> None:
    book.sheet1.update([["A1", "B1", "", "D1"], [], [], ["A4"]], "A1")
    path = f"/v4/spreadsheets/{book.id}/values:batchGet"
    assert sheets_api("GET", path, None, ranges=["Sheet1!A1:Z1000", "Sheet1!F:G"]) == {
        "spreadsheetId": book.id,
        "valueRanges": [
            {
                "range": "Sheet1!A1:Z1000",
                "majorDimension": "ROWS",
                "values": [["A1", "B1", "", "D1"], [], [], ["A4"]],
            },
            {"range": "Sheet1!F1:G1000", "majorDimension": "ROWS"},
        ],
    }


def test_writing_ranges(sheets_api: Api, sheet_key: str) -> None:
    data = [{"range": f"Sheet1!A{row}:D{row}", "values": [[1, 2, 3, 4]]} for row in (1, 2)]
    body = {"valueInputOption": "RAW", "data": data}
    answer = sheets_api("POST", f"/v4/spreadsheets/{sheet_key}/values:batchUpdate", body)
    responses = answer.pop("responses")
    assert answer == {
        "spreadsheetId": sheet_key,
        "totalUpdatedRows": 2,
        "totalUpdatedColumns": 4,
        "totalUpdatedCells": 8,
        "totalUpdatedSheets": 1,
    }
    assert responses[0] == {
        "spreadsheetId": sheet_key,
        "updatedRange": "Sheet1!A1:D1",
        "updatedRows": 1,
        "updatedColumns": 4,
        "updatedCells": 4,
    }


def test_clearing_a_tab(sheets_api: Api, sheet_key: str) -> None:
    assert sheets_api("POST", f"/v4/spreadsheets/{sheet_key}/values/'Sheet1':clear") == {
        "spreadsheetId": sheet_key,
        "clearedRange": "Sheet1!A1:Z1000",
    }


def test_the_only_tab_cannot_be_hidden(book: gspread.Spreadsheet) -> None:
    message = "Invalid requests.0..updateSheetProperties: You can't hide all the sheets in a document."
    with pytest.raises(gspread.exceptions.APIError, match=message):
        book.sheet1.hide()


def test_a_file_that_is_not_there(shared_sheets_server: SheetsServer) -> None:
    with pytest.raises(gspread.exceptions.SpreadsheetNotFound):
        gspread_client(shared_sheets_server).open_by_key("1nothing")


def test_a_file_of_somebody_else(shared_sheets_server: SheetsServer) -> None:
    private = shared_sheets_server.new_spreadsheet("Private")
    with pytest.raises(PermissionError):
        gspread_client(shared_sheets_server).open_by_key(private)


def test_gspread_does_what_it_does_with_google(book: gspread.Spreadsheet) -> None:
    sheet = book.add_worksheet("Work", rows=20, cols=6)
    rows: list[list[Any]] = [
        ["name", "born", "n"],
        ["Cy", "2020-01-01", 3],
        ["Ann", "2021-02-03", 1],
        ["Bob", "", 2],
    ]
    sheet.update(rows, "A1", value_input_option=ValueInputOption.user_entered)
    sheet.freeze(rows=1)
    sheet.sort((1, "asc"), range="A2:C4")
    assert sheet.col_values(1) == ["name", "Ann", "Bob", "Cy"]
    born = sheet.get(
        "B2:B4",
        value_render_option=ValueRenderOption.unformatted,
        date_time_render_option=DateTimeOption.serial_number,
    )
    assert born == [[44230], [], [43831]]
    row = {"sheetId": sheet.id, "dimension": "ROWS", "startIndex": 2, "endIndex": 3}
    book.batch_update({"requests": [{"insertDimension": {"range": row}}]})
    sheet.update([["Di", "", 4]], "A3")
    assert [record["name"] for record in sheet.get_all_records()] == ["Ann", "Di", "Bob", "Cy"]
    found = sheet.find("Bob")
    assert found is not None
    assert (found.row, found.col) == (4, 1)
    sheet.delete_rows(3)
    sheet.insert_note("A2", "a note")
    assert sheet.get_note("A2") == "a note"
    sheet.format("A1:C1", {"textFormat": {"bold": True}})
    sheet.merge_cells("E1:F2")
    sheet.set_basic_filter("A1:C4")
    sheet.clear_basic_filter()
    sheet.hide_columns(3, 4)
    sheet.add_dimension_group_columns(0, 2)
    assert sheet.list_dimension_group_columns()[0]["depth"] == 1
    sheet.delete_dimension_group_columns(0, 2)
    sheet.add_rows(5)
    sheet.resize(rows=10, cols=5)
    sheet.update_title("Done")
    sheet.update_index(0)
    sheet.update_tab_color("#ff0000")
    sheet.add_validation("D2:D9", gspread.utils.ValidationConditionType.one_of_list, ["a", "b"], strict=True)
    sheet.batch_clear(["C2:C4"])
    assert sheet.get("A1:C4") == [["name", "born", "n"], ["Ann", "2021-02-03"], ["Bob"], ["Cy", "2020-01-01"]]
    assert [tab.title for tab in book.worksheets()] == ["Done", "Sheet1"]
    assert (sheet.row_count, sheet.col_count, sheet.frozen_row_count) == (10, 5, 1)
    book.del_worksheet(book.worksheet("Sheet1"))
    book.update_title("Finished")
    assert book.fetch_sheet_metadata()["properties"]["title"] == "Finished"
