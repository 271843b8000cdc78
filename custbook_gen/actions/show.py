"""``custbook show``: one record with everything that belongs to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from custbook_gen.actions.faces import Faces, need_record
from custbook_gen.actions.last_changes import last_changes
from custbook_gen.actions.named import need_sheets
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.derive import derive
from custbook_gen.errors import UsageError
from custbook_gen.records import Computed, Tables, Value
from custbook_gen.schema import DATED, Field, Sheet
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object

COLUMNS = 7
"""Fields of a linked record that a table has room for."""


@value_object
class Linked:
    """The records of one sheet that refer to a record by one field, the latest first."""

    sheet: str
    field: str
    keys: Sequence[str]


@value_object
class Shown:
    """A record, what is computed of it, and what refers to it."""

    sheet: str
    key: str
    faces: Faces
    tables: Tables
    computed: Computed
    linked: Sequence[Linked]

    @property
    def name(self) -> str:
        """What the record is called."""
        return self.value(self.sheet, self.key, self.faces.book.sheet(self.sheet).name_field)

    def value(self, sheet: str, key: str, field: str) -> str:
        """A field of a record as people read it; empty where it has none."""
        return self.faces.show(sheet, field, self._value(sheet, key, field))

    def _value(self, sheet: str, key: str, field: str) -> Value:
        if self.faces.book.sheet(sheet).field(field).stored:
            return self.tables[sheet].value(key, field)
        return self.computed[sheet][field].get(key)

    def fields(self, sheet: str, key: str) -> dict[str, str]:
        """All filled fields of a record, in the order of the sheet."""
        found = {item.key: self.value(sheet, key, item.key) for item in self.faces.book.sheet(sheet).fields}
        return {name: text for name, text in found.items() if text}

    def columns(self, linked: Linked) -> list[str]:
        """The fields of linked records that say most: key, name, date, then what must be filled."""
        sheet = self.faces.book.sheet(linked.sheet)
        day = day_field(sheet)
        first = [sheet.key_field, sheet.name_field, *([day.key] if day is not None else [])]
        needed = [item.key for item in sheet.fields if item.required or item.kind == "money"]
        names = dict.fromkeys((*first, *needed, *(item.key for item in sheet.fields)))
        filled = (
            name
            for name in names
            if name != linked.field and any(self.value(linked.sheet, key, name) for key in linked.keys)
        )
        return [name for name, _ in zip(filled, range(COLUMNS), strict=False)]

    def to_json(self) -> dict[str, object]:
        """The record and all that refers to it, as plain data for JSON."""
        return {
            "sheet": self.sheet,
            "key": self.key,
            "name": self.name,
            "fields": self.fields(self.sheet, self.key),
            "linked": [
                {
                    "sheet": linked.sheet,
                    "field": linked.field,
                    "count": len(linked.keys),
                    "records": [self.fields(linked.sheet, key) for key in linked.keys],
                }
                for linked in self.linked
            ],
        }


def show(home: OpenProject, key: str, run: Run, lang: Lang, *, sheet: str | None = None) -> Shown:
    """A record of a project's book; of several sheets that know the key, the first one.

    Raises:
        UsageError: ``record-unknown``: it never was; ``record-deleted``: it is no more;
            ``record-elsewhere``: it is not on that sheet; ``record-rests``: its sheet is not in
            the schema now; ``sheet-unknown``.
        StoreError: the store cannot be read.
    """
    with home.store.reading() as snapshot:
        spelt, places = need_record(snapshot, home.book, need_sheets(home.book, sheet), key)
        tables, changed_on = snapshot.tables(), last_changes(snapshot, home.book)
        place = next((place for place in places if spelt in tables[place].rows), None)
        if place is None:
            last = snapshot.history(places[0], spelt)[-1][0]
            raise UsageError("record-deleted", key=spelt, revision=last.number, user=last.user)
    faces = Faces.of(home.book, tables, lang)
    return Shown(
        sheet=place,
        key=spelt,
        faces=faces,
        tables=tables,
        computed=derive(faces.book, tables, run.as_of(home.book), changed_on),
        linked=list(_linked(home, tables, place, spelt)),
    )


def _linked(home: OpenProject, tables: Tables, place: str, key: str) -> Iterator[Linked]:
    for sheet in home.book.sheets:
        for item in sheet.stored_fields:
            if item.to != place:
                continue
            keys = [other for other, value in tables[sheet.key].column(item.key) if value == key]
            if keys:
                yield Linked(sheet.key, item.key, _latest_first(tables, sheet, keys))


def _latest_first(tables: Tables, sheet: Sheet, keys: Sequence[str]) -> list[str]:
    """Keys by the day of their records, undated ones last, those of one day by their numbers."""
    day, table = day_field(sheet), tables[sheet.key]
    days: Mapping[str, str] = {}
    if day is not None:
        days = {key: _moment(table.value(key, day.key)) for key in keys}
    return sorted(keys, key=lambda key: (days.get(key, ""), key), reverse=True)


def _moment(value: Value) -> str:
    return value.isoformat() if isinstance(value, dt.date) else ""


def day_field(sheet: Sheet) -> Field | None:
    """When a record of the sheet was: the first date that must be given, else the first one."""
    dated = [item for item in sheet.stored_fields if item.type in DATED]
    return next((item for item in dated if item.required), dated[0] if dated else None)
