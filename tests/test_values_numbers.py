"""Numbers and dates: every usual spelling is understood, and nothing else."""

import datetime as dt
import time
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.values import (
    display,
    round_half_up,
    widest,
)
from custbook_gen.workbook import RawCell, Serial
from tests.value_books import (
    codes,
    known,
    moment,
    read,
)

# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (1234.5, "1234.5"),
        ("1234.5", "1234.5"),
        ("１２３４．５", "1234.5"),
        ("1,234.50", "1234.5"),
        ("1，234，567", "1234567"),
        ("12,3456", "123456"),
        ("￥1,234.50", "1234.5"),
        ("¥-5", "-5"),
        ("-¥5", "-5"),
        ("−5", "-5"),
        ("(5.25)", "-5.25"),
        ("5元", "5"),
        ("RMB 5", "5"),
        (" 1 000 ", "1000"),
        ("\u3000７\u00a0", "7"),
        ("\u200b7", "7"),
        (0.1 + 0.2, "0.3"),
        (1.005, "1.01"),
        (-1.005, "-1.01"),
        (2.675, "2.68"),
    ],
)
def test_amounts_are_read_as_people_write_them(raw: RawCell, value: str) -> None:
    assert read("money", raw).value == Decimal(value)


@pytest.mark.parametrize("raw", ["5²", "10³", "⑴", "5①", "½", "Ⅿ", "⒈5"])
@pytest.mark.parametrize("kind", ["money", "int", "pct"])
def test_what_only_resembles_digits_is_no_number(kind: str, raw: str) -> None:
    assert codes(read(kind, raw)) == ["not-a-number"]


@pytest.mark.parametrize("raw", [-0.0, "-0", "(0.00)", "-0.00001", -0.00001])
@pytest.mark.parametrize("kind", ["dec", "money", "pct"])
def test_nothing_has_no_sign(kind: str, raw: RawCell) -> None:
    found = read(kind, raw)
    assert display(known(kind), found.value) == "0"
    assert [note.facts["read"] for note in found.notes if note.facts["read"] in ("-0", "-0%")] == []


@pytest.mark.parametrize(
    "raw", ["", "abc", "1.2.3", "12,34", "1234,5", "5元3", "1e5", "--5", "12%", True, Serial(45000), "١٢x"]
)
def test_other_texts_are_no_amounts(raw: RawCell) -> None:
    reading = read("money", raw)
    assert reading.value is None
    assert codes(reading) == ([] if raw == "" else ["not-a-number"])


@pytest.mark.parametrize(
    ("raw", "value"), [("12%", "0.12"), ("１２．５％", "0.125"), (0.12, "0.12"), ("0.12", "0.12")]
)
def test_percentages_are_read_with_and_without_the_sign(raw: RawCell, value: str) -> None:
    assert read("pct", raw).value == Decimal(value)


@pytest.mark.parametrize("raw", [1e15, 1e30, 1.7e308, "9" * 20, "9" * 30_000, "99999999999999.99"])
def test_a_number_of_more_digits_than_a_sheet_keeps_is_refused(raw: RawCell) -> None:
    assert codes(read("money", raw)) == ["too-large"]
    assert widest(2) == Decimal("9999999999999.99")


@pytest.mark.parametrize("raw", [1e15, "9" * 20])
def test_a_whole_number_of_more_digits_is_refused_too(raw: RawCell) -> None:
    assert codes(read("int", raw)) == ["too-large"]


def test_a_fraction_is_never_rounded_to_a_whole_number() -> None:
    assert codes(read("int", 2.5)) == codes(read("int", "3.00000000001")) == ["not-whole"]
    assert read("int", 3.0000000000000004).value == 3
    assert isinstance(read("int", 3.0).value, int)


@given(number=st.decimals(-(10**9), 10**9, places=6))
def test_rounding_is_half_up_away_from_zero(number: Decimal) -> None:
    rounded = round_half_up(number, 2)
    assert abs(rounded - number) <= Decimal("0.005")
    if abs(rounded - number) == Decimal("0.005"):
        assert abs(rounded) > abs(number)


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    "raw",
    [
        "2024-01-05",
        "2024/1/5",
        "2024.1.5",
        "2024年1月5日",
        "20240105",
        20240105.0,
        "２０２４－０１－０５",
        45296.0,
        Serial(45296.75),
    ],
)
def test_a_date_is_read_in_every_usual_spelling(raw: RawCell) -> None:
    assert read("date", raw).value == dt.date(2024, 1, 5)


@pytest.mark.parametrize(
    "raw",
    [
        "2024-01-05 14:30",
        "2024年1月5日14:30",
        "20240105 14:30:00",
        Serial(45296 + 14.5 / 24),
    ],
)
def test_a_moment_is_read_in_every_usual_spelling(raw: RawCell) -> None:
    assert read("datetime", raw).value == moment("2024-01-05 14:30")


@pytest.fixture
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Clocks eight hours ahead of Greenwich."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="clocks cannot be set for a test")
@pytest.mark.usefixtures("in_shanghai")
@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("2024-01-05T14:30:00Z", "2024-01-05 22:30"),
        ("2024-01-05T23:30:00.000Z", "2024-01-06 07:30"),
        ("2024-01-05 14:30 UTC", "2024-01-05 22:30"),
        ("2024-01-05T14:30:00+08:00", "2024-01-05 14:30"),
        ("2024-01-05T14:30:00-0500", "2024-01-06 03:30"),
        ("2024-01-05T00:00:00Z", "2024-01-05 08:00"),
    ],
)
def test_a_moment_of_another_time_zone_is_told_as_clocks_here_show_it(raw: str, at: str) -> None:
    found = read("datetime", raw)
    assert found.value == moment(at)
    assert [(note.code, dict(note.facts)) for note in found.notes] == [("date-was-text", {"read": at})]
    midnight = "T00:00:00Z" in raw  # how programs write a day
    assert read("date", raw).value == (dt.date(2024, 1, 5) if midnight else moment(at).date())


@pytest.mark.parametrize(
    "raw", ["9999-12-31T23:59:59-23:00", "2024-01-05 14:30+25:00", "2024-01-05 14:30 CET"]
)
def test_zones_that_nobody_knows_and_days_that_there_are_not_are_refused(raw: str) -> None:
    assert codes(read("datetime", raw)) == ["not-a-date"]


@pytest.mark.parametrize("raw", ["03/04/2024", "3.4.24", "5-3-2024", "31/12/24"])
def test_a_date_that_may_mean_two_days_is_refused(raw: str) -> None:
    assert codes(read("date", raw)) == ["date-ambiguous"]


@pytest.mark.parametrize(
    "raw",
    ["去年", "2024-13-01", "2024-02-30", "2024-01-05 25:00", "0000-00-00", 12.0, 1e9, True, Serial(0.5)],
)
def test_other_cells_are_no_dates(raw: RawCell) -> None:
    assert codes(read("date", raw)) == ["not-a-date"]


def test_days_that_programs_count_differently_are_refused() -> None:
    assert codes(read("date", "1900-02-28")) == codes(read("date", Serial(60))) == ["too-small"]
    assert read("date", Serial(61)).value == dt.date(1900, 3, 1)


def test_the_last_day_ends_with_its_last_second() -> None:
    last = Serial(2_958_465.999999)
    assert read("date", last).value == dt.date(9999, 12, 31)
    assert read("datetime", last).value == moment("9999-12-31 23:59:59")
    assert codes(read("date", Serial(2_958_466))) == codes(read("datetime", Serial(-1))) == ["not-a-date"]
