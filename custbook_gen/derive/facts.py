"""What rules work on, and what they share within one run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Any, Final, TypeVar, cast

from custbook_gen.records import Tables, Value
from custbook_gen.schema import Book, Purpose, Settings, Sheet

Shared = TypeVar("Shared")
ChangedOn = Mapping[tuple[str, str], Mapping[str, dt.date]]
"""When a field last changed, by sheet and field, then key; records without a change are absent."""


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What rules work on: the stored records, the evaluation date, settings and schema.

    ``sheets`` and ``purposes`` (by key) are needed only by rules that look at the fields
    themselves.  ``changed_on`` says since when records have their present value of a field
    (by sheet and field, then key), for fields whose history somebody looked up.
    ``distinct`` holds pairs of customers that people told apart, in either order.
    """

    tables: Tables
    as_of: dt.date
    settings: Settings = field(default_factory=Settings)
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    changed_on: ChangedOn = field(default_factory=dict)
    distinct: Collection[tuple[str, str]] = ()
    _lasting: dict[Callable[[Facts], object], object] = field(default_factory=dict, repr=False)
    _made: dict[Callable[[Facts], object], object] = field(default_factory=dict, init=False, repr=False)
    _expected: dict[Callable[[Facts], object], Callable[[], object]] = field(
        default_factory=dict, init=False, repr=False
    )

    @classmethod
    def of(cls, book: Book, tables: Tables, as_of: dt.date, changed_on: ChangedOn | None = None) -> Facts:
        """The facts of a book's records at a date."""
        known = {} if changed_on is None else changed_on
        return cls(tables, as_of, book.settings, book.sheet_by_key, book.purpose_by_key, known)

    def at(self, as_of: dt.date) -> Facts:
        """The same records at another date; what does not depend on the date is not made anew."""
        return self if as_of == self.as_of else replace(self, as_of=as_of)

    def once(self, make: Callable[[Facts], Shared]) -> Shared:
        """What a function gives for these facts, worked out once however many rules ask for it."""
        receive = self._expected.pop(make, None)
        if receive is not None:
            with suppress(LookupError):
                self._made[make] = receive()
        return self._kept(self._made, make)

    def expect(self, make: Callable[[Facts], object], receive: Callable[[], object]) -> None:
        """Have what a function gives from somebody who makes it meanwhile.

        Args:
            make: the function; it is done here where nothing comes.
            receive: waits for what it gives; ``LookupError`` if that never comes.
        """
        self._expected[make] = receive

    def settle(self) -> None:
        """Receive whatever is still expected: a copy of this process could not receive it as well."""
        for make in list(self._expected):
            self.once(make)

    def always(self, make: Callable[[Facts], Shared]) -> Shared:
        """The same for a function that does not look at the date: worked out once for all dates."""
        return self._kept(self._lasting, make)

    def _kept(self, made: dict[Callable[[Facts], object], object], make: Callable[[Facts], Shared]) -> Shared:
        if make not in made:
            made[make] = make(self)
        return cast(Shared, made[make])

    def has(self, sheet: str, *fields: str) -> bool:
        """Whether the book keeps all of these fields."""
        table = self.tables.get(sheet)
        return table is not None and set(fields) <= set(table.fields)

    def rows(self, sheet: str, *fields: str, optional: tuple[str, ...] = ()) -> Iterator[tuple[Value, ...]]:
        """The values of some fields, at least of one, of every record; nothing where the book lacks one.

        Args:
            sheet: key of the sheet.
            fields: keys of the fields that must be there.
            optional: more fields; one that the book lacks is empty in every record.
        """
        if self.has(sheet, *fields, *optional):
            return self.tables[sheet].select(*fields, *optional)
        return zip(*self.columns(sheet, *fields, optional=optional), strict=True)

    def columns(self, sheet: str, *fields: str, optional: tuple[str, ...] = ()) -> list[Sequence[Any]]:
        """The same field by field: the values of each of every record."""
        wanted = (*fields, *optional)
        if not self.has(sheet, *fields):
            return [[] for _ in wanted]
        table = self.tables[sheet]
        nothing = [None] * len(table.rows)
        return [list(table.values(key)) if key in table.fields else nothing for key in wanted]


def chosen(columns: Sequence[Sequence[Any]], meets: Sequence[bool]) -> Sequence[Sequence[Any]]:
    """The columns of those rows that meet something, told row by row."""
    return columns if all(meets) else [list(compress(column, meets)) for column in columns]


Rule = Callable[[Facts], Mapping[str, Value]]
"""A rule gives a value per record key; a record that has none is absent."""


NORMAL: Final = "normal"
"""Status of the records that are in use."""
GONE: Final = frozenset({"merged", "erased"})
"""Statuses of records that stand for nobody any more."""


def customers(facts: Facts) -> tuple[str, ...]:
    """The customers of the book, in the order of its sheet."""
    return tuple(str(key) for (key,) in facts.rows("customers", "customer_id"))


def normal_customers(facts: Facts) -> frozenset[str]:
    """The customers whose records are in normal use: all, where the book keeps no status."""
    if not facts.has("customers", "status"):
        return frozenset(customers(facts))
    rows = facts.rows("customers", "customer_id", "status")
    return frozenset(str(key) for key, status in rows if status == NORMAL)
