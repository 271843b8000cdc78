"""A workbook that was damaged in one way: everything meant is read, all else is named and put back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from custbook_gen.backends.excel import ExcelFile
from custbook_gen.furniture import Furniture
from custbook_gen.layout import META
from custbook_gen.workbook import RawSheet
from tests.damage_book import ORDER_TITLE, TITLE, make_shop, told
from tests.damages import WAYS, Sheet, damage
from tests.sync_books import Desk, desk_from
from tests.xlsx_samples import resaved

CLIENTS = Sheet(
    title=TITLE,
    key="client_id",
    name="name",
    choice="kind",
    phone="mobile",
    day="created_on",
    money="credit",
    number="staff",
    text="code",
    computed="total",
    other=ORDER_TITLE,
)

LISTS_TITLE = "_列表"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return make_shop(tmp_path_factory.mktemp("shop") / "desk")


@pytest.fixture
def desk(shop: Desk, tmp_path: Path) -> Desk:
    return desk_from(shop.folder, tmp_path / "desk")


def sheets(path: Path) -> dict[str, RawSheet]:
    return {tab.title: tab for tab in ExcelFile(path).read().sheets}


def values(tab: RawSheet) -> object:
    """What stands in the cells; programs keep the last bits of moments differently."""
    return {
        number: [round(cell, 9) if isinstance(cell, float) else cell for cell in cells]
        for number, cells in tab.rows.items()
    }


def rules(tab: RawSheet) -> list[str]:
    """All rules, those that were moved beside our columns too."""
    return sorted(map(str, tab.rules))


def facts(around: Furniture | None) -> object:
    """What surrounds the cells, looks of single cells aside."""
    assert around is not None
    return around.protection, around.freeze, around.filter, sorted(map(str, around.formats))


@pytest.mark.parametrize("name", WAYS)
def test_damage_is_read_as_it_was_meant_told_and_put_back(desk: Desk, name: str) -> None:
    way = WAYS[name]
    stored = {sheet: desk.stored(sheet) for sheet in ("clients", "orders")}
    damage(desk.a, name, CLIENTS)
    report = desk.sync()
    assert told(report).keys() == way.codes
    now = {sheet: desk.stored(sheet) for sheet in ("clients", "orders")}
    assert (now == stored) is not way.changes
    assert bool(report.held) is way.held
    again = desk.sync()  # the tab of issues says no more what is mended by now
    left = {code for code in way.codes if code in told(again)}
    assert told(again).keys() == left | way.after
    state = desk.state()
    desk.sync()
    assert desk.state() == state
    if not left:
        assert_whole(desk, way.differs)


def assert_whole(desk: Desk, differs: tuple[str, ...]) -> None:
    """Everything of ours is as in a workbook that was never damaged, but for what may differ."""
    desk.sync(desk.b)
    fresh, healed = sheets(desk.b), sheets(desk.a)
    if "sheets" not in differs:
        assert {t: tab.state for t, tab in healed.items()} == {t: tab.state for t, tab in fresh.items()}
    for title in (META, LISTS_TITLE) if "sheets" not in differs else ():
        guards = [tab.around and tab.around.protection for tab in (healed[title], fresh[title])]
        assert guards[0] == guards[1]
    for title in (TITLE, ORDER_TITLE):
        if title not in healed:
            continue
        one, other = healed[title], fresh[title]
        if "columns" in differs and title == TITLE:
            continue
        assert facts(one.around) == facts(other.around) or "autoFilter" in differs, title
        assert rules(one) == rules(other)
        if "cell" not in differs:
            assert values(one) == values(other)
        assert one.formulas == other.formulas


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_what_libreoffice_saves_is_read_and_put_right(desk: Desk, tmp_path: Path) -> None:
    shutil.copy(resaved(desk.a, tmp_path / "saved"), desk.a)
    stored = desk.stored("clients")
    report = desk.sync()
    assert told(report).keys() == {"freeze-lost"}
    assert desk.stored("clients") == stored
    state = desk.state()
    assert told(desk.sync()) == {}
    assert desk.state() == state
