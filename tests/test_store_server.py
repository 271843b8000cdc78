"""A store on a database server: writers wait for each other, and what the server refuses is one sentence.

The first half takes a private PostgreSQL server, or a database for tests that ``CUSTBOOK_SERVER``
names (``postgresql://user@host/scratch``).
"""

import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from custbook_gen.errors import StoreError
from custbook_gen.schema import Book
from custbook_gen.store import create_store, is_begun, open_store
from custbook_gen.store import server as servers
from custbook_gen.store.server import for_driver
from custbook_gen.store.server import refusal as meaning
from tests import postgres_server
from tests.postgres_server import PATIENCE, NoServerError, empty_database, private_server
from tests.store_cases import STAMP, add_in_turns, added, commit, names, refusal
from tests.strategies import BOOK

ROOT = Path(__file__).parent.parent


def test_those_who_write_at_once_write_one_after_the_other(server_url: str) -> None:
    create_store(server_url, BOOK, "b1")
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(add_in_turns, server_url, first, 5) for first in (0, 5, 10, 15)]:
            done.result()
    store = open_store(server_url, BOOK, "b1")
    assert len(names(store)) == 20
    with store.reading() as snapshot:
        assert snapshot.revision() == 20


def test_who_waits_reads_what_was_committed_meanwhile(server_url: str) -> None:
    store, other = create_store(server_url, BOOK, "b1"), open_store(server_url, BOOK, "b1")
    with ThreadPoolExecutor(1) as pool:
        with store.writing() as transaction:
            later = pool.submit(commit, other, added(2))
            transaction.commit_changes([added(1)], STAMP)
        revision = later.result()
    assert revision is not None
    assert revision.number == 2


def test_nobody_waits_for_longer_than_the_address_says(server_url: str) -> None:
    store = create_store(server_url, BOOK, "b1")
    hasty = open_store(f"{server_url}&timeout=0.1", BOOK, "b1")
    with store.writing(), pytest.raises(StoreError) as error:
        commit(hasty, added(1))
    assert refusal(error) == "store-locked"


def test_who_reads_sees_one_state_and_stops_nobody(server_url: str) -> None:
    store = create_store(server_url, BOOK, "b1")
    with store.reading() as snapshot:
        assert snapshot.revision() == 0
        commit(store, added(1))
        assert snapshot.revision() == 0
        assert not snapshot.tables()["customers"].rows


def test_a_database_without_a_store_is_told(server_url: str) -> None:
    assert not is_begun(server_url)
    with pytest.raises(StoreError) as error:
        open_store(server_url, BOOK, "b1")
    assert refusal(error) == "store-missing"
    engine = sa.create_engine(for_driver(sa.make_url(server_url))[0], poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE other (id int)")
    assert is_begun(server_url)
    with pytest.raises(StoreError) as error:
        open_store(server_url, BOOK, "b1")
    assert refusal(error) == "store-corrupt"
    with pytest.raises(StoreError) as error:
        create_store(server_url, BOOK, "b1")
    assert refusal(error) == "store-exists"


def test_what_a_database_keeps_for_itself_is_told(server_url: str) -> None:
    document: Any = BOOK.model_dump(mode="json")
    document["sheets"][0]["fields"][-2]["key"] = "xmin"
    with pytest.raises(StoreError) as error:
        create_store(server_url, Book.model_validate(document), "b1")
    assert refusal(error) == "store-server"
    assert "xmin" in error.value.sentence("en")
    assert not is_begun(server_url)


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_cannot_hold_every_text_is_told(server: str, encoding: str) -> None:
    with sa.create_engine(for_driver(sa.make_url(server))[0], poolclass=sa.NullPool).connect() as connection:
        provider = "LOCALE_PROVIDER libc" * ((connection.dialect.server_version_info or ()) >= (15,))
    options = f"ENCODING '{encoding}' {provider} LOCALE 'C' TEMPLATE template0"
    with empty_database(server, options) as url:
        with pytest.raises(StoreError) as error:
            create_store(url, BOOK, "b1")
        assert refusal(error) == "store-encoding"
        assert encoding in error.value.sentence("en")
        assert not is_begun(url)


def test_a_place_that_is_not_there_is_told(server_url: str) -> None:
    with pytest.raises(StoreError) as error:
        create_store(f"{server_url}_not", BOOK, "b1")
    assert refusal(error) == "store-server"


# ---------------------------------------------------------------- without any server


class Mute(SQLiteDialect_pysqlite):
    """A server that refuses every connection."""

    name = "mute"
    supports_statement_cache = True
    says: ClassVar[Exception] = sqlite3.OperationalError("connection refused\nIs the server running?")

    def create_connect_args(self, *_: Any) -> Any:
        return [], {}

    def connect(self, *_: Any, **__: Any) -> Any:
        raise self.says


registry.register("mute", __name__, "Mute")


def test_a_server_that_does_not_answer_is_told_in_one_sentence() -> None:
    with pytest.raises(StoreError) as error:
        open_store("mute://li:secret@db.example.com/book", BOOK, "b1")
    assert refusal(error) == "store-server"
    told = error.value.sentence("en")
    assert "(connection refused)" in told
    assert "secret" not in told


class _SaidError(Exception):
    """What a driver raises: the state's five characters, and a text."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("no\nDETAIL: Key (mobile)=(13800138000)")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("kind", "state", "code"),
    [
        (sa.exc.OperationalError, "55P03", "store-locked"),
        (sa.exc.OperationalError, "40001", "store-locked"),
        (sa.exc.OperationalError, "53100", "disk-full"),
        (sa.exc.OperationalError, "57P01", "store-server"),
        (sa.exc.ProgrammingError, "42P01", "store-corrupt"),
        (sa.exc.ProgrammingError, "42501", "store-server"),
        (sa.exc.ProgrammingError, None, "store-server"),
        (sa.exc.IntegrityError, "23505", None),
    ],
)
def test_what_a_server_refuses_has_its_meaning(
    kind: type[sa.exc.DBAPIError], state: str | None, code: str | None
) -> None:
    refused = meaning(kind("INSERT", {}, _SaidError(state)), "book")
    assert (refused and refused.code) == code
    assert "13800138000" not in (refused.sentence("en") if refused else "")


def test_how_long_to_wait_is_no_matter_of_the_driver() -> None:
    url = sa.make_url("postgresql+psycopg2://db.example.com/book?timeout=2&sslmode=require")
    direct, patience = for_driver(url)
    assert (direct.query, patience) == ({"sslmode": "require"}, 2.0)
    assert for_driver(direct) == (direct, 10.0)


def test_a_server_that_says_nothing_is_not_waited_for_longer_than_is_usual(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(servers, "_ANSWER", "2")
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(StoreError) as error:
        open_store(f"postgresql://li@127.0.0.1:{mute.getsockname()[1]}/book", BOOK, "b1")
    assert refusal(error) == "store-server"
    assert time.monotonic() - began < 10
    said = for_driver(sa.make_url("postgresql://li@host/book?connect_timeout=60"))[0]
    assert said.query["connect_timeout"] == "60"
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "90")
    assert "connect_timeout" not in for_driver(sa.make_url("postgresql://li@host/book"))[0].query


@pytest.mark.parametrize(
    ("said", "driver"),
    [
        ("postgresql://", "postgresql+psycopg"),
        ("postgres://", "postgresql+psycopg"),
        ("postgresql+psycopg2://", "postgresql+psycopg2"),
        ("mysql://", "mysql"),
    ],
)
def test_an_address_that_names_no_driver_means_the_one_that_comes_with_the_program(
    said: str, driver: str
) -> None:
    assert for_driver(sa.make_url(f"{said}li@db.example.com/book"))[0].drivername == driver


@pytest.mark.parametrize("said", ["postgresql://", "postgres://", "postgresql+psycopg://"])
def test_a_driver_that_is_not_there_is_told_with_the_line_that_installs_it(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError) as error:
        open_store(f"{said}li:s3cret@db.example.com/book", BOOK, "b1")
    assert refusal(error) == "store-driver"
    for lang in ("zh", "en"):
        told = error.value.sentence(lang)
        assert "pip install 'custbook-gen[postgresql]'" in told
        assert "s3cret" not in told


# ---------------------------------------------------------------- the server that the tests start


@pytest.mark.usefixtures("server")
def test_a_private_server_goes_with_those_who_started_it_however_they_end() -> None:
    program = "from tests.postgres_server import *\nwith private_server() as a: print(a, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as holder:
        assert holder.stdout
        folder = Path(str(sa.make_url(holder.stdout.readline().strip()).query["host"]))
        assert (folder / "data").is_dir()
        holder.kill()
    until = time.monotonic() + PATIENCE
    while folder.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not folder.exists()


def test_where_there_is_no_server_it_is_told_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_server, "programs", lambda: None)
    with pytest.raises(NoServerError, match="not installed"), private_server():
        raise AssertionError
