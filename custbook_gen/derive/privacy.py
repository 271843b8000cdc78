"""Requests about personal data, consent as a whole, and data kept too long (sections 3.11 and 8)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from custbook_gen.derive.classes import lifecycle_effective
from custbook_gen.derive.consents import consent_events, consent_states
from custbook_gen.derive.dates import day_of, edate, later
from custbook_gen.derive.facts import GONE, Facts, normal_customers
from custbook_gen.derive.purchases import histories
from custbook_gen.records import Table, Value
from custbook_gen.schema import Sheet
from custbook_gen.value_objects import value_object

CONTACTS: Final = (
    ("customers", "customer_id", "created_on"),
    ("customers", "customer_id", "verified_on"),
    ("interactions", "customer_id", "at"),
    ("feedback", "customer_id", "at"),
    ("tickets", "customer_id", "opened_at"),
    ("deals", "customer_id", "created_on"),
)
"""Where contact with a customer shows: sheet, customer, day."""


@value_object
class ConsentCoverage:
    """How many customers in normal use said what to one purpose."""

    purpose: str
    given: int
    refused: int
    withdrawn: int
    expired: int
    unknown: int
    """Never asked."""


@value_object
class Expired:
    """A record, or some fields of it, kept for longer than its term.

    ``reason`` is ``prospect`` (never bought, no contact for long), ``lost``, ``purpose``
    (the fields' purpose is over), ``consent`` (withdrawn long ago) or ``sale``.
    """

    sheet: str
    key: str
    reason: str
    since: dt.date
    """The day from which the term is counted."""
    due: dt.date
    """The last day on which it may be kept."""
    fields: tuple[str, ...] = ()
    """The fields meant, with ``purpose``; otherwise the whole record."""


def due_on(facts: Facts) -> dict[str, Value]:
    """期限: the last day to answer a request: 15 days (PIPL), 1 month (GDPR) or 45 days (CCPA) (3.11).

    A request falls under the law that it names (field ``law``), else under that of the settings.
    """
    rights = facts.settings.rights
    due: dict[str, Value] = {}
    for key, received, law in facts.rows("rights_requests", "request_id", "received_on", optional=("law",)):
        term, start = rights.terms.get(rights.law if law is None else str(law)), day_of(received)
        if term is not None and start is not None:
            due[str(key)] = later(edate(start, term.months), term.days)
    return due


def consent_coverage(facts: Facts) -> Mapping[str, ConsentCoverage]:
    """The state of consent by purpose, of purposes that somebody was asked about, in alphabetical order."""
    normal, states = facts.once(normal_customers), facts.once(consent_states)
    counts = Counter(
        (purpose, state)
        for customer, own in states.items()
        if customer in normal
        for purpose, state in own.items()
    )
    found: dict[str, ConsentCoverage] = {}
    for purpose in sorted({purpose for purpose, _ in counts}):
        told = {state: counts[purpose, state] for state in ("given", "refused", "withdrawn", "expired")}
        found[purpose] = ConsentCoverage(purpose, **told, unknown=len(normal) - sum(told.values()))
    return found


def retention_expired(facts: Facts) -> tuple[Expired, ...]:
    """What is kept for longer than its term, the longest overdue first (8, check C-21).

    Prospects are kept for 24 months after the latest contact, lost customers for 36 after
    the last purchase, consents for 36 after they were withdrawn, sales for 120; a field of
    personal data for as long as its purpose (or the field itself) says, after the latest
    contact or purchase.  Records merged or erased have no personal data left and are not
    told, filled fields of theirs apart.
    """
    known = [*_customers(facts), *_purposes(facts), *_consents(facts), *_sales(facts)]
    late = (one for one in known if one.due < facts.as_of)
    return tuple(sorted(late, key=lambda one: (one.due, one.sheet, one.key)))


def latest_contacts(facts: Facts) -> Mapping[str, dt.date]:
    """The latest day up to the evaluation date that shows contact with a customer."""
    latest: dict[str, dt.date] = {}
    for sheet, customer_field, day_field in CONTACTS:
        for customer, at in facts.rows(sheet, customer_field, day_field):
            day = day_of(at)
            if customer is not None and day is not None and day <= facts.as_of:
                latest[str(customer)] = max(day, latest.get(str(customer), day))
    return latest


def _customers(facts: Facts) -> Iterator[Expired]:
    terms, known, contacts = facts.settings.retention, facts.once(histories), facts.once(latest_contacts)
    gone = {key for key, status in facts.rows("customers", "customer_id", "status") if status in GONE}
    for customer, state in facts.once(lifecycle_effective).items():
        if customer in gone:
            continue
        if state == "prospect" and customer in contacts:
            since = contacts[customer]
            yield Expired("customers", customer, "prospect", since, edate(since, terms.prospect_months))
        if state == "lost" and customer in known:
            since = known[customer].last
            yield Expired("customers", customer, "lost", since, edate(since, terms.lost_months))


def _purposes(facts: Facts) -> Iterator[Expired]:
    needed = dict(facts.once(latest_contacts))
    for customer, history in facts.once(histories).items():
        needed[customer] = max(history.last, needed.get(customer, history.last))
    for sheet in facts.sheets.values():
        table = facts.tables.get(sheet.key)
        terms = _terms(sheet, facts)
        if table is not None and "customer_id" in table.fields and terms:
            shortest = min(terms.values())
            idle = {key: day for key, day in needed.items() if (facts.as_of - day).days > shortest}
            yield from _fields_expired(sheet, table, terms, idle)


def _terms(sheet: Sheet, facts: Facts) -> Mapping[str, int]:
    """For how many days each field of personal data is kept, of those that say so."""
    terms: dict[str, int] = {}
    for field in sheet.stored_fields:
        purpose = facts.purposes.get(field.purpose or "")
        days = field.retention_days or (purpose.retention_days if purpose is not None else None)
        if field.personal != "none" and days is not None and field.type != "auto":
            terms[field.key] = days
    return terms


def _fields_expired(
    sheet: Sheet, table: Table, terms: Mapping[str, int], needed: Mapping[str, dt.date]
) -> Iterator[Expired]:
    """The filled fields of every record whose customer was last needed too long ago, by term."""
    kept = [key for key in terms if key in table.fields]
    places = {
        days: [(key, at) for at, key in enumerate(kept, 1) if terms[key] == days]
        for days in sorted(set(terms.values()))
    }
    for key, row in zip(table.rows, table.select("customer_id", *kept), strict=True):
        since = needed.get(str(row[0]))
        for days, fields in places.items() if since is not None else ():
            filled = tuple(name for name, at in fields if row[at] not in (None, "", ()))
            if filled and since is not None:
                yield Expired(sheet.key, key, "purpose", since, later(since, days), filled)


def _consents(facts: Facts) -> Iterator[Expired]:
    months = facts.settings.retention.consent_months
    withdrawn = {
        pair: moment.date()
        for pair, (moment, state) in facts.once(consent_events).items()
        if state == "withdrawn"
    }
    for key, customer, purpose in facts.rows("consents", "consent_id", "customer_id", "purpose"):
        since = withdrawn.get((str(customer), str(purpose)))
        if since is not None:
            yield Expired("consents", str(key), "consent", since, edate(since, months))


def _sales(facts: Facts) -> Iterator[Expired]:
    months = facts.settings.retention.sales_months
    oldest = edate(facts.as_of, -months)
    keys, days = facts.columns("sales", "line_id", "date")
    old = {at: day for at in set(days) if (day := day_of(at)) is not None and day <= oldest}
    for key, at in zip(keys, days, strict=True) if old else ():
        if at in old:
            yield Expired("sales", str(key), "sale", old[at], edate(old[at], months))
