"""Where rows and columns go when they are inserted, deleted or moved, and everything that follows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.sheets_server import formula_text
from tests.sheets_server.errors import Json
from tests.sheets_server.formula_text import Movement, Span
from tests.sheets_server.references import (
    Anchor,
    moved_range,
    rewrite_formulas,
    rewritten_condition,
    walk_ranges,
)
from tests.sheets_server.spreadsheet import Spreadsheet, Tab

OPEN = 10**7
"""Stands for the end of an open range."""


@dataclass(frozen=True)
class Shift:
    """Where rows or columns go: the new place of every old index, None for those deleted.

    ``place`` moves single tracks, ``span`` whole ranges (which grow when tracks come between their ends).
    """

    axis: str
    place: Callable[[int], int | None]
    span: Callable[[Span], Span | None]


def inserted(axis: str, at: int, count: int) -> Shift:
    """Tracks pushed in before index ``at``; a range grows if they come after its first and up to its last."""

    def place(index: int) -> int:
        return index + count if index >= at else index

    def span(old: Span) -> Span:
        start, end = old
        return place(start), end + count if at <= end < OPEN else end

    return Shift(axis, place, span)


def deleted(axis: str, start: int, end: int) -> Shift:
    """Tracks from ``start`` to before ``end`` taken out."""

    def place(index: int) -> int | None:
        if index < start:
            return index
        return None if index < end else index - (end - start)

    def span(old: Span) -> Span | None:
        first, last = old
        new_first = first if first < start else max(start, first - (end - start))
        new_last = last if last < start or last >= OPEN else max(start - 1, last - (end - start))
        return (new_first, new_last) if new_first <= new_last else None

    return Shift(axis, place, span)


def moved(axis: str, start: int, end: int, to: int) -> Shift:
    """Tracks from ``start`` to before ``end`` put before index ``to`` (counted before the move)."""
    count = end - start

    def place(index: int) -> int:
        if start <= index < end:
            return index - start + (to - count if to > start else to)
        if end <= index < to:
            return index - count
        if to <= index < start:
            return index + count
        return index

    def span(old: Span) -> Span:
        first, last = old
        if start <= first and last < end:
            return place(first), place(last)  # all of it moves
        if last >= OPEN:
            return place(first), last
        rest = [index for index in (first, last) if not start <= index < end]
        if len(rest) == 2:
            low, high = sorted((place(first), place(last)))
            return low, high
        # an end that moves away leaves the range to the tracks that stay
        stay_first = end if start <= first < end else first
        stay_last = start - 1 if start <= last < end else last
        low, high = sorted((place(stay_first), place(stay_last)))
        return low, high

    return Shift(axis, place, span)


def shift_tab(book: Spreadsheet, tab: Tab, shift: Shift) -> None:
    """Move what lies over a tab and everything that points at it; the cells themselves were moved before."""

    def changed(grid: Json) -> Json | None:
        return moved_range(grid, shift.axis, shift.span) if grid.get("sheetId", 0) == tab.id else grid

    rewrite = _Rewriting(book, tab, shift)
    for other in book.tabs:
        for kind, items in other.objects.items():
            kept: list[Json | None] = list(items)
            if kind == "conditionalFormats":
                kept = [_shifted_format(item, other, changed, rewrite) for item in items]
            elif kind not in {"rowGroups", "columnGroups"}:
                kept = [walk_ranges(item, changed) for item in items]
            other.objects[kind] = [item for item in kept if item is not None]
        if other.basic_filter is not None:
            other.basic_filter = walk_ranges(other.basic_filter, changed)
    if shift.axis == "COLUMNS":
        for filtered in [*tab.objects["filterViews"], *([tab.basic_filter] if tab.basic_filter else [])]:
            _shift_filter(filtered, shift)
    _shift_groups(tab, shift)
    _shift_anchors(book, tab, shift)
    book.named_ranges = [_shifted_name(name, changed) for name in book.named_ranges]
    book.metadata = [
        stayed for item in book.metadata if (stayed := _shifted_metadata(item, tab, shift)) is not None
    ]
    rewrite_formulas(book, rewrite.formula, rewrite.anchor)


@dataclass(frozen=True)
class _Rewriting:
    """What a shift of one tab does to formulas."""

    book: Spreadsheet
    tab: Tab
    shift: Shift

    def formula(self, text: str, own: Tab, anchor: Anchor | None) -> str:
        def is_target(title: str | None) -> bool:
            return own is self.tab if title is None else title.casefold() == self.tab.title.casefold()

        step = None
        if anchor is not None and own is self.tab:
            axis = 0 if self.shift.axis == "ROWS" else 1
            step = self.anchor(anchor, own)[axis] - anchor[axis]
        return formula_text.shifted(text, is_target, Movement(self.shift.axis, self.shift.span), step)

    def anchor(self, anchor: Anchor, own: Tab) -> Anchor:
        """Where the cell that a rule is relative to went; to the next one if it is gone."""
        if own is not self.tab:
            return anchor
        row, column = anchor
        if self.shift.axis == "ROWS":
            return self._track(row), column
        return row, self._track(column)

    def _track(self, index: int) -> int:
        place = self.shift.place(index)
        if place is None:
            span = self.shift.span((index, OPEN))
            place = index if span is None else span[0]
        return place


def _shifted_format(
    item: Json, own: Tab, changed: Callable[[Json], Json | None], rewrite: _Rewriting
) -> Json | None:
    """A conditional format after a shift; its formula is relative to the first cell of its ranges."""
    shifted: Json | None = walk_ranges(item, changed)
    if shifted is None or "booleanRule" not in shifted:
        return shifted
    first = item["ranges"][0]
    anchor = (first.get("startRowIndex", 0), first.get("startColumnIndex", 0))
    rule = shifted["booleanRule"]
    condition = rewritten_condition(rule["condition"], own, rewrite.formula, anchor)
    return {**shifted, "booleanRule": {**rule, "condition": condition}}


def _shifted_name(name: Json, changed: Callable[[Json], Json | None]) -> Json:
    """A name after a shift; one whose cells are all gone stays, without a range, and blocks its name."""
    if "range" not in name:
        return name
    grid = changed(name["range"])
    return {key: value for key, value in {**name, "range": grid}.items() if value is not None}


def _shift_filter(filtered: Json, shift: Shift) -> None:
    """Move the columns that a filter speaks of by their index."""
    for kind, key in (("filterSpecs", "columnIndex"), ("sortSpecs", "dimensionIndex")):
        if kind in filtered:
            placed = [(spec, shift.place(spec.get(key, 0))) for spec in filtered[kind]]
            filtered[kind] = [{**spec, key: place} for spec, place in placed if place is not None]
    if "criteria" in filtered:
        moved_criteria = {shift.place(int(index)): item for index, item in filtered["criteria"].items()}
        filtered["criteria"] = {
            str(place): item for place, item in moved_criteria.items() if place is not None
        }


def _shift_groups(tab: Tab, shift: Shift) -> None:
    kind = "rowGroups" if shift.axis == "ROWS" else "columnGroups"
    kept = []
    for group in tab.objects[kind]:
        span = shift.span((group["range"].get("startIndex", 0), group["range"]["endIndex"] - 1))
        if span is not None:
            kept.append(
                {**group, "range": {**group["range"], "startIndex": span[0], "endIndex": span[1] + 1}}
            )
    tab.objects[kind] = kept


def _shift_anchors(book: Spreadsheet, tab: Tab, shift: Shift) -> None:
    key = "rowIndex" if shift.axis == "ROWS" else "columnIndex"
    for other in book.tabs:
        for chart in other.objects["charts"]:
            anchor = chart["position"]["overlayPosition"].setdefault("anchorCell", {})
            if anchor.get("sheetId", 0) == tab.id:
                span = shift.span((anchor.get(key, 0), anchor.get(key, 0)))
                place = anchor.get(key, 0) if span is None else span[0]
                anchor[key] = max(0, place if span is not None else place - 1)


def _shifted_metadata(item: Json, tab: Tab, shift: Shift) -> Json | None:
    span = item["location"].get("dimensionRange")
    if span is None or span.get("sheetId", 0) != tab.id or span["dimension"] != shift.axis:
        return item
    place = shift.place(span["startIndex"])
    if place is None:
        return None
    moved_span = {**span, "startIndex": place, "endIndex": place + 1}
    return {**item, "location": {**item["location"], "dimensionRange": moved_span}}
