"""Which records of removed rows a sync deletes, and which it must not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from custbook_gen.check import Checked
from custbook_gen.errors import StoreError
from custbook_gen.issues import Issue
from custbook_gen.records import Change, Table, Tables
from custbook_gen.schema import Book
from custbook_gen.texts import Lang

MASS_DELETE_SHARE = 0.05

Record = tuple[str, str]
"""A record by its sheet and key."""


@dataclass(frozen=True, slots=True)
class Deletions:
    """What is deleted, and what was asked for and refused."""

    changes: tuple[Change, ...] = ()
    refused: tuple[Issue, ...] = ()


def deletions(
    book: Book, checked: Checked, base: Tables, stored: Tables, changes: Sequence[Change]
) -> Deletions:
    """Deletions of the records whose rows were removed from a workbook.

    Refused are records that others still refer to, that changed since the workbook showed
    them, and those of a sheet where rows have lost their numbers: a removed row may be
    one of these.

    Args:
        book: the schema.
        checked: what was found in the workbook.
        base: the records as the workbook showed them.
        stored: the records now.
        changes: what the workbook's other rows change.
    """
    users = _users(book, stored, changes)
    going = [(sheet, key) for sheet, keys in checked.missing.items() for key in keys]
    unclear = {row.sheet for row in checked.held() if book.sheet(row.sheet).key_field in row.faults}
    staying: dict[Record, str] = {
        (sheet, key): "—"
        for sheet, key in going
        if sheet in unclear or base[sheet].rows[key] != stored[sheet].rows[key]
    }
    found = True
    while found:
        found = False
        for record in going:
            if record in staying:
                continue
            others = [user for user in users.get(record, []) if user not in going or user in staying]
            if others:
                staying[record] = "、".join(key for _, key in others[:3])
                found = True
    return Deletions(
        tuple(_deletion(stored[sheet], key) for sheet, key in going if (sheet, key) not in staying),
        tuple(_refusal(checked, record, other) for record, other in staying.items()),
    )


def _users(book: Book, stored: Tables, changes: Sequence[Change]) -> Mapping[Record, list[Record]]:
    """The records that refer to each record, with the changes applied."""
    users: dict[Record, list[Record]] = defaultdict(list)
    coming = {(change.sheet, change.key): change.after for change in changes}
    for sheet in book.sheets:
        rows = stored[sheet.key].rows
        keys = dict.fromkeys((*rows, *(key for where, key in coming if where == sheet.key)))
        for item in sheet.stored_fields:
            if item.type != "ref":
                continue
            at = stored[sheet.key].position(item.key)
            for key in keys:
                value = coming.get((sheet.key, key), {}).get(item.key, rows[key][at] if key in rows else None)
                if value is not None:
                    users[str(item.to), str(value)].append((sheet.key, key))
    return users


def _deletion(stored: Table, key: str) -> Change:
    values = zip(stored.fields, stored.rows[key], strict=True)
    return Change("delete", stored.sheet, key, {name: value for name, value in values if value is not None})


def _refusal(checked: Checked, record: Record, other: str) -> Issue:
    place = next(
        issue.place
        for issue in checked.issues
        if issue.code == "row-missing" and (issue.place.sheet, issue.place.key) == record
    )
    return Issue("delete-refused", place, record[1], None, {"key": record[1], "other": other})


def guard(book: Book, lang: Lang, stored: Tables, found: Deletions) -> None:
    """Refuse to delete many records of a sheet at once.

    Raises:
        StoreError: ``mass-delete``.
    """
    for sheet in book.sheets:
        total = len(stored[sheet.key].rows)
        count = sum(change.sheet == sheet.key for change in found.changes)
        if count > max(1, total * MASS_DELETE_SHARE):
            raise StoreError("mass-delete", sheet=sheet.label.line(lang), count=count, total=total)
