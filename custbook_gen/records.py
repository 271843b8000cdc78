"""Records of the book and what happens to them: plain data, no behaviour beyond look-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from typing import Literal

from custbook_gen.value_objects import value_object

Value = str | int | bool | Decimal | dt.date | dt.datetime | tuple[str, ...] | None
"""A field's value in a record.

Categories and references are held by code and key, several of them as a tuple, phones
as E.164 text where they can be, money and other exact numbers as ``Decimal``, and what
is not filled in as ``None``.
"""

Row = tuple[Value, ...]


@value_object
class Table:
    """The records of one sheet: a row of values per key, in the order of ``fields``.

    ``fields`` are the stored fields of the sheet, its key field among them.
    """

    sheet: str
    fields: tuple[str, ...]
    rows: Mapping[str, Row] = field(default_factory=dict)

    def position(self, field_key: str) -> int:
        """Where a field's value stands in every row."""
        return self.fields.index(field_key)

    def column(self, field_key: str) -> Iterator[tuple[str, Value]]:
        """Every record's key and its value of one field."""
        at = self.position(field_key)
        return ((key, row[at]) for key, row in self.rows.items())

    def value(self, key: str, field_key: str) -> Value:
        """One value; ``KeyError`` where there is no such record."""
        return self.rows[key][self.position(field_key)]


Tables = Mapping[str, Table]
"""The stored records of a whole book, by sheet."""

Computed = Mapping[str, Mapping[str, Mapping[str, Value]]]
"""Computed values by sheet, field and key."""


@value_object
class Change:
    """One record inserted, updated or deleted.

    ``before`` and ``after`` hold the changed fields only (for an insert all that are
    filled, for a delete all that were).
    """

    kind: Literal["insert", "update", "delete"]
    sheet: str
    key: str
    before: Mapping[str, Value] = field(default_factory=dict)
    after: Mapping[str, Value] = field(default_factory=dict)


@value_object
class Conflict:
    """A field edited here to one value and in the store to another."""

    sheet: str
    key: str
    field: str
    base: Value
    edited: Value
    stored: Value


Dispute = tuple[Conflict, ...]
"""Conflicts over one record that are decided as one, such as those over a cascade's fields."""


@value_object
class Verdict:
    """What somebody decided about something that may come up again.

    ``about`` is the digest of exactly that: of the values in dispute, or of what a warning says.
    """

    about: str
    sheet: str
    key: str
    field: str
    choice: str
    at: dt.datetime
    user: str


@value_object
class Revision:
    """One step in the store's history: who changed it, when, how and from which file."""

    number: int
    at: dt.datetime
    user: str
    action: str
    source: str


@value_object
class QualityPoint:
    """What the quality of the data was on a day; shares from 0 to 1, the score from 0 to 100."""

    day: dt.date
    customers: int
    completeness: Decimal | None = None
    valid: Decimal | None = None
    unique: Decimal | None = None
    timely: Decimal | None = None
    score: Decimal | None = None
