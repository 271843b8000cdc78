"""What holds for databases on a server: how writers wait for each other, and what errors mean.

PostgreSQL is the one that is known by name.  It lets two transactions read the same revision
and write at once; a store has one writer at a time, so each takes the store's lock first,
and reads what the one before it committed.
"""

from __future__ import annotations

import os
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import exc

from custbook_gen.errors import StoreError

_PATIENCE: Final = 10.0
"""Seconds to wait for another program's lock, unless the address says ``?timeout=``."""

_ANSWER: Final = "10"
"""Seconds in which a server must answer, unless the address or its client's settings say."""

_PSYCOPG: Final = "postgresql+psycopg"

_PLAIN: Final = frozenset({"postgresql", "postgres"})
"""What addresses begin with that name no driver."""

_LOCK: Final = 0x63757374
"""The first number of the lock that writers take, ``cust``; the second one tells stores apart."""

_MEANING: Final = {
    "55P03": "store-locked",  # the lock was not to be had
    "40P01": "store-locked",  # two programs wait for each other
    "40001": "store-locked",
    "53100": "disk-full",
    "42P01": "store-corrupt",  # no such table
    "42703": "store-corrupt",  # no such column
    "42701": "store-server",  # the database keeps a column's name for itself
    "3F000": "store-server",  # no place to make tables in
    "42501": "store-server",  # no such right
    "25006": "store-server",  # the database can only be read
}


def known(url: sa.URL) -> bool:
    """Whether it is a database whose locks are known here."""
    return url.get_backend_name() == "postgresql"


def for_driver(url: sa.URL) -> tuple[sa.URL, float]:
    """An address as its driver takes it, and for how long to wait for another program.

    PostgreSQL's is psycopg 3, which ``custbook-gen[postgresql]`` installs, unless the address names
    another one; ``postgres://`` is what many who rent out databases call it.

    Raises:
        ValueError: that is no number.
    """
    said = url.query.get("timeout", _PATIENCE)
    if url.drivername in _PLAIN:
        url = url.set(drivername=_PSYCOPG)
    if url.drivername == _PSYCOPG:
        usual = {} if "PGCONNECT_TIMEOUT" in os.environ else {"connect_timeout": _ANSWER}
        # all texts as texts, even of a database that knows bytes alone
        url = url.update_query_dict({**usual, **url.query, "client_encoding": "utf8"})
    return url.difference_update_query(["timeout"]), float(str(said))


def engine_options() -> dict[str, Any]:
    """Options of the engine: no idle connection, which a worker would share; no error quotes records."""
    return {"poolclass": sa.NullPool, "hide_parameters": True}


def isolation(*, writes: bool) -> dict[str, Any]:
    """Options of a connection: readers see one state, writers what was committed before they had the lock."""
    return {"isolation_level": "READ COMMITTED" if writes else "REPEATABLE READ"}


def lock(connection: sa.Connection, patience: float) -> None:
    """Wait until no other program writes; the lock is given back with the transaction."""
    wait = f"{max(1, round(patience * 1000))}ms"  # zero would be for ever
    connection.execute(sa.select(sa.func.set_config("lock_timeout", wait, True)))
    place = sa.func.hashtext(sa.func.current_schema())
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK, place)))


def refuse_encoding(connection: sa.Connection, store: str) -> None:
    """Refuse a database that cannot hold every text.

    Raises:
        StoreError: ``store-encoding``.
    """
    found = connection.scalar(sa.text("SHOW server_encoding"))
    if found != "UTF8":
        raise StoreError("store-encoding", store=store, found=found)


def refusal(error: exc.DBAPIError, store: str) -> StoreError | None:
    """The error of ours that a driver's error amounts to, if any.

    Args:
        error: the driver's, as it was wrapped.
        store: the store's name in messages.
    """
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None)
    code = _MEANING.get(str(state))
    if code is None and (state is None or isinstance(error, exc.OperationalError | exc.InterfaceError)):
        code = "store-server"
    reason = next(iter(str(error.orig).splitlines()), "")
    return None if code is None else StoreError(code, store=store, file=store, reason=reason)
