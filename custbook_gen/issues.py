"""What can be wrong in a filled-in book, and where: values, never exceptions.

Every code has its severity here and its sentence ``issue.<code>`` in the catalogue.
An *error* holds its row back, a *warning* asks for a look, an *info* tells what was put
right or will be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final, Literal

from custbook_gen.texts import Lang, say
from custbook_gen.value_objects import value_object

Severity = Literal["error", "warning", "info"]

SEVERITIES: Final[Mapping[str, Severity]] = {
    # the workbook's shape
    "sheet-missing": "error",
    "sheet-headless": "error",
    "sheet-new": "info",
    "sheet-renamed": "info",
    "rows-moved": "info",
    "copy-beside": "info",
    "sheet-twice": "warning",
    "sheet-resting": "info",
    "tab-missing": "info",
    "key-missing": "error",
    "column-missing": "error",
    "column-new": "info",
    "column-moved": "info",
    "column-twice": "warning",
    "column-resting": "info",
    "header-contradicts": "error",
    "key-row-damaged": "info",
    "key-row-gone": "warning",
    "header-row-gone": "warning",
    "header-changed": "info",
    "rule-missing": "info",
    "rule-altered": "info",
    "format-lost": "info",
    "lock-altered": "info",
    "head-unlocked": "info",
    "columns-locked": "info",
    "highlight-altered": "info",
    "guard-lost": "info",
    "tab-unguarded": "info",
    "freeze-lost": "info",
    "filter-lost": "info",
    "key-row-shown": "info",
    "cells-merged": "warning",
    "rows-filtered": "info",
    "rows-hidden": "info",
    "columns-hidden": "info",
    "name-altered": "info",
    "name-shadowed": "info",
    "row-missing": "warning",
    "row-left": "info",
    "row-restored": "info",
    "row-known": "warning",
    "row-known-gone": "warning",
    "edits-undone": "warning",
    "delete-resting": "warning",
    "delete-refused": "warning",
    "delete-changed": "warning",
    "delete-many": "warning",
    "choice-in-use": "warning",
    # decisions made on the tabs of issues and conflicts
    "decision-unknown": "warning",
    "decision-twice": "warning",
    "decision-stale": "warning",
    "decision-contradicted": "warning",
    # keys and references
    "key-unknown": "error",
    "key-duplicate": "error",
    "number-covered": "error",
    "key-respelled": "info",
    "ref-unknown": "error",
    "ref-ambiguous": "error",
    "ref-held": "error",
    "ref-lost": "warning",
    # values
    "required-missing": "error",
    "one-of-missing": "error",
    "not-a-number": "error",
    "not-whole": "error",
    "not-a-date": "error",
    "date-ambiguous": "error",
    "not-yes-no": "error",
    "not-in-list": "error",
    "out-of-use": "error",
    "not-under-parent": "error",
    "parent-missing": "error",
    "phone-impossible": "error",
    "phone-doubtful": "warning",
    "email-invalid": "error",
    "url-invalid": "error",
    "too-long": "error",
    "too-short": "error",
    "too-small": "error",
    "too-large": "error",
    "pattern-mismatch": "error",
    "not-unique": "error",
    "digits-lost": "error",
    "cell-error": "error",
    "formula-no-value": "error",
    # the dictionary
    "choice-fixed": "error",
    "choice-label": "error",
    "choice-taken": "error",
    "choice-color": "error",
    "choice-parent": "error",
    "choice-no-parent": "error",
    # imported files
    "row-ragged": "error",
    "row-damaged": "error",
    "row-unmapped": "error",
    "id-missing": "error",
    "id-duplicate": "error",
    "join-missing": "error",
    "join-ambiguous": "error",
    "template-failed": "error",
    "columns-unused": "info",
    "rows-skipped": "info",
    "encoding-guessed": "info",
    # put right
    "blanks-removed": "info",
    "width-normalised": "info",
    "number-was-text": "info",
    "text-was-number": "info",
    "date-was-text": "info",
    "rounded": "info",
    "recognised": "info",
    "formula-in-entry": "info",
    "moved-to-notes": "warning",
    "computed-changed": "info",
    # fields that do not go together
    "out-of-order": "error",
    "needed-missing": "error",
    "not-allowed-here": "error",
    "not-applicable": "warning",
    "out-of-band": "error",
    "out-of-bounds": "error",
    "link-mismatch": "error",
    "link-broken": "warning",
    "target-unfit": "error",
    "cycle": "error",
    "several-chosen": "error",
    "none-chosen": "warning",
    "not-same": "error",
    # what people are likely to have got wrong
    "values-torn": "warning",
    "future-date": "warning",
    "email-domain-typo": "warning",
    "email-throwaway": "warning",
    "check-digit-wrong": "error",
    "postcode-elsewhere": "warning",
    "area-code-elsewhere": "warning",
    "wechat-doubtful": "warning",
    "too-many-tags": "warning",
    "private-number": "warning",
    "formula-like": "warning",
    # the state of the book
    "duplicate-suspected": "warning",
    "channel-refused": "warning",
    "plan-refused": "warning",
    "consent-missing": "error",
    "retention-expired": "warning",
    "returned-too-much": "error",
    "order-unknown": "warning",
    "total-negative": "warning",
    "price-outlier": "warning",
    "quantity-outlier": "warning",
    "owner-overloaded": "warning",
    "lifecycle-contradicted": "warning",
    "contacted-too-often": "warning",
    "follow-up-overdue": "info",
}

OF_IMPORTS: Final = frozenset({"not-in-list", "ref-unknown", "ref-ambiguous", "date-ambiguous"})
"""Codes with a sentence of their own (``imported.<code>``) about imported files."""


@value_object
class Place:
    """Where an issue stands: sheet and field by key and title, the cell by its address.

    ``cell`` is an address such as ``'客户档案'!H14``; for imported files it is
    ``FILE:LINE``.  ``row`` and ``column`` are the same, counted from 1.
    """

    sheet: str = ""
    title: str = ""
    key: str | None = None
    field: str | None = None
    label: str = ""
    cell: str | None = None
    row: int | None = None
    column: int | None = None


@value_object
class Issue:
    """One thing found in a filled-in book.

    ``value`` is what was found, as text; ``facts`` fill the sentence's other places.
    ``level`` is set where it is not as bad as its code usually is, or worse.  In an imported
    file (``imported``) there are no dropdowns, but there is a map: what to do is another thing.
    """

    code: str
    place: Place
    value: str = ""
    suggestion: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    level: Severity | None = None
    imported: bool = False

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.level or SEVERITIES[self.code]

    def message(self, lang: Lang) -> str:
        """The sentence that says what is wrong and what to do."""
        facts = {"value": self.value, "label": self.place.label, "title": self.place.title, **self.facts}
        own = self.imported and self.code in OF_IMPORTS
        return say(f"{'imported' if own else 'issue'}.{self.code}", lang, **facts)
