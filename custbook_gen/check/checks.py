"""All checks beyond types and constraints, one list: number, code, what it needs, function.

The numbers are those of the domain model's section 6.  A check that looks at what was typed
(``typed``) speaks of new and edited rows only; one that looks at the book (``book``) sees the
picture of all records as they would be after this sync.  How bad a finding is stands with
its code in :mod:`custbook_gen.issues`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from custbook_gen.check import mail, people, plausible, private, regions, trade
from custbook_gen.check.entries import Entries, Found
from custbook_gen.check.picture import Finding, Picture
from custbook_gen.issues import SEVERITIES, Issue, Severity
from custbook_gen.schema import Book
from custbook_gen.value_objects import value_object


@value_object
class Check:
    """One check: exactly one of its two functions is given.

    ``needs`` are fields (``sheet.field``) without which it cannot be made; a book that lacks
    one goes without the check.  ``at_import`` says that it is made of imported files too.
    """

    number: str
    code: str
    typed: Callable[[Entries], Iterator[Found]] | None = None
    book: Callable[[Picture], Iterator[Finding]] | None = None
    needs: tuple[str, ...] = ()
    at_import: bool = False

    @property
    def severity(self) -> Severity:
        """How bad its findings usually are."""
        return SEVERITIES[self.code]

    def applies(self, book: Book) -> bool:
        """Whether a book has what the check needs, and wants it."""
        return self.code not in book.settings.checks.off and all(_has(book, name) for name in self.needs)


def _has(book: Book, name: str) -> bool:
    sheet, _, field = name.partition(".")
    return sheet in book.sheet_by_key and field in book.sheet(sheet).by_key


_RETURNS: Final = (
    *("sales.kind", "sales.order_no", "sales.product_id"),
    *("sales.quantity", "sales.orig_order_no", "products.name"),
)

CHECKS: Final[tuple[Check, ...]] = (
    Check("C-03", "wechat-doubtful", typed=plausible.wechat_ids),
    Check("C-03", "too-many-tags", typed=plausible.many_tags),
    Check("C-03", "not-applicable", typed=plausible.fields_of_the_other_kind),
    Check("C-08", "future-date", typed=plausible.future_dates),
    Check("C-10", "email-domain-typo", typed=mail.domain_typos),
    Check("C-10", "email-throwaway", typed=mail.throwaway_addresses),
    Check("C-11", "check-digit-wrong", typed=plausible.check_digits),
    Check("C-12", "postcode-elsewhere", typed=regions.postcodes_elsewhere),
    Check("C-12", "area-code-elsewhere", typed=regions.area_codes_elsewhere),
    Check("C-15", "private-number", typed=private.private_numbers),
    Check(
        "C-16",
        "duplicate-suspected",
        book=people.duplicate_suspicions,
        needs=("customers.name",),
        at_import=True,
    ),
    Check(
        "C-19",
        "channel-refused",
        book=people.refused_channels,
        needs=("customers.pref_channel", "consents.purpose"),
    ),
    Check("C-19", "plan-refused", book=people.refused_plans, needs=("interactions.next_on",)),
    Check(
        "C-20",
        "consent-missing",
        book=people.missing_consents,
        needs=("customers.groups", "consents.purpose"),
        at_import=True,
    ),
    Check("C-21", "retention-expired", book=people.expired_records, needs=("customers.name",)),
    Check("C-22", "returned-too-much", book=trade.too_many_returns, needs=_RETURNS, at_import=True),
    Check("C-22", "order-unknown", book=trade.unknown_orders, needs=_RETURNS, at_import=True),
    Check("C-22", "total-negative", book=trade.negative_totals, needs=("customers.name", "sales.quantity")),
    Check("C-23", "price-outlier", book=trade.price_outliers, needs=("sales.unit_price", "products.name")),
    Check(
        "C-23", "quantity-outlier", book=trade.quantity_outliers, needs=("sales.quantity", "products.name")
    ),
    Check("C-24", "owner-overloaded", book=people.overloaded_owners, needs=("staff.max_customers",)),
    Check(
        "C-25",
        "lifecycle-contradicted",
        book=trade.contradicted_lifecycles,
        needs=("customers.lifecycle_manual",),
    ),
    Check("C-26", "formula-like", typed=plausible.formula_texts),
    Check(
        "C-30", "follow-up-overdue", book=people.overdue_visits, needs=("customers.name", "interactions.at")
    ),
    Check("", "contacted-too-often", book=people.crowded_customers, needs=("interactions.staff_id",)),
)
"""The checks, in the order of their numbers."""

NUMBERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("key-missing", "key-unknown", "key-duplicate", "key-respelled"), "C-01"),
    **dict.fromkeys(("required-missing", "one-of-missing", "needed-missing"), "C-02"),
    **dict.fromkeys(("not-a-number", "not-whole", "not-a-date", "date-ambiguous", "not-yes-no"), "C-03"),
    **dict.fromkeys(("url-invalid", "too-long", "too-short", "too-small", "too-large"), "C-03"),
    **dict.fromkeys(("pattern-mismatch", "not-unique", "digits-lost", "cell-error"), "C-03"),
    **dict.fromkeys(("formula-no-value", "out-of-band", "out-of-bounds", "not-allowed-here"), "C-03"),
    **dict.fromkeys(("not-in-list", "out-of-use"), "C-04"),
    **dict.fromkeys(("not-under-parent", "parent-missing"), "C-05"),
    **dict.fromkeys(("ref-unknown", "ref-ambiguous", "ref-held", "ref-lost"), "C-06"),
    **dict.fromkeys(("link-mismatch", "link-broken", "cycle", "not-same"), "C-06"),
    "out-of-order": "C-07",
    **dict.fromkeys(("phone-doubtful", "phone-impossible"), "C-09"),
    "email-invalid": "C-10",
    **dict.fromkeys(("number-was-text", "text-was-number", "date-was-text", "rounded"), "C-13"),
    **dict.fromkeys(("blanks-removed", "width-normalised", "recognised"), "C-14"),
    "target-unfit": "C-17",
    **dict.fromkeys(("several-chosen", "none-chosen"), "C-18"),
    "formula-in-entry": "C-26",
    "computed-changed": "C-27",
    **dict.fromkeys(("sheet-missing", "sheet-renamed", "tab-missing", "column-missing"), "C-28"),
    **dict.fromkeys(("column-moved", "header-changed", "rule-missing", "rule-altered"), "C-28"),
    **{check.code: check.number for check in CHECKS if check.number},
}
"""The domain model's number of every code that has one, those of cells and constraints among them."""


def typed_issues(checks: Iterable[Check], entries: Entries) -> Iterator[Issue]:
    """What the checks find in what was typed into a sheet."""
    for check in checks:
        for found in check.typed(entries) if check.typed is not None else ():
            yield entries.reader.issue(*found)


def book_findings(checks: Iterable[Check], picture: Picture, *, holding: bool) -> Iterator[Finding]:
    """What the checks find in the picture of the book: those that may hold rows, or the others."""
    for check in checks:
        if check.book is not None and (check.severity == "error") is holding:
            yield from check.book(picture)
