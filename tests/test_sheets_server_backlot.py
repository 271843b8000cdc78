"""What is read from the local Sheets server is what ``backlot``, measured against Google, answers for it.

Two differences are known: parameters that Google does not know are refused here, as Google does, and ignored
there; ``effectiveFormat`` is not emulated here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import backlot
import pytest
import requests

from tests.sheets_clients import ROBOT, Api
from tests.sheets_server import SheetsServer

GRID: list[list[Any]] = [
    ["name", "n", "ok"],
    ["Ann", 3, True],
    [None, None, None],
    ["Bob", 2.5, False],
    ["x", None, "y"],
]
NOT_EMULATED = {"effectiveFormat"}
BOOK = {
    "source_type": "google_drive",
    "title": "Book",
    "folder": "books",
    "author_email": "ann@example.com",
    "created": "2026-01-01T00:00:00Z",
    "updated": "2026-01-01T00:00:00Z",
    "subtype": "spreadsheet",
    "visibility": "public",
    "sheets": [
        {"title": "Data", "grid": GRID},
        {"title": "Second Sheet", "grid": [["a"]]},
        {"title": "Empty", "grid": []},
    ],
}


def _words(text: str) -> list[str]:
    return text.split()


BOOKS = _words(
    """
    fields= fields=* fields=sheets.properties fields=sheets/properties/title fields=nothing
    fields=sheets( fields=sheets)
    fields=sheets(properties(title,sheetId),data.rowData.values.userEnteredValue)
    fields=spreadsheetId,%20properties fields=sheets.data.startRow fields=sheets.properties.title,
    fields=*.*.title fields=sheets.properties(title
    fields=sheets.properties.title,sheets.properties.title fields=spreadsheetId,* fields=namedRanges
    fields=sheets.*.title
    fields=properties.title,sheets.data(rowData(values(formattedValue)))&ranges=Data!B2:C4
    fields=sheets.data.rowData fields=sheets.data.rowMetadata&ranges=Data!A1:B3
    fields=sheets.data.columnMetadata.pixelSize&ranges=Data!A1:B3
    fields=sheets.data.rowData.values.userEnteredFormat&ranges=Data!D1:F4
    fields=sheets.data.rowData.values.formattedValue&ranges=Data!A1:AZ2000 includeGridData=true
    includeGridData=1 includeGridData=no includeGridData=maybe ranges=nope ranges=Data!A1001
    ranges=Data!B2:C4&includeGridData=true ranges=Data&ranges=Data!A1&includeGridData=true
    ranges=Second%20Sheet ranges=Data!A1001&includeGridData=true ranges=data!A1
    """
)
RANGES = _words(
    """
    Data!A1:C5 Data Data!A:B Data!2:3 Data!B2:A1 Data!A1 Data!A1:A1 Data!Z1000 Data!AA1 Empty
    Data!A1001:B1002 Data!AA:AB Data!1001:1002 Data!A2:Z A1 Second%20Sheet!A1:B2
    'Second%20Sheet'!A1:B2 Nope!A1 Data!A0 Data! Data!A1:B2:C3 Empty!A1:B2 !A1 Data!A1%20:B2
    DATA!a1:b2 Data!A1:ZZZ99999
    """
)
OPTIONS = _words(
    """
    majorDimension=COLUMNS majorDimension=DIAGONAL valueRenderOption=UNFORMATTED_VALUE
    valueRenderOption=FORMULA valueRenderOption=NOPE dateTimeRenderOption=FORMATTED_STRING
    fields=values fields=nope prettyPrint=false
    """
)
BATCHES = _words(
    """
    prettyPrint=true ranges=Data!A1:B2&ranges=Empty&ranges='Second%20Sheet'!A1
    ranges=Data!A1&ranges=Nope!A1
    ranges=Data!A1&valueRenderOption=UNFORMATTED_VALUE&majorDimension=COLUMNS
    fields=valueRanges.values&ranges=Data!A1:B2
    """
)
GETS = [
    "",
    *(f"?{query}" for query in BOOKS),
    *(f"/values/{text}" for text in RANGES),
    *(f"/values/Data!A1:C5?{query}" for query in OPTIONS),
    *(f"/values:batchGet?{query}" for query in BATCHES),
]

ONE = {"a1Range": "Data!A1:B2"}
SAME = {"gridRange": {"endRowIndex": 2, "startColumnIndex": 0, "endColumnIndex": 2}}
ROW = {"dimensionRange": {"dimension": "ROWS", "startIndex": 1, "endIndex": 2}}
LOOKUP: dict[str, Any] = {"metadataKey": "none"}
FILTERS: list[dict[str, Any]] = [
    {"dataFilters": [ONE]},
    {"dataFilters": [{"a1Range": "Data!B1"}, {"a1Range": "'Second Sheet'!A1"}, {"a1Range": "Data!A2"}]},
    {"dataFilters": [ONE, SAME]},
    {"dataFilters": []},
    {"dataFilters": [ONE, {"a1Range": "Nope"}]},
    {"dataFilters": [{"gridRange": {"sheetId": 999}}]},
    {"dataFilters": [{"gridRange": {"sheetId": 0, "startRowIndex": 2000}}]},
    {"dataFilters": [{"gridRange": {"startRowIndex": 1000, "startColumnIndex": 1, "endColumnIndex": 3}}]},
    {"dataFilters": [{"gridRange": {"startRowIndex": -1}}]},
    {"dataFilters": [{"gridRange": {"startRowIndex": 3, "endRowIndex": 2}}]},
    {"dataFilters": [{"gridRange": {"startColumnIndex": 1, "endColumnIndex": 2, "endRowIndex": 4000}}]},
    {"dataFilters": [{}]},
    {"dataFilters": [ONE], "nope": 1},
    {"dataFilters": [{"a1Range": "Data!A1", "nope": 1}]},
    {"dataFilters": [{"developerMetadataLookup": LOOKUP}]},
    {"dataFilters": [{"developerMetadataLookup": LOOKUP | {"locationMatchingStrategy": "EXACT_LOCATION"}}]},
    {"dataFilters": [{"developerMetadataLookup": {"locationType": "SPREADSHEET", "metadataLocation": ROW}}]},
    *(
        {"dataFilters": [{"developerMetadataLookup": {"metadataLocation": {"dimensionRange": span}}}]}
        for span in (
            {"dimension": "ROWS", "startIndex": 1},
            {"dimension": "ROWS", "startIndex": 1, "endIndex": 3},
            {"dimension": "COLUMNS", "startIndex": 30, "endIndex": 31},
            {"startIndex": 1, "endIndex": 2},
            {"sheetId": 999, "dimension": "ROWS", "startIndex": 1, "endIndex": 2},
        )
    ),
]
POSTS: list[tuple[str, dict[str, Any]]] = [
    *((path, body) for path in (":getByDataFilter", "/values:batchGetByDataFilter") for body in FILTERS),
    (
        ":getByDataFilter",
        {"dataFilters": [{"gridRange": {"startRowIndex": 1, "endRowIndex": 3}}], "includeGridData": True},
    ),
    (":getByDataFilter", {"dataFilters": [ONE, SAME], "includeGridData": True}),
    ("/values:batchGetByDataFilter", {"dataFilters": [ONE], "majorDimension": "COLUMNS"}),
    ("/values:batchGetByDataFilter", {"dataFilters": [ONE], "valueRenderOption": "NOPE"}),
    ("/values:batchGetByDataFilter", {"dataFilters": [ONE], "valueRenderOption": "UNFORMATTED_VALUE"}),
]


@dataclass
class Pair:
    """The same spreadsheet twice."""

    theirs: requests.Session
    their_url: str
    ours: Api
    our_url: str

    def answers(self, path: str, body: dict[str, Any] | None = None) -> tuple[Any, Any]:
        """Status and body of one request: theirs, ours."""
        found = []
        for send, url in ((self.theirs.request, self.their_url), (self.ours.send, self.our_url)):
            answer = send("GET" if body is None else "POST", url + path, json=body)
            found.append((answer.status_code, _comparable(answer.json(), url.rsplit("/", 1)[1])))
        return found[0], found[1]


def _comparable(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _comparable(item, key) for name, item in value.items() if name not in NOT_EMULATED}
    if isinstance(value, list):
        return [_comparable(item, key) for item in value]
    return value.replace(key, "ID") if isinstance(value, str) else value


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with SheetsServer() as server, backlot.serve(records=[BOOK], telemetry=False) as other:
        server.service.quotas.per_user = server.service.quotas.per_project = 10_000
        theirs = requests.Session()
        theirs.headers["Authorization"] = f"Bearer {other.token}"
        listed = theirs.get(f"{other.base_url}/drive/v3/files").json()["files"]
        (found,) = (file for file in listed if file["name"] == "Book")
        their_url = f"{other.base_url}/sheets/v4/spreadsheets/{found['id']}"
        tabs = [sheet["properties"] for sheet in theirs.get(their_url).json()["sheets"]]
        key = server.new_spreadsheet("Book", editors=[ROBOT])
        person = server.colleague(key)
        person.rename_tab("Sheet1", "Data")
        for tab in tabs[1:]:
            person.batch({"addSheet": {"properties": {"title": tab["title"], "sheetId": tab["sheetId"]}}})
        person.paste_values("Data", "A1", [["" if cell is None else cell for cell in row] for row in GRID])
        person.paste_values("Second Sheet", "A1", [["a"]])
        api = Api(server)
        yield Pair(theirs, their_url, api, f"{server.base_url}/v4/spreadsheets/{key}")
        api.close()
        theirs.close()


def test_reading_answers_as_was_measured(pair: Pair) -> None:
    # one test for all, because the other server takes seconds to start
    different = {}
    for path, body in [*((path, None) for path in GETS), *POSTS]:
        theirs, ours = pair.answers(path, body)
        if ours != theirs:
            different[path, str(body)] = (ours, theirs)
    assert different == {}
    # the one difference that is known, and proof that the comparison can fail
    theirs, ours = pair.answers("?unknown=1")
    assert (theirs[0], ours[0]) == (200, 400)
