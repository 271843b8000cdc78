"""A store that is moved to another database: nothing is lost, and nobody goes on in the old one."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from custbook_gen.actions.history import Asked, history
from custbook_gen.actions.move import move
from custbook_gen.actions.project import open_project
from custbook_gen.actions.undo import undo
from custbook_gen.backends.progress import IN_ROWS, Unwatched
from custbook_gen.errors import CustbookError
from custbook_gen.load import load_project, name_store, projects
from custbook_gen.store import create_store, open_store
from tests.heard import Heard
from tests.sync_books import RUN, Desk, seen, typed
from tests.test_cli import custbook

OTHER = "sqlite:///other.db"


def refusal(desk: Desk, address: str = OTHER) -> CustbookError:
    before = (desk.folder / "custbook.yaml").read_bytes()
    with pytest.raises(CustbookError) as error:
        move(desk.folder, address, RUN, Unwatched())
    assert (desk.folder / "custbook.yaml").read_bytes() == before
    assert all("{" not in error.value.sentence(lang) for lang in ("zh", "en"))
    return error.value


def everything(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """All tables of a file; whether it was moved does not matter."""
    with closing(sqlite3.connect(database)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> '_moved'")
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)  # noqa: S608
            for name in [name for (name,) in names]
        }


def rests(desk: Desk) -> None:
    """Have a field, with its values, and a sheet rest in the store."""
    desk.commit()
    typed(desk.a, C000001={"notes": "甲"}, C000002={"notes": "乙"})
    assert desk.sync().exit_code == 0
    path = desk.folder / "custbook.yaml"
    path.write_text(path.read_text("utf-8") + "sheets: {sales: false}\n", "utf-8")
    desk.home()  # the store follows


def test_everything_goes_along_and_workbooks_stay_valid(desk: Desk) -> None:
    rests(desk)
    before = everything(desk.database)
    told = history(desk.home(), Asked(), "zh").to_json()
    done = move(desk.folder, OTHER, RUN, Unwatched())
    assert (done.old, done.now, done.revision) == ("book.db", "other.db", desk.revision())
    assert done.records == sum(len(desk.stored(sheet.key)) for sheet in desk.home().book.sheets)
    after = everything(desk.folder / "other.db")
    assert after == before == everything(desk.database)
    assert after["sales"]
    assert stat.S_IMODE((desk.folder / "other.db").stat().st_mode) == 0o600
    assert history(desk.home(), Asked(), "zh").to_json() == told

    typed(desk.b, C000003={"notes": "丙"})
    assert desk.sync(desk.b).exit_code == 0
    assert desk.stored()["C000003"]["notes"] == "丙"
    assert seen(desk.b).value("C000001", "notes") == "甲"
    undo(desk.home(), desk.revision(), RUN, "zh", partly=False, dry_run=False)
    assert desk.stored()["C000003"]["notes"] != "丙"
    assert everything(desk.database) == before


def test_nobody_goes_on_in_the_old_store(desk: Desk) -> None:
    waiting = desk.home().store
    move(desk.folder, OTHER, RUN, Unwatched())
    with pytest.raises(CustbookError) as error, waiting.writing():
        pytest.fail("it was moved meanwhile")
    assert (error.value.code, error.value.facts["to"]) == ("store-moved", "other.db")
    name_store(desk.folder, "sqlite:///book.db")
    with pytest.raises(CustbookError) as error:
        desk.home()
    assert error.value.code == "store-moved"
    assert "other.db" in error.value.sentence("en")


def test_a_move_that_was_broken_off_is_finished(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(projects, "text_in_place", full)
        assert refusal(desk).code == "project-unwritable"
    assert load_project(desk.folder).store == "sqlite:///book.db"
    with desk.home().store.writing():
        pass  # it can still be written into
    move(desk.folder, OTHER, RUN, Unwatched())
    assert desk.home().store.name == "other.db"
    assert everything(desk.database) == everything(desk.folder / "other.db")


def test_what_was_written_after_it_was_broken_off_is_not_left_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(projects, "text_in_place", full)
        refusal(desk)
    typed(desk.a, C000001={"notes": "later"})
    desk.sync()
    assert refusal(desk).code == "store-exists"
    assert desk.stored()["C000001"]["notes"] == "later"


def test_a_place_where_something_is_is_left_alone(desk: Desk) -> None:
    assert refusal(desk, "sqlite:///book.db").code == "store-exists"
    other = desk.folder / "other.db"
    create_store(f"sqlite:///{other}", desk.home().book, "another")
    before = other.read_bytes()
    assert refusal(desk).code == "store-exists"
    assert other.read_bytes() == before
    other.write_text("no database at all, but long enough to be read as one" * 20, "utf-8")
    assert refusal(desk).code == "store-corrupt"
    assert refusal(desk, "sqlite:///nowhere/other.db").code == "store-unreachable"
    assert refusal(desk, "no address").code == "store-url"


def test_it_tells_how_far_it_has_come(desk: Desk) -> None:
    heard = Heard()
    move(desk.folder, OTHER, RUN, heard)
    rows = sum(map(len, everything(desk.database).values()))
    assert (heard.stages, heard.done) == ([("copy", rows)], [rows])
    assert heard.stages[0][0] in IN_ROWS


def test_the_command_says_what_it_did(desk: Desk) -> None:
    said = custbook("move", OTHER, "--project", desk.folder)
    assert said.code == 0, said.err
    assert "The store is “other.db” now (revision" in said.out
    assert "“book.db” stays as it is" in said.out
    said = custbook("move", "sqlite:///third.db", "--project", desk.folder, "--json")
    assert json.loads(said.out)["to"] == "third.db"
    assert open_project(desk.folder).store.name == "third.db"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("store: sqlite:///book.db  # 旧\nbook: b\n", 'store: "sqlite:///x.db"  # 旧\nbook: b\n'),
        ("# 头\nstore: 'a'\n\nbook:   b\n", '# 头\nstore: "sqlite:///x.db"\n\nbook:   b\n'),
        ("lang:   zh\nbook: b", 'store: "sqlite:///x.db"\nlang:   zh\nbook: b'),
        ("# 头\n  lang: en\n  book: b\n", '# 头\n  store: "sqlite:///x.db"\n  lang: en\n  book: b\n'),
        ("{book: b, lang: en}\n", '{store: "sqlite:///x.db", book: b, lang: en}\n'),
        ('{"store": "a", book: b}\n', '{"store": "sqlite:///x.db", book: b}\n'),
    ],
)
def test_all_else_in_the_project_file_stays_as_it_was_written(
    tmp_path: Path, before: str, after: str
) -> None:
    path = tmp_path / "custbook.yaml"
    path.write_text(before, "utf-8")
    path.chmod(0o640)
    name_store(tmp_path, "sqlite:///x.db")
    assert path.read_text("utf-8") == after
    assert load_project(tmp_path).store == "sqlite:///x.db"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    name_store(tmp_path, "postgresql://li:secret@db/shop")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_store_goes_to_a_server_and_comes_back(desk: Desk, server_url: str) -> None:
    rests(desk)
    before = everything(desk.database)
    move(desk.folder, server_url, RUN, Unwatched())
    assert desk.stored()["C000001"]["notes"] == "甲"
    typed(desk.b, C000003={"notes": "丙"})
    assert desk.sync(desk.b).exit_code == 0
    undo(desk.home(), desk.revision(), RUN, "zh", partly=False, dry_run=False)
    move(desk.folder, OTHER, RUN, Unwatched())
    after = everything(desk.folder / "other.db")
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == {"_history", "_revision", "customers"}
    with pytest.raises(CustbookError) as error:
        open_store(server_url, desk.home().book, None)
    assert error.value.code == "store-moved"


def test_a_project_file_that_is_a_link_stays_one(tmp_path: Path) -> None:
    real, project = tmp_path / "shared.yaml", tmp_path / "shop" / "custbook.yaml"
    real.write_text("book: b\n", "utf-8")
    project.parent.mkdir()
    project.symlink_to(real)
    name_store(project.parent, OTHER)
    assert project.is_symlink()
    assert real.read_text("utf-8") == f'store: "{OTHER}"\nbook: b\n'


@pytest.mark.parametrize("there", ["sqlite", "server"])
def test_what_no_program_of_ours_wrote_is_told(
    desk: Desk, there: str, request: pytest.FixtureRequest
) -> None:
    target = OTHER if there == "sqlite" else request.getfixturevalue("server_url")
    with closing(sqlite3.connect(desk.database)) as connection:
        connection.execute("UPDATE customers SET notes = CAST('甲' AS BLOB) WHERE customer_id = 'C000001'")
        connection.commit()
    move(desk.folder, target, RUN, Unwatched())
    assert desk.stored()["C000001"]["notes"] == "甲"


def test_what_the_other_database_cannot_hold_is_told(desk: Desk, server_url: str) -> None:
    with closing(sqlite3.connect(desk.database)) as connection:
        connection.execute("UPDATE _revision SET number = 'three' WHERE number = 1")
        connection.commit()
    error = refusal(desk, server_url)
    assert (error.code, error.facts["reason"]) == ("store-corrupt", "_revision")
    with closing(sqlite3.connect(desk.database)) as connection:
        connection.execute("UPDATE _revision SET number = 1 WHERE number = 'three'")
        connection.commit()
    move(desk.folder, server_url, RUN, Unwatched())
    assert desk.home().store.book_id == load_project(desk.folder).book
