"""Gathering what a workbook shows: records, computed values, labels, summary tabs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from custbook_gen.derive import derive
from custbook_gen.layout import Layout, plan_layout, sheet_title
from custbook_gen.load import load_template, template_names
from custbook_gen.plan import Identity, View, book_references
from custbook_gen.records import Tables
from custbook_gen.schema import Book
from custbook_gen.store.evolve import schema_hash, schema_text
from custbook_gen.summaries import Context, render_tab, summary_sheet
from custbook_gen.tabs import Tab
from custbook_gen.texts import Lang
from custbook_gen.values import Words
from custbook_gen.workbook import SheetPlan

SUMMARIES = "summary"
"""Folder of the summary tabs' templates."""


def summary_tabs(book: Book) -> list[Tab]:
    """The summary tabs of a book, in their order."""
    names = template_names(SUMMARIES)
    tabs = [render_tab(load_template(name), name, book) for name in names]
    return sorted(tabs, key=lambda tab: tab.order)


def new_layout(book: Book, lang: Lang, tabs: list[Tab]) -> Layout:
    """Where everything goes in a new workbook, summary tabs included."""
    layout = plan_layout(book, lang)
    titles = {tab.key: sheet_title(tab.title.line(lang)) for tab in tabs}
    return Layout(layout.sheets, {**layout.titles, **titles})


def make_view(
    book: Book, lang: Lang, layout: Layout, tables: Tables, as_of: dt.date, identity: Identity
) -> View:
    """A book's records as a workbook shows them whose layout was fitted to its rows."""
    return View(
        book=book,
        lang=lang,
        layout=layout,
        words=Words.of(book, lang, book_references(book, tables, lang)),
        tables=tables,
        computed=derive(book, tables, as_of),
        as_of=as_of,
        identity=replace(identity, schema_hash=schema_hash(schema_text(book))),
        schema_text=schema_text(book),
    )


def summary_sheets(view: View, tabs: list[Tab]) -> list[SheetPlan]:
    """The summary tabs of a view, those that its workbook has."""
    titles: Mapping[str, str] = view.layout.titles
    sheets = []
    for tab in tabs:
        if tab.key in titles:
            context = Context(
                view.book, view.words, view.layout, view.tables, view.computed, view.as_of, titles[tab.key]
            )
            sheets.append(summary_sheet(tab, context))
    return sheets
