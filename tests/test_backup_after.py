"""What becomes of workbooks after a restore, and the commands of backups."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from custbook_gen.actions.backup import Saved, backup
from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.project import open_project
from custbook_gen.actions.restore import restore
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.cli.program import cli
from custbook_gen.errors import WorkbookError
from custbook_gen.records import Change
from custbook_gen.report import Report
from tests.backup_books import (
    add,
    later,
    make_shop,
)
from tests.small_books import LI
from tests.sync_books import Desk, desk_from, seen, typed
from tests.test_history import refused


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with a schema of its own and two clients."""
    return make_shop(tmp_path / "shop")


# ---------------------------------------------------------------- workbooks after a restore


@pytest.fixture
def restored(made_project: Path, tmp_path: Path) -> Desk:
    """The first workbook was synced after the backup, then the store was put back."""
    desk = desk_from(made_project, tmp_path / "desk")
    copy = backup(desk.folder, LI, tmp_path / "copy.zip").path
    typed(desk.a, C000001={"notes": "备份之后写的"})
    desk.sync(desk.a)
    restore(copy, desk.folder, LI, force=True)
    return desk


def not_synced(desk: Desk) -> str:
    """The code with which the first workbook is refused; nothing is touched."""
    before = desk.state()
    runs: list[Callable[[], Report]] = [
        lambda: desk.sync(desk.a),
        lambda: desk.sync(desk.a, dry_run=True),
        lambda: checked(desk),
    ]
    for run in runs:
        with pytest.raises(WorkbookError) as error:
            run()
        assert refused(error) == "workbook-ahead"
        assert "a.xlsx" in error.value.sentence("en")
    assert desk.state() == before
    return error.value.code


def checked(desk: Desk) -> Report:
    return check_file(desk.a, LI, desk.folder)


def test_a_workbook_newer_than_its_store_is_refused_and_keeps_what_was_typed(restored: Desk) -> None:
    assert not_synced(restored) == "workbook-ahead"
    assert seen(restored.a).value("C000001", "notes") == "备份之后写的"
    assert restored.sync(restored.b).exit_code == 0


def test_it_is_still_refused_when_the_store_gave_its_number_anew(restored: Desk) -> None:
    """Else what others stored meanwhile would be overwritten with what the workbook shows."""
    typed(restored.b, C000001={"notes": "乙写的"})
    before = restored.revision()
    assert restored.sync(restored.b, days=1).now == before + 1
    assert not_synced(restored) == "workbook-ahead"
    assert restored.stored()["C000001"]["notes"] == "乙写的"


def test_with_the_kept_store_it_goes_on(restored: Desk) -> None:
    kept = next(
        path for path in (restored.folder / ".custbook" / "backups").iterdir() if path.suffix == ".zip"
    )
    restore(kept, restored.folder, later(9), force=True)
    assert restored.sync(restored.a).exit_code == 0
    assert restored.stored()["C000001"]["notes"] == "备份之后写的"


def test_a_new_workbook_of_a_lost_course_is_known_by_its_mark(made_project: Path, tmp_path: Path) -> None:
    desk = desk_from(made_project, tmp_path / "desk")
    copy = backup(desk.folder, LI, tmp_path / "copy.zip").path
    row = desk.stored()["C000001"]
    change = Change("update", "customers", "C000001", {"notes": row["notes"]}, {"notes": "一"})
    desk.commit(change)
    generate(desk.home(), desk.folder / "c.xlsx", LI)
    restore(copy, desk.folder, LI, force=True)
    with desk.home().store.writing() as tx:
        tx.commit_changes([change], later(30).stamp("sync"))
    with pytest.raises(WorkbookError) as error:
        sync_file(desk.folder / "c.xlsx", later(31), Options())
    assert error.value.code == "workbook-ahead"


# ---------------------------------------------------------------- the command line


def test_the_commands_tell_where_things_are(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    monkeypatch.chdir(shop / "lists")

    def said(*words: str) -> str:
        done = CliRunner().invoke(cli, words, standalone_mode=False)
        assert (done.exception, done.return_value) == (None, 0)
        return done.stdout

    text = said("backup")
    made = next((shop / ".custbook" / "backups").iterdir())
    assert made.name in text
    assert "revision 1, 2 records" in text
    told = json.loads(said("backup", str(shop.parent / "copy.zip"), "--json"))
    assert (told["revision"], told["rows"], told["bytes"] > 0) == (1, {"clients": 2}, True)
    add(shop, "三")
    text = said("restore", str(made), "--force")
    assert "at revision 1" in text
    assert "1 revision is no longer in the store" in text
    told = json.loads(said("restore", str(made), "--json"))
    assert (told["revision"], told["set_aside"]) == ({"before": 1, "now": 1}, 0)


def test_what_a_backup_tells_is_plain_data(shop: Path) -> None:
    made: Saved = backup(shop, LI, shop.parent / "copy.zip")
    assert json.loads(json.dumps(made.to_json()))["book"] == open_project(shop).project.book
