"""What a tab always says, whatever the records are: its title, headings, labels and notes."""

from __future__ import annotations

from collections.abc import Iterator

from custbook_gen.schema import Label
from custbook_gen.schema.frozen import Frozen
from custbook_gen.tabs.blocks import ChartSpec, Tab
from custbook_gen.texts import Lang


def said(tab: Tab, lang: Lang) -> tuple[str, ...]:
    """The texts that stand in the tab's cells for sure, each on one line, the title first.

    The titles of charts stand in no cell.
    """
    return tuple(label.line(lang) for label in _labels(tab))


def _labels(part: object) -> Iterator[Label]:
    if isinstance(part, Label):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _labels(item)
    elif isinstance(part, Frozen) and not isinstance(part, ChartSpec):
        for name in type(part).model_fields:
            yield from _labels(getattr(part, name))
