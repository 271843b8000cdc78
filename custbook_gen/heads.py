"""Which rows of a tab that came back are a table's head: its machine keys, and its headers.

These stand right below the hidden row of machine keys.  People who insert a row there put it
between the two, for the machine keys cannot be seen; who deletes the headers leaves the records
right below the keys.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from custbook_gen.layout import SEARCH_ROWS, STATUS, SheetLayout
from custbook_gen.schema import Sheet
from custbook_gen.workbook import RawCell, RawSheet

MACHINE_KEY: Final = re.compile("[a-z][a-z0-9_]*")
"""What the machine key of a field looks like."""
_TITLE_CELLS: Final = 2
"""A row with more cells than these is no title or note that people put above the headers."""


def is_head(sheet: Sheet, columns: Mapping[str, int], wanted: int, cells: Iterable[RawCell]) -> bool:
    """Whether a row has most of a table's machine keys or headers.

    Where people deleted more columns than that, the keys of its number and status do, and no other sheet's.

    Args:
        sheet: the sheet of the book.
        columns: where its keys or headers stand in the row.
        wanted: how many of them there should be.
        cells: the row.
    """
    if 2 * len(columns) > wanted:
        return True
    keys = {
        cell for cell in cells if isinstance(cell, str) and (cell == STATUS or MACHINE_KEY.fullmatch(cell))
    }
    return {sheet.key_field, STATUS} <= keys <= columns.keys()


def header_row(sheet: Sheet, found: SheetLayout, tab: RawSheet, names: Mapping[str, Sequence[str]]) -> int:
    """The row of a table's headers; that of the machine keys where there is no other any more.

    Args:
        sheet: the sheet of the book.
        found: where its machine keys stand.
        tab: what stands in the workbook.
        names: what the header of each column may read.
    """
    usual = found.key_row + 1
    known = frozenset(name for some in names.values() for name in some)
    for row in tab.top_rows(found.key_row + SEARCH_ROWS):
        if row <= found.key_row:
            continue
        filled = {
            key: cell for key, at in found.columns.items() if (cell := tab.cell(row, at)) not in (None, "")
        }
        if 2 * _told(filled.values(), known) > len(found.columns):
            return row
        if row == usual and not _told(filled.values(), known) and _is_record(sheet, filled):
            return found.key_row
        if len(filled) > _TITLE_CELLS:
            break
    return usual


def lacks_headers(found: SheetLayout, tab: RawSheet) -> bool:
    """Whether the machine keys are all that is left above the records."""
    at = next(iter(found.columns.items()), None)
    return found.key_row == found.header_row and at is not None and tab.cell(found.key_row, at[1]) == at[0]


def _told(cells: Collection[RawCell], known: Collection[str]) -> int:
    """How many cells of a row say what a header of ours says."""
    return sum(isinstance(cell, str) and cell.strip() in known for cell in cells)


def _is_record(sheet: Sheet, filled: Mapping[str, RawCell]) -> bool:
    """Whether a row has a number as we give them, or one of people's own beside cells that are no texts."""
    number = filled.get(sheet.key_field)
    if number is None:
        return False
    key = sheet.field(sheet.key_field)
    if key.prefix is not None and re.fullmatch(f"{re.escape(key.prefix)}[0-9]+", str(number)):
        return True
    return any(not isinstance(cell, str) for name, cell in filled.items() if name != STATUS)
