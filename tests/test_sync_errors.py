"""What stops a sync: one clear sentence, and nothing is changed anywhere."""

from __future__ import annotations

import base64
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell, MergedCell

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import open_project
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.errors import CustbookError
from custbook_gen.layout import META
from custbook_gen.plan.meta import SCHEMA
from tests.backup_books import COPIES
from tests.sync_books import FEW_REGIONS, RUN, TITLES, Desk, customer, parts, seen, typed
from tests.xlsx_samples import zipped

OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def refusal(action: Callable[[], object]) -> CustbookError:
    """The error that an action ends with; its sentences are complete and on one line."""
    with pytest.raises(CustbookError) as caught:
        action()
    for lang in ("zh", "en"):
        sentence = caught.value.sentence(lang)
        assert "\n" not in sentence
        assert "{" not in sentence
    assert caught.value.exit_code == 3
    return caught.value


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in COPIES)
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture
def edited_desk(desk: Desk) -> Desk:
    """A workbook with an edit that would go into the store."""
    typed(desk.a, C000001={"notes": "新的备注"})
    shutil.rmtree(desk.folder / ".custbook")
    return desk


def refused_untouched(desk: Desk, path: Path | None = None) -> CustbookError:
    """What a sync is refused with, while every file stays as it is."""
    before = everything(desk.folder)
    error = refusal(lambda: desk.sync(path))
    assert everything(desk.folder) == before
    return error


# ---------------------------------------------------------------- the workbook


def test_a_missing_file(edited_desk: Desk) -> None:
    assert refused_untouched(edited_desk, edited_desk.folder / "c.xlsx").code == "file-missing"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-a-workbook"),
        ("客户,电话\n甲,1\n".encode(), "not-a-workbook"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0\0", "workbook-encrypted"),
        (OLE + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0\0", "not-a-workbook"),
    ],
)
def test_what_is_no_workbook_or_locked_by_a_password(edited_desk: Desk, content: bytes, code: str) -> None:
    edited_desk.a.write_bytes(content)
    assert refused_untouched(edited_desk).code == code


def test_a_damaged_workbook(edited_desk: Desk) -> None:
    data = edited_desk.a.read_bytes()
    edited_desk.a.write_bytes(data[: len(data) // 2])
    assert refused_untouched(edited_desk).code == "workbook-corrupt"


def test_a_workbook_that_is_open_elsewhere(edited_desk: Desk) -> None:
    (edited_desk.folder / ".~lock.a.xlsx#").write_text("王小明,wang,pc1,22.11.2026 10:00,file:///x;")
    error = refused_untouched(edited_desk)
    assert (error.code, error.facts["owner"]) == ("workbook-open", "王小明")


def test_a_workbook_of_somebody_else(edited_desk: Desk) -> None:
    openpyxl.Workbook().save(edited_desk.a)
    assert refused_untouched(edited_desk).code == "not-a-book"


def test_a_workbook_of_another_book(edited_desk: Desk, tmp_path: Path) -> None:
    other = init(tmp_path / "other", Choices())
    generate(other, tmp_path / "other" / "c.xlsx", RUN)
    shutil.copy(tmp_path / "other" / "c.xlsx", edited_desk.a)
    error = refused_untouched(edited_desk)
    assert (error.code, error.facts) == ("foreign-book", {"file": "a.xlsx", "project": "desk"})


def test_a_workbook_without_a_project(
    edited_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path / "mail"
    away.mkdir()
    shutil.copy(edited_desk.a, away / "a.xlsx")
    monkeypatch.chdir(away)
    assert refusal(lambda: edited_desk.sync(away / "a.xlsx")).code == "no-project"


def change_meta(path: Path, **entries: str) -> None:
    """Change what a workbook says of itself."""
    book = openpyxl.load_workbook(path)
    for name, value in book[META].iter_rows(max_col=2):
        if str(name.value) in entries:
            value.value = entries[str(name.value)]
    book.save(path)


def test_a_workbook_that_describes_no_book(edited_desk: Desk, tmp_path: Path) -> None:
    """Somebody wrote into its hidden sheet what is no schema, or titles that are none."""
    mailed = tmp_path / "mailed.xlsx"
    shutil.copy(edited_desk.a, mailed)
    book = openpyxl.load_workbook(mailed)
    packed = base64.b85encode(zlib.compress(b'{"key": "x", "sheets": 7}')).decode()
    for name, value in book[META].iter_rows(max_col=2):
        if str(name.value) == f"{SCHEMA}000":
            value.value = packed
        elif str(name.value).startswith(SCHEMA):
            name.value = value.value = None
    book.save(mailed)
    assert refusal(lambda: check_file(mailed, RUN)).code == "not-a-book"
    shutil.copy(mailed, edited_desk.b)
    assert refused_untouched(edited_desk, edited_desk.b).code == "not-a-book"
    change_meta(edited_desk.a, titles="[1]")
    assert refused_untouched(edited_desk).code == "not-a-book"


def own_schema(path: Path) -> Iterator[tuple[Cell | MergedCell, str]]:
    """The cell of a workbook's schema, to be changed, and what it says; the workbook is written back."""
    book = openpyxl.load_workbook(path)
    rows = [
        (name, value) for name, value in book[META].iter_rows(max_col=2) if str(name.value).startswith(SCHEMA)
    ]
    packed = "".join(str(value.value) for _, value in rows)
    for name, value in rows[1:]:
        name.value = value.value = None
    yield rows[0][1], zlib.decompress(base64.b85decode(packed)).decode()
    book.save(path)


@pytest.mark.parametrize(
    "formula",
    ["{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", "{{ 'x' * 10**10 }}"],
)
def test_a_workbook_whose_own_schema_would_never_end(desk: Desk, tmp_path: Path, formula: str) -> None:
    mailed = tmp_path / "mailed.xlsx"
    shutil.copy(desk.a, mailed)
    for cell, text in own_schema(mailed):
        book = json.loads(text)
        for sheet in book["sheets"]:
            for field in sheet["fields"]:
                if "formula" in field:
                    field["formula"] = formula
        cell.value = base64.b85encode(zlib.compress(json.dumps(book).encode())).decode()
    assert refusal(lambda: check_file(mailed, RUN)).code == "own-schema"


def test_a_workbook_of_a_newer_program(edited_desk: Desk) -> None:
    change_meta(edited_desk.a, format="99")
    assert refused_untouched(edited_desk).code == "format-newer"


def test_a_workbook_that_was_made_to_count_from_1904(edited_desk: Desk) -> None:
    path, part = edited_desk.a, "xl/workbook.xml"
    content = parts(path)
    content[part] = content[part].replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)
    path.write_bytes(zipped(content).getvalue())
    error = refused_untouched(edited_desk)
    assert error.code == refusal(lambda: check_file(path, RUN)).code == "days-from-1904"
    assert "switch off “Use 1904 date system”" in error.sentence("en")
    content[part] = content[part].replace(b' date1904="1"', b"", 1)
    path.write_bytes(zipped(content).getvalue())
    assert edited_desk.sync().changes


def test_a_workbook_of_a_newer_schema(edited_desk: Desk) -> None:
    text = (edited_desk.folder / FEW_REGIONS).read_text(encoding="utf-8")
    (edited_desk.folder / "newer.yaml").write_text(f"{text}version: 2\n", encoding="utf-8")
    project = edited_desk.folder / "custbook.yaml"
    old = project.read_text(encoding="utf-8")
    project.write_text(old.replace(f"schema: {FEW_REGIONS}", "schema: newer.yaml"), encoding="utf-8")
    generate(open_project(edited_desk.folder), edited_desk.folder / "c.xlsx", RUN)
    project.write_text(old, encoding="utf-8")
    error = refused_untouched(edited_desk, edited_desk.folder / "c.xlsx")
    assert (error.code, error.facts) == ("schema-newer", {"file": "c.xlsx", "project": "desk"})


def test_a_workbook_that_is_ahead_of_its_store(edited_desk: Desk) -> None:
    """The store came back from a backup."""
    database = edited_desk.database.read_bytes()
    edited_desk.sync()
    edited_desk.database.write_bytes(database)
    assert refused_untouched(edited_desk).code == "workbook-ahead"


# ---------------------------------------------------------------- the store


def test_a_missing_store(edited_desk: Desk) -> None:
    edited_desk.database.unlink()
    assert refused_untouched(edited_desk).code == "store-missing"


def test_a_damaged_store(edited_desk: Desk) -> None:
    edited_desk.database.write_bytes(b"no database at all" * 300)
    assert refused_untouched(edited_desk).code == "store-corrupt"


def test_a_store_in_use(edited_desk: Desk) -> None:
    project = edited_desk.folder / "custbook.yaml"
    project.write_text(project.read_text("utf-8").replace("book.db", "book.db?timeout=0.1"), encoding="utf-8")
    other = sqlite3.connect(edited_desk.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        before = edited_desk.state()
        assert refusal(edited_desk.sync).code == "store-locked"
        assert edited_desk.state() == before
    finally:
        other.close()


# ---------------------------------------------------------------- folders and disks


def test_a_disk_that_fills_up(edited_desk: Desk) -> None:
    """No file may grow beyond half of the workbook's size, the store neither."""
    size = edited_desk.a.stat().st_size // 2
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    state = everything(edited_desk.folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        error = refusal(edited_desk.sync)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert error.code in ("disk-full", "store-unreachable")
    assert everything(edited_desk.folder) == state


def test_a_disk_that_is_full(edited_desk: Desk, tmp_path: Path) -> None:
    """A small file system with room for the project and hardly more."""
    small = tmp_path / "small"
    small.mkdir()
    used = sum(len(data) for data in everything(edited_desk.folder).values()) // 1024 + 300
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={used}k", "tmpfs", small], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no right to mount a file system")
    try:
        shutil.copytree(edited_desk.folder, small, dirs_exist_ok=True)
        error = refused_untouched(Desk(small))
        assert error.code == "disk-full"
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.fixture
def guarded(edited_desk: Desk) -> Iterator[Desk]:
    """A folder in which nobody may make files; the store may be written."""
    if os.geteuid() == 0:
        mounted = subprocess.run(["mount", "--bind", edited_desk.folder, edited_desk.folder], check=False)
        if mounted.returncode:
            pytest.skip("no right to mount a file system")
        subprocess.run(["mount", "-o", "remount,ro,bind", edited_desk.folder], check=True)
        yield edited_desk
        subprocess.run(["umount", edited_desk.folder], check=True)
        return
    edited_desk.folder.chmod(0o555)
    yield edited_desk
    edited_desk.folder.chmod(0o755)


def test_a_read_only_folder(guarded: Desk) -> None:
    assert refused_untouched(guarded).code in ("folder-read-only", "store-unreachable")


def test_a_read_only_folder_for_the_workbook_alone(edited_desk: Desk, tmp_path: Path) -> None:
    """The project is elsewhere and can be written, the workbook's folder cannot."""
    mail = tmp_path / "mail"
    mail.mkdir()
    shutil.copy(edited_desk.a, mail / "a.xlsx")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", mail], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a file system")
    try:
        shutil.copy(edited_desk.a, mail / "a.xlsx")
        subprocess.run(["mount", "-o", "remount,ro", mail], check=True)
        before = everything(edited_desk.folder)
        error = refusal(lambda: sync_file(mail / "a.xlsx", RUN, Options(), edited_desk.folder))
        assert (error.code, error.facts["folder"]) == ("folder-read-only", "mail")
        assert everything(edited_desk.folder) == before
    finally:
        subprocess.run(["umount", mail], check=True)


# ---------------------------------------------------------------- what does not stop it


def test_a_sheet_or_a_column_that_is_gone_is_told_and_deletes_nothing(edited_desk: Desk) -> None:
    book = openpyxl.load_workbook(edited_desk.a)
    del book[TITLES["interactions"]]
    people = book[TITLES["customers"]]
    people.delete_cols(next(cell.column for cell in people[1] if cell.value == "industry"))
    book.save(edited_desk.a)
    stored = {sheet: edited_desk.stored(sheet) for sheet in TITLES}
    report = edited_desk.sync()
    assert {("sheet-missing", "interactions"), ("column-missing", "customers")} <= {
        (item.code, item.place.sheet) for item in report.issues
    }
    stored["customers"][customer(1)]["notes"] = "新的备注"
    assert {sheet: edited_desk.stored(sheet) for sheet in TITLES} == stored
    again = edited_desk.sync()  # both are back, and the tab of issues says so no more
    assert not {"sheet-missing", "column-missing"} & {item.code for item in again.issues}
    before = edited_desk.state()
    edited_desk.sync()
    assert edited_desk.state() == before
    there = seen(edited_desk.a)
    assert there.value(customer(1), "notes") == "新的备注"
    assert there.value(customer(1), "industry") not in (None, "")
    assert len(seen(edited_desk.a, "interactions").records()) == len(stored["interactions"])


@pytest.mark.parametrize("odd", ["_x0000_", "_xD800_"])
def test_a_workbook_whose_number_no_store_can_be_asked_for(edited_desk: Desk, odd: str) -> None:
    change_meta(edited_desk.a, workbook=f"a{odd}b")
    assert refused_untouched(edited_desk).code == "not-a-book"
