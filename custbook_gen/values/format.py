"""Cells as a spreadsheet shows them: numbers, shares and dates by their number format."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Context, Decimal
from typing import Final

from custbook_gen.values.number import EPOCH, LAST_SERIAL, plain, round_half_up
from custbook_gen.workbook import Cell

GENERAL: Final = Context(prec=10)
"""Significant digits of numbers without a format."""
DATES: Final = {"yyyy-mm-dd": "%Y-%m-%d", "yyyy-mm-dd hh:mm": "%Y-%m-%d %H:%M"}
COLOUR: Final = re.compile(r"\[\w+\]")
PATTERN: Final = re.compile(r"^(?P<before>[+-]?)(?P<digits>[#,0]*0)(?:\.(?P<places>0+))?(?P<after>%?)$")


def formatted_cell(value: Cell, number_format: str) -> str:
    """What a spreadsheet shows of a cell's value; texts as they are.

    Known are the formats that this package writes: whole and decimal numbers with or
    without thousands, percentages, up to three sections by sign, dates and times.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if number_format in DATES:
        return _moment(number).strftime(DATES[number_format])
    return _number(number, number_format)


def _moment(number: Decimal) -> dt.datetime:
    day = dt.datetime.combine(EPOCH, dt.time())
    minutes = int(round_half_up(number * 24 * 60, 0))
    return day + dt.timedelta(minutes=min(minutes, (LAST_SERIAL + 1) * 24 * 60 - 1))


def _number(number: Decimal, number_format: str) -> str:
    sections = COLOUR.sub("", number_format).split(";")
    own = 1 if number < 0 and len(sections) > 1 else 2 if number == 0 and len(sections) > 2 else 0
    found = PATTERN.match(sections[own])
    if found is None:
        return plain(GENERAL.plus(number))
    shown = abs(number) if own == 1 else number
    places = len(found["places"] or "")
    rounded = round_half_up(shown * 100 if found["after"] else shown, places)
    comma = "," if "," in found["digits"] else ""
    text = f"{rounded + 0:{comma}.{places}f}"
    return found["before"] + text + found["after"]
