"""Rows that refer to records which are not stored and will not be."""

from __future__ import annotations

from collections.abc import Mapping

from custbook_gen.check.rows import CheckedRow, SheetReader, provisional_key, raw_text
from custbook_gen.check.state import Checking, base_table, is_stored
from custbook_gen.schema import Field, Sheet
from custbook_gen.values import Note


def hold_dependents(run: Checking) -> None:
    """Hold rows that refer to a record which is not stored and will not be, until nothing changes."""
    usable = {sheet.key: _usable(run, sheet) for sheet in run.book.sheets}
    waiting = True
    while waiting:
        waiting = False
        for reader in run.readers.values():
            for row in run.rows[reader.sheet.key]:
                lost = [item for item in _references(run, reader.sheet, row) if _dangles(row, item, usable)]
                run.issues += [
                    reader.issue(row, item.key, _about_target(run, reader, row, item)) for item in lost
                ]
                if lost and not is_stored(run, row):
                    usable[row.sheet].discard(row.key)
                    waiting = True


def _usable(run: Checking, sheet: Sheet) -> set[str]:
    """The records of a sheet that other rows may refer to: stored ones and valid new ones."""
    stored = set(run.known.stored[sheet.key].rows) if run.known.stored is not None else set()
    base = base_table(run, sheet)
    gone = base.rows.keys() - stored if base is not None and run.known.stored is not None else ()
    rows = run.rows.get(sheet.key, ())
    return stored | {row.key for row in rows if (not row.held or is_stored(run, row)) and row.key not in gone}


def _references(run: Checking, sheet: Sheet, row: CheckedRow) -> list[Field]:
    """The references of a row that would be stored: all of a new row, the edited ones of others."""
    return [
        item
        for item in sheet.stored_fields
        if item.type == "ref" and (item.key in row.edited or (row.edited and not is_stored(run, row)))
    ]


def _dangles(row: CheckedRow, item: Field, usable: Mapping[str, set[str]]) -> bool:
    value = row.values.get(item.key)
    return value is not None and item.key not in row.faults and value not in usable[str(item.to)]


def _about_target(run: Checking, reader: SheetReader, row: CheckedRow, item: Field) -> Note:
    """Why a reference cannot be stored: its record's row is held, or somebody deleted the record."""
    value, target = row.values[item.key], str(item.to)
    shown = raw_text(reader.cell(row.number, item.key))
    numbers = {provisional_key(target, other.number) for other in run.rows.get(target, ()) if other.held}
    if value in numbers or any(other.key == value and other.held for other in run.rows.get(target, ())):
        return Note("ref-held", {"value": shown})
    return Note("ref-unknown", {"value": shown, "target": run.book.sheet(target).label.line(run.lang)})
