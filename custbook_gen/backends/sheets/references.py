"""References as text and as Google counts them: from 0, ends not included."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from custbook_gen.backends.sheets.wire import Json
from custbook_gen.layout import absolute

_REFERENCE: Final = re.compile(
    r"(?:(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!)?"
    r"\$?(?P<left>[A-Z]{1,3})\$?(?P<top>\d+)(?::\$?(?P<right>[A-Z]{1,3})\$?(?P<bottom>\d+))?"
)


class Area(NamedTuple):
    """A rectangle of cells, counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def on(self, sheet_id: int) -> Json:
        """As a ``GridRange``."""
        return {
            "sheetId": sheet_id,
            "startRowIndex": self.top - 1,
            "endRowIndex": self.bottom,
            "startColumnIndex": self.left - 1,
            "endColumnIndex": self.right,
        }


def column_number(letters: str) -> int:
    """A column's number: 1 for ``A``."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def parsed(reference: str) -> tuple[str | None, Area]:
    """The tab's title, if it is named, and the cells of a reference.

    Raises:
        ValueError: it is no cell and no range of cells.
    """
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(f"no range {reference!r}")
    title = found["quoted"].replace("''", "'") if found["quoted"] else found["plain"]
    top, left = int(found["top"]), column_number(found["left"])
    bottom = int(found["bottom"]) if found["bottom"] else top
    right = column_number(found["right"]) if found["right"] else left
    return title, Area(top, left, bottom, right)


def areas(references: str) -> list[Area]:
    """The rectangles of a blank-separated list of ranges on one sheet."""
    return [parsed(text)[1] for text in references.split()]


def reference_of(grid: Json, title: str, size: tuple[int, int]) -> str:
    """A ``GridRange`` as an absolute reference; ends that it leaves open are those of the tab.

    Args:
        grid: the range.
        title: of its tab.
        size: rows and columns of the tab.
    """
    first = (grid.get("startRowIndex", 0) + 1, grid.get("startColumnIndex", 0) + 1)
    last = (grid.get("endRowIndex", size[0]), grid.get("endColumnIndex", size[1]))
    return absolute(title, first) if first == last else absolute(title, first, last)
