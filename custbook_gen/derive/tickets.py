"""Tickets: how fast they were answered and solved (section 3.6)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from custbook_gen.derive.dates import day_of, moment_of
from custbook_gen.derive.facts import Facts, customers
from custbook_gen.derive.rounding import quotient
from custbook_gen.records import Value
from custbook_gen.value_objects import value_object

REOPENED: Final = "reopened"
"""Status of tickets whose solution did not hold: they are open, whatever stands in 解决时间."""
MICROSECONDS: Final = 3_600_000_000
"""In an hour."""


@value_object
class Ticket:
    """A ticket as it stood at the end of the evaluation date."""

    key: str
    opened: dt.datetime
    replied: dt.datetime | None
    resolved: dt.datetime | None
    status: Value
    priority: Value
    customer: Value
    open: bool
    """Not solved by then; one that is done with, but nobody knows when, is not open either."""


def tickets(facts: Facts) -> tuple[Ticket, ...]:
    """The tickets opened up to the evaluation date; what happened later has not happened."""
    found: list[Ticket] = []
    fields = ("first_reply_at", "resolved_at", "status", "priority", "customer_id")
    done_with = facts.settings.service.closed_statuses
    rows = facts.rows("tickets", "ticket_id", "opened_at", optional=fields)
    for key, opened, replied, resolved, status, priority, customer in rows:
        start = _known(opened, facts.as_of)
        if start is not None:
            reply, end = _known(replied, facts.as_of), _known(resolved, facts.as_of)
            solved = end is not None or (resolved is None and status in done_with)
            is_open = status == REOPENED or not solved
            found.append(Ticket(str(key), start, reply, end, status, priority, customer, is_open))
    return tuple(found)


def _known(value: Value, as_of: dt.date) -> dt.datetime | None:
    moment = moment_of(value)
    return moment if moment is not None and moment.date() <= as_of else None


def _hours(start: dt.datetime, end: dt.datetime) -> Decimal:
    """The hours between two moments, one place, half up; 0 if they are in the wrong order."""
    return quotient(max(end - start, dt.timedelta()) // dt.timedelta(microseconds=1), MICROSECONDS)


def response_hours(facts: Facts) -> dict[str, Value]:
    """响应时长: hours from opening to the first reply, one place; empty without a reply (3.6)."""
    return {one.key: _hours(one.opened, one.replied) for one in facts.once(tickets) if one.replied}


def resolve_hours(facts: Facts) -> dict[str, Value]:
    """解决时长: hours from opening to the solution, one place; empty without one (3.6)."""
    return {one.key: _hours(one.opened, one.resolved) for one in facts.once(tickets) if one.resolved}


def sla_breached(facts: Facts) -> dict[str, Value]:
    """是否超时: whether the first reply took more than 2 (urgent), 8, 24 or 72 (low) hours (3.6).

    A ticket solved without a reply counts as answered then; one without either, by the
    end of the evaluation date.  Empty where the priority is not known.
    """
    service = facts.settings.service
    limits: Mapping[Value, int] = {
        "urgent": service.urgent,
        "high": service.high,
        "medium": service.medium,
        "low": service.low,
    }
    if not facts.has("tickets", "priority", "first_reply_at"):
        return {}
    last = dt.datetime.combine(facts.as_of, dt.time.max)
    return {
        one.key: (one.replied or one.resolved or last) - one.opened > dt.timedelta(hours=limits[one.priority])
        for one in facts.once(tickets)
        if one.priority in limits
    }


def open_days(facts: Facts) -> dict[str, Value]:
    """未结天数: days from opening to the solution, or to the evaluation date while it is open (3.6).

    Empty where a ticket is done with and nobody knows when.
    """
    if not facts.has("tickets", "resolved_at"):
        return {}
    ends = ((one, facts.as_of if one.open else one.resolved) for one in facts.once(tickets))
    return {
        one.key: max(0, (end - one.opened.date()).days)
        for one, last in ends
        if (end := day_of(last)) is not None
    }


def open_tickets(facts: Facts) -> dict[str, Value]:
    """未关闭工单: the customer's tickets that are open; 0 without any (3.1)."""
    if not facts.has("tickets", "customer_id", "opened_at"):
        return {}
    counts = Counter(one.customer for one in facts.once(tickets) if one.open)
    return {customer: counts[customer] for customer in facts.always(customers)}
