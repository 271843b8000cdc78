"""Charts as pictures: columns, stacked columns, lines over them, bars and rings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from custbook_gen.backends.html.columns import draw_columns
from custbook_gen.backends.html.rounds import draw_bars, draw_ring
from custbook_gen.backends.html.shapes import Picture
from custbook_gen.document import Graph

__all__ = ["Picture", "draw"]

WIDTH: Final = 360.0
"""Width of every picture: that of a phone's screen, so that its letters stay readable there."""


def draw(graph: Graph, words: Mapping[str, str]) -> Picture:
    """The picture of a chart; one without shapes where there is no number to show.

    Args:
        graph: what it shows.
        words: what charts are called in the document's language (``chart-bar`` and the like,
            ``chart-of``, ``others``, ``listed``).
    """
    runs = (*graph.runs, *graph.lines)
    description = _description(graph, words)
    if not any(value is not None for run in runs for value in run.values):
        return Picture(WIDTH, 0, description=description)
    if graph.kind == "pie":
        return draw_ring(graph, words["others"], description)
    if graph.kind == "bar":
        return draw_bars(graph, WIDTH, description)
    return draw_columns(graph, WIDTH, description)


def _description(graph: Graph, words: Mapping[str, str]) -> str:
    labels = [" ".join(label.split()) for label in graph.labels] or [""]
    return words["chart-of"].format(
        kind=words[f"chart-{graph.kind}"],
        series=words["listed"].join(run.name for run in (*graph.runs, *graph.lines)),
        first=labels[0],
        last=labels[-1],
        count=len(graph.labels),
    )
