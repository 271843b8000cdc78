"""Settings of the checks that look at more than one cell, or at what a value says (section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field

from custbook_gen.schema.frozen import Frozen
from custbook_gen.schema.limits import Count, Positive

Switchable = Literal[
    "future-date",
    "not-applicable",
    "email-domain-typo",
    "email-throwaway",
    "check-digit-wrong",
    "postcode-elsewhere",
    "area-code-elsewhere",
    "wechat-doubtful",
    "too-many-tags",
    "private-number",
    "formula-like",
    "duplicate-suspected",
    "channel-refused",
    "plan-refused",
    "consent-missing",
    "retention-expired",
    "returned-too-much",
    "order-unknown",
    "total-negative",
    "price-outlier",
    "quantity-outlier",
    "owner-overloaded",
    "lifecycle-contradicted",
    "contacted-too-often",
    "follow-up-overdue",
]
"""The checks that can be switched off.

The others cannot: without them a cell has no value that could be kept, or a rule of the
schema itself is broken (then the schema is the place to change it).
"""

CHECK_DIGITS: Final = ("uscc", "tax_no", "id_no")
"""Fields of numbers that end with a check digit, whatever sheet they stand in (C-11)."""


class CheckSettings(Frozen):
    """Which checks are wanted, and from when on they speak."""

    off: tuple[Switchable, ...] = ()
    """Codes of the checks that are switched off."""
    outlier_times: Annotated[Decimal, Field(gt=1)] = Decimal(10)
    """More than so many times the median of the product's sales is out of the ordinary (C-23)."""
    outlier_lines: Positive = 5
    """Sales that a product needs for its median to say anything."""
    contact_times: Annotated[int, Field(ge=2)] = 3
    contact_days: Positive = 7
    """So many contacts by different colleagues within so many days are too much."""
    tags: Positive = 10
    overdue_days: Count = 0
    """Follow-ups are told from so many days after they were due (C-30)."""
    marketing_groups: tuple[str, ...] = ("marketing",)
    """Groups of customers whose members must have agreed to marketing (C-20)."""
    channel_purposes: Mapping[str, str] = Field(
        default={
            "phone": "marketing_phone",
            "sms": "marketing_sms",
            "email": "marketing_email",
            "wechat": "marketing_wechat",
        }
    )
    """The purpose of consent that a preferred channel of contact stands for (C-19)."""
    throwaway_domains: tuple[str, ...] = ()
    """Domains of throw-away e-mail addresses, besides those that are known (C-10)."""
