"""What is typed into the cells of a book, at and around everything that bounds them.

A trial is one cell of one row: what is typed there, and what else stands in the row.  Every
row is right but for the cell on trial; scenarios break each constraint of a sheet in turn.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from custbook_gen.schema import DATED, NUMERIC, Field, Sheet, resolve_date
from custbook_gen.schema.check_settings import CHECK_DIGITS
from custbook_gen.schema.constraints import (
    Acyclic,
    Band,
    Constraint,
    Linked,
    Needed,
    One,
    Only,
    Ordered,
    Same,
    Target,
    Within,
)
from custbook_gen.values import (
    JOINER,
    SEPARATOR,
    date_to_serial,
    shown_label,
    yes_no,
)
from custbook_gen.workbook import CellError, RawCell, Serial
from tests.rule_rows import ID_CARD, TODAY, Cells, Maker, uscc
from tests.strategies import AS_OF

WRONG_USCC = "91350211M000100Y46"
EMOJI = "😀"
SPELLINGS: Mapping[str, tuple[RawCell, ...]] = {
    "phone": (
        *(
            13800138000.0,
            "+86 138-0013-8000",
            "１３８００１３８０００",
            "021-62345678 转 12",
            "(021)62345678",
        ),
        *("1234", "123", "12345", "+1 202-555-0123", "138001380", "打我手机"),
    ),
    "email": (
        *(
            "a@b.cn",
            "a@b",
            "a@@b.cn",
            "@b.cn",
            "a b@c.cn",
            "a@b.cn.",
            "a@.cn",
            "ａ＠b.cn",
            "名@b.cn",
            "a@-b.cn",
        ),
        *("a@test", "a@b.test", '"a b"@c.cn', "a@[1.2.3.4]", "A@B.CN", "a@b..cn"),
    ),
    "url": (
        *("http://a", "http://a/b.c", "www.a", "www.", "www.b.cn", "HTTPS://A.CN", "ftp://a.cn", "a.cn"),
        *(
            "https://a.cn/x y",
            "www." + "x" * 488 + ".cn",
            "www." + "x" * 485 + ".cn",
            "http://[::1",
            "ｗｗｗ.ａ.cn",
        ),
    ),
}


@dataclass(frozen=True)
class Trial:
    """One cell of one row: what is typed into it, among what."""

    sheet: str
    field: str
    typed: RawCell
    row: Cells = dataclasses.field(default_factory=dict)
    """The other cells of the row, by machine key; those that must be filled come by themselves."""
    beside: Cells | None = None
    """Another new row of the sheet."""
    later: Cells = dataclasses.field(default_factory=dict)
    """What is typed into the row afterwards."""
    offered: bool = True
    """False for what a list cannot offer yet, or does not any more."""


def trials_of(maker: Maker) -> Iterator[Trial]:
    """Everything that is typed into every column that people fill in."""
    for sheet in maker.book.sheets:
        for item in sheet.fields:
            yield from of_field(maker, sheet, item)
        for constraint in sheet.constraints:
            for trial in breaking(maker, sheet, constraint):
                yield replace(trial, row={**maker.allowing(sheet, trial.field), **trial.row})
    yield from returns(maker)


def returns(maker: Maker) -> Iterator[Trial]:
    """A line of sales that takes back more than its order sold."""
    sheet = maker.book.sheet_by_key.get("sales")
    if sheet is None or "orig_order_no" not in sheet.by_key:
        return
    kinds = maker.book.category(str(sheet.field("kind").category))
    product = maker.cell(sheet.field("product_id"), 1)
    back = {"kind": shown_label(kinds.by_code["return"], maker.lang), "orig_order_no": "退单"}
    sold = {"order_no": "退单", "product_id": product, "quantity": 1.0}
    yield Trial(sheet.key, "quantity", 5.0, {**back, "order_no": "退回", "product_id": product}, sold)


def of_field(maker: Maker, sheet: Sheet, item: Field) -> Iterator[Trial]:
    """What is typed into one column."""
    row = maker.parents(sheet, item) if item.parent else {}
    if item.locked or not item.entered:
        yield from (Trial(sheet.key, item.key, typed) for typed in (None, "x", 1.0, True))
        return
    for one in dict.fromkeys(map(_Typed, candidates(maker, sheet, item))):
        if maker.unlike(sheet, item) and isinstance(one.value, float):
            continue  # a number is the same as the text that spells it
        named = item.type == "ref" and isinstance(one.value, str) and SEPARATOR not in one.value
        yield Trial(sheet.key, item.key, one.value, row, offered=not named)
    for typed in maker.choices(item, active=False)[:2] if item.type == "enum" and not item.parent else ():
        yield Trial(sheet.key, item.key, typed, row, offered=False)
    if item.parent is not None:
        yield Trial(sheet.key, item.key, maker.choices(item)[0], {item.parent: None})
        yield Trial(sheet.key, item.key, "(?)", {item.parent: None})
        yield Trial(sheet.key, item.key, maker.cell(item, 1), {**row, item.parent: "火星"})
        yield Trial(sheet.key, item.key, maker.cell(item, 1), row, later={item.parent: None})
        moved = maker.parents(sheet, item, maker.book.category(str(item.category)).choices[-1].code)
        yield Trial(sheet.key, item.key, maker.cell(item, 1), row, later=moved)
    if maker.unlike(sheet, item):
        same = maker.text(item, 77_777)
        yield Trial(sheet.key, item.key, same, row, {item.key: same})
        yield Trial(sheet.key, item.key, f"{same} ", row, {item.key: same})


def candidates(maker: Maker, sheet: Sheet, item: Field) -> Iterator[RawCell]:
    """Cells at and around everything that bounds a field, and odd ones of every kind."""
    yield from (
        None,
        "",
        "  ",
        "\u3000",
        CellError("#N/A"),
        True,
        False,
        "无",
        "=1+1",
        "0",
        0.0,
        -1.0,
        1.5,
    )
    yield from (1e15, 123456789012345678.0, "123456789012345678", "1.38E+10", Serial(TODAY), 100_000.0)
    if item.type in NUMERIC:
        yield from numbers(item)
    elif item.type in DATED:
        yield from dates(item)
    elif item.type in ("enum", "multi"):
        yield from labels(maker, item)
    elif item.type == "ref":
        target = maker.book.sheet(str(item.to))
        label, key = maker.label(target, 1), maker.key(target, 1)
        yield from (
            label,
            maker.label(target, 2),
            key,
            "名字1",
            f" {label}",
            label.lower(),
            "谁",
            f"谁{SEPARATOR}?",
        )
    elif item.type == "bool":
        words = (yes_no(True, maker.lang), yes_no(False, maker.lang))
        yield from (*words, f"{words[0]} ", "yes", "N", "1", "√", "maybe", 1.0, "ＹＥＳ")
    else:
        yield from texts(maker, sheet, item)


def labels(maker: Maker, item: Field) -> Iterator[RawCell]:
    """Labels as they are, as people type them, and what is none."""
    category = maker.book.category(str(item.category))
    own = maker.choices(item)
    shown = [*own[:6], own[-1]]
    yield from shown
    yield from (
        f" {shown[0]}",
        f"{shown[0]}\u3000",
        shown[0].upper(),
        shown[0].lower(),
        shown[0] + "*",
        "*",
        "?",
    )
    first = next(c for c in category.choices if c.active)
    yield from (first.code, first.label.en, first.label.zh, *first.aliases[:2])
    if item.type == "multi":
        yield from (
            JOINER.join(shown[:2]),
            ";".join(shown[:2]),
            "、".join(shown[:2]),
            "，".join(shown[:2]),
        )
        yield from (f"{shown[0]}；", f"{shown[0]}；火星", f"{shown[0]}；{shown[0]}")


def texts(maker: Maker, sheet: Sheet, item: Field) -> Iterator[RawCell]:
    """Texts at every length that matters; whatever else has the field's form, or nearly."""
    right = str(maker.cell(item, 5))
    yield from (
        right,
        f" {right}",
        f"{right} ",
        f"{right}\u3000",
        f"\u200b{right}",
        right.lower(),
        right.upper(),
    )
    yield from (right[:-1], right + "1", right + "-", "１２３" + right[3:], full_width(right))
    if item.pattern is not None:
        yield from (
            *(uscc(5), ID_CARD[0]),
            uscc(6)[:17] + "O",
            uscc(7).lower(),
            "2024-02-29",
            "--02-29",
            "ab1234",
        )
    if item.key in CHECK_DIGITS:
        yield WRONG_USCC if item.key != "id_no" else ID_CARD[1]
    yield from SPELLINGS.get(item.type, ())
    if item.min_length:
        yield from ("x" * (item.min_length - 1) + blank for blank in ("  ", "\u3000", "\u200b"))
    for size in {1, item.min_length or 1, item.length or 1} - {0}:
        yield from ("x" * length for length in (size - 1, size, size + 1) if length)
        yield from ("中" * size, "x" * size + "  ", "9" * size) if size > 1 else ()
    if item.pattern is None and not maker.unlike(sheet, item):
        half = (item.length or 2) // 2
        yield from (
            EMOJI,
            EMOJI * half,
            EMOJI * half + "x",
            EMOJI * (half + 1),
            EMOJI * (item.length or 2),
        )


def breaking(maker: Maker, sheet: Sheet, constraint: Constraint) -> Iterator[Trial]:
    """A row that breaks a constraint; the cell on trial holds what its own column takes."""
    if getattr(constraint, "severity", "error") != "error":
        return
    match constraint:
        case Ordered(fields=(first, second)):
            late = {first: later(sheet.field(first))}
            yield Trial(sheet.key, second, maker.cell(sheet.field(second), 1), late)
        case Needed():
            yield Trial(sheet.key, constraint.field, None, maker.meeting(sheet, constraint.when))
        case Only():
            row = {one.field: maker.other(sheet, one) for one in constraint.when}
            yield Trial(sheet.key, constraint.field, maker.cell(sheet.field(constraint.field), 1), row)
        case Within():
            below, above = float(constraint.min) - 0.01, float(constraint.max) + 0.01
            for typed in (below, above):
                yield Trial(sheet.key, constraint.field, typed, maker.meeting(sheet, constraint.when))
        case Target():
            target = maker.book.sheet(str(sheet.field(constraint.field).to))
            row = maker.meeting(sheet, constraint.when)
            yield Trial(sheet.key, constraint.field, maker.label(target, 2), row)
        case _:
            yield from breaking_others(maker, sheet, constraint)


def breaking_others(maker: Maker, sheet: Sheet, constraint: Constraint) -> Iterator[Trial]:
    """The same for constraints that look at other rows, or at figures of choices."""
    match constraint:
        case Linked():
            target = maker.book.sheet(str(sheet.field(constraint.field).to))
            by = sheet.field(constraint.by)
            row = {by.key: maker.label(maker.book.sheet(str(by.to)), 1)}
            yield Trial(sheet.key, constraint.field, maker.label(target, 2), row)
        case Acyclic():
            number = 3 + maker.circles(sheet).index(constraint)
            yield Trial(sheet.key, constraint.field, maker.label(sheet, number), maker.record(sheet, number))
        case Band():
            choices = maker.book.category(str(sheet.field(constraint.band).category)).choices
            low = max(choices, key=lambda choice: choice.figure or 0)
            yield Trial(sheet.key, constraint.field, 1.0, {constraint.band: shown_label(low, maker.lang)})
        case One():
            yes, per = yes_no(True, maker.lang), maker.cell(sheet.field(constraint.per), 1)
            yield Trial(
                sheet.key,
                constraint.field,
                yes,
                {constraint.per: per},
                {constraint.field: yes, constraint.per: per},
            )
        case Same():
            for name in constraint.fields:
                one, two = different(maker, sheet.field(name))
                group: Cells = {constraint.per: f"同组{name}"}
                yield Trial(sheet.key, name, two, group, {**group, name: one})


def different(maker: Maker, item: Field) -> tuple[RawCell, RawCell]:
    """Two different cells that are right."""
    if item.type == "ref":
        target = maker.book.sheet(str(item.to))
        return maker.label(target, 1), maker.label(target, 2)
    if item.type in ("enum", "multi"):
        return maker.choices(item)[0], maker.choices(item)[1]
    return Serial(TODAY - 100), Serial(TODAY - 50)


def later(item: Field) -> RawCell:
    """A date or number that is later or more than the ones that are right."""
    return Serial(TODAY - 1) if item.kind in DATED else 10_000.0


@dataclass(frozen=True)
class _Typed:
    """A cell's content with its type, so that 1, 1.0 and True are different."""

    value: RawCell
    kind: type = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", type(self.value))


def full_width(text: str) -> str:
    """A text as an input method in full-width mode writes it."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def numbers(item: Field) -> Iterator[RawCell]:
    """Numbers at and around bounds, as numbers and in words."""
    step = Decimal(1).scaleb(-item.decimals)
    wide = Decimal(10**15 - 1).scaleb(-item.decimals)
    for bound in (item.min, item.max, wide, -wide, 10**15 - 1, 0):
        if isinstance(bound, int | Decimal):
            around = (-step, Decimal(0), step, step / 10)
            yield from (float(f"{Decimal(bound) + more:.15g}") for more in around)
    yield from ("12", "１２", "1,200元", "¥3", "50%", "(5)", "1.2.3", "12a", " 7", 0.1 + 0.2)


def dates(item: Field) -> Iterator[RawCell]:
    """Days and moments at and around bounds, as dates and in words."""
    for bound in (item.min, item.max, "1900-03-01", "9999-12-30"):
        if isinstance(bound, str):
            for steps in (-1, 0, 1):
                serial = date_to_serial(resolve_date(bound, AS_OF)) + steps
                yield from (Serial(serial), Serial(serial + 0.5), Serial(serial + 86_399 / 86_400))
    yield from (Serial(0), Serial(1), Serial(59), Serial(60), Serial(61), Serial(-1), Serial(2_958_466))
    yield from (
        "2024-01-05",
        "2024.1.5",
        "2024年1月5日",
        "１/5/2024",
        "5/1/2024",
        "20240105",
        "2024-02-30",
        "明天",
    )
    yield from (20_240_105.0, 45_000.0, 45_000.5, "2024-01-05 08:30")
