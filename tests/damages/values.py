"""Values that programs and people spell in ways of their own."""

from __future__ import annotations

import datetime as dt

from tests.damages.ways import FIRST, Place, way


@way("date-was-text")
def text_dates(place: Place) -> None:
    ways = (
        *("{d:%Y}年{m}月{n}日", "{d:%Y}/{m}/{n}", "{n}.{m}.{d:%Y}", "{d:%Y%m%d}"),
        *("{d:%Y-%m-%d} 00:00:00", "{d:%b} {n}, {d:%Y}"),
    )
    for row, text in enumerate(ways, FIRST):
        day = place.tab.cell(row, place.at("day")).value
        if isinstance(day, dt.date):
            place.put("day", row, text.format(d=day, m=day.month, n=day.day))


@way("date-ambiguous", held=True)
def an_ambiguous_date(place: Place) -> None:
    place.put("day", 3, "03/04/2024")


@way("digits-lost", held=True)
def scientific_phones(place: Place) -> None:
    place.put("phone", 3, "1.38E+10")


@way("digits-lost", held=True)
def digits_beyond_fifteen(place: Place) -> None:
    place.put("text", 3, 123456789012345678)


@way("width-normalised")
def full_width_digits(place: Place) -> None:
    row = next(n for n in range(FIRST, 20) if place.tab.cell(n, place.at("phone")).value)
    cell = place.tab.cell(row, place.at("phone"))
    cell.value = "".join(chr(ord(c) + 0xFEE0) for c in str(cell.value))


@way("number-was-text")
def amounts_as_people_write_them(place: Place) -> None:
    for row, text in ((3, "¥{:,}"), (4, "{:,}元"), (5, "{:,.2f}")):
        cell = place.tab.cell(row, place.at("money"))
        cell.value = text.format(cell.value) if cell.value is not None else None
    cell = place.tab.cell(6, place.at("money"))
    cell.value = None if cell.value is None else f"{float(str(cell.value)) / 10000}万"
