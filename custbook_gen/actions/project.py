"""Finding and opening the book project that a command works on."""

from __future__ import annotations

import datetime as dt
import getpass
import os
from functools import lru_cache
from pathlib import Path

from custbook_gen.actions.target import Target
from custbook_gen.errors import WorkbookError
from custbook_gen.last_runs import Basis
from custbook_gen.load import Project, find_project, load_project, project_book
from custbook_gen.places import likely_projects
from custbook_gen.plan import Meta, find_meta
from custbook_gen.plan.meta import FORMAT
from custbook_gen.schema import Book
from custbook_gen.store import Stamp, Store, open_store, store_file, store_url
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import RawWorkbook


@value_object
class OpenProject:
    """A project whose schema is read and whose store is open."""

    folder: Path
    project: Project
    book: Book
    store: Store

    def basis(self, digest: str) -> Basis | None:
        """What a run rests on, if it is the same before its transaction and after it.

        Nothing where that cannot be told.

        Args:
            digest: of the workbook's bytes.
        """
        state = self.store.state()
        if state is None:
            return None
        return Basis(digest, self.folder, store_file(store_url(self.folder, self.project.store)), state)


@value_object
class Run:
    """Who runs a command, and when (with a time zone)."""

    at: dt.datetime
    user: str

    @classmethod
    def now(cls) -> Run:
        """A run by the current user at this moment."""
        return cls(dt.datetime.now(dt.UTC), _user())

    def stamp(self, action: str, source: str = "", workbook_id: str = "") -> Stamp:
        """The stamp of a revision that this run makes."""
        return Stamp(self.at, _storable(self.user), action, _storable(source), workbook_id)

    def as_of(self, book: Book) -> dt.date:
        """The evaluation date: the book's setting, or today where people are."""
        return book.settings.as_of or self.at.astimezone().date()


def _user() -> str:
    """The name of the current user; the number of one whom the system knows by no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # as the version of Python and the system have it
        return str(os.getuid()) if hasattr(os, "getuid") else "?"


def _storable(name: str) -> str:
    """A name as far as it is text: those that systems give users and files may be any bytes."""
    return name.encode(errors="replace").decode()


def open_project(folder: Path) -> OpenProject:
    """The project in a folder, with its store.

    Raises:
        SchemaError: no project there, or its files are wrong.
        StoreError: the store cannot be opened.
    """
    return _opened(folder, load_project(folder), project_book(folder))


def _opened(folder: Path, project: Project, book: Book) -> OpenProject:
    return OpenProject(
        folder, project, book, open_store(store_url(folder, project.store), book, project.book)
    )


def read_identity(raw: RawWorkbook, name: str) -> Meta:
    """What a workbook says of itself.

    Raises:
        WorkbookError: ``not-a-book``: it carries no identity of ours; ``format-newer``:
            a newer program made it; ``days-from-1904``: somebody had it count its days otherwise.
    """
    found = find_meta(raw)
    if found is None:
        raise WorkbookError("not-a-book", file=name)
    meta = found[1]
    if meta.format > FORMAT:
        raise WorkbookError("format-newer", file=name, found=meta.format, known=FORMAT)
    if raw.from_1904:
        raise WorkbookError("days-from-1904", file=name)
    return meta


def own_book(meta: Meta, name: str) -> Book:
    """The book that a workbook itself describes.

    Raises:
        WorkbookError: ``not-a-book``: what stands there is no schema.
    """
    try:
        return book_of(meta.schema_text)
    except ValueError as error:
        raise WorkbookError("not-a-book", file=name) from error


@lru_cache(maxsize=2)
def book_of(schema_text: str) -> Book:
    """The book that a workbook's text describes, which a run asks for several times.

    Raises:
        ValueError: it is no schema.
    """
    return Book.model_validate_json(schema_text)


def find_home(target: Target, meta: Meta, folder: Path | None) -> OpenProject | None:
    """The project that a workbook belongs to: the given one, else above its place, else above here.

    Raises:
        WorkbookError: ``foreign-book``: the project is of another book; ``schema-newer``:
            the workbook was made from a newer version of the schema.
    """
    homes = likely_projects(target.folder, folder)
    for place in homes:
        project = load_project(place)
        if project.book == meta.identity.book_id:
            book = project_book(place)
            if own_book(meta, target.name).version > book.version:
                raise WorkbookError("schema-newer", file=target.name, project=place.absolute().name)
            return _opened(place, project, book)
    if homes:
        raise WorkbookError("foreign-book", file=target.name, project=homes[0].absolute().name)
    return None


def need_home(target: Target, meta: Meta, folder: Path | None) -> OpenProject:
    """As :func:`find_home`, where a project is needed.

    Raises:
        WorkbookError: ``no-project``: none was found.
    """
    home = find_home(target, meta, folder)
    if home is None:
        raise WorkbookError("no-project", file=target.name)
    return home


def folder_here(folder: Path | None) -> Path:
    """The project that a command without a workbook works on: the given folder, or found from here upwards.

    Where there is none it is the present folder, for the error to name.
    """
    return folder or find_project(Path()) or Path()


def home_of(above: Path, folder: Path | None) -> OpenProject:
    """The project for what is read or written in a folder: the given one, above that folder, or above here.

    Raises:
        SchemaError: ``project-missing``.
    """
    place = folder or find_project(above) or find_project(Path()) or above
    return open_project(place)
