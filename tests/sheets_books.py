"""A small book with its store and its Google spreadsheet, on the local server; what people do there."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import Generated, generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import Run
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.actions.target import Target
from custbook_gen.backends.sheets import GoogleSheet, Online, Share, parse_address
from custbook_gen.backends.sheets.account import Account
from custbook_gen.backends.sheets.pace import Pace
from custbook_gen.layout import letters
from custbook_gen.report import Report
from tests.lists_book import records, schema
from tests.sheets_clients import ROBOT, service_credentials
from tests.sheets_server import Colleague, SheetsServer
from tests.sheets_server.spreadsheet import Spreadsheet
from tests.sync_books import AT, RUN, Desk

TITLES = {"clients": "顾客", "orders": "订单", "dictionary": "分类字典"}
KEY_ROW, FIRST_ROW = 1, 3


def make_store(folder: Path) -> None:
    """The project and its records, without any workbook."""
    folder.mkdir(parents=True)
    (folder / "lists.yaml").write_text(schema(), "utf-8")
    home = init(folder, Choices(schema="lists.yaml"), RUN)
    with home.store.writing() as tx:
        tx.commit_changes(records(), RUN.stamp("import"))


@dataclass
class SheetDesk:
    """A project, a server, and one spreadsheet on it."""

    folder: Path
    server: SheetsServer
    key: str
    known: dict[tuple[str, tuple[str, ...]], Any] = field(default_factory=dict)
    """Credentials that were made before: reading a key takes longer than a sync."""
    nonces: Callable[[], int] = field(default_factory=lambda: itertools.count().__next__)

    @property
    def url(self) -> str:
        """The spreadsheet's address."""
        return self.server.url(self.key)

    @property
    def files(self) -> Desk:
        """The same project, as those who work with files see it."""
        return Desk(self.folder)

    def online(self, name: str = "robot") -> Online:
        """How the spreadsheet is reached: a service account, and time that tests move."""

        def account(scopes: tuple[str, ...]) -> Account:
            credentials = self.known.get((name, scopes)) or service_credentials(
                self.server, name, list(scopes)
            )
            self.known[name, scopes] = credentials
            return Account(credentials, "key", credentials.service_account_email, "service_account.json")

        clock = self.server.clock
        return Online(
            account, Pace(lambda: clock.seconds, clock.advance, lambda: 0.5), lambda: f"n{self.nonces()}"
        )

    def target(self, words: str = "", shares: tuple[Share, ...] = (), online: Online | None = None) -> Target:
        """The spreadsheet as commands open it."""
        words = words or self.url
        sheet = GoogleSheet(parse_address(words), words, shares, online or self.online())
        return Target(words, words, self.folder, sheet)

    def generate(self, words: str = "", *shares: Share, replace: bool = False) -> Generated:
        """Fill the spreadsheet."""
        return generate(self.files.home(), self.target(words, shares), RUN, replace=replace)

    def check(self) -> Report:
        """Check the spreadsheet."""
        return check_file(self.target(), RUN, self.folder)

    def sync(self, *, days: int = 0, **options: bool | str) -> Report:
        """Sync the spreadsheet, so many days after it was made."""
        run = Run(AT + dt.timedelta(days=days, minutes=5), "wang")
        return sync_file(self.target(), run, Options(**options), self.folder)  # type: ignore[arg-type]

    # ------------------------------------------------------------ people

    @property
    def colleague(self) -> Colleague:
        """Somebody with the spreadsheet open: not its owner, an editor like others."""
        book = self.server.spreadsheet(self.key)
        book.permissions["li@example.com"] = "writer"
        return self.server.colleague(self.key, "li@example.com")

    @property
    def owner(self) -> Colleague:
        """The person who made the spreadsheet, and may do everything."""
        return self.server.colleague(self.key)

    def grid(self, sheet: str = "clients") -> list[list[Any]]:
        """What a tab shows: values of all cells."""
        return self.shown()[TITLES.get(sheet, sheet)]

    def shown(self) -> Mapping[str, list[list[Any]]]:
        """What all tabs show."""
        raw = self.target().workbook.read()
        return {
            tab.title: [list(tab.rows.get(row, ())) for row in range(1, max(tab.rows, default=0) + 1)]
            for tab in raw.sheets
        }

    def columns(self, sheet: str = "clients") -> dict[str, int]:
        """Where each field stands (from 1)."""
        book = self.server.spreadsheet(self.key)
        tab = next(tab for tab in book.tabs if tab.title.startswith(TITLES[sheet]))
        cells = {
            at + 1: tab.cell(KEY_ROW - 1, at).get("userEnteredValue", {}) for at in range(tab.column_count)
        }
        return {value["stringValue"]: at for at, value in cells.items() if "stringValue" in value}

    def row(self, key: str, sheet: str = "clients") -> int:
        """The row of a record."""
        return self.row_in(TITLES[sheet], key)

    def row_in(self, title: str, key: str) -> int:
        """The row of a record on a tab of any title, its key in column A."""
        tab = self.colleague.tab(title)
        return next(
            row + 1
            for row in range(tab.row_count)
            if tab.cell(row, 0).get("userEnteredValue", {}).get("stringValue") == key
        )

    def tab_of(self, key: str) -> int:
        """The identifier of the tab that has a key."""
        book = self.server.spreadsheet(self.key)
        return next(
            int(item["location"]["sheetId"])
            for item in book.metadata
            if item["metadataKey"] == "custbook.tab" and item["metadataValue"] == key
        )

    def cell(self, key: str | int, name: str, sheet: str = "clients") -> str:
        """The address of a record's cell; a number is a row."""
        row = key if isinstance(key, int) else self.row(key, sheet)
        return f"{letters(self.columns(sheet)[name])}{row}"

    def type(self, key: str | int, sheet: str = "clients", /, **values: object) -> None:
        """Type into cells of a record (of a row)."""
        for name, value in values.items():
            self.colleague.type_cell(TITLES[sheet], self.cell(key, name, sheet), value)

    def value(self, key: str | int, name: str, sheet: str = "clients") -> Any:
        """What stands in a record's cell."""
        return self.colleague.value(TITLES[sheet], self.cell(key, name, sheet))


def desk_with(server: SheetsServer, made: tuple[Path, Spreadsheet], folder: Path) -> SheetDesk:
    """A copy of a made project and its spreadsheet, on a server of its own."""
    home, book = made
    shutil.copytree(home, folder)
    service_credentials(server)
    copied = book.copy()
    server.service.files.add(copied)
    return SheetDesk(folder, server, copied.id)


def make_sheet(folder: Path) -> tuple[Path, Spreadsheet]:
    """A project and its generated spreadsheet, to be copied for every test."""
    make_store(folder)
    with SheetsServer() as server:
        desk = SheetDesk(folder, server, server.new_spreadsheet("blank", editors=[ROBOT]))
        with redirected(server):
            desk.generate()
        return folder, server.spreadsheet(desk.key)


@contextlib.contextmanager
def redirected(server: SheetsServer) -> Iterator[None]:
    """Everything for Google goes to a server on this machine, while the block lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUSTBOOK_GOOGLE_BASE_URL", server.base_url)
        yield


def kinds(server: SheetsServer, since: int = 0) -> list[str]:
    """The kinds of the requests that arrived, tokens aside."""
    return [one.kind for one in server.requests[since:] if one.kind != "token"]


def batches(server: SheetsServer, since: int = 0) -> list[dict[str, Any]]:
    """All single requests of the batches that arrived."""
    found = [json.loads(one.raw_body) for one in server.requests[since:] if one.kind == "batchUpdate"]
    return [request for body in found for request in body["requests"]]
