"""Figures with both their faces: what a cell's formula says and what it gives.

Figures made of other figures (ratio, growth, share) are formulas over the other
figures' cells; what cannot be computed (division by nothing) is an empty text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context as Arithmetic
from decimal import Decimal
from typing import Final

from custbook_gen.schema import Book
from custbook_gen.summaries.tallies import Tally
from custbook_gen.tabs import Figure, Format
from custbook_gen.values import number_format
from custbook_gen.workbook import Cell, Formula

DIGITS: Final = Arithmetic(prec=15)
"""Spreadsheets keep 15 significant digits."""

FORMATS: Final[dict[Format, str]] = {
    "whole": "#,##0",
    "decimal": "#,##0.0",
    "money": "#,##0.00",
    "percent": "0.0%",
    "change": "+0.0%;[Red]-0.0%;0.0%",
}
MEASURE_FORMATS: Final[dict[str, Format]] = {
    "count": "whole",
    "ratio": "percent",
    "share": "percent",
    "growth": "change",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure in its cell: the cell's address and value."""

    address: str
    value: Cell


def cell_format(figure: Figure, book: Book) -> str:
    """The number format of a figure: its own, its measure's or its field's."""
    if figure.format is not None:
        return FORMATS[figure.format]
    if figure.field is None:
        return FORMATS[MEASURE_FORMATS[figure.measure]]
    return number_format(book.sheet(figure.sheet).field(figure.field))


def query_value(figure: Figure, tally: Tally) -> Cell:
    """The value of a figure that looks at records."""
    if figure.measure == "count":
        return tally.count
    if figure.measure == "sum":
        return tally.total
    return DIGITS.divide(tally.total, Decimal(tally.filled)) if tally.filled else ""


def content(text: str | None, value: Cell) -> Cell | Formula:
    """What a cell holds: a formula with its value, or the value alone."""
    return value if text is None else Formula(text, value)


def value_of(cell: Cell | Formula) -> Cell:
    """What a cell gives."""
    return cell.value if isinstance(cell, Formula) else cell


def ratio(above: Placed, below: Placed) -> Formula:
    """One figure divided by another."""
    text = f'IFERROR({above.address}/{below.address},"")'
    return Formula(text, _divided(above.value, below.value))


def growth(now: Placed, before: Placed) -> Formula:
    """How much a figure has grown; empty unless there was something to grow from."""
    text = f'IFERROR(IF({before.address}>0,{now.address}/{before.address}-1,""),"")'
    share = _divided(now.value, before.value)
    grown = _number(before.value) > 0 and isinstance(share, Decimal)
    return Formula(text, DIGITS.subtract(Decimal(share), Decimal(1)) if grown else "")


def compared(figure: Figure, operands: Sequence[Placed]) -> Formula:
    """A ratio or growth of two figures."""
    above, below = operands
    return ratio(above, below) if figure.measure == "ratio" else growth(above, below)


def remaining(figure: Figure, whole: Cell | Formula, listed: str, values: Sequence[Cell]) -> Cell | Formula:
    """What a figure gives for all that a table does not list; nothing for averages.

    Args:
        figure: the table's column.
        whole: the figure over all records.
        listed: the cells of the rows that are listed.
        values: their values.
    """
    if figure.measure == "average":
        return None
    rest = _number(value_of(whole)) - _number(summed(values))
    value = int(rest) if figure.measure == "count" else rest
    return Formula(f"{whole.text}-SUM({listed})", value) if isinstance(whole, Formula) else value


def summed(values: Sequence[Cell]) -> Cell:
    """The sum of what is a number among some values; whole if they all are."""
    if all(isinstance(value, int | str) for value in values):
        return sum(int(value) for value in values if isinstance(value, int))
    return sum((_number(value) for value in values), Decimal(0))


def _divided(above: Cell, below: Cell) -> Decimal | str:
    if isinstance(above, str) or isinstance(below, str) or not below:
        return ""
    return DIGITS.divide(_number(above), _number(below))


def _number(value: Cell) -> Decimal:
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)
