"""What has been drawn where on a page: cards, tables and charts, with the rows and columns they take."""

from __future__ import annotations

from dataclasses import field

from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Chart


@value_object
class CardsAt:
    """Cards: labels in a row, numbers in the next, notes in the one after."""

    row: int
    columns: tuple[int, ...]


@value_object
class TableAt:
    """A table with its header in row ``head``, records or members from ``first`` to ``last``.

    Totals, if there are any, stand in row ``last + 1``, a remark in the row before the header.
    """

    head: int
    first: int
    last: int
    free: int
    """The first column beside the table."""
    total: bool = False
    remark: bool = False


@value_object
class ChartAt:
    """A chart of rows ``first`` to ``last``: its columns, and those drawn as lines."""

    chart: Chart
    head: int
    first: int
    last: int
    columns: tuple[int, ...]
    lines: tuple[int, ...]


Piece = CardsAt | TableAt | ChartAt


@value_object
class BlockAt:
    """The pieces that stand under one heading."""

    title: str
    note: str
    pieces: list[Piece] = field(default_factory=list)
