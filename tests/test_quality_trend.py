"""What the quality of the data was, day by day: kept at every sync, shown by the summary of quality."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.records import QualityPoint
from custbook_gen.values import date_to_serial
from tests.sync_books import AT, CUSTOMERS, RUN, Desk, desk_from, make_project, typed

EARLIER = QualityPoint(
    dt.date(2026, 5, 4), 7, Decimal("0.5"), Decimal(1), Decimal("0.75"), None, Decimal("61.5")
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two workbooks; copied, never changed."""
    folder = tmp_path_factory.mktemp("made") / "desk"
    make_project(folder)
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    """A copy to work on."""
    return desk_from(made, tmp_path / "desk")


def kept(desk: Desk) -> list[QualityPoint]:
    with desk.home().store.reading() as snapshot:
        return snapshot.quality()


def test_every_sync_keeps_the_days_figures_once(desk: Desk) -> None:
    assert kept(desk) == []
    desk.sync()
    (first,) = kept(desk)
    assert (first.day, first.customers, first.valid) == (AT.astimezone().date(), CUSTOMERS, Decimal(1))
    before = desk.state()
    desk.sync()
    assert desk.state() == before


def test_cells_that_are_held_back_count_against_the_day(desk: Desk) -> None:
    desk.sync()
    typed(desk.a, C000001={"mobile": "139"})
    desk.sync()
    (same_day,) = kept(desk)
    desk.sync(days=1)
    assert [point.day - same_day.day for point in kept(desk)] == [dt.timedelta(0), dt.timedelta(1)]
    assert all(point.valid is not None and point.valid < 1 for point in kept(desk))


def test_a_dry_run_and_a_strict_one_that_stores_nothing_keep_no_figures(desk: Desk) -> None:
    typed(desk.a, C000001={"mobile": "139"})
    desk.sync(dry_run=True)
    desk.sync(strict=True)
    assert kept(desk) == []


def test_what_was_kept_comes_back_as_it_was_and_stands_in_the_workbook(tmp_path: Path) -> None:
    home = init(tmp_path / "shop", Choices(), RUN)
    with home.store.writing() as tx:
        tx.put_quality(QualityPoint(EARLIER.day, 1))
        tx.put_quality(EARLIER)
        assert tx.quality() == [EARLIER]
    generate(home, tmp_path / "book.xlsx", RUN)
    sheet = ExcelFile(tmp_path / "book.xlsx").read().sheet("数据质量")
    assert sheet is not None
    lines = [row for row in sheet.rows.values() if date_to_serial(EARLIER.day) in row]
    assert len(lines) == 1
    assert {7, 61.5} <= set(lines[0])
