"""What the local Sheets server refuses, in the words that Google's is known or thought to use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sheets_clients import ROBOT, Api, refusal
from tests.sheets_server import SheetsServer

Json = dict[str, Any]
GRID: Json = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 2}
FIRST: Json = {"addNamedRange": {"namedRange": {"name": "first", "range": GRID}}}


def add(title: str, **more: Any) -> Json:
    return {"addSheet": {"properties": {"title": title, **more}}}


def change(fields: str, **properties: Any) -> Json:
    return {"updateSheetProperties": {"properties": properties, "fields": fields}}


@pytest.mark.parametrize(
    ("requests", "message"),
    [
        (
            [add("sheet1")],
            'addSheet: A sheet with the name "sheet1" already exists. Please enter another name.',
        ),
        ([add("X", sheetId=0)], "addSheet: Sheet with id 0 already exists"),
        ([add("X", sheetId=-1)], "addSheet: sheetId[-1] must not be negative"),
        ([{"deleteSheet": {"sheetId": 0}}], "deleteSheet: You can't remove all the sheets in a document."),
        (
            [change("hidden", hidden=True)],
            "updateSheetProperties: You can't hide all the sheets in a document.",
        ),
        ([change("title", sheetId=9, title="x")], "updateSheetProperties: No sheet with id: 9"),
        (
            [change("gridProperties.frozenRowCount", gridProperties={"frozenRowCount": 1000})],
            "updateSheetProperties: You can't freeze all visible rows on the sheet.",
        ),
        (
            [{"repeatCell": {"range": {"sheetId": 4}, "cell": {}, "fields": "note"}}],
            "repeatCell: No grid with id: 4",
        ),
        (
            [{"repeatCell": {"range": {"endRowIndex": 1001}, "cell": {}, "fields": "note"}}],
            "repeatCell: GridRange.endRowIndex[1001] is after last row in grid[999]",
        ),
        (
            [{"deleteDimension": {"range": {"dimension": "ROWS", "startIndex": 1000, "endIndex": 1001}}}],
            "deleteDimension: Cannot delete a row that doesn't exist. Tried to delete row index 1000",
        ),
        (
            [{"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 1000, "endIndex": 1001}}}],
            "insertDimension: range.startIndex must be less than the grid size (1000)",
        ),
        (
            [{"updateCells": {"range": GRID, "rows": [{"values": [{}, {}, {}]}], "fields": "note"}}],
            "updateCells: Attempting to write column: 2, beyond the last requested column of: 1",
        ),
        ([{"deleteNamedRange": {"namedRangeId": "x"}}], "deleteNamedRange: No NamedRange with id: x"),
        (
            [{"deleteProtectedRange": {"protectedRangeId": 5}}],
            "deleteProtectedRange: No protected range with id: 5",
        ),
        (
            [{"addNamedRange": {"namedRange": {"name": "A1", "range": GRID}}}],
            'addNamedRange: The name "A1" is not valid for a named range',
        ),
        (
            [
                {
                    "setDataValidation": {
                        "range": GRID,
                        "rule": {
                            "condition": {
                                "type": "ONE_OF_RANGE",
                                "values": [{"userEnteredValue": "=Nowhere!$A$1:$A$3"}],
                            }
                        },
                    }
                }
            ],
            "setDataValidation: Unable to parse range: Nowhere!A1:A3",
        ),
    ],
)
def test_refusals_name_the_request(
    sheets_api: Api, sheet_key: str, requests: list[Json], message: str
) -> None:
    before = sheets_api.get(sheet_key)
    answer = refusal(sheets_api.batch(sheet_key, FIRST, *requests))
    assert answer.startswith(f"Invalid requests[1].{message}"), answer
    assert sheets_api.get(sheet_key) == before  # nothing of the batch happened, not even its good part


def test_the_last_visible_tab_stays(sheets_api: Api, sheet_key: str) -> None:
    sheets_api.batch(sheet_key, add("B", hidden=True))
    assert "remove all the visible sheets" in refusal(
        sheets_api.batch(sheet_key, {"deleteSheet": {"sheetId": 0}})
    )


def protect(**what: Any) -> Json:
    return {"addProtectedRange": {"protectedRange": {"protectedRangeId": 5, **what}}}


@pytest.mark.parametrize(
    ("requests", "message"),
    [
        ([protect(range={"sheetId": 0}), protect(range=GRID)], "Protected range with id 5 already exists"),
        (
            [protect(range={"sheetId": 0}), protect(range={"sheetId": 0}, protectedRangeId=6)],
            'Sheet "Sheet1" already has sheet protection.',
        ),
        ([protect(range=GRID, unprotectedRanges=[GRID])], "only supported if the entire sheet is protected"),
        ([protect(range=GRID, warningOnly=True, editors={"users": []})], "Editors cannot be set on it"),
        ([protect(range=GRID, editors={"users": ["a@b.c"]})], "does not have edit access"),
        (
            [protect(range=GRID, editors={"users": ["owner@example.com"]})],
            "You can't remove yourself as an editor.",
        ),
    ],
)
def test_protection_that_is_not_possible(
    sheets_api: Api, sheet_key: str, requests: list[Json], message: str
) -> None:
    assert message in refusal(sheets_api.batch(sheet_key, *requests))


def test_protection_keeps_others_out_but_for_what_is_open(
    shared_sheets_server: SheetsServer, sheets_api: Api, sheet_key: str
) -> None:
    owner = shared_sheets_server.colleague(sheet_key)
    whole = {
        "range": {"sheetId": 0},
        "editors": {"users": []},
        "unprotectedRanges": [GRID, {**GRID, "endColumnIndex": 9}],
    }
    owner.batch({"addProtectedRange": {"protectedRange": whole}})
    owner.type_cell("Sheet1", "Z9", "mine")
    path = f"/v4/spreadsheets/{sheet_key}/values:batchUpdate"

    def write(text: str) -> Json:
        data = [{"range": text, "values": [["x"]]}]
        return sheets_api("POST", path, {"valueInputOption": "RAW", "data": data})

    assert write("B4")["totalUpdatedCells"] == 1
    assert refusal(write("A5")).startswith(
        "Invalid data[0]: You are trying to edit a protected cell or object."
    )
    row = {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    assert "protected cell" in refusal(sheets_api.batch(sheet_key, {"insertDimension": {"range": row}}))
    assert "protected cell" in refusal(sheets_api.batch(sheet_key, {"deleteDimension": {"range": row}}))
    (seen,) = sheets_api.get(sheet_key)["sheets"][0]["protectedRanges"]
    assert not {"editors", "requestingUserCanEdit"} & seen.keys()
    assert "protected cell" in refusal(
        sheets_api.batch(sheet_key, {"deleteProtectedRange": {"protectedRangeId": seen["protectedRangeId"]}})
    )


def test_readers_cannot_write(shared_sheets_server: SheetsServer, sheets_api: Api, sheet_key: str) -> None:
    shared_sheets_server.spreadsheet(sheet_key).permissions[ROBOT] = "reader"
    assert sheets_api.get(sheet_key)["spreadsheetId"] == sheet_key
    assert sheets_api.batch(sheet_key, add("X"))["error"] == {
        "code": 403,
        "message": "The caller does not have permission",
        "status": "PERMISSION_DENIED",
    }
