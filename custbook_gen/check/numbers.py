"""Records whose numbers were erased, or moved to other rows, are known again by what stands in their rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.check.state import Checking, base_table
from custbook_gen.issues import Issue
from custbook_gen.records import Row, Table
from custbook_gen.schema import Sheet
from custbook_gen.values import Note, is_blank

UNLIKE: Final = 3
"""Fields in which two records must differ for their rows to be told apart without their numbers."""


def restore_numbers(run: Checking, sheet: Sheet) -> list[Issue]:
    """Put back what was erased or moved of a sheet's numbers, which nobody enters by hand.

    Returns:
        What is to be told; where that is anything, all rows must be read once more.
    """
    base, reader = base_table(run, sheet), run.readers[sheet.key]
    if base is None or run.known.stored is None or sheet.field(sheet.key_field).type != "auto":
        return []
    found = [*_moved(run, reader, base), *_erased(run, reader, base)]
    for row, key in found:
        row.key, row.mark = key, ""
    return [reader.issue(row, sheet.key_field, Note("computed-changed")) for row, _ in found]


def _erased(run: Checking, reader: SheetReader, base: Table) -> Iterator[tuple[CheckedRow, str]]:
    """Rows without a number that show a record which is missing, unchanged."""
    rows = run.rows[reader.sheet.key]
    nameless = [row for row in rows.looked_at() if row.new and not row.faults]
    seen, lost = set(rows.row_keys() if nameless else ()), defaultdict[Row, list[str]](list)
    for key in _stored(run, base) if nameless and not base.rows.keys() <= seen else ():
        if key not in seen:
            lost[_content(reader, base, key)].append(key)
    for row in nameless if lost else ():
        keys = lost.get(_shown(reader, row, base), [])
        if len(keys) == 1:
            yield row, keys.pop()


def _moved(run: Checking, reader: SheetReader, base: Table) -> list[tuple[CheckedRow, str]]:
    """Rows that show each other's records: all columns but the numbers were sorted, or numbers swapped.

    One of them may show no record, as it was edited as well: it is the one that is left over.
    Where several are left over they are held, as copies are.
    """
    rows = run.rows[reader.sheet.key]
    odd = [row for row in rows.looked_at() if row.edited or row.faults]
    if len(odd) < 2 or all(len(row.edited) < UNLIKE for row in odd):
        return []
    stored, times = set(_stored(run, base)), Counter(rows.row_keys())
    odd = [row for row in odd if row.key in stored and times[row.key] == 1]
    found = dict(_shown_records(reader, odd, base))
    taken = set(found.values())
    rest = [row for row in odd if row.key not in found and row.key in taken]
    if len(rest) == 1:
        found[rest[0].key] = next(iter(found.keys() - taken))
    return [(row, found[row.key]) for row in odd if row.key in found]


def _shown_records(reader: SheetReader, rows: Sequence[CheckedRow], base: Table) -> Iterator[tuple[str, str]]:
    """The number of each row that shows the record of another one of them, and that record's number."""
    owners = defaultdict[Row, list[str]](list)
    for row in rows:
        owners[_content(reader, base, row.key)].append(row.key)
    for row in rows:
        if len(row.edited) >= UNLIKE and not row.faults:
            keys = owners.get(_shown(reader, row, base), [])
            if len(keys) == 1:
                yield row.key, keys[0]


def _stored(run: Checking, base: Table) -> Iterator[str]:
    """The records that the workbook showed and that are still there."""
    stored = run.known.stored[base.sheet].rows if run.known.stored is not None else {}
    return (key for key in base.rows if key in stored)


def _entered(reader: SheetReader, base: Table) -> Iterator[tuple[int, str]]:
    """The fields that people fill in, with their places in a record."""
    fields = reader.sheet.by_key
    return (
        (at, name)
        for at, name in enumerate(base.fields)
        if name != reader.sheet.key_field and not fields[name].locked
    )


def _content(reader: SheetReader, base: Table, key: str) -> Row:
    """What people filled in of a record."""
    return tuple(base.rows[key][at] for at, _ in _entered(reader, base))


def _shown(reader: SheetReader, row: CheckedRow, base: Table) -> Row:
    """What a row says of that itself: not the default of a cell that was left empty."""
    return tuple(
        None if is_blank(reader.cell(row.number, name)) else row.values.get(name)
        for _, name in _entered(reader, base)
    )
