"""Nothing that a plan says is dropped in silence: it is carried, or told.

Every field of every part of a plan is changed once.  Either the requests are other ones then, or
the report of what cannot be carried names it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

import pytest

from custbook_gen.backends.sheets.drawing import Drawing, tab_ids
from custbook_gen.backends.sheets.losses import losses
from custbook_gen.backends.sheets.making import file_properties, making_requests, tab_bodies, value_ranges
from custbook_gen.workbook import (
    Chart,
    ColorScale,
    ColumnPlan,
    ConditionalFormat,
    Formula,
    Plan,
    PrintSetup,
    Protection,
    RowFormula,
    Rule,
    Series,
    SheetPlan,
    Style,
    StyledCell,
    TablePlan,
)
from tests.sheets_server import discovery

HEAD = Style(bold=True)
LIST = "cb_list_kinds"
OTHER = Series("'页'!$D$4", "'页'!$D$5:$D$8")
CHART = Chart(
    "column",
    "图",
    "'页'!$A$5:$A$8",
    (Series("'页'!$B$4", "'页'!$B$5:$B$8"),),
    row=10,
    column=2,
    lines=(Series("'页'!$C$4", "'页'!$C$5:$C$8"),),
)
NAMED = ColumnPlan(
    "name", "名称", HEAD, Style(locked=False), 12, Rule("text_length", formula1="1", formula2="9")
)
LISTED = ColumnPlan("kind", "种类", HEAD, Style(locked=False), 12, Rule("list", formula1=LIST))
TOTAL = ColumnPlan("total", "合计", HEAD, Style(), 12, formula=RowFormula(("A", "*2")))
TABLE = TablePlan(1, 2, 3, (NAMED, LISTED, TOTAL), [("甲", "普通", None)], 5, 24.0, 50)
ENTRY = SheetPlan("entry", "表", table=TABLE, filter=True, freeze=(3, 2), protection=Protection())
PAGE = SheetPlan(
    "page",
    "页",
    cells={(1, 1): StyledCell("题", HEAD), (2, 2): StyledCell(Formula("SUM(A1,B1)"))},
    widths={1: 20},
    heights={1: 30},
    merges=("A1:C1",),
    protection=Protection(),
    conditional_formats=(ConditionalFormat("A1:B9", "$A1>1", "FF0000"),),
    color_scales=(ColorScale("B5:B8", "FFFFFF", "00FF00"),),
    charts=(CHART,),
    print_setup=PrintSetup(landscape=False),
)
PLAN = Plan("簿", (PAGE, ENTRY), {LIST: "'页'!$A$5:$A$8"}, {"custbook-workbook": "w", "custbook-book": "b"})

CHANGED: Final[Mapping[type, Mapping[str, Any]]] = {
    Style: {
        "number_format": "0.0%", "bold": True, "italic": True, "size": 14, "color": "00FF00",
        "fill": "0000FF", "horizontal": "center", "vertical": "top", "wrap": True, "indent": 2,
        "border": True, "underline": True, "locked": False,
    },
    StyledCell: {"value": "x", "style": Style(bold=True), "link": "'表'!A3"},
    Rule: {
        "kind": "custom", "operator": "less_or_equal", "formula1": "3", "formula2": "4",
        "prompt_title": "t", "prompt": "p", "error_title": "t", "error": "e", "rejects": False,
    },
    ColumnPlan: {
        "key": "other", "header": "别的", "header_style": Style(italic=True), "style": Style(bold=True),
        "width": 30, "rule": None, "formula": RowFormula(("A", "*3")), "blank_value": 0, "level": 1,
        "hidden": True,
    },
    TablePlan: {
        "key_row": 2, "header_row": 4, "first_row": 5, "columns": (LISTED, NAMED, TOTAL),
        "rows": [("乙", None, None)],
        "blank_rows": 9, "header_height": 40.0, "last_rule_row": 90, "links": {(3, 1): "'页'!A1"},
    },
    ConditionalFormat: {
        "ranges": "A1:B5", "formula": "$A1>2", "fill": "00FF00", "color": "0000FF", "bold": True,
    },
    ColorScale: {"ranges": "B5:B7", "low": "FF0000", "high": "0000FF"},
    Protection: {"sort_filter": False, "rows": False},
    Series: {"name": "'页'!$D$4", "values": "'页'!$D$5:$D$8"},
    Chart: {
        "kind": "bar", "title": "另", "categories": "'页'!$D$5:$D$8", "series": (OTHER,), "row": 12,
        "column": 5, "width": 20.0, "height": 10.0, "number_format": "0.0", "lines": (),
        "lines_format": "0%",
    },
    PrintSetup: {
        "landscape": True, "title_rows": (1, 2), "title_columns": (1, 2), "pages_wide": 3, "breaks": (5,),
    },
    SheetPlan: {
        "key": "other", "title": "另", "state": "hidden", "tab_color": "FF0000",
        "cells": {(1, 1): StyledCell("y")}, "table": None, "widths": {1: 50}, "heights": {1: 50},
        "merges": ("A1:D1",), "freeze": (2, 1), "filter": False, "gridlines": False, "protection": None,
        "conditional_formats": (), "color_scales": (), "charts": (), "print_setup": PrintSetup(),
        "zoom": 80,
    },
    Plan: {
        "title": "另", "sheets": (PAGE,), "names": {}, "properties": {"custbook-workbook": "v"},
        "language": "en", "active": "entry",
    },
}  # fmt: skip
"""Another value for every field of every part of a plan."""
WHOLE: Final = {"chart-axes": {"Chart.number_format", "Chart.lines_format"}}
"""Losses that are told wherever there is such a part at all, whatever the field says."""
NEEDLESS: Final = {
    "ColumnPlan.blank_value": "Google calculates every formula itself",
    "Protection.sort_filter": "nobody sorts a tab that is protected whole; of others the head alone is",
}
"""Fields that need not be carried, and why."""


def said(plan: Plan) -> object:
    """Everything that is sent to make a workbook."""
    drawing = Drawing("w", tab_ids("w", plan.sheets), plan.names, ("robot@example.com",))
    requests = list(making_requests(plan, drawing))
    assert discovery.problems({"requests": requests}, "BatchUpdateSpreadsheetRequest", outgoing=True) == []
    return [file_properties(plan), tab_bodies(plan, drawing), requests, list(value_ranges(plan))]


def replaced(whole: Any, kind: type, name: str, value: Any) -> Iterator[Any]:
    """The plan with one field of one part changed, for every part of that kind."""
    if is_dataclass(whole) and not isinstance(whole, type):
        if isinstance(whole, kind):
            yield replace(whole, **{name: value})
        for one in fields(whole):
            yield from (
                replace(whole, **{one.name: other})
                for other in replaced(getattr(whole, one.name), kind, name, value)
            )
    elif isinstance(whole, tuple | list):
        for at, item in enumerate(whole):
            others = replaced(item, kind, name, value)
            yield from (type(whole)([*whole[:at], other, *whole[at + 1 :]]) for other in others)
    elif isinstance(whole, Mapping):
        for key, item in whole.items():
            yield from ({**whole, key: other} for other in replaced(item, kind, name, value))


def test_the_parts_of_a_plan_are_all_looked_at() -> None:
    for kind, changed in CHANGED.items():
        assert {one.name for one in fields(kind)} == changed.keys()
    unknown = {type(item) for item in _parts(PLAN)} - CHANGED.keys() - {Formula, RowFormula}
    assert unknown == set()


def _parts(whole: Any) -> Iterator[Any]:
    if is_dataclass(whole):
        yield whole
        for one in fields(whole):
            yield from _parts(getattr(whole, one.name))
    elif isinstance(whole, Mapping):
        yield from itertools.chain.from_iterable(map(_parts, whole.values()))
    elif isinstance(whole, tuple | list):
        yield from itertools.chain.from_iterable(map(_parts, whole))


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, changed in CHANGED.items() for name in changed]
)
def test_what_a_plan_says_is_carried_or_told(kind: type, name: str) -> None:
    before, told = said(PLAN), losses(PLAN)
    place = f"{kind.__name__}.{name}"
    changed = False
    for plan in replaced(PLAN, kind, name, CHANGED[kind][name]):
        try:
            after = said(plan)
        except (KeyError, ValueError):  # parts that contradict each other are no plan
            continue
        lost = {loss.code for loss in losses(plan)}
        told_anyway = any(place in places and code in lost for code, places in WHOLE.items())
        changed |= after != before or losses(plan) != told or told_anyway
    assert changed or place in NEEDLESS
    assert not (changed and place in NEEDLESS)
