"""Cell formats: a style of a plan as one ``xf`` of the workbook."""

from __future__ import annotations

from typing import Final

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.worksheet import Worksheet

from custbook_gen.workbook import Style

FONT: Final = "Microsoft YaHei"
"""Comes with Windows and with Office; draws Chinese and Latin text alike."""

FONT_FAMILY: Final = 2  # swiss: what to fall back on where the font is missing
FONT_CHARSET: Final = 134  # simplified Chinese
_BORDER_COLOR: Final = "FFD9DEE5"


def draw_style(sheet: Worksheet, style: Style, *, quoted: bool) -> int:
    """Make a style's cell format in a workbook that is being drawn, and give its index.

    Args:
        sheet: any sheet of the workbook; nothing is written to it.
        style: the look.
        quoted: with ``quotePrefix``.
    """
    cell = Cell(sheet, row=1, column=1)
    cell.font = Font(
        name=FONT,
        family=FONT_FAMILY,
        charset=FONT_CHARSET,
        sz=style.size,
        b=style.bold,
        i=style.italic,
        u="single" if style.underline else None,
        color=f"FF{style.color}",
    )
    if style.fill is not None:
        cell.fill = PatternFill("solid", fgColor=f"FF{style.fill}")
    if style.border:
        side = Side("thin", color=_BORDER_COLOR)
        cell.border = Border(left=side, right=side, top=side, bottom=side)
    cell.alignment = Alignment(
        horizontal=style.horizontal, vertical=style.vertical, wrap_text=style.wrap, indent=style.indent
    )
    cell.protection = Protection(locked=style.locked)
    cell.number_format = style.number_format
    cell.quotePrefix = quoted
    return int(cell.style_id)
