"""How our workbooks look: one restrained set of styles for every sheet.

Colours keep a contrast of at least 4.5 to 1 between text and ground (WCAG AA).
Headers tell what a column wants: the accent colour where a value is required, its soft
shade where it is optional, grey where the tool fills it in; cells follow (white or grey).
Every second row is a little darker, so that the eye keeps its line in wide sheets.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from custbook_gen.widths import text_width
from custbook_gen.workbook import Style

INK: Final = "1F2937"
MUTED: Final = "4B5563"
PAPER: Final = "FFFFFF"
ACCENT: Final = "1F4E79"
ACCENT_SOFT: Final = "DCE6F1"
COMPUTED_SOFT: Final = "D9DDE3"
COMPUTED: Final = "F3F4F6"
BAND: Final = "F5F9FD"
COMPUTED_BAND: Final = "EAECEF"
HELD: Final = "FDE2E1"
HELD_INK: Final = "9B1C1C"
MISSING: Final = "FFF4D6"
LINK: Final = "1D4ED8"
HEAT: Final = "F8B26A"
"""The warmest cell of a heat map; ink stays readable on it."""
TAB_ENTRY: Final = "1F4E79"
TAB_SUMMARY: Final = "2E7D32"
TAB_GUIDE: Final = "7A7A7A"

READABLE: Final = 0.225
"""Grounds lighter than this (relative luminance) take dark text, darker ones white."""

REQUIRED_HEAD: Final = Style(bold=True, color=PAPER, fill=ACCENT, horizontal="left", wrap=True, border=True)
OPTIONAL_HEAD: Final = replace(REQUIRED_HEAD, color=ACCENT, fill=ACCENT_SOFT)
COMPUTED_HEAD: Final = replace(REQUIRED_HEAD, color=MUTED, fill=COMPUTED_SOFT)
TITLE: Final = Style(bold=True, size=18, color=ACCENT)
SUBTITLE: Final = Style(color=MUTED, size=10)
SECTION: Final = Style(bold=True, size=13, color=ACCENT)
TEXT: Final = Style(vertical="top", wrap=True)
LABEL: Final = Style(border=True)
TABLE_HEAD: Final = Style(bold=True, color=PAPER, fill=ACCENT, horizontal="center", wrap=True, border=True)
NUMBER: Final = Style(border=True, horizontal="right", number_format="#,##0")
BIG_NUMBER: Final = Style(bold=True, size=14, color=ACCENT, border=True, horizontal="right")
NOTE: Final = Style(italic=True, size=9, color=MUTED)
HYPERLINK: Final = Style(color=LINK, underline=True)
ENTRY: Final = Style(locked=False)
COMPUTED_CELL: Final = Style(locked=False, fill=COMPUTED, color=MUTED)
STATUS_CELL: Final = Style(locked=False, fill=COMPUTED, color=HELD_INK, size=10)


def formatted(style: Style, number_format: str) -> Style:
    """A style with another number format; numbers and dates are aligned by their kind."""
    horizontal: Literal["left", "center", "right"] = "left"
    if number_format.startswith(("#", "0")):
        horizontal = "right"
    elif number_format.startswith("yyyy"):
        horizontal = "center"
    return replace(style, number_format=number_format, horizontal=style.horizontal or horizontal)


def ink_on(fill: str) -> str:
    """The colour of text that can be read on a ground: dark on light, white on dark."""
    red, green, blue = (_linear(int(fill[at : at + 2], 16) / 255) for at in (0, 2, 4))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return INK if light > READABLE else PAPER


def _linear(part: float) -> float:
    """A part of a colour as the eye weighs it (sRGB, WCAG 2)."""
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def column_width(header: str, content: int, low: float = 9, high: float = 44) -> float:
    """A width in characters that fits a header (with its filter arrow) and typical content."""
    return min(max(text_width(header) + 4, content + 2, low), high)
