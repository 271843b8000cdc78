"""Documents as HTML: one self-contained page, styles and charts inside, no script, no network."""

from custbook_gen.backends.html.file import write_page
from custbook_gen.backends.html.render import PageTemplates, render_page

__all__ = ["PageTemplates", "render_page", "write_page"]
