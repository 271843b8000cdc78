"""One entry sheet of a workbook that is brought up to date: what stands there and what should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from custbook_gen.check.rows import is_kept, raw_text, same_cell
from custbook_gen.check.shown import ExpectedRows
from custbook_gen.comparing import same_formula
from custbook_gen.formulas import row_formula
from custbook_gen.layout import STATUS, SheetLayout, header
from custbook_gen.plan import View, entry_rows
from custbook_gen.schema import Book, Sheet
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import Cell, CellPatch, Formula, RawSheet, RawWorkbook, RowFormula


@value_object
class Target:
    """One entry sheet: what stands there and what should."""

    view: View
    sheet: Sheet
    here: SheetLayout
    raw: RawSheet
    order: tuple[str, ...]
    formulas: Mapping[str, RowFormula]
    expected: ExpectedRows
    before: Sheet | None
    """The sheet of the book that the workbook was written by."""

    def last_row(self) -> int:
        """The last row that holds anything in a column of ours, prepared formulas aside."""
        columns, formulas = self.here.columns.values(), self.raw.formulas
        for number in sorted(self.raw.rows, reverse=True):
            cells = ((column, self.raw.cell(number, column)) for column in columns)
            if any(cell not in (None, "") and (number, at) not in formulas for at, cell in cells):
                return max(self.here.first_row - 1, number)
        return self.here.first_row - 1

    def wanted(self, key: str, value: Cell, row: int) -> Cell | Formula:
        """What a cell should hold: a value, or a formula with its value."""
        formula = self.formulas.get(key)
        return value if formula is None else Formula(formula.at(row), value)

    def shows(self, key: str, row: int, wanted: Cell | Formula) -> bool:
        """Whether a cell holds that already."""
        column = self.here.columns[key]
        raw, found = self.raw.cell(row, column), self.raw.formulas.get((row, column))
        if isinstance(wanted, Formula):
            return same_formula(found, wanted.text) and is_kept(raw, wanted.value)
        return found is None and same_cell(raw, wanted)

    def put(self, key: str, row: int, wanted: Cell | Formula) -> Iterator[CellPatch]:
        """The change that makes a cell hold something; none where it does, or the column is gone."""
        if key in self.here.columns and not self.shows(key, row, wanted):
            yield CellPatch(row, self.here.columns[key], wanted)

    def header(self, key: str) -> str:
        """A field's header on one line, as it stands in the workbook."""
        column = self.here.columns.get(key)
        shown = self.raw.cell(self.here.header_row, column) if column else None
        if self.is_outworn(key):
            shown = header(self.sheet, key, self.view.lang)
        text = raw_text(shown) or self.sheet.field(key).label.line(self.view.lang)
        return text.replace("\n", " ")

    def is_outworn(self, key: str) -> bool:
        """Whether a header still reads what the program wrote there, and that is another label by now.

        In tables that people made on the tab, headers are the columns' names as well: they stay.
        """
        if self.before is None or not (key == STATUS or key in self.before.by_key):
            return False
        around, lang = self.raw.around, self.view.lang
        was = header(self.before, key, lang)
        if was == header(self.sheet, key, lang) or (around is not None and around.tables):
            return False
        return self.raw.cell(self.here.header_row, self.here.columns[key]) == was


def target_of(view: View, sheet: Sheet, raw: RawWorkbook, before: Book | None) -> Target:
    """What stands on an entry sheet of a workbook, and what should.

    Args:
        view: what the workbook shows.
        sheet: the sheet.
        raw: the workbook.
        before: the book that it was written by.
    """
    here = view.layout.sheets[sheet.key]
    tab = raw.sheet(here.title)
    assert tab is not None  # noqa: S101  (the layout was found in this workbook)
    formulas = {}
    for item in sheet.fields:
        if item.formula is not None and item.key in here.columns:
            formula = row_formula(item.formula, sheet, view.layout, view.words)
            if formula is not None:
                formulas[item.key] = formula
    order = tuple(sorted(here.columns, key=lambda key: here.columns[key]))
    expected = ExpectedRows(view.tables[sheet.key].rows, entry_rows(view, sheet, here))
    former = before.sheet_by_key.get(sheet.key) if before is not None else None
    return Target(view, sheet, here, tab, order, formulas, expected, former)
