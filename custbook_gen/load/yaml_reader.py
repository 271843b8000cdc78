"""YAML files, read; a module of its own, so that who finds a kept copy does not load it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode

from custbook_gen.load.files import read_text
from custbook_gen.load.nodes import Finding, Node, Scalar, Spot, refusal
from custbook_gen.places import data_path
from custbook_gen.texts import Saying
from custbook_gen.value_objects import value_object

DEEPEST: Final = 100
"""How many blocks and lists may lie in each other; no file of ours has a tenth of it."""
MOST: Final = 500_000
"""How many values a file may come to, counting whatever its anchors repeat."""


def read_yaml(path: Path) -> Node:
    """The content of a YAML 1.2 file; names must not be repeated in a block.

    Numbers with a fraction become ``Decimal``; dates stay text.

    Raises:
        SchemaError: the file is missing or unreadable, or not correct YAML.
    """
    return tree_of(path, pure=not path.resolve().is_relative_to(data_path("schemas").resolve()))


def tree_of(path: Path, *, pure: bool) -> Node:
    """The content of a file by either parser of YAML.

    The one in C is seven times faster, but takes tabs, anchors and some rare signs otherwise,
    and tells errors otherwise: it reads our own files alone, where both give the same.
    """
    text, start = read_text(path), Spot(path.name, 1, 1)
    yaml = YAML(typ="safe", pure=pure)
    try:
        root = yaml.compose(text)
    except RecursionError:
        raise refusal([Finding(start, _TOO_DEEP)]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        spot = Spot(path.name, mark.line + 1, mark.column + 1) if mark else start
        raise refusal([Finding(spot, _broken(error.problem or str(error.context)))]) from error
    except YAMLError as error:
        raise refusal([Finding(start, _broken(str(error).partition("\n")[0]))]) from error
    if root is None:
        return Node({}, start)
    return _Reader(path.name, yaml, count(1)).node(root, start, ())


def _broken(problem: str) -> Saying:
    return Saying("schema.yaml", {"problem": problem})


_TOO_DEEP: Final = Saying("schema.too-deep", {"most": DEEPEST})


@value_object
class _Reader:
    """Turns the nodes of one YAML document into ours."""

    file: str
    yaml: YAML
    counted: Iterator[int]
    """How many values there are by now."""

    def node(self, found: YamlNode, spot: Spot, above: tuple[int, ...]) -> Node:
        if id(found) in above:
            raise refusal([Finding(self.spot(found), Saying("schema.recursive"))])
        if len(above) >= DEEPEST:
            raise refusal([Finding(self.spot(found), _TOO_DEEP)])
        if next(self.counted) > MOST:
            raise refusal([Finding(self.spot(found), Saying("schema.too-many", {"most": MOST}))])
        inside = (*above, id(found))
        if isinstance(found, MappingNode):
            return Node(self.block(found, inside), spot)
        if isinstance(found, SequenceNode):
            return Node(tuple(self.node(item, self.spot(item), inside) for item in found.value), spot)
        return Node(self.scalar(found) if isinstance(found, ScalarNode) else None, spot)

    def block(self, found: MappingNode, inside: tuple[int, ...]) -> Mapping[str, Node]:
        items: dict[str, Node] = {}
        for key, value in found.value:
            spot = self.spot(key)
            if not isinstance(key, ScalarNode):
                raise refusal([Finding(spot, _broken("a name must be plain text"))])
            if key.value in items:
                raise refusal([Finding(spot, Saying("schema.option-twice", {"name": key.value}))])
            items[key.value] = self.node(value, spot, inside)
        return items

    def scalar(self, found: ScalarNode) -> Scalar:
        kind = str(found.tag).rpartition(":")[2]
        if kind == "float" and found.value.strip("+-").replace(".", "", 1).isdigit():
            return Decimal(found.value)
        if kind in ("int", "bool", "null"):
            return self.tagged(found, kind)
        return str(found.value)

    def tagged(self, found: ScalarNode, kind: str) -> int | bool | None:
        """A number, truth value or nothing; a tag in the file may say so of what is none."""
        try:
            plain: int | bool | None = self.yaml.constructor.construct_object(found)
        except (ValueError, KeyError) as error:
            raise refusal([Finding(self.spot(found), _broken(f"{found.value!r} is no {kind}"))]) from error
        return plain

    def spot(self, found: YamlNode) -> Spot:
        return Spot(self.file, found.start_mark.line + 1, found.start_mark.column + 1)
