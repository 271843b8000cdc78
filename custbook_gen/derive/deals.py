"""Deals: what they are worth and how long they take (section 3.3)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from custbook_gen.derive.dates import day_number, day_of
from custbook_gen.derive.facts import Facts, chosen
from custbook_gen.derive.rounding import products
from custbook_gen.records import Value
from custbook_gen.remembering import Remembered


def weighted_amount(facts: Facts) -> dict[str, Value]:
    """加权金额: expected amount x probability, to the cent; empty without either (3.3)."""
    columns = facts.columns("deals", "deal_id", "amount", "probability")
    pairs = zip(*columns[1:], strict=True)
    told = [isinstance(amount, Decimal) and isinstance(likely, Decimal) for amount, likely in pairs]
    keys, amounts, probabilities = chosen(columns, told)
    return dict(zip(keys, products(amounts, probabilities), strict=True))


def deal_age_days(facts: Facts) -> dict[str, Value]:
    """商机天数: days from creation to the day it was closed, or to the evaluation date before that (3.3)."""
    ages: dict[str, Value] = {}
    same: dict[int, int] = {}  # equal ages are one object: there are many records
    number, today = Remembered[Value, int | None](day_number).__getitem__, facts.as_of.toordinal()
    for key, created, closed in facts.rows("deals", "deal_id", "created_on", optional=("closed_on",)):
        start, end = number(created), number(closed)
        if start is not None and start <= today:
            last = today if end is None or end > today else end
            age = last - start if last > start else 0
            ages[str(key)] = same.setdefault(age, age)
    return ages


def stage_age_days(facts: Facts) -> dict[str, Value]:
    """阶段天数: days that the deal has been in its stage, up to the evaluation date (3.3).

    A closed deal came into it on the day it was closed; an open one when its stage last
    changed, where the facts know that (``changed_on``), else when it was created.
    """
    closed, changed = facts.settings.deals.closed_stages, facts.changed_on.get(("deals", "stage"), {})
    ages: dict[str, Value] = {}
    rows = facts.rows("deals", "deal_id", "stage", "created_on", optional=("closed_on",))
    for key, stage, created, ended in rows:
        start, end = day_of(created), day_of(ended) if stage in closed else None
        if start is not None and start <= facts.as_of:
            since = end or changed.get(str(key), start)
            ages[str(key)] = (facts.as_of - (since if start < since <= facts.as_of else start)).days
    return ages


def deal_overdue(facts: Facts) -> dict[str, Value]:
    """是否逾期: whether the deal is open and should have been closed before the evaluation date (3.3)."""
    closed = facts.settings.deals.closed_stages
    return {
        str(key): stage not in closed and expected < facts.as_of
        for key, stage, expected in facts.rows("deals", "deal_id", "stage", "expected_close")
        if isinstance(expected, dt.date)
    }
