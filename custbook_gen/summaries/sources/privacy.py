"""Consent, and data kept too long: sheets for summaries."""

from __future__ import annotations

from collections.abc import Iterator

from custbook_gen.derive import Facts
from custbook_gen.derive.privacy import consent_coverage, retention_expired
from custbook_gen.records import Row, Value
from custbook_gen.schema import Book, Category, Choice, Label
from custbook_gen.schema.choices import distinct
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.figures import DIGITS
from custbook_gen.summaries.sources.people import CUSTOMER
from custbook_gen.summaries.sources.source import Source, by_columns, category, field
from custbook_gen.texts import listed

SHEETS = "book_sheet"
"""The category of the book's own sheets."""


def book_sheets(book: Book) -> tuple[Category, ...]:
    """The sheets of a book as choices; one may be called by another one's key."""
    choices = distinct(Choice(code=sheet.key, label=sheet.label) for sheet in book.sheets)
    return (Category(key=SHEETS, label=Label(zh="工作表", en="Sheet"), choices=choices),)


@by_columns
def _consents(_: Context, facts: Facts) -> Iterator[Row]:
    for one in facts.once(consent_coverage).values():
        counts = one.given, one.refused, one.withdrawn, one.expired, one.unknown
        yield one.purpose, *counts, DIGITS.divide(one.given, sum(counts)) if any(counts) else None


@by_columns
def _retention(context: Context, facts: Facts) -> Iterator[Row]:
    for one in facts.once(retention_expired):
        sheet, table = context.book.sheet(one.sheet), context.tables[one.sheet]
        customer: Value = one.key if one.sheet == "customers" else None
        if customer is None and "customer_id" in table.fields:
            customer = table.value(one.key, "customer_id")
        labels = listed((sheet.field(key).label.line(context.lang) for key in one.fields), context.lang)
        yield customer, one.sheet, one.key, one.reason, one.since, one.due, labels


PRIVACY_SOURCES: tuple[Source, ...] = (
    Source(
        "consent_coverage",
        Label(zh="同意覆盖", en="Consent"),
        (
            field("purpose", "同意目的", "Purpose", "enum", category="consent_purpose"),
            field("given", "同意", "Given", "int"),
            field("refused", "拒绝", "Refused", "int"),
            field("withdrawn", "已撤回", "Withdrawn", "int"),
            field("expired", "已过期", "Expired", "int"),
            field("unknown", "未询问", "Never asked", "int"),
            field("coverage", "同意率", "Share given", "pct", places=3),
        ),
        _consents,
    ),
    Source(
        "retention",
        Label(zh="超期保存", en="Kept too long"),
        (
            CUSTOMER,
            field("sheet", "工作表", "Sheet", "enum", category=SHEETS),
            field("record", "编号", "Record", "text"),
            field("reason", "原因", "Why", "enum", category="retention_reason"),
            field("since", "起算日", "Counted from", "date"),
            field("due", "应删除日", "To be deleted by", "date"),
            field("fields", "字段", "Fields", "text"),
        ),
        _retention,
        categories=(
            category(
                "retention_reason",
                *("超期原因", "Why it is over"),
                prospect=("潜在客户久无联系", "Prospect without contact"),
                lost=("流失客户", "Lost customer"),
                purpose=("用途已到期", "Purpose is over"),
                consent=("同意撤回已久", "Consent withdrawn long ago"),
                sale=("交易保存期满", "Term for sales is over"),
            ),
        ),
        own_categories=book_sheets,
    ),
)
"""Sheets about personal data."""
