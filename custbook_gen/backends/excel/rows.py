"""Rows of a table as SpreadsheetML, a chunk at a time.

What a row's XML looks like is fixed by its table: constant text around the row's number and
one text per column (two where a formula stands between).  So a function is generated per
table that makes a row with one f-string; the columns' texts are made by :mod:`columns`, each
column of a chunk as a whole.  What is the same in all rows of a chunk, such as the format of
a column without gaps, stands in the function itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Final, cast

from custbook_gen.backends.excel.cells import escape, formula_text, letters
from custbook_gen.backends.excel.columns import (
    FormulaColumn,
    Frame,
    RecurringColumn,
    Stream,
    ValueColumn,
    carry,
    recurs,
)
from custbook_gen.backends.excel.plain_formulas import is_plain
from custbook_gen.portions import PORTION
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Cell, ColumnPlan, LazyRows, Style, TablePlan

StyleIds = Callable[[Style, bool], int]
"""Index of the cell format of a style, with or without ``quotePrefix``."""

_VARIANTS: Final = 16
"""So many functions are made for the rows of a table, each for chunks that are alike."""
_Join = Callable[[Sequence[Iterable[str]]], str]
_NUMBER: Final = 0
"""The stream of row numbers among those that a row is made of."""


class TableRows:
    """The formatter of one table's rows.

    Args:
        table: the table; its first rows tell what kinds of columns it has.
        style_ids: cell formats of the columns' styles.
        sparse: whether a chunk leaves out the cells of columns that hold nothing in it; what
            shows there is the columns' own look.

    Raises:
        ValueError: a column's formula cannot be written.
    """

    def __init__(self, table: TablePlan, style_ids: StyleIds, *, sparse: bool = False) -> None:
        self._table = table
        self._style_ids = style_ids
        self._sparse = sparse
        columns = table.columns
        self._shared = _shared(table) if len(self) > 1 else {}
        begin = _chunk(table, 0, min(PORTION, len(table.rows))) if table.rows else [()] * len(columns)
        whole = _Format(list(enumerate(columns, 1)), begin, style_ids, self._shared)
        self._filled = {tuple(range(len(columns))): whole}
        computed = [
            (number, column) for number, column in enumerate(columns, 1) if column.formula is not None
        ]
        blank = [()] * len(computed)
        self._blank = _Format(computed, blank, style_ids, self._shared) if computed else None
        self._blank_values = [column.blank_value for _, column in computed]

    def __len__(self) -> int:
        return len(self._table.rows) + self._table.blank_rows

    def chunks(self, span: range) -> Iterator[tuple[int, bytes]]:
        """Some rows of the table, counted from 0, the blank ones after the filled ones; so many at a time.

        Raises:
            ValueError: a value that no cell can hold.
        """
        table, filled = self._table, len(self._table.rows)
        for start in range(span.start, min(span.stop, filled), PORTION):
            count = min(PORTION, min(span.stop, filled) - start)
            chunk = self.filled(table.first_row + start, _chunk(table, start, count))
            yield count, chunk if start else self._begun(chunk)
        for start in range(max(span.start, filled), span.stop, PORTION):
            count = min(PORTION, span.stop - start)
            chunk = self.blank(table.first_row + start, count)
            yield count, chunk if start else self._begun(chunk)

    def _begun(self, chunk: bytes) -> bytes:
        """The first chunk, with the texts of the formulas that all rows share."""
        for shared in self._shared.values():
            chunk = chunk.replace(shared.member.encode(), shared.master.encode("latin-1"), 1)
        return chunk

    def filled(self, first_row: int, values: Sequence[Sequence[Cell]]) -> bytes:
        """``<row>`` elements of a chunk of rows.

        Args:
            first_row: number of the first of them.
            values: the cells of each column; at least one.

        Raises:
            ValueError: a value that no cell can hold.
        """
        there = self._written(values)
        chunk = [values[at] for at in there]
        if there not in self._filled:
            columns = [(at + 1, self._table.columns[at]) for at in there]
            self._filled[there] = _Format(columns, chunk, self._style_ids, self._shared)
        return self._filled[there].rows(first_row, len(values[0]), chunk)

    def _written(self, values: Sequence[Sequence[Cell]]) -> tuple[int, ...]:
        """The columns whose cells a chunk writes, counted from 0; one at least."""
        columns = tuple(range(len(values)))
        if not self._sparse:
            return columns
        there = tuple(
            at
            for at, column in enumerate(self._table.columns)
            if column.formula is not None or any(cell is not None for cell in values[at])
        )
        return there or columns[:1]

    def blank(self, first_row: int, count: int) -> bytes:
        """``<row>`` elements of ``count`` rows that hold the columns' formulas alone."""
        if self._blank is None:
            return b""
        return self._blank.rows(first_row, count, [(value,) * count for value in self._blank_values])


def _chunk(table: TablePlan, start: int, count: int) -> Sequence[Sequence[Cell]]:
    """The columns of a chunk of a table's rows."""
    rows = table.rows
    if isinstance(rows, LazyRows):
        return rows.columns(start, start + count)
    return list(zip(*rows[start : start + count], strict=True))


@value_object
class _SharedFormula:
    """A formula that all cells of a column share."""

    member: str
    """Its markup in any cell, which refers to the first one."""
    master: str
    """Its markup in the first one."""


def _shared(table: TablePlan) -> dict[int, _SharedFormula]:
    """The formulas that a table's rows share, by the number of their column."""
    found: dict[int, _SharedFormula] = {}
    for number, column in enumerate(table.columns, 1):
        if column.formula is not None and is_plain(column.formula):
            name, first = letters(number), table.first_row
            reference = f"{name}{first}:{name}{table.last_row}"
            text = carry(formula_text(column.formula.at(first)))
            found[number] = _SharedFormula(
                f'<f t="shared" si="{len(found)}"/>',
                f'<f t="shared" ref="{reference}" si="{len(found)}">{text}</f>',
            )
    return found


class _Format:
    """Rows of some of a table's columns (given by number), which begin with some values."""

    def __init__(
        self,
        columns: Sequence[tuple[int, ColumnPlan]],
        begin: Sequence[Sequence[Cell]],
        style_ids: StyleIds,
        shared: Mapping[int, _SharedFormula],
    ) -> None:
        names = [letters(number) for number, _ in columns]
        pieces: list[str | int] = ['<row r="', _NUMBER, f'"><c r="{names[0]}']
        self._columns: list[RecurringColumn | ValueColumn | FormulaColumn] = []
        streams = 1
        # What stands between two cells belongs to the first one, which saves every row a piece.
        ends = [f'<c r="{name}' for name in names[1:]] + ["</row>"]
        for (number, column), values, after in zip(columns, begin, ends, strict=True):
            plain, quoted = (f'" s="{style_ids(column.style, quoted)}"' for quoted in (False, True))
            content: RecurringColumn | ValueColumn | FormulaColumn
            if column.formula is not None:
                content = FormulaColumn(plain, recurring=recurs(values))
                own = ["<f>", *_formula(column.formula.pieces), "</f>"]
                formula = [shared[number].member] if number in shared else own
                pieces += (_NUMBER, streams, *formula, "<v>", streams + 1, f"</v></c>{after}")
            else:
                frame = Frame(plain, quoted, after)
                content = RecurringColumn(frame) if recurs(values) else ValueColumn(frame)
                pieces += (_NUMBER, *range(streams, streams + content.width))
            self._columns.append(content)
            streams += content.width
        self._pieces = pieces
        self._joins: dict[tuple[str | None, ...], _Join] = {}
        """By the streams that are the same text in all rows."""

    def rows(self, first_row: int, count: int, values: Sequence[Sequence[Cell]]) -> bytes:
        """So many rows, given the values of each column."""
        streams: list[Stream] = [map(str, range(first_row, first_row + count))]
        for column, cells in zip(self._columns, values, strict=True):
            streams += column.streams(cells)
        same = tuple([stream if isinstance(stream, str) else None for stream in streams])
        if same not in self._joins and len(self._joins) >= _VARIANTS:
            streams = [repeat(stream, count) if isinstance(stream, str) else stream for stream in streams]
            same = (None,) * len(streams)
        join = self._joins.get(same)
        if join is None:
            join = self._joins[same] = _generated(self._pieces, same)
        return join([stream for stream in streams if not isinstance(stream, str)]).encode("latin-1")


def _formula(texts: tuple[str, ...]) -> list[str | int]:
    """A row formula's pieces, XML-safe; checked as a whole with the longest row number."""
    formula_text("1048576".join(texts))
    pieces: list[str | int] = []
    for text in texts:
        pieces += (carry(escape(text)), _NUMBER)
    return pieces[:-1]


def _generated(pieces: Sequence[str | int], same: Sequence[str | None]) -> _Join:
    """A function that joins rows of constant texts and of the texts of streams, given by number.

    Args:
        pieces: of a row.
        same: of each stream its text, where that is the same in all rows; the function is not
            given these streams.
    """
    texts = [same[piece] if isinstance(piece, int) else piece for piece in pieces]
    row = " ".join(
        f"f'{{t{piece}}}'" if text is None else repr(text) for piece, text in zip(pieces, texts, strict=True)
    )
    names = "".join(f"t{number}, " for number, text in enumerate(same) if text is None)
    source = f"lambda streams: ''.join([{row} for {names} in zip(*streams)])"
    return cast("_Join", eval(source))  # noqa: S307  (made of literals alone)
