"""What a value looks like on the screen, for the number formats that are emulated; any other is refused
loudly."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from tests.sheets_server.errors import Json, not_emulated
from tests.sheets_server.evidence import Behaviour, Evidence

BEHAVIOURS = (
    Behaviour(
        "formatted-values",
        "formattedValue for plain numbers, fixed decimals, grouping, percent, ISO dates and times, and text",
        Evidence.UNVERIFIED,
        "numbers without a format and ISO dates are recorded, the other patterns are read as in the guide "
        "to formats",
    ),
)

EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's dates have no zone
DEFAULTS = {
    "DATE": "yyyy-mm-dd",
    "DATE_TIME": "yyyy-mm-dd hh:mm:ss",
    "TIME": "hh:mm:ss",
    "PERCENT": "0.00%",
    "NUMBER": "#,##0.00",
}
NUMBER = re.compile(r"(?P<group>#,##)?(?P<whole>0+|#)(?:\.(?P<decimals>0+))?(?P<percent>%)?\Z")
DATE_PARTS = re.compile(r"yyyy|yy|mm|m|dd|d|hh|h|ss|\"[^\"]*\"|\\.|.", re.DOTALL)


def formatted(value: Json, cell_format: Json) -> str:
    """The text that a cell shows.

    Raises:
        ApiError: 501 for a number format that is not emulated.
    """
    if "stringValue" in value:
        return str(value["stringValue"])
    if "boolValue" in value:
        return "TRUE" if value["boolValue"] else "FALSE"
    if "errorValue" in value:
        return error_text(value["errorValue"])
    return _number(value["numberValue"], cell_format.get("numberFormat", {}))


def error_text(error: Json) -> str:
    """The text of an error value."""
    names = {"NULL_VALUE": "#NULL!", "DIVIDE_BY_ZERO": "#DIV/0!", "N_A": "#N/A", "NUM": "#NUM!"}
    return names.get(error["type"], f"#{error['type']}" + ("?" if error["type"] == "NAME" else "!"))


def _number(number: float, number_format: Json) -> str:
    kind = number_format.get("type", "")
    pattern = number_format.get("pattern") or DEFAULTS.get(kind, "")
    if not pattern or kind == "TEXT" or pattern in {"General", "@"}:
        return plain(number)
    if kind in {"DATE", "DATE_TIME", "TIME"}:
        return _date(number, pattern)
    match = NUMBER.match(pattern)
    if match is None:
        raise not_emulated(f"number format {pattern}")
    if match["percent"]:
        number *= 100
    decimals = len(match["decimals"] or "")
    rounded = Decimal(repr(float(number))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    grouping = "," if match["group"] else ""
    width = len(match["whole"].strip("#")) + (decimals + 1 if decimals else 0)
    sign = "-" if rounded < 0 else ""
    return f"{sign}{abs(rounded):{grouping}.{decimals}f}".zfill(width + len(sign)) + (match["percent"] or "")


def plain(number: float) -> str:
    """A number without a format: up to ten digits, whole numbers without a point."""
    if float(number).is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.10g}"


def _date(serial: float, pattern: str) -> str:
    moment = EPOCH + dt.timedelta(seconds=round(serial * 86_400))
    parts = DATE_PARTS.findall(pattern)
    return "".join(_date_part(moment, parts, index, pattern) for index in range(len(parts)))


def _date_part(moment: dt.datetime, parts: list[str], index: int, pattern: str) -> str:
    part = parts[index]
    if part in {"mm", "m"}:
        # minutes stand after hours or before seconds, months anywhere else
        before = next((p for p in reversed(parts[:index]) if p.isalpha()), "")
        after = next((p for p in parts[index + 1 :] if p.isalpha()), "")
        number = moment.minute if before.startswith("h") or after.startswith("s") else moment.month
        return f"{number:0{len(part)}d}"
    fields = {
        "yyyy": moment.year,
        "dd": moment.day,
        "d": moment.day,
        "hh": moment.hour,
        "h": moment.hour,
        "ss": moment.second,
    }
    if part in fields:
        return f"{fields[part]:0{len(part)}d}"
    if part.isascii() and part.isalpha():
        raise not_emulated(f"date format {pattern}")
    return part.strip('"').removeprefix("\\")
