"""Faults, quotas and colleagues of the local Sheets server, as a client meets them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import gspread
import pytest
import requests

from tests.sheets_clients import ROBOT, Api, gspread_client, service_credentials
from tests.sheets_server import ApiError, SheetsServer

Json = dict[str, Any]


@pytest.fixture
def api(sheets_server: SheetsServer) -> Iterator[Api]:
    made = Api(sheets_server)
    yield made
    made.close()


@pytest.fixture
def key(sheets_server: SheetsServer) -> str:
    return sheets_server.new_spreadsheet("Book", editors=[ROBOT])


def add(title: str) -> Json:
    return {"addSheet": {"properties": {"title": title}}}


def titles(server: SheetsServer, key: str) -> list[str]:
    return [tab.title for tab in server.spreadsheet(key).tabs]


def test_sixty_reads_a_minute_and_sixty_writes_of_their_own(
    sheets_server: SheetsServer, api: Api, key: str
) -> None:
    path = f"/v4/spreadsheets/{key}/values/A1"
    assert all("error" not in api("GET", path) for _ in range(60))
    refused = api("GET", path)["error"]
    assert (refused["code"], refused["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert "limit 'Read requests per minute per user'" in refused["message"]
    (detail,) = refused["details"]
    assert detail["reason"] == "RATE_LIMIT_EXCEEDED"
    assert detail["metadata"]["quota_limit"] == "ReadRequestsPerMinutePerUser"
    assert "error" not in api.batch(key, add("still writable"))
    sheets_server.clock.advance(60)
    assert "error" not in api("GET", path)


def test_all_users_of_a_project_share_three_hundred(sheets_server: SheetsServer, key: str) -> None:
    sheets_server.service.quotas.per_project = 3
    robots = [Api(sheets_server, service_credentials(sheets_server, name)) for name in ("one", "two")]
    sheets_server.spreadsheet(key).permissions |= {
        f"{name}@custbook-test.iam.gserviceaccount.com": "reader" for name in ("one", "two")
    }
    answers = [robot.get(key) for _ in range(2) for robot in robots]
    assert ["error" in answer for answer in answers] == [False, False, False, True]
    for robot in robots:
        robot.close()


@pytest.mark.parametrize(
    ("code", "status"),
    [(408, "DEADLINE_EXCEEDED"), (429, "RESOURCE_EXHAUSTED"), (500, "INTERNAL"), (503, "UNAVAILABLE")],
)
def test_the_second_write_fails_once(
    sheets_server: SheetsServer, api: Api, key: str, code: int, status: str
) -> None:
    fault = sheets_server.faults.status(code, kind="batchUpdate", at=2)
    assert "error" not in api.batch(key, add("A"))
    assert "error" not in api.get(key)
    refused = api.batch(key, add("B"))["error"]
    assert (refused["code"], refused["status"]) == (code, status)
    assert "error" not in api.batch(key, add("B"))
    assert titles(sheets_server, key) == ["Sheet1", "A", "B"]
    assert fault.hit == 1


def test_retry_after_is_sent_where_it_is_asked_for(sheets_server: SheetsServer, api: Api, key: str) -> None:
    sheets_server.faults.status(429, retry_after=30)
    sheets_server.faults.status(503, at=2)
    url = f"{sheets_server.base_url}/v4/spreadsheets/{key}"
    assert api.send("GET", url).headers["Retry-After"] == "30"
    assert "Retry-After" not in api.send("GET", url).headers


def test_a_connection_that_is_cut_before_has_no_effect(
    sheets_server: SheetsServer, api: Api, key: str
) -> None:
    sheets_server.faults.reset_before(kind="batchUpdate")
    with pytest.raises(requests.ConnectionError):
        api.batch(key, add("A"))
    assert titles(sheets_server, key) == ["Sheet1"]
    assert [(one.kind, one.status, one.handled) for one in sheets_server.requests][-1] == (
        "batchUpdate",
        0,
        False,
    )


def test_a_lost_reply_had_its_effect(sheets_server: SheetsServer, api: Api, key: str) -> None:
    sheets_server.faults.reset_after(kind="batchUpdate")
    with pytest.raises(requests.ConnectionError):
        api.batch(key, add("A"))
    assert titles(sheets_server, key) == ["Sheet1", "A"]
    assert sheets_server.requests[-1].handled
    # the same again meets what the first one left
    assert "already exists" in api.batch(key, add("A"))["error"]["message"]


def test_a_slow_reply_meets_a_timeout(sheets_server: SheetsServer, key: str) -> None:
    client = gspread_client(sheets_server)
    client.set_timeout(0.2)
    book = client.open_by_key(key)
    sheets_server.faults.slow(5, kind="batchUpdate")
    begun = time.monotonic()
    with pytest.raises(requests.exceptions.ReadTimeout):
        book.batch_update({"requests": [add("A")]})
    assert time.monotonic() - begun < 4
    assert titles(sheets_server, key) == ["Sheet1", "A"]


def test_permission_can_be_refused_at_any_request(sheets_server: SheetsServer, key: str) -> None:
    sheets_server.faults.forbid(path=":batchUpdate$", times=2)
    book = gspread_client(sheets_server).open_by_key(key)
    for _ in range(2):
        with pytest.raises(gspread.exceptions.APIError, match="does not have permission"):
            book.batch_update({"requests": [add("A")]})
    book.batch_update({"requests": [add("A")]})


def test_the_token_endpoint_fails_too(sheets_server: SheetsServer, api: Api, key: str) -> None:
    sheets_server.faults.status(500, kind="token")
    assert api.get(key)["spreadsheetId"] == key  # google-auth tries again by itself
    assert sheets_server.count("token") == 2


def test_a_colleague_edits_between_two_requests(sheets_server: SheetsServer, api: Api, key: str) -> None:
    person = sheets_server.colleague(key)
    person.type_rows("Sheet1", "A1", [["b"], ["a"], ["c"]])

    def edits() -> None:
        person.insert_rows("Sheet1", 1)
        person.sort("Sheet1", "A")
        person.move_columns("Sheet1", "A", before="C")
        person.rename_tab("Sheet1", "Renamed")
        person.add_tab("More")
        person.note("More", "A1", "n")
        person.delete_tab("More")

    sheets_server.faults.meanwhile(edits, kind="values.get", at=2)
    path = f"/v4/spreadsheets/{key}/values"
    assert api("GET", f"{path}/Sheet1!A1:A9")["values"] == [["b"], ["a"], ["c"]]
    assert "Unable to parse range: Sheet1!A1:A9" in api("GET", f"{path}/Sheet1!A1:A9")["error"]["message"]
    assert api("GET", f"{path}/Renamed!A1:B9")["values"] == [[], ["", "a"], ["", "b"], ["", "c"]]


def test_a_colleague_is_held_by_protection_as_others_are(sheets_server: SheetsServer, key: str) -> None:
    sheets_server.colleague(key).batch(
        {"addProtectedRange": {"protectedRange": {"range": {"sheetId": 0}, "editors": {}}}}
    )
    stranger = sheets_server.colleague(key, "somebody@example.com")
    with pytest.raises(ApiError, match="does not have permission"):
        stranger.type_cell("Sheet1", "A1", "x")
    editor = sheets_server.colleague(key, ROBOT)
    with pytest.raises(ApiError, match="protected cell"):
        editor.type_cell("Sheet1", "A1", "x")


def test_every_change_raises_the_version(sheets_server: SheetsServer, api: Api, key: str) -> None:
    path = f"/drive/v3/files/{key}"

    def version() -> tuple[int, str]:
        seen = api("GET", path, None, fields="version,modifiedTime,capabilities(canEdit)")
        assert seen["capabilities"] == {"canEdit": True}
        return int(seen["version"]), seen["modifiedTime"]

    first = version()
    assert version() == first
    sheets_server.clock.advance(2)
    api.batch(key, add("A"))
    second = version()
    sheets_server.clock.advance(2)
    sheets_server.colleague(key).type_cell("A", "A1", "x")
    assert first < second < version()
    assert "Invalid field selection nope" in api("GET", path, None, fields="nope")["error"]["message"]
    assert api("GET", "/drive/v3/files/none")["error"]["errors"][0]["reason"] == "notFound"


def test_a_token_without_the_scope_is_refused(sheets_server: SheetsServer, key: str) -> None:
    drive_only = service_credentials(
        sheets_server, scopes=["https://www.googleapis.com/auth/drive.metadata.readonly"]
    )
    narrow = Api(sheets_server, drive_only)
    refused = narrow.get(key)["error"]
    assert (refused["code"], refused["details"][0]["reason"]) == (403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
    assert narrow("GET", f"/drive/v3/files/{key}")["name"] == "Book"
    narrow.close()


def test_a_fault_of_the_server_itself_fails_the_test_that_met_it() -> None:
    with pytest.raises(KeyError), SheetsServer() as server:  # noqa: PT012 - leaving the context raises
        key = server.new_spreadsheet("Book", editors=[ROBOT])
        del server.spreadsheet(key).properties["title"]
        api = Api(server)
        answer = api("GET", f"/drive/v3/files/{key}")
        api.close()
        assert answer["error"]["code"] == 500
