"""Customers who may be about to leave (section 7)."""

from __future__ import annotations

from decimal import Decimal

from custbook_gen.derive.classes import lifecycle_effective
from custbook_gen.derive.facts import Facts, normal_customers
from custbook_gen.derive.money import half_year_amounts
from custbook_gen.derive.purchases import expected_purchases, histories
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
    amounts, expected = facts.once(half_year_amounts), facts.once(expected_purchases)
    limits = facts.settings.churn
    found: list[ChurnWarning] = []
    for customer, history in facts.once(histories).items():
        state = states.get(customer)
        if state == "lost" or customer not in normal:
            continue
        before, after = amounts[customer]
        idle, due = (facts.as_of - history.last).days, expected.get(customer)
        reasons = {
            "sleeping": state == "sleeping",
            "late": history.cycle is not None and idle > limits.cycles * history.cycle,
            "missed": due is not None and history.missed(due, facts.as_of),
            "falling": before > 0 and before - after >= limits.fall * before,
        }
        told = tuple(reason for reason, holds in reasons.items() if holds)
        if told:
            found.append(ChurnWarning(customer, told, idle, history.cycle, before, after))
    return tuple(sorted(found, key=lambda one: (-len(one.reasons), -one.idle_days)))
