"""A project with a filled store and its workbook, and colleagues who edit workbooks with other software."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from zipfile import ZipFile

import openpyxl
from lxml import etree
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import OpenProject, Run, open_project
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.check.checks import CHECKS
from custbook_gen.layout import STATUS
from custbook_gen.records import Change, Value
from custbook_gen.report import Report
from custbook_gen.wording import status_text
from custbook_gen.workbook import Cell, CellPatch, Patch, SheetPatch
from tests.xlsx_samples import MAIN, OFFICE

REGIONS = Path(__file__).parent.parent / "schemas" / "regions"

ABOUT_THE_BOOK = {check.code for check in CHECKS if check.book is not None}
"""Notices about these records as they are (much alike, and long not called), whatever is synced."""

AT = dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC)
RUN = Run(AT, "li")
KEY_ROW, HEADER_ROW, FIRST_ROW = 1, 2, 3
MADE = 2
"""The revision that the made workbooks show: the dictionary's beginnings, then the records."""

CUSTOMERS, PRODUCTS, STAFF, SALES = 30, 6, 4, 80
SHEETS = ("customers", "contacts", "products", "staff", "sales", "interactions")
TITLES = dict(zip(SHEETS, ("客户档案", "联系人", "产品", "销售人员", "交易记录", "互动记录"), strict=True))
TABS = {**TITLES, "dictionary": "分类字典", "clients": "顾客", "orders": "订单"}
"""The titles of the tabs that tests look at, also those of the small book of lists."""

NAMES = dict(zip(SHEETS, ("name", "name", "name", "name", "order_no", "content"), strict=True))
NAMES |= {"dictionary": "category", "clients": "name", "orders": "client_id"}


def customer(number: int) -> str:
    return f"C{number:06}"


def sale(number: int) -> str:
    return f"S{number:08}"


def _added(sheet: str, key: str, **values: Value) -> Change:
    return Change(
        "insert", sheet, key, {}, {name: value for name, value in values.items() if value is not None}
    )


def records() -> list[Change]:
    """Some of everything: 30 customers with contacts and contacts' interactions, 80 sales lines."""
    day = dt.date(2026, 1, 5)
    staff = [
        _added("staff", f"E{n:04}", staff_id=f"E{n:04}", name=f"员工{n}", role="sales", status="active")
        for n in range(1, STAFF + 1)
    ]
    products = [
        _added(
            "products", f"TEA-{n:03}", product_id=f"TEA-{n:03}", name=f"龙井茶 {n} 号", category="main",
            unit="box", list_price=Decimal(100 + n), status="on_sale",
        )
        for n in range(1, PRODUCTS + 1)
    ]  # fmt: skip
    customers = [
        _added(
            "customers", customer(n), customer_id=customer(n), name=f"示例客户{n:02}有限公司",
            customer_type="company", mobile=f"+861380000{n:04}", phone="+8657188886666",
            email=f"c{n}@example.com", province="330000", city="330100", district="330106",
            address=f"文三路{n}号", industry="trade", level="B", source="referral",
            groups=("regulars",) if n % 2 else None, owner_id=f"E{n % STAFF + 1:04}",
            created_on=day + dt.timedelta(days=n), status="normal", notes="多年合作",
        )
        for n in range(1, CUSTOMERS + 1)
    ]  # fmt: skip
    contacts = [
        _added(
            "contacts", f"P{n:06}", contact_id=f"P{n:06}", customer_id=customer(n), name=f"联系人{n}",
            is_primary=True, mobile=f"+861390000{n:04}", do_not_contact=False, status="active",
        )
        for n in range(1, 21)
    ]  # fmt: skip
    sales = [
        _added(
            "sales", sale(n), line_id=sale(n), order_no=f"D{n:04}", customer_id=customer(n % 20 + 1),
            date=day + dt.timedelta(days=n), kind="return" if n % 16 == 0 else "sale",
            product_id=f"TEA-{n % PRODUCTS + 1:03}", quantity=Decimal(n % 5 + 1),
            unit_price=Decimal("99.5"), discount=Decimal("0.1") if n % 3 == 0 else None,
            status="cancelled" if n % 11 == 0 else "done", staff_id=f"E{n % STAFF + 1:04}",
            payment_status="paid", channel="shop",
        )
        for n in range(1, SALES + 1)
    ]  # fmt: skip
    interactions = [
        _added(
            "interactions", f"I{n:08}", interaction_id=f"I{n:08}", customer_id=customer(n),
            contact_id=f"P{n:06}", at=dt.datetime(2026, 3, n, 14, 30), channel="call",  # noqa: DTZ001
            direction="outgoing", content="询问春茶的价格和交期", staff_id=f"E{n % STAFF + 1:04}",
        )
        for n in range(1, 16)
    ]  # fmt: skip
    return [*staff, *products, *customers, *contacts, *sales, *interactions]


FEW_REGIONS = "few_regions.yaml"
"""The schema of the made project: the bundled one with few regions."""


def write_few_regions(folder: Path) -> None:
    """Write a schema with two provinces and what lies in them: all regions take most of a small book."""
    levels = {"province": "provinces", "city": "cities", "district": "districts"}
    lines = [f"  {name}: {{choices_from: {file}.csv}}\n" for name, file in levels.items()]
    for file in levels.values():
        head, *rows = (REGIONS / f"{file}.csv").read_text("utf-8").splitlines(keepends=True)
        kept = [row for row in rows if row.startswith(("32", "33"))]
        (folder / f"{file}.csv").write_text("".join((head, *kept)), "utf-8")
    (folder / FEW_REGIONS).write_text("extends: customer_book\ncategories:\n" + "".join(lines), "utf-8")


def make_project(folder: Path) -> None:
    """A project with a filled store and two workbooks of one revision, ``a.xlsx`` and ``b.xlsx``."""
    folder.mkdir(parents=True)
    write_few_regions(folder)
    home = init(folder, Choices(schema=FEW_REGIONS, preset="basic"), RUN)
    with home.store.writing() as tx:
        tx.commit_changes(records(), RUN.stamp("import"))
    for name in ("a.xlsx", "b.xlsx"):
        generate(home, folder / name, RUN)


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with a project, and what people do there."""

    folder: Path

    @property
    def a(self) -> Path:
        """The first workbook."""
        return self.folder / "a.xlsx"

    @property
    def b(self) -> Path:
        """The second one, of the same revision."""
        return self.folder / "b.xlsx"

    @property
    def database(self) -> Path:
        """The store's file."""
        return self.folder / "book.db"

    def home(self) -> OpenProject:
        """The project, opened."""
        return open_project(self.folder)

    def sync(self, path: Path | None = None, *, days: int = 0, **options: bool | str) -> Report:
        """Sync a workbook (the first one), so many days after it was made."""
        run = Run(AT + dt.timedelta(days=days, minutes=5), "wang")
        return sync_file(path or self.a, run, Options(**options))  # type: ignore[arg-type]

    def stored(self, sheet: str = "customers", at: int | None = None) -> dict[str, dict[str, Value]]:
        """The store's records of a sheet: field by field, by key."""
        with self.home().store.reading() as snapshot:
            table = snapshot.tables(at)[sheet]
            return {key: dict(zip(table.fields, row, strict=True)) for key, row in table.rows.items()}

    def revision(self) -> int:
        """The store's latest revision."""
        with self.home().store.reading() as snapshot:
            return snapshot.revision()

    def commit(self, *changes: Change) -> None:
        """Change the store directly, as somebody else's sync would."""
        with self.home().store.writing() as tx:
            tx.commit_changes(changes, RUN.stamp("sync"))

    def state(self, path: Path | None = None) -> tuple[bytes, bytes]:
        """The bytes of a workbook and of the store, or all that it holds on a server."""
        book = (path or self.a).read_bytes()
        if self.database.exists():
            return book, self.database.read_bytes()
        with self.home().store.reading() as snapshot:
            tables = snapshot._layout.metadata.sorted_tables
            rows = [sorted(map(repr, snapshot._connection.execute(table.select()))) for table in tables]
        return book, repr(rows).encode()


@dataclass(frozen=True, slots=True)
class Page:
    """One entry sheet as openpyxl has it: cells by record and field."""

    sheet: Worksheet
    columns: Mapping[str, int]
    key: str

    @classmethod
    def of(cls, book: Workbook, sheet: str) -> Page:
        """The page of a sheet, wherever its columns stand."""
        tab = next(tab for tab in book.worksheets if tab.title.startswith(TABS[sheet]))
        found = {str(cell.value): cell.column for cell in tab[KEY_ROW] if cell.value is not None}
        key = next(name for name in found if name.endswith("_id"))
        return cls(tab, {name: int(column) for name, column in found.items()}, key)

    def row(self, key: str) -> int:
        """The row of a record."""
        column = self.columns[self.key]
        rows = range(FIRST_ROW, self.sheet.max_row + 1)
        return next(row for row in rows if self.sheet.cell(row, column).value == key)

    def records(self) -> list[str]:
        """The records' numbers from top to bottom."""
        cells = (
            self.sheet.cell(row, self.columns[self.key]).value
            for row in range(FIRST_ROW, self.sheet.max_row + 1)
        )
        return [str(cell) for cell in cells if cell is not None]

    def cell(self, key: str, field: str) -> BookCell:
        """A record's cell."""
        found = self.sheet.cell(self.row(key), self.columns[field])
        assert isinstance(found, BookCell)
        return found

    def value(self, key: str, field: str) -> object:
        """What stands in a record's cell."""
        return self.cell(key, field).value

    def status(self, key: str) -> object:
        """The status text of a record's row."""
        return self.value(key, STATUS)

    def put(self, key: str, **values: object) -> None:
        """Type into the cells of a record."""
        for field, value in values.items():
            self.cell(key, field).value = value  # type: ignore[assignment]

    def next_row(self) -> int:
        """The first row below all records."""
        name = self.columns[next(name for name in self.columns if name not in (self.key, STATUS))]
        filled = [row for row in range(FIRST_ROW, self.sheet.max_row + 1) if self.sheet.cell(row, name).value]
        return max(filled) + 1

    def add(self, values: Mapping[str, object], at: int | None = None) -> int:
        """Type a new row (below all others); its row number."""
        row = at or self.next_row()
        for field, value in values.items():
            self.sheet.cell(row, self.columns[field]).value = value  # type: ignore[assignment]
        return row


@contextlib.contextmanager
def edited(path: Path) -> Iterator[Workbook]:
    """A workbook in a colleague's hands, saved by openpyxl at the end."""
    book = openpyxl.load_workbook(path)
    yield book
    book.save(path)


@contextlib.contextmanager
def page(path: Path, sheet: str = "customers") -> Iterator[Page]:
    """One entry sheet in a colleague's hands."""
    with edited(path) as book:
        yield Page.of(book, sheet)


@dataclass(frozen=True, slots=True)
class Seen:
    """One sheet as another reader sees it: values only, formulas by their cached ones."""

    rows: Sequence[Sequence[object]]
    columns: Mapping[str, int]
    """Where each field stands, counted from 0."""

    @property
    def key(self) -> str:
        """The field that holds the records' numbers."""
        return next(name for name in self.columns if name.endswith("_id"))

    def records(self) -> list[str]:
        """The records' numbers from top to bottom."""
        cells = (row[self.columns[self.key]] for row in self.rows[FIRST_ROW - 1 :])
        return [str(cell) for cell in cells if cell != ""]

    def row(self, key: str) -> int:
        """The row of a record, counted from 1."""
        at = self.columns[self.key]
        return next(n for n, row in enumerate(self.rows, 1) if n >= FIRST_ROW and row[at] == key)

    def value(self, key: str, field: str) -> object:
        """What stands in a record's cell."""
        return self.at(self.row(key), field)

    def at(self, row: int, field: str) -> object:
        """What stands in a row's cell."""
        return self.rows[row - 1][self.columns[field]]

    def status(self, key: str) -> object:
        """The status text of a record's row."""
        return self.value(key, STATUS)


def seen(path: Path, sheet: str = "customers") -> Seen:
    """One entry sheet as calamine reads it."""
    book = CalamineWorkbook.from_path(path)
    for title in book.sheet_names:
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
        if title.startswith(TABS[sheet]) and rows:
            names = {str(name): at for at, name in enumerate(rows[KEY_ROW - 1]) if name != ""}
            return Seen(rows, names)
    raise KeyError(sheet)


def summary(path: Path, title: str = "总览") -> dict[str, object]:
    """The figures of a summary tab by the label above them."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(title).to_python()
    figures: dict[str, object] = {}
    for row, below in pairwise(rows):
        for label, value in zip(row, below, strict=True):
            if isinstance(label, str) and isinstance(value, float):
                figures.setdefault(label, value)
    return figures


def total_sales(desk: Desk) -> Decimal:
    """What all completed sales of the store come to."""
    total = Decimal(0)
    for row in desk.stored("sales").values():
        quantity, price, discount = (
            Decimal(str(row[name] or 0)) for name in ("quantity", "unit_price", "discount")
        )
        if row["status"] == "done":
            amount = (quantity * price * (1 - discount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
            total += -amount if row["kind"] == "return" else amount
    return total


def held(*headers: str) -> str:
    """The status of a row with these faulty cells."""
    return status_text("zh", headers, ())


def differs(*headers: str) -> str:
    """The status of a row with these cells in conflict."""
    return status_text("zh", (), headers)


def typed(path: Path, sheet: str = "customers", /, **cells: Mapping[str, Cell]) -> None:
    """Type into cells by record and field, quickly; ``row12`` names a row without a record."""
    target = ExcelFile(path)
    raw, there = target.read(), seen(path, sheet)
    patches = [
        CellPatch(
            int(key.removeprefix("row")) if key.startswith("row") else there.row(key.replace("_", "-")),
            there.columns[field] + 1,
            value,
        )
        for key, values in cells.items()
        for field, value in values.items()
    ]
    title = next(tab.title for tab in raw.sheets if tab.title.startswith(TABS[sheet]))
    target.prepare(Patch(sheets=(SheetPatch(title, tuple(patches)),)), raw.digest).commit()


def remove(path: Path, sheet: str, *keys: str) -> None:
    """Delete whole rows, as in a spreadsheet program."""
    with edited(path) as book:
        page = Page.of(book, sheet)
        for key in keys:
            page.sheet.delete_rows(page.row(key))


def free_row(path: Path, sheet: str = "customers") -> int:
    """The first row below all records."""
    there = seen(path, sheet)
    name = there.columns[NAMES[sheet]]
    return max(n for n, row in enumerate(there.rows, 1) if row[name] != "") + 1


def new_customer(**values: Cell) -> dict[str, Cell]:
    """The cells of a customer that is complete."""
    return {
        "name": "新客户商行", "customer_type": "企业", "phone": "0571-88886666", "level": "A（重点客户）",
        "owner_id": "员工1", "status": "正常", **values,
    }  # fmt: skip


DAY = 46327
"""2026-11-01, as spreadsheets count days."""


def new_sale(**values: Cell) -> dict[str, Cell]:
    """The cells of a sales line that is complete."""
    return {
        "order_no": "D9001", "customer_id": "示例客户01有限公司", "date": DAY,
        "kind": "销售", "product_id": "龙井茶 1 号", "quantity": 2, "unit_price": 50,
        "status": "已完成", "staff_id": "员工1", **values,
    }  # fmt: skip


def parts(path: Path) -> dict[str, bytes]:
    """Every part of a workbook by its name."""
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet_parts(path: Path) -> dict[str, str]:
    """The part of every tab by its title."""
    with ZipFile(path) as archive:
        relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {item.get("Id"): str(item.get("Target")) for item in relations}
        root = etree.fromstring(archive.read("xl/workbook.xml"))
    return {
        str(tab.get("name")): "xl/" + targets[tab.get(f"{{{OFFICE}}}id")].removeprefix("/xl/")
        for tab in root.iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")
    }


def desk_from(made: Path, folder: Path) -> Desk:
    """A copy of a project to work on."""
    shutil.copytree(made, folder)
    return Desk(folder)


def codes(report: Report) -> list[tuple[str, str | None, str | None]]:
    """What a report tells: code, record and field of every issue."""
    return [
        (issue.code, issue.place.key, issue.place.field)
        for issue in report.issues
        if issue.code not in ABOUT_THE_BOOK
    ]


def changed(report: Report) -> dict[tuple[str, str, str], tuple[Value, Value]]:
    """What a report says was changed, field by field: before and after."""
    return {
        (change.sheet, change.key, field): (change.before.get(field), change.after.get(field))
        for change in report.changes
        for field in dict.fromkeys((*change.before, *change.after))
    }
