"""``custbook guide``: the manual of a book, written from its schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from custbook_gen.actions.describe import BUNDLED
from custbook_gen.actions.pages import document_of, page_text
from custbook_gen.actions.project import open_project
from custbook_gen.backends.html import write_page
from custbook_gen.dictionary import effective
from custbook_gen.document import Page
from custbook_gen.guide import (
    guide_page,
    lists_page,
    protection_page,
    register_steps,
    settings_page,
    steps,
)
from custbook_gen.load import find_project, load_book
from custbook_gen.schema import Book, select
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.wording import one_line


@value_object
class Told:
    """The book that a manual is about, the folder of its project, and its language, if it has one."""

    book: Book
    project: Path | None = None
    lang: Lang | None = None


def book_to_tell(folder: Path | None) -> Told:
    """The book of a project, with the values of its dictionary, or the bundled one.

    Args:
        folder: the project; searched upwards from here if left out.

    Raises:
        SchemaError: the project's files are missing or wrong.
        StoreError: the store cannot be read.
    """
    place = folder if folder is not None else find_project(Path())
    if place is None:
        return Told(select(load_book(BUNDLED), "standard"))
    home = open_project(place)
    with home.store.reading() as snapshot:
        dictionary = home.book.dictionary
        tables = {dictionary.key: snapshot.table(dictionary.key)} if dictionary is not None else {}
    return Told(effective(home.book, tables), home.folder, home.project.lang)


def short_manual(book: Book, lang: Lang) -> Iterator[str]:
    """The manual in short, line by line: steps, and what the sheets hold."""
    parts = [(one_line("guide.steps", lang), steps(book, lang))]
    if (registering := register_steps(book, lang)) is not None:
        parts.append((one_line("guide.register", lang), registering))
    yield book.label.line(lang)
    for title, texts in parts:
        yield ""
        yield title
        yield from (f"  {number}. {text}" for number, text in enumerate(texts, 1))
    yield ""
    yield one_line("guide.fields", lang)
    for sheet in book.sheets:
        about = f": {sheet.help.line(lang)}" if sheet.help is not None else ""
        yield f"  {sheet.label.line(lang)}{about}"
    yield ""


def manual_pages(book: Book, lang: Lang) -> tuple[Page, ...]:
    """The pages of a book's manual: how to work with it, values, settings, protection of data."""
    return (
        guide_page(book, lang),
        lists_page(book, lang),
        settings_page(book, lang),
        protection_page(book, lang, by_field=True),
    )


def write_manual(about: Told, path: Path, lang: Lang, *, replace: bool = False) -> None:
    """Write a book's manual as one HTML page.

    Args:
        about: the book, and the folder of its project, whose templates go before the bundled ones.
        path: the file.
        lang: the language.
        replace: whether a file that is there may be replaced.

    Raises:
        SchemaError: a template is wrong.
        WorkbookError: the file exists and may not be replaced, or cannot be written.
    """
    title = one_line("page.manual", lang, book=about.book.label.line(lang))
    document = document_of(title, manual_pages(about.book, lang), (), lang)
    write_page(path, page_text(document, about.project), replace=replace)
