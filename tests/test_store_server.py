"""A store on a database server: writers wait for each other, and what the server refuses is one sentence.

The first half needs a PostgreSQL database for tests, named by ``CUSTBOOK_SERVER``
(``postgresql+psycopg://user@host/scratch``), and its driver.
"""

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from custbook_gen.errors import StoreError
from custbook_gen.store import create_store, open_store
from custbook_gen.store.server import refusal as meaning
from custbook_gen.store.server import without_patience
from tests.store_cases import STAMP, add_in_turns, added, commit, names, refusal
from tests.strategies import BOOK


@pytest.fixture
def url() -> Iterator[str]:
    """An address at which there is nothing: a schema of its own in the database."""
    address = os.environ.get("CUSTBOOK_SERVER")
    if not address:
        pytest.skip("no database server; name a database for tests with CUSTBOOK_SERVER")
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    place = f"custbook_{uuid4().hex}"
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema(place))
    there = engine.url.update_query_dict({"options": f"-csearch_path={place}"})
    yield there.render_as_string(hide_password=False)
    with engine.begin() as connection:
        connection.execute(sa.schema.DropSchema(place, cascade=True))


def test_those_who_write_at_once_write_one_after_the_other(url: str) -> None:
    create_store(url, BOOK, "b1")
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(add_in_turns, url, first, 5) for first in (0, 5, 10, 15)]:
            done.result()
    store = open_store(url, BOOK, "b1")
    assert len(names(store)) == 20
    with store.reading() as snapshot:
        assert snapshot.revision() == 20


def test_who_waits_reads_what_was_committed_meanwhile(url: str) -> None:
    store, other = create_store(url, BOOK, "b1"), open_store(url, BOOK, "b1")
    with ThreadPoolExecutor(1) as pool:
        with store.writing() as transaction:
            later = pool.submit(commit, other, added(2))
            transaction.commit_changes([added(1)], STAMP)
        revision = later.result()
    assert revision is not None
    assert revision.number == 2


def test_nobody_waits_for_longer_than_the_address_says(url: str) -> None:
    store = create_store(url, BOOK, "b1")
    hasty = open_store(f"{url}&timeout=0.1", BOOK, "b1")
    with store.writing(), pytest.raises(StoreError) as error:
        commit(hasty, added(1))
    assert refusal(error) == "store-locked"


def test_who_reads_sees_one_state_and_stops_nobody(url: str) -> None:
    store = create_store(url, BOOK, "b1")
    with store.reading() as snapshot:
        assert snapshot.revision() == 0
        commit(store, added(1))
        assert snapshot.revision() == 0
        assert not snapshot.tables()["customers"].rows


def test_a_database_without_a_store_is_told(url: str) -> None:
    with pytest.raises(StoreError) as error:
        open_store(url, BOOK, "b1")
    assert refusal(error) == "store-corrupt"


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
    url = sa.make_url("postgresql://db.example.com/book?timeout=2&sslmode=require")
    direct, patience = without_patience(url)
    assert (direct.query, patience) == ({"sslmode": "require"}, 2.0)
    assert without_patience(direct) == (direct, 10.0)
