"""Computed values: each rule's edge cases, and an independent computation in SQL."""

import datetime as dt
import sqlite3
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.derive import RULES, Facts, derive
from custbook_gen.load import load_book
from custbook_gen.records import Table, Tables, Value
from custbook_gen.schema import Book
from tests.strategies import BOOK

AS_OF = dt.date(2026, 6, 30)
CUSTOMERS = ("C1", "C2", "C3")
LINE: dict[str, Value] = {
    "customer_id": "C1",
    "order_no": "A1",
    "date": dt.date(2026, 1, 10),
    "kind": "sale",
    "status": "done",
    "quantity": Decimal(2),
    "unit_price": Decimal("12.5"),
    "discount": None,
}


def line(**values: Value) -> dict[str, Value]:
    return {**LINE, **values}


def book_of(lines: Sequence[Mapping[str, Value]], calls: Sequence[tuple[str, Value]] = ()) -> Tables:
    sales = {f"S{at}": (f"S{at}", *some.values()) for at, some in enumerate(lines, 1)}
    spoken = {f"I{at}": (f"I{at}", *call) for at, call in enumerate(calls, 1)}
    return {
        "customers": Table("customers", ("customer_id",), {key: (key,) for key in CUSTOMERS}),
        "sales": Table("sales", ("line_id", *LINE), sales),
        "interactions": Table("interactions", ("interaction_id", "customer_id", "at"), spoken),
    }


def compute(rule: str, *lines: Mapping[str, Value], calls: Sequence[tuple[str, Value]] = ()) -> Value:
    """What a rule gives for customer C1."""
    return RULES[rule](Facts(book_of(lines, calls), AS_OF)).get("C1")


# ---------------------------------------------------------------- amounts


@pytest.mark.parametrize(
    ("values", "amount"),
    [
        ({}, "25"),
        ({"discount": Decimal("0.1")}, "22.5"),
        ({"discount": Decimal(1)}, "0"),
        ({"kind": "return"}, "-25"),
        ({"kind": "gift"}, "0"),
        ({"kind": "return", "unit_price": Decimal(0)}, "0"),
        ({"quantity": Decimal(1), "unit_price": Decimal("0.125")}, "0.13"),
        ({"quantity": Decimal(1), "unit_price": Decimal("0.125"), "kind": "return"}, "-0.13"),
        ({"quantity": Decimal(1), "unit_price": Decimal("1.005")}, "1.01"),
        ({"quantity": Decimal("0.001"), "unit_price": Decimal("4.9999")}, "0"),
        (
            {"quantity": Decimal("999999999.999"), "unit_price": Decimal("9999999999.9999")},
            "9999999999989900000",
        ),
        ({"date": dt.date(2030, 1, 1), "status": "cancelled"}, "25"),
    ],
)
def test_a_line_comes_to_quantity_times_price_less_discount(values: dict[str, Value], amount: str) -> None:
    facts = Facts(book_of([line(**values)]), AS_OF)
    found = RULES["line_amount"](facts)["S1"]
    assert found == Decimal(amount)
    assert not str(found).startswith("-0.00")


@pytest.mark.parametrize("missing", ["quantity", "unit_price"])
def test_a_line_without_quantity_or_price_has_no_amount(missing: str) -> None:
    assert RULES["line_amount"](Facts(book_of([line(**{missing: None})]), AS_OF)) == {}


# ---------------------------------------------------------------- totals and orders


def test_a_customer_without_purchases_has_zeros_and_no_date() -> None:
    assert compute("customer_total") == Decimal(0)
    assert compute("order_count") == 0
    assert compute("last_purchase") is None
    assert compute("last_interaction") is None


@pytest.mark.parametrize(
    "values",
    [
        {"status": "cancelled"},
        {"status": None},
        {"date": AS_OF + dt.timedelta(days=1)},
        {"date": None},
        {"customer_id": "C2"},
        {"customer_id": None},
    ],
)
def test_cancelled_future_and_other_peoples_lines_do_not_count(values: dict[str, Value]) -> None:
    one = line(**values)
    assert compute("customer_total", one) == Decimal(0)
    assert compute("order_count", one) == 0
    assert compute("last_purchase", one) is None


def test_lines_of_the_evaluation_date_count() -> None:
    assert compute("customer_total", line(date=AS_OF)) == Decimal(25)
    assert compute("last_purchase", line(date=AS_OF)) == AS_OF


def test_the_lines_of_one_order_count_once() -> None:
    assert compute("order_count", line(), line()) == 1
    assert compute("order_count", line(), line(order_no="A2")) == 2


def test_orders_of_the_same_number_by_two_customers_are_two_orders() -> None:
    both = [line(), line(customer_id="C2", kind="return")]
    assert compute("order_count", *both) == 1


def test_returns_are_taken_off_the_total_and_a_wholly_returned_order_does_not_count() -> None:
    back = line(kind="return", date=dt.date(2026, 2, 1))
    assert compute("customer_total", line(), back) == Decimal(0)
    assert compute("order_count", line(), back) == 0
    assert compute("last_purchase", line(), back) is None


def test_a_partly_returned_order_counts_on_the_day_of_its_sale() -> None:
    back = line(kind="return", quantity=Decimal(1), date=dt.date(2026, 2, 1))
    assert compute("customer_total", line(), back) == Decimal("12.5")
    assert compute("order_count", line(), back) == 1
    assert compute("last_purchase", line(), back) == dt.date(2026, 1, 10)


def test_a_customer_with_returns_only_has_a_negative_total_and_no_order() -> None:
    back = line(kind="return")
    assert compute("customer_total", back) == Decimal(-25)
    assert compute("order_count", back) == 0


def test_gifts_and_sales_for_nothing_are_no_orders() -> None:
    for free in (line(kind="gift"), line(discount=Decimal(1))):
        assert compute("order_count", free) == 0
        assert compute("last_purchase", free) is None


def test_the_last_purchase_is_the_latest_day_whatever_the_order_of_rows() -> None:
    late = line(order_no="A2", date=dt.date(2026, 3, 1))
    assert compute("last_purchase", late, line()) == compute("last_purchase", line(), late) == late["date"]


def test_the_last_interaction_is_the_latest_day_up_to_the_evaluation_date() -> None:
    def at(text: str) -> dt.datetime:
        return dt.datetime.fromisoformat(text)

    calls: list[tuple[str, Value]] = [
        ("C1", at("2026-06-30 23:59")),
        ("C1", at("2026-01-01 08:00")),
        ("C1", at("2026-07-01 00:00")),
        ("C2", at("2026-06-30 10:00")),
        ("C1", None),
    ]
    assert compute("last_interaction", calls=calls) == dt.date(2026, 6, 30)


def test_a_book_without_the_sheets_of_a_rule_gets_nothing_from_it() -> None:
    facts = Facts({"things": Table("things", ("code",), {"K1": ("K1",)})}, AS_OF)
    assert all(rule(facts) == {} for rule in RULES.values())


@pytest.mark.parametrize("book", [BOOK, load_book("customer_book")], ids=["test book", "bundled book"])
def test_every_computed_field_of_a_book_has_a_rule(book: Book) -> None:
    empty = {s.key: Table(s.key, tuple(f.key for f in s.stored_fields)) for s in book.sheets}
    computed = derive(book, empty, AS_OF)
    assert {(s.key, f.key) for s in book.sheets for f in s.fields if f.type == "calc"} == {
        (sheet, field) for sheet, fields in computed.items() for field in fields
    }


# ---------------------------------------------------------------- the same in SQL

QUERIES = {
    "line_amount": "SELECT line, amount FROM lines",
    "customer_total": """
        SELECT c.customer, COALESCE(SUM(amount), 0) FROM customers c LEFT JOIN counted USING (customer)
        GROUP BY c.customer""",
    "order_count": """
        SELECT c.customer, COUNT(o.order_no) FROM customers c LEFT JOIN orders o USING (customer)
        GROUP BY c.customer""",
    "last_purchase": """
        SELECT customer, MAX(day) FROM counted JOIN orders USING (customer, order_no)
        WHERE kind = 'sale' GROUP BY customer""",
    "last_interaction": """
        SELECT customer, MAX(DATE(at)) FROM calls WHERE DATE(at) <= :as_of GROUP BY customer""",
}
VIEWS = """
CREATE TABLE customers (customer TEXT);
CREATE TABLE sales
    (line TEXT, customer TEXT, order_no TEXT, day TEXT, kind TEXT, status TEXT, q INT, p INT, d INT);
CREATE TABLE calls (customer TEXT, at TEXT);
CREATE TABLE settings (as_of TEXT);
CREATE VIEW lines AS SELECT *, (q * p * (10000 - d) + 500000000) / 1000000000
    * CASE kind WHEN 'sale' THEN 1 WHEN 'return' THEN -1 ELSE 0 END AS amount FROM sales;
CREATE VIEW counted AS SELECT * FROM lines, settings WHERE status = 'done' AND day <= as_of;
CREATE VIEW orders AS SELECT customer, order_no FROM counted GROUP BY customer, order_no
    HAVING SUM(CASE WHEN kind = 'sale' THEN amount ELSE 0 END) > 0 AND SUM(amount) > 0;
"""
"""Quantities are in thousandths, prices and discounts in ten-thousandths, amounts in cents."""
DAYS = st.dates(AS_OF - dt.timedelta(days=40), AS_OF + dt.timedelta(days=3))
SALES = st.lists(
    st.tuples(
        st.sampled_from(CUSTOMERS),
        st.sampled_from(["A1", "A2", "A3"]),
        DAYS,
        st.sampled_from(["sale", "sale", "return", "gift"]),
        st.sampled_from(["done", "done", "open", "cancelled"]),
        st.integers(1, 5_000),
        st.integers(0, 300_000),
        st.sampled_from([0, 500, 1_000, 3_333, 10_000]),
    ),
    max_size=25,
)
CALLS = st.lists(st.tuples(st.sampled_from(CUSTOMERS), DAYS, st.integers(0, 1439)), max_size=10)


@given(sales=SALES, calls=CALLS)
def test_every_rule_agrees_with_the_same_computation_in_sql(
    sales: list[tuple[str, str, dt.date, str, str, int, int, int]], calls: list[tuple[str, dt.date, int]]
) -> None:
    spoken = [
        (who, dt.datetime.combine(day, dt.time(minute // 60, minute % 60))) for who, day, minute in calls
    ]
    found = _by_sql([(f"S{at}", *sale) for at, sale in enumerate(sales, 1)], spoken)
    lines: list[dict[str, Value]] = [
        {
            "customer_id": customer,
            "order_no": order,
            "date": day,
            "kind": kind,
            "status": status,
            "quantity": Decimal(quantity).scaleb(-3),
            "unit_price": Decimal(price).scaleb(-4),
            "discount": Decimal(discount).scaleb(-4),
        }
        for customer, order, day, kind, status, quantity, price, discount in sales
    ]
    facts = Facts(book_of(lines, spoken), AS_OF)
    for name, expected in found.items():
        assert RULES[name](facts) == expected, name


def _by_sql(
    sales: Sequence[tuple[object, ...]], calls: Sequence[tuple[str, dt.datetime]]
) -> dict[str, dict[str, Value]]:
    with sqlite3.connect(":memory:") as base:
        base.executescript(VIEWS)
        base.execute("INSERT INTO settings VALUES (?)", (AS_OF.isoformat(),))
        base.executemany("INSERT INTO customers VALUES (?)", [(key,) for key in CUSTOMERS])
        rows = [tuple(v.isoformat() if isinstance(v, dt.date) else v for v in sale) for sale in sales]
        base.executemany("INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        base.executemany("INSERT INTO calls VALUES (?, ?)", [(who, at.isoformat(" ")) for who, at in calls])
        found = {
            name: dict(base.execute(query, {"as_of": AS_OF.isoformat()}).fetchall())
            for name, query in QUERIES.items()
        }
    base.close()
    return {name: {key: _value(name, got) for key, got in rows.items()} for name, rows in found.items()}


def _value(rule: str, found: int | str) -> Value:
    if isinstance(found, str):
        return dt.date.fromisoformat(found)
    return found if rule == "order_count" else Decimal(found).scaleb(-2)
