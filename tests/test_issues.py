"""Every kind of issue: a drawn workbook that earns it, and what people are told, word for word.

One file in ``tests/issues`` per code.  ``## customers`` draws the rows of a tab,
``## stored customers`` what the store holds, ``## base customers`` what the workbook
showed where that differs, and ``## workbook`` what became of the tabs.  ``## zh`` and
``## en`` hold the issues of the workbook in either language; ``pytest --update`` rewrites
them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import get_args

import pytest

from custbook_gen.check import CheckedRow, Drawn, Known, check_book, check_structure
from custbook_gen.check.checks import CHECKS, NUMBERS
from custbook_gen.derive import derive
from custbook_gen.finding import find_layout
from custbook_gen.issues import SEVERITIES, Issue
from custbook_gen.layout import SheetLayout, plan_layout
from custbook_gen.mending import Found, damage_issues
from custbook_gen.plan import View, book_references, entry_sheet
from custbook_gen.records import Computed
from custbook_gen.rules import column_rules
from custbook_gen.schema import Sheet
from custbook_gen.schema.check_settings import Switchable
from custbook_gen.texts import CATALOGUE, Lang
from custbook_gen.values import Words, converter, references
from custbook_gen.workbook import RawCell, RawWorkbook
from tests.check_books import BOOK
from tests.drawn import DrawnSheet, Row, as_found, cells_of, draw, table_rows, tables, view_of, workbook
from tests.strategies import AS_OF

FOLDER = Path(__file__).parent / "issues"
FILES = sorted(FOLDER.glob("*.md"))
LANGS: tuple[Lang, ...] = ("zh", "en")
IN_SYNC = {"tab-missing", "row-left", "delete-changed", "delete-refused", "delete-many", "rows-moved"}
IN_SYNC |= {"delete-resting", "row-restored", "copy-beside", "row-known", "row-known-gone", "edits-undone"}
"""Raised by a sync; see test_sync_tabs_back, _sync_errors, _issues_tab, _copies, _careless and _resting."""
IN_FILES = {
    *("format-lost", "lock-altered", "highlight-altered", "guard-lost", "freeze-lost", "filter-lost"),
    *("key-row-shown", "cells-merged", "rows-filtered", "rows-hidden", "columns-hidden", "name-altered"),
    *(
        "sheet-twice",
        "sheet-resting",
        "sheet-new",
        "sheet-headless",
        "column-new",
        "column-twice",
        "column-resting",
        "header-contradicts",
        "key-row-damaged",
        "key-row-gone",
        "header-row-gone",
    ),
    *("head-unlocked", "columns-locked", "tab-unguarded", "name-shadowed"),
    *("ref-lost", "number-covered"),
}
"""Raised about what surrounds the cells of a file, or about the store; see test_damage, _layout, _resting."""
IN_DECISIONS = {code for code in SEVERITIES if code.startswith("decision-")}
"""Raised about decisions in the workbook; see test_decisions.py."""
IN_DICTIONARY = {code for code in SEVERITIES if code.startswith("choice-")}
"""Raised about the dictionary tab; see test_dictionary_sync.py."""
IN_IMPORT = {
    "columns-unused",
    "encoding-guessed",
    "id-duplicate",
    "id-missing",
    "join-ambiguous",
    "join-missing",
    "moved-to-notes",
    "row-damaged",
    "row-ragged",
    "row-unmapped",
    "rows-skipped",
    "template-failed",
}
"""Raised by an import; see test_import.py."""
HEAD = ("| severity | cell | message | suggestion |", "|---|---|---|---|")


@dataclass(frozen=True)
class Case:
    """One file: its sections by heading."""

    path: Path
    sections: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Case":
        sections: dict[str, list[str]] = {}
        lines: list[str] = sections.setdefault("", [])
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                lines = sections.setdefault(line[3:], [])
            else:
                lines.append(line)
        return cls(path, sections)

    def found(self, lang: Lang) -> list[Issue]:
        """The issues of the drawn workbook in one language."""
        known = self._known()
        words = Words.of(BOOK, lang, {sheet.key: references(sheet.key, ()) for sheet in BOOK.sheets})
        computed = derive(BOOK, known.base, AS_OF) if known.base is not None else None
        sheets = {}
        for sheet in BOOK.sheets:
            rows = cells_of(self._rows(sheet.key), sheet, words)
            if computed is not None:
                rows = [{**_computed_cells(sheet, row, computed, words), **row} for row in rows]
            sheets[sheet.key] = draw(sheet, rows, lang)
        for line in self.sections.get("workbook", ()):
            if line.strip():
                alter(sheets, line.removeprefix("- "))
        drawn = workbook(*sheets.values(), book=BOOK, lang=lang)
        raw = replace(drawn, sheets=tuple(tab for tab in drawn.sheets if tab.title != GONE))
        layout, moved = find_layout(BOOK, raw, plan_layout(BOOK, lang), lang)
        checked = check_book(BOOK, raw, layout, known, lang, AS_OF)
        shown = Words.of(BOOK, lang, book_references(BOOK, known.stored or tables({}, BOOK), lang))
        structure = check_structure(raw, layout, shown, checked.rows, Drawn(shown, computed))
        stored = known.stored or tables({}, BOOK)
        frames = {k: (view_of(stored, lang, BOOK, layout), here) for k, here in layout.sheets.items()}
        around = [
            issue
            for key, (view, here) in frames.items()
            for issue in damage_issues(found_sheet(view, here, raw, checked.rows[key]))
        ]
        return [*moved, *checked.issues, *structure, *around]

    def _rows(self, heading: str) -> list[dict[str, str]]:
        lines = self.sections.get(heading)
        return [] if lines is None else table_rows(lines)

    def _known(self) -> Known:
        """What the store holds and what it held; nothing where the file draws no store."""
        stored = {sheet.key: self._rows(f"stored {sheet.key}") for sheet in BOOK.sheets}
        if not any(heading.startswith("stored ") for heading in self.sections):
            return Known()
        base = {
            key: self._rows(f"base {key}") if f"base {key}" in self.sections else rows
            for key, rows in stored.items()
        }
        words = Words.of(BOOK, "zh", {sheet.key: references(sheet.key, ()) for sheet in BOOK.sheets})
        earlier, now = (
            tables({key: cells_of(rows, BOOK.sheet(key), words) for key, rows in some.items()}, BOOK)
            for some in (base, stored)
        )
        return Known(earlier, now)

    def expected(self, lang: Lang) -> list[str]:
        return [line for line in self.sections.get(lang, ()) if line.strip()]

    def write(self, lines: Mapping[Lang, Sequence[str]]) -> None:
        """Put new expectations into the file."""
        parts = ["\n".join(self.sections[""]).strip()]
        for heading, body in self.sections.items():
            if heading not in ("", *LANGS):
                parts.append(f"## {heading}\n\n" + "\n".join(body).strip())
        parts += [f"## {lang}\n\n" + "\n".join(some) for lang, some in lines.items()]
        self.path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _computed_cells(sheet: Sheet, row: Row, computed: Computed, words: Words) -> dict[str, RawCell]:
    """What a row's computed cells were given when the workbook was written."""
    values = computed[sheet.key]
    return {
        item.key: as_found(
            converter(item, words).to_cell(values[item.key].get(str(row.get(sheet.key_field))))
        )
        for item in sheet.fields
        if item.key in values
    }


def found_sheet(view: View, here: SheetLayout, raw: RawWorkbook, rows: Sequence[CheckedRow]) -> Found:
    """A sheet as planned and as drawn."""
    tab = raw.sheet(here.title)
    assert tab is not None
    last = max((row.number for row in rows), default=here.first_row)
    frame = entry_sheet(view, BOOK.sheet(here.key), filled=False)
    return Found(frame, view.layout.sheets[here.key], tab, last, last)


GONE = "(gone)"
PARTS = {
    *("hint", "no-hint", "record", "row", "later", "more", "nothing", "list", "at-least", "from-to-below"),
    *("exactly", "between", "copy-given", "copy-typed", "choice-user", "choice-resting", "choice-of-schema"),
    *("where-is", "where-filled", "where-empty", "where-both", "persons", "organisations"),
    *("id-number", "card-number", "phone-number"),
    *(key.removeprefix("issue.") for key in CATALOGUE if key.startswith(("issue.same-", "issue.expired-"))),
}
"""Pieces of sentences."""


def alter(sheets: dict[str, DrawnSheet], what: str) -> None:
    """Do to a drawn workbook what a line says that somebody did."""
    ways: Mapping[str, Callable[[DrawnSheet, str, str], DrawnSheet]] = {
        r"(\w+): remove the tab": lambda tab, *_: replace(tab, title=GONE),
        r"(\w+): rename the tab to (\S+)": lambda tab, title, _: replace(tab, title=title),
        r"(\w+): remove column (\w+)": lambda tab, key, _: replace(
            tab, columns=tuple(name for name in tab.columns if name != key)
        ),
        r"(\w+): move column (\w+) before (\w+)": moved,
        r"(\w+): call column (\w+) “(.+)”": lambda tab, key, name: replace(tab, headers={key: name}),
        r"(\w+): remove the rule of (\w+)": lambda tab, key, _: replace(tab, rules={key: None}),
        r"(\w+): let (\w+) accept anything": lambda tab, key, _: replace(
            tab, rules={key: replace(column_rules(tab.sheet, tab.here, tab.lang)[key], rejects=False)}
        ),
    }
    for pattern, change in ways.items():
        match = re.fullmatch(pattern, what)
        if match is not None:
            sheet, *rest = match.groups()
            sheets[sheet] = change(sheets[sheet], *[*rest, "", ""][:2])
            return
    raise ValueError(what)


def moved(tab: DrawnSheet, key: str, before: str) -> DrawnSheet:
    """A tab with one column moved to the left of another."""
    rest = [name for name in tab.columns if name != key]
    at = rest.index(before)
    return replace(tab, columns=(*rest[:at], key, *rest[at:]))


def line_of(issue: Issue, lang: Lang) -> str:
    cells = (issue.severity, issue.place.cell or "", issue.message(lang), issue.suggestion or "")
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("\n", "↵")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_issue_says_where_it_is_what_is_wrong_and_what_to_do(path: Path, update: bool) -> None:
    case = Case.read(path)
    issues = {lang: case.found(lang) for lang in LANGS}
    lines = {lang: [*HEAD, *(line_of(issue, lang) for issue in issues[lang])] for lang in LANGS}
    if update:
        case.write(lines)
    for lang in LANGS:
        assert path.stem in {issue.code for issue in issues[lang]}
        assert lines[lang] == Case.read(path).expected(lang)


def test_every_code_has_its_file_or_is_raised_elsewhere() -> None:
    assert {
        path.stem for path in FILES
    } == SEVERITIES.keys() - IN_SYNC - IN_IMPORT - IN_DICTIONARY - IN_FILES - IN_DECISIONS
    assert SEVERITIES.keys() >= (IN_SYNC | IN_IMPORT)


def test_every_code_has_its_sentence_and_no_sentence_is_left_over() -> None:
    sentences = {key.removeprefix("issue.") for key in CATALOGUE if key.startswith("issue.")}
    assert sentences - PARTS == SEVERITIES.keys()


def test_every_check_can_be_switched_off_by_its_code() -> None:
    assert sorted(get_args(Switchable)) == sorted(check.code for check in CHECKS)
    assert all((check.typed is None) is not (check.book is None) for check in CHECKS)


# ---------------------------------------------------------------- the page about all of them

PAGE = Path(__file__).parent.parent / "docs" / "checks.md"
TABLE = ("| number | code | severity | can be switched off |", "|---|---|---|---|")


def page() -> str:
    """The page about all checks: its own words, a table, and every code with an example and its sentences."""
    top = PAGE.read_text(encoding="utf-8").partition(TABLE[0])[0]
    rows = []
    for code, severity in SEVERITIES.items():
        off = "yes" if code in get_args(Switchable) else ""
        rows.append(f"| {NUMBERS.get(code, '')} | [{code}](#{code}) | {severity} | {off} |")
    table = "\n".join([*TABLE, *sorted(rows, key=_by_number)])
    parts = [part(code) for code in SEVERITIES]
    return "\n\n".join([top.strip(), table, *parts]).replace("|  |", "| |") + "\n"


def _by_number(row: str) -> tuple[bool, str]:
    number = row.removeprefix("|").partition("|")[0].strip()
    return not number, number


def part(code: str) -> str:
    """What there is to say about one code."""
    facts = ", ".join(filter(None, (NUMBERS.get(code), SEVERITIES[code])))
    path = FOLDER / f"{code}.md"
    if not path.exists():
        zh, en = CATALOGUE[f"issue.{code}"]
        where = "an import" if code in IN_IMPORT else "a check or sync" if code in IN_FILES else "a sync"
        of_many = re.sub(r"\{(\w+):[^{}|]*\|([^{}]*)\}", lambda m: m[2].replace("#", f"{{{m[1]}}}"), en)
        return f"## {code}\n\n{facts}. Said by {where}.\n\n> {zh}\n>\n> {of_many}"
    case = Case.read(path)
    about = "\n".join(case.sections[""][1:]).strip()
    lines = [f"## {code}", f"{facts}. {about}"]
    kinds = {"": "", "stored": " in the store", "base": " as it was shown"}
    for heading, body in case.sections.items():
        kind, _, sheet = heading.rpartition(" ")
        if heading not in ("", *LANGS):
            title = "What was done" if sheet == "workbook" else f"`{sheet}`{kinds[kind]}"
            lines.append(f"{title}:\n\n" + "\n".join(body).strip())
    for lang in LANGS:
        found = [issue for issue in case.found(lang) if issue.code == code]
        lines.append("\n>\n".join(f"> {issue.message(lang)}" for issue in found[:2]))
    return "\n\n".join(lines)


def test_the_page_about_checks_says_what_they_say(update: bool) -> None:
    if update:
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page()
