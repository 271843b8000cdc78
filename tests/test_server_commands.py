"""One whole path by the command line, the store on a server: two people at once, one of them killed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from custbook_gen.actions.project import open_project
from custbook_gen.store.server import for_driver
from tests.postgres_server import PATIENCE, SWORN, empty_database
from tests.server_desks import moved
from tests.sync_books import Desk, desk_from, free_row, new_customer, page, records, seen, typed

SECRET = "s3cret-Word"  # noqa: S105 - of a server that nobody else knows


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ended."""

    code: int
    told: str


@dataclass(frozen=True, slots=True)
class Office:
    """An empty folder, and an empty database on a server."""

    folder: Path
    url: sa.URL

    @property
    def address(self) -> str:
        return self.url.render_as_string(hide_password=False)

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "custbook_gen", *words],
            cwd=self.folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**os.environ, "CUSTBOOK_LANG": "en", **variables},
        )  # fmt: skip

    def run(self, *words: str, **variables: str) -> Ended:
        process = self.start(*words, **variables)
        told, _ = process.communicate(timeout=PATIENCE)
        return Ended(process.returncode, told)

    def done(self, *words: str) -> str:
        """What a command tells that must end well."""
        ended = self.run(*words)
        assert ended.code == 0, ended.told
        return ended.told

    def engine(self) -> sa.Engine:
        return sa.create_engine(for_driver(self.url)[0], poolclass=sa.NullPool)


@pytest.fixture
def office(server: str, tmp_path: Path) -> Iterator[Office]:
    with empty_database(server) as url:
        yield Office(tmp_path, url)


@pytest.mark.slow
def test_a_book_on_a_server_from_its_beginning_to_its_end(office: Office) -> None:
    office.done("init", "shop", "--store", office.address, "--preset", "basic")
    desk = Desk(office.folder / "shop")
    desk.commit(*records())
    office.done("generate", "shop/a.xlsx", "--project", "shop")
    with page(desk.a) as sheet:  # openpyxl
        sheet.add(new_customer())
    assert "1 new" in office.done("check", "shop/a.xlsx")
    assert "1 inserted" in office.done("sync", "shop/a.xlsx")
    office.done("generate", "shop/b.xlsx", "--project", "shop")

    typed(desk.a, C000001={"notes": "甲"}, C000002={"notes": "甲"})
    typed(desk.b, C000001={"email": "b@example.com"}, C000002={"notes": "乙"})
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda book: office.run("sync", f"shop/{book}"), ("a.xlsx", "b.xlsx")))
    assert sorted(ended.code for ended in both) == [0, 1], both
    stored = desk.stored()
    assert (stored["C000001"]["notes"], stored["C000001"]["email"]) == ("甲", "b@example.com")
    assert stored["C000002"]["notes"] in ("甲", "乙")
    with desk.home().store.reading() as snapshot:
        assert snapshot.revision() == 5
        assert [len(snapshot.changes_of(number)[1]) for number in (3, 4, 5)] in ([1, 2, 1], [1, 2, 2])

    later = ("a.xlsx", "b.xlsx")[both[0].code == 0]
    assert "0 conflicts" in office.done("sync", f"shop/{later}", "--prefer", "store")
    office.done("undo", "3", "--project", "shop")
    assert "C000031" not in desk.stored()
    told = office.done("history", "--project", "shop")
    assert ("undo" in told, told.count("sync")) == (True, 4)
    assert "b@example.com" in office.done("history", "--key", "C000001", "--project", "shop")
    office.done("summary", "--project", "shop", "-o", "shop/summary.xlsx")
    assert (desk.folder / "summary.xlsx").exists()
    office.done("sync", "shop/b.xlsx")
    assert "C000031" not in seen(desk.b).records()
    assert seen(desk.b).value("C000001", "notes") == "甲"


def test_what_cannot_be_done_on_a_server_is_said(office: Office, made_project: Path) -> None:
    desk = moved(desk_from(made_project, office.folder / "shop"), office.address)
    before = set(desk.folder.rglob("*"))
    ended = office.run("backup", "--project", "shop")
    assert ended.code == 3
    assert "no SQLite file; back it up with the database's own tools" in ended.told
    assert set(desk.folder.rglob("*")) == before


def test_an_init_that_was_interrupted_is_finished(office: Office) -> None:
    words = ("init", "shop", "--store", office.address, "--preset", "basic")
    office.done(*words)
    with office.engine().begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    assert office.run("history", "--project", "shop").code == 3
    office.done(*words)
    assert "init" in office.done("history", "--project", "shop")
    assert office.run(*words).code == 3
    assert "init" in office.done("history", "--project", "shop")


def waits(connection: sa.Connection) -> bool:
    """Whether somebody waits for a lock of ours."""
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'relation'"
    return bool(connection.exec_driver_sql(query).scalar())


def test_a_sync_that_is_killed_while_it_writes_leaves_nothing_and_keeps_nobody_waiting(
    office: Office, made_project: Path
) -> None:
    desk = moved(desk_from(made_project, office.folder / "shop"), office.address)
    typed(desk.a, **{f"row{free_row(desk.a)}": new_customer()})
    before = desk.state()
    with office.engine().begin() as blocker:
        blocker.exec_driver_sql("LOCK TABLE _revision IN SHARE MODE")  # readers come by, writers wait
        sync = office.start("sync", "shop/a.xlsx")
        until = time.monotonic() + PATIENCE
        while not waits(blocker) and time.monotonic() < until and sync.poll() is None:
            time.sleep(0.02)
        assert waits(blocker), sync.communicate()[0]
        sync.kill()
        sync.communicate()
    assert desk.state() == before
    assert "1 inserted" in office.done("sync", "shop/a.xlsx")
    assert "0 inserted" in office.done("sync", "shop/a.xlsx")
    assert len(desk.stored()) == 31


# ---------------------------------------------------------------- passwords


@pytest.fixture
def sworn(office: Office) -> Iterator[Office]:
    """The same for a user who needs a password, which the address does not tell."""
    if os.environ.get("CUSTBOOK_SERVER"):
        pytest.skip("needs a private server: who needs a password is written in its files")
    with office.engine().begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {SWORN} LOGIN PASSWORD '{SECRET}'")
        connection.exec_driver_sql(f"ALTER SCHEMA public OWNER TO {SWORN}")
    yield Office(office.folder, office.url.set(username=SWORN))
    with office.engine().begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {SWORN}; DROP ROLE {SWORN}")


def spoken(office: Office) -> list[Path]:
    """The files of a folder in which the password stands."""
    files = [path for path in office.folder.rglob("*") if path.is_file()]
    return [path for path in files if SECRET.encode() in path.read_bytes() or SECRET in path.name]


@pytest.mark.thorough
def test_a_password_need_not_be_in_the_project(sworn: Office) -> None:
    words = ("init", "shop", "--store", sworn.address, "--preset", "basic")
    lone = {"HOME": str(sworn.folder), "PGPASSFILE": str(sworn.folder / "none")}
    refused = sworn.run(*words, **lone)
    assert (refused.code, "password" in refused.told) == (3, True)
    wrong = sworn.run(*words, **lone, PGPASSWORD="wr0ng")
    assert (wrong.code, "wr0ng" in wrong.told) == (3, False)
    assert not (sworn.folder / "shop").exists()
    assert sworn.run(*words, **lone, PGPASSWORD=SECRET).code == 0
    assert sworn.run("generate", "shop/a.xlsx", "--project", "shop", **lone, PGPASSWORD=SECRET).code == 0
    assert spoken(sworn) == []
    home = sworn.folder / "home"
    home.mkdir()
    own = home / ".pgpass"
    own.write_text(f"*:*:*:{SWORN}:{SECRET}\n", "utf-8")
    own.chmod(0o600)
    ended = sworn.run("sync", "shop/a.xlsx", PGPASSFILE=str(own))
    assert (ended.code, SECRET in ended.told) == (0, False)
    assert spoken(sworn) == [own]


def test_users_of_one_role_share_what_any_of_them_makes(office: Office, sworn: Office) -> None:
    team = f"team_{sworn.url.database}"
    with office.engine().begin() as connection:
        connection.exec_driver_sql(
            f"CREATE ROLE {team}; GRANT {team} TO {SWORN}; ALTER SCHEMA public OWNER TO {team}"
        )
    shared = Office(sworn.folder, sworn.url.update_query_dict({"options": f"-crole={team}"}))
    ended = shared.run("init", "shop", "--store", shared.address, "--preset", "basic", PGPASSWORD=SECRET)
    assert ended.code == 0, ended.told
    with office.engine().begin() as connection:
        owners = connection.exec_driver_sql(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
        )
        assert owners.scalars().all() == [team]
        connection.exec_driver_sql(f"DROP OWNED BY {team}; DROP ROLE {team}")


def test_a_password_in_the_address_is_told_nowhere_else(sworn: Office) -> None:
    said = Office(sworn.folder, sworn.url.set(password=SECRET))
    told = [said.done("init", "shop", "--store", said.address, "--preset", "basic")]
    project = said.folder / "shop" / "custbook.yaml"
    for words in (("generate", "shop/a.xlsx", "--json"), ("history",), ("backup",)):
        told.append(said.run(*words, "--project", "shop").told)
    told.append(said.run("sync", "shop/a.xlsx", "--json").told)
    told.append(said.run("init", "other", "--store", said.address).told)
    rightly = project.read_text("utf-8")
    for wrong in (rightly.replace(f"/{said.url.database}", "/nowhere"), rightly.replace("store:", "stores:")):
        project.write_text(wrong, "utf-8")
        told.append(said.run("history", "--project", "shop").told)
    project.write_text(rightly, "utf-8")
    assert [text for text in told if SECRET in text or said.address in text or "nowhere?" in text] == []
    assert spoken(said) == [project]
    assert stat.S_IMODE(project.stat().st_mode) == 0o600
    home = open_project(said.folder / "shop")
    assert SECRET not in repr(home.store) + home.store.name + str(vars(home.store))
