"""A person at the keyboard: edits that arrive without a request."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from tests.sheets_server import a1, evaluate, values
from tests.sheets_server.batch import dispatch
from tests.sheets_server.batch.edit import Edit
from tests.sheets_server.errors import Json
from tests.sheets_server.files import Files
from tests.sheets_server.identities import CONSENT, Grant
from tests.sheets_server.number_formats import formatted
from tests.sheets_server.spreadsheet import Tab


@dataclass
class Colleague:
    """Edits one spreadsheet as one person would; what they may not do raises ``ApiError``. Rows count from 1.

    Input rules do not hold anybody back here: values that a rule refuses arrive by pasting and by other
    programs.
    """

    files: Files
    lock: AbstractContextManager[Any]
    spreadsheet_id: str
    email: str

    def _grant(self) -> Grant:
        return Grant(self.email, frozenset(CONSENT), math.inf)

    def _do(self, *requests: Json) -> None:
        with self.lock, self.files.draft(self.spreadsheet_id, self._grant()) as draft:
            dispatch.apply(Edit(draft, self.email), list(requests))

    def tab(self, title: str) -> Tab:
        """A tab as it is now.

        Raises:
            KeyError: there is none with this title.
        """
        found = self.files.spreadsheets[self.spreadsheet_id].tab_titled(title)
        if found is None:
            raise KeyError(title)
        return found

    def type_cell(self, tab: str, cell: str, text: Any) -> None:
        """Type into a cell, as ``USER_ENTERED``; an empty text clears it."""
        self._write(tab, cell, [[text]], "USER_ENTERED")

    def type_rows(self, tab: str, cell: str, rows: list[list[Any]]) -> None:
        """Type a block of cells, from its first cell on."""
        self._write(tab, cell, rows, "USER_ENTERED")

    def paste_values(self, tab: str, cell: str, rows: list[list[Any]]) -> None:
        """Paste values as they are: texts stay texts."""
        self._write(tab, cell, rows, "RAW")

    def _write(self, tab: str, cell: str, rows: list[list[Any]], option: str) -> None:
        data = {"range": f"{a1.quoted(tab)}!{cell}", "values": rows}
        with self.lock, self.files.draft(self.spreadsheet_id, self._grant()) as draft:
            values.write(Edit(draft, self.email), data, option)

    def shown(self, tab: str, cell: str) -> str:
        """The text that a cell shows."""
        area = self._area(tab, cell)
        book = self.files.spreadsheets[self.spreadsheet_id]
        value = evaluate.ShownValues(book).effective(area.tab, area.top, area.left)
        return (
            formatted(value, area.tab.cell(area.top, area.left).get("userEnteredFormat", {})) if value else ""
        )

    def value(self, tab: str, cell: str) -> Any:
        """The value of a cell, calculated if it is a formula; None for an empty one."""
        area = self._area(tab, cell)
        value = evaluate.ShownValues(self.files.spreadsheets[self.spreadsheet_id]).effective(
            area.tab, area.top, area.left
        )
        return next(iter(value.values())) if value else None

    def _area(self, tab: str, cell: str) -> a1.Area:
        return a1.area(self.files.spreadsheets[self.spreadsheet_id], f"{a1.quoted(tab)}!{cell}")

    def _span(self, tab: str, dimension: str, first: int, count: int) -> Json:
        return {
            "sheetId": self.tab(tab).id,
            "dimension": dimension,
            "startIndex": first,
            "endIndex": first + count,
        }

    def insert_rows(self, tab: str, row: int, count: int = 1) -> None:
        """Insert empty rows above a row."""
        self._do(
            {
                "insertDimension": {
                    "range": self._span(tab, "ROWS", row - 1, count),
                    "inheritFromBefore": row > 1,
                }
            }
        )

    def delete_rows(self, tab: str, row: int, count: int = 1) -> None:
        """Delete rows from a row on."""
        self._do({"deleteDimension": {"range": self._span(tab, "ROWS", row - 1, count)}})

    def move_rows(self, tab: str, row: int, before: int, count: int = 1) -> None:
        """Drag rows to above another row."""
        source = self._span(tab, "ROWS", row - 1, count)
        self._do({"moveDimension": {"source": source, "destinationIndex": before - 1}})

    def insert_columns(self, tab: str, column: str, count: int = 1) -> None:
        """Insert empty columns before a column."""
        at = a1.number(column)
        self._do(
            {"insertDimension": {"range": self._span(tab, "COLUMNS", at, count), "inheritFromBefore": at > 0}}
        )

    def delete_columns(self, tab: str, column: str, count: int = 1) -> None:
        """Delete columns from a column on."""
        self._do({"deleteDimension": {"range": self._span(tab, "COLUMNS", a1.number(column), count)}})

    def move_columns(self, tab: str, column: str, before: str, count: int = 1) -> None:
        """Drag columns to before another column."""
        source = self._span(tab, "COLUMNS", a1.number(column), count)
        self._do({"moveDimension": {"source": source, "destinationIndex": a1.number(before)}})

    def sort(self, tab: str, column: str, *, first_row: int = 2, descending: bool = False) -> None:
        """Sort all rows from a row on by a column."""
        grid = {"sheetId": self.tab(tab).id, "startRowIndex": first_row - 1}
        spec = {"dimensionIndex": a1.number(column), "sortOrder": "DESCENDING" if descending else "ASCENDING"}
        self._do({"sortRange": {"range": grid, "sortSpecs": [spec]}})

    def rename_tab(self, tab: str, title: str) -> None:
        """Give a tab another name."""
        properties = {"sheetId": self.tab(tab).id, "title": title}
        self._do({"updateSheetProperties": {"properties": properties, "fields": "title"}})

    def add_tab(self, title: str) -> None:
        """Add a tab at the end."""
        self._do({"addSheet": {"properties": {"title": title}}})

    def delete_tab(self, tab: str) -> None:
        """Delete a tab."""
        self._do({"deleteSheet": {"sheetId": self.tab(tab).id}})

    def note(self, tab: str, cell: str, text: str) -> None:
        """Put a note on a cell."""
        request = {"range": self._area(tab, cell).grid_range(), "cell": {"note": text}, "fields": "note"}
        self._do({"repeatCell": request})

    def batch(self, *requests: Json) -> None:
        """Anything else, as requests of a batch that is made in this person's name."""
        self._do(*requests)
