"""The tabs that explain the book: how to work with it, its settings, how to protect its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from custbook_gen.document import Page
from custbook_gen.guide import guide_page, losses_block, protection_page, settings_page
from custbook_gen.layout import GUIDE, PROTECTION, SETTINGS, absolute
from custbook_gen.plan.pages import Frame, extended, page_sheet
from custbook_gen.plan.view import View
from custbook_gen.schema import Book
from custbook_gen.texts import Lang
from custbook_gen.wording import one_line
from custbook_gen.workbook import Loss, Plan, SheetPlan

WIDTHS: Final = {
    GUIDE: (22.0, 12.0, 46.0, 24.0, 46.0),
    SETTINGS: (34.0, 82.0, 34.0),
    PROTECTION: (26.0, 16.0, 72.0, 22.0, 14.0),
}
"""Widths of the columns, in characters."""


def guide_sheet(view: View) -> SheetPlan:
    """The plan of the guide tab, whose title is the book's."""
    links = {
        key: absolute(here.title, (here.header_row, 1)).replace("$", "")
        for key, here in view.layout.sheets.items()
    }
    frame = Frame(view.layout.titles[GUIDE], WIDTHS[GUIDE], links, one_line("guide.open", view.lang))
    return page_sheet(_titled_guide(view.book, view.lang), frame)


def _titled_guide(book: Book, lang: Lang) -> Page:
    return replace(guide_page(book, lang), title=book.label.line(lang))


def with_losses(plan: Plan, losses: Sequence[Loss], lang: Lang) -> Plan:
    """A plan whose guide tab also tells what its kind of workbook cannot carry."""
    if not losses:
        return plan
    title = next(sheet.title for sheet in plan.sheets if sheet.key == GUIDE)
    block = losses_block(losses, lang)
    sheets = tuple(
        extended(sheet, [block], Frame(title, WIDTHS[GUIDE])) if sheet.key == GUIDE else sheet
        for sheet in plan.sheets
    )
    return replace(plan, sheets=sheets)


def settings_sheet(view: View) -> SheetPlan:
    """The plan of the settings tab, which follows the settings."""
    return page_sheet(
        settings_page(view.book, view.lang), Frame(view.layout.titles[SETTINGS], WIDTHS[SETTINGS])
    )


def page_texts(book: Book, lang: Lang) -> dict[str, tuple[str, ...]]:
    """What the tabs that explain a book say, by key; the title comes first."""
    pages = (_titled_guide(book, lang), settings_page(book, lang), protection_page(book, lang))
    sheets = [page_sheet(page, Frame("", WIDTHS[page.key])) for page in pages]
    return {
        sheet.key: tuple(
            cell.value.replace("\n", " ") for cell in sheet.cells.values() if isinstance(cell.value, str)
        )
        for sheet in sheets
    }


def protection_sheet(view: View) -> SheetPlan:
    """The plan of the data protection tab, in which people fill in what the book cannot know."""
    page = protection_page(view.book, view.lang)
    return page_sheet(page, Frame(view.layout.titles[PROTECTION], WIDTHS[PROTECTION]))
