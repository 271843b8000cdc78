"""Formulas that several cells share, when one of the cells gets new content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape as entities
from typing import Final

from custbook_gen.backends.excel.cells import formula_text, unescape
from custbook_gen.backends.excel.references import MovableFormula, rectangle
from custbook_gen.backends.excel.row_patch import CellMarkup, Edit, cell_around
from custbook_gen.backends.excel.splice import attributes, element_pattern

_FORMULA: Final = element_pattern(b"f")
_SPREAD: Final = element_pattern(rb"f(?=\s)")
_SPANNING: Final = frozenset({b"array", b"dataTable"})


def loosened(data: bytes, overwritten: Sequence[CellMarkup]) -> Iterator[Edit]:
    """Edits that keep the remaining cells right when these cells lose their formulas.

    Members of a shared formula whose master goes are spelled out; an array formula or
    data table that spans an overwritten cell leaves its values behind.

    Args:
        data: the ``<sheetData>`` element.
        overwritten: the cells that get new content.
    """
    if b"<f" not in data or not overwritten:
        return
    masters = dict(_masters(data, overwritten))
    starts = {cell.start for cell in overwritten}
    for formula in _spread_formulas(data):
        found = attributes(formula[1])
        cell = cell_around(data, formula.start())
        if cell.start in starts:
            continue
        if found.get(b"t") == b"shared":
            master = masters.get(found.get(b"si", b""))
            if master is not None:
                text = formula_text(master.at(cell.row, cell.column)).encode()
                yield formula.start(), _end(data, formula), b"<f>" + text + b"</f>"
        elif _spans(found[b"ref"].decode(), overwritten):
            yield formula.start(), _end(data, formula), b""


def _spread_formulas(data: bytes) -> Iterator[re.Match[bytes]]:
    """The formulas that concern more than their own cell."""
    for formula in _SPREAD.finditer(data):
        found = attributes(formula[1])
        spanning = found.get(b"t") in _SPANNING and b"ref" in found
        if spanning or found.get(b"t") == b"shared":
            yield formula


def _masters(data: bytes, cells: Sequence[CellMarkup]) -> Iterator[tuple[bytes, MovableFormula]]:
    """Shared formulas whose text stands in one of the cells, by group."""
    for cell in cells:
        formula = _FORMULA.search(data, cell.start, cell.end)
        if formula is None or formula[2]:
            continue
        found = attributes(formula[1])
        text = data[formula.end() : data.index(b"<", formula.end())].decode()
        if found.get(b"t") == b"shared" and text:
            yield found.get(b"si", b""), MovableFormula(unescape(entities(text)), cell.row, cell.column)


def _spans(reference: str, cells: Sequence[CellMarkup]) -> bool:
    top, left, bottom, right = rectangle(reference)
    return any(top <= cell.row <= bottom and left <= cell.column <= right for cell in cells)


def _end(data: bytes, formula: re.Match[bytes]) -> int:
    if formula[2]:
        return formula.end()
    return data.index(b">", data.index(b"</f", formula.end())) + 1
