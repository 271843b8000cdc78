"""A YAML file as plain data that still knows where each part of it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode

from custbook_gen.errors import SchemaError
from custbook_gen.load.files import read_text
from custbook_gen.texts import Saying

Scalar = str | int | Decimal | bool | None
Location = tuple[str | int, ...]
"""The way to a part of raw data, as in Pydantic's errors."""


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a file; line and column count from 1, and line 0 means no known line."""

    file: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong at a place."""

    spot: Spot
    saying: Saying


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a file.  The spot of a value in a block is that of its name."""

    value: Scalar | tuple[Node, ...] | Mapping[str, Node]
    spot: Spot

    def plain(self) -> object:
        """The value without places."""
        if isinstance(self.value, tuple):
            return [item.plain() for item in self.value]
        if isinstance(self.value, Mapping):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value

    def spots(self, location: Location = ()) -> Iterator[tuple[Location, Spot]]:
        """Where the value and everything in it stands."""
        yield location, self.spot
        if isinstance(self.value, tuple):
            for at, item in enumerate(self.value):
                yield from item.spots((*location, at))
        elif isinstance(self.value, Mapping):
            for key, item in self.value.items():
                yield from item.spots((*location, key))


def refusal(findings: Sequence[Finding]) -> SchemaError:
    """The error that tells the first of some findings and how many more there are."""
    first = min(findings, key=lambda finding: finding.spot)
    count = len(findings) - 1
    more = Saying("schema.more", {"count": count}) if count else Saying("schema.no-more")
    spot = first.spot
    facts: dict[str, object] = {"file": spot.file, "problem": first.saying, "more": more}
    if not spot.line:
        return SchemaError("schema-wrong", **facts)
    return SchemaError("schema-wrong-at", line=spot.line, column=spot.column, **facts)


def read_yaml(path: Path) -> Node:
    """The content of a YAML 1.2 file; names must not be repeated in a block.

    Numbers with a fraction become ``Decimal``; dates stay text.

    Raises:
        SchemaError: the file is missing or unreadable, or not correct YAML.
    """
    text, start = read_text(path), Spot(path.name, 1, 1)
    yaml = YAML(typ="safe", pure=True)
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        spot = Spot(path.name, mark.line + 1, mark.column + 1) if mark else start
        raise refusal([Finding(spot, _broken(error.problem or str(error.context)))]) from error
    except YAMLError as error:
        raise refusal([Finding(start, _broken(str(error).partition("\n")[0]))]) from error
    if root is None:
        return Node({}, start)
    return _Reader(path.name, yaml).node(root, start, ())


def _broken(problem: str) -> Saying:
    return Saying("schema.yaml", {"problem": problem})


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the nodes of one YAML document into ours."""

    file: str
    yaml: YAML

    def node(self, found: YamlNode, spot: Spot, above: tuple[int, ...]) -> Node:
        if id(found) in above:
            raise refusal([Finding(self.spot(found), Saying("schema.recursive"))])
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
            plain: int | bool | None = self.yaml.constructor.construct_object(found)
            return plain
        return str(found.value)

    def spot(self, found: YamlNode) -> Spot:
        return Spot(self.file, found.start_mark.line + 1, found.start_mark.column + 1)
