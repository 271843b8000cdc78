"""A sync of everything that people do in a workbook, and what must hold after it, edit by edit."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import openpyxl
from openpyxl.comments import Comment

from custbook_gen.workbook import Cell
from tests.crash.looks import (
    MADE,
    A,
    B,
    custbook,
    forget_backups,
    happened,
    names_given,
    records,
    standing,
    whole_workbook,
)
from tests.lists_book import client, make_lists
from tests.sync_books import edited, free_row, page, remove, seen, typed


def make_sync(folder: Path) -> None:
    """Two people's edits, one of them synced: changes, new rows, a removed one, a clash, a held row."""
    desk = make_lists(folder)
    typed(desk.b, "clients", K0002={"name": "乙改的"})
    desk.sync(desk.b)
    with edited(desk.a) as book:
        own = book.create_sheet("我的")
        own["A1"] = "=SUM(1,2)"
        own["A1"].comment = Comment("自己算的", "我")
    row = free_row(desk.a, "clients")
    cells: dict[str, dict[str, Cell]] = {
        **{f"row{row + n}": {"name": "同名的"} for n in (0, 1)},
        f"row{row + 2}": {"name": "独一的", "source": "门店"},
    }
    typed(
        desk.a,
        "clients",
        K0001={"name": "甲改的", "tags": "老客户；团购"},
        K0002={"name": "甲也改了"},
        K0003={"mobile": "139", "name": "等着的"},
        K0006={"source": "展会"},
        **cells,
    )
    order: dict[str, Cell] = {"client_id": "独一的", "amount": 5, "status": "已完成"}
    typed(desk.a, "orders", **{f"row{free_row(desk.a, 'orders')}": order})
    typed(
        desk.a, "dictionary", **{f"row{free_row(desk.a, 'dictionary')}": {"category": "来源", "zh": "展会"}}
    )
    remove(desk.a, "orders", "D0005")
    forget_backups(folder)


def synced_store(folder: Path) -> None:
    """The store holds exactly the edits made, each once."""
    sources = {
        key: line for key, line in records(folder, "dictionary", "zh", "code").items() if line[0] == "展会"
    }
    assert len(sources) == 1, sources
    ((entry, (_, fair)),) = sources.items()
    assert records(folder, "clients", "name", "source", "tags", "mobile") == {
        "K0001": ("甲改的", "referral", '["regular","bulk"]', None),
        "K0002": ("乙改的", "referral", '["regular"]', None),
        **{client(n): (f"顾客{n}", "referral", '["regular"]', None) for n in (3, 4, 5)},
        "K0006": ("顾客6", fair, '["regular"]', None),
        "K0007": ("同名的", "other", None, None),
        "K0008": ("同名的", "other", None, None),
        "K0009": ("独一的", "shop", None, None),
    }
    orders = records(folder, "orders", "client_id")
    assert orders == {**{f"D000{n}": (client(n),) for n in (1, 2, 3, 4, 6)}, "D0007": ("K0009",)}
    assert happened(folder, MADE + 1) == sorted([
        ("update", "clients", "K0001"), ("update", "clients", "K0006"),
        ("insert", "clients", "K0007"), ("insert", "clients", "K0008"), ("insert", "clients", "K0009"),
        ("insert", "orders", "D0007"), ("delete", "orders", "D0005"), ("insert", "dictionary", entry),
    ])  # fmt: skip


def synced_workbook(path: Path) -> None:
    """The workbook shows the store, and still what could not be settled."""
    whole_workbook(path)
    there = seen(path, "clients")
    assert there.records() == [client(n) for n in range(1, 10)]
    names = [there.value(client(n), "name") for n in range(1, 10)]
    assert names == ["甲改的", "甲也改了", "等着的", "顾客4", "顾客5", "顾客6", "同名的", "同名的", "独一的"]
    assert there.value("K0003", "mobile") == "139"
    assert there.value("K0006", "source") == "展会"
    assert all(there.status(key) != "" for key in ("K0002", "K0003"))
    assert all(there.status(client(n)) == "" for n in (1, 4, 5, 6, 7, 8, 9))
    assert seen(path, "orders").records() == ["D0001", "D0002", "D0003", "D0004", "D0006", "D0007"]
    book = openpyxl.load_workbook(path)
    assert (book["我的"]["A1"].value, book["我的"]["A1"].comment.text) == ("=SUM(1,2)", "自己算的")


def settled_sync(folder: Path) -> None:
    """Everything is where it belongs, and another run changes nothing."""
    synced_store(folder)
    synced_workbook(folder / A)
    before = (folder / A).read_bytes(), records(folder, "clients", "name"), happened(folder, 0)
    code, said = custbook(folder, "sync", str(folder / A), "--delete", "--allow-mass-delete")
    assert code == 1, said
    assert ((folder / A).read_bytes(), records(folder, "clients", "name"), happened(folder, 0)) == before
    standing(folder)


SYNC: Final = ("sync", "@a.xlsx", "--delete", "--allow-mass-delete")


def row_of(path: Path, sheet: str, field: str, text: object) -> int:
    """The row in which a text stands."""
    there = seen(path, sheet)
    return next(at for at, row in enumerate(there.rows, 1) if row[there.columns[field]] == text)


def touch_up(folder: Path) -> None:
    """Somebody goes on with rows that may be in the store already without the workbook knowing."""
    path = folder / A
    number = row_of(path, "clients", "name", "独一的")
    typed(path, "clients", **{f"row{number}": {"name": "独一的（改）", "source": "广告"}})
    number = row_of(path, "orders", "amount", 5.0)
    order: dict[str, Cell] = {"client_id": "独一的（改）", "amount": 6}
    typed(path, "orders", **{f"row{number}": order})
    number = row_of(path, "clients", "name", "同名的")
    typed(path, "clients", **{f"row{number}": {"name": "同名的甲"}})


def settled_touched_up(folder: Path) -> None:
    """What was touched up is one record as before, with what it was touched up to."""
    names = [line[0] for line in records(folder, "clients", "name").values()]
    assert sorted(names[6:]) == ["同名的", "同名的甲", "独一的（改）"], names
    assert len(names) == 9, names
    assert records(folder, "clients", "source")["K0009"] == ("advert",)
    orders = records(folder, "orders", "client_id", "amount")
    assert (len(orders), orders["D0007"][0], float(str(orders["D0007"][1]))) == (6, "K0009", 6)
    assert sorted(seen(folder / A, "clients").records()) == [client(n) for n in range(1, 10)]


def meanwhile(folder: Path) -> None:
    """Somebody else goes on with what the interrupted run stored, if it did."""
    custbook(folder, "sync", str(folder / B))
    typed(folder / B, "clients", K0001={"name": "丙接着改的"})
    custbook(folder, "sync", str(folder / B))


def settled_meanwhile(folder: Path) -> None:
    """The later edit stays; if it came first, the clash is told and both are kept."""
    assert records(folder, "clients", "name")["K0001"] == ("丙接着改的",)
    given, shown = names_given(folder, "K0001"), seen(folder / A, "clients")
    if given == ["甲改的", "丙接着改的"]:  # the other one saw it stored
        assert (shown.value("K0001", "name"), shown.status("K0001")) == ("丙接着改的", "")
    else:
        assert given == ["丙接着改的"]
        assert shown.value("K0001", "name") == "甲改的"
        assert shown.status("K0001") != ""
    assert sorted(shown.records()) == [client(n) for n in range(1, 10)]


# ---------------------------------------------------------------- a schema that changed


def make_seed(folder: Path) -> None:
    """A schema that got a new choice, and a workbook with an edit."""
    make_lists(folder)
    forget_backups(folder)
    schema = folder / "lists.yaml"
    more = "      advert: {zh: 广告, en: Advert}\n      tv: {zh: 电视, en: TV}\n"
    schema.write_text(
        schema.read_text("utf-8").replace("      advert: {zh: 广告, en: Advert}\n", more), "utf-8"
    )
    typed(folder / A, "clients", K0001={"name": "甲改的"})
    forget_backups(folder)


def settled_seed(folder: Path) -> None:
    """The new choice is in the dictionary once, and so is the edit in the store."""
    codes = [
        line[0] for line in records(folder, "dictionary", "code", "category").values() if line[1] == "source"
    ]
    assert sorted(codes) == ["advert", "other", "referral", "search", "shop", "tv"]
    inserted = [
        key for kind, sheet, key in happened(folder, MADE) if (kind, sheet) == ("insert", "dictionary")
    ]
    assert len(inserted) == 1
    assert records(folder, "clients", "name")["K0001"] == ("甲改的",)
    assert happened(folder, MADE).count(("update", "clients", "K0001")) == 1
    with page(folder / A, "clients") as there:
        assert there.value("K0001", "name") == "甲改的"
    standing(folder)
