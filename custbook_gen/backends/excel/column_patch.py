"""The settings of whole columns: stretches of columns are cut where one of them changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from custbook_gen.backends.excel.splice import SplicedPart, attributes, element_pattern, with_attribute
from custbook_gen.workbook import MAX_COLUMNS

_COLUMN: Final = element_pattern(b"col")

Stretch = tuple[int, int, bytes]
"""The first and the last of neighbouring columns, and the markup that says how they are."""


def with_columns(
    sheet: SplicedPart,
    mended: Callable[[int, int | None], int | None],
    wanted: Mapping[int, int],
    widths: Mapping[int, bytes],
) -> bytes:
    """The ``cols`` element with formats for some columns; stretches of columns are cut where needed."""
    spans: list[Stretch] = []
    for first, last, markup in _stretches(sheet):
        style = attributes(markup).get(b"style")
        at = first
        for damaged in sorted(number for number in wanted if first <= number <= last):
            old = None if style is None else int(style)
            new = wanted[damaged] if damaged in widths else mended(damaged, old)
            if new is None:
                continue
            if at < damaged:
                spans.append((at, damaged - 1, markup))
            made = with_attribute(markup, b"style", str(new).encode())
            if damaged in widths:
                made = with_attribute(made, b"width", widths[damaged])
            spans.append((damaged, damaged, made))
            at = damaged + 1
        if at <= last:
            spans.append((at, last, markup))
    covered = {number for first, last, _ in spans for number in wanted if first <= number <= last}
    spans += [(n, n, f'<col width="12" style="{wanted[n]}"/>'.encode()) for n in wanted if n not in covered]
    return _columns_markup(sorted(spans))


def with_open_columns(sheet: SplicedPart, first: int, model: bytes, style: int) -> bytes:
    """The ``cols`` element with a format for those columns from one on that have none.

    Args:
        sheet: the sheet.
        first: the first column that may get the format.
        model: how columns are written that the sheet says nothing of.
        style: index of the format.
    """
    made: list[Stretch] = []
    number, at = str(style).encode(), first
    for left, right, markup in (*sorted(_stretches(sheet)), (MAX_COLUMNS + 1, MAX_COLUMNS + 1, b"")):
        if at < left:
            made.append((at, left - 1, with_attribute(model, b"style", number)))
        at = max(at, right + 1)
        if left < first <= right:
            made.append((left, first - 1, markup))
        start = max(left, first) if right >= first else left
        bare = start >= first and b"style" not in attributes(markup)
        if start <= MAX_COLUMNS:
            made.append((start, right, with_attribute(markup, b"style", number) if bare else markup))
    return _columns_markup(made)


def _stretches(sheet: SplicedPart) -> Iterator[Stretch]:
    for column in _COLUMN.finditer(sheet.get(b"cols") or b""):
        found = attributes(column[1])
        yield int(found[b"min"]), min(int(found[b"max"]), MAX_COLUMNS), column[0]


def _columns_markup(stretches: Iterable[Stretch]) -> bytes:
    pieces = (
        with_attribute(with_attribute(markup, b"min", str(first).encode()), b"max", str(last).encode())
        for first, last, markup in stretches
    )
    return b"<cols>" + b"".join(pieces) + b"</cols>"
