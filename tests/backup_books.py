"""A small shop to back up, its archives, forged ones too, and what a refused restore must leave alone."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from custbook_gen.actions.backup import backup
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import Run, open_project
from custbook_gen.actions.restore import Restored, restore
from custbook_gen.errors import CustbookError
from custbook_gen.load.compiled import FILE, PROJECT_COPY, TABS
from custbook_gen.records import Change
from tests.small_books import AT, LI
from tests.test_history import refused

COPIES = {FILE, TABS, PROJECT_COPY}
"""Files of a project that are only there for speed."""
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


def make_shop(folder: Path) -> Path:
    """A project with a schema of its own and two clients, in this folder, which is not there yet."""
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


def damage(database: Path) -> None:
    """Spoil the pages of a table's records; the store still says whose it is."""
    with closing(sqlite3.connect(database)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'clients'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(database.read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    database.write_bytes(content)
