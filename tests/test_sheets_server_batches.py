"""Requests of ``spreadsheets.batchUpdate`` on the local Sheets server: what they do, and what they refuse."""

from __future__ import annotations

from typing import Any

from tests.sheets_clients import Api, refusal
from tests.sheets_server import SheetsServer

Json = dict[str, Any]
GRID: Json = {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 2}


def tabs(sheets_api: Api, sheet_key: str) -> list[str]:
    return [sheet["properties"]["title"] for sheet in sheets_api.get(sheet_key)["sheets"]]


def add(title: str, **more: Any) -> Json:
    return {"addSheet": {"properties": {"title": title, **more}}}


def change(fields: str, **properties: Any) -> Json:
    return {"updateSheetProperties": {"properties": properties, "fields": fields}}


def test_tabs_are_added_moved_renamed_hidden_and_deleted(sheets_api: Api, sheet_key: str) -> None:
    reply = sheets_api.batch(
        sheet_key, add("B", sheetId=7, index=0), add("C", gridProperties={"rowCount": 5, "frozenRowCount": 1})
    )
    first, second = (item["addSheet"]["properties"] for item in reply["replies"])
    assert first == {
        "sheetId": 7,
        "title": "B",
        "index": 0,
        "sheetType": "GRID",
        "gridProperties": {"rowCount": 1000, "columnCount": 26},
    }
    assert second["gridProperties"] == {"rowCount": 5, "columnCount": 26, "frozenRowCount": 1}
    assert tabs(sheets_api, sheet_key) == ["B", "Sheet1", "C"]
    # an index counts positions before the move
    assert sheets_api.batch(sheet_key, change("index", sheetId=7, index=2))["replies"] == [{}]
    assert tabs(sheets_api, sheet_key) == ["Sheet1", "B", "C"]
    sheets_api.batch(sheet_key, change("index", sheetId=7, index=2))
    assert tabs(sheets_api, sheet_key) == ["Sheet1", "B", "C"]
    sheets_api.batch(
        sheet_key, change("title,hidden", sheetId=7, title="Z", hidden=True), {"deleteSheet": {"sheetId": 0}}
    )
    assert [
        sheet["properties"]
        for sheet in sheets_api.get(sheet_key, "sheets.properties(title,hidden)")["sheets"]
    ] == [
        {"title": "Z", "hidden": True},
        {"title": "C"},
    ]


def rule(kind: str, *values: str) -> Json:
    return {"condition": {"type": kind, "values": [{"userEnteredValue": value} for value in values]}}


def test_rules_formats_and_notes_are_read_back(sheets_api: Api, sheet_key: str) -> None:
    listed = rule("ONE_OF_RANGE", "=Sheet1!D1:D3") | {"strict": True, "showCustomUi": True}
    cell = {
        "userEnteredValue": {"numberValue": 3},
        "userEnteredFormat": {
            "textFormat": {"bold": True},
            "numberFormat": {"type": "NUMBER", "pattern": "0.0"},
        },
        "note": "n",
    }
    sheets_api.batch(
        sheet_key,
        {"setDataValidation": {"range": GRID, "rule": listed}},
        {"updateCells": {"start": {"sheetId": 0}, "rows": [{"values": [cell]}], "fields": "*"}},
        {"setDataValidation": {"range": GRID | {"endColumnIndex": 1}, "rule": rule("NUMBER_GREATER", "1")}},
        {"repeatCell": {"range": GRID, "cell": {}, "fields": "userEnteredFormat.textFormat.bold"}},
    )
    mask = "sheets.data.rowData.values(userEnteredValue,userEnteredFormat,dataValidation,note,formattedValue)"
    (sheet,) = sheets_api.get(sheet_key, mask, ranges="A1:B1")["sheets"]
    assert sheet["data"][0]["rowData"][0]["values"] == [
        {
            "userEnteredValue": {"numberValue": 3},
            "userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "0.0"}},
            "dataValidation": rule("NUMBER_GREATER", "1"),
            "note": "n",
            "formattedValue": "3.0",
        },
        # the range of a list is made absolute
        {
            "dataValidation": rule("ONE_OF_RANGE", "=Sheet1!$D$1:$D$3")
            | {"strict": True, "showCustomUi": True}
        },
    ]


def test_repeated_formulas_move_along(
    shared_sheets_server: SheetsServer, sheets_api: Api, sheet_key: str
) -> None:
    shared_sheets_server.colleague(sheet_key).type_rows("Sheet1", "A1", [[1], [2], [3], [4]])
    formula = {"userEnteredValue": {"formulaValue": "=A1*$A$4"}}
    column = GRID | {"startColumnIndex": 1}
    sheets_api.batch(
        sheet_key, {"repeatCell": {"range": column, "cell": formula, "fields": "userEnteredValue"}}
    )
    answer = sheets_api("GET", f"/v4/spreadsheets/{sheet_key}/values/B1:B4", None, majorDimension="COLUMNS")
    assert answer["values"] == [["4", "8", "12", "16"]]


def test_conditional_formats_are_an_ordered_list(sheets_api: Api, sheet_key: str) -> None:
    def made(text: str) -> Json:
        return {
            "ranges": [GRID],
            "booleanRule": rule("TEXT_EQ", text) | {"format": {"textFormat": {"bold": True}}},
        }

    sheets_api.batch(
        sheet_key, *({"addConditionalFormatRule": {"rule": made(text), "index": 0}} for text in "abc")
    )
    reply = sheets_api.batch(
        sheet_key,
        {"updateConditionalFormatRule": {"index": 0, "rule": made("z")}},
        {"updateConditionalFormatRule": {"index": 2, "newIndex": 0, "sheetId": 0}},
        {"deleteConditionalFormatRule": {"index": 1, "sheetId": 0}},
    )["replies"]
    assert (
        reply[2]["deleteConditionalFormatRule"]["rule"]["booleanRule"]["condition"]
        == rule("TEXT_EQ", "z")["condition"]
    )
    (sheet,) = sheets_api.get(sheet_key, "sheets.conditionalFormats")["sheets"]
    texts = [
        item["booleanRule"]["condition"]["values"][0]["userEnteredValue"]
        for item in sheet["conditionalFormats"]
    ]
    assert texts == ["a", "b"]
    wide = made("x")
    wide["booleanRule"]["format"] = {"textFormat": {"fontSize": 20}}
    assert "fontSize is not supported" in refusal(
        sheets_api.batch(sheet_key, {"addConditionalFormatRule": {"rule": wide}})
    )
    assert "at index: 9" in refusal(
        sheets_api.batch(sheet_key, {"deleteConditionalFormatRule": {"index": 9}})
    )


def test_filters_banding_and_charts_come_and_go(sheets_api: Api, sheet_key: str) -> None:
    source = {"sourceRange": {"sources": [GRID | {"endColumnIndex": 1}]}}
    spec = {"title": "T", "pieChart": {"domain": source, "series": source}}
    place = {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 5, "columnIndex": 3}}}
    band = {"range": GRID, "rowProperties": {"headerColor": {"red": 1}}}
    sheets_api.batch(
        sheet_key,
        {"setBasicFilter": {"filter": {"range": GRID}}},
        {"addFilterView": {"filter": {"filterViewId": 3, "title": "V", "range": GRID}}},
        {"addBanding": {"bandedRange": {"bandedRangeId": 4, **band}}},
        {"addChart": {"chart": {"chartId": 5, "spec": spec, "position": place}}},
    )
    (sheet,) = sheets_api.get(sheet_key)["sheets"]
    bounds = {name: value for name, value in GRID.items() if name != "sheetId"}
    assert sheet["basicFilter"] == {"range": bounds}
    assert sheet["filterViews"] == [{"filterViewId": 3, "title": "V", "range": bounds}]
    assert sheet["bandedRanges"][0]["bandedRangeId"] == 4
    assert sheet["charts"][0]["position"] == {
        "overlayPosition": {"anchorCell": {"rowIndex": 5, "columnIndex": 3}}
    }
    again = {"addBanding": {"bandedRange": band}}
    assert "already has alternating background colors" in refusal(sheets_api.batch(sheet_key, again))
    wide = {"sourceRange": {"sources": [GRID]}}
    twisted = {"updateChartSpec": {"chartId": 5, "spec": {"pieChart": {"domain": wide, "series": source}}}}
    assert "width or a height of 1" in refusal(sheets_api.batch(sheet_key, twisted))
    sheets_api.batch(
        sheet_key,
        {"clearBasicFilter": {"sheetId": 0}},
        {"deleteFilterView": {"filterId": 3}},
        {
            "updateBanding": {
                "bandedRange": {"bandedRangeId": 4, "range": GRID | {"endRowIndex": 2}},
                "fields": "range",
            }
        },
        {"updateChartSpec": {"chartId": 5, "spec": {**spec, "title": "U"}}},
    )
    (sheet,) = sheets_api.get(sheet_key)["sheets"]
    assert not {"basicFilter", "filterViews"} & sheet.keys()
    assert sheet["bandedRanges"][0]["range"]["endRowIndex"] == 2
    assert sheet["charts"][0]["spec"]["title"] == "U"
    sheets_api.batch(
        sheet_key, {"deleteBanding": {"bandedRangeId": 4}}, {"deleteEmbeddedObject": {"objectId": 5}}
    )
    assert not {"bandedRanges", "charts"} & sheets_api.get(sheet_key)["sheets"][0].keys()


def test_merges_keep_the_first_cell(
    shared_sheets_server: SheetsServer, sheets_api: Api, sheet_key: str
) -> None:
    person = shared_sheets_server.colleague(sheet_key)
    person.type_rows("Sheet1", "A1", [["a", "b"], ["c", "d"]])
    sheets_api.batch(sheet_key, {"mergeCells": {"range": GRID, "mergeType": "MERGE_ROWS"}})
    assert len(sheets_api.get(sheet_key)["sheets"][0]["merges"]) == 4
    assert [[person.value("Sheet1", f"{column}{row}") for column in "AB"] for row in (1, 2)] == [
        ["a", None],
        ["c", None],
    ]
    part = GRID | {"endColumnIndex": 1, "endRowIndex": 1}
    assert "select all cells in a merged range" in refusal(
        sheets_api.batch(sheet_key, {"mergeCells": {"range": part}})
    )
    sheets_api.batch(sheet_key, {"unmergeCells": {"range": GRID}})
    assert "merges" not in sheets_api.get(sheet_key)["sheets"][0]


def test_groups_nest(sheets_api: Api, sheet_key: str) -> None:
    def group(start: int, end: int) -> Json:
        span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": start, "endIndex": end}
        return {"addDimensionGroup": {"range": span}}

    (reply,) = sheets_api.batch(sheet_key, group(0, 2))["replies"]
    # as recorded
    assert reply["addDimensionGroup"]["dimensionGroups"] == [
        {"range": {"dimension": "COLUMNS", "startIndex": 0, "endIndex": 2}, "depth": 1}
    ]
    # the examples of the documentation: [B:D] + [C:E] is [B:E] and, deeper, [C:D]
    sheets_api.batch(sheet_key, group(5, 8), group(6, 9))
    groups = sheets_api.get(sheet_key)["sheets"][0]["columnGroups"]
    spans = [(item["range"]["startIndex"], item["range"]["endIndex"], item["depth"]) for item in groups]
    assert spans == [(0, 2, 1), (5, 9, 1), (6, 8, 2)]


def test_texts_are_found_and_replaced(
    shared_sheets_server: SheetsServer, sheets_api: Api, sheet_key: str
) -> None:
    shared_sheets_server.colleague(sheet_key).type_rows(
        "Sheet1", "A1", [["Ann, ann", '="ann"'], ["Bob", "Ann"]]
    )
    request = {"find": "ann", "replacement": "Eve", "allSheets": True}
    (reply,) = sheets_api.batch(sheet_key, {"findReplace": request})["replies"]
    assert reply["findReplace"] == {
        "valuesChanged": 2,
        "rowsChanged": 2,
        "sheetsChanged": 1,
        "occurrencesChanged": 3,
    }


def test_sizes_and_hidden_rows_are_read_back(sheets_api: Api, sheet_key: str) -> None:
    def track(dimension: str, fields: str, **properties: Any) -> Json:
        span = {"sheetId": 0, "dimension": dimension, "startIndex": 1, "endIndex": 2}
        return {"updateDimensionProperties": {"range": span, "properties": properties, "fields": fields}}

    sheets_api.batch(
        sheet_key,
        track("ROWS", "hiddenByUser", hiddenByUser=True),
        track("COLUMNS", "pixelSize", pixelSize=300),
    )
    (sheet,) = sheets_api.get(sheet_key, "sheets.data(rowMetadata,columnMetadata)", ranges="A1:C3")["sheets"]
    assert sheet["data"] == [
        {
            "rowMetadata": [{"pixelSize": 21}, {"pixelSize": 21, "hiddenByUser": True}, {"pixelSize": 21}],
            "columnMetadata": [{"pixelSize": 100}, {"pixelSize": 300}, {"pixelSize": 100}],
        }
    ]


def test_metadata_is_found_changed_and_deleted(sheets_api: Api, sheet_key: str) -> None:
    column = {"dimensionRange": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}}

    def note(number: int, name: str, location: Json) -> Json:
        item = {"metadataId": number, "metadataKey": name, "visibility": "DOCUMENT", "location": location}
        return {"createDeveloperMetadata": {"developerMetadata": item}}

    sheets_api.batch(
        sheet_key,
        note(1, "book", {"spreadsheet": True}),
        note(2, "tab", {"sheetId": 0}),
        note(3, "column", column),
    )
    seen = sheets_api.get(
        sheet_key, "developerMetadata.metadataId,sheets(developerMetadata.metadataId,data.columnMetadata)"
    )
    assert seen["developerMetadata"] == [{"metadataId": 1}]
    assert seen["sheets"][0]["developerMetadata"] == [{"metadataId": 2}]
    assert (
        seen["sheets"][0]["data"][0]["columnMetadata"][1]["developerMetadata"][0]["metadataKey"] == "column"
    )
    lookup = {"metadataLocation": {"dimensionRange": {"dimension": "ROWS", "startIndex": 5, "endIndex": 6}}}
    path = f"/v4/spreadsheets/{sheet_key}/developerMetadata"
    found = sheets_api("POST", f"{path}:search", {"dataFilters": [{"developerMetadataLookup": lookup}]})
    assert [item["developerMetadata"]["metadataId"] for item in found["matchedDeveloperMetadata"]] == [2, 3]
    assert "already exists" in refusal(sheets_api.batch(sheet_key, note(3, "x", {"spreadsheet": True})))
    by_id = {"developerMetadataLookup": {"metadataId": 3}}
    changed = {"developerMetadata": {"metadataValue": "v"}, "fields": "metadataValue", "dataFilters": [by_id]}
    sheets_api.batch(sheet_key, {"updateDeveloperMetadata": changed})
    assert sheets_api("GET", f"{path}/3")["metadataValue"] == "v"
    (reply,) = sheets_api.batch(sheet_key, {"deleteDeveloperMetadata": {"dataFilter": by_id}})["replies"]
    assert reply["deleteDeveloperMetadata"]["deletedDeveloperMetadata"][0]["metadataValue"] == "v"
    assert sheets_api("GET", f"{path}/3")["error"]["code"] == 404
    long = note(9, "k", {"spreadsheet": True})
    long["createDeveloperMetadata"]["developerMetadata"]["metadataValue"] = "x" * 30_000
    assert "30000" in refusal(sheets_api.batch(sheet_key, long))
