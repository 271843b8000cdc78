"""The shapes that charts are drawn with; a template writes them as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final, Literal

from custbook_gen.value_objects import value_object
from custbook_gen.widths import text_width

SIZE: Final = 11.0
"""Height of letters; a picture is drawn about as large as it is shown."""
NARROW: Final = 0.56
"""Width of a narrow character, in heights; wide ones take two."""
COLOURS: Final = 10
"""Colours of runs; more of them begin again."""


@value_object
class Shape:
    """One element; ``title`` is what it tells when it is pointed at."""

    tag: Literal["rect", "line", "path", "circle", "text"]
    attributes: Mapping[str, str]
    text: str = ""
    title: str = ""


@value_object
class Entry:
    """A line of the legend: the colour's number, a name and maybe a value."""

    colour: int
    name: str
    value: str = ""
    line: bool = False


@value_object
class Picture:
    """A drawn chart; a chart without numbers has no shapes."""

    width: float
    height: float
    shapes: list[Shape] = field(default_factory=list)
    legend: list[Entry] = field(default_factory=list)
    description: str = ""


def number(value: float) -> str:
    """A coordinate as SVG writes it."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def hue(at: int) -> int:
    """The number of the n-th run's colour."""
    return at % COLOURS + 1


def colour(at: int) -> str:
    """The class of the n-th run's colour."""
    return f"c{hue(at)}"


def rect(place: tuple[float, float, float, float], kind: str, title: str = "") -> Shape:
    """A rectangle: x, y, width and height."""
    names = ("x", "y", "width", "height")
    sizes = {name: number(value) for name, value in zip(names, place, strict=True)}
    return Shape("rect", {**sizes, "class": kind}, title=title)


def line(start: tuple[float, float], end: tuple[float, float], kind: str) -> Shape:
    """A straight line."""
    places = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    return Shape("line", {**{name: number(value) for name, value in places.items()}, "class": kind})


def label(
    place: tuple[float, float],
    text: str,
    anchor: Literal["start", "middle", "end"] = "start",
    turn: float = 0,
) -> Shape:
    """A text whose baseline begins (or is centred, or ends) at a place."""
    x, y = map(number, place)
    turned = {"transform": f"rotate({number(turn)} {x} {y})"} if turn else {}
    return Shape("text", {"x": x, "y": y, "text-anchor": anchor, **turned}, text)


def width_of(text: str) -> float:
    """How wide a text is, about."""
    return text_width(text) * NARROW * SIZE


def shortened(text: str, room: float) -> str:
    """A text on one line, cut off where it would need more room."""
    text = " ".join(text.split())
    if width_of(text) <= room:
        return text
    while text and width_of(text) + SIZE > room:
        text = text[:-1]
    return f"{text}…"
