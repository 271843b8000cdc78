"""The dictionary tab: values of lists that people add, rename and take out of use.

It is checked before all other sheets, because what it says decides what their cells mean:
a value that is added here can be chosen there in the same workbook.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from custbook_gen.check.book import Checked, Known, check_book
from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.dictionary import (
    COLORS,
    aliases_of,
    choice_of,
    code_of,
    color_of,
    dictionary_book,
    effective,
    records_of,
)
from custbook_gen.issues import Issue
from custbook_gen.layout import PATH, Layout
from custbook_gen.records import Table, Value
from custbook_gen.schema import Book, Category, Sheet
from custbook_gen.texts import Lang, Saying
from custbook_gen.values import JOINER, Note, Words, converter, fold, references
from custbook_gen.workbook import RawWorkbook

FIXED: Final = ("category", "code", "parent")
"""What records depend on, so that it stays as it was when the value was made."""
LABELS: Final = ("zh", "en")
LONGEST_CODE: Final = 40

Values = dict[str, Value]


def check_workbook(
    book: Book, raw: RawWorkbook, layout: Layout, known: Known, lang: Lang, as_of: dt.date
) -> tuple[Checked, Book]:
    """Check every cell of a workbook, its dictionary first.

    Args:
        book: the schema.
        raw: the workbook as it was read.
        layout: where its sheets and columns stand.
        known: what the store holds.
        lang: the workbook's language.
        as_of: the evaluation date, for bounds that depend on it.

    Returns:
        What was found, and the book by which the other sheets were checked: with the
        values of the store and the valid ones of this workbook.
    """
    now = effective(book, known.stored)
    sheet = book.dictionary
    if sheet is None or sheet.key not in layout.sheets:
        return check_book(now, raw, layout, known, lang, as_of), now
    alone = Layout({sheet.key: layout.sheets[sheet.key]}, layout.titles)
    part = dictionary_book(now)
    own = check_book(part, raw, alone, known, lang, as_of)
    reader = _reader(part, sheet, raw, alone, lang, as_of)
    run = _Run(book, sheet, reader, own.rows[sheet.key], known)
    for row in run.rows:
        run.issues += _row_issues(run, row)
    entries = _settle(run)
    typed = effective(book, {sheet.key: _table(sheet, entries)})
    others = {key: here for key, here in layout.sheets.items() if key != sheet.key}
    rest = check_book(typed, raw, Layout(others, layout.titles), known, lang, as_of)
    both = Checked(
        {**own.rows, **rest.rows},
        (*own.issues, *run.issues, *rest.issues),
        {**own.missing, **rest.missing},
    )
    return both, typed


def _reader(
    book: Book, sheet: Sheet, raw: RawWorkbook, layout: Layout, lang: Lang, as_of: dt.date
) -> SheetReader:
    here = layout.sheets[sheet.key]
    tab = raw.sheet(here.title)
    assert tab is not None  # noqa: S101  (the layout was found in this workbook)
    words = Words.of(book, lang, {one.key: references(one.label.line(lang), ()) for one in book.sheets})
    converters = {item.key: converter(item, words) for item in sheet.fields}
    return SheetReader(sheet, here, tab, converters, lang, as_of)


@dataclass(slots=True)
class _Run:
    """The check of a dictionary under way."""

    book: Book
    sheet: Sheet
    reader: SheetReader
    rows: Sequence[CheckedRow]
    known: Known
    issues: list[Issue] = field(default_factory=list)
    uncoded: set[int] = field(default_factory=set)
    """Rows of new values whose code is not typed but made."""

    def __post_init__(self) -> None:
        self.uncoded |= {row.number for row in self.rows if row.new and row.values.get("code") is None}

    @property
    def stored(self) -> Table | None:
        """The dictionary in the store."""
        return self.known.stored[self.sheet.key] if self.known.stored is not None else None

    def base(self, row: CheckedRow) -> Mapping[str, Value] | None:
        """A record as the workbook showed it."""
        table = self.known.base[self.sheet.key] if self.known.base is not None else None
        if table is None or row.key not in table.rows:
            return None
        return dict(zip(table.fields, table.rows[row.key], strict=True))


@dataclass(slots=True)
class _Entry:
    """A value as it will be, or may be: where both sides changed it, nobody knows yet."""

    key: str
    values: Values
    row: CheckedRow | None = None
    rival: Values | None = None
    """As this workbook would have it, against the store."""

    def names(self) -> dict[str, str]:
        """Everything that the value may be called, with the fields where that stands, folded."""
        found: dict[str, str] = {}
        for values in (self.values, self.rival):
            if values is not None:
                found = _names(values, self.key) | found
        return found


def _names(values: Mapping[str, Value], key: str) -> dict[str, str]:
    """The folded names of a value, each with the field that says it."""
    found: dict[str, str] = {}
    for item in LABELS:
        if values.get(item) is not None:
            found.setdefault(fold(str(values[item])), item)
    for alias in aliases_of(values.get("aliases")):
        found.setdefault(fold(alias), "aliases")
    found.setdefault(fold(code_of(values, key)), "code")
    said = next((item for item in LABELS if values.get(item) is not None), "code")
    for name in choice_of(values, key).names():
        found.setdefault(fold(name), said)
    return found


# ---------------------------------------------------------------- row by row


def _row_issues(run: _Run, row: CheckedRow) -> Iterator[Issue]:
    """What is wrong with an edited row by itself; its aliases are put into their form."""
    if not row.edited:
        return
    base = run.base(row) or {}
    for name in FIXED:
        if base.get(name) is not None and row.values.get(name) != base[name] and name not in row.faults:
            before = run.reader.shown(name, base[name])
            yield run.reader.issue(row, name, Note("choice-fixed", {"before": before}, before))
    for name in (*LABELS, "code"):
        text = str(row.values.get(name) or "")
        if name in row.edited and name not in row.faults and any(mark in text for mark in f";；{PATH}"):
            yield run.reader.issue(row, name, Note("choice-label"))
    color = row.values.get("color")
    if "color" in row.edited and color is not None and color_of(color) is None:
        at = 1 if run.reader.lang == "en" else 0
        names = [some[at] for some in COLORS.values()]
        yield run.reader.issue(row, "color", Note("choice-color", {"colors": " / ".join(names)}))
    if "aliases" in row.edited:
        row.values["aliases"] = JOINER.join(aliases_of(row.values.get("aliases"))) or None


# ---------------------------------------------------------------- all together


def _settle(run: _Run) -> dict[str, _Entry]:
    """The dictionary as the valid rows make it; a row that is held changes what others may be called."""
    while True:
        known = len(run.issues)
        entries = _entries(run)
        run.issues += _parent_issues(run, entries)
        run.issues += _name_issues(run, entries)
        if len(run.issues) == known:
            return entries


def _entries(run: _Run) -> dict[str, _Entry]:
    """Every value by its number: those of the store with the edits of valid rows, and new ones."""
    entries = {key: _Entry(key, dict(values)) for key, values in records_of(run.stored)} if run.stored else {}
    number = run.known.next_numbers.get(run.sheet.key, 1)
    key_field = run.sheet.field(run.sheet.key_field)
    new: list[_Entry] = []
    for row in run.rows:
        if row.held:
            continue
        if row.new:
            new.append(_Entry(key_field.numbered(number), row.values, row))
            number += 1
        elif run.stored is None:
            entries[row.key] = _Entry(row.key, row.values, row)
        elif row.key in entries and row.edited and not row.arrived:
            entries[row.key] = _overlaid(entries[row.key], row, run.base(row) or {})
    for entry in new:
        if entry.row is not None and entry.row.number in run.uncoded:
            entry.values["code"] = _free_code(entry, entries)
        entries[entry.key] = entry
    return entries


def _overlaid(stored: _Entry, row: CheckedRow, base: Mapping[str, Value]) -> _Entry:
    """A value with what this workbook changed and nobody else did."""
    values = dict(stored.values)
    for name in row.edited:
        if base.get(name) == values.get(name):
            values[name] = row.values.get(name)
    rival = {**values, **{name: row.values.get(name) for name in row.edited}}
    return _Entry(stored.key, values, row, rival if rival != values else None)


def _free_code(entry: _Entry, entries: Mapping[str, _Entry]) -> str:
    """A code for a new value: its English label's words if there is one, else its number."""
    label = str(entry.values.get("en") or entry.values.get("zh") or "")
    words = re.findall(r"[a-z0-9]+", label.lower()) if label.isascii() else []
    code = "_".join(words)[:LONGEST_CODE].strip("_") or entry.key
    category = entry.values.get("category")
    same = (other for other in entries.values() if other.values.get("category") == category)
    taken = {name for other in same for name in other.names()}
    tries = (code if times == 1 else f"{code}_{times}" for times in range(1, len(taken) + 2))
    return next(one for one in tries if fold(one) not in taken)


def _parent_issues(run: _Run, entries: Mapping[str, _Entry]) -> Iterator[Issue]:
    """Values whose parent is missing or no value of the category above; others get its code."""
    typed: Book | None = None
    for entry in entries.values():
        row, name = entry.row, entry.values.get("category")
        if row is None or (run.base(row) is not None and "parent" not in row.edited) or row.held:
            continue
        category = run.book.category_by_key.get(str(name))
        above = category.parent if category is not None else None
        text = entry.values.get("parent")
        if above is None and text is not None:
            yield run.reader.issue(row, "parent", Note("choice-no-parent"))
        if above is None:
            continue
        typed = typed or effective(run.book, {run.sheet.key: _table(run.sheet, entries)})
        codes = _meant(typed.category(above), str(text or ""))
        if len(codes) == 1:
            entry.values["parent"] = row.values["parent"] = codes.pop()
        else:
            label = run.book.category(above).label.line(run.reader.lang)
            yield run.reader.issue(row, "parent", Note("choice-parent", {"parent": label}))


def _meant(category: Category, text: str) -> set[str]:
    """The values of a category that a code or, failing that, a name stands for."""
    if text in category.by_code:
        return {text}
    return {choice.code for choice in category.choices if fold(text) in map(fold, choice.names())}


def _name_issues(run: _Run, entries: Mapping[str, _Entry]) -> Iterator[Issue]:
    """Edited rows that give a value a name which another value of its category has."""
    owners: dict[tuple[Value, Value, str], _Entry] = {}
    for entry in sorted(entries.values(), key=lambda one: one.row.number if one.row else 0):
        place = entry.values.get("category"), entry.values.get("parent")
        for name, item in entry.names().items():
            owner = owners.setdefault((*place, name), entry)
            row = entry.row
            if owner is entry or row is None or row.held or name in _names_before(run, entry):
                continue
            other = Saying("issue.record", {"key": owner.key})
            if owner.row is not None and owner.row.new:
                other = Saying("issue.row", {"row": owner.row.number})
            facts = {"value": _spelled(entry, name), "other": other}
            yield run.reader.issue(row, item, Note("choice-taken", facts))


def _names_before(run: _Run, entry: _Entry) -> Mapping[str, str]:
    """What a value is called in the store."""
    if run.stored is None or entry.key not in run.stored.rows:
        return {}
    return _names(dict(zip(run.stored.fields, run.stored.rows[entry.key], strict=True)), entry.key)


def _spelled(entry: _Entry, name: str) -> str:
    """A folded name as it was written."""
    every = (
        text
        for values in (entry.values, entry.rival)
        if values is not None
        for text in choice_of(values, entry.key).names()
    )
    return next(text for text in every if fold(text) == name)


def _table(sheet: Sheet, entries: Mapping[str, _Entry]) -> Table:
    """The dictionary as a table; labels that the store does not take yet are understood as aliases."""
    fields = tuple(item.key for item in sheet.stored_fields)
    rows = {key: tuple(map(_with_rival(entry).get, fields)) for key, entry in sorted(entries.items())}
    return Table(sheet.key, fields, rows)


def _with_rival(entry: _Entry) -> Values:
    if entry.rival is None:
        return entry.values
    said: Iterable[Value] = (entry.rival.get(name) for name in LABELS)
    names = [*aliases_of(entry.values.get("aliases")), *(str(text) for text in said if text is not None)]
    return {**entry.values, "aliases": JOINER.join(names)}
