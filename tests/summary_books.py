"""A book whose labels are hard on criteria, its records, and its workbook for calc engines."""

import dataclasses
import datetime as dt
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import get_args

import ironcalc
from hypothesis import strategies as st
from lxml import etree

from custbook_gen.backends.excel.write import write_package
from custbook_gen.derive import derive
from custbook_gen.formulas import AS_OF
from custbook_gen.layout import Layout, column_names, plan_layout
from custbook_gen.plan import Identity, View, book_references, entry_sheet
from custbook_gen.records import Table, Tables, Value
from custbook_gen.schema import Book
from custbook_gen.summaries import Context, summary_sheet
from custbook_gen.summaries.periods import month, period
from custbook_gen.tabs import PeriodName, Tab
from custbook_gen.texts import Lang
from custbook_gen.values import Words, date_to_serial
from custbook_gen.workbook import Cell, Formula, Plan, SheetPlan, StyledCell

AS_OF_CELL = SheetPlan(key="_as_of", title="_as_of")
TITLE = "汇总 'A'"
ROWS = 80
"""Rows that formulas cover in tests: IronCalc walks through every one, conditional formats too."""

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def _label(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _field(key: str, type_: str, **options: object) -> dict[str, object]:
    return {"key": key, "type": type_, "label": _label(key), **options}


def _category(key: str, labels: Mapping[str, str], **options: object) -> dict[str, object]:
    choices = [{"code": code, "label": _label(label)} for code, label in labels.items()]
    return {"key": key, "label": _label(key), "choices": choices, **options}


LABELS = {
    "a": "甲",
    "aa": "甲*",
    "b": "A（重点）",
    "c": "1-9",
    "d": "10-49",
    "e": "10-49人",
    "f": ">5",
    "g": "=甲",
    "h": "?",
}
TAGS = {"t": "茶", "tt": "红茶", "ttt": "茶*具", "s": "盒"}

BOOK = Book.model_validate(
    {
        "key": "hard_book",
        "version": 1,
        "label": _label("簿"),
        "sheets": [
            {
                "key": "staff",
                "label": _label("员工"),
                "key_field": "staff_id",
                "name_field": "name",
                "blank_rows": 3,
                "fields": [
                    _field("staff_id", "auto", prefix="E", digits=4),
                    _field("name", "text", required=True),
                ],
            },
            {
                "key": "customers",
                "label": _label("客户's"),
                "key_field": "customer_id",
                "name_field": "name",
                "blank_rows": 3,
                "fields": [
                    _field("customer_id", "auto", prefix="C", digits=6),
                    _field("name", "text", required=True),
                    _field("level", "enum", category="level"),
                    _field("province", "enum", category="province"),
                    _field("city", "enum", category="city", parent="province"),
                    _field("tags", "multi", category="tags"),
                    _field("active", "bool"),
                    _field("owner_id", "ref", to="staff"),
                    _field("created_on", "date"),
                    _field("called_at", "datetime"),
                    _field("score", "int"),
                    _field("total", "calc", result="money", rule="customer_total"),
                ],
            },
            {
                "key": "sales",
                "label": _label("销售"),
                "key_field": "line_id",
                "name_field": "order_no",
                "blank_rows": 3,
                "fields": [
                    _field("line_id", "auto", prefix="S", digits=8),
                    _field("order_no", "text", required=True),
                    _field("customer_id", "ref", to="customers", required=True),
                    _field("date", "date", required=True),
                    _field("kind", "enum", category="kind", required=True),
                    _field("status", "enum", category="status", required=True),
                    _field("quantity", "dec", required=True),
                    _field("unit_price", "money", required=True),
                    _field("discount", "pct"),
                    _field("amount", "calc", result="money", rule="line_amount"),
                ],
            },
        ],
        "categories": [
            _category("level", LABELS),
            _category("tags", TAGS),
            _category("province", {"x": "北方", "y": "南方"}),
            {
                "key": "city",
                "label": _label("city"),
                "parent": "province",
                "choices": [
                    {"code": "x1", "label": _label("新城"), "parent": "x"},
                    {"code": "y1", "label": _label("新城"), "parent": "y"},
                    {"code": "y2", "label": _label("老城"), "parent": "y"},
                ],
            },
            _category("kind", {"sale": "销售", "return": "退货", "gift": "赠送"}),
            _category("status", {"done": "已完成", "open": "未完成"}),
        ],
    }
)

DAYS = [
    dt.date(2024, 2, 29),
    dt.date(2023, 12, 31),
    dt.date(2024, 1, 1),
    dt.date(2024, 3, 31),
    dt.date(2025, 2, 28),
]
NAMES = ["李强", "李强", "王 · E0001", "*", "?~", "张'三"]


def _maybe(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return st.none() | values


def _money(most: int) -> st.SearchStrategy[Value]:
    return st.decimals(0, most, places=2)


def _codes(category: str) -> st.SearchStrategy[Value]:
    return st.sampled_from([choice.code for choice in BOOK.category(category).choices])


def _table(
    draw: st.DrawFn, sheet: str, keys: list[str], fields: Mapping[str, st.SearchStrategy[Value]]
) -> Table:
    stored = [field.key for field in BOOK.sheet(sheet).stored_fields]
    rows = {key: (key, *(draw(fields[name]) for name in stored[1:])) for key in keys}
    return Table(sheet, tuple(stored), rows)


def edge_days(as_of: dt.date) -> list[dt.date]:
    """The first days of all periods, the days after them, and the days before both."""
    spans = [period(name, as_of) for name in get_args(PeriodName)] + [
        month(back, as_of) for back in range(15)
    ]
    bounds = {day for span in spans for day in (span.start, span.end) if day is not None}
    return sorted(bounds | {day - dt.timedelta(days=1) for day in bounds})


def tables_at_edges(as_of: dt.date) -> Tables:
    """A call and a sale on every day at the edge of a period, told apart by their amounts."""
    days = edge_days(as_of)
    customers: list[dict[str, Value]] = [
        {"customer_id": f"C{n:06}", "name": f"客户{n}", "called_at": dt.datetime.combine(day, dt.time(12))}
        for n, day in enumerate(days)
    ]
    sales: list[dict[str, Value]] = [
        {
            "line_id": f"S{n:08}",
            "order_no": "N",
            "customer_id": "C000000",
            "date": day,
            "kind": "sale",
            "status": "done",
            "quantity": Decimal(1),
            "unit_price": Decimal(2**n) / 100,
        }
        for n, day in enumerate(days)
    ]
    rows = {"staff": [], "customers": customers, "sales": sales}
    return {key: table_of(BOOK, key, some) for key, some in rows.items()}


def table_of(book: Book, sheet: str, rows: list[dict[str, Value]]) -> Table:
    """Records of a sheet from what is filled in of each."""
    fields = tuple(field.key for field in book.sheet(sheet).stored_fields)
    return Table(sheet, fields, {str(row[fields[0]]): tuple(map(row.get, fields)) for row in rows})


@st.composite
def tables_around(draw: st.DrawFn, as_of: dt.date) -> Tables:
    """Records of the book with dates around an evaluation date, often at the edges of periods."""
    edges = edge_days(as_of)
    days = st.sampled_from(edges) | st.dates(as_of - dt.timedelta(days=800), as_of + dt.timedelta(days=40))
    moments = st.builds(
        dt.datetime.combine, days, st.sampled_from([dt.time(), dt.time(12), dt.time(23, 59, 59)])
    )
    staff = [f"E{n:04}" for n in range(1, draw(st.integers(0, 3)) + 1)]
    customers = [f"C{n:06}" for n in range(1, draw(st.integers(0, 6)) + 1)]
    sales = [f"S{n:08}" for n in range(1, draw(st.integers(0, 20 if customers else 0)) + 1)]
    cities = st.sampled_from([(None, None), ("x", "x1"), ("y", "y1"), ("y", "y2"), ("y", None)])
    place = {key: draw(cities) for key in customers}
    tags = st.lists(st.sampled_from(list(TAGS)), min_size=1, unique=True)
    people = _table(
        draw,
        "customers",
        customers,
        {
            "name": st.sampled_from(NAMES),
            "level": _maybe(_codes("level")),
            "province": st.none(),
            "city": st.none(),
            "tags": _maybe(tags.map(lambda chosen: tuple(sorted(chosen, key=list(TAGS).index)))),
            "active": _maybe(st.booleans()),
            "owner_id": _maybe(st.sampled_from(staff)) if staff else st.none(),
            "created_on": _maybe(days),
            "called_at": _maybe(moments),
            "score": _maybe(st.integers(-5, 100)),
        },
    )
    lines: dict[str, st.SearchStrategy[Value]] = (
        {
            "order_no": st.sampled_from(["N1", "N2"]),
            "customer_id": st.sampled_from(customers),
            "date": days,
            "kind": _codes("kind"),
            "status": _codes("status"),
            "quantity": st.decimals(0, 50, places=3),
            "unit_price": _money(1000),
            "discount": _maybe(st.sampled_from([Decimal("0.1"), Decimal("0.25")])),
        }
        if customers
        else {}
    )
    return {
        "staff": _table(draw, "staff", staff, {"name": st.sampled_from(NAMES)}),
        "customers": Table(
            "customers", people.fields, {key: _placed(people, key, place[key]) for key in customers}
        ),
        "sales": _table(draw, "sales", sales, lines),
    }


def _placed(table: Table, key: str, place: tuple[str | None, str | None]) -> tuple[Value, ...]:
    at, row = table.position("province"), table.rows[key]
    return (*row[:at], *place, *row[at + 2 :])


def view_of(book: Book, tables: Tables, as_of: dt.date, lang: Lang = "zh") -> View:
    """A view of some records in a new workbook."""
    words = Words.of(book, lang, book_references(book, tables, lang))
    computed = derive(book, tables, as_of)
    identity = Identity("book", "workbook", "", 1)
    return View(book, lang, plan_layout(book, lang), words, tables, computed, as_of, identity, "")


def context_of(view: View, layout: Layout | None = None, title: str = TITLE) -> Context:
    """What a summary of a view is made of; with another layout where one is given."""
    return Context(
        view.book, view.words, layout or view.layout, view.tables, view.computed, view.as_of, title
    )


def workbook_of(view: View, tabs: Iterable[Tab], rows: int = ROWS) -> tuple[Plan, list[SheetPlan]]:
    """A plan of entry sheets and summaries whose formulas cover so many rows, and the summaries."""
    summaries = [
        summary_sheet(tab, context_of(view, title=f"{TITLE}{number}")) for number, tab in enumerate(tabs)
    ]
    day = dataclasses.replace(AS_OF_CELL, cells={(1, 1): StyledCell(date_to_serial(view.as_of))})
    entries = [
        dataclasses.replace(entry_sheet(view, sheet), conditional_formats=()) for sheet in view.book.sheets
    ]
    sheets = {key: dataclasses.replace(here, last_row=rows) for key, here in view.layout.sheets.items()}
    names = {AS_OF: "'_as_of'!$A$1", **column_names(Layout(sheets))}
    return Plan("簿", (*entries, *summaries, day), names, {}), summaries


def save(plan: Plan, path: Path) -> Path:
    """The plan as a file."""
    with path.open("wb") as out:
        write_package(plan, out)
    return path


def differences(sheet: SheetPlan, found: Mapping[tuple[int, int], object]) -> list[str]:
    """The formulas of a sheet that a calc engine gives another value for."""
    return [
        f"{place} ={cell.value.text}: {cell.value.value!r}, engine {found.get(place)!r}"
        for place, cell in sheet.cells.items()
        if isinstance(cell.value, Formula) and not _same(cell.value.value, found.get(place))
    ]


def _same(value: Cell, found: object) -> bool:
    if value in (None, ""):
        return found in (None, "")
    if isinstance(value, str):
        return value == found
    try:
        number = float(str(found))
    except ValueError:
        return False
    wanted = float(value or 0)
    return abs(number - wanted) <= 1e-9 * max(1.0, abs(wanted))


def by_ironcalc(path: Path, sheet: SheetPlan) -> dict[tuple[int, int], object]:
    """The cells of a sheet as IronCalc computes them."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    names = [properties["name"] for properties in model.get_worksheets_properties()]
    at = names.index(sheet.title)
    return {place: model.get_cell_value(at, *place) for place in sheet.cells}


def has_libreoffice() -> bool:
    """Whether LibreOffice is here."""
    return shutil.which("soffice") is not None


def by_libreoffice(path: Path) -> Path:
    """The file saved again by LibreOffice, every formula computed anew."""
    profile = path.parent / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    out = path.parent / "recalculated"
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to"),
            *("xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return out / path.name


def saved_cells(path: Path, title: str) -> dict[tuple[int, int], object]:
    """The values that a file keeps in the cells of a tab."""
    with zipfile.ZipFile(path) as package:
        workbook = etree.fromstring(package.read("xl/workbook.xml"))
        titles = [sheet.get("name") for sheet in workbook.iter(f"{MAIN}sheet")]
        shared = etree.fromstring(package.read("xl/sharedStrings.xml"))
        texts = ["".join(t.text or "" for t in item.iter(f"{MAIN}t")) for item in shared.iter(f"{MAIN}si")]
        root = etree.fromstring(package.read(f"xl/worksheets/sheet{titles.index(title) + 1}.xml"))
    cells: dict[tuple[int, int], object] = {}
    for cell in root.iter(f"{MAIN}c"):
        address = str(cell.get("r"))
        name = address.rstrip("0123456789")
        column = 0
        for char in name:
            column = column * 26 + ord(char) - 64
        value = cell.findtext(f"{MAIN}v")
        text = texts[int(value)] if cell.get("t") == "s" and value else value
        cells[int(address[len(name) :]), column] = text
    return cells
