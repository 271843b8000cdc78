"""Values that are out of use: cells that held one keep it, and nobody chooses it anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.check.state import Checking, base_table, values_of
from custbook_gen.issues import Issue
from custbook_gen.records import Value
from custbook_gen.schema import Field
from custbook_gen.values import Note, is_blank


def out_of_use_issues(run: Checking, reader: SheetReader, rows: Sequence[CheckedRow]) -> Iterator[Issue]:
    """Values out of use that were typed over others; nothing where nobody knows what was there before.

    Args:
        run: the check under way.
        reader: that of the sheet.
        rows: its rows that are new or edited.
    """
    base = base_table(run, reader.sheet)
    if base is None:
        return
    stored = run.known.stored[reader.sheet.key] if run.known.stored is not None else None
    for item in reader.sheet.stored_fields:
        resting = _resting(run, item)
        for row in rows if resting else ():
            if item.key in row.faults or is_blank(reader.cell(row.number, item.key)):
                continue
            before = [values_of(table, row.key) or {} for table in (base, stored)]
            known = {code for values in before for code in _codes(values.get(item.key))}
            for code in _codes(row.values.get(item.key)):
                if code in resting and code not in known:
                    value: Value = (code,) if item.type == "multi" else code
                    yield reader.issue(
                        row, item.key, Note("out-of-use", {"value": reader.shown(item.key, value)})
                    )


def _resting(run: Checking, item: Field) -> set[str]:
    """The codes of a field's values that are out of use."""
    if item.category is None:
        return set()
    return {choice.code for choice in run.book.category(item.category).choices if not choice.active}


def _codes(value: Value) -> Sequence[str]:
    if isinstance(value, tuple):
        return [str(code) for code in value]
    return [value] if isinstance(value, str) else []
