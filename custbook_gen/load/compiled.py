"""What was read of a project last: itself, its book, its tabs; commands need not read YAML again.

A copy says what it was made from: the digests of all that was read, and of the program's own
code that reads it.  Where any of that differs, or the copy is damaged, it counts for
nothing and is made anew; it is never needed.  It holds data alone, nothing that is run.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from custbook_gen.drafts import clear_stale, draft_of
from custbook_gen.load.files import digest
from custbook_gen.places import PACKAGE, data_path
from custbook_gen.schema import Book
from custbook_gen.schema.fields import ALREADY_CHECKED
from custbook_gen.tabs import Tab

FILE = "book.json"
TABS = "tabs.json"
PROJECT_COPY = "project.json"
CODE = ("schema", "load", "derive", "tabs", "summaries", "formula_language.py", "formulas.py")
"""The parts of the program that decide what book a file gives, and what tabs a template."""
LIBRARIES = ("jinja2", "ruamel.yaml")
"""Those that decide it with them."""
DATA = "data:"
"""Before paths of bundled files, which lie elsewhere on every machine."""


def recall(folder: Path) -> Book | None:
    """The book that was kept in a folder, if all that it was made from is as it was then."""
    files = made_from(folder)
    if files is None:
        return None
    try:
        if any(digest(path.read_bytes()) != value for path, value in files.items()):
            return None
        return Book.model_validate_json(_read(folder / FILE)[1], context=ALREADY_CHECKED)
    except (OSError, ValueError):
        return None


def made_from(folder: Path) -> Mapping[Path, str] | None:
    """The files that the book kept in a folder was made from, with their digests then."""
    try:
        return {_path(folder, name): str(value) for name, value in _read(folder / FILE)[0]["files"].items()}
    except (TypeError, KeyError, AttributeError):
        return None


def keep(folder: Path, book: Book, files: Mapping[Path, str]) -> None:
    """Keeps a book in a folder; where that cannot be written to, it is let be.

    Args:
        folder: the project's private folder.
        book: as it is to be recalled.
        files: all files that it was made from, with their digests.
    """
    body = book.model_dump_json(exclude_defaults=True, by_alias=True).encode()
    _write(folder / FILE, {"files": {_name(folder, path): value for path, value in files.items()}}, body)


def recall_tabs(folder: Path, book: Book, templates: Mapping[str, str]) -> list[Tab] | None:
    """The summary tabs that were kept in a folder, if they were made of this book by these templates.

    Args:
        folder: the project's private folder.
        book: the book that they summarise.
        templates: their texts by name.
    """
    body = recall_part(folder, TABS, _tabs_made_of(book, templates))
    if body is None:
        return None
    try:
        return list(map(Tab.model_validate_json, body.splitlines()))
    except ValidationError:
        return None


def keep_tabs(folder: Path, book: Book, templates: Mapping[str, str], tabs: Sequence[Tab]) -> None:
    """Keeps summary tabs in a folder; where that cannot be written to, they are let be.

    Args:
        folder: the project's private folder.
        book: the book that they summarise.
        templates: their texts by name.
        tabs: as they are to be recalled.
    """
    lines = [tab.model_dump_json(exclude_defaults=True, by_alias=True).encode() for tab in tabs]
    keep_part(folder, TABS, _tabs_made_of(book, templates), b"\n".join(lines))


def recall_part(folder: Path, name: str, made_of: Mapping[str, Any]) -> bytes | None:
    """What was kept under a name in a folder, if it was made of this and by this program."""
    made, body = _read(folder / name)
    return body if made == made_of else None


def keep_part(folder: Path, name: str, made_of: Mapping[str, Any], content: bytes) -> None:
    """Keeps something under a name in a folder; where that cannot be written to, it is let be.

    Args:
        folder: the project's private folder.
        name: the file's name.
        made_of: plain data that tells what it was made of.
        content: as it is to be recalled.
    """
    _write(folder / name, made_of, content)


def _tabs_made_of(book: Book, templates: Mapping[str, str]) -> dict[str, Any]:
    return {
        "book": digest(book.model_dump_json(exclude_defaults=True).encode()),
        "templates": {name: digest(text.encode()) for name, text in templates.items()},
    }


def _read(path: Path) -> tuple[dict[str, Any], bytes]:
    """What a copy was made from, and the copy; of one that counts for nothing neither."""
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        made = json.loads(head)
        program, content = made.pop("program"), made.pop("content")
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}, b""
    return (made, body) if program == _program() and content == digest(body) else ({}, b"")


def _write(path: Path, made: Mapping[str, Any], body: bytes) -> None:
    head = json.dumps({"program": _program(), **made, "content": digest(body)}).encode()
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        draft = draft_of(path)
        clear_stale(path)
        try:
            draft.write_bytes(head + b"\n" + body)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


@cache
def _program() -> str:
    """What tells this program from one that may read the same files otherwise."""
    libraries = [path.stat() for path in _libraries()]
    stamps = [f"{stat.st_size} {stat.st_mtime_ns}" for stat in libraries]
    return digest(b"".join(path.read_bytes() for path in _code()) + " ".join(stamps).encode())


def _code() -> Iterator[Path]:
    for name in CODE:
        part = PACKAGE / name
        yield from sorted(part.rglob("*.py")) if part.is_dir() else [part]


def _libraries() -> Iterator[Path]:
    """A file of each; it is written anew with every new version."""
    for name in LIBRARIES:
        found = find_spec(name)
        if found is not None and found.origin is not None:
            yield Path(found.origin)


def _name(folder: Path, path: Path) -> str:
    """A path that still leads to the file when the project or the program is moved."""
    place, bundled = path.resolve(), data_path().resolve()
    if place.is_relative_to(bundled) and not folder.resolve().is_relative_to(bundled):
        return DATA + place.relative_to(bundled).as_posix()
    project = folder.resolve().parent
    return (place.relative_to(project) if place.is_relative_to(project) else place).as_posix()


def _path(folder: Path, name: str) -> Path:
    if name.startswith(DATA):
        return data_path(name.removeprefix(DATA))
    return folder.parent / name
