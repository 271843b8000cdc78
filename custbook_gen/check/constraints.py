"""What a record must satisfy beyond the type of its cells.

The record model says it; Pydantic's error types are translated to issue codes here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.issues import Issue
from custbook_gen.records import Table, Value
from custbook_gen.schema import Field
from custbook_gen.texts import say
from custbook_gen.values import Note, shown

CODES: Final[Mapping[str, str]] = {
    "missing": "required-missing",
    "string_too_long": "too-long",
    "string_too_short": "too-short",
    "string_pattern_mismatch": "pattern-mismatch",
    "greater_than_equal": "too-small",
    "less_than_equal": "too-large",
    "too-small": "too-small",
    "too-large": "too-large",
    "literal_error": "not-in-list",
}


def model_issues(reader: SheetReader, row: CheckedRow, model: type[BaseModel], as_of: dt.date) -> list[Issue]:
    """The faults that the record model finds in a row, one per field."""
    given = {key: value for key, value in row.values.items() if value is not None}
    try:
        model.model_validate(given, context={"as_of": as_of})
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        return [
            reader.issue(row, str(fault["loc"][0]), _note(reader, row, fault))
            for fault in faults
            if str(fault["loc"][0]) not in row.faults
        ]
    return []


def _note(reader: SheetReader, row: CheckedRow, fault: Any) -> Note:
    """A Pydantic error as a note; one that no rule of ours explains names its type."""
    item = reader.sheet.field(str(fault["loc"][0]))
    context, value = fault.get("ctx", {}), row.values.get(item.key)
    limit = next(
        (context[name] for name in ("limit", "ge", "le", "max_length", "min_length") if name in context), ""
    )
    facts = {"value": shown(value), "limit": limit, "length": len(str(value)), "hint": _hint(item, reader)}
    return Note(CODES[fault["type"]], facts)


def _hint(item: Field, reader: SheetReader) -> str:
    return "" if item.example is None else say("issue.hint-example", reader.lang, example=item.example)


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
        labels = "、".join(f"“{reader.label(key)}”" for key in keys)
        issues.append(reader.issue(row, keys[0], Note("one-of-missing", {"fields": labels})))
    return issues


def unique_issues(reader: SheetReader, rows: Sequence[CheckedRow], stored: Table | None) -> Iterator[Issue]:
    """Values that another record already has, in this workbook or in the store."""
    shown_here = {row.key for row in rows}
    for item in reader.sheet.stored_fields:
        if not item.unique or item.key == reader.sheet.key_field:
            continue
        owners: dict[Value, str] = {}
        if stored is not None:
            elsewhere = ((value, key) for key, value in stored.column(item.key) if key not in shown_here)
            owners.update((value, key) for value, key in elsewhere if value is not None)
        for row in sorted(rows, key=lambda row: item.key in row.edited):
            value = row.values.get(item.key)
            if value is None or item.key in row.faults:
                continue
            owner = owners.setdefault(value, row.key)
            if owner != row.key:
                other = (
                    owner
                    if not owner.startswith("+")
                    else reader.here.place(None, int(owner.rsplit("+", 1)[1]))
                )
                yield reader.issue(row, item.key, Note("not-unique", {"value": shown(value), "other": other}))
