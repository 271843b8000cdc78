"""The manual of a book, written from its schema: pages for the workbook's tabs and for HTML."""

from custbook_gen.guide.computed import computed_blocks
from custbook_gen.guide.fields import guide_page, register_steps, steps
from custbook_gen.guide.lists import lists_page
from custbook_gen.guide.losses import losses_block
from custbook_gen.guide.protection import protection_page
from custbook_gen.guide.settings import settings_page

__all__ = [
    "computed_blocks",
    "guide_page",
    "lists_page",
    "losses_block",
    "protection_page",
    "register_steps",
    "settings_page",
    "steps",
]
