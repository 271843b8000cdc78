"""``findReplace`` over the texts that people typed."""

from __future__ import annotations

import re

from tests.sheets_server.a1 import Area
from tests.sheets_server.batch.edit import Edit
from tests.sheets_server.errors import Json, bad, not_emulated


def find_replace(edit: Edit, request: Json) -> Json:
    """``findReplace`` in texts; numbers and formulas are left alone."""
    if request.get("searchByRegex") or request.get("includeFormulas"):
        raise not_emulated("findReplace by regular expression or in formulas")
    wanted = request.get("find", "")
    if not wanted:
        raise bad("find must not be empty")
    pattern = re.escape(wanted)
    if request.get("matchEntireCell"):
        pattern = rf"\A{pattern}\Z"
    finder = re.compile(pattern, 0 if request.get("matchCase") else re.IGNORECASE)
    counts = {"valuesChanged": 0, "rowsChanged": 0, "sheetsChanged": 0, "occurrencesChanged": 0}
    for area in _areas(edit, request):
        _replace(area, finder, request.get("replacement", ""), counts)
    return {name: count for name, count in counts.items() if count}


def _areas(edit: Edit, request: Json) -> list[Area]:
    if "range" in request:
        return [edit.writable(edit.area(request["range"]))]
    if "sheetId" in request:
        tabs = [edit.spreadsheet.tab(request["sheetId"])]
    elif request.get("allSheets"):
        tabs = edit.spreadsheet.tabs
    else:
        raise bad("A range, a sheet or all sheets must be given")
    return [edit.writable(Area(tab, 0, 0, tab.row_count, tab.column_count)) for tab in tabs]


def _replace(area: Area, finder: re.Pattern[str], replacement: str, counts: Json) -> None:
    before = counts["valuesChanged"]
    for row in range(area.top, area.bottom):
        changed = 0
        for column, cell in list(area.tab.rows[row].items()):
            text = cell.get("userEnteredValue", {}).get("stringValue")
            if text is None or not area.contains(row, column):
                continue
            new, found = finder.subn(lambda _: replacement, text)
            if found:
                changed += 1
                counts["occurrencesChanged"] += found
                area.tab.put(row, column, {**cell, "userEnteredValue": {"stringValue": new}})
        counts["valuesChanged"] += changed
        counts["rowsChanged"] += bool(changed)
    counts["sheetsChanged"] += counts["valuesChanged"] > before
