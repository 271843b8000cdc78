"""``custbook demo``: a whole round with made-up data, from an empty folder to a synced workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from custbook_gen.schema import Book, Sheet
from custbook_gen.texts import Lang, say
from custbook_gen.value_objects import value_object
from custbook_gen.workbook import CellPatch, Patch, RawWorkbook, SheetPatch

WORKBOOK = "book.xlsx"


@value_object
class Typed:
    """One cell that the demo's colleague fills in: record (``None``: a new row), field, text."""

    sheet: str
    key: str | None
    field: str
    words: tuple[str, str]
    """What is typed, in Chinese and in English."""

    def text(self, lang: Lang) -> str:
        """What is typed into a workbook of a language."""
        return self.words[lang == "en"]


EDITS: Sequence[Typed] = (
    Typed("customers", "C000003", "name", ("晨光（杭州）科技有限公司", "Morning (Hangzhou) Tech Co., Ltd.")),
    Typed("customers", "C000005", "mobile", ("１３８００１３８０００", "１３８００１３８０００")),
    Typed("customers", "C000007", "mobile", ("1380013", "1380013")),
    Typed("customers", "C000009", "industry", ("高科技", "High tech")),
    Typed("customers", "C000011", "created_on", ("2024年3月5日", "2024.3.5")),
    Typed("customers", "C000004", "total_amount", ("999999", "999999")),
    Typed("customers", None, "name", ("新客户示例商行", "New Example Store")),
    Typed("customers", None, "customer_type", ("公司", "Business")),
    Typed("customers", None, "phone", ("0571-88886666", "0571-88886666")),
    Typed("customers", None, "level", ("A", "A")),
    Typed("customers", None, "owner_id", ("李强", "Li Qiang")),
    Typed("customers", None, "status", ("正常", "Normal")),
)


@value_object
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
    home = init(folder, Choices(lang=lang), run)
    with home.store.writing() as tx:
        tx.commit_changes(demo_records(home.book, run.as_of(home.book), lang), run.stamp("demo"))
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
    for sheet in dict.fromkeys(edit.sheet for edit in EDITS):
        here = layout.sheets[sheet]
        cells = list(_cells(raw, here, book.sheet(sheet), lang))
        patches.append(SheetPatch(here.title, tuple(cell for _, cell in cells)))
        told += [
            say(
                "say.demo-typed",
                lang,
                cell=here.place(cell.column, cell.row),
                label=book.sheet(sheet).field(edit.field).label.line(lang),
                text=edit.text(lang),
            ).replace("\n", " ")
            for edit, cell in cells
        ]
    target.prepare(Patch(sheets=tuple(patches)), raw.digest).commit()
    return told


def _cells(
    raw: RawWorkbook, here: SheetLayout, sheet: Sheet, lang: Lang
) -> Iterator[tuple[Typed, CellPatch]]:
    tab = raw.sheet(here.title)
    assert tab is not None  # noqa: S101  (generated a moment ago)
    rows = {tab.cell(row, here.columns[sheet.key_field]): row for row in tab.rows if row >= here.first_row}
    empty = max(row for key, row in rows.items() if key) + 1
    for edit in EDITS:
        if edit.sheet == sheet.key:
            row = empty if edit.key is None else rows[edit.key]
            yield edit, CellPatch(row, here.columns[edit.field], edit.text(lang))
