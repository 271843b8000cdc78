# ruff: noqa: T201 (a command that prints a table)
"""Every way of damage on every preset: ``python -m tests.damage_matrix [PRESET ...] [--only WORD ...]``.

For each preset a project with a few records of every sheet is made; its workbook is damaged in
each way by openpyxl, in its markup or by LibreOffice (also by way of ``.ods``), and synced.  The
table says what was told; a line that ends in ``ok`` passed: the store kept its records, everything
expected was told, the next but one sync found nothing to do, the workbook's features are those
of a newly generated one, and the checkers (:mod:`tests.workbook_checkers`) find no fault in it
that the damaged workbook had not: what other programs write is not always faultless, and sync
leaves their parts alone.  Exit code 1 if any line failed.  ``--only`` takes the ways whose tool
or name holds one of the words.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.comparing import areas, plain_formula, relative_formula
from custbook_gen.issues import SEVERITIES
from custbook_gen.records import Change, Tables
from custbook_gen.workbook import MAX_ROWS
from tests.damage_book import told
from tests.damages import WAYS, Sheet, damage
from tests.full_book import Maker
from tests.sync_books import AT, RUN, Desk, desk_from
from tests.workbook_checkers import Checkers, checkers

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
"""What is compared of the damaged sheet and of another one."""
ENTRY = ("客户档案", "联系人")
SHELL = ("state", "protection")
"""What is compared of all other tabs."""
TRIMMED: Mapping[str, tuple[str, ...]] = {"LibreOffice": ("validations",)}
"""LibreOffice ends rules at the last row that has cells; sync moves their end down before rows run out."""


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


def run(preset: str, folder: Path, only: Sequence[str] = ()) -> int:
    """All ways on one preset, or some; how many failed."""
    made, known, failed = make(folder / preset, preset), checkers(), 0
    made.sync()
    made.sync(made.b)
    if faults := known.faults(made.a):
        print(f"| {preset} | | never damaged | faults: {shown(faults)} |", flush=True)
        failed += 1
    sheet, usual_faults = damaged_sheet(made), faults_of_tools(made, folder, known)
    fresh = known.features(made.b)["sheets"] if known.features else {}
    usual = frozenset(told(made.sync()))
    for number, (tool, name, do, codes) in enumerate(tools(sheet)):
        if only and not any(word in f"{tool} {name}" for word in only):
            continue
        desk = desk_from(made.folder, folder / f"{preset}-{number}")
        differs = WAYS[name].differs if name in WAYS else ()
        try:
            wanted = Wanted(
                codes, usual, usual_faults.get(tool, frozenset()), fresh, differs, TRIMMED.get(tool, ())
            )
            line = attempt(desk, do, wanted, known)
        except Exception as error:  # noqa: BLE001 (the table names whatever goes wrong)
            line = f"{type(error).__name__}: {error}"
        failed += not line.endswith("ok")
        print(f"| {preset} | {tool} | {name} | {line} |", flush=True)
        shutil.rmtree(desk.folder)
    return failed


def faults_of_tools(made: Desk, folder: Path, known: Checkers) -> Mapping[str, frozenset[str]]:
    """The faults that a tool adds to any workbook that it saves."""
    saved = Path(shutil.copy(made.a, folder / "saved.xlsx"))
    openpyxl.load_workbook(saved).save(saved)
    return {"openpyxl": frozenset(known.faults(saved))}


@dataclass(frozen=True)
class Wanted:
    """What is to be told of a damage, what is told of every workbook, and what may differ afterwards.

    ``faults`` are those of every workbook that the tool saves, ``fresh`` the features of the
    sheets of one that was never damaged; ``trimmed`` is compared down to the last prepared row only.
    """

    codes: frozenset[str]
    usual: frozenset[str]
    faults: frozenset[str]
    fresh: Mapping[str, Mapping[str, object]]
    differs: tuple[str, ...]
    trimmed: tuple[str, ...] = ()


def attempt(desk: Desk, do: Callable[[Path], None], wanted: Wanted, known: Checkers) -> str:
    """One damage: what was told, and whether all is well."""
    before = stored(desk)
    do(desk.a)
    damaged = Path(shutil.copy(desk.a, desk.folder.with_suffix(".damaged.xlsx")))
    report = desk.sync()
    new = told(report).keys() - wanted.usual
    text = ", ".join(sorted(new)) or "nothing"
    assert new <= SEVERITIES.keys()
    if missing := wanted.codes - told(report).keys():
        return f"{text}; not told: {', '.join(sorted(missing))}"
    changed = len(tuple(report.changes))
    if stored(desk) != before and not changed:
        return f"{text}; records differ"
    desk.sync()
    state = desk.state()
    desk.sync()
    if desk.state() != state:
        return f"{text}; a further sync changes something"
    faults = known.faults(desk.a)
    if (own := faults - wanted.faults) and (own := own - known.faults(damaged)):
        return f"{text}; faults: {shown(own)}"
    if known.features is not None and "columns" not in wanted.differs and not report.held:
        differing = next(different(known.features(desk.a)["sheets"], wanted), None)
        if differing is not None:
            return f"{text}; {differing}"
    old = f"; {len(faults)} faults of the other program's left" if faults else ""
    return f"{text}; {changed} changes{old}; ok"


def different(one: Mapping[str, Mapping[str, object]], wanted: Wanted) -> Iterator[str]:
    """What of the tabs' features is not as in the workbook that was never damaged."""
    for title in (title for title in wanted.fresh if title in one):
        other = wanted.fresh[title]
        for part in FURNITURE if title in ENTRY else SHELL:
            last = MAX_ROWS if part not in wanted.trimmed else areas(str(other["dimension"]))[0][2]
            there, fresh = (meant(part, found[part], last) for found in (one[title], other))
            if there != fresh and part not in wanted.differs:
                yield f"{part} of {title} differs: {apart(there, fresh)}"


def stored(desk: Desk) -> Tables:
    """All records of the store."""
    with desk.home().store.reading() as snapshot:
        return snapshot.tables()


def shown(faults: set[str]) -> str:
    """The first few faults."""
    return " / ".join(fault[:200] for fault in sorted(faults)[:3]) + f" ({len(faults)})"


def apart(there: object, fresh: object) -> str:
    """Where two features differ, in short."""
    if isinstance(there, dict) and isinstance(fresh, dict):
        return " against ".join(
            f"{[(key, sorted(one[key])) for key in one if one[key] != other.get(key)][:2]}"
            for one, other in ((there, fresh), (fresh, there))
        )
    return f"{there} against {fresh}"[:400]


def meant(part: str, feature: object, last: int) -> object:
    """A feature as it compares: rules by the cells that they cover down to a row, and what they accept.

    LibreOffice writes ``0`` for ``FALSE``, spells formulas anew, and writes one rule for
    columns that say the same.
    """
    if part == "cf":
        return [*marks(feature, last)]
    if part != "validations":
        return feature
    cells: dict[object, set[tuple[int, int, int]]] = {}
    for kind, operator, ranges, *formulas, blank, rejects, style in feature:  # type: ignore[attr-defined]
        rectangles = areas(ranges)
        top, left = rectangles[0][:2]
        says = tuple(
            relative_formula("0" if text == "FALSE" else plain_formula(text or ""), top, left)
            for text in formulas
        )
        asks = (blank, style) if rejects == "1" else ()
        rule = ((kind or "none").removeprefix("x14:"), operator, *says, rejects, *asks)
        if rule[0] == "none":  # it only prompts: its operator and formulas mean nothing
            rule = ("none", rejects, *asks)
        there = {
            (at, first, min(end, last))
            for first, lower, end, upper in rectangles
            for at in range(lower, upper + 1)
        }
        cells.setdefault(rule, set()).update(there)
    return cells


def marks(feature: object, last: int) -> Iterator[tuple[object, ...]]:
    """Conditional formats in their order: the cells that they cover, and when; however they are spelled."""
    for ranges, kind, _, formula in sorted(feature, key=lambda one: int(one[2])):  # type: ignore[call-overload]
        rectangles = areas(ranges)
        top, left = rectangles[0][:2]
        covered = {
            (at, first, min(end, last))
            for first, lower, end, upper in rectangles
            for at in range(lower, upper + 1)
        }
        yield sorted(covered), kind, relative_formula(plain_formula(formula or ""), top, left)


def main(words: list[str]) -> int:
    """Print the table for these presets."""
    at = words.index("--only") if "--only" in words else len(words)
    presets, only = words[:at], words[at + 1 :]
    print("| preset | tool | damage | told, and whether all was put right |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        return sum(run(preset, Path(folder), only) for preset in presets or PRESETS)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
