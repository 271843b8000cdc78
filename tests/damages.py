"""Ways in which workbooks are damaged, by openpyxl and in their markup; what sync is to say of each.

A way works on any workbook of ours: it finds its sheet by the machine keys of a
:class:`Sheet`, which names one column of each kind.
"""

# ruff: noqa: ARG001, E501 (names of ways say what they are)

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tests.sync_books import sheet_parts

KEY, HEADER, FIRST = 1, 2, 3


@dataclass(frozen=True)
class Sheet:
    """The sheet that is damaged: its title, and a column of each kind by its machine key."""

    title: str
    key: str
    name: str
    choice: str
    phone: str
    day: str
    money: str
    number: str
    text: str
    computed: str
    other: str
    """Title of another entry sheet."""


@dataclass(frozen=True)
class Place:
    """The damaged sheet in an open workbook."""

    book: Workbook
    tab: Worksheet
    sheet: Sheet
    columns: Mapping[str, int]

    def at(self, field_key: str) -> int:
        """The column of a field of the sheet's."""
        return self.columns[getattr(self.sheet, field_key)]

    def letter(self, field_key: str) -> str:
        """Its letters."""
        return get_column_letter(self.at(field_key))

    def put(self, field_key: str, row: int, value: object) -> None:
        """Type into a cell."""
        self.tab.cell(row, self.at(field_key)).value = value  # type: ignore[assignment]


@dataclass(frozen=True)
class Way:
    """A way of damage: what is done, and the codes that are told of it.

    ``edits`` are the fields of the first records (from row 3) that really changed;
    ``stays`` tells that the workbook keeps the mark of it.
    """

    do: Callable[[Place], None] | None = None
    codes: frozenset[str] = frozenset()
    markup: Callable[[str, str, Sheet], str] | None = None
    """Changes the markup of a part, given its name (``sheet`` for the sheet's own)."""
    changes: bool = False
    held: bool = False
    after: frozenset[str] = frozenset()
    """What is still told when the workbook is synced again."""
    differs: tuple[str, ...] = ()
    """What of a fresh workbook's features may differ afterwards, beside the data."""


WAYS: dict[str, Way] = {}


def way(
    *codes: str,
    changes: bool = False,
    held: bool = False,
    differs: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
) -> Callable[[Callable[[Place], None]], Callable[[Place], None]]:
    """Keep a function as a way of damage, under its name."""

    def keep(do: Callable[[Place], None]) -> Callable[[Place], None]:
        name = do.__name__.replace("_", " ")
        WAYS[name] = Way(
            do, frozenset(codes), changes=changes, held=held, after=frozenset(after), differs=differs
        )
        return do

    return keep


def written(
    *codes: str, **facts: bool
) -> Callable[[Callable[[str, str, Sheet], str]], Callable[[str, str, Sheet], str]]:
    """The same for a function that changes markup."""

    def keep(change: Callable[[str, str, Sheet], str]) -> Callable[[str, str, Sheet], str]:
        WAYS[change.__name__.replace("_", " ")] = Way(None, frozenset(codes), change, **facts)  # type: ignore[arg-type]
        return change

    return keep


@contextmanager
def opened(path: Path, sheet: Sheet) -> Iterator[Place]:
    """The damaged sheet in openpyxl's hands."""
    book = openpyxl.load_workbook(path)
    tab = book[sheet.title]
    columns = {str(cell.value): int(cell.column) for cell in tab[KEY] if cell.value is not None}
    yield Place(book, tab, sheet, columns)
    book.save(path)


def damage(path: Path, name: str, sheet: Sheet) -> None:
    """Damage a workbook in one way."""
    known = WAYS[name]
    if known.do is not None:
        with opened(path, sheet) as place:
            known.do(place)
    if known.markup is not None:
        rewrite(path, sheet, known.markup)


def rewrite(path: Path, sheet: Sheet, change: Callable[[str, str, Sheet], str]) -> None:
    """Change the markup of a workbook's parts; a part that becomes empty goes."""
    own = sheet_parts(path)[sheet.title]
    made = path.with_suffix(".new")
    with ZipFile(path) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for entry in old.namelist():
            data = old.read(entry)
            if entry.endswith((".xml", ".rels")):
                text = change("sheet" if entry == own else entry, data.decode(), sheet)
                if not text:
                    continue
                data = text.encode()
            new.writestr(entry, data)
    shutil.move(made, path)


# ---------------------------------------------------------------- rules, formats, locks, marks


@way()
def saved_by_openpyxl(place: Place) -> None:
    pass


@way("rule-missing")
def paste_over_a_dropdown(place: Place) -> None:
    letter = place.letter("choice")
    for rule in place.tab.data_validations.dataValidation:
        if str(rule.sqref).startswith(f"{letter}3:"):
            end = str(rule.sqref).split(":")[1]
            rule.sqref = type(rule.sqref)(f"{letter}3:{letter}4 {letter}7:{end}")


@way("rule-missing")
def all_rules_lost(place: Place) -> None:
    place.tab.data_validations.dataValidation = []


@way("rule-altered", "rule-missing")
def rules_shifted_by_a_column(place: Place) -> None:
    for rule in place.tab.data_validations.dataValidation:
        areas = []
        for area in rule.sqref.ranges:
            area.shift(col_shift=1)
            areas.append(area.coord)
        rule.sqref = type(rule.sqref)(" ".join(areas))


@way("rule-altered")
def another_rule_pasted(place: Place) -> None:
    letter = place.letter("choice")
    rule = DataValidation(type="whole", formula1="1", formula2="9", sqref=f"{letter}4:{letter}6")
    place.tab.add_data_validation(rule)


@way("format-lost", "text-was-number")
def paste_over_text_format(place: Place) -> None:
    for row in range(3, 6):
        cell = place.tab.cell(row, place.at("phone"))
        cell.number_format = "General"
        cell.value = int(str(cell.value)) if str(cell.value).isdigit() else cell.value


@way("format-lost")
def dates_shown_as_general(place: Place) -> None:
    for row in range(3, 6):
        place.tab.cell(row, place.at("day")).number_format = "General"


@way("lock-altered")
def paste_over_locks(place: Place) -> None:
    for row in range(3, 6):
        place.tab.cell(row, place.at("name")).protection = Protection(locked=True)


@way("lock-altered", "format-lost")
def paste_over_cell_styles(place: Place) -> None:
    for row in range(3, 6):
        for column in place.columns.values():
            place.tab.cell(row, column).style = "Normal"


@way("highlight-altered")
def coloured_marks_lost(place: Place) -> None:
    place.tab.conditional_formatting = ConditionalFormattingList()


@way("highlight-altered")
def coloured_marks_in_pieces(place: Place) -> None:
    old, place.tab.conditional_formatting = place.tab.conditional_formatting, ConditionalFormattingList()
    for item in old:
        for rule in item.rules:
            for first, last in ((3, 9), (10, 10), (11, 20000)):
                areas = [area.split(":") for area in str(item.sqref).split()]
                names = [[re.sub(r"\d+", "", end) for end in area] for area in areas]
                piece = copy(rule)
                piece.formula = [re.sub(r"(?<=[A-Z])3\b", str(first), rule.formula[0])]
                ranges = " ".join(f"{left}{first}:{right}{last}" for left, right in names)
                place.tab.conditional_formatting.add(ranges, piece)


@way("guard-lost")
def guard_taken_off(place: Place) -> None:
    place.tab.protection.sheet = False


@way("freeze-lost")
def panes_thawed(place: Place) -> None:
    place.tab.freeze_panes = None


@way("filter-lost")
def filter_removed(place: Place) -> None:
    place.tab.auto_filter.ref = None


@way("filter-lost")
def filter_over_some_columns(place: Place) -> None:
    place.tab.auto_filter.ref = "A2:D9"


@way("key-row-shown")
def key_row_unhidden(place: Place) -> None:
    place.tab.row_dimensions[KEY].hidden = False


@way("rows-filtered", differs=("autoFilter",))
def filter_left_on(place: Place) -> None:
    place.tab.auto_filter.add_filter_column(2, ["x"])
    for row in (4, 5):
        place.tab.row_dimensions[row].hidden = True


@way("rows-hidden", "columns-hidden", changes=True)
def hidden_rows_and_columns(place: Place) -> None:
    place.tab.row_dimensions[4].hidden = True
    place.tab.column_dimensions[place.letter("phone")].hidden = True
    place.put("name", 4, "改在隐藏的行里")


@way("cells-merged", "format-lost")
def merged_cells(place: Place) -> None:
    letter = place.letter("choice")
    place.tab.merge_cells(f"{letter}4:{letter}6")


# ---------------------------------------------------------------- formulas and names


@way("computed-changed")
def overwritten_formulas(place: Place) -> None:
    place.put("computed", 3, 123)


@way("computed-changed")
def cut_and_paste_that_rewires(place: Place) -> None:
    cell = place.tab.cell(3, place.at("computed"))
    text = str(cell.value)
    cell.value = text.replace("$A3", "#REF!")
    below = place.tab.cell(4, place.at("computed"))
    below.value = str(below.value).replace("$A4", "$A9")


@way()
def rewired_in_prepared_rows(place: Place) -> None:
    last = place.tab.max_row
    place.put("computed", last, "=#REF!+1")


@way("name-altered")
def names_rewired(place: Place) -> None:
    names = [name for name in place.book.defined_names if name.startswith("cb_col_")]
    place.book.defined_names[names[0]].attr_text = "#REF!"
    title = place.sheet.title
    place.book.defined_names[names[1]].attr_text = f"'{title}'!$B$9:$B$12"
    del place.book.defined_names[names[2]]


# ---------------------------------------------------------------- rows, headers, columns, tabs


@way("key-duplicate", held=True)
def a_copied_row(place: Place) -> None:
    row = next(n for n in range(3, 999) if place.tab.cell(n, place.at("name")).value is None)
    for column in place.columns.values():
        made, there = place.tab.cell(row, column), place.tab.cell(3, column)
        made.value, made._style = there.value, copy(there._style)  # type: ignore[union-attr]
        if isinstance(made.value, str) and made.value.startswith("="):
            made.value = made.value.replace("$A3", f"$A{row}")
    place.put("name", row, "抄来的")


@way("header-changed", differs=("cell",))
def a_renamed_header(place: Place) -> None:
    place.tab.cell(HEADER, place.at("phone")).value = "联系手机"


@way("header-contradicts")
def swapped_headers(place: Place) -> None:
    one, other = (place.tab.cell(HEADER, place.at(name)) for name in ("phone", "text"))
    one.value, other.value = other.value, one.value


@way("key-row-damaged")
def key_row_damaged(place: Place) -> None:
    place.tab.cell(KEY, place.at("phone")).value = None
    place.tab.cell(KEY, place.at("key")).value = "x"


@way("column-twice", differs=("cell",))
def a_copied_column(place: Place) -> None:
    at = place.tab.max_column + 1
    for row in range(1, place.tab.max_row + 1):
        place.tab.cell(row, at).value = place.tab.cell(row, place.at("text")).value


@way("column-missing", differs=("columns",), after=("column-moved",))
def a_deleted_column(place: Place) -> None:
    """The last entered column goes, as its cells and everything on them do in a program."""
    at = place.at("text")
    for row in range(1, place.tab.max_row + 1):
        place.tab.cell(row, at).value = None


@way("sheet-missing", differs=("sheets",))
def a_deleted_tab(place: Place) -> None:
    del place.book[place.sheet.other]


@way("sheet-renamed", "name-altered", differs=("sheets",))
def a_renamed_tab(place: Place) -> None:
    place.tab.title = "改了名的表"


@way(differs=("sheets",))
def a_copied_tab(place: Place) -> None:
    place.book.copy_worksheet(place.tab)


# ---------------------------------------------------------------- values


@way("date-was-text")
def text_dates(place: Place) -> None:
    ways = (
        *("{d:%Y}年{m}月{n}日", "{d:%Y}/{m}/{n}", "{n}.{m}.{d:%Y}", "{d:%Y%m%d}"),
        *("{d:%Y-%m-%d} 00:00:00", "{d:%b} {n}, {d:%Y}"),
    )
    for row, text in enumerate(ways, FIRST):
        day = place.tab.cell(row, place.at("day")).value
        if isinstance(day, dt.date):
            place.put("day", row, text.format(d=day, m=day.month, n=day.day))


@way("date-ambiguous", held=True)
def an_ambiguous_date(place: Place) -> None:
    place.put("day", 3, "03/04/2024")


@way("digits-lost", held=True)
def scientific_phones(place: Place) -> None:
    place.put("phone", 3, "1.38E+10")


@way("digits-lost", held=True)
def digits_beyond_fifteen(place: Place) -> None:
    place.put("text", 3, 123456789012345678)


@way("width-normalised")
def full_width_digits(place: Place) -> None:
    row = next(n for n in range(FIRST, 20) if place.tab.cell(n, place.at("phone")).value)
    cell = place.tab.cell(row, place.at("phone"))
    cell.value = "".join(chr(ord(c) + 0xFEE0) for c in str(cell.value))


@way("number-was-text")
def amounts_as_people_write_them(place: Place) -> None:
    for row, text in ((3, "¥{:,}"), (4, "{:,}元"), (5, "{:,.2f}")):
        cell = place.tab.cell(row, place.at("money"))
        cell.value = text.format(cell.value) if cell.value is not None else None
    cell = place.tab.cell(6, place.at("money"))
    cell.value = None if cell.value is None else f"{float(str(cell.value)) / 10000}万"


# ---------------------------------------------------------------- markup, and exports of other programs


@written()
def ghost_rows_to_the_end(part: str, text: str, sheet: Sheet) -> str:
    if part != "sheet":
        return text
    style = re.search(r'<c r="A3" s="(\d+)"', text)[1]  # type: ignore[index]
    ghosts = (
        "".join(f'<row r="{n}"><c r="A{n}" s="{style}"/></row>' for n in (5000, 1_048_575))
        + '<row r="1048576" ht="20"/>'
    )
    return text.replace("</sheetData>", ghosts + "</sheetData>")


@written()
def wrong_dimension(part: str, text: str, sheet: Sheet) -> str:
    return re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1"/>', text)


@written("rule-altered")
def dropdowns_in_the_extension(part: str, text: str, sheet: Sheet) -> str:
    """Excel moves rules with a source on another sheet there, as it does after pasting."""
    if part != "sheet":
        return text
    rules = re.findall(r'<dataValidation [^>]*type="list".*?</dataValidation>', text)
    x14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
    moved = "".join(
        f'<x14:dataValidation type="list" allowBlank="1" showErrorMessage="1"><x14:formula1><xm:f>$A$1:$A$2</xm:f></x14:formula1>'
        f"<xm:sqref>{re.search('sqref=.([^ ]*?).[ >]', rule)[1]}</xm:sqref></x14:dataValidation>"  # type: ignore[index]
        for rule in rules
    )
    for rule in rules:
        text = text.replace(rule, "")
    ext = (
        f'<extLst><ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{x14}"><x14:dataValidations count="{len(rules)}" '
        f'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">{moved}</x14:dataValidations></ext></extLst>'
    )
    return text.replace("</worksheet>", ext + "</worksheet>")


@written("guard-lost", "key-row-shown", "rule-missing")
def exported_by_google(part: str, text: str, sheet: Sheet) -> str:
    """A model of what Google writes: no properties, nothing hidden from sight, no guards, rules of dropdowns alone."""
    if part == "docProps/custom.xml":
        return ""
    if part == "_rels/.rels":
        return re.sub(r'<Relationship [^>]*custom-properties"[^>]*/>', "", text)
    if part == "[Content_Types].xml":
        return re.sub(r'<Override [^>]*custom\.xml"[^>]*/>', "", text)
    if part == "xl/workbook.xml":
        return text.replace(' state="veryHidden"', "").replace(' state="hidden"', "")
    if "worksheets/" in part or part == "sheet":
        text = re.sub(
            r"<sheetProtection [^>]*/>|<ignoredErrors>.*?</ignoredErrors>|<dimension [^>]*/>", "", text
        )
        text = re.sub(r'<dataValidation [^>]*type="(?!list)[^"]*".*?</dataValidation>', "", text)
        text = re.sub(r'(<row r="1"[^>]*?) hidden="1"', r"\1", text)
    return text


@written(
    "guard-lost",
    "key-row-shown",
    "rule-missing",
    "highlight-altered",
    "freeze-lost",
    "filter-lost",
    "name-altered",
)
def exported_by_numbers(part: str, text: str, sheet: Sheet) -> str:
    """A model of what Numbers writes: values and looks of cells; no rules, marks, guards, names, panes, properties."""
    text = exported_by_google(part, text, sheet)
    if part == "xl/workbook.xml":
        return re.sub(r"<definedNames>.*?</definedNames>", "", text)
    if "worksheets/" in part or part == "sheet":
        gone = r"<dataValidations.*?</dataValidations>|<conditionalFormatting.*?</conditionalFormatting>|<autoFilter [^>]*/>"
        text = re.sub(gone, "", text, flags=re.DOTALL)
        text = re.sub(r"<pane [^>]*/>", "", text)
        text = re.sub(r' pane="[^"]*"', "", text)
    return text


@written()
def saved_by_wps(part: str, text: str, sheet: Sheet) -> str:
    """A model of what WPS writes: a wrong dimension, its own namespaces and extensions, another application name."""
    text = wrong_dimension(part, text, sheet)
    if part == "sheet" or "worksheets/" in part:
        spaces = 'xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"'
        text = re.sub(r"<worksheet ", f"<worksheet {spaces} ", text, count=1)
    if part == "docProps/app.xml":
        text = text.replace("Microsoft Excel Compatible / custbook-gen", "WPS Office")
    return text
