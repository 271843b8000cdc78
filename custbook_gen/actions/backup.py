"""``custbook backup``: a consistent copy of the store, with the project's files, in one archive."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from custbook_gen.actions.project import OpenProject, Run, open_project
from custbook_gen.backends.endings import ARCHIVE, refuse_ending
from custbook_gen.backups import backup_of, thin_out
from custbook_gen.drafts import draft_of
from custbook_gen.errors import StoreError, reason_of
from custbook_gen.load import load_project, project_files
from custbook_gen.store import Store, is_intact, store_file, store_url
from custbook_gen.store.archive import PROJECT, SCHEMA, STORE, Manifest, write_archive
from custbook_gen.store.evolve import schema_hash, schema_text
from custbook_gen.value_objects import value_object


@value_object
class Saved:
    """A backup: its file, and what its manifest says."""

    path: Path
    manifest: Manifest

    def to_json(self) -> dict[str, object]:
        """The backup as plain data for JSON."""
        return {
            "backup": str(self.path),
            "book": self.manifest.book,
            "revision": self.manifest.revision,
            "rows": dict(self.manifest.rows),
            "bytes": self.path.stat().st_size,
        }


def backup(folder: Path, run: Run, target: Path | None = None) -> Saved:
    """Back up the project in a folder.

    Without a target the backup goes among the project's own, of which the newest are kept
    (setting ``backups.keep``).

    Raises:
        SchemaError: there is no project, or its files are wrong.
        StoreError: ``store-no-file``: the store is a database on a server; ``backup-exists``,
            ``backup-unwritable``, ``backup-outgrown``; ``store-corrupt``: the store is damaged, so
            that no older backup makes way for one of it.
    """
    store_file(store_url(folder, load_project(folder).store))
    home = open_project(folder)
    if target is not None:
        return save(home, run, target)
    saved = save(home, run, own_place(folder, home.store, run))
    thin_out(folder / home.store.name, run.at, r"-r\d+\.zip", home.book.settings.backups.keep)
    return saved


def own_place(folder: Path, store: Store, run: Run) -> Path:
    """Where a backup without a name of its own goes: by store, moment and revision."""
    with store.reading() as snapshot:
        revision = snapshot.revision()
    return backup_of(folder / store.name, run.at, f"-r{revision}.zip")


def save(home: OpenProject, run: Run, target: Path) -> Saved:
    """Write a backup into a file."""
    refuse_ending(target, ARCHIVE)
    copy = draft_of(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        taken = target.exists()
    except OSError as error:
        raise StoreError("backup-unwritable", file=target.name, reason=reason_of(error)) from error
    if taken:
        raise StoreError("backup-exists", file=target.name)
    try:
        with home.store.reading() as snapshot:
            revision, rows = snapshot.revision(), snapshot.row_counts()
            snapshot.copy_to(copy, target.name)
        if not is_intact(copy):
            raise StoreError("store-corrupt", store=home.store.name, reason="integrity_check")
        text = schema_text(home.book)
        manifest = Manifest(
            book=home.store.book_id,
            schema_hash=schema_hash(text),
            revision=revision,
            at=run.at,
            rows=rows,
        )
        content: Mapping[str, Path | bytes] = {
            STORE: copy,
            SCHEMA: text.encode(),
            **{PROJECT + name: path for name, path in project_files(home.folder).items()},
        }
        return Saved(target, write_archive(target, manifest, content))
    finally:
        with suppress(OSError):
            copy.unlink(missing_ok=True)
