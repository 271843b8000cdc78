"""Computed values: one pure rule each, exact in decimals and dates, at a stated date.

Every rule takes the stored records and the evaluation date and gives a value per
record.  Where a field also has a formula, the formula gives the same value.  The rules
are those of section 5 of the domain model; a rule whose sheets or fields a book does not
have gives nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, cast

from custbook_gen.records import Computed, Table, Tables, Value
from custbook_gen.schema import Book
from custbook_gen.values import round_half_up

ZERO: Final = Decimal(0)
SIGNS: Final[Mapping[Value, int]] = {"sale": 1, "return": -1, "gift": 0}
"""Sign of a sales line by its kind."""
DONE: Final = "done"
"""Status of the order lines that count."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules work on: the stored records and the evaluation date."""

    tables: Tables
    as_of: dt.date

    def rows(self, sheet: str, *fields: str) -> Iterator[tuple[Value, ...]]:
        """The values of some fields of every record; nothing where the book lacks one."""
        table = self.tables.get(sheet)
        if table is None or not set(fields) <= set(table.fields):
            return iter(())
        return _project(table, fields)


def _project(table: Table, fields: tuple[str, ...]) -> Iterator[tuple[Value, ...]]:
    positions = [table.position(field) for field in fields]
    return (tuple(row[at] for at in positions) for row in table.rows.values())


Rule = Callable[[Facts], Mapping[str, Value]]


def derive(book: Book, tables: Tables, as_of: dt.date) -> Computed:
    """Every computed field of every sheet, per record key; absent where there is no value."""
    facts = Facts(tables, as_of)
    return {
        sheet.key: {field.key: RULES[field.rule](facts) for field in sheet.fields if field.rule is not None}
        for sheet in book.sheets
    }


def line_amount(facts: Facts) -> dict[str, Value]:
    """金额: quantity x price less discount, rounded half up to the cent, signed by kind (5.1)."""
    rows = facts.rows("sales", "line_id", "quantity", "unit_price", "discount", "kind")
    amounts: dict[str, Value] = {}
    for key, quantity, price, discount, kind in rows:
        if isinstance(quantity, Decimal) and isinstance(price, Decimal):
            share = discount if isinstance(discount, Decimal) else ZERO
            gross = round_half_up(quantity * price * (1 - share), 2)
            amounts[str(key)] = gross * SIGNS.get(kind, 1) + ZERO  # no minus before a zero
    return amounts


def customer_total(facts: Facts) -> dict[str, Value]:
    """累计金额: the sum of the customer's amounts that count; 0 without any (5.1)."""
    totals: dict[str, Value] = {str(key): ZERO for (key,) in facts.rows("customers", "customer_id")}
    for line in _lines(facts):
        if line.customer in totals:
            totals[line.customer] = cast(Decimal, totals[line.customer]) + line.amount
    return totals


def order_count(facts: Facts) -> dict[str, Value]:
    """购买次数: the number of counted orders; 0 without any (5.2)."""
    counts: dict[str, Value] = {str(key): 0 for (key,) in facts.rows("customers", "customer_id")}
    for customer, orders in _counted_orders(facts).items():
        if customer in counts:
            counts[customer] = len(orders)
    return counts


def last_purchase(facts: Facts) -> dict[str, Value]:
    """最近购买: the latest date of the customer's counted orders (5.2)."""
    return {customer: max(days) for customer, days in _counted_dates(facts).items()}


def last_interaction(facts: Facts) -> dict[str, Value]:
    """最近互动: the day of the customer's latest interaction, whatever its channel (5.5)."""
    latest: dict[str, Value] = {}
    for customer, at in facts.rows("interactions", "customer_id", "at"):
        day = at.date() if isinstance(at, dt.datetime) else at
        if not isinstance(day, dt.date) or day > facts.as_of:
            continue
        known = latest.get(str(customer))
        if not isinstance(known, dt.date) or day > known:
            latest[str(customer)] = day
    return latest


@dataclass(frozen=True, slots=True)
class Line:
    """A sales line that counts: its order is done and its date not after the evaluation date."""

    customer: str
    order: str
    day: dt.date
    kind: Value
    amount: Decimal


def _lines(facts: Facts) -> Iterator[Line]:
    amounts = line_amount(facts)
    rows = facts.rows("sales", "line_id", "customer_id", "order_no", "date", "kind", "status")
    for key, customer, order, day, kind, status in rows:
        amount = amounts.get(str(key))
        counts = status == DONE and isinstance(day, dt.date) and day <= facts.as_of
        if counts and isinstance(amount, Decimal):
            yield Line(str(customer), str(order), cast(dt.date, day), kind, amount)


def _counted_orders(facts: Facts) -> Mapping[str, set[str]]:
    """The counted orders by customer: something was sold, and not all of it came back."""
    sold: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    kept: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for line in _lines(facts):
        order = line.customer, line.order
        kept[order] += line.amount
        if line.kind == "sale":
            sold[order] += line.amount
    orders: dict[str, set[str]] = defaultdict(set)
    for (customer, number), amount in sold.items():
        if amount > 0 and kept[customer, number] > 0:
            orders[customer].add(number)
    return orders


def _counted_dates(facts: Facts) -> Mapping[str, set[dt.date]]:
    orders = _counted_orders(facts)
    days: dict[str, set[dt.date]] = defaultdict(set)
    for line in _lines(facts):
        if line.kind == "sale" and line.order in orders.get(line.customer, ()):
            days[line.customer].add(line.day)
    return days


RULES: Final[Mapping[str, Rule]] = {
    "line_amount": line_amount,
    "customer_total": customer_total,
    "order_count": order_count,
    "last_purchase": last_purchase,
    "last_interaction": last_interaction,
}
