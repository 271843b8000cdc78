"""A book written down as a schema file, so that a project can use what Python classes say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from custbook_gen.drafts import text_in_place
from custbook_gen.errors import SchemaError, reason_of
from custbook_gen.load.findings import SHEET_OPTIONS
from custbook_gen.schema import Book

WIDTH: Final = 110
"""Characters of a line; what is longer is written option by option."""
UNFOLDED: Final = 1 << 16
PLAIN: Final = re.compile(r"\w(?:[\w ./+()，。、；：！？（）“”《》…—-]*[\w.。！？）”])?")
"""Texts that need no quotes, if they are not taken for a number, a truth value or the like."""
Raw = Mapping[str, Any]


def write_schema(book: Book, path: Path, *, replace: bool = False) -> None:
    """Write a schema file that says the same book, for ``custbook init --schema`` and editors.

    Args:
        book: whatever it was made of.
        path: the file, which stands alone: what the book extends is written out.
        replace: whether a file that is there may be replaced.

    Raises:
        SchemaError: ``schema-exists`` or ``schema-unwritable``.
    """
    if path.exists() and not replace:
        raise SchemaError("schema-exists", file=path.name)
    try:
        with text_in_place(path) as file:
            _yaml().dump(_book(book), file)
    except OSError as error:
        raise SchemaError("schema-unwritable", file=path.name, reason=reason_of(error)) from error


def _yaml() -> Any:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = UNFOLDED
    yaml.representer.add_representer(Decimal, _number)
    yaml.representer.add_representer(str, _text)
    yaml.representer.add_representer(tuple, _flow_list)
    yaml.representer.add_representer(_Line, _flow_block)
    return yaml


class _Line(dict[str, Any]):
    """A block that is written on one line."""


def _fitting(block: Raw) -> Raw:
    """A block on one line, if there is room."""
    return _Line(block) if len(str(block)) <= WIDTH else dict(block)


def _text(representer: Any, text: str) -> Any:
    style = None if PLAIN.fullmatch(text) else '"'
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _number(representer: Any, number: Decimal) -> Any:
    if number == number.to_integral_value():
        return representer.represent_int(int(number))
    return representer.represent_scalar("tag:yaml.org,2002:float", f"{number:f}")


def _flow_list(representer: Any, items: Iterable[Any]) -> Any:
    return representer.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


def _flow_block(representer: Any, items: Raw) -> Any:
    return representer.represent_mapping("tag:yaml.org,2002:map", items, flow_style=True)


# ---------------------------------------------------------------- the tree of a schema


def _book(book: Book) -> Raw:
    """The tree of a schema file; the counterpart of :class:`custbook_gen.load.drafts.Draft`."""
    raw = _plain(book.model_dump(by_alias=True, exclude_defaults=True))
    parts: Mapping[str, Callable[[dict[str, Any]], Raw]]
    parts = {"sheets": _sheet, "categories": _category, "purposes": _fitting}
    for name, part in parts.items():
        if name in raw:
            raw[name] = {one.pop("key"): part(one) for one in raw[name]}
    if "settings" in raw:
        blocks = raw["settings"].items()
        raw["settings"] = {
            name: _fitting(said) if isinstance(said, Mapping) else said for name, said in blocks
        }
    return dict(raw)


def _sheet(raw: dict[str, Any]) -> Raw:
    named = {SHEET_OPTIONS.get(name, name): value for name, value in raw.items()}
    if "constraints" in named:
        named["constraints"] = list(named["constraints"])
    fields = {field.pop("key"): _fitting(field) for field in named.pop("fields")}
    return {**named, "fields": fields}


def _category(raw: dict[str, Any]) -> Raw:
    if "choices" not in raw:
        return dict(raw)
    choices = {}
    for choice in raw.pop("choices"):
        code, label = choice.pop("code"), choice.pop("label")
        zh, en = label if isinstance(label, tuple) else (label, label)
        choices[code] = _Line(zh=zh, en=en, **choice) if choice else label
    return {**raw, "choices": choices}


def _plain(value: Any) -> Any:
    """What YAML can say: labels short, days as text."""
    if isinstance(value, Mapping):
        if value.keys() == {"zh", "en"}:
            return value["zh"] if value["zh"] == value["en"] else (value["zh"], value["en"])
        return _Line({str(name): _plain(item) for name, item in value.items()})
    if isinstance(value, tuple | list | frozenset):
        return tuple(map(_plain, value))
    return value.isoformat() if isinstance(value, dt.date) else value
