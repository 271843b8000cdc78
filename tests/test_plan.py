"""The plan of a workbook: the same for the same records, complete, and within every limit."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings

from custbook_gen.formulas import AS_OF as AS_OF_NAME
from custbook_gen.layout import (
    CONFLICTS,
    GUIDE,
    ISSUES,
    LISTS,
    META,
    PROTECTION,
    SETTINGS,
    letters,
    plan_layout,
)
from custbook_gen.load import load_book
from custbook_gen.plan import View, read_meta
from custbook_gen.plan.whole import plan_workbook
from custbook_gen.records import Tables
from custbook_gen.schema import Book
from custbook_gen.texts import Lang
from custbook_gen.workbook import Cell, ColumnPlan, Formula, Plan, SheetPlan
from tests.drawn import as_read, tables, view_of
from tests.strategies import AS_OF, BOOK, tables_for

GOLDEN = Path(__file__).parent / "golden" / "plan.txt"
BUNDLED = load_book("customer_book")
LANGS: tuple[Lang, ...] = ("zh", "en", "zh+en")
SMALL = tables(
    {
        "customers": [
            {
                "customer_id": "C000001",
                "name": "华为",
                "code": "AB0001",
                "level": "重要",
                "groups": "老客户；团购",
                "province": "江苏省",
                "city": "苏州市",
                "mobile": "13800138000",
                "employees": 120.0,
                "credit_limit": 1000.5,
                "birth_date": "2001-02-03",
                "called_at": "2026-03-04 15:30",
                "active": "是",
                "notes": "第一行\n第二行",
            },
            {
                "customer_id": "C000002",
                "name": "=1+1",
                "level": "普通",
                "email": "a@b.cn",
                "parent_id": "华为",
            },
        ],
        "products": [{"sku": "T-1", "name": "茶", "price": 12.3456}],
        "sales": [
            {
                "line_id": "S00000001",
                "order_no": "A1",
                "customer_id": "华为",
                "product_id": "茶",
                "date": "2026-03-04",
                "kind": "销售",
                "status": "已完成",
                "quantity": 2.5,
                "unit_price": 4.0,
                "discount": 0.1,
            }
        ],
    }
)


def empty(book: Book) -> Tables:
    return tables({}, book)


def columns(plan: Plan) -> Iterator[ColumnPlan]:
    return (column for sheet in plan.sheets if sheet.table is not None for column in sheet.table.columns)


@settings(max_examples=10)
@given(some=tables_for())
def test_the_same_records_give_the_same_plan(some: Tables) -> None:
    assert plan_workbook(view_of(some)) == plan_workbook(view_of(some))


@settings(max_examples=10)
@given(some=tables_for())
def test_every_record_stands_in_its_sheet_once(some: Tables) -> None:
    plan = plan_workbook(view_of(some))
    for key, table in some.items():
        drawn = plan.sheet(key).table
        assert drawn is not None
        assert [row[0] for row in drawn.rows] == list(table.rows)
        assert all(len(row) == len(drawn.columns) for row in drawn.rows)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("book", [BOOK, BUNDLED], ids=["test book", "bundled book"])
def test_every_name_that_a_formula_or_rule_uses_is_defined(book: Book, lang: Lang) -> None:
    plan = plan_workbook(view_of(empty(book), lang, book))
    texts = [piece for column in columns(plan) if column.formula for piece in column.formula.pieces]
    texts += [str(text) for c in columns(plan) if c.rule for text in (c.rule.formula1, c.rule.formula2)]
    used = {name for text in texts for name in re.findall(r"cb_\w+", text)}
    assert used <= plan.names.keys()
    assert AS_OF_NAME in plan.names


@pytest.mark.parametrize("book", [BOOK, BUNDLED], ids=["test book", "bundled book"])
def test_every_list_reaches_over_its_values_and_no_blank_cell(book: Book) -> None:
    for some in (empty(book), SMALL if book is BOOK else empty(book)):
        plan = plan_workbook(view_of(some, book=book))
        table = plan.sheet(LISTS).table
        assert table is not None
        for at, column in enumerate(table.columns, 1):
            values = [row[at - 1] for row in table.rows]
            filled = [value for value in values if value is not None]
            assert filled
            assert filled == values[: len(filled)]
            # over the values of a cascade stands the hint that is offered where there are none
            first = 4 if column.key.startswith("cb_child_") else 3
            reference = f"'{plan.sheet(LISTS).title}'!${letters(at)}${first}:${letters(at)}${len(filled) + 2}"
            assert plan.names[column.key] == reference


@pytest.mark.parametrize("lang", LANGS)
def test_titles_differ_and_fit(lang: Lang) -> None:
    plan = plan_workbook(view_of(empty(BUNDLED), lang, BUNDLED))
    titles = [sheet.title.casefold() for sheet in plan.sheets]
    assert len(set(titles)) == len(titles)
    assert all(len(title.encode("utf-16-le")) <= 62 for title in titles)


def test_people_see_their_sheets_and_not_the_lists() -> None:
    plan = plan_workbook(view_of(SMALL))
    assert {sheet.key: sheet.state for sheet in plan.sheets} == {
        GUIDE: "visible",
        ISSUES: "visible",
        CONFLICTS: "visible",
        "customers": "visible",
        "products": "visible",
        "sales": "visible",
        SETTINGS: "visible",
        PROTECTION: "visible",
        LISTS: "hidden",
        META: "very_hidden",
    }
    assert plan.active == "customers"


def test_values_out_of_use_are_not_offered() -> None:
    document = BOOK.model_dump()
    document["categories"][0]["choices"][0]["active"] = False
    book = Book.model_validate(document)
    view = view_of(empty(book), book=book)
    table = plan_workbook(view).sheet(LISTS).table
    assert table is not None
    at = [column.key for column in table.columns].index("cb_list_level")
    assert [row[at] for row in table.rows if row[at] is not None] == ["普通"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_workbook_knows_what_it_is(lang: Lang) -> None:
    view = view_of(SMALL, lang)
    sheet = as_read(plan_workbook(view)).sheet(META)
    assert sheet is not None
    meta = read_meta(sheet)
    assert meta is not None
    assert (meta.identity, meta.lang, meta.as_of) == (view.identity, lang, AS_OF)
    assert meta.schema_text == view.schema_text
    assert meta.titles == {key: here.title for key, here in view.layout.sheets.items()} | dict(
        plan_layout(BOOK, lang).titles
    )


def test_the_plan_of_a_small_book_is_the_one_that_was_agreed(update: bool) -> None:
    text = described(view_of(SMALL))
    if update:
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def described(view: View) -> str:
    """A plan as text, cell by cell."""
    plan = plan_workbook(view)
    lines = [f"{plan.title} ({plan.language}), in front: {plan.active}"]
    lines += [f"name {name} = {reference}" for name, reference in plan.names.items()]
    lines += [f"property {name} = {text}" for name, text in plan.properties.items()]
    for sheet in plan.sheets:
        lines += ["", *_sheet(sheet)]
    return "\n".join(lines) + "\n"


def _sheet(sheet: SheetPlan) -> Iterator[str]:
    yield f"== {sheet.title} [{sheet.key}] {sheet.state}"
    if sheet.freeze is not None:
        yield f"freeze {letters(sheet.freeze[1])}{sheet.freeze[0]}"
    if sheet.protection is not None:
        yield f"protected, sort and filter {sheet.protection.sort_filter}, rows {sheet.protection.rows}"
    for colour in sheet.conditional_formats:
        yield f"colour {colour.ranges} if {colour.formula}: {colour.fill}"
    for (row, column), cell in sorted(sheet.cells.items()):
        if not str(sheet.cells.get((row, 1), cell).value).startswith("schema."):
            yield f"{letters(column)}{row} {_value(cell.value)}"
    if sheet.table is None:
        return
    table = sheet.table
    yield f"keys in row {table.key_row}, headers in {table.header_row}, rules to {table.last_rule_row}"
    for at, item in enumerate(table.columns, 1):
        yield from _column(letters(at), item)
    for number, cells in enumerate(table.rows, table.first_row):
        yield f"{number}: " + " | ".join(map(_value, cells))


def _column(letter: str, column: ColumnPlan) -> Iterator[str]:
    style = column.style
    yield f"{letter} {column.key} {column.header!r} {style.number_format} {column.width:g}"
    if column.formula is not None:
        yield f"  formula {column.formula.at(3)}"
    rule = column.rule
    if rule is not None:
        bounds = [text for text in (rule.formula1, rule.formula2) if text is not None]
        yield f"  {rule.kind} {' to '.join(bounds)}".rstrip()
        yield f"  prompt {rule.prompt!r}"
        if rule.error:
            yield f"  refusal {rule.error!r}"


def _value(value: Cell | Formula) -> str:
    if isinstance(value, Formula):
        return f"={value.text} -> {_value(value.value)}"
    return "" if value is None else repr(value) if isinstance(value, str) else str(value)
