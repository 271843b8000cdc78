"""Damage around the cells: rules, formats, locks, marks, guards, panes, filters."""

from __future__ import annotations

import re
from copy import copy

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import Protection
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tests.damages.ways import HEADER, KEY, Place, others, way


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


@way("head-unlocked")
def paste_over_the_head(place: Place) -> None:
    for row in (KEY, HEADER):
        for name in ("name", "phone"):
            place.tab.cell(row, place.at(name)).protection = Protection(locked=False)


@way("columns-locked")
def columns_beside_the_table_locked(place: Place) -> None:
    beside = get_column_letter(max(place.columns.values()) + 1)
    place.tab.column_dimensions[beside]._style = StyleArray()  # type: ignore[attr-defined]


@way("tab-unguarded")
def guards_of_other_tabs_taken_off(place: Place) -> None:
    for tab in others(place.book):
        tab.protection.sheet = False


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
