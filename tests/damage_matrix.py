# ruff: noqa: T201 (a command that prints a table)
"""Every way of damage on every preset: ``python -m tests.damage_matrix [PRESET ...] [--only WORD]``.

For each preset a project with a few records of every sheet is made; its workbook is damaged in
each way by openpyxl, in its markup or by LibreOffice (also by way of ``.ods``), and synced.  The
table says what was told; a line that ends in ``ok`` passed: the store kept its records, everything
expected was told, the next but one sync found nothing to do, and the workbook's features
(``xlsxcheck/features.py`` of ``CUSTBOOK_TOOLS``) are those of a newly generated one.  Exit code 1
if any line failed.  ``--only`` takes the ways whose tool or name holds a word.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import openpyxl

from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import open_project
from custbook_gen.issues import SEVERITIES
from custbook_gen.records import Change
from tests.damage_book import told
from tests.damages import WAYS, Sheet, damage
from tests.full_book import Maker
from tests.sync_books import AT, RUN, Desk, desk_from

ROOT = Path(__file__).parent.parent
TOOLS = Path(os.environ.get("CUSTBOOK_TOOLS", ROOT.parent / "shared" / "tools"))
PRESETS = ("basic", "standard", "full")
KINDS: Mapping[str, tuple[str, ...]] = {
    "choice": ("level", "customer_type"),
    "phone": ("mobile",),
    "day": ("created_on",),
    "money": ("annual_revenue", "credit_limit"),
    "number": ("employees",),
    "text": ("uscc", "address", "company"),
    "computed": ("order_count", "total_amount"),
}
FURNITURE = ("state", "protection", "validations", "cf", "autoFilter", "pane", "merges")
"""What is compared of every entry sheet."""
RESPELLED = ("validations",)
"""LibreOffice spells rules anew (``0`` for ``FALSE``); what they accept is compared by sync itself."""


def make(folder: Path, preset: str) -> Desk:
    """A project of a preset with a few records of every sheet, and its workbook."""
    home = init(folder, Choices(preset=preset), RUN)  # type: ignore[arg-type]
    with home.store.writing() as tx:
        tx.commit_changes(list(records(home.book)), RUN.stamp("import"))
    for name in ("a.xlsx", "b.xlsx"):
        generate(home, folder / name, RUN)
    return Desk(folder)


def records(book: object) -> Iterator[Change]:
    """The records as they would be imported, those that others refer to first."""
    tables = Maker(book, AT.date(), customers=12, lines=12).tables()  # type: ignore[arg-type]
    order = ("staff", "products", "customers")
    for name in (*order, *(key for key in tables if key not in order)):
        table = tables[name]
        for key, row in table.rows.items():
            values = {f: v for f, v in zip(table.fields, row, strict=True) if v is not None}
            yield Change("insert", name, key, {}, values)


def damaged_sheet(desk: Desk) -> Sheet:
    """The customers' sheet with a filled column of every kind that the preset has."""
    tab = openpyxl.load_workbook(desk.a)["客户档案"]
    there = {str(cell.value): int(cell.column or 0) for cell in tab[1]}

    def first(kind: str) -> str:
        names = [name for name in KINDS[kind] if name in there]
        filled = [n for n in names if all(tab.cell(row, there[n]).value for row in (3, 4, 5))]
        return next(iter((*filled, *names)), "")

    found = {kind: first(kind) for kind in KINDS}
    return Sheet("客户档案", "customer_id", "name", other="联系人", **found)


def features_of() -> ModuleType | None:
    """The checker that lists a workbook's features."""
    path = TOOLS / "xlsxcheck" / "features.py"
    spec = importlib.util.spec_from_file_location("features", path) if path.exists() else None
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def converted(path: Path, *formats: str) -> None:
    """Save a workbook in LibreOffice, through these formats."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(shutil.copy(path, folder))
        for number, form in enumerate(formats):
            out = Path(folder, str(number))
            subprocess.run(
                [
                    *("soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"),
                    *("--convert-to", form, "--outdir", str(out), str(here)),
                ],
                check=True, capture_output=True, timeout=240,
            )  # fmt: skip
            here = out / f"{path.stem}.{form}"
        shutil.copy(here, path)


def tools(sheet: Sheet) -> Iterator[tuple[str, str, Callable[[Path], None], frozenset[str]]]:
    """Tool, way, what it does, what is to be told."""
    for name, way in WAYS.items():
        if not (sheet.money or "amounts" not in name):
            continue
        tool = "markup" if way.markup is not None else "openpyxl"
        yield tool, name, (lambda path, name=name: damage(path, name, sheet)), way.codes  # type: ignore[misc]
    if shutil.which("soffice") is None:
        print("LibreOffice is not installed: its lines are left out", file=sys.stderr)
        return
    yield "LibreOffice", "saved as xlsx", lambda path: converted(path, "xlsx"), frozenset({"freeze-lost"})
    yield "LibreOffice", "through ods", lambda path: converted(path, "ods", "xlsx"), frozenset()


def run(preset: str, folder: Path, only: str = "") -> int:
    """All ways on one preset, or some; how many failed."""
    made = make(folder / preset, preset)
    made.sync()
    made.sync(made.b)
    features, failed = features_of(), 0
    if features is None:
        print(f"xlsxcheck/features.py is not in {TOOLS}: features are not compared", file=sys.stderr)
    sheet = damaged_sheet(made)
    usual = told(made.sync()).keys()
    for number, (tool, name, do, codes) in enumerate(tools(sheet)):
        if only not in f"{tool} {name}":
            continue
        desk = desk_from(made.folder, folder / f"{preset}-{number}")
        try:
            line = attempt(
                desk, do, codes, usual, features, WAYS[name].differs if name in WAYS else RESPELLED
            )
        except Exception as error:  # noqa: BLE001 (the table names whatever goes wrong)
            line = f"{type(error).__name__}: {error}"
        failed += not line.endswith("ok")
        print(f"| {preset} | {tool} | {name} | {line} |", flush=True)
        shutil.rmtree(desk.folder)
    return failed


def attempt(
    desk: Desk,
    do: Callable[[Path], None],
    codes: frozenset[str],
    usual: object,
    features: ModuleType | None,
    differs: tuple[str, ...],
) -> str:
    """One damage: what was told, and whether all is well."""
    before = {sheet.key: desk.stored(sheet.key) for sheet in open_project(desk.folder).book.sheets}
    do(desk.a)
    report = desk.sync()
    new = {code for code in told(report) if code not in usual}  # type: ignore[operator]
    text = ", ".join(sorted(new)) or "nothing"
    assert new <= SEVERITIES.keys()
    if missing := codes - set(told(report)):
        return f"{text}; not told: {', '.join(sorted(missing))}"
    now = {sheet: desk.stored(sheet) for sheet in before}
    changed = sum(1 for change in report.changes)
    if now != before and not changed:
        return f"{text}; records differ"
    desk.sync()
    state = desk.state()
    desk.sync()
    if desk.state() != state:
        return f"{text}; a further sync changes something"
    if features is not None and "columns" not in differs and not report.held:
        one, other = features.features(desk.a)["sheets"], features.features(desk.b)["sheets"]
        for title in ("客户档案", "联系人"):
            for part in FURNITURE:
                there = one.get(title, {}).get(part)
                if title in one and there != other[title][part] and part not in differs:
                    return f"{text}; {part} of {title} differs"
    return f"{text}; {changed} changes; ok"


def main(words: list[str]) -> int:
    """Print the table for these presets."""
    at = words.index("--only") if "--only" in words else len(words)
    presets, only = words[:at], "".join(words[at + 1 : at + 2])
    print("| preset | tool | damage | told, and whether all was put right |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        return sum(run(preset, Path(folder), only) for preset in presets or PRESETS)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
