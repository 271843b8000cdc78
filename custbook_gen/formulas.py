"""Formula templates to formula text, for the place where a field really sits.

Names known to a template: ``this.<field>`` is the field's cell in the same row,
``this_key`` the row's key; ``sheet.<sheet>.<field>`` a whole column, and
``sheet.<sheet>["a", "b"]`` the first of several that the book has; ``as_of`` the evaluation
date; ``settings`` those of the book; ``label(category, code)`` a choice's label as a text
literal, ``criterion(category, code)`` as a criterion; ``yes`` and ``no``; ``matches(cell)`` a
criterion for cells that refer to the key in that cell; ``text(...)`` any text as a literal.
Unknown names are errors.  Nothing that a user types in a cell ever reaches a template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, TypeVar

from jinja2 import DictLoader, StrictUndefined, Template, UndefinedError
from jinja2.sandbox import SandboxedEnvironment, safe_range

from custbook_gen.errors import SchemaError
from custbook_gen.formula_language import FAULTS, worked_out
from custbook_gen.layout import Layout, SheetLayout, list_name
from custbook_gen.schema import Book, Sheet
from custbook_gen.value_objects import value_object
from custbook_gen.values import SEPARATOR, Words, yes_no
from custbook_gen.workbook import RowFormula

Part = TypeVar("Part")

AS_OF: Final = list_name("date", "as_of")
"""Defined name of the cell that holds the evaluation date."""
ROW: Final = "\x1a"
"""Stands for the row's number while a template is rendered."""


@value_object
class Addresses:
    """Looks a name up as an address; templates write ``addresses.name``."""

    _find: Callable[[str], object]
    _has: Callable[[str], bool] = bool

    def __getitem__(self, name: str | tuple[str, ...]) -> object:
        if isinstance(name, str):
            return self._find(name)
        return self._find(next(filter(self._has, name), name[-1]))


class AbsentError(Exception):
    """A formula needs a sheet or column that the book has and this workbook lacks."""


@lru_cache(maxsize=1)
def environment() -> SandboxedEnvironment:
    """The sandbox in which templates of summary tabs and of import maps are rendered."""
    sandbox = SandboxedEnvironment(undefined=StrictUndefined, loader=DictLoader({}), autoescape=False)
    sandbox.globals.clear()
    sandbox.globals["range"] = safe_range
    return sandbox


@lru_cache(maxsize=512)
def compiled(template: str) -> Template:
    """A template of a summary tab or an import map, ready to be rendered.

    Raises:
        TemplateSyntaxError: it is no Jinja2.
    """
    return environment().from_string(template)


def literal(text: str) -> str:
    """A text as a formula writes it, quotes doubled."""
    return '"' + text.replace('"', '""') + '"'


def criterion(text: str) -> str:
    """A text that a criterion matches as it stands: its wildcards and operators escaped."""
    escaped = text.replace("~", "~~").replace("*", "~*").replace("?", "~?")
    return literal("=" + escaped if escaped[:1] in "<>=" else escaped)


def matches(cell: str) -> str:
    """A criterion for cells that refer to the record whose key stands in a cell."""
    return f"{literal('*' + SEPARATOR)}&{cell}"


def refers_to(key: str) -> str:
    """A criterion for cells that refer to a record by its key."""
    return literal("*" + SEPARATOR + key.replace("~", "~~").replace("*", "~*").replace("?", "~?"))


def names(layout: Layout, words: Words) -> dict[str, object]:
    """What every formula template may use, wherever it stands."""

    def label(category: str, code: str) -> str:
        return literal(words.vocabularies[category].labels[code])

    def label_criterion(category: str, code: str) -> str:
        return criterion(words.vocabularies[category].labels[code])

    def columns(sheet_key: str) -> Addresses:
        sheet = words.book.sheet(sheet_key)
        return Addresses(
            lambda field: _here(layout, sheet, field).range(field), lambda field: field in sheet.by_key
        )

    return {
        "sheet": Addresses(columns),
        "as_of": AS_OF,
        "label": label,
        "criterion": label_criterion,
        "matches": matches,
        "text": literal,
        "yes": literal(yes_no(True, words.lang)),
        "no": literal(yes_no(False, words.lang)),
        "settings": words.book.settings.model_dump(),
    }


def _here(layout: Layout, sheet: Sheet, field: str) -> SheetLayout:
    """Where a sheet's field stands in this workbook; ``KeyError`` if the book has no such field."""
    here = layout.sheets.get(sheet.key)
    if here is None or sheet.field(field).key not in here.columns:
        raise AbsentError(field)
    return here


def row_formula(template: str, sheet: Sheet, layout: Layout, words: Words) -> RowFormula | None:
    """A computed column's formula; nothing if a sheet or column it needs is missing.

    Raises:
        SchemaError: the template is wrong, uses an unknown name, or takes or gives too much.
    """
    known: Mapping[str, object] = {
        **names(layout, words),
        "this": Addresses(lambda field: _here(layout, sheet, field).cell(field, ROW)),
        "this_key": _here(layout, sheet, sheet.key_field).cell(sheet.key_field, ROW),
    }
    try:
        text = worked_out(template, known)
    except FAULTS as error:
        raise SchemaError(
            "formula-template", sheet=sheet.key, template=template, reason=str(error)
        ) from error
    except AbsentError:
        return None
    except KeyError as error:
        reason = f"{error.args[0]!r} is no sheet, field or choice"
        raise SchemaError("formula-template", sheet=sheet.key, template=template, reason=reason) from error
    return RowFormula(tuple("".join(text.split("\n")).split(ROW)))


def template_fault(template: str, sheet: Sheet, book: Book) -> str | None:
    """What is wrong in a field's formula template: its language, or a name that the book does not know.

    What stands in branches that are not taken is not looked at.
    """

    def label(category: str, code: str) -> str:
        codes = _found("category", category, book.category_by_key).by_code
        return _found(f"value of {category}", code, codes).code

    def columns(of: Sheet) -> Addresses:
        kind = f"field of {of.key}"
        return Addresses(lambda field: _found(kind, field, of.by_key).key, lambda field: field in of.by_key)

    known: Mapping[str, object] = {
        "this": columns(sheet),
        "this_key": sheet.key_field,
        "sheet": Addresses(lambda key: columns(_found("sheet", key, book.sheet_by_key))),
        "as_of": AS_OF,
        "label": label,
        "criterion": label,
        "matches": matches,
        "text": literal,
        "yes": "",
        "no": "",
        "settings": book.settings.model_dump(),
    }
    try:
        worked_out(template, known)
    except FAULTS as error:
        return str(error)
    return None


def _found(kind: str, name: str, known: Mapping[str, Part]) -> Part:
    """A part of a book; an unknown one is an error of the template."""
    if name not in known:
        raise UndefinedError(f"{name!r} is no {kind}")
    return known[name]
