"""Creating and opening a store, and its transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from custbook_gen.errors import StoreError
from custbook_gen.last_runs import store_state
from custbook_gen.schema import Book
from custbook_gen.store import server, sqlite, wire
from custbook_gen.store.addresses import Address, address_of, shown
from custbook_gen.store.evolve import (
    Kept,
    add_missing,
    obstacle,
    remembered,
    schema_hash,
    schema_text,
    unused_sheets,
)
from custbook_gen.store.moving import Watch, copy_all, is_same, refuse_moved
from custbook_gen.store.snapshot import Snapshot
from custbook_gen.store.tables import ADDED_LATER, FORMAT, Layout, layout_of
from custbook_gen.store.transaction import Stamp, Transaction
from custbook_gen.store_ahead import RowsAhead
from custbook_gen.value_objects import value_object


@value_object
class _Database:
    """An engine, and the store's name as messages may show it."""

    engine: sa.Engine
    name: str
    patience: float

    @contextmanager
    def connect(self, *, writes: bool) -> Iterator[sa.Connection]:
        """A connection inside a transaction, which is rolled back unless committed.

        Raises:
            StoreError: ``store-locked``, ``store-corrupt``, ``store-unreachable``, ``store-server``
                or ``disk-full``.
        """
        try:
            with self.engine.connect().execution_options(**self._options(writes)) as connection:
                connection.begin()
                if writes and server.known(self.engine.url):
                    server.lock(connection, self.patience)
                yield connection
        except wire.UnreadableError as error:
            raise StoreError("store-corrupt", store=self.name, reason=error.place) from error
        except (exc.DBAPIError, sqlite3.Error, UnicodeDecodeError) as error:  # some the driver's own
            refused = self._refusal(error)
            if refused is None:
                raise
            raise refused from error

    def _options(self, writes: bool) -> dict[str, Any]:
        if server.known(self.engine.url):
            return server.isolation(writes=writes)
        return {sqlite.WRITES: writes}

    def _refusal(self, error: Exception) -> StoreError | None:
        if not isinstance(error, exc.DBAPIError):
            return sqlite.refusal(error, self.name)
        if self.engine.url.get_backend_name() == "sqlite":
            return sqlite.refusal(error.orig, self.name)
        return server.refusal(error, self.name)


class Store:
    """The record of one book: its rows, and how they came to be.

    Made by :func:`create_store` and :func:`open_store`.  It holds no connection open
    between transactions.
    """

    def __init__(self, database: _Database, layout: Layout, book_id: str) -> None:
        self._database = database
        self._layout = layout
        self._book_id = book_id
        self._ahead: RowsAhead | None = None

    @property
    def book(self) -> Book:
        """The schema of the book."""
        return self._layout.book

    @property
    def book_id(self) -> str:
        """What tells this book from every other."""
        return self._book_id

    @property
    def name(self) -> str:
        """The store's name as messages may show it: no folder, user or password."""
        return self._database.name

    def expect(self, ahead: RowsAhead | None) -> None:
        """Take the records from a worker that reads them already, if they are still the same.

        Args:
            ahead: what it reads; nothing, or another file than the store's, changes nothing.
        """
        url = self._database.engine.url
        if ahead is not None and url.get_backend_name() == "sqlite":
            with suppress(OSError):
                if sqlite.file_of(url, self.name).samefile(ahead.path):
                    self._ahead = ahead
        if ahead is not None and self._ahead is None:
            ahead.close()

    def state(self) -> str | None:
        """What tells the states of the store apart; nothing where that cannot be known.

        Where it is the same before a transaction and after it, nobody changed the store meanwhile.
        It must not be asked for within one: see :func:`~custbook_gen.last_runs.store_state`.
        """
        url = self._database.engine.url
        if url.get_backend_name() != "sqlite":
            return None
        return store_state(sqlite.file_of(url, self.name))

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """One consistent view of the store; writers wait until it is left.

        Raises:
            StoreError: ``store-locked``, ``store-corrupt``, ``store-unreachable`` or ``disk-full``.
        """
        with self._database.connect(writes=False) as connection:
            yield Snapshot(connection, self._layout, self._ahead)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """The store for this program alone: committed at the end of the ``with`` block.

        An exception undoes everything.

        Raises:
            StoreError: ``store-locked``, ``store-corrupt``, ``store-unreachable``, ``disk-full`` or,
                where it was moved since it was opened, ``store-moved``.
        """
        with self._database.connect(writes=True) as connection:
            refuse_moved(connection, self._layout, self.name)
            yield Transaction(connection, self._layout)
            connection.commit()

    @contextmanager
    def moving(self, url: Address, stamp: Stamp, watch: Watch) -> Iterator[str]:
        """Have another database hold everything, and have nobody write here any more after the block.

        In the block the other one is complete, and nobody can write into this one yet; an
        exception leaves this one as it was.  A database that holds the same already will do.

        Args:
            url: address of the other database, which is empty.
            stamp: who moves it, and when.
            watch: wants to know how many records there are, and how many are done.

        Yields:
            The other one's name as messages may show it.

        Raises:
            StoreError: as for :func:`create_store` and :meth:`writing`.
        """
        target = _prepared(url)
        with self._database.connect(writes=True) as here:
            refuse_moved(here, self._layout, self.name)
            with target.connect(writes=True) as there:
                if not sa.inspect(there).get_table_names():
                    _refuse_encoding(there, target)
                    copy_all(here, there, self._layout, self.name, watch)
                if not is_same(here, there, self._layout):
                    raise StoreError("store-exists", store=target.name)
                there.commit()
            yield target.name
            here.execute(
                self._layout.moved.insert().values(at=stamp.at.isoformat(), to=target.name, user=stamp.user)
            )
            here.commit()

    @contextmanager
    def replacing(self, source: Path) -> Iterator[None]:
        """Give the store the content of another one, at the end of the ``with`` block.

        Only for stores that are SQLite files.  In the block it can be read, and nobody can
        write; an exception leaves everything as it was.

        Args:
            source: the file of the other store.

        Raises:
            StoreError: ``store-locked``, ``store-unreachable`` or ``disk-full``.
        """
        with sqlite.replacing(self._database.engine.url, source, self.name):
            yield


def create_store(url: Address, book: Book, book_id: str) -> Store:
    """Make a new, empty store.

    Args:
        url: SQLAlchemy address, such as ``sqlite:///book.db``; ``?timeout=SECONDS`` says
            how long to wait for other programs.
        book: the schema of the book.
        book_id: what tells this book from every other.

    Raises:
        StoreError: ``store-exists``, ``store-url``, ``store-driver``, ``store-locked``,
            ``store-unreachable``, ``store-server``, ``store-encoding`` or ``disk-full``.
    """
    if is_begun(url):
        raise StoreError("store-exists", store=shown(address_of(url)))
    database = _prepared(url)
    layout = layout_of(book)
    with database.connect(writes=True) as connection:
        if sa.inspect(connection).get_table_names():
            raise StoreError("store-exists", store=database.name)
        _refuse_encoding(connection, database)
        add_missing(connection, layout)
        text = schema_text(book)
        connection.execute(
            layout.identity.insert().values(
                book_id=book_id,
                schema_key=book.key,
                version=book.version,
                schema=text,
                schema_hash=schema_hash(text),
                format=FORMAT,
            )
        )
        connection.commit()
    return Store(database, layout, book_id)


def open_store(url: Address, book: Book, book_id: str | None) -> Store:
    """Open a store, and follow what was added to the book's schema, or loosened.

    New sheets, optional fields and choices are added to the tables in one transaction.

    Args:
        url: SQLAlchemy address, as for :func:`create_store`.
        book: the schema of the book as it is now.
        book_id: the book that is wanted; whichever it is where left out.

    Raises:
        StoreError: ``store-missing``, ``store-foreign`` (it keeps another book),
            ``store-newer``, ``store-schema`` (stored values may not be what the schema asks now),
            ``store-moved``, ``store-corrupt``, ``store-locked``, ``store-unreachable``, ``disk-full``,
            ``store-url`` or ``store-driver``.
    """
    address, database = _database(url)
    if address.get_backend_name() == "sqlite":
        path = sqlite.file_of(address, database.name)
        if not sqlite.holds_anything(path, database.name):
            raise StoreError("store-missing", store=database.name)
    layout = layout_of(book)
    with database.connect(writes=False) as connection:
        found, current = _identify(connection, layout, database.name, book_id)
    if not current:
        with database.connect(writes=True) as connection:
            _follow(connection, layout, database.name)
            connection.commit()
    return Store(database, layout, found)


def is_begun(url: Address) -> bool:
    """Whether there is a store at an address, or anything else.

    Raises:
        StoreError: ``store-locked``, ``store-unreachable``, ``store-server``, ``store-url``
            or ``store-driver``.
    """
    address, database = _database(url)
    if address.get_backend_name() == "sqlite":
        return not sqlite.is_empty(sqlite.file_of(address, database.name), database.name)
    with database.connect(writes=False) as connection:
        return bool(sa.inspect(connection).get_table_names())


def _prepared(url: Address) -> _Database:
    """A database to make a store in, its file there and nobody else's to read."""
    address, database = _database(url)
    if address.get_backend_name() == "sqlite":
        sqlite.prepare_file(sqlite.file_of(address, database.name), database.name)
    return database


def _refuse_encoding(connection: sa.Connection, database: _Database) -> None:
    if server.known(database.engine.url):
        server.refuse_encoding(connection, database.name)


def _database(url: Address) -> tuple[sa.URL, _Database]:
    address = address_of(url)
    name = shown(address)
    try:
        is_file = address.get_backend_name() == "sqlite"
        direct, patience = (address, 0.0) if is_file else server.for_driver(address)
        options = sqlite.engine_options(address) if is_file else server.engine_options()
        engine = sa.create_engine(direct, **options)
    except (exc.NoSuchModuleError, ImportError):
        raise StoreError("store-driver", store=name, driver=address.drivername) from None
    except (exc.ArgumentError, TypeError, ValueError):
        raise StoreError("store-url", store=name) from None
    if is_file:
        sqlite.attach(engine)
    return address, _Database(engine, name, patience)


def _identify(connection: sa.Connection, layout: Layout, name: str, book_id: str | None) -> tuple[str, bool]:
    """The book that a store keeps, and whether its schema is the one wanted."""
    identity, there = layout.identity.c, set(sa.inspect(connection).get_table_names())
    if not there and connection.dialect.name != "sqlite":
        raise StoreError("store-missing", store=name)
    # asked first and alone: a newer program may have arranged everything else anew
    number = connection.scalar(sa.select(identity.format))
    if number is None:
        raise StoreError("store-corrupt", store=name, reason="_book")
    if number > FORMAT:
        raise StoreError("store-newer", store=name, found=number, known=FORMAT)
    found, schema = connection.execute(sa.select(identity.book_id, identity.schema_hash)).one()
    if book_id is not None and found != book_id:
        raise StoreError("store-foreign", store=name, found=found, expected=book_id)
    lacking = {table.name for table in layout.own()} - there
    lost = min(lacking - ADDED_LATER, default=None)
    if lost is not None:  # made anew it would be empty, and nobody would know what is gone
        raise StoreError("store-corrupt", store=name, reason=lost)
    if layout.moved.name in there:
        refuse_moved(connection, layout, name)
    return str(found), not lacking and schema == schema_hash(schema_text(layout.book))


def _kept(connection: sa.Connection, layout: Layout) -> Kept:
    """The values in the store's dictionary, if it has one already."""
    sheet = layout.book.dictionary
    if sheet is None or sheet.key not in sa.inspect(connection).get_table_names():
        return frozenset()
    columns = layout.sheets[sheet.key].c
    query = sa.select(columns.category, sa.func.coalesce(columns.code, columns[sheet.key_field]))
    return frozenset((category, code) for category, code in connection.execute(query))


def _follow(connection: sa.Connection, layout: Layout, name: str) -> None:
    """Bring the tables up to the book's schema, if stored values are what it asks in any case."""
    identity, book = layout.identity, layout.book
    schema = connection.execute(sa.select(identity.c.schema)).scalar_one()
    found = obstacle(schema, book, _kept(connection, layout), unused_sheets(connection, layout))
    if found is not None:
        raise StoreError("store-schema", store=name, place=found.place, why=found.why())
    add_missing(connection, layout)
    text = schema_text(book)
    connection.execute(
        identity.update().values(
            version=book.version, schema=remembered(schema, book), schema_hash=schema_hash(text)
        )
    )
