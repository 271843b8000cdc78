"""What summaries make besides the sheets of a book, by its keys, and what a book needs for each.

A book cannot use these keys for something of its own: a tab that names them would mean both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SALES: Final = (
    "sales.customer_id",
    "sales.order_no",
    "sales.date",
    "sales.kind",
    "sales.status",
    "sales.amount",
)
SHEETS: Final[Mapping[str, tuple[str, ...]]] = {
    "orders": SALES,
    "forecasts": (*SALES, "sales.product_id", "products.category"),
    "churn": (*SALES, "customers.lifecycle_effective"),
    "also_bought": (*SALES, "sales.product_id"),
    "consent_coverage": ("consents.purpose", "consents.given", "consents.at", "consents.customer_id"),
    "retention": ("customers.lifecycle_effective", "consents"),
    "duplicate_pairs": ("customers.name",),
    "duplicate_members": ("customers.name",),
    "fields": (),
    "quality_trend": (),
    "changes": (),
}
FIELDS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("customers", "lifecycle_before"): ("customers.lifecycle", "sales.order_no"),
    ("feedback", "answer_days"): ("feedback.replied_on",),
}
"""By the keys of their sheet and their own."""
CATEGORIES: Final[Mapping[str, tuple[str, ...]]] = {
    "churn_reason": SHEETS["churn"],
    "retention_reason": SHEETS["retention"],
    "duplicate_certainty": SHEETS["duplicate_pairs"],
    "duplicate_reason": SHEETS["duplicate_pairs"],
    "book_sheet": (),
    "field_need": (),
    "personal_data": (),
    "change_kind": (),
}
