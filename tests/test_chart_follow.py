"""Charts of a rewritten sheet draw its new cells and lie beside them."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from custbook_gen.backends.excel.patch import patch_package
from custbook_gen.backends.excel.write import write_package
from custbook_gen.workbook import Chart, Patch, Plan, Series, SheetPlan, StyledCell


def summary(rows: int, top: int) -> SheetPlan:
    """A sheet with a table of so many rows from row ``top`` on, and a chart beside it."""
    cells = {(top, 1): StyledCell("名称"), (top, 2): StyledCell("金额")}
    for number in range(1, rows + 1):
        cells[top + number, 1] = StyledCell(f"甲{number}")
        cells[top + number, 2] = StyledCell(number * 10)
    chart = Chart(
        kind="bar",
        title="金额",
        categories=f"'总览'!$A${top + 1}:$A${top + rows}",
        series=(Series(f"'总览'!$B${top}", f"'总览'!$B${top + 1}:$B${top + rows}"),),
        row=top,
        column=4,
    )
    return SheetPlan("overview", "总览", cells=cells, charts=(chart,))


def patched(old: SheetPlan, new: SheetPlan) -> BytesIO:
    before, after = BytesIO(), BytesIO()
    write_package(Plan("", (old,), {}, {}), before)
    patch_package(before, "book.xlsx", Patch(rewritten=(new,)), after)
    return after


def the_chart(book: BytesIO) -> Any:
    return load_workbook(book)["总览"]._charts[0]  # type: ignore[attr-defined]


def test_a_chart_draws_the_rows_that_its_table_has_now() -> None:
    chart = the_chart(patched(summary(3, 5), summary(6, 9)))
    series = chart.series[0]
    assert series.val.numRef.f == "'总览'!$B$10:$B$15"
    assert series.cat.strRef.f == "'总览'!$A$10:$A$15"
    assert series.tx.strRef.f == "'总览'!$B$9"
    assert [point.v for point in series.val.numRef.numCache.pt] == [10, 20, 30, 40, 50, 60]


def test_a_chart_moves_with_its_table() -> None:
    moved = the_chart(patched(summary(3, 5), summary(6, 9))).anchor._from.row
    fresh = BytesIO()
    write_package(Plan("", (summary(6, 9),), {}, {}), fresh)
    assert moved == the_chart(fresh).anchor._from.row


def test_a_chart_whose_table_stays_is_not_moved() -> None:
    old = summary(3, 5)
    cells = {**old.cells, (6, 2): StyledCell(99)}
    chart = the_chart(patched(old, replace(old, cells=cells)))
    assert chart.anchor._from.row == 4
    assert chart.series[0].val.numRef.numCache.pt[0].v == 99
