"""A spreadsheet as the API shows it."""

from __future__ import annotations

from collections.abc import Sequence

from tests.sheets_server import defaults, input_rules, masks
from tests.sheets_server.a1 import Area
from tests.sheets_server.batch.edit import Edit
from tests.sheets_server.batch.metadata import sheet_of
from tests.sheets_server.errors import Json, not_emulated
from tests.sheets_server.evaluate import ShownValues
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.masks import Tree, reaches
from tests.sheets_server.number_formats import formatted
from tests.sheets_server.spreadsheet import Spreadsheet, Tab

BEHAVIOURS = (
    Behaviour(
        "ranges-select-tabs",
        "ranges select tabs as well as cells: a tab that no range touches is not in the answer",
        Evidence.MEASURED,
        "backlot's measurements",
    ),
    Behaviour(
        "mask-decides-grid",
        "a mask decides alone whether cells are sent, whatever includeGridData says",
        Evidence.MEASURED,
        "backlot's measurements",
    ),
    Behaviour(
        "rows-trimmed",
        "rowData ends at the last cell that holds something wanted; a row without any is an empty object",
        Evidence.MEASURED,
        "backlot's measurements, for values; formats and rules by analogy",
    ),
    Behaviour(
        "no-effective-format",
        "effectiveFormat is not emulated and is missing where Google sends it; a mask that names it is "
        "refused",
        Evidence.UNVERIFIED,
        "a limit of this server",
    ),
)

ROW_PIXELS, COLUMN_PIXELS = 21, 100

COMPUTED = ("effectiveValue", "formattedValue")


class Book:
    """One spreadsheet, about to be shown to one person."""

    def __init__(self, book: Spreadsheet, caller: str, tree: Tree) -> None:
        self.book = book
        self.edit = Edit(book, caller)
        self.shown = ShownValues(book)
        self.tree = tree
        self.cell_tree = masks.below(tree, "sheets", "data", "rowData", "values")
        if self.cell_tree and ({"effectiveFormat", "hyperlink", "chipRuns"} & self.cell_tree.keys()):
            raise not_emulated("effectiveFormat, hyperlink and chipRuns of cells")

    def whole(self, areas: Sequence[Area] | None, *, grid: bool) -> Json:
        """The ``Spreadsheet``.

        Args:
            areas: what was asked for; None: everything.
            grid: whether cells are sent.
        """
        book = self.book
        found: Json = {
            "spreadsheetId": book.id,
            "properties": {
                **book.properties,
                "defaultFormat": defaults.FORMAT,
                "spreadsheetTheme": book.properties.get("spreadsheetTheme", defaults.THEME),
            },
            "sheets": [
                self._sheet(tab, [area for area in areas or () if area.tab is tab], grid=grid)
                for tab in book.tabs
                if areas is None or any(area.tab is tab for area in areas)
            ],
            "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.id}/edit",
        }
        names = [name for name in book.named_ranges if "range" in name]
        if names:
            found["namedRanges"] = names
        if grid or self.tree:
            found["commentsViewMode"] = "COMMENTS_VIEW_MODE_OMITTED"
        own = [item for item in book.metadata if sheet_of(item) is None]
        if own:
            found["developerMetadata"] = own
        return found

    def _sheet(self, tab: Tab, areas: Sequence[Area], *, grid: bool) -> Json:
        found: Json = {"properties": tab.properties}
        if grid:
            whole = Area(tab, 0, 0, tab.row_count, tab.column_count)
            found["data"] = [self.grid_data(area) for area in areas or [whole]]
        for kind, items in tab.objects.items():
            if items:
                found[kind] = (
                    [self._protection(item) for item in items] if kind == "protectedRanges" else items
                )
        if tab.basic_filter is not None:
            found["basicFilter"] = tab.basic_filter
        own = [item for item in self.book.metadata if item["location"].get("sheetId") == tab.id]
        if own:
            found["developerMetadata"] = own
        return found

    def _protection(self, item: Json) -> Json:
        """A protection; who may not pass it does not see its editors."""
        if self.edit.may_pass(item):
            return {**item, "requestingUserCanEdit": True}
        return {name: value for name, value in item.items() if name != "editors"}

    def grid_data(self, area: Area) -> Json:
        """One ``GridData``."""
        found: Json = {"startRow": area.top, "startColumn": area.left}
        found = {name: start for name, start in found.items() if start}
        if reaches(self.tree, "sheets", "data", "rowData"):
            rows = [self._row(area, row) for row in range(area.top, area.bottom)]
            while rows and not rows[-1]:
                rows.pop()
            if rows:
                found["rowData"] = rows
        for axis, name in (("ROWS", "rowMetadata"), ("COLUMNS", "columnMetadata")):
            if reaches(self.tree, "sheets", "data", name):
                found[name] = self._tracks(area, axis)
        return found

    def _row(self, area: Area, row: int) -> Json:
        cells = area.tab.rows[row]
        if not cells:
            return {}
        values = [self._cell(area.tab, row, column) for column in range(area.left, area.right)]
        while values and not values[-1]:
            values.pop()
        return {"values": values} if values else {}

    def _cell(self, tab: Tab, row: int, column: int) -> Json:
        cell = tab.cell(row, column)
        if not cell:
            return {}
        wanted = self.cell_tree
        found = {name: item for name, item in cell.items() if not wanted or name in wanted}
        if "dataValidation" in found:
            found["dataValidation"] = input_rules.shown(found["dataValidation"], row, column)
        computed = [name for name in COMPUTED if not wanted or name in wanted]
        if computed and cell.get("userEnteredValue"):
            value = self.shown.effective(tab, row, column)
            if "effectiveValue" in computed:
                found["effectiveValue"] = value
            if "formattedValue" in computed:
                found["formattedValue"] = formatted(value, cell.get("userEnteredFormat", {}))
        return found

    def _tracks(self, area: Area, axis: str) -> list[Json]:
        rows = axis == "ROWS"
        span = range(area.top, area.bottom) if rows else range(area.left, area.right)
        sizes = area.tab.row_properties if rows else area.tab.column_properties
        standard = {"pixelSize": ROW_PIXELS if rows else COLUMN_PIXELS}
        noted: dict[int, list[Json]] = {}
        for item in self.book.metadata:
            place = item["location"].get("dimensionRange", {})
            if place.get("dimension") == axis and sheet_of(item) == area.tab.id:
                noted.setdefault(place["startIndex"], []).append(item)
        tracks: list[Json] = []
        for index in span:
            track: Json = standard | sizes.get(index, {})
            if index in noted:
                track["developerMetadata"] = noted[index]
            tracks.append(track)
        return tracks
