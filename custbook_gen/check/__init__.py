"""From raw sheets to checked records and issues: every cell, against the same schema.

Nothing that people did stops a check: each fault becomes an issue with its place, and
only rows without errors count as edited records.  Cells that still show what the store
held at the workbook's revision are taken as they are.
"""

from custbook_gen.check.book import Checked, Known, check_book
from custbook_gen.check.choices import check_workbook
from custbook_gen.check.found_rows import FoundRows
from custbook_gen.check.rows import CheckedRow, raw_text
from custbook_gen.check.structure import Drawn, check_structure

__all__ = [
    "Checked",
    "CheckedRow",
    "Drawn",
    "FoundRows",
    "Known",
    "check_book",
    "check_structure",
    "check_workbook",
    "raw_text",
]
