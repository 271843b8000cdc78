"""A workbook as plain data: one to be written, one that was read, one to be mended.

Rows and columns are counted from 1, as people count them.  Dates are numbers here
(days since 1899-12-30, the spreadsheet's own count); what a number means is known to
:mod:`custbook_gen.values` alone.  A ``str`` is always literal text, whatever it
starts with; only a :class:`Formula` is ever evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, overload

from custbook_gen.furniture import Furniture, Repairs

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_TEXT = 32_767

_MADE_AT_ONCE = 500

Cell = str | bool | int | float | Decimal | None
"""What a cell holds when no formula does: text, truth, number or nothing."""

# ---------------------------------------------------------------- to be written


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its ``=``, and the value that it gives."""

    text: str
    value: Cell = None


@dataclass(frozen=True, slots=True)
class RowFormula:
    """A column's formula; the row's number goes between the pieces."""

    pieces: tuple[str, ...]

    def at(self, row: int) -> str:
        """The formula's text in one row."""
        return str(row).join(self.pieces)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class StyledCell:
    """One cell of a free-form sheet, or of the head of a table."""

    value: Cell | Formula
    style: Style = Style()
    link: str | None = None
    """A place inside the workbook to jump to, such as ``'客户档案'!A1``."""


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class ConditionalFormat:
    """Cells that change colour while a formula, written for the first cell, is true."""

    ranges: str
    formula: str
    fill: str
    color: str | None = None
    bold: bool = False


@dataclass(frozen=True, slots=True)
class ColorScale:
    """Cells coloured by their number, from the colour of the smallest to that of the largest."""

    ranges: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Protection:
    """A guard-rail, not security: no password; what stays possible under it."""

    sort_filter: bool = True
    rows: bool = True
    """People may insert and delete rows."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line, set of bars or ring of a chart: where its name and values stand."""

    name: str
    """Reference to one cell, such as ``'总览'!$B$4``."""
    values: str
    """Reference to a range, such as ``'总览'!$B$5:$B$16``."""


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class PrintSetup:
    """Paper: orientation, rows and columns repeated on each page, pages that the width is fitted to."""

    landscape: bool = True
    title_rows: tuple[int, int] | None = None
    title_columns: tuple[int, int] | None = None
    pages_wide: int = 1
    breaks: tuple[int, ...] = ()
    """Rows after which a new sheet of paper begins."""


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


# ---------------------------------------------------------------- as it was read


class Serial(float):
    """A number that its cell's number format shows as a date or time (1900 count)."""

    __slots__ = ()


class PhoneText(str):
    """A phone number as typed, with the country (ISO 3166 code) that it is read by."""

    __slots__ = ("region",)
    region: str

    def __new__(cls, text: str, region: str) -> PhoneText:
        """The text of a number together with its country; ``ZZ`` stands for an unknown one."""
        made = super().__new__(cls, text)
        made.region = region
        return made


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value such as ``#REF!``."""

    code: str


RawCell = str | bool | float | Serial | CellError | None
"""What was found in a cell: numbers are floats, the formula stands apart."""


@dataclass(frozen=True, slots=True)
class RawRule:
    """A validation rule as found, over one or more rectangles.

    Rectangles are (first row, first column, last row, last column).
    """

    kind: str
    operator: str
    formula1: str | None
    formula2: str | None
    rejects: bool
    rectangles: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One tab as it was read.  ``rows`` maps row numbers to cells from column A on.

    Rows without any content or formula are left out, and so are empty cells at a row's
    end.  ``formulas`` maps (row, column) to text without ``=``, shared ones spelled out.
    """

    title: str
    rows: Mapping[int, tuple[RawCell, ...]]
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    rules: tuple[RawRule, ...] = ()
    state: Literal["visible", "hidden", "very_hidden"] = "visible"
    hidden_rows: frozenset[int] = frozenset()
    merges: tuple[tuple[int, int, int, int], ...] = ()
    around: Furniture | None = None
    """What surrounds the cells; nothing where that is not known."""

    def cell(self, row: int, column: int) -> RawCell:
        """What stands in one cell; nothing where the row or the cell is empty."""
        cells = self.rows.get(row, ())
        return cells[column - 1] if column <= len(cells) else None


@dataclass(frozen=True, slots=True)
class RawWorkbook:
    """A workbook as it was read; ``digest`` identifies its bytes (or its revision)."""

    sheets: tuple[RawSheet, ...]
    names: Mapping[str, str]
    properties: Mapping[str, str]
    digest: str

    def sheet(self, title: str) -> RawSheet | None:
        """The tab with this title, if there is one."""
        return next((s for s in self.sheets if s.title == title), None)


# ---------------------------------------------------------------- to be mended


@dataclass(frozen=True, slots=True)
class CellPatch:
    """New content of one cell; its look stays as it is."""

    row: int
    column: int
    value: Cell | Formula


@dataclass(frozen=True, slots=True)
class RulePatch:
    """A validation rule to be put (back) on rows of one column."""

    column: int
    first_row: int
    rule: Rule
    last_row: int = MAX_ROWS


@dataclass(frozen=True, slots=True)
class SheetPatch:
    """What changes on one existing tab that holds a table of ours.

    ``cells`` may lie below the last row: such rows are appended, and a new cell takes
    the look of its column.  ``rules`` replace whatever rules cover their columns.
    """

    title: str
    cells: tuple[CellPatch, ...] = ()
    rules: tuple[RulePatch, ...] = ()
    repairs: Repairs | None = None
    frame: SheetPlan | None = None
    """The sheet as planned, without rows; what the repairs name is taken from it."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What changes in an existing workbook; everything not named stays byte for byte.

    ``rewritten`` are sheets of ours without user content (lists, summaries, guide,
    meta), given whole: their cells, conditional formats and chart caches are replaced;
    their titles are the titles the tabs have now.  ``added`` are whole sheets that the
    workbook lacks; they come after all others, their titles are free.
    """

    sheets: tuple[SheetPatch, ...] = ()
    rewritten: tuple[SheetPlan, ...] = ()
    added: tuple[SheetPlan, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.sheets or self.rewritten or self.added or self.names or self.properties)

    @property
    def changes_values(self) -> bool:
        """Whether cells change, so that formulas elsewhere must be calculated anew."""
        return bool(self.rewritten or self.added) or any(sheet.cells for sheet in self.sheets)
