"""Which customers bring the most, and which products go together (section 7)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import chain, combinations

from custbook_gen.derive.facts import Facts
from custbook_gen.derive.money import amount_12m
from custbook_gen.derive.purchases import histories, sold_lines
from custbook_gen.derive.rounding import quotient
from custbook_gen.records import Value
from custbook_gen.value_objects import value_object


@value_object
class Association:
    """Customers who bought one product and also another."""

    product: str
    other: str
    customers: int
    """Who bought both."""
    share: Decimal
    """Of the buyers of ``product``, a fraction of four places."""


def _ranked(facts: Facts) -> list[tuple[str, Decimal]]:
    """Who bought for more than 0 in twelve months, the largest amount first, then as in the sheet."""
    known, sums = facts.once(histories), facts.once(amount_12m).items()
    bought = [(key, sum_) for key, sum_ in sums if isinstance(sum_, Decimal) and sum_ > 0 and key in known]
    return sorted(bought, key=lambda one: -one[1])


def amount_rank(facts: Facts) -> dict[str, Value]:
    """金额排名: 1 + customers with a larger amount of twelve months; empty if there is none above 0 (7)."""
    ranks: dict[str, Value] = {}
    above: Decimal | None = None
    rank = 1
    for place, (customer, amount) in enumerate(_ranked(facts), 1):
        rank = place if amount != above else rank
        ranks[customer], above = rank, amount
    return ranks


def also_bought(facts: Facts) -> tuple[Association, ...]:
    """购买此产品的客户还买了: for each product those that most of its buyers bought as well.

    Sale lines of counted orders are looked at, however often somebody bought.  Customers
    with very many products are left out: they bought everything.

    Returns:
        By product, then customers in common (most first), then the other product.
    """
    limits = facts.settings.also_bought
    baskets: dict[str, set[str]] = defaultdict(set)
    lines = facts.once(sold_lines)
    for customer, product in zip(lines.customers, lines.products, strict=True):
        if product is not None:
            baskets[customer].add(str(product))
    telling = [sorted(basket) for basket in baskets.values() if len(basket) <= limits.most_products]
    buyers = Counter(chain.from_iterable(telling))
    pairs = Counter(chain.from_iterable(combinations(basket, 2) for basket in telling))
    others: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for (one, other), customers in pairs.items():
        if customers >= limits.least_customers:
            others[one].append((-customers, other))
            others[other].append((-customers, one))
    return tuple(_associations(others, buyers, limits.per_product))


def _associations(
    others: Mapping[str, list[tuple[int, str]]], buyers: Mapping[str, int], most: int
) -> Iterator[Association]:
    for product in sorted(others):
        for negative, other in sorted(others[product])[:most]:
            yield Association(product, other, -negative, quotient(-negative, buyers[product], 4))
