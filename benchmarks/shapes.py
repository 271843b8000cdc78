"""Row shapes that people's books have, each as a schema and its seeded records.

``mixed`` is the one that goals are stated for (:mod:`benchmarks.data`); the others are what a
writer tuned to one shape would be slow at: all text, all dates, 120 columns, long notes,
characters that markup and formulas trip over.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from benchmarks.data import PHRASES, START, mixed_book, records
from custbook_gen.records import Value

Records = Callable[[int], Iterator[dict[str, Value]]]
LIST: Final = ("甲类", "乙类", "丙类", "丁类")
HOSTILE: Final = (
    "<b>&amp; \"引号\" '单引号'</b>",
    "=1+1",
    "_x000D_ _x0041_",
    "  前后空格  ",
    "第一行\n第二行\n\n第四行",
    "\t制表符",
    "-12,5 %",
    "@SUM(A1)",
    "𠮷野家😀👩‍👩‍👧",
    "مرحبا بالعالم",
    "]]><!--",
    "+86 138-0013-8000",
    "1e5",
    "TRUE",
    "#N/A",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A book of one sheet, ``deals``, and its records."""

    name: str
    book: Mapping[str, Any]
    """The schema, as it would stand in a YAML file."""
    records: Records


def _book(fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    key = {"label": ["编号", "ID"], "type": "auto", "prefix": "C", "digits": 7}
    name = {"label": ["名称", "Name"], "type": "text", "required": True, "max_length": 100}
    labelled = {
        field: {"label": [f"列{number}", f"Column {number}"], **facts}
        for number, (field, facts) in enumerate(fields.items(), 1)
    }
    sheet = {
        "label": ["客户", "Customers"],
        "key": "deal_id",
        "name": "name",
        "fields": {"deal_id": key, "name": name, **labelled},
    }
    return {
        "key": "benchmark",
        "version": 1,
        "label": ["基准", "Benchmark"],
        "sheets": {"deals": sheet},
        "categories": {"kind": {"label": "类型", "choices": list(LIST)}},
        "settings": {"as_of": dt.date(2026, 6, 30)},
    }


def _rows(make: Mapping[str, Callable[[random.Random], Value]]) -> Records:
    """Records whose fields are made by these functions, the same ones at every call."""

    def some(count: int) -> Iterator[dict[str, Value]]:
        chance = random.Random(20260630)  # noqa: S311  (data for measuring, not secrets)
        for at in range(1, count + 1):
            row: dict[str, Value] = {"deal_id": f"C{at:07}", "name": f"客户{at}"}
            yield row | {field: value(chance) for field, value in make.items()}

    return some


def _text(chance: random.Random) -> Value:
    return f"{chance.choice(PHRASES)}{chance.randrange(10**6)}"


def _day(chance: random.Random) -> Value:
    return START + dt.timedelta(days=chance.randrange(3000)) if chance.random() > 0.1 else None


def _amount(chance: random.Random) -> Value:
    return Decimal(chance.randrange(10**8)) / 100


def _note(chance: random.Random) -> Value:
    return "。\n".join(chance.choices(PHRASES, k=100))


def _hostile(chance: random.Random) -> Value:
    return f"{chance.choice(HOSTILE)}{chance.randrange(1000)}{chance.choice(HOSTILE)}"


def _uniform(
    name: str, count: int, facts: Mapping[str, Any], value: Callable[[random.Random], Value]
) -> Shape:
    fields = {f"f{number}": facts for number in range(count)}
    return Shape(name, _book(fields), _rows(dict.fromkeys(fields, value)))


def _wide() -> Shape:
    kinds: tuple[tuple[dict[str, Any], Callable[[random.Random], Value]], ...] = (
        ({"type": "text"}, _text),
        ({"type": "date"}, _day),
        ({"type": "money"}, _amount),
        ({"type": "enum", "category": "kind"}, lambda chance: chance.choice(LIST)),
        ({"type": "int"}, lambda chance: chance.randrange(1000)),
        ({"type": "bool"}, lambda chance: chance.random() < 0.5),
    )
    columns = {f"f{number}": kinds[number % len(kinds)] for number in range(118)}
    book = _book({field: facts for field, (facts, _) in columns.items()})
    return Shape("wide", book, _rows({field: value for field, (_, value) in columns.items()}))


def shapes() -> Mapping[str, Shape]:
    """Every shape by its name."""
    all_of = (
        Shape("mixed", mixed_book(), records),
        _uniform("text", 18, {"type": "text"}, _text),
        _uniform("dates", 18, {"type": "date"}, _day),
        _wide(),
        _uniform("notes", 2, {"type": "long"}, _note),
        _uniform("hostile", 18, {"type": "text"}, _hostile),
    )
    return {shape.name: shape for shape in all_of}
