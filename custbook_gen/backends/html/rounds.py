"""Bars from left to right, and rings."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from custbook_gen.backends.html.scale import Scale, scale, ticks_of
from custbook_gen.backends.html.shapes import (
    Entry,
    Picture,
    Shape,
    colour,
    hue,
    label,
    line,
    number,
    rect,
    shortened,
    width_of,
)
from custbook_gen.document import Graph

THICK: Final = 15.0
"""Thickness of a bar."""
LABELS: Final = 130.0
"""Room of a bar's label at most."""
ROUND: Final = 220.0
"""Width and height of a ring's picture."""
OUTER, INNER = 100.0, 58.0
SLICES: Final = 10
"""Parts of a ring; the smaller ones beyond make one part together."""
Slice = tuple[str, Decimal, str]
"""A part of a ring: its name, size and size as text."""


def draw_bars(graph: Graph, width: float, description: str) -> Picture:
    """A chart with bars, one group below the other; a single run tells its numbers."""
    texts = [shortened(text, LABELS) for text in graph.labels]
    left = max(map(width_of, texts), default=0) + 8
    single = len(graph.runs) == 1
    numbers = max((width_of(text) for run in graph.runs for text in run.texts), default=0) + 6
    known = [value for run in graph.runs for value in run.values if value is not None]
    ticks = ticks_of(known, graph.number_format)
    axis = scale(ticks, graph.number_format, (left, width - (numbers if single else 4)))
    high = THICK * len(graph.runs) + 7
    shapes: list[Shape] = []
    for place, text in enumerate(texts):
        top = 4 + high * place
        shapes.append(label((left - 5, top + high / 2 + 4), text, "end"))
        for at in range(len(graph.runs)):
            shapes += _bar(graph, at, place, top + 3 + THICK * at, axis)
    bottom = 4 + high * len(texts)
    shapes.append(line((axis.at(0), 2), (axis.at(0), bottom), "zero"))
    legend = [] if single else [Entry(hue(at), run.name) for at, run in enumerate(graph.runs)]
    return Picture(width, round(bottom + 4), shapes, legend, description)


def _bar(graph: Graph, at: int, place: int, top: float, axis: Scale) -> Iterator[Shape]:
    """One bar, and its number where it is the only one of its group."""
    run = graph.runs[at]
    value, text = run.values[place], run.texts[place]
    if value is None:
        return
    start, end = sorted((axis.at(0), axis.at(value)))
    told = f"{graph.labels[place]} · {run.name}: {text}"
    if value:
        yield rect((start, top, max(end - start, 0.5), THICK - 1), colour(at), told)
    if len(graph.runs) == 1:
        yield label((end + 4, top + THICK - 4), text)


def draw_ring(graph: Graph, others: str, description: str) -> Picture:
    """A ring of what is above 0 in the first run; the legend tells sizes and shares."""
    slices = _slices(graph, others)
    whole = sum((size for _, size, _ in slices), Decimal(0))
    shapes: list[Shape] = []
    legend: list[Entry] = []
    start = 0.0
    for at, (name, size, text) in enumerate(slices):
        share = float(size / whole)
        told = f"{text} · {share:.1%}"
        shapes.append(_arc(start, start + share, colour(at), f"{name}: {told}"))
        legend.append(Entry(hue(at), name, told))
        start += share
    return Picture(ROUND, ROUND if shapes else 0, shapes, legend, description)


def _slices(graph: Graph, others: str) -> list[Slice]:
    if not graph.runs:
        return []
    run = graph.runs[0]
    named = zip(graph.labels, run.values, run.texts, strict=True)
    slices = [(name, value, text) for name, value, text in named if value is not None and value > 0]
    if len(slices) <= SLICES:
        return slices
    by_size = sorted(slices, key=lambda one: one[1], reverse=True)
    kept = {id(one) for one in by_size[: SLICES - 1]}
    rest = sum((size for _, size, _ in by_size[SLICES - 1 :]), Decimal(0))
    return [*(one for one in slices if id(one) in kept), (others, rest, f"{rest:,.{_places(slices)}f}")]


def _places(slices: list[Slice]) -> int:
    """Decimals that the texts show."""
    return max(len(text.partition(".")[2].rstrip("%")) for _, _, text in slices)


def _arc(start: float, end: float, kind: str, told: str) -> Shape:
    """A piece of the ring, from one share of the way round to another."""
    centre = number(ROUND / 2)
    if end - start > 0.999_9:
        ring = {"cx": centre, "cy": centre, "r": number((OUTER + INNER) / 2)}
        return Shape("circle", {**ring, "class": f"ring {kind}"}, title=told)
    large = int(end - start > 0.5)
    (x1, y1), (x2, y2) = _point(start, OUTER), _point(end, OUTER)
    (x3, y3), (x4, y4) = _point(end, INNER), _point(start, INNER)
    path = (
        f"M{x1} {y1} A{number(OUTER)} {number(OUTER)} 0 {large} 1 {x2} {y2} "
        f"L{x3} {y3} A{number(INNER)} {number(INNER)} 0 {large} 0 {x4} {y4} Z"
    )
    return Shape("path", {"d": path, "class": kind}, title=told)


def _point(share: float, radius: float) -> tuple[str, str]:
    angle = 2 * math.pi * share - math.pi / 2
    return number(ROUND / 2 + radius * math.cos(angle)), number(ROUND / 2 + radius * math.sin(angle))
