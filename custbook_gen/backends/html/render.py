"""From a document to the text of its page, through Jinja2 templates that escape everything.

Texts may come from anybody's cells.  They are escaped by the templates, without exception;
characters that HTML cannot hold become U+FFFD.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import count
from typing import Final

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from custbook_gen import theme
from custbook_gen.backends.html.chart import Picture, draw
from custbook_gen.document import Block, Document, Graph, Grid, Page, Part
from custbook_gen.errors import SchemaError, template_line
from custbook_gen.value_objects import value_object

WIDE: Final = 4
"""Tables with more columns than this take the whole width."""
LONG: Final = 24
"""Characters from which on a text in a table is given room."""
SHORT: Final = 12
"""Characters up to which a text is not broken into lines."""
UNFIT: Final = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr((plane << 16) + low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
"""Control characters, halves of pairs and non-characters."""
COLOURS: Final[Mapping[str, str]] = {
    "ink": theme.INK,
    "muted": theme.MUTED,
    "paper": theme.PAPER,
    "accent": theme.ACCENT,
    "soft": theme.ACCENT_SOFT,
    "computed": theme.COMPUTED_SOFT,
    "held": theme.HELD,
    "held_ink": theme.HELD_INK,
    "missing": theme.MISSING,
    "link": theme.LINK,
    "heat": " ".join(str(int(theme.HEAT[at : at + 2], 16)) for at in (0, 2, 4)),
}
"""The workbook's colours, six hex digits each; that of heat maps as three numbers."""


@value_object
class PageTemplates:
    """The texts of the page's template and of its styles."""

    page: str
    style: str


@value_object
class Shown:
    """A part of a page with what its template needs to know."""

    kind: str
    part: Part
    number: int
    wide: bool = False
    picture: Picture | None = None


def render_page(document: Document, templates: PageTemplates) -> str:
    """The HTML of a document.

    Args:
        document: what the page says; every text in it is shown as it is.
        templates: how it is laid out.

    Raises:
        SchemaError: ``page-template``: a template (of a project) cannot be rendered.
    """
    numbers = count(1)
    pages = [(page, [_block(document, block, numbers) for block in page.blocks]) for page in document.pages]
    facts = {
        "document": document,
        "words": document.words,
        "pages": pages,
        "sheets": _sheets,
        "long": LONG,
        "short": SHORT,
    }
    try:
        style = _environment().from_string(templates.style).render(colours=COLOURS)
        page = _environment().from_string(templates.page)
        return page.render(style=Markup(style), **facts) + "\n"  # noqa: S704  (a template, with colours alone)
    except (TemplateError, LookupError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise SchemaError("page-template", line=template_line(error), reason=str(error)) from error


def _block(document: Document, block: Block, numbers: Iterator[int]) -> tuple[Block, list[Shown]]:
    return block, [_shown(document, part, next(numbers)) for part in block.parts]


def _shown(document: Document, part: Part, number: int) -> Shown:
    kind = type(part).__name__.lower()
    if isinstance(part, Graph):
        return Shown(kind, part, number, picture=draw(part, document.words))
    wide = not isinstance(part, Grid) or max((len(row) for row in (part.head, *part.body)), default=0) > WIDE
    return Shown(kind, part, number, wide=wide)


def _sheets(page: Page) -> list[tuple[int, Block]]:
    """The blocks of a page that are about entry sheets, with their places: the contents name them, too."""
    return [(at, block) for at, block in enumerate(page.blocks, 1) if block.sheet is not None]


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(
        undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_fit
    )


def _fit(value: object) -> object:
    """A text without characters that no page can hold; anything else as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return fit(value)
    return value


def fit(text: str) -> str:
    """A text as a page can hold it: line ends as one character, unfit characters replaced."""
    return UNFIT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
