"""``custbook demo``: a whole round with made-up data, from an empty folder to a synced workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from custbook_gen.actions.demo_data import demo_records
from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import Run
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.actions.views import new_layout
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.layout import SheetLayout
from custbook_gen.report import Report
from custbook_gen.schema import Book
from custbook_gen.texts import Lang, say
from custbook_gen.workbook import CellPatch, Patch, RawWorkbook, SheetPatch

WORKBOOK = "book.xlsx"


@dataclass(frozen=True, slots=True)
class Typed:
    """One cell that the demo's colleague fills in: record (``None``: a new row), field, text."""

    sheet: str
    key: str | None
    field: str
    text: str


EDITS: Sequence[Typed] = (
    Typed("customers", "C000003", "name", "晨光（杭州）科技有限公司"),
    Typed("customers", "C000005", "mobile", "１３８００１３８０００"),
    Typed("customers", "C000007", "mobile", "1380013"),
    Typed("customers", "C000009", "industry", "高科技"),
    Typed("customers", "C000011", "created_on", "2024年3月5日"),
    Typed("customers", "C000004", "total_amount", "999999"),
    Typed("customers", None, "name", "新客户示例商行"),
    Typed("customers", None, "customer_type", "企业"),
    Typed("customers", None, "phone", "0571-88886666"),
    Typed("customers", None, "level", "A"),
    Typed("customers", None, "owner_id", "李强"),
    Typed("customers", None, "status", "正常"),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made: the workbook, the cells that were typed, the sync's report."""

    workbook: Path
    edits: Sequence[str]
    report: Report


def demo(folder: Path, run: Run, lang: Lang) -> Demo:
    """Make a project with generated data, edit its workbook, sync it.

    Raises:
        CustbookError: the folder holds a project already, or cannot be written.
    """
    home = init(folder, Choices(lang=lang))
    with home.store.writing() as tx:
        tx.commit_changes(demo_records(home.book, run.as_of(home.book)), run.stamp("demo"))
    path = folder / WORKBOOK
    generate(home, path, run)
    edits = _edit(path, home.book, lang)
    return Demo(path, edits, sync_file(path, run, Options(), folder))


def _edit(path: Path, book: Book, lang: Lang) -> list[str]:
    """Type into the workbook what the colleague would; tells what was typed where."""
    target = ExcelFile(path)
    raw = target.read()
    layout = new_layout(book, lang, [])
    patches, told = [], []
    for sheet in {edit.sheet for edit in EDITS}:
        here = layout.sheets[sheet]
        cells = list(_cells(raw, here, book.sheet(sheet).key_field, sheet))
        patches.append(SheetPatch(here.title, tuple(cell for _, cell in cells)))
        told += [
            say(
                "say.demo-typed",
                lang,
                cell=here.place(cell.column, cell.row),
                label=book.sheet(sheet).field(edit.field).label.line(lang),
                text=edit.text,
            ).replace("\n", " ")
            for edit, cell in cells
        ]
    target.prepare(Patch(sheets=tuple(patches)), raw.digest).commit()
    return told


def _cells(
    raw: RawWorkbook, here: SheetLayout, key_field: str, sheet: str
) -> Iterator[tuple[Typed, CellPatch]]:
    tab = raw.sheet(here.title)
    assert tab is not None  # noqa: S101  (generated a moment ago)
    rows = {tab.cell(row, here.columns[key_field]): row for row in tab.rows if row >= here.first_row}
    empty = max(row for key, row in rows.items() if key) + 1
    for edit in EDITS:
        if edit.sheet == sheet:
            row = empty if edit.key is None else rows[edit.key]
            yield edit, CellPatch(row, here.columns[edit.field], edit.text)
