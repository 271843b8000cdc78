"""Ours and others on the same rows: ``python -m benchmarks [--rows 100000] [--runs 5]``.

Makes a book project with seeded records, runs every case in turn in a process of its own
and prints medians, spread, memory and the ratios that the project holds itself to.
Ratios mean something on any machine, seconds only on one.
"""

from __future__ import annotations

import json
import os
import pickle
import platform
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import click

from benchmarks import peers
from benchmarks.data import BOOK, SHEET, make_project, plain_rows
from benchmarks.measure import Case, Figures, measure
from custbook_gen.load import load_book

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = (
    *("custbook-gen", "openpyxl", "xlsxwriter", "rustpy-xlsxwriter", "python-calamine"),
    *("polars", "fastexcel", "pyexcelerate", "isal"),
)
ATTENTION: Final = frozenset({0, 1})
"""Exit codes of a command that did its work, whatever it found."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio that is to stay at or below a limit: the median of ``ours`` over that of ``peer``."""

    ours: str
    peer: str
    limit: float


GOALS: Final = (
    Goal("generate", "openpyxl write-only", 1 / 20),
    Goal("generate", "XlsxWriter constant memory", 1 / 12),
    Goal("generate", "rustpy-xlsxwriter", 1),
    Goal("writer alone", "deflate alone", 4),
    Goal("check", "python-calamine", 1),
    Goal("sync, saved again", "python-calamine", 1),
    Goal("sync, 100 edits", "python-calamine", 2),
    Goal("--help", "python -c pass", 6),
    Goal("--version", "python -c pass", 2),
)


@dataclass(frozen=True, slots=True)
class Bench:
    """The files that the cases work on."""

    folder: Path
    rows: int

    @property
    def project(self) -> Path:
        """The book project."""
        return self.folder / "project"

    @property
    def pickle(self) -> Path:
        """The rows for other writers."""
        return self.folder / "rows.pickle"

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

    def prepare(self) -> None:
        """Make the project, its workbook and what others make of it."""
        from benchmarks.resave import resave

        make_project(self.project, self.rows)
        rows = plain_rows(self.rows, load_book(str(BOOK)).sheet(SHEET))
        self.pickle.write_bytes(pickle.dumps(rows, protocol=5))
        self._custbook("generate", str(self.book), "--project", str(self.project))
        resave(self.book, self.resaved, edits=0)
        resave(self.book, self.edited, edits=100)

    def _custbook(self, *words: str) -> None:
        from custbook_gen.cli import main

        try:
            main(list(words))
        except SystemExit as end:
            if end.code not in (0, None):
                raise

    def cases(self) -> list[Case]:
        """Every case whose library is there."""
        return [*self._own(), *self._peers(), *self._start()]

    def _own(self) -> list[Case]:
        work, store = self.folder / "work.xlsx", self.project / "book.db"
        kept = self.folder / "book.db"
        shutil.copy(store, kept)

        def fresh(source: Path) -> None:
            shutil.copy(source, work)
            shutil.copy(kept, store)

        ours = [sys.executable, "-m", "custbook_gen"]
        at = ["--project", str(self.project)]
        made, writer = self.folder / "made.xlsx", [sys.executable, "-m", "benchmarks.writer"]
        return [
            Case("generate", [*ours, "generate", str(made), "--force", *at], output=made),
            Case("writer alone", [*writer, str(self.project), str(made)], tells=True),
            Case("deflate alone", [*writer, "--floor", str(self.book)], tells=True),
            Case("check", [*ours, "check", str(self.book), *at], accepts=ATTENTION),
            Case("sync, same file", [*ours, "sync", str(work), *at], lambda: fresh(self.book)),
            Case("sync, saved again", [*ours, "sync", str(work), *at], lambda: fresh(self.resaved)),
            Case("sync, 100 edits", [*ours, "sync", str(work), *at], lambda: fresh(self.edited)),
        ]

    def _peers(self) -> list[Case]:
        run = [sys.executable, "-m", "benchmarks.peers"]
        written = self.folder / "peer.xlsx"
        return [
            *(
                Case(name, [*run, name, str(self.pickle), str(written)], output=written)
                for name in peers.available(peers.WRITERS)
            ),
            *(Case(name, [*run, name, "-", str(self.book)]) for name in peers.available(peers.READERS)),
        ]

    def _start(self) -> list[Case]:
        ours = [sys.executable, "-m", "custbook_gen"]
        return [
            Case("python -c pass", [sys.executable, "-c", "pass"]),
            Case("--help", [*ours, "--help"]),
            Case("--version", [*ours, "--version"]),
        ]


def table(found: Mapping[str, Figures]) -> str:
    """The figures as a table in Markdown."""
    lines = ["| case | median s | spread s | CPU s | peak MiB | file MB |", "|---|--:|--:|--:|--:|--:|"]
    for name, figures in found.items():
        facts = figures.to_json()
        size = f"{figures.size / 1e6:.1f}" if figures.size else ""
        lines.append(
            f"| {name} | {facts['median']} | {facts['least']}–{facts['most']} | {facts['cpu']}"
            f" | {facts['peak_mib']} | {size} |"
        )
    return "\n".join(lines)


def goals(found: Mapping[str, Figures]) -> str:
    """The ratios that the project holds itself to, as a table in Markdown."""
    lines = ["| ours | peer | ratio | goal | met |", "|---|---|--:|--:|---|"]
    for goal in GOALS:
        if goal.ours in found and goal.peer in found:
            ratio = found[goal.ours].median / found[goal.peer].median
            met = "yes" if ratio <= goal.limit else "**no**"
            lines.append(f"| {goal.ours} | {goal.peer} | {ratio:.3f} | ≤ {goal.limit:.3f} | {met} |")
    return "\n".join(lines)


def versions() -> dict[str, str]:
    """What was measured with."""
    found = {"python": platform.python_version(), "cpus": str(os.cpu_count())}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@click.command()
@click.option("--rows", default=100_000, show_default=True)
@click.option("--runs", default=5, show_default=True)
@click.option("--only", multiple=True, help="Cases whose name contains this; several are possible.")
@click.option("--save", type=click.Path(path_type=Path), help="A JSON file for the figures.")
def main(rows: int, runs: int, only: Sequence[str], save: Path | None) -> None:
    """Run the benchmark and print its tables."""
    env = {"PYTHONPATH": str(ROOT), "CUSTBOOK_LANG": "en"}
    with tempfile.TemporaryDirectory(prefix="custbook-bench-") as name:
        bench = Bench(Path(name), rows)
        bench.prepare()
        chosen = [c for c in bench.cases() if not only or any(part in c.name for part in only)]
        found = measure(chosen, runs, env)
    click.echo(f"{rows} rows, {runs} runs, {versions()}\n\n{table(found)}\n\n{goals(found)}")
    if save is not None:
        document = {"rows": rows, "runs": runs, "versions": versions()}
        figures = {name: figure.to_json() for name, figure in found.items()}
        save.write_text(json.dumps({**document, "cases": figures}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
