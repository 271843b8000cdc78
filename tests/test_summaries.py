"""Summary sheets: formulas and values of every figure agree, and the page is fit to be seen."""

import calendar
import dataclasses
import datetime as dt
import itertools
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custbook_gen.actions.views import summary_tabs
from custbook_gen.derive import edate
from custbook_gen.formulas import AS_OF
from custbook_gen.layout import Layout
from custbook_gen.load import load_book, load_template, template_names
from custbook_gen.records import Table, Tables, Value
from custbook_gen.schema import Book, Preset, select
from custbook_gen.summaries import summary_sheet
from custbook_gen.summaries.periods import month, period
from custbook_gen.summaries.templates import render_tab
from custbook_gen.tabs import PeriodName, Tab
from custbook_gen.tabs.parse import parse_tab
from custbook_gen.workbook import Formula, SheetPlan, StyledCell
from tests import summary_books
from tests.full_book import full_tables
from tests.summary_books import (
    BOOK,
    DAYS,
    LABELS,
    TITLE,
    context_of,
    differences,
    table_of,
    tables_around,
    tables_at_edges,
    view_of,
    workbook_of,
)

PERIODS = [name for name in get_args(PeriodName) if name not in ("each", "across")]
LATER = ("next_7_days", "next_30_days", "after_as_of")


def figure(name: str, of: str, *where: str, measure: str = "count") -> str:
    label = f"{{zh: {name}, en: {name}}}"
    return f"{{id: {name}, label: {label}, measure: {measure}, of: {of}, where: [{', '.join(where)}]}}"


def metrics() -> list[str]:
    """A metric for every kind of condition and measure."""
    lines = [
        figure("all_customers", "customers"),
        figure("all_lines", "sales"),
        figure("all_amount", "sales.amount", measure="sum"),
        figure("all_total", "customers.total", measure="sum"),
        figure("mean_amount", "sales.amount", measure="average"),
        figure("mean_score", "customers.score", "{field: active, is: true}", measure="average"),
        figure("active", "customers", "{field: active, is: true}"),
        figure("passive", "customers", "{field: active, is: false}"),
        figure(
            "tagged", "customers.score", "{field: tags, is: t}", "{field: active, is: true}", measure="sum"
        ),
        figure("mean_tagged", "customers.score", "{field: tags, is: t}", measure="average"),
        figure("both_tags", "customers", "{field: tags, is: t}", "{field: tags, is: s}"),
        figure("same_city", "customers", "{field: city, is: x1}"),
        "{id: share, label: {zh: x, en: x}, measure: ratio, of: [active, all_customers]}",
        "{id: change, label: {zh: x, en: x}, measure: growth, of: [sold_this_year, sold_last_year_to_date]}",
    ]
    for name in PERIODS:
        done, day = "{field: status, is: done}", f"{{field: date, period: {name}}}"
        lines.insert(0, figure(f"sold_{name}", "sales.amount", done, day, measure="sum"))
        lines.insert(0, figure(f"called_{name}", "customers", f"{{field: called_at, period: {name}}}"))
    for field in ("level", "tags", "active", "owner_id", "created_on", "called_at", "score"):
        lines.append(figure(f"with_{field}", "customers", f"{{field: {field}, filled: true}}"))
        lines.append(figure(f"without_{field}", "customers", f"{{field: {field}, filled: false}}"))
    lines += [figure(f"is_{code}", "customers", f"{{field: level, is: {code}}}") for code in LABELS]
    return lines


def number_metrics() -> list[str]:
    """Metrics about the size of numbers, several choices, referred records and whole sets of values."""
    of_level = "{field: customer_id.level, is: [a, aa, d]}"
    return [
        figure("large", "customers", "{field: score, at_least: 10}"),
        figure("small", "customers", "{field: score, less_than: 2.5}"),
        figure("some", "customers.score", "{field: score, at_least: -2, less_than: 10}", measure="sum"),
        figure("some_levels", "customers", "{field: level, is: [c, d, g]}"),
        figure("some_tags", "customers", "{field: tags, is: [t, s]}"),
        figure("by_level", "sales.amount", of_level, measure="sum"),
        figure("by_owner", "sales", "{field: customer_id.owner_id.name, filled: true}"),
        figure("orders", "sales.order_no", "{field: status, is: done}", measure="distinct"),
        *(figure(f"score_{name}", "customers.score", measure=name) for name in ("median", "min", "max")),
        figure("last_score", "sales.customer_id.score", measure="max"),
        "{id: points, label: {zh: x, en: x}, measure: weighted, of: [large, small], weights: [0.35, -2]}",
        "{id: marked, label: {zh: x, en: x}, measure: mark, of: [large, share], at_least: [3, 0.5]}",
    ]


def table(name: str, each: str, *columns: str, charts: str = "") -> str:
    head = (
        f"  - {{kind: table, id: {name}, title: {{zh: 表, en: T}}, each: {{{each}}}, total: true, columns: ["
    )
    return f"{head}{', '.join(columns)}], charts: [{charts}]}}\n"


def grouped(sheet: str, field: str, condition: str = "is: each") -> tuple[str, ...]:
    """Columns of every measure, grouped by a field."""
    row, of = f"{{field: {field}, {condition}}}", {"customers": "score", "sales": "amount"}[sheet]
    return (
        figure("n", sheet, row),
        figure("added", f"{sheet}.{of}", row, measure="sum"),
        figure("mean", f"{sheet}.{of}", row, measure="average"),
        "{id: part, label: {zh: x, en: x}, measure: share, of: added}",
        "{id: each_one, label: {zh: x, en: x}, measure: ratio, of: [added, n]}",
        "{id: against, label: {zh: x, en: x}, measure: growth, of: [n, all_customers]}",
        "{id: so_far, label: {zh: x, en: x}, measure: running, of: n}",
        "{id: to_come, label: {zh: x, en: x}, measure: running, of: added, backwards: true}",
        "{id: cumulative, label: {zh: x, en: x}, measure: ratio, of: [so_far, all_customers]}",
        "{id: next_one, label: {zh: x, en: x}, measure: step, of: n}",
        "{id: noted, label: {zh: x, en: x}, measure: mark, of: [part, against], at_least: [0.5, 0.1]}",
        figure("middle", f"{sheet}.{of}", row, measure="median"),
    )


def cross(name: str, rows: str, columns: str, of: str, *where: str, measure: str = "count") -> str:
    head = (
        f"  - {{kind: cross, id: {name}, title: {{zh: 表, en: T}}, rows: {{{rows}}}, columns: {{{columns}}}, "
    )
    return f"{head}figure: {figure(name, of, *where, measure=measure)}, total: true, heat: true}}\n"


def crosses() -> str:
    """Cross tables of every kind of grouping."""
    level, day = "{field: level, is: %s}", "{field: date, period: %s}"
    done, each, across = "{field: status, is: done}", "each", "across"
    states = "choices_of: status"
    return "".join(
        [
            cross("c1", "choices_of: level, unfilled: true", "bands: [0, 5, 20.5], unfilled: true",
                  "customers", level % each, "{field: score, is: across}"),
            cross("c2", "choices_of: level, by: c2, top: 2, unfilled: true", "choices_of: tags",
                  "customers.score", level % each, "{field: tags, is: across}", measure="sum"),
            cross("c3", "years: 3", states, "sales.amount", day % each,
                  "{field: status, is: across}", measure="sum"),
            cross("c4", "months_of_year: true", "years: 2", "sales", day % each, day % across, done),
            cross("c5", states, "months: 5", "sales.amount", "{field: status, is: each}", day % across,
                  measure="average"),
            cross("c6", "records_of: customers, by: c6, top: 2", states, "sales",
                  "{field: customer_id, is: each}", "{field: status, is: across}"),
            cross("c7", "choices_of: level", states, "sales",
                  "{field: customer_id.level, is: each}", "{field: status, is: across}"),
        ]
    )  # fmt: skip


def lists() -> str:
    """Lists with every kind of condition, sorted by choices, dates and texts."""
    head = "  - {kind: list, title: {zh: 单, en: L}, "
    return (
        head
        + "id: l1, of: customers, fields: [name, level, {field: owner_id.name, width: 2}, total, called_at], "
        + "where: [{field: active, is: [true_]}], sort: [-level, created_on]}\n".replace("[true_]", "true")
        + head
        + "id: l2, of: sales, fields: [customer_id, date, amount, customer_id.level], top: 3, "
        + "where: [{field: date, period: last_12_months}, {field: amount, at_least: 1}], sort: [-amount]}\n"
    )


def hard_tab() -> Tab:
    """A tab that asks everything that can be asked of the hard book."""
    pie = "{kind: pie, title: {zh: 图, en: C}, columns: [n]}"
    text = "key: hard\ntitle: {zh: 难, en: Hard}\nblocks:\n  - kind: metrics\n    metrics:\n"
    text += "".join(f"      - {line}\n" for line in [*metrics(), *number_metrics()])
    text += table("levels", "choices_of: level, unfilled: true", *grouped("customers", "level"), charts=pie)
    text += table("cities", "choices_of: city, unfilled: true", *grouped("customers", "city"))
    text += table("few", "choices_of: level, by: n, top: 2, unfilled: true", *grouped("customers", "level"))
    text += table(
        "tags", "choices_of: tags, by: added, top: 2, unfilled: true", *grouped("customers", "tags")
    )
    text += table("owners", "records_of: staff, by: n, unfilled: true", *grouped("customers", "owner_id"))
    text += table("best", "records_of: customers, by: added, top: 2", *grouped("sales", "customer_id"))
    text += table("selves", "records_of: customers", *grouped("customers", "customer_id"))
    text += table("months", "months: 14", *grouped("sales", "date", "period: each"))
    text += table("years", "years: 4", *grouped("sales", "date", "period: each"))
    text += table("seasons", "months_of_year: true", *grouped("sales", "date", "period: each"))
    text += table("bands", "bands: [-3, 0, 12.5, 50], unfilled: true", *grouped("customers", "score"))
    text += crosses() + lists()
    return parse_tab(text, "hard", BOOK)


TAB = hard_tab()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_formulas_and_values_of_every_figure_agree(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    as_of = data.draw(st.sampled_from(DAYS) | st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)))
    view = view_of(BOOK, data.draw(tables_around(as_of)), as_of)
    plan, (sheet,) = workbook_of(view, [TAB])
    path = summary_books.save(plan, tmp_path_factory.mktemp("ironcalc") / "book.xlsx")
    assert differences(sheet, summary_books.by_ironcalc(path, sheet)) == []


@pytest.mark.parametrize("as_of", DAYS)
def test_formulas_and_values_agree_at_the_edges_of_every_period(as_of: dt.date, tmp_path: Path) -> None:
    plan, (sheet,) = workbook_of(view_of(BOOK, tables_at_edges(as_of), as_of), [TAB])
    path = summary_books.save(plan, tmp_path / "book.xlsx")
    assert differences(sheet, summary_books.by_ironcalc(path, sheet)) == []


@pytest.mark.skipif(not summary_books.has_libreoffice(), reason="LibreOffice is not here")
def test_libreoffice_agrees_on_whole_columns_and_every_bundled_tab(tmp_path: Path) -> None:
    book, as_of = load_book("customer_book"), dt.date(2024, 2, 29)
    plan, sheets = workbook_of(
        view_of(book, full_tables(book, as_of), as_of), summary_tabs(book), rows=1_048_576
    )
    path = summary_books.by_libreoffice(summary_books.save(plan, tmp_path / "book.xlsx"))
    for sheet in sheets:
        assert differences(sheet, summary_books.saved_cells(path, sheet.title)) == []


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["basic", pytest.param("full", marks=pytest.mark.thorough)])
def test_ironcalc_agrees_on_every_bundled_tab(preset: Preset, tmp_path: Path) -> None:
    book, as_of = select(load_book("customer_book"), preset), dt.date(2024, 3, 29)
    tables = full_tables(book, as_of, customers=30, lines=150)
    plan, sheets = workbook_of(view_of(book, tables, as_of, "en"), summary_tabs(book), rows=200)
    path = summary_books.save(plan, tmp_path / "book.xlsx")
    for sheet in sheets:
        assert differences(sheet, summary_books.by_ironcalc(path, sheet)) == []


def sample(book: Book, as_of: dt.date, lines: int = 60) -> Tables:
    """A few records of the bundled book, spread over two years."""
    codes = {
        key: [choice.code for choice in book.category(key).choices] for key in ("industry", "customer_source")
    }
    days = [as_of - dt.timedelta(days=13 * number - 1) for number in range(lines)]
    customers: list[dict[str, Value]] = [
        {
            "customer_id": f"C{number:06}",
            "name": f"客户{number}*",
            "level": "ABC"[number % 3],
            "industry": codes["industry"][number] if number % 4 else None,
            "source": codes["customer_source"][number % 5],
            "owner_id": f"E{number % 3 + 1:04}",
            "created_on": days[number % lines],
        }
        for number in range(12)
    ]
    staff: list[dict[str, Value]] = [
        {"staff_id": f"E{n:04}", "name": "李强", "role": "sales"} for n in range(1, 5)
    ]
    sales: list[dict[str, Value]] = [
        {
            "line_id": f"S{number:08}",
            "order_no": f"N{number // 2}",
            "customer_id": f"C{number % 12:06}",
            "date": day,
            "kind": "return" if number % 9 == 0 else "sale",
            "quantity": Decimal(number % 7 + 1),
            "unit_price": Decimal("19.99"),
            "discount": Decimal("0.05") if number % 3 else None,
            "status": "pending" if number % 8 == 0 else "done",
            "staff_id": f"E{number % 3 + 1:04}",
        }
        for number, day in enumerate(days)
    ]
    interactions: list[dict[str, Value]] = [
        {
            "interaction_id": f"I{n:08}",
            "staff_id": f"E{n % 2 + 1:04}",
            "at": dt.datetime.combine(day, dt.time(23, 59)),
        }
        for n, day in enumerate(days)
    ]
    rows = {"customers": customers, "staff": staff, "sales": sales, "interactions": interactions}
    return {sheet.key: table_of(book, sheet.key, rows.get(sheet.key, [])) for sheet in book.sheets}


def value_under(sheet: SheetPlan, label: str, below: int = 1) -> object:
    """The value so many rows below a label."""
    row, column = next(place for place, cell in sheet.cells.items() if cell.value == label)
    cell = sheet.cells[row + below, column].value
    return cell.value if isinstance(cell, Formula) else cell


def overview(tables: Tables, as_of: dt.date, layout: Layout | None = None) -> SheetPlan:
    book = load_book("customer_book")
    tab = render_tab(load_template("summary/overview.yaml.j2"), "overview", book)
    return summary_sheet(tab, context_of(view_of(book, tables, as_of), layout))


def test_only_completed_lines_up_to_the_evaluation_date_are_sales() -> None:
    as_of, book = dt.date(2024, 3, 31), load_book("customer_book")
    tables = sample(book, as_of, lines=4)
    sheet = overview(tables, as_of)
    # the four lines are of tomorrow (returned, pending), 12 and 25 days ago, and of the month before
    assert value_under(sheet, "本月销售额") == Decimal("37.98") + Decimal("56.97")
    assert value_under(sheet, "上月销售额") == Decimal("79.96")
    assert value_under(sheet, "累计销售额") == Decimal("174.91")
    assert value_under(sheet, "交易行数") == 3
    assert value_under(sheet, "同比增长") == ""


def test_an_empty_book_gives_zeros_and_empty_ratios() -> None:
    book = load_book("customer_book")
    empty = {s.key: Table(s.key, tuple(f.key for f in s.stored_fields)) for s in book.sheets}
    sheet = overview(empty, dt.date(2024, 2, 29))
    assert value_under(sheet, "客户数") == 0
    assert value_under(sheet, "累计销售额") == 0
    assert value_under(sheet, "平均每行金额") == ""
    owners = render_tab(load_template("summary/by_owner.yaml.j2"), "by_owner", book)
    tab = summary_sheet(owners, context_of(view_of(book, empty, dt.date(2024, 2, 29))))
    assert value_under(tab, "负责人") == "暂无数据"
    row = next(row for (row, _), cell in tab.cells.items() if cell.value == "暂无数据")
    assert [chart.categories[-9:] for chart in tab.charts] == [f"$B${row}:$B${row}"] * 2


def test_without_the_sheet_or_column_a_figure_is_a_plain_value() -> None:
    book, as_of = load_book("customer_book"), dt.date(2024, 3, 31)
    tables = sample(book, as_of)
    whole = view_of(book, tables, as_of).layout
    customers = whole.sheets["customers"]
    columns = {key: at for key, at in customers.columns.items() if key != "industry"}
    sheets = {key: sheet for key, sheet in whole.sheets.items() if key != "sales"}
    part = Layout(sheets | {"customers": dataclasses.replace(customers, columns=columns)})
    lacking, full = overview(tables, as_of, part), overview(tables, as_of)
    assert lacking.cells.keys() == full.cells.keys()
    assert [value_of(cell) for cell in lacking.cells.values()] == [
        value_of(cell) for cell in full.cells.values()
    ]
    assert not any("交易记录" in text or "$M$" in text for text in formulas(lacking))
    assert len(formulas(lacking)) > len(formulas(full)) / 4


def value_of(cell: StyledCell) -> object:
    return cell.value.value if isinstance(cell.value, Formula) else cell.value


def formulas(sheet: SheetPlan) -> list[str]:
    return [cell.value.text for cell in sheet.cells.values() if isinstance(cell.value, Formula)]


def test_formulas_use_nothing_newer_than_excel_2007() -> None:
    allowed = {
        "COUNTIFS",
        "SUMIFS",
        "AVERAGEIFS",
        "SUM",
        "IFERROR",
        "IF",
        "DATE",
        "EDATE",
        "YEAR",
        "MONTH",
        "TEXT",
        "HYPERLINK",
        "MATCH",
    }
    book, as_of = load_book("customer_book"), dt.date(2024, 3, 31)
    used = {
        word
        for text in formulas(overview(sample(book, as_of), as_of))
        for word in "".join(char if char.isalnum() or char == "(" else " " for char in text)
        .replace("(", "( ")
        .split()
        if word.endswith("(") and len(word) > 1
    }
    assert {word[:-1] for word in used} <= allowed


@pytest.mark.parametrize("name", template_names("summary"))
@pytest.mark.parametrize("lang", ["zh", "en", "zh+en"])
def test_charts_stand_over_no_cell_and_over_no_other_chart(name: str, lang: str) -> None:
    book, as_of = load_book("customer_book"), dt.date(2024, 3, 31)
    tab = render_tab(load_template(name), name, book)
    view = view_of(
        book, sample(book, as_of), as_of, "zh" if lang == "zh" else "en" if lang == "en" else "zh+en"
    )
    sheet = summary_sheet(tab, context_of(view))
    assert bool(sheet.charts) == (name not in ("summary/worklist.yaml.j2", "summary/changelog.yaml.j2"))
    covered = [
        covered_cells(sheet, chart.row, chart.column, chart.width, chart.height) for chart in sheet.charts
    ]
    for one, other in itertools.combinations(covered, 2):
        assert not one & other
    assert not set().union(*covered) & set(sheet.cells)


def covered_cells(
    sheet: SheetPlan, row: int, column: int, width: float, height: float
) -> set[tuple[int, int]]:
    """The cells under a chart; a chart of no more than a column's edge covers none of it."""
    rows, columns, left, tall = [], [], width * 96 / 2.54, height * 72 / 2.54
    while tall > 0:
        rows.append(row)
        tall -= sheet.heights.get(row, 15)
        row += 1
    while left > 0:
        columns.append(column)
        left -= sheet.widths.get(column, 9) * 8 + 5
        column += 1
    return set(itertools.product(rows, columns))


def test_the_page_is_ready_to_be_read_and_printed() -> None:
    book, as_of = load_book("customer_book"), dt.date(2024, 3, 31)
    sheet = overview(sample(book, as_of), as_of)
    assert sheet.title == TITLE
    assert sheet.freeze == (3, 1)
    assert not sheet.gridlines
    assert sheet.protection is not None
    assert not sheet.protection.rows
    assert sheet.cells[2, 3].value == Formula(AS_OF, 45382)
    assert all(cell.style.locked for cell in sheet.cells.values())
    rows = {row for row, _ in sheet.cells}
    assert rows <= set(sheet.heights)
    quoted = "'" + TITLE.replace("'", "''") + "'!"
    assert all(chart.categories.startswith(quoted) for chart in sheet.charts)


def test_a_list_that_is_cut_off_tells_the_rest() -> None:
    as_of = dt.date(2024, 3, 31)
    book = load_book("customer_book")
    sheet = overview(sample(book, as_of), as_of)
    header = next(chart.row for chart in sheet.charts if chart.kind == "bar")
    labels = [sheet.cells[row, 2].value for row in range(header + 1, header + 12)]
    amounts = [value_of(sheet.cells[row, 3]) for row in range(header + 1, header + 12)]
    assert labels[-1] == "其余"
    assert sum(Decimal(str(amount)) for amount in amounts) == value_under(sheet, "近 12 个月销售额")
    assert amounts[:-1] == sorted(amounts[:-1], key=lambda amount: Decimal(str(amount)), reverse=True)
    chart = next(chart for chart in sheet.charts if chart.row == header)
    assert chart.categories.endswith(f"$B${header + 1}:$B${header + 10}")


def test_people_of_the_same_name_are_told_apart_by_key() -> None:
    book, as_of = load_book("customer_book"), dt.date(2024, 3, 31)
    tab = render_tab(load_template("summary/by_owner.yaml.j2"), "by_owner", book)
    sheet = summary_sheet(tab, context_of(view_of(book, sample(book, as_of), as_of)))
    assert "李强 · E0001" in [value_of(cell) for cell in sheet.cells.values()]


@given(st.dates(dt.date(1905, 1, 1), dt.date(2200, 1, 1)), st.integers(-36, 36))
def test_edate_keeps_the_day_or_takes_the_months_last(day: dt.date, months: int) -> None:
    later = edate(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == min(day.day, calendar.monthrange(later.year, later.month)[1])


@given(st.dates(dt.date(1905, 1, 1), dt.date(2200, 1, 1)) | st.sampled_from(DAYS))
def test_months_follow_each_other_and_end_with_the_evaluation_date(as_of: dt.date) -> None:
    spans = [month(back, as_of) for back in range(15)]
    assert spans[0].end == as_of + dt.timedelta(days=1)
    for later, earlier in itertools.pairwise(spans):
        assert earlier.end == later.start
    for name in PERIODS:
        assert (period(name, as_of).end > as_of + dt.timedelta(days=1)) == (name in LATER)


def test_the_same_period_last_year_of_a_leap_day_ends_with_february() -> None:
    span = period("last_year_to_date", dt.date(2024, 2, 29))
    assert (span.start, span.end) == (dt.date(2023, 1, 1), dt.date(2023, 3, 1))
    span = period("last_12_months", dt.date(2025, 2, 28))
    assert (span.start, span.end) == (dt.date(2024, 2, 29), dt.date(2025, 3, 1))
