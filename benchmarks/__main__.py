"""Ours and others on the same rows: ``python -m benchmarks [--rows 100000] [--runs 5]``.

Makes book projects with seeded records, runs every case in turn in a process of its own and
prints medians, spread, memory and the ratios that the project holds itself to.  Ratios mean
something on any machine, seconds only on one.  ``--report docs/benchmarks.md`` keeps them.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import click

from benchmarks.cases import Bench, start
from benchmarks.measure import Case, Figures, measure
from benchmarks.shapes import shapes

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = (
    *("custbook-gen", "openpyxl", "xlsxwriter", "rustpy-xlsxwriter", "rustypyxl", "wolfxl"),
    *("opensheet-core", "pyexcelerate", "polars", "python-calamine", "fastexcel", "isal"),
)
STREAMING: Final = "openpyxl write-only"
CONSTANT: Final = "XlsxWriter constant memory"
RUST: Final = "rustpy-xlsxwriter"
OTHER_SHAPES: Final = ("text", "dates", "wide", "notes", "hostile")
LATITUDE: Final = 4 / 3
"""Other shapes keep the ratios of the usual one within a third."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio that is to stay at or below a limit: the median of ``ours`` over that of ``peer``."""

    ours: str
    peer: str
    limit: float
    of: str = "median"
    """What is compared: the seconds, or the ``size`` of the files."""


GOALS: Final = (
    Goal("generate", STREAMING, 1 / 20),
    Goal("generate", CONSTANT, 1 / 12),
    Goal("generate", RUST, 1),
    Goal("generate", CONSTANT, 1.25, "size"),
    Goal("writer alone", "deflate alone", 4),
    Goal("check", "python-calamine", 1),
    Goal("sync, saved again", "python-calamine", 1),
    Goal("sync, 100 edits", "python-calamine", 2),
    Goal("derive and summaries, linked", "writing, linked", 1),
    Goal("--help", "python -c pass", 6),
    Goal("--version", "python -c pass", 2),
    *(
        Goal(f"generate, {shape}", f"{peer}, {shape}", limit * LATITUDE)
        for shape in OTHER_SHAPES
        for peer, limit in ((STREAMING, 1 / 20), (CONSTANT, 1 / 12), (RUST, 1.0))
    ),
)


def table(found: Mapping[str, Figures]) -> str:
    """The figures as a table in Markdown."""
    lines = ["| case | median s | spread s | CPU s | peak MiB | file MB |", "|---|--:|--:|--:|--:|--:|"]
    for name, figures in found.items():
        size = f"{figures.size / 1e6:.1f}" if figures.size else ""
        lines.append(
            f"| {name} | {figures.median:.3f} | {min(figures.seconds):.3f}–{max(figures.seconds):.3f}"
            f" | {figures.processor:.3f} | {figures.peak:.0f} | {size} |"
        )
    return "\n".join(lines)


def goals(found: Mapping[str, Figures]) -> str:
    """The ratios that the project holds itself to, as a table in Markdown."""
    lines = ["| ours | peer | ratio | goal | met |", "|---|---|--:|--:|---|"]
    for goal in GOALS:
        if goal.ours not in found or goal.peer not in found:
            continue
        ours, peer = (getattr(found[name], goal.of) for name in (goal.ours, goal.peer))
        met = "yes" if ours <= goal.limit * peer else "**no**"
        what = " (file size)" if goal.of == "size" else ""
        lines.append(f"| {goal.ours}{what} | {goal.peer} | {ours / peer:.3f} | ≤ {goal.limit:.3f} | {met} |")
    return "\n".join(lines)


def versions() -> str:
    """What was measured with."""
    found = [f"Python {platform.python_version()}", f"{os.cpu_count()} processors"]
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def _cases(folder: Path, rows: int, growth: Sequence[int], only: Sequence[str]) -> list[Case]:
    """The wanted cases, with their files made."""
    known = shapes()
    found: list[Case] = []

    def add(bench: Bench, cases: Sequence[Case], *, saved_again: bool = False) -> None:
        wanted = [case for case in cases if not only or any(part in case.name for part in only)]
        if wanted:
            bench.prepare(saved_again=saved_again)
            found.extend(wanted)

    usual = Bench(folder / "mixed", known["mixed"], rows)
    add(usual, [*usual.writing(), *usual.inside(), *usual.reading(), *start()], saved_again=True)
    for name in OTHER_SHAPES:
        # a wide row is as much work as six usual ones, and slow peers need not be run for ever
        bench = Bench(folder / name, known[name], max(1, rows // (5 if name == "wide" else 1)))
        compared = {f"{case}, {name}" for case in ("generate", STREAMING, CONSTANT, RUST)}
        add(bench, [case for case in bench.writing(f", {name}") if case.name in compared])
    for count in growth:
        bench = Bench(folder / f"rows-{count}", known["mixed"], count)
        mark = f", {count:,} rows"
        add(bench, [bench.writing(mark)[0], bench.checking(mark)])
    return found


@click.command()
@click.option("--rows", default=100_000, show_default=True)
@click.option("--runs", default=5, show_default=True)
@click.option(
    "--grow", multiple=True, type=int, help="Also generate and check so many rows; several are possible."
)
@click.option("--only", multiple=True, help="Cases whose name contains this; several are possible.")
@click.option("--report", type=click.Path(path_type=Path), help="A Markdown file for the results.")
def main(rows: int, runs: int, grow: Sequence[int], only: Sequence[str], report: Path | None) -> None:
    """Run the benchmark and print its tables."""
    env = {"PYTHONPATH": str(ROOT), "CUSTBOOK_LANG": "en"}
    with tempfile.TemporaryDirectory(prefix="custbook-bench-") as name:
        found = measure(_cases(Path(name), rows, grow, only), runs, env)
    about = f"{rows:,} rows, medians of {runs} runs in turn, {dt.date.today().isoformat()}; {versions()}."  # noqa: DTZ011
    text = f"{about}\n\n{goals(found)}\n\n{table(found)}\n"
    click.echo(text)
    if report is not None:
        report.write_text(f"# Benchmarks\n\n{(__doc__ or '').strip()}\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
