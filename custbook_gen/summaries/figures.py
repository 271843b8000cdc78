"""Figures with both their faces: what a cell's formula says and what it gives.

Figures made of other figures (ratio, growth, share and the like) are formulas over the
other figures' cells; what cannot be computed (division by nothing) is an empty text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Context as Arithmetic
from decimal import Decimal
from statistics import median
from typing import Final, cast

from custbook_gen.schema import Book
from custbook_gen.summaries.groups import Tally
from custbook_gen.tabs import Figure, Format, field_at
from custbook_gen.value_objects import value_object
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
    "step": "percent",
    "growth": "change",
    "distinct": "whole",
    "weighted": "decimal",
    "running": "whole",
}
MARK: Final = "●"
"""What a marked row shows."""
ADDING: Final = frozenset({"count", "sum"})
"""Measures whose rows add up to their total."""


@value_object
class Placed:
    """A figure in its cell: the cell's address and value."""

    address: str
    value: Cell


def cell_format(figure: Figure, book: Book) -> str:
    """The number format of a figure: its own, its measure's or its field's."""
    if figure.format is not None:
        return FORMATS[figure.format]
    if figure.measure in MEASURE_FORMATS:
        return FORMATS[MEASURE_FORMATS[figure.measure]]
    if figure.field is None:
        return "General"
    field = field_at(book, book.sheet(figure.sheet), figure.field)
    assert field is not None  # noqa: S101  (tabs are checked for it)
    if figure.measure in ("average", "median") and field.kind == "int":
        return FORMATS["decimal"]
    return number_format(field)


def query_value(figure: Figure, tally: Tally) -> Cell:
    """The value of a figure that looks at records."""
    match figure.measure:
        case "count":
            return tally.records
        case "sum":
            return tally.total
        case "average":
            return DIGITS.divide(tally.total, Decimal(tally.filled)) if tally.filled else ""
        case "distinct":
            return len(set(tally.values))
        case _:
            if not tally.values:
                return ""
            values = cast(Sequence[Decimal], tally.values)
            choose: Mapping[str, Callable[[Sequence[Decimal]], Decimal]] = {"min": min, "max": max}
            return choose.get(figure.measure, _median)(values)


def _median(values: Sequence[Decimal]) -> Decimal:
    return DIGITS.plus(Decimal(median([Decimal(value) for value in values])))


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


def weighted(figure: Figure, operands: Sequence[Placed]) -> Formula:
    """A sum of figures with weights; empty where one of them is."""
    terms = [
        f"{weight:+f}*{operand.address}" for weight, operand in zip(figure.weights, operands, strict=True)
    ]
    text = f'IFERROR({"".join(terms).removeprefix("+")},"")'
    if any(isinstance(operand.value, str | None) for operand in operands):
        return Formula(text, "")
    pairs = zip(figure.weights, operands, strict=True)
    return Formula(text, DIGITS.plus(sum((w * _number(o.value) for w, o in pairs), Decimal(0))))


def mark(figure: Figure, operands: Sequence[Placed]) -> Formula:
    """A mark where any of the figures reaches its limit."""
    tests, marked = [], False
    for limit, operand in zip(figure.at_least, operands, strict=True):
        tests.append(f"AND(ISNUMBER({operand.address}),{operand.address}>={limit:f})")
        marked = marked or (isinstance(operand.value, int | Decimal) and operand.value >= limit)
    return Formula(f'IF(OR({",".join(tests)}),"{MARK}","")', MARK if marked else "")


def compared(figure: Figure, operands: Sequence[Placed]) -> Formula:
    """A figure made of others."""
    match figure.measure:
        case "weighted":
            return weighted(figure, operands)
        case "mark":
            return mark(figure, operands)
        case "growth":
            return growth(*operands)
        case _:
            return ratio(*operands)


def running(listed: str, values: Sequence[Cell]) -> Formula:
    """What some cells come to, with its formula."""
    return Formula(f"SUM({listed})", summed(values))


def remaining(figure: Figure, whole: Cell | Formula, listed: str, values: Sequence[Cell]) -> Cell | Formula:
    """What a figure gives for all that a table does not list; nothing for averages and the like.

    Args:
        figure: the table's column.
        whole: the figure over all records.
        listed: the cells of the rows that are listed.
        values: their values.
    """
    if figure.measure not in ADDING:
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
    if isinstance(above, str | None) or isinstance(below, str | None) or not below:
        return ""
    return DIGITS.divide(_number(above), _number(below))


def _number(value: Cell) -> Decimal:
    return Decimal(value) if isinstance(value, int | Decimal) else Decimal(0)
