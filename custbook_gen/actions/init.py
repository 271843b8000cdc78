"""``custbook init``: start a book project."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from custbook_gen.actions.dictionary import seed
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.errors import CustbookError
from custbook_gen.load import (
    PRIVATE_FOLDER,
    PROJECT_FILE,
    Project,
    load_project,
    project_book,
    write_editor_schema,
    write_project,
)
from custbook_gen.store import create_store, is_begun, store_url
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object


@value_object
class Choices:
    """What a new project is to be."""

    lang: Lang = "zh"
    schema: str = "customer_book"
    store: str = "sqlite:///book.db"
    preset: Literal["basic", "standard", "full"] = "standard"


def init(folder: Path, choices: Choices, run: Run | None = None) -> OpenProject:
    """Write ``custbook.yaml`` into a folder and create the store, with a dictionary of the schema's choices.

    An earlier run with the same choices that was interrupted is finished; one that is refused
    leaves nothing behind.

    Raises:
        SchemaError: the folder already holds a project.
        StoreError: the store exists already or cannot be created.
    """
    begun = _interrupted(folder, choices)
    project = begun or _project(choices, str(uuid.uuid4()))
    private = folder / PRIVATE_FOLDER
    made = [path for path in (private, folder, *folder.parents) if not path.exists()]
    written = folder / PROJECT_FILE if begun else write_project(folder, project)
    try:
        write_editor_schema(folder)
        book = project_book(folder)
        store = create_store(store_url(folder, project.store), book, project.book)
    except CustbookError:
        if not begun:
            written.unlink()
            _clear(made, private)
        raise
    seed(store, run or Run.now(), "init")
    return OpenProject(folder, project, book, store)


def _clear(made: Iterable[Path], private: Path) -> None:
    """Remove the folders that a refused run made: the private one with what it holds, others where empty."""
    for path in made:
        if path == private:
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.rmdir()


def _project(choices: Choices, book: str) -> Project:
    return Project(
        source=choices.schema, lang=choices.lang, store=choices.store, preset=choices.preset, book=book
    )


def _interrupted(folder: Path, choices: Choices) -> Project | None:
    """The project of an earlier run that came to writing its file, as chosen now, and not to a store."""
    if not (folder / PROJECT_FILE).is_file():
        return None
    project = load_project(folder)
    if project != _project(choices, project.book) or is_begun(store_url(folder, project.store)):
        return None
    return project
