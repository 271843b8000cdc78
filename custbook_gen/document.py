"""Pages for people to read: what they say, whatever shows it (a sheet, HTML, a terminal).

All texts are final: numbers and dates are formatted, codes are labels.  Nothing here
knows cells or markup; whoever shows a page decides how it looks, by tones and fills.
"""

from __future__ import annotations

from dataclasses import field
from decimal import Decimal
from typing import Literal

from custbook_gen.value_objects import value_object

Align = Literal["left", "center", "right"]
Tone = Literal["plain", "required", "optional", "computed", "held", "missing", "open", "strong", "muted"]
"""What kind of thing a box is about; whoever shows it has a look for each.

``open`` boxes are for people to fill in.
"""


@value_object
class Box:
    """A cell of a grid.

    ``heat`` says where its number lies between the smallest (0) and the largest (1) of a heat map.
    """

    text: str
    align: Align = "left"
    tone: Tone = "plain"
    heat: float | None = None


@value_object
class Card:
    """One number with what it is called and how it is defined."""

    label: str
    value: str
    note: str = ""


@value_object
class Cards:
    """Single numbers side by side."""

    cards: tuple[Card, ...]


@value_object
class Grid:
    """A table; the first box of a row names the row.

    A row with fewer boxes than there are columns ends in a wide one.
    """

    caption: str
    head: tuple[str, ...]
    body: tuple[tuple[Box, ...], ...]
    foot: tuple[Box, ...] = ()
    """The row of totals."""
    note: str = ""


@value_object
class Prose:
    """Paragraphs; ``kind`` ``steps`` numbers them, ``points`` marks them."""

    texts: tuple[str, ...]
    kind: Literal["plain", "steps", "points"] = "plain"


@value_object
class Run:
    """The numbers of one line, set of bars or ring; nothing where there is no number."""

    name: str
    values: tuple[Decimal | None, ...]
    texts: tuple[str, ...]
    """The same as people read them."""


@value_object
class Graph:
    """A chart: runs over labels; ``lines`` go over the columns, on an axis of their own.

    The formats are those of the numbers on the axes, as spreadsheets write them.
    """

    kind: Literal["line", "bar", "column", "stacked", "pie"]
    title: str
    labels: tuple[str, ...]
    runs: tuple[Run, ...]
    lines: tuple[Run, ...] = ()
    number_format: str = "General"
    lines_format: str = "General"


Part = Cards | Grid | Prose | Graph


@value_object
class Block:
    """Parts under one heading; ``sheet`` is the key of the entry sheet that they are about."""

    title: str
    parts: tuple[Part, ...]
    note: str = ""
    sheet: str | None = None


@value_object
class Page:
    """Blocks under a title, which is also what a table of contents says."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    lead: tuple[str, ...] = ()


@value_object
class Document:
    """Pages that are shown together; ``language`` is a tag such as ``zh-CN``."""

    title: str
    language: str
    pages: tuple[Page, ...]
    lead: tuple[str, ...] = ()
    words: dict[str, str] = field(default_factory=dict)
    """What the document itself says in its language: "Contents", "Chart" and the like."""
