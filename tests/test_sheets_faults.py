"""Whatever goes wrong at whichever request: nothing is lost or done twice, the next run converges.

Every kind of fault at every request takes minutes (``CUSTBOOK_ALL_FAULTS=1 pytest
tests/test_sheets_faults.py``); by default the telling kinds strike everywhere, the others at the
request that writes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from custbook_gen.backends.sheets.pace import ATTEMPTS
from custbook_gen.errors import WorkbookError
from tests.lists_book import CLIENTS, client
from tests.sheets_books import SheetDesk, kinds, make_store, redirected
from tests.sheets_clients import ROBOT
from tests.sheets_server import SheetsServer
from tests.sheets_server.faults import Faults
from tests.sync_books import codes

SYNC = ("get", "values.batchGetByDataFilter", "getByDataFilter", "values.batchGetByDataFilter", "batchUpdate")
MAKING = ("get", "batchUpdate", "values.batchUpdate")
Break = Callable[[Faults, int], object]
BREAKS: dict[str, Break] = {
    "busy": lambda faults, at: faults.status(503, at=at, path="/v4/"),
    "quota": lambda faults, at: faults.status(429, at=at, path="/v4/"),
    "cut": lambda faults, at: faults.reset_before(at=at, path="/v4/"),
    "lost": lambda faults, at: faults.reset_after(at=at, path="/v4/"),
}
"""One fault at one request: the run itself gets over it."""
ENDS: dict[str, Break] = {
    "dead": lambda faults, at: faults.reset_before(at=at, times=100, path="/v4/"),
    "dead after": lambda faults, at: faults.reset_after(at=at, times=100, path="/v4/"),
    "broken": lambda faults, at: faults.status(500, at=at, times=100, path="/v4/"),
    "forbidden": lambda faults, at: faults.forbid(at=at, times=100, path="/v4/"),
}
"""Nothing works from one request on: the run ends with a sentence, the next one converges."""


def chosen(
    kinds: dict[str, Break], everywhere: str, requests: tuple[str, ...], others: str = ""
) -> list[Any]:
    """Which faults strike at which requests (from 1): one everywhere, the others at one request."""
    return [
        pytest.param(kind, at, id=f"{kind} at {at} {request}")
        for kind in kinds
        for at, request in enumerate(requests, 1)
        if kind == everywhere or request == others or os.environ.get("CUSTBOOK_ALL_FAULTS")
    ]


def edit(desk: SheetDesk) -> None:
    desk.type(client(2), name="新名", chance=0.5)
    desk.type(desk.row(client(CLIENTS)) + 1, name="新客户")


def converged(desk: SheetDesk) -> None:
    """The store holds every edit once, the sheet shows it, and nothing more is to be done."""
    stored = desk.files.stored("clients")
    assert [row["name"] for row in stored.values()] == [
        "顾客1",
        "新名",
        "顾客3",
        "顾客4",
        "顾客5",
        "顾客6",
        "新客户",
    ]
    assert desk.value(client(CLIENTS + 1), "name") == "新客户"
    before = len(desk.server.requests)
    report = desk.sync()
    assert (codes(report), list(report.changes)) == ([], [])
    assert "batchUpdate" not in kinds(desk.server, before)


@pytest.mark.parametrize(("kind", "at"), chosen(BREAKS, "lost", SYNC, "batchUpdate"))
def test_a_sync_gets_over_one_fault_at_any_request(sheet_desk: SheetDesk, kind: str, at: int) -> None:
    edit(sheet_desk)
    BREAKS[kind](sheet_desk.server.faults, at)
    assert codes(sheet_desk.sync()) == []
    assert sheet_desk.server.faults.planned[0].hit == 1
    converged(sheet_desk)


@pytest.mark.parametrize(("kind", "at"), chosen(ENDS, "dead", SYNC, "batchUpdate"))
def test_after_a_sync_that_was_cut_off_the_next_one_converges(
    sheet_desk: SheetDesk, kind: str, at: int
) -> None:
    edit(sheet_desk)
    ENDS[kind](sheet_desk.server.faults, at)
    with pytest.raises(WorkbookError):
        sheet_desk.sync()
    sheet_desk.server.faults.clear()
    sheet_desk.sync()
    converged(sheet_desk)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults") / "project"
    make_store(folder)
    return folder


@pytest.mark.parametrize(
    ("kind", "at"), [*chosen(BREAKS, "lost", MAKING), *chosen(ENDS, "dead after", MAKING)]
)
def test_making_a_book_gets_over_faults_or_is_begun_anew(
    store: Path, sheets_server: SheetsServer, kind: str, at: int
) -> None:
    desk = SheetDesk(store, sheets_server, sheets_server.new_spreadsheet("blank", editors=[ROBOT]))
    (BREAKS | ENDS)[kind](sheets_server.faults, at)
    with redirected(sheets_server):
        if kind in BREAKS:
            desk.generate()
        else:
            with pytest.raises(WorkbookError):
                desk.generate()
            sheets_server.faults.clear()
            if kind == "dead after" and at == len(MAKING):
                with pytest.raises(WorkbookError, match="holds a customer book"):
                    desk.generate()
            else:
                desk.generate()
        assert codes(desk.check()) == []
    titles = [tab.title for tab in sheets_server.spreadsheet(desk.key).tabs]
    assert (titles[0], titles[-1]) == ("使用说明", "_custbook")
    assert {"顾客", "订单", "分类字典"} <= set(titles)
    assert [title for title in titles if title.startswith("Sheet") or title[1:].isdigit()] == []


def test_waiting_is_bounded_in_attempts_and_time(sheet_desk: SheetDesk) -> None:
    begun = sheet_desk.server.clock.seconds
    sheet_desk.server.faults.status(429, times=1000, path="/v4/")
    with pytest.raises(WorkbookError, match="limit of requests per minute"):
        sheet_desk.check()
    assert len(kinds(sheet_desk.server)) == ATTEMPTS
    assert 60 < sheet_desk.server.clock.seconds - begun < 240


def test_a_pause_that_google_asks_for_is_kept(sheet_desk: SheetDesk) -> None:
    begun = sheet_desk.server.clock.seconds
    sheet_desk.server.faults.status(429, retry_after=77, path="/v4/")
    sheet_desk.check()
    assert sheet_desk.server.clock.seconds - begun >= 77


def test_no_pause_is_longer_than_anybody_waits(sheet_desk: SheetDesk) -> None:
    sheet_desk.server.faults.status(503, retry_after=3600, path="/v4/")
    begun = sheet_desk.server.clock.seconds
    with pytest.raises(WorkbookError, match="busy"):
        sheet_desk.check()
    assert sheet_desk.server.clock.seconds == begun


def test_a_new_file_is_never_asked_for_twice(store: Path, sheets_server: SheetsServer) -> None:
    desk = SheetDesk(store, sheets_server, "")
    sheets_server.faults.reset_after(path="/drive/")
    folder = sheets_server.new_shared_drive(ROBOT)
    with redirected(sheets_server):
        with pytest.raises(WorkbookError) as refused:
            desk.generate(f"gsheets:new/{folder}")
        assert refused.value.code == "online-made-perhaps"
        (desk.key,) = sheets_server.service.files.spreadsheets
        desk.generate()
        assert codes(desk.check()) == []
    assert len(sheets_server.service.files.spreadsheets) == 1
