"""Backing up and restoring: what is in an archive, what is refused, and that nothing is ever lost."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from click.testing import CliRunner

from custbook_gen.actions.backup import Saved, backup
from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import Run, open_project
from custbook_gen.actions.restore import Restored, restore
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.cli.program import cli
from custbook_gen.errors import CustbookError, SchemaError, StoreError, WorkbookError
from custbook_gen.load.compiled import COPIES
from custbook_gen.records import Change
from custbook_gen.report import Report
from custbook_gen.store import archive as archives
from tests.small_books import AT, LI
from tests.sync_books import Desk, desk_from, seen, typed
from tests.test_history import refused

SCHEMA = """\
key: small
version: 1
label: s
categories:
  color: {label: c, choices_from: lists/colors.csv}
sheets:
  clients:
    label: c
    key: id
    name: name
    fields:
      id: {label: i, type: auto, prefix: K, digits: 3}
      name: {label: n, type: text, required: true}
      color: {label: f, type: enum, category: color}
"""


def later(minutes: int) -> Run:
    return Run(AT + dt.timedelta(minutes=minutes), "wang")


def add(folder: Path, *names: str, run: Run = LI) -> int:
    """Add clients by name; the store's revision after it."""
    with open_project(folder).store.writing() as tx:
        first = tx.next_numbers()["clients"]
        changes = [
            Change("insert", "clients", f"K{first + at:03}", {}, {"name": name})
            for at, name in enumerate(names)
        ]
        tx.commit_changes(changes, run.stamp("sync", "book.xlsx"))
        return tx.revision()


def clients(folder: Path) -> list[object]:
    with open_project(folder).store.reading() as snapshot:
        return [name for _, name in snapshot.tables()["clients"].column("name")]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with a schema of its own and two clients."""
    folder = tmp_path / "shop"
    (folder / "lists").mkdir(parents=True)
    (folder / "lists" / "colors.csv").write_text("code,zh,en\nred,红,Red\n", encoding="utf-8")
    (folder / "small.yaml").write_text(SCHEMA, encoding="utf-8")
    init(folder, Choices(schema="small.yaml", store="sqlite:///book.db?timeout=0.1"))
    add(folder, "一", "二")
    return folder


def saved(folder: Path, name: str = "copy.zip", minutes: int = 1) -> Path:
    return backup(folder, later(minutes), folder.parent / name).path


def put_back(file: Path, folder: Path, *, force: bool = False, minutes: int = 5) -> Restored:
    return restore(file, folder, later(minutes), force=force)


def forged(file: Path, change: Callable[[dict[str, bytes]], Mapping[str, bytes] | None]) -> Path:
    """An archive with other content, packed anew."""
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    made = file.with_name("forged.zip")
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in (change(parts) or parts).items():
            archive.writestr(name, content)
    return made


def with_manifest(parts: dict[str, bytes], **facts: object) -> None:
    manifest = {**json.loads(parts["manifest.json"]), **facts}
    parts["manifest.json"] = json.dumps(manifest).encode()


def with_store(parts: dict[str, bytes], content: bytes) -> None:
    """Another store, with a manifest that agrees with it."""
    parts["store.db"] = content
    files = json.loads(parts["manifest.json"])["files"]
    files["store.db"] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    with_manifest(parts, files=files)


def state(folder: Path) -> dict[str, bytes]:
    """All files, but for the copies of what was read that are only there for speed."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name not in COPIES)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def refusal(file: Path, folder: Path, *, force: bool = True) -> str:
    """The code of a refused restore, which changed nothing."""
    before = state(folder)
    with pytest.raises(CustbookError) as error:
        put_back(file, folder, force=force)
    assert state(folder) == before
    return refused(error)


# ---------------------------------------------------------------- backing up


def test_a_backup_holds_the_store_the_project_and_a_manifest(shop: Path) -> None:
    made = backup(shop, later(1), shop.parent / "copy.zip")
    with ZipFile(made.path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert set(parts) == {
        "manifest.json", "store.db", "schema.json", "project/custbook.yaml", "project/small.yaml",
        "project/lists/colors.csv",
    }  # fmt: skip
    manifest = json.loads(parts.pop("manifest.json"))
    assert {name: entry["sha256"] for name, entry in manifest["files"].items()} == {
        name: hashlib.sha256(content).hexdigest() for name, content in parts.items()
    }
    home = open_project(shop)
    assert (manifest["format"], manifest["book"], manifest["revision"]) == (1, home.store.book_id, 1)
    assert manifest["rows"] == {"clients": 2}
    if os.name == "posix":
        assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert sorted(path.name for path in shop.parent.iterdir()) == ["copy.zip", "shop"]


def test_without_a_name_the_newest_backups_are_kept_and_nothing_else_goes(shop: Path) -> None:
    project = shop / "custbook.yaml"
    project.write_text(project.read_text("utf-8") + "settings: {backups: {keep: 3}}\n", encoding="utf-8")
    folder = shop / ".custbook" / "backups"
    folder.mkdir(parents=True)
    others = ("book-20200101T000000.000000Z.xlsx", "other-20200101T000000.000000Z-r1.zip", "book-old.zip")
    for name in others:
        (folder / name).touch()
    made = [backup(shop, later(minutes)).path.name for minutes in range(5)]
    assert made[0] == "book-20261122T080000.000000Z-r1.zip"
    assert sorted(path.name for path in folder.iterdir()) == sorted([*made[2:], *others])


def test_a_backup_stays_although_the_clock_was_put_back(shop: Path) -> None:
    project = shop / "custbook.yaml"
    project.write_text(project.read_text("utf-8") + "settings: {backups: {keep: 3}}\n", encoding="utf-8")
    made = [backup(shop, later(minutes)).path for minutes in (60, 61, 62, 0)]
    assert [path.exists() for path in made] == [False, True, True, True]


def test_a_backup_made_while_somebody_writes_holds_what_was_committed(shop: Path) -> None:
    with open_project(shop).store.writing() as tx:
        tx.commit_changes([Change("insert", "clients", "K009", {}, {"name": "九"})], LI.stamp("sync"))
        copy = saved(shop)
    assert put_back(copy, shop, force=True).now == 1
    assert clients(shop) == ["一", "二"]


def test_an_existing_file_is_never_replaced(shop: Path) -> None:
    (shop.parent / "copy.zip").write_bytes(b"precious")
    with pytest.raises(StoreError) as error:
        saved(shop)
    assert refused(error) == "backup-exists"
    assert (shop.parent / "copy.zip").read_bytes() == b"precious"


def test_a_place_that_cannot_be_written_to_is_told(shop: Path) -> None:
    (shop.parent / "file").touch()
    with pytest.raises(StoreError) as error:
        backup(shop, LI, shop.parent / "file" / "copy.zip")
    assert refused(error) == "backup-unwritable"
    with pytest.raises(StoreError) as error:
        backup(shop, LI, shop.parent / ("n" * 300 + ".zip"))
    assert refused(error) == "backup-unwritable"


def test_a_damaged_store_is_not_backed_up_and_no_older_backup_goes(shop: Path) -> None:
    project = shop / "custbook.yaml"
    project.write_text(project.read_text("utf-8") + "settings: {backups: {keep: 1}}\n", encoding="utf-8")
    good = backup(shop, later(1)).path
    damage(shop / "book.db")
    with pytest.raises(StoreError) as error:
        backup(shop, later(2))
    assert refused(error) == "store-corrupt"
    assert list(good.parent.iterdir()) == [good]


def damage(database: Path) -> None:
    """Spoil the pages of a table's records; the store still says whose it is."""
    with closing(sqlite3.connect(database)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'clients'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(database.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    database.write_bytes(content)


def test_a_database_on_a_server_is_left_to_its_own_tools(shop: Path) -> None:
    project = shop / "custbook.yaml"
    copy = saved(shop)
    text = project.read_text("utf-8").replace(
        "sqlite:///book.db?timeout=0.1", "postgresql://me:secret@host/book"
    )
    project.write_text(text, encoding="utf-8")
    with pytest.raises(StoreError) as error:
        saved(shop, "second.zip")
    assert refused(error) == "store-no-file"
    assert "secret" not in error.value.sentence("en")
    assert refusal(copy, shop) == "store-no-file"


# ---------------------------------------------------------------- restoring


def test_a_restored_store_is_what_it_was_and_the_replaced_one_is_kept(shop: Path) -> None:
    copy = saved(shop)
    add(shop, "三")
    done = put_back(copy, shop, force=True)
    assert (done.before, done.now, done.set_aside) == (2, 1, 1)
    assert clients(shop) == ["一", "二"]
    assert add(shop, "四") == 2
    assert done.kept is not None
    assert done.kept.name == "book-20261122T080500.000000Z-r2.zip"
    put_back(done.kept, shop, force=True, minutes=6)
    assert clients(shop) == ["一", "二", "三"]
    with open_project(shop).store.reading() as snapshot:
        assert len(snapshot.history()) == 3
        assert snapshot.next_numbers() == {"clients": 4}
    assert not list(shop.glob(".*.tmp"))


def test_later_changes_are_not_set_aside_unless_it_is_meant(shop: Path) -> None:
    copy = saved(shop)
    add(shop, "三")
    add(shop, "四")
    before = state(shop)
    with pytest.raises(StoreError) as error:
        put_back(copy, shop)
    assert (refused(error), error.value.facts["count"]) == ("restore-behind", 2)
    assert state(shop) == before


def test_changes_that_only_have_the_same_number_are_not_taken_for_those_of_the_backup(shop: Path) -> None:
    first = saved(shop)
    add(shop, "三", run=later(2))
    second = saved(shop, "second.zip")
    put_back(first, shop, force=True)
    add(shop, "别的", run=later(3))
    assert refusal(second, shop, force=False) == "restore-behind"


def test_a_store_without_later_changes_needs_no_force(shop: Path) -> None:
    copy = saved(shop)
    assert put_back(copy, shop).set_aside == 0
    add(shop, "三")
    newer = saved(shop, "newer.zip")
    put_back(copy, shop, force=True)
    assert put_back(newer, shop, minutes=6).set_aside == 0
    assert clients(shop) == ["一", "二", "三"]


def test_a_store_in_use_is_not_replaced(shop: Path) -> None:
    copy = saved(shop)
    with open_project(shop).store.writing():
        assert refusal(copy, shop) == "store-locked"
    assert put_back(copy, shop).now == 1


def test_somebody_who_waits_for_the_store_writes_into_the_restored_one(shop: Path) -> None:
    """A program that has the file open, and waits, must not write into a file that is no more."""
    copy = saved(shop)
    add(shop, "三")
    project = shop / "custbook.yaml"
    project.write_text(project.read_text("utf-8").replace("?timeout=0.1", "?timeout=20"), encoding="utf-8")
    waiting = open_project(shop)
    coming = open_project(shop)
    source = shop.parent / "source.db"
    with ZipFile(copy) as archive:
        source.write_bytes(archive.read("store.db"))
    written: list[int] = []

    def write() -> None:
        with waiting.store.writing() as tx:
            change = Change("insert", "clients", "K100", {}, {"name": "等到"})
            tx.commit_changes([change], LI.stamp("sync"))
            written.append(tx.revision())

    with coming.store.replacing(source):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join()
    assert written == [2]
    assert clients(shop) == ["一", "二", "等到"]


def test_a_failure_before_the_end_leaves_the_store_as_it_was(shop: Path) -> None:
    copy = saved(shop)
    add(shop, "三")
    source = shop.parent / "source.db"
    with ZipFile(copy) as archive:
        source.write_bytes(archive.read("store.db"))
    with pytest.raises(ZeroDivisionError), open_project(shop).store.replacing(source):
        raise ZeroDivisionError
    assert clients(shop) == ["一", "二", "三"]


def test_a_missing_store_comes_back_and_an_old_journal_does_not_spoil_it(shop: Path) -> None:
    copy = saved(shop)
    before = clients(shop)
    with closing(sqlite3.connect(shop / "book.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO clients VALUES (?, ?, NULL, 9)", [(f"K{n}", "x" * 500) for n in range(900, 1900)]
        )
        journal = (shop / "book.db-journal").read_bytes()
        connection.execute("ROLLBACK")
    assert journal
    (shop / "book.db").unlink()
    (shop / "book.db-journal").write_bytes(journal)
    done = put_back(copy, shop)
    assert (done.before, done.now) == (None, 1)
    assert clients(shop) == before


def test_a_damaged_store_is_put_aside(shop: Path) -> None:
    copy = saved(shop)
    damage(shop / "book.db")
    spoilt = (shop / "book.db").read_bytes()
    done = put_back(copy, shop)
    assert done.kept is not None
    assert done.kept.read_bytes() == spoilt
    assert clients(shop) == ["一", "二"]
    (shop / "book.db").write_bytes(b"no database at all" * 300)
    assert put_back(copy, shop, minutes=6).kept is not None
    assert clients(shop) == ["一", "二"]


def test_a_lost_project_comes_back_whole(shop: Path) -> None:
    copy = saved(shop)
    before = clients(shop)
    shutil.rmtree(shop)
    done = put_back(copy, shop)
    assert (done.before, done.now, done.kept) == (None, 1, None)
    assert clients(shop) == before
    assert open_project(shop).book.category("color").by_code["red"].label.en == "Red"
    if os.name == "posix":
        assert stat.S_IMODE((shop / "book.db").stat().st_mode) == 0o600


def test_a_lost_project_comes_back_only_where_it_is_named(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, empty = saved(shop), shop.parent / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    with pytest.raises(SchemaError) as error:
        restore(copy, None, LI, force=False)
    assert refused(error) == "project-missing"
    assert list(empty.iterdir()) == []
    monkeypatch.chdir(shop / "lists")
    assert restore(copy, None, LI, force=False).now == 1


def test_a_schema_that_grew_since_the_backup_takes_the_old_store(shop: Path) -> None:
    copy = saved(shop)
    (shop / "small.yaml").write_text(SCHEMA + "      notes: {label: n, type: long}\n", encoding="utf-8")
    put_back(copy, shop)
    with open_project(shop).store.reading() as snapshot:
        assert snapshot.tables()["clients"].fields == ("id", "name", "color", "notes")


# ---------------------------------------------------------------- what is refused


def test_a_backup_of_another_book_is_refused(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(shop, other)
    project = other / "custbook.yaml"
    book = open_project(shop).project.book
    project.write_text(project.read_text("utf-8").replace(book, "another"), encoding="utf-8")
    copy = saved(shop)
    assert refusal(copy, other) == "backup-foreign"
    as_ours = forged(copy, lambda parts: with_manifest(parts, book="another"))
    assert refusal(as_ours, other) == "store-foreign"


def test_a_missing_backup_is_told(shop: Path) -> None:
    assert refusal(shop.parent / "nothing.zip", shop) == "backup-missing"
    assert refusal(shop, shop) == "backup-missing"


def test_a_backup_of_a_newer_program_is_refused(shop: Path) -> None:
    assert refusal(forged(saved(shop), lambda parts: with_manifest(parts, format=2)), shop) == "backup-newer"


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\3\4" + b"\0" * 100])
def test_what_is_no_archive_is_refused(shop: Path, content: bytes) -> None:
    file = shop.parent / "x.zip"
    file.write_bytes(content)
    assert refusal(file, shop) == "backup-damaged"


def test_a_cut_archive_is_refused(shop: Path) -> None:
    content = saved(shop).read_bytes()
    file = shop.parent / "x.zip"
    for length in (100, len(content) // 2, len(content) - 5):
        file.write_bytes(content[:length])
        assert refusal(file, shop) == "backup-damaged"


def test_a_flipped_bit_is_found_wherever_it_is(shop: Path) -> None:
    copy = saved(shop)
    content = copy.read_bytes()
    with ZipFile(copy) as archive:
        info = archive.getinfo("store.db")
    file = shop.parent / "x.zip"
    for share in (0.3, 0.5, 0.9):
        at = info.header_offset + 60 + int(info.compress_size * share)
        file.write_bytes(content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :])
        assert refusal(file, shop) == "backup-damaged"


def another_store(parts: dict[str, bytes], *statements: str) -> None:
    """The store after somebody worked on it, with a manifest that agrees."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(parts["store.db"])
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        with_store(parts, connection.serialize())


def test_a_store_that_is_not_what_the_manifest_tells_is_refused(shop: Path) -> None:
    copy = saved(shop)
    changes: list[Callable[[dict[str, bytes]], Mapping[str, bytes] | None]] = [
        lambda parts: {name: content for name, content in parts.items() if name != "store.db"},
        lambda parts: {name: content for name, content in parts.items() if name != "manifest.json"},
        lambda parts: parts.update({"more.bin": b"1"}),
        lambda parts: parts.update({"store.db": parts["store.db"][:-1] + b"x"}),
        lambda parts: parts.update({"store.db": parts["store.db"] + b"x"}),
        lambda parts: parts.update({"manifest.json": b"[]"}),
        lambda parts: parts.update({"manifest.json": b"{" * 100_000}),
        lambda parts: with_manifest(parts, rows={"clients": 3}),
        lambda parts: with_manifest(parts, revision=7),
        lambda parts: with_manifest(parts, files={}),
        lambda parts: with_store(parts, b"no database" * 1000),
        lambda parts: another_store(parts, "DELETE FROM clients WHERE id = 'K001'"),
        lambda parts: another_store(
            parts, "CREATE TRIGGER t AFTER INSERT ON clients BEGIN DELETE FROM clients; END"
        ),
        lambda parts: another_store(parts, "CREATE VIEW v AS SELECT * FROM clients"),
    ]
    for change in changes:
        assert refusal(forged(copy, change), shop) == "backup-damaged"


def test_a_path_that_leads_out_of_the_folder_is_refused(shop: Path) -> None:
    copy, empty = saved(shop), shop.parent / "empty"
    empty.mkdir()
    for name in ("project/../out.txt", "project//etc/out.txt", "project/C:\\out.txt", "project/"):

        def sneak(parts: dict[str, bytes], name: str = name) -> None:
            parts[name] = b"x"
            files = json.loads(parts["manifest.json"])["files"]
            files[name] = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
            with_manifest(parts, files=files)

        assert refusal(forged(copy, sneak), empty) == "backup-damaged"
        assert not (shop.parent / "out.txt").exists()


def test_a_file_that_unfolds_beyond_its_limits_is_refused(shop: Path) -> None:
    copy = saved(shop)
    room = shutil.disk_usage(shop).free

    def endless(parts: dict[str, bytes]) -> None:
        parts["schema.json"] = b" " * (archives._LONGEST_FILE + 1)
        files = json.loads(parts["manifest.json"])["files"]
        files["schema.json"] = {"size": archives._LONGEST_FILE + 1, "sha256": ""}
        with_manifest(parts, files=files)

    assert refusal(forged(copy, endless), shop) == "backup-damaged"
    many = forged(copy, lambda parts: {**parts, **{f"{n}": b"" for n in range(archives._MOST_ENTRIES)}})
    assert refusal(many, shop) == "backup-damaged"
    with archives.open_archive(copy) as archive:
        entry = archives.Entry(size=room * 2, sha256="")
        manifest = archive.manifest.model_copy(update={"files": {"store.db": entry}})
        with pytest.raises(StoreError) as error:
            archives.Archive("copy.zip", manifest, archive._zip).extract("store.db", shop / "x")
        assert refused(error) == "backup-too-large"
        assert not (shop / "x").exists()


def test_a_folder_that_cannot_be_written_to_is_told(shop: Path) -> None:
    with archives.open_archive(saved(shop)) as archive, pytest.raises(StoreError) as error:
        archive.extract("store.db", shop / "custbook.yaml" / "x.db")
    assert refused(error) == "restore-unwritable"


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
