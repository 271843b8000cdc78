"""A YAML file as plain data that still knows where each part of it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from custbook_gen.errors import SchemaError
from custbook_gen.texts import Saying
from custbook_gen.value_objects import value_object

Scalar = str | int | Decimal | bool | None
Location = tuple[str | int, ...]
"""The way to a part of raw data, as in Pydantic's errors."""


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a file; line and column count from 1, and line 0 means no known line."""

    file: str
    line: int = 0
    column: int = 0


@value_object
class Finding:
    """Something wrong at a place."""

    spot: Spot
    saying: Saying


@value_object
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
