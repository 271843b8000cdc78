"""What became of computed cells.

Nothing found here holds a row: sync restores all of it.  Programs rewrite formulas when they
save (blanks, quotes), so they are compared by meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from custbook_gen.check.rows import CheckedRow, raw_text, same_cell
from custbook_gen.comparing import plain_formula
from custbook_gen.formulas import row_formula
from custbook_gen.issues import Issue, Place
from custbook_gen.layout import STATUS, Layout, SheetLayout, header
from custbook_gen.records import Computed, Value
from custbook_gen.schema import Field, Sheet
from custbook_gen.values import Words, converter
from custbook_gen.wording import is_status
from custbook_gen.workbook import RawSheet, RawWorkbook


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet of a workbook under examination."""

    sheet: Sheet
    here: SheetLayout
    raw: RawSheet
    layout: Layout
    words: Words

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
    rows: Mapping[str, Sequence[CheckedRow]],
    computed: Computed | None,
) -> list[Issue]:
    """Computed cells that were changed.

    Args:
        raw: the workbook as it was read.
        layout: where its sheets and columns stand.
        words: the labels of the workbook's language.
        rows: the record rows of each sheet.
        computed: the values that computed cells without a formula were given; ``None``
            where they are not known (checked without the store).
    """
    issues: list[Issue] = []
    for key, here in layout.sheets.items():
        tab = raw.sheet(here.title)
        if tab is None:
            continue
        part = Part(words.book.sheet(key), here, tab, layout, words)
        issues += _computed_issues(part, rows.get(key, ()), computed[key] if computed else None)
        issues += _status_issues(part, rows.get(key, ()))
    return issues


def _computed_issues(
    part: Part, rows: Sequence[CheckedRow], values: Mapping[str, Mapping[str, Value]] | None
) -> Iterator[Issue]:
    for item in part.sheet.fields:
        if item.type != "calc" or item.key not in part.here.columns:
            continue
        if item.formula is not None:
            yield from _formula_issues(part, item, rows)
        elif values is not None:
            yield from _value_issues(part, item, rows, values[item.key])


def _status_issues(part: Part, rows: Sequence[CheckedRow]) -> Iterator[Issue]:
    """Texts in the status column that sync did not write."""
    column = part.here.columns.get(STATUS)
    for row in rows if column is not None else ():
        text = raw_text(part.raw.cell(row.number, column or 0)).strip()
        if text and not is_status(text):
            yield Issue("computed-changed", part.place(STATUS, row.number, row.key), text)


def _formula_issues(part: Part, item: Field, rows: Sequence[CheckedRow]) -> Iterator[Issue]:
    expected = row_formula(str(item.formula), part.sheet, part.layout, part.words)
    column = part.here.columns[item.key]
    for row in rows:
        found = part.raw.formulas.get((row.number, column))
        if row.new or expected is None:
            continue
        if found is None or plain_formula(found) != plain_formula(expected.at(row.number)):
            shown = f"={found}" if found is not None else raw_text(part.raw.cell(row.number, column))
            yield Issue("computed-changed", part.place(item.key, row.number, row.key), shown)


def _value_issues(
    part: Part, item: Field, rows: Sequence[CheckedRow], values: Mapping[str, Value]
) -> Iterator[Issue]:
    to_cell, column = converter(item, part.words).to_cell, part.here.columns[item.key]
    for row in rows:
        raw = part.raw.cell(row.number, column)
        if not row.new and not row.held and not same_cell(raw, to_cell(values.get(row.key))):
            yield Issue("computed-changed", part.place(item.key, row.number, row.key), raw_text(raw))
