"""From a template to a tab: Jinja2, then YAML, then what the book makes of it."""

from __future__ import annotations

from functools import partial

from jinja2 import TemplateError, TemplateSyntaxError

from custbook_gen.errors import SchemaError, template_line
from custbook_gen.formulas import compiled
from custbook_gen.schema import Book
from custbook_gen.summaries.sources import extended
from custbook_gen.tabs import Tab, has
from custbook_gen.tabs.parse import parse_tab


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
        text = compiled(template).render(book=known, has=partial(has, known))
    except TemplateSyntaxError as error:
        raise SchemaError("tab-template", file=source, line=error.lineno, reason=error.message) from error
    except (TemplateError, LookupError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        line = template_line(error)
        raise SchemaError("tab-template", file=source, line=line, reason=str(error)) from error
    return parse_tab(text, source, known)
