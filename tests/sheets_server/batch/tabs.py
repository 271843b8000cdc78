"""Tabs: add, delete, and their properties; the spreadsheet's own properties."""

from __future__ import annotations

from tests.sheets_server import formula_text, masks
from tests.sheets_server.batch.edit import Edit, merged
from tests.sheets_server.batch.metadata import sheet_of
from tests.sheets_server.errors import Json, bad, not_emulated
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.references import rewrite_everything
from tests.sheets_server.shifts import deleted, shift_tab
from tests.sheets_server.spreadsheet import Spreadsheet, Tab, new_tab

BEHAVIOURS = (
    Behaviour(
        "last-visible-tab",
        "the last visible tab can be neither hidden nor deleted",
        Evidence.RECORDED,
        "two refusals of hiding in gspread's recordings; deleting by analogy",
    ),
    Behaviour(
        "tab-titles-unique",
        "titles of tabs are unique whatever the case; a second one is refused",
        Evidence.MEASURED,
        "the refusal in reports of users",
    ),
    Behaviour(
        "chosen-ids",
        "ids may be chosen by the caller and a second object with the same id is refused",
        Evidence.DOCUMENTED,
        "discovery document; the wording of the refusal for objects other than tabs is not known",
    ),
    Behaviour(
        "broken-names",
        "a name whose cells or tab are deleted stays without a range: it is not listed, and cannot be added",
        Evidence.MEASURED,
        "burnash/gspread issue 1530",
    ),
    Behaviour(
        "tab-index",
        "an index counts positions before the move; equal or one more than the present one changes nothing",
        Evidence.DOCUMENTED,
        "SheetProperties.index",
    ),
)


def add_sheet(edit: Edit, request: Json) -> Json:
    """``addSheet``."""
    tab = add_tab(edit, request.get("properties", {}))
    return {"properties": tab.properties}


def add_tab(edit: Edit, wanted: Json) -> Tab:
    """A new tab with an empty grid, at its index or at the end."""
    book = edit.spreadsheet
    sheet_id = wanted.get("sheetId")
    if sheet_id is None:
        sheet_id = book.new_id()
    if sheet_id < 0:
        raise bad(f"sheetId[{sheet_id}] must not be negative")
    if any(tab.id == sheet_id for tab in book.tabs):
        raise bad(f"Sheet with id {sheet_id} already exists. Please use another id.")
    if wanted.get("sheetType", "GRID") != "GRID":
        raise bad("Only grids can be added")
    title = wanted.get("title") or _free_title(edit)
    _check_title(edit, title)
    tab = new_tab(sheet_id, title, wanted)
    _check_frozen(tab)
    index = wanted.get("index")
    book.tabs.insert(len(book.tabs) if index is None else min(index, len(book.tabs)), tab)
    book.renumber()
    book.check_size()
    return tab


def _free_title(edit: Edit) -> str:
    number = len(edit.spreadsheet.tabs) + 1
    while edit.spreadsheet.tab_titled(f"Sheet{number}") is not None:
        number += 1
    return f"Sheet{number}"


def _check_title(edit: Edit, title: str, but: Tab | None = None) -> None:
    if not title or len(title) > 100:
        raise bad("A sheet needs a name of 1 to 100 characters.")
    found = edit.spreadsheet.tab_titled(title)
    if found is not None and found is not but:
        raise bad(f'A sheet with the name "{title}" already exists. Please enter another name.')


def delete_sheet(edit: Edit, request: Json) -> Json:
    """``deleteSheet``: formulas that meant it say ``#REF!``, its names and metadata are gone."""
    book = edit.spreadsheet
    tab = edit.whole_tab(book.tab(request.get("sheetId", 0)))
    if len(book.tabs) == 1:
        raise bad("You can't remove all the sheets in a document.")
    if all(other.properties.get("hidden") for other in book.tabs if other is not tab):
        raise bad("You can't remove all the visible sheets in a document.")
    book.tabs.remove(tab)
    book.renumber()
    book.named_ranges = [_without_tab(name, tab.id) for name in book.named_ranges]
    book.metadata = [item for item in book.metadata if sheet_of(item) != tab.id]
    rewrite_everything(book, lambda text: formula_text.without_tab(text, tab.title))
    return {}


def _without_tab(name: Json, sheet_id: int) -> Json:
    """A name after its tab was deleted: it stays, without a range, and blocks its name."""
    if name.get("range", {}).get("sheetId", 0) != sheet_id:
        return name
    return {key: value for key, value in name.items() if key != "range"}


def update_sheet_properties(edit: Edit, request: Json) -> Json:
    """``updateSheetProperties``."""
    book = edit.spreadsheet
    wanted = request.get("properties", {})
    found = next((tab for tab in book.tabs if tab.id == wanted.get("sheetId", 0)), None)
    if found is None:
        raise bad(f"No sheet with id: {wanted.get('sheetId', 0)}")
    tab = edit.whole_tab(found)
    tree = masks.update_tree(request["fields"])
    if not tree:
        raise not_emulated("updateSheetProperties of all fields")
    if "sheetId" in tree or "sheetType" in tree:
        raise bad("sheetId and sheetType cannot be changed")
    old_title, old_count, old_columns = tab.title, tab.row_count, tab.column_count
    properties = masks.merge(tab.properties, wanted, tree)
    properties |= {"sheetId": tab.id, "sheetType": tab.properties["sheetType"]}
    properties.setdefault("gridProperties", tab.grid)
    if not properties.get("title"):
        raise bad("A sheet needs a name of 1 to 100 characters.")
    grid = properties["gridProperties"] = dict(properties["gridProperties"])
    grid.setdefault("rowCount", old_count)
    grid.setdefault("columnCount", old_columns)
    tab.properties = properties
    _check_title(edit, tab.title, but=tab)
    if all(other.properties.get("hidden") for other in book.tabs):
        raise bad("You can't hide all the sheets in a document.")
    _resize(book, tab, (old_count, old_columns))
    _check_frozen(tab)
    if "index" in tree:
        _move(edit, tab, wanted.get("index"))
    if tab.title != old_title:
        rewrite_everything(book, lambda text: formula_text.with_tab_renamed(text, old_title, tab.title))
    book.renumber()
    book.check_size()
    return {}


def _resize(book: Spreadsheet, tab: Tab, old: tuple[int, int]) -> None:
    """Cut or extend the grid to its new counts; what lay on the cut part is gone as if deleted."""
    rows, columns = tab.grid["rowCount"], tab.grid["columnCount"]
    if rows < 1 or columns < 1:
        raise bad("A grid needs at least one row and one column")
    del tab.rows[rows:]
    tab.rows.extend({} for _ in range(rows - len(tab.rows)))
    for row in tab.rows:
        for column in [column for column in row if column >= columns]:
            del row[column]
    tab.row_properties = {row: size for row, size in tab.row_properties.items() if row < rows}
    tab.column_properties = {at: size for at, size in tab.column_properties.items() if at < columns}
    for axis, count, before in (("ROWS", rows, old[0]), ("COLUMNS", columns, old[1])):
        if count < before:
            shift_tab(book, tab, deleted(axis, count, before))


def _check_frozen(tab: Tab) -> None:
    if tab.grid.get("frozenRowCount", 0) >= tab.row_count:
        raise bad("You can't freeze all visible rows on the sheet.")
    if tab.grid.get("frozenColumnCount", 0) >= tab.column_count:
        raise bad("You can't freeze all visible columns on the sheet.")


def _move(edit: Edit, tab: Tab, index: int | None) -> None:
    tabs = edit.spreadsheet.tabs
    now = tabs.index(tab)
    target = len(tabs) if index is None else index
    if target > len(tabs):
        raise bad(f"Sheet index {target} is beyond the last sheet")
    if target in {now, now + 1}:
        return
    tabs.insert(target, tab)
    del tabs[now if target > now else now + 1]


def update_spreadsheet_properties(edit: Edit, request: Json) -> Json:
    """``updateSpreadsheetProperties``."""
    edit.spreadsheet.properties = merged(
        edit.spreadsheet.properties, request.get("properties", {}), request["fields"]
    )
    if not edit.spreadsheet.properties.get("title"):
        raise bad("The title cannot be empty")
    return {}
