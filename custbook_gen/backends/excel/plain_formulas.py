"""Formulas that look at nothing but cells of their own row, fixed cells and names.

They are what Excel itself shares among the cells of a column: one cell has the text, the
others refer to it.  Formulas with ranges, other sheets, parts of tables, lists of constants or
functions of later versions are not taken for plain ones, as a shared formula may hold none of
most of these ([MS-XLS] 2.5.198.118).
"""

from __future__ import annotations

import re
from typing import Final

from custbook_gen.workbook import RowFormula

_PART: Final = re.compile(
    r"""
      "(?:[^"]|"")*"                                                    # a text
    | (?<![\w.$])(?P<column>\$?[A-Z]{1,3})(?P<fixed>\$?)(?P<row>[1-9][0-9]{0,6})(?![\w.(])
    | (?P<odd>_xl|[^-\w.,()<>=+*/&^%$])                                  # in no plain formula
    """,
    re.VERBOSE | re.ASCII,
)
_FAR: Final = 9_999
"""A row that no formula is written for by chance."""


def pieces_by_row(text: str, row: int) -> tuple[str, ...] | None:
    """A plain formula in pieces between which the number of its row goes.

    Args:
        text: the formula without ``=``.
        row: the row that it is written for.

    Returns:
        Nothing where it is no plain formula.
    """
    pieces, start = [], 0
    for part in _PART.finditer(text):
        if part["odd"]:
            return None
        if part["row"] and not part["fixed"]:
            if int(part["row"]) != row:
                return None
            pieces.append(text[start : part.start("row")])
            start = part.end()
    return (*pieces, text[start:])


def is_plain(formula: RowFormula) -> bool:
    """Whether a column's formula is a plain one in every row."""
    return pieces_by_row(formula.at(_FAR), _FAR) == formula.pieces
