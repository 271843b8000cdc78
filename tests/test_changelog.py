"""The change log: the latest changes of the store, personal values masked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from custbook_gen.actions.changelog import LINES, LOOKED_AT, MASK, changelog, latest_changes
from custbook_gen.actions.faces import Faces
from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.views import summary_tabs
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.load import load_book
from custbook_gen.records import Change, Value
from custbook_gen.summaries import ChangeLine
from tests.sync_books import RUN, Desk, customer, page

PHONE = "+8613912345678"


def log(desk: Desk, most: int = 1000) -> list[ChangeLine]:
    home = desk.home()
    with home.store.reading() as snapshot:
        happened = snapshot.newest(most)
        words = Faces.of(home.book, snapshot.tables(), "zh").words
    return changelog(happened, words)


def test_the_newest_change_comes_first_with_who_and_what(desk: Desk) -> None:
    desk.commit(Change("update", "customers", customer(1), {"level": "B"}, {"level": "A"}))
    desk.commit(
        Change("update", "products", "TEA-001", {"list_price": Decimal(101)}, {"list_price": Decimal("99.5")})
    )
    price, level = log(desk)[:2]
    assert (price.user, price.sheet, price.key, price.kind) == ("li", "products", "TEA-001", "update")
    assert (price.field, price.before, price.after) == ("标价", "101", "99.5")
    assert (level.field, level.before, level.after) == ("客户等级", "B（普通客户）", "A（重点客户）")
    assert dt.datetime.fromisoformat(price.at) >= dt.datetime.fromisoformat(level.at)


def test_changes_are_read_where_a_tab_shows_them(desk: Desk) -> None:
    home = desk.home()
    tabs = {tab.key: tab for tab in summary_tabs(load_book("customer_book"))}
    assert "changes" in tabs["changelog"].sheets
    assert {"customers", "sales", "orders"} <= tabs["overview"].sheets
    assert "staff" in tabs["by_owner"].sheets
    with home.store.reading() as snapshot:
        assert latest_changes(snapshot, tabs.values()) == snapshot.newest(LOOKED_AT) != []
        assert latest_changes(snapshot, [tabs["overview"]]) == []


def test_personal_values_are_masked(desk: Desk) -> None:
    desk.commit(Change("update", "customers", customer(1), {"mobile": "+8613800000001"}, {"mobile": PHONE}))
    (line, *_) = log(desk)
    assert (line.field, line.before, line.after) == ("手机", MASK, MASK)
    desk.commit(Change("update", "customers", customer(1), {"mobile": PHONE}, {"mobile": None}))
    assert log(desk)[0].after == ""


def test_many_new_records_of_one_run_share_a_line(desk: Desk) -> None:
    lines = log(desk)
    sales = [line for line in lines if line.sheet == "sales"]
    assert [(line.kind, line.key, line.field) for line in sales] == [
        ("insert", "S00000001 … S00000080", "80 条记录")
    ]
    desk.commit(Change("delete", "sales", "S00000080"))
    assert (log(desk)[0].kind, log(desk)[0].key) == ("delete", "S00000080")


def test_a_run_that_goes_on_beyond_what_is_looked_at_is_not_counted_as_whole(desk: Desk) -> None:
    people = [
        Change("insert", "staff", f"E{at:04}", after={"staff_id": f"E{at:04}", "name": "王芳"})
        for at in range(1000, 1000 + LOOKED_AT + 5)
    ]
    desk.commit(*people)
    (line,) = log(desk)
    assert line.field == f"至少 {LOOKED_AT} 条记录"


def test_the_log_is_never_longer_than_it_may_be(desk: Desk) -> None:
    store = desk.home().store
    for at in range(LINES + 5):
        before, after = ("A", "B") if at % 2 else ("B", "A")
        with store.writing() as tx:
            change = Change("update", "customers", customer(1), {"level": before}, {"level": after})
            tx.commit_changes([change], RUN.stamp("sync"))
    assert len(log(desk)) == LINES
    assert len(log(desk, most=7)) == 7


@pytest.fixture
def standard(tmp_path: Path) -> Desk:
    """A book with a change log: one of the standard preset, with one customer."""
    desk = Desk(tmp_path / "standard")
    home = init(desk.folder, Choices(preset="standard"), RUN)
    person = Change(
        "insert", "staff", "E0001", after={"staff_id": "E0001", "name": "王芳", "status": "active"}
    )
    company: dict[str, Value] = {
        "customer_id": customer(1), "name": "晨光", "customer_type": "company", "level": "B",
        "mobile": "+8613800000001", "owner_id": "E0001", "created_on": dt.date(2026, 1, 5),
        "status": "normal", "source": "referral",
    }  # fmt: skip
    desk.commit(person, Change("insert", "customers", customer(1), after=company))
    generate(home, desk.a, RUN)
    return desk


def test_the_workbooks_tab_shows_what_sync_stored(standard: Desk) -> None:
    level = "客户等级"
    with page(standard.a) as customers:
        customers.put(customer(1), level="A（重点客户）", mobile="13912345678")
    assert standard.sync().held == 0
    tab = ExcelFile(standard.a).read().sheet("变更日志")
    assert tab is not None
    lines = [cells for cells in tab.rows.values() if customer(1) in cells and "修改" in cells]
    fields = {cell: cells for cells in lines for cell in cells if cell in (level, "手机")}
    assert fields.keys() == {level, "手机"}
    assert {"wang", "a.xlsx", "B（普通客户）", "A（重点客户）"} <= set(fields[level])
    assert MASK in fields["手机"]
    shown = [str(cell) for cells in tab.rows.values() for cell in cells]
    assert not any("13912345678" in text or PHONE in text or "晨光" in text for text in shown)


def test_a_sync_without_changes_leaves_the_log_alone(standard: Desk) -> None:
    standard.sync()
    before = standard.a.read_bytes()
    standard.sync()
    assert standard.a.read_bytes() == before
