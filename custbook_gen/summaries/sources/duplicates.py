"""Customers who may be one and the same: sheets for summaries."""

from __future__ import annotations

from collections.abc import Iterator

from custbook_gen.derive import Facts, duplicate_groups, duplicate_pairs
from custbook_gen.records import Row
from custbook_gen.schema import Label
from custbook_gen.summaries.context import Context
from custbook_gen.summaries.sources.people import CUSTOMER
from custbook_gen.summaries.sources.source import Source, by_columns, category, field


@by_columns
def _pairs(_: Context, facts: Facts) -> Iterator[Row]:
    groups = facts.once(duplicate_groups)
    group_of = {key: number for number, group in enumerate(groups, 1) for key in group}
    certain = facts.settings.duplicates.certain
    for pair in facts.once(duplicate_pairs):
        is_certain = pair.score >= certain
        certainty = "certain" if is_certain else "likely" if pair.score >= LIKELY else "maybe"
        group = group_of.get(pair.left) if is_certain else None
        yield pair.left, pair.right, pair.score, certainty, pair.reasons, group


@by_columns
def _members(_: Context, facts: Facts) -> Iterator[Row]:
    for number, group in enumerate(facts.once(duplicate_groups), 1):
        for at, customer in enumerate(group):
            yield customer, number, len(group), at == 0


LIKELY = 70
"""Points from which on two customers are likely to be one."""

DUPLICATE_SOURCES: tuple[Source, ...] = (
    Source(
        "duplicate_pairs",
        Label(zh="疑似重复", en="Possible duplicates"),
        (
            field("left", "客户甲", "Customer", "ref", to="customers"),
            field("right", "客户乙", "Maybe the same", "ref", to="customers"),
            field("score", "嫌疑分", "Score", "int"),
            field("certainty", "程度", "How sure", "enum", category="duplicate_certainty"),
            field("reasons", "原因", "Why", "multi", category="duplicate_reason"),
            field("group", "组", "Group", "int"),
        ),
        _pairs,
        categories=(
            category(
                "duplicate_certainty",
                *("重复程度", "How sure"),
                certain=("高度疑似", "Very likely"),
                likely=("疑似", "Likely"),
                maybe=("可能", "Possible"),
            ),
            category(
                "duplicate_reason",
                *("重复原因", "What they have in common"),
                uscc=("信用代码相同", "Same credit code"),
                id_no=("证件号相同", "Same identity number"),
                mobile=("手机相同", "Same mobile"),
                email=("邮箱相同", "Same e-mail"),
                name_city=("名称和城市相同", "Same name and city"),
                name_address=("名称相近、地址相同", "Like names, same address"),
                name_domain=("名称相近、邮箱域名相同", "Like names, same mail domain"),
                name_phone=("名称相近、电话尾号相同", "Like names, phones end alike"),
                phone_extension=("电话和分机相同", "Same phone and extension"),
                phone=("电话相同", "Same phone"),
                name=("名称相近", "Like names"),
                uscc_differs=("信用代码不同（减分）", "Credit codes differ"),
                birth_date_differs=("出生日期不同（减分）", "Birth dates differ"),
            ),
        ),
    ),
    Source(
        "duplicate_members",
        Label(zh="重复组成员", en="Members of groups of duplicates"),
        (
            CUSTOMER,
            field("group", "组", "Group", "int"),
            field("size", "组内客户数", "Customers in the group", "int"),
            field("first", "首条", "First", "bool"),
        ),
        _members,
    ),
)
"""Sheets about possible duplicates."""
