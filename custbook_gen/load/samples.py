"""Defaults and examples that the field which has them would refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from pydantic import TypeAdapter, ValidationError

from custbook_gen.issues import SEVERITIES
from custbook_gen.load.nodes import Location
from custbook_gen.schema import DATED, NUMERIC, TEXTUAL, Book, Field
from custbook_gen.schema.field_types import crossed
from custbook_gen.schema.record_model import value_type
from custbook_gen.texts import Saying
from custbook_gen.values import Note, Words, converter, plain
from custbook_gen.values.faults import fault_note

ELSEWHERE: Final = frozenset({"ref", "phone"})
"""Types whose values are decided elsewhere: by the records, by the country of the settings."""


def samples_refused(book: Book) -> Iterator[tuple[Location, Saying]]:
    """A default would hold up every new row, an example lead people into an error."""
    words = Words.of(book, "zh+en", {})
    for at, sheet in enumerate(book.sheets):
        for place, field in enumerate(sheet.fields):
            for option, sample in (("default", field.default), ("example", field.example)):
                problem = None if sample is None else _problem(book, field, option, words)
                if problem is not None:
                    facts = {"option": option, "name": field.key, "value": sample, "problem": problem}
                    yield ("sheets", at, "fields", place, option), Saying("schema.sample-refused", facts)


def _problem(book: Book, field: Field, option: str, words: Words) -> Saying | None:
    """What a field has against one of its own samples; nothing where more than the field decides."""
    if not field.entered or field.type in ELSEWHERE or field.parent is not None:
        return None
    sample = field.example if option == "example" else _default_text(field)
    if sample is not None:
        note = _refused(book, field, sample, words)
    else:
        note = _outside(field, str(field.default)) if field.type in DATED else None
    if note is None:
        return None
    facts = {"value": sample, "label": field.label.line("zh+en"), **note.facts}
    return Saying(f"issue.{note.code}", facts)


def _default_text(field: Field) -> str | None:
    """A default as it would be typed; none of a code, which was looked up, or of a day, which may move."""
    if field.type in NUMERIC:
        return plain(Decimal(str(field.default)))
    return str(field.default) if field.type in TEXTUAL else None


def _outside(field: Field, day: str) -> Note | None:
    """Whether a day is before the first one or after the last one, whatever the evaluation date is."""
    first, last = str(field.min), str(field.max)
    if field.min is not None and crossed(first, day):
        return Note("too-small", {"value": day, "limit": first})
    if field.max is not None and crossed(day, last):
        return Note("too-large", {"value": day, "limit": last})
    return None


def _refused(book: Book, field: Field, text: str, words: Words) -> Note | None:
    """What is wrong with a text that is typed into a cell of a field."""
    reading = converter(field, words).from_cell(text, None)
    if reading.failed:
        return next(note for note in reading.notes if SEVERITIES[note.code] == "error")
    if field.category is not None or reading.value is None:
        return None
    if isinstance(reading.value, dt.date):
        return _outside(field, reading.value.isoformat()[:10])
    try:
        TypeAdapter(value_type(book, field)).validate_python(reading.value)
    except ValidationError as error:
        return fault_note(field, reading.value, error.errors(include_url=False, include_input=False)[0])
    return None
