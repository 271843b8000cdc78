"""What surrounds the contents of cells, as it was found: formats, locks, guards, views.

Of a cell's format two facts are ours: the *kind* of its number format (text, number, share,
date …) and whether it is locked.  Everything else (colours, fonts, borders, alignment, the
exact spelling of a format) belongs to the people who work in the book.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from custbook_gen.value_objects import value_object

FormatKind = Literal["general", "text", "number", "percent", "date", "time"]
"""What a number format makes of a cell; ``date`` also shows a time where it has one."""
Area = tuple[int, int, int, int]
"""A rectangle of cells: first row, first column, last row, last column."""

TOP_ROWS: Final = 32
"""Rows whose cells' looks are kept one by one: a table's head stands among them."""

_LONGEST: Final = 1_000
"""Characters; programs accept 255."""
_ELAPSED: Final = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
# Quoted text, bracketed colours and conditions, escaped, skipped and filling characters, exponents.
_NO_CODE: Final = re.compile(r'"[^"]*"?|\[[^\]]*\]|[\\_*].|general|e[+-]', re.IGNORECASE | re.DOTALL)


def date_kind(code: str) -> Literal["date", "time"] | None:
    """What a number format's code shows: a date (with or without time), a time alone, or neither."""
    if len(code) > _LONGEST:
        return None
    bare = _NO_CODE.sub("", _ELAPSED.sub(r"\1", code)).lower()
    if "y" in bare or "d" in bare:
        return "date"
    if "h" in bare or "s" in bare:
        return "time"
    return "date" if "m" in bare else None


@lru_cache(maxsize=256)
def format_kind(code: str) -> FormatKind:
    """The kind of a number format by its code."""
    dated = date_kind(code)
    if dated is not None:
        return dated
    bare = _NO_CODE.sub("", code[:_LONGEST])
    if "@" in bare and not any(digit in bare for digit in "0#?"):
        return "text"
    if "%" in bare:
        return "percent"
    return "number" if any(digit in bare for digit in "0#?") else "general"


@value_object
class Look:
    """What of a cell's format is ours."""

    kind: FormatKind
    locked: bool

    def serves(self, planned: Look) -> bool:
        """Whether cells of this look work as planned; any format serves a column that plans none."""
        return self.locked == planned.locked and (planned.kind in {"general", self.kind})


@dataclass(slots=True)
class Spread:
    """How many cells of a column have a look, and the first and last row of them."""

    count: int
    first: int
    last: int

    def add(self, count: int, first: int, last: int) -> None:
        """Count more cells."""
        self.count += count
        self.first = min(self.first, first)
        self.last = max(self.last, last)


@value_object
class ColumnSpan:
    """Neighbouring columns with one setting: how cells that are not written look, whether they are hidden."""

    first: int
    last: int
    look: Look | None
    hidden: bool


@value_object
class FoundFormat:
    """A conditional format as found: its kind, its formula for the first cell, its cells."""

    kind: str
    formula: str | None
    areas: tuple[Area, ...]


@dataclass(slots=True)
class Furniture:
    """What surrounds the cells of one tab.

    ``top`` holds the looks of the cells in the first :data:`TOP_ROWS` rows, ``below`` those
    of all others by column.  ``protection`` holds what a guarded sheet refuses, in the
    file's own words; ``None`` where it is not guarded.
    """

    top: dict[tuple[int, int], Look] = field(default_factory=dict)
    below: dict[int, dict[Look, Spread]] = field(default_factory=dict)
    columns: list[ColumnSpan] = field(default_factory=list)
    protection: Mapping[str, str] | None = None
    freeze: tuple[int, int] | None = None
    """First row and column that scroll."""
    filter: Area | None = None
    filtering: bool = False
    """Whether the filter has criteria, so that it may hide rows."""
    tables: bool = False
    """Whether people made tables on the tab, which have filters of their own."""
    formats: list[FoundFormat] = field(default_factory=list)

    def looks(self, column: int, first_row: int) -> dict[Look, Spread]:
        """How a column's cells look from a row (of the first :data:`TOP_ROWS`) on."""
        found = {look: Spread(s.count, s.first, s.last) for look, s in self.below.get(column, {}).items()}
        for row in range(first_row, TOP_ROWS + 1):
            look = self.top.get((row, column))
            if look is None:
                continue
            if look in found:
                found[look].add(1, row, row)
            else:
                found[look] = Spread(1, row, row)
        return found

    def column(self, number: int) -> ColumnSpan | None:
        """What is set for a whole column."""
        return next((span for span in self.columns if span.first <= number <= span.last), None)


Part = Literal["guard", "freeze", "filter", "formats", "key-row"]
"""What of a sheet's furniture can be put back whole."""


@value_object
class Repairs:
    """What of a sheet's furniture is put back as its plan has it; all else stays.

    ``columns`` maps columns of the sheet to the planned ones (from 0) whose number format
    and lock their cells from ``first_row`` on, and those still to be written, get back.
    ``merges`` are taken apart.
    """

    parts: frozenset[Part] = frozenset()
    columns: Mapping[int, int] = field(default_factory=dict)
    heads: tuple[int, ...] = ()
    """Those of the columns whose head and width are put back as well."""
    first_row: int = 1
    filter: Area | None = None
    """The cells that the filter spans, where it is put back."""
    formats: tuple[FoundFormat, ...] = ()
    """Conditional formats that go when the planned ones are put back: what is left of these."""
    merges: tuple[Area, ...] = ()
    locks: tuple[tuple[int, int], ...] = ()
    """Cells above the records that are locked again: row and column."""
    beside: int | None = None
    """The column from which on those without a format are open to people again."""

    def __bool__(self) -> bool:
        """Whether anything is put back."""
        return bool(self.parts or self.columns or self.merges or self.locks or self.beside)
