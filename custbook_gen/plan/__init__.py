"""From a book and its records to the plan of a workbook, decided down to the last cell.

The plan of all of it is in :mod:`custbook_gen.plan.whole`, which who only reads a workbook does without.
"""

from custbook_gen.plan.entry import entry_columns, entry_rows, entry_sheet
from custbook_gen.plan.meta import Meta, find_meta, properties, read_meta
from custbook_gen.plan.names import workbook_names
from custbook_gen.plan.view import Identity, Older, View, book_references

__all__ = [
    "Identity",
    "Meta",
    "Older",
    "View",
    "book_references",
    "entry_columns",
    "entry_rows",
    "entry_sheet",
    "find_meta",
    "properties",
    "read_meta",
    "workbook_names",
]
