"""What customers bought and will buy, and who may be about to leave: sheets for summaries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from custbook_gen.derive import Facts, category_forecast
from custbook_gen.derive.churn import churn_warnings
from custbook_gen.derive.purchases import order_columns
from custbook_gen.derive.ranks import also_bought
from custbook_gen.records import Row, Value
from custbook_gen.schema import Label
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.figures import DIGITS
from custbook_gen.summaries.sources.source import Source, by_columns, category, field

CUSTOMER = field("customer_id", "客户", "Customer", "ref", to="customers")


def _orders(_: Context, facts: Facts) -> Sequence[Sequence[Value]]:
    return facts.once(order_columns)


@by_columns
def _forecasts(_: Context, facts: Facts) -> Iterator[Row]:
    for one in facts.once(category_forecast):
        yield (
            *(one.customer, one.category, one.purchase_days),
            *(one.last, one.cycle, one.expected, one.missed),
        )


@by_columns
def _churn(_: Context, facts: Facts) -> Iterator[Row]:
    for one in facts.once(churn_warnings):
        change = DIGITS.divide(one.after - one.before, one.before) if one.before > 0 else None
        yield one.customer, one.reasons, one.idle_days, one.cycle, one.before, one.after, change


@by_columns
def _also_bought(_: Context, facts: Facts) -> Iterator[Row]:
    for one in facts.once(also_bought):
        yield one.product, one.other, one.customers, one.share


PEOPLE_SOURCES: tuple[Source, ...] = (
    Source(
        "orders",
        Label(zh="订单", en="Orders"),
        (
            field("order_no", "订单编号", "Order no.", "text"),
            CUSTOMER,
            field("date", "日期", "Date", "date"),
            field("amount", "金额", "Amount", "money"),
            field("staff_id", "销售人员", "Salesperson", "ref", to="staff"),
            field("channel", "销售渠道", "Channel", "enum", category="sales_channel"),
        ),
        _orders,
    ),
    Source(
        "forecasts",
        Label(zh="预计购买", en="Expected purchases"),
        (
            CUSTOMER,
            field("category", "产品类别", "Category", "enum", category="product_category"),
            field("purchase_days", "购买天数", "Purchase days", "int"),
            field("last", "最近购买", "Last purchase", "date"),
            field("cycle", "平均周期（天）", "Cycle in days", "dec", places=1),
            field("expected", "预计购买", "Expected on", "date"),
            field("missed", "已错过", "Missed", "bool"),
        ),
        _forecasts,
    ),
    Source(
        "churn",
        Label(zh="流失预警", en="Customers at risk"),
        (
            CUSTOMER,
            field("reasons", "预警原因", "Why", "multi", category="churn_reason"),
            field("idle_days", "距上次购买（天）", "Days since last purchase", "int"),
            field("cycle", "平均周期（天）", "Cycle in days", "dec", places=1),
            field("before", "前半年金额", "Six months before", "money"),
            field("after", "近半年金额", "Last six months", "money"),
            field("change", "变化", "Change", "pct", places=3),
        ),
        _churn,
        categories=(
            category(
                "churn_reason",
                *("预警原因", "Reasons to worry"),
                sleeping=("沉睡", "Sleeping"),
                late=("超过周期1.5倍", "1.5 cycles without a purchase"),
                missed=("错过预计购买", "Expected purchase missed"),
                falling=("金额减半", "Amount halved"),
            ),
        ),
    ),
    Source(
        "also_bought",
        Label(zh="连带购买", en="Bought together"),
        (
            field("product_id", "买了", "Who bought", "ref", to="products"),
            field("other_id", "也买了", "also bought", "ref", to="products"),
            field("customers", "客户数", "Customers", "int"),
            field("share", "占买主比例", "Of its buyers", "pct", places=3),
        ),
        _also_bought,
    ),
)
"""Sheets about customers and what they buy."""
