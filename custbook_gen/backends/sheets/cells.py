"""Cells as Google takes them: typed values, and looks."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Final

from custbook_gen.backends.sheets.dialect import to_sheets
from custbook_gen.backends.sheets.wire import TEXT_LIMIT, Json, color, only
from custbook_gen.errors import WorkbookError
from custbook_gen.layout import address
from custbook_gen.workbook import Cell, Formula, Style

BORDER: Final = "D1D5DB"
LOOK: Final = "userEnteredValue,userEnteredFormat"
"""The mask of a cell that is written with its look."""
_ALIGN: Final = {"left": "LEFT", "center": "CENTER", "right": "RIGHT"}
_INDENT: Final = 9
"""Pixels of one step of indentation."""


def plain(value: Cell) -> str | bool | int | float | None:
    """A value as JSON has it; it is written RAW, so that nobody ever guesses what it means."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and abs(value) < 2**53 else float(value)
    return value


def value_of(value: Cell | Formula) -> Json:
    """An ``ExtendedValue``: only a :class:`Formula` is ever a formula; nothing at all empties the cell."""
    if isinstance(value, Formula):
        return {"formulaValue": f"={to_sheets(value.text)}"}
    if value is None or value == "":
        return {}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": plain(value)}


def entered(value: Cell | Formula) -> Json:
    """``CellData`` with a value alone."""
    found = value_of(value)
    return {"userEnteredValue": found} if found else {}


def refuse_long(value: Cell | Formula, title: str, row: int, column: int) -> None:
    """Refuse a text that no cell of Google holds.

    Raises:
        WorkbookError: ``online-cell-too-long``.
    """
    text = value.text if isinstance(value, Formula) else value
    if isinstance(text, str) and len(text) > TEXT_LIMIT:
        raise WorkbookError("online-cell-too-long", cell=address(title, column, row), limit=TEXT_LIMIT)


@lru_cache(maxsize=512)
def format_of(style: Style) -> Json:
    """A ``CellFormat``."""
    text = {
        "bold": style.bold or None,
        "italic": style.italic or None,
        "underline": style.underline or None,
        "fontSize": round(style.size),
        "foregroundColorStyle": color(style.color),
    }
    edge = {"style": "SOLID", "colorStyle": color(BORDER)}
    return only(
        {
            "numberFormat": number_format(style.number_format),
            "backgroundColorStyle": color(style.fill) if style.fill else None,
            "borders": dict.fromkeys(("top", "bottom", "left", "right"), edge) if style.border else None,
            "horizontalAlignment": _ALIGN[style.horizontal] if style.horizontal else None,
            "verticalAlignment": "TOP" if style.vertical == "top" else "MIDDLE",
            "wrapStrategy": "WRAP" if style.wrap else "CLIP",
            "padding": {"left": _INDENT * style.indent + 3} if style.indent else None,
            "textFormat": only(text),
        }
    )


def number_format(code: str) -> Json | None:
    """A ``NumberFormat``; none for the general one."""
    if code == "General":
        return None
    if code == "@":
        return {"type": "TEXT", "pattern": "@"}
    if "yy" in code:
        return {"type": "DATE_TIME" if "h" in code else "DATE", "pattern": code}
    return {"type": "PERCENT" if "%" in code else "NUMBER", "pattern": code}
