"""What was typed into one sheet: the rows that are new or edited, field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.records import Value
from custbook_gen.schema import Field, Settings
from custbook_gen.value_objects import value_object
from custbook_gen.values import Note


class Found(NamedTuple):
    """Something found about what was typed in a row."""

    row: CheckedRow
    field: str
    note: Note


@value_object
class Entries:
    """The rows of a sheet that are new or edited; those with errors too, save for the faulty cells."""

    reader: SheetReader
    rows: Sequence[CheckedRow]
    settings: Settings
    as_of: dt.date

    def fields(self, *types: str) -> Iterator[Field]:
        """The stored fields of some types."""
        return (field for field in self.reader.sheet.stored_fields if field.type in types)

    def has(self, *fields: str) -> bool:
        """Whether the sheet keeps all of these fields."""
        return all(field in self.reader.sheet.by_key for field in fields)

    def typed(self, field: str, *beside: str) -> Iterator[tuple[CheckedRow, Value]]:
        """The rows in which a field is filled and was just entered, with its value.

        Args:
            field: the field's key; nothing where the sheet does not have it.
            beside: fields that belong to the same question: an edit of one of them counts too.
        """
        if not self.has(field):
            return
        wanted = {field, *beside}
        for row in self.rows:
            value = row.values.get(field)
            if (
                value is not None
                and field not in row.faults
                and (row.new or not row.edited.isdisjoint(wanted))
            ):
                yield row, value

    def shown(self, field: str, value: Value) -> str:
        """A value of a field as people read it."""
        return self.reader.shown(field, value)
