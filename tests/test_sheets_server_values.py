"""Values in the local Sheets server: written, typed, calculated, read back; its limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gspread
import pytest
from gspread.utils import ValueInputOption, ValueRenderOption

from tests.sheets_clients import Api, gspread_client
from tests.sheets_server import ApiError, Colleague, SheetsServer


@pytest.fixture
def sheet(shared_sheets_server: SheetsServer, sheet_key: str) -> Iterator[gspread.Worksheet]:
    client = gspread_client(shared_sheets_server)
    yield client.open_by_key(sheet_key).sheet1
    client.http_client.session.close()


@pytest.fixture
def person(shared_sheets_server: SheetsServer, sheet_key: str) -> Colleague:
    return shared_sheets_server.colleague(sheet_key)


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [
        ("0042", 42, "42"),
        ("2,000,000.01", 2000000.01, "2000000.01"),
        ("2020-01-01", 43831, "2020-01-01"),
        ("= 1 / 1024", 0.0009765625, "0.0009765625"),
        ("TRUE", True, "TRUE"),
        ("12%", 0.12, "12.00%"),
        ("'0042", "0042", "0042"),
        ("2020-02-31", "2020-02-31", "2020-02-31"),
        ("Ann", "Ann", "Ann"),
        ("-3.5", -3.5, "-3.5"),
        ("1e3", 1000, "1000"),
        ("", None, ""),
    ],
)
def test_typing_is_read_as_google_reads_it(person: Colleague, typed: str, value: Any, shown: str) -> None:
    person.type_cell("Sheet1", "B2", typed)
    assert (person.value("Sheet1", "B2"), person.shown("Sheet1", "B2")) == (value, shown)


@pytest.mark.parametrize("typed", ["1/2/2024", "31.12.2024", "12:30", "$5", "2024-01-01 10:00"])
def test_what_depends_on_the_locale_is_never_guessed(person: Colleague, typed: str) -> None:
    with pytest.raises(ApiError, match="not emulated") as refused:
        person.type_cell("Sheet1", "A1", typed)
    assert refused.value.code == 501


def test_raw_values_are_stored_as_they_are_sent(sheet: gspread.Worksheet) -> None:
    rows = [["0042", "=1+1", "2020-01-01", True, 2.5, ""]]
    sheet.update(rows, "A1", value_input_option=ValueInputOption.raw)
    assert sheet.get("A1:F1", value_render_option=ValueRenderOption.unformatted) == [
        ["0042", "=1+1", "2020-01-01", True, 2.5]
    ]


def test_a_text_format_keeps_what_is_typed(person: Colleague) -> None:
    text = {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}
    person.batch({"repeatCell": {"range": {"sheetId": 0}, "cell": text, "fields": "userEnteredFormat"}})
    person.type_cell("Sheet1", "A1", "0042")
    assert person.value("Sheet1", "A1") == "0042"


def test_a_date_under_all_render_options(sheets_api: Api, person: Colleague, sheet_key: str) -> None:
    person.type_rows("Sheet1", "A1", [["2020-01-01", "=4/2"]])

    def read(**options: str) -> Any:
        return sheets_api("GET", f"/v4/spreadsheets/{sheet_key}/values/A1:B1", None, **options)["values"]

    assert read() == [["2020-01-01", "2"]]
    assert read(valueRenderOption="UNFORMATTED_VALUE") == [[43831, 2]]
    assert read(valueRenderOption="UNFORMATTED_VALUE", dateTimeRenderOption="FORMATTED_STRING") == [
        ["2020-01-01", 2]
    ]
    assert read(valueRenderOption="FORMULA") == [[43831, "=4/2"]]


@pytest.mark.parametrize(
    ("number_format", "number", "shown"),
    [
        ({"type": "NUMBER", "pattern": "#,##0.00"}, 1234567.891, "1,234,567.89"),
        ({"type": "NUMBER", "pattern": "0"}, 2.5, "3"),
        ({"type": "NUMBER", "pattern": "000"}, 7, "007"),
        ({"type": "PERCENT"}, 0.12345, "12.35%"),
        ({"type": "DATE"}, 45000, "2023-03-15"),
        ({"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm"}, 45000.75, "2023-03-15 18:00"),
        ({"type": "TIME", "pattern": "hh:mm:ss"}, 0.5, "12:00:00"),
        ({"type": "DATE", "pattern": 'yyyy"年"m"月"d"日"'}, 45000, "2023年3月15日"),
    ],
)
def test_number_formats(person: Colleague, number_format: Any, number: float, shown: str) -> None:
    cell = {"userEnteredValue": {"numberValue": number}, "userEnteredFormat": {"numberFormat": number_format}}
    row = {"values": [cell]}
    person.batch({"updateCells": {"start": {"sheetId": 0}, "rows": [row], "fields": "*"}})
    assert person.shown("Sheet1", "A1") == shown


def test_a_number_format_that_is_not_emulated_is_refused(
    shared_sheets_server: SheetsServer, sheets_api: Api, person: Colleague, sheet_key: str
) -> None:
    test_number_formats(person, {"type": "DATE"}, 45000, "2023-03-15")
    cell = {"userEnteredFormat": {"numberFormat": {"type": "CURRENCY", "pattern": "[$€]#,##0"}}}
    person.batch({"repeatCell": {"range": {"sheetId": 0}, "cell": cell, "fields": "userEnteredFormat"}})
    assert sheets_api("GET", f"/v4/spreadsheets/{sheet_key}/values/A1")["error"]["code"] == 501
    plain = sheets_api(
        "GET", f"/v4/spreadsheets/{sheet_key}/values/A1", None, valueRenderOption="UNFORMATTED_VALUE"
    )
    assert plain["values"] == [[45000]]
    shared_sheets_server.broken.clear()


def test_formulas_calculate_over_tabs_names_and_semicolons(person: Colleague) -> None:
    person.add_tab("Sums of all")
    person.paste_values("Sheet1", "A1", [["a", 1], ["b", 2], ["a", 3.5]])
    grid = {"sheetId": 0, "startColumnIndex": 1, "endColumnIndex": 2}
    person.batch({"addNamedRange": {"namedRange": {"name": "amounts", "range": grid}}})
    person.type_rows(
        "Sums of all",
        "A1",
        [
            ['=SUMIF(Sheet1!A:A;"a";amounts)', "=COUNTA(Sheet1!A2:A)", '=IF(1>2;"x;y";"a,b")'],
            ["=1/0", '=IFERROR(MATCH("z";Sheet1!A:A;0);-1)', "=A1&\"!\""],
        ],
    )  # fmt: skip
    shown = [[person.shown("Sums of all", f"{column}{row}") for column in "ABC"] for row in (1, 2)]
    assert shown == [["4.5", "2", "a,b"], ["#DIV/0!", "-1", "4.5!"]]


def test_formulas_that_cannot_be_calculated_fail_loudly(
    shared_sheets_server: SheetsServer, sheets_api: Api, person: Colleague, sheet_key: str
) -> None:
    person.type_cell("Sheet1", "A1", '=IFERROR(QUERY(B1:B3;"select *");0)')
    answer = sheets_api("GET", f"/v4/spreadsheets/{sheet_key}/values/A1")
    assert (answer["error"]["code"], answer["error"]["status"]) == (501, "UNIMPLEMENTED")
    kept = sheets_api("GET", f"/v4/spreadsheets/{sheet_key}/values/A1", None, valueRenderOption="FORMULA")
    assert kept["values"] == [['=IFERROR(QUERY(B1:B3;"select *");0)']]
    shared_sheets_server.broken.clear()


def test_commas_between_arguments_fail_where_the_locale_writes_decimals_with_them(person: Colleague) -> None:
    locale = {"properties": {"locale": "de_DE"}, "fields": "locale"}
    person.batch({"updateSpreadsheetProperties": locale})
    person.type_cell("Sheet1", "A1", "=SUM(1;2)")
    assert person.value("Sheet1", "A1") == 3
    person.type_cell("Sheet1", "A1", "=SUM(1,2)")
    with pytest.raises(ApiError, match="comma"):
        person.value("Sheet1", "A1")


def test_batches_of_values_are_written_together_or_not(sheets_api: Api, sheet_key: str) -> None:
    body: dict[str, Any] = {
        "valueInputOption": "RAW",
        "data": [
            {"range": "Sheet1!A1:B2", "values": [["a", 1], ["b"]]},
            {"range": "Sheet1!D1", "values": [["x", None]]},
        ],
    }
    path = f"/v4/spreadsheets/{sheet_key}/values:batchUpdate"
    assert sheets_api("POST", path, body) == {
        "spreadsheetId": sheet_key,
        "totalUpdatedRows": 2,
        "totalUpdatedColumns": 3,
        "totalUpdatedCells": 4,
        "totalUpdatedSheets": 1,
        "responses": [
            {"spreadsheetId": sheet_key, "updatedRange": "Sheet1!A1:B2"}
            | {"updatedRows": 2, "updatedColumns": 2, "updatedCells": 3},
            {"spreadsheetId": sheet_key, "updatedRange": "Sheet1!D1:E1"}
            | {"updatedRows": 1, "updatedColumns": 1, "updatedCells": 1},
        ],
    }  # fmt: skip
    body["data"] = [{"range": "A9", "values": [["lost"]]}, {"range": "A1:A2", "values": [["x", "y"]]}]
    refused = sheets_api("POST", path, body)["error"]["message"]
    assert (
        refused
        == "Invalid data[1]: Requested writing within range [Sheet1!A1:A2], but tried writing to column [B]"
    )
    assert "values" not in sheets_api("GET", f"/v4/spreadsheets/{sheet_key}/values/A9")


def test_writing_ends_at_the_grid(sheets_api: Api, sheet: gspread.Worksheet, sheet_key: str) -> None:
    with pytest.raises(gspread.exceptions.APIError, match="exceeds grid limits"):
        sheet.update([["x"]], "A1001")
    with pytest.raises(gspread.exceptions.APIError, match="exceeds grid limits"):
        sheet.update([["x"], ["y"]], "A1000")
    assert sheets_api("GET", f"/v4/spreadsheets/{sheet_key}/values/A1000") == {
        "range": "Sheet1!A1000",
        "majorDimension": "ROWS",
    }


def test_clearing_leaves_formats_and_rules(sheets_api: Api, person: Colleague, sheet_key: str) -> None:
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}, "note": "n"}
    person.paste_values("Sheet1", "A1", [["a", "b"]])
    grid = {"sheetId": 0, "endRowIndex": 1, "endColumnIndex": 1}
    person.batch(
        {"repeatCell": {"range": grid, "cell": bold, "fields": "userEnteredFormat.textFormat.bold,note"}}
    )
    cleared = sheets_api(
        "POST", f"/v4/spreadsheets/{sheet_key}/values:batchClear", {"ranges": ["A1:B1", "D:D"]}
    )
    assert cleared["clearedRanges"] == ["Sheet1!A1:B1", "Sheet1!D1:D1000"]
    assert person.tab("Sheet1").rows[0] == {0: bold}


def test_a_cell_holds_fifty_thousand_characters(sheet: gspread.Worksheet) -> None:
    sheet.update([["x" * 50_000]], "A1")
    with pytest.raises(gspread.exceptions.APIError, match="50000 characters"):
        sheet.update([["x" * 50_001]], "A1")


def test_a_body_of_more_than_ten_mebibytes_is_refused(
    shared_sheets_server: SheetsServer, sheets_api: Api, sheet_key: str
) -> None:
    text = "x" * 49_000
    body = {"valueInputOption": "RAW", "data": [{"range": "A1", "values": [[text]] * 215}]}
    answer = sheets_api("POST", f"/v4/spreadsheets/{sheet_key}/values:batchUpdate", body)
    assert answer["error"]["message"] == "Request payload size exceeds the limit: 10485760 bytes."
    assert len(shared_sheets_server.requests[-1].raw_body) > 10_485_760


def test_ten_million_cells_are_the_limit(sheets_api: Api, sheet_key: str) -> None:
    grown = {"sheetId": 0, "gridProperties": {"rowCount": 400_000}}
    small = {"updateSheetProperties": {"properties": grown, "fields": "gridProperties.rowCount"}}
    refused = sheets_api.batch(sheet_key, small)["error"]["message"]
    assert refused.startswith(
        "Invalid requests[0].updateSheetProperties: This action would increase the number of cells"
    )
