"""How a store follows its book's schema: what it remembers, and which changes it takes.

Sheets, optional fields and choices may be added, choices that the dictionary keeps and
rules dropped, and everything that only
people see (labels, help, widths, computed fields) changed at will.  What is left out (a
smaller preset, a field that is switched off) stays in the database untouched, and is there
again when the schema has it again.  Whatever could make stored values wrong is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from custbook_gen.schema import Book
from custbook_gen.store.tables import Layout
from custbook_gen.store.wire import dump, load

Document = Mapping[str, Any]
"""A book as JSON holds it, without what is left at its default."""
Kept = frozenset[tuple[str, str]]
"""Values in a dictionary: category and code."""

_FIXED: Final = ("type", "category", "parent", "to", "prefix", "digits", "places", "max_length")
"""Options that say what the values are."""
_RULES: Final = ("required", "unique", "min", "max", "min_length", "pattern", "mobile", "one_of")
"""Options that narrow the values; they may be dropped."""


def schema_text(book: Book) -> str:
    """The book's schema as the store keeps it."""
    return dump(book.model_dump(mode="json", exclude_defaults=True))


def schema_hash(text: str) -> str:
    """What tells two schemas apart."""
    return hashlib.sha256(text.encode()).hexdigest()


def obstacle(stored: str, book: Book, kept: Kept = frozenset()) -> str | None:
    """The first place where the book asks more than additions; nothing where it does not.

    Args:
        stored: the schema that the store keeps, of :func:`schema_text`.
        book: the book as it is now.
        kept: the values in the store's dictionary, which outlive the schema's own choices.

    Returns:
        Keys that name the place, such as ``customers.mobile: type``.
    """
    return next(_obstacles(load(stored), load(schema_text(book)), kept), None)


def remembered(stored: str, book: Book) -> str:
    """The schema for the store to keep: the book's, and what earlier ones had that it leaves out.

    Args:
        stored: the schema that the store keeps so far.
        book: the book as it is now.
    """
    old, new = load(stored), load(schema_text(book))
    for part in ("sheets", "categories"):
        new[part] = _with_left_out(new.get(part, ()), old.get(part, ()))
    before = _by_key(old["sheets"])
    for sheet in new["sheets"]:
        fields = before.get(sheet["key"], sheet)["fields"]
        stored_ones = [field for field in fields if field["type"] != "calc"]
        sheet["fields"] = _with_left_out(sheet["fields"], stored_ones)
    return dump(new)


def _with_left_out(new: Sequence[Document], old: Sequence[Document]) -> list[Document]:
    known = _by_key(new)
    return [*new, *(part for part in old if part["key"] not in known)]


def _obstacles(old: Document, new: Document, kept: Kept) -> Iterator[str]:
    if old["key"] != new["key"]:
        yield new["key"]
    categories = _by_key(new.get("categories", ()))
    for category in old.get("categories", ()):
        codes = {code for name, code in kept if name == category["key"]}
        yield from _category_obstacles(category, categories.get(category["key"]), codes)
    sheets = _by_key(new["sheets"])
    for sheet in old["sheets"]:
        yield from _sheet_obstacles(sheet, sheets.get(sheet["key"]))


def _category_obstacles(old: Document, new: Document | None, kept: Collection[str]) -> Iterator[str]:
    if new is None:
        return
    if old.get("parent") != new.get("parent"):
        yield old["key"]
        return
    parents = {choice["code"]: choice.get("parent") for choice in new.get("choices", ())}
    editable = new.get("editable", True)
    for choice in old.get("choices", ()):
        code = choice["code"]
        if editable and code in kept:
            continue
        if code not in parents or parents[code] != choice.get("parent"):
            yield f"{old['key']}: {code}"
    lost = () if editable else sorted(set(kept) - parents.keys())
    yield from (f"{old['key']}: {code}" for code in lost)


def _sheet_obstacles(old: Document, new: Document | None) -> Iterator[str]:
    if new is None:
        return
    if old["key_field"] != new["key_field"]:
        yield old["key"]
        return
    before, after = _stored_fields(old), _stored_fields(new)
    for key, field in before.items():
        if key in after:
            place = f"{old['key']}.{key}"
            yield from (f"{place}: {option}" for option in _changed_options(field, after[key]))
    for key, field in after.items():
        if key not in before and field.get("required"):
            yield f"{old['key']}.{key}: required"


def _changed_options(old: Document, new: Document) -> Iterator[str]:
    for option in _FIXED:
        if str(old.get(option)) != str(new.get(option)):
            yield option
    for option in _RULES:
        if option in new and str(old.get(option)) != str(new[option]):
            yield option


def _by_key(parts: Any) -> dict[str, Document]:
    return {part["key"]: part for part in parts}


def _stored_fields(sheet: Document) -> dict[str, Document]:
    return {field["key"]: field for field in sheet["fields"] if field["type"] != "calc"}


def add_missing(connection: sa.Connection, layout: Layout) -> None:
    """Create the tables and columns that the layout has and the database has not."""
    present = sa.inspect(connection)
    names = set(present.get_table_names())
    for table in layout.sheets.values():
        if table.name not in names:
            continue
        known = {column["name"] for column in present.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                _add_column(connection, table, column)
    layout.metadata.create_all(connection)
    numbered = set(connection.scalars(sa.select(layout.sequence.c.sheet)))
    for sheet in layout.numbered():
        if sheet.key not in numbered:
            connection.execute(layout.sequence.insert().values(sheet=sheet.key, next=1))


def _add_column(connection: sa.Connection, table: sa.Table, column: sa.Column[Any]) -> None:
    dialect = connection.dialect
    name = dialect.identifier_preparer.format_table(table)
    definition = sa.schema.CreateColumn(column).compile(dialect=dialect)
    connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {definition}")
