"""What cells show: formulas are calculated by IronCalc from the whole state, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import ironcalc

from tests.sheets_server.a1 import grid_area, letters
from tests.sheets_server.errors import Json, not_emulated
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.formula_text import TOKEN, spelled, unquoted
from tests.sheets_server.number_formats import error_text
from tests.sheets_server.spreadsheet import Spreadsheet, Tab

BEHAVIOURS = (
    Behaviour(
        "formulas-calculated",
        "effective values of formulas come from IronCalc; what it cannot calculate as Sheets does is refused",
        Evidence.UNVERIFIED,
        "another engine than Google's; the functions that the product writes agree with LibreOffice",
    ),
    Behaviour(
        "semicolons",
        "semicolons separate arguments in every locale",
        Evidence.UNVERIFIED,
        "reported by users; to be tried with de_DE and en_US",
    ),
)

ERRORS = {
    "#NULL!": "NULL_VALUE",
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#VALUE!": "VALUE",
    "#REF!": "REF",
    "#NAME?": "NAME",
    "#NUM!": "NUM",
    "#N/A": "N_A",
    "#ERROR!": "ERROR",
}

FUNCTIONS = frozenset(
    """
    ABS AND AVERAGE AVERAGEIF AVERAGEIFS CHAR COLUMN CONCATENATE COUNT COUNTA COUNTBLANK COUNTIF
    COUNTIFS DATE DATEDIF DAY EDATE EOMONTH EXACT FIND HYPERLINK IF IFERROR IFNA IFS INDEX INDIRECT
    INT ISBLANK ISERROR ISNA ISNUMBER ISTEXT LARGE LEFT LEN LOWER MATCH MAX MAXIFS MEDIAN MID MIN
    MINIFS MOD MONTH N NETWORKDAYS NOT NOW OFFSET OR RANK RIGHT ROUND ROUNDDOWN ROUNDUP ROW ROWS SEARCH
    SMALL SUBSTITUTE SUBTOTAL SUM SUMIF SUMIFS SUMPRODUCT SWITCH TEXT TEXTJOIN TODAY TRIM UPPER
    VALUE VLOOKUP WEEKDAY WEEKNUM XLOOKUP YEAR
    """.split()  # noqa: SIM905 - a list of a hundred words reads best as text
)
"""What IronCalc calculates as Sheets does; any other function is refused, even inside ``IFERROR``."""

COMMA_DECIMALS = ("de", "fr", "es", "it", "nl", "pt", "ru", "pl", "cs", "da", "fi", "nb", "sv", "tr")
ROWS = 1_048_576
"""Rows of IronCalc's grid."""


@dataclass
class ShownValues:
    """The values of one spreadsheet at one moment; formulas are calculated when the first is asked for.

    ``settled`` says that the spreadsheet is not being changed: then what was calculated is kept with it.
    """

    book: Spreadsheet
    settled: bool = True
    _model: Any = field(default=None, repr=False)

    def effective(self, tab: Tab, row: int, column: int) -> Json:
        """The ``effectiveValue`` of a cell, empty for an empty cell.

        Raises:
            ApiError: 501 if it depends on a formula that cannot be calculated here.
        """
        value: Json = tab.cell(row, column).get("userEnteredValue", {})
        if "formulaValue" not in value:
            return value
        if self._model is None:
            self._model = self.book.calculated if self.settled else None
        if self._model is None:
            self._model = _calculated(self.book)
            if self.settled:
                self.book.calculated = self._model
        found = self._model.get_cell_value(self.book.tabs.index(tab), row + 1, column + 1)
        return _value(found, value["formulaValue"])


def _value(found: object, formula: str) -> Json:
    if found is None:
        return {"stringValue": ""}
    if isinstance(found, bool):
        return {"boolValue": found}
    if isinstance(found, int | float):
        return {"numberValue": int(found) if float(found).is_integer() else found}
    text = str(found)
    if text not in ERRORS:
        if text.startswith("#") and text.endswith(("!", "?")):
            raise not_emulated(f"IronCalc gives {text} for {formula}")
        return {"stringValue": text}
    if text == "#NAME?" and "#NAME?" not in formula:
        raise not_emulated(f"a function or name that cannot be calculated here, in {formula}")
    return {"errorValue": {"type": ERRORS[text], "message": f"Error {error_text({'type': ERRORS[text]})}"}}


def _calculated(book: Spreadsheet) -> Any:
    """An IronCalc model of the whole spreadsheet."""
    model = ironcalc.create("book", "en", "UTC", "en")
    for index, tab in enumerate(book.tabs):
        if index:
            model.add_sheet(tab.title)
        else:
            model.rename_sheet(0, tab.title)
    for named in book.named_ranges:
        if "range" not in named:
            continue
        area = grid_area(book, named["range"])
        model.new_defined_name(
            named["name"], None, _absolute(area.tab, area.top, area.left, area.bottom, area.right)
        )
    for index, tab in enumerate(book.tabs):
        for row, cells in enumerate(tab.rows):
            for column, cell in cells.items():
                value = cell.get("userEnteredValue")
                if value:
                    _enter(model, book, (index, row + 1, column + 1), value)
    model.evaluate()
    return model


def _absolute(tab: Tab, top: int, left: int, bottom: int, right: int) -> str:
    return spelled(tab.title, f"${letters(left)}${top + 1}:${letters(right - 1)}${bottom}")


def _enter(model: Any, book: Spreadsheet, at: tuple[int, int, int], value: Json) -> None:
    if "numberValue" in value:
        model.update_cell_with_number(*at, float(value["numberValue"]))
    elif "boolValue" in value:
        model.update_cell_with_bool(*at, value["boolValue"])
    elif "stringValue" in value:
        model.update_cell_with_text(*at, value["stringValue"])
    else:
        formula = translated(value["formulaValue"], book, book.tabs[at[0]])
        try:
            model.update_cell_with_formula(*at, formula)
        except ironcalc.WorkbookError as error:
            raise not_emulated(f"IronCalc does not take {formula}: {error}") from error


def translated(formula: str, book: Spreadsheet, own: Tab) -> str:
    """A formula on a tab as IronCalc reads it: commas between arguments, open ranges closed at the end of
    the grid.

    Raises:
        ApiError: 501 for what has no counterpart; commas between arguments where the locale's decimals
            have one.
    """
    locale = book.properties.get("locale", "en_US")
    comma_locale = locale.split("_", maxsplit=1)[0] in COMMA_DECIMALS
    parts = []
    for match in TOKEN.finditer(formula):
        text = match[0]
        if match["string"] is not None:
            parts.append(text)
        elif match["ref"] is not None:
            title = None if match["tab"] is None else unquoted(match["tab"][:-1])
            tab = own if title is None else book.tab_titled(title)
            rows = ROWS if tab is None else tab.row_count
            parts.append(spelled(title, _closed(match["ref"], rows)))
        elif match["word"] is not None and formula[match.end() :].lstrip().startswith("("):
            if text.upper() not in FUNCTIONS:
                raise not_emulated(f"the function {text} in {formula}")
            parts.append(text)
        elif text in "{}\\":
            raise not_emulated(f"an array in {formula}")
        elif text == "," and comma_locale:
            raise not_emulated(
                f"a comma in a formula where the locale {locale} writes decimals with it: {formula}"
            )
        else:
            parts.append("," if text == ";" else text)
    return "".join(parts)


def _closed(cells: str, rows: int) -> str:
    """``A2:A`` and ``A:A`` down to the last row of the grid.

    IronCalc takes the first form and calculates it wrongly, and walks through a million rows for the second.
    """
    match = re.fullmatch(r"(\$?[A-Za-z]{1,3})(\$?\d+)?:(\$?[A-Za-z]{1,3})", cells)
    return cells if match is None else f"{match[1]}{match[2] or '$1'}:{match[3]}${rows}"
