"""What a cell holds after somebody typed (``USER_ENTERED``) or wrote (``RAW``) into it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from tests.sheets_server.batch.cells import check_value
from tests.sheets_server.errors import Json, bad, not_emulated
from tests.sheets_server.evidence import Behaviour, Evidence
from tests.sheets_server.number_formats import EPOCH
from tests.sheets_server.spreadsheet import Cell

BEHAVIOURS = (
    Behaviour(
        "user-entered",
        "USER_ENTERED: 0042 is 42, 2,000,000.01 a number, 2020-01-01 the date 43831, = 1 / 1024 a formula",
        Evidence.RECORDED,
        "gspread's recordings",
    ),
    Behaviour("raw", "RAW stores what was sent, text as text", Evidence.RECORDED, "gspread's recordings"),
    Behaviour(
        "typed-percent-and-quote",
        "12% is 0.12 shown as percent; a leading apostrophe makes a text; a cell in text format keeps "
        "what is typed",
        Evidence.UNVERIFIED,
        "known from the product, not from a recording",
    ),
)

NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?\Z|[+-]?\.\d+\Z")
SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[eE][+-]?\d+\Z")
PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)%\Z")
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\Z")
UNKNOWN = re.compile(
    r"\d{1,4}[/.]\d{1,2}([/.]\d{1,4})?\Z|\d{1,2}:\d{2}(:\d{2})?\Z|[$€¥£]\s*\d[\d.,]*\Z|\d{4}-\d\d-\d\d[ T].*"
)
"""What Sheets takes as a date, a time or money by rules that nothing here is sure of."""


def raw(cell: Cell, value: Any) -> Cell:
    """A cell after a RAW write; None leaves it, an empty text empties it."""
    if value is None:
        return cell
    if isinstance(value, bool):
        return _with(cell, {"boolValue": value})
    if isinstance(value, int | float):
        return _with(cell, {"numberValue": value})
    if isinstance(value, str):
        return _with(cell, {"stringValue": value} if value else None)
    raise bad(f"Invalid values: cannot be written to a cell: {value!r:.60}")


def typed(cell: Cell, value: Any, locale: str = "en_US") -> Cell:
    """A cell after a person typed into it.

    Raises:
        ApiError: 501 for what Sheets reads by rules that are not emulated.
    """
    if not isinstance(value, str):
        return raw(cell, value)
    if not value:
        return _with(cell, None)
    if value.startswith("'"):
        return _with(cell, {"stringValue": value[1:]})
    if cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("type") == "TEXT":
        return _with(cell, {"stringValue": value})
    if value.startswith("=") and len(value) > 1:
        return _with(cell, {"formulaValue": value})
    return _read(cell, value.strip(), value, locale)


def _read(cell: Cell, text: str, whole: str, locale: str) -> Cell:
    if text.upper() in {"TRUE", "FALSE"}:
        return _with(cell, {"boolValue": text.upper() == "TRUE"})
    if NUMBER.match(text) or SCIENTIFIC.match(text):
        if not locale.startswith("en") and not text.lstrip("+-").isdigit():
            raise not_emulated(f"typing the number {text} in the locale {locale}")
        return _with(cell, {"numberValue": _number(text)})
    if match := PERCENT.match(text):
        return _with(cell, {"numberValue": _number(match[1]) / 100}, {"type": "PERCENT", "pattern": "0.00%"})
    if match := ISO_DATE.match(text):
        try:
            day = dt.datetime(int(match[1]), int(match[2]), int(match[3]))  # noqa: DTZ001
        except ValueError:
            return _with(cell, {"stringValue": whole})
        return _with(cell, {"numberValue": (day - EPOCH).days}, {"type": "DATE", "pattern": "yyyy-mm-dd"})
    if UNKNOWN.match(text):
        raise not_emulated(f"typing {text}: Sheets reads it by its locale")
    return _with(cell, {"stringValue": whole})


def _number(text: str) -> float:
    number = float(text.replace(",", ""))
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _with(cell: Cell, value: Json | None, number_format: Json | None = None) -> Cell:
    """The cell with another value, and with a number format if it has none."""
    changed = {
        name: item for name, item in cell.items() if name not in {"userEnteredValue", "textFormatRuns"}
    }
    if value is None:
        return changed
    check_value(value)
    changed["userEnteredValue"] = value
    look = changed.get("userEnteredFormat", {})
    if number_format is not None and "numberFormat" not in look:
        changed["userEnteredFormat"] = {**look, "numberFormat": number_format}
    return changed
