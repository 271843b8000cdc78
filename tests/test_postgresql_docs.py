"""docs/postgresql.md tells the truth: its lines run, one after the other, and its addresses can be used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import psycopg.conninfo
import pytest
import sqlalchemy as sa

from custbook_gen.actions.project import open_project
from custbook_gen.store.server import for_driver
from tests.postgres_server import PATIENCE, programs

PAGE = (Path(__file__).parent.parent / "docs" / "postgresql.md").read_text("utf-8")
LINES = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    for line in block.splitlines()
]
ADDRESSES = sorted(set(re.findall(r"`(postgresql://\S+)`", PAGE)) - {"postgresql+psycopg2://…"})
NAMES = ("shop_again", "shop", "branch")


@pytest.fixture
def here(server: str) -> Iterator[sa.URL]:
    """The private server, without the databases that the page makes."""
    if os.environ.get("CUSTBOOK_SERVER"):
        pytest.skip("makes databases of names that somebody may use")
    yield sa.make_url(server)
    engine = sa.create_engine(for_driver(sa.make_url(server))[0], poolclass=sa.NullPool)
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for name in NAMES:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_the_lines_run_and_a_dump_brings_the_book_back(here: sa.URL, tmp_path: Path) -> None:
    for line in LINES[1:]:
        words = [
            re.sub(r"postgresql://li@db\.example\.com/(\w+)", lambda m: str(here.set(database=m[1])), word)
            for word in line.split()
        ]
        places = {"db.example.com": str(here.query["host"]), "li": str(here.username)}
        words = [places.get(word, word) for word in words]
        if words[0] == "custbook":
            words[:1] = [sys.executable, "-m", "custbook_gen"]
        else:
            words[0] = str((programs() or Path()) / words[0])
        done = subprocess.run(
            words, cwd=tmp_path, check=False, capture_output=True, text=True, timeout=PATIENCE,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert done.returncode == 0, (line, done.stdout, done.stderr)
    assert open_project(tmp_path / "branch").store.name == "branch"
    project = tmp_path / "shop" / "custbook.yaml"
    with open_project(project.parent).store.reading() as snapshot:
        before = snapshot.tables()
    project.write_text(project.read_text("utf-8").replace("/shop?", "/shop_again?"), "utf-8")
    home = open_project(project.parent)
    with home.store.reading() as snapshot:
        assert (home.store.name, snapshot.revision(), snapshot.tables()) == ("shop_again", 1, before)


def test_the_first_line_installs_what_the_project_offers() -> None:
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert LINES[0] == "pip install 'custbook-gen[postgresql]'"
    assert project["optional-dependencies"]["postgresql"] == ["psycopg[binary]>=3.2"]
    assert not [line for line in project["dependencies"] if line.startswith("psycopg")]  # its licence is LGPL


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_is_one_that_the_driver_takes(address: str) -> None:
    url, patience = for_driver(sa.make_url(address))
    assert url.drivername == "postgresql+psycopg"
    engine = sa.create_engine(url)
    positional, named = engine.dialect.create_connect_args(url)
    assert not positional
    made = psycopg.conninfo.make_conninfo(**{key: value for key, value in named.items() if key != "context"})
    assert psycopg.conninfo.conninfo_to_dict(made)["dbname"] in ("shop", "data", "scratch")
    assert patience == (30 if "timeout" in address else 10)
