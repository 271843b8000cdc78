"""``custbook init``: start a book project."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from custbook_gen.actions.dictionary import seed
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.errors import CustbookError
from custbook_gen.load import Project, project_book, store_url, write_editor_schema, write_project
from custbook_gen.store import create_store
from custbook_gen.texts import Lang


@dataclass(frozen=True, slots=True)
class Choices:
    """What a new project is to be."""

    lang: Lang = "zh"
    schema: str = "customer_book"
    store: str = "sqlite:///book.db"
    preset: Literal["basic", "standard", "full"] = "standard"


def init(folder: Path, choices: Choices, run: Run | None = None) -> OpenProject:
    """Write ``custbook.yaml`` into a folder and create the store, with a dictionary of the schema's choices.

    Raises:
        SchemaError: the folder already holds a project.
        StoreError: the store exists already or cannot be created.
    """
    project = Project(
        source=choices.schema,
        lang=choices.lang,
        store=choices.store,
        preset=choices.preset,
        book=str(uuid.uuid4()),
    )
    written = write_project(folder, project)
    try:
        write_editor_schema(folder)
        book = project_book(folder)
        store = create_store(store_url(folder, project), book, project.book)
    except CustbookError:
        written.unlink()
        raise
    seed(store, run or Run.now(), "init")
    return OpenProject(folder, project, book, store)
