"""What became of computed cells.

Nothing found here holds a row: sync restores all of it.  Programs rewrite formulas when they
save (blanks, quotes), so they are compared by meaning.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from custbook_gen.check.found_rows import FoundRows
from custbook_gen.check.rows import raw_text, same_cell
from custbook_gen.check.shown import unlike_cells
from custbook_gen.comparing import plain_formula, same_formula
from custbook_gen.formula_runs import found_formulas
from custbook_gen.formulas import row_formula
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import STATUS, Layout, SheetLayout, header
from custbook_gen.records import Computed, Tables, Value
from custbook_gen.schema import Field, Sheet
from custbook_gen.value_objects import value_object
from custbook_gen.values import Words, converter
from custbook_gen.wording import is_status
from custbook_gen.workbook import Cell, RawCell, RawSheet, RawWorkbook, RowFormula, found_cells

ANY_ROW: Final = "\ue000"
"""Stands for a row's number where formulas of all rows are compared at once."""


@value_object
class Drawn:
    """What the computed cells of a workbook were made from."""

    words: Words
    """The words of the book by which it was written."""
    values: Computed | None = None
    """Those of cells without a formula; ``None`` where nobody can tell (checked without the store)."""
    records: Tables | None = None
    """The records behind them, where some rows show others: those have no values."""


@value_object
class Part:
    """One sheet of a workbook under examination."""

    sheet: Sheet
    here: SheetLayout
    raw: RawSheet
    layout: Layout
    words: Words

    def cells(self, column: int, rows: Sequence[int]) -> Sequence[RawCell]:
        """What stands in a column's cells, from the top down."""
        return found_cells(self.raw.rows).picked(rows).column(column)

    def place(self, key: str, row: int | None, record: str | None = None) -> Place:
        """The place of a column, or of one of its cells."""
        column = self.here.columns[key]
        label = header(self.sheet, key, self.words.lang).replace("\n", " ")
        cell = self.here.place(column, row)
        return Place(self.sheet.key, self.here.title, record, key, label, cell, row, column)


def check_structure(
    raw: RawWorkbook,
    layout: Layout,
    words: Words,
    rows: Mapping[str, FoundRows],
    drawn: Drawn,
) -> list[Issue]:
    """Computed cells that were changed since the workbook was written; the book may be another one by now.

    Args:
        raw: the workbook as it was read.
        layout: where its sheets and columns stand.
        words: the labels of the workbook's language.
        rows: the record rows of each sheet.
        drawn: what computed cells were made from.
    """
    issues: list[Issue] = []
    for key, here in layout.sheets.items():
        tab = raw.sheet(here.title)
        if tab is None:
            continue
        part, found = Part(words.book.sheet(key), here, tab, layout, words), rows.get(key) or FoundRows(key)
        issues += _computed_issues(part, found, drawn)
        issues += _status_issues(part, found)
    return issues


def _computed_issues(part: Part, rows: FoundRows, drawn: Drawn) -> Iterator[Issue]:
    key, former = part.sheet.key, drawn.words.book.sheet_by_key.get(part.sheet.key)
    if former is None:
        return
    then = replace(part, sheet=former, words=drawn.words)
    valued = None if drawn.records is None else drawn.records[key].rows
    values = drawn.values.get(key, {}) if drawn.values is not None else {}
    for item in former.fields:
        if item.type != "calc" or item.key not in part.here.columns:
            continue
        if item.formula is not None:
            yield from _formula_issues(then, item, rows)
        elif item.key in values:
            issues = _value_issues(then, item, rows, values[item.key])
            yield from (issue for issue in issues if valued is None or issue.place.key in valued)


def _status_issues(part: Part, rows: FoundRows) -> Iterator[Issue]:
    """Texts in the status column that sync did not write."""
    column = part.here.columns.get(STATUS)
    for at, raw in enumerate(part.cells(column, rows.numbers) if column is not None else ()):
        text = "" if raw is None else raw_text(raw).strip()
        if text and not is_status(text):
            yield Issue("computed-changed", part.place(STATUS, rows.numbers[at], rows[at].key), text)


def _formula_issues(part: Part, item: Field, rows: FoundRows) -> Iterator[Issue]:
    expected = row_formula(str(item.formula), part.sheet, part.layout, part.words)
    column = part.here.columns[item.key]
    if expected is None:
        return
    odd = unlike(part.raw.formulas, column, expected, rows.numbers)
    for at in odd:
        row = rows[at]
        found = part.raw.formulas.get((row.number, column))
        if not row.new:
            shown = f"={found}" if found is not None else raw_text(part.raw.cell(row.number, column))
            yield Issue("computed-changed", part.place(item.key, row.number, row.key), shown)


def _value_issues(part: Part, item: Field, rows: FoundRows, values: Mapping[str, Value]) -> Iterator[Issue]:
    known, column = converter(item, part.words), part.here.columns[item.key]
    keys = rows.row_keys()

    def shown(start: int, stop: int) -> Iterator[Sequence[Cell]]:
        yield known.to_cells(map(values.get, keys[start:stop]))

    for at in sorted(unlike_cells(part.raw, rows.numbers, [column], shown)):
        row, raw = rows[at], part.raw.cell(rows.numbers[at], column)
        if not row.new and not row.held and not same_cell(raw, known.to_cell(values.get(row.key))):
            yield Issue("computed-changed", part.place(item.key, row.number, row.key), raw_text(raw))


def unlike(
    formulas: Mapping[tuple[int, int], str], column: int, expected: RowFormula, numbers: Sequence[int]
) -> list[int]:
    """Positions of the rows whose cell in a column has another formula, or none.

    Args:
        formulas: those of the sheet.
        column: the column.
        expected: what its cells should have.
        numbers: the rows' numbers, from the top down.
    """
    found = found_formulas(formulas)
    # what both say of a row whose number is no number holds for every row
    wanted = plain_formula(ANY_ROW.join(expected.pieces))
    start = 0
    odd: list[int] = []
    for run in found.runs(column):
        if plain_formula(ANY_ROW.join(run.pieces)) == wanted:
            first, last = bisect_left(numbers, run.first), bisect_right(numbers, run.last)
            odd += range(start, first)
            start = max(start, last)
    odd += range(start, len(numbers))
    texts = ((at, found.get((numbers[at], column))) for at in odd)
    return [at for at, text in texts if not same_formula(text, expected.at(numbers[at]))]


def misstated(raw: RawSheet, numbers: Sequence[int], columns: Mapping[int, RowFormula | None]) -> set[int]:
    """Positions of the rows that have another formula than they should, or one without a value.

    Args:
        raw: the sheet.
        numbers: the rows' numbers, from the top down.
        columns: the formulas of columns; nothing for one of values.
    """
    odd: set[int] = set()
    formulas, rows = found_formulas(raw.formulas), found_cells(raw.rows).picked(numbers)
    for column, expected in columns.items():
        if expected is not None:
            odd.update(unlike(formulas, column, expected, numbers))
            values = rows.column(column)
            if None in values:  # a program dropped the formula's value
                odd.update(at for at, cell in enumerate(values) if cell is None)
        elif computed := {row for some in formulas.rows(column) for row in some}:
            odd.update(at for at, number in enumerate(numbers) if number in computed)
    return odd
