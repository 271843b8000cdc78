"""Colour that says something: heat maps, and cells that pass a limit."""

from __future__ import annotations

from custbook_gen import theme
from custbook_gen.layout import span
from custbook_gen.summaries.page import Page
from custbook_gen.tabs import Threshold
from custbook_gen.workbook import ColorScale, ConditionalFormat


def heat(page: Page, first: tuple[int, int], last: tuple[int, int]) -> None:
    """Colour cells by the size of their number, from one (column, row) to another."""
    page.heats.append((first, last))
    page.scales.append(ColorScale(_area(first, last), theme.PAPER, theme.HEAT))


def highlight(page: Page, column: int, rows: tuple[int, int], threshold: Threshold) -> None:
    """Let the cells of a column stand out that pass a limit."""
    area = _area((column, rows[0]), (column, rows[1]))
    cell = area.partition(":")[0]
    low, high = threshold.at_least, threshold.less_than
    test = f"{cell}>={low:f}" if low is not None else f"{cell}<{high:f}"
    page.limits.append((((column, rows[0]), (column, rows[1])), threshold))
    page.formats.append(
        ConditionalFormat(area, f"AND(ISNUMBER({cell}),{test})", theme.HELD, theme.HELD_INK, bold=True)
    )


def _area(first: tuple[int, int], last: tuple[int, int]) -> str:
    return span((first[1], first[0]), (last[1], last[0]))
