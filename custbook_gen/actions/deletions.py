"""Which records of removed rows a sync deletes, and which it must not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from custbook_gen.check import Checked
from custbook_gen.dictionary import code_of, records_of
from custbook_gen.errors import StoreError
from custbook_gen.issues import Issue
from custbook_gen.records import Change, Table, Tables, Value
from custbook_gen.schema import Book
from custbook_gen.store import Users
from custbook_gen.texts import Lang, Saying
from custbook_gen.value_objects import value_object
from custbook_gen.values import Note

MASS_DELETE_SHARE = 0.05
NAMED = 3
"""How many of the records that are in the way a message names."""

Record = tuple[str, str]
"""A record by its sheet and key."""


@value_object
class Deletions:
    """What is deleted, and what was asked for and refused."""

    changes: tuple[Change, ...] = ()
    refused: tuple[Issue, ...] = ()


def deletions(
    book: Book,
    checked: Checked,
    base: Tables,
    stored: Tables,
    changes: Sequence[Change],
    wanted: Users,
) -> Deletions:
    """Deletions of records whose rows were removed from a workbook.

    Refused are records that others still refer to, values of lists that are in use or the
    schema's own, records that changed since the workbook showed them, and those of a sheet
    where rows have lost their numbers: a removed row may be one of these.

    Args:
        book: the schema.
        checked: what was found in the workbook.
        base: the records as the workbook showed them.
        stored: the records now.
        changes: what the workbook's other rows change.
        wanted: the records to be deleted, each with what refers to it and rests.
    """
    going = [
        (sheet, key) for sheet, keys in checked.missing.items() for key in keys if (sheet, key) in wanted
    ]
    if not going:
        return Deletions()
    users = _users(book, stored, changes)
    unclear = {row.sheet for row in checked.held() if book.sheet(row.sheet).key_field in row.faults}
    staying: dict[Record, Note] = {
        (sheet, key): Note("delete-changed", {"key": key})
        for sheet, key in going
        if sheet in unclear or base[sheet].rows[key] != stored[sheet].rows[key]
    }
    kept = {record: _of_schema(book, stored[record[0]], record) for record in going}
    staying = {record: note for record, note in kept.items() if note is not None} | staying
    _keep_used(book, stored, going, staying, (users, wanted))
    return Deletions(
        tuple(_deletion(stored[sheet], key) for sheet, key in going if (sheet, key) not in staying),
        tuple(_refusal(checked, record, note) for record, note in staying.items()),
    )


def _keep_used(
    book: Book,
    stored: Tables,
    going: Sequence[Record],
    staying: dict[Record, Note],
    users: tuple[Users, Users],
) -> None:
    """Have those records stay that others refer to which stay themselves.

    Args:
        book: the schema.
        stored: the records now.
        going: the records to be deleted.
        staying: why some of them stay; others are added.
        users: what refers to each of them, and what does so and rests.
    """
    leaving, found = set(going), True
    while found:
        found = False
        for record in going:
            if record in staying:
                continue
            others, resting = (
                [user for user in some.get(record, ()) if user not in leaving or user in staying]
                for some in users
            )
            if others or resting:
                staying[record] = _in_use(book, stored[record[0]], record, others, resting)
                found = True


def _in_use(
    book: Book, stored: Table, record: Record, others: Sequence[Record], resting: Sequence[Record]
) -> Note:
    """Why a record stays that others refer to; a value of a list can be deactivated instead."""
    sheet, key = record
    named = tuple(name for _, name in (others or resting)[:NAMED])
    if book.sheet(sheet).holds != "choices":
        return Note("delete-refused" if others else "delete-resting", {"key": key, "other": named})
    user = "issue.choice-user" if others else "issue.choice-resting"
    return _about_choice(stored, key, Saying(user, {"key": named}))


def _of_schema(book: Book, stored: Table, record: Record) -> Note | None:
    """Why a value stays that the schema has: formulas and rules may name it, and it would come back."""
    sheet, key = record
    if book.sheet(sheet).holds != "choices":
        return None
    category, code = (stored.value(key, name) for name in ("category", "code"))
    known = book.category_by_key.get(str(category))
    if known is None or str(code) not in known.by_code:
        return None
    return _about_choice(stored, key, Saying("issue.choice-of-schema", {}))


def _about_choice(stored: Table, key: str, user: Saying) -> Note:
    label = stored.value(key, "zh") or stored.value(key, "en") or key
    return Note("choice-in-use", {"choice": label, "user": user})


def _users(book: Book, stored: Tables, changes: Sequence[Change]) -> Mapping[Record, list[Record]]:
    """The records that refer to each record, or hold a value, with the changes applied."""
    users: dict[Record, list[Record]] = defaultdict(list)
    coming = {(change.sheet, change.key): change.after for change in changes}
    choices = _choices(book, stored)
    for sheet in book.sheets:
        rows = stored[sheet.key].rows
        keys = dict.fromkeys((*rows, *(key for where, key in coming if where == sheet.key)))
        for item in sheet.stored_fields:
            if item.type != "ref" and item.category is None:
                continue
            at = stored[sheet.key].position(item.key)
            for key in keys:
                value = coming.get((sheet.key, key), {}).get(item.key, rows[key][at] if key in rows else None)
                for one in value if isinstance(value, tuple) else (value,):
                    target = (str(item.to), str(one)) if item.to else choices.get((item.category, one))
                    if one is not None and target is not None:
                        users[target].append((sheet.key, key))
    if book.dictionary is not None:
        for key, values in records_of(stored[book.dictionary.key]):
            category = book.category_by_key.get(str(values["category"]))
            parent = choices.get((category.parent, values.get("parent"))) if category is not None else None
            if parent is not None:
                users[parent].append((book.dictionary.key, key))
    return users


def _choices(book: Book, stored: Tables) -> Mapping[tuple[Value, Value], Record]:
    """The dictionary's records by category and code."""
    if book.dictionary is None:
        return {}
    return {
        (values["category"], code_of(values, key)): (book.dictionary.key, key)
        for key, values in records_of(stored[book.dictionary.key])
    }


def _deletion(stored: Table, key: str) -> Change:
    values = zip(stored.fields, stored.rows[key], strict=True)
    return Change("delete", stored.sheet, key, {name: value for name, value in values if value is not None})


def _refusal(checked: Checked, record: Record, note: Note) -> Issue:
    place = next(
        issue.place
        for issue in checked.issues
        if issue.code == "row-missing" and (issue.place.sheet, issue.place.key) == record
    )
    return Issue(note.code, place, record[1], None, note.facts)


def guard(book: Book, lang: Lang, stored: Tables, found: Deletions) -> None:
    """Refuse to delete many records of a sheet at once.

    Raises:
        StoreError: ``mass-delete``.
    """
    for sheet, count in too_many(stored, (change.sheet for change in found.changes)).items():
        label, total = book.sheet(sheet).label.line(lang), len(stored[sheet].rows)
        raise StoreError("mass-delete", sheet=label, count=count, total=total)


def too_many(stored: Tables, sheets: Iterable[str]) -> dict[str, int]:
    """The sheets of which too many records would be deleted at once, and how many.

    Args:
        stored: the records now.
        sheets: the sheet of each record to be deleted.
    """
    counts = Counter(sheets)
    return {
        sheet: count
        for sheet, count in counts.items()
        if count > max(1, len(stored[sheet].rows) * MASS_DELETE_SHARE)
    }
