"""Amounts of lines and of customers (section 5.1)."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final, NamedTuple

from custbook_gen.derive.dates import edate, first_of, later
from custbook_gen.derive.facts import Facts, chosen, customers
from custbook_gen.derive.rounding import EXACT, products
from custbook_gen.records import Value

ZERO: Final = Decimal(0)
SIGNS: Final[Mapping[Value, int]] = {"sale": 1, "return": -1, "gift": 0}
"""Sign of a sales line by its kind."""
OWED: Final = frozenset({"unpaid", "partial"})
"""Payment statuses of lines that are not paid in full."""
PRICED: Final = ("line_id", "quantity", "unit_price", "discount", "kind")
COUNTED: Final = ("line_id", "customer_id", "order_no", "date", "kind", "status")


class Lines(NamedTuple):
    """The sales lines that count: of known customers, of a counted status, with a day and an amount.

    Each field of theirs is a column: what stands at one place of all of them is one line.
    """

    places: Sequence[int]
    """Where they stand among the rows of the sheet, counted from 0."""
    customers: Sequence[str]
    orders: Sequence[str]
    """The orders that they belong to; of returns the orders that they take back from."""
    days: Sequence[dt.date]
    kinds: Sequence[Value]
    products: Sequence[Value]
    amounts: Sequence[Decimal]
    """In the book's currency; negative for returns."""

    def chosen(self, meets: Sequence[bool]) -> Lines:
        """Those lines that meet something, told line by line."""
        return Lines(*chosen(self, meets))


def line_amount(facts: Facts) -> Mapping[str, Value]:
    """金额: quantity x price less discount, rounded half up to the cent, signed by kind (5.1)."""
    return facts.always(_line_amounts)


def _line_amounts(facts: Facts) -> Mapping[str, Decimal]:
    columns = facts.columns("sales", *PRICED)
    _, quantities, prices, _, _ = columns
    priced = [
        isinstance(quantity, Decimal) and isinstance(price, Decimal)
        for quantity, price in zip(quantities, prices, strict=True)
    ]
    keys, quantities, prices, discounts, kinds = chosen(columns, priced)
    if any(discounts):
        prices = [
            EXACT.multiply(price, 1 - discount) if isinstance(discount, Decimal) else price
            for price, discount in zip(prices, discounts, strict=True)
        ]
    amounts = dict(zip(keys, products(quantities, prices), strict=True))
    signs = {kind: SIGNS.get(kind, 1) for kind in set(kinds)}
    if min(signs.values(), default=1) <= 0:
        for key, kind in zip(keys, kinds, strict=True):
            if signs[kind] <= 0:
                amounts[key] = amounts[key] * signs[kind] + ZERO  # no minus before a zero
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
    columns = facts.columns("sales", "line_id", optional=("currency", "rate"))
    if not any(columns[2]) and {None, home}.issuperset(columns[1]):
        return amounts
    rates: dict[str, Decimal] = {}
    unknown: list[str] = []
    for key, currency, rate in zip(*columns, strict=True):
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


def sales_lines(facts: Facts) -> Lines:
    """The lines that count, whenever they were sold, in the order of the sheet."""
    known, statuses = set(facts.always(customers)), set(facts.settings.purchases.counted_statuses)
    columns = facts.columns("sales", *COUNTED, optional=("product_id", "orig_order_no"))
    keys, buyers, _, days, _, states, _, _ = columns
    amounts: Sequence[Any] = list(map(facts.always(_book_amounts).get, keys))
    counted = [
        amount is not None and state in statuses and buyer in known and isinstance(day, dt.date)
        for amount, state, buyer, day in zip(amounts, states, buyers, days, strict=True)
    ]
    places: Sequence[int] = range(len(keys))
    places, _, buyers, orders, days, kinds, _, items, returned, amounts = chosen(
        [places, *columns, amounts], counted
    )
    if any(returned):
        orders = [
            back if kind == "return" and back is not None else order
            for order, kind, back in zip(orders, kinds, returned, strict=True)
        ]
    return Lines(places, buyers, list(map(str, orders)), days, kinds, items, amounts)


def counted_lines(facts: Facts) -> Lines:
    """The lines that count up to the evaluation date, in the order of the sheet: L of the domain model."""
    lines = facts.always(sales_lines)
    if facts.always(last_day) <= facts.as_of:
        return lines
    return lines.chosen([day <= facts.as_of for day in lines.days])


def last_day(facts: Facts) -> dt.date:
    """The day of the latest line that counts, whenever that is; the first day there is without any."""
    return max(facts.always(sales_lines).days, default=dt.date.min)


def counted_customers(facts: Facts) -> tuple[str, ...]:
    """The customers whose purchases can be counted: all, or none where the book has no sales."""
    return facts.always(customers) if facts.has("sales", *PRICED, *COUNTED) else ()


def customer_total(facts: Facts) -> dict[str, Value]:
    """累计金额: the sum of the customer's amounts that count; 0 without any (5.1)."""
    return dict(amounts_from(facts, dt.date.min))


def amount_12m(facts: Facts) -> dict[str, Value]:
    """近12个月金额: the same for the days after EDATE(evaluation date, -12) (5.1)."""
    return dict(facts.once(_year))


def _year(facts: Facts) -> Mapping[str, Decimal]:
    return amounts_from(facts, _after(facts, 12))


def half_year_amounts(facts: Facts) -> Mapping[str, tuple[Decimal, Decimal]]:
    """Every customer's amounts of the six months before the last six, and of the last six.

    Half-years end on the evaluation date and on EDATE(evaluation date, -6), so that both are
    whole ones.
    """
    both, late = facts.once(_year), amounts_from(facts, _after(facts, 6))
    return {customer: (amount - late[customer], late[customer]) for customer, amount in both.items()}


def amounts_from(facts: Facts, first: dt.date) -> Mapping[str, Decimal]:
    """What every customer's lines come to that count, from one of the days on that rules count from.

    Raises:
        ValueError: it is none of these days.
    """
    firsts, amounts = facts.once(_amounts_since)
    at = firsts.index(first)
    return {customer: own[at] for customer, own in amounts.items()}


def _amounts_since(facts: Facts) -> tuple[Sequence[dt.date], Mapping[str, Sequence[Decimal]]]:
    """The days that rules count from, in order, and what every customer's lines come to from each of them on.

    Each rule alone would go through all lines again.
    """
    window = first_of(facts.settings.rfm.window_days, facts.as_of)
    firsts = sorted({dt.date.min, _after(facts, 12), _after(facts, 6), window})
    amounts = {customer: [ZERO] * len(firsts) for customer in facts.once(counted_customers)}
    lines = facts.once(counted_lines)
    stretch = {day: bisect_right(firsts, day) - 1 for day in set(lines.days)}
    for customer, day, amount in zip(lines.customers, lines.days, lines.amounts, strict=True):
        amounts[customer][stretch[day]] += amount
    for own in amounts.values():
        own[:] = [*accumulate(reversed(own))][::-1]
    return firsts, amounts


def _after(facts: Facts, months: int) -> dt.date:
    """The day after the evaluation date so many months earlier."""
    return later(edate(facts.as_of, -months), 1)


def receivable(facts: Facts) -> dict[str, Value]:
    """应收余额: the sum of amount - paid over counted lines unpaid or part paid; 0 without any (5.1)."""
    if not facts.has("sales", "payment_status", "paid"):
        return {}
    owed = dict.fromkeys(facts.once(counted_customers), ZERO)
    states, paid = facts.columns("sales", "payment_status", "paid")
    lines = facts.once(counted_lines)
    for place, customer, amount in zip(lines.places, lines.customers, lines.amounts, strict=True):
        if states[place] in OWED:
            part = paid[place]
            owed[customer] += amount - (part if isinstance(part, Decimal) else ZERO)
    return dict(owed)
