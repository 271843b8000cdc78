"""Sales that cannot be, or hardly can: returns, totals, prices and quantities out of the ordinary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from custbook_gen.check.picture import Finding, Picture
from custbook_gen.derive import Facts
from custbook_gen.derive.classes import lifecycle
from custbook_gen.derive.money import ZERO, customer_total
from custbook_gen.records import Value
from custbook_gen.values import Note, plain

CANCELLED: Final = "cancelled"
RETURN: Final = "return"
RETURN_FIELDS: Final = ("kind", "orig_order_no", "product_id", "quantity", "status")
ORDER_FIELDS: Final = ("kind", "order_no", "product_id", "quantity", "status")


@dataclass(slots=True)
class _Flow:
    """What an order sold of one product, and what came back of it."""

    sold: Decimal = ZERO
    returned: Decimal = ZERO
    sales: list[str] = field(default_factory=list)
    returns: list[str] = field(default_factory=list)


def too_many_returns(picture: Picture) -> Iterator[Finding]:
    """C-22: more of a product came back than its order sold.

    The line that was entered now is to blame; of older ones the last return is told.
    """
    orders = picture.facts.once(_orders)
    for (order, product), flow in _flows(picture.facts).items():
        if order not in orders or flow.returned <= flow.sold:
            continue
        entered = [key for key in flow.returns if picture.entered("sales", key, RETURN_FIELDS)]
        entered = entered or [key for key in flow.sales if picture.entered("sales", key, ORDER_FIELDS)]
        facts = {
            "order": order,
            "product": picture.name("products", product),
            "sold": plain(flow.sold),
            "returned": plain(flow.returned),
        }
        note = Note("returned-too-much", facts, level=None if entered else "warning")
        for key in entered or flow.returns[-1:]:
            yield Finding("sales", key, "quantity", note)


def unknown_orders(picture: Picture) -> Iterator[Finding]:
    """C-22: a return of an order that this book does not have."""
    orders = picture.facts.once(_orders)
    for key, kind, order in picture.facts.rows("sales", "line_id", "kind", "orig_order_no"):
        unknown = kind == RETURN and order is not None and order not in orders
        if unknown and picture.entered("sales", str(key), ("orig_order_no", "kind")):
            yield Finding("sales", str(key), "orig_order_no", Note("order-unknown", {"value": order}))


def _orders(facts: Facts) -> frozenset[Value]:
    """The orders that sold, or gave, anything."""
    return frozenset(order for order, kind in facts.rows("sales", "order_no", "kind") if kind != RETURN)


def _flows(facts: Facts) -> Mapping[tuple[str, str], _Flow]:
    """What went out and came back, by order and product, of all of which something came back."""
    flows: dict[tuple[str, str], _Flow] = defaultdict(_Flow)
    fields = ("line_id", "kind", "product_id", "quantity", "orig_order_no", "order_no")
    lines = [row for row in facts.rows("sales", *fields, optional=("status",)) if row[-1] != CANCELLED]
    for key, kind, product, quantity, original, *_ in lines:
        if kind == RETURN and original is not None and isinstance(quantity, Decimal):
            flow = flows[str(original), str(product)]
            flow.returned += quantity
            flow.returns.append(str(key))
    for key, kind, product, quantity, _, order, _ in lines if flows else ():
        if kind != RETURN and isinstance(quantity, Decimal) and (str(order), str(product)) in flows:
            flow = flows[str(order), str(product)]
            flow.sold += quantity
            flow.sales.append(str(key))
    return flows


def negative_totals(picture: Picture) -> Iterator[Finding]:
    """C-22: a customer whose sales come to less than nothing.

    A warning: what was bought before the book was begun may well come back in it.
    """
    sheet = picture.book.sheet("customers")
    place = "total_amount" if "total_amount" in sheet.by_key else sheet.name_field
    for customer, total in picture.facts.once(customer_total).items():
        if isinstance(total, Decimal) and total < 0:
            facts = {"customer": picture.name("customers", customer), "total": plain(total)}
            yield Finding("customers", customer, place, Note("total-negative", facts))


def price_outliers(picture: Picture) -> Iterator[Finding]:
    """C-23: a price of more than ten times what the product usually costs."""
    prices = []
    for key, product, kind, status, price, rate in _priced(picture, "unit_price"):
        if isinstance(price, Decimal) and kind != "gift" and status != CANCELLED:
            prices.append((str(key), product, price * rate if isinstance(rate, Decimal) else price))
    return _outliers(picture, "unit_price", "price-outlier", prices)


def quantity_outliers(picture: Picture) -> Iterator[Finding]:
    """C-23: a quantity of more than ten times what is usually sold of the product at once."""
    amounts = []
    for key, product, _, status, quantity, _ in _priced(picture, "quantity"):
        if isinstance(quantity, Decimal) and status != CANCELLED:
            amounts.append((str(key), product, quantity))
    return _outliers(picture, "quantity", "quantity-outlier", amounts)


def _priced(picture: Picture, number: str) -> Iterator[tuple[Value, ...]]:
    rows = picture.facts.rows("sales", "line_id", "product_id", number, optional=("kind", "status", "rate"))
    return ((key, product, kind, status, value, rate) for key, product, value, kind, status, rate in rows)


def _outliers(
    picture: Picture, field_key: str, code: str, numbers: Iterable[tuple[str, Value, Decimal]]
) -> Iterator[Finding]:
    settings = picture.settings.checks
    by_product: dict[Value, list[tuple[Decimal, str]]] = defaultdict(list)
    for key, product, number in numbers:
        by_product[product].append((number, key))
    for product, found in by_product.items():
        if product is None or len(found) < settings.outlier_lines:
            continue
        found.sort()
        median = found[(len(found) - 1) // 2][0]
        limit = median * settings.outlier_times
        for number, key in reversed(found):
            if number <= limit or median <= 0:
                break
            facts = {
                "product": picture.name("products", str(product)),
                "usual": plain(median),
                "value": plain(number),
                "times": plain(settings.outlier_times),
            }
            yield Finding("sales", key, field_key, Note(code, facts))


def contradicted_lifecycles(picture: Picture) -> Iterator[Finding]:
    """C-25: a stage of life set by hand that the sales contradict.

    Somebody who bought is no prospect, somebody who never bought nothing else, and nobody is
    active and lost at once; sleeping is a matter of opinion.
    """
    from_sales = picture.facts.once(lifecycle)
    for key, manual in picture.facts.rows("customers", "customer_id", "lifecycle_manual"):
        computed = from_sales.get(str(key))
        if manual is None or computed is None:
            continue
        if (manual == "prospect") is not (computed == "prospect") or {manual, computed} == {"active", "lost"}:
            facts = {
                "value": picture.shown("customers", "lifecycle_manual", manual),
                "computed": picture.shown("customers", "lifecycle_manual", computed),
            }
            yield Finding("customers", str(key), "lifecycle_manual", Note("lifecycle-contradicted", facts))
