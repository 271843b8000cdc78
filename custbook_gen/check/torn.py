"""Values that only changed places among the rows of a sheet, as when some of its columns are sorted alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.issues import Issue
from custbook_gen.records import Table
from custbook_gen.schema import Field
from custbook_gen.values import Note

FEWEST: Final = 3
"""Rows that must have given their values to each other."""
MOST_OTHERS: Final = 0.2
"""The share of a column's edits that may be others."""


def torn_issues(reader: SheetReader, rows: Sequence[CheckedRow], base: Table) -> Iterator[Issue]:
    """What is told, at the first such cell, of columns whose values changed places.

    Args:
        reader: the sheet.
        rows: its edited rows.
        base: the records as the workbook showed them.
    """
    known = [row for row in rows if row.key in base.rows] if len(rows) >= FEWEST else []
    found = {item.key: moved for item in reader.sheet.stored_fields if (moved := _moved(item, known, base))}
    if found:
        first = next(iter(found))
        labels = tuple(reader.label(name) for name in found)
        facts = {"count": max(map(len, found.values())), "labels": labels}
        yield reader.issue(found[first][0], first, Note("values-torn", facts))


def _moved(item: Field, rows: Sequence[CheckedRow], base: Table) -> list[CheckedRow]:
    """The rows that hold another one's value of a field, where all of them had different ones."""
    edited = [row for row in rows if item.key in row.edited and item.key not in row.faults]
    before = {base.value(row.key, item.key) for row in edited} - {None}
    if len(edited) < FEWEST or len(before) < len(edited):
        return []
    moved = [row for row in edited if row.values.get(item.key) in before]
    distinct = len({row.values.get(item.key) for row in moved}) == len(moved) >= FEWEST
    return moved if distinct and len(moved) >= (1 - MOST_OTHERS) * len(edited) else []
