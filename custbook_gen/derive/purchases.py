"""Orders, the days they were made on, and what they foretell (section 5.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, compress
from typing import Any, NamedTuple

from custbook_gen.derive.dates import later
from custbook_gen.derive.facts import Facts, chosen
from custbook_gen.derive.money import ZERO, Lines, counted_customers, counted_lines, last_day, sales_lines
from custbook_gen.derive.rounding import quotient, whole
from custbook_gen.records import Value
from custbook_gen.value_objects import value_object
from custbook_gen.values import round_half_up

_Pair = tuple[str, str]
"""A customer and the number of an order."""


class Orders(NamedTuple):
    """The orders that count: something was sold, and not all of it came back.

    Each field of theirs but the first is a column: what stands at one place of all of them is one order.
    """

    pairs: Collection[_Pair]
    """What tells them apart, in the same order; quick to ask whether one of them is there."""
    customers: Sequence[str]
    numbers: Sequence[str]
    days: Sequence[tuple[dt.date, ...]]
    """The days of their sale lines, the earliest first: one day, if the book is in order."""
    nets: Sequence[Decimal]
    """What was sold less what came back, in the book's currency."""
    places: Sequence[int]
    """Where their first sale lines stand among the rows of the sheet, counted from 0."""

    def chosen(self, meets: Sequence[bool]) -> Orders:
        """Those orders that meet something, told order by order."""
        return Orders(dict.fromkeys(compress(self.pairs, meets)), *chosen(self[1:], meets))


class History(NamedTuple):
    """The purchases of one customer, or of one customer in one category."""

    days: tuple[dt.date, ...]
    """Distinct days with a purchase, the earliest first."""
    cycle: Decimal | None
    """Days from one purchase day to the next on average, one place; nothing with a single day."""
    nets: Sequence[Decimal] = ()
    """What each order came to."""

    @classmethod
    def of(cls, days: Iterable[dt.date], nets: Sequence[Decimal] = ()) -> History:
        """The history of purchases on these days, at least one."""
        known = tuple(sorted(set(days)))
        gaps = len(known) - 1
        return cls(known, quotient((known[-1] - known[0]).days, gaps) if gaps else None, nets)

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


@value_object
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


def counted_orders(facts: Facts) -> Orders:
    """The orders that count, by customer and number: sold > 0 and net after returns > 0 (5.2)."""
    orders, late = facts.always(_all_orders), facts.once(_late)
    if not late:
        return orders
    kept = orders.chosen([pair not in late for pair in orders.pairs])
    lines = facts.once(counted_lines)
    theirs = [pair in late for pair in zip(lines.customers, lines.orders, strict=True)]
    anew = _orders_of(lines.chosen(theirs))
    both: Iterator[Sequence[Any]] = ([*one, *other] for one, other in zip(kept[1:], anew[1:], strict=True))
    return Orders(dict.fromkeys(chain(kept.pairs, anew.pairs)), *both)


def order_columns(facts: Facts) -> Sequence[Sequence[Value]]:
    """The orders that count, column by column; none where there are none.

    Returns:
        Their numbers, customers, first days and amounts, and colleague and channel of the first sale line.
    """
    orders = facts.once(counted_orders)
    if not orders.numbers:
        return ()
    columns = facts.columns("sales", optional=("staff_id", "channel"))
    colleagues, channels = (list(map(column.__getitem__, orders.places)) for column in columns)
    first = [days[0] for days in orders.days]
    return orders.numbers, orders.customers, first, orders.nets, colleagues, channels


def _late(facts: Facts) -> set[_Pair]:
    """The orders with a line after the evaluation date."""
    if facts.always(last_day) <= facts.as_of:
        return set()
    lines = facts.always(sales_lines)
    dated = zip(lines.customers, lines.orders, lines.days, strict=True)
    return {(customer, order) for customer, order, day in dated if day > facts.as_of}


def _all_orders(facts: Facts) -> Orders:
    """The orders that all lines make, whenever they were sold."""
    return _orders_of(facts.always(sales_lines))


def _orders_of(lines: Lines) -> Orders:
    """The orders that lines make, those that count, in the order of their first lines.

    Nearly every order has one line: all are taken for such ones, and the others put right.
    """
    pairs = list(zip(lines.customers, lines.orders, strict=True))
    counts = [kind == "sale" and net > ZERO for kind, net in zip(lines.kinds, lines.amounts, strict=True)]
    alone: dict[dt.date, tuple[dt.date, ...]] = {day: (day,) for day in set(lines.days)}
    days = list(map(alone.__getitem__, lines.days))
    nets, places = list(lines.amounts), list(lines.places)
    last = dict(zip(pairs, range(len(pairs)), strict=True))
    void = {pair for pair, counted in zip(pairs, counts, strict=True) if not counted}
    for pair, own in _of_several(pairs, last).items():
        sales = [at for at in own if lines.kinds[at] == "sale"]
        net = sum((lines.amounts[at] for at in own), ZERO)
        for at in own:
            counts[at] = False
        void.add(pair)
        if net > 0 and sum((lines.amounts[at] for at in sales), ZERO) > 0:
            first = own[0]
            counts[first], nets[first], places[first] = True, net, lines.places[sales[0]]
            days[first] = tuple(sorted({lines.days[at] for at in sales}))
            void.remove(pair)
    for pair in void:
        del last[pair]
    return Orders(last, *chosen((lines.customers, lines.orders, days, nets, places), counts))


def _of_several(pairs: Sequence[_Pair], last: Mapping[_Pair, int]) -> Mapping[_Pair, list[int]]:
    """Where the lines of the orders stand that have several, in order, by where the last line of each is."""
    several: dict[_Pair, list[int]] = {}
    if len(last) < len(pairs):
        for at in sorted(set(range(len(pairs))).difference(last.values())):
            several.setdefault(pairs[at], []).append(at)
        for pair, own in several.items():
            own.append(last[pair])
    return several


def histories(facts: Facts) -> Mapping[str, History]:
    """The purchases of every customer who has any."""
    known, late = facts.always(_all_histories), {customer for customer, _ in facts.once(_late)}
    if not late:
        return known
    lines = facts.always(sales_lines)
    dated = zip(lines.customers, lines.days, strict=True)
    theirs = lines.chosen([customer in late and day <= facts.as_of for customer, day in dated])
    kept = {customer: history for customer, history in known.items() if customer not in late}
    return {**kept, **_histories(_orders_of(theirs))}


def _all_histories(facts: Facts) -> Mapping[str, History]:
    """The purchases of every customer, whenever they were made."""
    return _histories(facts.always(_all_orders))


def _histories(orders: Orders) -> Mapping[str, History]:
    """The histories that orders make."""
    known: dict[str, tuple[list[dt.date], list[Decimal]]] = {}
    for customer, own, net in zip(orders.customers, orders.days, orders.nets, strict=True):
        if customer in known:
            days, nets = known[customer]
            days += own
            nets.append(net)
        else:
            known[customer] = [*own], [net]
    return {customer: History.of(days, nets) for customer, (days, nets) in known.items()}


def sold_lines(facts: Facts) -> Lines:
    """The sale lines of the orders that count."""
    counted, lines = facts.once(counted_orders).pairs, facts.once(counted_lines)
    pairs = zip(lines.customers, lines.orders, strict=True)
    sold = [kind == "sale" and pair in counted for kind, pair in zip(lines.kinds, pairs, strict=True)]
    return lines.chosen(sold)


def order_count(facts: Facts) -> dict[str, Value]:
    """购买次数: the number of counted orders; 0 without any (5.2)."""
    known = facts.once(histories)
    return {key: len(known[key].nets) if key in known else 0 for key in facts.once(counted_customers)}


def first_purchase(facts: Facts) -> dict[str, Value]:
    """首次购买: the earliest date of the customer's counted orders (5.2)."""
    return {customer: history.first for customer, history in facts.once(histories).items()}


def last_purchase(facts: Facts) -> dict[str, Value]:
    """最近购买: the latest date of the customer's counted orders (5.2)."""
    return {customer: history.last for customer, history in facts.once(histories).items()}


def average_order_value(facts: Facts) -> dict[str, Value]:
    """客单价: what counted orders come to after returns, per order, to the cent (5.2)."""
    return {
        customer: round_half_up(sum(own.nets, ZERO) / len(own.nets), 2)
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
    if not cycles:
        return advised
    lines = facts.once(sold_lines)
    for customer, day, product in zip(lines.customers, lines.days, lines.products, strict=True):
        days = cycles.get(product)
        if days is not None and day == known[customer].last:
            advised[customer] = min(days, advised.get(customer, days))
    return advised


def category_forecast(facts: Facts) -> tuple[Forecast, ...]:
    """需求预测: the same for each customer and product category with enough purchase days (5.2).

    Returns:
        One row per customer and category, by expected day, then customer and category.
    """
    return tuple(sorted(_forecasts(facts), key=lambda row: (row.expected, row.customer, row.category)))


def _forecasts(facts: Facts) -> Iterator[Forecast]:
    least = facts.settings.purchases.min_days
    for (customer, category), days in facts.once(_by_category)[0].items():
        history = History.of(days) if len(days) >= least else None
        expected = history.forecast(least) if history is not None else None
        if history is not None and expected is not None and history.cycle is not None:
            missed = history.missed(expected, facts.as_of)
            yield Forecast(customer, category, len(days), history.last, history.cycle, expected, missed)


def preferred_category(facts: Facts) -> dict[str, Value]:
    """常购类别: the product category bought on the most days (brief 000-04).

    Of several the one with the larger amount of sale lines, then the one whose code comes
    first in the alphabet.  Empty without a purchase in a known category.
    """
    days, amounts = facts.once(_by_category)
    best: dict[str, tuple[int, Decimal]] = {}
    favourites: dict[str, Value] = {}
    for pair in sorted(days):
        weight, (customer, category) = (len(days[pair]), amounts[pair]), pair
        if customer not in best or weight > best[customer]:
            best[customer], favourites[customer] = weight, category
    return favourites


def _by_category(facts: Facts) -> tuple[Mapping[_Pair, set[dt.date]], Mapping[_Pair, Decimal]]:
    """The days and the amount of what was sold, by customer and product category."""
    categories = facts.always(_categories)
    days: dict[_Pair, set[dt.date]] = {}
    amounts: dict[_Pair, Decimal] = {}
    if not categories:
        return days, amounts
    lines = facts.once(sold_lines)
    for customer, day, product, amount in zip(
        lines.customers, lines.days, lines.products, lines.amounts, strict=True
    ):
        category = categories.get(product)
        if category is not None:
            pair = customer, category
            amounts[pair] = amounts.get(pair, ZERO) + amount
            days.setdefault(pair, set()).add(day)
    return days, amounts


def _categories(facts: Facts) -> Mapping[Value, str]:
    """The category of every product that has one."""
    rows = facts.rows("products", "product_id", "category")
    return {product: str(category) for product, category in rows if category is not None}
