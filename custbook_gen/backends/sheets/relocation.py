"""Where rows are that were read a moment ago: colleagues insert, sort and delete while we think.

There is no way to write to Google only if nothing changed.  So what was read is read again right
before it is written to, and a row is found again by its record's key, one without a key by all
that stands in it.  A row whose cells changed where we would write is not written on at all: the
run begins anew, with what the colleague typed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from custbook_gen.value_objects import value_object

Line = tuple[Any, ...]
_FORMULA: Final = "="


class ChangedMeanwhileError(Exception):
    """A cell that was to be written was changed, or its row is gone."""


@value_object
class Glance:
    """One tab's cells at one moment: the rows, from 1, in which anything was entered.

    Formulas follow their row, so of a cell that holds one only that is kept.  ``key`` is the
    column of the records' keys.
    """

    lines: Mapping[int, Line]
    key: int | None

    def cell(self, row: int, column: int) -> Any:
        """What stands in a cell."""
        line = self.lines.get(row, ())
        return line[column - 1] if column <= len(line) else None

    def record(self, row: int) -> str:
        """The key of the record in a row; empty if it has none."""
        value = self.cell(row, self.key) if self.key is not None else None
        return str(value or "")

    @property
    def last(self) -> int:
        """The last row that holds anything."""
        return max(self.lines, default=0)


def glance(grid: Sequence[Sequence[Any]], key: int | None) -> Glance:
    """What stands in a tab."""
    lines = {}
    for number, row in enumerate(grid, 1):
        line = [_FORMULA if isinstance(cell, str) and cell.startswith("=") else cell for cell in row]
        while line and line[-1] in ("", _FORMULA):
            line.pop()
        if any(cell not in ("", _FORMULA) for cell in line):
            lines[number] = tuple(line)
    return Glance(lines, key)


@value_object
class Moves:
    """Where the rows of a tab went."""

    rows: Mapping[int, int] = field(default_factory=dict)
    """New row by old one, for rows that are no longer where they were."""
    last: int = 0
    """The last row that held anything before; what is written below it goes on below the new last one."""
    shift: int = 0

    def row(self, old: int) -> int:
        """Where a row is now."""
        return self.rows.get(old, old if old <= self.last else old + self.shift)


def locate(before: Glance, now: Glance, touched: Mapping[int, Collection[int]]) -> Moves:
    """Find rows again.

    Args:
        before: the tab as it was read.
        now: the tab as it is.
        touched: the columns that are to be written, by row.

    Raises:
        ChangedMeanwhileError: a row is gone, ambiguous, or changed where it is to be written.
    """
    if before.lines == now.lines:
        return Moves(last=before.last)
    places = _places(now)
    rows = {}
    for old, columns in touched.items():
        if old > before.last:
            continue
        new = _find(before, now, old, places)
        if any((before.cell(old, at) or None) != (now.cell(new, at) or None) for at in columns):
            raise ChangedMeanwhileError
        if new != old:
            rows[old] = new
    return Moves(rows, before.last, max(now.last - before.last, 0))


def _places(now: Glance) -> Mapping[object, list[int]]:
    """The rows of every key, and of every line that has none."""
    found: dict[object, list[int]] = defaultdict(list)
    for row, line in now.lines.items():
        found[now.record(row) or line].append(row)
    return found


def _find(before: Glance, now: Glance, old: int, places: Mapping[object, list[int]]) -> int:
    line = before.lines.get(old)
    if line is None:
        if old in now.lines:
            raise ChangedMeanwhileError
        return old
    candidates = places.get(before.record(old) or line, [])
    if old in candidates and (len(candidates) == 1 or now.lines[old] == line):
        return old
    if len(candidates) != 1:
        raise ChangedMeanwhileError
    return candidates[0]
