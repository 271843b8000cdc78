"""A1 notation: read, checked against the grid, and written as the server echoes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.sheets_server.errors import Json, bad, not_emulated
from tests.sheets_server.spreadsheet import Spreadsheet, Tab

_END = re.compile(r"\$?(?P<col>[A-Za-z]{1,3})?\$?(?P<row>[0-9]+)?\Z")
_R1C1 = re.compile(r"(R(\d+|\[\d+\])?)?(C(\d+|\[\d+\])?)?\Z", re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True)
class Area:
    """Cells of one tab: rows ``top`` up to before ``bottom``, columns ``left`` up to before ``right``,
    from 0."""

    tab: Tab
    top: int
    left: int
    bottom: int
    right: int

    def contains(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.top <= row < self.bottom and self.left <= column < self.right

    def meets(self, other: Area) -> bool:
        """Whether the two share a cell."""
        return (
            self.tab.id == other.tab.id
            and self.top < other.bottom
            and other.top < self.bottom
            and self.left < other.right
            and other.left < self.right
        )

    def a1(self) -> str:
        """The range as answers spell it; one cell stands alone."""
        start = f"{letters(self.left)}{self.top + 1}"
        if self.bottom - self.top == 1 and self.right - self.left == 1:
            return f"{quoted(self.tab.title)}!{start}"
        return f"{quoted(self.tab.title)}!{start}:{letters(self.right - 1)}{self.bottom}"

    def grid_range(self) -> Json:
        """The range as a bounded ``GridRange``."""
        return {
            "sheetId": self.tab.id,
            "startRowIndex": self.top,
            "endRowIndex": self.bottom,
            "startColumnIndex": self.left,
            "endColumnIndex": self.right,
        }


def letters(column: int) -> str:
    """Column 0 is ``A``."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def number(text: str) -> int:
    """Column ``A`` is 0."""
    found = 0
    for letter in text.upper():
        found = found * 26 + ord(letter) - 64
    return found - 1


def quoted(title: str) -> str:
    """A tab's title before ``!``: in quotes unless it is a plain word that is no reference."""
    if _PLAIN.match(title) and _ends(title) is None and not _R1C1.match(title):
        return title
    return "'" + title.replace("'", "''") + "'"


End = tuple[int | None, int | None]


def _end(text: str) -> End | None:
    match = _END.match(text)
    if not text or not match or (match["row"] and int(match["row"]) == 0):
        return None
    row = int(match["row"]) - 1 if match["row"] else None
    return row, number(match["col"]) if match["col"] else None


def _ends(text: str) -> tuple[End, End] | None:
    halves = text.split(":")
    ends = [_end(half) for half in halves]
    first, last = ends[0], ends[-1]
    if len(halves) > 2 or first is None or last is None:
        return None
    if len(halves) == 1 and None in first:
        return None
    return first, last


def area(spreadsheet: Spreadsheet, text: str) -> Area:
    """The cells that a range in A1 notation means; its end is cut at the grid.

    Raises:
        ApiError: it does not parse, names no tab, or begins outside the grid.
    """
    tab, body = located(spreadsheet, text)
    if not body:
        return Area(tab, 0, 0, tab.row_count, tab.column_count)
    ends = _ends(body)
    if ends is None:
        if all(_R1C1.match(half) for half in body.split(":")):
            raise not_emulated(f"R1C1 notation: {text}")
        raise bad(f"Unable to parse range: {text}")
    return bounded(tab, *ends)


def bounded(tab: Tab, first: End, last: End) -> Area:
    """The cells between two ends on a tab, in either order; an absent row or column is open.

    Raises:
        ApiError: the first cell is outside the grid.
    """
    top, left = first[0] or 0, first[1] or 0
    bottom = tab.row_count if last[0] is None else last[0] + 1
    right = tab.column_count if last[1] is None else last[1] + 1
    if bottom < top + 1:
        top, bottom = bottom - 1, top + 1
    if right < left + 1:
        left, right = right - 1, left + 1
    if top >= tab.row_count or left >= tab.column_count:
        named = _named(tab, (first, last), top, bottom, left, right)
        raise bad(
            f"Range ({named}) exceeds grid limits. Max rows: {tab.row_count}, max columns: {tab.column_count}"
        )
    return Area(tab, top, left, min(bottom, tab.row_count), min(right, tab.column_count))


def _named(tab: Tab, ends: tuple[End, End], top: int, bottom: int, left: int, right: int) -> str:
    if all(end[0] is None for end in ends):
        start, stop = letters(left), letters(right - 1)
    elif all(end[1] is None for end in ends):
        start, stop = str(top + 1), str(bottom)
    else:
        start, stop = f"{letters(left)}{top + 1}", f"{letters(right - 1)}{bottom}"
    return f"{quoted(tab.title)}!{start}" + ("" if start == stop else f":{stop}")


def located(spreadsheet: Spreadsheet, text: str) -> tuple[Tab, str]:
    """The tab that a range is on and what follows its name; as measured, the last ``!`` separates.

    Raises:
        ApiError: it names no tab.
    """
    title, bang, body = text.rpartition("!")
    if not bang:
        if _ends(text) is not None:
            return spreadsheet.tabs[0], text
        return _whole(spreadsheet, text)
    if title in {"", "''"} and _ends(body) is not None:
        return spreadsheet.tabs[0], body
    found = spreadsheet.tab_titled(_unquoted(title))
    if found is not None and body:
        return found, body
    return _whole(spreadsheet, text)


def _whole(spreadsheet: Spreadsheet, text: str) -> tuple[Tab, str]:
    found = spreadsheet.tab_titled(_unquoted(text))
    if found is not None:
        return found, ""
    for named in spreadsheet.named_ranges:
        if named["name"].casefold() == text.casefold() and "range" in named:
            span = grid_area(spreadsheet, named["range"])
            corner = f"{letters(span.left)}{span.top + 1}:{letters(span.right - 1)}{span.bottom}"
            return span.tab, corner
    if _R1C1.match(text):
        raise not_emulated(f"R1C1 notation: {text}")
    raise bad(f"Unable to parse range: {text}")


def _unquoted(title: str) -> str:
    if len(title) >= 2 and title[0] == title[-1] == "'":
        return title[1:-1].replace("''", "'")
    return title


def grid_area(spreadsheet: Spreadsheet, grid: Json) -> Area:
    """The cells of a ``GridRange``; an absent end is open.

    Raises:
        ApiError: no such tab, an end outside the grid, or a range without cells.
    """
    tab = spreadsheet.tab(grid.get("sheetId", 0))
    top, bottom = _bounds(grid, "Row", tab.row_count)
    left, right = _bounds(grid, "Column", tab.column_count)
    return Area(tab, top, left, bottom, right)


def _bounds(grid: Json, axis: str, count: int) -> tuple[int, int]:
    start, end = grid.get(f"start{axis}Index", 0), grid.get(f"end{axis}Index", count)
    last = count - 1
    word = axis.lower()
    if start < 0 or end < 0:
        raise bad("GridRange indexes must be >= 0")
    if end < start:
        raise bad(f"end{axis}Index[{end}] cannot be before start{axis}Index[{start}]")
    if start >= count:
        raise bad(f"GridRange.start{axis}Index[{start}] is after last {word} in grid[{last}]")
    if end > count:
        raise bad(f"GridRange.end{axis}Index[{end}] is after last {word} in grid[{last}]")
    if start == end:
        raise bad(f"range.start{axis}Index[{start}] is not before range.end{axis}Index[{end}]")
    return start, end
