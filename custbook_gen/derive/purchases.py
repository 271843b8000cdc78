"""Orders, the days they were made on, and what they foretell (section 5.2)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from custbook_gen.derive.dates import later
from custbook_gen.derive.facts import Facts
from custbook_gen.derive.money import ZERO, Line, counted_customers, counted_lines
from custbook_gen.records import Value
from custbook_gen.values import round_half_up


@dataclass(slots=True)
class _Draft:
    """An order in the making."""

    sold: Decimal = ZERO
    net: Decimal = ZERO
    days: set[dt.date] = field(default_factory=set)


class Order(NamedTuple):
    """An order that counts: something was sold, and not all of it came back."""

    number: str
    days: tuple[dt.date, ...]
    """The days of its sale lines, the earliest first: one day, if the book is in order."""
    net: Decimal
    """What was sold less what came back, in the book's currency."""


class History(NamedTuple):
    """The purchases of one customer, or of one customer in one category."""

    days: tuple[dt.date, ...]
    """Distinct days with a purchase, the earliest first."""
    cycle: Decimal | None
    """Days from one purchase day to the next on average, one place; nothing with a single day."""
    orders: tuple[Order, ...] = ()

    @classmethod
    def of(cls, days: Iterable[dt.date], orders: tuple[Order, ...] = ()) -> History:
        """The history of purchases on these days, at least one."""
        known = tuple(sorted(set(days)))
        gaps = len(known) - 1
        return cls(known, _quotient((known[-1] - known[0]).days, gaps) if gaps else None, orders)

    @property
    def first(self) -> dt.date:
        """The day of the first purchase."""
        return self.days[0]

    @property
    def last(self) -> dt.date:
        """The day of the latest purchase."""
        return self.days[-1]

    def forecast(self, least: int) -> dt.date | None:
        """The next purchase by the own cycle; nothing with fewer than ``least`` purchase days."""
        if self.cycle is None or len(self.days) < least:
            return None
        return later(self.last, whole(self.cycle))

    def missed(self, expected: dt.date, as_of: dt.date) -> bool:
        """Whether an expected purchase lies more than a whole cycle back."""
        return self.cycle is not None and (as_of - expected).days > self.cycle


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a customer is likely to buy again in a category of products."""

    customer: str
    category: str
    purchase_days: int
    last: dt.date
    cycle: Decimal
    """Days between purchases on average, one place."""
    expected: dt.date
    missed: bool


def whole(number: Decimal) -> int:
    """A number rounded half up to a whole one."""
    return int(number.to_integral_value(ROUND_HALF_UP))


def _quotient(numerator: int, denominator: int) -> Decimal:
    """A quotient of numbers that are not negative, exactly rounded half up to one place."""
    return Decimal((20 * numerator + denominator) // (2 * denominator)).scaleb(-1)


def counted_orders(facts: Facts) -> Mapping[tuple[str, str], Order]:
    """The orders that count, by customer and number: sold > 0 and net after returns > 0 (5.2)."""
    drafts: dict[tuple[str, str], _Draft] = defaultdict(_Draft)
    for line in facts.once(counted_lines):
        draft = drafts[line.customer, line.order]
        draft.net += line.amount
        if line.kind == "sale":
            draft.sold += line.amount
            draft.days.add(line.day)
    return {
        (customer, number): Order(number, tuple(sorted(draft.days)), draft.net)
        for (customer, number), draft in drafts.items()
        if draft.sold > 0 and draft.net > 0
    }


def histories(facts: Facts) -> Mapping[str, History]:
    """The purchases of every customer who has any."""
    orders: dict[str, list[Order]] = defaultdict(list)
    for (customer, _), order in facts.once(counted_orders).items():
        orders[customer].append(order)
    return {
        customer: History.of((day for order in own for day in order.days), tuple(own))
        for customer, own in orders.items()
    }


def sold_lines(facts: Facts) -> tuple[Line, ...]:
    """The sale lines of the orders that count."""
    orders = facts.once(counted_orders)
    lines = facts.once(counted_lines)
    return tuple(line for line in lines if line.kind == "sale" and (line.customer, line.order) in orders)


def order_count(facts: Facts) -> dict[str, Value]:
    """购买次数: the number of counted orders; 0 without any (5.2)."""
    known = facts.once(histories)
    return {key: len(known[key].orders) if key in known else 0 for key in facts.once(counted_customers)}


def first_purchase(facts: Facts) -> dict[str, Value]:
    """首次购买: the earliest date of the customer's counted orders (5.2)."""
    return {customer: history.first for customer, history in facts.once(histories).items()}


def last_purchase(facts: Facts) -> dict[str, Value]:
    """最近购买: the latest date of the customer's counted orders (5.2)."""
    return {customer: history.last for customer, history in facts.once(histories).items()}


def average_order_value(facts: Facts) -> dict[str, Value]:
    """客单价: what counted orders come to after returns, per order, to the cent (5.2)."""
    return {
        customer: round_half_up(sum((order.net for order in own.orders), ZERO) / len(own.orders), 2)
        for customer, own in facts.once(histories).items()
    }


def purchase_days(facts: Facts) -> dict[str, Value]:
    """购买天数: the number of distinct dates of counted orders; 0 without any (5.2)."""
    known = facts.once(histories)
    return {key: len(known[key].days) if key in known else 0 for key in facts.once(counted_customers)}


def average_cycle(facts: Facts) -> dict[str, Value]:
    """平均购买周期: days from first to last purchase / (purchase days - 1), one place (5.2).

    Empty with fewer than two purchase days.
    """
    cycles = ((customer, history.cycle) for customer, history in facts.once(histories).items())
    return {customer: cycle for customer, cycle in cycles if cycle is not None}


def next_purchase(facts: Facts) -> dict[str, Value]:
    """下次预计购买: the last purchase + the rounded average cycle in days (5.2).

    It needs three purchase days (``purchases.min_days``); with fewer, but at least two, it
    is the last purchase + the repurchase cycle of the product bought then, of several the
    shortest.
    """
    return dict(facts.once(expected_purchases))


def next_purchase_state(facts: Facts) -> dict[str, Value]:
    """预计购买状态: ``missed`` if before evaluation date - average cycle, else ``expected`` (5.2)."""
    known = facts.once(histories)
    return {
        customer: "missed" if known[customer].missed(day, facts.as_of) else "expected"
        for customer, day in facts.once(expected_purchases).items()
    }


def expected_purchases(facts: Facts) -> Mapping[str, dt.date]:
    """The next purchase of every customer who has one to expect."""
    least, advised = facts.settings.purchases.min_days, facts.once(_advised_cycles)
    expected: dict[str, dt.date] = {}
    for customer, history in facts.once(histories).items():
        day = history.forecast(least)
        if day is None and len(history.days) > 1 and customer in advised:
            day = later(history.last, advised[customer])
        if day is not None:
            expected[customer] = day
    return expected


def _advised_cycles(facts: Facts) -> Mapping[str, int]:
    """The shortest repurchase cycle of what each customer bought on the latest purchase day."""
    rows = facts.rows("products", "product_id", "cycle_days")
    cycles = {key: days for key, days in rows if isinstance(days, int) and days > 0}
    known = facts.once(histories)
    advised: dict[str, int] = {}
    for line in facts.once(sold_lines) if cycles else ():
        days = cycles.get(line.product)
        if days is not None and line.day == known[line.customer].last:
            advised[line.customer] = min(days, advised.get(line.customer, days))
    return advised


def category_forecast(facts: Facts) -> tuple[Forecast, ...]:
    """需求预测: the same for each customer and product category with enough purchase days (5.2).

    Returns:
        One row per customer and category, by expected day, then customer and category.
    """
    rows = facts.rows("products", "product_id", "category")
    categories = {product: str(category) for product, category in rows if category is not None}
    days: dict[tuple[str, str], set[dt.date]] = defaultdict(set)
    for line in facts.once(sold_lines):
        if line.product in categories:
            days[line.customer, categories[line.product]].add(line.day)
    return tuple(
        sorted(_forecasts(facts, days.items()), key=lambda row: (row.expected, row.customer, row.category))
    )


def _forecasts(facts: Facts, days: Iterable[tuple[tuple[str, str], set[dt.date]]]) -> Iterable[Forecast]:
    for (customer, category), found in days:
        history = History.of(found)
        expected, cycle = history.forecast(facts.settings.purchases.min_days), history.cycle
        if expected is not None and cycle is not None:
            missed = history.missed(expected, facts.as_of)
            yield Forecast(customer, category, len(found), history.last, cycle, expected, missed)
