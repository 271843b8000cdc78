"""The rules of a generated workbook as a spreadsheet enforces them, its formulas computed by engines.

Rules are read from the file's XML.  What they mean follows ECMA-376 and Excel's documentation:
an empty cell passes where ``allowBlank`` is set; a list compares without regard to case, and one
that cannot be computed lets everything in; numbers and dates refuse text; lengths count UTF-16
units; a custom formula passes if it is neither an error nor zero.
"""

from __future__ import annotations

import operator
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ironcalc
from lxml import etree

from custbook_gen.layout import letters
from custbook_gen.workbook import CellError, RawCell
from tests.summary_books import by_libreoffice, saved_cells

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TARGETS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
SHIFTED = re.compile(r"(\$?[A-Z]{1,3})([0-9]+)(?![0-9(])")
FIRST_TRIAL, LAST_TRIAL = 500, 6_000
"""Trials stand below the workbook's own cells, above the end of its rules."""
ANSWERS = 250
"""The column from which on formulas are computed."""
COMPARE: Mapping[str, Callable[..., bool]] = {
    "between": lambda value, low, high: low <= value <= high,
    "notBetween": lambda value, low, high: not low <= value <= high,
    "equal": operator.eq,
    "notEqual": operator.ne,
    "lessThan": operator.lt,
    "lessThanOrEqual": operator.le,
    "greaterThan": operator.gt,
    "greaterThanOrEqual": operator.ge,
}


@dataclass(frozen=True)
class CellRule:
    """One ``dataValidation`` of a sheet, over some rows of one column; formulas are those of ``base``."""

    column: int
    first_row: int
    last_row: int
    base: int
    kind: str
    formulas: tuple[str, ...]
    allows_blank: bool
    rejects: bool
    operator: str

    def at(self, row: int) -> tuple[str, ...]:
        """The formulas as they are computed in a row."""
        return tuple(moved(formula, row - self.base) for formula in self.formulas)


@dataclass(frozen=True)
class Question:
    """Whether a cell takes what is typed into it, beside what else stands in its row."""

    title: str
    column: int
    typed: RawCell
    row: Mapping[int, RawCell]
    """The other cells of the row, by column."""
    beside: Mapping[int, RawCell] | None = None
    at: int | None = None
    """A row that stands in the workbook; otherwise a new one below all others."""


def moved(formula: str, rows: int) -> str:
    """A formula for another row: references without ``$`` before their row move."""
    parts = re.split(r'("(?:[^"]|"")*")', formula)
    shifted = (SHIFTED.sub(lambda m: f"{m[1]}{int(m[2]) + rows}", part) for part in parts[::2])
    return "".join(part for pair in zip(shifted, [*parts[1::2], ""], strict=True) for part in pair)


def rules_of(path: Path) -> dict[str, list[CellRule]]:
    """Every rule of a workbook, by the title of its tab."""
    with zipfile.ZipFile(path) as package:
        workbook = etree.fromstring(package.read("xl/workbook.xml"))
        links = etree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
        targets = {
            link.get("Id"): str(link.get("Target")).lstrip("/")
            for link in links.iter(f"{TARGETS}Relationship")
        }
        found = {}
        for sheet in workbook.iter(f"{MAIN}sheet"):
            part = targets[sheet.get(f"{LINKS}id")]
            root = etree.fromstring(package.read(part if part.startswith("xl/") else f"xl/{part}"))
            elements = root.iter(f"{MAIN}dataValidation")
            found[str(sheet.get("name"))] = [rule for element in elements for rule in _rules(element)]
    return found


def _rules(element: etree._Element) -> Iterator[CellRule]:
    formulas = (element.findtext(f"{MAIN}formula{number}") for number in (1, 2))
    told = tuple(formula for formula in formulas if formula is not None)
    areas = [rectangle(area) for area in str(element.get("sqref")).split()]
    base = areas[0][0]
    for first, left, last, right in areas:
        for column in range(left, right + 1):
            yield CellRule(
                *(column, first, last, base, element.get("type", "none"), told),
                allows_blank=element.get("allowBlank") in ("1", "true"),
                rejects=element.get("showErrorMessage") in ("1", "true")
                and element.get("errorStyle", "stop") == "stop",
                operator=element.get("operator", "between"),
            )


def rectangle(area: str) -> tuple[int, int, int, int]:
    """The rows and columns of a reference such as ``C3:D9``: first row, left, last row, right."""
    first, _, last = area.partition(":")
    ends = []
    for name, row in (re.fullmatch(r"([A-Z]+)([0-9]+)", one).groups() for one in (first, last or first)):  # type: ignore[union-attr]
        ends += [int(row), sum((ord(char) - 64) * 26**at for at, char in enumerate(reversed(name)))]
    return ends[0], ends[1], ends[2], ends[3]


class Engine:
    """A workbook in which questions are put to its own rules: all of them with one evaluation."""

    def __init__(self, path: Path) -> None:
        self._rules = rules_of(path)
        self._model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
        self._tabs = [properties["name"] for properties in self._model.get_worksheets_properties()]
        self._next = dict.fromkeys(self._tabs, FIRST_TRIAL)

    def ask(self, questions: Sequence[Question]) -> list[bool]:
        """Whether each cell takes what is typed into it."""
        rows = [self._put(question) for question in questions]
        for question, row in zip(questions, rows, strict=True):
            for at, formula in enumerate(self._formulas(question, row)):
                place = self._tabs.index(question.title), row, self._answers(question) + at
                self._model.set_user_input(*place, f"={formula}")
        self._model.evaluate()
        return [self._answer(question, row) for question, row in zip(questions, rows, strict=True)]

    def by_libreoffice(self, folder: Path, questions: Sequence[Question]) -> list[tuple[object, object]]:
        """What the two engines make of every formula that was computed for questions."""
        path = folder / "asked.xlsx"
        self._model.save_to_xlsx(str(path))
        saved = by_libreoffice(path)
        cells = {title: saved_cells(saved, title) for title in {question.title for question in questions}}
        places = [(title, place) for title, found in cells.items() for place in found if place[1] >= ANSWERS]
        return [
            (self._model.get_cell_value(self._tabs.index(title), *place), cells[title][place])
            for title, place in places
        ]

    def _put(self, question: Question) -> int:
        sheet, row = self._tabs.index(question.title), question.at or self._next[question.title]
        self._next[question.title] += 2 if question.at is None else 0
        for column, cell in {**question.row, question.column: question.typed}.items():
            self._write(sheet, row, column, cell)
        for column, cell in (question.beside or {}).items():
            self._write(sheet, row + 1, column, cell)
        return row

    def _answers(self, question: Question) -> int:
        """The column of a question's first answer: each column has its own."""
        return ANSWERS + 2 * question.column

    def _write(self, sheet: int, row: int, column: int, cell: RawCell) -> None:
        if isinstance(cell, CellError):
            self._model.set_user_input(sheet, row, column, f"={cell.code}")
        elif isinstance(cell, bool):
            self._model.update_cell_with_bool(sheet, row, column, cell)
        elif isinstance(cell, str):
            self._model.update_cell_with_text(sheet, row, column, cell)
        elif cell is not None:
            self._model.update_cell_with_number(sheet, row, column, float(cell))

    def _rule(self, question: Question, row: int) -> CellRule | None:
        over = [
            rule
            for rule in self._rules[question.title]
            if rule.column == question.column and rule.first_row <= row <= rule.last_row
        ]
        assert len(over) <= 1, over
        return over[0] if over else None

    def _formulas(self, question: Question, row: int) -> Iterator[str]:
        rule = self._rule(question, row)
        if rule is None or rule.kind == "none":
            return
        if rule.kind == "list" and rule.formulas[0].startswith('"'):
            return
        if rule.kind == "list":
            yield f"SUMPRODUCT(--({rule.at(row)[0]}=${letters(question.column)}{row}))"
        else:
            yield from rule.at(row)

    def _answer(self, question: Question, row: int) -> bool:
        rule, typed = self._rule(question, row), question.typed
        if rule is None or rule.kind == "none" or not rule.rejects:
            return True
        if typed is None or typed == "":
            return rule.allows_blank
        if isinstance(typed, CellError):
            return False
        if rule.kind == "list" and rule.formulas[0].startswith('"'):
            return str(typed) in rule.formulas[0][1:-1].split(",")
        sheet = self._tabs.index(question.title)
        first = self._answers(question)
        values = [self._model.get_cell_value(sheet, row, first + at) for at in range(len(rule.formulas))]
        if rule.kind == "list":
            return is_error(values[0]) or bool(values[0])
        if rule.kind == "custom":
            return not is_error(values[0]) and bool(values[0])
        two = rule.operator in ("between", "notBetween")
        bounds = [float(str(value)) for value in values[: 1 + two]]  # LibreOffice writes a second one always
        if rule.kind == "textLength":
            return COMPARE[rule.operator](utf16_length(typed), *bounds)
        if isinstance(typed, str | bool):
            return False
        whole = rule.kind != "whole" or float(typed).is_integer()
        return whole and COMPARE[rule.operator](typed, *bounds)


def is_error(value: object) -> bool:
    """Whether an engine's value is an error."""
    return isinstance(value, str) and value.startswith("#")


def utf16_length(typed: RawCell) -> int:
    """The length of a cell's content as spreadsheets count it."""
    if isinstance(typed, bool):
        return len(str(typed))
    text = typed if isinstance(typed, str) else f"{typed:.15g}"
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
