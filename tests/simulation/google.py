"""A person with the book in a Google spreadsheet on the local server: read by gspread, edited by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import gspread

from custbook_gen.actions.generate import generate
from custbook_gen.actions.project import Run
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.errors import WorkbookError
from custbook_gen.layout import letters
from custbook_gen.report import Report
from custbook_gen.workbook import Cell
from tests.sheets_books import SheetDesk
from tests.sheets_clients import ROBOT, gspread_client, user_credentials
from tests.sheets_server import Colleague, SheetsServer
from tests.sheets_server.faults import Faults
from tests.simulation.faces import FIELDS
from tests.simulation.hands import FIRST, SHEETS, Line, Typing

LI: Final = "li@example.com"
Break = Callable[[Faults, int], object]
PASSING: Final[tuple[Break, ...]] = (
    lambda faults, at: faults.status(503, at=at, path="/v4/"),
    lambda faults, at: faults.status(429, at=at, path="/v4/"),
    lambda faults, at: faults.reset_before(at=at, path="/v4/"),
    lambda faults, at: faults.reset_after(at=at, path="/v4/"),
)
"""One request fails, or its reply is lost: the sync gets over it by itself."""
FINAL: Final[tuple[Break, ...]] = (
    lambda faults, at: faults.reset_before(at=at, times=100, path="/v4/"),
    lambda faults, at: faults.reset_after(at=at, times=100, path="/v4/"),
    lambda faults, at: faults.status(500, at=at, times=100, path="/v4/"),
    lambda faults, at: faults.forbid(at=at, times=100, path="/v4/"),
)
"""Nothing works from one request on: the sync ends with an error."""
REQUESTS: Final = 5
"""So many requests a sync takes that writes."""


@dataclass(slots=True)
class Grid:
    """Where the fields of a tab stand, and which of its rows hold something."""

    title: str
    columns: dict[str, str]
    taken: set[int]


@dataclass(frozen=True, slots=True)
class GoogleHand:
    """A spreadsheet, which somebody who is not its owner edits; ``luck`` says which syncs meet a fault."""

    desk: SheetDesk
    client: gspread.Client
    luck: random.Random

    @classmethod
    def generated(cls, folder: Path, server: SheetsServer, run: Run, seed: int) -> Self:
        """A new spreadsheet, filled with the book and shared with a colleague."""
        desk = SheetDesk(folder, server, server.new_spreadsheet("book", editors=[ROBOT, LI]))
        generate(desk.files.home(), desk.target(), run, lang="zh")
        client = gspread_client(server, user_credentials(server, LI))
        return cls(desk, client, random.Random(seed))  # noqa: S311

    def open(self) -> Mapping[str, Mapping[int, Line]]:
        """What every row shows, as gspread tells it to the colleague."""
        found: dict[str, Mapping[int, Line]] = {}
        for sheet, (_, names, rows) in self._tabs().items():
            wanted = {at: name for at, name in enumerate(names) if name in (SHEETS[sheet], *FIELDS[sheet])}
            found[sheet] = {
                number: {name: row[at] if at < len(row) else "" for at, name in wanted.items()}
                for number, row in enumerate(rows, 1)
                if number >= FIRST
            }
        return found

    def _tabs(self) -> dict[str, tuple[str, list[str], list[list[Any]]]]:
        """Title, machine keys and rows of each sheet."""
        self.desk.server.clock.advance(60)  # people take their time, and there are quotas
        book = self.client.open_by_key(self.desk.key)
        titles = [tab.title for tab in book.worksheets()]
        answer = book.values_batch_get(titles, params={"valueRenderOption": "UNFORMATTED_VALUE"})
        tabs = {}
        blocks: list[dict[str, Any]] = answer["valueRanges"]
        for title, block in zip(titles, blocks, strict=True):
            rows = block.get("values", [])
            names = [str(name) for name in rows[0]] if rows else []
            sheet = next((one for one in ("orders", "dictionary", "clients") if SHEETS[one] in names), None)
            if sheet is not None:
                tabs[sheet] = (title, names, rows)
        return tabs

    def edit(self, typings: Sequence[Typing], dice: random.Random, *, sort: str | None = None) -> None:
        """Type into rows, delete some, put new ones in anywhere; perhaps sort a sheet."""
        wanted: dict[str, dict[int, dict[str, Cell] | None]] = {}
        for typing in typings:
            some = wanted.setdefault(typing.sheet, {})
            before = some.get(typing.row)
            some[typing.row] = None if typing.cells is None else {**(before or {}), **typing.cells}
        tabs, people = self._tabs(), self.desk.server.colleague(self.desk.key, LI)
        for sheet, (title, names, rows) in tabs.items():
            columns = {name: letters(at) for at, name in enumerate(names, 1) if name}
            taken = {
                number
                for number, row in enumerate(rows, 1)
                if any(name in FIELDS[sheet] and value != "" for name, value in zip(names, row, strict=False))
            }
            grid = Grid(title, columns, taken)
            self._type(people, grid, wanted.get(sheet, {}), dice)
            if sheet == sort:
                name = dice.choice((SHEETS[sheet], *FIELDS[sheet]))
                people.sort(title, columns[name], first_row=FIRST, descending=dice.random() < 0.5)

    def _type(
        self,
        people: Colleague,
        grid: Grid,
        wanted: Mapping[int, Mapping[str, Cell] | None],
        dice: random.Random,
    ) -> None:
        """What changes, then what goes (from below), then what is new, each row somewhere."""
        removed = [row for row, cells in wanted.items() if cells is None and row in grid.taken]
        new = [cells for row, cells in wanted.items() if cells is not None and row not in grid.taken]
        for row in sorted(grid.taken & wanted.keys()):
            _fill(people, grid, row, wanted[row] or {})
        for row in sorted(removed, reverse=True):
            if dice.random() < 0.7:
                people.delete_rows(grid.title, row)
                grid.taken = {other - (other > row) for other in grid.taken - {row}}
            else:
                _fill(people, grid, row, dict.fromkeys(grid.columns, ""))
                grid.taken.remove(row)
        for cells in new:
            last = max(grid.taken, default=FIRST - 1)
            row = dice.randint(FIRST, last + 1) if dice.random() < 0.5 else last + 1
            if row <= last:
                people.insert_rows(grid.title, row)
                grid.taken = {other + (other >= row) for other in grid.taken}
            _fill(people, grid, row, cells)
            grid.taken.add(row)

    def sync(self, run: Run, options: Options) -> Report:
        """Sync the spreadsheet; now and then a request fails or its reply is lost on the way."""
        faults = self.desk.server.faults
        self.desk.server.clock.advance(60)
        if self.luck.random() < 0.3:
            self.luck.choice(PASSING)(faults, self.luck.randint(1, REQUESTS))
        try:
            return sync_file(self.desk.target(), run, options, self.desk.folder)
        finally:
            faults.clear()

    def sync_ended(self, run: Run, options: Options, dice: random.Random) -> bool:
        """Sync while the connection dies at a request, unless it needs fewer of them."""
        faults = self.desk.server.faults
        self.desk.server.clock.advance(60)
        dice.choice(FINAL)(faults, dice.randint(1, REQUESTS))
        try:
            sync_file(self.desk.target(), run, options, self.desk.folder)
        except WorkbookError:
            return True
        finally:
            faults.clear()
        return False

    def state(self) -> object:
        """The version of the spreadsheet."""
        return self.desk.server.spreadsheet(self.desk.key).version

    def backups(self) -> Mapping[str, Path]:
        """None: earlier versions are kept by Google."""
        return {}


def _fill(people: Colleague, grid: Grid, row: int, cells: Mapping[str, Cell]) -> None:
    for name, value in cells.items():
        people.type_cell(grid.title, f"{grid.columns[name]}{row}", value)
