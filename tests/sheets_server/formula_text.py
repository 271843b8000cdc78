"""References inside the text of a formula: found, moved, renamed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.sheets_server.a1 import letters, number, quoted

TOKEN = re.compile(
    r"""(?P<string>"(?:[^"]|"")*")
      | (?P<tab>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?
        (?P<ref>
            \$?[A-Za-z]{1,3}\$?[0-9]+(?::\$?[A-Za-z]{1,3}\$?[0-9]+|:\$?[A-Za-z]{1,3}(?![\w(]))?
          | \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}
          | \$?[0-9]+:\$?[0-9]+
        )(?![\w(.!])
      | (?P<word>[^\W\d][\w.]*)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
"""Strings, references (with the tab's name before them), words, and every other character."""

END = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)([0-9]+)?\Z")

Span = tuple[int, int]
"""First and last row or column, from 0, both included."""


def each_reference(text: str, change: Callable[[str | None, str], str]) -> str:
    """The text with every reference replaced by what ``change`` makes of its tab (None: its own) and its
    cells."""
    parts = []
    for match in TOKEN.finditer(text):
        if match["ref"] is None:
            parts.append(match[0])
        else:
            tab = match["tab"]
            parts.append(change(None if tab is None else unquoted(tab[:-1]), match["ref"]))
    return "".join(parts)


def unquoted(title: str) -> str:
    """A tab's title without the quotes of a formula."""
    return title[1:-1].replace("''", "'") if title.startswith("'") else title


def spelled(tab: str | None, cells: str) -> str:
    """A reference as it stands in a formula."""
    return cells if tab is None else f"{quoted(tab)}!{cells}"


def with_tab_renamed(text: str, old: str, new: str) -> str:
    """The text after a tab got another title."""

    def change(tab: str | None, cells: str) -> str:
        return spelled(new if tab is not None and tab.casefold() == old.casefold() else tab, cells)

    return each_reference(text, change)


def without_tab(text: str, title: str) -> str:
    """The text after a tab was deleted: its references are errors."""

    def change(tab: str | None, cells: str) -> str:
        gone = tab is not None and tab.casefold() == title.casefold()
        return "#REF!" if gone else spelled(tab, cells)

    return each_reference(text, change)


@dataclass(frozen=True)
class Movement:
    """How rows (``axis`` ROWS) or columns of one tab moved.

    ``span`` gives the new first and last track for old ones, None if all of them are gone.
    """

    axis: str
    span: Callable[[Span], Span | None]


def shifted(
    text: str, is_target: Callable[[str | None], bool], movement: Movement, step: int | None = None
) -> str:
    """The text after rows or columns of one tab moved.

    Args:
        text: a formula.
        is_target: whether a reference with this tab (None: the formula's own) means the tab that changed.
        movement: what moved.
        step: for a formula that is relative to a cell: how far this cell went. Then only what ``$`` pins
            follows the movement.
    """
    at = 3 if movement.axis == "ROWS" else 1

    def change(tab: str | None, cells: str) -> str:
        ends = [list(_parts(end)) for end in cells.split(":")]
        follows = [is_target(tab) and (step is None or bool(end[at - 1])) for end in ends]
        moved = _moved(ends, follows, movement)
        if moved is None:
            return "#REF!"
        for end, following in zip(moved, follows, strict=True):
            if step and not following and end[at] and not end[at - 1]:
                end[at] = _written(_index(end[at], movement.axis) + step, movement.axis)
        return spelled(tab, ":".join("".join(end) for end in moved))

    return each_reference(text, change)


def _moved(ends: list[list[str]], follows: list[bool], movement: Movement) -> list[list[str]] | None:
    """The ends of a reference after a movement; None if all that they mean is gone."""
    axis, at = movement.axis, 3 if movement.axis == "ROWS" else 1
    first, last = ends[0][at], ends[-1][at]
    if not first or not any(follows):
        return ends  # whole columns have no rows that could move
    # an open end (A2:A) stays open
    span = movement.span((_index(first, axis), _index(last, axis) if last else 10**7))
    if span is None:
        return None
    if follows[0]:
        ends[0][at] = _written(span[0], axis)
    if len(ends) > 1 and last and follows[-1]:
        ends[-1][at] = _written(span[1], axis)
    return ends


def pinned(text: str) -> str:
    """The text with every reference made absolute."""

    def pin(end: str) -> str:
        _, column, _, row = _parts(end)
        return (f"${column}" if column else "") + (f"${row}" if row else "")

    return each_reference(text, lambda tab, cells: spelled(tab, ":".join(map(pin, cells.split(":")))))


def _parts(end: str) -> tuple[str, str, str, str]:
    match = END.match(end)
    if match is None:
        raise ValueError(end)
    dollar, column, second, row = (part or "" for part in match.groups())
    if not column and dollar and not second:  # $5 of $5:$7 pins the row
        dollar, second = "", dollar
    return dollar, column, second, row


def _index(text: str, axis: str) -> int:
    return int(text) - 1 if axis == "ROWS" else number(text)


def _written(index: int, axis: str) -> str:
    return str(index + 1) if axis == "ROWS" else letters(index)


def repeated(text: str, rows: int, columns: int) -> str:
    """The text as it stands so many rows below and columns right of the cell that it was written for."""

    def change(tab: str | None, cells: str) -> str:
        return spelled(tab, ":".join(_stepped(end, rows, columns) for end in cells.split(":")))

    return each_reference(text, change)


def _stepped(end: str, rows: int, columns: int) -> str:
    pin_column, column, pin_row, row = _parts(end)
    if column and not pin_column:
        column = letters(number(column) + columns)
    if row and not pin_row:
        row = str(int(row) + rows)
    return pin_column + column + pin_row + row
