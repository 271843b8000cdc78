"""Interactions, visits and confirmations (section 5.5), and consent (5.6)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.derive import Facts, consent_states, edate
from custbook_gen.records import Tables, Value
from tests.derive_books import AS_OF, ago, at, book, day, rule, sale

SMS, MAIL, PHONE, WECHAT = (f"marketing_{name}" for name in ("sms", "email", "phone", "wechat"))


def customer(created: str | None = None, **values: Value) -> dict[str, Value]:
    return {"level": "B", "created_on": None if created is None else day(created), **values}


def one(created: str | None = "2026-05-29", *calls: dict[str, Value], **values: Value) -> Tables:
    return book(customers=[{**customer(created), **values}], interactions=calls)


# ---------------------------------------------------------------- months


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("0001-01-31", -12, "0001-01-01"),
        ("9999-11-30", 2, "9999-12-31"),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(start: str, months: int, end: str) -> None:
    assert edate(day(start), months) == day(end)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)), st.integers(-600, 600))
def test_months_later_keeps_the_day_where_the_month_has_it(start: dt.date, months: int) -> None:
    end = edate(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == start.day or ((end + dt.timedelta(days=1)).day == 1 and end.day < start.day)


# ---------------------------------------------------------------- interactions


def test_calls_that_reached_nobody_are_not_effective() -> None:
    calls: list[dict[str, Value]] = [
        {"at": at("2026-01-05 10:00")},
        {"at": at("2026-02-05 10:00"), "result": "not_reached"},
        {"at": at("2026-03-05 10:00"), "result": "invalid_number"},
    ]
    assert rule("last_effective_interaction", one(None, *calls)) == {"C1": day("2026-01-05")}
    assert rule("last_interaction", one(None, *calls)) == {"C1": day("2026-03-05")}
    unknown: dict[str, Value] = {"at": at("2026-04-05 10:00"), "result": None}
    assert rule("last_effective_interaction", one(None, *calls, unknown)) == {"C1": day("2026-04-05")}


def test_a_later_interaction_closes_an_earlier_plan() -> None:
    planned: dict[str, Value] = {"at": at("2026-01-05 10:00"), "next_on": day("2026-08-03")}
    later: dict[str, Value] = {"at": at("2026-01-05 10:01")}
    assert rule("planned_follow_up", one(None, planned)) == {"C1": day("2026-08-03")}
    assert rule("planned_follow_up", one(None, later, planned)) == {}
    assert rule("follow_up_done", one(None, planned)) == {"I1": False}
    assert rule("follow_up_done", one(None, later, planned)) == {"I2": True}


def test_of_two_interactions_at_one_time_the_lower_row_is_the_latest() -> None:
    plans: list[dict[str, Value]] = [{"next_on": day("2026-08-03")}, {"next_on": day("2026-09-03")}]
    assert rule("planned_follow_up", one(None, *plans)) == {"C1": day("2026-09-03")}
    assert rule("follow_up_done", one(None, *plans)) == {"I1": True, "I2": False}


def test_what_is_still_to_come_closes_nothing() -> None:
    calls: list[dict[str, Value]] = [
        {"at": at("2026-06-30 23:59"), "next_on": day("2026-08-03")},
        {"at": at("2026-07-01 00:00"), "next_on": day("2026-09-01")},
    ]
    assert rule("planned_follow_up", one(None, *calls)) == {"C1": day("2026-08-03")}
    assert rule("follow_up_done", one(None, *calls)) == {"I1": False}


# ---------------------------------------------------------------- the next visit


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"level": "B"}, "2026-11-30"),  # 2026-11-29 is a Sunday
        ({"level": "A"}, "2026-08-31"),  # 2026-08-29 is a Saturday
        ({"level": "VIP"}, "2026-08-31"),
        ({"level": "C"}, "2027-05-31"),
        ({"level": None}, "2026-11-30"),
        ({"level": "C", "groups": ("key",)}, "2026-08-31"),
        ({"level": "C", "value_manual": "high"}, "2026-08-31"),
    ],
)
def test_the_interval_goes_by_the_level_and_weekends_are_skipped(
    values: dict[str, Value], expected: str
) -> None:
    assert rule("next_visit", book(customers=[{**customer("2026-05-29"), **values}])) == {"C1": day(expected)}


def test_an_effective_interaction_starts_the_interval_anew_and_another_does_not() -> None:
    assert rule("next_visit", one("2025-01-01", {"at": at("2026-01-05 10:00")})) == {"C1": day("2026-07-06")}
    missed: dict[str, Value] = {"at": at("2026-01-05 10:00"), "result": "not_reached"}
    assert rule("next_visit", one("2025-01-01", missed)) == {"C1": day("2025-07-01")}


@pytest.mark.parametrize(
    ("level", "plan", "expected"),
    [
        ("B", "2027-03-01", "2027-03-01"),
        ("B", "2026-07-01", "2026-07-01"),
        ("B", "2026-07-04", "2026-07-06"),
        ("A", "2027-03-01", "2026-09-30"),
        ("A", "2026-07-01", "2026-07-01"),
    ],
)
def test_a_plan_goes_before_the_rule_but_cannot_skip_a_key_customers_quarter(
    level: str, plan: str, expected: str
) -> None:
    assert rule("next_visit", one("2020-01-01", {"next_on": day(plan)}, level=level)) == {"C1": day(expected)}


def test_a_plan_is_enough_and_without_anything_there_is_no_visit() -> None:
    unreached: dict[str, Value] = {"result": "not_reached", "next_on": day("2026-07-08")}
    for level in ("A", "B"):
        assert rule("next_visit", one(None, unreached, level=level)) == {"C1": day("2026-07-08")}
    assert rule("next_visit", one(None)) == {}
    assert rule("revisit_state", one(None)) == {"C1": "not_needed"}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"skip_weekends": False}, "2026-11-29"),
        ({"holidays": ["2026-11-30", "2026-12-01"]}, "2026-12-02"),
        ({"skip_weekends": False, "holidays": ["2026-11-29"]}, "2026-11-30"),
        ({"months_by_level": {"B": 1}}, "2026-06-29"),
        ({"months_by_level": {}, "other_months": 2}, "2026-07-29"),
    ],
)
def test_weekends_holidays_and_intervals_are_settings(settings: dict[str, object], expected: str) -> None:
    assert rule("next_visit", one(), {"follow_up": settings}) == {"C1": day(expected)}


@pytest.mark.parametrize("status", ["inactive", "blacklisted", "merged", "erased", None])
def test_records_out_of_use_are_not_visited(status: str | None) -> None:
    assert rule("next_visit", one(status=status)) == {}
    assert rule("overdue_days", one(status=status)) == {}
    assert rule("revisit_state", one(status=status)) == {"C1": "not_needed"}


def test_lost_customers_are_visited_only_where_the_settings_say_so() -> None:
    tables = book(customers=[customer("2026-05-29")], sales=[sale(ago(181))])
    assert rule("next_visit", tables) == {}
    assert rule("next_visit", tables, {"follow_up": {"revisit_lost": True}}) == {"C1": day("2026-11-30")}
    kept = book(customers=[customer("2026-05-29", lifecycle_manual="active")], sales=[sale(ago(181))])
    assert rule("next_visit", kept) == {"C1": day("2026-11-30")}


def test_who_refused_every_channel_is_not_visited() -> None:
    refusals = [{"purpose": purpose, "given": "refused"} for purpose in (SMS, MAIL, PHONE, WECHAT)]
    everything = book(customers=[customer("2026-05-29")], consents=refusals)
    assert rule("next_visit", everything) == {}
    most = book(customers=[customer("2026-05-29")], consents=refusals[1:])
    assert rule("next_visit", most) == {"C1": day("2026-11-30")}
    assert rule("next_visit", one(pref_channel=("none",))) == {}
    assert rule("next_visit", one(pref_channel=("phone",))) == {"C1": day("2026-11-30")}


@pytest.mark.parametrize(
    ("plan", "days", "state"),
    [
        ("2026-06-29", 1, "overdue"),
        ("2026-06-30", 0, "today"),
        ("2026-07-01", 0, "within_week"),
        ("2026-07-07", 0, "within_week"),
        ("2026-07-08", 0, "within_month"),
        ("2026-07-30", 0, "within_month"),
        ("2026-07-31", 0, "later"),
    ],
)
def test_a_visit_is_overdue_today_or_still_to_come(plan: str, days: int, state: str) -> None:
    tables = one("2026-01-01", {"next_on": day(plan)})
    assert rule("overdue_days", tables) == {"C1": days}
    assert rule("revisit_state", tables) == {"C1": state}


# ---------------------------------------------------------------- confirmations


@pytest.mark.parametrize(
    ("level", "created", "verified", "due"),
    [
        ("A", "2025-11-30", None, "2026-02-28"),
        ("A", "2020-01-01", "2024-11-29", "2025-02-28"),
        ("B", "2024-02-29", None, "2025-02-28"),
        ("C", "2020-01-01", "2026-01-01", "2027-01-01"),
        ("B", None, "2026-01-01", "2027-01-01"),
        ("B", "2026-03-01", "2026-01-01", "2027-03-01"),
    ],
)
def test_details_are_confirmed_every_quarter_or_every_year(
    level: str, created: str | None, verified: str | None, due: str
) -> None:
    tables = one(created, level=level, verified_on=None if verified is None else day(verified))
    assert rule("next_verification", tables) == {"C1": day(due)}


def test_without_any_date_there_is_nothing_to_confirm() -> None:
    assert rule("next_verification", one(None)) == {}


# ---------------------------------------------------------------- consent


def test_the_last_event_decides_purpose_by_purpose() -> None:
    events: list[dict[str, Value]] = [
        {"at": at("2026-03-01 08:00"), "given": "withdrawn"},
        {"at": at("2026-02-01 08:00")},
        {"purpose": MAIL, "given": "refused"},
        {"purpose": MAIL},
        {"purpose": PHONE, "expires_on": ago(1)},
        {"purpose": WECHAT, "expires_on": AS_OF},
        {"purpose": WECHAT, "given": "withdrawn", "at": at("2026-07-01 00:00")},
    ]
    tables = book(consents=events)
    assert consent_states(Facts(tables, AS_OF)) == {
        "C1": {SMS: "withdrawn", MAIL: "given", PHONE: "expired", WECHAT: "given"}
    }
    text = "marketing_email✓ marketing_phone✗ marketing_sms✗ marketing_wechat✓"
    assert rule("consent_state", tables) == {"C1": text}
    assert rule("consent_state", book()) == {}
    today = at("2026-06-30 23:59")
    assert rule("consent_state", book(consents=[{"at": today}])) == {"C1": "marketing_sms✓"}
