"""A book with every field type, and Hypothesis strategies for its values, rows and tables.

Values are drawn as records hold them: tidy texts, phones in E.164, codes of categories,
decimals with their field's places, date-times to the second.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from custbook_gen.records import Row, Table, Tables, Value
from custbook_gen.schema import Book, Field, Sheet

AS_OF = dt.date(2026, 11, 22)


def _label(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _field(key: str, type_: str, zh: str, en: str, **options: object) -> dict[str, object]:
    return {"key": key, "type": type_, "label": _label(zh, en), **options}


def _category(key: str, zh: str, en: str, *choices: tuple[str, ...], **options: object) -> dict[str, object]:
    values = [
        {"code": code, "label": _label(name, english), **({"parent": parent[0]} if parent else {})}
        for code, name, english, *parent in choices
    ]
    return {"key": key, "label": _label(zh, en), "choices": values, **options}


CATEGORIES = (
    _category("level", "客户等级", "Level", ("vip", "重要", "VIP"), ("normal", "普通", "Normal")),
    _category(
        "group",
        "分组",
        "Group",
        ("g1", "老客户", "Regular"),
        ("g2", "团购", "Bulk"),
        ("g3", "节日名单", "Holiday"),
    ),
    _category("province", "省", "Province", ("32", "江苏省", "Jiangsu"), ("33", "浙江省", "Zhejiang")),
    _category(
        "city",
        "市",
        "City",
        ("3201", "南京市", "Nanjing", "32"),
        ("3205", "苏州市", "Suzhou", "32"),
        ("3301", "杭州市", "Hangzhou", "33"),
        parent="province",
    ),
    _category("kind", "交易类型", "Kind", ("sale", "销售", "Sale"), ("return", "退货", "Return")),
    _category("status", "状态", "Status", ("done", "已完成", "Done"), ("open", "未完成", "Open")),
)

CUSTOMERS = {
    "key": "customers",
    "label": _label("客户档案", "Customers"),
    "key_field": "customer_id",
    "name_field": "name",
    "fields": (
        _field("customer_id", "auto", "客户编号", "Customer ID", prefix="C", digits=6),
        _field("name", "text", "客户名称", "Name", required=True, max_length=60),
        _field("code", "text", "统一编码", "Code", unique=True, pattern=r"^[A-Z]{2}\d{4}$"),
        _field("level", "enum", "客户等级", "Level", category="level", required=True),
        _field("groups", "multi", "分组", "Groups", category="group"),
        _field("province", "enum", "省", "Province", category="province", recommended=True),
        _field("city", "enum", "市", "City", category="city", parent="province"),
        _field("mobile", "phone", "手机", "Mobile", mobile=True, one_of="contact", personal="personal"),
        _field("email", "email", "邮箱", "E-mail", one_of="contact", personal="personal"),
        _field("website", "url", "网址", "Website"),
        _field("employees", "int", "员工人数", "Employees", min=0, max=5_000_000),
        _field("credit_limit", "money", "信用额度", "Credit limit", min=0),
        _field("birth_date", "date", "出生日期", "Birth date", min="1900-01-01", max="as_of"),
        _field("called_at", "datetime", "最近通话", "Last call", max="as_of+1"),
        _field("active", "bool", "在用", "Active"),
        _field("parent_id", "ref", "上级客户", "Parent", to="customers"),
        _field("notes", "long", "备注", "Notes"),
        _field("total", "calc", "累计金额", "Total", result="money", rule="customer_total"),
    ),
}

PRODUCTS = {
    "key": "products",
    "label": _label("产品", "Products"),
    "key_field": "sku",
    "name_field": "name",
    "fields": (
        _field("sku", "text", "货号", "SKU", required=True, max_length=20),
        _field("name", "text", "品名", "Name", required=True),
        _field("price", "money", "单价", "Price", places=4),
    ),
}

SALES = {
    "key": "sales",
    "label": _label("交易记录", "Sales"),
    "key_field": "line_id",
    "name_field": "order_no",
    "fields": (
        _field("line_id", "auto", "交易行号", "Line ID", prefix="S", digits=8),
        _field("order_no", "text", "订单编号", "Order no.", required=True, max_length=30),
        _field("customer_id", "ref", "客户", "Customer", to="customers", required=True),
        _field("product_id", "ref", "产品", "Product", to="products"),
        _field("date", "date", "交易日期", "Date", required=True, min="1990-01-01", max="as_of+1"),
        _field("kind", "enum", "类型", "Kind", category="kind", required=True, default="sale"),
        _field("status", "enum", "状态", "Status", category="status", required=True, default="done"),
        _field("quantity", "dec", "数量", "Quantity", required=True, min=Decimal("0.001")),
        _field("unit_price", "money", "单价", "Unit price", required=True, min=0),
        _field("discount", "pct", "折扣率", "Discount", min=0, max=1),
        _field("amount", "calc", "金额", "Amount", result="money", rule="line_amount"),
    ),
}

BOOK_DOCUMENT: Mapping[str, Any] = {
    "key": "test_book",
    "version": 1,
    "label": _label("测试簿", "Test book"),
    "sheets": (CUSTOMERS, PRODUCTS, SALES),
    "categories": CATEGORIES,
    "settings": {"as_of": AS_OF},
}
BOOK: Book = Book.model_validate(BOOK_DOCUMENT)
"""A small book that has every field type, a cascade, references and computed fields."""

# no letter e: "1e+5" is what a spreadsheet makes of a long number
_LETTERS = "abcdxyzABCXYZ0123456789客户名称测试苏州𠮷😀éß"
_MARKS = "'\"=+-@<>&,;:_/\\()#%{}|~*?!.，；“”"
_WORD = st.text(alphabet=_LETTERS + _MARKS, min_size=1, max_size=12).filter(
    lambda word: not re.fullmatch(r"[-+]?[\d.]+", word)
)
_KEY = st.text(alphabet="ABCXYZ0123456789-", min_size=1, max_size=12).filter(lambda key: key[0].isalpha())


def _texts(field: Field) -> st.SearchStrategy[str]:
    if field.pattern is not None:
        return st.from_regex(field.pattern, fullmatch=True, alphabet=st.characters(codec="ascii")).map(str)
    blank = "\n" if field.type == "long" else " "
    longest = min(field.length or 200, 100)
    words = st.lists(_WORD, min_size=1, max_size=4).map(blank.join)
    shortest = field.min_length or 1
    return words.map(lambda text: _cut(text, longest).strip()).filter(lambda text: len(text) >= shortest)


def _cut(text: str, most: int) -> str:
    """The beginning of a text, of so many signs as spreadsheets count them: some take two."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")


def _numbers(field: Field) -> st.SearchStrategy[Value]:
    low = -(10**9) if field.min is None else field.min
    high = 10**9 if field.max is None else field.max
    if field.type == "int":
        return st.integers(int(low), int(high))
    return st.decimals(Decimal(low), Decimal(high), places=field.decimals)


def _dates(field: Field) -> st.SearchStrategy[dt.date]:
    first, last = dt.date(1950, 1, 1), AS_OF
    if isinstance(field.min, str) and not field.min.startswith("as_of"):
        first = max(dt.date.fromisoformat(field.min), dt.date(1900, 3, 1))
    return st.dates(first, last)


def _date_times(field: Field) -> st.SearchStrategy[dt.datetime]:
    seconds = st.integers(0, 24 * 60 * 60 - 1)
    return st.builds(
        lambda day, second: dt.datetime.combine(day, dt.time()) + dt.timedelta(seconds=second),
        _dates(field),
        seconds,
    )


def _codes(field: Field, book: Book, parent: Value = None) -> list[str]:
    assert field.category is not None
    choices = book.category(field.category).choices
    return [choice.code for choice in choices if parent is None or choice.parent == parent]


def values_for(
    field: Field, book: Book = BOOK, references: Mapping[str, Sequence[str]] | None = None
) -> st.SearchStrategy[Any]:
    """Filled, valid values of one stored field.

    References are drawn from the keys given by sheet, otherwise from made-up keys.
    """
    if field.type in ("int", "dec", "money", "pct"):
        return _numbers(field)
    if field.type == "date":
        return _dates(field)
    if field.type == "datetime":
        return _date_times(field)
    if field.type == "bool":
        return st.booleans()
    if field.type == "enum":
        return st.sampled_from(_codes(field, book))
    if field.type == "multi":
        codes = _codes(field, book)
        return st.lists(st.sampled_from(codes), min_size=1, unique=True).map(
            lambda chosen: tuple(sorted(chosen, key=codes.index))
        )
    return _named(field, book, references or {})


def _named(field: Field, book: Book, references: Mapping[str, Sequence[str]]) -> st.SearchStrategy[Any]:
    if field.type == "auto":
        digits = field.digits or 6
        return st.integers(1, 10**digits - 1).map(lambda number: f"{field.prefix}{number:0{digits}d}")
    if field.type == "ref":
        assert field.to is not None
        if field.to in references:
            return st.sampled_from(references[field.to])
        return keys_for(book.sheet(field.to))
    if field.type == "phone":
        return st.integers(0, 99_999_999).map(lambda number: f"+86138{number:08d}")
    if field.type == "email":
        return st.text(alphabet="abcdxyz0123456789", min_size=1, max_size=12).map(
            lambda name: f"{name}@qq.com"
        )
    if field.type == "url":
        return st.text(alphabet="abcdxyz0123456789-_", max_size=12).map(
            lambda path: f"https://www.example.com/{path}"
        )
    return _texts(field)


def keys_for(sheet: Sheet) -> st.SearchStrategy[str]:
    """Valid keys of a sheet."""
    field = sheet.field(sheet.key_field)
    return values_for(field) if field.type == "auto" else _KEY


@st.composite
def rows_for(
    draw: st.DrawFn,
    sheet: Sheet,
    key: str | None = None,
    book: Book = BOOK,
    references: Mapping[str, Sequence[str]] | None = None,
) -> Row:
    """Valid rows of a sheet, one value per stored field; with this key, if one is given.

    A reference whose sheet has no keys in ``references`` stays empty.
    """
    values: dict[str, Value] = {}
    for field in sheet.stored_fields:
        if field.key == sheet.key_field:
            values[field.key] = key if key is not None else draw(keys_for(sheet))
            continue
        if field.type == "ref" and references is not None and not references.get(field.to or ""):
            values[field.key] = None
            continue
        filled = values_for(field, book, references)
        if field.parent is not None:
            above = values[field.parent]
            filled = st.none() if above is None else st.sampled_from(_codes(field, book, above))
        values[field.key] = draw(filled if field.required else st.none() | filled)
    for field in sheet.stored_fields:
        if field.one_of is not None:
            group = [other for other in sheet.stored_fields if other.one_of == field.one_of]
            if all(values[other.key] is None for other in group):
                values[field.key] = draw(values_for(field, book, references))
    return tuple(values.values())


@st.composite
def tables_for(draw: st.DrawFn, book: Book = BOOK, most: int = 6) -> Tables:
    """Valid records of a whole book: keys and unique fields differ, references lead somewhere."""
    keys = {
        sheet.key: sorted(draw(st.lists(keys_for(sheet), min_size=1, max_size=most, unique=True)))
        for sheet in book.sheets
    }
    tables = {}
    for sheet in book.sheets:
        fields = tuple(field.key for field in sheet.stored_fields)
        rows = {key: draw(rows_for(sheet, key, book, keys)) for key in keys[sheet.key]}
        unique = [fields.index(field.key) for field in sheet.stored_fields if field.unique]
        tables[sheet.key] = Table(sheet.key, fields, _without_repeats(rows, unique))
    return tables


def _without_repeats(rows: Mapping[str, Row], unique: Sequence[int]) -> dict[str, Row]:
    seen: set[tuple[int, Value]] = set()
    kept = {}
    for key, row in rows.items():
        values = list(row)
        for at in unique:
            if (at, values[at]) in seen:
                values[at] = None
            seen.add((at, values[at]))
        kept[key] = tuple(values)
    return kept
