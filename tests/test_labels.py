"""Labels that the schema changes reach workbooks that there are; what people renamed stays as it is."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from custbook_gen.actions.checking import check_file
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.finding import Written, find_layout
from custbook_gen.layout import plan_layout
from custbook_gen.schema import Book
from custbook_gen.workbook import CellPatch, Patch, SheetPatch
from tests.drawn import draw, workbook
from tests.lists_book import client, make_lists, seen, write
from tests.sheets_books import SheetDesk
from tests.strategies import BOOK
from tests.sync_books import HEADER_ROW, RUN, Desk, codes, desk_from, held

LINES = """\
sheets:
  clients:
    label: [客人, Guests]
    fields:
      name: {label: [称呼, Called], help: [写全名, In full]}
      source: {label: [名称, Name]}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_lists(tmp_path_factory.mktemp("made") / "lists").folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    return desk_from(made, tmp_path / "desk")


def relabel(desk: Desk, lines: str = LINES) -> None:
    path = desk.folder / "custbook.yaml"
    path.write_text(path.read_text("utf-8") + lines, "utf-8")


def header(path: Path, field: str) -> object:
    return seen(path).at(HEADER_ROW, field)


def rename(path: Path, field: str, text: str) -> None:
    """Type over a header."""
    target = ExcelFile(path)
    patch = SheetPatch("顾客", (CellPatch(HEADER_ROW, seen(path).columns[field] + 1, text),))
    target.prepare(Patch(sheets=(patch,)), target.read().digest).commit()


def test_labels_and_help_reach_a_workbook_at_the_next_sync(desk: Desk) -> None:
    """One of them is the label that another column had."""
    relabel(desk)
    assert codes(check_file(desk.a, RUN)) == []
    assert codes(desk.sync()) == []
    assert [header(desk.a, field) for field in ("name", "source")] == ["称呼", "名称"]
    rules = openpyxl.load_workbook(desk.a)["顾客"].data_validations.dataValidation
    told = {rule.promptTitle: rule.prompt for rule in rules}
    assert told["称呼"] == "必填\n写全名"
    assert {"名称", "标签"} <= told.keys()
    assert "来源" not in told
    state = desk.state()
    assert codes(desk.sync()) == []
    assert desk.state() == state


def test_a_header_that_somebody_renamed_stays(desk: Desk) -> None:
    rename(desk.a, "name", "谁")
    relabel(desk)
    assert codes(desk.sync()) == [("header-changed", None, "name")]
    assert [header(desk.a, field) for field in ("name", "source")] == ["谁", "名称"]


def test_a_held_row_names_the_new_header(desk: Desk) -> None:
    write(desk.a, **{client(1): {"name": None}})
    relabel(desk)
    desk.sync()
    assert seen(desk.a).status(client(1)) == held("称呼")


def test_nothing_is_stored_and_no_header_changed_where_a_row_is_held_strictly(desk: Desk) -> None:
    write(desk.a, **{client(1): {"name": None}})
    relabel(desk)
    desk.sync(strict=True)
    assert header(desk.a, "name") == "名称"
    write(desk.a, **{client(1): {"name": "顾客1"}})
    desk.sync(strict=True)
    assert header(desk.a, "name") == "称呼"


def test_labels_that_changed_places_contradict_nothing() -> None:
    customers = BOOK.sheet("customers")
    labels = {"level": customers.field("code").label, "code": customers.field("level").label}
    swapped = tuple(
        field.having(label=labels[field.key]) if field.key in labels else field for field in customers.fields
    )
    now: Book = BOOK.having(sheets=(customers.having(fields=swapped), *BOOK.sheets[1:]))
    raw = workbook(draw(customers, ({"customer_id": "C000001", "name": "华为"},)))
    written = Written(BOOK, {"customers": raw.sheets[0].title})
    layout, issues = find_layout(now, raw, plan_layout(now, "zh"), "zh", written)
    assert not {issue.place.field for issue in issues if issue.place.sheet == "customers"}
    assert layout.sheets["customers"].columns == plan_layout(BOOK, "zh").sheets["customers"].columns


def test_labels_reach_a_spreadsheet_online_too(sheet_desk: SheetDesk) -> None:
    relabel(sheet_desk.files)
    assert codes(sheet_desk.sync()) == []
    columns, heads = sheet_desk.columns(), sheet_desk.grid()[HEADER_ROW - 1]
    assert [heads[columns[field] - 1] for field in ("name", "source")] == ["称呼", "名称"]
    assert codes(sheet_desk.sync()) == []
