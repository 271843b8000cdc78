"""A workbook as plain data: one to be written, one that was read, one to be mended.

Rows and columns are counted from 1, as people count them.  Dates are numbers here
(days since 1899-12-30, the spreadsheet's own count); what a number means is known to
:mod:`custbook_gen.values` alone.  A ``str`` is always literal text, whatever it
starts with; only a :class:`Formula` is ever evaluated.
"""

from custbook_gen.workbook.cells import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_TEXT,
    Cell,
    CellError,
    Formula,
    PhoneText,
    RawCell,
    RowFormula,
    Serial,
)
from custbook_gen.workbook.found_cells import Columns, FoundCells, found_cells
from custbook_gen.workbook.patch import CellPatch, Patch, RulePatch, SheetPatch
from custbook_gen.workbook.planned import (
    Chart,
    ColorScale,
    ColumnPlan,
    ConditionalFormat,
    LazyRows,
    Loss,
    Plan,
    PrintSetup,
    Protection,
    Rule,
    Series,
    SheetPlan,
    Style,
    StyledCell,
    TablePlan,
)
from custbook_gen.workbook.raw import RawRule, RawSheet, RawWorkbook

__all__ = [
    "MAX_COLUMNS",
    "MAX_ROWS",
    "MAX_TEXT",
    "Cell",
    "CellError",
    "CellPatch",
    "Chart",
    "ColorScale",
    "ColumnPlan",
    "Columns",
    "ConditionalFormat",
    "Formula",
    "FoundCells",
    "LazyRows",
    "Loss",
    "Patch",
    "PhoneText",
    "Plan",
    "PrintSetup",
    "Protection",
    "RawCell",
    "RawRule",
    "RawSheet",
    "RawWorkbook",
    "RowFormula",
    "Rule",
    "RulePatch",
    "Serial",
    "Series",
    "SheetPatch",
    "SheetPlan",
    "Style",
    "StyledCell",
    "TablePlan",
    "found_cells",
]
