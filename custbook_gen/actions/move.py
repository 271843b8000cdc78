"""``custbook move``: the store in another database, which the project names from then on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from custbook_gen.actions.project import Run, open_project
from custbook_gen.backends.progress import Progress
from custbook_gen.errors import StoreError
from custbook_gen.load import name_store
from custbook_gen.store import open_store, store_url
from custbook_gen.value_objects import value_object


@value_object
class Moved:
    """What was moved; the stores by the names that messages show."""

    old: str
    now: str
    revision: int
    records: int

    def to_json(self) -> dict[str, object]:
        """The same as plain data for JSON."""
        return {"from": self.old, "to": self.now, "revision": self.revision, "records": self.records}


def move(folder: Path, address: str, run: Run, progress: Progress) -> Moved:
    """Move the store of the project in a folder.

    Records, history, conflicts and decisions go along, and workbooks stay valid: to them it is the
    same store.  The old one keeps everything, and is refused from then on.

    Args:
        folder: the project's.
        address: of the new database, which is empty; the path of an SQLite file starts from the folder.
        run: who moves it, and when.
        progress: listens to it.

    Raises:
        SchemaError: there is no project, its files are wrong, or its file cannot be written.
        StoreError: one of the two stores cannot be used; ``store-exists``: there is something
            else at the new address.
    """
    home = open_project(folder)
    target = store_url(folder, address)
    if target == store_url(folder, home.project.store):
        raise StoreError("store-exists", store=home.store.name)

    def watch(rows: int) -> Callable[[int], None]:
        progress.begin("copy", rows)
        return progress.advance

    with home.store.moving(target, run.stamp("move"), watch) as name:
        name_store(folder, address)
    with open_store(target, home.book, home.project.book).reading() as snapshot:
        return Moved(home.store.name, name, snapshot.revision(), sum(snapshot.row_counts().values()))
