"""Columns side by side or stacked, and lines: numbers upwards, labels below."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from custbook_gen.backends.html.scale import Scale, scale, tick_labels, ticks_of
from custbook_gen.backends.html.shapes import (
    SIZE,
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
from custbook_gen.document import Graph, Run
from custbook_gen.value_objects import value_object

TALL: Final = 190.0
"""Height of the drawing itself."""
TOP: Final = 10.0
GAP: Final = 6.0
TURN: Final = -40.0
"""How far labels are turned that do not fit side by side, in degrees."""
SLOPE: Final = 0.65
"""Height of a turned label, in its lengths."""
LONGEST: Final = 100.0
"""Room of a turned label."""
APART: Final = 1.6 * SIZE
"""Between turned labels, along the axis."""
DOTS: Final = 31
"""Points that are marked one by one at most."""


@value_object
class _Frame:
    """The drawing's left and right side, and how much room each label has."""

    left: float
    right: float
    labels: Sequence[str]

    @property
    def room(self) -> float:
        return (self.right - self.left) / max(1, len(self.labels))

    def middle(self, at: int) -> float:
        """Where the n-th label stands."""
        return self.left + self.room * (at + 0.5)


def draw_columns(graph: Graph, width: float, description: str) -> Picture:
    """A chart with numbers upwards."""
    as_lines = graph.kind == "line"
    stacked = graph.kind == "stacked"
    ticks = ticks_of(_reached(graph.runs, stacked=stacked), graph.number_format)
    left = max(map(width_of, tick_labels(ticks, graph.number_format))) + GAP
    left = max(left, _overhang(graph.labels, (width - left) / len(graph.labels)))
    right = width - 4
    second: tuple[float, ...] = ()
    if graph.lines:
        second = ticks_of(_reached(graph.lines, stacked=False), graph.lines_format)
        right = width - max(map(width_of, tick_labels(second, graph.lines_format))) - GAP - 4
    frame = _Frame(left, right, graph.labels)
    place = (TOP + TALL, TOP)
    axis = scale(ticks, graph.number_format, place)
    shapes = [*_grid(axis, frame)]
    if as_lines:
        shapes += [s for at, run in enumerate(graph.runs) for s in _line(run, at, axis, frame)]
    else:
        shapes += _stacks(graph, axis, frame) if stacked else _columns(graph, axis, frame)
    if graph.lines:
        other = scale(second, graph.lines_format, place)
        shapes += [
            label((right + GAP, other.at(tick) + 4), text)
            for tick, text in zip(other.ticks, other.labels, strict=True)
        ]
        first = len(graph.runs)
        shapes += [s for at, run in enumerate(graph.lines, first) for s in _line(run, at, other, frame)]
    labels, below = _labels(frame)
    named = enumerate((*graph.runs, *graph.lines))
    legend = [Entry(hue(at), run.name, line=as_lines or at >= len(graph.runs)) for at, run in named]
    height = TOP + TALL + below
    return Picture(width, round(height), [*shapes, *labels], legend if len(legend) > 1 else [], description)


def _overhang(labels: Sequence[str], room: float) -> float:
    """How far the first label sticks out to the left, where labels are turned."""
    widest = max(map(width_of, labels))
    turned = min(width_of(labels[0]), LONGEST) * math.cos(math.radians(TURN))
    return 0.0 if widest + 4 <= room else turned - room / 2


def _reached(runs: Sequence[Run], *, stacked: bool) -> Iterator[Decimal]:
    """The numbers that the axis must reach: of stacks the sums above and below 0."""
    if not stacked:
        yield from (value for run in runs for value in run.values if value is not None)
        return
    for values in zip(*(run.values for run in runs), strict=True):
        known = [value for value in values if value is not None]
        yield sum((value for value in known if value > 0), Decimal(0))
        yield sum((value for value in known if value < 0), Decimal(0))


def _grid(axis: Scale, frame: _Frame) -> Iterator[Shape]:
    for tick, text in zip(axis.ticks, axis.labels, strict=True):
        y = axis.at(tick)
        yield line((frame.left, y), (frame.right, y), "zero" if tick == 0 else "grid")
        yield label((frame.left - 4, y + 4), text, "end")


def _columns(graph: Graph, axis: Scale, frame: _Frame) -> Iterator[Shape]:
    wide = frame.room * 0.76 / len(graph.runs)
    for at, run in enumerate(graph.runs):
        for place, (value, text) in enumerate(zip(run.values, run.texts, strict=True)):
            if value:
                x = frame.middle(place) - frame.room * 0.38 + wide * at
                yield _column((x, wide), (Decimal(0), value), axis, at, _told(graph, run, place, text))


def _stacks(graph: Graph, axis: Scale, frame: _Frame) -> Iterator[Shape]:
    wide = frame.room * 0.7
    for place in range(len(graph.labels)):
        reached = {True: Decimal(0), False: Decimal(0)}
        for at, run in enumerate(graph.runs):
            value = run.values[place]
            if value:
                start = reached[value > 0]
                reached[value > 0] = end = start + value
                x = frame.middle(place) - wide / 2
                told = _told(graph, run, place, run.texts[place])
                yield _column((x, wide), (start, end), axis, at, told)


def _column(
    across: tuple[float, float], ends: tuple[Decimal, Decimal], axis: Scale, at: int, told: str
) -> Shape:
    start, end = sorted(map(axis.at, ends))
    return rect((across[0], start, across[1], max(end - start, 0.5)), colour(at), told)


def _told(graph: Graph, run: Run, place: int, text: str) -> str:
    return f"{graph.labels[place]} · {run.name}: {text}"


def _line(run: Run, at: int, axis: Scale, frame: _Frame) -> Iterator[Shape]:
    """A line that is broken where there is no number."""
    path, down = [], False
    for place, value in enumerate(run.values):
        if value is None:
            down = False
            continue
        path.append(f"{'L' if down else 'M'}{number(frame.middle(place))} {number(axis.at(value))}")
        down = True
    yield Shape("path", {"d": " ".join(path) or "M0 0", "class": f"run {colour(at)}"}, title=run.name)
    for place, (value, text) in enumerate(zip(run.values, run.texts, strict=True)):
        if value is not None and len(run.values) <= DOTS:
            centre = {"cx": number(frame.middle(place)), "cy": number(axis.at(value))}
            told = f"{frame.labels[place]} · {run.name}: {text}"
            yield Shape("circle", {**centre, "r": "2.6", "class": colour(at)}, title=told)


def _labels(frame: _Frame) -> tuple[list[Shape], float]:
    """The labels below, turned or some left out where they need more room; how high they are."""
    texts = [" ".join(text.split()) for text in frame.labels]
    widest = max(map(width_of, texts), default=0.0)
    y = TOP + TALL
    if widest + 4 <= frame.room:
        return [label((frame.middle(at), y + 15), text, "middle") for at, text in enumerate(texts)], 22.0
    each = max(1, math.ceil(APART / frame.room))
    shown = {at: shortened(text, LONGEST) for at, text in enumerate(texts) if at % each == 0}
    below = 16 + min(widest, LONGEST) * SLOPE
    shapes = [label((frame.middle(at) + 4, y + 12), text, "end", TURN) for at, text in shown.items()]
    return shapes, below
