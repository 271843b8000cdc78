"""A second opinion on the traffic: JSON Schema made of the discovery document, checked by ``jsonschema``.

It shares no code with the server's own walker. Long lists are checked at their first and last items only,
because a general
validator needs a minute for what the walker does in a second.
"""

from __future__ import annotations

import copy
import importlib.resources
import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

import jsonschema

from tests.sheets_server.call import Logged

Json = dict[str, Any]

HARD_LIMIT = 10_485_760
RECOMMENDED = 2_000_000
EDGE = 40
"""Items at either end of a long list that are checked."""

MESSAGES: dict[str, tuple[str, str | None, str]] = {
    "create": ("sheets.v4", "Spreadsheet", "Spreadsheet"),
    "get": ("sheets.v4", None, "Spreadsheet"),
    "getByDataFilter": ("sheets.v4", "GetSpreadsheetByDataFilterRequest", "Spreadsheet"),
    "batchUpdate": ("sheets.v4", "BatchUpdateSpreadsheetRequest", "BatchUpdateSpreadsheetResponse"),
    "values.get": ("sheets.v4", None, "ValueRange"),
    "values.batchGet": ("sheets.v4", None, "BatchGetValuesResponse"),
    "values.batchGetByDataFilter": (
        "sheets.v4",
        "BatchGetValuesByDataFilterRequest",
        "BatchGetValuesByDataFilterResponse",
    ),
    "values.update": ("sheets.v4", "ValueRange", "UpdateValuesResponse"),
    "values.batchUpdate": ("sheets.v4", "BatchUpdateValuesRequest", "BatchUpdateValuesResponse"),
    "values.clear": ("sheets.v4", "ClearValuesRequest", "ClearValuesResponse"),
    "values.batchClear": ("sheets.v4", "BatchClearValuesRequest", "BatchClearValuesResponse"),
    "metadata.get": ("sheets.v4", None, "DeveloperMetadata"),
    "metadata.search": ("sheets.v4", "SearchDeveloperMetadataRequest", "SearchDeveloperMetadataResponse"),
    "drive.create": ("drive.v3", None, "File"),
    "drive.get": ("drive.v3", None, "File"),
    "drive.share": ("drive.v3", None, "Permission"),
    "drive.permissions": ("drive.v3", None, "PermissionList"),
}
"""Kind of request: its API and the message types of its body and of its answer."""

ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "status"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "integer", "minimum": 400, "maximum": 599},
                "message": {"type": "string", "minLength": 1},
                "status": {"type": "string", "pattern": "^[A-Z_]+$"},
                "details": {"type": "array", "items": {"type": "object", "required": ["@type"]}},
                "errors": {"type": "array", "items": {"type": "object", "required": ["message", "reason"]}},
            },
        }
    },
}


@cache
def _validator(api: str, root: str, *, sent: bool) -> Any:
    folder = importlib.resources.files("googleapiclient.discovery_cache.documents")
    known: Json = json.loads((folder / f"{api}.json").read_text("utf-8"))["schemas"]
    definitions = {name: _translated(rule, sent=sent) for name, rule in known.items()}
    if sent:
        definitions["Request"]["minProperties"] = definitions["Request"]["maxProperties"] = 1
        for name in ("ExtendedValue", "ColorStyle", "DataFilter", "ConditionValue"):
            definitions.get(name, {})["maxProperties"] = 1
    return jsonschema.Draft202012Validator({"$defs": definitions, "$ref": f"#/$defs/{root}"})


def _translated(rule: Json, *, sent: bool) -> Json:
    if "$ref" in rule:
        return {"$ref": f"#/$defs/{rule['$ref']}"}
    if rule["type"] == "any":
        return {}
    found: Json = {"type": rule["type"]}
    if "enum" in rule:
        found["enum"] = rule["enum"]
    if rule.get("format") == "int32":
        found |= {"minimum": -(2**31), "maximum": 2**31 - 1}
    if "items" in rule:
        found["items"] = _translated(rule["items"], sent=sent)
    if "properties" in rule:
        found["additionalProperties"] = False
        found["properties"] = {
            name: _translated(field, sent=sent)
            for name, field in rule["properties"].items()
            if not (sent and field.get("readOnly"))
        }
    elif "additionalProperties" in rule:
        found["additionalProperties"] = _translated(rule["additionalProperties"], sent=sent)
    return found


def problems(log: Iterable[Logged]) -> list[str]:
    """What in a server's log does not fit Google's schema, one sentence each; empty if all does."""
    found: list[str] = []
    for number, entry in enumerate(log, 1):
        if entry.kind == "token":
            continue
        where = f"request {number} ({entry.kind})"
        found.extend(f"{where}: {text}" for text in _problems(entry))
    return found


def _problems(entry: Logged) -> list[str]:
    if entry.kind not in MESSAGES:
        return [f"{entry.method} {entry.path} is no method that anybody should call"]
    api, sent, answered = MESSAGES[entry.kind]
    found: list[str] = []
    if len(entry.raw_body) > HARD_LIMIT:
        found.append(f"a body of {len(entry.raw_body)} bytes")
    if sent is not None and entry.raw_body:
        found.extend(f"sent {text}" for text in _errors(_validator(api, sent, sent=True), entry.body))
    if entry.status == 200:
        found.extend(
            f"answered {text}" for text in _errors(_validator(api, answered, sent=False), entry.answer)
        )
    elif entry.status:
        found.extend(
            f"refused {text}" for text in _errors(jsonschema.Draft202012Validator(ERROR), entry.answer)
        )
    return found


def _errors(validator: Any, body: Any) -> list[str]:
    errors = list(validator.iter_errors(_shortened(body)))
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors[:5]]


def _shortened(value: Any) -> Any:
    if isinstance(value, list):
        kept = value if len(value) <= 2 * EDGE else [*value[:EDGE], *value[-EDGE:]]
        return [_shortened(item) for item in kept]
    if isinstance(value, dict):
        # null is unset, as gspread's recordings show
        return {name: _shortened(item) for name, item in value.items() if item is not None}
    return copy.copy(value)


def kinds(log: Iterable[Logged]) -> Counter[str]:
    """How many requests of each kind, tokens aside."""
    return Counter(entry.kind for entry in log if entry.kind != "token")


def largest_body(log: Iterable[Logged]) -> int:
    """Bytes of the largest body that was sent."""
    return max((len(entry.raw_body) for entry in log), default=0)
