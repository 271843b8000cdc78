"""A book project: the folder with ``custbook.yaml`` in it."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pydantic
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from custbook_gen.drafts import text_in_place
from custbook_gen.errors import SchemaError, reason_of
from custbook_gen.load.books import EXTENDING, Reading, read_book
from custbook_gen.load.compiled import PROJECT_COPY, keep, keep_part, made_from, recall, recall_part
from custbook_gen.load.drafts import Draft
from custbook_gen.load.files import digest, read_text
from custbook_gen.load.findings import findings_of
from custbook_gen.load.nodes import Node, refusal
from custbook_gen.load.sources import is_name
from custbook_gen.places import PRIVATE_FOLDER, PROJECT_FILE, data_path
from custbook_gen.schema import Book, Settings
from custbook_gen.texts import Lang

EDITOR_SCHEMA = "project.schema.json"


class Project(BaseModel):
    """What ``custbook.yaml`` says: the schema, how it is used and where the store is.

    The blocks ``sheets``, ``categories``, ``purposes`` and ``settings`` say only what they
    add to the schema and change in it, as in a schema that extends another.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)

    source: str = pydantic.Field(default="customer_book", alias="schema")
    """Name of a bundled schema, or path of a schema file from the project's folder."""
    preset: Literal["basic", "standard", "full"] = "standard"
    """How much of the schema the book has."""
    lang: Lang = "zh"
    """Language of new workbooks."""
    store: str = "sqlite:///book.db"
    """SQLAlchemy address; the path of an SQLite file starts from the project's folder."""
    book: str = pydantic.Field(min_length=1)
    """The book's id, the same in its store and in all its workbooks."""
    sheets: dict[str, object] = {}
    categories: dict[str, object] = {}
    purposes: dict[str, object] = {}
    settings: dict[str, object] = {}

    @field_validator("settings", mode="before")
    @classmethod
    def _settings_as_written(cls, value: object) -> object:
        """Only what was given counts, and only together with the schema's own can it be checked."""
        return value.model_dump(mode="json", exclude_unset=True) if isinstance(value, Settings) else value


def tells_password(address: str) -> bool:
    """Whether an address holds a password, which is to be in no other file, and read by nobody else."""
    if address.startswith("sqlite"):
        return False
    user, at, _ = address.partition("://")[2].rpartition("@")
    return (bool(at) and ":" in user) or "password" in address.casefold()


def load_project(folder: Path) -> Project:
    """The project in a folder.

    Raises:
        SchemaError: there is no project file, or it is wrong; then the sentence names its line.
    """
    private, made = folder / PRIVATE_FOLDER, _made_of(folder)
    kept = recall_part(private, PROJECT_COPY, made)
    if kept is not None:
        with suppress(ValidationError):
            return Project.model_validate_json(kept)
    project = _project(_read(folder))
    if tells_password(project.store):
        return project
    copy = project.model_dump_json(by_alias=True, exclude_unset=True)
    with suppress(ValidationError):
        if Project.model_validate_json(copy) == project:  # JSON does not tell fractions from text
            keep_part(private, PROJECT_COPY, made, copy.encode())
    return project


def _project(root: Node) -> Project:
    draft = Draft()
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
    """The book of the project in a folder: its schema's preset, with its own choices and settings.

    Raises:
        SchemaError: the project file or the schema is missing or wrong.
    """
    private = folder / PRIVATE_FOLDER
    kept = recall(private)
    if kept is not None:
        return kept
    reading = project_reading(folder)
    book = reading.select(load_project(folder).preset, PROJECT_FILE)
    keep(private, book, reading.files)
    return book


def project_reading(folder: Path) -> Reading:
    """The whole schema of the project in a folder, with what its project file adds.

    Raises:
        SchemaError: the project file or the schema is missing or wrong.
    """
    before = _made_of(folder)["file"]
    root = _read(folder)
    project = _project(root)
    source = project.source if is_name(project.source) else folder / project.source
    items = root.value if isinstance(root.value, Mapping) else {}
    blocks = {name: node for name, node in items.items() if name in EXTENDING}
    reading = read_book(source, Node(blocks, root.spot), folder)
    return replace(reading, files={**reading.files, folder / PROJECT_FILE: before})


def project_sources(folder: Path) -> Mapping[Path, str] | None:
    """The files that a project's book was last read from, with their digests, if that is known."""
    return made_from(folder / PRIVATE_FOLDER)


def write_project(folder: Path, project: Project) -> Path:
    """Makes a folder (and those above it) a project; returns the file written.

    Raises:
        SchemaError: the folder holds a project already, or cannot be written to.
    """
    from ruamel.yaml import YAML

    path = folder / PROJECT_FILE
    if path.exists():
        raise SchemaError("project-exists", folder=_called(folder), file=PROJECT_FILE)
    content = project.model_dump(mode="json", by_alias=True)
    shown = {name: value for name, value in content.items() if value != {}}
    yaml = YAML()
    yaml.width = 4096
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with text_in_place(path, 0o600 if tells_password(project.store) else 0o666) as file:
            file.write(f"# yaml-language-server: $schema={PRIVATE_FOLDER}/{EDITOR_SCHEMA}\n")
            yaml.dump(shown, file)
    except OSError as error:
        raise SchemaError("project-unwritable", folder=_called(folder), reason=reason_of(error)) from error
    return path


def name_store(folder: Path, address: str) -> None:
    """Has the project in a folder keep its store elsewhere; all else in its file stays as people wrote it.

    Raises:
        SchemaError: there is no project file, or it cannot be written.
    """
    from ruamel.yaml import YAML

    path = (folder / PROJECT_FILE).resolve()  # a link stays one
    text = read_text(path)
    root = YAML().compose(text)
    said = json.dumps(address, ensure_ascii=False)
    places = [
        (value.start_mark.index, value.end_mark.index) for key, value in root.value if key.value == "store"
    ]
    if places:
        ((start, end),) = places
        changed = f"{text[:start]}{said}{text[end:]}"
    else:
        start = root.start_mark.index
        opening = text[text.rfind("\n", 0, start) + 1 : start]
        after = start + root.flow_style
        changed = f"{text[:after]}store: {said}{', ' if root.flow_style else chr(10) + opening}{text[after:]}"
    try:
        mode = 0o600 if tells_password(address) else stat.S_IMODE(path.stat().st_mode)
        with text_in_place(path, mode) as file:
            file.write(changed)
    except OSError as error:
        raise SchemaError("project-unwritable", folder=_called(folder), reason=reason_of(error)) from error


def write_editor_schema(folder: Path) -> None:
    """Puts the JSON Schema of project files where a new project file says it is.

    Raises:
        SchemaError: the folder cannot be written to.
    """
    text = read_text(data_path("schemas", EDITOR_SCHEMA))
    try:
        (folder / PRIVATE_FOLDER).mkdir(exist_ok=True)
        (folder / PRIVATE_FOLDER / EDITOR_SCHEMA).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SchemaError("project-unwritable", folder=_called(folder), reason=reason_of(error)) from error


def _called(folder: Path) -> str:
    """What sentences call a folder: its name, also where it is given as ``.``."""
    return folder.absolute().name or str(folder)


def _made_of(folder: Path) -> dict[str, str]:
    path = folder / PROJECT_FILE
    return {"file": digest(path.read_bytes()) if path.is_file() else ""}


def _read(folder: Path) -> Node:
    from custbook_gen.load.yaml_reader import read_yaml

    path = folder / PROJECT_FILE
    if not path.is_file():
        raise SchemaError("project-missing", folder=_called(folder), file=PROJECT_FILE)
    return read_yaml(path)
