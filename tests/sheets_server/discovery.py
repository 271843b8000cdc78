"""Google's official description of its API, and the check of every body against it.

The description is the discovery document inside the installed ``google-api-python-client`` (Apache-2.0).
The check is
strict: what it accepts, the real server accepts; the real server also takes snake_case names, numbers as
    text and read-only
fields, which nobody should send.
"""

from __future__ import annotations

import importlib.resources
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.sheets_server import conditions, masks
from tests.sheets_server.errors import Json

PAYLOAD_LIMIT = 10_485_760
"""Bytes of a request body; one more is refused."""

ONEOF: dict[str, tuple[str, ...] | None] = {
    "Request": None,
    "Response": None,
    "ColorStyle": None,
    "ExtendedValue": None,
    "ConditionValue": None,
    "DataFilter": None,
    "ConditionalFormatRule": ("booleanRule", "gradientRule"),
    "ProtectedRange": ("range", "namedRangeId", "tableId"),
    "DeveloperMetadataLocation": ("spreadsheet", "sheetId", "dimensionRange"),
    "ChartSpec": (
        "basicChart",
        "pieChart",
        "bubbleChart",
        "candlestickChart",
        "orgChart",
        "histogramChart",
        "waterfallChart",
        "treemapChart",
        "scorecardChart",
    ),
    "ChartData": ("sourceRange", "columnReference"),
    "EmbeddedObjectPosition": ("sheetId", "overlayPosition", "newSheet"),
}
"""Members of which one at most may be set; None: all. The discovery document does not mark them."""

EXACTLY_ONE = frozenset({"Request", "ChartSpec", "ConditionalFormatRule"})

MASK_ROOT = {
    "UpdateCellsRequest": "CellData",
    "RepeatCellRequest": "CellData",
    "AppendCellsRequest": "CellData",
    "UpdateSheetPropertiesRequest": "SheetProperties",
    "UpdateSpreadsheetPropertiesRequest": "SpreadsheetProperties",
    "UpdateProtectedRangeRequest": "ProtectedRange",
    "UpdateNamedRangeRequest": "NamedRange",
    "UpdateBandingRequest": "BandedRange",
    "UpdateFilterViewRequest": "FilterView",
    "UpdateTableRequest": "Table",
    "UpdateDimensionPropertiesRequest": "DimensionProperties",
    "UpdateDimensionGroupRequest": "DimensionGroup",
    "UpdateDeveloperMetadataRequest": "DeveloperMetadata",
    "UpdateEmbeddedObjectPositionRequest": "EmbeddedObjectPosition",
}
"""What the ``fields`` of a request are masks of."""

SENT_NEVERTHELESS = frozenset(
    {("ProtectedRange", "protectedRangeId"), ("ProtectedRange", "requestingUserCanEdit")}
)
"""Fields that are called read-only in words: the first names what an update is about, the other comes from
gspread."""

_PYTHON: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "object": dict,
    "array": list,
}

_SHOWN = {
    "string": "TYPE_STRING",
    "boolean": "TYPE_BOOL",
    "integer": "TYPE_INT32",
    "number": "TYPE_DOUBLE",
    "object": "object",
    "array": "array",
}


@cache
def document(api: str) -> Json:
    """The discovery document of ``sheets.v4`` or ``drive.v3``."""
    folder = importlib.resources.files("googleapiclient.discovery_cache.documents")
    found: Json = json.loads((folder / f"{api}.json").read_text("utf-8"))
    return found


def schemas(api: str = "sheets.v4") -> Json:
    """All message types of an API by name."""
    found: Json = document(api)["schemas"]
    return found


@dataclass(frozen=True)
class Method:
    """One method of the API: how it is called, with what, and what comes back."""

    id: str
    verb: str
    pattern: re.Pattern[str]
    request: str | None
    response: str | None
    parameters: Json
    scopes: frozenset[str]
    api: str


@cache
def methods() -> tuple[Method, ...]:
    """All methods of Sheets and Drive, the most specific path first."""
    found: list[tuple[str, Method]] = []
    for api, base in (("sheets.v4", "/"), ("drive.v3", "/drive/v3/")):
        root = document(api)
        for item in _walk_methods(root):
            path = base + item["path"]
            parameters = {**root["parameters"], **item.get("parameters", {})}
            method = Method(
                id=item["id"],
                verb=item["httpMethod"],
                pattern=_pattern(path),
                request=item.get("request", {}).get("$ref"),
                response=item.get("response", {}).get("$ref"),
                parameters={
                    name: rule for name, rule in parameters.items() if rule.get("location") == "query"
                },
                scopes=frozenset(item.get("scopes", ())),
                api=api,
            )
            found.append((path, method))
    found.sort(key=lambda pair: (pair[0].count("{"), -len(pair[0])))
    return tuple(method for _, method in found)


def _walk_methods(resource: Json) -> list[Json]:
    found = list(resource.get("methods", {}).values())
    for child in resource.get("resources", {}).values():
        found.extend(_walk_methods(child))
    return found


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", path)
    # a range may hold ":", an id may not
    shape = "".join(
        (rf"(?P<{part[1:-1]}>{'.+' if part == '{range}' else '[^/:]+'})")
        if part.startswith("{")
        else re.escape(part)
        for part in parts
    )
    return re.compile(f"^{shape}$")


def find_method(verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
    """The method that a request line calls, with the values in its path (still percent-encoded)."""
    for method in methods():
        if method.verb == verb and (match := method.pattern.match(path)):
            return method, match.groupdict()
    return None


ENUMS = {
    "majorDimension": "Dimension",
    "dimension": "Dimension",
    "valueRenderOption": "ValueRenderOption",
    "responseValueRenderOption": "ValueRenderOption",
    "dateTimeRenderOption": "DateTimeRenderOption",
    "responseDateTimeRenderOption": "DateTimeRenderOption",
    "valueInputOption": "ValueInputOption",
    "commentsViewMode": "CommentsViewMode",
}
"""Field: its enum's name, where it is known."""


def enum_type(field: str) -> str:
    """What a refusal calls the enum of a field."""
    return f"type.googleapis.com/google.apps.sheets.v4.{ENUMS[field]}" if field in ENUMS else "enum"


def snake(name: str) -> str:
    """A JSON name as error paths spell it."""
    return re.sub(r"([A-Z])", lambda match: "_" + match[1].lower(), name)


class Walker:
    """One walk through a body; ``problems`` fills with sentences in the server's own wording."""

    def __init__(self, api: str, *, outgoing: bool) -> None:
        self.schemas = schemas(api)
        # Drive takes and ignores names that it does not know, and marks as read-only what it needs
        self.lax = api == "drive.v3" and outgoing
        self.outgoing = outgoing and not self.lax
        self.problems: list[str] = []

    def walk(self, value: Any, rule: Json, path: str, parent: str = "", key: str = "") -> None:
        """Check one value against one rule of the discovery document."""
        name = rule.get("$ref", "")
        if name:
            rule = self.schemas[name]
        kind = rule.get("type")
        if value is None or kind == "any":
            return
        if not isinstance(value, _PYTHON[str(kind)]) or (kind != "boolean" and isinstance(value, bool)):
            self.problems.append(f"Invalid value at '{path}' ({_SHOWN[str(kind)]}), {json.dumps(value)[:60]}")
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self.walk(item, rule["items"], f"{path}[{index}]", parent)
        elif isinstance(value, dict):
            self._object(value, rule, path, name, parent)
        else:
            self._scalar(value, rule, path, key)

    def _scalar(self, value: Any, rule: Json, path: str, key: str) -> None:
        if rule.get("format") == "int32" and not -(2**31) <= value < 2**31:
            self.problems.append(f"Invalid value at '{path}' (TYPE_INT32), {value}")
        if "enum" in rule and value not in rule["enum"]:
            self.problems.append(f"Invalid value at '{path}' ({enum_type(key)}), {json.dumps(value)}")

    def _object(self, value: Json, rule: Json, path: str, name: str, parent: str) -> None:
        fields = rule.get("properties")
        if fields is None:
            for key, item in value.items():
                self.walk(item, rule.get("additionalProperties", {"type": "any"}), f"{path}[{key}]", parent)
            return
        for key, item in value.items():
            if key not in fields:
                if self.lax:
                    continue
                where = f" at '{path}'" if path else ""
                self.problems.append(
                    f'Invalid JSON payload received. Unknown name "{key}"{where}: Cannot find field.'
                )
            elif self.outgoing and is_read_only(name, key, fields[key]):
                self.problems.append(f"Read-only field '{key}' at '{path}' is sent; the server ignores it")
            else:
                self.walk(item, fields[key], f"{path}.{snake(key)}" if path else snake(key), name, key)
        self._one_of(value, fields, path, name)
        if name == "BooleanCondition":
            self.problems.extend(conditions.problems(value, conditions.USES.get(parent), path))
        if self.outgoing and name in MASK_ROOT:
            self.problems.extend(masks.problems(value.get("fields"), MASK_ROOT[name], self.schemas, path))

    def _one_of(self, value: Json, fields: Json, path: str, name: str) -> None:
        if name not in ONEOF:
            return
        have = [key for key in (ONEOF[name] or fields) if value.get(key) is not None]
        if len(have) > 1:
            self.problems.append(
                f"Invalid value at '{path}' (oneof), oneof field is already set. Cannot set '{have[1]}'"
            )
        elif not have and name in EXACTLY_ONE:
            self.problems.append(
                f"Invalid value at '{path}' (oneof), {name} needs exactly one of its members"
            )


def is_read_only(message: str, key: str, rule: Json) -> bool:
    """Whether the document marks a field as read-only, or says so in words."""
    if (message, key) in SENT_NEVERTHELESS:
        return False
    return bool(rule.get("readOnly")) or "This field is read-only." in rule.get("description", "")


def problems(body: Any, root: str, api: str = "sheets.v4", *, outgoing: bool) -> list[str]:
    """What is wrong with a body, empty if nothing is.

    Args:
        body: parsed JSON.
        root: name of the message type.
        api: whose message type.
        outgoing: whether a client sends it (then masks are checked and read-only fields are refused).
    """
    walker = Walker(api, outgoing=outgoing)
    walker.walk(body, {"$ref": root}, "")
    return walker.problems
