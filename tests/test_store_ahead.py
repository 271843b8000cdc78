"""The records of a store read by a worker beforehand: the same as without, whatever happens meanwhile."""

from __future__ import annotations

import pickle
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen import store_ahead
from custbook_gen.actions.project import OpenProject
from custbook_gen.cli import main
from custbook_gen.records import Tables
from custbook_gen.store import snapshot, wire
from custbook_gen.store.rows import all_rows
from custbook_gen.store_ahead import Recurring, RowsAhead, read_ahead
from tests.small_books import commit, customer, edited, new_home, sale

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes safely"),
    pytest.mark.filterwarnings("ignore:This process"),
]
COUNT = 1700


@pytest.fixture
def home(tmp_path: Path) -> OpenProject:
    """A store of several portions, whose records are not in the order of their keys."""
    home = new_home(tmp_path)
    several = [customer(n, level="key" if n % 3 else "normal", notes=None) for n in range(COUNT, 0, -1)]
    commit(home, *several, *(sale(n, n) for n in range(1, 30)))
    return home


@pytest.fixture
def path(home: OpenProject) -> Path:
    return home.folder / "book.db"


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on, reading the database itself for a sheet's records fails."""

    def read(*_: object) -> None:
        raise AssertionError("the records were read from the database")

    return lambda: monkeypatch.setattr(snapshot, "all_rows", read)


def tables(home: OpenProject, ahead: RowsAhead | None = None) -> Tables:
    home.store.expect(ahead)
    with home.store.reading() as source:
        return source.tables()


def test_the_worker_gives_what_the_database_does(
    home: OpenProject, path: Path, alone: Callable[[], None]
) -> None:
    wanted = tables(home)
    alone()
    found = tables(home, RowsAhead(path))
    assert found == wanted
    for key, table in wanted.items():
        assert list(found[key].rows) == list(table.rows)
        for row, was in zip(found[key].rows.values(), table.rows.values(), strict=True):
            assert list(map(type, row)) == list(map(type, was))


def test_it_is_asked_once(home: OpenProject, path: Path) -> None:
    wanted = tables(home)
    ahead = RowsAhead(path)
    assert tables(home, ahead) == wanted
    with home.store.reading() as source:
        assert (source.tables(), source.tables()) == (wanted, wanted)


def begun(path: Path) -> RowsAhead:
    """A worker that has opened the store, and has it as it is now."""
    ahead = RowsAhead(path)
    assert ahead._worker is not None
    while ahead._worker.is_working():
        pass
    return ahead


def test_what_was_stored_meanwhile_is_seen(home: OpenProject, path: Path) -> None:
    ahead = begun(path)
    commit(home, edited(home, "customers", "C000001", name="改名"))
    found = tables(home, ahead)["customers"]
    assert found.value("C000001", "name") == "改名"
    assert found == tables(home)["customers"]


@pytest.mark.parametrize("delivered", [0, 1, 3])
def test_what_a_worker_does_not_deliver_is_read_from_the_database(
    home: OpenProject, path: Path, monkeypatch: pytest.MonkeyPatch, delivered: int
) -> None:
    wanted, portions = tables(home), store_ahead._portions

    def broken(*given: Any) -> Iterator[store_ahead.Portion]:
        yield from islice(portions(*given), delivered)
        raise OSError

    monkeypatch.setattr(store_ahead, "_portions", broken)
    assert tables(home, RowsAhead(path)) == wanted


def test_tables_that_are_not_as_they_are_to_be_are_read_from_the_database(
    home: OpenProject, path: Path
) -> None:
    wanted = tables(home)

    def rename(old: str, new: str) -> None:
        with sa.create_engine(f"sqlite:///{path}").begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE customers RENAME COLUMN {old} TO {new}")

    rename("name", "later")
    ahead = begun(path)
    rename("later", "name")
    assert tables(home, ahead) == wanted


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
VALUES = st.one_of(st.none(), st.sampled_from(["甲", "乙", "", "a\x1fb"]), TEXT, st.integers(-9, 9))


@given(
    st.lists(st.tuples(VALUES, st.sampled_from(["x", "y", None]), st.integers()), max_size=40),
    st.integers(1, 9),
)
def test_columns_arrive_as_they_lie_in_the_database(rows: list[tuple[Any, ...]], at_once: int) -> None:
    """Texts that recur, that do not, that cease to; gaps; the separator itself; numbers among texts."""
    columns = ("mixed", "few", "many")
    with closing(sqlite3.connect(":memory:")) as connection, patch.object(store_ahead, "PORTION", at_once):
        connection.execute("CREATE TABLE t (mixed, few, many)")
        given_rows = [(mixed, few, f"{number}") for number, (mixed, few, _) in enumerate(rows)]
        connection.executemany("INSERT INTO t VALUES (?, ?, ?)", given_rows)
        texts: defaultdict[int, list[str | None]] = defaultdict(list)
        portions = store_ahead._portions(connection, "t", columns)
        sent = [pickle.loads(pickle.dumps(portion)) for portion in portions]  # noqa: S301
        found = [store_ahead._unpacked(portion, texts) for portion in sent]
    arrived = [row for portion in found for row in zip(*portion, strict=True)]
    assert arrived == given_rows
    assert [list(map(type, row)) for row in arrived] == [list(map(type, row)) for row in given_rows]


def test_recurring_texts_are_sent_once_and_decoded_once(home: OpenProject, path: Path) -> None:
    ahead = RowsAhead(path)
    _, tables_there = ahead.header()
    found = {name: list(ahead.table()) for name, _ in tables_there}
    ahead.close()
    level = dict(tables_there)["customers"].index("level")
    portions = [portion[level] for portion in found["customers"]]
    assert len(portions) > 2
    assert all(
        isinstance(column, Recurring) and list(column.texts) == ["key", "normal"] for column in portions
    )
    seen: list[str] = []

    def decoded(text: str) -> str:
        seen.append(text)
        return text

    field = next(one for one in home.book.sheet("customers").fields if one.key == "level")
    codec = replace(wire._CODECS[field.kind], decode=decoded)
    with patch.dict(wire._CODECS, {field.kind: codec}):
        decode = wire.decoder(field)
        values = [value for column in portions for value in decode(column)]
    assert (len(values), seen) == (COUNT, ["key", "normal"])


def test_another_file_is_let_be(home: OpenProject, tmp_path: Path) -> None:
    other = new_home(tmp_path / "other")
    commit(other, customer(9))
    ahead = RowsAhead(other.folder / "book.db")
    assert tables(home, ahead)["customers"].rows.keys() >= {"C000001"}
    assert ahead._worker is None


def test_a_file_that_is_no_store_is_let_be(home: OpenProject, path: Path) -> None:
    broken = path.with_name("broken.db")
    broken.write_bytes(path.read_bytes()[:5000])
    ahead = RowsAhead(broken)
    ahead.path = path
    assert len(tables(home, ahead)["customers"].rows) == COUNT


# ---------------------------------------------------------------- which store it may be


@pytest.fixture
def processors(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have so many processors besides the own one, and small stores taken for large ones."""
    monkeypatch.setattr(store_ahead, "SMALLEST", 1)
    return lambda count: monkeypatch.setattr(store_ahead, "spare_processors", lambda: count)


@pytest.mark.parametrize(
    ("said", "file"),
    [
        ("store: sqlite:///book.db", "book.db"),
        ("store: 'sqlite:///data/kept.db'  # here", "data/kept.db"),
        ("book: b1", "book.db"),
        ("store: sqlite:///gone.db", None),
        ("store: sqlite:///book.db?timeout=5", "book.db"),
        ('store: "sqlite+pysqlite:///data/kept.db"', "data/kept.db"),
        ("store: sqlite:///data%2Fkept.db", None),
        ('store: "sqlite:///data\\x2fkept.db"', None),
        ("store: postgresql://host/book", None),
        ("store: >-\n  sqlite:///data/kept.db", None),
        ("book: b1\nsettings:\n  store: x", "book.db"),
    ],
)
def test_the_project_says_where_its_store_is(
    tmp_path: Path, processors: Callable[[int], None], said: str, file: str | None
) -> None:
    processors(1)
    (tmp_path / "data").mkdir()
    for name in ("book.db", "data/kept.db"):
        (tmp_path / name).write_bytes(b"-")
    (tmp_path / "custbook.yaml").write_text(f"lang: zh\n{said}\n", encoding="utf-8")
    (tmp_path / "out").mkdir()
    for found in (read_ahead(tmp_path / "out", None), read_ahead(Path(), tmp_path)):
        assert (found and found.path) == (file and tmp_path / file)
    processors(0)
    assert read_ahead(tmp_path, None) is None


def test_small_stores_are_not_worth_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_ahead, "spare_processors", lambda: 1)
    (tmp_path / "custbook.yaml").write_text("book: b1\n", encoding="utf-8")
    (tmp_path / "book.db").write_bytes(b"-" * 1000)
    assert read_ahead(tmp_path, None) is None


def test_generate_takes_them(
    tmp_path: Path, processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shop"
    with pytest.raises(SystemExit):
        main(["init", str(folder), "--preset", "basic"])
    processors(1)
    asked: list[str] = []

    def counted(*given: Any) -> object:
        asked.append(given[2].key)
        return all_rows(*given)

    monkeypatch.setattr(snapshot, "all_rows", counted)
    with pytest.raises(SystemExit) as end:
        main(["generate", str(folder / "book.xlsx")])
    assert not end.value.code
    assert set(asked) == {"dictionary"}, "only what is looked at before everything is read"
