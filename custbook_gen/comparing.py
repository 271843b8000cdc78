"""Formulas, references and ranges compared by what they mean: programs spell them anew when they save."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from custbook_gen.furniture import Area
from custbook_gen.workbook import MAX_ROWS, Protection

STRINGS: Final = re.compile(r'("(?:[^"]|"")*")')
_CELL: Final = re.compile(r"(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7})(?![\w.(])")
_RANGE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


def plain_formula(formula: str) -> str:
    """A formula as it compares: upper case, no blanks, sheet quotes or dollars outside of texts."""
    pieces = STRINGS.split(formula)
    return "".join(
        piece if at % 2 else re.sub(r"[\s']|\(\)", "", piece).upper().replace("_XLFN.", "").replace("$", "")
        for at, piece in enumerate(pieces)
    )


def same_formula(found: str | None, wanted: str) -> bool:
    """Whether a formula was found that does what the wanted one does."""
    return found is not None and (found == wanted or plain_formula(found) == plain_formula(wanted))


def relative_formula(formula: str, row: int, column: int) -> str:
    """A formula as it compares wherever it is written: its references told from one cell.

    Args:
        formula: as it is written for the cell.
        row: the cell's.
        column: the cell's.
    """

    def told(found: re.Match[str]) -> str:
        across = f"C{found[2]}" if found[1] else f"C[{number_of(found[2]) - column}]"
        down = f"R{found[4]}" if found[3] else f"R[{int(found[4]) - row}]"
        return down + across

    pieces = STRINGS.split(formula)
    return "".join(
        piece if at % 2 else _CELL.sub(told, re.sub(r"[\s']", "", piece)) for at, piece in enumerate(pieces)
    )


def number_of(letters: str) -> int:
    """A column's number by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def areas(ranges: str) -> tuple[Area, ...]:
    """The rectangles of a text such as ``A3:C9 E5``."""
    found = []
    for text in ranges.split():
        match = _RANGE.fullmatch(text)
        if match is not None:
            first, top = number_of(match[1]), int(match[2])
            found.append((top, first, int(match[4] or top), number_of(match[3] or match[1])))
    return tuple(found)


def same_reference(found: str | None, wanted: str) -> bool:
    """Whether two references mean the same: programs drop quotes, and the end of a single cell."""
    return found is not None and _bare_reference(found) == _bare_reference(wanted)


def _bare_reference(reference: str) -> str:
    place, _, cells = reference.replace("'", "").rpartition("!")
    first, _, last = cells.partition(":")
    return f"{place}!{first}" if last in ("", first) else f"{place}!{cells}"


def first_gap(spans: list[tuple[int, int]], first: int, last: int) -> int | None:
    """The first row between two that no stretch of rows covers."""
    row = first
    for top, bottom in sorted(spans):
        if top > row:
            break
        row = max(row, bottom + 1)
    return row if row <= min(last, MAX_ROWS) else None


def is_guarded(facts: Mapping[str, str] | None, planned: Protection) -> bool:
    """Whether a sheet is guarded as planned; a guard with a password is somebody's own.

    Args:
        facts: what its guard refuses, in the file's own words; nothing where there is none.
        planned: what stays possible.
    """
    if facts is None:
        return False
    if any(name in facts for name in ("password", "hashValue")):
        return True
    free = ["formatColumns", "formatRows"]
    free += ["sort", "autoFilter"] if planned.sort_filter else []
    free += ["insertRows", "deleteRows"] if planned.rows else []
    return all(facts.get(name) == "0" for name in free)
