"""Records of the book and what happens to them: plain data, no behaviour beyond look-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, ItemsView, Iterator, KeysView, Mapping, Sequence, ValuesView
from dataclasses import field
from decimal import Decimal
from itertools import chain
from operator import itemgetter
from typing import Literal

from custbook_gen.portions import PORTION
from custbook_gen.value_objects import value_object

Value = str | int | bool | Decimal | dt.date | dt.datetime | tuple[str, ...] | None
"""A field's value in a record.

Categories and references are held by code and key, several of them as a tuple, phones
as E.164 text where they can be, money and other exact numbers as ``Decimal``, and what
is not filled in as ``None``.
"""

Row = tuple[Value, ...]
Stretches = Callable[[int, int], Sequence[Sequence[Value]]]
"""Gives the columns of some rows, from one (counted from 0) to before another one; at least of one."""


class ColumnRows(Mapping[str, Row]):
    """Rows by their key that lie there column by column, as they are read and written.

    Who asks for a row has all of them made; most runs write or sum up columns, and ask for none.

    Args:
        keys: of the rows, each of them once.
        portions: the columns of :data:`PORTION` rows each; the last ones of those that are left.

    Raises:
        ValueError: a portion is of another size.
    """

    def __init__(self, keys: Collection[str], portions: Sequence[Sequence[Sequence[Value]]]) -> None:
        if any(len(portion[0]) != PORTION for portion in portions[:-1]):
            raise ValueError("a portion of another size")
        self._keys = keys
        self._portions = portions
        self._rows: dict[str, Row] | None = None

    def __getitem__(self, key: str) -> Row:
        return self._made()[key]

    def __contains__(self, key: object) -> bool:
        return key in self.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def keys(self) -> KeysView[str]:
        """The keys, in the rows' order."""
        if not isinstance(self._keys, dict):
            self._keys = dict.fromkeys(self._keys)
        return self._keys.keys()

    def values(self) -> ValuesView[Row]:
        """The rows."""
        return self._made().values()

    def items(self) -> ItemsView[str, Row]:
        """Every key and its row."""
        return self._made().items()

    def select(self, places: Sequence[int]) -> Iterator[tuple[Value, ...]]:
        """The values at some places of every row."""
        if self._rows is not None:
            return _select(self._rows, places)
        return zip(*map(self.column, places), strict=True)

    def column(self, at: int) -> Iterator[Value]:
        """The value at a place of every row."""
        if self._rows is not None:
            return map(itemgetter(at), self._rows.values())
        return chain.from_iterable(portion[at] for portion in self._portions)

    def stretches(self) -> Stretches:
        """What gives columns of the rows: as they lie there where whole portions are asked for."""
        if self._rows is not None:
            return _columns_of(list(self._rows.values()))
        portions, total = self._portions, len(self._keys)

        def columns(start: int, stop: int) -> Sequence[Sequence[Value]]:
            if start % PORTION == 0 and stop == min(start + PORTION, total):
                return portions[start // PORTION]
            wanted = [
                [column[max(start - first, 0) : stop - first] for column in portions[first // PORTION]]
                for first in range(start - start % PORTION, stop, PORTION)
            ]
            return [list(chain.from_iterable(parts)) for parts in zip(*wanted, strict=True)]

        return columns

    def _made(self) -> dict[str, Row]:
        if self._rows is None:
            rows = chain.from_iterable(zip(*portion, strict=True) for portion in self._portions)
            self._keys = self._rows = dict(zip(self._keys, rows, strict=True))
            self._portions = ()
        return self._rows


def _columns_of(rows: Sequence[Row]) -> Stretches:
    """What gives columns of these rows."""
    return lambda start, stop: list(zip(*rows[start:stop], strict=True))


def _select(rows: Mapping[str, Row], places: Sequence[int]) -> Iterator[tuple[Value, ...]]:
    picked = map(itemgetter(*places), rows.values())
    return picked if len(places) > 1 else zip(picked, strict=True)


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
        return zip(self.rows, self.values(field_key), strict=True)

    def values(self, field_key: str) -> Iterator[Value]:
        """The value of one field of every record."""
        at = self.position(field_key)
        if isinstance(self.rows, ColumnRows):
            return self.rows.column(at)
        return map(itemgetter(at), self.rows.values())

    def select(self, *field_keys: str) -> Iterator[tuple[Value, ...]]:
        """The values of some fields, at least of one, of every record."""
        places = [self.position(field_key) for field_key in field_keys]
        if isinstance(self.rows, ColumnRows):
            return self.rows.select(places)
        return _select(self.rows, places)

    def stretches(self, keys: Sequence[str] | None = None) -> Stretches:
        """What gives the columns of records.

        Args:
            keys: of the records, in their order; all of the table's where left out.
        """
        if keys is not None and keys != list(self.rows):
            return _columns_of([self.rows[key] for key in keys])
        if isinstance(self.rows, ColumnRows):
            return self.rows.stretches()
        return _columns_of(list(self.rows.values()))

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
