"""Northwind from end to end: four files by their maps, the totals to the cent, the workbook."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.importing import Request, import_file
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import OpenProject, Run, open_project
from custbook_gen.actions.views import summary_tabs
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.derive import derive
from custbook_gen.records import Tables
from custbook_gen.report import Report
from custbook_gen.workbook import RawSheet
from tests import summary_books
from tests.sync_books import ABOUT_THE_BOOK

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("CUSTBOOK_TEST_DATA", ROOT.parent / "shared" / "data")) / "northwind"
MAPS = Path(__file__).parent / "maps" / "northwind"
DOCS = ROOT / "docs" / "import.md"
CENT = Decimal("0.01")
AS_OF = dt.date(1998, 5, 31)
LABEL = "累计销售额"

EXACT = Decimal("1265793.0395")
"""The sum of all order lines without any rounding; the sample's check figure is 1,265,793.04."""
DICTIONARY = 354
"""Values of the schema's editable categories, and the project's eight."""
ROUNDED = Decimal("1265793.29")
"""The same with each line rounded half up to the cent, as the book (and an invoice) has it."""

STEPS = (
    ("Employees.csv", "staff", "employees.yaml"),
    ("Products.csv", "products", "products.yaml"),
    ("Customers.csv", "customers", "customers.yaml"),
    ("Order_Details.csv", "sales", "sales.yaml"),
)
PROJECT = """\
settings: {as_of: 1998-05-31}
categories:
  product_category:
    [Beverages, Condiments, Confections, Dairy Products, Grains/Cereals, Meat/Poultry, Produce, Seafood]
"""
RUN = Run(dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "ann")


@dataclass(frozen=True)
class Northwind:
    """The book after all four imports, its workbook, and the reports of the imports."""

    home: OpenProject
    reports: dict[str, Report]
    workbook: Path

    @property
    def tables(self) -> Tables:
        with self.home.store.reading() as snapshot:
            return snapshot.tables()


@pytest.fixture(scope="module")
def northwind(tmp_path_factory: pytest.TempPathFactory) -> Northwind:
    if not DATA.is_dir():
        pytest.skip("NOT TESTED: no northwind in the folder that CUSTBOOK_TEST_DATA names")
    folder = tmp_path_factory.mktemp("northwind")
    init(folder, Choices())
    with (folder / "custbook.yaml").open("a", encoding="utf-8") as file:
        file.write(PROJECT)
    reports = {sheet: bring(folder, *step) for step in STEPS for sheet in [step[1]]}
    home = open_project(folder)
    generate(home, folder / "book.xlsx", RUN)
    return Northwind(home, reports, folder / "book.xlsx")


def bring(folder: Path, file: str, sheet: str, mapping: str) -> Report:
    return import_file(DATA / file, Request(sheet, MAPS / mapping), RUN, folder)


def csv_rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def csv_amounts(*, rounded: bool) -> dict[str, Decimal]:
    """Sales by customer, right from the files: quantity x price less discount."""
    customer = {row["OrderID"]: row["CustomerID"] for row in csv_rows("Orders.csv")}
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for row in csv_rows("Order_Details.csv"):
        amount = Decimal(row["UnitPrice"]) * Decimal(row["Quantity"]) * (1 - Decimal(row["Discount"]))
        amounts[customer[row["OrderID"]]] += amount.quantize(CENT, ROUND_HALF_UP) if rounded else amount
    return amounts


def test_every_row_goes_in_but_the_two_junk_customers(northwind: Northwind) -> None:
    counts = {sheet: (report.rows, report.held) for sheet, report in northwind.reports.items()}
    assert counts == {"staff": (9, 0), "products": (77, 0), "customers": (93, 2), "sales": (2155, 0)}
    assert {sheet: len(table.rows) for sheet, table in northwind.tables.items() if table.rows} == {
        "dictionary": DICTIONARY,
        "staff": 9,
        "products": 77,
        "customers": 91,
        "sales": 2155,
    }
    first, *others = (report.now for report in northwind.reports.values())
    assert first is not None
    assert others == [first + 1, first + 2, first + 3]


def test_the_junk_customers_are_held_with_their_lines(northwind: Northwind) -> None:
    report = northwind.reports["customers"]
    errors = [(item.code, item.place.cell) for item in report.issues if item.severity == "error"]
    assert errors == [("one-of-missing", "Customers.csv:85"), ("one-of-missing", "Customers.csv:86")]
    codes = Counter(item.code for item in report.issues)
    assert codes == {"one-of-missing": 2, "phone-doubtful": 43, "blanks-removed": 4}
    for sheet in ("staff", "products", "sales"):
        assert northwind.reports[sheet].issues == []


def test_importing_again_changes_nothing(northwind: Northwind) -> None:
    for step in STEPS:
        report = bring(northwind.home.folder, *step)
        latest = northwind.reports["sales"].now
        assert (report.changes, report.base, report.now) == ([], latest, latest)


def test_the_sales_add_up_to_the_cent(northwind: Northwind) -> None:
    computed = derive(northwind.home.book, northwind.tables, AS_OF)
    amounts = [value for value in computed["sales"]["amount"].values() if isinstance(value, Decimal)]
    assert len(amounts) == 2155
    assert sum(amounts) == ROUNDED
    assert sum(csv_amounts(rounded=False).values()) == EXACT
    assert EXACT.quantize(CENT, ROUND_HALF_UP) == Decimal("1265793.04")
    assert ROUNDED - EXACT.quantize(CENT, ROUND_HALF_UP) == Decimal("0.25")
    told = DOCS.read_text(encoding="utf-8")
    assert all(f"{figure:,}" in told for figure in (EXACT, ROUNDED))
    assert "**0.25**" in told


def test_every_customers_total_is_that_of_the_files(northwind: Northwind) -> None:
    computed = derive(northwind.home.book, northwind.tables, AS_OF)
    with northwind.home.store.reading() as snapshot:
        keys = snapshot.externals("northwind")["customers"]
    expected = csv_amounts(rounded=True)
    totals = {outside: computed["customers"]["total_amount"][key] for outside, key in keys.items()}
    assert {outside: total for outside, total in totals.items() if total} == expected
    assert len(totals) - len(expected) == 2


def test_phones_are_kept_with_their_country_or_as_typed(northwind: Northwind) -> None:
    customers = northwind.tables["customers"]
    phones = dict(zip(*(dict(customers.column(name)).values() for name in ("name", "phone")), strict=True))
    assert phones["Alfreds Futterkiste"] == "+49300074321"
    assert phones["Great Lakes Food Market"] == "+15035557555"
    assert phones["Around the Horn"] == "(171) 555-7788"
    assert not any(str(phone).startswith("+86") for phone in phones.values())


def test_the_workbook_shows_the_total_and_has_no_error(northwind: Northwind) -> None:
    raw = ExcelFile(northwind.workbook).read()
    overview = raw.sheet("总览")
    assert overview is not None
    row, column = place_of_total(overview)
    assert overview.cell(row, column) == float(ROUNDED)
    assert (row, column) in overview.formulas
    report = check_file(northwind.workbook, RUN)
    assert (report.exit_code, report.rows) == (0, DICTIONARY + 9 + 77 + 91 + 2155)
    assert {item.code for item in report.issues if item.severity != "info"} <= ABOUT_THE_BOOK


def place_of_total(overview: RawSheet) -> tuple[int, int]:
    """Where the sales in all stand: under their label."""
    return next(
        (number + 1, cells.index(LABEL) + 1) for number, cells in overview.rows.items() if LABEL in cells
    )


@pytest.mark.slow
def test_a_calculation_engine_gives_the_same_overview(northwind: Northwind, tmp_path: Path) -> None:
    """Over 2,400 rows: on whole columns, this engine needs minutes."""
    view = summary_books.view_of(northwind.home.book, northwind.tables, AS_OF)
    tabs = [tab for tab in summary_tabs(northwind.home.book) if tab.key == "overview"]
    plan, (sheet,) = summary_books.workbook_of(view, tabs, rows=2400)
    found = summary_books.by_ironcalc(summary_books.save(plan, tmp_path / "book.xlsx"), sheet)
    assert summary_books.differences(sheet, found) == []
    label = next(place for place, cell in sheet.cells.items() if cell.value == LABEL)
    total = found[label[0] + 1, label[1]]
    assert Decimal(str(total)).quantize(CENT, ROUND_HALF_UP) == ROUNDED
