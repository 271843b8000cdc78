"""Formulas as workbooks write them, and as Google Sheets does.

Plans are written in the file format's own spelling: commas between arguments, decimal points,
``_xlfn.`` before functions that came later.  Google reads separators and decimals by the
spreadsheet's locale; a semicolon is a separator in every locale, and a fraction needs no
decimal point.  What comes back is spelled as plans are, so that both compare.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_LITERALS: Final = re.compile(r"""("(?:[^"]|"")*"|'(?:[^']|'')*')""")
_DECIMAL: Final = re.compile(r"(?<![\w.$])(\d+)\.(\d+)(?![\w.])")
_FRACTION: Final = re.compile(r"\((\d+)/(10+)\)")
_LATER: Final = re.compile(r"\b_xl(?:fn|ws)\.(?:_xlws\.)?")
_ROW: Final = re.compile(r"(?<![A-Za-z0-9_.$!:])(\$?[A-Z]{1,3})(\d+)(?![\w(.:!])")
_NAME: Final = re.compile(r"\bcb_\w+")


def to_sheets(formula: str) -> str:
    """A plan's formula (without ``=``) as Google Sheets reads it, whatever the locale."""
    return _outside(formula, lambda text: _LATER.sub("", _DECIMAL.sub(_fraction, text)).replace(",", ";"))


def to_plan(formula: str) -> str:
    """A formula from Google Sheets (without ``=``), spelled as plans are."""
    return _outside(formula, lambda text: _FRACTION.sub(_decimal, text).replace(";", ","))


def in_format(formula: str) -> str:
    """A formula for a conditional format, which reaches other tabs through ``INDIRECT`` only."""
    return _outside(to_sheets(formula), lambda text: _NAME.sub(lambda name: f'INDIRECT("{name[0]}")', text))


def moved(formula: str, rows: int) -> str:
    """A row's formula, some rows further down: references without a sheet whose row is not fixed follow."""
    if not rows:
        return formula
    return _outside(formula, lambda text: _ROW.sub(lambda cell: f"{cell[1]}{int(cell[2]) + rows}", text))


def _outside(formula: str, change: Callable[[str], str]) -> str:
    """Change everything but texts and names of sheets in quotes."""
    pieces = _LITERALS.split(formula)
    return "".join(piece if at % 2 else change(piece) for at, piece in enumerate(pieces))


def _fraction(number: re.Match[str]) -> str:
    whole, places = number[1], number[2]
    return f"({int(whole + places)}/1{'0' * len(places)})"


def _decimal(fraction: re.Match[str]) -> str:
    places = len(fraction[2]) - 1
    digits = fraction[1].rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"
