"""Backing up and restoring: what is in an archive, and that nothing is ever lost."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest

from custbook_gen.actions.backup import backup
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import open_project
from custbook_gen.actions.restore import restore
from custbook_gen.errors import SchemaError, StoreError
from custbook_gen.records import Change
from custbook_gen.store import archive as archives
from tests.backup_books import (
    SCHEMA,
    add,
    clients,
    damage,
    later,
    make_shop,
    put_back,
    refusal,
    saved,
    state,
)
from tests.small_books import LI
from tests.test_history import refused


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with a schema of its own and two clients."""
    return make_shop(tmp_path / "shop")


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


MAP = "id: {column: Nr, system: shop}\nfields:\n  name: Name\n"
OWN = {
    "templates/summary/extra.yaml.j2": "key: extra\n",
    "templates/html/page.css.j2": "body {}",
    "clients.yaml": MAP,
    "maps/shop/staff.yml": "{fields: {name: Name}}",
    "maps/broken.yaml": MAP + "  - [",
}
OTHERS = {
    "templates/summary/.#extra.yaml.j2": "left by an editor",
    "templates/notes.txt": "no template",
    "services.yaml": "services:\n  fields: {password: secret}\n",
    ".hidden/map.yaml": MAP,
    "other/custbook.yaml": "book: b2\n",
    "other/map.yaml": MAP,
    "clients.csv": "fields: x\n",
}


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def test_everything_that_the_project_reads_comes_back_and_nothing_else(shop: Path) -> None:
    put(shop, {**OWN, **OTHERS})
    before = state(shop)
    copy = saved(shop)
    with ZipFile(copy) as archive:
        names = {name.removeprefix("project/") for name in archive.namelist() if name.startswith("project/")}
    assert names == {"custbook.yaml", "small.yaml", "lists/colors.csv", *OWN}
    shutil.rmtree(shop)
    put_back(copy, shop)
    assert {name: content for name, content in state(shop).items() if name != "book.db"} == {
        name: before[name] for name in names
    }


@pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them")
def test_what_links_in_the_folder_lead_to_is_in_it(shop: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    put(shared, {"summary/extra.yaml.j2": "key: extra\n"})
    (shop / "templates").symlink_to(shared)
    shutil.move(shop / "small.yaml", shared / "small.yaml")
    (shop / "small.yaml").symlink_to(shared / "small.yaml")
    copy = saved(shop)
    shutil.rmtree(shop)
    shutil.rmtree(shared)
    put_back(copy, shop)
    assert clients(shop) == ["一", "二"]
    assert (shop / "templates" / "summary" / "extra.yaml.j2").read_text("utf-8") == "key: extra\n"


def test_more_than_could_be_restored_is_not_backed_up(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shop, {"maps/large.yaml": MAP + "#" * 2000})
    monkeypatch.setattr(archives, "_LONGEST_FILE", 1500)
    with pytest.raises(StoreError) as error:
        saved(shop)
    assert (refused(error), error.value.facts["part"]) == ("backup-outgrown", "project/maps/large.yaml")
    monkeypatch.setattr(archives, "_LONGEST_FILE", 3000)
    monkeypatch.setattr(archives, "_MOST_ENTRIES", 6)
    with pytest.raises(StoreError) as error:
        saved(shop)
    assert refused(error) == "backup-outgrown"
    monkeypatch.setattr(archives, "_MOST_ENTRIES", 7)
    copy = saved(shop)
    assert list(shop.parent.glob(".*.tmp")) == []
    shutil.rmtree(shop)
    put_back(copy, shop)
    assert (shop / "maps" / "large.yaml").exists()


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


@pytest.mark.skipif(os.name != "posix", reason="no other system has such names")
@pytest.mark.parametrize("name", ["a?b#c%41", "客户 '100%'"])
def test_a_project_may_lie_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    shop = make_shop(tmp_path / name)
    copy = saved(shop)
    add(shop, "三")
    assert put_back(copy, shop, force=True).now == 1
    shutil.rmtree(shop)
    put_back(copy, shop)
    assert clients(shop) == ["一", "二"]
    assert (shop / "book.db").stat().st_size > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "copy.zip"])


@pytest.mark.parametrize("store", ["sqlite+pysqlite:///data/q.db", "sqlite:///data/q.db"])
def test_a_store_lies_in_its_project_whatever_its_driver_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    shop = tmp_path / "shop"
    (shop / "data").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    init(shop, Choices(store=store))
    assert (shop / "data" / "q.db").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


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
    (shop / "small.yaml").write_text(SCHEMA + "      notes: {label: o, type: long}\n", encoding="utf-8")
    put_back(copy, shop)
    with open_project(shop).store.reading() as snapshot:
        assert snapshot.tables()["clients"].fields == ("id", "name", "color", "notes")
