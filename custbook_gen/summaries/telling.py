"""A drawn page told part by part: the same figures as in the sheet, without its cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from custbook_gen import document
from custbook_gen.document import Block, Box, Card, Cards, Graph, Grid, Part, Prose, Run
from custbook_gen.summaries.figures import value_of
from custbook_gen.summaries.page import LEFT, Area, Page
from custbook_gen.summaries.pieces import BlockAt, CardsAt, ChartAt, TableAt
from custbook_gen.tabs import Tab
from custbook_gen.values import formatted_cell
from custbook_gen.workbook import Cell


def told_page(tab: Tab, page: Page) -> document.Page:
    """What a drawn page says."""
    told = _Told(page)
    return document.Page(
        key=tab.key,
        title=str(value_of(page.cells[1, LEFT].value)),
        blocks=tuple(told.block(block) for block in page.blocks),
        lead=(page.remark,),
    )


@dataclass(slots=True)
class _Told:
    """Reads a page's cells back."""

    page: Page
    _ranges: dict[Area, tuple[Decimal, Decimal]] = field(default_factory=dict)

    def block(self, block: BlockAt) -> Block:
        """The parts of a block."""
        parts = [part for piece in block.pieces for part in self._parts(piece, block)]
        cards = tuple(card for part in parts if isinstance(part, Cards) for card in part.cards)
        if cards:  # rows of cards on a sheet, one set of them elsewhere
            parts = [Cards(cards), *(part for part in parts if not isinstance(part, Cards))]
        return Block(block.title, tuple(parts), block.note)

    def _parts(self, piece: CardsAt | TableAt | ChartAt, block: BlockAt) -> Iterator[Part]:
        if isinstance(piece, CardsAt):
            yield Cards(tuple(self._card(piece.row, column) for column in piece.columns))
        elif isinstance(piece, ChartAt):
            yield self._graph(piece)
        else:
            if piece.remark:
                yield Prose((self._text(piece.head - 1, LEFT),))
            yield self._grid(piece, block.title)

    def _card(self, row: int, column: int) -> Card:
        label, value, note = (self._text(row + at, column) for at in range(3))
        return Card(label, value, note)

    def _grid(self, table: TableAt, caption: str) -> Grid:
        columns = [
            column for column in range(LEFT, table.free) if self._value(table.head, column) not in (None, "")
        ]
        rows = range(table.first, table.last + 1)
        return Grid(
            caption=caption,
            head=tuple(self._text(table.head, column) for column in columns),
            body=tuple(self._row(row, columns) for row in rows),
            foot=self._row(table.last + 1, columns) if table.total else (),
        )

    def _row(self, row: int, columns: Sequence[int]) -> tuple[Box, ...]:
        return tuple(self._box(row, column) for column in columns)

    def _box(self, row: int, column: int) -> Box:
        cell = self.page.cells.get((row, column))
        if cell is None:
            return Box("")
        marked = any(
            _holds(area, row, column) and limit.met_by(self._value(row, column))
            for area, limit in self.page.limits
        )
        return Box(
            text=self._text(row, column),
            align=cell.style.horizontal or "left",
            tone="held" if marked else "plain",
            heat=None if marked else self._heat(row, column),
        )

    def _heat(self, row: int, column: int) -> float | None:
        """Where the number of a cell in a heat map lies between the smallest and the largest."""
        own = self._number(row, column)
        area = next((area for area in self.page.heats if _holds(area, row, column)), None)
        if own is None or area is None:
            return None
        low, high = self._range(area)
        return float((own - low) / (high - low)) if high > low else None

    def _range(self, area: Area) -> tuple[Decimal, Decimal]:
        """The smallest and the largest number of a rectangle."""
        if area not in self._ranges:
            (left, top), (right, bottom) = area
            places = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
            numbers = [number for place in places if (number := self._number(*place)) is not None]
            self._ranges[area] = min(numbers), max(numbers)
        return self._ranges[area]

    def _graph(self, piece: ChartAt) -> Graph:
        chart, rows = piece.chart, range(piece.first, piece.last + 1)
        return Graph(
            kind=chart.kind,
            title=chart.title,
            labels=tuple(self._text(row, LEFT) for row in rows),
            runs=tuple(self._run(column, piece) for column in piece.columns),
            lines=tuple(self._run(column, piece) for column in piece.lines),
            number_format=chart.number_format,
            lines_format=chart.lines_format,
        )

    def _run(self, column: int, piece: ChartAt) -> Run:
        rows = range(piece.first, piece.last + 1)
        return Run(
            name=self._text(piece.head, column).replace("\n", " "),
            values=tuple(self._number(row, column) for row in rows),
            texts=tuple(self._text(row, column) for row in rows),
        )

    def _value(self, row: int, column: int) -> Cell:
        cell = self.page.cells.get((row, column))
        return None if cell is None else value_of(cell.value)

    def _number(self, row: int, column: int) -> Decimal | None:
        value = self._value(row, column)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return None
        return value if isinstance(value, Decimal) else Decimal(str(value))

    def _text(self, row: int, column: int) -> str:
        cell = self.page.cells.get((row, column))
        return "" if cell is None else formatted_cell(value_of(cell.value), cell.style.number_format)


def _holds(area: Area, row: int, column: int) -> bool:
    (left, top), (right, bottom) = area
    return left <= column <= right and top <= row <= bottom
