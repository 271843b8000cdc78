"""How wide texts are on screen and in cells."""

from __future__ import annotations

import unicodedata


def text_width(text: str) -> int:
    """Columns a text takes on screen: East Asian wide characters count twice."""
    lines = text.split("\n") or [""]
    return max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) for line in lines)
