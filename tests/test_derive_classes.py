"""Classes of customers: limits, ties, overrides (section 5.4)."""

from __future__ import annotations

import pytest

from custbook_gen.records import Tables, Value
from tests.derive_books import AS_OF, ago, book, day, rule, rule_for_sales, sale

PARETO = {"value": {"mode": "pareto"}}


def worth(*amounts: str) -> Tables:
    """One customer per amount; 0 is a customer who bought longer than twelve months ago."""
    lines = [
        sale(ago(1) if amount != "0" else ago(500), amount if amount != "0" else "1", f"C{at}")
        for at, amount in enumerate(amounts, 1)
    ]
    customers: list[dict[str, Value]] = [{"customer_id": f"C{at}"} for at in range(1, len(amounts) + 1)]
    return book(customers=customers, sales=lines)


# ---------------------------------------------------------------- frequency


@pytest.mark.parametrize(
    ("orders", "two", "three"),
    [
        (1, "low", "low"),
        (2, "low", "low"),
        (3, "low", "medium"),
        (4, "high", "medium"),
        (5, "high", "medium"),
        (6, "high", "high"),
    ],
)
def test_frequency_has_two_levels_or_three(orders: int, two: str, three: str) -> None:
    lines = [sale(ago(364))] * orders
    assert rule_for_sales("frequency_class", *lines) == two
    assert rule_for_sales("frequency_class", *lines, frequency={"levels": 3}) == three


def test_an_old_purchase_is_low_frequency_and_none_is_none() -> None:
    assert rule_for_sales("frequency_class", *[sale(ago(365))] * 9) == "low"
    assert rule_for_sales("frequency_class") == "none"
    assert rule_for_sales("frequency_class", sale(ago(1), "0")) == "none"


# ---------------------------------------------------------------- value


@pytest.mark.parametrize(
    ("amount", "value"),
    [("9999.99", "low"), ("10000", "medium"), ("99999.99", "medium"), ("100000", "high")],
)
def test_value_goes_by_the_amount_of_twelve_months(amount: str, value: str) -> None:
    assert rule_for_sales("value_class", sale(ago(1), amount)) == value
    merged = rule_for_sales("value_class", sale(ago(1), amount), value={"levels": 2})
    assert merged == ("high" if value == "high" else "low")


def test_who_never_bought_has_no_value_and_who_bought_long_ago_a_low_one() -> None:
    assert rule_for_sales("value_class") is None
    assert rule_for_sales("value_class", sale(ago(400), "999999")) == "low"


@pytest.mark.parametrize(
    ("amounts", "values"),
    [
        (("80", "15", "5"), ["high", "medium", "low"]),
        (("79", "16", "5"), ["high", "high", "low"]),
        (("50", "30", "10", "6", "4"), ["high", "high", "medium", "medium", "low"]),
        (("25", "25", "25", "25"), ["high"] * 4),
        (("60", "20", "20"), ["high", "high", "high"]),
        (("85", "5", "5", "5"), ["high", "medium", "medium", "medium"]),
        (("100", "0"), ["high", "low"]),
        (("0", "0"), ["low", "low"]),
        ((), []),
    ],
)
def test_pareto_takes_the_smallest_leading_set_and_ties_go_up(
    amounts: tuple[str, ...], values: list[str]
) -> None:
    assert list(rule("value_class", worth(*amounts), PARETO).values()) == values


def test_negative_amounts_are_low_and_do_not_lessen_the_whole() -> None:
    tables = worth("80", "20")
    lines = [sale(ago(1), "80"), sale(ago(1), "20", "C2"), sale(ago(500), "1", "C3")]
    lines.append(sale(ago(2), "90", "C3", kind="return", orig_order_no="X"))
    tables = book(customers=[{"customer_id": key} for key in ("C1", "C2", "C3")], sales=lines)
    assert rule("value_class", tables, PARETO) == {"C1": "high", "C2": "medium", "C3": "low"}


def test_a_value_set_by_hand_goes_before_the_computed_one() -> None:
    customers: list[dict[str, Value]] = [{"value_manual": "high"}, {"customer_id": "C9"}]
    tables = book(customers=customers, sales=[sale(ago(1))])
    assert rule("value_class", tables) == {"C1": "low"}
    assert rule("value_effective", tables) == {"C1": "high"}


# ---------------------------------------------------------------- loyalty


@pytest.mark.parametrize(
    ("days", "points"),
    [
        ((), None),
        ((0,), 22),  # 40/6 + 0 + 15 = 21.67
        ((1095,), 45),  # 0 + 30 + 15
        ((729,), 42),  # 2024-07-01, the eighth quarter from here: 40/6 + 30 * 729/1095 + 15 = 41.64
        ((730,), 35),  # 2024-06-30: 0 + 20 + 15
        ((0, 91, 182, 274, 365, 456), 67),  # 40 + 30 * 456/1095 + 15 = 67.49
        ((2000, *range(0, 700, 60)), 85),
    ],
)
def test_loyalty_adds_quarters_years_and_opinions(days: tuple[int, ...], points: int | None) -> None:
    assert rule_for_sales("loyalty", *(sale(ago(some)) for some in days)) == points


@pytest.mark.parametrize(
    ("scores", "points"),
    [([5], 37), ([1], 7), ([5, 4], 33), ([3], 22), ([5, 5, 4], 34)],
)
def test_loyalty_takes_the_mean_of_feedback_and_service(scores: list[int], points: int) -> None:
    feedback: list[dict[str, Value]] = [{"at": day("2024-07-01"), "score": score} for score in scores[:1]]
    tickets: list[dict[str, Value]] = [{"satisfaction": score} for score in scores[1:]]
    tables = book(sales=[sale(AS_OF)], feedback=feedback, tickets=tickets)
    assert rule("loyalty", tables) == {"C1": points}


def test_old_and_future_opinions_do_not_count() -> None:
    feedback: list[dict[str, Value]] = [
        {"at": day(text), "score": 1} for text in ("2024-06-30", "2026-07-01")
    ]
    assert rule("loyalty", book(sales=[sale(AS_OF)], feedback=feedback)) == {"C1": 22}


# ---------------------------------------------------------------- lifecycle


@pytest.mark.parametrize(
    ("idle", "state"),
    [(0, "active"), (90, "active"), (91, "sleeping"), (180, "sleeping"), (181, "lost")],
)
def test_lifecycle_goes_by_the_days_since_the_last_purchase(idle: int, state: str) -> None:
    assert rule_for_sales("lifecycle", sale(ago(idle))) == state
    off = rule_for_sales("lifecycle", sale(ago(idle)), lifecycle={"sleeping": False})
    assert off == ("active" if state == "sleeping" else state)


@pytest.mark.parametrize(
    ("idle", "state"), [(120, "active"), (121, "sleeping"), (240, "sleeping"), (241, "lost")]
)
def test_a_long_cycle_moves_the_limits(idle: int, state: str) -> None:
    assert rule_for_sales("lifecycle", sale(ago(idle + 60)), sale(ago(idle))) == state


def test_who_never_bought_or_gave_it_all_back_is_a_prospect() -> None:
    assert rule_for_sales("lifecycle") == "prospect"
    returned = [sale(ago(9)), sale(ago(1), kind="return", orig_order_no="O1")]
    assert rule_for_sales("lifecycle", *returned) == "prospect"
    assert rule("lifecycle", book(sales=[sale(ago(9))]), as_of=day("1990-01-01")) == {"C1": "prospect"}


def test_the_limits_are_settings() -> None:
    business = {"active_days": 180, "churn_days": 365}
    assert rule_for_sales("lifecycle", sale(ago(180)), lifecycle=business) == "active"
    assert rule_for_sales("lifecycle", sale(ago(366)), lifecycle=business) == "lost"


def test_a_state_set_by_hand_goes_before_the_computed_one() -> None:
    tables = book(customers=[{"lifecycle_manual": "lost"}, {"customer_id": "C2"}])
    assert rule("lifecycle", tables) == {"C1": "prospect", "C2": "prospect"}
    assert rule("lifecycle_effective", tables) == {"C1": "lost", "C2": "prospect"}


# ---------------------------------------------------------------- key customers


@pytest.mark.parametrize(
    ("customer", "is_key"),
    [
        ({}, False),
        ({"level": "A"}, True),
        ({"level": "A+"}, True),
        ({"level": "VIP"}, True),
        ({"level": "B"}, False),
        ({"level": "B", "groups": ("key",)}, True),
        ({"groups": ("regulars",)}, False),
        ({"level": "C", "value_manual": "high"}, True),
        ({"level": "C", "value_manual": "medium"}, False),
    ],
)
def test_level_value_and_group_make_a_key_customer(customer: dict[str, Value], is_key: bool) -> None:
    assert rule("key_customer", book(customers=[customer])) == {"C1": is_key}


def test_a_computed_high_value_makes_a_key_customer_unless_overruled() -> None:
    lines = [sale(ago(1), "100000")]
    assert rule("key_customer", book(sales=lines)) == {"C1": True}
    assert rule("key_customer", book(customers=[{"value_manual": "low"}], sales=lines)) == {"C1": False}
