"""What is measured: the files of a benchmark, and the commands that work on them."""

from __future__ import annotations

import pickle
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML

from benchmarks import peers
from benchmarks.data import make_project, plain_table
from benchmarks.measure import Case
from benchmarks.shapes import Shape
from custbook_gen.last_runs import FILE as LAST_RUNS
from custbook_gen.load import load_book
from custbook_gen.places import PRIVATE_FOLDER

ATTENTION: Final = frozenset({0, 1})
"""Exit codes of a command that did its work, whatever it found."""
OURS: Final = (sys.executable, "-m", "custbook_gen")
INSIDE: Final = (sys.executable, "-m", "benchmarks.inside")
PEERS: Final = (sys.executable, "-m", "benchmarks.peers")
TRADE: Final = 10_000
"""Customers of the book with order lines."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The files that the cases of one shape work on."""

    folder: Path
    shape: Shape
    rows: int

    @property
    def project(self) -> Path:
        """The book project."""
        return self.folder / "project"

    @property
    def table(self) -> Path:
        """The rows for other writers."""
        return self.folder / "table.pickle"

    @property
    def book(self) -> Path:
        """The workbook as it was generated."""
        return self.folder / "book.xlsx"

    @property
    def resaved(self) -> Path:
        """The same workbook, saved again by another program without a change."""
        return self.folder / "resaved.xlsx"

    @property
    def edited(self) -> Path:
        """The same workbook with 100 cells changed."""
        return self.folder / "edited.xlsx"

    def prepare(self, *, saved_again: bool = True) -> None:
        """Make the project, its workbook and what others make of it."""
        from benchmarks.resave import resave

        self.folder.mkdir(exist_ok=True)
        schema = self.folder / "schema.yaml"
        YAML(typ="safe").dump(self.shape.book, schema)
        make_project(self.project, schema, self.shape.records(self.rows))
        table = plain_table(load_book(str(schema)), self.shape.records(self.rows))
        self.table.write_bytes(pickle.dumps(table, protocol=5))
        _custbook("generate", str(self.book), "--project", str(self.project))
        shutil.copy(self.project / "book.db", self.folder / "book.db")
        if saved_again:
            resave(self.book, self.resaved, edits=0)
            resave(self.book, self.edited, edits=100)

    def writing(self, mark: str = "") -> list[Case]:
        """``generate``, and every writer whose library is there, on the same rows."""
        made, written = self.folder / "made.xlsx", self.folder / "peer.xlsx"
        at = ["--force", "--project", str(self.project)]
        ours = Case(f"generate{mark}", [*OURS, "generate", str(made), *at], output=made)
        return [
            ours,
            *(
                Case(f"{name}{mark}", [*PEERS, name, str(self.table), str(written)], output=written)
                for name in peers.available(peers.WRITERS)
            ),
        ]

    def checking(self, mark: str = "") -> Case:
        """``check``, as if the workbook was never checked before."""
        check = [*OURS, "check", str(self.book), "--project", str(self.project)]
        return Case(f"check{mark}", check, self._forget, accepts=ATTENTION)

    def _forget(self) -> None:
        (self.project / PRIVATE_FOLDER / LAST_RUNS).unlink(missing_ok=True)

    def reading(self) -> list[Case]:
        """``check`` and ``sync``, and every reader whose library is there."""
        work, store = self.folder / "work.xlsx", self.project / "book.db"
        kept, check = self.folder / "book.db", self.checking()
        sync = [*OURS, "sync", str(work), "--project", str(self.project)]

        def fresh(source: Path) -> None:
            shutil.copy(source, work)
            shutil.copy(kept, store)
            self._forget()

        def twice() -> None:
            fresh(self.book)
            _custbook(*sync[len(OURS) :])

        def checked() -> None:
            _custbook(*check.command[len(OURS) :])

        return [
            check,
            replace(check, name="check, same file", prepare=checked),
            Case("sync, same file", sync, twice, accepts=ATTENTION),
            Case("sync, saved again", sync, lambda: fresh(self.resaved)),
            Case("sync, 100 edits", sync, lambda: fresh(self.edited)),
            *(Case(name, [*PEERS, name, "-", str(self.book)]) for name in peers.available(peers.READERS)),
        ]

    def inside(self) -> list[Case]:
        """Parts of a run, timed from inside."""
        made, customers = str(self.folder / "made.xlsx"), str(TRADE)
        parts = {
            "writer alone": ["write", str(self.project), made],
            "deflate alone": ["deflate", str(self.book)],
            "derive and summaries, linked": ["derive", customers],
            "writing, linked": ["write-trade", customers, made],
        }
        if shutil.which("soffice"):
            parts["LibreOffice recalculates"] = ["recalculate", str(self.book)]
        return [Case(name, [*INSIDE, *words], tells=True) for name, words in parts.items()]


def start() -> list[Case]:
    """How long it takes to begin."""
    return [
        Case("python -c pass", [sys.executable, "-c", "pass"]),
        Case("--help", [*OURS, "--help"]),
        Case("--version", [*OURS, "--version"]),
    ]


def _custbook(*words: str) -> None:
    from custbook_gen.cli import main

    try:
        main(list(words))
    except SystemExit as end:
        if end.code not in (0, 1, None):
            raise
