"""The numbers of a workbook's cell formats, known before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custbook_gen.backends.excel.cells import needs_quote
from custbook_gen.workbook import Plan, SheetPlan, Style

UNLOCKED: Final = Style(locked=False)
"""The look of the columns beyond a protected table, which people may use as they like."""


class StyleNumbers:
    """Indices of cell formats: those of a plan's styles in the order of their first use, from 1 on.

    The format of number 0 is the library's own.  Rows can be made with these numbers before the
    library is even loaded; whoever draws the formats (:mod:`skeleton`) draws them in this order.

    Args:
        plan: the workbook.
    """

    def __init__(self, plan: Plan) -> None:
        self._numbers: dict[tuple[Style, bool], int] = {}
        for sheet in plan.sheets:
            for use in _used_styles(sheet):
                self._numbers.setdefault(use, len(self._numbers) + 1)

    def __iter__(self) -> Iterator[tuple[Style, bool]]:
        """The styles in their order, each with whether its format has ``quotePrefix``."""
        return iter(self._numbers)

    def id(self, style: Style, quoted: bool = False) -> int:
        """The index of a style's format.

        Args:
            style: the look.
            quoted: with ``quotePrefix``: editing the cell keeps its text text.

        Raises:
            KeyError: the plan does not use it.
        """
        return self._numbers[style, quoted]


def _used_styles(sheet: SheetPlan) -> Iterator[tuple[Style, bool]]:
    for cell in sheet.cells.values():
        yield cell.style, isinstance(cell.value, str) and needs_quote(cell.value)
    if sheet.table is None:
        return
    yield Style(), False
    if sheet.protection is not None:
        yield UNLOCKED, False
    for column in sheet.table.columns:
        yield column.header_style, needs_quote(column.header)
        yield column.style, False
        yield column.style, True
