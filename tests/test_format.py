"""Cells as a spreadsheet shows them."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.values import date_to_serial, formatted_cell
from custbook_gen.values.number import datetime_to_serial
from custbook_gen.workbook import Cell

CHANGE = "+0.0%;[Red]-0.0%;0.0%"


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (None, "#,##0", ""),
        ("=1+1", "#,##0", "=1+1"),
        (True, "General", "TRUE"),
        (1234567, "#,##0", "1,234,567"),
        (Decimal("1234.565"), "#,##0.00", "1,234.57"),
        (Decimal("-0.004"), "#,##0.00", "0.00"),
        (Decimal("0.5"), "#,##0", "1"),
        (Decimal("-2.5"), "#,##0", "-3"),
        (12, "0", "12"),
        (Decimal("0.1234"), "0.0%", "12.3%"),
        (Decimal("0.1235"), "0%", "12%"),
        (Decimal("1.0023"), CHANGE, "+100.2%"),
        (Decimal("-0.855"), CHANGE, "-85.5%"),
        (0, CHANGE, "0.0%"),
        (Decimal("0.333333333333333"), "General", "0.3333333333"),
        (Decimal("1E+3"), "General", "1000"),
        (1.5, "@", "1.5"),
        (date_to_serial(dt.date(2026, 11, 22)), "yyyy-mm-dd", "2026-11-22"),
        (
            Decimal(date_to_serial(dt.date(2026, 11, 22))) + Decimal("0.604166666666667"),
            "yyyy-mm-dd hh:mm",
            "2026-11-22 14:30",
        ),
        (
            datetime_to_serial(dt.datetime.fromisoformat("9999-12-31T23:59:59")),
            "yyyy-mm-dd hh:mm",
            "9999-12-31 23:59",
        ),
    ],
)
def test_a_cell_is_shown_by_its_format(value: Cell, number_format: str, shown: str) -> None:
    assert formatted_cell(value, number_format) == shown


@given(st.decimals(-(10**12), 10**12, places=4))
def test_numbers_come_back_to_the_places_shown(number: Decimal) -> None:
    assert abs(Decimal(formatted_cell(number, "#,##0.00").replace(",", "")) - number) <= Decimal("0.005")


@given(st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 30)))
def test_days_are_shown_as_iso_dates(day: dt.date) -> None:
    assert formatted_cell(date_to_serial(day), "yyyy-mm-dd") == day.isoformat()
