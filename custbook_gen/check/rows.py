"""Reading the rows of one sheet: which are records, and what each cell means."""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, cast

from custbook_gen.issues import Issue, Place
from custbook_gen.layout import SheetLayout
from custbook_gen.records import Table, Value
from custbook_gen.schema import DATED, NUMERIC, Field, Sheet, resolve_date
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.values import (
    Converter,
    Note,
    Reading,
    as_text,
    canonical,
    display,
    exact,
    is_blank,
    plain,
    round_half_up,
)
from custbook_gen.workbook import MAX_COLUMNS, CellError, RawCell, RawSheet, Serial, found_cells

NEW = "+"
"""Begins the provisional key of a row that has none yet."""


UNTOLD: Final = frozenset({"private-number"})
"""Issues that never repeat what stands in the cell."""


def provisional_key(sheet: str, number: int) -> str:
    """What a row without a number is called until it gets one."""
    return f"{NEW}{sheet}{NEW}{number}"


@dataclass(slots=True)
class CheckedRow:
    """One row as it was understood: where it stands, its key, its values, its faults.

    ``key`` is provisional (``+sheet+row``) for a new row.  ``faults`` are the fields
    with an error; a row with any is held.
    """

    sheet: str
    number: int
    key: str
    values: dict[str, Value] = field(default_factory=dict)
    faults: dict[str, Issue] = field(default_factory=dict)
    edited: set[str] = field(default_factory=set)
    """Fields whose cells differ from what the store held."""
    mark: str = ""
    """Identifies a row that stands there without a number, by what was typed in it."""

    @property
    def new(self) -> bool:
        """Whether the row has no number yet."""
        return self.key == provisional_key(self.sheet, self.number)

    @property
    def arrived(self) -> bool:
        """Whether it got a number in an earlier run and its workbook was not told."""
        return bool(self.mark) and not self.new

    @property
    def held(self) -> bool:
        """Whether an error keeps the row out of the store."""
        return bool(self.faults)


@value_object
class SheetReader:
    """Reads the rows of one sheet where its columns stand in this workbook."""

    sheet: Sheet
    here: SheetLayout
    raw: RawSheet
    converters: Mapping[str, Converter]
    lang: Lang
    as_of: dt.date
    drawn: Mapping[str, Converter] = field(default_factory=dict)
    """Converters to what the cells showed, where values are called otherwise by now."""
    covered: frozenset[tuple[int, int]] = frozenset()
    """Cells that a merge covers: what they held cannot be told."""
    figures: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    """The choices' figures that stand for what is left empty, by field and code."""

    def numbers(self, known: Table | None) -> tuple[Sequence[int], list[str | None]]:
        """The rows that hold something of a record; formatted or computed ghosts do not.

        Args:
            known: records, if any are known.

        Returns:
            The rows' numbers, and of each its key where that is one of the known ones, spelled
            so plainly that reading it gives the same.
        """
        first, at = self.here.first_row, self.here.columns.get(self.sheet.key_field, MAX_COLUMNS)
        rows = found_cells(self.raw.rows)
        numbers = rows.numbers(first)
        keys = self._plain_keys(rows.picked(numbers).column(at), known)
        filled = [self.here.columns[f.key] for f in self.sheet.stored_fields if f.key in self.here.columns]
        unknown = [place for place, key in enumerate(keys) if key is None]
        ghosts = {
            place for place in unknown if not any(self._holds(numbers[place], column) for column in filled)
        }
        if ghosts:  # they mostly stand below the records
            start = min(ghosts)
            stay = [place for place in range(start, len(numbers)) if place not in ghosts]
            numbers = [*numbers[:start], *(numbers[place] for place in stay)] if stay else numbers[:start]
            keys[start:] = [keys[place] for place in stay]
        return numbers, keys

    def _plain_keys(self, cells: Sequence[RawCell], known: Table | None) -> list[str | None]:
        """The records' own keys where cells show them plainly."""
        if known is None:
            return [None] * len(cells)
        plain = _is_plain("".join(known.rows)) and "" not in known.rows
        own = {key: key for key in known.rows if plain or _is_plain(key)}
        return list(map(own.get, cast(Sequence[str], cells)))

    def _holds(self, number: int, column: int) -> bool:
        cell = self.raw.cell(number, column)
        return not is_blank(cell) or (cell is None and (number, column) in self.raw.formulas)

    def writer(self, field_key: str) -> Converter:
        """What made a field's cells when the workbook was written."""
        return self.drawn.get(field_key, self.converters[field_key])

    def key(self, number: int) -> Reading:
        """The key that stands in a row."""
        raw = self.cell(number, self.sheet.key_field)
        if raw is None and (number, self.here.columns.get(self.sheet.key_field)) in self.raw.formulas:
            return Reading(None, (Note("formula-no-value"),))
        return self.converters[self.sheet.key_field].from_cell(raw, None)

    def cell(self, number: int, field_key: str) -> RawCell:
        """What stands in a field's cell; nothing if the column is missing."""
        column = self.here.columns.get(field_key)
        return None if column is None else self.raw.cell(number, column)

    def mark(self, number: int) -> str:
        """What identifies a row by what was typed in it, wherever it stands by now."""
        typed = (
            f"{item.key}={raw_text(self.cell(number, item.key)).strip()}"
            for item in self.sheet.stored_fields
            if item.key != self.sheet.key_field and item.key in self.here.columns
        )
        return hashlib.sha256("\x1f".join(typed).encode("utf-8", "surrogatepass")).hexdigest()

    def place(self, row: CheckedRow, field_key: str | None) -> Place:
        """The place of a field of a row, for an issue."""
        column = self.here.columns.get(field_key) if field_key else None
        return Place(
            sheet=self.sheet.key,
            title=self.here.title,
            key=None if row.new else row.key,
            field=field_key,
            label=self.label(field_key) if field_key else "",
            cell=self.here.place(column, row.number),
            row=row.number,
            column=column,
        )

    def shown(self, field_key: str, value: Value) -> str:
        """A value of a field as people read it."""
        return display(self.converters[field_key], value)

    def label(self, field_key: str) -> str:
        """A field's label on one line."""
        return self.sheet.field(field_key).label.line(self.lang)

    def issue(self, row: CheckedRow, field_key: str, note: Note) -> Issue:
        """A note of a reading as an issue; errors are remembered as faults of the row."""
        found, facts = raw_text(self.cell(row.number, field_key)), note.facts
        if self.sheet.field(field_key).personal == "sensitive":
            found, facts = masked(found), {**facts, "value": masked(found)}
        elif note.code in UNTOLD:
            found = ""
        place, imported = self.place(row, field_key), self.here.lines
        issue = Issue(note.code, place, found, note.suggestion, facts, note.level, imported)
        if issue.severity == "error":
            row.faults.setdefault(field_key, issue)
        return issue

    def read_row(self, row: CheckedRow, base: Mapping[str, Value] | None) -> list[Issue]:
        """Fill a row's values from its cells; a cell that shows the base value is not read again."""
        issues: list[Issue] = []
        for item in self.sheet.stored_fields:
            before = base.get(item.key) if base is not None else None
            if item.key == self.sheet.key_field:
                row.values[item.key] = None if row.new else row.key
            elif item.key not in self.here.columns or self.is_covered(row, item.key):
                row.values[item.key] = before if base is not None else self._filled(item, None)
            elif base is not None and row.arrived and self._came_by_itself(row, item, base):
                row.values[item.key] = before
            else:
                issues += self._read_cell(row, item, before, known=base is not None)
        self._fill_figures(row, base)
        return issues

    def _came_by_itself(self, row: CheckedRow, item: Field, base: Mapping[str, Value]) -> bool:
        """Whether a cell is empty because the record got its value without anybody typing it."""
        if not is_blank(self.cell(row.number, item.key)):
            return False
        figures = self.figures.get(item.key, {})
        figure = figures.get(str(base.get(item.default_from or "")))
        known = [self._filled(item, None), *([] if figure is None else [_number(item, figure)])]
        return base.get(item.key) in known

    def is_covered(self, row: CheckedRow, field_key: str) -> bool:
        """Whether a merge covers a field's cell."""
        return bool(self.covered) and (row.number, self.here.columns.get(field_key)) in self.covered

    def _fill_figures(self, row: CheckedRow, base: Mapping[str, Value] | None) -> None:
        """Take the figures of choices for what nobody filled in.

        In a new row that is what was left empty.  Later the figure goes with the choice for
        as long as it is the one of the choice before: nobody thought otherwise yet.
        """
        for key, figures in self.figures.items():
            item, chosen = self.sheet.field(key), self.sheet.field(key).default_from or ""
            figure = figures.get(str(row.values.get(chosen)))
            if figure is None or key in row.faults or chosen in row.faults:
                continue
            if base is None:
                open_to_it = is_blank(self.cell(row.number, key)) and not self._is_begun(row)
            else:
                before = figures.get(str(base.get(chosen)))
                kept = before is not None and base.get(key) == _number(item, before)
                open_to_it = chosen in row.edited and key not in row.edited and kept
            if open_to_it:
                row.values[key] = _number(item, figure)
                row.edited.add(key)

    def _read_cell(self, row: CheckedRow, item: Field, before: Value, *, known: bool) -> list[Issue]:
        raw = self.cell(row.number, item.key)
        shown = self.writer(item.key).to_cell(before)
        formula = (row.number, self.here.columns[item.key]) in self.raw.formulas
        if known and not formula and same_cell(raw, shown) and item.parent not in row.edited:
            row.values[item.key] = before
            return []
        if known and item.locked:
            row.values[item.key] = before
            return [self.issue(row, item.key, Note("computed-changed"))]
        reading = self._reading(row, item, raw)
        begun = known or self._is_begun(row)
        row.values[item.key] = reading.value if begun or reading.notes else self._filled(item, reading.value)
        if reading.value != before or reading.failed:
            row.edited.add(item.key)
        return [self.issue(row, item.key, note) for note in reading.notes]

    def _is_begun(self, row: CheckedRow) -> bool:
        """Whether a row has a number that sync gave it, so that its blank cells were emptied by somebody."""
        key = self.sheet.field(self.sheet.key_field)
        return key.type == "auto" and not row.mark and key.key not in row.faults

    def _filled(self, item: Field, value: Value) -> Value:
        """A value of a new row, or the field's default where nothing was entered."""
        if value is not None or item.default is None:
            return value
        if isinstance(item.default, str) and item.type in DATED:
            day = resolve_date(item.default, self.as_of)
            return dt.datetime.combine(day, dt.time()) if item.type == "datetime" else day
        if item.type in NUMERIC:
            return _number(item, Decimal(str(item.default)))
        return (item.default,) if item.type == "multi" and isinstance(item.default, str) else item.default

    def _reading(self, row: CheckedRow, item: Field, raw: RawCell) -> Reading:
        formula = (row.number, self.here.columns[item.key]) in self.raw.formulas
        if formula and raw is None:
            return Reading(None, (Note("formula-no-value"),))
        if row.faults.get(item.parent or "") is not None:
            return Reading(None)
        parent = row.values.get(item.parent) if item.parent else None
        reading = self.converters[item.key].from_cell(raw, str(parent) if parent is not None else None)
        if isinstance(reading.value, str) and reading.value.startswith(NEW) and item.type == "ref":
            reading = Reading(reading.value)
        notes = tuple(self._about_parent(row, item, note) for note in reading.notes)
        if formula and raw is not None:
            notes = (Note("formula-in-entry"), *notes)
        return Reading(reading.value, notes)

    def _about_parent(self, row: CheckedRow, item: Field, note: Note) -> Note:
        if note.code not in ("not-in-list", "not-under-parent") or item.parent is None:
            return note
        if row.values.get(item.parent) is None:
            return Note("parent-missing", {"parent": self.label(item.parent)})
        parent = raw_text(self.cell(row.number, item.parent))
        return Note(note.code, {**note.facts, "parent": parent}, note.suggestion)


def covered_cells(tab: RawSheet, here: SheetLayout) -> frozenset[tuple[int, int]]:
    """The cells among the records that a merge covers, its first cell left out."""
    covered: set[tuple[int, int]] = set()
    if not tab.merges:
        return frozenset()
    numbers, columns = sorted(tab.rows), sorted(here.columns.values())
    whole = len(numbers) * len(columns)
    looked = 0
    for top, left, bottom, right in tab.merges:
        rows = numbers[bisect_left(numbers, max(top, here.first_row)) : bisect_right(numbers, bottom)]
        across = columns[bisect_left(columns, left) : bisect_right(columns, right)]
        looked += len(rows) * len(across)
        if looked > 2 * whole:  # merges over merges, which no program makes
            break
        covered.update((row, column) for row in rows for column in across)
        covered.discard((top, left))
    return frozenset(covered)


def _is_plain(key: str) -> bool:
    """Whether a key consists of letters and digits alone, so that nothing of it is tidied."""
    return key.isalnum() and key.isascii()


def _number(item: Field, number: Decimal) -> Value:
    """A number as the records of a field hold it."""
    rounded = round_half_up(number, item.decimals)
    return int(rounded) if item.type == "int" else canonical(rounded)


def masked(text: str) -> str:
    """A number that nobody should read in a report: its first three and last four characters only."""
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}" if len(text) > 10 else "*" * len(text)


def same_cell(raw: RawCell, shown: object) -> bool:
    """Whether a cell still shows what was written into it."""
    if raw is None or raw == "":
        return shown is None or shown == ""
    if isinstance(raw, bool) or isinstance(shown, bool):
        return raw is shown
    if isinstance(raw, float | int):
        return (
            isinstance(shown, str) is False
            and shown is not None
            and f"{raw:.15g}" == f"{float(str(shown)):.15g}"
        )
    return raw == shown


def is_kept(raw: RawCell, value: object) -> bool:
    """Whether a formula's value is kept beside it; some programs drop it, an empty one too."""
    return same_cell(raw, value) and (raw is not None or value is None)


def raw_text(raw: RawCell) -> str:
    """What a cell shows, as text for messages."""
    if raw is None:
        return ""
    if isinstance(raw, CellError):
        return raw.code
    if isinstance(raw, Serial):
        return str(as_text(raw).value)
    if isinstance(raw, float):
        return plain(exact(raw)) if abs(raw) < 1e21 else f"{raw:.15g}"
    return str(raw).upper() if isinstance(raw, bool) else str(raw)
