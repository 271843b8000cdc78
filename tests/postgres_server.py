"""A private PostgreSQL server for tests: in a temporary folder, on a socket there, gone with the tests."""

from __future__ import annotations

import getpass
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import exc

from custbook_gen.store.server import for_driver

PATIENCE = 60.0
"""Seconds in which a server is there, on a machine that is busy with other things."""

SWORN = "sworn"
"""The one user who needs a password, on a private server; nobody is called so at first."""

WHILE_NEEDED = """
"$@" & server=$!
read -r _
kill -INT $server
wait $server
rm -rf "$FOLDER"
"""
"""Ends with whoever holds the other end of its input, however that one ends."""


class NoServerError(Exception):
    """There is no server to be had, and why."""


@cache
def programs() -> Path | None:
    """The folder of PostgreSQL's programs, of the newest version that there is."""
    if os.name != "posix":
        return None
    named = shutil.which("initdb")
    places = [Path(named).resolve().parent] if named else []
    places += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda place: int(re.sub(r"\D", "", place.parent.name) or 0),
        reverse=True,
    )
    return next((place for place in places if (place / "postgres").exists()), None)


@contextmanager
def private_server() -> Iterator[str]:
    """The address of a server that nobody else knows.

    Its texts are sorted as people sort them, by which the store must not be misled.

    Raises:
        NoServerError: PostgreSQL is not installed, or does not start.
    """
    place = programs()
    if place is None:
        raise NoServerError("PostgreSQL is not installed here (no initdb in PATH or /usr/lib/postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # the path of a socket must be short
    user, other = _owner(folder)
    own = {"env": {**os.environ, "FOLDER": str(folder), "LC_ALL": "C"}, "cwd": folder, **other}
    data = folder / "data"
    _make(place, data, own)
    words = [str(place / "postgres"), "-D", str(data), "-k", str(folder), "-F"]
    for setting in ("listen_addresses=", "full_page_writes=off", "shared_buffers=16MB", "max_connections=30"):
        words += ["-c", setting]
    with (folder / "log").open("wb") as log:
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", WHILE_NEEDED, "keeper", *words],
            stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, **own,
        )  # fmt: skip
    try:
        address = f"postgresql://{user}@/postgres?host={folder}"
        _wait(address, folder / "log")
        yield address
    finally:
        keeper.communicate(timeout=PATIENCE)


def _owner(folder: Path) -> tuple[str, dict[str, Any]]:
    """Whom the server runs as, who gets its folder, and how to start it as them: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return getpass.getuser(), {}
    import pwd  # noqa: PLC0415 - other systems have none

    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "nobody") if name in known)
    os.chown(folder, known[user].pw_uid, known[user].pw_gid)
    return user, {"user": user, "group": known[user].pw_gid, "extra_groups": []}


def _make(place: Path, data: Path, own: dict[str, Any]) -> None:
    words = [str(place / "initdb"), "-D", str(data), "-A", "trust", "-E", "UTF8", "--no-sync"]
    for sorting in (["--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8"], ["--locale=C"]):
        made = subprocess.run([*words, *sorting], check=False, capture_output=True, text=True, **own)
        if made.returncode == 0:
            rules = data / "pg_hba.conf"
            rules.write_text(f"local all {SWORN} scram-sha-256\n{rules.read_text('utf-8')}", "utf-8")
            return
        shutil.rmtree(data, ignore_errors=True)
    shutil.rmtree(data.parent, ignore_errors=True)
    raise NoServerError(f"{shlex.join(words)}: {made.stderr.strip()}")


def _wait(address: str, log: Path) -> None:
    """Wait until the server answers."""
    engine = sa.create_engine(for_driver(sa.make_url(address))[0], poolclass=sa.NullPool)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            engine.connect().close()
        except exc.OperationalError:
            if time.monotonic() > until:
                raise NoServerError(log.read_text("utf-8", errors="replace")) from None
            time.sleep(0.05)
        else:
            return


@contextmanager
def empty_place(address: str) -> Iterator[str]:
    """The address of a schema of its own in a database, in which there is nothing yet."""
    engine = sa.create_engine(for_driver(sa.make_url(address))[0], poolclass=sa.NullPool)
    place = f"custbook_{uuid4().hex}"
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(place))
    yield (
        sa.make_url(address)
        .update_query_dict({"options": f"-csearch_path={place}"})
        .render_as_string(hide_password=False)
    )
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(place, cascade=True))


@contextmanager
def empty_database(address: str, options: str = "") -> Iterator[sa.URL]:
    """The address of a database of its own.

    Args:
        address: where the server is.
        options: how the database is made.
    """
    engine = sa.create_engine(
        for_driver(sa.make_url(address))[0], poolclass=sa.NullPool, isolation_level="AUTOCOMMIT"
    )
    name = f"custbook_{uuid4().hex}"
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} {options}")
    yield sa.make_url(address).set(database=name)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
