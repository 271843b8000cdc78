"""Pages of text and tables as tabs: drawn from top to bottom, one column of the tab per column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from custbook_gen import theme
from custbook_gen.document import Block, Box, Grid, Page, Prose, Tone
from custbook_gen.layout import span
from custbook_gen.value_objects import value_object
from custbook_gen.widths import text_width
from custbook_gen.workbook import Cell, PrintSetup, Protection, SheetPlan, Style, StyledCell

LINE: Final = 16.0
"""Height of one line of text, in points."""
TONES: Final[Mapping[Tone, Style]] = {
    "required": theme.REQUIRED_HEAD,
    "optional": theme.OPTIONAL_HEAD,
    "computed": theme.COMPUTED_HEAD,
    "held": replace(theme.TEXT, border=True, fill=theme.HELD, color=theme.HELD_INK),
    "missing": replace(theme.TEXT, border=True, fill=theme.MISSING),
    "open": replace(theme.TEXT, border=True, fill=theme.MISSING, locked=False),
    "strong": replace(theme.TEXT, border=True, bold=True),
    "muted": replace(theme.TEXT, border=True, color=theme.MUTED),
    "plain": replace(theme.TEXT, border=True),
}
TEXT_HEAD: Final = replace(theme.TABLE_HEAD, horizontal="left")
MARKS: Final = {"plain": "", "steps": "{}. ", "points": "• "}


@value_object
class Frame:
    """The tab that a page goes to: widths of its columns in characters, and links to entry sheets.

    ``links`` maps keys of sheets to places to jump to, ``open`` is what such a link says.
    """

    title: str
    widths: Sequence[float]
    links: Mapping[str, str] = field(default_factory=dict)
    open: str = ""


def page_sheet(page: Page, frame: Frame) -> SheetPlan:
    """The plan of a tab that shows a page."""
    drawing = _Drawing(frame)
    drawing.across(page.title, theme.TITLE)
    for text in page.lead:
        drawing.across(text, theme.TEXT)
    for block in page.blocks:
        drawing.row += 1
        drawing.block(block)
    return SheetPlan(
        key=page.key,
        title=frame.title,
        tab_color=theme.TAB_GUIDE,
        cells=drawing.cells,
        widths=dict(enumerate(frame.widths, 1)),
        heights=drawing.heights,
        merges=tuple(drawing.merges),
        gridlines=False,
        protection=Protection(sort_filter=False, rows=False),
        print_setup=PrintSetup(landscape=True),
    )


def extended(sheet: SheetPlan, blocks: Sequence[Block], frame: Frame) -> SheetPlan:
    """A tab of a page with more blocks below what is there."""
    drawing = _Drawing(frame)
    drawing.row = max(row for row, _ in sheet.cells) + 1
    for block in blocks:
        drawing.row += 1
        drawing.block(block)
    return replace(
        sheet,
        cells={**sheet.cells, **drawing.cells},
        heights={**sheet.heights, **drawing.heights},
        merges=(*sheet.merges, *drawing.merges),
    )


@dataclass(slots=True)
class _Drawing:
    """A tab that is written from top to bottom; ``row`` is the next one."""

    frame: Frame
    cells: dict[tuple[int, int], StyledCell] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    row: int = 1

    @property
    def last(self) -> int:
        """The last column."""
        return len(self.frame.widths)

    def put(self, column: int, value: Cell, style: Style, link: str | None = None) -> None:
        """One cell of the current row."""
        self.cells[self.row, column] = StyledCell(value, style, link)

    def wide(self, column: int, value: Cell, style: Style) -> None:
        """One cell of the current row, from a column to the last one."""
        self.put(column, value, style)
        for other in range(column + 1, self.last + 1):
            self.put(other, None, style)
        if column < self.last:
            self.merges.append(span((self.row, column), (self.row, self.last)))

    def across(self, value: str, style: Style) -> None:
        """One text over the whole width, with the height that its lines need."""
        self.put(1, value, style)
        self.merges.append(span((self.row, 1), (self.row, self.last)))
        self.heights[self.row] = max(line_count(value, sum(self.frame.widths)) * LINE, style.size * 1.6)
        self.row += 1

    def block(self, block: Block) -> None:
        """A heading, with a link to its sheet where it has one, and what stands under it."""
        link = self.frame.links.get(block.sheet or "")
        if link is not None:
            self.put(1, block.title, theme.SECTION)
            self.put(2, self.frame.open, theme.HYPERLINK, link)
            self.heights[self.row] = 22
            self.row += 1
        elif block.title:
            self.across(block.title, theme.SECTION)
        if block.note:
            self.across(block.note, theme.TEXT)
        for part in block.parts:
            if isinstance(part, Grid):
                self.grid(part)
            elif isinstance(part, Prose):
                for number, text in enumerate(part.texts, 1):
                    self.across(MARKS[part.kind].format(number) + text, theme.TEXT)

    def grid(self, grid: Grid) -> None:
        """A table; its rows are as high as their longest cells need."""
        for column, name in enumerate(grid.head, 1):
            if column == len(grid.head):
                self.wide(column, name, TEXT_HEAD)
            else:
                self.put(column, name, TEXT_HEAD)
        self.row += bool(grid.head)
        for boxes in grid.body:
            self.boxes(boxes)

    def boxes(self, boxes: Sequence[Box]) -> None:
        """A row of a table; its last box reaches to the last column."""
        lines = []
        for column, box in enumerate(boxes, 1):
            style = TONES[box.tone]
            width = self.frame.widths[column - 1]
            if box.align != "left":
                style = replace(style, horizontal=box.align)
            if column == len(boxes):
                self.wide(column, box.text or None, style)
                width = sum(self.frame.widths[column - 1 :])
            else:
                self.put(column, box.text or None, style)
            lines.append(line_count(box.text, width - 1))
        self.heights[self.row] = max(lines, default=1) * LINE + 2
        self.row += 1


def line_count(text: str, width: float) -> int:
    """The lines that a text takes in a cell so many characters wide."""
    return sum(1 + int(max(0, text_width(line) - 1) // width) for line in text.split("\n"))
