"""Formula templates (Jinja2) to formula text, for the place where a field really sits.

Names known to a template: ``this.<field>`` is the field's cell in the same row,
``this_key`` the row's key; ``sheet.<sheet>.<field>`` a whole column; ``as_of`` the
evaluation date; ``label(category, code)`` a choice's label as a text literal;
``matches(cell)`` a criterion for cells that refer to the key in that cell; ``text(...)``
any text as a literal.  Unknown names are errors.  Nothing that a user types in a cell
ever reaches a template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment, safe_range

from custbook_gen.errors import SchemaError
from custbook_gen.layout import Layout, SheetLayout, list_name
from custbook_gen.schema import Sheet
from custbook_gen.values import SEPARATOR, Words
from custbook_gen.workbook import RowFormula

AS_OF: Final = list_name("date", "as_of")
"""Defined name of the cell that holds the evaluation date."""
ROW: Final = "\x1a"
"""Stands for the row's number while a template is rendered."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Looks a name up as an address; templates write ``addresses.name``."""

    _find: Callable[[str], object]

    def __getitem__(self, name: str) -> object:
        return self._find(name)


class AbsentError(Exception):
    """A formula needs a sheet or column that the book has and this workbook lacks."""


@lru_cache(maxsize=1)
def environment() -> SandboxedEnvironment:
    """The sandbox in which every template of this project is rendered."""
    sandbox = SandboxedEnvironment(undefined=StrictUndefined, loader=DictLoader({}), autoescape=False)
    sandbox.globals.clear()
    sandbox.globals["range"] = safe_range
    return sandbox


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

    def columns(sheet_key: str) -> Addresses:
        sheet = words.book.sheet(sheet_key)
        return Addresses(lambda field: _here(layout, sheet, field).range(field))

    return {"sheet": Addresses(columns), "as_of": AS_OF, "label": label, "matches": matches, "text": literal}


def _here(layout: Layout, sheet: Sheet, field: str) -> SheetLayout:
    """Where a sheet's field stands in this workbook; ``KeyError`` if the book has no such field."""
    here = layout.sheets.get(sheet.key)
    if here is None or sheet.field(field).key not in here.columns:
        raise AbsentError(field)
    return here


def row_formula(template: str, sheet: Sheet, layout: Layout, words: Words) -> RowFormula | None:
    """A computed column's formula; nothing if a sheet or column it needs is missing.

    Raises:
        SchemaError: the template is not valid Jinja2 or uses an unknown name.
    """
    known: Mapping[str, object] = {
        **names(layout, words),
        "this": Addresses(lambda field: _here(layout, sheet, field).cell(field, ROW)),
        "this_key": _here(layout, sheet, sheet.key_field).cell(sheet.key_field, ROW),
    }
    try:
        text = environment().from_string(template).render(known)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise SchemaError(
            "formula-template", sheet=sheet.key, template=template, reason=str(error)
        ) from error
    except AbsentError:
        return None
    except KeyError as error:
        reason = f"{error.args[0]!r} is no sheet, field or choice"
        raise SchemaError("formula-template", sheet=sheet.key, template=template, reason=reason) from error
    return RowFormula(tuple("".join(text.split("\n")).split(ROW)))
