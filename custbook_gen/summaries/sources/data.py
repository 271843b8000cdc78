"""The quality of the data: fields, their gaps and faults, and how it went on: sheets for summaries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Final

from custbook_gen.derive import Facts, duplicate_groups
from custbook_gen.derive.follow_up import next_verification
from custbook_gen.derive.quality import completeness, filled_cells
from custbook_gen.records import QualityPoint, Row
from custbook_gen.schema import Field, Label
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.figures import DIGITS
from custbook_gen.summaries.sources.privacy import SHEETS, book_sheets
from custbook_gen.summaries.sources.source import Source, by_columns, category, field
from custbook_gen.values import round_half_up


@by_columns
def _fields(context: Context, facts: Facts) -> Iterator[Row]:
    """The fields that people fill in, and all personal ones."""
    for sheet in context.book.sheets:
        records, filled_of = len(context.records(sheet.key)), facts.once(filled_cells).get(sheet.key, {})
        for one in sheet.stored_fields:
            filled = filled_of.get(one.key, 0)
            faults = context.faults.get(f"{sheet.key}.{one.key}", 0)
            purpose = facts.purposes.get(one.purpose or "")
            yield (
                sheet.key,
                one.label.line(context.lang),
                _need(one),
                *(records, filled, DIGITS.divide(filled, records) if records else None),
                *(faults, DIGITS.divide(faults, filled) if filled else None),
                one.personal,
                purpose.label.line(context.lang) if purpose is not None else None,
                one.retention_days or (purpose.retention_days if purpose else None),
            )


def _need(one: Field) -> str:
    """Whether people have to fill a field in."""
    if not one.entered:
        return "auto"
    need = "required" if one.required else "recommended" if one.recommended else "optional"
    return "one_of" if one.one_of else need


def current_quality(context: Context, facts: Facts) -> QualityPoint:
    """What the quality of the data is at the evaluation date (section 7).

    The score is 0.35 x mean completeness + 0.25 x valid + 0.20 x unique + 0.20 x timely, in
    points of 100 to one place; parts that cannot be told leave their weight to the others.
    """
    customers = len(context.records("customers"))
    shares = {
        "completeness": _mean_completeness(facts),
        "valid": _valid(context, facts),
        "unique": _unique(facts, customers),
        "timely": _timely(facts, customers),
    }
    known = {name: share for name, share in shares.items() if share is not None}
    weight = sum((WEIGHTS[name] for name in known), Decimal(0))
    points = sum((WEIGHTS[name] * share for name, share in known.items()), Decimal(0))
    score = round_half_up(100 * points / weight, 1) if weight and customers else None
    return QualityPoint(facts.as_of, customers, **shares, score=score)


def _mean_completeness(facts: Facts) -> Decimal | None:
    points = [point for point in facts.once(completeness).values() if isinstance(point, int)]
    return DIGITS.divide(Decimal(sum(points)), Decimal(100 * len(points))) if points else None


def _valid(context: Context, facts: Facts) -> Decimal | None:
    """The share of filled cells that are not held back for an error."""
    filled = sum(sum(fields.values()) for fields in facts.once(filled_cells).values())
    faulty = sum(context.faults.values())
    return DIGITS.divide(Decimal(filled), Decimal(filled + faulty)) if filled + faulty else None


def _timely(facts: Facts, customers: int) -> Decimal | None:
    """The share of customers who are not past their next verification."""
    due = facts.once(next_verification)
    late = sum(isinstance(day, dt.date) and day < facts.as_of for day in due.values())
    return DIGITS.divide(Decimal(customers - late), Decimal(customers)) if customers else None


def _unique(facts: Facts, customers: int) -> Decimal | None:
    """The share of customers who are not probable duplicates of one before them."""
    surplus = sum(len(group) - 1 for group in facts.once(duplicate_groups))
    return DIGITS.divide(Decimal(customers - surplus), Decimal(customers)) if customers else None


@by_columns
def _trend(context: Context, facts: Facts) -> Iterator[Row]:
    """Earlier days, and today."""
    points = {point.day: point for point in context.trend if point.day < facts.as_of}
    for point in (*sorted(points.values(), key=lambda one: one.day), current_quality(context, facts)):
        yield (
            *(point.day, point.customers),
            *(point.completeness, point.valid, point.unique, point.timely, point.score),
        )


@by_columns
def _changes(context: Context, _: Facts) -> Iterator[Row]:
    """The change log; of sheets that the book no longer has nothing is told."""
    for line in context.changes:
        if line.sheet in context.book.sheet_by_key:
            yield tuple([part or None for part in _TOLD(line)])


_TOLD: Final = attrgetter("at", "user", "sheet", "key", "kind", "field", "before", "after", "source")
WEIGHTS: Final[Mapping[str, Decimal]] = {
    "completeness": Decimal("0.35"),
    "valid": Decimal("0.25"),
    "unique": Decimal("0.20"),
    "timely": Decimal("0.20"),
}
"""What each part of the quality score weighs."""

DATA_SOURCES: tuple[Source, ...] = (
    Source(
        "fields",
        Label(zh="字段", en="Fields"),
        (
            field("sheet", "工作表", "Sheet", "enum", category=SHEETS),
            field("name", "字段", "Field", "text"),
            field("need", "要求", "Need", "enum", category="field_need"),
            field("records", "记录数", "Records", "int"),
            field("filled", "已填", "Filled in", "int"),
            field("rate", "填写率", "Fill rate", "pct", places=3),
            field("faults", "有误", "Faulty", "int"),
            field("fault_rate", "错误率", "Fault rate", "pct", places=3),
            field("personal", "个人信息", "Personal data", "enum", category="personal_data"),
            field("purpose", "用途", "Purpose", "text"),
            field("retention_days", "保存天数", "Days kept", "int"),
        ),
        _fields,
        categories=(
            category(
                "field_need",
                *("要求", "Need"),
                required=("必填", "Required"),
                one_of=("至少填一项", "One of several"),
                recommended=("建议填写", "Recommended"),
                optional=("选填", "Optional"),
                auto=("自动编号", "Given by sync"),
            ),
            category(
                "personal_data",
                *("个人信息", "Personal data"),
                none=("非个人信息", "Not personal"),
                personal=("个人信息", "Personal"),
                sensitive=("敏感个人信息", "Sensitive"),
            ),
        ),
        own_categories=book_sheets,
    ),
    Source(
        "quality_trend",
        Label(zh="质量趋势", en="Quality over time"),
        (
            field("date", "日期", "Date", "date"),
            field("customers", "客户数", "Customers", "int"),
            field("completeness", "完整度", "Complete", "pct", places=3),
            field("valid", "正确率", "Valid", "pct", places=3),
            field("unique", "唯一率", "Unique", "pct", places=3),
            field("timely", "及时率", "Timely", "pct", places=3),
            field("score", "质量得分", "Quality score", "dec", places=1),
        ),
        _trend,
    ),
    Source(
        "changes",
        Label(zh="变更日志", en="Change log"),
        (
            field("at", "时间", "When", "text"),
            field("user", "修改人", "Who", "text"),
            field("sheet", "工作表", "Sheet", "enum", category=SHEETS),
            field("key", "编号", "Number", "text"),
            field("kind", "变更", "Change", "enum", category="change_kind"),
            field("field", "字段", "Field", "text"),
            field("before", "原值", "Before", "text"),
            field("after", "新值", "After", "text"),
            field("source", "来源", "Source", "text"),
        ),
        _changes,
        categories=(
            category(
                "change_kind",
                *("变更", "Change"),
                insert=("新增", "new"),
                update=("修改", "update"),
                delete=("删除", "delete"),
            ),
        ),
        own_categories=book_sheets,
    ),
)
"""Sheets about the data themselves."""
