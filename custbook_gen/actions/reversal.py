"""What undoing a revision comes to, and what stands in its way; nothing is done here.

A field goes back only if nobody changed it since.  Fields of a cascade go back together
or not at all, and what the records look like afterwards must hold together: references
lead somewhere, unique values are unique, no rule is broken that was not broken before.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from pydantic import BaseModel, ValidationError

from custbook_gen.actions.net_changes import Net, Record, Values
from custbook_gen.dictionary import code_of, records_of
from custbook_gen.merge import Bonds, bonds
from custbook_gen.records import Change, Revision, Tables, Value
from custbook_gen.schema import Book, Sheet, record_model
from custbook_gen.store import Users
from custbook_gen.value_objects import value_object

Reason = Literal[
    "changed-later",
    "deleted-later",
    "back-later",
    "schemas-own",
    "referred-to",
    "resting-user",
    "reference-gone",
    "value-taken",
    "rule-broken",
]


@value_object
class Obstacle:
    """Why a record, or one field of it, does not go back.

    ``by`` is the later revision that changed it; ``others`` are the records that refer to
    it, that it would refer to, or that have its value.
    """

    reason: Reason
    sheet: str
    key: str
    field: str | None = None
    by: Revision | None = None
    others: tuple[Record, ...] = ()


@value_object
class Reversal:
    """The changes that undo what can be undone, and what cannot."""

    changes: tuple[Change, ...]
    obstacles: tuple[Obstacle, ...]


@dataclass(slots=True)
class _Going:
    """An undoing under way: how each record is to be, and what was found against it."""

    book: Book
    stored: Tables
    as_of: dt.date
    bonds: Mapping[str, Bonds]
    """Which fields of each sheet belong together."""
    resting: Users
    """What refers to records that may go, and rests as the schema leaves it out."""
    wanted: dict[Record, dict[str, Value] | None] = field(default_factory=dict)
    """Fields to be set (all of them for a record that comes back); ``None``: the record goes."""
    obstacles: list[Obstacle] = field(default_factory=list)

    def present(self, record: Record) -> bool:
        """Whether there is such a record now."""
        return record[1] in self.stored[record[0]].rows

    def stays(self, record: Record) -> bool:
        """Whether there is such a record afterwards."""
        if record in self.wanted:
            return self.wanted[record] is not None
        return self.present(record)

    def now(self, record: Record) -> dict[str, Value]:
        """A record as it is; empty where there is none."""
        table = self.stored[record[0]]
        return dict(zip(table.fields, table.rows.get(record[1], ()), strict=False))

    def then(self, record: Record) -> dict[str, Value]:
        """A record as it will be."""
        return {**self.now(record), **(self.wanted.get(record) or {})}

    def refuse(self, obstacle: Obstacle, unit: Collection[str] = ()) -> None:
        """Note an obstacle, and leave the fields of a unit, or the whole record, as they are."""
        record = obstacle.sheet, obstacle.key
        self.obstacles.append(obstacle)
        values = self.wanted.get(record)
        if values is not None and unit and self.present(record):
            for name in unit:
                values.pop(name, None)
        if not values or not unit or not self.present(record):
            self.wanted.pop(record, None)


def reverse(
    book: Book,
    nets: Mapping[Record, Net],
    later: Iterable[tuple[Revision, Change]],
    stored: Tables,
    as_of: dt.date,
    resting: Users,
) -> Reversal:
    """How to take a revision back.

    Args:
        book: the schema.
        nets: what the revision made of each record (:func:`net_changes`).
        later: what happened to these records afterwards.
        stored: the records now.
        as_of: the evaluation date, for rules that depend on it.
        resting: what refers to records that the revision inserted, and rests.
    """
    since: dict[Record, list[tuple[Revision, Change]]] = defaultdict(list)
    for revision, change in later:
        since[change.sheet, change.key].append((revision, change))
    going = _Going(book, stored, as_of, {sheet.key: bonds(sheet) for sheet in book.sheets}, resting)
    for record, net in nets.items():
        going.wanted[record] = None if net.before is None else dict(net.before)
        _leave_touched(going, record, net, since.get(record, ()))
    _leave_schemas_own(going)
    found = -1
    while found != len(going.obstacles):  # what stays may hold back more
        found = len(going.obstacles)
        _leave_referred(going)
        _leave_resting(going)
        _leave_homeless(going)
        _leave_taken(going)
        _leave_broken(going)
    return Reversal(tuple(_changes(going)), tuple(going.obstacles))


def _leave_touched(going: _Going, record: Record, net: Net, later: Sequence[tuple[Revision, Change]]) -> None:
    """Leave what was changed since."""
    sheet, key = record
    touched: dict[str, Revision] = {}
    for revision, change in reversed(later):
        if change.kind != "update":
            reason: Reason = "back-later" if going.present(record) else "deleted-later"
            going.refuse(Obstacle(reason, sheet, key, None, revision))
            return
        for name in change.after:
            touched.setdefault(name, revision)
    for unit in _units(going, sheet, net):
        revisions = [touched[name] for name in unit if name in touched]
        for name in unit:
            if revisions and (name in touched or name in (net.before or {})):
                by = touched.get(name, revisions[-1])
                going.refuse(Obstacle("changed-later", sheet, key, name, by), unit)


def _units(going: _Going, sheet_key: str, net: Net) -> Iterator[tuple[str, ...]]:
    """The fields that a revision touched, those of a cascade together; all if the record came whole."""
    whole = going.stored[sheet_key].fields
    names = whole if net.before is None else tuple(net.after or ())
    cascades = going.bonds[sheet_key].cascades
    for cascade in cascades:
        if set(cascade) & set(names):
            yield cascade
    bound = {name for cascade in cascades for name in cascade}
    yield from ((name,) for name in names if name not in bound)


def _unit(going: _Going, sheet_key: str, name: str) -> tuple[str, ...]:
    """The fields that go back with one."""
    return next((cascade for cascade in going.bonds[sheet_key].cascades if name in cascade), (name,))


def _leave_schemas_own(going: _Going) -> None:
    """Leave values of lists that the schema has too: formulas and rules may name them."""
    sheet = going.book.dictionary
    if sheet is None:
        return
    own = _schema_codes(going)
    for record in [record for record, values in going.wanted.items() if values is None]:
        values = going.now(record)
        if record[0] == sheet.key and (values.get("category"), code_of(values, record[1])) in own:
            going.refuse(Obstacle("schemas-own", *record))


def _schema_codes(going: _Going) -> set[tuple[Value, Value]]:
    """The values of all lists that the schema has: category and code."""
    return {
        (category.key, code) for category in going.book.category_by_key.values() for code in category.by_code
    }


def _leave_referred(going: _Going) -> None:
    """Leave records that others would still refer to, and values of lists that they hold."""
    leaving = {record for record, values in going.wanted.items() if values is None}
    choices = {place: record for place, record in _choices_now(going).items() if record in leaving}
    targets = {sheet for sheet, _ in leaving} | {category for category, _ in choices}
    users: dict[Record, dict[Record, None]] = defaultdict(dict)
    for sheet in going.book.sheets:
        for item in sheet.stored_fields:
            target = item.to or item.category
            if target not in targets:
                continue
            for record, value in _values_then(going, sheet.key, item.key):
                for one in value if isinstance(value, tuple) else (value,):
                    used = (str(target), str(one)) if item.to else choices.get((target, one))
                    if used in leaving and record not in leaving:
                        users[used][record] = None
    for category, parent, record in _nested_choices(going):
        above = choices.get((category, parent))
        if above is not None and record not in leaving:
            users[above][record] = None
    for record, others in users.items():
        going.refuse(Obstacle("referred-to", *record, others=tuple(others)))


def _leave_resting(going: _Going) -> None:
    """Leave records to which others refer that rest, as the schema leaves them out."""
    lists, own = going.book.dictionary, set(_choices_now(going).values())
    for record, users in going.resting.items():
        others = tuple(user for user in users if going.wanted.get(user, user) is not None)
        if not others or going.stays(record):
            continue
        if lists is None or record[0] != lists.key or record in own:  # the schema's values stay anyway
            going.refuse(Obstacle("resting-user", *record, others=others))


def _choices_now(going: _Going) -> dict[tuple[Value, Value], Record]:
    """The dictionary's records by category and code."""
    sheet = going.book.dictionary
    if sheet is None:
        return {}
    return {
        (values.get("category"), code_of(values, key)): (sheet.key, key)
        for key, values in records_of(going.stored[sheet.key])
    }


def _nested_choices(going: _Going) -> Iterator[tuple[Value, Value, Record]]:
    """The values of lists under one of another list: that list, its value, and their own record."""
    sheet = going.book.dictionary
    if sheet is None:
        return
    for key, values in records_of(going.stored[sheet.key]):
        category = going.book.category_by_key.get(str(values.get("category")))
        if category is not None and category.parent is not None:
            yield category.parent, values.get("parent"), (sheet.key, key)


def _values_then(going: _Going, sheet: str, name: str) -> Iterator[tuple[Record, Value]]:
    """One field of every record of a sheet as it will be."""
    table = going.stored[sheet]
    at = table.position(name)
    for key, row in table.rows.items():
        values = going.wanted.get((sheet, key), {})
        if values is not None:
            yield (sheet, key), values.get(name, row[at])
    for (where, key), values in going.wanted.items():
        if where == sheet and values is not None and key not in table.rows:
            yield (sheet, key), values.get(name)


def _coming(going: _Going) -> list[tuple[Sheet, Record, dict[str, Value]]]:
    return [
        (going.book.sheet(record[0]), record, values)
        for record, values in going.wanted.items()
        if values is not None
    ]


def _leave_homeless(going: _Going) -> None:
    """Leave references to records, and values of lists, that are no more."""
    codes = _codes_then(going)
    for sheet, record, values in _coming(going):
        for name, value in list(values.items()):
            item = sheet.field(name)
            for one in value if isinstance(value, tuple) else (value,):
                place = str(item.to or item.category), str(one)
                gone = not going.stays(place) if item.to else item.category is not None and place not in codes
                if one is not None and gone:
                    unit = _unit(going, sheet.key, name)
                    going.refuse(Obstacle("reference-gone", *record, name, others=(place,)), unit)


def _codes_then(going: _Going) -> set[tuple[Value, Value]]:
    """The values of all lists as they will be: category and code."""
    found = _schema_codes(going)
    sheet = going.book.dictionary
    if sheet is not None:
        keys = {*going.stored[sheet.key].rows, *(key for where, key in going.wanted if where == sheet.key)}
        staying = (key for key in keys if going.stays((sheet.key, key)))
        rows = ((key, going.then((sheet.key, key))) for key in staying)
        found |= {(values.get("category"), code_of(values, key)) for key, values in rows}
    return found


def _leave_taken(going: _Going) -> None:
    """Leave values that only one record may have, where another one has them by now."""
    for sheet in going.book.sheets:
        coming = [item for item in _coming(going) if item[0].key == sheet.key]
        for item in sheet.stored_fields if coming else ():
            if not item.unique or item.key == sheet.key_field:
                continue
            owners: dict[Value, list[Record]] = defaultdict(list)
            for record, value in _values_then(going, sheet.key, item.key):
                if value is not None:
                    owners[value].append(record)
            for _, record, values in coming:
                value = values.get(item.key)
                others = tuple(other for other in owners.get(value, ()) if other != record)
                if others:
                    going.refuse(Obstacle("value-taken", *record, item.key, others=others[:1]), (item.key,))


def _leave_broken(going: _Going) -> None:
    """Leave fields without which a record would break a rule that it keeps now."""
    model = cache(lambda key: record_model(going.book, going.book.sheet(key)))
    for sheet, record, values in _coming(going):
        if not going.present(record):
            continue  # as a whole it kept the rules, and they only ever get fewer
        broken = _faults(going, sheet, model(sheet.key), going.then(record))
        broken -= _faults(going, sheet, model(sheet.key), going.now(record)) if broken else set()
        if broken:
            names = [name for name in values if name in broken] or list(values)
            unit = {part for name in names for part in _unit(going, sheet.key, name)}
            going.refuse(Obstacle("rule-broken", *record, names[0]), unit)


def _faults(going: _Going, sheet: Sheet, model: type[BaseModel], row: Values) -> set[str]:
    """The fields of a record that break a rule."""
    groups = going.bonds[sheet.key].one_of
    found = {name for group in groups if all(row.get(key) is None for key in group) for name in group}
    try:
        model.model_validate(
            {name: value for name, value in row.items() if value is not None}, context={"as_of": going.as_of}
        )
    except ValidationError as error:
        found |= {str(fault["loc"][0]) for fault in error.errors(include_url=False, include_input=False)}
    return {name for name in found if sheet.field(name).category is None}


def _changes(going: _Going) -> Iterator[Change]:
    """What is to be stored: removals first."""
    for record, values in sorted(going.wanted.items(), key=lambda item: item[1] is not None):
        now = going.now(record)
        if values is None:
            yield Change("delete", *record, {name: value for name, value in now.items() if value is not None})
        elif not going.present(record):
            filled = {name: value for name, value in values.items() if value is not None}
            yield Change("insert", *record, {}, filled)
        else:
            yield Change("update", *record, {name: now.get(name) for name in values}, values)
