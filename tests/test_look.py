"""How a workbook looks: texts that can be read, columns told apart, protection that lets people work."""

from __future__ import annotations

from io import BytesIO
from itertools import product
from zipfile import ZipFile

import openpyxl
import pytest
from lxml import etree
from openpyxl.worksheet.cell_range import CellRange

from custbook_gen import theme
from custbook_gen.backends.excel.write import write_package
from custbook_gen.guide import steps
from custbook_gen.load import load_book
from custbook_gen.plan import entry_sheet
from custbook_gen.plan.entry import PAGE_WIDTH
from custbook_gen.plan.whole import plan_workbook
from custbook_gen.schema import Book, Settings
from custbook_gen.workbook import SheetPlan, Style
from tests.drawn import tables, view_of
from tests.strategies import BOOK

BUNDLED = load_book("customer_book")
AA = 4.5
"""The contrast that WCAG 2 asks of text at level AA."""


def contrast(one: str, other: str) -> float:
    lights = []
    for colour in (one, other):
        parts = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    low, high = sorted(lights)
    return (high + 0.05) / (low + 0.05)


def protected(mode: str) -> Book:
    return BOOK.model_copy(update={"settings": Settings(protection=mode)})


def customers(book: Book = BOOK) -> SheetPlan:
    view = view_of(tables({}, book), "zh", book)
    return entry_sheet(view, book.sheet("customers"))


def test_every_style_can_be_read_on_its_ground() -> None:
    styles = {name: one for name, one in vars(theme).items() if isinstance(one, Style)}
    assert len(styles) > 10
    poor = {
        name: round(contrast(one.color, one.fill or theme.PAPER), 2)
        for name, one in styles.items()
        if contrast(one.color, one.fill or theme.PAPER) < AA
    }
    assert poor == {}


def test_cells_can_be_read_on_every_colour_that_a_format_gives_them() -> None:
    plan = plan_workbook(view_of(tables({}, BUNDLED), "zh", BUNDLED))
    poor = [
        (sheet.key, one.fill, ink)
        for sheet in plan.sheets
        for one in sheet.conditional_formats
        for ink in ([one.color] if one.color else [theme.INK])
        if contrast(ink, one.fill) < AA
    ]
    assert poor == []
    for ink, band in product((theme.MUTED, theme.HELD_INK), (theme.COMPUTED, theme.COMPUTED_BAND)):
        assert contrast(ink, band) >= AA


def test_required_optional_and_computed_columns_have_heads_of_their_own() -> None:
    sheet, plan = BOOK.sheet("customers"), customers()
    assert plan.table is not None
    looks = {
        (not field.entered, field.entered and bool(field.required or field.one_of)): column.header_style
        for column in plan.table.columns
        for field in sheet.fields
        if field.key == column.key
    }
    assert len(looks) == len(set(looks.values())) == 3


def test_bands_yield_to_what_sync_and_values_colour() -> None:
    *others, entered, computed = customers().conditional_formats
    assert {entered.formula, computed.formula} == {"MOD(ROW(),2)=0"}
    assert all("MOD(" not in one.formula for one in others)
    covered = f"{entered.ranges} {computed.ranges}".split()
    assert len(covered) == len(set(covered))


def test_a_band_covers_every_column_once() -> None:
    sheet = customers()
    assert sheet.table is not None
    *_, entered, computed = sheet.conditional_formats
    areas = map(CellRange, f"{entered.ranges} {computed.ranges}".split())
    columns = [at for area in areas for at in range(area.min_col, area.max_col + 1)]
    assert sorted(columns) == list(range(1, len(sheet.table.columns) + 1))


@pytest.mark.parametrize("mode", ["guarded", "strict", "none"])
def test_protection_is_what_the_book_asks_for(mode: str) -> None:
    book = protected(mode)
    plan, sheet = customers(book), book.sheet("customers")
    assert plan.table is not None
    assert (plan.protection is None) == (mode == "none")
    locked = {column.key for column in plan.table.columns if column.style.locked}
    kept = {field.key for field in sheet.fields if not field.entered} | {"_status"}
    assert locked == (kept if mode == "strict" else set())


@pytest.fixture(scope="module")
def package() -> bytes:
    """An empty customer book in English."""
    out = BytesIO()
    write_package(plan_workbook(view_of(tables({}, BUNDLED), "en", BUNDLED)), out)
    return out.getvalue()


def test_columns_that_are_seldom_filled_can_be_folded_away(package: bytes) -> None:
    at = openpyxl.load_workbook(BytesIO(package), read_only=True).sheetnames.index("Customers") + 1
    with ZipFile(BytesIO(package)) as archive:
        part = etree.fromstring(archive.read(f"xl/worksheets/sheet{at}.xml"))
    name = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    folded = {int(one.get("min", 0)) for one in part.iterfind("s:cols/s:col[@outlineLevel='1']", name)}
    table = customers(BUNDLED).table
    assert table is not None
    rare = {field.key for field in BUNDLED.sheet("customers").fields if field.rare}
    assert (
        {column.key for at, column in enumerate(table.columns, 1) if at in folded}
        == rare
        >= {"birth_date", "qq"}
    )
    assert part.xpath("string(s:sheetFormatPr/@outlineLevelCol)", namespaces=name) == "1"


def test_wide_sheets_go_over_several_pages_that_repeat_the_name(package: bytes) -> None:
    view = view_of(tables({}, BUNDLED), "en", BUNDLED)
    wide, narrow = (entry_sheet(view, BUNDLED.sheet(key)) for key in ("customers", "staff"))
    assert wide.table is not None
    width = sum(column.width for column in wide.table.columns)
    assert width / wide.print_setup.pages_wide < 1.5 * PAGE_WIDTH
    assert wide.print_setup.pages_wide > 1
    assert narrow.print_setup.pages_wide == 1
    worksheet = openpyxl.load_workbook(BytesIO(package))["Customers"]
    assert (worksheet.print_title_rows, worksheet.print_title_cols) == ("$2:$2", "$A:$C")
    assert worksheet.page_setup.fitToWidth == wide.print_setup.pages_wide


def test_an_older_workbook_carries_its_book_without_the_setting() -> None:
    text = BOOK.model_dump(mode="json")
    del text["settings"]["protection"]
    assert Book.model_validate(text).settings.protection == "guarded"


def test_the_guide_does_not_promise_to_sort_what_is_locked() -> None:
    def told(mode: str) -> str:
        return " ".join(steps(protected(mode), "en"))

    assert "You may sort" in told("guarded")
    assert "You may sort" in told("none")
    assert "sorting is refused" in told("strict")
