"""Several syncs at the same moment, files that are held, marked or left behind."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from custbook_gen.backends.excel import ExcelFile
from custbook_gen.backends.excel.system_errors import replace_patiently
from custbook_gen.drafts import STALE, draft_of
from custbook_gen.errors import WorkbookError
from tests.lists_book import CLIENTS, client, make_lists, seen, write
from tests.sync_books import Desk, desk_from, free_row

FINE = {0, 1}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small book; copied, never changed."""
    return make_lists(tmp_path_factory.mktemp("made") / "lists").folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """A copy to work on."""
    return desk_from(made, tmp_path / "desk")


def at_once(*files: Path) -> list[subprocess.CompletedProcess[str]]:
    """Sync files by the command line, all at the same moment."""
    words = [sys.executable, "-m", "custbook_gen", "sync"]
    pipe = subprocess.PIPE
    running = [subprocess.Popen([*words, str(file)], stdout=pipe, stderr=pipe, text=True) for file in files]
    ended = []
    for process in running:
        out, err = process.communicate(timeout=120)
        ended.append(subprocess.CompletedProcess(process.args, process.returncode, out, err))
    return ended


def test_syncs_at_the_same_moment_wait_for_each_other_and_lose_nothing(desk: Desk) -> None:
    """One workbook twice, and another one: every edit is stored once, every workbook is whole."""
    row = free_row(desk.a, "clients")
    write(desk.a, K0001={"name": "甲"}, **{f"row{row}": {"name": "甲加的"}})
    write(desk.b, K0002={"name": "乙"}, **{f"row{row}": {"name": "乙加的"}})
    ended = at_once(desk.a, desk.a, desk.b)
    assert {process.returncode for process in ended} <= FINE, [process.stderr for process in ended]
    names = [row["name"] for row in desk.stored("clients").values()]
    assert names[:2] == ["甲", "乙"]
    assert Counter(names[CLIENTS:]) == Counter(["甲加的", "乙加的"])
    with desk.home().store.reading() as snapshot:
        kinds = Counter((change.kind, change.key) for _, change in snapshot.history("clients"))
    assert set(kinds.values()) == {1}
    for path in (desk.a, desk.b):
        assert list(desk.sync(path).changes) == []
        assert sorted(seen(path).records()) == [client(n) for n in range(1, CLIENTS + 3)]
    assert not list(desk.folder.glob(".*.tmp"))


def test_a_file_marked_as_read_only_is_left_alone(desk: Desk) -> None:
    write(desk.a, K0001={"name": "甲"})
    desk.a.chmod(0o444)
    before = desk.state()
    with pytest.raises(WorkbookError) as refused:
        desk.sync()
    assert refused.value.code == "workbook-read-only"
    assert desk.state() == before
    desk.a.chmod(0o644)
    assert len(desk.sync().changes) == 1


def test_a_file_that_is_held_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As virus scanners do, on systems that then refuse; here the refusal is played."""
    source, target, real = tmp_path / "new", tmp_path / "old", os.replace
    source.write_text("new")
    target.write_text("old")
    refusals = iter([errno.EBUSY, errno.ETXTBSY])

    def replace(one: Path, other: Path) -> None:
        number = next(refusals, None)
        if number is not None:
            raise OSError(number, os.strerror(number))
        real(one, other)

    monkeypatch.setattr(os, "replace", replace)
    replace_patiently(source, target)
    assert (target.read_text(), source.exists()) == ("new", False)


def test_what_a_killed_run_left_is_cleared_away_later_and_not_what_a_living_one_writes(desk: Desk) -> None:
    old, fresh = draft_of(desk.a), draft_of(desk.a)
    for draft in (old, fresh):
        draft.write_bytes(b"half")
    long_ago = time.time() - STALE - 1
    os.utime(old, (long_ago, long_ago))
    write(desk.a, K0001={"name": "甲"})
    desk.sync()
    assert (old.exists(), fresh.exists()) == (False, True)


def test_a_backup_that_cannot_be_kept_keeps_the_workbook_as_it_is(desk: Desk) -> None:
    """Somebody made a file where the folder of backups is to be."""
    write(desk.a, K0001={"name": "甲"})
    folder = desk.folder / ".custbook" / "backups"
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_text("in the way")
    before = desk.a.read_bytes()
    with pytest.raises(WorkbookError) as refused:
        desk.sync()
    assert refused.value.code == "not-refreshed"
    assert desk.a.read_bytes() == before
    folder.unlink()
    assert list(desk.sync().changes) == []
    assert seen(desk.a).value(client(1), "name") == "甲"


def test_a_file_on_a_share_that_is_gone_is_missing(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as refused:
        ExcelFile(tmp_path / "share" / "a.xlsx").read()
    assert refused.value.code == "file-missing"
