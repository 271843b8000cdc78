"""The page that a summary is drawn on: a grid, written from top to bottom.

Column A is a margin, column B holds labels, the others numbers.  A card takes the width
of column B, or of two number columns.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from custbook_gen import theme
from custbook_gen.layout import absolute, span
from custbook_gen.summaries.pieces import BlockAt, Piece
from custbook_gen.tabs import Threshold
from custbook_gen.widths import text_width
from custbook_gen.workbook import (
    Cell,
    Chart,
    ColorScale,
    ConditionalFormat,
    Formula,
    PrintSetup,
    Protection,
    SheetPlan,
    Style,
    StyledCell,
)

LEFT: Final = 2
"""First column of content."""
RIGHT: Final = 10
"""Last column of the page; wider tables go beyond it."""
MARGIN_WIDTH: Final = 2.0
LABEL_WIDTH: Final = 28.0
NUMBER_WIDTH: Final = 14.0
LINE: Final = 18.0
"""Height of a row of a table, in points."""
Area = tuple[tuple[int, int], tuple[int, int]]
"""A rectangle from one (column, row) to another."""
UPRIGHT: Final = (17.2, 24.0)
"""Width and height of a sheet of A4 within its margins (less a line for roundings), in centimetres."""
ON_ITS_SIDE: Final = (25.9, 15.3)
"""The same of one that lies on its side: the margins do not turn with it."""
POINTS: Final = 72 / 2.54
"""Points in a centimetre."""


@dataclass(slots=True)
class Page:
    """A sheet under construction; ``row`` is the next one to be written."""

    title: str
    cells: dict[tuple[int, int], StyledCell] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    scales: list[ColorScale] = field(default_factory=list)
    formats: list[ConditionalFormat] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    """The rows that blocks begin in."""
    blocks: list[BlockAt] = field(default_factory=list)
    """What stands where, for those who show the page otherwise than as a sheet."""
    heats: list[Area] = field(default_factory=list)
    limits: list[tuple[Area, Threshold]] = field(default_factory=list)
    remark: str = ""
    """What all of its numbers are."""
    row: int = 1
    last: int = RIGHT

    def put(self, column: int, value: Cell | Formula, style: Style, width: int = 1) -> None:
        """One cell of the current row, over so many columns."""
        self.cells[self.row, column] = StyledCell(value, style)
        for other in range(column + 1, column + width):
            self.cells[self.row, other] = StyledCell(None, style)
        if width > 1:
            self.merges.append(span((self.row, column), (self.row, column + width - 1)))
        self.last = max(self.last, column + width - 1)

    def down(self, height: float) -> None:
        """Give the current row a height in points, and go to the next."""
        self.heights[self.row] = height
        self.row += 1

    def begin(self, title: str = "", note: str = "") -> None:
        """Begin a block: on paper it stays in one piece where it can."""
        self.starts.append(self.row)
        self.blocks.append(BlockAt(title, note))

    def record(self, piece: Piece) -> None:
        """Remember what has been drawn, in the present block."""
        self.blocks[-1].pieces.append(piece)

    def section(self, title: str) -> None:
        """A heading over a block."""
        self.put(LEFT, title, theme.SECTION)
        self.down(26)

    def reach(self, top: int, points: float) -> None:
        """Go on so many points below the top of a row, at least below all that is written."""
        covered = sum(self.heights[row] for row in range(top, self.row))
        while covered < points:
            self.down(LINE)
            covered += LINE

    def address(self, column: int, row: int) -> str:
        """A cell's reference."""
        return absolute(self.title, (row, column))

    def range(self, column: int, first: int, last: int) -> str:
        """The reference of a piece of a column."""
        return absolute(self.title, (first, column), (last, column))

    def span(self, first: tuple[int, int], last: tuple[int, int]) -> str:
        """The reference of a rectangle: (row, column) each."""
        return absolute(self.title, first, last)

    def plan(self, key: str, frozen_rows: int) -> SheetPlan:
        """The finished sheet."""
        widths = dict.fromkeys(range(LEFT, self.last + 1), NUMBER_WIDTH)
        return SheetPlan(
            key=key,
            title=self.title,
            tab_color=theme.TAB_SUMMARY,
            cells=self.cells,
            widths={1: MARGIN_WIDTH, **widths, LEFT: LABEL_WIDTH},
            heights=self.heights,
            merges=tuple(self.merges),
            freeze=(frozen_rows + 1, 1),
            gridlines=False,
            protection=Protection(sort_filter=False, rows=False),
            charts=tuple(self.charts),
            conditional_formats=tuple(self.formats),
            color_scales=tuple(self.scales),
            print_setup=PrintSetup(
                landscape=self.last > RIGHT,
                title_rows=(1, frozen_rows),
                breaks=tuple(self._breaks(frozen_rows)),
            ),
        )

    def _breaks(self, frozen_rows: int) -> Iterator[int]:
        """The rows after which a new sheet of paper begins, so that no block is cut that fits on one."""
        wide, tall = ON_ITS_SIDE if self.last > RIGHT else UPRIGHT
        content = (MARGIN_WIDTH * 8 + 5) * 2.54 / 96 + centimetres(LEFT, self.last)
        room = tall * POINTS * max(1.0, content / wide)
        heads = sum(self.heights[row] for row in range(1, frozen_rows + 1))
        used = heads
        for start, end in zip(self.starts, [*self.starts[1:], self.row], strict=True):
            block = sum(self.heights[row] for row in range(start, end))
            if used > heads and used + block > room:
                yield start - 1
                used = heads
            used = heads + (used - heads + block) % (room - heads)


def centimetres(first: int, last: int) -> float:
    """The width of columns first to last on screen (8 pixels a character of our font, 5 of padding)."""
    pixels = sum(
        (LABEL_WIDTH if column == LEFT else NUMBER_WIDTH) * 8 + 5 for column in range(first, last + 1)
    )
    return pixels * 2.54 / 96


def height(texts: Sequence[str], width: float, line: float) -> float:
    """The height in points that fits the longest of some texts in cells so many characters wide."""
    lines = [sum(max(1, math.ceil(text_width(part) / width)) for part in text.split("\n")) for text in texts]
    return max(lines, default=1) * line + 6
