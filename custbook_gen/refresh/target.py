"""One entry sheet of a workbook that is brought up to date: what stands there and what should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from custbook_gen.check.rows import is_kept, raw_text, same_cell
from custbook_gen.check.shown import ExpectedRows
from custbook_gen.comparing import same_formula
from custbook_gen.formulas import row_formula
from custbook_gen.layout import SheetLayout
from custbook_gen.plan import View, entry_rows
from custbook_gen.schema import Sheet
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
        text = raw_text(shown) or self.sheet.field(key).label.line(self.view.lang)
        return text.replace("\n", " ")


def target_of(view: View, sheet: Sheet, raw: RawWorkbook) -> Target:
    """What stands on an entry sheet of a workbook, and what should."""
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
    return Target(view, sheet, here, tab, order, formulas, expected)
