"""Whatever Google's schema allows is answered by the local Sheets server, never by a fault of its own.

The same requests are tried in every run; with the environment's ``CUSTBOOK_EXPLORE`` new ones are.
"""

from __future__ import annotations

import json
import math
import os
from functools import cache
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.sheets_server import ApiError, discovery
from tests.sheets_server.batch.dispatch import HANDLERS
from tests.sheets_server.creation import empty
from tests.sheets_server.identities import CONSENT, Grant
from tests.sheets_server.service import Service

Json = dict[str, Any]

EXPLORED = os.environ.get("CUSTBOOK_EXPLORE")
OWNER = "owner@example.com"
GRANT = Grant(OWNER, frozenset(CONSENT), math.inf)
TEXTS = [
    "",
    "A1",
    "Sheet1!A1:B2",
    "=A1+B2",
    "=SUM(Sheet1!A:A)",
    "name",
    OWNER,
    "x" * 101,
    "Sheet1",
    "'",
    "=B$2:C",
]
CONDITIONS = [
    {"type": "NUMBER_GREATER", "values": [{"userEnteredValue": "1"}]},
    {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=$A1>B1"}]},
    {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": "=Sheet1!A1:A3"}]},
    {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "a"}, {"userEnteredValue": "b"}]},
    {"type": "NOT_BLANK"},
]


USUAL = """
    range dimension protectedRange namedRange bandedRange filter chart rule properties cell
    developerMetadata dataFilter dataFilters source dimensions spec position overlayPosition
    anchorCell metadataKey visibility location ranges condition title name rows startIndex endIndex
    destinationIndex developerMetadataLookup sortSpecs basicChart rowProperties
"""
"""Fields that are there more often than not, because little is possible without them."""


@cache
def bodies(name: str, depth: int) -> st.SearchStrategy[Any]:
    """Objects of a message type: some of their fields, the usual ones more often."""
    if name == "BooleanCondition":
        return st.sampled_from(CONDITIONS)
    chosen = {
        key: values(rule, depth - 1)
        for key, rule in discovery.schemas()[name].get("properties", {}).items()
        if (depth > 0 or "$ref" not in rule.get("items", rule))
        and not discovery.is_read_only(name, key, rule)
    }
    if name in discovery.MASK_ROOT:
        inside = sorted(discovery.schemas()[discovery.MASK_ROOT[name]]["properties"])
        chosen["fields"] = st.sampled_from(["*", *inside])
    if "sheetId" in chosen:
        chosen["sheetId"] = st.sampled_from([0, 0, 0, 7])
    if "dimension" in chosen:
        chosen["dimension"] = st.sampled_from(["ROWS", "COLUMNS"])
    for key in chosen.keys() & {"endIndex", "endRowIndex", "endColumnIndex"}:
        chosen[key] = st.integers(2, 6)
    names = sorted(chosen)
    usual = [key for key in names if key in USUAL.split() or key == "fields"]
    some = st.lists(st.sampled_from(names or ["none"]), max_size=3, unique=True)
    return st.tuples(some, st.integers(0, 9)).flatmap(
        lambda drawn: st.fixed_dictionaries(
            {key: chosen[key] for key in _possible(name, drawn[0] + usual * (drawn[1] > 0), names)}
        )
    )


def _possible(name: str, keys: list[str], names: list[str]) -> list[str]:
    """The fields that exist, without those that exclude each other."""
    keys = [key for key in dict.fromkeys(keys) if key in names]
    if name not in discovery.ONEOF:
        return keys
    members = [key for key in keys if key in (discovery.ONEOF[name] or names)]
    return [key for key in keys if key not in members[1:]]


def values(rule: Json, depth: int) -> st.SearchStrategy[Any]:
    """Values that a rule of the discovery document allows."""
    if "$ref" in rule:
        return st.deferred(lambda: bodies(rule["$ref"], depth))
    if "enum" in rule:
        return st.sampled_from(rule["enum"])
    if rule["type"] == "array":
        return st.lists(values(rule["items"], depth), max_size=2)
    plain: dict[str, st.SearchStrategy[Any]] = {
        "string": st.sampled_from(TEXTS),
        "integer": st.integers(-1, 4),
        "number": st.floats(-5, 5),
        "boolean": st.booleans(),
        "object": st.just({}),
        "any": st.just(1),
    }
    return plain[rule["type"]]


def requests(kind: str) -> st.SearchStrategy[Json]:
    """Requests of one kind."""
    reference = discovery.schemas()["Request"]["properties"][kind]["$ref"]
    return bodies(reference, 5).map(lambda body: {kind: body})


SIZE = {"rowCount": 6, "columnCount": 4}
AREA = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 1}
COLUMN = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
NOTE = {"metadataId": 1, "metadataKey": "k", "visibility": "DOCUMENT", "location": {"dimensionRange": COLUMN}}
CELLS = [
    {"userEnteredValue": {"numberValue": 1}},
    {"userEnteredValue": {"formulaValue": "=A1*2"}},
    {"note": "n"},
]
SOURCE = {"sourceRange": {"sources": [AREA]}}
CHART = {
    "spec": {"pieChart": {"domain": SOURCE}},
    "position": {"overlayPosition": {"anchorCell": {"rowIndex": 3}}},
}
SEED: list[Json] = [
    {"addSheet": {"properties": {"sheetId": 7, "title": "Other", "gridProperties": SIZE}}},
    {
        "updateCells": {
            "start": {"sheetId": 0},
            "rows": [{"values": CELLS}],
            "fields": "userEnteredValue,note",
        }
    },
    {"setDataValidation": {"range": AREA, "rule": {"condition": CONDITIONS[1]}}},
    {"addNamedRange": {"namedRange": {"namedRangeId": "name", "name": "name", "range": AREA}}},
    {"addProtectedRange": {"protectedRange": {"protectedRangeId": 1, "range": {"sheetId": 7}}}},
    {"addProtectedRange": {"protectedRange": {"protectedRangeId": 2, "namedRangeId": "name"}}},
    {"setBasicFilter": {"filter": {"range": AREA, "filterSpecs": [{"columnIndex": 0}]}}},
    {"addFilterView": {"filter": {"filterViewId": 1, "range": AREA}}},
    {"addBanding": {"bandedRange": {"bandedRangeId": 1, "range": AREA, "rowProperties": {}}}},
    {"addConditionalFormatRule": {"rule": {"ranges": [AREA], "booleanRule": {"condition": CONDITIONS[1]}}}},
    {"addChart": {"chart": {"chartId": 1, **CHART}}},
    {"mergeCells": {"range": {**AREA, "startColumnIndex": 2, "endColumnIndex": 4}}},
    {"addDimensionGroup": {"range": COLUMN}},
    {"createDeveloperMetadata": {"developerMetadata": NOTE}},
]


@example([{"updateChartSpec": {"chartId": 1}}])
@settings(max_examples=300, derandomize=EXPLORED is None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(sorted(HANDLERS)).flatmap(requests), min_size=1, max_size=3))
def test_every_batch_is_answered_and_leaves_a_spreadsheet_that_can_be_read(batch: list[Json]) -> None:
    service = Service()
    book = empty("1book", "Book", OWNER)
    service.files.keep(book)
    path = "/v4/spreadsheets/1book"
    assert len(_send(service, "POST", f"{path}:batchUpdate", {"requests": SEED})["replies"]) == len(SEED)
    for request in batch:
        before = service.files.spreadsheets["1book"]
        refused = _refusal(service, path, request)
        assert refused in {0, 400, 501}
        assert (service.files.spreadsheets["1book"] is before) == bool(refused)
    # the service itself checks that Google's schema knows the answer
    _send(service, "GET", path, None)


def _refusal(service: Service, path: str, request: Json) -> int:
    """The status that refuses a request, 0 if it was done."""
    try:
        _send(service, "POST", f"{path}:batchUpdate", {"requests": [request]})
    except ApiError as error:
        return error.code
    return 0


def _send(service: Service, verb: str, path: str, body: Json | None) -> Json:
    raw = b"" if body is None else json.dumps(body).encode()
    return service.answer(verb, path, {}, raw, GRANT)
