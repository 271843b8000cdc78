"""Numbers, dates and yes/no: exact values from what a spreadsheet holds, and back.

A spreadsheet keeps numbers as binary fractions of 15 significant digits and dates as
days since 1899-12-30 (its 1900 was a leap year: serials below 61 are one day off).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import Final

from custbook_gen.values.reading import Note, Reading, visible, wrong
from custbook_gen.workbook import MAX_TEXT, RawCell, Serial

EPOCH: Final = dt.date(1899, 12, 30)
FIRST_SERIAL: Final = 61
FIRST_DAY: Final = dt.date(1900, 3, 1)
"""The first day that every program counts alike."""
LAST_SERIAL: Final = 2_958_465
"""9999-12-31."""
LIKELY_SERIALS: Final = range(7_306, 73_051)
"""1920 to 2099: plain numbers in a date column that are taken for dates."""
DATE_EXAMPLE: Final = "2024-01-31"
YEAR_FIRST: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?:\s*日)?")
COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
YEAR_LAST: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH: Final = r"(?P<month>[a-z]{3,9})\.?"
NAMED: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{MONTH},?[\s-]+(?P<year>\d{{4}})",
    )
)
"""Dates with the English name of their month: ``Mar 5, 2024``, ``5 March 2024``."""
TIME: Final = re.compile(
    r"(?:T|\s+|(?<=日))(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?"
    r"(?P<zone>\s*(?:Z|UTC|GMT|(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})))?"
)
NUMBER: Final = re.compile(
    r"""(?P<currency>[¥$€£]|RMB|CNY)?
        (?P<sign>[+-])?
        (?(currency)|[¥$€£]?)
        (?P<digits>\d+(\.\d*)?|\.\d+|(\d{1,3}(,\d{3})+|\d{1,4}(,\d{4})+)(\.\d*)?)
        (?P<myriads>[万亿])?(元|RMB|CNY)?""",
    re.IGNORECASE | re.VERBOSE,
)
"""A number without blanks; commas stand between thousands, or between ten thousands: any
other comma may be a decimal point.  万 and 亿 count ten thousands and hundred millions."""
MYRIADS: Final = {None: Decimal(1), "万": Decimal(10**4), "亿": Decimal(10**8)}
DIGITS: Final = 15
"""What a spreadsheet keeps of a number."""
LARGE: Final = Context(prec=MAX_TEXT, rounding=ROUND_HALF_UP)
"""Room for every number that a cell can hold, and its decimals."""


def exact(number: float) -> Decimal:
    """A cell's number as the 15 digits that a spreadsheet shows of it."""
    return Decimal(f"{number:.15g}")


def round_half_up(number: Decimal, places: int) -> Decimal:
    """Rounded half up (away from zero) to so many digits after the point."""
    return number.quantize(_unit(places), context=LARGE)


@cache
def _unit(places: int) -> Decimal:
    """The smallest step of numbers with so many digits after the point."""
    return Decimal(1).scaleb(-places)


def canonical(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent; nothing is never less than nothing."""
    if not number:
        return Decimal(0)
    whole = number.to_integral_value()
    return whole.quantize(Decimal(1), context=LARGE) if number == whole else number.normalize(LARGE)


def plain(number: Decimal) -> str:
    """A number as people write it: no exponent, no trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def widest(places: int) -> Decimal:
    """The largest number with so many decimals of which a spreadsheet keeps every digit."""
    return Decimal(10**DIGITS - 1).scaleb(-places)


def read_number(raw: RawCell, *, places: int, percent: bool = False) -> Reading:
    """A number with at most ``places`` decimals, from a number or from text that is one."""
    typed = _typed_number(raw, percent=percent)
    number = typed.value
    if not isinstance(number, Decimal):
        return typed
    rounded = canonical(round_half_up(number, places))
    if not _is_kept(rounded):
        return _too_wide(rounded, places)
    if rounded == number:
        return Reading(rounded, typed.notes)
    return Reading(rounded, (*typed.notes, Note("rounded", {"places": places, "read": plain(rounded)})))


def read_whole(raw: RawCell) -> Reading:
    """A whole number; one with a fraction is refused, never rounded."""
    typed = _typed_number(raw, percent=False)
    number = typed.value
    if not isinstance(number, Decimal):
        return typed
    if number != number.to_integral_value():
        return wrong("not-whole")
    return Reading(int(number), typed.notes) if _is_kept(number) else _too_wide(number, 0)


def _typed_number(raw: RawCell, *, percent: bool) -> Reading:
    """The number that a cell holds or spells, with all its digits."""
    if isinstance(raw, str):
        parsed = _parse_number(raw, percent=percent)
        if parsed is None:
            return wrong("not-a-number")
        read = f"{plain(parsed * 100)}%" if percent else plain(parsed)
        return Reading(parsed, (Note("number-was-text", {"read": read}),))
    if isinstance(raw, bool | Serial) or not isinstance(raw, float | int):
        return wrong("not-a-number")
    return Reading(exact(raw))


def _is_kept(number: Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of a number."""
    return abs(number) <= widest(0) and exact(float(number)) == number


def _too_wide(number: Decimal, places: int) -> Reading:
    if number < 0:
        return wrong("too-small", limit=plain(-widest(places)))
    return wrong("too-large", limit=plain(widest(places)))


def _parse_number(text: str, *, percent: bool) -> Decimal | None:
    """A number as people write it: with currency, thousands separators, per cent, in brackets if negative."""
    if not text.isascii() and any(map(_resembles_digits, text)):
        return None
    bare = "".join(visible(unicodedata.normalize("NFKC", text)).split()).replace("\u2212", "-")
    scale = Decimal(1)
    if bare.endswith("%") and percent:
        bare, scale = bare[:-1], Decimal("0.01")
    if bare.startswith("(") and bare.endswith(")"):
        bare, scale = bare[1:-1], -scale
    match = NUMBER.fullmatch(bare)
    if match is None:
        return None
    number = LARGE.multiply(Decimal(match["digits"].replace(",", "")), scale * MYRIADS[match["myriads"]])
    return LARGE.minus(number) if match["sign"] == "-" else LARGE.plus(number)  # no negative zero


def _resembles_digits(char: str) -> bool:
    """Whether a character is no digit but would be made some: ``5²`` would be read as 52, ``⑴`` as -1."""
    return char.isnumeric() and not char.isdecimal() and unicodedata.normalize("NFKC", char) != char


def date_to_serial(day: dt.date) -> int:
    """A date as the spreadsheet counts it (from 1900-03-01 on exactly)."""
    return (day - EPOCH).days


def datetime_to_serial(moment: dt.datetime) -> float:
    """A date and time as days and a fraction of a day."""
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return date_to_serial(moment.date()) + seconds / 86_400


def serial_to_datetime(serial: float) -> dt.datetime | None:
    """The moment a serial number means, to the second; nothing if it means none."""
    if not 1 <= serial < LAST_SERIAL + 1:
        return None
    days = int(serial)
    seconds = round((serial - days) * 86_400)
    if days == LAST_SERIAL:
        seconds = min(seconds, 86_399)  # there is no day after the last one
    shift = 0 if days >= FIRST_SERIAL - 1 else 1
    return dt.datetime.combine(EPOCH, dt.time()) + dt.timedelta(days=days + shift, seconds=seconds)


def read_date(raw: RawCell, *, time: bool) -> Reading:
    """A date (or with ``time`` a moment) from a date cell, a number or text in common spellings."""
    if isinstance(raw, bool):
        return wrong("not-a-date", example=DATE_EXAMPLE)
    if isinstance(raw, float | int):
        return _date_of_number(raw, time=time)
    text = visible(unicodedata.normalize("NFKC", str(raw))).strip()
    spelled = _spelled_date(text)
    if spelled is None:
        ambiguous = YEAR_LAST.fullmatch(text) is not None
        return wrong("date-ambiguous" if ambiguous else "not-a-date", example=DATE_EXAMPLE)
    parts, end = spelled
    clock = TIME.fullmatch(text, end)
    if text[end:] and clock is None:
        return wrong("not-a-date", example=DATE_EXAMPLE)
    try:
        day = dt.datetime(*parts)  # noqa: DTZ001
        if clock is not None:
            day = day.replace(hour=int(clock[1]), minute=int(clock[2]), second=int(clock[3] or 0))
            if clock["zone"] is not None and (time or day.time() != dt.time()):
                day = _here(day, clock)  # midnight is how programs write a day, whatever the zone
    except (ValueError, OverflowError):
        return wrong("not-a-date", example=DATE_EXAMPLE)
    return _dated(day, time=time, text=True)


def _here(moment: dt.datetime, zone: re.Match[str]) -> dt.datetime:
    """A moment of a stated time zone as clocks show it where the program runs.

    Raises:
        ValueError: there is no such zone.
        OverflowError: it lies outside of the years that there are.
    """
    ahead = dt.timedelta(hours=int(zone["hours"] or 0), minutes=int(zone["minutes"] or 0))
    offset = dt.timezone(-ahead if zone["sign"] == "-" else ahead)
    return moment.replace(tzinfo=offset).astimezone().replace(tzinfo=None)


def _spelled_date(text: str) -> tuple[tuple[int, int, int], int] | None:
    """Year, month and day that a text begins with, and where they end; nothing if they cannot be told."""
    first = YEAR_FIRST.match(text) or COMPACT.match(text)
    if first is not None:
        return (int(first[1]), int(first[2]), int(first[3])), first.end()
    named = next((found for pattern in NAMED if (found := pattern.match(text))), None)
    if named is not None:
        month = named["month"].lower()
        number = next((n for n, name in enumerate(MONTHS, 1) if month[:3] == name), 0)
        return (int(named["year"]), number, int(named["day"])), named.end()
    last = YEAR_LAST.match(text)
    return None if last is None else _year_last(last)


def _year_last(found: re.Match[str]) -> tuple[tuple[int, int, int], int] | None:
    """A date whose year comes last, if only one day can be meant.

    With dots the day comes first wherever people write so; with other signs both orders are
    in use, and only a number above twelve tells.  Short years are refused.
    """
    one, other, year = int(found[1]), int(found[3]), int(found[4])
    if len(found[4]) == 2:
        return None
    if found[2] == "." or one > 12 or one == other:
        return (year, other, one), found.end()
    return ((year, one, other), found.end()) if other > 12 else None


def _date_of_number(raw: float, *, time: bool) -> Reading:
    if not isinstance(raw, Serial):
        if raw == int(raw) and COMPACT.fullmatch(str(int(raw))):
            return read_date(str(int(raw)), time=time)
        if int(raw) not in LIKELY_SERIALS:
            return wrong("not-a-date", example=DATE_EXAMPLE)
    moment = serial_to_datetime(raw)
    if moment is None:
        return wrong("not-a-date", example=DATE_EXAMPLE)
    return _dated(moment, time=time, text=not isinstance(raw, Serial))


def _dated(moment: dt.datetime, *, time: bool, text: bool) -> Reading:
    if moment.date() < FIRST_DAY:
        return wrong("too-small", value=moment.date().isoformat(), limit=FIRST_DAY.isoformat())
    value = moment if time else moment.date()
    shown = value.isoformat(" ", "minutes") if isinstance(value, dt.datetime) else value.isoformat()
    return Reading(value, (Note("date-was-text", {"read": shown}),) if text else ())
