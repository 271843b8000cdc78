"""Pictures of charts: every number in its place, nothing outside the frame, whatever the numbers are."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.actions.pages import document_of
from custbook_gen.backends.html.chart import draw
from custbook_gen.backends.html.scale import scale, tick_labels, ticks_of
from custbook_gen.backends.html.shapes import Picture, Shape, shortened, width_of
from custbook_gen.document import Graph, Run
from tests.pages import graph, run

WORDS = document_of("t", (), (), "en").words
NUMBERS = st.none() | st.decimals(-(10**9), 10**12, places=2)
KINDS = ("line", "bar", "column", "stacked", "pie")


def of(picture: Picture, tag: str) -> list[Shape]:
    return [shape for shape in picture.shapes if shape.tag == tag]


def coordinates(shape: Shape) -> list[tuple[float, float]]:
    """The corners of a shape."""
    at = {name: float(value) for name, value in shape.attributes.items() if re.fullmatch(r"-?[\d.]+", value)}
    if shape.tag == "rect":
        return [(at["x"], at["y"]), (at["x"] + at["width"], at["y"] + at["height"])]
    if shape.tag == "line":
        return [(at["x1"], at["y1"]), (at["x2"], at["y2"])]
    if shape.tag == "circle":
        return [(at["cx"], at["cy"])]
    if shape.tag == "path":
        return [
            (float(x), float(y))
            for x, y in re.findall(r"(?:[ML]|[01] )(-?[\d.]+) (-?[\d.]+)", shape.attributes["d"])
        ]
    return [(at["x"], at["y"])]


@st.composite
def graphs(draw_from: st.DrawFn) -> Graph:
    labels = draw_from(st.lists(st.text(max_size=30), min_size=1, max_size=40))
    values = st.lists(NUMBERS, min_size=len(labels), max_size=len(labels))
    runs = tuple(
        Run(f"r{at}", tuple(some), tuple("" if one is None else f"{one:,}" for one in some))
        for at, some in enumerate(draw_from(st.lists(values, min_size=1, max_size=5)))
    )
    kind = draw_from(st.sampled_from(KINDS))
    lines = runs[1:] if kind in ("column", "stacked") and draw_from(st.booleans()) else ()
    shown = runs[:1] if lines else runs
    return Graph(kind, "t", tuple(labels), shown, lines, "#,##0.00", "0.0%")  # type: ignore[arg-type]


@given(graphs())
def test_nothing_lies_outside_the_frame(some: Graph) -> None:
    picture = draw(some, WORDS)
    for shape in picture.shapes:
        for x, y in coordinates(shape):
            assert -1 <= x <= picture.width + 1
            assert -1 <= y <= picture.height + 1


@given(graphs())
def test_there_is_no_picture_without_numbers(some: Graph) -> None:
    known = [value for one in (*some.runs, *some.lines) for value in one.values if value is not None]
    picture = draw(some, WORDS)
    if not known:
        assert picture.shapes == []
    if picture.shapes:
        assert picture.height > 0


def test_columns_are_as_high_as_their_numbers() -> None:
    bars = of(draw(graph("column", run("a", 10, 20, -5)), WORDS), "rect")
    heights = [float(bar.attributes["height"]) for bar in bars]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.3)
    assert heights[2] == pytest.approx(heights[0] / 2, abs=0.3)
    assert float(bars[2].attributes["y"]) == pytest.approx(
        float(bars[0].attributes["y"]) + heights[0], abs=0.3
    )
    assert [bar.title for bar in bars] == ["L0 · a: 10", "L1 · a: 20", "L2 · a: -5"]


def test_stacks_stand_on_each_other() -> None:
    low, high = of(draw(graph("stacked", run("a", 10), run("b", 30)), WORDS), "rect")
    top = float(high.attributes["y"]) + float(high.attributes["height"])
    assert top == pytest.approx(float(low.attributes["y"]), abs=0.2)
    assert {bar.attributes["class"] for bar in (low, high)} == {"c1", "c2"}


def test_a_line_is_broken_where_there_is_no_number() -> None:
    picture = draw(graph("line", run("a", 1, None, 3, 4)), WORDS)
    (path,) = of(picture, "path")
    assert path.attributes["d"].count("M") == 2
    assert len(of(picture, "circle")) == 3


def test_lines_over_columns_have_an_axis_of_their_own() -> None:
    picture = draw(graph("column", run("a", 1000, 2000), lines=(run("b", 0.1, 0.2),)), WORDS)
    labels = [shape.text for shape in of(picture, "text")]
    assert "2,000" in labels
    assert "20%" in labels
    assert [(entry.name, entry.line) for entry in picture.legend] == [("a", False), ("b", True)]


def test_a_ring_tells_sizes_and_shares_and_puts_small_parts_together() -> None:
    picture = draw(graph("pie", run("a", 3, 1, 0, None)), WORDS)
    assert [(entry.name, entry.value) for entry in picture.legend] == [
        ("L0", "3 · 75.0%"),
        ("L1", "1 · 25.0%"),
    ]
    many = draw(graph("pie", run("a", *range(1, 15))), WORDS)
    assert len(many.legend) == 10
    assert many.legend[-1].name == WORDS["others"]
    assert many.legend[-1].value == "15 · 14.3%"
    (whole,) = draw(graph("pie", run("a", 7)), WORDS).shapes
    assert whole.tag == "circle"


def test_bars_tell_their_numbers_where_they_are_alone() -> None:
    alone = [shape.text for shape in of(draw(graph("bar", run("a", 1, 2)), WORDS), "text")]
    assert alone == ["L0", "1", "L1", "2"]
    several = draw(graph("bar", run("a", 1, 2), run("b", 3, 4)), WORDS)
    assert [shape.text for shape in of(several, "text")] == ["L0", "L1"]
    assert [entry.name for entry in several.legend] == ["a", "b"]


def test_labels_that_do_not_fit_are_turned_and_some_left_out() -> None:
    months = tuple(f"2026-{month:02}" for month in range(1, 13))
    few = draw(graph("column", run("a", 1, 2), labels=("一", "二")), WORDS)
    assert not any("transform" in shape.attributes for shape in few.shapes)
    many = draw(graph("column", run("a", *range(36)), labels=months * 3), WORDS)
    turned = [shape for shape in many.shapes if "transform" in shape.attributes]
    assert 0 < len(turned) < 36


@given(st.lists(st.decimals(-(10**12), 10**12, places=2), max_size=20))
def test_ticks_are_few_and_reach_over_all_numbers(numbers: list[Decimal]) -> None:
    ticks = ticks_of(numbers, "#,##0.00")
    assert 2 <= len(ticks) <= 8
    unseen = 1e-6 * (ticks[-1] - ticks[0])
    assert ticks[0] <= min([0.0, *map(float, numbers)]) + unseen
    assert ticks[-1] >= max([0.0, *map(float, numbers)]) - unseen
    assert 0 in ticks


def test_ticks_are_whole_where_numbers_are_and_have_no_idle_decimals() -> None:
    assert ticks_of([Decimal(2)], "#,##0") == (0, 1, 2)
    assert tick_labels((0, 50_000, 100_000), "#,##0.00") == ("0", "50,000", "100,000")
    assert tick_labels((0, 0.25, 0.5), "0.0%") == ("0%", "25%", "50%")
    assert tick_labels((0, 0.5), "#,##0.0") == ("0.0", "0.5")
    assert tick_labels((-0.2, 0, 0.2), "+0.0%;[Red]-0.0%;0.0%") == ("-20%", "0%", "20%")
    assert scale((0, 10), "#,##0", (100, 0)).at(Decimal(5)) == 50


def test_long_labels_are_cut_off() -> None:
    assert shortened("短", 100) == "短"
    cut = shortened("一个很长很长很长的名字有限公司", 60)
    assert cut.endswith("…")
    assert width_of(cut) <= 66
