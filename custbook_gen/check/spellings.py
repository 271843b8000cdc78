"""Numbers that differ in case, width or blanks alone: one number, as for every formula of a spreadsheet."""

from __future__ import annotations

from itertools import chain

from custbook_gen.check.state import Checking, base_table
from custbook_gen.records import Table
from custbook_gen.schema import Sheet
from custbook_gen.values import fold


class Spellings:
    """How the numbers of a sheet's records are spelled.

    Args:
        run: the check under way.
        sheet: the sheet.
    """

    def __init__(self, run: Checking, sheet: Sheet) -> None:
        stored = run.known.stored[sheet.key] if run.known.stored is not None else None
        self._tables: list[Table] = [table for table in (base_table(run, sheet), stored) if table is not None]
        self._usual: dict[str, str] | None = None

    def usual(self, key: str) -> str:
        """The spelling of a number that the records have; else the first in the workbook that is like it."""
        if any(key in table.rows for table in self._tables):
            return key
        if self._usual is None:  # rarely asked for
            known = chain.from_iterable(table.rows for table in self._tables)
            self._usual = {fold(one): one for one in known}
        return self._usual.setdefault(fold(key), key)
