"""Lists of a summary: which records, in which order, how they are shown, and where they lead."""

import datetime as dt

import pytest

from custbook_gen.load import load_book
from custbook_gen.summaries import summary_sheet
from custbook_gen.summaries.sources import extended
from custbook_gen.tabs.parse import parse_tab
from custbook_gen.workbook import Formula, SheetPlan
from tests.full_book import full_tables
from tests.summary_books import context_of, view_of

AS_OF = dt.date(2024, 3, 29)
BOOK = extended(load_book("customer_book"))
TABLES = full_tables(load_book("customer_book"), AS_OF)
VIEW = view_of(load_book("customer_book"), TABLES, AS_OF)


def drawn(block: str) -> SheetPlan:
    text = "key: t\ntitle: {zh: 表, en: T}\nblocks:\n  - {kind: list, id: l, title: {zh: 单, en: L}, "
    return summary_sheet(parse_tab(f"{text}{block}}}\n", "t", BOOK), context_of(VIEW))


def rows(sheet: SheetPlan) -> list[list[object]]:
    """The cells of the list below its header, by row."""
    top = next(row for (row, _), cell in sorted(sheet.cells.items()) if cell.style.fill == "1F4E79")
    found: dict[int, list[object]] = {}
    for (row, _), cell in sorted(sheet.cells.items()):
        if row > top:
            value = cell.value.value if isinstance(cell.value, Formula) else cell.value
            found.setdefault(row, []).append(value)
    return list(found.values())


def test_a_list_holds_the_records_that_meet_every_condition() -> None:
    sheet = drawn(
        "of: customers, fields: [name, level], "
        "where: [{field: level, is: [A, C]}, {field: email, filled: false}]"
    )
    wanted = [
        str(name)
        for key, name in TABLES["customers"].column("name")
        if TABLES["customers"].value(key, "level") in ("A", "C")
        and TABLES["customers"].value(key, "email") is None
    ]
    assert [row[0] for row in rows(sheet)] == wanted


def test_choices_sort_in_the_order_of_their_category_and_empty_ones_come_last() -> None:
    category = BOOK.category("industry")
    labels = [choice.label.zh for choice in category.choices]
    shown = [row[1] for row in rows(drawn("of: customers, fields: [name, industry], sort: [industry]"))]
    filled = [label for label in shown if label is not None]
    assert filled == sorted(filled, key=lambda label: labels.index(str(label)))
    assert shown[len(filled) :] == [None] * (len(shown) - len(filled))
    assert len(filled) < len(shown)
    backwards = [row[1] for row in rows(drawn("of: customers, fields: [name, industry], sort: [-industry]"))]
    assert backwards[: len(filled)] == sorted(filled, key=lambda label: -labels.index(str(label)))
    assert backwards[-1] is None


def test_a_list_that_is_cut_off_says_how_many_there_are() -> None:
    sheet = drawn("of: customers, fields: [name], top: 3")
    assert len(rows(sheet)) == 3
    assert "共 40 条，列出前 3 条" in [cell.value for cell in sheet.cells.values()]


def test_the_first_column_leads_to_the_record_by_its_key() -> None:
    own = drawn("of: customers, fields: [name], top: 1").cells
    other = drawn("of: sales, fields: [customer_id], top: 1").cells
    for cells in (own, other):
        formula = next(
            c.value for c in cells.values() if isinstance(c.value, Formula) and "MATCH" in c.value.text
        )
        assert formula.text == (
            'HYPERLINK("#\'客户档案\'!C"&IFERROR(MATCH("C000001",cb_col_customers_customer_id,0)+2,2),'
            '"第0号客户有限公司")'
        )
        assert formula.value == "第0号客户有限公司"


def test_records_of_sheets_that_a_workbook_lacks_are_named_without_a_link() -> None:
    sheets = {key: here for key, here in VIEW.layout.sheets.items() if key != "customers"}
    layout = type(VIEW.layout)(sheets, VIEW.layout.titles)
    text = "key: t\ntitle: {zh: 表, en: T}\nblocks:\n"
    text += "  - {kind: list, id: l, title: {zh: 单, en: L}, of: sales, fields: [customer_id], top: 1}\n"
    sheet = summary_sheet(parse_tab(text, "t", BOOK), context_of(VIEW, layout))
    assert "第0号客户有限公司" in [cell.value for cell in sheet.cells.values()]


def test_fields_of_referred_records_stand_in_columns_of_their_own() -> None:
    found = rows(
        drawn("of: sales, fields: [customer_id, customer_id.owner_id, customer_id.owner_id.name], top: 5")
    )
    assert all(row[1] == row[2] for row in found)


@pytest.mark.parametrize("kind", ["scales", "formats"])
def test_columns_may_be_coloured(kind: str) -> None:
    look = "heat: true" if kind == "scales" else "highlight: {less_than: 5}"
    sheet = drawn(f"of: sales, fields: [customer_id, {{field: quantity, {look}}}], top: 5")
    found = sheet.color_scales if kind == "scales" else sheet.conditional_formats
    assert [one.ranges.split(":")[0][0] for one in found] == ["C"]
