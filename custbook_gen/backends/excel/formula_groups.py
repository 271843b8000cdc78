"""Formulas that several cells share, when one of the cells gets new content."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from html import unescape as entities
from typing import Final

from custbook_gen.backends.excel.cells import formula_text, unescape
from custbook_gen.backends.excel.references import MovableFormula, Rectangle, rectangle, reference
from custbook_gen.backends.excel.row_patch import CellMarkup, Edit, cell_around
from custbook_gen.backends.excel.splice import attributes, element_pattern
from custbook_gen.value_objects import value_object

_FORMULA: Final = element_pattern(b"f")
_SPREAD: Final = element_pattern(rb"f(?=\s)")
_SPANNING: Final = frozenset({b"array", b"dataTable"})


def loosened(data: bytes, overwritten: Sequence[CellMarkup]) -> Iterator[Edit]:
    """Edits that keep the remaining cells right when these cells lose their formulas.

    The next member of a shared formula in one column becomes its master when that goes; members in
    several columns are spelled out.  An array formula or data table that spans an overwritten
    cell leaves its values behind.

    Args:
        data: the ``<sheetData>`` element.
        overwritten: the cells that get new content.
    """
    if b"<f" not in data or not overwritten:
        return
    starts = {cell.start for cell in overwritten}
    if any(kind in data for kind in _SPANNING):
        yield from _left_behind(data, overwritten, starts)
    for master in _masters(data, overwritten):
        yield from _handed_over(data, master, starts)


def _left_behind(data: bytes, overwritten: Sequence[CellMarkup], starts: Collection[int]) -> Iterator[Edit]:
    """Edits that leave the values alone of formulas that span overwritten cells."""
    for formula in _SPREAD.finditer(data):
        found = attributes(formula[1])
        if found.get(b"t") in _SPANNING and b"ref" in found:
            kept = cell_around(data, formula.start()).start not in starts
            if kept and _spans(found[b"ref"].decode(), overwritten):
                yield formula.start(), _end(data, formula), b""


@value_object
class _Master:
    """A cell with the text of a shared formula."""

    cell: CellMarkup
    group: bytes
    text: MovableFormula
    reach: Rectangle | None
    """The cells that may share it."""


def _masters(data: bytes, cells: Sequence[CellMarkup]) -> Iterator[_Master]:
    """The masters among some cells."""
    for cell in cells:
        formula = _FORMULA.search(data, cell.start, cell.end)
        if formula is None or formula[2]:
            continue
        found = attributes(formula[1])
        text = data[formula.end() : data.index(b"<", formula.end())].decode()
        if found.get(b"t") == b"shared" and text:
            reach = rectangle(found[b"ref"].decode()) if b"ref" in found else None
            movable = MovableFormula(unescape(entities(text)), cell.row, cell.column)
            yield _Master(cell, found.get(b"si", b""), movable, reach)


def _handed_over(data: bytes, master: _Master, starts: Collection[int]) -> Iterator[Edit]:
    """Edits by which the members of a group do without a master that goes."""
    for formula in _SPREAD.finditer(data, master.cell.end):  # members stand behind it
        found = attributes(formula[1])
        if found.get(b"t") != b"shared" or found.get(b"si", b"") != master.group:
            continue
        cell = cell_around(data, formula.start())
        if cell.start in starts:
            continue
        text = formula_text(master.text.at(cell.row, cell.column)).encode()
        if master.reach is None or not master.reach[1] == cell.column == master.reach[3]:
            yield formula.start(), _end(data, formula), b"<f>" + text + b"</f>"
            continue
        reach = reference((cell.row, cell.column, max(cell.row, master.reach[2]), cell.column)).encode()
        opening = b'<f t="shared" ref="' + reach + b'" si="' + master.group + b'">'
        yield formula.start(), _end(data, formula), opening + text + b"</f>"
        return


def _spans(reference: str, cells: Sequence[CellMarkup]) -> bool:
    top, left, bottom, right = rectangle(reference)
    return any(top <= cell.row <= bottom and left <= cell.column <= right for cell in cells)


def _end(data: bytes, formula: re.Match[bytes]) -> int:
    if formula[2]:
        return formula.end()
    return data.index(b">", data.index(b"</f", formula.end())) + 1
