"""What check and sync tell again at once, and everything that makes them work anew."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from custbook_gen import last_runs
from custbook_gen.actions import checking, sync
from custbook_gen.cli import main
from custbook_gen.last_runs import FILE, KEPT, store_state
from custbook_gen.places import PRIVATE_FOLDER
from custbook_gen.records import Change
from custbook_gen.report import Report
from tests.sync_books import Desk, customer, desk_from, edited, page, typed

Told = tuple[int | str | None, str]


class Watched:
    """The command line in this process, with a count of the runs that really worked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.works = 0
        self._monkeypatch, self._capsys = monkeypatch, capsys
        for module, name in WORK:
            monkeypatch.setattr(module, name, self._counted(getattr(module, name)))
        monkeypatch.setenv("CUSTBOOK_LANG", "en")

    def _counted(self, work: Callable[..., Report]) -> Callable[..., Report]:
        def counted(*words: Any) -> Report:
            self.works += 1
            return work(*words)

        return counted

    def says(self, *words: str | Path) -> Told:
        """Exit code and output of a command."""
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(list(map(str, words)))
        return left.value.code, self._capsys.readouterr().out

    def works_for(self, *words: str | Path) -> bool:
        """Whether a command would do its work rather than tell what it found last time."""
        with self._monkeypatch.context() as patch:
            for module, name in WORK:
                patch.setattr(module, name, _begun)
            try:
                self.says(*words)
            except BegunError:
                return True
        return False


class BegunError(Exception):
    """A command begins to work."""


def _begun(*_words: object) -> Report:
    raise BegunError


WORK = ((checking, "check_file"), (sync, "sync_file"))


@pytest.fixture
def custbook(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Watched:
    return Watched(monkeypatch, capsys)


@pytest.fixture(scope="module")
def settled_project(made_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose first workbook was synced until nothing changed any more, and checked; to be copied."""
    folder = tmp_path_factory.mktemp("settled") / "desk"
    path = str(desk_from(made_project, folder).a)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUSTBOOK_LANG", "en")
        for command in ("sync", "sync", "sync", "check"):
            with pytest.raises(SystemExit):
                main([command, path])
    return folder


@pytest.fixture
def settled(settled_project: Path, tmp_path: Path) -> Desk:
    return desk_from(settled_project, tmp_path / "desk")


def notes(desk: Desk) -> Path:
    return desk.folder / PRIVATE_FOLDER / FILE


@pytest.mark.parametrize("command", ["check", "sync"])
@pytest.mark.parametrize("words", [(), ("--json",)])
def test_the_same_again_is_told_at_once_and_word_for_word(
    settled: Desk, custbook: Watched, command: str, words: tuple[str, ...]
) -> None:
    before, works = settled.state(), custbook.works
    told = custbook.says(command, settled.a, *words)
    assert custbook.works == works
    notes(settled).unlink()
    assert custbook.says(command, settled.a, *words) == told
    assert custbook.works == works + 1
    assert "warning" in told[1]
    assert settled.state() == before


def test_a_file_is_known_by_another_path_and_told_by_the_one_given(
    settled: Desk, custbook: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(settled.folder)
    works = custbook.works
    assert custbook.says("check", settled.a.name)[1].splitlines()[0] == settled.a.name
    assert custbook.works == works


def edit(desk: Desk) -> None:
    with page(desk.a) as sheet:
        sheet.put(customer(3), name="另一个名字")


def save_again(desk: Desk) -> None:
    with edited(desk.a):
        pass


def change_a_record(desk: Desk) -> None:
    key, values = next(iter(desk.stored("interactions").items()))
    desk.commit(
        Change("update", "interactions", key, {"content": values["content"]}, {"content": "otherwise"})
    )


def change_the_project(desk: Desk) -> None:
    file = desk.folder / "custbook.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# another line\n", encoding="utf-8")


def add_a_template(desk: Desk) -> None:
    (desk.folder / "templates" / "summary").mkdir(parents=True)
    (desk.folder / "templates" / "summary" / "notes.txt").write_text("not even one", encoding="utf-8")


def copy_beside(desk: Desk) -> None:
    shutil.copy(desk.a, desk.a.with_name(f"{desk.a.stem} (1).xlsx"))


def journal_beside(desk: Desk) -> None:
    desk.database.with_name(f"{desk.database.name}-journal").write_bytes(b"")


def log_beside(desk: Desk) -> None:
    desk.database.with_name(f"{desk.database.name}-wal").write_bytes(b"")


def another(name: str, value: object) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        kept = json.loads(notes(desk).read_text(encoding="utf-8"))
        notes(desk).write_text(json.dumps([{**one, name: value} for one in kept]), encoding="utf-8")

    return change


def lost(name: str) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        kept = json.loads(notes(desk).read_text(encoding="utf-8"))
        some = [{key: value for key, value in one.items() if key != name} for one in kept]
        notes(desk).write_text(json.dumps(some), encoding="utf-8")

    return change


def written(text: str) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        notes(desk).write_text(text, encoding="utf-8")

    return change


@pytest.mark.parametrize("command", ["check", "sync"])
@pytest.mark.parametrize(
    "change",
    [
        *(
            edit,
            save_again,
            change_a_record,
            change_the_project,
            add_a_template,
            copy_beside,
            journal_beside,
            log_beside,
        ),
        *(another("day", "2020-02-29"), another("program", "older"), another("lang", "zh")),
        *(another("sources", None), another("outcome", None), another("outcome", {"lines": [{}]})),
        *(another("store", "gone.db"), another("store", 1), another("templates", [])),
        *(lost("state"), lost("outcome"), written(""), written("{}"), written("[1]"), written("[[]]")),
    ],
)
def test_whatever_is_different_it_works_anew(
    settled: Desk, custbook: Watched, command: str, change: Callable[[Desk], None]
) -> None:
    assert not custbook.works_for(command, settled.a)
    change(settled)
    assert custbook.works_for(command, settled.a)


def test_another_language_is_another_question(
    settled: Desk, custbook: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTBOOK_LANG", "zh")
    assert custbook.works_for("check", settled.a)
    custbook.says("check", settled.a)
    assert not custbook.works_for("check", settled.a)
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    assert not custbook.works_for("check", settled.a)


def test_another_version_works_anew(
    settled: Desk, custbook: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_runs, "__version__", "99")
    assert custbook.works_for("check", settled.a)


@pytest.mark.parametrize("option", ["--strict", "--delete", "--restore", "--prefer=file"])
def test_other_options_are_another_question(settled: Desk, custbook: Watched, option: str) -> None:
    assert custbook.works_for("sync", settled.a, option)
    custbook.says("sync", settled.a, option)
    assert not custbook.works_for("sync", settled.a, option)


def test_a_strict_run_that_stores_nothing_says_so_each_time(settled: Desk, custbook: Watched) -> None:
    typed(settled.a, C000001={"mobile": "139"}, C000002={"notes": "合格的改动"})
    for _ in range(3):
        assert "--strict stored nothing at all" in custbook.says("sync", settled.a, "--strict")[1]
    assert "--strict" not in custbook.says("check", settled.a)[1]
    assert "--strict" not in custbook.says("sync", settled.a, "--strict", "--dry-run")[1]
    assert "--strict" not in custbook.says("sync", settled.a)[1]


def test_a_dry_run_always_works(settled: Desk, custbook: Watched) -> None:
    custbook.says("sync", settled.a, "--dry-run")
    assert custbook.works_for("sync", settled.a, "--dry-run")


def test_a_sync_that_stored_something_works_again(settled: Desk, custbook: Watched) -> None:
    edit(settled)
    assert "1 updated" in custbook.says("sync", settled.a)[1]
    works = custbook.works
    assert "0 updated" in custbook.says("sync", settled.a)[1]
    assert custbook.works == works + 1


def test_a_workbook_without_a_store_is_checked_anew(
    settled: Desk, custbook: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path / "elsewhere"
    away.mkdir()
    shutil.copy(settled.a, away / "book.xlsx")
    monkeypatch.chdir(away)
    custbook.says("check", "book.xlsx")
    assert custbook.works_for("check", "book.xlsx")


def test_several_workbooks_are_told_in_their_order(settled: Desk, custbook: Watched) -> None:
    works = custbook.works
    told = json.loads(custbook.says("sync", settled.b, settled.a, "--json")[1])
    assert [one["workbook"] for one in told] == [str(settled.b), str(settled.a)]
    assert custbook.works == works + 1


def test_only_the_newest_outcomes_are_kept_and_nobody_else_reads_them(
    settled: Desk, custbook: Watched
) -> None:
    another("file", "0" * 64)(settled)
    one = json.loads(notes(settled).read_text(encoding="utf-8"))[0]
    many = [{**one, "file": f"{number:064}"} for number in range(KEPT + 5)]
    notes(settled).write_text(json.dumps(many), encoding="utf-8")
    custbook.says("check", settled.a)
    kept = json.loads(notes(settled).read_text(encoding="utf-8"))
    assert len(kept) == KEPT
    assert kept[1:] == many[: KEPT - 1]
    assert sys.platform == "win32" or notes(settled).stat().st_mode & 0o077 == 0


def test_where_nothing_can_be_kept_the_command_works_every_time(settled: Desk, custbook: Watched) -> None:
    notes(settled).unlink()
    notes(settled).mkdir()
    assert custbook.says("check", settled.a)[0] == 0
    assert custbook.works_for("check", settled.a)


def test_the_state_of_a_store_changes_with_every_transaction_and_with_nothing_else(desk: Desk) -> None:
    before = store_state(desk.database)
    assert before is not None
    with desk.home().store.writing():
        pass
    assert desk.home().store.state() == before
    assert store_state(desk.database) == before
    change_a_record(desk)
    assert store_state(desk.database) not in (before, None)
    assert store_state(desk.folder / "none.db") is None


@pytest.mark.parametrize("command", ["check", "sync"])
def test_a_store_whose_transactions_stand_in_a_log_is_asked_every_time(
    settled: Desk, custbook: Watched, command: str
) -> None:
    with closing(sqlite3.connect(settled.database)) as other:
        assert other.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        told = custbook.says(command, settled.a)
        assert custbook.works_for(command, settled.a)
        other.execute("UPDATE customers SET notes = 'otherwise' WHERE customer_id = ?", (customer(1),))
        other.commit()
        assert custbook.works_for(command, settled.a)
        assert store_state(settled.database) is None
    assert store_state(settled.database) is None, "the log is gone, and will be back at the next transaction"
    assert told[0] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="links as POSIX has them")
def test_the_journal_of_a_store_that_is_a_link_lies_elsewhere(desk: Desk, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(desk.database)
    assert store_state(link) == store_state(desk.database) is not None
    journal_beside(desk)
    assert store_state(link) is None


def test_telling_the_same_again_loads_next_to_nothing(settled: Desk) -> None:
    program = (
        "import sys\n"
        "from custbook_gen.cli import main\n"
        f"try:\n    main(['check', {str(settled.b)!r}])\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    ran = [
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8")
        for _ in range(2)
    ]
    heavy = {"pydantic", "sqlalchemy", "openpyxl", "lxml", "jinja2", "ruamel", "phonenumbers"}
    first, second = (set(done.stdout.splitlines()[-1].split()) & heavy for done in ran)
    assert first
    assert second == set()
