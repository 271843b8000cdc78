"""A person's hands on a workbook: a file on the disk here, a spreadsheet in a browser in ``google``."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import openpyxl
from python_calamine import CalamineWorkbook

from custbook_gen.actions.project import Run
from custbook_gen.actions.sync import Options, sync_file
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.report import Report
from custbook_gen.workbook import Cell, CellPatch, Patch, SheetPatch
from tests.crash.tracer import Fault, traced

SHEETS: Final = {"clients": "client_id", "orders": "order_id", "dictionary": "choice_id"}
"""The key field by which each sheet is known; the title depends on the language."""
FIRST: Final = 3
"""The first row of records."""
LATE: Final = 60
"""A third of the syncs that are killed are so within so many steps of their end, where much changes."""
TURNING: Final = ("chmod", "rename", "renameat2", "unlink")
"""Another third at the first of such calls: with one of them the store commits, with another the file."""
Line = dict[str, object]


@dataclass(frozen=True, slots=True)
class Typing:
    """What a person does to one row: a number as it stands there, or the row; nothing typed removes it."""

    sheet: str
    row: int
    cells: Mapping[str, Cell] | None


@dataclass(slots=True)
class Reach:
    """How many steps of the system a sync takes by now; it hovers about a sync's end."""

    steps: int = 150


class Hand(Protocol):
    """Whatever a person edits a workbook with."""

    def open(self) -> Mapping[str, Mapping[int, Line]]:
        """What every row shows, by sheet and row: fields and texts."""
        ...

    def edit(self, typings: Sequence[Typing], dice: random.Random, *, sort: str | None = None) -> None:
        """Type, and perhaps sort a sheet; then save."""
        ...

    def sync(self, run: Run, options: Options) -> Report:
        """Sync the workbook."""
        ...

    def sync_ended(self, run: Run, options: Options, dice: random.Random) -> bool:
        """Sync until something ends it half-way; whether it did before the sync was through."""
        ...

    def state(self) -> object:
        """Equal to an earlier one if nothing was written into the workbook since."""
        ...

    def backups(self) -> Mapping[str, Path]:
        """The copies that were kept of the workbook, by their names."""
        ...


@dataclass(frozen=True, slots=True)
class FileHand:
    """A workbook in a file, edited by openpyxl, or by changing its XML cell by cell."""

    path: Path
    reach: Reach = field(default_factory=Reach)

    def open(self) -> Mapping[str, Mapping[int, Line]]:
        """What every row shows."""
        book = CalamineWorkbook.from_path(self.path)
        found: dict[str, Mapping[int, Line]] = {}
        for title in book.sheet_names:
            rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            sheet = _sheet(rows[0]) if rows else None
            if sheet is not None:
                names = {at: str(name) for at, name in enumerate(rows[0]) if name != ""}
                found[sheet] = {
                    number: {name: row[at] for at, name in names.items()}
                    for number, row in enumerate(rows, 1)
                    if number >= FIRST
                }
        return found

    def edit(self, typings: Sequence[Typing], dice: random.Random, *, sort: str | None = None) -> None:
        """Type, and perhaps sort a sheet; then save."""
        if dice.random() < 0.25:
            self._by_openpyxl(typings)
        else:
            self._by_patch(typings)
        if sort is not None:
            self._sort(sort, dice)

    def _by_openpyxl(self, typings: Sequence[Typing]) -> None:
        book = openpyxl.load_workbook(self.path)
        for tab in book.worksheets:
            head = [cell.value for cell in tab[1]]
            sheet = _sheet(head)
            removed = []
            for typing in typings:
                if typing.sheet != sheet:
                    continue
                if typing.cells is None:
                    removed.append(typing.row)
                for name, value in (typing.cells or {}).items():
                    tab.cell(typing.row, head.index(name) + 1).value = value
            for row in sorted(removed, reverse=True):
                tab.delete_rows(row)
        book.save(self.path)

    def _by_patch(self, typings: Sequence[Typing]) -> None:
        target, heads = ExcelFile(self.path), self._heads()
        cells: dict[str, list[CellPatch]] = {}
        for typing in typings:
            title, head = heads[typing.sheet]
            typed = typing.cells if typing.cells is not None else dict.fromkeys(head)
            cells.setdefault(title, []).extend(
                CellPatch(typing.row, head[name] + 1, value) for name, value in typed.items()
            )
        sheets = tuple(SheetPatch(title, tuple(some)) for title, some in cells.items())
        target.prepare(Patch(sheets=sheets), target.read().digest).commit()

    def _sort(self, sheet: str, dice: random.Random) -> None:
        """Another order of the rows; what is computed stays with its place, as formulas do."""
        target, (title, head) = ExcelFile(self.path), self._heads()[sheet]
        raw = target.read()
        tab, formulas = raw.sheet(title), set[int]()
        assert tab is not None
        formulas = {column for _, column in tab.formulas}
        rows = [number for number in tab.rows if number >= FIRST and any(tab.rows[number])]
        order = dice.sample(rows, len(rows))
        cells = [
            CellPatch(there, at + 1, tab.cell(here, at + 1))  # type: ignore[arg-type]
            for here, there in zip(rows, order, strict=True)
            for at in head.values()
            if at + 1 not in formulas
        ]
        target.prepare(Patch(sheets=(SheetPatch(title, tuple(cells)),)), raw.digest).commit()

    def _heads(self) -> dict[str, tuple[str, dict[str, int]]]:
        """Title and columns of each sheet."""
        book = CalamineWorkbook.from_path(self.path)
        heads = {}
        for title in book.sheet_names:
            rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False, nrows=1)
            sheet = _sheet(rows[0]) if rows else None
            if sheet is not None:
                heads[sheet] = (title, {str(name): at for at, name in enumerate(rows[0]) if name != ""})
        return heads

    def sync(self, run: Run, options: Options) -> Report:
        """Sync the workbook."""
        return sync_file(self.path, run, options)

    def sync_ended(self, run: Run, options: Options, dice: random.Random) -> bool:
        """Sync in a process that is killed at a step, unless it comes to its end before."""

        def act() -> int:
            sync_file(self.path, run, options)
            return 0

        how = dice.randrange(3)
        if how == 0:
            fault = Fault(1, lasting=True, only=frozenset({dice.choice(TURNING)}))
        else:
            fault = Fault(dice.randint(max(1, self.reach.steps - LATE) if how == 1 else 1, self.reach.steps))
        ended = traced(act, self.path.parent, fault)
        killed = ended.code is None
        self.reach.steps = self.reach.steps + 1 if killed else len(ended.steps)
        return killed

    def state(self) -> object:
        """The file's bytes."""
        return self.path.read_bytes()

    def backups(self) -> Mapping[str, Path]:
        """The copies that were kept of the file."""
        kept = (self.path.parent / ".custbook" / "backups").glob(f"{self.path.stem}-*.xlsx")
        return {path.name: path for path in kept}


def _sheet(head: Sequence[object]) -> str | None:
    """The sheet that a tab is, by the machine keys in its first row."""
    for sheet in ("orders", "dictionary", "clients"):
        if SHEETS[sheet] in head:
            return sheet
    return None
