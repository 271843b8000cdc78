"""Tickets: how fast they were answered and solved (section 3.6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from custbook_gen.derive.dates import moment_of
from custbook_gen.derive.facts import Facts
from custbook_gen.records import Value

REOPENED: Final = "reopened"
"""Status of tickets whose solution did not hold: they are open, whatever stands in 解决时间."""
MICROSECONDS: Final = 3_600_000_000
"""In an hour."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it stood at the end of the evaluation date."""

    key: str
    opened: dt.datetime
    replied: dt.datetime | None
    resolved: dt.datetime | None
    status: Value
    priority: Value


def tickets(facts: Facts) -> tuple[Ticket, ...]:
    """The tickets opened up to the evaluation date; what happened later has not happened."""
    found: list[Ticket] = []
    fields = ("first_reply_at", "resolved_at", "status", "priority")
    rows = facts.rows("tickets", "ticket_id", "opened_at", optional=fields)
    for key, opened, replied, resolved, status, priority in rows:
        start = _known(opened, facts.as_of)
        if start is not None:
            reply, end = _known(replied, facts.as_of), _known(resolved, facts.as_of)
            found.append(Ticket(str(key), start, reply, end, status, priority))
    return tuple(found)


def _known(value: Value, as_of: dt.date) -> dt.datetime | None:
    moment = moment_of(value)
    return moment if moment is not None and moment.date() <= as_of else None


def _hours(start: dt.datetime, end: dt.datetime) -> Decimal:
    """The hours between two moments, two places, half up; 0 if they are in the wrong order."""
    elapsed = max(end - start, dt.timedelta()) // dt.timedelta(microseconds=1)
    return Decimal((200 * elapsed + MICROSECONDS) // (2 * MICROSECONDS)).scaleb(-2)


def response_hours(facts: Facts) -> dict[str, Value]:
    """响应时长: hours from opening to the first reply, two places; empty without a reply (3.6)."""
    return {one.key: _hours(one.opened, one.replied) for one in facts.once(tickets) if one.replied}


def resolve_hours(facts: Facts) -> dict[str, Value]:
    """解决时长: hours from opening to the solution, two places; empty without one (3.6)."""
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
    """未结天数: days from opening to the solution, or to the evaluation date while it is open (3.6)."""
    if not facts.has("tickets", "resolved_at"):
        return {}
    return {one.key: max(0, (_end(one, facts.as_of) - one.opened.date()).days) for one in facts.once(tickets)}


def _end(one: Ticket, as_of: dt.date) -> dt.date:
    return one.resolved.date() if one.resolved is not None and one.status != REOPENED else as_of
