"""A column is called moved where people moved it since the workbook was last written, not by sync."""

from __future__ import annotations

import openpyxl

from custbook_gen.actions.checking import check_file
from custbook_gen.load import PROJECT_FILE
from custbook_gen.report import Report
from tests.sync_books import RUN, Desk

NEW_FIELD = """\
sheets:
  customers:
    fields:
      shoe_size: {label: [鞋码, Shoe size], type: int, after: name}
"""


def moved(report: Report) -> list[str | None]:
    return [issue.place.field for issue in report.issues if issue.code == "column-moved"]


def swap(desk: Desk, one: str, other: str) -> None:
    """Exchange two columns of the customers, keys and headers with them."""
    book = openpyxl.load_workbook(desk.a)
    tab = book["客户档案"]
    at = {tab.cell(1, column).value: column for column in range(1, tab.max_column + 1)}
    for row in range(1, tab.max_row + 1):
        first, second = tab.cell(row, at[one]), tab.cell(row, at[other])
        first.value, second.value = second.value, first.value
    book.save(desk.a)


def test_a_column_that_sync_put_at_the_end_was_not_moved(desk: Desk) -> None:
    path = desk.folder / PROJECT_FILE
    path.write_text(path.read_text("utf-8") + NEW_FIELD, "utf-8")
    first = desk.sync()
    assert [i.place.field for i in first.issues if i.code == "column-new"] == ["shoe_size"]
    assert first.exit_code == 0
    assert moved(first) == moved(check_file(desk.a, RUN)) == moved(desk.sync()) == []
    state = desk.state()
    desk.sync()
    assert desk.state() == state


def test_what_people_move_is_told_until_the_workbook_is_written_again(desk: Desk) -> None:
    path = desk.folder / PROJECT_FILE
    path.write_text(path.read_text("utf-8") + NEW_FIELD, "utf-8")
    desk.sync()
    swap(desk, "shoe_size", "notes")
    told = moved(check_file(desk.a, RUN))
    assert set(told) <= {"shoe_size", "notes"}
    assert told
    assert moved(desk.sync()) == told
    assert moved(check_file(desk.a, RUN)) == []
    assert moved(desk.sync()) == []


def test_a_field_that_goes_elsewhere_in_the_schema_moves_nothing_in_older_workbooks(
    desk: Desk,
) -> None:
    path = desk.folder / PROJECT_FILE
    path.write_text(path.read_text("utf-8") + NEW_FIELD, "utf-8")
    desk.sync()
    path.write_text(path.read_text("utf-8").replace("after: name", "after: notes"), "utf-8")
    assert moved(check_file(desk.a, RUN)) == moved(desk.sync()) == moved(desk.sync()) == []
