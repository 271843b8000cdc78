"""Warnings about the book as it is: what every check of a workbook tells again, whoever edited what.

Other warnings are about what was just typed, and told once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from custbook_gen.check.across import across_findings
from custbook_gen.check.checks import CHECKS, book_findings
from custbook_gen.check.found_rows import FoundRows, RowsByKey
from custbook_gen.check.picture import Finding, Picture, merged_tables
from custbook_gen.derive import Facts
from custbook_gen.issues import SEVERITIES
from custbook_gen.schema import Book
from custbook_gen.values import Words

_ENTERED_ONLY: Final = frozenset({"order-unknown"})
"""Found by looking at the book, but only for what was entered now."""
LASTING: Final = frozenset(
    {
        *(check.code for check in CHECKS if check.book is not None),
        *("ref-lost", "target-unfit", "cycle", "none-chosen", "several-chosen", "not-same"),
    }
    - _ENTERED_ONLY
)
"""The codes of such warnings."""


def lasting_warnings(book: Book, words: Words, facts: Facts, rows: Mapping[str, FoundRows]) -> list[Finding]:
    """The warnings about records that a workbook shows, once nobody is editing any more.

    Args:
        book: the book with its stored dictionary.
        words: what values and records are called.
        facts: the stored records.
        rows: the rows of the workbook by sheet; edited are those alone whose edits wait.
    """
    tables = merged_tables(book, rows, facts.tables, None)
    if any(tables[key] is not facts.tables[key] for key in tables):
        facts = Facts.of(book, tables, facts.as_of)
    by_key = {sheet: RowsByKey(some) for sheet, some in rows.items()}
    picture = Picture(book, words, facts, {}, by_key, True)
    checks = [check for check in CHECKS if check.code in LASTING and check.applies(book)]
    found = [
        *across_findings(picture),
        *book_findings(checks, picture, holding=True),
        *book_findings(checks, picture, holding=False),
    ]
    return [
        one
        for one in found
        if (one.note.level or SEVERITIES[one.note.code]) == "warning"
        and one.note.code in LASTING
        and one.key in by_key.get(one.sheet, ())
    ]
