"""Everything that a summary is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar, cast

from custbook_gen.derive import Facts
from custbook_gen.layout import Layout
from custbook_gen.records import Computed, QualityPoint, Row, Tables, Value
from custbook_gen.schema import Book, Field
from custbook_gen.tabs import field_at
from custbook_gen.texts import Lang, say
from custbook_gen.value_objects import value_object
from custbook_gen.values import Words

Shared = TypeVar("Shared")


@value_object
class ChangeLine:
    """One line of the change log: what happened to a record, or to one field of it."""

    at: str
    """Day and time, where people are."""
    user: str
    sheet: str
    key: str
    kind: Literal["insert", "update", "delete"]
    field: str = ""
    before: str = ""
    after: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Memo:
    """What the summaries of one workbook share: each thing is worked out once."""

    _made: dict[Hashable, object] = field(default_factory=dict)

    def once(self, name: Hashable, make: Callable[[], Shared]) -> Shared:
        """What a function gives, worked out the first time that this name is asked for."""
        if name not in self._made:
            self._made[name] = make()
        return cast(Shared, self._made[name])


@value_object
class Context:
    """A book's records as a summary sheet sees them.

    ``layout`` says where the entry sheets stand in this workbook; ``title`` is the
    summary tab's own title in it.  ``trend`` are earlier figures of the data's quality,
    ``faults`` counts the cells that are held back, by ``sheet.field``, ``changes`` is the
    change log, the newest first; none of them is in the records.  The contexts of one
    workbook's tabs share a ``memo``.
    """

    book: Book
    words: Words
    layout: Layout
    tables: Tables
    computed: Computed
    as_of: dt.date
    title: str
    trend: Sequence[QualityPoint] = ()
    faults: Mapping[str, int] = field(default_factory=dict)
    changes: Sequence[ChangeLine] = ()
    facts: Facts | None = None
    """What the computed values were derived from, so that nothing is worked out twice."""
    memo: Memo = field(default_factory=Memo, repr=False, compare=False)

    @property
    def lang(self) -> Lang:
        """The language of the workbook."""
        return self.words.lang

    def say(self, key: str, **facts: object) -> str:
        """A sentence of the catalogue on one line."""
        return say(key, self.lang, **facts).replace("\n", " ")

    def records(self, sheet: str) -> Mapping[str, Row]:
        """The rows of a sheet by key; none where the workbook has no such records."""
        table = self.tables.get(sheet)
        return {} if table is None else table.rows

    def names(self, sheet: str) -> Mapping[str, Value]:
        """What the records of a sheet are called, by key."""
        field = self.book.sheet(sheet).name_field
        return self.memo.once(
            ("names", sheet),
            lambda: dict(zip(self.records(sheet), self.values(sheet, field), strict=True)),
        )

    def label(self, sheet: str, key: str) -> str:
        """What cells show that refer to a record; its key where there is none."""
        names = self.names(sheet)
        return self.words.references[sheet].label(key, names[key]) if key in names else key

    def field(self, sheet: str, path: str) -> Field:
        """The field at the end of a path; it must lead somewhere."""
        found = field_at(self.book, self.book.sheet(sheet), path)
        if found is None:
            raise KeyError(path)
        return found

    def values(self, sheet: str, path: str) -> Sequence[Value]:
        """A field's value in every record of a sheet, stored or computed, or of records referred to.

        Args:
            sheet: key of the sheet.
            path: a field, or a path such as ``customer_id.area``.
        """
        return self.memo.once(("values", sheet, path), lambda: self._values(sheet, path))

    def _values(self, sheet: str, path: str) -> Sequence[Value]:
        name, _, rest = path.partition(".")
        records, known = self.records(sheet), self.book.sheet(sheet).field(name)
        own: list[Value]
        if known.stored:
            own = list(self.tables[sheet].values(name)) if records else []
        else:
            own = list(map(self.computed.get(sheet, {}).get(name, {}).get, records))
        if not rest:
            return own
        target = str(known.to)
        found: dict[Value, Value] = dict(zip(self.records(target), self.values(target, rest), strict=True))
        return list(map(found.get, own))
