"""The very hidden sheet by which a workbook knows what it is.

It carries the identity of book and workbook, the revision it shows, the titles its tabs
had, and the schema itself, so that a file can be checked anywhere.  It also says where
columns stand in another order than the schema's, and which
cells show an older revision, because what was typed there could not be stored yet: a
copy of the file, or one taken from a backup, then still knows what its cells began with.
The same identity stands in the custom document properties.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import zlib
from collections.abc import Mapping
from dataclasses import field, replace

from custbook_gen.formulas import AS_OF
from custbook_gen.layout import META, absolute, column_order
from custbook_gen.plan.view import Identity, Older, View
from custbook_gen.scope import Scope
from custbook_gen.texts import Lang
from custbook_gen.theme import TEXT, formatted
from custbook_gen.value_objects import value_object
from custbook_gen.values import date_to_serial
from custbook_gen.workbook import (
    Cell,
    Formula,
    Protection,
    RawCell,
    RawSheet,
    RawWorkbook,
    SheetPlan,
    StyledCell,
)

FORMAT = 1
AS_OF_ROW = 1
FIRST_ROW = 2
CHUNK = 30_000
"""Characters of the packed schema per cell."""
SCHEMA = "schema."
COLUMNS = "columns."
OLDER = "older."
LARGEST_SCHEMA = 50_000_000
"""Bytes of an unpacked schema; more is refused (a bomb, not a book)."""


@value_object
class Meta:
    """What a workbook says of itself; ``schema_text`` is the book's JSON."""

    format: int
    identity: Identity
    lang: Lang
    as_of: dt.date
    schema_text: str
    titles: Mapping[str, str]
    columns: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Where the columns stood of those sheets whose order was not that of the schema."""


def meta_sheet(view: View) -> SheetPlan:
    """The sheet: names in column A, values in column B; the evaluation date comes first."""
    plain, day = formatted(TEXT, "@"), formatted(TEXT, "yyyy-mm-dd")
    serial = date_to_serial(view.as_of)
    fixed = view.book.settings.as_of is not None
    cells = {
        (AS_OF_ROW, 1): StyledCell("as_of", plain),
        (AS_OF_ROW, 2): StyledCell(serial if fixed else Formula("TODAY()", serial), day),
    }
    for row, (name, value) in enumerate(_entries(view).items(), FIRST_ROW):
        cells[row, 1] = StyledCell(name, plain)
        cells[row, 2] = StyledCell(value, plain)
    return SheetPlan(
        key=META,
        title=view.layout.titles[META],
        state="very_hidden",
        cells=cells,
        widths={1: 20, 2: 60},
        protection=Protection(sort_filter=False, rows=False),
    )


def packed_as_found(plan: SheetPlan, found: RawSheet) -> SheetPlan:
    """The sheet with the schema packed as it is in a workbook, where that is the same schema.

    Another computer may pack it otherwise, and a workbook that people sync on both must not
    change each time.

    Args:
        plan: of :func:`meta_sheet`.
        found: what stands in the workbook.
    """
    planned = {str(plan.cells[row, 1].value): plan.cells[row, 2] for row, column in plan.cells if column == 1}
    wanted = {name: cell.value for name, cell in planned.items() if name.startswith(SCHEMA)}
    there = {name: value for name, value in _found(found).items() if name.startswith(SCHEMA)}
    if there == wanted or there.keys() != wanted.keys():
        return plan
    try:
        if _unpack(there) != _unpack(wanted):
            return plan
    except (TypeError, ValueError, zlib.error):
        return plan
    cells = {
        (row, column): replace(cell, value=str(there[name]))
        for (row, column), cell in plan.cells.items()
        if column == 2 and (name := str(plan.cells[row, 1].value)) in there
    }
    return replace(plan, cells={**plan.cells, **cells})


def _found(sheet: RawSheet) -> dict[str, RawCell]:
    """What stands behind the names of a meta sheet."""
    return {str(row[0]): row[1] for row in sheet.rows.values() if len(row) > 1 and isinstance(row[0], str)}


def meta_names(view: View) -> dict[str, str]:
    """The defined name of the evaluation date."""
    return {AS_OF: absolute(view.layout.titles[META], (AS_OF_ROW, 2))}


def properties(view: View) -> dict[str, str]:
    """The custom document properties that identify the file."""
    identity = view.identity
    return {
        "custbook-book": identity.book_id,
        "custbook-workbook": identity.workbook_id,
        "custbook-schema": identity.schema_hash,
        "custbook-revision": str(identity.revision),
    }


def _entries(view: View) -> dict[str, Cell]:
    identity = view.identity
    packed = base64.b85encode(zlib.compress(view.schema_text.encode())).decode()
    titles = {key: layout.title for key, layout in view.layout.sheets.items()} | dict(view.layout.titles)
    return {
        "format": str(FORMAT),
        "book": identity.book_id,
        "workbook": identity.workbook_id,
        "view": identity.view,
        "schema_hash": identity.schema_hash,
        "revision": str(identity.revision),
        "revision_mark": identity.mark,
        "lang": view.lang,
        "computed_as_of": view.as_of.isoformat(),
        "titles": json.dumps(titles, ensure_ascii=False),
        **_chunks(COLUMNS, _columns_text(view)),
        **_chunks(SCHEMA, packed),
        **_chunks(OLDER, _older_text(identity.older)),
    }


def _chunks(name: str, text: str) -> dict[str, Cell]:
    """A long text over several cells; none for an empty one."""
    starts = range(0, len(text), CHUNK)
    return {f"{name}{number:03}": text[at : at + CHUNK] for number, at in enumerate(starts)}


def _columns_text(view: View) -> str:
    """Where the columns stand of sheets that have them in another order than a new workbook would."""
    moved: dict[str, Mapping[str, int]] = {}
    for sheet in view.book.sheets:
        here = view.layout.sheets.get(sheet.key)
        there = here.columns if here is not None else {}
        usual = [key for key in column_order(sheet) if key in there]
        if sorted(usual, key=lambda key: there[key]) != usual:
            moved[sheet.key] = {key: there[key] for key in usual}
    return json.dumps(moved, separators=(",", ":")) if moved else ""


def _older_text(older: tuple[Older, ...]) -> str:
    lines = [[item.revision, item.sheet, item.key, item.fields] for item in older]
    return json.dumps(lines, ensure_ascii=False, separators=(",", ":")) if lines else ""


def find_meta(raw: RawWorkbook) -> tuple[str, Meta] | None:
    """What a workbook says of itself, and the title of the sheet that says it, whatever it is called."""
    for sheet in sorted(raw.sheets, key=lambda sheet: sheet.title != META):
        meta = read_meta(sheet)
        if meta is not None:
            return sheet.title, meta
    return None


def read_meta(sheet: RawSheet) -> Meta | None:
    """What a meta sheet says; nothing if it is damaged or not one of ours.

    A format newer than :data:`FORMAT` is returned with an empty schema text, so that the
    caller can say which program is needed.
    """
    entries = _found(sheet)
    try:
        Scope.read(str(entries["view"]))
        number = int(str(entries["format"]))
        return Meta(
            format=number,
            identity=Identity(
                book_id=str(entries["book"]),
                workbook_id=_id(str(entries["workbook"])),
                schema_hash=str(entries["schema_hash"]),
                revision=int(str(entries["revision"])),
                view=str(entries["view"]),
                older=_read_older(_joined(entries, OLDER)),
                mark=str(entries.get("revision_mark") or ""),
            ),
            lang=_lang(str(entries["lang"])),
            as_of=dt.date.fromisoformat(str(entries["computed_as_of"])),
            schema_text=_unpack(entries) if number <= FORMAT else "",
            titles=_titles(str(entries["titles"])),
            columns=_read_columns(_joined(entries, COLUMNS)),
        )
    except (AttributeError, KeyError, TypeError, ValueError, zlib.error):
        return None


def _id(text: str) -> str:
    """An id, which stores are asked for; not all of them can be asked for NUL or lone surrogates."""
    if not text.isprintable():
        raise ValueError("id")
    return text


def _titles(text: str) -> Mapping[str, str]:
    titles = json.loads(text)
    if not isinstance(titles, dict) or not all(isinstance(title, str) for title in titles.values()):
        raise TypeError("titles of tabs")
    return titles


def _read_columns(text: str) -> Mapping[str, Mapping[str, int]]:
    sheets = json.loads(text) if text else {}
    return {
        str(sheet): {str(key): int(at) for key, at in columns.items()} for sheet, columns in sheets.items()
    }


def _joined(entries: Mapping[str, object], name: str) -> str:
    return "".join(str(entries[chunk]) for chunk in sorted(entries) if chunk.startswith(name))


def _read_older(text: str) -> tuple[Older, ...]:
    lines = json.loads(text) if text else []
    return tuple(Older(int(at), str(sheet), str(key), tuple(fields)) for at, sheet, key, fields in lines)


def _lang(text: str) -> Lang:
    known: dict[str, Lang] = {"zh": "zh", "en": "en", "zh+en": "zh+en"}
    return known[text]


def _unpack(entries: Mapping[str, object]) -> str:
    inflate = zlib.decompressobj()
    text = inflate.decompress(base64.b85decode(_joined(entries, SCHEMA)), LARGEST_SCHEMA)
    if inflate.unconsumed_tail:
        raise ValueError("the schema is too large")
    return text.decode()
