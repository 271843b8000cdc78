"""``custbook summary``: the summary tabs alone, as a workbook of values and as a page."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.pages import document_of
from custbook_gen.actions.project import Run
from custbook_gen.actions.summary import Wanted, summarise
from custbook_gen.actions.views import summary_tabs
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.errors import UsageError, WorkbookError
from custbook_gen.layout import Layout
from custbook_gen.load import load_book
from custbook_gen.records import Change, Value
from custbook_gen.schema import select
from custbook_gen.schema.limits import FIRST_DAY, LAST_DAY
from custbook_gen.summaries import summary_page, summary_sheet
from custbook_gen.summaries.figures import value_of
from custbook_gen.texts import Lang, say
from custbook_gen.values import formatted_cell
from custbook_gen.workbook import RawCell, RawSheet
from tests.full_book import full_tables
from tests.pages import HTML, SVG, outside_references, parsed, rendered, texts
from tests.summary_books import context_of, view_of
from tests.sync_books import AT, RUN, Desk
from tests.test_cli import custbook

LATER = Run(AT + dt.timedelta(days=1), "li")
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>'


def summed(desk: Desk, name: str, *tabs: str, as_of: dt.date | None = None, lang: Lang | None = None) -> Path:
    path = desk.folder / name
    wanted = Wanted(as_of=as_of, tabs=tabs, lang=lang)
    summarise(desk.home(), path, LATER, wanted, html=path.suffix == ".html")
    return path


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max, dt.date(1900, 2, 28), dt.date(3000, 1, 1)])
def test_days_around_which_there_are_none_are_refused(desk: Desk, day: dt.date) -> None:
    with pytest.raises(UsageError, match="--as-of takes a day from 1900-03-01 to 2999-12-31"):
        summed(desk, "out.html", as_of=day)
    assert not (desk.folder / "out.html").exists()


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY])
@pytest.mark.parametrize("name", ["out.html", "out.xlsx"])
def test_the_first_and_the_last_day_can_be_told_of(desk: Desk, day: dt.date, name: str) -> None:
    assert summed(desk, name, as_of=day).exists()


def hostile_sale(desk: Desk) -> None:
    """A customer with a nasty name buys more than anybody else."""
    sale: dict[str, Value] = {
        "line_id": "S00000999", "order_no": "D9999", "customer_id": "C000999", "date": dt.date(2026, 11, 1),
        "kind": "sale", "quantity": Decimal(1000), "unit_price": Decimal(99), "status": "done",
    }  # fmt: skip
    person: dict[str, Value] = {
        "customer_id": "C000999",
        "name": HOSTILE,
        "customer_type": "person",
        "status": "normal",
    }
    desk.commit(
        Change("insert", "customers", "C000999", after=person),
        Change("insert", "sales", "S00000999", after=sale),
    )


def test_the_workbook_holds_the_summary_tabs_alone_and_only_values(desk: Desk) -> None:
    raw = ExcelFile(summed(desk, "summary.xlsx")).read()
    whole = ExcelFile(desk.a).read()
    titles = [sheet.title for sheet in raw.sheets]
    assert set(titles) < {sheet.title for sheet in whole.sheets}
    assert titles[0] == "总览"
    assert "客户档案" not in titles
    assert not any(sheet.formulas for sheet in raw.sheets)
    assert raw.names == {}
    with zipfile.ZipFile(desk.folder / "summary.xlsx") as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert sum(name.startswith("xl/charts/chart") for name in parts) > 10
    assert not any(b"<hyperlink" in part or b"<f>" in part for part in parts.values())


def figures(tab: RawSheet) -> dict[tuple[int, int], RawCell]:
    """What is filled in below the heading; a formula that gives nothing gives an empty text."""
    cells = (((row, at), cell) for row, some in tab.rows.items() for at, cell in enumerate(some))
    return {place: cell for place, cell in cells if place[0] > 2 and cell not in (None, "")}


def test_its_numbers_are_those_of_the_book(desk: Desk) -> None:
    raw, whole = ExcelFile(summed(desk, "summary.xlsx", as_of=AT.date())).read(), ExcelFile(desk.a).read()
    for title in ("总览", "按负责人", "客户构成", "月度趋势"):
        alone, among = raw.sheet(title), whole.sheet(title)
        assert alone is not None
        assert among is not None
        assert figures(alone) == figures(among)


def test_it_is_no_book_to_be_synced(desk: Desk) -> None:
    path = summed(desk, "summary.xlsx")
    said = custbook("sync", path)
    assert (said.code, "no customer book of ours" in said.err) == (3, True)


def test_everything_is_evaluated_at_the_date(desk: Desk) -> None:
    early = texts(
        parsed(summed(desk, "early.html", "overview", as_of=dt.date(2026, 1, 31)).read_text("utf-8"))
    )
    late = texts(parsed(summed(desk, "late.html", "overview").read_text("utf-8")))
    assert "截止日期：2026-01-31" in early
    assert "截止日期：2026-11-23" in late
    assert "2025-02" in early
    assert "2025-02" not in late


def test_one_may_choose_tabs_by_key_or_title(desk: Desk) -> None:
    said = custbook(
        "summary", "--project", desk.folder, "-o", desk.folder / "two.html", "--tabs", "trend, 总览", "--json"
    )
    assert said.code == 0
    document = json.loads(said.out)
    assert document["tabs"] == ["overview", "trend"]
    assert document["as_of"] == dt.datetime.now().astimezone().date().isoformat()
    headings = [
        texts(title) for title in parsed((desk.folder / "two.html").read_text("utf-8")).iter(f"{HTML}h2")
    ]
    assert headings == ["目录", "总览", "月度趋势"]


def test_an_unknown_tab_is_named_with_those_there_are(desk: Desk) -> None:
    with pytest.raises(UsageError, match=r"no summary tab “sums”.*overview") as caught:
        summed(desk, "x.html", "sums")
    assert caught.value.exit_code == 2
    assert not (desk.folder / "x.html").exists()


@pytest.mark.parametrize("name", ["x.html", "x.xlsx"])
@pytest.mark.parametrize("tabs", [(), ("overview",)])
def test_a_book_without_summary_tabs_is_told_so(tmp_path: Path, name: str, tabs: tuple[str, ...]) -> None:
    (tmp_path / "bare.yaml").write_text(
        "{key: bare, version: 1, label: Bare, sheets: {pets: {label: Pets, key: name, name: name,"
        " fields: {name: {label: Name, type: text, required: true}}}}}",
        encoding="utf-8",
    )
    home = init(tmp_path, Choices(schema="bare.yaml"), RUN)
    with pytest.raises(UsageError, match="This book has no summary tabs; write one"):
        summarise(home, tmp_path / name, LATER, Wanted(tabs=tabs), html=name.endswith(".html"))
    assert not (tmp_path / name).exists()


def test_a_file_that_is_there_is_left_alone_unless_forced(desk: Desk) -> None:
    for name in ("s.html", "s.xlsx"):
        summed(desk, name, "overview")
        with pytest.raises(WorkbookError, match="already exists"):
            summed(desk, name, "overview")
        said = custbook(
            "summary", "--project", desk.folder, "-o", desk.folder / name, "--tabs", "overview", "--force"
        )
        assert (said.code, said.err) == (0, "")


def test_the_files_ending_or_the_switch_makes_a_page(desk: Desk) -> None:
    said = custbook("summary", "--html", "--tabs", "overview", cwd=desk.folder)
    assert said.code == 0
    assert (desk.folder / "summary.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert custbook("summary", "--tabs", "overview", cwd=desk.folder).code == 0
    assert (desk.folder / "summary.xlsx").read_bytes().startswith(b"PK")


def test_a_customer_with_markup_for_a_name_is_shown_by_that_name(desk: Desk) -> None:
    hostile_sale(desk)
    text = summed(desk, "summary.html").read_text("utf-8")
    tree = parsed(text)
    names = [texts(cell) for cell in tree.iter(f"{HTML}th")]
    assert HOSTILE in names
    assert outside_references(text) == []
    assert not any(element.tag in (f"{HTML}img", f"{HTML}script") for element in tree.iter())
    raw = ExcelFile(summed(desk, "summary.xlsx")).read()
    cells = [cell for sheet in raw.sheets for row in sheet.rows.values() for cell in row]
    assert HOSTILE in cells


def test_a_projects_own_template_takes_the_place_of_the_bundled_one(desk: Desk) -> None:
    place = desk.folder / "templates" / "html"
    place.mkdir(parents=True)
    (place / "page.html.j2").write_text("<p>{{ document.title }}</p>", "utf-8")
    assert summed(desk, "own.html", "overview").read_text("utf-8") == "<p>客户管理簿：汇总</p>\n"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("preset", ["basic", "standard", "full"])
def test_every_tab_makes_a_valid_page_that_stands_on_its_own(lang: Lang, preset: str) -> None:
    book, as_of = select(load_book("customer_book"), preset), dt.date(2024, 3, 29)  # type: ignore[arg-type]
    context = context_of(view_of(book, full_tables(book, as_of), as_of, lang), Layout({}))
    tabs = summary_tabs(book)
    pages = [summary_page(tab, dataclasses.replace(context, title=tab.title.line(lang))) for tab in tabs]
    text = rendered(document_of("t", pages, (), lang))
    assert outside_references(text) == []
    tree = parsed(text)
    assert len(list(tree.iter(f"{HTML}section"))) == len(tabs) + sum(len(tab.blocks) for tab in tabs)
    charts = sum(len(block.charts) for tab in tabs for block in tab.blocks if block.kind != "metrics")
    assert len(list(tree.iter(f"{HTML}figure"))) == charts
    assert len(list(tree.iter(f"{SVG}svg"))) >= 0.7 * charts


def test_page_and_sheet_show_the_same_figures() -> None:
    book, as_of = load_book("customer_book"), dt.date(2024, 3, 29)
    context = context_of(view_of(book, full_tables(book, as_of), as_of), Layout({}))
    for tab in summary_tabs(book):
        sheet, page = summary_sheet(tab, context), summary_page(tab, context)
        cells = [
            formatted_cell(value_of(cell.value), cell.style.number_format)
            for (row, _), cell in sorted(sheet.cells.items())
            if row > 2
        ]
        tree = parsed(rendered(document_of("t", (page,), (), "zh")))
        told = {(element.text or "").strip("\n") for element in tree.iter()}
        missing = {
            cell for cell in cells if cell and cell.replace("\n", " ") not in told and cell not in told
        }
        assert missing == set(), tab.key


def test_one_tab_is_counted_as_one() -> None:
    facts = {"path": "s.xlsx", "day": "2026-11-28"}
    assert say("say.summarised", "en", count=1, **facts) == "Wrote s.xlsx: 1 summary tab as of 2026-11-28"
    assert say("say.summarised", "en", count=2, **facts) == "Wrote s.xlsx: 2 summary tabs as of 2026-11-28"
