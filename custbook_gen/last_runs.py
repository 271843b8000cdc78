"""What a command found last time, told again at once where nothing that it depends on is different.

People run ``sync`` before every meeting, mostly on workbooks that nobody touched.  A run that
changed neither its workbook nor its store gives the same again as long as these are the same:

- the workbook's bytes, and that no copy of it lies beside it;
- the project's files and templates, the program and the libraries beside it;
- the store, which for an SQLite file without a write-ahead log shows in its header: SQLite counts
  every transaction there;
- the day and the language.

Outcomes are kept in the project's private folder, the newest few.  They are never needed:
where one is missing, damaged or out of date, the command does its work.  A store on a server
cannot be told from outside to be the same, so its outcomes are not kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

from custbook_gen import __version__
from custbook_gen.drafts import clear_stale, draft_of
from custbook_gen.places import PACKAGE, PRIVATE_FOLDER, alike_beside, data_path, likely_projects
from custbook_gen.value_objects import value_object

FILE: Final = "last-runs.json"
KEPT: Final = 32
"""Outcomes that a project keeps."""
MOST_ISSUES: Final = 1000
"""An outcome with more of them is not kept."""
_HEADER: Final = 100
"""Bytes at the beginning of an SQLite file that tell of the whole."""
_VERSIONS: Final = slice(18, 20)
_ROLLED_BACK: Final = b"\1\1"
"""The versions in which a file tells of every transaction: not while they are kept in a log beside it."""
_BLOCK: Final = 1 << 20


@value_object
class Basis:
    """What an outcome rests on that a run saw: the workbook's bytes, the project, the store."""

    file: str
    """SHA-256 of the workbook."""
    folder: Path
    """The project's."""
    store: Path
    state: str
    """Of the store, as :func:`store_state` gives it."""


@value_object
class Line:
    """An issue as a report shows it."""

    code: str
    severity: str
    sheet: str
    field: str | None
    place: str
    """Its cell, or the title of its tab."""
    text: str
    suggestion: str


@value_object
class Outcome:
    """What a command found that changed nothing."""

    document: Mapping[str, Any]
    """The report as it is printed as JSON."""
    lines: Sequence[Line]
    exit_code: int


@value_object
class Question:
    """A command about a workbook file, on a day, in a language."""

    command: str
    path: Path
    lang: str
    day: date


def store_state(path: Path) -> str | None:
    """What tells the states of an SQLite file apart; nothing where the file alone does not tell.

    The first hundred bytes hold a counter of transactions.  A journal beside the file
    belongs to a transaction that goes on or was broken off; a write-ahead log holds some that
    the file does not know yet.

    Never to be called while this process has a transaction in the store: where a process closes
    a file, POSIX systems take all its locks on that file away, those of SQLite too.
    """
    try:
        real = path.resolve()  # a link's journal lies beside what it leads to
        with real.open("rb") as file:
            head = file.read(_HEADER)
        about = real.stat()
        if any(real.with_name(f"{real.name}-{kind}").exists() for kind in ("journal", "wal")):
            return None
    except OSError:
        return None
    if head[_VERSIONS] != _ROLLED_BACK:
        return None
    return f"{head.hex()} {about.st_size} {about.st_mtime_ns}"


def recall(question: Question, given: Path | None) -> Outcome | None:
    """What the command found last time, if nothing is different.

    Args:
        question: the command.
        given: the project's folder, where it was named.
    """
    digest: str | None = None
    for folder in likely_projects(question.path.parent, given):
        kept = [one for one in _kept(folder) if _matches(one, question)]
        if not kept:
            continue
        digest = digest or _digest(question.path)
        found = next((one for one in kept if one["file"] == digest), None)
        if found is not None and _alone(question.path) and _holds(found, folder):
            return _outcome(found["outcome"], str(question.path))
    return None


def keep(question: Question, basis: Basis, sources: Mapping[Path, str], outcome: Outcome) -> None:
    """Keep what a command found; where that cannot be written, it is let be.

    Args:
        question: the command.
        basis: what its run saw.
        sources: the files that the project's book was read from, with their digests.
        outcome: what it found.
    """
    folder = basis.folder
    if len(outcome.lines) > MOST_ISSUES or not _alone(question.path):
        return
    entry = {
        **_words(question),
        "file": basis.file,
        "program": _program(),
        "sources": {_name(folder, path): value for path, value in sources.items()},
        "templates": _templates(folder),
        "store": _name(folder, basis.store),
        "state": basis.state,
        "outcome": asdict(outcome),
    }
    others = [one for one in _kept(folder) if not (_matches(one, question) and one["file"] == basis.file)]
    path = folder / PRIVATE_FOLDER / FILE
    draft = draft_of(path)
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        clear_stale(path)
        try:
            draft.touch(mode=0o600)
            draft.write_text(json.dumps([entry, *others][:KEPT]), encoding="ascii")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _kept(folder: Path) -> list[dict[str, Any]]:
    """The outcomes that a project keeps, the newest first."""
    try:
        found = json.loads((folder / PRIVATE_FOLDER / FILE).read_bytes())
    except (OSError, ValueError):
        return []
    if not isinstance(found, list):
        return []
    return [one for one in found if isinstance(one, dict) and one.keys() >= _NEEDED]


def _words(question: Question) -> dict[str, str]:
    return {"command": question.command, "lang": question.lang, "day": question.day.isoformat()}


_NEEDED: Final = frozenset(
    {"command", "lang", "day", "file", "program", "sources", "templates", "store", "state", "outcome"}
)


def _matches(one: Mapping[str, Any], question: Question) -> bool:
    return all(one[name] == value for name, value in _words(question).items())


def _holds(one: Mapping[str, Any], folder: Path) -> bool:
    """Whether all but the workbook is as it was."""
    try:
        return (
            one["state"] == store_state(folder / one["store"])
            and one["program"] == _program()
            and one["templates"] == _templates(folder)
            and all(value == _digest(folder / name) for name, value in one["sources"].items())
        )
    except (TypeError, AttributeError):
        return False


def _outcome(said: Any, source: str) -> Outcome | None:
    try:
        lines = [Line(**line) for line in said["lines"]]
        return Outcome({**said["document"], "workbook": source}, lines, int(said["exit_code"]))
    except (TypeError, KeyError, ValueError):
        return None


def _alone(path: Path) -> bool:
    """Whether no file beside a workbook can be a copy of it."""
    try:
        return not alike_beside(path)
    except OSError:
        return False


def _digest(path: Path) -> str | None:
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                found.update(block)
    except OSError:
        return None
    return found.hexdigest()


def _templates(folder: Path) -> dict[str, str | None]:
    """The project's own templates, with their digests."""
    own = folder / "templates"
    files = sorted(path for path in own.rglob("*") if path.is_file()) if own.is_dir() else ()
    return {path.relative_to(own).as_posix(): _digest(path) for path in files}


def _name(folder: Path, path: Path) -> str:
    """A path that still leads to its file when the project is moved."""
    place, home = path.resolve(), folder.resolve()
    return (place.relative_to(home) if place.is_relative_to(home) else place).as_posix()


def _program() -> str:
    """What tells this program, with the libraries beside it, from one that may find something else."""
    found = hashlib.sha256(f"{__version__} {sys.version}".encode())
    libraries = Path(sysconfig.get_path("purelib"))
    with contextlib.suppress(OSError):  # a library that comes or goes changes its folder
        found.update(str(libraries.stat().st_mtime_ns).encode())
    for path, about in _files((PACKAGE, data_path("schemas"), data_path("templates"))):
        found.update(f"{path} {about.st_size} {about.st_mtime_ns}".encode())
    return found.hexdigest()


def _files(folders: Iterable[Path]) -> Iterator[tuple[str, os.stat_result]]:
    """All files in some folders, in a fixed order; compiled modules are none."""
    for folder in folders:
        for place, inner, names in os.walk(folder):
            inner[:] = sorted(name for name in inner if name != "__pycache__")
            for name in sorted(names):
                path = os.path.join(place, name)  # noqa: PTH118  (hundreds of files: paths as objects take longer)
                yield path, os.stat(path)  # noqa: PTH116
