"""What customers allowed and refused (section 5.6)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from custbook_gen.derive.dates import moment_of
from custbook_gen.derive.facts import Facts
from custbook_gen.records import Value

GIVEN: Final = "given"
EXPIRED: Final = "expired"
REFUSALS: Final = frozenset({"refused", "withdrawn"})
NO_CONTACT: Final = "none"
"""Preferred channel of customers who want none at all."""
MARKS: Final[Mapping[bool, str]] = {True: "✓", False: "✗"}


def consent_events(facts: Facts) -> Mapping[tuple[str, str], tuple[dt.datetime, str]]:
    """The last event up to the evaluation date (by time, then row) by customer and purpose.

    Its state is ``given``, ``refused``, ``withdrawn``, or ``expired`` where the last consent
    ran out before the evaluation date, whoever gave it.
    """
    latest: dict[tuple[str, str], tuple[dt.datetime, str]] = {}
    rows = facts.rows("consents", "customer_id", "purpose", "given", "at", optional=("expires_on",))
    for customer, purpose, given, at, expires in rows:
        moment = moment_of(at)
        if moment is None or moment.date() > facts.as_of or given is None:
            continue
        pair = str(customer), str(purpose)
        if pair not in latest or moment >= latest[pair][0]:
            over = given == GIVEN and isinstance(expires, dt.date) and expires < facts.as_of
            latest[pair] = moment, EXPIRED if over else str(given)
    return latest


def consent_states(facts: Facts) -> Mapping[str, Mapping[str, str]]:
    """The state of consent by customer and purpose."""
    states: dict[str, dict[str, str]] = defaultdict(dict)
    for (customer, purpose), (_, state) in facts.once(consent_events).items():
        states[customer][purpose] = state
    return states


def consent_state(facts: Facts) -> dict[str, Value]:
    """同意状态: codes of purposes in alphabetical order, ✓ given and not expired, ✗ otherwise (5.6)."""
    return {
        customer: " ".join(purpose + MARKS[state == GIVEN] for purpose, state in sorted(own.items()))
        for customer, own in facts.once(consent_states).items()
    }


def unreachable(facts: Facts) -> frozenset[str]:
    """The customers who refused every channel, purpose by purpose or by their preference (5.5)."""
    purposes = facts.settings.consents.contact_purposes
    refused = {
        customer
        for customer, own in facts.once(consent_states).items()
        if purposes and all(own.get(purpose) in REFUSALS for purpose in purposes)
    }
    preferences = facts.rows("customers", "customer_id", "pref_channel")
    none = {str(key) for key, liked in preferences if isinstance(liked, tuple) and NO_CONTACT in liked}
    return frozenset(refused | none)
