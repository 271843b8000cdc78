"""The local Sheets server, used as people use Google: with gspread and google-auth as they are."""

from __future__ import annotations

from collections.abc import Iterator

import gspread
import pytest
import requests

from tests.sheets_clients import ROBOT, Api, gspread_client, service_credentials, user_credentials
from tests.sheets_server import SheetsServer


@pytest.fixture
def api(sheets_server: SheetsServer) -> Iterator[Api]:
    made = Api(sheets_server)
    yield made
    made.close()


@pytest.fixture
def key(sheets_server: SheetsServer) -> str:
    return sheets_server.new_spreadsheet("Customers", editors=[ROBOT])


def test_gspread_fills_a_sheet_that_a_user_shared(sheets_server: SheetsServer, key: str) -> None:
    sheet = gspread_client(sheets_server).open_by_key(key).sheet1
    sheet.update([["name", "n"], ["Ann", 3], ["Bob", 4]], "A1", raw=True)
    sheet.update_acell("C1", "=SUM(B2:B3)")
    assert sheet.get_all_values() == [["name", "n", "7"], ["Ann", "3", ""], ["Bob", "4", ""]]
    assert [one.kind for one in sheets_server.requests] == [
        "token", "get", "get", "values.update", "values.update", "values.get",
    ]  # fmt: skip
    assert sheets_server.count() == 5


def test_gspread_writes_nothing_by_halves(sheets_server: SheetsServer, key: str) -> None:
    book = gspread_client(sheets_server).open_by_key(key)
    good = {"addSheet": {"properties": {"title": "New"}}}
    with pytest.raises(gspread.exceptions.APIError, match="already exists"):
        book.batch_update({"requests": [good, good]})
    assert [sheet.title for sheet in book.worksheets()] == ["Sheet1"]


def test_gspread_protects_names_and_lists(sheets_server: SheetsServer, key: str) -> None:
    book = gspread_client(sheets_server).open_by_key(key)
    sheet = book.sheet1
    sheet.add_protected_range("A1:B2", editor_users_emails=[ROBOT])
    sheet.define_named_range("A1:A9", "people")
    (protection,) = book.list_protected_ranges(0)
    assert protection["editors"]["users"] == [ROBOT]
    assert "sheetId" not in protection["range"]
    assert book.list_named_ranges()[0]["name"] == "people"


def test_a_request_without_a_token_is_refused(sheets_server: SheetsServer, key: str) -> None:
    answer = requests.get(f"{sheets_server.base_url}/v4/spreadsheets/{key}", timeout=5)
    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"


def test_tokens_expire_and_google_auth_fetches_another(
    sheets_server: SheetsServer, api: Api, key: str
) -> None:
    assert api.get(key)["spreadsheetId"] == key
    sheets_server.clock.advance(3601)
    assert api.get(key)["spreadsheetId"] == key
    assert sheets_server.count("token") == 2


def test_a_service_account_that_is_unknown_gets_no_token(sheets_server: SheetsServer, key: str) -> None:
    credentials = service_credentials(sheets_server, "gone")
    sheets_server.service.identities.revoke("gone@custbook-test.iam.gserviceaccount.com")
    with pytest.raises(Exception, match="invalid_grant"):
        Api(sheets_server, credentials).get(key)


def test_the_token_endpoint_says_why_it_refuses(sheets_server: SheetsServer, key: str) -> None:
    identities = sheets_server.service.identities
    person = user_credentials(sheets_server, "me@example.com", "https://www.googleapis.com/auth/drive.file")
    person._scopes = ["https://www.googleapis.com/auth/drive"]
    with pytest.raises(Exception, match="invalid_scope"):
        Api(sheets_server, person).get(key)
    identities.revoke("me@example.com")
    person._scopes = None
    with pytest.raises(Exception, match="expired or revoked"):
        Api(sheets_server, person).get(key)
    identities.ahead = -600
    with pytest.raises(Exception, match="short-lived token"):
        Api(sheets_server, service_credentials(sheets_server)).get(key)
    code = identities.agree("me@example.com", "a b")
    assert identities.exchange({"grant_type": "authorization_code", "code": code})["scope"] == "a b"


def test_uploads_are_no_spreadsheets(sheets_server: SheetsServer, api: Api, key: str) -> None:
    sheets_server.spreadsheet(key).upload = "xlsx"
    assert api.get(key)["error"]["status"] == "FAILED_PRECONDITION"
    sheets_server.spreadsheet(key).upload = "pdf"
    assert api.get(key)["error"]["message"] == "Request contains an invalid argument."


def test_a_file_that_nobody_shared_is_closed_to_the_robot(sheets_server: SheetsServer, api: Api) -> None:
    key = sheets_server.new_spreadsheet("Private")
    assert api.get(key)["error"]["code"] == 403
    assert api.get("1nowhere")["error"]["message"] == "Requested entity was not found."


def test_service_accounts_own_no_files_but_users_do(sheets_server: SheetsServer, api: Api) -> None:
    robot = gspread_client(sheets_server)
    with pytest.raises(gspread.exceptions.APIError, match="storage quota has been exceeded"):
        robot.create("Book")
    assert robot.create("Book", folder_id=sheets_server.new_shared_drive(ROBOT)).title == "Book"
    user = gspread_client(sheets_server, user_credentials(sheets_server, "me@example.com"))
    book = user.create("Mine")
    book.share(ROBOT, perm_type="user", role="writer", notify=False)
    assert api.get(book.id)["properties"]["title"] == "Mine"


def test_a_whole_book_is_made_by_one_request(sheets_server: SheetsServer) -> None:
    user = Api(sheets_server, user_credentials(sheets_server, "me@x.example"))
    grid = {"sheetId": 7}
    sheet = {
        "properties": {
            "sheetId": 7,
            "title": "Customers",
            "gridProperties": {"rowCount": 20, "columnCount": 5},
        },
        "data": [{"rowData": [{"values": [{"userEnteredValue": {"stringValue": "Status"}}]}]}],
        "protectedRanges": [{"range": grid, "unprotectedRanges": [grid | {"startRowIndex": 1}]}],
        "conditionalFormats": [
            {
                "ranges": [grid | {"startRowIndex": 1}],
                "booleanRule": {
                    "condition": {"type": "TEXT_EQ", "values": [{"userEnteredValue": "Gone"}]},
                    "format": {"textFormat": {"bold": True}},
                },
            }
        ],
        "developerMetadata": [{"metadataKey": "tab", "metadataValue": "customers", "visibility": "DOCUMENT"}],
    }
    names = [{"name": "status", "range": grid | {"startRowIndex": 1, "endColumnIndex": 1}}]
    made = user(
        "POST", "/v4/spreadsheets", {"properties": {"title": "B"}, "sheets": [sheet], "namedRanges": names}
    )
    seen = user.get(made["spreadsheetId"], includeGridData="true")
    (tab,) = seen["sheets"]
    assert tab["data"][0]["rowData"] == [
        {
            "values": [
                {
                    "userEnteredValue": {"stringValue": "Status"},
                    "effectiveValue": {"stringValue": "Status"},
                    "formattedValue": "Status",
                }
            ]
        }
    ]
    assert tab["protectedRanges"][0]["editors"] == {"users": ["me@x.example"]}
    assert tab["conditionalFormats"] == sheet["conditionalFormats"]
    assert tab["developerMetadata"][0]["location"] == {"locationType": "SHEET", "sheetId": 7}
    assert seen["namedRanges"][0]["name"] == "status"


def test_what_is_not_emulated_says_so(sheets_server: SheetsServer, api: Api, key: str) -> None:
    answer = api.batch(key, {"addTable": {"table": {"name": "t"}}})
    assert (answer["error"]["code"], answer["error"]["message"]) == (501, "not emulated: request addTable")
    assert api("POST", f"/v4/spreadsheets/{key}/values/A1:append", {})["error"]["code"] == 501
    assert len(sheets_server.broken) == 2  # and fails the test, unless it is expected
    sheets_server.broken.clear()


def test_a_program_that_may_see_its_own_files_sees_no_others(sheets_server: SheetsServer, key: str) -> None:
    own = "https://www.googleapis.com/auth/drive.file"
    user = Api(sheets_server, user_credentials(sheets_server, "owner@example.com", own))
    made = user("POST", "/v4/spreadsheets", {"properties": {"title": "Mine"}})["spreadsheetId"]
    assert user.get(made)["properties"]["title"] == "Mine"
    assert user("GET", f"/drive/v3/files/{made}")["name"] == "Mine"
    assert user.get(key)["error"]["code"] == 404
    assert user("GET", f"/drive/v3/files/{key}")["error"]["errors"][0]["reason"] == "notFound"
    user.close()
