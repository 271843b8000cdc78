"""A tab read from its YAML and checked against its book."""

from __future__ import annotations

from functools import lru_cache

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from custbook_gen.errors import SchemaError
from custbook_gen.schema import Book
from custbook_gen.tabs.blocks import Tab
from custbook_gen.tabs.faults import faults


def parse_tab(text: str, source: str, book: Book) -> Tab:
    """A tab from YAML, checked against the book that it summarises.

    Args:
        text: the YAML.
        source: name of the template, for errors.
        book: what sheets, fields and choices there are.

    Raises:
        SchemaError: the text is no YAML, no tab, or names what the book does not have.
    """
    try:
        tab = _tab(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise SchemaError("tab-yaml", file=source, line=line, reason=error.problem or "") from error
    except YAMLError as error:
        raise SchemaError("tab-yaml", file=source, line=0, reason=str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "-"
        raise SchemaError("tab-wrong", file=source, place=place, reason=first["msg"]) from error
    for fault in faults(tab, book):
        raise fault.error(source)
    return tab


@lru_cache(maxsize=64)
def _tab(text: str) -> Tab:
    """The tab that a text is; kept, because reading YAML is slow and books ask for the same tabs again.

    The parser in C is several times faster; the one in Python tells better what is wrong.
    """
    try:
        found = YAML(typ="safe").load(text)
    except YAMLError:
        found = YAML(typ="safe", pure=True).load(text)
    return Tab.model_validate(found)
