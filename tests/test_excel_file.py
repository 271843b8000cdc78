"""Files: what is refused and why, and that nothing is ever half-written."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import resource
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from custbook_gen.backends import Backend, Prepared
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.backends.excel.exchange import exchange
from custbook_gen.backends.excel.file import KEPT_BACKUPS
from custbook_gen.backups import BACKUPS, backup_of
from custbook_gen.workbook import CellPatch, Patch, Plan, SheetPatch, SheetPlan, StyledCell
from tests.xlsx_samples import refusal

PLAN = Plan("t", (SheetPlan("a", "甲", cells={(1, 1): StyledCell("x")}),), names={}, properties={"p": "1"})
PATCH = Patch(sheets=(SheetPatch("甲", cells=(CellPatch(1, 1, "y"),)),))
BACK = Patch(sheets=(SheetPatch("甲", cells=(CellPatch(1, 1, "x"),)),))
NOBODY = 65534


@pytest.fixture
def book(tmp_path: Path) -> ExcelFile:
    """A workbook that was just written, at ``tmp_path / "book.xlsx"``."""
    file = ExcelFile(tmp_path / "book.xlsx")
    file.write(PLAN)
    return file


@contextlib.contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """Nothing in a folder may change, and nothing may be left there."""

    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    before = state()
    yield
    assert state() == before


# ---------------------------------------------------------------- writing


def test_the_file_is_a_backend(book: ExcelFile) -> None:
    backend: Backend = book
    prepared: Prepared = backend.prepare(PATCH, backend.read().digest)
    prepared.discard()


def test_an_existing_file_is_replaced_only_when_told(tmp_path: Path, book: ExcelFile) -> None:
    with unchanged(tmp_path):
        assert refusal(lambda: book.write(PLAN)).code == "file-exists"
    old = (tmp_path / "book.xlsx").read_bytes()
    (tmp_path / "book.xlsx").chmod(0o640)
    book.write(Plan("t", (SheetPlan("a", "乙"),), names={}, properties={}), replace=True)
    assert [sheet.title for sheet in book.read().sheets] == ["乙"]
    assert (tmp_path / "book.xlsx").stat().st_mode & 0o777 == 0o640
    assert [copy.read_bytes() for copy in (tmp_path / BACKUPS).iterdir()] == [old]


def test_only_the_newest_backups_of_this_workbook_are_kept(tmp_path: Path, book: ExcelFile) -> None:
    backups = tmp_path / BACKUPS
    backups.mkdir(parents=True)
    other = backups / "book-2-20200101T000000.000000Z.xlsx"
    other.write_bytes(b"other")
    oldest = backups / "book-20200101T000000.000000Z.xlsx"
    oldest.write_bytes(b"old")
    for _ in range(KEPT_BACKUPS + 2):
        book.write(PLAN, replace=True)
    assert other.exists()
    assert not oldest.exists()
    assert len(list(backups.iterdir())) == KEPT_BACKUPS + 1


@pytest.mark.parametrize("begun", ["名" * 82, "x" * 249, "é" * 124])
def test_a_workbook_may_have_the_longest_name_that_there_is(tmp_path: Path, begun: str) -> None:
    one, other = (ExcelFile(tmp_path / f"{begun}{end}.xlsx") for end in "12")
    for file in (one, other):
        file.write(PLAN)
    one.prepare(PATCH, one.read().digest).commit()
    assert one.read().sheets[0].rows == {1: ("y",)}
    (kept,) = (tmp_path / BACKUPS).iterdir()
    for _ in range(KEPT_BACKUPS + 1):
        other.write(PLAN, replace=True)
    names = {path.name.rpartition("-")[0] for path in (tmp_path / BACKUPS).iterdir()}
    assert kept.exists()
    assert len(names) == 2
    assert len(list((tmp_path / BACKUPS).iterdir())) == KEPT_BACKUPS + 1


def test_a_link_to_a_workbook_stays_a_link(tmp_path: Path, book: ExcelFile) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "book.xlsx"
    link.symlink_to(tmp_path / "book.xlsx")
    ExcelFile(link).prepare(PATCH, book.read().digest).commit()
    assert link.is_symlink()
    assert book.read().sheets[0].rows == {1: ("y",)}


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    plan = Plan(
        "t", (SheetPlan("a", "甲", cells={(1, 1): StyledCell("x" * 40_000)}),), names={}, properties={}
    )
    with unchanged(tmp_path):
        assert refusal(lambda: ExcelFile(tmp_path / "new.xlsx").write(plan)).code == "cell-not-writable"
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    error = refusal(lambda: ExcelFile(tmp_path / "no" / "new.xlsx").write(PLAN))
    assert (error.code, error.facts["folder"]) == ("folder-missing", "no")


# ---------------------------------------------------------------- two phases


def test_a_prepared_patch_waits_for_its_commit(tmp_path: Path, book: ExcelFile) -> None:
    before = (tmp_path / "book.xlsx").read_bytes()
    prepared = book.prepare(PATCH, book.read().digest)
    assert (tmp_path / "book.xlsx").read_bytes() == before
    prepared.commit()
    assert book.read().sheets[0].rows == {1: ("y",)}
    assert sorted(path.name for path in tmp_path.iterdir()) == [".custbook", "book.xlsx"]
    assert [copy.read_bytes() for copy in (tmp_path / BACKUPS).iterdir()] == [before]


def test_a_discarded_patch_leaves_nothing(tmp_path: Path, book: ExcelFile) -> None:
    with unchanged(tmp_path):
        prepared = book.prepare(PATCH, book.read().digest)
        prepared.discard()
        prepared.discard()


def test_a_file_changed_since_it_was_read_is_not_patched(tmp_path: Path, book: ExcelFile) -> None:
    digest = book.read().digest
    book.write(Plan("t", (SheetPlan("a", "甲"),), names={}, properties={}), replace=True)
    with unchanged(tmp_path):
        assert refusal(lambda: book.prepare(PATCH, digest)).code == "file-changed"


def test_a_file_changed_after_preparing_is_not_replaced(tmp_path: Path, book: ExcelFile) -> None:
    prepared = book.prepare(PATCH, book.read().digest)
    (tmp_path / "book.xlsx").write_bytes(b"somebody saved")
    assert refusal(prepared.commit).code == "file-changed"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"book.xlsx": b"somebody saved"}


def save_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody saves a workbook after it was compared for the last time, right before it is replaced."""

    def late(path: Path, at: dt.datetime, ending: str) -> Path:
        path.write_bytes(b"somebody saved")
        return backup_of(path, at, ending)

    monkeypatch.setattr("custbook_gen.backends.excel.file.backup_of", late)


def exchanges(folder: Path) -> bool:
    """Whether files can change places here."""
    for name in ("1", "2"):
        (folder / name).touch()
    done = exchange(folder / "1", folder / "2")
    for name in ("1", "2"):
        (folder / name).unlink()
    return done


@pytest.mark.parametrize("returns", [True, False])
def test_what_is_saved_at_the_very_last_moment_comes_back(
    tmp_path: Path, book: ExcelFile, monkeypatch: pytest.MonkeyPatch, *, returns: bool
) -> None:
    """Also where the system lets files change places once, and then no more."""
    if not exchanges(tmp_path):
        pytest.skip("files cannot change places here")
    prepared, times = book.prepare(PATCH, book.read().digest), iter((True, returns))
    save_late(monkeypatch)
    monkeypatch.setattr(
        "custbook_gen.backends.excel.exchange.exchange",
        lambda one, other: next(times) and exchange(one, other),
    )
    assert refusal(prepared.commit).code == "file-changed"
    left = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"book.xlsx": b"somebody saved"}


def test_where_files_cannot_change_places_one_is_replaced_as_ever(
    tmp_path: Path, book: ExcelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custbook_gen.backends.excel.exchange.exchange", lambda _, __: False)
    before = (tmp_path / "book.xlsx").read_bytes()
    book.prepare(PATCH, book.read().digest).commit()
    assert book.read().sheets[0].rows == {1: ("y",)}
    assert sorted(path.name for path in tmp_path.iterdir()) == [".custbook", "book.xlsx"]
    assert [copy.read_bytes() for copy in (tmp_path / BACKUPS).iterdir()] == [before]


def test_a_backup_stays_although_the_clock_was_put_back(
    tmp_path: Path, book: ExcelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that are dated later than now were made before that, and go first."""
    for number in range(KEPT_BACKUPS):
        book.prepare(PATCH if number % 2 else BACK, book.read().digest).commit()
    later = sorted(path.name for path in (tmp_path / BACKUPS).iterdir())

    early = SimpleNamespace(now=lambda zone: dt.datetime.now(zone) - dt.timedelta(days=1))
    clock = SimpleNamespace(datetime=early, UTC=dt.UTC)
    monkeypatch.setattr("custbook_gen.backends.excel.file.dt", clock)
    before = (tmp_path / "book.xlsx").read_bytes()
    book.prepare(BACK, book.read().digest).commit()
    now = sorted(path.name for path in (tmp_path / BACKUPS).iterdir())
    assert (tmp_path / BACKUPS / now[0]).read_bytes() == before
    assert now[1:] == later[1:]


def test_a_patch_for_a_sheet_that_is_gone_is_refused(tmp_path: Path, book: ExcelFile) -> None:
    digest = book.read().digest
    with unchanged(tmp_path):
        error = refusal(lambda: book.prepare(Patch(sheets=(SheetPatch("没有"),)), digest))
    assert (error.code, error.facts["title"]) == ("sheet-missing", "没有")


# ---------------------------------------------------------------- open elsewhere


def owner_file(name: str) -> bytes:
    """What Excel leaves beside an open workbook."""
    narrow = name.encode("ascii", "replace")
    return (
        bytes([len(narrow)])
        + narrow.ljust(54)
        + struct.pack("<H", len(name))
        + name.ljust(54).encode("utf-16-le")
    )


@pytest.mark.parametrize(
    ("lock", "content", "owner"),
    [
        ("~$book.xlsx", owner_file("王小明"), "王小明"),
        ("~$book.xlsx", bytes([4]) + b"Lily" + b" " * 50, "Lily"),
        ("~$book.xlsx", b"", "Excel / WPS"),
        (".~lock.book.xlsx#", "王小明,wang,pc1,22.11.2026 10:00,file:///x;".encode(), "王小明"),
        (".~lock.book.xlsx#", b",wang,pc1,22.11.2026 10:00,file:///x;", "wang"),
        (".~lock.book.xlsx#", b"", "LibreOffice"),
    ],
)
def test_an_open_workbook_is_left_alone_and_its_owner_named(
    tmp_path: Path, book: ExcelFile, lock: str, content: bytes, owner: str
) -> None:
    digest = book.read().digest
    prepared = book.prepare(PATCH, digest)
    (tmp_path / lock).write_bytes(content)
    for action in (
        lambda: book.write(PLAN, replace=True),
        lambda: book.prepare(PATCH, digest),
        prepared.commit,
    ):
        error = refusal(action)
        assert error.code == "workbook-open"
        assert error.facts == {"file": "book.xlsx", "owner": owner, "lock": lock}
    assert book.read().digest == digest
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["book.xlsx", lock])


# ---------------------------------------------------------------- folders and disks


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of an administrator, who may write anywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def guarded() -> Iterator[Path]:
    """A folder with a workbook that everybody may read and nobody may write to."""
    folder = Path(tempfile.mkdtemp())
    ExcelFile(folder / "book.xlsx").write(PLAN)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_folder_is_named(guarded: Path) -> None:
    file = ExcelFile(guarded / "book.xlsx")
    with unchanged(guarded), as_nobody():
        digest = file.read().digest
        for action in (
            lambda: ExcelFile(guarded / "new.xlsx").write(PLAN),
            lambda: file.write(PLAN, replace=True),
            lambda: file.prepare(PATCH, digest),
        ):
            error = refusal(action)
            assert (error.code, error.facts["folder"]) == ("folder-read-only", guarded.name)


def test_a_file_without_permission_is_refused(guarded: Path) -> None:
    (guarded / "book.xlsx").chmod(0o000)
    with as_nobody():
        assert refusal(ExcelFile(guarded / "book.xlsx").read).code == "workbook-refused"


@contextlib.contextmanager
def limited_files(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_cannot_grow_leaves_nothing(tmp_path: Path, book: ExcelFile) -> None:
    digest = book.read().digest
    with unchanged(tmp_path):
        for action in (
            lambda: ExcelFile(tmp_path / "new.xlsx").write(PLAN),
            lambda: book.write(PLAN, replace=True),
            lambda: book.prepare(PATCH, digest),
        ):
            with limited_files(2000):
                error = refusal(action)
            assert error.code == "disk-full"
    assert book.read().digest == digest


def test_a_prepared_patch_needs_no_more_space(tmp_path: Path, book: ExcelFile) -> None:
    prepared = book.prepare(PATCH, book.read().digest)
    with limited_files(0):
        prepared.commit()
    assert book.read().digest == prepared.digest
    assert len(list((tmp_path / BACKUPS).iterdir())) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB, where the system lets us make one."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no right to mount a file system")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


def test_a_full_disk_is_told(small_disk: Path) -> None:
    file = ExcelFile(small_disk / "book.xlsx")
    file.write(PLAN)
    digest = file.read().digest
    with contextlib.suppress(OSError), (small_disk / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(b"0" * 1024)
    with unchanged(small_disk):
        for action in (
            lambda: ExcelFile(small_disk / "new.xlsx").write(PLAN),
            lambda: file.prepare(PATCH, digest),
        ):
            error = refusal(action)
            assert error.code == "disk-full"
            cause = error.__cause__
            assert isinstance(cause, OSError)
            assert cause.errno == errno.ENOSPC
