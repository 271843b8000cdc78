"""Copies of a workbook that services leave beside it are named by a sync: nobody's edits are forgotten."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from custbook_gen.backends.excel import ExcelFile
from custbook_gen.backends.excel.copies import copies_beside
from tests.lists_book import make_lists, write
from tests.sync_books import Desk, desk_from

NAMES = (
    "a (1).xlsx",
    "a (2026-11-22 李的冲突副本).xlsx",
    "a (Li's conflicted copy 2026-11-22).xlsx",
    "a-PC冲突.xlsx",
    "a-李的MacBook.xlsx",
    "A - 副本.XLSX",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_lists(tmp_path_factory.mktemp("made") / "lists").folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    return desk_from(made, tmp_path / "desk")


def identity(path: Path) -> str:
    return ExcelFile(path).read().properties["custbook-workbook"]


def test_copies_are_known_by_their_identity_whatever_they_are_called(desk: Desk) -> None:
    for name in NAMES:
        shutil.copy(desk.a, desk.folder / name)
    assert copies_beside(desk.a, identity(desk.a)) == sorted(NAMES)
    assert copies_beside(desk.folder / NAMES[0], identity(desk.a)) == ["a.xlsx"]


def test_nothing_else_beside_a_workbook_is_taken_for_a_copy(desk: Desk) -> None:
    shutil.copy(desk.b, desk.folder / "a (other).xlsx")
    shutil.copy(desk.a, desk.folder / "~$a.xlsx")
    shutil.copy(desk.a, desk.folder / ".a.xlsx.0123abcd.tmp")
    shutil.copy(desk.a, desk.folder / "elsewhere.xlsx")
    (desk.folder / "a (text).xlsx").write_text("no workbook")
    (desk.folder / "a (folder).xlsx").mkdir()
    assert copies_beside(desk.a, identity(desk.a)) == []
    assert copies_beside(desk.folder / "gone" / "a.xlsx", identity(desk.a)) == []


def test_a_sync_names_the_copy_and_ends_as_without_it(desk: Desk) -> None:
    shutil.copy(desk.a, desk.folder / NAMES[0])
    write(desk.folder / NAMES[0], K0002={"name": "别人改的"})
    words = [sys.executable, "-m", "custbook_gen", "sync", "--json", str(desk.a)]
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=120)
    assert (done.returncode, NAMES[0] in done.stdout) == (0, True)
    report = desk.sync()
    (issue,) = [one for one in report.issues if one.code == "copy-beside"]
    assert issue.message("zh").startswith(f"同一文件夹里的“{NAMES[0]}”是这本工作簿的副本")
    assert f"“{NAMES[0]}” in the same folder is a copy of this workbook" in issue.message("en")
    assert report.exit_code == 0
    desk.sync(desk.folder / NAMES[0])
    assert desk.stored("clients")["K0002"]["name"] == "别人改的"
