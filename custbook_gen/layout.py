"""Where each field sits: the map that ``plan`` draws by and ``check`` reads by.

This is the only place that writes cell addresses.  A table sheet has a hidden row of
machine keys, a header row and the records below; column A holds the record's key,
column B the sync status, the other fields follow.  :func:`plan_layout` says where
things go in a new workbook, :mod:`custbook_gen.finding` where they are in one that came back.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Final

from custbook_gen.schema import Book, Sheet
from custbook_gen.texts import Lang, say
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import MAX_ROWS

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

TAKEN = frozenset({"history"})
"""Titles that no tab may have: Excel keeps them to itself."""

PATH = "␟"
"""Joins the labels of a cascade's upper levels; no label holds it."""


@value_object
class SheetLayout:
    """Where one sheet's fields stand: its title and each field's column (from 1)."""

    key: str
    title: str
    columns: Mapping[str, int]
    key_row: int = KEY_ROW
    header_row: int = HEADER_ROW
    last_row: int = MAX_ROWS
    """The row down to which input rules, and the names of columns, reach."""
    withheld: frozenset[str] = frozenset()
    """Fields whose columns are there, but cannot be told from others: they are neither read nor written."""
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


@value_object
class Layout:
    """Where everything stands in one workbook."""

    sheets: Mapping[str, SheetLayout]
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles of the other tabs of ours, by key."""

    def all_titles(self) -> frozenset[str]:
        """The titles of all tabs of ours."""
        return frozenset((*self.titles.values(), *(here.title for here in self.sheets.values())))


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


YES_NO: Final = list_name("list", "yes_no")
"""The defined name of the list of yes and no."""


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
    return _shortened("".join(" " if char in "[]:*?/\\\n" else char for char in label), LONGEST_TITLE)


def _shortened(title: str, units: int) -> str:
    """A title of at most so many UTF-16 units that neither begins nor ends with a quote or a blank."""
    clean = title.strip("' ")
    while len(clean.encode("utf-16-le", "surrogatepass")) > 2 * units:
        clean = clean[:-1].rstrip("' ")
    return clean


def free_title(label: str, taken: set[str]) -> str:
    """A label as a tab's title unlike all that are taken (casefolded), which it then is as well."""
    wanted = sheet_title(label) or "_"
    title, number = wanted, 1
    while title.casefold() in taken | TAKEN:
        number += 1
        title = f"{_shortened(wanted, LONGEST_TITLE - len(str(number)) - 1)} {number}"
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
    sheets, taken = {}, {META}
    for sheet in book.sheets:
        columns = {key: at for at, key in enumerate(column_order(sheet), 1)}
        sheets[sheet.key] = SheetLayout(sheet.key, free_title(sheet.label.line(lang), taken), columns)
    titles = {key: free_title(say(f"book.tab{key}", lang).replace("\n", " "), taken) for key in TOLD}
    return Layout(sheets, titles | {META: META})
