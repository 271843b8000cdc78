"""Rows of any book that are right, and records for them to refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from stdnum.cn.uscc import calc_check_digit as check_digit

from custbook_gen.patterns import runs_of
from custbook_gen.records import Table, Tables, Value
from custbook_gen.schema import DATED, NUMERIC, Book, Field, Sheet
from custbook_gen.schema.constraints import (
    Acyclic,
    Constraint,
    Linked,
    Needed,
    Only,
    Target,
    When,
)
from custbook_gen.texts import Lang
from custbook_gen.values import (
    SEPARATOR,
    Words,
    converter,
    date_to_serial,
    references,
    shown_label,
    yes_no,
)
from custbook_gen.workbook import RawCell, Serial
from tests.strategies import AS_OF

Cells = Mapping[str, RawCell]
TODAY = date_to_serial(AS_OF)
ID_CARD = ("11010519491231002X", "110105194912310021")
"""An identity number that is right, and one whose check digit is wrong."""


@dataclass(frozen=True)
class Maker:
    """Makes the records and trials of a book in a language."""

    book: Book
    lang: Lang

    @cached_property
    def words(self) -> Words:
        """What values are called; some records of every sheet can be referred to."""
        known = {
            sheet.key: references(
                sheet.label.line(self.lang), [(self.key(sheet, n), f"名字{n}") for n in range(1, 6)]
            )
            for sheet in self.book.sheets
        }
        return Words.of(self.book, self.lang, known)

    def key(self, sheet: Sheet, number: int) -> str:
        """The key of one of the records."""
        item = sheet.field(sheet.key_field)
        return item.numbered(number) if item.type == "auto" else self.text(item, number)

    def label(self, sheet: Sheet, number: int) -> str:
        """How a record is referred to."""
        return f"名字{number}{SEPARATOR}{self.key(sheet, number)}"

    def text(self, item: Field, number: int) -> str:
        """A text that a field takes, another one for each number."""
        if item.key in ("uscc", "tax_no"):
            return uscc(number)
        if item.key == "id_no":
            return ID_CARD[0]
        if item.pattern is None:
            return f"试样{number:05}"[: item.length]
        runs = runs_of(item.pattern, item.length or 0)
        if runs is None:
            made = {r"^[A-Z]{2}\d{4}$": f"AB{number % 10000:04}"}
            return made.get(item.pattern, "2024-02-29")
        digits = f"{number:05}"
        size = max(sum(run.least for run in runs), min(5, sum(run.most for run in runs)))
        filled = [run for run in runs for _ in range(run.least if len(runs) > 1 else size)]
        plain = [run.allowed[0] for run in filled]
        for at, run in enumerate(filled[-5:], max(len(filled) - 5, 0)):
            plain[at] = (
                digits[at - len(filled)] if digits[at - len(filled)] in run.allowed else run.allowed[0]
            )
        return "".join(plain)

    def cell(self, item: Field, number: int) -> RawCell:
        """A cell that is right."""
        if item.type in NUMERIC:
            low, high = Decimal(item.min or 0), Decimal(item.max if item.max is not None else 1)
            return float(min(max(Decimal(1), low), high))
        if item.type in DATED:
            return Serial(TODAY - 100)
        if item.type == "bool":
            return yes_no(True, self.lang)
        if item.type == "enum":
            return self.choices(item)[0]
        if item.type == "multi":
            return self.choices(item)[0]
        if item.type == "ref":
            return self.label(self.book.sheet(str(item.to)), 1)
        named = {"phone": f"138{number:08}", "email": f"a{number}@b.cn", "url": "https://b.cn"}
        return named.get(item.type) or self.text(item, number)

    def choices(self, item: Field, *, active: bool = True) -> list[str]:
        """The labels of a field's values; those under the first parent that has any."""
        choices = [c for c in self.book.category(str(item.category)).choices if c.active is active]
        return [
            shown_label(c, self.lang) for c in choices if c.parent == (choices[0].parent if choices else None)
        ]

    def row(self, sheet: Sheet, number: int, given: Cells) -> dict[str, RawCell]:
        """A row that is right, with these cells."""
        made: dict[str, RawCell] = dict(given)
        for item in sheet.stored_fields:
            group = [
                other.key for other in sheet.stored_fields if item.one_of and other.one_of == item.one_of
            ]
            alone = bool(group) and not any(key in made for key in group)
            if (
                item.entered
                and item.key not in made
                and (item.required or alone or item.key == sheet.key_field)
            ):
                made.update(self.parents(sheet, item) if item.parent else {})
                made[item.key] = self.cell(item, number)
        if not any(cell not in (None, "") for cell in made.values()):
            spare = next(one for one in sheet.stored_fields if one.entered and one.key not in given)
            made[spare.key] = self.cell(spare, number)
        for one in sheet.constraints:
            if isinstance(one, Needed) and one.field not in made and self.holds(sheet, one.when, made):
                made[one.field] = self.cell(sheet.field(one.field), number)
        return made

    def unlike(self, sheet: Sheet, item: Field) -> bool:
        """Whether no two records may have the same."""
        return item.unique or item.key == sheet.key_field

    def holds(self, sheet: Sheet, conditions: tuple[When, ...], row: Cells) -> bool:
        """Whether a row meets conditions."""
        for one in conditions:
            cell = row.get(one.field)
            met = self.meeting(sheet, (one,))[one.field] if one.is_ is not None else cell
            if (cell is not None) is not one.filled if one.is_ is None else cell != met:
                return False
        return True

    def parents(self, sheet: Sheet, item: Field, code: str | None = None) -> dict[str, RawCell]:
        """The cells to the left of a cascading one, for one of its values or else its first."""
        choices = self.book.category(str(item.category)).by_code
        code = code if code is not None else next(c.code for c in choices.values() if c.active)
        cells: dict[str, RawCell] = {}
        for upper in reversed(sheet.ancestors(item)):
            code = self.book.category(str(item.category)).by_code[code].parent or ""
            item = upper
            cells[upper.key] = shown_label(self.book.category(str(upper.category)).by_code[code], self.lang)
        return cells

    # ------------------------------------------------------------ records

    def tables(self) -> Tables:
        """Two records of every sheet, the second not to be put together with the first; more for circles."""
        found = {}
        for sheet in self.book.sheets:
            rows = [self.record(sheet, number) for number in range(1, 3 + len(self.circles(sheet)))]
            fields = tuple(item.key for item in sheet.stored_fields)
            converters = {item.key: converter(item, self.words) for item in sheet.stored_fields}
            values: dict[str, tuple[Value, ...]] = {}
            for row in rows:
                known: dict[str, Value] = {}
                for item in sheet.stored_fields:
                    above = str(known[item.parent]) if item.parent else None
                    known[item.key] = converters[item.key].from_cell(row.get(item.key), above).value
                values[str(row[sheet.key_field])] = tuple(known.values())
            found[sheet.key] = Table(sheet.key, fields, values)
        return found

    def record(self, sheet: Sheet, number: int) -> dict[str, RawCell]:
        """One of the records as a row."""
        given: dict[str, RawCell] = {sheet.key_field: self.key(sheet, number)}
        if sheet.field(sheet.name_field).type in ("text", "long"):
            given[sheet.name_field] = f"名字{number}"
        targets = {c.field for c in sheet.constraints if isinstance(c, Target)}
        linked = {c.by for c in sheet.constraints if isinstance(c, Linked)}
        for item in sheet.stored_fields:
            if item.type == "ref" and (item.required or item.key in linked):
                own = 1 if item.key in targets else number
                given[item.key] = self.label(self.book.sheet(str(item.to)), own)
        return self.row(sheet, number, {**given, **self.as_referred_to(sheet, number)})

    def as_referred_to(self, sheet: Sheet, number: int) -> dict[str, RawCell]:
        """What constraints of sheets that refer to this one look at: the second record is unfit for them."""
        given: dict[str, RawCell] = {}
        referring = ((other, constraint) for other in self.book.sheets for constraint in other.constraints)
        for other, constraint in referring:
            if isinstance(constraint, Linked) and other.field(constraint.field).to == sheet.key:
                theirs = sheet.field(constraint.theirs or constraint.by)
                given[theirs.key] = self.label(self.book.sheet(str(theirs.to)), number)
            if (
                isinstance(constraint, Target)
                and other.field(constraint.field).to == sheet.key
                and number == 2
            ):
                given[constraint.has.field] = self.other(sheet, constraint.has)
        return given

    # ------------------------------------------------------------ conditions

    def meeting(self, sheet: Sheet, conditions: tuple[When, ...]) -> dict[str, RawCell]:
        """Cells that meet conditions."""
        cells: dict[str, RawCell] = {}
        for one in conditions:
            item = sheet.field(one.field)
            if one.is_ is None:
                cells[item.key] = self.cell(item, 3) if one.filled else None
            elif isinstance(one.is_[0], bool):
                cells[item.key] = yes_no(one.is_[0], self.lang)
            else:
                choice = self.book.category(str(item.category)).by_code[str(one.is_[0])]
                cells[item.key] = shown_label(choice, self.lang)
        return cells

    def other(self, sheet: Sheet, condition: When) -> RawCell:
        """A cell that does not meet a condition."""
        item = sheet.field(condition.field)
        if condition.is_ is None:
            return None if condition.filled else self.cell(item, 3)
        if item.type == "bool":
            return yes_no(not condition.is_[0], self.lang)
        choices = self.book.category(str(item.category)).choices
        return next(shown_label(c, self.lang) for c in choices if c.code not in condition.is_)

    def allowing(self, sheet: Sheet, name: str) -> dict[str, RawCell]:
        """Cells beside which a field may be filled."""
        only = (one for one in sheet.constraints if isinstance(one, Only) and one.field == name)
        return {key: cell for one in only for key, cell in self.meeting(sheet, one.when).items()}

    def circles(self, sheet: Sheet) -> list[Constraint]:
        """The constraints against circles; each has a record of its own that refers to itself."""
        return [one for one in sheet.constraints if isinstance(one, Acyclic)]


def uscc(number: int) -> str:
    """A credit code that is right, another one for each number."""
    begun = f"91350211M{number:08}"
    return begun + check_digit(begun)
