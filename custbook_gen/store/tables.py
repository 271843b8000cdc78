"""The store's tables: one per sheet, and its own, whose names begin with an underscore."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, TypeVar

import sqlalchemy as sa

from custbook_gen.schema import Book, Sheet
from custbook_gen.store.wire import WireRow, column_type, storable
from custbook_gen.value_objects import value_object

FORMAT: Final = 1
"""The number of this arrangement of tables; a program opens no store of a higher one."""

ADDED_LATER: Final = frozenset({"_unshown", "_verdict", "_moved"})
"""Tables that stores of earlier programs lack; they are made when such a store is opened."""

_PORTION: Final = 500
"""Keys asked for at once: older databases allow 999 parameters in a statement."""

TEXT: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Text in the order of its code points, wherever the server thinks that its users are."""

T = TypeVar("T")


@value_object
class Layout:
    """All tables of the store of one book."""

    book: Book
    metadata: sa.MetaData
    sheets: Mapping[str, sa.Table]
    identity: sa.Table
    revision: sa.Table
    history: sa.Table
    sequence: sa.Table
    arrival: sa.Table
    unshown: sa.Table
    conflict: sa.Table
    verdict: sa.Table
    moved: sa.Table
    external: sa.Table
    quality: sa.Table

    def own(self) -> Iterator[sa.Table]:
        """The tables that are not those of sheets."""
        return (table for table in self.metadata.tables.values() if table.name not in self.sheets)

    def numbered(self) -> Iterator[Sheet]:
        """The sheets whose keys are numbers given by the tool."""
        return (sheet for sheet in self.book.sheets if sheet.field(sheet.key_field).type == "auto")


def layout_of(book: Book) -> Layout:
    """The tables that the store of a book has."""
    metadata = sa.MetaData()
    return Layout(
        book=book,
        metadata=metadata,
        sheets={sheet.key: _sheet_table(metadata, sheet) for sheet in book.sheets},
        identity=_table(
            metadata, "_book", "!book_id", "schema_key", "version#", "schema", "schema_hash", "format#"
        ),
        revision=_table(metadata, "_revision", "!number#", "at", "user", "action", "source", "workbook_id"),
        history=_history_table(metadata),
        sequence=_table(metadata, "_sequence", "!sheet", "next#"),
        arrival=_table(
            metadata, "_arrival", "!workbook_id", "!base#", "!sheet", "!fingerprint", "!ordinal#", "key"
        ),
        unshown=_table(metadata, "_unshown", "!workbook_id", "!base#", "!place", "!revision#"),
        conflict=_table(
            metadata, "_conflict", "!workbook_id", "!sheet", "!key", "!field", "base?", "edited?", "stored?"
        ),
        verdict=_table(metadata, "_verdict", "!about", "sheet", "key", "field", "choice", "at", "user"),
        moved=_table(metadata, "_moved", "!at", "to", "user"),
        external=_table(metadata, "_external", "!system", "!sheet", "!external_id", "key"),
        quality=_table(
            metadata,
            "_quality",
            "!day",
            "customers#",
            "completeness?",
            "valid?",
            "unique?",
            "timely?",
            "score?",
        ),
    )


def _sheet_table(metadata: sa.MetaData, sheet: Sheet) -> sa.Table:
    columns = []
    for field in sheet.stored_fields:
        kind = TEXT if column_type(field) == "text" else sa.BigInteger()
        columns.append(sa.Column(field.key, kind, primary_key=field.key == sheet.key_field))
    return sa.Table(sheet.key, metadata, *columns, sa.Column("_revision", sa.BigInteger(), nullable=False))


def _history_table(metadata: sa.MetaData) -> sa.Table:
    names = ("!revision#", "!position#", "sheet", "key", "kind", "before?", "after?")
    table = _table(metadata, "_history", *names)
    sa.Index("_history_of_record", table.c.sheet, table.c.key)
    return table


def _table(metadata: sa.MetaData, name: str, *columns: str) -> sa.Table:
    """A table by its columns' names: ``!`` marks the key, ``#`` numbers, ``?`` what may be missing."""
    return sa.Table(
        name,
        metadata,
        *(
            sa.Column(
                column.strip("!#?"),
                sa.BigInteger() if column.endswith("#") else TEXT,
                primary_key=column.startswith("!"),
                autoincrement=False,
                nullable=column.endswith("?"),
            )
            for column in columns
        ),
    )


def portions(items: Iterable[T], size: int = _PORTION) -> Iterator[Sequence[T]]:
    """The items in portions, by default small enough for the parameters of one statement."""
    rest = iter(items)
    while portion := list(islice(rest, size)):
        yield portion


def key_portions(keys: Iterable[str]) -> Iterator[Sequence[str]]:
    """Keys in such portions, without those that no database can hold or be asked for."""
    return portions(filter(storable, keys))


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[WireRow]) -> None:
    """Insert rows that have one value per column, in the table's order."""
    execute_rows(connection, table.insert(), [column.name for column in table.columns], rows)


def execute_rows(
    connection: sa.Connection,
    statement: sa.Insert | sa.Update,
    names: Sequence[str],
    rows: Sequence[WireRow],
) -> None:
    """Execute a statement once per row.

    Args:
        connection: where.
        statement: sets columns of its table; an update finds its row by one more parameter.
        names: the columns, in the table's order, and the parameter.
        rows: a value per name.
    """
    if not rows:
        return
    dialect = connection.dialect
    if dialect.positional:
        # rows go to the driver as they are: naming every value takes as long as storing it
        text = str(statement.compile(dialect=dialect, column_keys=list(names)))
        connection.exec_driver_sql(text, list(rows))
    else:
        connection.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])
