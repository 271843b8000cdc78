"""Cell references: A1 text to numbers and back, and formulas moved from cell to cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from custbook_gen.backends.excel.cells import letters
from custbook_gen.backends.excel.plain_formulas import pieces_by_row
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import MAX_COLUMNS, MAX_ROWS

Rectangle = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

_CELL: Final = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})")
_COLUMN: Final = re.compile(r"(\$?)([A-Za-z]{1,3})")
_ROW: Final = re.compile(r"(\$?)([1-9][0-9]{0,6})")
_GONE: Final = "#REF!"
_SAMPLE_ROWS: Final = (524_309, 786_433)
"""Rows in which a formula is spelled to see where the row's number stands."""


@lru_cache(maxsize=MAX_COLUMNS)
def column_number(name: str) -> int:
    """A column's number: 1 for ``A``.

    Raises:
        ValueError: no column has this name.
    """
    number = 0
    for letter in name.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"no column {name!r}")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= MAX_COLUMNS:
        raise ValueError(f"no column {name!r}")
    return number


def cell_position(reference: str) -> tuple[int, int]:
    """Row and column of a cell reference such as ``B7`` or ``$B$7``.

    Raises:
        ValueError: it is no cell of a sheet.
    """
    found = _CELL.fullmatch(reference)
    if found is None or int(found[4]) > MAX_ROWS:
        raise ValueError(f"no cell {reference!r}")
    return int(found[4]), column_number(found[2])


def rectangle(reference: str) -> Rectangle:
    """The rectangle of a reference such as ``B2:C9``, ``B2``, ``B:C`` or ``2:9``.

    Raises:
        ValueError: it is no range of a sheet.
    """
    first, _, last = reference.partition(":")
    top, left, _, _ = _corner(first)
    _, _, bottom, right = _corner(last or first)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def rectangles(references: str) -> tuple[Rectangle, ...]:
    """The rectangles of a blank-separated list of references (``sqref``); ranges that are gone are none."""
    return tuple(rectangle(text) for text in references.split() if text != _GONE)


def reference(area: Rectangle) -> str:
    """A rectangle as text: ``B2:C9``, or ``B2`` for one cell."""
    top, left, bottom, right = area
    first, last = f"{letters(left)}{top}", f"{letters(right)}{bottom}"
    return first if first == last else f"{first}:{last}"


def without(area: Rectangle, hole: Rectangle) -> tuple[Rectangle, ...]:
    """What is left of a rectangle when another one is cut out of it: up to four pieces."""
    top, left, bottom, right = area
    hole_top, hole_left = max(top, hole[0]), max(left, hole[1])
    hole_bottom, hole_right = min(bottom, hole[2]), min(right, hole[3])
    if hole_top > hole_bottom or hole_left > hole_right:
        return (area,)
    pieces = (
        (top, left, hole_top - 1, right),
        (hole_top, left, hole_bottom, hole_left - 1),
        (hole_top, hole_right + 1, hole_bottom, right),
        (hole_bottom + 1, left, bottom, right),
    )
    return tuple(p for p in pieces if p[0] <= p[2] and p[1] <= p[3])


def _corner(text: str) -> Rectangle:
    if found := _COLUMN.fullmatch(text):
        column = column_number(found[2])
        return 1, column, MAX_ROWS, column
    if found := _ROW.fullmatch(text):
        return int(found[2]), 1, int(found[2]), MAX_COLUMNS
    row, column = cell_position(text)
    return row, column, row, column


@value_object
class _Moving:
    """A reference within a formula; ``None`` is the part that a row or column range lacks."""

    before: str
    row: int | None
    row_fixed: bool
    column: int | None
    column_fixed: bool

    def at(self, rows: int, columns: int) -> str | None:
        """The reference so many rows and columns further on; none if that is off the sheet."""
        text = self.before
        if self.column is not None:
            column = self.column if self.column_fixed else self.column + columns
            if not 1 <= column <= MAX_COLUMNS:
                return None
            text += "$" * self.column_fixed + letters(column)
        if self.row is not None:
            row = self.row if self.row_fixed else self.row + rows
            if not 1 <= row <= MAX_ROWS:
                return None
            text += f"{'$' * self.row_fixed}{row}"
        return text


class MovableFormula:
    """A formula that can be read from other cells, as a shared formula is.

    Args:
        text: the formula without ``=``.
        row: of the cell it is written for, from 1.
        column: of that cell, from 1.
    """

    def __init__(self, text: str, row: int, column: int) -> None:
        self._text = text
        self._row = row
        self._column = column
        self._taken_apart: Sequence[str | tuple[_Moving, ...]] | None = None

    @property
    def _pieces(self) -> Sequence[str | tuple[_Moving, ...]]:
        if self._taken_apart is None:
            # brings all of openpyxl with it, and most runs never move a formula
            from custbook_gen.backends.excel.formula_tokens import tokens

            found = tokens(self._text) or [(self._text, False)]  # which stays as it is
            self._taken_apart = [(is_range and _moving(token)) or token for token, is_range in found]
        return self._taken_apart

    def at(self, row: int, column: int) -> str:
        """The formula's text without ``=`` in another cell."""
        rows, columns = row - self._row, column - self._column
        return "".join(
            piece if isinstance(piece, str) else _moved(piece, rows, columns) for piece in self._pieces
        )

    def by_row(self, column: int) -> tuple[str, ...] | None:
        """The text in any row of a column, in pieces between which the row's number goes.

        Nothing where the formula refers to other rows than its own, save for fixed ones.
        """
        plain = pieces_by_row(self._text, self._row) if column == self._column else None
        if plain is not None:
            return plain
        ends = (end for piece in self._pieces if not isinstance(piece, str) for end in piece)
        if any(end.row is not None and not end.row_fixed and end.row != self._row for end in ends):
            return None
        first, second = (tuple(self.at(row, column).split(str(row))) for row in _SAMPLE_ROWS)
        return first if first == second else None


def move_formula(text: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    """A formula written for one cell (row, column), as it reads in another one."""
    return text if start == end else MovableFormula(text, *start).at(*end)


def _moved(ends: tuple[_Moving, ...], rows: int, columns: int) -> str:
    moved = [end.at(rows, columns) for end in ends]
    if None in moved:
        return ends[0].before + _GONE
    return ":".join(end for end in moved if end is not None)


def _moving(token: str) -> tuple[_Moving, ...] | None:
    """The ends of a reference that moves, or nothing for all others."""
    sheet, mark, local = token.rpartition("!")
    ends = local.split(":")
    if len(ends) == 1:
        found = [_cell_end(sheet + mark, ends[0])]
    elif len(ends) == 2:
        found = [_end(sheet + mark, ends[0]), _end("", ends[1])]
    else:
        return None
    complete = tuple(end for end in found if end is not None)
    return complete if len(complete) == len(ends) else None


def _cell_end(before: str, text: str) -> _Moving | None:
    found = _CELL.fullmatch(text)
    if found is None or int(found[4]) > MAX_ROWS or column_index(found[2]) is None:
        return None
    return _Moving(before, int(found[4]), bool(found[3]), column_index(found[2]), bool(found[1]))


def _end(before: str, text: str) -> _Moving | None:
    if found := _COLUMN.fullmatch(text):
        column = column_index(found[2])
        return None if column is None else _Moving(before, None, False, column, bool(found[1]))
    if found := _ROW.fullmatch(text):
        return _Moving(before, int(found[2]), bool(found[1]), None, False)
    return _cell_end(before, text)


def column_index(name: str) -> int | None:
    """A column's number, or nothing where no column has this name (``XFE``)."""
    try:
        return column_number(name)
    except ValueError:
        return None
