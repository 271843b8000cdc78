"""Interactions, the next visit and the next confirmation of details (section 5.5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from custbook_gen.derive.classes import key_customer, lifecycle_effective
from custbook_gen.derive.consents import unreachable
from custbook_gen.derive.dates import edate, moment_of, workday
from custbook_gen.derive.facts import NORMAL, Facts
from custbook_gen.records import Value
from custbook_gen.schema import Settings


class Interaction(NamedTuple):
    """An interaction up to the evaluation date."""

    key: Value
    customer: str
    at: dt.datetime
    result: Value
    planned: Value
    """The day of the follow-up agreed on."""


def interactions(facts: Facts) -> tuple[Interaction, ...]:
    """The interactions up to the evaluation date, by time, then row."""
    rows = facts.rows("interactions", "customer_id", "at", optional=("interaction_id", "result", "next_on"))
    found: list[Interaction] = []
    for customer, at, key, result, planned in rows:
        moment = moment_of(at)
        if moment is not None and moment.date() <= facts.as_of:
            found.append(Interaction(key, str(customer), moment, result, planned))
    return tuple(sorted(found, key=lambda one: one.at))


def latest_interactions(facts: Facts) -> Mapping[str, Interaction]:
    """The latest interaction of every customer; of several at the same time, that of the last row."""
    return {one.customer: one for one in facts.once(interactions)}


def last_interaction(facts: Facts) -> dict[str, Value]:
    """最近互动: the day of the customer's latest interaction, whatever its channel (5.5)."""
    return {customer: one.at.date() for customer, one in facts.once(latest_interactions).items()}


def last_effective_interaction(facts: Facts) -> dict[str, Value]:
    """最近有效互动: the same without those that reached nobody (no answer, number invalid) (5.5)."""
    return dict(facts.once(effective_days))


def effective_days(facts: Facts) -> Mapping[str, dt.date]:
    """The day of every customer's latest interaction that reached somebody."""
    useless = facts.settings.follow_up.ineffective_results
    return {one.customer: one.at.date() for one in facts.once(interactions) if one.result not in useless}


def planned_follow_up(facts: Facts) -> dict[str, Value]:
    """计划跟进: the follow-up date of the customer's latest interaction, if it has one (5.5)."""
    return dict(facts.once(plans))


def plans(facts: Facts) -> Mapping[str, dt.date]:
    """The open plan of every customer who has one: a later interaction closes earlier plans."""
    latest = facts.once(latest_interactions).items()
    return {customer: one.planned for customer, one in latest if isinstance(one.planned, dt.date)}


def follow_up_done(facts: Facts) -> dict[str, Value]:
    """跟进已完成: whether a later interaction closed this one's plan; empty without a plan (5.5)."""
    latest = facts.once(latest_interactions)
    return {
        str(one.key): latest[one.customer] is not one
        for one in facts.once(interactions)
        if one.key is not None and one.planned is not None
    }


def next_visit(facts: Facts) -> dict[str, Value]:
    """下次回访日期: a day of work (5.5).

    The rule is EDATE(max(last effective interaction, created on), interval), with an
    interval of 3 months for key customers, 6 for level B and 12 for level C.  A planned
    follow-up goes before the rule, for key customers only if it is earlier.  A Saturday,
    Sunday or listed holiday moves on to the next day of work.  Empty if the record is not
    in normal use, every channel is refused, or the customer is lost and lost ones are not
    to be visited.
    """
    return {customer: day for customer, day in facts.once(visits).items() if day is not None}


def visits(facts: Facts) -> Mapping[str, dt.date | None]:
    """The day of the next visit, or none, of every customer."""
    settings, states = facts.settings.follow_up, facts.once(lifecycle_effective)
    keys, planned, effective = facts.once(key_customer), facts.once(plans), facts.once(effective_days)
    refused, holidays = facts.once(unreachable), frozenset(settings.holidays)
    found: dict[str, dt.date | None] = {}
    for key, level, created, status in facts.rows(
        "customers", "customer_id", "level", "created_on", "status"
    ):
        customer = str(key)
        left = states.get(customer) == "lost" and not settings.revisit_lost
        if status != NORMAL or customer in refused or left:
            found[customer] = None
            continue
        is_key = keys.get(customer) is True
        bases = [day for day in (effective.get(customer), created) if isinstance(day, dt.date)]
        months = _interval(level, facts.settings, is_key=is_key)
        regular = [edate(max(bases), months)] if bases else []
        plan = [planned[customer]] if customer in planned else []
        days = plan + regular if is_key or not plan else plan
        found[customer] = workday(min(days), holidays, skip_weekends=settings.skip_weekends) if days else None
    return found


def _interval(level: Value, settings: Settings, *, is_key: bool) -> int:
    months = settings.follow_up
    return months.key_months if is_key else months.months_by_level.get(str(level), months.other_months)


def overdue_days(facts: Facts) -> dict[str, Value]:
    """逾期天数: days since the next visit was due, at least 0; empty without a next visit (5.5)."""
    days = ((customer, day) for customer, day in facts.once(visits).items() if day is not None)
    return {customer: max(0, (facts.as_of - day).days) for customer, day in days}


def revisit_state(facts: Facts) -> dict[str, Value]:
    """回访状态: by the days left until the next visit (5.5).

    ``overdue``, ``today``, ``within_week`` (7 days), ``within_month`` (30 days), ``later``,
    or ``not_needed`` without a next visit.
    """
    return {customer: _urgency(day, facts) for customer, day in facts.once(visits).items()}


def _urgency(day: dt.date | None, facts: Facts) -> str:
    if day is None:
        return "not_needed"
    left, settings = (day - facts.as_of).days, facts.settings.follow_up
    if left <= 0:
        return "overdue" if left < 0 else "today"
    if left <= settings.week_days:
        return "within_week"
    return "within_month" if left <= settings.month_days else "later"


def next_verification(facts: Facts) -> dict[str, Value]:
    """下次核实日期: EDATE(max(verified on, created on), 3 for key customers, 12 for others) (5.5)."""
    settings, keys = facts.settings.verification, facts.once(key_customer)
    due: dict[str, Value] = {}
    for key, verified, created in facts.rows("customers", "customer_id", "verified_on", "created_on"):
        days = [day for day in (verified, created) if isinstance(day, dt.date)]
        months = settings.key_months if keys.get(str(key)) is True else settings.other_months
        if days:
            due[str(key)] = edate(max(days), months)
    return due
