"""Field masks: which parts of an answer are wanted, which parts of an object a request changes.

``a,b(c,d.e),f/g`` is a tree; ``.`` and ``/`` both descend, ``*`` is everything below.
"""

from __future__ import annotations

import re
from typing import Any

from tests.sheets_server.errors import Json

Tree = dict[str, Any]
"""Name: the tree below it; an empty tree is everything below."""

_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[*,().//]")


class MaskError(ValueError):
    """A mask that does not parse; the text says what of it."""


def parse(text: str) -> Tree:
    """Read a mask.

    Raises:
        MaskError: it does not parse; spaces are not tolerated.
    """
    tokens: list[str] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise MaskError(text)
        tokens.append(match[0])
        at = match.end()
    tree: Tree = {}
    rest = _fields(tokens, 0, tree)
    if rest != len(tokens):
        raise MaskError(text)
    return tree


def _fields(tokens: list[str], at: int, into: Tree) -> int:
    while True:
        at = _field(tokens, at, into)
        if at >= len(tokens) or tokens[at] != ",":
            return at
        at += 1


def _field(tokens: list[str], at: int, into: Tree) -> int:
    if at >= len(tokens) or tokens[at] in ",().//":
        raise MaskError("".join(tokens))
    name, at = tokens[at], at + 1
    known = name in into and not into[name]
    below: Tree = into.setdefault(name, {})
    if at < len(tokens) and tokens[at] in "./":
        at = _field(tokens, at + 1, below)
    elif at < len(tokens) and tokens[at] == "(":
        at = _fields(tokens, at + 1, below)
        if at >= len(tokens) or tokens[at] != ")":
            raise MaskError("".join(tokens))
        at += 1
    else:
        below.clear()
    if known:
        below.clear()
    return at


def problems(mask: object, root: str, schemas: Json, path: str) -> list[str]:
    """What is wrong with the mask of an update request."""
    if not isinstance(mask, str) or not mask:
        return [f"Invalid value at '{path}.fields': at least one field must be listed in 'fields'"]
    try:
        tree = parse(mask)
    except MaskError:
        return [
            f"Invalid value at '{path}.fields' (type.googleapis.com/google.protobuf.FieldMask), \"{mask}\""
        ]
    return [
        f"Invalid value at '{path}.fields': '{name}' is not a field of {root}"
        for name in unknown(tree, {"$ref": root}, schemas)
    ]


def unknown(tree: Tree, rule: Json, schemas: Json, prefix: str = "") -> list[str]:
    """Paths of a tree that the message type does not have."""
    while rule.get("type") == "array" or "$ref" in rule:
        rule = schemas[rule["$ref"]] if "$ref" in rule else rule["items"]
    if "additionalProperties" in rule:
        return []
    fields = rule.get("properties", {})
    found: list[str] = []
    for name, below in tree.items():
        if name == "*":
            continue
        if name not in fields:
            found.append(prefix + name)
        else:
            found.extend(unknown(below, fields[name], schemas, f"{prefix}{name}."))
    return found


def select(value: Any, tree: Tree) -> Any:
    """The part of an answer that a mask wants."""
    if not tree or "*" in tree:
        return value
    if isinstance(value, list):
        return [select(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: select(item, tree[name]) for name, item in value.items() if name in tree}


def merge(old: Json, new: Json, tree: Tree) -> Json:
    """An object after an update: every field of the mask as in ``new``, absent where it is absent there."""
    if not tree or "*" in tree:
        return new
    merged = dict(old)
    for name, below in tree.items():
        if below and (isinstance(old.get(name), dict) or isinstance(new.get(name), dict)):
            inner = merge(old.get(name) or {}, new.get(name) or {}, below)
            if inner:
                merged[name] = inner
            else:
                merged.pop(name, None)
        elif new.get(name) is None:
            merged.pop(name, None)
        else:
            merged[name] = new[name]
    return merged


def reaches(tree: Tree, *path: str) -> bool:
    """Whether a mask wants something at or below a path."""
    for name in path:
        if not tree or "*" in tree:
            return True
        if name not in tree:
            return False
        tree = tree[name]
    return True
