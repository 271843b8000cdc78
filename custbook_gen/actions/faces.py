"""How the commands that look back show a book's values: labels, names and plain numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from custbook_gen.dictionary import effective
from custbook_gen.errors import UsageError
from custbook_gen.plan import book_references
from custbook_gen.records import Change, Revision, Table, Tables, Value
from custbook_gen.schema import Book
from custbook_gen.store import Snapshot
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.values import Converter, Words, converter, display

Happened = tuple[Revision, Change]
"""A change and the revision that it belongs to."""


@value_object
class Faces:
    """The values of a book as people read them in one language."""

    words: Words
    _known: dict[tuple[str, str], Converter] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, book: Book, tables: Tables, lang: Lang) -> Faces:
        """The faces of a book's values, with its present records by name."""
        now = effective(book, tables)
        return cls(Words.of(now, lang, book_references(now, tables, lang)))

    @classmethod
    def of_changes(cls, source: Snapshot, book: Book, changes: Iterable[Happened], lang: Lang) -> Faces:
        """The faces of the values in some changes: only the records that these may name are read."""
        sheets = {change.sheet for _, change in changes}
        needed = {item.to for sheet in sheets for item in book.sheet(sheet).stored_fields}
        if book.dictionary is not None:
            needed.add(book.dictionary.key)
        tables = {
            sheet.key: source.table(sheet.key)
            if sheet.key in needed
            else Table(sheet.key, tuple(item.key for item in sheet.stored_fields))
            for sheet in book.sheets
        }
        return cls.of(book, tables, lang)

    @property
    def book(self) -> Book:
        """The schema, with the values of lists as the store has them."""
        return self.words.book

    def converter(self, sheet: str, key: str) -> Converter:
        """The converter of one field."""
        known = self._known.get((sheet, key))
        if known is None:
            known = self._known[sheet, key] = converter(self.book.sheet(sheet).field(key), self.words)
        return known

    def show(self, sheet: str, key: str, value: Value) -> str:
        """A value of a field; empty for none."""
        return display(self.converter(sheet, key), value)

    def label(self, sheet: str, key: str) -> str:
        """What a field is called."""
        return self.book.sheet(sheet).field(key).label.line(self.words.lang)

    def title(self, sheet: str) -> str:
        """What a sheet is called."""
        return self.book.sheet(sheet).label.line(self.words.lang)

    def change_lines(self, change: Change) -> list[dict[str, str | None]]:
        """A change field by field, for JSON; ``None`` where a field was or is empty."""
        return [
            {
                "kind": change.kind,
                "sheet": change.sheet,
                "key": change.key,
                "field": name,
                "before": self._shown(change.sheet, name, change.before),
                "after": self._shown(change.sheet, name, change.after),
            }
            for name in dict.fromkeys((*change.before, *change.after))
        ]

    def _shown(self, sheet: str, key: str, side: Mapping[str, Value]) -> str | None:
        value = side.get(key)
        return None if value is None else self.show(sheet, key, value)


def revision_json(revision: Revision) -> dict[str, object]:
    """A revision as plain data for JSON."""
    return {
        "revision": revision.number,
        "at": revision.at.isoformat(),
        "user": revision.user,
        "action": revision.action,
        "source": revision.source,
    }


def need_record(source: Snapshot, book: Book, sheets: Iterable[str], key: str) -> tuple[str, list[str]]:
    """A record's key as it is spelt, and the sheets where it is or ever was.

    Raises:
        UsageError: ``record-unknown``; ``record-elsewhere``: it is on another sheet than these;
            ``record-rests``: its sheet is not in the schema now.
    """
    wanted, spellings = list(sheets), dict.fromkeys((key, key.strip(), key.strip().upper()))
    for spelt in spellings:
        found = [sheet for sheet in wanted if source.ever_used(sheet, [spelt])]
        if found:
            return spelt, found
    for other in book.sheets:
        for spelt in spellings if other.key not in wanted else ():
            if source.ever_used(other.key, [spelt]):
                raise UsageError("record-elsewhere", key=spelt, zh=other.label.zh, en=other.label.en)
    for sheet, label in source.resting_sheets().items():
        for spelt in spellings:
            if source.ever_used(sheet, [spelt]):
                raise UsageError("record-rests", key=spelt, zh=label.zh, en=label.en)
    raise UsageError("record-unknown", key=key)
