"""Everything that a store holds in another database: what the schema leaves out, history and decisions too.

The one that was moved from keeps it all and says that it was moved, so that nobody goes on in it
unawares.  A move that was broken off is finished by another one: what is there already is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import exc

from custbook_gen.errors import StoreError
from custbook_gen.store.tables import TEXT, Layout, insert, portions

_ROWS: Final = 1000
"""Rows that are asked for at a time."""
Watch = Callable[[int], Callable[[int], None]]
"""Is told how many rows there are, and gives what is told how many more are done."""


def refuse_moved(connection: sa.Connection, layout: Layout, name: str) -> None:
    """Refuse a store that was moved elsewhere.

    Raises:
        StoreError: ``store-moved``.
    """
    found = connection.scalar(sa.select(layout.moved.c.to).order_by(layout.moved.c.at.desc()).limit(1))
    if found is not None:
        raise StoreError("store-moved", store=name, to=found)


def is_same(here: sa.Connection, there: sa.Connection, layout: Layout) -> bool:
    """Whether two databases hold the same."""
    ours, theirs = _tables(here, layout), _tables(there, layout)
    return _shape(ours) == _shape(theirs) and all(
        one == other
        for table in ours.sorted_tables
        for one, other in zip_longest(_rows(here, table), _rows(there, table))
    )


def copy_all(here: sa.Connection, there: sa.Connection, layout: Layout, name: str, watch: Watch) -> None:
    """Copy everything from a store into an empty database.

    Args:
        here: the store, which nobody else writes into meanwhile.
        there: the database.
        layout: the tables of the store's book.
        name: what the store is called in messages.
        watch: wants to know how far it has come.

    Raises:
        StoreError: ``store-corrupt``: something in the store is none of what such a store holds.
    """
    tables = _tables(here, layout)
    counts = (here.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables.sorted_tables)
    advance = watch(sum(count or 0 for count in counts))
    tables.create_all(there)
    for table in tables.sorted_tables:
        try:
            for rows in portions(_rows(here, table)):
                insert(there, table, rows)
                advance(len(rows))
        except (exc.DataError, exc.IntegrityError) as error:
            raise StoreError("store-corrupt", store=name, reason=table.name) from error


def _tables(connection: sa.Connection, layout: Layout) -> sa.MetaData:
    """All tables of a database as they are to be, whatever a schema had that it has no longer."""
    found, there = sa.MetaData(), sa.inspect(connection)
    for name in there.get_table_names():
        keys = there.get_pk_constraint(name)["constrained_columns"]
        table = sa.Table(
            name,
            found,
            *(
                sa.Column(
                    column["name"],
                    sa.BigInteger() if isinstance(column["type"], sa.Integer) else TEXT,
                    primary_key=column["name"] in keys,
                    autoincrement=False,
                    nullable=column["nullable"],
                )
                for column in there.get_columns(name)
            ),
        )
        known = layout.metadata.tables.get(name)
        for index in known.indexes if known is not None else ():
            sa.Index(index.name, *(table.c[column.name] for column in index.columns))
    return found


def _shape(tables: sa.MetaData) -> dict[str, list[tuple[str, bool, bool]]]:
    """What there is in tables: their columns, whether they are texts, and belong to the key."""
    return {
        table.name: [(column.name, column.type is TEXT, column.primary_key) for column in table.columns]
        for table in tables.sorted_tables
    }


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[tuple[Any, ...]]:
    """The rows of a table in the order of their keys; bytes, which some tools store, as text."""
    query = sa.select(table).order_by(*table.primary_key)
    for row in connection.execute(query, execution_options={"yield_per": _ROWS}):
        yield tuple(value.decode() if isinstance(value, bytes) else value for value in row)
