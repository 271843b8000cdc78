"""A small book whose lists people keep themselves, with its store and two workbooks of one revision."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl

from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.load import data_path
from custbook_gen.records import Change, Value
from custbook_gen.workbook import Cell
from tests.sync_books import RUN, Desk, Seen, free_row, typed
from tests.sync_books import seen as sheet_seen

DICTIONARY = "dictionary"
CLIENTS = 6

TOTAL = (
    "SUMIFS({{ sheet.orders.amount }},{{ sheet.orders.client_id }},{{ matches(this_key) }},"
    "{{ sheet.orders.status }},{{ label('status','done') }})"
)
SHEETS = """\
key: lists
version: 1
label: [小簿, Small book]
sheets:
  clients:
    label: [顾客, Clients]
    key: client_id
    name: name
    blank_rows: 20
    fields:
      client_id: {label: [编号, No], type: auto, prefix: K, digits: 4, required: true}
      name: {label: [名称, Name], type: text, required: true}
      source: {label: [来源, Source], type: enum, category: source, default: other}
      tags: {label: [标签, Tags], type: multi, category: tag}
      region: {label: [大区, Region], type: enum, category: region}
      town: {label: [城镇, Town], type: enum, category: town, parent: region}
      currency: {label: [币种, Currency], type: enum, category: currency}
      stage: {label: [阶段, Stage], type: enum, category: stage}
      chance: {label: [概率, Chance], type: pct, default_from: stage}
      mobile: {label: [手机, Mobile], type: phone}
      total: {label: [总额, Total], type: calc, result: money, rule: customer_total, formula: TOTAL}
  orders:
    label: [订单, Orders]
    key: order_id
    name: order_id
    blank_rows: 20
    fields:
      order_id: {label: [单号, Order], type: auto, prefix: D, digits: 4, required: true}
      client_id: {label: [顾客, Client], type: ref, to: clients, required: true}
      amount: {label: [金额, Amount], type: money}
      status: {label: [状态, Status], type: enum, category: status, required: true, default: done}
"""

CATEGORIES = """
categories:
  source:
    label: [来源, Source]
    choices:
      referral: {zh: 转介绍, en: Referral, aliases: [介绍, 推荐]}
      search: {zh: 搜索引擎, en: Search, aliases: [百度]}
      shop: {zh: 门店, en: Shop}
      advert: {zh: 广告, en: Advert}
      other: {zh: 其他, en: Other}
  tag:
    label: [标签, Tag]
    choices: {regular: [老客户, Regular], bulk: [团购, Bulk]}
  region:
    label: [大区, Region]
    choices: {n: [北区, North], s: [南区, South]}
  town:
    label: [城镇, Town]
    parent: region
    choices:
      n1: {zh: 甲镇, en: A-town, parent: n}
      s1: {zh: 乙镇, en: B-town, parent: s}
  currency:
    label: [币种, Currency]
    editable: false
    choices: {CNY: [人民币, Renminbi], EUR: [欧元, Euro]}
  stage:
    label: [阶段, Stage]
    choices:
      lead: {zh: 线索, en: Lead, figure: 0.1, color: FFF3BF}
      won: {zh: 成交, en: Won, figure: 1, color: D3F0D8}
  status:
    label: [状态, Status]
    choices: {done: [已完成, Done], open: [未完成, Open]}
"""


def dictionary_block() -> str:
    """The dictionary sheet as the bundled schema defines it."""
    text = data_path("schemas", "customer_book.yaml").read_text("utf-8")
    return text[text.index("\n  dictionary:\n") : text.index("\ncategories:\n")]


def schema() -> str:
    """The small schema, with the bundled one's dictionary."""
    return SHEETS.replace("TOTAL", f'"{TOTAL}"') + dictionary_block() + CATEGORIES


def client(number: int) -> str:
    """A client's number."""
    return f"K{number:04}"


def _added(sheet: str, key: str, **values: Value) -> Change:
    return Change("insert", sheet, key, {}, values)


def records() -> list[Change]:
    """Six clients with an order each."""
    clients = [
        _added(
            "clients", client(n), client_id=client(n), name=f"顾客{n}", source="referral", tags=("regular",),
            region="n", town="n1", currency="CNY", stage="lead", chance=Decimal("0.1"),
        )
        for n in range(1, CLIENTS + 1)
    ]  # fmt: skip
    orders = [
        _added(
            "orders", f"D{n:04}", order_id=f"D{n:04}", client_id=client(n), amount=Decimal(100 * n),
            status="done",
        )
        for n in range(1, CLIENTS + 1)
    ]  # fmt: skip
    return [*clients, *orders]


def make_lists(folder: Path) -> Desk:
    """The project, with the workbooks ``a.xlsx`` and ``b.xlsx``."""
    folder.mkdir(parents=True)
    (folder / "lists.yaml").write_text(schema(), "utf-8")
    home = init(folder, Choices(schema="lists.yaml"), RUN)
    with home.store.writing() as tx:
        tx.commit_changes(records(), RUN.stamp("import"))
    for name in ("a.xlsx", "b.xlsx"):
        generate(home, folder / name, RUN)
    return Desk(folder)


# ---------------------------------------------------------------- the colleague


def seen(path: Path, sheet: str = "clients") -> Seen:
    """One sheet as another reader sees it."""
    return sheet_seen(path, sheet)


def write(path: Path, **cells: Mapping[str, Cell]) -> None:
    """Type into cells of clients, by record and field."""
    typed(path, "clients", **cells)


def sources(path: Path) -> list[object]:
    """What the clients' cells show for where they came from."""
    there = seen(path)
    return [there.value(key, "source") for key in [client(n) for n in range(1, CLIENTS + 1)]]


def choices(desk: Desk, category: str) -> dict[str, tuple[str, dict[str, Value]]]:
    """The stored values of a category by code: number and record."""
    return {
        str(row["code"]): (key, row)
        for key, row in desk.stored(DICTIONARY).items()
        if row["category"] == category
    }


def number(desk: Desk, category: str, code: str) -> str:
    """The number of a value."""
    return choices(desk, category)[code][0]


def offered(path: Path, category: str, kind: str = "list") -> list[object]:
    """What a dropdown offers: the cells that the list's name stands for."""
    book = openpyxl.load_workbook(path)
    title, cells = next(iter(book.defined_names[f"cb_{kind}_{category}"].destinations))
    area = book[title][cells.replace("$", "")]
    return [row[0].value for row in (area if isinstance(area, tuple) else ((area,),))]


def rename(path: Path, key: str, **values: Cell) -> None:
    """Type into the row of a value."""
    typed(path, DICTIONARY, **{key: values})


def add(path: Path, **values: Cell) -> None:
    """Type a new value below all others."""
    typed(path, DICTIONARY, **{f"row{free_row(path, DICTIONARY)}": values})
