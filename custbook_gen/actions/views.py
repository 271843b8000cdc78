"""Gathering what a workbook shows: records, computed values, labels, and what its summary tabs say."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from custbook_gen.actions.derive_ahead import Made, derive_ahead
from custbook_gen.derive import Facts, compute
from custbook_gen.errors import SchemaError
from custbook_gen.layout import Layout, free_title, plan_layout
from custbook_gen.load import PRIVATE_FOLDER, keep_tabs, load_template, recall_tabs, template_names
from custbook_gen.plan import Identity, View, book_references
from custbook_gen.schema import Book
from custbook_gen.store.evolve import schema_hash, schema_text
from custbook_gen.tabs import Tab
from custbook_gen.texts import Lang
from custbook_gen.values import Words

SUMMARIES = "summary"
"""Folder of the summary tabs' templates."""


def summary_tabs(book: Book, project: Path | None = None) -> list[Tab]:
    """The summary tabs of a book, in their order; those that have nothing to show are left out.

    Args:
        book: the book with its stored dictionary.
        project: the folder of its project, whose own templates go before bundled ones of
            the same name.

    Raises:
        SchemaError: a template is wrong, or two of them make tabs of the same key.
    """
    templates = {name: load_template(name, project) for name in template_names(SUMMARIES, project)}
    if project is None:
        return _rendered(book, templates)
    private = project / PRIVATE_FOLDER
    tabs = recall_tabs(private, book, templates)
    if tabs is None:
        tabs = _rendered(book, templates)
        keep_tabs(private, book, templates, tabs)
    return tabs


def _rendered(book: Book, templates: Mapping[str, str]) -> list[Tab]:
    from custbook_gen.summaries.templates import render_tab  # rarely needed: tabs are kept

    tabs: dict[str, Tab] = {}
    files: dict[str, str] = {}
    for name, text in templates.items():
        file = PurePosixPath(name).name
        tab = render_tab(text, file, book)
        if tab.key in tabs:
            raise SchemaError("tab-twice", file=file, other=files[tab.key], key=tab.key)
        tabs[tab.key], files[tab.key] = tab, file
    return sorted((tab for tab in tabs.values() if tab.blocks), key=lambda tab: tab.order)


def new_layout(book: Book, lang: Lang, tabs: Sequence[Tab]) -> Layout:
    """Where everything goes in a new workbook, summary tabs included; no two tabs have one title."""
    layout = plan_layout(book, lang)
    titles = dict(layout.titles)
    taken = {title.casefold() for title in (*titles.values(), *(s.title for s in layout.sheets.values()))}
    for tab in tabs:
        titles[tab.key] = free_title(tab.title.line(lang), taken)
    return Layout(layout.sheets, titles)


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing is looked for in cycles meanwhile.

    Whoever makes a hundred thousand lasting objects has it done over and over; each time it
    walks through all of them and finds nothing.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@uncollected()
def make_view(
    book: Book, lang: Lang, layout: Layout, facts: Facts, identity: Identity, ahead: Iterable[Made] = ()
) -> View:
    """A book's records as a workbook shows them.

    Args:
        book: the one with its stored dictionary, which the workbook also carries.
        lang: the workbook's language.
        layout: where everything stands, fitted to the rows.
        facts: the records.
        identity: of the workbook.
        ahead: what somebody will ask the facts for, made along with what the workbook shows.
    """
    derive_ahead(book, facts, ahead)
    text, tables = schema_text(book), facts.tables
    words = Words.of(book, lang, book_references(book, tables, lang))  # before anybody waits for the worker
    computed = compute(book, facts)
    facts.settle()
    return View(
        book=book,
        lang=lang,
        layout=layout,
        words=words,
        tables=tables,
        computed=computed,
        as_of=facts.as_of,
        identity=replace(identity, schema_hash=schema_hash(text)),
        schema_text=text,
        facts=facts,
    )
