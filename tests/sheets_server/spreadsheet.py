"""What a spreadsheet is made of while the server holds it.

A cell is the part of ``CellData`` that a user can write; it and the mappings inside it are never changed
in place, so that
a copy of a spreadsheet shares them. Everything else is kept as the API's own JSON.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.sheets_server.errors import ApiError, Json, bad
from tests.sheets_server.evidence import Behaviour, Evidence

BEHAVIOURS = (
    Behaviour(
        "ten-million-cells",
        "a spreadsheet has at most 10 million cells, empty ones included, and 200 tabs",
        Evidence.UNVERIFIED,
        "help pages; the wording of the refusals is from reports of users for cells and ours for tabs",
    ),
)

Cell = Mapping[str, Any]
Row = dict[int, Cell]

EMPTY: Cell = {}
CELL_LIMIT = 10_000_000
"""Cells of all grids of a spreadsheet together, empty ones included."""

TEXT_LIMIT = 50_000
"""Characters in one cell."""

COLUMN_LIMIT = 18_278
TAB_LIMIT = 200

OBJECTS = (
    "merges",
    "conditionalFormats",
    "filterViews",
    "protectedRanges",
    "bandedRanges",
    "charts",
    "rowGroups",
    "columnGroups",
)
"""Lists of a ``Sheet`` that live beside its grid."""

DEFAULT_ROWS, DEFAULT_COLUMNS = 1000, 26


@dataclass
class Tab:
    """One sheet: its properties, its grid, and what lies over the grid."""

    properties: Json
    rows: list[Row]
    row_properties: dict[int, Json] = field(default_factory=dict)
    column_properties: dict[int, Json] = field(default_factory=dict)
    objects: dict[str, list[Json]] = field(default_factory=lambda: {name: [] for name in OBJECTS})
    basic_filter: Json | None = None

    @property
    def id(self) -> int:
        """``sheetId``."""
        return int(self.properties["sheetId"])

    @property
    def title(self) -> str:
        """The name on the tab."""
        return str(self.properties["title"])

    @property
    def grid(self) -> Json:
        """``gridProperties``."""
        found: Json = self.properties["gridProperties"]
        return found

    @property
    def row_count(self) -> int:
        """Rows of the grid, empty ones included."""
        return len(self.rows)

    @property
    def column_count(self) -> int:
        """Columns of the grid, empty ones included."""
        return int(self.grid["columnCount"])

    def cell(self, row: int, column: int) -> Cell:
        """The cell at a position counted from 0."""
        return self.rows[row].get(column, EMPTY)

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Replace a cell."""
        if cell:
            self.rows[row][column] = cell
        else:
            self.rows[row].pop(column, None)

    def copy(self) -> Tab:
        """An independent copy that shares the unchangeable cells."""
        return replace(
            self,
            properties=copy.deepcopy(self.properties),
            rows=[dict(row) for row in self.rows],
            row_properties=dict(self.row_properties),
            column_properties=dict(self.column_properties),
            objects=copy.deepcopy(self.objects),
            basic_filter=copy.deepcopy(self.basic_filter),
        )


@dataclass
class Spreadsheet:
    """A file: tabs, names, metadata, who may do what, and how often it changed."""

    id: str
    properties: Json
    owner: str
    tabs: list[Tab] = field(default_factory=list)
    named_ranges: list[Json] = field(default_factory=list)
    metadata: list[Json] = field(default_factory=list)
    permissions: dict[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    by_app: bool = False
    """Whether a program made it, through the API, and not a person in the browser."""
    upload: str = ""
    """What it really is, where somebody uploaded it and it is no spreadsheet of Google: ``xlsx``, ``pdf``."""
    version: int = 1
    modified: str = ""
    next_id: int = 1_700_000_001
    calculated: Any = field(default=None, repr=False)
    """All formulas calculated, once they were needed; never part of a draft."""

    def copy(self) -> Spreadsheet:
        """A draft to work on; the original stays as it is until the draft takes its place."""
        return replace(
            self,
            properties=copy.deepcopy(self.properties),
            tabs=[tab.copy() for tab in self.tabs],
            named_ranges=copy.deepcopy(self.named_ranges),
            metadata=copy.deepcopy(self.metadata),
            permissions=dict(self.permissions),
            calculated=None,
        )

    def new_id(self) -> int:
        """A number for an object that the caller did not number."""
        self.next_id += 7919
        return self.next_id

    def tab(self, sheet_id: int) -> Tab:
        """The tab with an id.

        Raises:
            ApiError: there is none.
        """
        for tab in self.tabs:
            if tab.id == sheet_id:
                return tab
        raise bad(f"No grid with id: {sheet_id}")

    def tab_titled(self, title: str) -> Tab | None:
        """The tab with a title, whatever the case of its letters."""
        return next((tab for tab in self.tabs if tab.title.casefold() == title.casefold()), None)

    def renumber(self) -> None:
        """Make every ``index`` the tab's position."""
        for index, tab in enumerate(self.tabs):
            tab.properties["index"] = index

    def check_size(self) -> None:
        """Refuse a spreadsheet with more cells than the product allows.

        Raises:
            ApiError: too many cells or tabs.
        """
        cells = sum(tab.row_count * tab.column_count for tab in self.tabs)
        if cells > CELL_LIMIT:
            raise bad(
                f"This action would increase the number of cells in the workbook above the limit of "
                f"{CELL_LIMIT} cells."
            )
        if len(self.tabs) > TAB_LIMIT:
            raise bad(
                f"This action would increase the number of sheets above the limit of {TAB_LIMIT} sheets."
            )

    def may_edit(self, email: str) -> bool:
        """Whether a person may change the file at all."""
        return email == self.owner or self.permissions.get(email) in {
            "writer",
            "owner",
            "organizer",
            "fileOrganizer",
        }

    def may_read(self, email: str) -> bool:
        """Whether a person may open the file."""
        return email == self.owner or email in self.permissions


def new_tab(sheet_id: int, title: str, properties: Json) -> Tab:
    """A tab with an empty grid.

    Raises:
        ApiError: sizes that no grid can have.
    """
    grid = {"rowCount": DEFAULT_ROWS, "columnCount": DEFAULT_COLUMNS} | properties.get("gridProperties", {})
    if grid["rowCount"] < 1 or grid["columnCount"] < 1 or grid["columnCount"] > COLUMN_LIMIT:
        raise bad(f"A grid of {grid['rowCount']} rows and {grid['columnCount']} columns is not possible")
    if grid["rowCount"] * grid["columnCount"] > CELL_LIMIT:
        raise ApiError(
            400,
            f"This action would increase the number of cells in the workbook above the limit of "
            f"{CELL_LIMIT} cells.",
        )
    base = {"sheetId": sheet_id, "title": title, "index": 0, "sheetType": "GRID"}
    made = (
        base | {key: value for key, value in properties.items() if key not in base} | {"gridProperties": grid}
    )
    return Tab(properties=made, rows=[{} for _ in range(grid["rowCount"])])
