"""Bodies of the local Sheets server against Google's discovery document, by two validators."""

from __future__ import annotations

import importlib.resources
import json
from typing import Any

import pytest

from tests.sheets_clients import Api
from tests.sheets_server import SheetsServer, checker, conditions, discovery
from tests.sheets_server.service import ROUTES
from tests.sheets_server.zeros import DROPPED

Json = dict[str, Any]
RANGE: Json = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 5}


def found(*requests: Json) -> list[str]:
    return discovery.problems({"requests": list(requests)}, "BatchUpdateSpreadsheetRequest", outgoing=True)


def rule(kind: str, *values: str) -> Json:
    return {"condition": {"type": kind, "values": [{"userEnteredValue": value} for value in values]}}


def validation(kind: str, *values: str) -> Json:
    return {"setDataValidation": {"range": RANGE, "rule": rule(kind, *values)}}


def conditional(kind: str, *values: str) -> Json:
    return {"addConditionalFormatRule": {"rule": {"ranges": [RANGE], "booleanRule": rule(kind, *values)}}}


def test_good_requests_have_no_problems() -> None:
    title = {"sheetId": 1, "title": "T", "tabColorStyle": {"rgbColor": {"red": 0.5}}}
    assert found(
        {"addSheet": {"properties": title}},
        validation("ONE_OF_RANGE", "=Lists!$A$2:$A$61"),
        conditional("CUSTOM_FORMULA", "=$A1>1"),
        {"repeatCell": {"cell": {"note": "n"}, "fields": "note,userEnteredFormat(borders/top)"}},
        {"updateSheetProperties": {"properties": {"sheetId": 0}, "fields": "gridProperties.frozenRowCount"}},
    ) == []  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        (
            {"setDataValidation": {"range": {"startRow": 1}}},
            "Unknown name \"startRow\" at 'requests[0].set_data_validation.range': Cannot find field.",
        ),
        (
            {"setDataValidation": {"range": {"sheetId": 3_000_000_000}}},
            "Invalid value at 'requests[0].set_data_validation.range.sheet_id' (TYPE_INT32), 3000000000",
        ),
        (
            {"setDataValidation": {"range": {"sheetId": "0"}}},
            "Invalid value at 'requests[0].set_data_validation.range.sheet_id' (TYPE_INT32), \"0\"",
        ),
        (
            {"mergeCells": {"range": RANGE, "mergeType": "ALL"}},
            "Invalid value at 'requests[0].merge_cells.merge_type' (enum), \"ALL\"",
        ),
        ({}, "Invalid value at 'requests[0]' (oneof), Request needs exactly one of its members"),
        (
            {"addSheet": {}, "deleteSheet": {}},
            "Invalid value at 'requests[0]' (oneof), oneof field is already set. Cannot set 'deleteSheet'",
        ),
        (
            {"repeatCell": {"range": RANGE, "fields": "userEnteredFormat.numFormat"}},
            "'requests[0].repeat_cell.fields': Error expanding 'fields' parameter. Cannot find matching",
        ),
        (
            {"repeatCell": {"range": RANGE, "fields": ""}},
            "'requests[0].repeat_cell.fields': at least one field must be listed in 'fields'",
        ),
        (
            validation("TEXT_STARTS_WITH", "a"),
            "Invalid value at 'requests[0].set_data_validation.rule.condition.type': ConditionType",
        ),
        (
            conditional("ONE_OF_LIST", "a"),
            "Invalid value at 'requests[0].add_conditional_format_rule.rule.boolean_rule.condition.type':",
        ),
        (
            validation("NUMBER_BETWEEN", "1"),
            "Invalid value at 'requests[0].set_data_validation.rule.condition.values': ConditionType",
        ),
        (
            {"repeatCell": {"cell": {"userEnteredValue": {"boolValue": True, "numberValue": 1}}}},
            "Invalid value at 'requests[0].repeat_cell.cell.user_entered_value' (oneof)",
        ),
    ],
)  # fmt: skip
def test_bad_requests_are_refused_in_the_servers_words(request_: Json, problem: str) -> None:
    problems = found(request_)
    assert [text for text in problems if problem in text], problems


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (
            {"updateSheetProperties": {"properties": {"dataSourceSheetProperties": {}}, "fields": "title"}},
            "dataSourceSheetProperties",
        ),
        (
            {"updateCells": {"rows": [{"values": [{"formattedValue": "x"}]}], "fields": "note"}},
            "formattedValue",
        ),
    ],
)
def test_fields_that_google_calls_read_only_are_refused(request_: Json, field: str) -> None:
    (problem,) = found(request_)
    assert problem.startswith(f"Read-only field '{field}'")


def test_chosen_ids_are_not_read_only_whatever_the_documentation_says() -> None:
    assert found({"addProtectedRange": {"protectedRange": {"protectedRangeId": 5, "range": RANGE}}}) == []


def test_rules_for_conditions_are_those_of_the_documentation() -> None:
    rules = conditions.rules()
    allowed = {name for name, one in rules.items() if "data validation" in one.uses}
    assert {"ONE_OF_LIST", "DATE_ON_OR_BEFORE", "CUSTOM_FORMULA", "TEXT_IS_URL", "BOOLEAN"} <= allowed
    assert not {"BLANK", "NOT_BLANK", "TEXT_ENDS_WITH", "TEXT_NOT_EQ"} & allowed
    formats = {name for name, one in rules.items() if "conditional formatting" in one.uses}
    assert {"NOT_BLANK", "CUSTOM_FORMULA", "DATE_BEFORE"} <= formats
    assert not {"DATE_BETWEEN", "ONE_OF_RANGE", "BOOLEAN"} & formats
    assert (rules["ONE_OF_LIST"].least, rules["ONE_OF_LIST"].most) == (1, float("inf"))
    assert (rules["BOOLEAN"].least, rules["BOOLEAN"].most) == (0, 2)


def test_every_method_that_is_emulated_is_checked_by_the_second_validator_too() -> None:
    assert {route.kind for route in ROUTES.values()} == set(checker.MESSAGES)


def test_the_second_validator_agrees_with_what_travelled(
    shared_sheets_server: SheetsServer, sheets_api: Api, sheet_key: str
) -> None:
    begin = len(shared_sheets_server.requests)
    sheets_api.batch(
        sheet_key, {"addSheet": {"properties": {"title": "X"}}}, validation("NUMBER_GREATER", "1")
    )
    sheets_api.get(sheet_key, includeGridData="true")
    sheets_api.batch(sheet_key, {"addSheet": {"properties": {"title": "X"}}})
    sheets_api("GET", f"/v4/spreadsheets/{sheet_key}/values:batchGet", None, ranges="A1:B2")
    log = shared_sheets_server.requests[begin:]
    assert checker.problems(log) == []
    assert checker.kinds(log) == {"batchUpdate": 2, "get": 1, "values.batchGet": 1}
    assert 0 < checker.largest_body(log) < checker.RECOMMENDED


def test_the_second_validator_sees_what_is_wrong(
    shared_sheets_server: SheetsServer, sheets_api: Api, sheet_key: str
) -> None:
    begin = len(shared_sheets_server.requests)
    sheets_api.batch(sheet_key, {"addSheet": {"properties": {"titel": "X"}}})
    sheets_api.batch(sheet_key, {"addSheet": {}, "deleteSheet": {}})
    sheets_api("DELETE", f"/drive/v3/files/{sheet_key}")
    shared_sheets_server.broken.clear()
    log = shared_sheets_server.requests[begin:]
    answered = shared_sheets_server.requests[begin - 1 : begin]
    for entry in answered:
        entry.raw_answer = b'{"invented": 1}'
    problems = "\n".join(checker.problems([*log, *answered]))
    assert "'titel' was unexpected" in problems
    assert "has too many properties" in problems
    assert "is no method that anybody should call" in problems


def test_an_answer_that_google_could_not_give_is_the_servers_fault() -> None:
    invented = {"spreadsheetId": "1", "replies": [{"addSheet": {"properties": {"name": "x"}}}]}
    problems = discovery.problems(invented, "BatchUpdateSpreadsheetResponse", outgoing=False)
    assert len(problems) == 1
    assert "Unknown name \"name\" at 'replies[0].add_sheet.properties'" in problems[0]


def test_what_is_not_listed_as_dropped_has_a_field_of_that_name() -> None:
    folder = importlib.resources.files("googleapiclient.discovery_cache.documents")
    known = json.loads((folder / "sheets.v4.json").read_text("utf-8"))["schemas"]
    assert {
        name: fields - set(known[name]["properties"]) for name, fields in DROPPED.items()
    } == dict.fromkeys(DROPPED, frozenset())
