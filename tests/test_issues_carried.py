"""Decisions about warnings that the sync before told: no check finds what they are about any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.review_books import ISSUES, decide, issues
from tests.sync_books import Desk, customer, desk_from, edited, seen, typed

ONE, TWO = customer(1), customer(2)


@pytest.fixture
def desk(made_project: Path, tmp_path: Path) -> Desk:
    """A desk whose first workbook lists a mistyped address, which is stored."""
    desk = desk_from(made_project, tmp_path / "desk")
    typed(desk.a, **{TWO: {"email": "abc@gmial.com"}})
    desk.sync()
    assert (TWO, "email", "email-domain-typo") in issues(desk.a).about()
    return desk


def accept(desk: Desk) -> list[tuple[str, str | None]]:
    """Accept the suggestion, sync, and tell what became of the decision."""
    decide(desk.a, ISSUES, TWO, "采用建议", "email")
    return decided(desk)


def decided(desk: Desk) -> list[tuple[str, str | None]]:
    return [(one.choice, one.reason) for one in desk.sync().decided]


def test_the_suggestion_of_a_warning_that_was_told_before_is_written_and_stored(desk: Desk) -> None:
    assert accept(desk) == [("accept", None)]
    assert desk.stored()[TWO]["email"] == "abc@gmail.com"
    assert seen(desk.a).value(TWO, "email") == "abc@gmail.com"
    assert (TWO, "email", "email-domain-typo") not in issues(desk.a).about()
    before = desk.state()
    desk.sync()
    assert desk.state() == before


def test_it_finds_its_cell_wherever_the_row_went_and_whatever_else_was_typed_there(desk: Desk) -> None:
    with edited(desk.a) as book:
        book["客户档案"].insert_rows(3)
    typed(desk.a, **{TWO: {"name": "别的名字"}})
    assert accept(desk) == [("accept", None)]
    assert (desk.stored()[TWO]["email"], desk.stored()[TWO]["name"]) == ("abc@gmail.com", "别的名字")


def test_it_is_not_obeyed_where_something_else_was_typed_meanwhile(desk: Desk) -> None:
    typed(desk.a, **{TWO: {"email": "x@example.com"}})
    assert accept(desk) == [("accept", "decision-stale")]
    assert desk.stored()[TWO]["email"] == "x@example.com"


def test_it_is_not_obeyed_where_somebody_else_changed_the_record_meanwhile(desk: Desk) -> None:
    desk.sync(desk.b)
    typed(desk.b, **{TWO: {"email": "y@example.com"}})
    desk.sync(desk.b)
    assert accept(desk) == [("accept", "decision-stale")]
    assert desk.stored()[TWO]["email"] == "y@example.com"
