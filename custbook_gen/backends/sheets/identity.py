"""By what a spreadsheet knows itself: developer metadata, and identifiers that we choose.

The spreadsheet carries the plan's properties and the *generation*: a token that every write of
ours replaces, in the same batch as its content.  Its identifier follows from the generation
before, so of two programs that read the same state one is refused by Google, whole.  A tab
carries its key, a column its machine key and the plan's rule, which Google can say in another
form only.  All of it moves with what it lies on, and no name of a tab or place is part of it.
"""

from __future__ import annotations

import json
from typing import Final

from custbook_gen.backends.sheets.wire import Json, chosen_id
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Rule, TablePlan

PROPERTY: Final = "custbook-"
"""Begins the keys of a plan's properties."""
GENERATION: Final = "custbook.generation"
TAB: Final = "custbook.tab"
COLUMN: Final = "custbook.column"
WORKBOOK: Final = "custbook-workbook"
"""The property that identifies a workbook."""


@value_object
class Generation:
    """How often a spreadsheet was written by us, and by which run at last."""

    number: int
    nonce: str
    metadata_id: int

    @property
    def digest(self) -> str:
        """What identifies the state of the spreadsheet, as far as our own writing goes."""
        return f"generation {self.number} {self.nonce}"


@value_object
class ColumnNote:
    """What a column's metadata says: its machine key, the plan's rule, whether it shows dates."""

    key: str
    first: bool
    """Whether it was the first column: the one of the records' keys."""
    rule: tuple[str, str, str | None, str | None] | None
    date: bool
    below: int
    """How many rows below the machine keys the records begin."""


def create(metadata_id: int, key: str, value: str, location: Json | None = None) -> Json:
    """The request that makes one piece of metadata; it lies on the spreadsheet unless told otherwise."""
    return {
        "createDeveloperMetadata": {
            "developerMetadata": {
                "metadataId": metadata_id,
                "metadataKey": key,
                "metadataValue": value,
                "location": location or {"spreadsheet": True},
                "visibility": "DOCUMENT",
            }
        }
    }


def delete(metadata_id: int) -> Json:
    """The request that removes one piece of metadata; nothing happens if it is gone."""
    return {
        "deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": {"metadataId": metadata_id}}}
    }


def next_generation(workbook: str, number: int, part: int, nonce: str) -> Generation:
    """The token of a write: of two that follow the same generation only one can be."""
    return Generation(number, nonce, chosen_id(workbook, "generation", number, part))


def claim(token: Generation) -> Json:
    """The request by which a batch takes a generation for itself."""
    value = json.dumps({"number": token.number, "nonce": token.nonce})
    return create(token.metadata_id, GENERATION, value)


def read_generation(metadata: list[Json]) -> Generation | None:
    """The generation that a spreadsheet is at; none if no write of ours ever reached it."""
    found = []
    for item in metadata:
        if item.get("metadataKey") == GENERATION:
            try:
                value = json.loads(item.get("metadataValue", ""))
                found.append(Generation(int(value["number"]), str(value["nonce"]), int(item["metadataId"])))
            except (KeyError, TypeError, ValueError):
                continue  # somebody else's, or damaged: as if there were none
    return max(found, key=lambda token: token.number, default=None)


def tab_note(workbook: str, key: str, sheet_id: int) -> Json:
    """The request that notes a tab's key."""
    return create(chosen_id(workbook, "tab", key), TAB, key, {"sheetId": sheet_id})


def column_note(workbook: str, tab: str, at: int, table: TablePlan, sheet_id: int) -> Json:
    """The request that notes what a column (from 1) of a table is."""
    column = table.columns[at - 1]
    span = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": at - 1, "endIndex": at}
    date = "yy" in column.style.number_format
    said = [column.key, at == 1, told(column.rule), date, table.first_row - table.key_row]
    value = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return create(chosen_id(workbook, "column", tab, column.key), COLUMN, value, {"dimensionRange": span})


def told(rule: Rule | None) -> list[str | None] | None:
    """A plan's rule, as far as anybody compares it."""
    return None if rule is None else [rule.kind, rule.operator, rule.formula1, rule.formula2]


def read_column(metadata: list[Json]) -> ColumnNote | None:
    """What a column says of itself; nothing if it is not one of ours."""
    for item in metadata:
        if item.get("metadataKey") == COLUMN:
            try:
                key, first, rule, date, below = json.loads(item.get("metadataValue", ""))
                known = None if rule is None else (str(rule[0]), str(rule[1]), rule[2], rule[3])
                return ColumnNote(str(key), bool(first), known, bool(date), int(below))
            except (IndexError, TypeError, ValueError):
                return None
    return None
