"""Classes of customers: frequency, value, loyalty, lifecycle, key customers (section 5.4)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from custbook_gen.derive.facts import Facts, customers
from custbook_gen.derive.money import ZERO, amount_12m, counted_customers
from custbook_gen.derive.opinions import scores_within
from custbook_gen.derive.purchases import History, histories
from custbook_gen.derive.rfm import frequency, recent_orders
from custbook_gen.derive.rounding import whole
from custbook_gen.records import Value
from custbook_gen.remembering import Remembered
from custbook_gen.schema import Settings
from custbook_gen.schema.settings import LoyaltySettings


def frequency_class(facts: Facts) -> dict[str, Value]:
    """购买频率: ``high``, ``medium`` (with three levels), ``low`` or ``none`` (5.4).

    By the counted orders of the last 365 days: from 4 on high (three levels: 6 and 3); none
    in that time but one before is low, none ever is ``none``.
    """
    settings = facts.settings.frequency
    steps = {"high": settings.high}
    if settings.levels == 3:
        steps = {"high": settings.high_of_three, "medium": settings.medium_of_three}
    classes: dict[str, Value] = dict.fromkeys(facts.once(counted_customers), "none")
    shared = settings.window_days == facts.settings.rfm.window_days
    recent = facts.once(frequency) if shared else recent_orders(facts, settings.window_days)
    for customer, orders in recent.items():
        classes[customer] = next((code for code, least in steps.items() if orders >= least), "low")
    return classes


def value_class(facts: Facts) -> dict[str, Value]:
    """客户价值: ``high``, ``medium`` or ``low`` by the amount of twelve months; empty if never bought (5.4).

    Mode ``threshold``: high from 100,000 on, medium from 10,000 on, in the book's currency.
    Mode ``pareto``: of all customers with an amount above 0, in descending order, the
    smallest leading set that reaches 80 % of the whole is high, up to 95 % medium; those
    with the same amount as the last of a set go up with it.  With two levels, medium is low.
    """
    settings, known = facts.settings.value, facts.once(histories)
    sums = facts.once(amount_12m).items()
    amounts = {key: amount for key, amount in sums if key in known and isinstance(amount, Decimal)}
    high, medium = settings.high, settings.medium
    if settings.mode == "pareto":
        high, medium = _border(amounts, settings.high_share), _border(amounts, settings.medium_share)
    steps = {"high": high, "medium": medium} if settings.levels == 3 else {"high": high}
    return {
        customer: next((code for code, least in steps.items() if amount >= least), "low")
        for customer, amount in amounts.items()
    }


def _border(amounts: Mapping[str, Decimal], share: Decimal) -> Decimal:
    """The smallest amount of the leading customers who together reach a share of all amounts above 0."""
    counts = Counter(amount for amount in amounts.values() if amount > 0)
    wanted = share * sum((amount * count for amount, count in counts.items()), ZERO)
    reached, border = ZERO, Decimal("Infinity")
    for amount in sorted(counts, reverse=True):
        if reached >= wanted:
            break
        reached, border = reached + amount * counts[amount], amount
    return border


def value_effective(facts: Facts) -> dict[str, Value]:
    """客户价值(有效): the value set by hand where there is one, otherwise the computed one (5.4)."""
    return _overruled(facts, "value_manual", facts.once(value_class))


def _overruled(facts: Facts, field: str, computed: Mapping[str, Value]) -> dict[str, Value]:
    by_hand = facts.rows("customers", "customer_id", field)
    return {**computed, **{str(key): value for key, value in by_hand if value is not None}}


def loyalty(facts: Facts) -> dict[str, Value]:
    """忠诚度: 0 to 100 points, rounded half up; empty if never bought (5.4).

    40 x min(1, quarters with a purchase among the last 8 / 6) + 30 x min(1, days since the
    first purchase / 1095) + 30 x (mean score - 1) / 4, where the scores (1 to 5) are those
    of feedback and of tickets within 24 months; 15 for the last part without any.
    Quarters are those of the calendar, the current one is the last.
    """
    settings, quarter = facts.settings.loyalty, Remembered[dt.date, int](_quarter)
    given = scores_within(facts, settings.score_months)
    unknown = _points(settings, ())
    earlier = quarter[facts.as_of] - settings.quarters
    points: dict[str, Value] = {}
    for customer, history in facts.once(histories).items():
        quarters = set(map(quarter.__getitem__, history.days))
        recent = sum([earlier < one for one in quarters])
        age = (facts.as_of - history.first).days
        tell = _points(settings, given[customer]) if customer in given else unknown
        points[customer] = tell(recent, age)
    return points


def _points(settings: LoyaltySettings, given: Sequence[int]) -> Callable[[int, int], int]:
    """The points with these scores, of so many quarters with a purchase and days since the first one."""
    full, days = settings.full_quarters, settings.full_days
    scale = 4 * len(given) or 1
    whole_part = full * days * scale
    by_quarter, by_day = settings.quarter_points * days * scale, settings.age_points * full * scale
    if given:
        scored = settings.score_points * (sum(given) - len(given)) * full * days
    else:
        scored = settings.unknown_score_points * full * days

    def points(quarters: int, age: int) -> int:
        reached = by_quarter * min(quarters, full) + by_day * min(age, days) + scored
        return (2 * reached + whole_part) // (2 * whole_part)

    return points


def _quarter(day: dt.date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def lifecycle(facts: Facts) -> dict[str, Value]:
    """生命周期: ``prospect``, ``active``, ``sleeping`` or ``lost`` (5.4).

    Without a counted order a prospect; active up to max(90, 2 x average cycle) days after
    the last purchase, lost after max(180, 4 x average cycle) days, sleeping between (active,
    where that state is switched off).  Limits are rounded half up to days.
    """
    known = facts.once(histories)
    return {
        customer: _state(known[customer], facts.as_of, facts.settings) if customer in known else "prospect"
        for customer in facts.once(counted_customers)
    }


def _state(history: History, as_of: dt.date, settings: Settings) -> str:
    limits, cycle = settings.lifecycle, history.cycle or ZERO
    idle = (as_of - history.last).days
    if idle <= limits.active_days or idle <= whole(limits.active_cycles * cycle):
        return "active"
    if idle > limits.churn_days and idle > whole(limits.churn_cycles * cycle):
        return "lost"
    return "sleeping" if limits.sleeping else "active"


def lifecycle_effective(facts: Facts) -> dict[str, Value]:
    """生命周期(有效): the state set by hand where there is one, otherwise the computed one (5.4)."""
    return _overruled(facts, "lifecycle_manual", facts.once(lifecycle))


def key_customer(facts: Facts) -> dict[str, Value]:
    """重点客户: level A or VIP, or of high value (the effective one), or in a key group (5.4).

    A level counts whose code starts with A, however it goes on.
    """
    settings, values = facts.settings.key_customers, facts.once(value_effective)
    told = any(facts.has("customers", field) for field in ("level", "groups", "value_manual"))
    if not told and not facts.once(counted_customers):
        return {}
    prefixes = tuple(prefix.casefold() for prefix in settings.level_prefixes)
    levels = {level.casefold() for level in settings.levels}
    groups = set(settings.groups)
    found: dict[str, Value] = dict.fromkeys(facts.always(customers), False)
    for key, level, own in facts.rows("customers", "customer_id", optional=("level", "groups")):
        name = str(level).casefold() if level is not None else ""
        important = name in levels or (bool(name) and name.startswith(prefixes))
        in_group = isinstance(own, tuple) and not groups.isdisjoint(own)
        found[str(key)] = important or in_group or values.get(str(key)) == "high"
    return found
