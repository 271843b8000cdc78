"""Summary tabs: from a template to a sheet whose formulas and values agree.

One figure has two back ends: :mod:`~custbook_gen.summaries.criteria` writes it as a
formula over the entry sheets, :mod:`~custbook_gen.summaries.tallies` computes it from
the records.
"""

from __future__ import annotations

from jinja2 import TemplateError, TemplateSyntaxError

from custbook_gen.errors import SchemaError
from custbook_gen.formulas import environment
from custbook_gen.schema import Book
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.sheet import summary_sheet
from custbook_gen.tabs import Tab, parse_tab

__all__ = ["Context", "render_tab", "summary_sheet"]


def render_tab(template: str, source: str, book: Book) -> Tab:
    """A tab from a Jinja2 template of its YAML; ``book`` is the only name known to it.

    Args:
        template: the template's text.
        source: its file name, for errors.
        book: the book that the tab summarises.

    Raises:
        SchemaError: the template cannot be rendered, or what it gives is no tab of this book.
    """
    try:
        text = environment().from_string(template).render(book=book)
    except TemplateSyntaxError as error:
        raise SchemaError("tab-template", file=source, line=error.lineno, reason=error.message) from error
    except (TemplateError, LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise SchemaError("tab-template", file=source, line=0, reason=str(error)) from error
    return parse_tab(text, source, book)
