"""Archives that are not restored: damaged, forged, of another book, or in somebody's way."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest

from custbook_gen.actions.project import open_project
from custbook_gen.errors import StoreError
from custbook_gen.store import archive as archives
from tests.backup_books import (
    forged,
    make_shop,
    refusal,
    saved,
    with_manifest,
    with_store,
)
from tests.test_history import refused


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with a schema of its own and two clients."""
    return make_shop(tmp_path / "shop")


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
    outside = ("project/../out.txt", "project//etc/out.txt", "project/C:\\out.txt", "project/")
    for name in (*outside, "project/.custbook/book.json", "project/.CustBook./book.json"):

        def sneak(parts: dict[str, bytes], name: str = name) -> None:
            parts[name] = b"x"
            files = json.loads(parts["manifest.json"])["files"]
            files[name] = {"size": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
            with_manifest(parts, files=files)

        assert refusal(forged(copy, sneak), empty) == "backup-damaged"
        assert not (shop.parent / "out.txt").exists()


@pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them")
def test_a_link_that_leads_out_of_the_folder_is_not_followed(shop: Path, tmp_path: Path) -> None:
    copy, empty, away = saved(shop), tmp_path / "empty", tmp_path / "away"
    empty.mkdir()
    away.mkdir()
    (empty / "lists").symlink_to(away)
    assert refusal(copy, empty) == "restore-unwritable"
    assert list(away.iterdir()) == []


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
