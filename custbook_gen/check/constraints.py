"""What a record must satisfy beyond the type of its cells.

The record model says it; :mod:`custbook_gen.values.faults` translates Pydantic's error types.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter

from pydantic import BaseModel, ValidationError

from custbook_gen.check.found_rows import FoundRows
from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.issues import Issue
from custbook_gen.records import Table, Value
from custbook_gen.schema import Field
from custbook_gen.texts import Saying
from custbook_gen.values import Note, shown
from custbook_gen.values.faults import fault_note


def model_issues(reader: SheetReader, row: CheckedRow, model: type[BaseModel], as_of: dt.date) -> list[Issue]:
    """The faults that the record model finds in a row, one per field."""
    given = {key: value for key, value in row.values.items() if value is not None}
    try:
        model.model_validate(given, context={"as_of": as_of})
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        return [
            reader.issue(row, key, fault_note(reader.sheet.field(key), row.values.get(key), fault))
            for fault in faults
            for key in [str(fault["loc"][0])]
            if key not in row.faults
        ]
    return []


def one_of_issues(reader: SheetReader, row: CheckedRow) -> list[Issue]:
    """Groups of fields of which none is filled, told at the first of them."""
    issues = []
    groups: dict[str, list[str]] = {}
    for item in reader.sheet.stored_fields:
        if item.one_of is not None:
            groups.setdefault(item.one_of, []).append(item.key)
    for keys in groups.values():
        if any(row.values.get(key) is not None or key in row.faults for key in keys):
            continue
        labels = " / ".join(f"“{reader.label(key)}”" for key in keys)
        issues.append(reader.issue(row, keys[0], Note("one-of-missing", {"fields": labels})))
    return issues


def unique_issues(reader: SheetReader, rows: FoundRows, stored: Table | None) -> Iterator[Issue]:
    """Values that another record has, or will have, in this workbook or in the store."""
    for item in reader.sheet.stored_fields:
        if item.unique and item.key != reader.sheet.key_field:
            found = True
            while found:  # a row that is held keeps its stored value, which another row may have taken
                issues = list(_taken(reader, item, rows, stored))
                yield from issues
                found = bool(issues)


def _taken(reader: SheetReader, item: Field, rows: FoundRows, stored: Table | None) -> Iterator[Issue]:
    elsewhere: dict[str, Value] = {}
    if stored is not None:
        elsewhere = dict(stored.column(item.key))
        for key in rows.row_keys():
            elsewhere.pop(key, None)
    rivals = _rivals(item, rows, stored, elsewhere)
    if not rivals:
        return
    owners = {value: key for key, value in elsewhere.items()}
    for row in sorted(rivals, key=lambda row: not _keeps(row, item, stored)):
        kept = stored is not None and _keeps(row, item, stored)
        if item.key in row.faults and not kept:
            continue
        value = stored.value(row.key, item.key) if kept and stored else row.values.get(item.key)
        owner = row.key if value is None else owners.setdefault(value, row.key)
        if owner != row.key and item.key not in row.faults:
            yield reader.issue(row, item.key, _about_owner(rows.looked_at(), owner, value))


def _rivals(
    item: Field, rows: FoundRows, stored: Table | None, elsewhere: Mapping[str, Value]
) -> list[CheckedRow]:
    """The rows with a value that another record has too, from the top down."""
    values: dict[int, tuple[str, Value]] = {}
    known = (table.column(item.key) for table in (rows.base, stored) if table is not None)
    plain = dict(chain.from_iterable(known))  # a value by its key would have every record made
    for at, _, key in rows.untouched():
        values[at] = key, plain.get(key)
    for at, row in rows.looked_at_by_position():
        kept = stored is not None and _keeps(row, item, stored)
        if kept and stored is not None:
            values[at] = row.key, stored.value(row.key, item.key)
        elif item.key not in row.faults:
            values[at] = row.key, row.values.get(item.key)
    owners: dict[Value, str] = {}
    shared: set[Value] = set()
    for key, value in chain(elsewhere.items(), values.values()):
        if value is not None and owners.setdefault(value, key) != key:
            shared.add(value)
    return [rows[at] for at, (_, value) in sorted(values.items(), key=itemgetter(0)) if value in shared]


def _keeps(row: CheckedRow, item: Field, stored: Table | None) -> bool:
    """Whether the store keeps the value it has: nobody changed it, or the row is held."""
    return stored is not None and row.key in stored.rows and (row.held or item.key not in row.edited)


def _about_owner(rows: Sequence[CheckedRow], owner: str, value: Value) -> Note:
    new = next((row for row in rows if row.new and row.key == owner), None)
    known = Saying("issue.record", {"key": owner})
    other = known if new is None else Saying("issue.row", {"row": new.number})
    return Note("not-unique", {"value": shown(value), "other": other})
