"""An entry sheet as planned and as found, and one thing in which they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from custbook_gen.furniture import Area
from custbook_gen.layout import SheetLayout
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import ColumnPlan, RawSheet, SheetPlan


@value_object
class Damage:
    """One thing that is not as planned; ``column`` is its machine key, the area the cells it stands in."""

    code: str
    column: str | None = None
    area: Area | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


@value_object
class Found:
    """An entry sheet as planned and as found.

    ``frame`` is its plan without rows, whose columns stand in the order of the layout.
    ``last`` is the last row of records, ``ready`` that of rows prepared for entry.
    """

    frame: SheetPlan
    here: SheetLayout
    tab: RawSheet
    last: int
    ready: int

    @property
    def planned(self) -> Mapping[str, ColumnPlan]:
        """The planned columns by machine key."""
        return {column.key: column for column in self.frame.table.columns} if self.frame.table else {}

    @property
    def rightmost(self) -> int:
        """The last column of ours."""
        return max(self.here.columns.values())


def stretches(areas: Iterable[Area], column: int) -> list[tuple[int, int]]:
    """The rows of a column that rectangles cover."""
    return [(top, bottom) for top, left, bottom, right in areas if left <= column <= right]
