"""A field of every type, and what is read of its cells."""

import datetime as dt

from custbook_gen.records import Value
from custbook_gen.schema import Book, Field
from custbook_gen.texts import Lang
from custbook_gen.values import (
    Converter,
    Reading,
    References,
    Words,
    converter,
    number_format,
    references,
)
from custbook_gen.workbook import RawCell
from tests.drawn import as_found
from tests.strategies import BOOK_DOCUMENT

LABEL = {"zh": "项", "en": "Item"}
LANGS: tuple[Lang, ...] = ("zh", "en", "zh+en")
DISTRICT = {
    "key": "district",
    "label": LABEL,
    "parent": "city",
    "choices": [
        {"code": "320106", "label": {"zh": "鼓楼区", "en": "Gulou"}, "parent": "3201"},
        {"code": "320505", "label": {"zh": "鼓楼区", "en": "Gulou"}, "parent": "3205"},
        {"code": "330106", "label": {"zh": "西湖区", "en": "Xihu"}, "parent": "3301"},
    ],
}
GRADE = {
    "key": "grade",
    "label": LABEL,
    "choices": [
        {"code": "A", "label": {"zh": "A（重点客户）", "en": "A (key)"}, "aliases": ["A类", "重点"]},
        {"code": "B", "label": {"zh": "Ｂ　普通", "en": "Regular"}},
        {"code": "old", "label": {"zh": "旧值", "en": "Outdated"}, "active": False},
    ],
}
BOOK: Book = Book.model_validate(
    {**BOOK_DOCUMENT, "categories": (*BOOK_DOCUMENT["categories"], DISTRICT, GRADE)}
)
PEOPLE = references(
    "客户档案",
    [
        ("C000001", "华为"),
        ("C000002", "张伟"),
        ("C000003", "张伟"),
        ("C000004", "A · B"),
        ("C000005", None),
    ],
)
TYPES: dict[str, dict[str, object]] = {
    "money": {},
    "dec": {},
    "pct": {},
    "int": {},
    "date": {},
    "datetime": {},
    "bool": {},
    "enum": {"category": "grade"},
    "multi": {"category": "grade"},
    "text": {"max_length": 60},
    "long": {},
    "email": {},
    "url": {},
    "auto": {"prefix": "C", "digits": 6},
    "phone": {},
    "ref": {"to": "customers"},
}


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def field(type_: str, **options: object) -> Field:
    return Field.model_validate({"key": "item", "label": LABEL, "type": type_, **TYPES[type_], **options})


def words(lang: Lang = "zh", known: References = PEOPLE) -> Words:
    return Words.of(BOOK, lang, {"customers": known})


def known(type_: str, lang: Lang = "zh") -> Converter:
    return converter(field(type_), words(lang))


def read(type_: str, raw: RawCell, **options: object) -> Reading:
    return converter(field(type_, **options), words()).from_cell(raw, None)


def codes(reading: Reading) -> list[str]:
    return [note.code for note in reading.notes]


def through_a_sheet(one: Converter, value: Value, parent: str | None = None) -> Reading:
    """A value written to a cell, kept by a spreadsheet and read again."""
    return one.from_cell(as_found(one.to_cell(value), number_format(one.field)), parent)
