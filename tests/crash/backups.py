"""Backups looked into by other means than the program's own."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile


def sound_backup(path: Path) -> int:
    """Verify a backup: checksums, the database in it, its numbers of rows; gives its revision."""
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        for name, entry in manifest["files"].items():
            content = archive.read(name)
            assert (len(content), hashlib.sha256(content).hexdigest()) == (entry["size"], entry["sha256"]), (
                name
            )
        store = archive.read("store.db")
    with tempfile.NamedTemporaryFile(suffix=".db") as file:
        file.write(store)
        file.flush()
        with closing(sqlite3.connect(file.name)) as opened:
            assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            for sheet, count in manifest["rows"].items():
                assert opened.execute(f'SELECT count(*) FROM "{sheet}"').fetchone() == (count,)  # noqa: S608
            (revision,) = opened.execute("SELECT max(number) FROM _revision").fetchone()
    assert revision == manifest["revision"]
    return int(revision)
