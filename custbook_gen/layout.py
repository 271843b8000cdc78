"""Where each field sits: the map that ``plan`` draws by and ``check`` reads by.

This is the only place that writes cell addresses.  A table sheet has a hidden row of
machine keys, a header row and the records below; column A holds the record's key,
column B the sync status, the other fields follow.  :func:`plan_layout` says where
things go in a new workbook, :func:`find_layout` where they are in one that came back:
sheets are recognised by their machine keys, columns by theirs, so people may rename
tabs and headers and move columns.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from custbook_gen.issues import Issue, Place
from custbook_gen.schema import Book, Sheet
from custbook_gen.texts import Lang, say
from custbook_gen.workbook import MAX_ROWS, RawSheet, RawWorkbook

KEY_ROW = 1
HEADER_ROW = 2
FIRST_ROW = 3
STATUS = "_status"
"""Machine key of the column that tells what sync found in a row."""

LISTS = "_lists"
META = "_custbook"
GUIDE = "_guide"
SETTINGS = "_settings"
PROTECTION = "_protection"
ISSUES = "_issues"
CONFLICTS = "_conflicts"
TOLD = (LISTS, GUIDE, ISSUES, CONFLICTS, SETTINGS, PROTECTION)
"""Tabs of ours whose titles stand in the catalogue."""
LONGEST_TITLE = 31
"""The most characters that a tab's title may have."""
LONGEST_NAME = 24
"""The most characters of a key that stand in a list's name."""
SEARCH_ROWS = 30
"""How far down the row of machine keys is looked for."""

PATH = "␟"
"""Joins the labels of a cascade's upper levels; no label holds it."""


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """Where one sheet's fields stand: its title and each field's column (from 1)."""

    key: str
    title: str
    columns: Mapping[str, int]
    key_row: int = KEY_ROW
    header_row: int = HEADER_ROW
    last_row: int = MAX_ROWS
    """The row down to which input rules, and the names of columns, reach."""
    lines: bool = False
    """Whether this is a text file, whose places are named by line."""

    @property
    def first_row(self) -> int:
        """The first row of records."""
        return self.header_row + 1

    def cell(self, field_key: str, row: int | str) -> str:
        """A field's cell in a row, its column fixed: ``$H14``."""
        return f"${letters(self.columns[field_key])}{row}"

    def range(self, field_key: str) -> str:
        """The defined name of a field's column, as formulas on any sheet refer to it."""
        return column_name(self.key, field_key)

    def jump(self, field_key: str) -> str:
        """What a link to a field's cell begins with; the row follows: ``#'客户档案'!C``."""
        return f"#{quote(self.title)}!{letters(self.columns[field_key])}"

    def place(self, column: int | None, row: int | None) -> str:
        """A cell's address with the sheet's name, for people: ``'客户档案'!H14`` (or FILE:LINE)."""
        if self.lines:
            return f"{self.title}:{row}" if row else self.title
        return address(self.title, column, row)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands in one workbook."""

    sheets: Mapping[str, SheetLayout]
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles of the other tabs of ours, by key."""


def letters(column: int) -> str:
    """A column's letters: 1 is ``A``, 16384 is ``XFD``."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def quote(title: str) -> str:
    """A tab's title as it stands in formulas."""
    return "'" + title.replace("'", "''") + "'"


def address(title: str, column: int | None, row: int | None) -> str:
    """An address for people: a cell, a column or a row of a tab, or the tab alone."""
    if column is None and row is None:
        return quote(title)
    if column is None:
        return f"{quote(title)}!{row}:{row}"
    if row is None:
        return f"{quote(title)}!{letters(column)}:{letters(column)}"
    return f"{quote(title)}!{letters(column)}{row}"


def absolute(title: str, first: tuple[int, int], last: tuple[int, int] | None = None) -> str:
    """An absolute reference to a cell or, with ``last``, a range: (row, column) each."""
    text = f"{quote(title)}!${letters(first[1])}${first[0]}"
    return text if last is None else f"{text}:${letters(last[1])}${last[0]}"


def span(first: tuple[int, int], last: tuple[int, int]) -> str:
    """A plain range on its own sheet: ``A1:C3``."""
    return f"{letters(first[1])}{first[0]}:{letters(last[1])}{last[0]}"


def neighbours(columns: Iterable[int]) -> list[tuple[int, int]]:
    """Columns as stretches without a gap: the first and last of each, from left to right."""
    stretches: list[tuple[int, int]] = []
    for column in sorted(columns):
        if stretches and stretches[-1][1] == column - 1:
            stretches[-1] = (stretches[-1][0], column)
        else:
            stretches.append((column, column))
    return stretches


def list_name(kind: str, key: str) -> str:
    """The defined name of a list: ``cb_<kind>_<key>``; never a cell address or R1C1 name.

    Long keys are shortened: a rule has room for 255 characters, and a cascade's names its
    lists several times.
    """
    short = key if len(key) <= LONGEST_NAME else f"{key[: LONGEST_NAME - 9]}_{zlib.crc32(key.encode()):08x}"
    return f"cb_{kind}_{short}"


def column_name(sheet_key: str, field_key: str) -> str:
    """The defined name of a column's records: ``cb_col_sales_amount``.

    Formulas refer to columns by name, so that their text stays the same when a sheet grows
    or a column moves; only the name changes.
    """
    return f"cb_col_{sheet_key}_{field_key}"


def column_names(layout: Layout) -> dict[str, str]:
    """What the names of all columns stand for: their records, with room for more."""
    return {
        column_name(here.key, field): absolute(here.title, (here.first_row, column), (here.last_row, column))
        for here in layout.sheets.values()
        for field, column in here.columns.items()
        if field != STATUS
    }


def sheet_title(label: str) -> str:
    """A label made fit for a tab: at most 31 UTF-16 units, no forbidden characters."""
    clean = "".join(" " if char in "[]:*?/\\\n" else char for char in label).strip("' ")
    while len(clean.encode("utf-16-le")) > 62:
        clean = clean[:-1]
    return clean


def free_title(label: str, taken: set[str]) -> str:
    """A label as a tab's title unlike all that are taken (casefolded), which it then is as well."""
    wanted = sheet_title(label)
    title, number = wanted, 1
    while title.casefold() in taken:
        number += 1
        title = f"{wanted[: LONGEST_TITLE - len(str(number)) - 1]} {number}"
    taken.add(title.casefold())
    return title


def column_order(sheet: Sheet) -> tuple[str, ...]:
    """Machine keys of a sheet's columns from left to right: key, status, name, the rest."""
    first = [sheet.key_field, STATUS]
    if sheet.name_field != sheet.key_field:
        first.append(sheet.name_field)
    return (*first, *(f.key for f in sheet.fields if f.key not in first))


def rule_end(last: int) -> int:
    """The row down to which input rules and columns reach: 2,000 rows or more below the last in use.

    Not to the end of the sheet, because some readers (ExcelJS) spell a rule out for every
    cell and some calculators (IronCalc) walk through every row; sync moves the end on as
    the sheet fills.
    """
    return min(MAX_ROWS, (last // 1000 + 3) * 1000)


def fitted(layout: Layout, book: Book, used: Mapping[str, int]) -> Layout:
    """A layout whose sheets reach far enough for the rows in use and those ready for entry.

    Args:
        layout: where everything stands.
        book: the schema.
        used: the last row in use of each sheet.
    """
    sheets = {
        key: replace(here, last_row=rule_end(used.get(key, here.header_row) + book.sheet(key).blank_rows))
        for key, here in layout.sheets.items()
    }
    return Layout(sheets, layout.titles)


def header(sheet: Sheet, field_key: str, lang: Lang) -> str:
    """The header that a new workbook shows over a column."""
    return say("book.status", lang) if field_key == STATUS else sheet.field(field_key).label.text(lang)


def plan_layout(book: Book, lang: Lang) -> Layout:
    """Where everything goes in a new workbook."""
    sheets = {}
    for sheet in book.sheets:
        columns = {key: at for at, key in enumerate(column_order(sheet), 1)}
        sheets[sheet.key] = SheetLayout(sheet.key, sheet_title(sheet.label.line(lang)), columns)
    taken = {here.title.casefold() for here in sheets.values()}
    titles = {key: free_title(say(f"book.tab{key}", lang).replace("\n", " "), taken) for key in TOLD}
    return Layout(sheets, titles | {META: META})


# ---------------------------------------------------------------- finding things again


def find_layout(book: Book, raw: RawWorkbook, planned: Layout, lang: Lang) -> tuple[Layout, list[Issue]]:
    """Where everything is in a workbook that came back, and what changed its place.

    A sheet that is not found is missing from the result, and so is a lost column from
    its sheet; both are named in the issues.
    """
    issues: list[Issue] = []
    sheets: dict[str, SheetLayout] = {}
    taken: set[str] = set()
    for sheet in book.sheets:
        expected = planned.sheets[sheet.key]
        found = _find_sheet(sheet, expected, raw, taken)
        if found is None:
            issues.append(Issue("sheet-missing", Place(sheet.key, expected.title)))
            continue
        taken.add(found.title)
        if sheet.key_field not in found.columns:
            label = header(sheet, sheet.key_field, lang).replace("\n", " ")
            place = Place(sheet.key, found.title, None, sheet.key_field, label, found.place(None, None))
            issues.append(Issue("key-missing", place))
            continue
        if found.title != expected.title:
            place = Place(sheet.key, found.title, cell=address(found.title, None, None))
            issues.append(Issue("sheet-renamed", place, facts={"expected": expected.title}))
        sheets[sheet.key] = found
        raw_sheet = raw.sheet(found.title)
        assert raw_sheet is not None  # noqa: S101  (just found there)
        issues += _column_issues(sheet, expected, found, raw_sheet, lang)
    titles = {key: title for key, title in planned.titles.items() if raw.sheet(title) is not None}
    return Layout(sheets, titles), issues


def with_all_tabs(layout: Layout, planned: Layout, earlier: Mapping[str, str], raw: RawWorkbook) -> Layout:
    """A workbook's layout with the tabs of ours that it lacks, under titles that are free in it.

    Args:
        layout: where everything stands in the workbook.
        planned: where everything goes in a new one.
        earlier: the titles that its tabs had.
        raw: the workbook.
    """
    taken = {sheet.title.casefold() for sheet in raw.sheets}
    titles = {
        key: layout.titles.get(key) or free_title(earlier.get(key, title), taken)
        for key, title in planned.titles.items()
    }
    return Layout(layout.sheets, titles)


def _find_sheet(sheet: Sheet, expected: SheetLayout, raw: RawWorkbook, taken: set[str]) -> SheetLayout | None:
    """The tab that holds a sheet: the one of its title, else the one most like it."""
    keys = set(expected.columns)
    candidates = [_find_columns(sheet, keys, tab) for tab in raw.sheets if tab.title not in taken]

    def likeness(found: SheetLayout) -> tuple[bool, bool, int]:
        return sheet.key_field in found.columns, found.title == expected.title, len(found.columns)

    return max((found for found in candidates if found is not None), key=likeness, default=None)


def _find_columns(sheet: Sheet, keys: set[str], tab: RawSheet) -> SheetLayout | None:
    """A tab's columns by the row of machine keys, else by the headers in either language.

    Most of the columns must be there; a tab without the key column is the second choice.
    """
    second: SheetLayout | None = None
    machine = {key: (key,) for key in keys}, 0
    headers = {key: _header_names(sheet, key) for key in keys}, 1
    for names, above in (machine, headers):
        for row in sorted(number for number in tab.rows if number <= SEARCH_ROWS):
            columns = _positions(tab.rows[row], names)
            if len(columns) * 2 <= len(keys):
                continue
            found = SheetLayout(sheet.key, tab.title, columns, max(row - above, 1), row + 1 - above)
            if sheet.key_field in columns:
                return found
            second = second or found
    return second


def _header_names(sheet: Sheet, key: str) -> tuple[str, ...]:
    langs: tuple[Lang, ...] = ("zh", "en", "zh+en")
    return tuple(header(sheet, key, lang) for lang in langs)


def _positions(cells: Iterable[object], names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The first column of each key whose name stands in a row of cells."""
    wanted = {name: key for key, some in names.items() for name in some}
    columns: dict[str, int] = {}
    for column, cell in enumerate(cells, 1):
        key = wanted.get(cell.strip()) if isinstance(cell, str) else None
        if key is not None:
            columns.setdefault(key, column)
    return columns


def _column_issues(
    sheet: Sheet, expected: SheetLayout, found: SheetLayout, tab: RawSheet, lang: Lang
) -> list[Issue]:
    """What happened to the columns of one sheet: lost, moved, renamed."""
    issues = []
    moved = _moved(expected.columns, found.columns)
    for key, planned_at in expected.columns.items():
        label = header(sheet, key, lang).replace("\n", " ")
        at = found.columns.get(key)
        place = Place(sheet.key, found.title, None, key, label, found.place(at, found.header_row), None, at)
        if at is None:
            issues.append(Issue("column-missing", place))
            continue
        shown = tab.cell(found.header_row, at)
        if shown not in _header_names(sheet, key):
            issues.append(Issue("header-changed", place, "" if shown is None else str(shown)))
        if key in moved:
            facts = {"expected": letters(planned_at), "found": letters(at)}
            issues.append(Issue("column-moved", place, facts=facts))
    return issues


def _moved(expected: Mapping[str, int], found: Mapping[str, int]) -> set[str]:
    """The fewest columns whose move explains the new order (all but a longest ordered run)."""
    keys = sorted(found, key=lambda key: found[key])
    runs: list[list[str]] = []
    for key in keys:
        before = [run for run in runs if expected[run[-1]] < expected[key]]
        runs.append([*_longest(before), key])
    return set(keys) - set(_longest(runs))


def _longest(runs: Sequence[list[str]]) -> list[str]:
    return max(runs, key=len) if runs else []
