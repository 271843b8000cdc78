"""Whole rows compared with the cells that they should show, at the speed of the machine.

A row that is equal here is one of which every cell is :func:`~custbook_gen.check.rows.same_cell`
as it should be; one that differs may still say the same in other words, and is for a look
at its cells.
"""

from __future__ import annotations

from collections.abc import Hashable, ItemsView, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from custbook_gen.check.found_rows import FoundRows
from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.formula_runs import found_formulas
from custbook_gen.records import Table
from custbook_gen.values import as_read
from custbook_gen.workbook import Cell, LazyRows, RawCell, RawSheet


class ShownCells:
    """What some columns of a sheet should show, record by record.

    Args:
        keys: the records' keys.
        columns: the cells of each column by its number, in the order of the keys.
    """

    def __init__(self, keys: Iterable[Hashable], columns: Mapping[int, Sequence[Cell]]) -> None:
        read = {column: as_read(cells) for column, cells in columns.items()}
        self._columns = sorted(read)
        self._rows = dict(
            zip(keys, zip(*(read[column] for column in self._columns), strict=True), strict=bool(read))
        )
        kinds = {column: set(map(type, cells)) for column, cells in read.items()}
        self._counted = [
            at for at, column in enumerate(self._columns) if not kinds[column].isdisjoint({float, bool})
        ]
        """Positions of columns in which one and yes could be taken for the same."""

    def unlike(self, sheet: RawSheet, numbers: Sequence[int], keys: Sequence[Hashable]) -> set[int]:
        """Positions of the rows that do not show their records' cells.

        Args:
            sheet: the sheet.
            numbers: of the rows that are to show something.
            keys: of the records that they are to show; one that is not known is never shown.
        """
        if not self._columns:
            return {at for at, key in enumerate(keys) if key not in self._rows}
        # a single column is picked twice, so that a row is a tuple whatever happens
        pick = itemgetter(*(column - 1 for column in (self._columns * 2)[: max(2, len(self._columns))]))
        width = self._columns[-1]
        blank = (None,) * width
        get = sheet.rows.get
        rows = [row if len(row) >= width else row + blank for row in (get(number, ()) for number in numbers)]
        found = [_without_empty_text(row) if "" in row else row for row in map(pick, rows)]
        single = len(self._columns) == 1
        expected = [self._rows.get(key) for key in keys]
        if single:
            expected = [None if row is None else row * 2 for row in expected]
        differing = {at for at, (one, other) in enumerate(zip(found, expected, strict=True)) if one != other}
        for place in self._counted:
            column = list(map(itemgetter(place), found))
            wanted = [row is not None and isinstance(row[place], bool) for row in expected]
            if bool in set(map(type, column)) or any(wanted):
                differing |= {
                    at for at, cell in enumerate(column) if isinstance(cell, bool) is not wanted[at]
                }
        return differing


class ExpectedRows(Mapping[str, tuple[Cell, ...]]):
    """The cells that every record should have, made when somebody looks at them."""

    def __init__(self, keys: Iterable[str], rows: LazyRows) -> None:
        self._places = {key: at for at, key in enumerate(keys)}
        self._rows = rows

    def columns(self) -> Sequence[Sequence[Cell]]:
        """All cells, column by column."""
        return self._rows.columns(0, len(self._rows)) if self._places else ()

    def items(self) -> ItemsView[str, tuple[Cell, ...]]:
        """All keys and cells, which is faster than one by one."""
        return dict(zip(self._places, self._rows, strict=True)).items()

    def __getitem__(self, key: str) -> tuple[Cell, ...]:
        return self._rows[self._places[key]]

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _without_empty_text(row: tuple[RawCell, ...]) -> tuple[RawCell, ...]:
    """A row in which a formula that gives empty text shows nothing."""
    return tuple(None if cell == "" else cell for cell in row)


def look_at_changed(reader: SheetReader, rows: FoundRows, base: Table) -> None:
    """Have all rows looked at that may hold something else than what was written for their records.

    Args:
        reader: reads the sheet; its ``drawn`` converters are those that wrote it.
        rows: the sheet's rows.
        base: the records as the workbook showed them.
    """
    waiting = list(rows.untouched())
    if not waiting:
        return
    key_field, here = reader.sheet.key_field, reader.here.columns
    places = {name: at for at, name in enumerate(base.fields) if name in here and name != key_field}
    records = base.rows.values()
    columns = {
        here[name]: reader.writer(name).to_cells(map(itemgetter(at), records)) for name, at in places.items()
    }
    numbers = [number for _, number, _ in waiting]
    differing = ShownCells(base.rows, columns).unlike(reader.raw, numbers, [key for *_, key in waiting])
    formulas = found_formulas(reader.raw.formulas)
    computed = {row for column in columns for some in formulas.rows(column) for row in some}
    for place, (at, number, key) in enumerate(waiting):
        if place in differing or number in computed:
            rows.replace(at, CheckedRow(reader.sheet.key, number, key))
