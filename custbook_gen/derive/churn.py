"""Customers who may be about to leave (section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from custbook_gen.derive.classes import lifecycle_effective
from custbook_gen.derive.facts import Facts, normal_customers
from custbook_gen.derive.money import half_year_amounts
from custbook_gen.derive.purchases import History, expected_purchases, histories
from custbook_gen.records import Value
from custbook_gen.value_objects import value_object


@value_object
class ChurnWarning:
    """Why a customer may be about to leave.

    ``reasons`` are of ``sleeping`` (the lifecycle says so), ``late`` (nothing bought for
    more than 1.5 cycles), ``missed`` (the expected purchase lies a whole cycle back) and
    ``falling`` (half the amount of the six months before, or less).
    """

    customer: str
    reasons: tuple[str, ...]
    idle_days: int
    """Since the last purchase."""
    cycle: Decimal | None
    before: Decimal
    """Amount of the six months before the last six."""
    after: Decimal
    """Amount of the last six months."""


def churn_warnings(facts: Facts) -> tuple[ChurnWarning, ...]:
    """流失预警: buyers who are not lost yet, but may be soon; most reasons first, then longest idle (7).

    Lost customers are left out (it is too late for a warning), and so are records that are
    not in normal use.
    """
    states, normal = facts.once(lifecycle_effective), facts.once(normal_customers)
    amounts = facts.once(half_year_amounts)
    found: list[ChurnWarning] = []
    for customer, history in facts.once(histories).items():
        state = states.get(customer)
        if state == "lost" or customer not in normal:
            continue
        before, after = amounts[customer]
        reasons = (*_late(customer, history, state, facts), *_falling(before, after, facts))
        if reasons:
            idle = (facts.as_of - history.last).days
            found.append(ChurnWarning(customer, reasons, idle, history.cycle, before, after))
    return tuple(sorted(found, key=lambda one: (-len(one.reasons), -one.idle_days)))


def _late(customer: str, history: History, state: Value, facts: Facts) -> Iterator[str]:
    if state == "sleeping":
        yield "sleeping"
    idle = (facts.as_of - history.last).days
    if history.cycle is not None and idle > facts.settings.churn.cycles * history.cycle:
        yield "late"
    expected = facts.once(expected_purchases).get(customer)
    if expected is not None and history.missed(expected, facts.as_of):
        yield "missed"


def _falling(before: Decimal, after: Decimal, facts: Facts) -> Iterator[str]:
    if before > 0 and before - after >= facts.settings.churn.fall * before:
        yield "falling"
