"""Single behaviours of the local Sheets server that nothing else shows; the ledger points here."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.sheets_clients import Api, refusal
from tests.sheets_server import Colleague, SheetsServer

Json = dict[str, Any]
GRID: Json = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 1}
RED: Json = {"userEnteredFormat": {"backgroundColor": {"red": 1}}}


@pytest.fixture
def person(shared_sheets_server: SheetsServer, sheet_key: str) -> Colleague:
    return shared_sheets_server.colleague(sheet_key)


def resized(rows: int, frozen: int = 0) -> Json:
    properties = {"sheetId": 0, "gridProperties": {"rowCount": rows, "frozenRowCount": frozen}}
    fields = "gridProperties(rowCount,frozenRowCount)"
    return {"updateSheetProperties": {"properties": properties, "fields": fields}}


def rows(first: int, last: int) -> Json:
    return {"sheetId": 0, "dimension": "ROWS", "startIndex": first, "endIndex": last}


def test_inserted_rows_look_like_the_one_before_or_after(person: Colleague) -> None:
    whole_row = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 2, "endColumnIndex": 2}
    person.type_cell("Sheet1", "A2", "text")
    person.batch({"repeatCell": {"range": whole_row, "cell": RED, "fields": "userEnteredFormat"}})
    person.batch({"insertDimension": {"range": rows(2, 3), "inheritFromBefore": True}})
    person.batch({"insertDimension": {"range": rows(2, 3)}})
    cells = person.tab("Sheet1").rows
    assert cells[3] == {0: RED, 1: RED}  # the first: like the row before, without its value
    assert cells[2] == {0: RED, 1: RED}  # the second: like the row after, which is the first
    person.batch({"insertDimension": {"range": rows(1, 2)}})
    assert person.tab("Sheet1").rows[1] == {0: RED, 1: RED}


def test_rows_that_must_stay(sheets_api: Api, sheet_key: str) -> None:
    sheets_api.batch(sheet_key, resized(5, frozen=2))
    delete = {"deleteDimension": {"range": rows(2, 5)}}
    assert "it is not possible to delete all non-frozen rows" in refusal(sheets_api.batch(sheet_key, delete))
    delete = {"deleteDimension": {"range": rows(0, 5)}}
    assert "You can't delete all the rows on the sheet" in refusal(sheets_api.batch(sheet_key, delete))
    delete = {"deleteDimension": {"range": rows(1, 4)}}
    assert sheets_api.batch(sheet_key, delete)["replies"] == [{}]
    grid = sheets_api.get(sheet_key)["sheets"][0]["properties"]["gridProperties"]
    assert (grid["rowCount"], grid["frozenRowCount"]) == (2, 1)


CHART: Json = {
    "chartId": 4,
    "spec": {"pieChart": {"domain": {"sourceRange": {"sources": [GRID]}}}},
    "position": {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 0, "columnIndex": 0}}},
}
NOTE: Json = {
    "metadataId": 4,
    "metadataKey": "k",
    "visibility": "DOCUMENT",
    "location": {"spreadsheet": True},
}


@pytest.mark.parametrize(
    "request_",
    [
        {"addSheet": {"properties": {"sheetId": 4}}},
        {"addNamedRange": {"namedRange": {"namedRangeId": "4", "name": "four", "range": GRID}}},
        {"addProtectedRange": {"protectedRange": {"protectedRangeId": 4, "range": GRID}}},
        {"addFilterView": {"filter": {"filterViewId": 4, "range": GRID}}},
        {"addBanding": {"bandedRange": {"bandedRangeId": 4, "range": GRID, "rowProperties": {}}}},
        {"addChart": {"chart": CHART}},
        {"createDeveloperMetadata": {"developerMetadata": NOTE}},
    ],
)
def test_an_id_that_is_taken_is_refused(sheets_api: Api, sheet_key: str, request_: Json) -> None:
    (reply,) = sheets_api.batch(sheet_key, request_)["replies"]
    assert "4" in str(reply)  # the id that was chosen
    assert "already exists" in refusal(sheets_api.batch(sheet_key, request_))


def test_an_anchor_outside_the_grid_is_refused(sheets_api: Api, sheet_key: str) -> None:
    place = {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 1000}}}
    answer = sheets_api.batch(sheet_key, {"addChart": {"chart": CHART | {"position": place}}})
    assert refusal(answer).endswith("addChart: GridCoordinate.rowIndex[1000] is after last row in grid[999]")


def test_service_accounts_cannot_create_spreadsheets_of_their_own(sheets_api: Api) -> None:
    answer = sheets_api("POST", "/v4/spreadsheets", {"properties": {"title": "Mine"}})
    assert answer["error"]["status"] == "PERMISSION_DENIED"


def test_effective_formats_are_refused_rather_than_invented(
    shared_sheets_server: SheetsServer, sheets_api: Api, sheet_key: str
) -> None:
    answer = sheets_api.get(sheet_key, "sheets.data.rowData.values.effectiveFormat")
    assert answer["error"]["code"] == 501
    shared_sheets_server.broken.clear()


def test_zeros_and_false_flags_are_missing_in_answers(sheets_api: Api, sheet_key: str) -> None:
    rule = {"condition": {"type": "NOT_BLANK"}, "strict": False, "showCustomUi": False}
    rule["condition"] = {"type": "NUMBER_EQ", "values": [{"userEnteredValue": "1"}]}
    shown = {"sheetId": 0, "hidden": False, "gridProperties": {"hideGridlines": False}}
    sheets_api.batch(
        sheet_key,
        {"setDataValidation": {"range": GRID, "rule": rule}},
        {"addChart": {"chart": CHART}},
        {"addProtectedRange": {"protectedRange": {"range": GRID, "warningOnly": False}}},
        {"updateSheetProperties": {"properties": shown, "fields": "hidden,gridProperties.hideGridlines"}},
    )
    (sheet,) = sheets_api.get(sheet_key, ranges="A1", includeGridData="true")["sheets"]
    assert sheet["data"][0]["rowData"][0]["values"][0]["dataValidation"] == {"condition": rule["condition"]}
    assert sheet["charts"][0]["position"] == {"overlayPosition": {"anchorCell": {}}}
    assert "warningOnly" not in sheet["protectedRanges"][0]
    assert "hidden" not in sheet["properties"]
    assert "hideGridlines" not in sheet["properties"]["gridProperties"]
    assert not {"startRow", "startColumn"} & sheet["data"][0].keys()


def test_values_spread_from_one_cell_but_not_beyond_a_range(sheets_api: Api, sheet_key: str) -> None:
    path = f"/v4/spreadsheets/{sheet_key}/values"
    block = {"values": [["a", "b"], ["c"]]}
    answer = sheets_api("PUT", f"{path}/B2", block, valueInputOption="RAW")
    assert answer["updatedRange"] == "Sheet1!B2:C3"
    narrow = sheets_api("PUT", f"{path}/B2:B3", block, valueInputOption="RAW")
    assert "tried writing to column [C]" in refusal(narrow)
    low = sheets_api("PUT", f"{path}/B2:C2", block, valueInputOption="RAW")
    assert "tried writing to row [3]" in refusal(low)


def test_mixed_columns_are_sorted_by_kind_and_empty_cells_stay_last(person: Colleague) -> None:
    mixed: list[list[Any]] = [["b"], [3], [""], [True], ["A"], ["=1/0"], [1], [False]]
    person.type_rows("Sheet1", "A1", mixed)
    person.sort("Sheet1", "A", first_row=1)
    shown = [person.shown("Sheet1", f"A{row}") for row in range(1, 9)]
    assert shown == ["1", "3", "A", "b", "FALSE", "TRUE", "#DIV/0!", ""]
    person.sort("Sheet1", "A", first_row=1, descending=True)
    assert [person.shown("Sheet1", f"A{row}") for row in (1, 8)] == ["#DIV/0!", ""]


def test_a_strict_rule_does_not_hold_the_api_back(sheets_api: Api, sheet_key: str) -> None:
    listed = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "a"}]}, "strict": True}
    sheets_api.batch(sheet_key, {"setDataValidation": {"range": GRID, "rule": listed}})
    body = {"values": [["something else"]]}
    path = f"/v4/spreadsheets/{sheet_key}/values/A1"
    assert sheets_api("PUT", path, body, valueInputOption="RAW")["updatedCells"] == 1


def test_cells_lose_what_the_mask_names_and_they_do_not_give(person: Colleague) -> None:
    full = RED | {"userEnteredValue": {"numberValue": 1}, "note": "n"}
    person.batch({"repeatCell": {"range": GRID, "cell": full, "fields": "*"}})
    given = [{"values": [{"userEnteredValue": {"numberValue": 2}}]}]
    person.batch({"updateCells": {"range": GRID, "rows": given, "fields": "userEnteredValue,note"}})
    assert person.tab("Sheet1").rows[:3] == [
        {0: RED | {"userEnteredValue": {"numberValue": 2}}},
        {0: RED},
        {0: RED},
    ]


@pytest.mark.parametrize("span", [rows(1, 3), {"sheetId": 0, "dimension": "ROWS", "startIndex": 1}])
def test_metadata_lies_on_one_row_or_column(sheets_api: Api, sheet_key: str, span: Json) -> None:
    item = NOTE | {"location": {"dimensionRange": span}}
    answer = sheets_api.batch(sheet_key, {"createDeveloperMetadata": {"developerMetadata": item}})
    assert "DimensionRange must" in refusal(answer)


def test_a_column_is_read_by_its_metadata_wherever_it_went(
    sheets_api: Api, person: Colleague, sheet_key: str
) -> None:
    person.type_rows("Sheet1", "A1", [["id", "name", "n"], ["1", "Ann", 3], ["2", "Bob", 4]])
    span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    note = NOTE | {"metadataKey": "field", "metadataValue": "name", "location": {"dimensionRange": span}}
    person.batch({"createDeveloperMetadata": {"developerMetadata": note}})
    person.move_columns("Sheet1", "B", before="A")
    person.insert_rows("Sheet1", 2)
    lookup = {"developerMetadataLookup": {"metadataKey": "field", "metadataValue": "name"}}
    body = {"dataFilters": [lookup], "majorDimension": "COLUMNS"}
    (found,) = sheets_api("POST", f"/v4/spreadsheets/{sheet_key}/values:batchGetByDataFilter", body)[
        "valueRanges"
    ]
    assert found == {
        "valueRange": {
            "range": "Sheet1!A1:A1001",
            "majorDimension": "COLUMNS",
            "values": [["name", "", "Ann", "Bob"]],
        },
        "dataFilters": [lookup],
    }
    whole = {"dataFilters": [lookup], "includeGridData": True}
    seen = sheets_api("POST", f"/v4/spreadsheets/{sheet_key}:getByDataFilter", whole)
    (data,) = seen["sheets"][0]["data"]
    assert [row.get("values", [{}])[0].get("formattedValue") for row in data["rowData"]] == [
        "name",
        None,
        "Ann",
        "Bob",
    ]
    assert data["columnMetadata"][0]["developerMetadata"][0]["metadataValue"] == "name"


def test_of_two_that_claim_the_same_metadata_at_once_one_is_refused_whole(
    shared_sheets_server: SheetsServer, sheet_key: str
) -> None:
    apis = [Api(shared_sheets_server) for _ in range(4)]

    def claim(number: int) -> bool:
        requests = (
            {"createDeveloperMetadata": {"developerMetadata": NOTE}},
            {"addSheet": {"properties": {"title": f"by {number}"}}},
        )
        return "error" not in apis[number].batch(sheet_key, *requests)

    with ThreadPoolExecutor(len(apis)) as pool:
        done = list(pool.map(claim, range(len(apis))))
    for api in apis:
        api.close()
    assert done.count(True) == 1
    titles = [tab.title for tab in shared_sheets_server.spreadsheet(sheet_key).tabs]
    assert titles == ["Sheet1", f"by {done.index(True)}"]


def test_names_and_protections_are_changed_by_their_masks(sheets_api: Api, sheet_key: str) -> None:
    protection = {"protectedRangeId": 4, "range": GRID, "description": "old"}
    wider = GRID | {"endColumnIndex": 3}
    sheets_api.batch(
        sheet_key,
        {"addNamedRange": {"namedRange": {"namedRangeId": "n", "name": "people", "range": GRID}}},
        {"addProtectedRange": {"protectedRange": protection}},
        {"updateNamedRange": {"namedRange": {"namedRangeId": "n", "range": wider}, "fields": "range"}},
        {
            "updateProtectedRange": {
                "protectedRange": {"protectedRangeId": 4, "namedRangeId": "n"},
                "fields": "namedRangeId,description",
            }
        },
    )
    seen = sheets_api.get(sheet_key)
    (name,) = seen["namedRanges"]
    assert (name["name"], name["range"]["endColumnIndex"]) == ("people", 3)
    (kept,) = seen["sheets"][0]["protectedRanges"]
    assert kept["namedRangeId"] == "n"
    assert not {"range", "description"} & kept.keys()
    unknown = {"updateNamedRange": {"namedRange": {"namedRangeId": "x"}, "fields": "name"}}
    assert "No NamedRange with id: x" in refusal(sheets_api.batch(sheet_key, unknown))


def test_tracks_are_appended_and_sized_back(sheets_api: Api, sheet_key: str) -> None:
    columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    wide = {"range": columns, "properties": {"pixelSize": 300}, "fields": "pixelSize"}
    sheets_api.batch(
        sheet_key,
        {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 3}},
        {"appendDimension": {"sheetId": 0, "dimension": "COLUMNS", "length": 1}},
        {"updateDimensionProperties": wide},
        {"autoResizeDimensions": {"dimensions": columns}},
    )
    (sheet,) = sheets_api.get(sheet_key, "sheets(properties,data.columnMetadata)")["sheets"]
    grid = sheet["properties"]["gridProperties"]
    assert (grid["rowCount"], grid["columnCount"]) == (1003, 27)
    assert sheet["data"][0]["columnMetadata"][0] == {"pixelSize": 100}


def test_the_answer_of_a_batch_can_carry_the_spreadsheet(sheets_api: Api, sheet_key: str) -> None:
    body = {
        "requests": [{"addSheet": {"properties": {"title": "New"}}}],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["New!A1"],
        "responseIncludeGridData": True,
    }
    answer = sheets_api("POST", f"/v4/spreadsheets/{sheet_key}:batchUpdate", body)
    (sheet,) = answer["updatedSpreadsheet"]["sheets"]
    assert sheet["properties"]["title"] == "New"
    assert len(sheet["data"][0]["rowMetadata"]) == 1
