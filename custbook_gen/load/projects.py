"""A book project: the folder with ``custbook.yaml`` in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pydantic
from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML

from custbook_gen.errors import SchemaError
from custbook_gen.load.books import PROJECT_FILE, Draft, is_name, read_book
from custbook_gen.load.findings import findings_of
from custbook_gen.load.nodes import Node, read_yaml, refusal
from custbook_gen.schema import Book, Settings
from custbook_gen.texts import Lang

SQLITE = "sqlite:///"


class Project(BaseModel):
    """What ``custbook.yaml`` says: the schema, how it is used and where the store is.

    ``settings`` holds only what differs from the schema's own; ``categories`` adds choices,
    as ``load_book`` takes them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)

    source: str = pydantic.Field(default="customer_book", alias="schema")
    """Name of a bundled schema, or path of a schema file from the project's folder."""
    preset: Literal["basic"] = "basic"
    lang: Lang = "zh"
    store: str = "sqlite:///book.db"
    """SQLAlchemy address; the path of an SQLite file starts from the project's folder."""
    book: str = pydantic.Field(min_length=1)
    """The book's id, the same in its store and in all its workbooks."""
    settings: Settings = Settings()
    categories: dict[str, list[str | dict[str, object]] | dict[str, object]] = {}


def find_project(start: Path) -> Path | None:
    """The nearest folder with a project file, from a file or folder upwards."""
    place = start.absolute()
    return next((folder for folder in (place, *place.parents) if (folder / PROJECT_FILE).is_file()), None)


def load_project(folder: Path) -> Project:
    """The project in a folder.

    Raises:
        SchemaError: there is no project file, or it is wrong; then the sentence names its line.
    """
    return _project(_read(folder))


def _project(root: Node) -> Project:
    draft = Draft(Path(PROJECT_FILE))
    draft.spots.update(root.spots())
    names = [info.alias or name for name, info in Project.model_fields.items()]
    items = draft.options(root, PROJECT_FILE, names)
    if "settings" in items:
        draft.settings(items["settings"], Settings, ("settings",))
    if draft.findings:
        raise refusal(draft.findings)
    try:
        return Project.model_validate(root.plain())
    except ValidationError as error:
        raise refusal(findings_of(error, draft.spots, PROJECT_FILE)) from error


def project_book(folder: Path) -> Book:
    """The book of the project in a folder: its schema, with its own choices and settings.

    Raises:
        SchemaError: the project file or the schema is missing or wrong.
    """
    root = _read(folder)
    project = _project(root)
    source = project.source if is_name(project.source) else folder / project.source
    items = root.value if isinstance(root.value, Mapping) else {}
    overlay = items.get("categories", Node({}, root.spot))
    return read_book(source, overlay, project.settings.model_dump(exclude_unset=True))


def store_url(folder: Path, project: Project) -> str:
    """The store's address with the path of an SQLite file made absolute."""
    name, mark, query = project.store.removeprefix(SQLITE).partition("?")
    if not project.store.startswith(SQLITE) or name in ("", ":memory:"):
        return project.store
    return f"{SQLITE}{(folder / name).absolute().as_posix()}{mark}{query}"


def write_project(folder: Path, project: Project) -> Path:
    """Makes a folder (and those above it) a project; returns the file written.

    Raises:
        SchemaError: the folder holds a project already, or cannot be written to.
    """
    path, draft = folder / PROJECT_FILE, folder / f".{PROJECT_FILE}.tmp"
    if path.exists():
        raise SchemaError("project-exists", folder=folder.name, file=PROJECT_FILE)
    content = project.model_dump(mode="json", by_alias=True)
    content["settings"] = project.settings.model_dump(mode="json", exclude_unset=True)
    shown = {name: value for name, value in content.items() if value != {}}
    yaml = YAML()
    yaml.width = 4096
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            yaml.dump(shown, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise SchemaError("project-unwritable", folder=folder.name, reason=error.strerror) from error
    return path


def _read(folder: Path) -> Node:
    path = folder / PROJECT_FILE
    if not path.is_file():
        raise SchemaError("project-missing", folder=folder.absolute().name, file=PROJECT_FILE)
    return read_yaml(path)
