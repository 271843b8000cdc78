"""What a workbook shows: everything that its plan is drawn from, gathered once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from custbook_gen.derive import Facts
from custbook_gen.layout import Layout
from custbook_gen.records import Computed, Tables
from custbook_gen.schema import Book, Sheet
from custbook_gen.scope import ALL, Scope
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.values import Converter, References, Words, converter, references


@value_object
class Older:
    """Fields of one row that show an older revision than the rest of their workbook.

    What was typed there is not stored yet (the row is held, or somebody else changed the
    field as well), so it is still to be compared with what stood there when it was typed.
    """

    revision: int
    sheet: str
    key: str
    fields: tuple[str, ...]


@value_object
class Identity:
    """Which book and which workbook a file is, and which revision of the store it shows."""

    book_id: str
    workbook_id: str
    schema_hash: str
    revision: int
    view: str = ALL
    """The scope of the workbook; see :class:`Scope`."""
    older: tuple[Older, ...] = ()
    mark: str = ""
    """The revision's mark: after a store was put back, numbers of revisions are given anew."""

    @property
    def scope(self) -> Scope | None:
        """Which records the workbook shows; all of them where it has no scope."""
        return Scope.read(self.view)


@value_object
class View:
    """A book's records as one workbook shows them."""

    book: Book
    lang: Lang
    layout: Layout
    words: Words
    tables: Tables
    computed: Computed
    as_of: dt.date
    identity: Identity
    schema_text: str
    """The book's own JSON, carried in the file so that it can be checked anywhere."""
    facts: Facts | None = None
    """What the computed values were derived from; summaries go on with it."""

    def converters(self, sheet: Sheet) -> Mapping[str, Converter]:
        """The converter of each field of a sheet."""
        return {field.key: converter(field, self.words) for field in sheet.fields}


def book_references(book: Book, tables: Tables, lang: Lang) -> Mapping[str, References]:
    """How the stored records of every sheet are named in cells."""
    known = {}
    for sheet in book.sheets:
        table = tables[sheet.key]
        known[sheet.key] = references(sheet.label.line(lang), table.column(sheet.name_field))
    return known
