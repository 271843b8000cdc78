"""Amounts of lines and of customers (section 5.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from custbook_gen.derive.dates import edate
from custbook_gen.derive.facts import Facts, customers
from custbook_gen.records import Value
from custbook_gen.values import round_half_up

ZERO: Final = Decimal(0)
SIGNS: Final[Mapping[Value, int]] = {"sale": 1, "return": -1, "gift": 0}
"""Sign of a sales line by its kind."""
OWED: Final = frozenset({"unpaid", "partial"})
"""Payment statuses of lines that are not paid in full."""
PRICED: Final = ("line_id", "quantity", "unit_price", "discount", "kind")
COUNTED: Final = ("line_id", "customer_id", "order_no", "date", "kind", "status")


class Line(NamedTuple):
    """A sales line that counts: of a known customer, of a counted status, up to the evaluation date."""

    key: str
    customer: str
    order: str
    """The order that it belongs to; of a return the order that it takes back from."""
    day: dt.date
    kind: Value
    product: Value
    amount: Decimal
    """In the book's currency; negative for a return."""


def line_amount(facts: Facts) -> dict[str, Value]:
    """金额: quantity x price less discount, rounded half up to the cent, signed by kind (5.1)."""
    amounts: dict[str, Value] = {}
    for key, quantity, price, discount, kind in facts.rows("sales", *PRICED):
        if isinstance(quantity, Decimal) and isinstance(price, Decimal):
            share = discount if isinstance(discount, Decimal) else ZERO
            gross = round_half_up(quantity * price * (1 - share), 2)
            amounts[str(key)] = gross * SIGNS.get(kind, 1) + ZERO  # no minus before a zero
    return amounts


def amount_book(facts: Facts) -> dict[str, Value]:
    """本币金额: amount x rate, rounded half up to the cent of the book's currency (5.1).

    A line without a rate is in the book's currency; one in another currency then has no
    amount, since nobody can tell it.
    """
    amounts, home = facts.once(line_amount), facts.settings.currency
    if not (facts.has("sales", "currency") or facts.has("sales", "rate")):
        return amounts
    converted: dict[str, Value] = {}
    for key, currency, rate in facts.rows("sales", *PRICED[:1], optional=("currency", "rate")):
        amount = amounts.get(str(key))
        if not isinstance(amount, Decimal):
            continue
        if isinstance(rate, Decimal):
            converted[str(key)] = round_half_up(amount * rate, 2) + ZERO
        elif currency is None or currency == home:
            converted[str(key)] = amount
    return converted


def counted_lines(facts: Facts) -> tuple[Line, ...]:
    """The lines that count, in the order of the sheet: L of the domain model."""
    amounts, known = facts.once(amount_book), set(facts.once(customers))
    statuses = set(facts.settings.purchases.counted_statuses)
    lines: list[Line] = []
    rows = facts.rows("sales", *COUNTED, optional=("product_id", "orig_order_no"))
    for key, customer, order, day, kind, status, product, returned in rows:
        amount = amounts.get(str(key))
        counts = status in statuses and customer in known and isinstance(amount, Decimal)
        if counts and isinstance(day, dt.date) and day <= facts.as_of and isinstance(amount, Decimal):
            number = returned if kind == "return" and returned is not None else order
            lines.append(Line(str(key), str(customer), str(number), day, kind, product, amount))
    return tuple(lines)


def counted_customers(facts: Facts) -> tuple[str, ...]:
    """The customers whose purchases can be counted: all, or none where the book has no sales."""
    return facts.once(customers) if facts.has("sales", *PRICED, *COUNTED) else ()


def customer_total(facts: Facts) -> dict[str, Value]:
    """累计金额: the sum of the customer's amounts that count; 0 without any (5.1)."""
    return _sums(facts, None)


def amount_12m(facts: Facts) -> dict[str, Value]:
    """近12个月金额: the same for the days after EDATE(evaluation date, -12) (5.1)."""
    return _sums(facts, edate(facts.as_of, -12))


def _sums(facts: Facts, after: dt.date | None) -> dict[str, Value]:
    sums = dict.fromkeys(facts.once(counted_customers), ZERO)
    for line in facts.once(counted_lines):
        if after is None or line.day > after:
            sums[line.customer] += line.amount
    return dict(sums)


def receivable(facts: Facts) -> dict[str, Value]:
    """应收余额: the sum of amount - paid over counted lines unpaid or part paid; 0 without any (5.1)."""
    if not facts.has("sales", "payment_status", "paid"):
        return {}
    owed = dict.fromkeys(facts.once(counted_customers), ZERO)
    payments = {
        str(key): paid if isinstance(paid, Decimal) else ZERO
        for key, status, paid in facts.rows("sales", "line_id", "payment_status", "paid")
        if status in OWED
    }
    for line in facts.once(counted_lines):
        if line.key in payments:
            owed[line.customer] += line.amount - payments[line.key]
    return dict(owed)
