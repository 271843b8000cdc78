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
from typing import Final

from custbook_gen.derive import (
    classes,
    consents,
    dates,
    deals,
    follow_up,
    money,
    purchases,
    quality,
    rfm,
    tickets,
)
from custbook_gen.derive.consents import consent_states
from custbook_gen.derive.dates import edate
from custbook_gen.derive.facts import Facts, Rule
from custbook_gen.derive.purchases import Forecast, category_forecast
from custbook_gen.records import Computed, Tables
from custbook_gen.schema import Book

__all__ = ["RULES", "Facts", "Forecast", "Rule", "category_forecast", "consent_states", "derive", "edate"]

_RULES: tuple[Rule, ...] = (
    money.line_amount,
    money.amount_book,
    money.customer_total,
    money.amount_12m,
    money.receivable,
    purchases.order_count,
    purchases.first_purchase,
    purchases.last_purchase,
    purchases.average_order_value,
    purchases.purchase_days,
    purchases.average_cycle,
    purchases.next_purchase,
    purchases.next_purchase_state,
    rfm.recency_days,
    rfm.orders_in_window,
    rfm.amount_in_window,
    rfm.r_score,
    rfm.f_score,
    rfm.m_score,
    rfm.rfm_score,
    rfm.rfm_text,
    rfm.rfm_segment,
    classes.frequency_class,
    classes.value_class,
    classes.value_effective,
    classes.loyalty,
    classes.lifecycle,
    classes.lifecycle_effective,
    classes.key_customer,
    follow_up.last_interaction,
    follow_up.last_effective_interaction,
    follow_up.planned_follow_up,
    follow_up.follow_up_done,
    follow_up.next_visit,
    follow_up.overdue_days,
    follow_up.revisit_state,
    follow_up.next_verification,
    quality.completeness,
    quality.completeness_band,
    consents.consent_state,
    tickets.response_hours,
    tickets.resolve_hours,
    tickets.sla_breached,
    tickets.open_days,
    deals.weighted_amount,
    deals.deal_age_days,
    deals.deal_overdue,
    dates.age,
)

RULES: Final[Mapping[str, Rule]] = {rule.__name__: rule for rule in _RULES}
"""The rules by the names that schemas give them."""


def derive(book: Book, tables: Tables, as_of: dt.date) -> Computed:
    """Every computed field of every sheet, per record key; absent where there is no value."""
    facts = Facts.of(book, tables, as_of)
    return {
        sheet.key: {
            field.key: facts.once(RULES[field.rule]) for field in sheet.fields if field.rule is not None
        }
        for sheet in book.sheets
    }
