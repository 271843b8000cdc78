"""The documented example of a summary tab works, and the reference names everything there is."""

import datetime as dt
import re
from pathlib import Path
from typing import get_args

from custbook_gen.load import load_book
from custbook_gen.schema import Book
from custbook_gen.summaries import summary_sheet
from custbook_gen.summaries.sources import SOURCES
from custbook_gen.summaries.templates import render_tab
from custbook_gen.tabs import Figure, Grouping, PeriodName
from custbook_gen.workbook import Formula
from tests.full_book import full_tables
from tests.summary_books import context_of, view_of

DOC = (Path(__file__).parents[1] / "docs" / "summaries.md").read_text(encoding="utf-8")


def example() -> str:
    found = re.search(r"```yaml\n(.*?)```", DOC, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_documented_example_makes_a_tab() -> None:
    book, as_of = load_book("customer_book"), dt.date(2024, 3, 29)
    tab = render_tab(example(), "payments.yaml.j2", book)
    assert [block.kind for block in tab.blocks] == ["metrics", "table", "cross", "list"]
    sheet = summary_sheet(tab, context_of(view_of(book, full_tables(book, as_of), as_of)))
    formulas = [cell.value.text for cell in sheet.cells.values() if isinstance(cell.value, Formula)]
    assert any(text.startswith("SUMIFS(") for text in formulas)
    assert any(text.startswith("HYPERLINK(") for text in formulas)
    assert len(sheet.charts) == 2
    assert len(sheet.color_scales) == 2


def test_the_documented_example_leaves_itself_out_where_there_are_no_payments() -> None:
    book = load_book("customer_book")
    kept = [sheet for sheet in book.sheets if sheet.key != "sales"]
    gone = Book.model_construct(**{**dict(book), "sheets": tuple(kept)})
    assert render_tab(example(), "payments.yaml.j2", gone).blocks == ()


def test_the_reference_names_every_measure_period_grouping_and_sheet() -> None:
    words = set(re.findall(r"[a-z][a-z0-9_]*", DOC))
    assert set(get_args(PeriodName)) <= words
    assert set(get_args(Figure.model_fields["measure"].annotation)) <= words
    assert set(Figure.model_fields) | set(Grouping.model_fields) <= words
    for source in SOURCES:
        assert {source.key, *(field.key for field in source.fields)} <= words
