"""Rows that refer to records which are not stored and will not be."""

from __future__ import annotations

from collections.abc import Mapping

from custbook_gen.check.rows import CheckedRow, SheetReader, provisional_key, raw_text
from custbook_gen.check.state import Checking, base_table, is_stored
from custbook_gen.schema import Field, Sheet
from custbook_gen.values import Note


def hold_dependents(run: Checking) -> None:
    """Hold rows that refer to a record which is not stored and will not be, until nothing changes."""
    seen = {key: rows.looked_at() for key, rows in run.rows.items()}
    if not any(_references(run, run.readers[key].sheet, row) for key, rows in seen.items() for row in rows):
        return
    usable = {sheet.key: _usable(run, sheet) for sheet in run.book.sheets}
    waiting = True
    while waiting:
        waiting = False
        for reader in run.readers.values():
            for row in seen[reader.sheet.key]:
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
    found = run.rows.get(sheet.key)
    if found is None:
        return stored
    held = {row.key for row in found.looked_at() if row.held and not is_stored(run, row)}
    valid = {row.key for row in found.looked_at() if not row.held}
    return stored | (set(found.row_keys()) - (held - valid) - set(gone))


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
    others = [other for other in (run.rows[target].looked_at() if target in run.rows else ()) if other.held]
    if any(value in (other.key, provisional_key(target, other.number)) for other in others):
        return Note("ref-held", {"value": shown})
    return Note("ref-unknown", {"value": shown, "target": run.book.sheet(target).label.line(run.lang)})
