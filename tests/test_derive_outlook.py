"""Who may leave, who brings the most, what goes together, and how it was at another date (section 7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from custbook_gen.derive import (
    RULES,
    Association,
    Facts,
    StaffLoad,
    also_bought,
    churn_warnings,
    half_year_amounts,
    staff_loads,
)
from custbook_gen.records import Tables, Value
from custbook_gen.schema import Settings
from tests.derive_books import AS_OF, ago, back, book, day, rule, sale

CUSTOMERS: list[dict[str, Value]] = [{}, {}, {}]


def facts(tables: Tables, settings: Mapping[str, Any] | None = None, as_of: dt.date = AS_OF) -> Facts:
    return Facts(tables, as_of, Settings.model_validate(settings or {}))


# ---------------------------------------------------------------- half-years and churn


@pytest.mark.parametrize(
    ("as_of", "bought", "half"),
    [
        ("2026-06-30", "2025-12-31", 1),
        ("2026-06-30", "2025-12-30", 0),
        ("2026-06-30", "2025-07-01", 0),
        ("2026-06-30", "2025-06-30", None),
        ("2026-08-31", "2026-02-28", 0),
        ("2026-08-31", "2026-03-01", 1),
        ("2024-08-31", "2024-02-29", 0),
    ],
)
def test_half_years_end_on_the_evaluation_date_and_six_months_before(
    as_of: str, bought: str, half: int | None
) -> None:
    amounts = half_year_amounts(facts(book(sales=[sale(day(bought), "7")]), as_of=day(as_of)))["C1"]
    assert amounts == tuple(Decimal(7) if place == half else Decimal(0) for place in (0, 1))


def test_returns_are_taken_off_the_half_year_in_which_they_came() -> None:
    tables = book(sales=[sale(ago(300), "9", order_no="A"), back("A", ago(3), "4")])
    assert half_year_amounts(facts(tables)) == {"C1": (Decimal(9), Decimal(-4))}


def warned(*sales: Mapping[str, Value], **settings: Any) -> tuple[str, ...]:
    told = churn_warnings(facts(book(sales=sales), settings))
    return told[0].reasons if told else ()


def test_nobody_is_warned_of_who_buys_as_ever() -> None:
    assert warned(sale(ago(10))) == warned(*(sale(ago(days)) for days in (5, 35, 65))) == ()
    assert churn_warnings(facts(book())) == ()


@pytest.mark.parametrize(
    ("idle", "reasons"), [(90, ()), (91, ("sleeping",)), (180, ("sleeping",)), (181, ())]
)
def test_sleeping_customers_are_warned_of_and_lost_ones_no_more(idle: int, reasons: tuple[str, ...]) -> None:
    assert warned(sale(ago(idle)), churn={"fall": 1}) == reasons


@pytest.mark.parametrize(
    ("idle", "reasons"), [(15, ()), (16, ("late",)), (20, ("late",)), (21, ("late", "missed"))]
)
def test_more_than_one_and_a_half_cycles_are_late(idle: int, reasons: tuple[str, ...]) -> None:
    assert warned(*(sale(ago(idle + days)) for days in (0, 10, 20))) == reasons


@pytest.mark.parametrize(("after", "falls"), [("51", False), ("50", True), ("0", True)])
def test_half_the_amount_of_the_six_months_before_is_a_fall(after: str, falls: bool) -> None:
    tables = [sale(ago(300)), sale(ago(1), after), sale(ago(1), "0")]
    settings = {"lifecycle": {"active_days": 900, "churn_days": 999}, "churn": {"cycles": 9}}
    assert warned(*tables, **settings) == (("falling",) if falls else ())


def test_the_state_set_by_hand_decides_and_records_out_of_use_are_left_out() -> None:
    sales = [sale(ago(100)), sale(ago(100), customer="C2"), sale(ago(100), customer="C3")]
    customers = [{"lifecycle_manual": "lost"}, {"status": "inactive"}, {}]
    (told,) = churn_warnings(facts(book(customers=customers, sales=sales)))
    assert (told.customer, told.idle_days, told.cycle) == ("C3", 100, None)
    assert (told.before, told.after) == (Decimal(0), Decimal(100))


def test_most_reasons_come_first_then_the_longest_idle() -> None:
    sales = [
        *(sale(ago(days)) for days in (16, 26, 36)),
        *(sale(ago(days), customer="C2") for days in (18, 28, 38)),
        *(sale(ago(days), customer="C3") for days in (25, 35, 45)),
    ]
    assert [told.customer for told in churn_warnings(facts(book(customers=CUSTOMERS, sales=sales)))] == [
        *("C3", "C2", "C1")
    ]


# ---------------------------------------------------------------- ranks


def test_ranks_follow_the_amount_of_twelve_months_and_ties_share_one() -> None:
    sales = [sale(ago(1), "50"), sale(ago(1), "90", "C2"), sale(ago(1), "50", "C3"), sale(ago(1), "9", "C4")]
    more = [*CUSTOMERS, {}, {}]
    tables = book(customers=more, sales=[*sales, sale(ago(400), "999", "C5")])
    assert rule("amount_rank", tables) == {"C1": 2, "C2": 1, "C3": 2, "C4": 4}


def test_who_gave_back_more_than_bought_has_no_rank() -> None:
    tables = book(sales=[sale(ago(9), "5"), back("X", ago(1), "7")])
    assert rule("amount_rank", tables) == {}


# ---------------------------------------------------------------- what goes together


def basket(customer: str, *products: str) -> list[dict[str, Value]]:
    return [sale(ago(9), customer=customer, product_id=product) for product in products]


def test_pairs_of_products_count_the_customers_of_both() -> None:
    sales = [*basket("C1", "P1", "P2", "P2"), *basket("C2", "P2", "P1"), *basket("C3", "P2", "P3")]
    tables = book(customers=CUSTOMERS, sales=sales)
    assert also_bought(facts(tables)) == (
        Association("P1", "P2", 2, Decimal(1)),
        Association("P2", "P1", 2, Decimal("0.6667")),
    )
    every = also_bought(facts(tables, {"also_bought": {"least_customers": 1, "per_product": 1}}))
    assert [(one.product, one.other) for one in every] == [("P1", "P2"), ("P2", "P1"), ("P3", "P2")]


def test_ties_go_by_the_products_key_and_buyers_of_everything_do_not_count() -> None:
    sales = [*basket("C1", "P2", "P3", "P1"), *basket("C2", "P1", "P2")]
    tables = book(customers=CUSTOMERS, sales=sales)
    one = {"least_customers": 1}
    assert [(a.product, a.other) for a in also_bought(facts(tables, {"also_bought": one}))][:2] == [
        *[("P1", "P2"), ("P1", "P3")]
    ]
    few = also_bought(facts(tables, {"also_bought": {**one, "most_products": 2}}))
    assert [(a.product, a.other, a.customers) for a in few] == [("P1", "P2", 1), ("P2", "P1", 1)]


def test_orders_taken_back_and_lines_without_a_product_are_no_purchase() -> None:
    sales = [*basket("C1", "P1", "P2"), sale(ago(9), product_id=None)]
    gone = [back(f"O{number}", ago(1)) for number in (1, 2)]
    assert also_bought(facts(book(sales=[*sales, *gone]), {"also_bought": {"least_customers": 1}})) == ()


PRODUCTS: list[dict[str, Value]] = [
    {"product_id": "P1", "category": "tea"},
    {"product_id": "P2", "category": "cups"},
    {"product_id": "P3"},
]


@pytest.mark.parametrize(
    ("bought", "category"),
    [
        ([("P1", 5, "1"), ("P1", 6, "1"), ("P2", 5, "99")], "tea"),
        ([("P1", 5, "1"), ("P1", 5, "1"), ("P2", 5, "99")], "cups"),
        ([("P1", 5, "9"), ("P2", 5, "9")], "cups"),
        ([("P3", 5, "9")], None),
        ([], None),
    ],
)
def test_the_preferred_category_is_bought_on_the_most_days(
    bought: list[tuple[str, int, str]], category: Value
) -> None:
    sales = [sale(ago(days), amount, product_id=product) for product, days, amount in bought]
    assert rule("preferred_category", book(products=PRODUCTS, sales=sales)).get("C1") == category


# ---------------------------------------------------------------- another date


def test_facts_at_another_date_do_not_know_the_future() -> None:
    sales = [sale(ago(200), order_no="A"), sale(ago(20), customer="C2"), back("A", ago(10))]
    now = facts(book(customers=CUSTOMERS, sales=sales))
    before = now.at(ago(100))
    assert before.once(RULES["lifecycle"]) == {"C1": "sleeping", "C2": "prospect", "C3": "prospect"}
    assert now.once(RULES["lifecycle"]) == {"C1": "prospect", "C2": "active", "C3": "prospect"}
    assert now.at(AS_OF) is now
    assert before.at(AS_OF).once(RULES["lifecycle"]) == now.once(RULES["lifecycle"])


# ---------------------------------------------------------------- staff


def test_the_load_counts_customers_in_normal_use() -> None:
    customers: list[dict[str, Value]] = [
        {"owner_id": "E1", "level": "A"},
        {"owner_id": "E1"},
        {"owner_id": "E1", "status": "inactive"},
        {"owner_id": "E9"},
        {},
    ]
    staff: list[dict[str, Value]] = [
        {"staff_id": "E1", "max_customers": 1},
        {"staff_id": "E2", "max_customers": 3},
        {"staff_id": "E3"},
    ]
    loads = staff_loads(facts(book(customers=customers, staff=staff)))
    assert loads == (StaffLoad("E1", 2, 1, 1), StaffLoad("E2", 0, 0, 3), StaffLoad("E3", 0, 0, None))
    assert [load.over for load in loads] == [1, 0, 0]
