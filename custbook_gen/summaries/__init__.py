"""Summary tabs: from a template to a sheet whose formulas and values agree.

One figure has two back ends: :mod:`~custbook_gen.summaries.criteria` writes it as a
formula over the entry sheets, :mod:`~custbook_gen.summaries.tallies` computes it from
the records.  Besides the book's own sheets, tabs may name those of
:mod:`~custbook_gen.summaries.sources`.
"""

from __future__ import annotations

from functools import lru_cache, partial

from jinja2 import Template, TemplateError, TemplateSyntaxError

from custbook_gen import document
from custbook_gen.errors import SchemaError
from custbook_gen.formulas import environment
from custbook_gen.schema import Book
from custbook_gen.summaries.context import ChangeLine, Context, Memo
from custbook_gen.summaries.sheet import FROZEN_ROWS, draw_page
from custbook_gen.summaries.sources import current_quality, enriched, extended, has
from custbook_gen.summaries.telling import told_page
from custbook_gen.tabs import Tab, parse_tab
from custbook_gen.workbook import SheetPlan

__all__ = [
    "ChangeLine",
    "Context",
    "Memo",
    "current_quality",
    "render_tab",
    "summary_page",
    "summary_sheet",
]


def render_tab(template: str, source: str, book: Book) -> Tab:
    """A tab from a Jinja2 template of its YAML; ``book`` and ``has`` are all the names known to it.

    ``has("sales.amount", "deals")`` says whether the book has all of these sheets and fields.

    Args:
        template: the template's text.
        source: its file name, for errors.
        book: the book that the tab summarises.

    Raises:
        SchemaError: the template cannot be rendered, or what it gives is no tab of this book.
    """
    known = extended(book)
    try:
        text = _compiled(template).render(book=known, has=partial(has, known))
    except TemplateSyntaxError as error:
        raise SchemaError("tab-template", file=source, line=error.lineno, reason=error.message) from error
    except (TemplateError, LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise SchemaError("tab-template", file=source, line=0, reason=str(error)) from error
    return parse_tab(text, source, known)


@lru_cache(maxsize=64)
def _compiled(template: str) -> Template:
    """A template ready to be rendered."""
    return environment().from_string(template)


def summary_sheet(tab: Tab, context: Context) -> SheetPlan:
    """The sheet of a summary tab: every number with its formula, where it has one, and its value.

    Args:
        tab: what the tab shows, checked against the book of the context.
        context: the records, and where they stand in the workbook.
    """
    return draw_page(tab, enriched(context)).plan(tab.key, FROZEN_ROWS)


def summary_page(tab: Tab, context: Context) -> document.Page:
    """The same as a page to be shown otherwise: every figure as its cell shows it.

    Args:
        tab: what the tab shows, checked against the book of the context.
        context: the records.
    """
    return told_page(tab, draw_page(tab, enriched(context)))
