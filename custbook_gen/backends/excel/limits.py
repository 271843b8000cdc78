"""How far a workbook may unfold when it is read or written; docs/security.md states these numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from custbook_gen.value_objects import value_object
from custbook_gen.workbook import MAX_ROWS

_MIB: Final = 1024 * 1024


class TooLargeError(ValueError):
    """Content is well-formed, but more of it than any real workbook has."""


@value_object
class Limits:
    """Bounds of a package; sizes in bytes, unpacked.  More is an attack or a mistake."""

    part: int = 2048 * _MIB
    total: int = 3072 * _MIB
    ratio: int = 200
    """Unpacked to packed size, of parts of at least ``ratio_from`` bytes."""
    ratio_from: int = 10 * _MIB
    entries: int = 20_000
    directory: int = 8 * _MIB
    """Size of the archive's directory."""
    cells: int = 24_000_000
    """Cells of all sheets from column A to the last filled one of each row, and shared strings."""
    formulas: int = 32 * _MIB
    """Characters that shared formulas may grow to when they are spelled out."""
    ranges: int = 1_000_000
    """Merged ranges, and ranges that rules stand on."""


LIMITS: Final = Limits()
"""What holds for every workbook that is read or written."""

MAX_TREE: Final = 32 * _MIB
"""Bytes of markup that may stand in memory as a tree: whole small parts, pieces of large ones."""

MAX_PROLOG: Final = 64 * 1024
"""Bytes within which a part's root element must be open."""

MAX_SHARED_FORMULA: Final = 32_768
"""Characters of a formula that others share; programs accept 8,192."""

MAX_ROW_ELEMENTS: Final = MAX_ROWS
"""A sheet cannot have more rows than there are, empty ones included."""


@dataclass(slots=True)
class Room:
    """What is left of the limits while one workbook is read."""

    cells: int = LIMITS.cells
    formulas: int = LIMITS.formulas
    ranges: int = LIMITS.ranges

    def take_cells(self, count: int) -> None:
        """Use up some cells.

        Raises:
            TooLargeError: there are no more.
        """
        self.cells -= count
        if self.cells < 0:
            raise TooLargeError("too many cells")

    def take_ranges(self, count: int) -> None:
        """Use up some ranges.

        Raises:
            TooLargeError: there are no more.
        """
        self.ranges -= count
        if self.ranges < 0:
            raise TooLargeError("too many ranges")

    def take_formula(self, length: int) -> None:
        """Use up the length of formulas that were spelled out.

        Raises:
            TooLargeError: formulas would take too much memory.
        """
        self.formulas -= length
        if self.formulas < 0:
            raise TooLargeError("formulas spelled out")
