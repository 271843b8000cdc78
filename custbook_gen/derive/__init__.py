"""Computed values: one pure rule each, exact in decimals and dates, at a stated date.

Every rule takes the stored records and the evaluation date and gives a value per
record.  Where a field also has a formula, the formula gives the same value.  The rules
are those of section 5 of the domain model; a rule whose sheets or fields a book does not
have gives nothing.  Classes and states are given as codes, never as labels; every
threshold is a setting (:mod:`custbook_gen.schema.settings`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from custbook_gen.derive import (
    areas,
    classes,
    consents,
    dates,
    deals,
    duplicates,
    follow_up,
    money,
    opinions,
    privacy,
    purchases,
    quality,
    ranks,
    rfm,
    tickets,
)
from custbook_gen.derive.churn import ChurnWarning, churn_warnings
from custbook_gen.derive.consents import consent_states
from custbook_gen.derive.dates import edate
from custbook_gen.derive.duplicates import DuplicatePair, duplicate_groups, duplicate_pairs
from custbook_gen.derive.facts import ChangedOn, Facts, Rule
from custbook_gen.derive.money import half_year_amounts
from custbook_gen.derive.privacy import ConsentCoverage, Expired, consent_coverage, retention_expired
from custbook_gen.derive.purchases import Forecast, category_forecast
from custbook_gen.derive.quality import filled_cells
from custbook_gen.derive.ranks import Association, also_bought
from custbook_gen.derive.staff import StaffLoad, staff_loads
from custbook_gen.records import Computed, Tables
from custbook_gen.schema import Book, ResultType, Settings

__all__ = [
    "CHANGES",
    "RULES",
    "RULE_RESULTS",
    "Association",
    "ChangedOn",
    "ChurnWarning",
    "ConsentCoverage",
    "DuplicatePair",
    "Expired",
    "Facts",
    "Forecast",
    "Rule",
    "StaffLoad",
    "also_bought",
    "category_forecast",
    "churn_warnings",
    "compute",
    "consent_coverage",
    "consent_states",
    "derive",
    "duplicate_groups",
    "duplicate_pairs",
    "edate",
    "filled_cells",
    "half_year_amounts",
    "retention_expired",
    "rule_codes",
    "staff_loads",
]

_BY_RESULT: Mapping[ResultType, tuple[Rule, ...]] = {
    "money": (
        money.line_amount,
        money.amount_book,
        money.customer_total,
        money.amount_12m,
        money.receivable,
        purchases.average_order_value,
        rfm.amount_in_window,
        deals.weighted_amount,
    ),
    "dec": (
        purchases.average_cycle,
        opinions.satisfaction,
        tickets.response_hours,
        tickets.resolve_hours,
    ),
    "int": (
        purchases.order_count,
        purchases.purchase_days,
        rfm.recency_days,
        rfm.orders_in_window,
        rfm.r_score,
        rfm.f_score,
        rfm.m_score,
        rfm.rfm_score,
        ranks.amount_rank,
        classes.loyalty,
        follow_up.overdue_days,
        quality.completeness,
        duplicates.duplicate_score,
        tickets.open_days,
        tickets.open_tickets,
        deals.deal_age_days,
        deals.stage_age_days,
        dates.age,
    ),
    "date": (
        purchases.first_purchase,
        purchases.last_purchase,
        purchases.next_purchase,
        follow_up.last_interaction,
        follow_up.last_effective_interaction,
        follow_up.planned_follow_up,
        follow_up.next_visit,
        follow_up.next_verification,
        privacy.due_on,
    ),
    "enum": (
        areas.area,
        purchases.next_purchase_state,
        purchases.preferred_category,
        rfm.rfm_segment,
        classes.frequency_class,
        classes.value_class,
        classes.value_effective,
        classes.lifecycle,
        classes.lifecycle_effective,
        follow_up.revisit_state,
        quality.completeness_band,
        opinions.sentiment_suggested,
    ),
    "bool": (
        classes.key_customer,
        follow_up.follow_up_done,
        tickets.sla_breached,
        deals.deal_overdue,
    ),
    "text": (
        rfm.rfm_text,
        consents.consent_state,
    ),
}

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {rule.__name__: rule for rules in _BY_RESULT.values() for rule in rules}
)
"""The rules by the names that schemas give them."""

RULE_RESULTS: Final[Mapping[str, ResultType]] = MappingProxyType(
    {rule.__name__: result for result, rules in _BY_RESULT.items() for rule in rules}
)
"""What kind of value each rule gives: the ``result`` of a field that names it."""

CHANGES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType({"stage_age_days": ("deals", "stage")})
"""Sheet and field of which a rule asks when it last changed (:attr:`Facts.changed_on`)."""


def rule_codes(settings: Settings) -> Mapping[str, tuple[str, ...]]:
    """The codes that rules of classes and states can give with these settings; the category needs them.

    Rules that hand on codes of the records (preferred categories) are not among them.
    """
    values = ("high", "medium", "low") if settings.value.levels == 3 else ("high", "low")
    often = ("high", "medium", "low", "none") if settings.frequency.levels == 3 else ("high", "low", "none")
    between = ("sleeping",) if settings.lifecycle.sleeping else ()
    states = ("prospect", "active", *between, "lost")
    abroad = (settings.areas.abroad,) if settings.areas.abroad is not None else ()
    return {
        "area": (*settings.areas.members, *abroad),
        "next_purchase_state": ("expected", "missed"),
        "rfm_segment": tuple(rfm.SEGMENTS.values()),
        "frequency_class": often,
        "value_class": values,
        "value_effective": values,
        "lifecycle": states,
        "lifecycle_effective": states,
        "revisit_state": ("overdue", "today", "within_week", "within_month", "later", "not_needed"),
        "completeness_band": ("complete", "good", "fair", "poor"),
        "sentiment_suggested": ("positive", "neutral", "negative"),
    }


def derive(book: Book, tables: Tables, as_of: dt.date, changed_on: ChangedOn | None = None) -> Computed:
    """Every computed field of every sheet, per record key; absent where there is no value.

    Args:
        book: the schema, its settings among it.
        tables: the stored records.
        as_of: the evaluation date.
        changed_on: when the fields of :data:`CHANGES` last changed, if somebody knows.

    Raises:
        KeyError: a field names a rule that is not in :data:`RULES` (refused when a schema is loaded).
    """
    return compute(book, Facts.of(book, tables, as_of, changed_on))


def compute(book: Book, facts: Facts, *, formulas: bool = True) -> Computed:
    """The same from facts that somebody goes on working with.

    Args:
        book: the schema, its settings among it.
        facts: the records and the evaluation date.
        formulas: fields that have a formula too; their cells compute themselves.
    """
    return {
        sheet.key: {
            field.key: facts.once(RULES[field.rule])
            for field in sheet.fields
            if field.rule is not None and (formulas or field.formula is None)
        }
        for sheet in book.sheets
    }
