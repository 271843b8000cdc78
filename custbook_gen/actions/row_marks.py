"""How rows are known again that have no number yet: by their marks."""

from __future__ import annotations

from collections.abc import Mapping

from custbook_gen.check import Checked, CheckedRow
from custbook_gen.issues import Issue

MISSING = "row-missing"
"""The code of a record whose row is gone."""


def row_marks(checked: Checked) -> dict[tuple[str, int], CheckedRow]:
    """The rows by sheet and row number."""
    return {(row.sheet, row.number): row for rows in checked.rows.values() for row in rows.looked_at()}


def issue_key(issue: Issue, rows: Mapping[tuple[str, int], CheckedRow]) -> str:
    """The number of an issue's record, or the mark of a row that has none yet."""
    row = rows.get((issue.place.sheet, issue.place.row or 0))
    return issue.place.key or (row.mark if row is not None else "")
