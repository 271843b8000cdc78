"""Field masks: which parts of an answer are wanted, which parts of an object a request changes.

The grammar is as measured: ``.`` and ``/`` both descend, ``a(b,c)`` groups, ``*`` stands for any one name
and at the end of
a path for everything, names are not trimmed, a trailing comma does no harm.
"""

from __future__ import annotations

from typing import Any

from tests.sheets_server.errors import ApiError, Json
from tests.sheets_server.evidence import Behaviour, Evidence

BEHAVIOURS = (
    Behaviour(
        "mask-grammar",
        "the grammar of field masks in answers, wildcards and refusals included",
        Evidence.MEASURED,
        "backlot's measurements; compared with it in a test",
    ),
    Behaviour(
        "mask-slash",
        "masks of updates descend by dots and by slashes",
        Evidence.RECORDED,
        "gspread's recordings",
    ),
)

Tree = dict[str, Any]
"""Name: the tree below it; an empty tree is everything below."""

Path = tuple[str, ...]


class MaskError(ValueError):
    """A mask that does not fit; the text says why, in the server's words."""


def _paths(mask: str) -> tuple[list[Path], str]:
    """The paths of a mask in their order, and the bracket that is left unpaired."""
    paths: list[Path] = []
    stack: list[Path] = []
    prefix: Path = ()
    name = ""

    def names(text: str) -> Path:
        return tuple(text.replace("/", ".").split("."))

    for letter in mask:
        if letter == "(":
            stack.append(prefix)
            prefix += names(name) if name else ()
        elif letter in "),":
            if name:
                paths.append(prefix + names(name))
            if letter == ")":
                if not stack:
                    return paths, ")"
                prefix = stack.pop()
        else:
            name += letter
            continue
        name = ""
    if name:
        paths.append(prefix + names(name))
    return paths, "(" if stack else ""


def parse(mask: str, root: str, schemas: Json) -> Tree:
    """The tree of what a mask names in a message type; wildcards are replaced by what they stand for.

    Raises:
        MaskError: a path names nothing, or brackets are not paired.
    """
    paths, unpaired = _paths(mask)
    tree: Tree = {}
    for path in paths:
        named = _resolved(path, {"$ref": root}, schemas)
        if named is None:
            shown = ".".join(path)
            raise MaskError(
                f"Error expanding 'fields' parameter. Cannot find matching fields for path '{shown}'."
            )
        _merge_trees(tree, named)
    if unpaired:
        pair = ")" if unpaired == "(" else "("
        shown = mask.replace("/", ".")
        raise MaskError(f"Invalid FieldMask '{shown}'. Cannot find matching '{pair}' for all '{unpaired}'.")
    return tree


def _resolved(path: Path, rule: Json, schemas: Json) -> Tree | None:
    """What a path names below a message type, None if nothing."""
    if not path:
        return {}
    while "$ref" in rule or rule.get("type") == "array":
        rule = schemas[rule["$ref"]] if "$ref" in rule else rule["items"]
    fields = rule.get("properties")
    if fields is None:
        return {} if set(path) == {"*"} else None
    head, rest = path[0], path[1:]
    if head == "*":
        if not rest:
            return {}
        found = {
            name: below
            for name, field in fields.items()
            if (below := _resolved(rest, field, schemas)) is not None
        }
        return found or None
    below = _resolved(rest, fields[head], schemas) if head in fields else None
    return None if below is None else {head: below}


def _merge_trees(into: Tree, named: Tree) -> None:
    for name, below in named.items():
        _merge_trees(into.setdefault(name, {}), below)


def refusal(mask: str, error: MaskError) -> ApiError:
    """The 400 for the ``fields`` of a request line."""
    violation = {"field": mask.replace("/", "."), "description": str(error)}
    detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    return ApiError(400, "Request contains an invalid argument.", [detail])


def problems(mask: object, root: str, schemas: Json, path: str) -> list[str]:
    """What is wrong with the mask of an update request."""
    if not isinstance(mask, str) or not mask:
        return [f"Invalid value at '{path}.fields': at least one field must be listed in 'fields'"]
    try:
        parse(mask, root, schemas)
    except MaskError as error:
        return [f"Invalid value at '{path}.fields': {error} (of {root})"]
    return []


def update_tree(mask: str) -> Tree:
    """The tree of an update's mask, which was checked with its request; empty for everything."""
    tree: Tree = {}
    for path in _paths(mask)[0]:
        if path == ("*",):
            return {}
        below = tree
        for name in path:
            if name != "*":
                below = below.setdefault(name, {})
    return tree


def select(value: Any, tree: Tree) -> Any:
    """The part of an answer that a mask wants."""
    if not tree:
        return value
    if isinstance(value, list):
        return [select(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: select(item, tree[name]) for name, item in value.items() if name in tree}
    if "rowData" in found:
        _trim_rows(found)
    return found


def _trim_rows(grid: Json) -> None:
    """End rows at their last cell with something wanted, and the grid at its last such row."""
    rows = []
    for row in grid["rowData"]:
        cells = list(row.get("values", []))
        while cells and not cells[-1]:
            cells.pop()
        rows.append({"values": cells} if cells else {})
    while rows and not rows[-1]:
        rows.pop()
    if rows:
        grid["rowData"] = rows
    else:
        del grid["rowData"]


def merge(old: Json, new: Json, tree: Tree) -> Json:
    """An object after an update: every field of the mask as in ``new``, absent where it is absent there."""
    if not tree:
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
        if not tree:
            return True
        if name not in tree:
            return False
        tree = tree[name]
    return True


def below(tree: Tree, *path: str) -> Tree:
    """The tree at a path; empty where the mask wants everything there."""
    for name in path:
        if not tree:
            return {}
        found: Tree = tree.get(name, {})
        tree = found
    return tree
