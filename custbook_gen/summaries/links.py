"""Links from a summary to the records that it names, wherever sorting has put them."""

from __future__ import annotations

from typing import Final

from custbook_gen.formulas import literal
from custbook_gen.summaries.context import Context
from custbook_gen.workbook import Formula

LITERAL: Final = 255
"""The longest text that a formula may hold."""


def link(context: Context, sheet: str, key: str, name: str) -> Formula | str:
    """A record's name that jumps to its row; the name alone where the sheet is not in the workbook.

    The row is looked up by key each time, so the link survives sorting and inserted rows.

    Args:
        context: the workbook.
        sheet: key of the record's sheet.
        key: the record's key.
        name: what the cell shows.
    """
    here = context.layout.sheets.get(sheet)
    shown = " ".join(name.split())
    known = context.book.sheet(sheet)
    if here is None or not {known.key_field, known.name_field} <= here.columns.keys():
        return shown
    if max(len(shown), len(key)) > LITERAL or not shown:
        return shown
    wanted = literal(key.replace("~", "~~").replace("*", "~*").replace("?", "~?"))
    row = f"IFERROR(MATCH({wanted},{here.range(known.key_field)},0)+{here.first_row - 1},{here.header_row})"
    return Formula(f"HYPERLINK({literal(here.jump(known.name_field))}&{row},{literal(shown)})", shown)


def named(context: Context, sheet: str, key: str) -> str:
    """What a record is called: its name, its key where it has none."""
    name = context.names(sheet).get(key)
    return key if name is None else str(name)
