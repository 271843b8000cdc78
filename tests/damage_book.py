"""A small book with every type of field, its store and its workbook; and people who damage workbooks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.furniture import Furniture
from custbook_gen.records import Change, Value
from custbook_gen.report import Report
from custbook_gen.workbook import RawSheet
from tests.sync_books import ABOUT_THE_BOOK, RUN, Desk

CLIENTS, ORDERS = 12, 10
TITLE, ORDER_TITLE = "顾客", "订单"

SCHEMA = """\
key: shop
version: 1
label: [小店, Small shop]
sheets:
  clients:
    label: [顾客, Clients]
    key: client_id
    name: name
    blank_rows: 20
    fields:
      client_id: {label: [编号, No], type: auto, prefix: K, digits: 4, required: true}
      name: {label: [名称, Name], type: text, required: true}
      kind: {label: [类型, Kind], type: enum, category: kind, required: true}
      region: {label: [大区, Region], type: enum, category: region}
      town: {label: [城镇, Town], type: enum, category: town, parent: region}
      mobile: {label: [手机, Mobile], type: phone}
      email: {label: [邮箱, Mail], type: email}
      code: {label: [统一代码, Code], type: text, max_length: 18}
      created_on: {label: [建档日期, Since], type: date}
      called_at: {label: [联系时间, Called at], type: datetime}
      staff: {label: [人数, Heads], type: int}
      credit: {label: [授信额度, Credit], type: money}
      share: {label: [占比, Share], type: pct}
      active: {label: [有效, Active], type: bool}
      tags: {label: [标签, Tags], type: multi, category: tag}
      notes: {label: [备注, Notes], type: long}
      total: {label: [总额, Total], type: calc, result: money, rule: customer_total, formula: "TOTAL"}
  orders:
    label: [订单, Orders]
    key: order_id
    name: order_id
    blank_rows: 20
    fields:
      order_id: {label: [单号, Order], type: auto, prefix: D, digits: 4, required: true}
      client_id: {label: [顾客, Client], type: ref, to: clients, required: true}
      date: {label: [日期, Date], type: date, required: true}
      amount: {label: [金额, Amount], type: money}
      status: {label: [状态, Status], type: enum, category: status, required: true, default: done}
categories:
  kind:
    label: [类型, Kind]
    choices:
      firm: {zh: 企业, en: Firm, color: D3F0D8}
      person: {zh: 个人, en: Person, color: FFF3BF}
  region:
    label: [大区, Region]
    choices: {n: [北区, North], s: [南区, South]}
  town:
    label: [城镇, Town]
    parent: region
    choices:
      n1: {zh: 甲镇, en: A-town, parent: n}
      s1: {zh: 乙镇, en: B-town, parent: s}
  tag:
    label: [标签, Tag]
    choices: {regular: [老客户, Regular], bulk: [团购, Bulk]}
  status:
    label: [状态, Status]
    choices: {done: [已完成, Done], open: [未完成, Open]}
"""
TOTAL = (
    "SUMIFS({{ sheet.orders.amount }},{{ sheet.orders.client_id }},{{ matches(this_key) }},"
    "{{ sheet.orders.status }},{{ label('status','done') }})"
)


def client(number: int) -> str:
    """A client's number."""
    return f"K{number:04}"


def records() -> list[Change]:
    """Twelve clients with all fields filled, and ten orders."""
    clients: list[dict[str, Value]] = [
        {
            "client_id": client(n),
            "name": f"顾客{n:02}",
            "kind": "firm" if n % 2 else "person",
            "region": "n" if n % 3 else "s",
            "town": "n1" if n % 3 else "s1",
            "mobile": f"+861380000{n:04}",
            "email": f"c{n}@example.com",
            "code": f"91330106MA2B{n:06}",
            "created_on": dt.date(2026, 1, 5) + dt.timedelta(days=n),
            "called_at": dt.datetime(2026, 3, n, 14, 30),  # noqa: DTZ001 (sheets know no time zones)
            "staff": 10 * n,
            "credit": Decimal(1000 * n),
            "share": Decimal("0.1"),
            "active": bool(n % 2),
            "tags": ("regular",),
            "notes": "多年合作",
        }
        for n in range(1, CLIENTS + 1)
    ]
    orders: list[dict[str, Value]] = [
        {
            "order_id": f"D{n:04}",
            "client_id": client(n),
            "date": dt.date(2026, 2, n),
            "amount": Decimal(100 * n),
            "status": "done",
        }
        for n in range(1, ORDERS + 1)
    ]
    return [
        Change("insert", sheet, str(row[key]), {}, row)
        for sheet, key, rows in (("clients", "client_id", clients), ("orders", "order_id", orders))
        for row in rows
    ]


def make_shop(folder: Path) -> Desk:
    """The project, with the workbooks ``a.xlsx`` and ``b.xlsx``."""
    folder.mkdir(parents=True)
    (folder / "shop.yaml").write_text(SCHEMA.replace("TOTAL", TOTAL), "utf-8")
    home = init(folder, Choices(schema="shop.yaml"), RUN)
    with home.store.writing() as tx:
        tx.commit_changes(records(), RUN.stamp("import"))
    for name in ("a.xlsx", "b.xlsx"):
        generate(home, folder / name, RUN)
    return Desk(folder)


def told(report: Report) -> dict[str, str]:
    """What a report tells: the first cell of each code."""
    found: dict[str, str] = {}
    for issue in report.issues:
        if issue.code not in ABOUT_THE_BOOK:
            found.setdefault(issue.code, issue.place.cell or "")
    return found


def tab(desk: Desk, title: str = TITLE) -> RawSheet:
    """A tab of the first workbook as it is read."""
    found = ExcelFile(desk.a).read().sheet(title)
    assert found is not None
    return found


def around(desk: Desk, title: str = TITLE) -> Furniture:
    """What surrounds its cells."""
    found = tab(desk, title).around
    assert found is not None
    return found
