"""Figures and choices that rules depend on; the defaults are those of the domain model.

One block per subject of :mod:`custbook_gen.derive`.  A schema or a project gives only what
it wants otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from custbook_gen.schema.check_settings import CheckSettings
from custbook_gen.schema.faults import fault, remedy
from custbook_gen.schema.frozen import Frozen
from custbook_gen.schema.limits import (
    Count,
    Days,
    EvaluationDate,
    Levels,
    Months,
    Percent,
    Positive,
    Share,
    refuse_disorder,
)
from custbook_gen.schema.text_settings import DuplicateSettings, SentimentSettings


class PurchaseSettings(Frozen):
    """Which lines count, and from when on the next purchase can be forecast (5.2)."""

    counted_statuses: tuple[str, ...] = ("done",)
    """Order statuses of the lines that count."""
    min_days: Annotated[int, Field(ge=2)] = 3
    """Days with a purchase that a forecast from the customer's own cycle needs."""


class RfmSettings(Frozen):
    """Scores for recency, frequency and money (5.3)."""

    mode: Literal["thresholds", "quintile"] = "thresholds"
    window_days: Positive = 365
    recency_days: tuple[Days, Days, Days, Days] = (30, 90, 180, 365)
    """Up to so many days since the last purchase score 5, 4, 3 and 2; more score 1."""
    orders: tuple[Count, Count, Count, Count] = (10, 6, 3, 2)
    """From so many orders on score 5, 4, 3 and 2; fewer score 1."""
    amounts: tuple[Decimal, Decimal, Decimal, Decimal] = (
        Decimal(100_000),
        Decimal(30_000),
        Decimal(10_000),
        Decimal(1_000),
    )
    """From such amounts on, in the book's currency, score 5, 4, 3 and 2; less scores 1."""
    high: Literal["threshold", "mean"] = "threshold"
    """What makes a score high: ``high_from``, or at least the mean of all customers who bought."""
    high_from: Annotated[int, Field(ge=1, le=5)] = 3

    @model_validator(mode="after")
    def _limits_are_in_order(self) -> Self:
        refuse_disorder("recency_days", *reversed(self.recency_days))
        refuse_disorder("orders", *self.orders)
        refuse_disorder("amounts", *self.amounts)
        return self


class FrequencySettings(Frozen):
    """How often a customer buys (5.4)."""

    levels: Levels = 2
    """Two: high and low; three: high, medium and low."""
    window_days: Positive = 365
    high: Positive = 4
    """Orders that make a customer frequent, with two levels."""
    high_of_three: Positive = 6
    medium_of_three: Positive = 3

    @model_validator(mode="after")
    def _limits_are_in_order(self) -> Self:
        refuse_disorder("medium_of_three", self.high_of_three, self.medium_of_three)
        return self


class ValueSettings(Frozen):
    """What a customer is worth, from the amount of the last twelve months (5.4)."""

    mode: Literal["threshold", "pareto"] = "threshold"
    levels: Levels = 3
    """Three: high, medium and low; two: medium counts as low."""
    high: Decimal = Decimal(100_000)
    medium: Decimal = Decimal(10_000)
    high_share: Share = Decimal("0.80")
    """Of the whole amount, what the customers of high value bring (pareto)."""
    medium_share: Share = Decimal("0.95")
    """The same with the customers of medium value."""

    @model_validator(mode="after")
    def _limits_are_in_order(self) -> Self:
        refuse_disorder("medium", self.high, self.medium)
        refuse_disorder("high_share", self.medium_share, self.high_share)
        return self


class LoyaltySettings(Frozen):
    """The parts of the loyalty score (5.4); the three points together are its maximum."""

    quarters: Positive = 8
    """Calendar quarters looked at, the current one among them."""
    full_quarters: Positive = 6
    """Quarters with a purchase that earn all of ``quarter_points``."""
    quarter_points: Count = 40
    full_days: Positive = 1095
    """Days since the first purchase that earn all of ``age_points``."""
    age_points: Count = 30
    score_months: Months = 24
    """How long scores of feedback and service count."""
    score_points: Count = 30
    unknown_score_points: Count = 15
    """What a customer without any score gets instead."""


class SatisfactionSettings(Frozen):
    """How satisfied customers say they are."""

    months: Months = 24
    """How long scores of feedback and service count."""


class LifecycleSettings(Frozen):
    """From when on a customer sleeps or is lost (5.4)."""

    active_days: Days = 90
    churn_days: Days = 180
    active_cycles: Annotated[Decimal, Field(ge=0)] = Decimal(2)
    churn_cycles: Annotated[Decimal, Field(ge=0)] = Decimal(4)
    sleeping: bool = True
    """Whether there is a state between active and lost; without it such customers are active."""

    @model_validator(mode="after")
    def _limits_are_in_order(self) -> Self:
        refuse_disorder("churn_days", self.churn_days, self.active_days)
        if self.churn_cycles < self.active_cycles:  # both 0: the limits in days alone
            raise fault("limits-order", ("churn_cycles",), name="churn_cycles")
        return self


class KeyCustomerSettings(Frozen):
    """Which customers are key customers, besides those of high value (5.4)."""

    level_prefixes: tuple[str, ...] = ("A",)
    levels: tuple[str, ...] = ("VIP",)
    groups: tuple[str, ...] = ("key",)
    top: Positive = 20
    """How many customers a list of the most important ones holds."""


class ChurnSettings(Frozen):
    """Which customers may be about to leave (section 7)."""

    cycles: Annotated[Decimal, Field(ge=0)] = Decimal("1.5")
    """Customers are warned of who have bought nothing for more than so many of their cycles."""
    fall: Share = Decimal("0.5")
    """Or whose amount of six months is less than before by at least this share."""


class AlsoBoughtSettings(Frozen):
    """Which products go together (customers who bought one and the other)."""

    least_customers: Positive = 2
    """Customers in common that a pair of products needs."""
    per_product: Positive = 5
    """Products told for each product."""
    most_products: Annotated[int, Field(ge=2)] = 200
    """Customers who bought more products than this say nothing about what goes together."""


class FollowUpSettings(Frozen):
    """When to visit a customer next (5.5)."""

    key_months: Months = 3
    months_by_level: Mapping[str, Months] = Field(default={"B": 6, "C": 12})
    other_months: Months = 6
    """For customers of any other level, and of none."""
    revisit_lost: bool = False
    skip_weekends: bool = True
    holidays: tuple[dt.date, ...] = ()
    ineffective_results: tuple[str, ...] = ("not_reached", "invalid_number")
    """Results of interactions that reached nobody."""
    week_days: Days = 7
    """What "within a week" means."""
    month_days: Days = 30


class VerificationSettings(Frozen):
    """When to confirm a customer's details next (5.5)."""

    key_months: Months = 3
    other_months: Months = 12


class CompletenessSettings(Frozen):
    """How complete a customer's record is (5.6)."""

    required_weight: Count = 3
    recommended_weight: Count = 2
    optional_weight: Count = 1
    complete: Percent = 90
    good: Percent = 70
    fair: Percent = 50
    placeholders: tuple[str, ...] = ("无", "暂无", "N/A", "-", "未知", "123456", "测试")
    """Texts that stand for nothing."""

    @model_validator(mode="after")
    def _limits_are_in_order(self) -> Self:
        refuse_disorder("good", self.complete, self.good)
        refuse_disorder("fair", self.good, self.fair)
        return self


class ServiceSettings(Frozen):
    """Hours to the first reply to a ticket, by its priority (3.6)."""

    urgent: Count = 2
    high: Count = 8
    medium: Count = 24
    low: Count = 72
    closed_statuses: tuple[str, ...] = ("resolved", "closed")
    """Statuses of tickets that are done with."""


class DealSettings(Frozen):
    """Stages at which a deal is over (3.3)."""

    closed_stages: tuple[str, ...] = ("won", "lost", "invalid")


class ConsentSettings(Frozen):
    """The purposes that stand for ways of contact (5.5, 5.6)."""

    contact_purposes: tuple[str, ...] = (
        "marketing_phone",
        "marketing_sms",
        "marketing_email",
        "marketing_wechat",
    )
    """A customer who refused all of these is not to be visited."""


class Term(Frozen):
    """A stretch of time; months are counted before days."""

    months: Count = 0
    days: Days = 0


class RightsSettings(Frozen):
    """How long one may take over requests of people about their data (3.11)."""

    law: str = "pipl"
    """The law that requests fall under that name none themselves."""
    terms: Mapping[str, Term] = Field(
        default={"pipl": Term(days=15), "gdpr": Term(months=1), "ccpa": Term(days=45)}
    )
    """By law; a request under another one has no day of its own."""

    @model_validator(mode="after")
    def _law_has_a_term(self) -> Self:
        if self.law not in self.terms:
            raise fault("law-unknown", ("law",), name=self.law, remedy=remedy(self.law, self.terms))
        return self


class RetentionSettings(Frozen):
    """For how many months records are kept (section 8)."""

    prospect_months: Months = 24
    """Customers who never bought, after the latest contact."""
    lost_months: Months = 36
    """Lost customers, after the last purchase."""
    consent_months: Months = 36
    """Consents, after they were withdrawn."""
    sales_months: Months = 120


class AreaSettings(Frozen):
    """Sales areas and where they lie."""

    members: Mapping[str, tuple[str, ...]] = Field(default={})
    """The provinces, and countries if wanted, of every area."""
    abroad: str | None = None
    """The area of customers in any other country."""


class BackupSettings(Frozen):
    """Copies of the store that ``custbook backup`` keeps by itself."""

    keep: Positive = 10
    """How many; the oldest ones go."""


class Settings(Frozen):
    """Figures and choices that rules depend on."""

    as_of: EvaluationDate | None = None
    """The date that computed values refer to; empty means today."""
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"
    phone_region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "CN"
    """ISO 3166 code of the country that phone numbers without a country code belong to."""
    protection: Literal["guarded", "strict", "none"] = "guarded"
    """How entry sheets are protected: ``guarded`` holds headers and structure and lets people sort,
    filter, add and delete rows; ``strict`` also locks the columns that the tool fills in, which
    spreadsheet programs then refuse to sort; ``none`` protects nothing (for tables and folding)."""
    purchases: PurchaseSettings = PurchaseSettings()
    rfm: RfmSettings = RfmSettings()
    frequency: FrequencySettings = FrequencySettings()
    value: ValueSettings = ValueSettings()
    loyalty: LoyaltySettings = LoyaltySettings()
    satisfaction: SatisfactionSettings = SatisfactionSettings()
    lifecycle: LifecycleSettings = LifecycleSettings()
    churn: ChurnSettings = ChurnSettings()
    also_bought: AlsoBoughtSettings = AlsoBoughtSettings()
    key_customers: KeyCustomerSettings = KeyCustomerSettings()
    follow_up: FollowUpSettings = FollowUpSettings()
    verification: VerificationSettings = VerificationSettings()
    completeness: CompletenessSettings = CompletenessSettings()
    service: ServiceSettings = ServiceSettings()
    deals: DealSettings = DealSettings()
    consents: ConsentSettings = ConsentSettings()
    backups: BackupSettings = BackupSettings()
    rights: RightsSettings = RightsSettings()
    retention: RetentionSettings = RetentionSettings()
    areas: AreaSettings = AreaSettings()
    duplicates: DuplicateSettings = DuplicateSettings()
    sentiment: SentimentSettings = SentimentSettings()
    checks: CheckSettings = CheckSettings()
