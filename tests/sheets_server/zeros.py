"""Fields that the wire drops when they hold their type's zero value, as proto3 does for fields without
presence."""

from __future__ import annotations

from typing import Any

from tests.sheets_server.discovery import schemas
from tests.sheets_server.errors import Json
from tests.sheets_server.evidence import Behaviour, Evidence

BEHAVIOURS = (
    Behaviour(
        "sheet-id-zero-dropped",
        "sheetId 0 is missing from grid ranges although properties say sheetId 0",
        Evidence.RECORDED,
        "gspread's recordings",
    ),
    Behaviour(
        "grid-starts-zero-dropped",
        "startRow and startColumn of grid data are missing when 0",
        Evidence.MEASURED,
        "backlot's measurements",
    ),
    Behaviour(
        "other-zeros-dropped",
        "false flags, and zeros in anchors and dimension ranges, are missing too",
        Evidence.UNVERIFIED,
        "our reading of proto3; readers should take both forms",
    ),
)

DROPPED: dict[str, frozenset[str]] = {
    "SheetProperties": frozenset({"hidden", "rightToLeft"}),
    "GridProperties": frozenset(
        {
            "frozenRowCount",
            "frozenColumnCount",
            "hideGridlines",
            "rowGroupControlAfter",
            "columnGroupControlAfter",
        }
    ),
    "GridRange": frozenset({"sheetId"}),
    "DimensionRange": frozenset({"sheetId"}),
    "GridCoordinate": frozenset({"sheetId", "rowIndex", "columnIndex"}),
    "GridData": frozenset({"startRow", "startColumn"}),
    "ProtectedRange": frozenset({"warningOnly", "requestingUserCanEdit"}),
    "Editors": frozenset({"domainUsersCanEdit"}),
    "DataValidationRule": frozenset({"strict", "showCustomUi"}),
    "DimensionProperties": frozenset({"hiddenByUser", "hiddenByFilter"}),
    "DimensionGroup": frozenset({"collapsed"}),
}
"""Message type: fields without presence."""


def dropped(value: Any, root: str) -> Any:
    """A body without such zeros; it shares what is unchanged."""
    known = schemas()
    rules: dict[int, Any] = {}

    def walk(value: Any, rule: Json) -> Any:
        if isinstance(value, list):
            return [walk(item, rule["items"]) for item in value]
        if not isinstance(value, dict):
            return value
        name = rule.get("$ref", "")
        fields = (known[name] if name else rule).get("properties")
        if fields is None:
            return value
        if name == "DataValidationRule" and id(value) in rules:
            return rules[id(value)]
        drop = DROPPED.get(name, frozenset())
        shown = {
            key: walk(item, fields[key]) if isinstance(item, dict | list) else item
            for key, item in value.items()
            if not (key in drop and item in (0, False))
        }
        if name == "DataValidationRule":
            rules[id(value)] = shown
        return shown

    return walk(value, {"$ref": root})
