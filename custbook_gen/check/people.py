"""The state of the customers: duplicates, consent, retention, owners' load, contacts and visits."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Final

from custbook_gen.check.picture import Finding, Picture
from custbook_gen.derive import consent_states, duplicate_pairs, retention_expired, staff_loads
from custbook_gen.derive.consents import GIVEN, REFUSALS, unreachable
from custbook_gen.derive.dates import moment_of
from custbook_gen.derive.follow_up import latest_interactions, plans, visits
from custbook_gen.records import Value
from custbook_gen.texts import Saying
from custbook_gen.values import Note

ENOUGH: Final = frozenset({"uscc", "id_no", "mobile", "email"})
"""What makes two customers likely to be one by itself."""


def duplicate_suspicions(picture: Picture) -> Iterator[Finding]:
    """C-16: a customer who may be one that the book has already, told once with the likeliest."""
    least, told = picture.settings.duplicates.suspect, set[str]()
    own = picture.shown_rows("customers")
    for pair in picture.facts.once(duplicate_pairs):
        if pair.score < least:
            break
        key, other = (pair.right, pair.left) if pair.right in own else (pair.left, pair.right)
        if key in own and key not in told:
            told.add(key)
            reasons = [Saying(f"issue.same-{reason}") for reason in _telling(pair.reasons)]
            facts = {
                "value": picture.name("customers", key),
                "other": picture.name("customers", other),
                "score": pair.score,
                "reasons": reduce(_listed, reasons),
            }
            place = picture.book.sheet("customers").name_field
            yield Finding("customers", key, place, Note("duplicate-suspected", facts))


def _telling(reasons: Sequence[str]) -> Sequence[str]:
    """The reasons worth telling: the weightiest, others as good as it, and what speaks against."""
    return [
        reason
        for at, reason in enumerate(reasons)
        if at == 0 or reason in ENOUGH or reason.endswith("_differs")
    ]


def _listed(first: Saying, second: Saying) -> Saying:
    return Saying("issue.list", {"first": first, "second": second})


def refused_channels(picture: Picture) -> Iterator[Finding]:
    """C-19: a preferred channel of contact that the customer refused, or no longer allows."""
    states, purposes = picture.facts.once(consent_states), picture.settings.checks.channel_purposes
    for key, channels in picture.facts.rows("customers", "customer_id", "pref_channel"):
        own = states.get(str(key), {})
        for channel in channels if own and isinstance(channels, tuple) else ():
            purpose = purposes.get(channel)
            if purpose is not None and own.get(purpose) in REFUSALS:
                facts = {
                    "channel": picture.shown("customers", "pref_channel", (channel,)),
                    "purpose": picture.shown("consents", "purpose", purpose),
                }
                yield Finding("customers", str(key), "pref_channel", Note("channel-refused", facts))
                break


def refused_plans(picture: Picture) -> Iterator[Finding]:
    """C-19: a follow-up that is planned with somebody who refuses every contact."""
    latest, refused = picture.facts.once(latest_interactions), picture.facts.once(unreachable)
    for customer, day in picture.facts.once(plans).items():
        if customer in refused:
            facts = {"customer": picture.name("customers", customer), "value": day.isoformat()}
            yield Finding("interactions", str(latest[customer].key), "next_on", Note("plan-refused", facts))


def missing_consents(picture: Picture) -> Iterator[Finding]:
    """C-20: a member of a marketing group who did not agree to any marketing.

    An error where the group was given now; a consent that ran out or was withdrawn since is
    a warning, so that everything else about the customer can still be kept.
    """
    wanted = set(picture.settings.checks.marketing_groups)
    purposes = picture.settings.consents.contact_purposes
    states = picture.facts.once(consent_states)
    for key, groups in picture.facts.rows("customers", "customer_id", "groups"):
        inside = [group for group in groups if group in wanted] if isinstance(groups, tuple) else []
        own = states.get(str(key), {})
        if inside and not any(own.get(purpose) == GIVEN for purpose in purposes):
            entered = picture.entered("customers", str(key), ("groups",))
            facts = {"group": picture.shown("customers", "groups", tuple(inside))}
            note = Note("consent-missing", facts, level=None if entered else "warning")
            yield Finding("customers", str(key), "groups", note)


def expired_records(picture: Picture) -> Iterator[Finding]:
    """C-21: what is kept about a customer for longer than its term, told once per customer."""
    found: dict[str, list[tuple[dt.date, str]]] = defaultdict(list)
    owners: dict[str, dict[str, Value]] = {}
    for one in picture.facts.once(retention_expired):
        if one.sheet not in owners:
            table = picture.table(one.sheet)
            owners[one.sheet] = dict(table.column("customer_id")) if "customer_id" in table.fields else {}
        owner = owners[one.sheet].get(one.key)
        if owner is not None:
            found[str(owner)].append((one.due, one.reason))
    place = picture.book.sheet("customers").name_field
    for customer, late in found.items():
        due, reason = late[0]
        facts = {
            "customer": picture.name("customers", customer),
            "count": len(late),
            "due": due.isoformat(),
            "reason": Saying(f"issue.expired-{reason}"),
        }
        yield Finding("customers", customer, place, Note("retention-expired", facts))


def overloaded_owners(picture: Picture) -> Iterator[Finding]:
    """C-24: a colleague who looks after more customers than is wanted."""
    for load in picture.facts.once(staff_loads):
        if load.over:
            facts = {
                "name": picture.name("staff", load.staff),
                "count": load.customers,
                "limit": load.most,
            }
            yield Finding("staff", load.staff, "max_customers", Note("owner-overloaded", facts))


def crowded_customers(picture: Picture) -> Iterator[Finding]:
    """A customer whom several colleagues contacted again and again within the last days."""
    settings, today = picture.settings.checks, picture.facts.as_of
    since = today - dt.timedelta(days=settings.contact_days)
    contacts: dict[str, list[tuple[dt.datetime, str, Value]]] = defaultdict(list)
    fields = ("interaction_id", "customer_id", "at", "staff_id")
    for key, customer, at, staff, direction in picture.facts.rows(
        "interactions", *fields, optional=("direction",)
    ):
        moment = moment_of(at)
        if moment is not None and since < moment.date() <= today and direction != "incoming":
            contacts[str(customer)].append((moment, str(key), staff))
    for customer, made in contacts.items():
        people = {staff for _, _, staff in made if staff is not None}
        if len(made) >= settings.contact_times and len(people) > 1:
            facts = {
                "customer": picture.name("customers", customer),
                "count": len(made),
                "people": len(people),
                "days": settings.contact_days,
            }
            yield Finding("interactions", max(made)[1], "at", Note("contacted-too-often", facts))


def overdue_visits(picture: Picture) -> Iterator[Finding]:
    """C-30: a customer whose next visit is past."""
    sheet, today = picture.book.sheet("customers"), picture.facts.as_of
    place = "next_visit" if "next_visit" in sheet.by_key else sheet.name_field
    for customer, day in picture.facts.once(visits).items():
        if day is not None and (today - day).days > picture.settings.checks.overdue_days:
            facts = {
                "customer": picture.name("customers", customer),
                "due": day.isoformat(),
                "days": (today - day).days,
            }
            yield Finding("customers", customer, place, Note("follow-up-overdue", facts))
