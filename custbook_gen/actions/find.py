"""``custbook find``: records by what stands in them, however it was written.

Width, case, accents and blanks do not count; between digits, neither do the marks that people put
there, so that a phone number is found in any of its spellings.  Choices are found by
label, code and alias, numbers and dates by their value.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from custbook_gen.actions.faces import Faces
from custbook_gen.actions.last_changes import last_changes
from custbook_gen.actions.named import named_field, need_sheets
from custbook_gen.actions.project import OpenProject, Run
from custbook_gen.derive import Facts, compute
from custbook_gen.errors import UsageError
from custbook_gen.records import Value
from custbook_gen.schema import DATED, NUMERIC, TEXTUAL, Field, Sheet
from custbook_gen.schema.faults import remedy
from custbook_gen.texts import Lang
from custbook_gen.value_objects import value_object
from custbook_gen.values import fold, read_date, read_number, show_phone

ACCENTS: Final = re.compile("[\u0300-\u036f]")
"""Marks on letters of European scripts; those of Japanese, Hangul and others make other letters."""
BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[-‐-―−()·](?=\d)")
NUMBER: Final = re.compile(r"[-+\d().‐-―−/·]+(?:(?:转|分机|ext\.?)\d+)?")
"""A folded text that may be a phone number or a part of one."""
SHORTEST_NUMBER: Final = 3
"""Digits by which phone numbers are looked for."""


@value_object
class Request:
    """What is looked for: texts that a record all must hold, and values that fields must have."""

    texts: Sequence[str] = ()
    where: Sequence[str] = ()
    """Each ``field=value``; an empty value stands for a field that is not filled in."""
    sheet: str | None = None


@value_object
class Hit:
    """A field of a record that holds a text, or has a value, that was asked for."""

    sheet: str
    key: str
    name: str
    field: str
    text: str


@value_object
class Found:
    """What was found, sheet by sheet in the order of keys."""

    faces: Faces
    hits: Sequence[Hit]

    @property
    def records(self) -> int:
        """How many records there are among the hits."""
        return len({(hit.sheet, hit.key) for hit in self.hits})

    def to_json(self) -> dict[str, object]:
        """The hits as plain data for JSON."""
        hits = [
            {"sheet": hit.sheet, "key": hit.key, "name": hit.name, "field": hit.field, "text": hit.text}
            for hit in self.hits
        ]
        return {"records": self.records, "hits": hits}


Test = Callable[[Value], bool]


@value_object
class Text:
    """A text that is looked for, in every form in which it is compared."""

    plain: str
    digits: str
    number: Decimal | None
    day: dt.date | None

    @classmethod
    def of(cls, typed: str) -> Text:
        """The forms of what somebody typed."""
        digits = re.sub(r"\D", "", fold(typed)) if NUMBER.fullmatch(fold(typed)) else ""
        number, day = read_number(typed, places=9), read_date(typed, time=False)
        return cls(
            squeezed(typed),
            digits.removeprefix("00") if len(digits) >= SHORTEST_NUMBER else "",
            None if number.failed else _decimal(number.value),
            day.value if not day.failed and isinstance(day.value, dt.date) else None,
        )


def find(home: OpenProject, request: Request, run: Run, lang: Lang) -> Found:
    """Look for records in a project's book.

    Raises:
        UsageError: ``find-nothing``: neither text nor field is given; ``sheet-unknown``;
            ``where-form``, ``field-unknown`` or ``where-value``: a condition cannot be meant.
        StoreError: the store cannot be read.
    """
    texts = [Text.of(typed) for typed in request.texts if squeezed(typed)]
    if not texts and not request.where:
        raise UsageError("find-nothing")
    sheets = [home.book.sheet(key) for key in need_sheets(home.book, request.sheet)]
    with home.store.reading() as snapshot:
        tables, changed_on = snapshot.tables(), last_changes(snapshot, home.book)
    faces = Faces.of(home.book, tables, lang)
    search = _Search(faces, Facts.of(faces.book, tables, run.as_of(home.book), changed_on), {})
    asked = [search.condition(sheets, condition) for condition in request.where]
    hits: list[Hit] = []
    for sheet in sheets:
        if all(sheet.key in fields for fields in asked):
            hits += search.hits(sheet, texts, [fields[sheet.key] for fields in asked])
    return Found(search.faces, hits)


def squeezed(text: str) -> str:
    """A text for comparison: no width, case, accents, blanks, nor marks between digits."""
    folded = BETWEEN_DIGITS.sub("", fold(text))
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFC", ACCENTS.sub("", unicodedata.normalize("NFD", folded)))


def _decimal(value: Value) -> Decimal | None:
    return Decimal(value) if isinstance(value, int | Decimal) else None


Condition = tuple[str, Test]
"""A field and what its value must be."""


@value_object
class _Search:
    """A search under way."""

    faces: Faces
    facts: Facts
    columns: dict[tuple[str, str], Mapping[str, Value]]

    def hits(self, sheet: Sheet, texts: Sequence[Text], asked: Sequence[Condition]) -> Iterator[Hit]:
        """The hits of one sheet: records that meet every condition and hold every text."""
        table = self.facts.tables[sheet.key]
        keys: Iterable[str] = table.rows
        for name, test in asked:
            column = self.column(sheet, name)
            keys = [key for key in keys if test(column.get(key))]
        held = self._matches(sheet, texts)
        for key in keys:
            if not all(key in fields for fields in held):
                continue
            names = dict.fromkeys(
                (*(name for fields in held for name in fields[key]), *(n for n, _ in asked))
            )
            called = self.faces.show(sheet.key, sheet.name_field, table.value(key, sheet.name_field))
            for name in names:
                text = self.faces.show(sheet.key, name, self.column(sheet, name).get(key))
                yield Hit(sheet.key, key, called, name, text)

    def column(self, sheet: Sheet, name: str) -> Mapping[str, Value]:
        """The values of one field by key."""
        place = sheet.key, name
        if place not in self.columns:
            if sheet.field(name).stored:
                self.columns[place] = dict(self.facts.tables[sheet.key].column(name))
            else:
                computed = compute(self.faces.book, self.facts)
                for where, fields in computed.items():
                    self.columns.update({(where, field): values for field, values in fields.items()})
        return self.columns[place]

    def _matches(self, sheet: Sheet, texts: Sequence[Text]) -> list[dict[str, list[str]]]:
        """For each text the records that hold it, and in which fields."""
        found: list[dict[str, list[str]]] = [{} for _ in texts]
        for item in sheet.stored_fields:
            tests = [self._holds(item, text) for text in texts]
            known: dict[Value, list[int]] = {None: []}
            for key, value in self.facts.tables[sheet.key].column(item.key):
                if value not in known:
                    known[value] = [at for at, test in enumerate(tests) if test is not None and test(value)]
                for at in known[value]:
                    found[at].setdefault(key, []).append(item.key)
        return found

    def _holds(self, item: Field, text: Text) -> Test | None:
        """Tells whether a value of a field holds a text; nothing where none can."""
        if item.type == "phone":
            return self._phone_test(text)
        if item.type in TEXTUAL:
            return lambda value: text.plain in squeezed(str(value))
        if item.type in NUMERIC and text.number is not None:
            return lambda value: _decimal(value) == text.number
        if item.type in DATED and text.day is not None:
            return lambda value: _day(value) == text.day
        if item.type in ("enum", "multi"):
            codes = frozenset(self._codes(item, text))
            return _is_among(codes) if codes else None
        return None

    def _phone_test(self, text: Text) -> Test | None:
        region = self.faces.book.settings.phone_region
        if not text.digits:
            return None

        def test(value: Value) -> bool:
            kept = re.sub(r"\D", "", str(value))
            return text.digits in kept or text.digits in re.sub(r"\D", "", show_phone(str(value), region))

        return test

    def _codes(self, item: Field, text: Text) -> Iterator[str]:
        for choice in self.faces.book.category(str(item.category)).choices:
            words = (choice.label.zh, choice.label.en, *choice.aliases)
            if squeezed(choice.code) == text.plain or any(text.plain in squeezed(word) for word in words):
                yield choice.code

    def condition(self, sheets: Sequence[Sheet], asked: str) -> dict[str, Condition]:
        """For each sheet that has the field of a condition: the field, and what its value must be."""
        name, mark, typed = asked.partition("=")
        if not mark or not name.strip():
            raise UsageError("where-form", text=asked)
        found: dict[str, Condition] = {}
        refused = 0
        for sheet in sheets:
            item = named_field(sheet, name)
            test = self._equals(sheet, item, typed) if item is not None else None
            refused += item is not None and test is None
            if item is not None and test is not None:
                found[sheet.key] = item.key, test
        if not found and refused:
            raise UsageError("where-value", name=name.strip(), value=typed.strip())
        if not found:
            known = dict.fromkeys(item.key for sheet in sheets for item in sheet.fields)
            raise UsageError("field-unknown", name=name.strip(), remedy=remedy(name.strip(), known))
        return found

    def _equals(self, sheet: Sheet, item: Field, typed: str) -> Test | None:
        """Tells whether a value is the one that was typed; nothing where that is no value of the field."""
        if not squeezed(typed):
            return lambda value: value is None or value == ()
        if item.type in TEXTUAL and item.type != "phone":
            wanted = squeezed(typed)
            return lambda value: value is not None and squeezed(str(value)) == wanted
        if item.category is not None:
            chosen = frozenset(
                choice.code
                for choice in self.faces.book.category(item.category).choices
                if fold(typed) in map(fold, choice.names())
            )
            return _is_among(chosen) if chosen else None
        reading = self.faces.converter(sheet.key, item.key).from_cell(typed.strip(), None)
        if reading.failed:
            return None
        if item.kind == "datetime":
            return lambda value: _day(value) == _day(reading.value)
        return lambda value: value == reading.value


def _is_among(codes: frozenset[str]) -> Test:
    """Tells whether a value is, or holds, one of some codes."""
    return lambda value: not codes.isdisjoint(value if isinstance(value, tuple) else (value,))


def _day(value: Value) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else None
