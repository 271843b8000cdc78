"""Tickets, deals and age: hours, days and leap days (sections 3.1, 3.3 and 3.6)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from custbook_gen.derive import RULES, Facts
from custbook_gen.records import Tables, Value
from tests.derive_books import AS_OF, ago, at, book, day, rule


def ticket(opened: str = "2026-06-01 09:00", **values: Value) -> Tables:
    return book(tickets=[{"opened_at": at(opened), **values}])


@pytest.mark.parametrize(
    ("reply", "hours"),
    [
        ("2026-06-01 09:00", "0"),
        ("2026-06-01 10:30", "1.5"),
        ("2026-06-01 09:02:59", "0"),
        ("2026-06-01 09:03", "0.1"),
        ("2026-06-03 09:00", "48"),
        ("2026-06-01 08:00", "0"),
    ],
)
def test_hours_count_from_the_opening_to_one_place(reply: str, hours: str) -> None:
    assert rule("response_hours", ticket(first_reply_at=at(reply))) == {"T1": Decimal(hours)}
    assert rule("resolve_hours", ticket(resolved_at=at(reply))) == {"T1": Decimal(hours)}


def test_without_reply_or_solution_there_are_no_hours() -> None:
    for name in ("response_hours", "resolve_hours"):
        assert rule(name, ticket()) == {}
        assert (
            rule(name, ticket(first_reply_at=at("2026-07-01 00:00"), resolved_at=at("2026-07-01 00:00")))
            == {}
        )


@pytest.mark.parametrize(
    ("priority", "last"), [("urgent", "06-01 11:00"), ("high", "06-01 17:00"), ("medium", "06-02 09:00")]
)
def test_a_reply_after_the_hours_of_its_priority_is_late(priority: str, last: str) -> None:
    just = ticket(priority=priority, first_reply_at=at(f"2026-{last}"))
    late = ticket(priority=priority, first_reply_at=at(f"2026-{last}:01"))
    assert (rule("sla_breached", just), rule("sla_breached", late)) == ({"T1": False}, {"T1": True})


@pytest.mark.parametrize(
    ("opened", "values", "breached"),
    [
        ("2026-06-30 00:00", {"priority": "medium"}, False),
        ("2026-06-29 23:59", {"priority": "medium"}, True),
        ("2026-06-28 00:00", {"priority": "low"}, False),
        ("2026-06-27 23:59", {"priority": "low"}, True),
        ("2026-06-01 09:00", {"resolved_at": at("2026-06-02 09:00")}, False),
        ("2026-06-01 09:00", {"resolved_at": at("2026-06-02 09:01")}, True),
        ("2026-06-01 09:00", {"first_reply_at": at("2026-07-01 09:00")}, True),
    ],
)
def test_a_ticket_without_a_reply_is_late_by_the_end_of_the_day(
    opened: str, values: dict[str, Value], breached: bool
) -> None:
    assert rule("sla_breached", ticket(opened, **values)) == {"T1": breached}


def test_limits_are_settings_and_an_unknown_priority_has_none() -> None:
    late = ticket(first_reply_at=at("2026-06-01 10:01"))
    assert rule("sla_breached", late, {"service": {"medium": 1}}) == {"T1": True}
    assert rule("sla_breached", ticket(priority=None)) == {}


@pytest.mark.parametrize(
    ("values", "days"),
    [
        ({}, 29),
        ({"resolved_at": at("2026-06-03 08:00"), "status": "resolved"}, 2),
        ({"resolved_at": at("2026-06-03 08:00"), "status": "reopened"}, 29),
        ({"resolved_at": at("2026-07-03 08:00"), "status": "resolved"}, 29),
    ],
)
def test_a_ticket_is_open_until_it_is_solved(values: dict[str, Value], days: int) -> None:
    assert rule("open_days", ticket("2026-06-01 09:00", **values)) == {"T1": days}


def test_a_ticket_of_tomorrow_is_not_there_yet() -> None:
    for name in ("response_hours", "resolve_hours", "sla_breached", "open_days"):
        assert rule(name, ticket("2026-07-01 00:00", first_reply_at=at("2026-07-01 00:00"))) == {}


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({}, 1),
        ({"resolved_at": at("2026-06-02 09:00"), "status": "resolved"}, 0),
        ({"resolved_at": at("2026-06-02 09:00"), "status": "reopened"}, 1),
        ({"resolved_at": at("2026-07-02 09:00"), "status": "resolved"}, 1),
        ({"status": "closed"}, 0),
        ({"status": "waiting"}, 1),
        ({"customer_id": "C9"}, 0),
        ({"customer_id": None}, 0),
    ],
)
def test_open_tickets_are_counted_by_customer(values: dict[str, Value], count: int) -> None:
    assert rule("open_tickets", ticket("2026-06-01 09:00", **values)) == {"C1": count}


def test_a_ticket_closed_nobody_knows_when_has_no_days() -> None:
    assert rule("open_days", ticket("2026-06-01 09:00", status="closed")) == {}
    assert rule("open_tickets", ticket("2026-07-01 00:00")) == {"C1": 0}


# ---------------------------------------------------------------- deals


@pytest.mark.parametrize(
    ("amount", "probability", "weighted"),
    [
        ("1000", "0.75", "750"),
        ("0.01", "0.5", "0.01"),
        ("100", "0", "0"),
        (None, "1", None),
        ("1", None, None),
    ],
)
def test_a_weighted_amount_is_rounded_half_up(
    amount: str | None, probability: str | None, weighted: str | None
) -> None:
    deal: dict[str, Value] = {
        "amount": None if amount is None else Decimal(amount),
        "probability": None if probability is None else Decimal(probability),
    }
    found = rule("weighted_amount", book(deals=[deal])).get("D1")
    assert found == (None if weighted is None else Decimal(weighted))


@pytest.mark.parametrize(
    ("created", "closed", "days"),
    [(10, None, 10), (10, 4, 6), (10, -4, 10), (0, None, 0), (-1, None, None), (4, 10, 0)],
)
def test_a_deal_ages_until_it_is_closed(created: int, closed: int | None, days: int | None) -> None:
    deal: dict[str, Value] = {
        "created_on": ago(created),
        "closed_on": None if closed is None else ago(closed),
    }
    assert rule("deal_age_days", book(deals=[deal])).get("D1") == days


@pytest.mark.parametrize(
    ("stage", "closed", "changed", "days"),
    [
        ("quotation", None, None, 10),
        ("quotation", None, 4, 4),
        ("quotation", None, 0, 0),
        ("quotation", None, 11, 10),
        ("quotation", None, -1, 10),
        ("quotation", 3, None, 10),
        ("won", 3, None, 3),
        ("won", 3, 1, 3),
        ("won", None, 1, 1),
        ("lost", -3, 1, 10),
    ],
)
def test_a_deal_is_in_its_stage_since_that_last_changed(
    stage: str, closed: int | None, changed: int | None, days: int
) -> None:
    deal: dict[str, Value] = {
        "stage": stage,
        "created_on": ago(10),
        "closed_on": None if closed is None else ago(closed),
    }
    since = {} if changed is None else {("deals", "stage"): {"D1": ago(changed)}}
    facts = Facts(book(deals=[deal, {**deal, "created_on": ago(-1)}]), AS_OF, changed_on=since)
    assert RULES["stage_age_days"](facts) == {"D1": days}


@pytest.mark.parametrize(
    ("stage", "expected", "overdue"),
    [
        ("quotation", 1, True),
        ("quotation", 0, False),
        ("won", 1, False),
        ("lost", 1, False),
        ("invalid", 1, False),
    ],
)
def test_an_open_deal_is_overdue_after_its_day(stage: str, expected: int, overdue: bool) -> None:
    deal: dict[str, Value] = {"stage": stage, "expected_close": ago(expected)}
    assert rule("deal_overdue", book(deals=[deal])) == {"D1": overdue}


# ---------------------------------------------------------------- age


@pytest.mark.parametrize(
    ("born", "as_of", "years"),
    [
        ("1980-06-30", "2026-06-30", 46),
        ("1980-07-01", "2026-06-30", 45),
        ("2004-02-29", "2025-02-28", 20),
        ("2004-02-29", "2025-03-01", 21),
        ("2004-02-29", "2024-02-29", 20),
        ("2026-06-30", "2026-06-30", 0),
        ("2026-07-01", "2026-06-30", None),
    ],
)
def test_age_counts_whole_years(born: str, as_of: str, years: int | None) -> None:
    tables = book(customers=[{"birth_date": day(born)}])
    assert rule("age", tables, as_of=day(as_of)).get("C1") == years
    assert rule("age", book(), as_of=AS_OF) == {}
