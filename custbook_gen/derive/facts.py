"""What rules work on, and what they share within one run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
from typing import TypeVar, cast

from custbook_gen.records import Table, Tables, Value
from custbook_gen.schema import Book, Settings, Sheet

Shared = TypeVar("Shared")


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What rules work on: the stored records, the evaluation date, settings and schema.

    ``sheets`` (by key) are needed only by rules that look at the fields themselves.
    """

    tables: Tables
    as_of: dt.date
    settings: Settings = field(default_factory=Settings)
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    _made: dict[Callable[[Facts], object], object] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, book: Book, tables: Tables, as_of: dt.date) -> Facts:
        """The facts of a book's records at a date."""
        return cls(tables, as_of, book.settings, book.sheet_by_key)

    def once(self, make: Callable[[Facts], Shared]) -> Shared:
        """What a function gives for these facts, worked out once however many rules ask for it."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast(Shared, self._made[make])

    def has(self, sheet: str, *fields: str) -> bool:
        """Whether the book keeps all of these fields."""
        table = self.tables.get(sheet)
        return table is not None and set(fields) <= set(table.fields)

    def rows(self, sheet: str, *fields: str, optional: tuple[str, ...] = ()) -> Iterator[tuple[Value, ...]]:
        """The values of some fields of every record; nothing where the book lacks one.

        Args:
            sheet: key of the sheet.
            fields: keys of the fields that must be there.
            optional: more fields; one that the book lacks is empty in every record.
        """
        if not self.has(sheet, *fields):
            return iter(())
        table = self.tables[sheet]
        return zip(*(_column(table, key) for key in (*fields, *optional)), strict=False)


def _column(table: Table, field_key: str) -> Iterable[Value]:
    """The values of one field in the order of the rows; without end where there is no such field."""
    if field_key not in table.fields:
        return repeat(None)
    return map(itemgetter(table.position(field_key)), table.rows.values())


Rule = Callable[[Facts], Mapping[str, Value]]
"""A rule gives a value per record key; a record that has none is absent."""


def customers(facts: Facts) -> tuple[str, ...]:
    """The customers of the book, in the order of its sheet."""
    return tuple(str(key) for (key,) in facts.rows("customers", "customer_id"))
