"""The ``values`` collection: ranges of bare values, read and written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.sheets_server import a1, entered
from tests.sheets_server.a1 import Area
from tests.sheets_server.batch.edit import Edit
from tests.sheets_server.batch.metadata import found as found_metadata
from tests.sheets_server.errors import ApiError, Json, bad, not_emulated
from tests.sheets_server.evaluate import ShownValues
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.number_formats import error_text, formatted
from tests.sheets_server.spreadsheet import Spreadsheet

BEHAVIOURS = (
    Behaviour(
        "values-trimmed",
        "trailing empty cells and rows are left out, inner ones stay, an empty range has no values at all",
        Evidence.RECORDED,
        "gspread's recordings and backlot's measurements",
    ),
    Behaviour(
        "range-clamped",
        "a range's end is cut at the grid, a start outside it is refused: exceeds grid limits",
        Evidence.MEASURED,
        "backlot's measurements",
    ),
    Behaviour(
        "render-options",
        "one date under all render options: 2020-01-01, 43831; a formula under FORMULA",
        Evidence.RECORDED,
        "gspread's recordings",
    ),
    Behaviour(
        "totals-count-once",
        "totals of a batch count a row or a column once however many ranges change it",
        Evidence.RECORDED,
        "gspread's recordings: two ranges of four columns, totalUpdatedColumns 4",
    ),
    Behaviour(
        "overflowing-values",
        "values beyond the range that was named are refused; from a single cell they may spread over the "
        "grid",
        Evidence.UNVERIFIED,
        "reported by users; whether the grid grows at its end is not known, here it does not",
    ),
)


class Reader:
    """Reads ranges of one spreadsheet in one manner."""

    def __init__(self, book: Spreadsheet, options: Json) -> None:
        self.book = book
        self.shown = ShownValues(book)
        self.render = options.get("valueRenderOption", "FORMATTED_VALUE")
        self.dates = options.get("dateTimeRenderOption", "SERIAL_NUMBER")
        self.major = options.get("majorDimension", "ROWS")

    def value_range(self, area: Area) -> Json:
        """One ``ValueRange``."""
        found: Json = {"range": area.a1(), "majorDimension": self.major}
        rows = [self._row(area, row) for row in range(area.top, area.bottom)]
        if self.major == "COLUMNS":
            width = area.right - area.left
            rows = [[row[index] if row else "" for row in rows] for index in range(width)]
        trimmed = [_trimmed(row) for row in rows]
        while trimmed and not trimmed[-1]:
            trimmed.pop()
        if trimmed:
            found["values"] = trimmed
        return found

    def _row(self, area: Area, row: int) -> list[Any]:
        """The values of a row, none if nothing stands in it."""
        cells = area.tab.rows[row]
        there = [column for column, cell in cells.items() if "userEnteredValue" in cell]
        if not there:  # most rows of a grid have no more than looks
            return []
        return [
            self._cell(area, row, column) if column in there else ""
            for column in range(area.left, area.right)
        ]

    def _cell(self, area: Area, row: int, column: int) -> Any:
        cell = area.tab.cell(row, column)
        value = cell.get("userEnteredValue")
        if not value:
            return ""
        if self.render == "FORMULA":
            return value["formulaValue"] if "formulaValue" in value else next(iter(value.values()))
        value = self.shown.effective(area.tab, row, column)
        look = cell.get("userEnteredFormat", {})
        is_date = look.get("numberFormat", {}).get("type") in {"DATE", "TIME", "DATE_TIME"}
        if self.render == "FORMATTED_VALUE" or (is_date and self.dates == "FORMATTED_STRING"):
            return formatted(value, look)
        item = next(iter(value.values()))
        return error_text(item) if "errorValue" in value else item


def _trimmed(row: list[Any]) -> list[Any]:
    end = len(row)
    while end and row[end - 1] == "":
        end -= 1
    return row[:end]


def tab_area(book: Spreadsheet, text: str) -> Area:
    """The whole tab that a range in A1 notation is on."""
    tab, _ = a1.located(book, text)
    return Area(tab, 0, 0, tab.row_count, tab.column_count)


def filtered_areas(book: Spreadsheet, data_filter: Json, caller: str, word: str) -> Iterator[Area]:
    """The areas that a data filter selects; refusals call a sheet by ``word``, as each method does."""
    if "a1Range" in data_filter:
        yield a1.area(book, data_filter["a1Range"])
    elif "gridRange" in data_filter:
        yield read_area(book, data_filter["gridRange"], word)
    elif "developerMetadataLookup" in data_filter:
        for item in found_metadata(Edit(book, caller), data_filter):
            yield metadata_area(book, item)
    else:
        raise bad("dataFilter.filter must be specified.")


def read_area(book: Spreadsheet, grid: Json, word: str) -> Area:
    """The cells of a ``GridRange`` that is read: its end is cut at the grid, its start may not lie outside.

    Raises:
        ApiError: in the order and the words that were measured.
    """
    sheet_id = grid.get("sheetId", 0)
    tab = next((tab for tab in book.tabs if tab.id == sheet_id), None)
    if tab is None:
        raise bad(f"No {word} with id: {sheet_id}")
    bounds = [
        grid.get(name) for name in ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    ]
    if any(bound is not None and bound < 0 for bound in bounds):
        raise bad("GridRange indexes must be >= 0")
    for axis, start, end in (("Row", *bounds[:2]), ("Column", *bounds[2:])):
        if start is not None and end is not None and end < start:
            raise bad(f"end{axis}Index[{end}] cannot be before start{axis}Index[{start}]")
    top, left = bounds[0] or 0, bounds[2] or 0
    if top >= tab.row_count or left >= tab.column_count:
        raise bad(
            f"Range ({_open_name(tab.title, bounds)}) exceeds grid limits. "
            f"Max rows: {tab.row_count}, max columns: {tab.column_count}"
        )
    bottom = min(tab.row_count if bounds[1] is None else bounds[1], tab.row_count)
    right = min(tab.column_count if bounds[3] is None else bounds[3], tab.column_count)
    if bottom == top or right == left:
        raise not_emulated("an empty grid range")
    return Area(tab, top, left, bottom, right)


def _open_name(title: str, bounds: list[int | None]) -> str:
    """A grid range as it is named when it is refused: only the ends that were sent."""
    top, bottom, left, right = bounds
    start = ("" if left is None else a1.letters(left)) + ("" if top is None else str(top + 1))
    end = ("" if right is None else a1.letters(right - 1)) + ("" if bottom is None else str(bottom))
    return f"{a1.quoted(title)}!{start}" + ("" if start == end else f":{end}")


def metadata_area(book: Spreadsheet, item: Json) -> Area:
    """The cells that metadata lies on."""
    location = item["location"]
    if "dimensionRange" in location:
        span = location["dimensionRange"]
        tab = book.tab(span.get("sheetId", 0))
        if span["dimension"] == "ROWS":
            return Area(tab, span["startIndex"], 0, span["endIndex"], tab.column_count)
        return Area(tab, 0, span["startIndex"], tab.row_count, span["endIndex"])
    if "sheetId" in location:
        tab = book.tab(location["sheetId"])
        return Area(tab, 0, 0, tab.row_count, tab.column_count)
    raise not_emulated("values of the whole spreadsheet by its metadata")


def write(edit: Edit, data: Json, option: str, *, index: int | None = None) -> Written:
    """Write one ``ValueRange``.

    Raises:
        ApiError: more values than the range has room for, or cells that are protected.
    """
    where = "" if index is None else f"Invalid data[{index}]: "
    try:
        area = a1.area(edit.spreadsheet, data.get("range", ""))
        rows = data.get("values", [])
        if data.get("majorDimension") == "COLUMNS":
            height = max((len(column) for column in rows), default=0)
            rows = [[column[row] if row < len(column) else None for column in rows] for row in range(height)]
        area = _fitted(area, rows)
        edit.writable(area)
        return _put(edit, area, rows, option)
    except ApiError as error:
        if error.code != 400:
            raise
        raise ApiError(400, where + error.message) from error


def _fitted(area: Area, rows: list[list[Any]]) -> Area:
    """The cells that values fill."""
    height, width = len(rows), max((len(row) for row in rows), default=0)
    anchor = area.bottom - area.top == 1 and area.right - area.left == 1
    bottom, right = area.top + max(height, 1), area.left + max(width, 1)
    if not anchor and bottom > area.bottom:
        raise bad(
            f"Requested writing within range [{area.a1()}], but tried writing to row [{area.bottom + 1}]"
        )
    if not anchor and right > area.right:
        raise bad(
            f"Requested writing within range [{area.a1()}], but tried writing to column "
            f"[{a1.letters(area.right)}]"
        )
    if bottom > area.tab.row_count or right > area.tab.column_count:
        raise bad(
            f"Range ({Area(area.tab, area.top, area.left, bottom, right).a1()}) exceeds grid limits. "
            f"Max rows: {area.tab.row_count}, max columns: {area.tab.column_count}"
        )
    return Area(area.tab, area.top, area.left, bottom, right)


@dataclass(frozen=True)
class Written:
    """What one range of values changed: its ``UpdateValuesResponse``, and the rows and columns of which
    tab."""

    reply: Json
    rows: frozenset[tuple[int, int]]
    columns: frozenset[tuple[int, int]]


def totals(written: Sequence[Written]) -> Json:
    """The sums of a batch: a row or column that several ranges change counts once."""
    rows = frozenset().union(*(one.rows for one in written))
    columns = frozenset().union(*(one.columns for one in written))
    found = {
        "totalUpdatedRows": len(rows),
        "totalUpdatedColumns": len(columns),
        "totalUpdatedCells": sum(one.reply.get("updatedCells", 0) for one in written),
        "totalUpdatedSheets": len({sheet for sheet, _ in rows}),
    }
    return {name: total for name, total in found.items() if total}


def _put(edit: Edit, area: Area, rows: list[list[Any]], option: str) -> Written:
    locale = edit.spreadsheet.properties.get("locale", "en_US")
    cells: list[tuple[int, int]] = []
    for row, items in enumerate(rows, area.top):
        for column, value in enumerate(items, area.left):
            if value is None:
                continue
            cells.append((row, column))
            old = area.tab.cell(row, column)
            new = entered.raw(old, value) if option == "RAW" else entered.typed(old, value, locale)
            area.tab.put(row, column, new)
    changed_rows = frozenset((area.tab.id, row) for row, _ in cells)
    changed_columns = frozenset((area.tab.id, column) for _, column in cells)
    counts = {
        "updatedRows": len(changed_rows),
        "updatedColumns": len(changed_columns),
        "updatedCells": len(cells),
    }
    reply: Json = {"spreadsheetId": edit.spreadsheet.id, "updatedRange": area.a1()}
    reply |= {name: count for name, count in counts.items() if count}
    return Written(reply, changed_rows, changed_columns)


def clear(edit: Edit, text: str) -> str:
    """Empty a range; formats and rules stay. The range as the reply spells it."""
    area = edit.writable(a1.area(edit.spreadsheet, text))
    for row in range(area.top, area.bottom):
        for column, cell in list(area.tab.rows[row].items()):
            if area.left <= column < area.right:
                kept = {
                    name: item
                    for name, item in cell.items()
                    if name not in {"userEnteredValue", "textFormatRuns"}
                }
                area.tab.put(row, column, kept)
    return area.a1()
