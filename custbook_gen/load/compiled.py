"""A project's book as it was read last, so that commands need not read its YAML again.

The copy says what it was made from: the digests of all files read, and of the program's own
code that reads them.  Where any of that differs, or the copy is damaged, it counts for
nothing and is made anew; it is never needed.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from custbook_gen.drafts import clear_stale, draft_of
from custbook_gen.load.files import PACKAGE, data_path, digest
from custbook_gen.schema import Book

FILE = "book.json"
CODE = ("schema", "load", "derive", "formulas.py")
"""The parts of the program that decide what book a file gives."""
DATA = "data:"
"""Before paths of bundled files, which lie elsewhere on every machine."""


def recall(folder: Path) -> Book | None:
    """The book that was kept in a folder, if all that it was made from is as it was then."""
    try:
        head, _, body = (folder / FILE).read_bytes().partition(b"\n")
        made = json.loads(head)
        files = {_path(folder, name): value for name, value in made["files"].items()}
        program, content = made["program"], made["content"]
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    if program != _program() or content != digest(body):
        return None
    try:
        if any(digest(path.read_bytes()) != value for path, value in files.items()):
            return None
        return Book.model_validate_json(body)
    except (OSError, ValidationError):
        return None


def keep(folder: Path, book: Book, files: Mapping[Path, str]) -> None:
    """Keeps a book in a folder; where that cannot be written to, it is let be.

    Args:
        folder: the project's private folder.
        book: as it is to be recalled.
        files: all files that it was made from, with their digests.
    """
    body = book.model_dump_json(exclude_defaults=True, by_alias=True).encode()
    made = {
        "program": _program(),
        "files": {_name(folder, path): value for path, value in files.items()},
        "content": digest(body),
    }
    with contextlib.suppress(OSError):
        folder.mkdir(exist_ok=True)
        draft = draft_of(folder / FILE)
        clear_stale(folder / FILE)
        try:
            draft.write_bytes(json.dumps(made).encode() + b"\n" + body)
            draft.replace(folder / FILE)
        finally:
            draft.unlink(missing_ok=True)


def _program() -> str:
    """What tells this program from one that may read the same files otherwise."""
    return digest(b"".join(path.read_bytes() for path in _code()))


def _code() -> Iterator[Path]:
    for name in CODE:
        part = PACKAGE / name
        yield from sorted(part.glob("*.py")) if part.is_dir() else [part]


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
