"""How a store follows its book's schema: what it remembers, and which changes it takes.

Sheets, optional fields and choices may be added, choices that the dictionary keeps dropped,
rules loosened or dropped, and everything that only people see (labels, help, widths,
computed fields) changed at will.  What is left out (a
smaller preset, a field that is switched off) stays in the database untouched, and is there
again when the schema has it again.  Whatever could make stored values wrong is refused; of a
sheet that never had a record only the types of its fields are fixed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import sqlalchemy as sa

from custbook_gen.schema import Book, Bound, Field
from custbook_gen.schema.field_types import span
from custbook_gen.store.tables import Layout
from custbook_gen.store.wire import dump, load
from custbook_gen.texts import Saying
from custbook_gen.value_objects import value_object

Document = Mapping[str, Any]
"""A book as JSON holds it, without what is left at its default."""
Kept = frozenset[tuple[str, str]]
"""Values in a dictionary: category and code."""

_FIXED: Final = ("type", "category", "parent", "to", "prefix", "digits")
"""Options that say what the values are."""
_FIXED_UNUSED: Final = ("type",)
"""Those that say what the columns of a table are, which is there before any value."""


@value_object
class Obstacle:
    """A place where a book asks more than a store can follow.

    Attributes:
        place: keys that name it, such as ``customers.mobile: type``.
        reason: why it is one: ``store.<reason>`` in the catalogue.
        old: what stands there in the schema that the store keeps.
        new: what stands there now.
    """

    place: str
    reason: Literal["other-book", "fixed", "stricter", "new-required", "choice-lost"]
    old: object = None
    new: object = None

    def why(self) -> Saying:
        """The reason in words."""
        shown = {"old": self.old, "new": self.new}
        facts = {name: "–" if value is None else str(value) for name, value in shown.items()}
        return Saying(f"store.{self.reason}", facts)


def schema_text(book: Book) -> str:
    """The book's schema as the store keeps it."""
    return dump(book.model_dump(mode="json", exclude_defaults=True))


def schema_hash(text: str) -> str:
    """What tells two schemas apart."""
    return hashlib.sha256(text.encode()).hexdigest()


def obstacle(
    stored: str, book: Book, kept: Kept = frozenset(), unused: Collection[str] = ()
) -> Obstacle | None:
    """The first place where stored values might not be what the book asks; nothing where there is none.

    Args:
        stored: the schema that the store keeps, of :func:`schema_text`.
        book: the book as it is now.
        kept: the values in the store's dictionary, which outlive the schema's own choices.
        unused: the sheets that never had a record.
    """
    return next(_obstacles(load(stored), load(schema_text(book)), kept, unused), None)


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


def _obstacles(old: Document, new: Document, kept: Kept, unused: Collection[str]) -> Iterator[Obstacle]:
    if old["key"] != new["key"]:
        yield Obstacle(new["key"], "other-book", old["key"], new["key"])
    categories = _by_key(new.get("categories", ()))
    for category in old.get("categories", ()):
        codes = {code for name, code in kept if name == category["key"]}
        yield from _category_obstacles(category, categories.get(category["key"]), codes)
    sheets = _by_key(new["sheets"])
    for sheet in old["sheets"]:
        yield from _sheet_obstacles(sheet, sheets.get(sheet["key"]), unused=sheet["key"] in unused)


def _category_obstacles(old: Document, new: Document | None, kept: Collection[str]) -> Iterator[Obstacle]:
    if new is None:
        return
    if old.get("parent") != new.get("parent"):
        yield Obstacle(f"{old['key']}: parent", "fixed", old.get("parent"), new.get("parent"))
        return
    parents = {choice["code"]: choice.get("parent") for choice in new.get("choices", ())}
    editable = new.get("editable", True)
    for choice in old.get("choices", ()):
        code, parent = choice["code"], choice.get("parent")
        if editable and code in kept:
            continue
        if code not in parents:
            yield Obstacle(f"{old['key']}: {code}", "choice-lost")
        elif parents[code] != parent:
            yield Obstacle(f"{old['key']}: {code}: parent", "fixed", parent, parents[code])
    lost = () if editable else sorted(set(kept) - parents.keys())
    yield from (Obstacle(f"{old['key']}: {code}", "choice-lost") for code in lost)


def _sheet_obstacles(old: Document, new: Document | None, *, unused: bool) -> Iterator[Obstacle]:
    if new is None:
        return
    if old["key_field"] != new["key_field"]:
        yield Obstacle(f"{old['key']}: key", "fixed", old["key_field"], new["key_field"])
        return
    before, after = _stored_fields(old), _stored_fields(new)
    shared = [(f"{old['key']}.{key}", before[key], after[key]) for key in before if key in after]
    if unused:
        for place, was, now in shared:
            yield from _other_values(place, was, now, _FIXED_UNUSED)
        return
    for place, was, now in shared:
        yield from _changed_options(place, was, now)
    yield from _needed_groups(old["key"], before, after)
    for key, field in after.items():
        if key not in before and field.get("required"):
            yield Obstacle(f"{old['key']}.{key}: required", "new-required")


def _other_values(
    place: str, old: Document, new: Document, fixed: Sequence[str] = _FIXED
) -> Iterator[Obstacle]:
    """The options that say what the values are, and say something else now."""
    for option in fixed:
        if old.get(option) != new.get(option):
            yield Obstacle(f"{place}: {option}", "fixed", old.get(option), new.get(option))


def _changed_options(place: str, old: Document, new: Document) -> Iterator[Obstacle]:
    others = list(_other_values(place, old, new))
    if others:
        yield from others
        return
    was, now = _field(old), _field(new)
    for option, (one, other) in _stricter(was, now).items():
        yield Obstacle(f"{place}: {option}", "stricter", one, other)


def _field(document: Document) -> Field:
    """A field by those options that this program knows."""
    return Field.model_validate(
        {name: document[name] for name in document.keys() & Field.model_fields.keys()}
    )


def _stricter(was: Field, now: Field) -> dict[str, tuple[object, object]]:
    """The rules of a field that ask more than before, with what they asked and ask now."""
    rules: dict[str, tuple[object, object, bool]] = {
        "required": (was.required, now.required, now.required > was.required),
        "unique": (was.unique, now.unique, now.unique > was.unique),
        "mobile": (was.mobile, now.mobile, now.mobile > was.mobile),
        "min": (was.min, now.min, _moved(was.min, now.min, 1)),
        "max": (was.max, now.max, _moved(was.max, now.max, -1)),
        "min_length": (was.min_length, now.min_length, (now.min_length or 0) > (was.min_length or 0)),
        "max_length": (was.length, now.length, (now.length or 0) < (was.length or 0)),
        "pattern": (was.pattern, now.pattern, now.pattern not in (None, was.pattern)),
        "places": (was.decimals, now.decimals, now.decimals < was.decimals),
    }
    return {option: (old, new) for option, (old, new, narrower) in rules.items() if narrower}


def _moved(old: Bound | None, new: Bound | None, direction: int) -> bool:
    """Whether a bound leaves less room than before; one that follows the evaluation date goes by its days."""
    if old is None or new is None:
        return new is not None
    if str(old).startswith("as_of") != str(new).startswith("as_of"):
        return True
    return direction * span(new) > direction * span(old)


def _needed_groups(
    sheet: str, before: Mapping[str, Document], after: Mapping[str, Document]
) -> Iterator[Obstacle]:
    """Groups of fields, one of which must be filled, that records with an earlier group may leave empty."""
    earlier = [some & after.keys() for some in _groups(before).values()]
    earlier += [{key} for key, field in before.items() if field.get("required")]
    for name, members in _groups(after).items():
        if not any(some and some <= members for some in earlier):
            first = next(key for key in after if key in members)
            yield Obstacle(f"{sheet}.{first}: one_of", "stricter", before.get(first, {}).get("one_of"), name)


def _groups(fields: Mapping[str, Document]) -> dict[str, set[str]]:
    """The fields of each group, by its name."""
    groups: dict[str, set[str]] = {}
    for key, field in fields.items():
        if field.get("one_of"):
            groups.setdefault(field["one_of"], set()).add(key)
    return groups


def _by_key(parts: Any) -> dict[str, Document]:
    return {part["key"]: part for part in parts}


def _stored_fields(sheet: Document) -> dict[str, Document]:
    return {field["key"]: field for field in sheet["fields"] if field["type"] != "calc"}


def unused_sheets(connection: sa.Connection, layout: Layout) -> frozenset[str]:
    """The sheets that never had a record: their tables are empty, and so is their history."""
    there, history = set(sa.inspect(connection).get_table_names()), layout.history
    unused = set(layout.sheets)
    for key, table in layout.sheets.items():
        some = sa.select(sa.literal(1)).select_from(sa.table(table.name)).limit(1)
        ever = sa.select(sa.literal(1)).select_from(history).where(history.c.sheet == key).limit(1)
        if (key in there and connection.scalar(some)) or connection.scalar(ever):
            unused.discard(key)
    return frozenset(unused)


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
