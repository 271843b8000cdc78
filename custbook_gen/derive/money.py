"""Amounts of lines and of customers (section 5.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from custbook_gen.derive.dates import edate
from custbook_gen.derive.facts import Facts, columns, customers
from custbook_gen.derive.rounding import products
from custbook_gen.records import Value

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
SIGNS: Final[Mapping[Value, int]] = {"sale": 1, "return": -1, "gift": 0}
"""Sign of a sales line by its kind."""
OWED: Final = frozenset({"unpaid", "partial"})
"""Payment statuses of lines that are not paid in full."""
PRICED: Final = ("line_id", "quantity", "unit_price", "discount", "kind")
COUNTED: Final = ("line_id", "customer_id", "order_no", "date", "kind", "status")


class Line(NamedTuple):
    """A sales line that counts: of a known customer, of a counted status, with a day and an amount."""

    key: str
    customer: str
    order: str
    """The order that it belongs to; of a return the order that it takes back from."""
    day: dt.date
    kind: Value
    product: Value
    amount: Decimal
    """In the book's currency; negative for a return."""


def line_amount(facts: Facts) -> Mapping[str, Value]:
    """金额: quantity x price less discount, rounded half up to the cent, signed by kind (5.1)."""
    return facts.always(_line_amounts)


def _line_amounts(facts: Facts) -> Mapping[str, Decimal]:
    rows = facts.rows("sales", *PRICED)
    priced = [row for row in rows if isinstance(row[1], Decimal) and isinstance(row[2], Decimal)]
    keys, quantities, prices, discounts, kinds = columns(priced, len(PRICED))
    factors = [prices]
    if any(discounts):
        factors.append([1 - one if isinstance(one, Decimal) else ONE for one in discounts])
    amounts = dict(zip(keys, products(quantities, *factors), strict=True))
    for key, kind in zip(keys, kinds, strict=True):
        sign = SIGNS.get(kind, 1)
        if sign <= 0:
            amounts[key] = amounts[key] * sign + ZERO  # no minus before a zero
    return amounts


def amount_book(facts: Facts) -> Mapping[str, Value]:
    """本币金额: amount x rate, rounded half up to the cent of the book's currency (5.1).

    A line without a rate is in the book's currency; one in another currency then has no
    amount, since nobody can tell it.
    """
    return facts.always(_book_amounts)


def _book_amounts(facts: Facts) -> Mapping[str, Decimal]:
    amounts, home = facts.always(_line_amounts), facts.settings.currency
    if not (facts.has("sales", "currency") or facts.has("sales", "rate")):
        return amounts
    rates: dict[str, Decimal] = {}
    unknown: list[str] = []
    for key, currency, rate in facts.rows("sales", "line_id", optional=("currency", "rate")):
        if rate == 1 or (rate is None and currency in (None, home)) or key not in amounts:
            continue
        if isinstance(rate, Decimal):
            rates[str(key)] = rate
        else:
            unknown.append(str(key))
    foreign = products(map(amounts.__getitem__, rates), rates.values())
    converted = {**amounts, **{key: one + ZERO for key, one in zip(rates, foreign, strict=True)}}
    for key in unknown:
        del converted[key]
    return converted


def sales_lines(facts: Facts) -> tuple[Line, ...]:
    """The lines that count, whenever they were sold, in the order of the sheet."""
    amounts, known = facts.always(_book_amounts), set(facts.always(customers))
    statuses = set(facts.settings.purchases.counted_statuses)
    lines: list[Line] = []
    rows = facts.rows("sales", *COUNTED, optional=("product_id", "orig_order_no"))
    for key, customer, order, day, kind, status, item, returned in rows:
        amount = amounts.get(str(key))
        if amount is None or status not in statuses or customer not in known:
            continue
        if isinstance(day, dt.date):
            number = returned if kind == "return" and returned is not None else order
            lines.append(Line(str(key), str(customer), str(number), day, kind, item, amount))
    return tuple(lines)


def counted_lines(facts: Facts) -> tuple[Line, ...]:
    """The lines that count up to the evaluation date, in the order of the sheet: L of the domain model."""
    lines = facts.always(sales_lines)
    if facts.always(_last_day) <= facts.as_of:
        return lines
    return tuple(line for line in lines if line.day <= facts.as_of)


def _last_day(facts: Facts) -> dt.date:
    return max((line.day for line in facts.always(sales_lines)), default=dt.date.min)


def counted_customers(facts: Facts) -> tuple[str, ...]:
    """The customers whose purchases can be counted: all, or none where the book has no sales."""
    return facts.always(customers) if facts.has("sales", *PRICED, *COUNTED) else ()


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


def half_year_amounts(facts: Facts) -> Mapping[str, tuple[Decimal, Decimal]]:
    """Every customer's amounts of the six months before the last six, and of the last six.

    Half-years end on the evaluation date and on EDATE(evaluation date, -6), so that both are
    whole ones.
    """
    half, year = edate(facts.as_of, -6), edate(facts.as_of, -12)
    before = dict.fromkeys(facts.once(counted_customers), ZERO)
    after = dict(before)
    for line in facts.once(counted_lines):
        if line.day > half:
            after[line.customer] += line.amount
        elif line.day > year:
            before[line.customer] += line.amount
    return {customer: (amount, after[customer]) for customer, amount in before.items()}


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
