"""The same suite on the local server and on the real Google Sheets (``pytest -m live``).

For Google it needs a login and an empty spreadsheet (``CUSTBOOK_LIVE_SHEET``); the local server is
reached by the same words, with a key file where any key file may be, by the same requests.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import generate
from custbook_gen.actions.project import open_project
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.actions.target import open_target
from custbook_gen.backends.sheets import GoogleSheet
from custbook_gen.backends.sheets.transport import Request, Transport
from custbook_gen.backends.sheets.wire import Json
from custbook_gen.errors import WorkbookError
from custbook_gen.workbook import CellPatch, Patch, SheetPatch
from tests.conftest import VERIFIED
from tests.lists_book import CLIENTS, client
from tests.sheets_books import make_store, redirected
from tests.sheets_clients import ROBOT
from tests.sheets_server import SheetsServer
from tests.sync_books import RUN, codes

SHEET = "CUSTBOOK_LIVE_SHEET"
TAB = "顾客"
NAME = 3
"""The column of names."""
LIMIT = 30
"""Requests that all of it takes at most; a minute has 60 of each kind."""
ODD = ("=新客户", "0042", "'t Hooft", "1e5", "2026-01-01", "TRUE")
"""Texts that a program that guesses would take for something else."""


@dataclass
class Place:
    """A spreadsheet somewhere, the project whose book goes there, and what was sent."""

    url: str
    folder: Path
    sent: list[str] = field(default_factory=list)

    def open(self) -> GoogleSheet:
        """The spreadsheet, not read yet."""
        workbook = open_target(self.url).workbook
        assert isinstance(workbook, GoogleSheet)
        return workbook


@contextmanager
def noted(sent: list[str]) -> Iterator[None]:
    """Write down every request."""
    send = Transport.send

    def noting(self: Transport, request: Request) -> Json:
        sent.append(request.url.rpartition("/")[2])
        return send(self, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "send", noting)
        yield


def edits_reach_the_store_as_they_were_written(place: Place) -> None:
    workbook = place.open()
    raw = workbook.read()
    tab = raw.sheet(TAB)
    assert tab is not None
    row = next(number for number in tab.rows if tab.cell(number, 1) == client(CLIENTS))
    edits = [CellPatch(row, NAME, "改名"), *(CellPatch(row + n, NAME, text) for n, text in enumerate(ODD, 1))]
    workbook.prepare(Patch(sheets=(SheetPatch(TAB, tuple(edits)),)), raw.digest).commit()
    report = sync_file(open_target(place.url), RUN, Options(), place.folder)
    assert codes(report) == []  # rules, names, formulas and what they come to are as planned
    assert {change.after.get("name") for change in report.changes} == {"改名", *ODD}


def of_two_writers_the_second_is_refused(place: Place) -> None:
    first = place.open()
    digest = first.read().digest
    second = copy.copy(first)
    patch = Patch(sheets=(SheetPatch(TAB, (CellPatch(3, NAME, "先"),)),))
    prepared = [workbook.prepare(patch, digest) for workbook in (first, second)]
    prepared[0].commit()
    with pytest.raises(WorkbookError) as refused:
        prepared[1].commit()
    assert refused.value.code == "file-changed"


def what_is_there_is_what_was_planned(place: Place) -> None:
    report = sync_file(open_target(place.url), RUN, Options(), place.folder)
    assert codes(report) == []
    assert [change.after.get("name") for change in report.changes] == ["先"]
    assert codes(check_file(open_target(place.url), RUN, place.folder)) == []


def play(place: Place) -> None:
    """All of it, on one spreadsheet, in few requests."""
    make_store(place.folder)
    with noted(place.sent):
        generate(open_project(place.folder), open_target(place.url), RUN, replace=True)
        edits_reach_the_store_as_they_were_written(place)
        of_two_writers_the_second_is_refused(place)
        what_is_there_is_what_was_planned(place)
    assert len(place.sent) <= LIMIT


def test_a_book_lives_on_the_local_server(
    sheets_server: SheetsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "key.json"
    key.write_text(json.dumps(sheets_server.service_account_info("robot")))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key))
    place = Place(
        sheets_server.url(sheets_server.new_spreadsheet("blank", editors=[ROBOT])), tmp_path / "project"
    )
    with redirected(sheets_server):
        play(place)
    assert len(place.sent) == sheets_server.count()


@pytest.mark.live
def test_a_book_lives_on_google(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = os.environ.get(SHEET)
    if not url:
        pytest.skip(f"NOT VERIFIED AGAINST GOOGLE: {SHEET} names no spreadsheet to try")
    place = Place(url, tmp_path / "project")
    play(place)
    told = f"on {dt.datetime.now(dt.UTC).date()}, {len(place.sent)} requests"
    request.node.user_properties.append((VERIFIED, told))
