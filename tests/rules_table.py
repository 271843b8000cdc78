"""Both enforcers of every rule side by side: ``python -m tests.rules_table [basic|standard|full]``.

Every column of a generated workbook is asked whether it takes what is typed into it, and so
is ``check``.  The table says how often they agree, and how they differ where they do.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from custbook_gen.backends.excel.write import write_package
from custbook_gen.check import Known, check_book
from custbook_gen.check.rows import same_cell
from custbook_gen.layout import plan_layout
from custbook_gen.load import load_book
from custbook_gen.plan.whole import plan_workbook
from custbook_gen.schema import DATED, Book, Preset, Settings, select
from custbook_gen.schema.check_settings import Switchable
from custbook_gen.sync_only import ANY_COLUMN, sync_only
from custbook_gen.texts import Lang
from custbook_gen.values import converter
from custbook_gen.workbook import CellError, Plan, RawCell, Serial
from tests.drawn import draw, layout_of, view_of, workbook
from tests.rule_engines import LAST_TRIAL, Engine, Question
from tests.rule_rows import Maker
from tests.rule_trials import Trial, trials_of
from tests.strategies import AS_OF

KEPT = frozenset({"check-digit-wrong", "consent-missing", "returned-too-much"})
"""Checks beyond cells that find errors; what only warns says nothing about rules."""
RESPELLED = frozenset(
    {"blanks-removed", "width-normalised", "number-was-text", "text-was-number"}
    | {"date-was-text", "rounded", "recognised"}
)


@dataclass(frozen=True)
class Verdict:
    """What both enforcers say to one trial."""

    trial: Trial
    cell: bool
    """Whether the cell takes it."""
    errors: frozenset[str]
    """The codes of the errors that check finds in the cell."""
    as_written: bool
    """Whether check would write the value just so."""
    notes: frozenset[str]

    @property
    def kind(self) -> str:
        """``agree``, or how they differ."""
        if self.cell:
            return "sync only" if self.errors else "agree"
        if self.errors:
            return "agree"
        if not self.trial.offered:
            return "not offered"
        return "refused though right" if self.as_written else "other spelling"


def quiet(book: Book) -> Book:
    """The book without checks that only warn."""
    settings = book.settings.model_dump()
    settings["checks"]["off"] = [code for code in get_args(Switchable) if code not in KEPT]
    settings["as_of"] = AS_OF
    return book.having(settings=Settings.model_validate(settings))


def verdicts(book: Book, lang: Lang, folder: Path) -> list[Verdict]:
    """Every trial of a book's columns, by the cells of a generated workbook and by check."""
    book = quiet(book)
    maker = Maker(book, lang)
    trials = list(trials_of(maker))
    path = folder / "rules.xlsx"
    with path.open("wb") as out:
        view = view_of(maker.tables(), lang, book)
        reaching = {key: replace(here, last_row=LAST_TRIAL) for key, here in view.layout.sheets.items()}
        plan = plan_workbook(replace(view, layout=replace(view.layout, sheets=reaching)))
        write_package(without_colours(plan), out)
    cells = Engine(path).ask(list(questions(maker, trials)))
    return [
        Verdict(trial, cell, *found)
        for trial, cell, found in zip(trials, cells, checked(maker, trials), strict=True)
    ]


def without_colours(plan: Plan) -> Plan:
    """A plan without conditional formats: they take an engine ten times as long as all the rest."""
    return replace(plan, sheets=tuple(replace(sheet, conditional_formats=()) for sheet in plan.sheets))


def rows_of(
    maker: Maker, trials: Sequence[Trial]
) -> Iterator[tuple[dict[str, RawCell], dict[str, RawCell] | None]]:
    """The row of every trial, and the other row that goes with it."""
    for number, trial in enumerate(trials, 100):
        sheet = maker.book.sheet(trial.sheet)
        row = maker.row(sheet, number, {**trial.row, trial.field: trial.typed})
        other = maker.row(sheet, number + 50_000, trial.beside) if trial.beside is not None else None
        yield row, other


def questions(maker: Maker, trials: Sequence[Trial]) -> Iterator[Question]:
    """The trials as questions to the cells of a workbook."""
    layout = plan_layout(maker.book, maker.lang)
    for trial, (row, other) in zip(trials, rows_of(maker, trials), strict=True):
        here = layout.sheets[trial.sheet]

        def placed(
            cells: Mapping[str, RawCell], columns: Mapping[str, int] = here.columns
        ) -> dict[int, RawCell]:
            return {columns[key]: cell for key, cell in cells.items() if cell is not None}

        beside = placed(other) if other is not None else None
        yield Question(here.title, here.columns[trial.field], trial.typed, placed(row), beside)


def checked(maker: Maker, trials: Sequence[Trial]) -> Iterator[tuple[frozenset[str], bool, frozenset[str]]]:
    """The trials as ``check`` sees them: errors, whether the cell would stay as it is, notes."""
    book, lang, words = maker.book, maker.lang, maker.words
    rows: dict[str, list[dict[str, RawCell]]] = {
        sheet.key: [maker.record(sheet, number) for number in (1, 2)] for sheet in book.sheets
    }
    places = []
    for trial, (row, other) in zip(trials, rows_of(maker, trials), strict=True):
        rows[trial.sheet] += [other] if other is not None else []
        rows[trial.sheet].append({**row, **trial.later})
        places.append((trial.sheet, len(rows[trial.sheet]) - 1, trial.field))
    raw = workbook(*(draw(book.sheet(key), some, lang) for key, some in rows.items()), book=book, lang=lang)
    layout = layout_of(raw, book, lang)
    found = check_book(book, raw, layout, Known(), lang, AS_OF)
    codes: dict[tuple[str, int, str], dict[str, set[str]]] = {}
    for issue in found.issues:
        place = issue.place
        at = place.sheet, (place.row or 0) - layout.sheets[place.sheet].first_row, place.field or ""
        codes.setdefault(at, {"error": set(), "info": set()}).setdefault(issue.severity, set()).add(
            issue.code
        )
    values = {(key, row.number): row.values for key, some in found.rows.items() for row in some}
    converters = {
        (sheet.key, item.key): converter(item, words) for sheet in book.sheets for item in sheet.fields
    }
    for trial, spot in zip(trials, places, strict=True):
        told = codes.get(spot, {})
        number = spot[1] + layout.sheets[trial.sheet].first_row
        value = values.get((trial.sheet, number), {}).get(trial.field)
        item = book.sheet(trial.sheet).field(trial.field)
        locked = item.locked or not item.entered
        errors = {"locked"} if locked and trial.typed is not None else told.get("error", set())
        shown = None if locked else converters[trial.sheet, trial.field].to_cell(value)
        yield frozenset(errors), same_cell(trial.typed, shown), frozenset(told.get("info", ()))


def brought(typed: RawCell, kind: str) -> bool:
    """Whether only pasting brings this into a column: there, no rule is asked."""
    if isinstance(typed, str):
        return re.fullmatch(r"\d(\.\d+)?E\+\d+", typed) is not None
    if isinstance(typed, Serial):
        return kind not in DATED
    return isinstance(typed, CellError) or (isinstance(typed, float) and (kind in DATED or typed >= 1e15))


def faults(book: Book, found: Sequence[Verdict]) -> list[str]:
    """Differences that must not be: unlisted ones, listed ones that did not turn up."""
    told = []
    seen: dict[tuple[str, str], set[str]] = {}
    for one in found:
        place = one.trial.sheet, one.trial.field
        item = book.sheet(place[0]).field(place[1])
        listed = set(sync_only(item, book.sheet(place[0]), book))
        listed |= set(ANY_COLUMN) if brought(one.trial.typed, item.type) else set()
        if one.kind == "refused though right":
            told.append(f"{'.'.join(place)} refuses {one.trial.typed!r}, which check takes as it is")
        if one.kind == "other spelling" and one.notes - RESPELLED:
            told.append(
                f"{'.'.join(place)} refuses {one.trial.typed!r}, of which check says {set(one.notes)}"
            )
        if one.kind == "sync only":
            seen.setdefault(place, set()).update(one.errors)
            if not one.errors <= listed:
                told.append(
                    f"{'.'.join(place)} takes {one.trial.typed!r}; not listed: {set(one.errors - listed)}"
                )
    for sheet in book.sheets:
        for item in sheet.fields:
            missing = set(sync_only(item, sheet, book)) - seen.get((sheet.key, item.key), set())
            told += [f"{sheet.key}.{item.key}: {code} never turned up" for code in sorted(missing)]
    return told


def table(book: Book, found: Sequence[Verdict]) -> str:
    """The table, a line per column, as Markdown."""
    lines = [
        "| field | type | tried | agree | other spelling | not offered | sync only | checked at sync only |",
        "|---|---|--:|--:|--:|--:|--:|---|",
    ]
    counts: dict[tuple[str, str], Counter[str]] = {}
    for one in found:
        counts.setdefault((one.trial.sheet, one.trial.field), Counter())[one.kind] += 1
    total: Counter[str] = Counter()
    for (sheet, key), some in counts.items():
        item = book.sheet(sheet).field(key)
        codes = ", ".join(sync_only(item, book.sheet(sheet), book))
        lines.append(_line(f"{sheet}.{key}", item.type, some, codes))
        total += some
    return "\n".join([*lines, _line(f"{len(counts)} fields", "", total, "")])


def _line(name: str, kind: str, counts: Counter[str], codes: str) -> str:
    shown = [counts[one] for one in ("agree", "other spelling", "not offered", "sync only")]
    return f"| {name} | {kind} | {sum(counts.values())} | {' | '.join(map(str, shown))} | {codes} |"


def main() -> int:
    """Print the table of a preset of the bundled book; 1 if a difference is not listed."""
    preset: Preset = next((name for name in get_args(Preset) if name in sys.argv[1:]), "standard")
    book = select(load_book("customer_book"), preset)
    with tempfile.TemporaryDirectory() as folder:
        found = verdicts(book, "zh", Path(folder))
    wrong = faults(book, found)
    sys.stdout.write("\n".join([table(book, found), "", *wrong, ""]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
