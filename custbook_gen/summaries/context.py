"""Everything that a summary is made of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from custbook_gen.layout import Layout
from custbook_gen.records import Computed, Tables
from custbook_gen.schema import Book
from custbook_gen.texts import Lang, say
from custbook_gen.values import Words


@dataclass(frozen=True, slots=True)
class Context:
    """A book's records as a summary sheet sees them.

    ``layout`` says where the entry sheets stand in this workbook; ``title`` is the
    summary tab's own title in it.
    """

    book: Book
    words: Words
    layout: Layout
    tables: Tables
    computed: Computed
    as_of: dt.date
    title: str

    @property
    def lang(self) -> Lang:
        """The language of the workbook."""
        return self.words.lang

    def say(self, key: str) -> str:
        """A word of the catalogue on one line."""
        return say(key, self.lang).replace("\n", " ")
