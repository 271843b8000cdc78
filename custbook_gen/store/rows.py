"""The records of a sheet as they are in the database, and as they were before a change."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from itertools import chain
from operator import lt
from typing import Any, cast

import sqlalchemy as sa

from custbook_gen.portions import PORTION
from custbook_gen.records import Change, ColumnRows, Row, Table, Value
from custbook_gen.schema import Sheet
from custbook_gen.store import wire
from custbook_gen.store.tables import Layout, key_portions
from custbook_gen.store_ahead import RowsAhead
from custbook_gen.workers import WorkerFailedError

Portion = Sequence[Sequence[Value]]
"""The columns of some records."""


def all_rows(connection: sa.Connection, layout: Layout, sheet: Sheet) -> Mapping[str, Row]:
    """The records of a sheet, in the order of their keys."""
    table, fields = layout.sheets[sheet.key], sheet.stored_fields
    # unsorted: SQLite would copy all rows into a tree first, and they mostly lie in this order anyway
    found = connection.execute(sa.select(*(table.c[field.key] for field in fields)))
    decode, read = wire.column_decoder(fields), list[Portion]()
    with closing(found):
        cursor: Any = found.cursor
        while part := cursor.fetchmany(PORTION):  # plain tuples, twice as fast as the library's
            read.append(decode(zip(*part, strict=True)))
    return _by_key(sheet, read)


def rows_ahead(ahead: RowsAhead, layout: Layout, latest: Sequence[object]) -> dict[str, Mapping[str, Row]]:
    """The records that a worker has read, by sheet, in the order of their keys.

    Args:
        ahead: what the worker reads.
        layout: the tables as they are to be.
        latest: the latest revision.

    Returns:
        Whole tables alone, and none if the worker found another revision.
    """
    found: dict[str, Mapping[str, Row]] = {}
    with closing(ahead), suppress(WorkerFailedError):
        revision, tables = ahead.header()
        for name, columns in tables if tuple(revision) == tuple(latest) else ():
            sheet = layout.book.sheet(name) if name in layout.sheets else None
            if sheet is None or not {field.key for field in sheet.stored_fields} <= set(columns):
                deque(ahead.table(), maxlen=0)
                continue
            places = [columns.index(field.key) for field in sheet.stored_fields]
            decode = wire.column_decoder(sheet.stored_fields)
            read = [decode(portion[at] for at in places) for portion in ahead.table()]
            found[name] = _by_key(sheet, read)
    return found


def _by_key(sheet: Sheet, columns: Sequence[Portion]) -> Mapping[str, Row]:
    """The records of a sheet in the order of their keys."""
    at = next(place for place, field in enumerate(sheet.stored_fields) if field.key == sheet.key_field)
    keys = cast(Sequence[str], list(chain.from_iterable(portion[at] for portion in columns)))
    if _ascend(keys):
        return ColumnRows(keys, columns)
    rows = chain.from_iterable(zip(*portion, strict=True) for portion in columns)
    found = dict(zip(keys, rows, strict=True))
    if len(found) != len(keys):  # one stands there as text and as bytes: none of the two may get lost
        raise wire.UnreadableError(sheet.key_field)
    return in_order(found)


def in_order(rows: dict[str, Row]) -> dict[str, Row]:
    """Records in the order of their keys, in which they mostly are.

    Raises:
        UnreadableError: some of the keys are none.
    """
    return rows if _ascend(list(rows)) else dict(sorted(rows.items()))


def _ascend(keys: Sequence[str]) -> bool:
    try:
        return all(map(lt, keys, keys[1:]))
    except TypeError:
        raise wire.UnreadableError("key") from None


def some_rows(connection: sa.Connection, layout: Layout, sheet: Sheet, keys: Sequence[str]) -> dict[str, Row]:
    """Those of some records that there are, in no order."""
    table = layout.sheets[sheet.key]
    names = [field.key for field in sheet.stored_fields]
    found: list[Sequence[wire.Wire]] = []
    for portion in key_portions(keys):
        wanted = table.c[sheet.key_field].in_(portion)
        query = sa.select(*(table.c[name] for name in names)).where(wanted)
        found += connection.execute(query).all()
    at = names.index(sheet.key_field)
    return {str(row[at]): row for row in wire.decode_rows(sheet.stored_fields, found)}


def keys_as_text(connection: sa.Connection, layout: Layout, sheet: Sheet, keys: Sequence[str]) -> bool:
    """Have keys that some tool stored as bytes stored as the text that they are; whether there were any."""
    if connection.dialect.name != "sqlite":
        return False  # columns of others hold nothing but text
    table = layout.sheets[sheet.key]
    key = table.c[sheet.key_field]
    lying = sa.type_coerce(key, sa.LargeBinary).in_([text.encode() for text in keys if wire.storable(text)])
    changed = connection.execute(table.update().where(lying).values({key: sa.cast(key, sa.Text)}))
    return changed.rowcount > 0


def renewed(connection: sa.Connection, layout: Layout, table: Table, keys: Collection[str]) -> Table:
    """A table with some of its records read again."""
    if not keys:
        return table
    found = some_rows(connection, layout, layout.book.sheet(table.sheet), list(keys))
    rows = {key: row for key, row in table.rows.items() if key not in keys or key in found}
    rows.update(found)
    return replace(table, rows=in_order(rows))


def undo(change: Change, sheet: Sheet, rows: dict[str, Row]) -> None:
    """Take one change back, in the records of its sheet."""
    if change.kind == "insert":
        del rows[change.key]
        return
    keys = [field.key for field in sheet.stored_fields]
    present = rows.get(change.key, (None,) * len(keys))
    rows[change.key] = tuple(change.before.get(key, value) for key, value in zip(keys, present, strict=True))
