"""Which province a Chinese postcode or area code belongs to.

Provinces are told by the first two digits of their division code (GB/T 2260).  The tables
say in which provinces a number is used at all: border districts share the neighbours'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from custbook_gen.check.entries import Entries, Found
from custbook_gen.records import Value
from custbook_gen.values import Note

HOME: Final = "CN"
CODE: Final = "+86"

POSTCODES: Final[Mapping[str, str]] = {
    "11": "10",
    "12": "30",
    "13": "05 06 07",
    "14": "03 04",
    "15": "01 02 13 16 73 75",
    "21": "11 12",
    "22": "13",
    "23": "15 16",
    "31": "20",
    "32": "21 22",
    "33": "31 32",
    "34": "23 24",
    "35": "35 36",
    "36": "33 34",
    "37": "25 26 27",
    "41": "45 46 47",
    "42": "43 44",
    "43": "41 42",
    "44": "51 52",
    "45": "53 54",
    "46": "57",
    "50": "40",
    "51": "61 62 63 64",
    "52": "55 56",
    "53": "65 66 67",
    "54": "85 86",
    "61": "71 72",
    "62": "73 74",
    "63": "81",
    "64": "75",
    "65": "83 84",
    "81": "99",
    "82": "99",
}
"""The first two digits of postcodes, by province."""

AREA_CODES: Final[Mapping[str, str]] = {
    "11": "10",
    "12": "22",
    "13": "31 33",
    "14": "349 35",
    "15": "47 48",
    "21": "24 41 42",
    "22": "43 448",
    "23": "45 46",
    "31": "21",
    "32": "25 51 52",
    "33": "57 58",
    "34": "55 56",
    "35": "59",
    "36": "70 79",
    "37": "53 54 631 632 633 634 635",
    "41": "37 39",
    "42": "27 71 72",
    "43": "73 74",
    "44": "20 66 75 76",
    "45": "77",
    "46": "898 899 890",
    "50": "23",
    "51": "28 81 82 83",
    "52": "85",
    "53": "69 87 88",
    "54": "891 892 893 894 895 896 897",
    "61": "29 91",
    "62": "93 94",
    "63": "97",
    "64": "95",
    "65": "90 99",
}
"""The beginnings of area codes, without the 0 before them, by province."""


def _by_start(table: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """The provinces by what their numbers begin with."""
    starts: dict[str, tuple[str, ...]] = {}
    for province, numbers in table.items():
        for number in numbers.split():
            starts[number] = (*starts.get(number, ()), province)
    return starts


_POSTCODES: Final = _by_start(POSTCODES)
_AREA_CODES: Final = _by_start(AREA_CODES)


def provinces_of_postcode(postcode: str) -> tuple[str, ...]:
    """The provinces (first two digits of their codes) where a postcode may be; none if unknown."""
    return _POSTCODES.get(postcode[:2], ()) if len(postcode) == 6 and postcode.isdecimal() else ()


def provinces_of_phone(number: str) -> tuple[str, ...]:
    """The provinces where a landline (E.164) may be; none if unknown, or no landline of China."""
    national = number.removeprefix(CODE)
    if national == number or (national.startswith("1") and not national.startswith("10")):
        return ()
    return next((_AREA_CODES[national[:n]] for n in (3, 2) if national[:n] in _AREA_CODES), ())


def postcodes_elsewhere(entries: Entries) -> Iterator[Found]:
    """C-12: a postcode of another province."""
    for row, value in entries.typed("postcode", "province") if entries.has("province") else ():
        yield from _elsewhere(entries, Found(row, "postcode", Note("postcode-elsewhere")), value)


def area_codes_elsewhere(entries: Entries) -> Iterator[Found]:
    """C-12: a landline with the area code of another province."""
    for field in entries.fields("phone") if entries.has("province") else ():
        if not field.mobile:
            for row, value in entries.typed(field.key, "province"):
                yield from _elsewhere(entries, Found(row, field.key, Note("area-code-elsewhere")), value)


def _elsewhere(entries: Entries, found: Found, value: Value) -> Iterator[Found]:
    province, country = found.row.values.get("province"), found.row.values.get("country")
    if not isinstance(province, str) or "province" in found.row.faults or country not in (None, HOME):
        return
    numbers = provinces_of_postcode if found.field == "postcode" else provinces_of_phone
    places = numbers(str(value))
    if places and province[:2] not in places and province[:2] in POSTCODES:
        facts = {
            "value": entries.shown(found.field, value),
            "found": _names(entries, [place.ljust(len(province), "0") for place in places]),
            "province": entries.reader.label("province"),
            "expected": entries.shown("province", province),
        }
        yield found._replace(note=Note(found.note.code, facts))


def _names(entries: Entries, provinces: Sequence[str]) -> str:
    """The names of provinces, as this book calls them."""
    return " / ".join(entries.shown("province", province) for province in provinces)
