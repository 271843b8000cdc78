"""Recency, frequency and money: limits, ties and segments (section 5.3)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.derive import RULES
from custbook_gen.records import Tables, Value
from tests.derive_books import AS_OF, ago, back, book, rule, rule_for_sales, sale

NAMES = (
    *(name for name in RULES if name.startswith(("rfm", "r_", "f_", "m_"))),
    "recency_days",
    "orders_in_window",
    "amount_in_window",
)
QUINTILE = {"rfm": {"mode": "quintile"}}


def buyers(*days: int) -> Tables:
    """One purchase per customer, so many days ago."""
    customers: list[dict[str, Value]] = [{"customer_id": f"C{at}"} for at in range(1, len(days) + 1)]
    return book(
        customers=customers, sales=[sale(ago(some), customer=f"C{at}") for at, some in enumerate(days, 1)]
    )


@pytest.mark.parametrize(
    ("days", "score"),
    [(0, 5), (30, 5), (31, 4), (90, 4), (91, 3), (180, 3), (181, 2), (365, 2), (366, 1), (9999, 1)],
)
def test_recency_scores_by_days(days: int, score: int) -> None:
    assert rule_for_sales("recency_days", sale(ago(days))) == days
    assert rule_for_sales("r_score", sale(ago(days))) == score


@pytest.mark.parametrize(
    ("orders", "score"), [(1, 1), (2, 2), (3, 3), (5, 3), (6, 4), (9, 4), (10, 5), (30, 5)]
)
def test_frequency_scores_by_orders(orders: int, score: int) -> None:
    assert rule_for_sales("f_score", *[sale(ago(1))] * orders) == score


@pytest.mark.parametrize(
    ("amount", "score"),
    [("999.99", 1), ("1000", 2), ("9999.99", 2), ("10000", 3), ("30000", 4), ("99999.99", 4), ("100000", 5)],
)
def test_money_scores_by_amount(amount: str, score: int) -> None:
    assert rule_for_sales("m_score", sale(ago(1), amount)) == score


def test_the_window_ends_with_the_evaluation_date_and_its_first_day_is_not_in_it() -> None:
    lines = [sale(ago(364), "5"), sale(ago(365), "70"), sale(AS_OF, "1"), back("O1", ago(3), "2")]
    assert rule_for_sales("orders_in_window", *lines) == 2
    assert rule_for_sales("amount_in_window", *lines) == 4
    assert rule_for_sales("amount_in_window", *lines, rfm={"window_days": 366}) == 74


def test_who_never_bought_has_nothing_and_who_bought_long_ago_has_the_lowest_scores() -> None:
    assert [rule_for_sales(name) for name in NAMES] == [None] * len(NAMES)
    assert rule_for_sales("rfm_text", sale(ago(1000))) == "1-1-1"
    assert rule_for_sales("rfm_score", sale(ago(1000))) == 3
    assert rule_for_sales("orders_in_window", sale(ago(1000))) == 0


def test_quintiles_share_customers_out_and_ties_share_a_score() -> None:
    assert list(rule("r_score", buyers(50, 40, 30, 20, 10), QUINTILE).values()) == [1, 2, 3, 4, 5]
    assert list(rule("r_score", buyers(50, 50, 50, 50, 50), QUINTILE).values()) == [1] * 5
    assert list(rule("r_score", buyers(50, 50, 30, 30, 30, 10), QUINTILE).values()) == [1, 1, 2, 2, 2, 5]


def test_fewer_than_five_customers_have_no_quintiles() -> None:
    few = buyers(500, 100, 40, 10)
    assert rule("r_score", few, QUINTILE) == rule("r_score", few) == {"C1": 1, "C2": 3, "C3": 4, "C4": 5}


@given(st.lists(st.integers(0, 9), min_size=5, max_size=12))
def test_quintiles_only_depend_on_the_order_of_customers(days: list[int]) -> None:
    scores = rule("r_score", buyers(*days), QUINTILE)
    assert scores == rule("r_score", buyers(*(some * 30 + 7 for some in days)), QUINTILE)
    assert min(scores.values(), key=str) == 1


@pytest.mark.parametrize(
    ("recent", "orders", "amount", "segment"),
    [
        (True, 3, "10000", "important_value"),
        (True, 1, "10000", "important_develop"),
        (False, 3, "10000", "important_keep"),
        (False, 1, "10000", "important_win_back"),
        (True, 3, "1", "general_value"),
        (True, 1, "1", "general_develop"),
        (False, 3, "1", "general_keep"),
        (False, 1, "1", "general_win_back"),
    ],
)
def test_segments_follow_from_what_is_high(recent: bool, orders: int, amount: str, segment: str) -> None:
    lines = [sale(ago(180 if recent else 181), amount)] * orders
    assert rule_for_sales("rfm_segment", *lines) == segment


def test_high_may_mean_at_least_the_mean() -> None:
    mean = {"rfm": {"high": "mean"}}
    assert rule("rfm_segment", buyers(1000), mean) == {"C1": "important_value"}, "alone, one is the mean"
    both = rule("rfm_segment", buyers(1, 400), mean)
    assert both == {"C1": "important_value", "C2": "important_keep"}
    assert rule("rfm_segment", buyers(), mean) == {}


def test_from_where_a_score_is_high_is_a_setting() -> None:
    assert rule_for_sales("rfm_segment", sale(ago(1000)), rfm={"high_from": 1}) == "important_value"


def test_before_the_first_sale_nobody_has_a_score() -> None:
    for name in NAMES:
        assert rule(name, buyers(1, 2, 3, 4, 5), QUINTILE, as_of=dt.date(1990, 1, 1)) == {}
