"""All that travels between the Google Sheets back end and the server, seen by a second validator."""

from __future__ import annotations

from pathlib import Path

import pytest

from custbook_gen.actions.generate import Source
from custbook_gen.actions.init import Choices, init
from tests.sheets_books import KEY_ROW, SheetDesk, kinds, make_store, redirected
from tests.sheets_clients import ROBOT
from tests.sheets_server import SheetsServer, checker
from tests.sync_books import RUN


def test_making_syncing_and_checking_a_book_is_all_of_googles_schema(
    sheets_server: SheetsServer, tmp_path: Path
) -> None:
    make_store(tmp_path / "project")
    key = sheets_server.new_spreadsheet("blank", editors=[ROBOT])
    desk = SheetDesk(tmp_path / "project", sheets_server, key)
    with redirected(sheets_server):
        desk.generate()
        desk.type(KEY_ROW + 2, name="改名")
        desk.colleague.insert_rows("顾客", KEY_ROW + 3)
        desk.sync()
        desk.check()
    assert checker.problems(sheets_server.requests) == []
    assert checker.largest_body(sheets_server.requests) < checker.RECOMMENDED
    assert checker.kinds(sheets_server.requests)["batchUpdate"] >= 2


@pytest.mark.slow
def test_every_formula_of_the_whole_book_is_calculated(sheets_server: SheetsServer, tmp_path: Path) -> None:
    home = init(tmp_path / "project", Choices(preset="full"), RUN)
    plan = Source.read(home, RUN).planned("zh").plan
    key = sheets_server.new_spreadsheet("blank", editors=[ROBOT])
    desk = SheetDesk(tmp_path / "project", sheets_server, key)
    with redirected(sheets_server):
        desk.target().workbook.write(plan)
        made = len(sheets_server.requests)
        shown = desk.shown()  # a formula that the server cannot calculate is refused, loudly
    assert kinds(sheets_server)[: made - 1] == ["get", "batchUpdate", "batchUpdate", "values.batchUpdate"]
    assert kinds(sheets_server, made) == ["get", "values.batchGetByDataFilter", "getByDataFilter"]
    assert checker.largest_body(sheets_server.requests) < checker.RECOMMENDED
    assert set(shown) == {sheet.title for sheet in plan.sheets}
    errors = [
        (title, value)
        for title, rows in shown.items()
        for row in rows
        for value in row
        if isinstance(value, str) and value.startswith(("#NAME", "#REF", "#ERROR"))
    ]
    assert errors == []
    assert checker.problems(sheets_server.requests) == []
