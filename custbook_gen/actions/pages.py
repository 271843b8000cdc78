"""Documents of a project as HTML: the summaries' and the manual's common part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from custbook_gen.backends.html import PageTemplates, render_page
from custbook_gen.document import Document, Page
from custbook_gen.load import load_template
from custbook_gen.plan.whole import LANGUAGES
from custbook_gen.texts import CATALOGUE, Lang, join, separator

WORDS: Final = (
    *("contents", "skip", "chart-of", "chart-empty", "others"),
    *("chart-bar", "chart-column", "chart-stacked", "chart-line", "chart-pie"),
)
"""What a page itself says; some have places that whoever draws a chart fills."""


def document_of(title: str, pages: Sequence[Page], lead: Sequence[str], lang: Lang) -> Document:
    """Pages as one document in a language."""
    words = {word: join(*CATALOGUE[f"page.{word}"], lang).replace("\n", " ") for word in WORDS}
    words["listed"] = separator(lang)
    return Document(title, LANGUAGES[lang], tuple(pages), tuple(lead), words)


def page_text(document: Document, project: Path | None) -> str:
    """The HTML of a document, by the templates of a project or the bundled ones.

    Raises:
        SchemaError: a template cannot be read or rendered.
    """
    page, style = (load_template(f"html/page.{kind}.j2", project) for kind in ("html", "css"))
    return render_page(document, PageTemplates(page, style))
