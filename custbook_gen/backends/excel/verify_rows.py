"""The rows of one sheet compared, old and new, but for the cells that a patch names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final

from lxml import etree

from custbook_gen.backends.excel.cells import letters, unescape
from custbook_gen.backends.excel.markup import MAIN
from custbook_gen.backends.excel.references import MovableFormula, cell_position, rectangle
from custbook_gen.backends.excel.row_patch import row_number
from custbook_gen.backends.excel.splice import SplicedPart, attributes, element_pattern
from custbook_gen.backends.excel.verify_repairs import StyleChange, planned_looks
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import SheetPatch

_ROW_START: Final = re.compile(rb"<row[\s/>]")
_ROW: Final = element_pattern(b"row")
_SHARING: Final = element_pattern(rb"f(?=\s)")
_COMMON_CELL: Final = b'<c r="'
_END: Final = b"</sheetData"
_EMPTY: Final = b"<sheetData></sheetData>"
_STYLE: Final = re.compile(rb'\A[^>]*?( s="([0-9]+)")')
_CELL: Final = f"{{{MAIN}}}c"
_FORMULA: Final = f"{{{MAIN}}}f"

Cells = Mapping[int, etree._Element]  # noqa: SLF001  (the only name that the library has for it)


@value_object
class _Pair:
    """A row whose bytes differ; there was none where ``old`` is empty."""

    number: int
    old: bytes
    new: bytes


class RowCheck:
    """Compares the rows of two versions of a sheet.

    Args:
        before: the sheet as it was.
        after: the sheet as it is.
        patch: the cells that were to change, and the columns whose cells get a format back.
        styles: the formats as they were and as they are.
    """

    def __init__(
        self, before: SplicedPart, after: SplicedPart, patch: SheetPatch, styles: StyleChange
    ) -> None:
        self._before = before
        self._after = after
        self._styles = styles
        self._looks = planned_looks(patch)
        self._first_row = patch.repairs.first_row if patch.repairs else 0
        self._locks = frozenset(patch.repairs.locks if patch.repairs else ())
        hides = patch.repairs is not None and "key-row" in patch.repairs.parts
        table = patch.frame.table if patch.frame is not None else None
        self._hidden = table.key_row if hides and table is not None else 0
        """The row that was to be hidden."""
        self._touched: dict[int, set[int]] = {}
        for cell in patch.cells:
            self._touched.setdefault(cell.row, set()).add(cell.column)
        self._pairs: list[_Pair] = []
        self._heirs: set[str] = set()
        """Groups of a shared formula of which another cell got the text."""

    def same(self) -> bool:
        """Whether all other cells, and all rows' own settings, are the same.

        Raises:
            ValueError: the rows are broken.
            etree.XMLSyntaxError: a row is not well-formed.
        """
        old, new = (_rows(part.get(b"sheetData") or _EMPTY) for part in (self._before, self._after))
        if not self._align(old, new):
            return False
        return all(self._same_row(pair) for pair in self._pairs) and not self._has_orphans()

    def markup(self) -> Iterator[bytes]:
        """The rows that differ, as they are now; known after :meth:`same`."""
        return (pair.new for pair in self._pairs)

    def _align(self, old: Sequence[bytes], new: Sequence[bytes]) -> bool:
        """Find the rows that differ; false if rows came or went that the patch does not name."""
        at = 0
        number = 0  # of the old row before, where that was looked at
        for row in new:
            if at < len(old) and old[at] == row:
                at += 1
                number = 0
                continue
            found = row_number(row, 0, 0)
            if at and not number:
                number = row_number(old[at - 1], 0, 0)
            there = row_number(old[at], 0, number + 1) if at < len(old) else None
            if there == found:
                self._pairs.append(_Pair(found, old[at], row))
                at, number = at + 1, found
            elif found in self._touched and (there is None or found < there):
                self._pairs.append(_Pair(found, b"", row))
            else:
                return False
        return at == len(old)

    def _same_row(self, pair: _Pair) -> bool:
        columns = self._touched.get(pair.number, set())
        names = [f"{letters(column)}{pair.number}".encode() for column in columns]
        if not pair.old:
            cells = _common_cells(_body(pair.new))
            return cells is not None and cells.keys() <= set(names)
        if not _same_tag(pair, touched=bool(columns), hides=pair.number == self._hidden):
            return False
        old, new = _common_cells(_body(pair.old)), _common_cells(_body(pair.new))
        if old is not None and new is not None:
            for name in names:
                old.pop(name, None)
                new.pop(name, None)
            if list(old) == list(new) and self._same_but_looks(old, new):
                return True
        return self._same_meaning(pair, columns)

    def _same_but_looks(self, old: Mapping[bytes, bytes], new: Mapping[bytes, bytes]) -> bool:
        """Whether cells are written the same, but for formats that were to be put back."""
        if old == new:
            return True
        for name, was in old.items():
            now = new[name]
            if was == now:
                continue
            (rest, style), (new_rest, new_style) = _styled(was), _styled(now)
            if rest != new_rest or not self._is_mended(cell_position(name.decode()), style, new_style):
                return False
        return True

    def _is_mended(self, place: tuple[int, int], old: str | None, new: str | None) -> bool:
        row, column = place
        if place in self._locks and self._styles.is_locked(old, new):
            return True
        planned = self._looks.get(column)
        return planned is not None and row >= self._first_row and self._styles.is_mended(old, new, planned)

    def _same_meaning(self, pair: _Pair, touched: set[int]) -> bool:
        """Compare two rows by what they say: places may be spelled out, shared formulas too."""
        before = _cells(self._before.tree(pair.old), pair.number)
        after = _cells(self._after.tree(pair.new), pair.number)
        if before.keys() - touched != after.keys() - touched:
            return False
        return all(
            self._same_cell(before[column], after[column], (pair.number, column))
            for column in before.keys() - touched
        )

    def _same_cell(self, old: etree._Element, new: etree._Element, place: tuple[int, int]) -> bool:
        before, after = dict(_settings(old)), dict(_settings(new))
        if before.get("s") != after.get("s") and self._is_mended(place, before.get("s"), after.get("s")):
            before.pop("s", None)
            after.pop("s", None)
        if before != after:
            return False
        first, second = ([child for child in cell if child.tag != _FORMULA] for cell in (old, new))
        if list(map(etree.tostring, first)) != list(map(etree.tostring, second)):
            return False
        return self._same_formula(old.find(_FORMULA), new.find(_FORMULA), place)

    def _same_formula(
        self, old: etree._Element | None, new: etree._Element | None, place: tuple[int, int]
    ) -> bool:
        """Whether a formula is the same, got the text it shared, or lost cells it spanned to the patch."""
        if old is None:
            return new is None
        if new is None:
            return old.get("t") in {"array", "dataTable"} and self._spans_touched(old.get("ref", ""))
        group = old.get("si", "")
        if old.get("t") == "shared" and not old.text and new.text and group in self._masters:
            heir = new.get("t") == "shared" and new.get("si", "") == group
            if heir:
                self._heirs.add(group)
                heir = rectangle(new.get("ref", ""))[:2] == place
            told = unescape(new.text) == self._masters[group].at(*place)
            return told and (heir or new.get("t") is None)
        return etree.tostring(old, with_tail=False) == etree.tostring(new, with_tail=False)

    def _has_orphans(self) -> bool:
        """Whether cells still share a formula whose text the patch took away."""
        left = self._masters.keys() - self._heirs
        data = (self._after.get(b"sheetData") or _EMPTY) if left else _EMPTY
        found = (attributes(formula[1]) for formula in _SHARING.finditer(data))
        return any(one.get(b"t") == b"shared" and one.get(b"si", b"").decode() in left for one in found)

    def _spans_touched(self, reference: str) -> bool:
        top, left, bottom, right = rectangle(reference)
        return any(
            top <= row <= bottom and any(left <= column <= right for column in columns)
            for row, columns in self._touched.items()
        )

    @cached_property
    def _masters(self) -> Mapping[str, MovableFormula]:
        """Shared formulas whose text stood in cells that the patch overwrote, by group."""
        masters = {}
        for pair in self._pairs:
            if b"shared" not in pair.old or pair.number not in self._touched:
                continue
            cells = _cells(self._before.tree(pair.old), pair.number)
            for column in self._touched[pair.number] & cells.keys():
                formula = cells[column].find(_FORMULA)
                if formula is not None and formula.get("t") == "shared" and formula.text:
                    text = unescape(formula.text)
                    masters[formula.get("si", "")] = MovableFormula(text, pair.number, column)
        return masters


def _rows(data: bytes) -> Sequence[bytes]:
    """The rows of a ``sheetData``, each up to the start of the next."""
    starts = [found.start() for found in _ROW_START.finditer(data)]
    end = data.rindex(_END) if starts else len(data)
    return [data[start:stop] for start, stop in pairwise((*starts, end))]


def _body(row: bytes) -> bytes:
    """What stands between a row's tags; nothing in an empty one."""
    end = row.rfind(b"</row")
    return b"" if end < 0 else row[row.index(b">") + 1 : end]


def _same_tag(pair: _Pair, *, touched: bool, hides: bool) -> bool:
    """Whether a row has the settings that it had; its place may be spelled out, its spans dropped.

    The row that was to be hidden is.
    """
    old, new = (row[: row.index(b">")] for row in (pair.old, pair.new))
    if old == new:
        return True
    tags = [_ROW.match(row) for row in (pair.old, pair.new)]
    if tags[0] is None or tags[1] is None:
        return False
    first, second = dict(attributes(tags[0][1])), dict(attributes(tags[1][1]))
    if hides:
        first[b"hidden"] = b"1"
    first.setdefault(b"r", second.get(b"r", b""))
    if touched and b"spans" not in second:
        first.pop(b"spans", None)
    return first == second


def _styled(cell: bytes) -> tuple[bytes, str | None]:
    """A cell's markup without its style, and the style."""
    found = _STYLE.match(cell)
    if found is None:
        return cell, None
    return cell[: found.start(1)] + cell[found.end(1) :], found[2].decode()


def _common_cells(body: bytes) -> dict[bytes, bytes] | None:
    """The cells of a row by reference; nothing at all if they are spelled in an uncommon way."""
    before, *cells = body.split(_COMMON_CELL)
    if before or body.count(b"<c") != len(cells):
        return None
    found = {cell[: cell.index(b'"')]: cell for cell in cells}
    return found if len(found) == len(cells) else None


def _cells(row: etree._Element, number: int) -> Cells:
    """The cells of a row by column."""
    column = 0
    found: dict[int, etree._Element] = {}
    for cell in row.iterchildren(_CELL):
        place = cell.get("r")
        at = (number, column + 1) if place is None else cell_position(place)
        column = at[1]
        if at[0] != number or column in found:
            raise ValueError(f"cell {place} in row {number}")
        found[column] = cell
    return found


def _settings(cell: etree._Element) -> Mapping[str, str]:
    return {str(name): str(value) for name, value in cell.attrib.items() if name != "r"}
