"""The same book on the real Google Sheets (``pytest -m live``), with a login and an empty spreadsheet."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.project import open_project
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.actions.target import open_target
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import CellPatch, Patch, SheetPatch
from tests.lists_book import CLIENTS, client
from tests.sheets_books import make_store
from tests.sync_books import RUN, codes

SHEET = "CUSTBOOK_LIVE_SHEET"
TAB = "顾客"

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def url() -> str:
    """The spreadsheet to work on."""
    given = os.environ.get(SHEET)
    if not given:
        pytest.skip(f"NOT VERIFIED AGAINST GOOGLE: {SHEET} names no spreadsheet to try")
    return given


@pytest.fixture(scope="module")
def folder(url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose book was just written to the spreadsheet."""
    made = tmp_path_factory.mktemp("live") / "project"
    make_store(made)
    generate(open_project(made), open_target(url), RUN, replace=True)
    return made


def test_a_book_on_google_has_nothing_to_complain_about(url: str, folder: Path) -> None:
    assert codes(check_file(url, RUN, folder)) == []


def test_an_edit_on_google_reaches_the_store(url: str, folder: Path) -> None:
    workbook = open_target(url).workbook
    raw = workbook.read()
    tab = raw.sheet(TAB)
    assert tab is not None
    row = next(number for number in tab.rows if tab.cell(number, 1) == client(CLIENTS))
    edits = (CellPatch(row, 3, "改名"), CellPatch(row + 1, 3, "=新客户"))
    workbook.prepare(Patch(sheets=(SheetPatch(TAB, edits),)), raw.digest).commit()
    report = sync_file(open_target(url), RUN, Options(), folder)
    assert codes(report) == []
    assert {change.after.get("name") for change in report.changes} == {"改名", "=新客户"}
    assert not sync_file(open_target(url), RUN, Options(), folder).changes


def test_google_refuses_the_second_of_two_writers(url: str, folder: Path) -> None:
    first, second = open_target(url).workbook, open_target(url).workbook
    patch = Patch(sheets=(SheetPatch(TAB, (CellPatch(3, 3, "先"),)),))
    prepared = [workbook.prepare(patch, workbook.read().digest) for workbook in (first, second)]
    prepared[0].commit()
    with pytest.raises(WorkbookError) as refused:
        prepared[1].commit()
    assert refused.value.code == "file-changed"
    assert folder.is_dir()
