"""Amounts and purchases: the edge cases of sections 5.1 and 5.2."""

from __future__ import annotations

import datetime as dt
from decimal import Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.derive import Facts, Forecast, category_forecast
from custbook_gen.derive.rounding import products, quotient
from custbook_gen.records import Table, Value
from tests.derive_books import AS_OF, ago, back, book, day, rule, rule_for_sales, sale, table

# ---------------------------------------------------------------- money


@pytest.mark.parametrize(
    ("values", "amount"),
    [
        ({}, "100"),
        ({"currency": "CNY"}, "100"),
        ({"currency": "USD", "rate": Decimal("7.1234")}, "712.34"),
        ({"currency": "USD", "rate": Decimal("0.00005")}, "0.01"),
        ({"kind": "return", "currency": "USD", "rate": Decimal("0.00005")}, "-0.01"),
        ({"kind": "gift", "currency": "USD", "rate": Decimal(7)}, "0"),
        ({"unit_price": None}, None),
        ({"currency": "USD"}, None),
    ],
)
def test_an_amount_in_the_books_currency_takes_the_rate(values: dict[str, Value], amount: str | None) -> None:
    found = rule("amount_book", book(sales=[values])).get("S1")
    assert found == (None if amount is None else Decimal(amount))


def test_the_books_currency_is_a_setting() -> None:
    lines = [{"currency": "USD"}, {"currency": "CNY"}]
    assert rule("amount_book", book(sales=lines), {"currency": "USD"}) == {"S1": Decimal(100)}


def test_a_line_whose_amount_nobody_knows_does_not_count() -> None:
    assert rule_for_sales("order_count", {"currency": "USD"}, {"currency": "USD", "rate": Decimal(7)}) == 1
    assert rule_for_sales("customer_total", {"currency": "USD"}) == 0


def test_other_order_statuses_count_where_the_settings_say_so() -> None:
    pending = {"status": "pending"}
    assert rule_for_sales("customer_total", pending) == 0
    assert (
        rule_for_sales("customer_total", pending, purchases={"counted_statuses": ["done", "pending"]}) == 100
    )


@pytest.mark.parametrize(
    ("as_of", "start"),
    [("2026-06-30", "2025-06-30"), ("2024-02-29", "2023-02-28"), ("2025-02-28", "2024-02-28")],
)
def test_twelve_months_begin_on_the_day_after_the_same_day_a_year_ago(as_of: str, start: str) -> None:
    first = day(start)
    lines = book(sales=[sale(first), sale(first + dt.timedelta(days=1), "10"), sale(day(as_of), "1")])
    assert rule("amount_12m", lines, as_of=day(as_of)) == {"C1": Decimal(11)}


@pytest.mark.parametrize(
    ("values", "owed"),
    [
        ({"payment_status": "unpaid"}, "100"),
        ({"payment_status": "partial", "paid": Decimal(30)}, "70"),
        ({"payment_status": "paid"}, "0"),
        ({"payment_status": "refunded"}, "0"),
        ({}, "0"),
        ({"payment_status": "unpaid", "kind": "return"}, "-100"),
        ({"payment_status": "unpaid", "status": "cancelled"}, "0"),
        ({"payment_status": "unpaid", "currency": "USD", "rate": Decimal(7)}, "700"),
    ],
)
def test_receivable_is_what_is_not_paid_of_lines_that_count(values: dict[str, Value], owed: str) -> None:
    assert rule_for_sales("receivable", values) == Decimal(owed)


def test_a_book_that_does_not_keep_payments_has_no_receivables() -> None:
    tables = book(sales=[{}])
    sales = tables["sales"]
    kept = [at for at, name in enumerate(sales.fields) if name != "paid"]
    less = Table(
        "sales",
        tuple(sales.fields[at] for at in kept),
        {key: tuple(row[at] for at in kept) for key, row in sales.rows.items()},
    )
    assert rule("receivable", {**tables, "sales": less}) == {}
    assert rule("customer_total", {**tables, "sales": less}) == {"C1": Decimal(100)}


# ---------------------------------------------------------------- orders


def test_a_return_is_taken_off_the_order_that_it_names() -> None:
    lines = [sale(ago(9)), sale(ago(5), "30"), back("O1", ago(1), "100")]
    assert rule_for_sales("order_count", *lines) == 1
    assert rule_for_sales("first_purchase", *lines) == ago(5)
    assert rule_for_sales("average_order_value", *lines) == Decimal(30)
    assert rule_for_sales("customer_total", *lines) == Decimal(30)


def test_only_returns_go_to_the_order_that_they_name() -> None:
    assert rule_for_sales("order_count", sale(ago(9)), sale(ago(5), orig_order_no="O1")) == 2
    unnamed = sale(ago(1), kind="return", order_no="O1")
    assert rule_for_sales("order_count", sale(ago(9)), unnamed) == 0


def test_a_return_after_the_evaluation_date_has_not_happened() -> None:
    lines = [sale(ago(9)), back("O1", ago(-1))]
    assert rule_for_sales("order_count", *lines) == 1


def test_the_average_order_value_is_rounded_half_up_and_empty_without_orders() -> None:
    lines = [sale(ago(3), "0.01"), sale(ago(2), "0.02")]
    assert rule_for_sales("average_order_value", *lines) == Decimal("0.02")
    assert rule_for_sales("average_order_value") is None
    assert rule_for_sales("average_order_value", back("O9", ago(1))) is None


def test_two_orders_on_one_day_are_one_purchase_day() -> None:
    lines = [sale(ago(10)), sale(ago(10)), sale(ago(4))]
    assert rule_for_sales("order_count", *lines) == 3
    assert rule_for_sales("purchase_days", *lines) == 2
    assert rule_for_sales("average_cycle", *lines) == Decimal(6)


def test_without_purchases_counts_are_zero_and_everything_else_is_empty() -> None:
    assert [rule_for_sales(name) for name in ("order_count", "purchase_days")] == [0, 0]
    for name in ("first_purchase", "last_purchase", "average_cycle", "next_purchase", "next_purchase_state"):
        assert rule_for_sales(name) is None


def test_before_the_first_sale_nothing_has_been_bought() -> None:
    tables = book(sales=[sale(ago(1))])
    for name in ("customer_total", "amount_12m", "receivable", "order_count", "purchase_days"):
        for early in (dt.date(1990, 1, 1), dt.date.min):
            assert rule(name, tables, as_of=early) == {"C1": 0}
    assert rule("last_purchase", tables, as_of=dt.date.min) == {}


# ---------------------------------------------------------------- forecasts


@pytest.mark.parametrize(
    ("days", "cycle", "expected"),
    [
        ((20, 10, 0), "10", -10),
        ((19, 10, 0), "9.5", -10),
        ((29, 10, 5, 0), "9.7", -10),
        ((28, 10, 5, 0), "9.3", -9),
        ((5,), None, None),
    ],
)
def test_the_next_purchase_is_a_rounded_cycle_after_the_last(
    days: tuple[int, ...], cycle: str | None, expected: int | None
) -> None:
    lines = [sale(ago(some)) for some in days]
    assert rule_for_sales("average_cycle", *lines) == (None if cycle is None else Decimal(cycle))
    assert rule_for_sales("next_purchase", *lines) == (None if expected is None else ago(expected))


def test_with_two_purchase_days_the_products_own_cycle_counts() -> None:
    products: list[dict[str, Value]] = [
        {"product_id": "P1", "cycle_days": 60},
        {"product_id": "P2", "cycle_days": 45},
        {"product_id": "P3", "cycle_days": 5},
        {"product_id": "P4"},
    ]
    early, last = sale(ago(30), product_id="P3"), sale(ago(10), product_id="P1")
    known = book(products=products, sales=[early, last, sale(ago(10), product_id="P2")])
    assert rule("next_purchase", known) == {"C1": ago(-35)}, "the shortest of those bought last"
    assert rule("next_purchase", book(products=products, sales=[early, last])) == {"C1": ago(-50)}
    assert rule("next_purchase", book(products=products, sales=[last])) == {}
    unknown = book(products=products, sales=[early, sale(ago(10), product_id="P4")])
    assert rule("next_purchase", unknown) == {}


def test_how_many_purchase_days_a_forecast_needs_is_a_setting() -> None:
    lines = [sale(ago(20)), sale(ago(10))]
    assert rule_for_sales("next_purchase", *lines) is None
    assert rule_for_sales("next_purchase", *lines, purchases={"min_days": 2}) == AS_OF


@pytest.mark.parametrize(("last", "state"), [(20, "expected"), (21, "missed"), (0, "expected")])
def test_a_purchase_is_missed_once_a_whole_cycle_has_gone_by(last: int, state: str) -> None:
    lines = [sale(ago(last + 20)), sale(ago(last + 10)), sale(ago(last))]
    assert rule_for_sales("next_purchase_state", *lines) == state


def test_the_last_day_there_is_ends_every_forecast() -> None:
    lines = [sale(dt.date(1, 1, 1)), sale(dt.date(5000, 1, 1)), sale(dt.date(9999, 12, 30))]
    found = rule("next_purchase", book(sales=lines), as_of=dt.date.max)
    assert found == {"C1": dt.date.max}


def test_demand_is_forecast_per_category() -> None:
    products: list[dict[str, Value]] = [
        {"product_id": "P1", "category": "tea"},
        {"product_id": "P2", "category": "tea"},
        {"product_id": "P3", "category": "cups"},
    ]
    lines = [sale(ago(30), product_id="P1"), sale(ago(20), product_id="P2"), sale(ago(11), product_id="P1")]
    lines += [sale(ago(9), product_id="P3"), sale(ago(5), product_id="P3")]
    facts = Facts(book(products=products, sales=lines), AS_OF)
    assert category_forecast(facts) == (Forecast("C1", "tea", 3, ago(11), Decimal("9.5"), ago(1), False),)
    empty = Facts({"sales": table("sales", lines)}, AS_OF)
    assert category_forecast(empty) == ()


# ---------------------------------------------------------------- exactness


@given(
    st.lists(st.decimals(0, 10**12, places=4).map(abs), min_size=1, max_size=3),
    st.decimals(0, 1, places=6).map(abs),
)
def test_products_are_rounded_once_from_all_their_digits(factors: list[Decimal], share: Decimal) -> None:
    exact = Fraction(share)
    for factor in factors:
        exact *= Fraction(factor)
    cents = (200 * exact + 1) // 2
    rounded = Decimal(int(cents)).scaleb(-2, Context(prec=60))
    assert list(products(*([one, one] for one in (*factors, share)))) == [rounded, rounded]


@given(st.integers(0, 10**9), st.integers(1, 10**6), st.integers(0, 6))
def test_quotients_are_rounded_half_up(numerator: int, denominator: int, places: int) -> None:
    whole = Fraction(numerator, denominator) * 10**places
    found = Fraction(quotient(numerator, denominator, places)) * 10**places
    assert found - Fraction(1, 2) <= whole < found + Fraction(1, 2)
    assert found.denominator == 1
