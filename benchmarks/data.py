"""Seeded records of the benchmark's book, and the store and rows made from them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from benchmarks.plain import PlainTable
from custbook_gen.actions.init import Choices, init
from custbook_gen.records import Change, Value
from custbook_gen.schema import Book
from custbook_gen.store import Stamp
from custbook_gen.values import number_format

BOOK = Path(__file__).parent / "book.yaml"
SHEET = "deals"
START = dt.date(2018, 1, 1)
LAST_DAY = 3000
AS_OF = dt.date(2026, 6, 30)
FORMULAS = {
    "weighted_amount": 'IF(M{r}="","",ROUND(M{r}*N{r},2))',
    "deal_age_days": 'IF(I{r}="","",MAX(0,MIN(IF(K{r}="",DATE(2026,6,30),K{r}),DATE(2026,6,30))-I{r}))',
}
"""The computed columns of the mixed shape, as other writers write them."""
CITIES = ("北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "西安", "南京", "重庆")
SYLLABLES = "安和信达远景新程锦程启明云海长青方正宏图永盛泰兴嘉禾"
TRADES = ("科技", "贸易", "实业", "电子", "医疗器械", "新材料", "物流", "餐饮管理", "文化传媒")
PHRASES = (
    "约定下周再次沟通",
    "已寄出样品和报价",
    "希望季度内完成验收",
    "财务负责人有变动",
    "需要补开发票",
    "等待总部批复",
)


def records(count: int, seed: int = 20260630) -> Iterator[dict[str, Value]]:
    """So many customers, the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311  (data for measuring, not secrets)
    days = [START + dt.timedelta(days=at) for at in range(LAST_DAY)]
    kinds = ("新客户", "老客户", "潜在客户", "战略客户", "渠道客户")
    regions = ("华北", "华东", "华南", "西南", "西北", "东北", "华中", "海外")
    stages = ("跟进中", "已签约", "已流失", "待回访", "暂停", "黑名单")
    for at in range(1, count + 1):
        created = chance.randrange(LAST_DAY - 600)
        handle = f"u{chance.randrange(10**7)}"
        note = "，".join(chance.choices(PHRASES, k=3)) + f"（{chance.randrange(9999)}）"
        if at % 100 == 0:
            note += " <A&B>"
        yield {
            "deal_id": f"C{at:07}",
            "name": f"{chance.choice(CITIES)}{_word(chance)}{chance.choice(TRADES)}有限公司",
            "phone": f"+86138{chance.randrange(10**8):08}",
            "email": f"{handle}@example.com",
            "kind": chance.choice(kinds),
            "region": chance.choice(regions),
            "level": chance.choice("ABCD"),
            "stage": chance.choice(stages),
            "created_on": days[created],
            "contacted": days[created + chance.randrange(400)] if chance.random() > 0.08 else None,
            "closed_on": days[created + chance.randrange(600)] if chance.random() > 0.30 else None,
            "updated": days[created + chance.randrange(600)],
            "amount": Decimal(chance.randrange(50_000_000)) / 100,
            "probability": Decimal(chance.randrange(101)) / 100,
            "visits": chance.randrange(60),
            "active": chance.random() < 0.85,
            "url": f"https://www.example.com/c/{handle}",
            "note": note,
        }


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=3))


def mixed_book() -> dict[str, Any]:
    """The schema of the benchmark's book, as it stands in its file."""
    loaded: dict[str, Any] = YAML(typ="safe").load(BOOK)
    return loaded


def make_project(folder: Path, schema: Path, some: Iterable[Mapping[str, Value]]) -> Path:
    """A book project of a schema in a new folder, its store filled; returns the folder."""
    home = init(folder, Choices(lang="zh", schema=str(schema)))
    changes = [Change("insert", SHEET, str(row["deal_id"]), {}, _given(row)) for row in some]
    stamp = Stamp(dt.datetime(2026, 6, 30, tzinfo=dt.UTC), "benchmark", "import")
    with home.store.writing() as transaction:
        transaction.commit_changes(changes, stamp)
    return folder


def _given(row: Mapping[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in row.items() if value is not None}


def plain_table(book: Book, some: Iterable[Mapping[str, Value]]) -> PlainTable:
    """The records of a book's sheet as other writers take them."""
    sheet = book.sheet(SHEET)
    lists = {
        at: tuple(choice.label.line("zh") for choice in book.category(field.category).choices)
        for at, field in enumerate(sheet.fields)
        if field.kind == "enum" and field.category is not None
    }
    keys = [field.key for field in sheet.fields]
    return PlainTable(
        headers=tuple(field.label.line("zh") for field in sheet.fields),
        formats=tuple(number_format(field) for field in sheet.fields),
        lists=lists,
        formulas={keys.index(key): text for key, text in FORMULAS.items() if key in keys},
        rows=[tuple(map(_plain, map(_with_computed(row).get, keys))) for row in some],
    )


def _with_computed(row: Mapping[str, Value]) -> Mapping[str, Value]:
    """A record of the mixed shape with its computed values; any other as it is."""
    amount, share = row.get("amount"), row.get("probability")
    closed, created = row.get("closed_on"), row.get("created_on")
    if not (isinstance(amount, Decimal) and isinstance(share, Decimal) and isinstance(created, dt.date)):
        return row
    end = closed if isinstance(closed, dt.date) else AS_OF
    return {
        **row,
        "weighted_amount": round(amount * share, 2),
        "deal_age_days": max(0, (min(end, AS_OF) - created).days),
        "phone": str(row["phone"]).removeprefix("+86"),
    }


def _plain(value: Value) -> object:
    return float(value) if isinstance(value, Decimal) else value
