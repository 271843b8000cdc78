"""The dictionary of a book: the values of its editable categories as the store keeps them.

A schema only says what the dictionary begins with; from then on its records are the truth.
:func:`effective` puts them into the book, which then works as if its schema said so.  It
never fails: whatever the records came to hold (two values of one name, a parent that is
gone), a book comes of it in which every value has a name of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from custbook_gen.layout import PATH
from custbook_gen.records import Table, Tables, Value
from custbook_gen.schema import Book, Category, Choice, Label
from custbook_gen.schema.choices import distinct
from custbook_gen.value_objects import value_object
from custbook_gen.values import JOINER, fold

STEP: Final = 10
"""Between the orders of two values, so that others can be put between them."""
COLORS: Final[Mapping[str, tuple[str, ...]]] = {
    "F8D7DA": ("红", "red"),
    "FFE0B2": ("橙", "orange"),
    "FFF3BF": ("黄", "yellow"),
    "D3F0D8": ("绿", "green"),
    "CFF1F1": ("青", "teal"),
    "D6E6FA": ("蓝", "blue"),
    "E6DCF8": ("紫", "purple"),
    "E5E7EB": ("灰", "grey", "gray"),
}
"""Names of colours, all of them light enough for dark text."""
HEX: Final = re.compile(r"#?([0-9A-F]{6})")

Values = Mapping[str, Value]
"""The values of a dictionary record by field."""


def color_of(text: Value) -> str | None:
    """The colour that a text names, as six hex digits; nothing if it names none."""
    name = fold(str(text or ""))
    found = HEX.fullmatch(name.upper())
    named = (digits for digits, names in COLORS.items() if name.removesuffix("色") in names)
    return found.group(1) if found else next(named, None)


def aliases_of(text: Value) -> tuple[str, ...]:
    """The aliases in a text that joins them with semicolons."""
    parts = str(text or "").replace(";", JOINER).split(JOINER)
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def code_of(values: Values, key: str) -> str:
    """The code of a record's value: its number if it has none of its own."""
    return str(values.get("code") or key)


def choice_of(values: Values, key: str, like: Choice | None = None) -> Choice:
    """The value that a record describes.

    Args:
        values: the record, by field; fields that the dictionary lacks are not in it.
        key: its number.
        like: the schema's own choice of that code, which says what the record cannot.
    """
    code = code_of(values, key)
    zh, en = (_line(values.get(lang)) for lang in ("zh", "en"))
    figure = values.get("figure")
    said = {
        "parent": values.get("parent"),
        "active": values.get("active") is not False,
        "aliases": aliases_of(values.get("aliases")),
        "color": color_of(values.get("color")),
        "figure": Decimal(str(figure)) if figure is not None else None,
    }
    own = {name: getattr(like, name) for name in said} if like is not None else {}
    own |= {name: value for name, value in said.items() if name in values or like is None}
    return Choice(code=code, label=Label(zh=zh or en or code, en=en or zh or code), **own)


def _line(text: Value) -> str:
    return " ".join(str(text or "").replace(PATH, " ").split())


@value_object
class _Place:
    """A value with what decides where it stands in its list."""

    order: Decimal
    at: int
    choice: Choice

    @classmethod
    def of(cls, order: Value, at: int, choice: Choice) -> _Place:
        """The place of a value; without an order it comes last."""
        return cls(Decimal(str(order)) if order is not None else Decimal("Infinity"), at, choice)


def records_of(table: Table) -> Iterator[tuple[str, Values]]:
    """The records of a dictionary: number and values by field."""
    return ((key, dict(zip(table.fields, row, strict=True))) for key, row in table.rows.items())


def effective(book: Book, tables: Tables | None) -> Book:
    """The book with its editable categories as the dictionary has them.

    Choices that the schema has and the dictionary has not (yet) are there too, in their place;
    of a name that such a choice shares with a record, the record stays the owner.

    Args:
        book: the schema, or what an earlier call gave.
        tables: the stored records; ``None`` or no dictionary among them change nothing.
    """
    table = tables.get(book.dictionary.key) if tables and book.dictionary is not None else None
    if table is None or not table.rows:
        return book
    kept: dict[str, dict[str, tuple[str, Values]]] = {}
    for key, values in records_of(table):
        kept.setdefault(str(values.get("category")), {}).setdefault(code_of(values, key), (key, values))
    several = {field.category for sheet in book.sheets for field in sheet.fields if field.kind == "multi"}
    known: dict[str, Category] = {}
    for category in sorted(book.categories, key=lambda one: _depth(book, one)):
        above = known.get(category.parent or "")
        if not category.editable and above in (None, book.category_by_key.get(category.parent or "")):
            known[category.key] = category
            continue
        records = kept.get(category.key, {})
        choices = _choices(category, records) if category.editable else category.choices
        if above is not None:
            choices = [choice for choice in choices if choice.parent in above.by_code]
        apart = tuple(choices)
        if category.editable:
            multi = category.key in several
            apart = distinct(choices, several=multi, firm=category.by_code, owners=records)
        known[category.key] = category if apart == category.choices else category.having(choices=apart)
    if all(known[category.key] is category for category in book.categories):
        return book
    return book.having(categories=tuple(known[category.key] for category in book.categories))


def dictionary_book(book: Book) -> Book:
    """The part of a book that its dictionary is read by: that sheet, what it refers to, their lists."""
    targets = {sheet.key: {item.to for item in sheet.fields} - {None} for sheet in book.sheets}
    keys: set[str | None] = {book.dictionary.key} if book.dictionary is not None else set()
    while more := set().union(*(targets[str(key)] for key in keys)) - keys:
        keys |= more
    sheets = tuple(sheet for sheet in book.sheets if sheet.key in keys)
    names = {one.key for one in book.categories if one.editable}
    names |= {str(item.category) for sheet in sheets for item in sheet.fields}
    for category in sorted(book.categories, key=lambda one: -_depth(book, one)):
        if category.key in names:
            names.add(str(category.parent))
    return book.having(sheets=sheets, categories=tuple(one for one in book.categories if one.key in names))


def _depth(book: Book, category: Category) -> int:
    """How many categories stand above one; the schema's check of parents made that finite."""
    depth = 0
    while category.parent is not None and depth < len(book.categories):
        category, depth = book.category(category.parent), depth + 1
    return depth


def _choices(category: Category, records: Mapping[str, tuple[str, Values]]) -> list[Choice]:
    """The values of a category in their order: the dictionary's, and the schema's that it lacks."""
    places = []
    for at, (code, (key, values)) in enumerate(records.items()):
        choice = choice_of(values, key, category.by_code.get(code))
        if category.parent is None:
            choice = choice.having(parent=None) if choice.parent is not None else choice
        places.append(_Place.of(values.get("order"), at, choice))
    for at, choice in enumerate(category.choices, 1):
        if choice.code not in records:
            places.append(_Place.of(at * STEP, len(places), choice))
    return [place.choice for place in sorted(places, key=lambda place: (place.order, place.at))]


# ---------------------------------------------------------------- from the schema


def seeds(book: Book, table: Table) -> list[dict[str, Value]]:
    """The choices of the schema that the dictionary does not have yet, as records without numbers.

    Args:
        book: the schema.
        table: the dictionary's records.
    """
    stored = {(values["category"], code_of(values, key)) for key, values in records_of(table)}
    now = effective(book, {table.sheet: table})
    return [
        {name: value for name, value in _record(category, choice, at).items() if name in table.fields}
        for category in book.categories
        if category.editable
        for at, choice in enumerate(_own_names(category, now.category(category.key)), 1)
        if (category.key, choice.code) not in stored
    ]


FOLLOWED: Final = ("zh", "en", "order", "active", "aliases", "color", "figure")
"""What a value takes over from a schema that changed, as long as nobody changed it here."""


def outdated(book: Book, table: Table) -> dict[str, dict[str, Value]]:
    """What the schema says otherwise of values than their records do, by number and field."""
    found: dict[str, dict[str, Value]] = {}
    for key, values in records_of(table):
        category = book.category_by_key.get(str(values["category"]))
        codes = tuple(category.by_code) if category is not None and category.editable else ()
        if category is None or code_of(values, key) not in codes:
            continue
        at = codes.index(code_of(values, key))
        said = _record(category, category.choices[at], at + 1)
        news = {
            name: said.get(name) for name in FOLLOWED if name in values and said.get(name) != values[name]
        }
        if news:
            found[key] = news
    return found


def followed(
    book: Book, table: Table, news: Mapping[str, Values], given: Mapping[str, Values]
) -> dict[str, dict[str, Value]]:
    """The news of the schema that go into the dictionary: only the tool wrote there, and no name clashes.

    Args:
        book: the schema.
        table: the dictionary's records.
        news: what :func:`outdated` found.
        given: what the tool itself last wrote into each record.
    """
    taken: dict[str, dict[str, Value]] = {}
    for key, values in news.items():
        now = dict(zip(table.fields, table.rows[key], strict=True))
        own = {name: value for name, value in values.items() if given.get(key, {}).get(name) == now[name]}
        if own and _stays_apart(book, table, key, {**now, **own}):
            taken[key] = own
    return taken


def _stays_apart(book: Book, table: Table, key: str, values: Values) -> bool:
    """Whether a record may hold these values without taking a name from another one."""
    rows = {**table.rows, key: tuple(map(values.get, table.fields))}
    now = effective(book, {table.sheet: Table(table.sheet, table.fields, rows)})
    code, category = code_of(values, key), now.category(str(values["category"]))
    return category.by_code[code].names() == choice_of(values, key).names()


def _own_names(category: Category, now: Category) -> Sequence[Choice]:
    """The schema's choices in its order, by the names that are free in the book as it is now."""
    return [now.by_code.get(choice.code, choice) for choice in category.choices]


def _record(category: Category, choice: Choice, at: int) -> dict[str, Value]:
    """A choice as a dictionary record, without what is not filled in."""
    values: dict[str, Value] = {
        "category": category.key,
        "code": choice.code,
        "zh": choice.label.zh,
        "en": choice.label.en,
        "parent": choice.parent,
        "order": at * STEP,
        "active": choice.active,
        "aliases": JOINER.join(choice.aliases) or None,
        "color": choice.color,
        "figure": choice.figure,
    }
    return {name: value for name, value in values.items() if value is not None}
