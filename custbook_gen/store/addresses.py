"""Where a store is: the addresses of databases, and the paths in those of SQLite files."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from custbook_gen.errors import StoreError
from custbook_gen.store import sqlite

Address = str | sa.URL
"""An address as somebody wrote it, or in its parts, where a path may have any characters."""


def store_url(folder: Path, said: str) -> sa.URL:
    """The address of a project's store, the path of an SQLite file made absolute.

    Args:
        folder: the project's, from which such a path starts.
        said: what the project says.

    Raises:
        StoreError: ``store-url``.
    """
    url = address_of(said)
    path = url.database
    if url.get_backend_name() != "sqlite" or not path or path == ":memory:" or path.startswith("file:"):
        return url
    return url.set(database=str((folder / path).absolute()))


def file_url(path: Path) -> sa.URL:
    """The address of an SQLite file."""
    return sa.URL.create("sqlite", database=str(path))


def store_file(url: Address) -> Path:
    """The file that a store is.

    Raises:
        StoreError: ``store-no-file``: it is a database on a server; ``store-url``.
    """
    address = address_of(url)
    name = shown(address)
    if address.get_backend_name() != "sqlite":
        raise StoreError("store-no-file", store=name)
    return sqlite.file_of(address, name)


def address_of(url: Address) -> sa.URL:
    """An address in its parts.

    Raises:
        StoreError: ``store-url``.
    """
    try:
        address = sa.make_url(url)
    except (exc.ArgumentError, ValueError):
        # the driver's sentence would quote the address, and with it a password
        raise StoreError("store-url", store=_base(str(url).partition(":")[0])) from None
    if "@" in (address.host or ""):  # what stands before it is the end of a password
        raise StoreError("store-url", store=address.drivername)
    return address


def shown(address: sa.URL) -> str:
    """The address without folders, user, password and options."""
    base = _base(address.database or "")
    if not address.host:
        return base or address.drivername
    return f"{address.drivername}://{address.host}/{base}"


def _base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
