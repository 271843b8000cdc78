"""Cells kept by columns say what they say when they are kept row by row."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.backends.excel.limits import Room
from custbook_gen.backends.excel.sheet_rows import SheetRows
from custbook_gen.workbook import MAX_COLUMNS, MAX_ROWS, FoundCells, RawCell, RawSheet, found_cells

CELL: st.SearchStrategy[RawCell] = st.sampled_from([None, None, "", "x", 1.0, True])
STEP = st.tuples(st.integers(0, 3), st.integers(1, 12), st.integers(1, 4))
"""Rows left out, rows that follow one another, columns."""


@st.composite
def parts(draw: st.DrawFn) -> list[tuple[list[int], list[list[RawCell]]]]:
    """Runs of rows from the top down, each with the cells of its columns."""
    found, number = [], 0
    for gap, count, width in draw(st.lists(STEP, max_size=5)):
        number += gap
        numbers = [number + 1 + at + (at > 5) for at in range(count)]
        number = numbers[-1]
        columns = [draw(st.lists(CELL, min_size=count, max_size=count)) for _ in range(width)]
        found.append((numbers, columns))
    return found


@pytest.mark.parametrize("short", [1, 8])
@given(parts(), st.lists(st.integers(1, 90), unique=True).map(sorted), st.sets(st.integers(1, 90)))
def test_rows_kept_by_columns_are_those_kept_one_by_one(
    short: int,
    some: list[tuple[list[int], list[list[RawCell]]]],
    asked: list[int],
    computed: set[int],
) -> None:
    whole, single = SheetRows(Room(cells=1000)), SheetRows(Room(cells=1000))
    ranges = [range(row, row + 1) for row in computed]
    with patch("custbook_gen.workbook.found_cells._SHORT", short):
        for numbers, columns in some:
            whole.add_rows(numbers, columns, ranges, numbers[::2])
    for numbers, columns in some:
        for number, *cells in zip(numbers, *columns, strict=True):
            single.add_row(number, cells, hidden=number in numbers[::2], formulas=number in computed)
    plain = dict(single.rows)
    assert list(whole.rows.items()) == sorted(plain.items())
    assert (len(whole.rows), whole.room, whole.hidden) == (len(plain), single.room, single.hidden)
    assert all((number in whole.rows) is (number in plain) for number in range(100))
    kept, alone = (RawSheet("", rows) for rows in (whole.rows, plain))
    for column in range(1, 6):
        cells = [alone.cell(number, column) for number in asked]
        assert [kept.cell(number, column) for number in asked] == cells
        assert whole.rows.picked(asked).column(column) == cells
        assert found_cells(plain).picked(asked).column(column) == cells


@pytest.mark.parametrize(
    ("first", "again"), [(range(5, 30), [7]), (range(5, 30), range(20, 50)), ([7], range(5, 30))]
)
def test_a_row_that_comes_twice_is_an_error(first: range, again: range) -> None:
    rows = SheetRows()
    rows.add_rows(first, [["x"] * len(first)], [], [])
    with pytest.raises(ValueError, match="row"):
        rows.add_rows(again, [["x"] * len(again)], [], [])


def test_rows_may_come_in_any_order() -> None:
    rows = FoundCells()
    assert rows.add_rows(50, [["x"] * 20])
    assert rows.add_rows(10, [["y"] * 20])
    assert list(rows) == [*range(10, 30), *range(50, 70)]
    assert (rows[12], rows[60]) == (("y",), ("x",))


@pytest.mark.parametrize("number", [0, MAX_ROWS + 1])
def test_a_row_that_no_sheet_has_is_an_error(number: int) -> None:
    with pytest.raises(ValueError, match="rows"):
        SheetRows().add_rows([number], [["x"]], [], [])


def test_a_column_that_no_sheet_has_is_an_error_where_something_stands_in_it() -> None:
    nothing: list[RawCell] = [None, None]
    beyond: list[list[RawCell]] = [["x", "y"], *[nothing] * MAX_COLUMNS]
    rows = SheetRows()
    rows.add_rows([1, 2], beyond, [], [])
    assert rows.rows == {1: ("x",), 2: ("y",)}
    with pytest.raises(ValueError, match="rows"):
        SheetRows().add_rows([1, 2], [*beyond[:-1], [None, "z"]], [], [])


def test_the_top_rows_are_those_down_to_one_in_whatever_order_they_are_kept() -> None:
    alone: dict[int, tuple[RawCell, ...]] = {40: ("below",), 30: ("last",), 2: ("first",)}
    assert RawSheet("t", alone).top_rows(30) == [2, 30]
    columns = found_cells({1: ("head",)})
    columns.add_rows(20, [["x"] * 50])
    assert RawSheet("t", columns).top_rows(22) == [1, 20, 21, 22]
    assert RawSheet("t", {}).top_rows(30) == []


@given(parts(), st.integers(1, 90))
def test_numbers_are_those_of_the_rows(some: list[tuple[list[int], list[list[RawCell]]]], first: int) -> None:
    cells = FoundCells()
    for numbers, columns in some:
        for number, row in zip(numbers, zip(*columns, strict=True), strict=True):
            cells.add(number, (*row, "x"))
        assert list(cells.numbers(first)) == [number for number in cells if number >= first]


def test_numbers_that_follow_one_another_are_a_range() -> None:
    cells = FoundCells({1: ("key",), 2: ("head",), 40: ("below",)})
    cells.add_rows(3, [["x"] * 30])
    assert list(cells.numbers(3)) == [*range(3, 33), 40]
    assert list(cells.numbers(20)) == [*range(20, 33), 40]
    assert cells.numbers(33) == [40]
    assert list(cells.numbers(41)) == []
    alone = FoundCells({1: ("key",), 2: ("head",)})
    alone.add_rows(3, [["x"] * 30])
    assert (alone.numbers(3), alone.numbers(9)) == (range(3, 33), range(9, 33))
