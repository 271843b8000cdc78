"""A workbook to be written: its sheets decided down to the last cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Literal, overload

from custbook_gen.value_objects import value_object
from custbook_gen.workbook.cells import MAX_ROWS, Cell, Formula, RowFormula

_MADE_AT_ONCE = 500


@value_object
class Style:
    """How a cell looks and whether it is locked; colours are six hex digits."""

    number_format: str = "General"
    bold: bool = False
    italic: bool = False
    size: float = 11
    color: str = "1F2937"
    fill: str | None = None
    horizontal: Literal["left", "center", "right"] | None = None
    vertical: Literal["top", "center"] = "center"
    wrap: bool = False
    indent: int = 0
    border: bool = False
    underline: bool = False
    locked: bool = True


@value_object
class StyledCell:
    """One cell of a free-form sheet, or of the head of a table."""

    value: Cell | Formula
    style: Style = Style()
    link: str | None = None
    """A place inside the workbook to jump to, such as ``'客户档案'!A1``."""


@value_object
class Rule:
    """What a cell accepts, and what it tells the person who types.

    ``kind`` ``any`` accepts everything and only prompts.  Formulas carry no ``=`` and
    are written for the first row of the range they stand on.
    """

    kind: Literal["any", "list", "whole", "decimal", "date", "text_length", "custom"]
    operator: Literal["between", "greater_or_equal", "less_or_equal"] = "between"
    formula1: str | None = None
    formula2: str | None = None
    prompt_title: str = ""
    prompt: str = ""
    error_title: str = ""
    error: str = ""
    rejects: bool = True


@value_object
class ColumnPlan:
    """One column of a table: its machine key, header, look, rule and formula."""

    key: str
    header: str
    header_style: Style
    style: Style
    width: float
    rule: Rule | None = None
    formula: RowFormula | None = None
    blank_value: Cell = None
    """The formula's value in a row where nothing was entered yet."""
    level: int = 0
    """Depth of the group of columns that it can be folded away with; 0 stands in none."""
    hidden: bool = False


class LazyRows(Sequence[tuple[Cell, ...]]):
    """Rows of a table whose cells are made, column by column, when somebody looks at them.

    Args:
        count: how many rows there are.
        columns: gives the cells of every column from one row to before another, counted from 0.
    """

    def __init__(self, count: int, columns: Callable[[int, int], Sequence[Sequence[Cell]]]) -> None:
        self._count = count
        self.columns = columns

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> tuple[Cell, ...]: ...

    @overload
    def __getitem__(self, at: slice) -> list[tuple[Cell, ...]]: ...

    def __getitem__(self, at: int | slice) -> tuple[Cell, ...] | list[tuple[Cell, ...]]:
        if isinstance(at, slice):
            wanted = range(self._count)[at]
            if not wanted:
                return []
            first = min(wanted[0], wanted[-1])
            made = list(zip(*self.columns(first, max(wanted[0], wanted[-1]) + 1), strict=True))
            return [made[number - first] for number in wanted] if wanted.step != 1 else made
        number = range(self._count)[at]
        return self[number : number + 1][0]

    def __iter__(self) -> Iterator[tuple[Cell, ...]]:
        for start in range(0, self._count, _MADE_AT_ONCE):
            yield from self[start : start + _MADE_AT_ONCE]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # as of a list


@value_object
class TablePlan:
    """A block of rows under a hidden key row and a header row, starting in column A.

    ``rows`` hold one plain value per column; where the column has a formula, the value
    is the formula's.  ``blank_rows`` more rows carry the formulas alone, ready for entry.
    """

    key_row: int
    header_row: int
    first_row: int
    columns: tuple[ColumnPlan, ...]
    rows: Sequence[tuple[Cell, ...]]
    blank_rows: int = 0
    header_height: float | None = None
    last_rule_row: int = MAX_ROWS
    """The row down to which the columns' rules reach."""
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Places inside the workbook that cells of the rows jump to, by (row, column)."""

    @property
    def last_row(self) -> int:
        """The last row, blank ones included; the header if there are no rows."""
        return max(self.header_row, self.first_row + len(self.rows) + self.blank_rows - 1)


@value_object
class ConditionalFormat:
    """Cells that change colour while a formula, written for the first cell, is true."""

    ranges: str
    formula: str
    fill: str
    color: str | None = None
    bold: bool = False


@value_object
class ColorScale:
    """Cells coloured by their number, from the colour of the smallest to that of the largest."""

    ranges: str
    low: str
    high: str


@value_object
class Protection:
    """A guard-rail, not security: no password; what stays possible under it."""

    sort_filter: bool = True
    rows: bool = True
    """People may insert and delete rows."""


@value_object
class Series:
    """One line, set of bars or ring of a chart: where its name and values stand."""

    name: str
    """Reference to one cell, such as ``'总览'!$B$4``."""
    values: str
    """Reference to a range, such as ``'总览'!$B$5:$B$16``."""


@value_object
class Chart:
    """A chart over cells of the workbook, placed from ``row``/``column``; size in cm.

    ``lines`` are drawn over the columns, on an axis of their own at the right.
    """

    kind: Literal["line", "bar", "column", "stacked", "pie"]
    title: str
    categories: str
    series: tuple[Series, ...]
    row: int
    column: int
    width: float = 16.0
    height: float = 8.0
    number_format: str = "General"
    lines: tuple[Series, ...] = ()
    lines_format: str = "General"


@value_object
class PrintSetup:
    """Paper: orientation, rows and columns repeated on each page, pages that the width is fitted to."""

    landscape: bool = True
    title_rows: tuple[int, int] | None = None
    title_columns: tuple[int, int] | None = None
    pages_wide: int = 1
    breaks: tuple[int, ...] = ()
    """Rows after which a new sheet of paper begins."""


@value_object
class SheetPlan:
    """One tab: free cells by (row, column), at most one table, and everything around them."""

    key: str
    title: str
    state: Literal["visible", "hidden", "very_hidden"] = "visible"
    tab_color: str | None = None
    cells: Mapping[tuple[int, int], StyledCell] = field(default_factory=dict)
    table: TablePlan | None = None
    widths: Mapping[int, float] = field(default_factory=dict)
    """Width in characters by column, for sheets without a table."""
    heights: Mapping[int, float] = field(default_factory=dict)
    """Height in points by row."""
    merges: tuple[str, ...] = ()
    freeze: tuple[int, int] | None = None
    """First row and column that scroll."""
    filter: bool = False
    gridlines: bool = True
    protection: Protection | None = None
    conditional_formats: tuple[ConditionalFormat, ...] = ()
    color_scales: tuple[ColorScale, ...] = ()
    charts: tuple[Chart, ...] = ()
    print_setup: PrintSetup = PrintSetup()
    zoom: int = 100


@value_object
class Plan:
    """A whole workbook to be written.

    ``names`` maps defined names to references; ``properties`` become custom document
    properties; ``title`` and ``language`` the ordinary ones.
    """

    title: str
    sheets: tuple[SheetPlan, ...]
    names: Mapping[str, str]
    properties: Mapping[str, str]
    language: str = "zh-CN"
    active: str = ""
    """Key of the sheet that is in front when the workbook is opened."""

    def sheet(self, key: str) -> SheetPlan:
        """The sheet with this key."""
        return next(s for s in self.sheets if s.key == key)


@value_object
class Loss:
    """Something that a plan says and a kind of workbook cannot carry as it stands, and where.

    ``code`` names the sentence ``loss.<code>`` of the catalogue.
    """

    code: str
    places: tuple[str, ...]
