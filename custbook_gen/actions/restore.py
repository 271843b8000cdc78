"""``custbook restore``: put a store back to what a backup holds.

A store that is there and sound keeps its file: its content is replaced in one transaction,
so that other programs either see the old store or the new one, and none can write in
between.  What it held is kept as a backup of its own.  A damaged store is put aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from custbook_gen.actions.backup import own_place, save
from custbook_gen.actions.project import OpenProject, Run, folder_here
from custbook_gen.backups import backup_of
from custbook_gen.drafts import clear_stale, draft_of
from custbook_gen.errors import StoreError
from custbook_gen.load import PROJECT_FILE, load_project, project_book
from custbook_gen.store import (
    Store,
    file_url,
    is_intact,
    open_store,
    put_in_place,
    store_file,
    store_url,
)
from custbook_gen.store.archive import STORE, Archive, open_archive
from custbook_gen.value_objects import value_object


@value_object
class Restored:
    """What a restore did: the store's revision before and after, and where the old store is kept.

    ``before`` and ``kept`` are empty where there was no store; ``set_aside`` counts the
    revisions that the backup does not have.
    """

    store: str
    before: int | None
    now: int
    set_aside: int
    kept: Path | None

    def to_json(self) -> dict[str, object]:
        """The result as plain data for JSON."""
        return {
            "store": self.store,
            "revision": {"before": self.before, "now": self.now},
            "set_aside": self.set_aside,
            "kept": str(self.kept) if self.kept is not None else None,
        }


def restore(file: Path, given: Path | None, run: Run, *, force: bool) -> Restored:
    """Restore the store of a project.

    A folder that is named and holds no project becomes one again, from the backup's files.

    Args:
        file: the backup.
        given: the project's folder; searched from the present one upwards where left out.
        run: who restores, and when.
        force: also if the store has changes that the backup has not.

    Raises:
        StoreError: ``backup-missing``, ``backup-damaged``, ``backup-newer``,
            ``backup-too-large``, ``restore-unwritable``; ``backup-foreign``: it is of another book;
            ``restore-behind``: later changes would be set aside and ``force`` is not
            given; ``store-locked``: the store is in use.  Nothing was changed then.
        SchemaError: there is no project, or its files are wrong.
    """
    folder = given or folder_here(None)
    if given is None:
        load_project(folder)
    with open_archive(file) as archive, _project_files(archive, folder):
        project = load_project(folder)
        if project.book != archive.manifest.book:
            raise StoreError("backup-foreign", file=archive.name, project=folder.absolute().name)
        book, url = project_book(folder), store_url(folder, project.store)
        path = store_file(url)
        with _unpacked(archive, path) as copy:
            coming = open_store(file_url(copy), book, project.book)
            _compare(coming, archive)
            if path.exists() and is_intact(path):
                store = open_store(url, book, project.book)
                return _replace(OpenProject(folder, project, book, store), copy, coming, run, force=force)
            aside = backup_of(folder / path.name, run.at, f"-damaged{path.suffix}")
            moved = put_in_place(path, copy, aside)
            return Restored(path.name, None, archive.manifest.revision, 0, moved[0] if moved else None)


@contextmanager
def _project_files(archive: Archive, folder: Path) -> Iterator[None]:
    """Bring the project's own files back where there is no project; they go again on an error."""
    made: list[Path] = []
    try:
        if not (folder / PROJECT_FILE).is_file():
            # the file that makes it a project comes last: a restore that dies before can be repeated
            files = archive.project_files().items()
            for name, where in sorted(files, key=lambda item: item[1].name == PROJECT_FILE):
                path = _place(folder, where)
                if not path.exists():
                    made.append(path)
                    archive.extract(name, path)
        yield
    except BaseException:
        for path in made:
            with suppress(OSError):
                path.unlink()
        raise


def _place(folder: Path, where: PurePosixPath) -> Path:
    """Where a file of the project goes; never out of its folder, by a link that is there already."""
    path = folder.joinpath(*where.parts)
    if not path.resolve().is_relative_to(folder.resolve()):
        raise StoreError("restore-unwritable", folder=folder.absolute().name, reason=str(where))
    return path


@contextmanager
def _unpacked(archive: Archive, path: Path) -> Iterator[Path]:
    """The backup's store beside the one that it is to replace."""
    copy = draft_of(path)
    clear_stale(path)
    try:
        archive.extract(STORE, copy)
        if not is_intact(copy):
            raise StoreError("backup-damaged", file=archive.name, part=STORE)
        yield copy
    finally:
        with suppress(OSError):
            copy.unlink(missing_ok=True)


def _compare(coming: Store, archive: Archive) -> None:
    """Refuse a copy that is not what the manifest tells."""
    manifest = archive.manifest
    with coming.reading() as snapshot:
        rows = {key: count for key, count in snapshot.row_counts().items() if count or key in manifest.rows}
        if snapshot.revision() != manifest.revision or rows != manifest.rows:
            raise StoreError("backup-damaged", file=archive.name, part=STORE)


def _replace(home: OpenProject, copy: Path, coming: Store, run: Run, *, force: bool) -> Restored:
    """Give a sound store the content of the copy, and keep what it held."""
    path = store_file(store_url(home.folder, home.project.store))
    with coming.reading() as snapshot:
        marks = snapshot.marks()
    with home.store.replacing(copy):
        with home.store.reading() as snapshot:
            present = snapshot.marks()
        lost = sum(marks.get(number) != mark for number, mark in present.items())
        if lost and not force:
            raise StoreError("restore-behind", store=home.store.name, count=lost)
        kept = save(home, run, own_place(home.folder, home.store, run)).path
    return Restored(path.name, max(present, default=0), max(marks, default=0), lost, kept)
