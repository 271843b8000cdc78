"""A whole spreadsheet from one body, and the empty one that a person makes."""

from __future__ import annotations

from tests.sheets_server.batch import metadata, overlays, ranges, tabs
from tests.sheets_server.batch.cells import check_cell, merge_cells, written
from tests.sheets_server.batch.edit import Edit, Handler
from tests.sheets_server.errors import ApiError, Json, not_emulated
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.spreadsheet import Spreadsheet, Tab

BEHAVIOURS = (
    Behaviour(
        "create-whole",
        "spreadsheets.create makes protections, formats, filters, charts, names and metadata along with "
        "the cells",
        Evidence.UNVERIFIED,
        "the discovery document names no field as ignored; tabs and cells are known from production use",
    ),
)

PROPERTIES: Json = {"locale": "en_US", "autoRecalc": "ON_CHANGE", "timeZone": "Etc/GMT"}

ADDED: dict[str, tuple[Handler, str]] = {
    "conditionalFormats": (overlays.add_conditional_format, "rule"),
    "filterViews": (overlays.add_filter_view, "filter"),
    "protectedRanges": (ranges.add_protected_range, "protectedRange"),
    "bandedRanges": (overlays.add_banding, "bandedRange"),
    "charts": (overlays.add_chart, "chart"),
}
"""List of a sheet: the request that adds one item, and the item's name in it."""


def empty(spreadsheet_id: str, title: str, owner: str) -> Spreadsheet:
    """What a person gets from the button for a new spreadsheet."""
    book = Spreadsheet(id=spreadsheet_id, properties={"title": title, **PROPERTIES}, owner=owner)
    tabs.add_tab(Edit(book, owner), {"sheetId": 0, "title": "Sheet1"})
    return book


def from_body(spreadsheet_id: str, body: Json, owner: str) -> Spreadsheet:
    """A spreadsheet from the body of ``spreadsheets.create``.

    Raises:
        ApiError: some part of it is not possible.
    """
    given = {name: value for name, value in body.get("properties", {}).items() if name != "defaultFormat"}
    properties = {"title": "Untitled spreadsheet", **PROPERTIES, **given}
    book = Spreadsheet(id=spreadsheet_id, properties=properties, owner=owner)
    edit = Edit(book, owner)
    sheets = body.get("sheets") or [{"properties": {"sheetId": 0, "title": "Sheet1"}}]
    try:
        made = [(tabs.add_tab(edit, sheet.get("properties", {})), sheet) for sheet in sheets]
        for name in body.get("namedRanges", []):
            ranges.add_named_range(edit, {"namedRange": name})
        for item in body.get("developerMetadata", []):
            metadata.add(edit, {**item, "location": item.get("location", {"spreadsheet": True})})
        for tab, sheet in made:
            _fill(edit, tab, sheet)
    except ApiError as error:
        if error.code != 400:
            raise
        raise ApiError(400, f"Invalid value at 'sheets': {error.message}") from error
    return book


def _fill(edit: Edit, tab: Tab, sheet: Json) -> None:
    for unknown in {"slicers", "tables", "commentAnchors"} & sheet.keys():
        raise not_emulated(f"Sheet.{unknown} at creation")
    for grid in sheet.get("data", []):
        _fill_grid(edit, tab, grid)
    for grid_range in sheet.get("merges", []):
        merge_cells(edit, {"range": grid_range})
    for kind, (handler, key) in ADDED.items():
        for index, item in enumerate(sheet.get(kind, [])):
            handler(edit, {key: item, "index": index} if kind == "conditionalFormats" else {key: item})
    if "basicFilter" in sheet:
        overlays.set_basic_filter(edit, {"filter": sheet["basicFilter"]})
    for kind in ("rowGroups", "columnGroups"):
        for group in sheet.get(kind, []):
            overlays.add_dimension_group(edit, {"range": group["range"]})
    for item in sheet.get("developerMetadata", []):
        metadata.add(edit, {**item, "location": item.get("location", {"sheetId": tab.id})})


def _fill_grid(edit: Edit, tab: Tab, grid: Json) -> None:
    top, left = grid.get("startRow", 0), grid.get("startColumn", 0)
    for row, data in enumerate(grid.get("rowData", []), top):
        for column, cell in enumerate(data.get("values", []), left):
            if row >= tab.row_count or column >= tab.column_count:
                raise ApiError(400, f"Cell data of sheet {tab.id} lies outside its grid")
            check_cell(edit, cell)
            tab.put(row, column, written({}, cell, {}, (row, column)))
    tracks = (
        ("rowMetadata", "ROWS", top, tab.row_properties),
        ("columnMetadata", "COLUMNS", left, tab.column_properties),
    )
    for name, axis, start, sizes in tracks:
        for index, track in enumerate(grid.get(name, []), start):
            sizes[index] = {
                key: value for key, value in track.items() if key in {"pixelSize", "hiddenByUser"}
            }
            span = {"sheetId": tab.id, "dimension": axis, "startIndex": index, "endIndex": index + 1}
            for item in track.get("developerMetadata", []):
                metadata.add(edit, {**item, "location": {"dimensionRange": span}})
