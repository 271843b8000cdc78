"""Damage to the shape of a book: formulas, names, rows, headers, columns, tabs."""

from __future__ import annotations

from copy import copy

from openpyxl.workbook.defined_name import DefinedName

from tests.damages.ways import HEADER, KEY, Place, others, way

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


@way("name-shadowed")
def names_of_a_copied_sheet(place: Place) -> None:
    """A copied sheet has names of its own; here it has taken the place of the original."""
    title = place.sheet.title
    for name in [name for name in place.book.defined_names if name.startswith("cb_col_")][:3]:
        place.tab.defined_names[name] = DefinedName(name, attr_text=f"'{title}'!$C$3:$C$9")


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


@way("header-changed")
def cleared_headers(place: Place) -> None:
    for name in ("phone", "text"):
        place.tab.cell(HEADER, place.at(name)).value = None


@way("header-changed")
def merged_headers(place: Place) -> None:
    at = place.at("name")
    place.tab.merge_cells(start_row=HEADER, end_row=HEADER, start_column=at, end_column=at + 1)


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


@way("column-missing", differs=("columns",))
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


@way("sheet-renamed", "name-altered", differs=("sheets",))
def all_other_tabs_renamed(place: Place) -> None:
    for number, tab in enumerate(others(place.book)):
        tab.title = f"我的 {number}"


@way("sheet-twice", differs=("sheets",), after=("sheet-twice",))
def a_copied_tab(place: Place) -> None:
    place.book.copy_worksheet(place.tab)
