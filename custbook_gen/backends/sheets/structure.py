"""A spreadsheet without its cells: tabs, columns, names, what lies over them, and our notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from custbook_gen.backends.sheets.identity import (
    PROPERTY,
    TAB,
    ColumnNote,
    Generation,
    read_column,
    read_generation,
)
from custbook_gen.backends.sheets.references import reference_of
from custbook_gen.backends.sheets.wire import CELL_LIMIT, Json
from custbook_gen.value_objects import value_object

MASK: Final = (
    "spreadsheetId,properties(title,locale),namedRanges,developerMetadata,"
    "sheets(properties(sheetId,title,hidden,sheetType,gridProperties(rowCount,columnCount)),merges,"
    "developerMetadata,protectedRanges(protectedRangeId),conditionalFormats(booleanRule(condition),"
    "gradientRule(minpoint)),charts(chartId),"
    "data(columnMetadata(developerMetadata)))"
)
"""What is read of a spreadsheet before its cells; small, however many cells it has."""
EMPTINESS: Final = MASK.replace(",data(", ",data(rowData(values(userEnteredValue)),")
"""The same with contents, for a spreadsheet that should have none."""


@value_object
class TabState:
    """One tab as it is."""

    sheet_id: int
    title: str
    key: str
    """The plan's key; empty for a tab that is not ours."""
    size: tuple[int, int]
    hidden: bool
    columns: Mapping[int, ColumnNote]
    """Our columns, by where they stand now (from 1)."""
    merges: tuple[Json, ...]
    formats: int
    """How many conditional formats there are."""
    charts: tuple[int, ...]
    filled: int
    """How many cells hold something; only known where :data:`EMPTINESS` was asked for."""

    @property
    def holds_records(self) -> bool:
        """Whether people work in this tab: its columns have rules."""
        return any(note.rule is not None for note in self.columns.values())

    @property
    def identity_column(self) -> int | None:
        """Where the records' keys stand: the column that was the first."""
        return next((at for at, note in self.columns.items() if note.first), None)


@value_object
class Structure:
    """A spreadsheet as it is, its cells aside."""

    title: str
    tabs: tuple[TabState, ...]
    names: Mapping[str, str]
    name_ids: Mapping[str, str]
    properties: Mapping[str, str]
    property_ids: Mapping[str, int]
    generation: Generation | None

    def tab(self, title: str) -> TabState | None:
        """The tab with this title."""
        return next((tab for tab in self.tabs if tab.title == title), None)

    def tab_of(self, sheet_id: int) -> TabState | None:
        """The tab with this identifier."""
        return next((tab for tab in self.tabs if tab.sheet_id == sheet_id), None)

    @property
    def room(self) -> int:
        """Cells that the spreadsheet may still have."""
        return CELL_LIMIT - sum(rows * columns for rows, columns in (tab.size for tab in self.tabs))


def read_structure(answer: Json) -> Structure:
    """The structure that an answer tells, by :data:`MASK` or :data:`EMPTINESS`."""
    metadata = answer.get("developerMetadata", [])
    sheets = [
        item for item in answer.get("sheets", []) if item["properties"].get("sheetType", "GRID") == "GRID"
    ]
    tabs = tuple(map(_tab, sheets))
    by_id = {tab.sheet_id: tab for tab in tabs}
    names, name_ids = {}, {}
    for item in answer.get("namedRanges", []):
        grid = item.get("range", {})
        tab = by_id.get(grid.get("sheetId", 0))
        name_ids[item["name"]] = item["namedRangeId"]
        if tab is not None:
            names[item["name"]] = reference_of(grid, tab.title, tab.size)
    ours = [item for item in metadata if item.get("metadataKey", "").startswith(PROPERTY)]
    return Structure(
        title=answer.get("properties", {}).get("title", ""),
        tabs=tabs,
        names=names,
        name_ids=name_ids,
        properties={item["metadataKey"]: item.get("metadataValue", "") for item in ours},
        property_ids={item["metadataKey"]: item["metadataId"] for item in ours},
        generation=read_generation(metadata),
    )


def _tab(sheet: Json) -> TabState:
    properties = sheet["properties"]
    grid = properties.get("gridProperties", {})
    notes = {}
    data = sheet.get("data", [])
    for block in data:
        for at, track in enumerate(block.get("columnMetadata", []), block.get("startColumn", 0) + 1):
            note = read_column(track.get("developerMetadata", []))
            if note is not None:
                notes[at] = note
    keys = [
        m.get("metadataValue", "") for m in sheet.get("developerMetadata", []) if m.get("metadataKey") == TAB
    ]
    return TabState(
        sheet_id=properties.get("sheetId", 0),
        title=properties.get("title", ""),
        key=keys[0] if keys else "",
        size=(grid.get("rowCount", 0), grid.get("columnCount", 0)),
        hidden=properties.get("hidden", False),
        columns=notes,
        merges=tuple(sheet.get("merges", [])),
        formats=len(sheet.get("conditionalFormats", [])),
        charts=tuple(chart.get("chartId", 0) for chart in sheet.get("charts", [])),
        filled=sum(
            bool(cell.get("userEnteredValue"))
            for block in data
            for row in block.get("rowData", [])
            for cell in row.get("values", [])
        ),
    )
