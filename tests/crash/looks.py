"""What is there after an interruption, looked at by other means than the program's own."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import openpyxl

from custbook_gen.cli import main
from tests.crash.backups import sound_backup
from tests.sync_books import seen

A, B = "a.xlsx", "b.xlsx"
MADE: Final = 2
"""The revision after the book was made: the lists' beginnings, and the records."""


def custbook(folder: Path, *words: str) -> tuple[int, str]:
    """Run a command of the program on a project; its exit code, and what it said."""
    said = io.StringIO()
    place = [] if words[0] == "init" else ["--project", str(folder)]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main([*words, *place])
        except SystemExit as end:
            return int(end.code or 0), said.getvalue()
    raise AssertionError("a command ends with its exit code")


def records(folder: Path, sheet: str, *fields: str) -> dict[str, tuple[Any, ...]]:
    """Fields of all records of a sheet by key, as SQLite itself tells."""
    key = {"clients": "client_id", "orders": "order_id", "dictionary": "choice_id"}.get(sheet, "client_id")
    with closing(sqlite3.connect(folder / "book.db")) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        lines = store.execute(f"SELECT {key}, {', '.join(fields)} FROM {sheet} ORDER BY {key}")  # noqa: S608
        return {line[0]: tuple(line[1:]) for line in lines}


def happened(folder: Path, after: int) -> list[tuple[str, str, str]]:
    """Kind, sheet and key of everything in the history after a revision."""
    with closing(sqlite3.connect(folder / "book.db")) as store:
        lines = store.execute("SELECT kind, sheet, key FROM _history WHERE revision > ?", (after,))
        return sorted(lines.fetchall())


def names_given(folder: Path, key: str) -> list[str]:
    """The names that a client was given, one after the other."""
    with closing(sqlite3.connect(folder / "book.db")) as store:
        lines = store.execute(
            "SELECT after FROM _history WHERE kind = 'update' AND key = ? ORDER BY revision", (key,)
        )
        return [after["name"] for (text,) in lines for after in [json.loads(text)] if "name" in after]


def no_leftovers(folder: Path) -> None:
    """No draft and no journal lies about."""
    left = [path for path in folder.rglob("*") if path.suffix == ".tmp" or path.name.endswith("-journal")]
    assert not left, f"left behind: {[path.name for path in left]}"


def whole_workbook(path: Path) -> None:
    """A workbook that other programs open; each record stands in it once."""
    openpyxl.load_workbook(path, read_only=True).close()
    for sheet in ("clients", "orders"):
        there = seen(path, sheet).records()
        assert len(there) == len(set(there)), f"{sheet}: {there}"


def whole_backups(folder: Path) -> None:
    """Every backup is one: workbooks open, archives hold what their manifests say."""
    for path in (folder / ".custbook").glob("backups/*"):
        if path.suffix == ".xlsx":
            openpyxl.load_workbook(path, read_only=True).close()
        elif path.suffix == ".zip":
            sound_backup(path)


def standing(folder: Path) -> None:
    """What holds at every instant: the workbooks are whole, and so is every backup."""
    for path in (folder / A, folder / B):
        whole_workbook(path)
    whole_backups(folder)


def forget_backups(folder: Path) -> None:
    """Begin without backups."""
    shutil.rmtree(folder / ".custbook" / "backups", ignore_errors=True)
