"""What rests in a store: sheets and fields that the schema leaves out now, and what they refer to.

Nobody sees it, and it is back when the schema has it again, with its references and its
values of lists: what they mean must not be gone by then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from custbook_gen.dictionary import code_of, records_of
from custbook_gen.records import Table
from custbook_gen.schema import Label, Sheet
from custbook_gen.store.evolve import Document
from custbook_gen.store.rows import some_rows
from custbook_gen.store.tables import Layout, key_portions
from custbook_gen.store.wire import Wire, dump, load

Record = tuple[str, str]
"""A record by its sheet and key."""
Users = Mapping[Record, Collection[Record]]
"""The resting records that refer to a record, or hold the value of a list that it is."""


def resting_users(connection: sa.Connection, layout: Layout, records: Collection[Record]) -> Users:
    """What refers to some records from sheets and fields that the schema leaves out.

    Args:
        connection: where.
        layout: the tables of the book as it is now.
        records: the records; each of them is in what is returned.
    """
    users: dict[Record, list[Record]] = {record: [] for record in records}
    if not records:
        return users
    choices = _choices(connection, layout, records)
    for sheet, field in _resting_fields(connection, layout):
        if field["type"] == "ref":
            meant: Mapping[str, Record] = {key: (to, key) for to, key in records if to == field["to"]}
        else:
            meant = choices.get(field.get("category"), {})
        for key, value in _values(connection, sheet, field, meant):
            users[meant[value]].append((sheet["key"], key))
    return users


def resting_sheets(connection: sa.Connection, layout: Layout) -> dict[str, Label]:
    """What the sheets are called that the schema had and has not now, by key."""
    sheets = {sheet["key"]: sheet for sheet, _ in _resting_fields(connection, layout)}
    return {
        key: Label.model_validate(sheet["label"])
        for key, sheet in sheets.items()
        if key not in layout.book.sheet_by_key
    }


def with_resting(
    connection: sa.Connection, layout: Layout, sheet: Sheet, history: Sequence[tuple[Wire, ...]]
) -> Sequence[tuple[Wire, ...]]:
    """Lines of the history in which deleted records have what rests of them as well.

    The schema may have it again by the time when the deletion is undone.

    Args:
        connection: where the records still are.
        layout: the tables of the book as it is now.
        sheet: the records' sheet.
        history: the lines, as of :class:`.steps.Batch`.
    """
    keys = [str(key) for _, _, key, kind, _, _ in history if kind == "delete"]
    resting = _resting_fields(connection, layout) if keys else ()
    fields = [field["key"] for where, field in resting if where["key"] == sheet.key]
    held: dict[str, dict[str, Wire]] = {}
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in (sheet.key_field, *fields)]
    for portion in key_portions(keys) if fields else ():
        query = sa.select(*columns).select_from(sa.table(sheet.key, *columns)).where(columns[0].in_(portion))
        for key, *values in connection.execute(query):
            held[key] = {name: value for name, value in zip(fields, values, strict=True) if value is not None}
    return [
        (at, where, key, kind, dump({**load(str(before)), **held[str(key)]}), after)
        if kind == "delete" and held.get(str(key))
        else (at, where, key, kind, before, after)
        for at, where, key, kind, before, after in history
    ]


def _choices(
    connection: sa.Connection, layout: Layout, records: Collection[Record]
) -> Mapping[object, Mapping[str, Record]]:
    """Those of the records that are values of lists, by category and code."""
    found: dict[object, dict[str, Record]] = defaultdict(dict)
    sheet = layout.book.dictionary
    keys = [key for where, key in records if sheet is not None and where == sheet.key]
    if sheet is not None and keys:
        rows = some_rows(connection, layout, sheet, keys)
        table = Table(sheet.key, tuple(field.key for field in sheet.stored_fields), rows)
        for key, values in records_of(table):
            found[values["category"]][code_of(values, key)] = (sheet.key, key)
    return found


def _resting_fields(connection: sa.Connection, layout: Layout) -> Iterator[tuple[Document, Document]]:
    """The stored fields that the schema had and has not now, each with its sheet."""
    schema = load(connection.execute(sa.select(layout.identity.c.schema)).scalar_one())
    for sheet in schema["sheets"]:
        present = layout.book.sheet_by_key.get(sheet["key"])
        known = {field.key for field in present.stored_fields} if present is not None else set()
        for field in sheet["fields"]:
            if field["type"] != "calc" and field["key"] not in known:
                yield sheet, field


def _values(
    connection: sa.Connection, sheet: Document, field: Document, meant: Collection[str]
) -> Iterator[tuple[str, str]]:
    """The records whose field holds one of some values, with that value."""
    key: sa.ColumnClause[Any] = sa.column(sheet["key_field"])
    value: sa.ColumnClause[Any] = sa.column(field["key"])
    query: sa.Select[Any] = sa.select(key, value).select_from(sa.table(sheet["key"], key, value))
    several = field["type"] == "multi"
    for portion in key_portions(meant):
        wanted = value.is_not(None) if several else value.in_(portion)
        for record, found in connection.execute(query.where(wanted)):
            held = set(load(found)) if several else {found}
            yield from ((record, one) for one in portion if one in held)
