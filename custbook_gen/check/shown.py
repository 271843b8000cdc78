"""Whole columns compared with the cells that they should show, at the speed of the machine.

A row that is equal here is one of which every cell is :func:`~custbook_gen.check.rows.same_cell`
as it should be; one that differs may still say the same in other words, and is for a look
at its cells.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, ItemsView, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from custbook_gen.check.found_rows import FoundRows
from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.formula_runs import found_formulas
from custbook_gen.portions import PORTION
from custbook_gen.records import Table
from custbook_gen.values import as_read
from custbook_gen.workbook import Cell, LazyRows, RawCell, RawSheet, found_cells

Shown = Callable[[int, int], Iterable[Sequence[Cell]]]
"""Gives the cells of some columns, from one of some rows to before another, counted from 0."""

_TEXTS: Final = frozenset({str, type(None)})
_COMPARABLE: Final = frozenset({str, int, float, type(None)})
"""Types of cells that equal what is read of them."""


def unlike_cells(sheet: RawSheet, numbers: Sequence[int], columns: Sequence[int], shown: Shown) -> set[int]:
    """Positions of the rows that do not show their cells.

    Args:
        sheet: the sheet.
        numbers: of the rows, from the top down.
        columns: numbers of columns.
        shown: what the rows should show in these columns.
    """
    rows = found_cells(sheet.rows)
    differing: set[int] = set()
    for start in range(0, len(numbers) if columns else 0, PORTION):
        some = rows.picked(numbers[start : start + PORTION])
        stop = min(start + PORTION, len(numbers))
        for column, cells in zip(columns, shown(start, stop), strict=True):
            differing.update(start + at for at in _unlike(some.column(column), list(cells)))
    return differing


def _unlike(found: Sequence[RawCell], cells: Sequence[Cell]) -> Iterable[int]:
    """Positions at which a column differs from what was written into it."""
    kinds = set(map(type, cells))
    wanted: Sequence[object] = cells if kinds <= _COMPARABLE else as_read(cells)
    if found == list(wanted) and (kinds <= _TEXTS or bool not in kinds.union(map(type, found))):
        return ()
    # a formula that gives empty text shows nothing; one and yes are not the same
    pairs = zip(found, as_read(cells), strict=True)
    return [
        at
        for at, (one, other) in enumerate(pairs)
        if (None if one == "" else one) != other or isinstance(one, bool) is not isinstance(other, bool)
    ]


class ExpectedRows(Mapping[str, tuple[Cell, ...]]):
    """The cells that every record should have, made when somebody looks at them."""

    def __init__(self, keys: Collection[str], rows: LazyRows) -> None:
        self._keys = keys
        self._rows = rows

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {key: at for at, key in enumerate(self._keys)}

    def items(self) -> ItemsView[str, tuple[Cell, ...]]:
        """All keys and cells, which is faster than one by one."""
        return dict(zip(self._keys, self._rows, strict=True)).items()

    def __getitem__(self, key: str) -> tuple[Cell, ...]:
        return self._rows[self._places[key]]

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def look_at_changed(reader: SheetReader, rows: FoundRows, base: Table) -> None:
    """Have all rows looked at that may hold something else than what was written for their records.

    Args:
        reader: reads the sheet; its ``drawn`` converters are those that wrote it.
        rows: the sheet's rows.
        base: the records as the workbook showed them.
    """
    waiting, numbers, keys = rows.untouched_columns()
    key_field, here = reader.sheet.key_field, reader.here.columns
    places = {name: at for at, name in enumerate(base.fields) if name in here and name != key_field}
    rows.shown = {name: reader.writer(name) for name in (key_field, *places)}
    if not waiting:
        return

    records = base.stretches(keys)

    def shown(start: int, stop: int) -> Iterator[Sequence[Cell]]:
        values = records(start, stop)
        return (rows.shown[name].to_cells(values[at]) for name, at in places.items())

    differing = unlike_cells(reader.raw, numbers, [here[name] for name in places], shown)
    formulas = found_formulas(reader.raw.formulas)
    computed = {row for name in places for some in formulas.rows(here[name]) for row in some}
    if not differing and not computed:
        return
    for place, (at, number, key) in enumerate(zip(waiting, numbers, keys, strict=True)):
        if place in differing or number in computed:
            rows.replace(at, CheckedRow(reader.sheet.key, number, key))
