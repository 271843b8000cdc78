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

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from custbook_gen.errors import SchemaError
from custbook_gen.layout import Layout, list_name
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

    find: Callable[[str], object]

    def __getitem__(self, name: str) -> object:
        return self.find(name)


@lru_cache(maxsize=1)
def environment() -> SandboxedEnvironment:
    """The sandbox in which every template of this project is rendered."""
    sandbox = SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=False, autoescape=False)
    sandbox.globals.clear()
    sandbox.globals["range"] = range
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
        return Addresses(layout.sheets[sheet_key].range)

    return {"sheet": Addresses(columns), "as_of": AS_OF, "label": label, "matches": matches, "text": literal}


def row_formula(template: str, sheet: Sheet, layout: Layout, words: Words) -> RowFormula | None:
    """A computed column's formula; nothing if a sheet or column it needs is missing.

    Raises:
        SchemaError: the template is not valid Jinja2 or uses an unknown name.
    """
    here = layout.sheets[sheet.key]
    known: Mapping[str, object] = {
        **names(layout, words),
        "this": Addresses(lambda field: here.cell(field, ROW)),
        "this_key": here.cell(sheet.key_field, ROW),
    }
    try:
        text = environment().from_string(template).render(known)
    except TemplateError as error:
        raise SchemaError(
            "formula-template", sheet=sheet.key, template=template, reason=str(error)
        ) from error
    except KeyError as error:
        if _is_field(error.args[0], layout, words):
            return None
        reason = f"{error.args[0]!r} is no sheet, field or choice"
        raise SchemaError("formula-template", sheet=sheet.key, template=template, reason=reason) from error
    return RowFormula(tuple("".join(text.split("\n")).split(ROW)))


def _is_field(name: object, layout: Layout, words: Words) -> bool:
    """Whether a missing name is one that the book has and only this workbook lacks."""
    if name in words.book.sheet_by_key:
        return name not in layout.sheets
    return any(name in known.by_key for known in words.book.sheets)
