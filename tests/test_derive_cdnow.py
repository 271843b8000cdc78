"""Purchase days of the CDNOW log against its summary, which others counted."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from custbook_gen.derive import RULES, Facts
from custbook_gen.records import Value
from tests.derive_books import book

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("CUSTBOOK_TEST_DATA", ROOT.parent / "shared" / "data")) / "cdnow"

CALIBRATED = dt.date(1997, 9, 30)
"""The summary covers the first 39 weeks."""
LAST = dt.date(1998, 6, 30)
CENT = Decimal("0.01")

Purchase = tuple[str, dt.date, Decimal]


@pytest.fixture(scope="module")
def log() -> list[Purchase]:
    if not DATA.is_dir():
        pytest.skip("NOT TESTED: no cdnow in the folder that CUSTBOOK_TEST_DATA names")
    rows = [line.split() for line in (DATA / "CDNOW_sample.txt").read_text(encoding="ascii").splitlines()]
    return [(str(int(row[1])), dt.date.fromisoformat(row[2]), Decimal(row[4])) for row in rows]


def facts_of(log: list[Purchase], as_of: dt.date) -> Facts:
    sales: list[dict[str, Value]] = [
        {"customer_id": customer, "date": day, "unit_price": amount} for customer, day, amount in log
    ]
    customers: list[dict[str, Value]] = [{"customer_id": key} for key in dict.fromkeys(row[0] for row in log)]
    return Facts(book(customers=customers, sales=sales), as_of)


def summary(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="ascii", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("name", "frequency", "recency"),
    [
        ("cdnow_customers_summary.csv", "frequency", "recency"),
        ("cdnow_customers_summary_with_transactions.csv", "x", "t_x"),
    ],
)
def test_all_frequencies_and_recencies_agree_with_the_summary(
    log: list[Purchase], name: str, frequency: str, recency: str
) -> None:
    facts = facts_of(log, CALIBRATED)
    days, first, last = (RULES[name](facts) for name in ("purchase_days", "first_purchase", "last_purchase"))
    rows = summary(name)
    assert len(rows) == len(days) == 2357
    unbought = set()
    for row in rows:
        customer, start, end = row["ID"], first.get(row["ID"]), last.get(row["ID"])
        if start is None:
            unbought.add(customer)
            assert days[customer] == int(row[frequency]) == Decimal(row[recency]) == 0
            continue
        assert days[customer] == int(row[frequency]) + 1, customer
        assert weeks(start, end) == Decimal(row[recency]), customer
        assert weeks(start, CALIBRATED) == Decimal(row["T"]), customer
    assert unbought == {row[0] for row in log if row[2] == 0}, "whose only disc of the time was for nothing"
    assert len(unbought) == 8


def weeks(start: Value, end: Value) -> Decimal:
    assert isinstance(start, dt.date)
    assert isinstance(end, dt.date)
    return (Decimal((end - start).days) / 7).quantize(CENT, ROUND_HALF_UP)


def test_the_whole_log_adds_up(log: list[Purchase]) -> None:
    facts = facts_of(log, LAST)
    totals = [total for total in RULES["customer_total"](facts).values() if isinstance(total, Decimal)]
    assert sum(totals) == Decimal("244091.94")
    orders = [count for count in RULES["order_count"](facts).values() if isinstance(count, int)]
    assert sum(orders) == 6919 - 8, "eight purchases were for nothing"
    by_customer: dict[str, list[Decimal]] = defaultdict(list)
    for customer, _, amount in log:
        by_customer[customer] += [amount] if amount else []
    means = {
        key: (sum(paid, Decimal(0)) / len(paid)).quantize(CENT, ROUND_HALF_UP)
        for key, paid in by_customer.items()
        if paid
    }
    assert RULES["average_order_value"](facts) == means
