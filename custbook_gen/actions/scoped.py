"""Workbooks that show some records alone: what they are told apart by when they are read and synced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from custbook_gen.actions.faces import Faces, Happened
from custbook_gen.actions.named import named_field
from custbook_gen.check import Known
from custbook_gen.errors import UsageError, WorkbookError
from custbook_gen.layout import Layout
from custbook_gen.plan import Meta
from custbook_gen.records import Tables
from custbook_gen.schema import Book, Field, Sheet
from custbook_gen.schema.faults import remedy
from custbook_gen.scope import Scope
from custbook_gen.texts import Lang
from custbook_gen.values import Vocabulary, fold, is_blank
from custbook_gen.workbook import RawCell, RawWorkbook

SCOPING: Final = frozenset({"ref", "enum", "multi", "text"})
"""Types of fields of which several records share a value."""


def refuse_lost_scope(book: Book, meta: Meta, name: str) -> None:
    """Refuse a workbook whose scope names a field that the book no longer has.

    Raises:
        WorkbookError: ``scope-lost``.
    """
    scope = meta.identity.scope
    if scope is not None and not scope.fits(book):
        raise WorkbookError("scope-lost", file=name, field=f"{scope.sheet}.{scope.field}")


def with_scope(book: Book, raw: RawWorkbook, layout: Layout, meta: Meta, known: Known) -> RawWorkbook:
    """The workbook as it is meant: a record added to it is within its scope unless it says otherwise.

    Added are rows without a number and those with a number that no record has, be it one that
    people give themselves or one that somebody made up.
    """
    scope = meta.identity.scope
    here = layout.sheets.get(scope.sheet) if scope is not None else None
    if scope is None or here is None or scope.field not in here.columns:
        return raw
    sheet, tab = book.sheet(scope.sheet), raw.sheet(here.title)
    if tab is None or not sheet.field(scope.field).entered:
        return raw
    key, owner, name = (here.columns.get(field) for field in (sheet.key_field, scope.field, sheet.name_field))
    if key is None or owner is None or name is None:
        return raw
    numbers = _Numbers(sheet, known)
    meant = {
        number: _with_cell(cells, owner, _label(book, scope, meta))
        for number, cells in tab.rows.items()
        if number >= here.first_row
        and is_blank(tab.cell(number, owner))
        and not is_blank(tab.cell(number, name))
        and not numbers.has(tab.cell(number, key))
    }
    if not meant:
        return raw
    told = replace(tab, rows={**tab.rows, **meant})
    return replace(raw, sheets=tuple(told if item is tab else item for item in raw.sheets))


class _Numbers:
    """The numbers of a sheet's records, as the workbook showed them and as they are stored."""

    def __init__(self, sheet: Sheet, known: Known) -> None:
        both = (known.base, known.stored)
        self._tables = [tables[sheet.key] for tables in both if tables is not None]

    def has(self, cell: RawCell) -> bool:
        """Whether a cell shows the number of a record, however it is spelled, or what is no number."""
        if is_blank(cell):
            return False
        return not isinstance(cell, str) or fold(cell) in self._folded

    @cached_property
    def _folded(self) -> set[str]:
        return {fold(key) for table in self._tables for key in table.rows}


def _with_cell(cells: Sequence[RawCell], column: int, value: str) -> tuple[RawCell, ...]:
    longer = [*cells, *([None] * (column - len(cells)))]
    longer[column - 1] = value
    return tuple(longer)


def _label(book: Book, scope: Scope, meta: Meta) -> str:
    """The scope's value as it would be typed into a cell."""
    category = book.sheet(scope.sheet).field(scope.field).category
    labels: Mapping[str, str] = Vocabulary(book.category(category), meta.lang).labels if category else {}
    return labels.get(scope.value, scope.value)


def happened_within(happened: Sequence[Happened], scope: Scope | None, tables: Tables) -> list[Happened]:
    """The changes that a workbook may tell of: those of the records that it shows."""
    return [
        (revision, change)
        for revision, change in happened
        if scope is None or change.key in tables[change.sheet].rows
    ]


def find_scopes(book: Book, name: str) -> list[tuple[Sheet, Field]]:
    """The fields by which workbooks can be told apart: of every sheet that has it, unless one is named.

    Args:
        book: the schema.
        name: the field's key or label, or ``sheet.field``.

    Raises:
        UsageError: ``field-unknown``; ``scope-field``: it cannot tell workbooks apart.
    """
    found = [(sheet, field) for sheet in book.sheets if (field := named_field(sheet, name)) is not None]
    if not found:
        known = dict.fromkeys(field.key for sheet in book.sheets for field in sheet.stored_fields)
        raise UsageError("field-unknown", name=name, remedy=remedy(name.rpartition(".")[2].strip(), known))
    fit = [(sheet, field) for sheet, field in found if field.entered and field.kind in SCOPING]
    if not fit:
        raise UsageError("scope-field", name=name)
    return fit


def read_scope(book: Book, tables: Tables, asked: str, lang: Lang) -> Scope:
    """The scope that ``FIELD=VALUE`` means; the value is a key, a code, a name or a label.

    Of several sheets that have the field, it is the first whose field can hold the value.

    Raises:
        UsageError: ``where-form``, ``field-unknown``, ``scope-field`` or ``where-value``.
    """
    name, mark, typed = asked.partition("=")
    if not mark:
        raise UsageError("where-form", text=asked)
    faces = Faces.of(book, tables, lang)
    for sheet, field in find_scopes(book, name):
        reading = faces.converter(sheet.key, field.key).from_cell(typed.strip(), None)
        value = reading.value[0] if isinstance(reading.value, tuple) else reading.value
        if not reading.failed and value is not None:
            return Scope(sheet.key, field.key, str(value))
    raise UsageError("where-value", name=name.strip(), value=typed.strip())
