"""Every formula of the customer book against its rule: on random records, by two spreadsheet programs."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import ironcalc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custbook_gen.actions.demo_data import demo_records
from custbook_gen.derive import derive
from custbook_gen.layout import STATUS
from custbook_gen.load import load_book
from custbook_gen.plan import View
from custbook_gen.records import Table, Tables, Value
from custbook_gen.schema import Book, select
from custbook_gen.workbook import SheetPlan
from tests.drawn import view_of
from tests.strategies import AS_OF
from tests.summary_books import by_libreoffice, has_libreoffice, save, saved_cells, workbook_of

LAST_ROW = 20
"""Formulas look at so many rows: engines walk through every one."""
Found = Mapping[tuple[int, int], object]


@cache
def book() -> Book:
    """The bundled book with every sheet and field."""
    return select(load_book("customer_book"), "full")


# ---------------------------------------------------------------- random records

MONTH_ENDS = (dt.date(2024, 2, 29), dt.date(2025, 8, 31), dt.date(2026, 2, 28), dt.date(2026, 11, 30))
DAYS = st.sampled_from(MONTH_ENDS) | st.integers(-3, 400).map(lambda days: AS_OF - dt.timedelta(days=days))
MOMENTS = st.builds(
    dt.datetime.combine,
    DAYS,
    st.sampled_from([dt.time(0), dt.time(8, 59, 59), dt.time(9, 3), dt.time(9, 2, 59), dt.time(23, 59)]),
)
CUSTOMERS, PRODUCTS, STAFF = ("C000001", "C000002", "C000003"), ("P1", "P2"), ("E0001",)


def maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


def number(places: int, most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(0, most).map(lambda value: Decimal(value).scaleb(-places))


RECORDS: Mapping[str, tuple[Sequence[str], Mapping[str, st.SearchStrategy[Any]]]] = {
    "customers": (
        CUSTOMERS,
        {
            "name": st.just("晨光"),
            "customer_type": maybe("person", "company"),
            "level": maybe("A", "B", "C"),
            "birth_date": st.none() | DAYS | st.just(dt.date(1980, 2, 29)),
            "created_on": st.none() | DAYS,
            "verified_on": st.none() | DAYS,
            "status": maybe("normal", "inactive"),
            "lifecycle_manual": maybe("lost", "active"),
            "value_manual": maybe("high", "low"),
            "email": maybe("a@b.cn"),
            "mobile": maybe("+8613800138000"),
        },
    ),
    "products": (PRODUCTS, {"name": st.just("茶"), "cycle_days": maybe(1, 30)}),
    "staff": (STAFF, {"name": st.just("李强")}),
    "sales": (
        tuple(f"S{at:08}" for at in range(1, 13)),
        {
            "customer_id": maybe(*CUSTOMERS),
            "order_no": st.sampled_from(["A1", "A2", "A3"]),
            "date": st.none() | DAYS,
            "kind": maybe("sale", "sale", "sale", "return", "gift"),
            "product_id": maybe(*PRODUCTS),
            "quantity": st.none() | number(3, 50_000),
            "unit_price": st.none() | number(4, 9_999_999),
            "discount": maybe(Decimal(0), Decimal("0.0500"), Decimal("0.3333"), Decimal(1)),
            "currency": maybe("CNY", "USD"),
            "rate": maybe(Decimal(1), Decimal("7.123456"), Decimal("0.05")),
            "status": maybe("done", "done", "pending", "cancelled"),
            "orig_order_no": maybe("A1", "A2"),
        },
    ),
    "deals": (
        ("D000001", "D000002", "D000003"),
        {
            "name": st.just("春茶"),
            "stage": maybe("quotation", "won", "lost", "invalid"),
            "amount": st.none() | number(2, 10**9),
            "probability": st.none() | number(4, 10_000),
            "expected_close": st.none() | DAYS,
            "created_on": st.none() | DAYS,
            "closed_on": st.none() | DAYS,
        },
    ),
    "tickets": (
        ("T000001", "T000002", "T000003"),
        {
            "customer_id": maybe(*CUSTOMERS),
            "subject": st.just("咨询"),
            "opened_at": st.none() | MOMENTS,
            "first_reply_at": st.none() | MOMENTS,
            "resolved_at": st.none() | MOMENTS,
            "status": maybe("new", "resolved", "reopened"),
            "priority": maybe("urgent", "low"),
        },
    ),
    "interactions": (
        ("I00000001", "I00000002"),
        {
            "customer_id": maybe(*CUSTOMERS),
            "at": MOMENTS,
            "result": maybe("reached", "not_reached"),
            "next_on": st.none() | DAYS,
        },
    ),
}


@st.composite
def random_tables(draw: st.DrawFn) -> Tables:
    found: dict[str, Table] = {}
    for sheet in book().sheets:
        keys, fields = RECORDS.get(sheet.key, ((), {}))
        names = tuple(field.key for field in sheet.stored_fields)
        assert fields.keys() <= set(names), fields.keys() - set(names)
        rows: dict[str, tuple[Value, ...]] = {}
        for key in keys:
            values = {name: draw(strategy) for name, strategy in fields.items()} | {sheet.key_field: key}
            rows[key] = tuple(map(values.get, names))
        found[sheet.key] = Table(sheet.key, names, rows)
    return found


# ---------------------------------------------------------------- comparing


def view_at(tables: Tables, chosen: Book, as_of: dt.date) -> View:
    """What a workbook shows of records at a date."""
    dated = chosen.having(settings=chosen.settings.having(as_of=as_of))
    return replace(view_of(tables, "zh", dated), computed=derive(dated, tables, as_of), as_of=as_of)


def formula_cells(plan: SheetPlan) -> Iterator[tuple[str, tuple[int, int], object]]:
    """Field, row and column, and the rule's value of every cell with a formula."""
    table = plan.table
    for at, column in enumerate(table.columns if table is not None else (), 1):
        if table is None or column.formula is None or column.key == STATUS:
            continue
        for row, cells in enumerate(table.rows, table.first_row):
            yield f"{plan.key}.{column.key}", (row, at), cells[at - 1]


def wrong(plan: SheetPlan, found: Found) -> list[tuple[str, int, object, object]]:
    return [
        (field, place[0], value, found.get(place))
        for field, place, value in formula_cells(plan)
        if not same(value, found.get(place))
    ]


def same(value: object, found: object) -> bool:
    if value in (None, ""):
        return found in (None, "")
    if isinstance(value, str):
        return found == value
    try:
        number = float(str(found))
    except ValueError:
        return False
    return abs(number - float(str(value))) <= 1e-9 * max(1.0, abs(number))


# ---------------------------------------------------------------- tests

WITH_FORMULA = {
    f"{sheet.key}.{field.key}" for sheet in book().sheets for field in sheet.fields if field.formula
}


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(tables=random_tables(), as_of=st.sampled_from([AS_OF, *MONTH_ENDS]))
def test_ironcalc_gives_what_the_rule_gives(tables: Tables, as_of: dt.date) -> None:
    plan, _ = workbook_of(view_at(tables, book(), as_of), [], LAST_ROW)
    with tempfile.TemporaryDirectory() as folder:
        path = save(plan, Path(folder) / "book.xlsx")
        model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    titles = [properties["name"] for properties in model.get_worksheets_properties()]
    compared = set[str]()
    for sheet in plan.sheets:
        at = titles.index(sheet.title)
        places = {place for _, place, _ in formula_cells(sheet)}
        assert wrong(sheet, {place: model.get_cell_value(at, *place) for place in places}) == []
        compared |= {field for field, _, _ in formula_cells(sheet)}
    assert compared == WITH_FORMULA


@pytest.mark.slow
@pytest.mark.skipif(not has_libreoffice(), reason="LibreOffice is not here")
def test_libreoffice_gives_what_the_rule_gives_for_the_whole_demo(tmp_path: Path) -> None:
    changes = demo_records(book(), AS_OF, "zh")
    tables: dict[str, Table] = {}
    for sheet in book().sheets:
        names = tuple(field.key for field in sheet.stored_fields)
        own = {change.key: change.after for change in changes if change.sheet == sheet.key}
        tables[sheet.key] = Table(
            sheet.key, names, {key: tuple(map(values.get, names)) for key, values in own.items()}
        )
    last = max(len(table.rows) for table in tables.values()) + LAST_ROW
    plan, _ = workbook_of(view_at(tables, book(), AS_OF), [], last)
    saved = by_libreoffice(save(plan, tmp_path / "book.xlsx"))
    assert [one for sheet in plan.sheets for one in wrong(sheet, saved_cells(saved, sheet.title))] == []
    assert {field for sheet in plan.sheets for field, _, _ in formula_cells(sheet)} == WITH_FORMULA
