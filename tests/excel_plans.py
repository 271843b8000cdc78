"""Hand-made plans for the tests of the Excel backend."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import strategies as st

from custbook_gen.workbook import (
    Cell,
    Chart,
    ColumnPlan,
    ConditionalFormat,
    Formula,
    Plan,
    PrintSetup,
    Protection,
    RowFormula,
    Rule,
    Series,
    SheetPlan,
    Style,
    StyledCell,
    TablePlan,
)

BLUE = "1F4E79"
HEAD = Style(bold=True, color="FFFFFF", fill=BLUE, horizontal="center", wrap=True, border=True)
TEXT = Style(number_format="@", border=True, locked=False)
DAY = Style(number_format="yyyy-mm-dd", border=True, locked=False, horizontal="center")
MONEY = Style(number_format="#,##0.00", border=True, locked=False)
COUNT = Style(number_format="0", border=True, locked=False)
COMPUTED = Style(number_format="#,##0.00", fill="F1F5F9", border=True, locked=False)
TITLE = Style(bold=True, size=18, color=BLUE)
LINK = Style(color="2563EB", underline=True)

INDUSTRIES = {
    "IT互联网": ("软件", "硬件(设备)", ">100万"),
    "制造业": ("汽车", "电子"),
    "零售 & 批发": ("超市", "A*"),
}
NAMES = (
    "华为技术有限公司",
    "=SUM(A1)",
    "Müller & Söhne <GmbH>",
    " 前后有空格 ",
    "第一行\n第二行",
    "𠮷野家😀",
    "+86 张三",
)
FIRST, BLANK = 6, 20

TEXTS = st.text(
    st.one_of(st.sampled_from("_x0041 \r\n\t<>&\"'=+-@\x00\x0b\x1f\ufffe\uffff客"), st.characters()),
    max_size=20,
)
NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**53), 2**53),
    st.decimals(-(10**12), 10**12, places=2, allow_nan=False),
)
CELLS: st.SearchStrategy[Cell] = st.one_of(st.none(), TEXTS, st.booleans(), NUMBERS)


def _rule(kind: str, **more: object) -> Rule:
    return Rule(kind, error_title="请检查 Check", error="输入不符合要求。", **more)  # type: ignore[arg-type]


def customer_rows(count: int = 30) -> Sequence[tuple[Cell, ...]]:
    """Rows of: key, name, phone, industry, branch, since, amount, orders, active, average, grade."""
    rows: list[tuple[Cell, ...]] = []
    parents = list(INDUSTRIES)
    for number in range(count):
        parent = parents[number % 3]
        amount = Decimal(1000 + 137 * number) / 4
        orders = number % 7
        rows.append(
            (
                f"C{number + 1:06d}",
                NAMES[number % len(NAMES)],
                f"138{number:08d}" if number % 4 else None,
                parent,
                INDUSTRIES[parent][number % 2],
                45292 + number if number % 5 else None,
                amount,
                orders,
                number % 2 == 0,
                float(amount) / orders if orders else "",
                "高" if amount > 500 else "低",
            )
        )
    return rows


def customers(count: int = 30, blank_rows: int = BLANK) -> SheetPlan:
    """A protected sheet for entry."""
    first = str(FIRST)
    cascade = (
        f"OFFSET(cb_branch_child,MATCH(1,INDEX(--(cb_branch_parent=$D{first}),0),0)-1,0,"
        f"SUMPRODUCT(--(cb_branch_parent=$D{first})),1)"
    )
    columns = (
        ColumnPlan("key", "客户编号", HEAD, TEXT, 12, _rule("custom", formula1="FALSE", prompt="由系统填写")),
        ColumnPlan(
            "name",
            "客户名称\nName",
            HEAD,
            TEXT,
            26,
            _rule("text_length", operator="less_or_equal", formula1="60"),
        ),
        ColumnPlan(
            "phone", "手机", HEAD, TEXT, 16, Rule("any", prompt_title="手机", prompt="十一位数字" * 60)
        ),
        ColumnPlan("industry", "行业", HEAD, TEXT, 14, _rule("list", formula1="cb_industry")),
        ColumnPlan("branch", "细分", HEAD, TEXT, 14, _rule("list", formula1=cascade)),
        ColumnPlan("since", "建档日期", HEAD, DAY, 12, _rule("date", formula1="36526", formula2="73050")),
        ColumnPlan(
            "amount", "成交额", HEAD, MONEY, 14, _rule("decimal", operator="greater_or_equal", formula1="0")
        ),
        ColumnPlan("orders", "订单数", HEAD, COUNT, 9, _rule("whole", formula1="0", formula2="9999")),
        ColumnPlan("active", "有效", HEAD, COUNT, 8),
        ColumnPlan(
            "average",
            "平均额",
            HEAD,
            COMPUTED,
            14,
            _rule("custom", formula1="FALSE"),
            RowFormula(("IF(N(H", ')=0,"",G', "/H", ")")),
            "",
        ),
        ColumnPlan("grade", "等级", HEAD, COMPUTED, 8, None, RowFormula(("IF(G", '>500,"高","低")')), "低"),
    )
    return SheetPlan(
        key="customers",
        title="客户档案",
        tab_color=BLUE,
        cells={
            (1, 1): StyledCell("客户档案", TITLE),
            (2, 1): StyledCell("返回总览", LINK, "'总览 & 图'!A1"),
            (2, 3): StyledCell("=不是公式", Style(italic=True)),
        },
        table=TablePlan(4, 5, FIRST, columns, customer_rows(count), blank_rows, 33),
        heights={1: 30},
        merges=("A1:E1", "C2:E2"),
        freeze=(FIRST, 3),
        filter=True,
        protection=Protection(),
        conditional_formats=(
            ConditionalFormat(f"G{FIRST}:G1048576", f"$G{FIRST}>1000", "FDE68A", "92400E", bold=True),
            ConditionalFormat(f"A{FIRST}:K1048576", f"$I{FIRST}=FALSE", "F3F4F6"),
        ),
        print_setup=PrintSetup(title_rows=(5, 5)),
    )


def overview(count: int = 30, blank_rows: int = BLANK) -> SheetPlan:
    """Formulas with their values, a line, a column, a bar and a pie chart."""
    cells: dict[tuple[int, int], StyledCell] = {
        (1, 1): StyledCell("总览", TITLE),
        (3, 1): StyledCell("行业", HEAD),
        (3, 2): StyledCell("成交额", HEAD),
        (3, 3): StyledCell("客户数", HEAD),
    }
    rows = customer_rows(count)
    last = FIRST + count + blank_rows - 1
    for row, industry in enumerate(INDUSTRIES, 4):
        own = [values for values in rows if values[3] == industry]
        total = sum((values[6] for values in own if isinstance(values[6], Decimal)), Decimal(0))
        cells[row, 1] = StyledCell(industry, Style(border=True))
        cells[row, 2] = StyledCell(
            Formula(f"SUMIFS('客户档案'!$G${FIRST}:$G${last},'客户档案'!$D${FIRST}:$D${last},A{row})", total),
            Style(number_format="#,##0.00", border=True),
        )
        cells[row, 3] = StyledCell(
            Formula(f"SUMPRODUCT(--('客户档案'!$D${FIRST}:$D${last}=A{row}))", len(own)), Style(border=True)
        )
    cells[8, 1] = StyledCell(Formula('IF(B4>B5,A4,A5)&"领先"', _leader(rows)))
    cells[8, 2] = StyledCell(Formula("B4>0", value=True))
    cells[9, 1] = StyledCell("客户档案", LINK, "'客户档案'!A1")
    sheet = "'总览 & 图'!"
    amount = Series(f"{sheet}$B$3", f"{sheet}$B$4:$B$6")
    number = Series(f"{sheet}$C$3", f"{sheet}$C$4:$C$6")
    labels = f"{sheet}$A$4:$A$6"
    return SheetPlan(
        key="overview",
        title="总览 & 图",
        cells=cells,
        widths={1: 18, 2: 14, 3: 10},
        gridlines=False,
        protection=Protection(sort_filter=False, rows=False),
        charts=(
            Chart("line", "成交额 <按行业>", labels, (amount, number), 3, 5, 12, 7, "#,##0"),
            Chart("pie", "客户占比", labels, (number,), 3, 12, 12, 7),
            Chart("column", "成交额", labels, (amount,), 19, 5, 12, 7, "#,##0"),
            Chart("bar", "成交额", labels, (amount,), 19, 12, 12, 7, "#,##0"),
        ),
        zoom=90,
    )


def lists() -> SheetPlan:
    """The options of the dropdowns, hidden."""
    cells = {(1, 1): StyledCell("行业"), (1, 3): StyledCell("行业"), (1, 4): StyledCell("细分")}
    for row, industry in enumerate(INDUSTRIES, 2):
        cells[row, 1] = StyledCell(industry)
    pairs = [(parent, child) for parent, children in INDUSTRIES.items() for child in children]
    for row, (parent, child) in enumerate(pairs, 2):
        cells[row, 3], cells[row, 4] = StyledCell(parent), StyledCell(child)
    return SheetPlan("lists", "选项", "hidden", cells=cells, protection=Protection(False, False))


def realistic_plan(count: int = 30, blank_rows: int = BLANK) -> Plan:
    """A whole small book, with everything that a plan can ask for."""
    meta = SheetPlan(
        "meta",
        "_meta",
        "very_hidden",
        cells={(1, 1): StyledCell("book"), (1, 2): StyledCell("b-1"), (2, 1): StyledCell('{"a": "<&>"}')},
    )
    return Plan(
        title="客户管理手册",
        sheets=(overview(count, blank_rows), customers(count, blank_rows), lists(), meta),
        names={
            "cb_industry": "'选项'!$A$2:$A$4",
            "cb_branch_parent": "'选项'!$C$2:$C$8",
            "cb_branch_child": "'选项'!$D$2:$D$8",
        },
        properties={"custbook.book": "b-1", "custbook.schema": "客户 & v1"},
        active="customers",
    )


def _leader(rows: Sequence[tuple[Cell, ...]]) -> str:
    """What the formula under the overview's block gives."""
    first, second = (
        sum((v[6] for v in rows if v[3] == parent and isinstance(v[6], Decimal)), Decimal(0))
        for parent in ("IT互联网", "制造业")
    )
    return "IT互联网领先" if first > second else "制造业领先"


def plain_column(key: str, formula: RowFormula | None = None) -> ColumnPlan:
    """A column of a table that has nothing special."""
    return ColumnPlan(key, key, Style(bold=True), Style(locked=False), 10, formula=formula)
