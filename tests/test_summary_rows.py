"""Rows of very many members are counted otherwise than a few, and show the same."""

import datetime as dt

import pytest

from custbook_gen.load import load_book, load_template, template_names
from custbook_gen.summaries import rows, summary_sheet, tallies
from custbook_gen.summaries.sources import extended
from custbook_gen.summaries.templates import render_tab
from custbook_gen.tabs.parse import parse_tab
from custbook_gen.workbook import Formula, SheetPlan
from tests.full_book import full_tables
from tests.summary_books import context_of, view_of

AS_OF = dt.date(2024, 3, 29)
PLAIN = load_book("customer_book")
BOOK = extended(PLAIN)
VIEW = view_of(PLAIN, full_tables(PLAIN, AS_OF), AS_OF)
TABLE = """key: t
title: {zh: 表, en: T}
blocks:
  - kind: table
    id: b
    title: {zh: 表, en: T}
    each: {records_of: customers, by: amount}
    columns:
      - {id: amount, label: {zh: 额, en: A}, measure: sum, of: sales.amount_book, where: %s}
"""


@pytest.mark.parametrize("name", template_names("summary"))
def test_few_and_very_many_rows_are_counted_alike(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = render_tab(load_template(name), name, PLAIN)
    monkeypatch.setattr(tallies, "MANY", 10**9)
    few = summary_sheet(tab, context_of(VIEW))
    monkeypatch.setattr(tallies, "MANY", 0)
    assert summary_sheet(tab, context_of(VIEW)) == few


def last_row(sheet: SheetPlan) -> list[object]:
    row = max(row for row, _ in sheet.cells)
    found = [cell.value for (at, _), cell in sorted(sheet.cells.items()) if at == row]
    return [value.value if isinstance(value, Formula) else value for value in found]


@pytest.mark.parametrize("many", [0, 10**9])
def test_the_rest_is_what_the_listed_rows_leave(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "MANY", many)
    monkeypatch.setattr(rows, "MOST_ROWS", 2)
    every = "[{field: customer_id, is: each}]"
    nothing = "[{field: customer_id, is: each}, {field: date, period: after_as_of}]"
    sold = [value for value in VIEW.computed["sales"]["amount_book"].values() if value is not None]
    label, rest = last_row(summary_sheet(parse_tab(TABLE % every, "t", BOOK), context_of(VIEW)))
    assert label == "其余"
    assert 0 < rest < sum(sold)  # type: ignore[operator,arg-type]
    assert last_row(summary_sheet(parse_tab(TABLE % nothing, "t", BOOK), context_of(VIEW))) == ["其余", 0]
