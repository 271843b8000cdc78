"""What a kind of workbook carries in another form: told where people look for help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custbook_gen.document import Block, Box, Grid
from custbook_gen.texts import Lang, listed
from custbook_gen.wording import one_line
from custbook_gen.workbook import Loss

NAMED: Final = 6
"""Places that are named; of more there is a number."""


def losses_block(losses: Sequence[Loss], lang: Lang) -> Block:
    """A table of what is different, and where."""
    rows = tuple((Box(_places(loss, lang)), Box(one_line(f"loss.{loss.code}", lang))) for loss in losses)
    head = (one_line("guide.losses-where", lang), one_line("guide.losses-what", lang))
    return Block(one_line("guide.losses", lang), (Grid("", head, rows),))


def _places(loss: Loss, lang: Lang) -> str:
    named = listed(loss.places[:NAMED], lang)
    return named if len(loss.places) <= NAMED else f"{named} … ({len(loss.places)})"
