"""One change under way: a draft of the spreadsheet, who makes it, and what protection lets them touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.sheets_server import a1, masks
from tests.sheets_server.a1 import Area
from tests.sheets_server.errors import Json, bad
from tests.sheets_server.spreadsheet import Spreadsheet, Tab

PROTECTED = (
    "You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove "
    "protection if you "
    "need to edit."
)


@dataclass
class Edit:
    """A draft and its author; handlers change the draft, and only a batch without error replaces the
    original."""

    spreadsheet: Spreadsheet
    caller: str

    def area(self, grid: Json) -> Area:
        """The cells of a ``GridRange``."""
        return a1.grid_area(self.spreadsheet, grid)

    def range_of(self, holder: Json) -> Area:
        """The cells of an object's ``range``.

        Raises:
            ApiError: it has none, or the range is not possible.
        """
        if "range" not in holder:
            raise bad("A range must be specified")
        return self.area(holder["range"])

    def writable(self, area: Area) -> Area:
        """The area again, if the author may change every cell of it.

        Raises:
            ApiError: some cell is protected against them.
        """
        for protection in area.tab.objects["protectedRanges"]:
            if self.may_pass(protection):
                continue
            closed = protected_area(self.spreadsheet, protection)
            if closed is None or not closed.meets(area):
                continue
            open_areas = [self.area(grid) for grid in protection.get("unprotectedRanges", [])]
            if not _covered(_common(area, closed), open_areas):
                raise bad(PROTECTED)
        return area

    def may_pass(self, protection: Json) -> bool:
        """Whether a protection does not hold the author back."""
        if protection.get("warningOnly") or self.caller == self.spreadsheet.owner:
            return True
        return self.caller in protection.get("editors", {}).get("users", [])

    def whole_tab(self, tab: Tab) -> Tab:
        """The tab again, if no protection of all of it holds the author back.

        Raises:
            ApiError: the tab is protected against them.
        """
        for protection in tab.objects["protectedRanges"]:
            grid = protection.get("range", {})
            if set(grid) <= {"sheetId"} and "range" in protection and not self.may_pass(protection):
                raise bad(PROTECTED)
        return tab


Handler = Callable[[Edit, Json], Json]


def protected_area(spreadsheet: Spreadsheet, protection: Json) -> Area | None:
    """The cells that a protection closes; None if its named range is gone."""
    if "range" in protection:
        return a1.grid_area(spreadsheet, protection["range"])
    for named in spreadsheet.named_ranges:
        if named["namedRangeId"] == protection.get("namedRangeId") and "range" in named:
            return a1.grid_area(spreadsheet, named["range"])
    return None


def _common(one: Area, other: Area) -> Area:
    return Area(
        one.tab,
        max(one.top, other.top),
        max(one.left, other.left),
        min(one.bottom, other.bottom),
        min(one.right, other.right),
    )


def _covered(area: Area, open_areas: list[Area]) -> bool:
    """Whether open areas together hold every cell, found by cutting the area along their edges."""
    rows = sorted({area.top, area.bottom} | {edge for one in open_areas for edge in (one.top, one.bottom)})
    columns = sorted({area.left, area.right} | {edge for one in open_areas for edge in (one.left, one.right)})
    return all(
        any(one.contains(row, column) for one in open_areas)
        for row in rows
        if area.top <= row < area.bottom
        for column in columns
        if area.left <= column < area.right
    )


def find(items: list[Json], key: str, wanted: object, sentence: str) -> int:
    """Where the object with an id stands.

    Raises:
        ApiError: there is none; ``sentence`` says so.
    """
    for index, item in enumerate(items):
        if item.get(key) == wanted:
            return index
    raise bad(sentence)


def merged(old: Json, new: Json, mask: str) -> Json:
    """An object after an update with a mask."""
    return masks.merge(old, new, masks.update_tree(mask))
