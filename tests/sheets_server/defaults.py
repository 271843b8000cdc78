"""What every new spreadsheet has: its default format and its theme, as recorded."""

from __future__ import annotations

import struct

from tests.sheets_server.errors import Json

THEME_COLORS = {
    "TEXT": "000000",
    "BACKGROUND": "FFFFFF",
    "ACCENT1": "4285F4",
    "ACCENT2": "EA4335",
    "ACCENT3": "FBBC04",
    "ACCENT4": "34A853",
    "ACCENT5": "FF6D01",
    "ACCENT6": "46BDC6",
    "LINK": "1155CC",
}


def color(digits: str) -> Json:
    """A ``Color`` of six hex digits; channels that are 0 are not sent."""
    channels = {name: int(digits[at : at + 2], 16) for name, at in (("red", 0), ("green", 2), ("blue", 4))}
    return {name: _single(channel / 255) for name, channel in channels.items() if channel}


def _single(number: float) -> float:
    """A number of single precision, with as few digits as tell it from its neighbours."""
    packed = struct.pack("f", number)
    (exact,) = struct.unpack("f", packed)
    for digits in range(1, 10):
        short = float(f"{exact:.{digits}g}")
        if struct.pack("f", short) == packed:
            return int(short) if short.is_integer() else short
    return float(exact)


THEME: Json = {
    "primaryFontFamily": "Arial",
    "themeColors": [
        {"colorType": kind, "color": {"rgbColor": color(digits)}} for kind, digits in THEME_COLORS.items()
    ],
}

FORMAT: Json = {
    "backgroundColor": color("FFFFFF"),
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": color("FFFFFF")},
}
