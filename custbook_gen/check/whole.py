"""What spans rows and sheets: unique values, references, constraints, the state of the book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from custbook_gen.check.across import across_findings
from custbook_gen.check.checks import Check, book_findings
from custbook_gen.check.constraints import unique_issues
from custbook_gen.check.dependents import hold_dependents
from custbook_gen.check.found_rows import RowsByKey
from custbook_gen.check.picture import Finding, Picture, merged_tables
from custbook_gen.check.state import Checking
from custbook_gen.derive import Facts
from custbook_gen.issues import SEVERITIES, Issue
from custbook_gen.values import Words


def settle(run: Checking, words: Words, checks: Sequence[Check]) -> None:
    """Hold every row that cannot be taken, then tell what else there is to say about the book.

    A row that is held leaves the stored record as it was, which others may not agree with:
    it goes on until nothing more is held.
    """
    while True:
        known_issues = len(run.issues)
        _check_unique(run)
        hold_dependents(run)
        picture = _picture(run, words)
        findings = [*across_findings(picture), *book_findings(checks, picture, holding=True)]
        run.issues += _told(picture, (one for one in findings if _is_error(one)))
        if len(run.issues) == known_issues:
            break
    notices = (one for one in findings if not _is_error(one))
    if any(reader.here.lines for reader in run.readers.values()):  # a file says nothing of the whole book
        own = [check for check in checks if check.at_import]
        fresh = {key: {row.key for row in picture.fresh(key)} for key in run.readers}
        found = (*notices, *book_findings(own, picture, holding=False))
        run.issues += _told(picture, (one for one in found if one.key in fresh.get(one.sheet, ())))
    else:
        run.issues += _told(picture, (*notices, *book_findings(checks, picture, holding=False)))


def _check_unique(run: Checking) -> None:
    for key, reader in run.readers.items():
        stored = run.known.stored[key] if run.known.stored is not None else None
        run.issues += unique_issues(reader, run.rows[key], stored)


def _picture(run: Checking, words: Words) -> Picture:
    tables = merged_tables(run.book, run.rows, run.known.stored, run.known.base)
    rows = {key: RowsByKey(some) for key, some in run.rows.items()}
    facts = Facts.of(run.book, tables, run.as_of)
    return Picture(run.book, words, facts, run.readers, rows, run.known.base is not None)


def _is_error(finding: Finding) -> bool:
    return (finding.note.level or SEVERITIES[finding.note.code]) == "error"


def _told(picture: Picture, findings: Iterable[Finding]) -> Iterator[Issue]:
    """The issues of findings about records that this workbook shows."""
    for sheet, key, field, note in findings:
        row = picture.row(sheet, key)
        if row is not None:
            yield picture.readers[sheet].issue(row, field, note)
