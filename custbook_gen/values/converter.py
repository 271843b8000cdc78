"""One field, two faces: a converter from record value to cell and back.

``from_cell(to_cell(value))`` gives the value again, for every type: one property test
per type guards this.  A blank cell is ``None``; what a sheet cannot hold never arises.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, cast

from custbook_gen.records import Change, Value
from custbook_gen.remembering import Remembered
from custbook_gen.schema import Book, Field
from custbook_gen.texts import Lang, say
from custbook_gen.value_objects import value_object
from custbook_gen.values import number, text
from custbook_gen.values.choice import JOINER, References, Vocabulary, fold
from custbook_gen.values.reading import Reading, visible, wrong
from custbook_gen.workbook import Cell, CellError, PhoneText, RawCell

Reader = Callable[[RawCell, str | None], Reading]

NUMBER_FORMATS: Final[Mapping[str, str]] = {
    "int": "#,##0",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
    "bool": "General",
}
RECURRING: Final = frozenset({"date", "bool", "enum", "multi", "ref"})
"""Types of which a column holds few different values."""
_DIFFERENT: Final = 50_000
"""Cells of different values that are kept; a hundred years have fewer days."""
CODE: Final = re.compile(r"\w+")
"""A code in a computed text that is made of codes."""
YES: Final = frozenset({"是", "yes", "y", "true", "1", "对", "√", "✓"})
NO: Final = frozenset({"否", "no", "n", "false", "0", "错", "×", "✗"})


@value_object
class Converter:
    """Turns one field's values into cells and cells into values.

    ``to_cells`` does the same as ``to_cell`` to a whole column, much faster.
    ``from_cell`` takes the raw cell and, for a cascading field, the code of the value
    that it hangs from.
    """

    field: Field
    to_cell: Callable[[Value], Cell]
    to_cells: Callable[[Iterable[Value]], Sequence[Cell]]
    from_cell: Reader
    words: object = None
    """What a cell depends on beside the kind of its field and the value."""

    def writes_like(self, other: Converter) -> bool:
        """Whether both are sure to make the same cells of the same values."""
        return self.field.kind == other.field.kind and self.words == other.words


@value_object
class Words:
    """What the values of a book are called in one workbook: labels and references."""

    book: Book
    lang: Lang
    vocabularies: Mapping[str, Vocabulary]
    references: Mapping[str, References]

    @classmethod
    def of(
        cls, book: Book, lang: Lang, references: Mapping[str, References], before: Book | None = None
    ) -> Words:
        """The words of a book in one language.

        Args:
            book: the book.
            lang: the language.
            references: how records are referred to, by sheet.
            before: the book as an older workbook shows it, whose words are understood too.
        """
        earlier = before.category_by_key if before is not None else {}
        vocabularies = {
            key: Vocabulary(category, lang, earlier.get(key))
            for key, category in book.category_by_key.items()
        }
        return cls(book, lang, vocabularies, references)

    def showing(self, before: Book | None) -> Words:
        """The words of an older workbook: what its cells show, whatever it is called by now."""
        earlier = before.category_by_key if before is not None else {}
        shown = {
            key: Vocabulary(category, self.lang)
            for key, category in earlier.items()
            if key in self.vocabularies and category != self.book.category(key)
        }
        return replace(self, vocabularies={**self.vocabularies, **shown}) if shown else self

    def following(self, changes: Iterable[Change]) -> Words:
        """The same words once some changes are made: what they bring or rename has its name."""
        named: dict[str, list[tuple[str, Value]]] = {}
        for change in changes:
            name = self.book.sheet(change.sheet).name_field
            if name in change.after:
                named.setdefault(change.sheet, []).append((change.key, change.after[name]))
        more = {sheet: self.references[sheet].followed_by(names) for sheet, names in named.items()}
        return replace(self, references={**self.references, **more})


def number_format(field: Field) -> str:
    """The cell format of a field's values; ``@`` keeps ids, phones and codes text."""
    if field.kind in ("dec", "money"):
        return "#,##0" + ("." + "0" * field.decimals if field.decimals else "")
    if field.kind == "pct":
        return "0" + ("." + "0" * (field.decimals - 2) if field.decimals > 2 else "") + "%"
    return NUMBER_FORMATS.get(field.kind, "@")


def converter(field: Field, words: Words) -> Converter:
    """The converter of one field."""
    to_cell, from_cell = _faces(field, words)

    def read(raw: RawCell, parent: str | None = None) -> Reading:
        if is_blank(raw):
            return Reading()
        if isinstance(raw, CellError):
            return wrong("cell-error", value=raw.code)
        return from_cell(raw, parent)

    def write(value: Value) -> Cell:
        return None if value is None or value == () else to_cell(value)

    known = _DAYS if to_cell is _date_cell else Remembered[Value, Cell](write, most=_DIFFERENT)

    def write_column(values: Iterable[Value]) -> Sequence[Cell]:
        if to_cell is _as_cell:
            return cast(Sequence[Cell], values if isinstance(values, Sequence) else tuple(values))
        if field.kind in RECURRING:
            return list(map(known.__getitem__, values))
        if field.kind == "phone":
            return _phone_cells(list(values), words.book.settings.phone_region)
        return [None if value is None else to_cell(value) for value in values]

    return Converter(field, write, write_column, read, _written_by(field, words))


def _written_by(field: Field, words: Words) -> object:
    """The words that a field's cells are made of; names of records are like nothing but themselves."""
    if field.kind == "ref":
        return words.references[cast(str, field.to)]
    if field.category is not None:
        return words.vocabularies[field.category].labels
    return words.lang if field.kind == "bool" else words.book.settings.phone_region


def _phone_cells(values: Sequence[Value], region: str) -> Sequence[Cell]:
    shown = iter(text.show_phones([str(value) for value in values if value is not None], region))
    return [None if value is None else next(shown) for value in values]


def as_read(cells: Sequence[Cell]) -> Sequence[RawCell]:
    """A column of cells as reading them gives it back: numbers are floats, empty text is nothing."""
    kinds = set(map(type, cells))
    if kinds <= {str, type(None)}:
        texts = cast(Sequence[RawCell], cells)
        return [None if cell == "" else cell for cell in texts] if "" in texts else texts
    if bool not in kinds and str not in kinds:
        return [None if cell is None else float(cell) for cell in cast(Sequence[float | None], cells)]
    return [_as_read(cell) for cell in cells]


def _as_read(cell: Cell) -> RawCell:
    if cell is None or isinstance(cell, str | bool):
        return None if cell == "" else cell
    return float(cell)


def is_blank(raw: RawCell) -> bool:
    """Whether a cell holds nothing, or nothing that anybody sees."""
    return raw is None or (isinstance(raw, str) and not visible(raw).strip())


def _faces(field: Field, words: Words) -> tuple[Callable[[Value], Cell], Reader]:
    kind = field.kind
    if kind in ("dec", "money", "pct"):
        places, percent = field.decimals, kind == "pct"
        return _as_cell, lambda raw, _: number.read_number(raw, places=places, percent=percent)
    if kind == "int":
        return _as_cell, lambda raw, _: number.read_whole(raw)
    if kind == "date":
        return _date_cell, lambda raw, _: number.read_date(raw, time=False)
    if kind == "datetime":
        return _moment_cell, lambda raw, _: number.read_date(raw, time=True)
    if kind == "bool":
        return _bool_faces(words.lang)
    if kind in ("enum", "multi"):
        vocabulary = words.vocabularies[cast(str, field.category)]
        return _enum_faces(vocabulary) if kind == "enum" else _multi_faces(vocabulary)
    if kind == "ref":
        return _ref_faces(words.references[cast(str, field.to)])
    to_cell, from_cell = _text_faces(field, words.book.settings.phone_region)
    if field.category is None:
        return to_cell, from_cell
    labels = words.vocabularies[field.category].labels
    return lambda value: CODE.sub(lambda code: labels.get(code[0], code[0]), str(value)), from_cell


def _as_cell(value: Value) -> Cell:
    return cast(Cell, value)


def _date_cell(value: Value) -> Cell:
    return number.date_to_serial(cast(dt.date, value))


_DAYS: Final = Remembered[Value, Cell](_date_cell, {None: None}, most=_DIFFERENT)
"""Cells of dates, which the columns of all books share."""


def _moment_cell(value: Value) -> Cell:
    return number.datetime_to_serial(cast(dt.datetime, value))


def _bool_faces(lang: Lang) -> tuple[Callable[[Value], Cell], Reader]:
    labels = {True: yes_no(True, lang), False: yes_no(False, lang)}
    names = {value: known | {fold(yes_no(value, "zh+en"))} for value, known in ((True, YES), (False, NO))}

    def read(raw: RawCell, _: str | None) -> Reading:
        if isinstance(raw, bool):
            return Reading(raw)
        whole = isinstance(raw, float) and raw.is_integer()
        word = fold(str(int(raw)) if isinstance(raw, float) and whole else visible(str(raw)))
        meant = [value for value, known in names.items() if word in known]
        return Reading(meant[0]) if meant else wrong("not-yes-no")

    return lambda value: labels[bool(value)], read


def yes_no(value: bool, lang: Lang) -> str:
    """The word for a truth value as it stands in cells."""
    return say("book.yes" if value else "book.no", lang).replace("\n", " ")


def _enum_faces(vocabulary: Vocabulary) -> tuple[Callable[[Value], Cell], Reader]:
    labels = vocabulary.labels

    def read(raw: RawCell, parent: str | None) -> Reading:
        typed = text.as_text(raw)
        return typed if typed.failed else vocabulary.read(str(typed.value), parent)

    return lambda value: labels.get(cast(str, value), str(value)), read


def _multi_faces(vocabulary: Vocabulary) -> tuple[Callable[[Value], Cell], Reader]:
    labels = vocabulary.labels
    order = {code: at for at, code in enumerate(labels)}

    def show(value: Value) -> Cell:
        return JOINER.join(labels.get(code, code) for code in cast(tuple[str, ...], value))

    def read(raw: RawCell, _: str | None) -> Reading:
        typed = text.as_text(raw)
        if typed.failed:
            return typed
        readings = vocabulary.read_several(str(typed.value))
        notes = tuple(note for reading in readings for note in reading.notes)
        if any(reading.failed for reading in readings):
            return Reading(None, notes)
        codes = sorted({cast(str, reading.value) for reading in readings}, key=order.__getitem__)
        return Reading(tuple(codes) or None, notes)

    return show, read


def _ref_faces(known: References) -> tuple[Callable[[Value], Cell], Reader]:
    def read(raw: RawCell, _: str | None) -> Reading:
        typed = _tidy_text(raw)
        return typed if typed.failed else known.read(str(typed.value))

    return lambda value: known.labels.get(cast(str, value), str(value)), read


def _tidy_text(raw: RawCell) -> Reading:
    """A cell's text for looking up; stray blanks are nothing to tell about there."""
    typed = text.as_text(raw)
    return typed if typed.failed else Reading(text.tidy(str(typed.value)).value)


def _text_faces(field: Field, region: str) -> tuple[Callable[[Value], Cell], Reader]:
    narrow = field.kind in ("phone", "email", "url", "auto")
    lines = field.kind == "long"

    def finish(clean: str, country: str) -> Reading:
        if field.kind == "phone":
            return text.read_phone(clean, country, mobile=field.mobile)
        if field.kind == "email":
            return text.read_email(clean)
        return text.read_url(clean) if field.kind == "url" else Reading(clean)

    def read(raw: RawCell, _: str | None) -> Reading:
        typed = text.as_text(raw)
        if typed.failed:
            return typed
        clean = text.tidy(str(typed.value), lines=lines, narrow=narrow)
        if clean.value is None:
            return clean
        notes = tuple(note for note in typed.notes if field.kind != "long") + clean.notes
        country = raw.region if isinstance(raw, PhoneText) else region
        return finish(str(clean.value), country).plus(*notes)

    if field.kind == "phone":
        return lambda value: text.show_phone(str(value), region), read
    return _as_cell, read


def display(known: Converter, value: Value) -> str:
    """A value as people read it in reports: labels, ISO dates, plain numbers."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat(" ", "minutes") if isinstance(value, dt.datetime) else value.isoformat()
    return number.plain(value) if isinstance(value, Decimal) else str(known.to_cell(value))
