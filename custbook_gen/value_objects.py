"""Classes of plain data that never change: dataclasses which are quickly made.

For each of its classes ``dataclass(frozen=True)`` compiles seven functions, and a run needs two
hundred classes: a tenth of the time that a small workbook takes.  Here the constructor alone is
compiled.  It is the usual one, which takes half as long as a frozen one's, as it is the type
checker that allows nobody to assign to an attribute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, cast, dataclass_transform

Class = TypeVar("Class", bound=type[Any])


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_object(cls: Class) -> Class:
    """Make a class a dataclass with slots, whose objects are equal if all that they hold is.

    Methods that the class defines itself are kept; ``field``, ``fields`` and ``replace`` are those of
    :mod:`dataclasses`.
    """
    made: Any = dataclass(slots=True, eq=False, repr=False)(cls)
    compared = _getter([item.name for item in fields(made) if item.compare])
    told = [item.name for item in fields(made) if item.repr]

    def equal(self: object, other: object) -> bool:
        return compared(self) == compared(other) if other.__class__ is made else NotImplemented

    def hashed(self: object) -> int:
        return hash(compared(self))

    def representation(self: object) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in told)
        return f"{made.__qualname__}({values})"

    for name, method in (("__eq__", equal), ("__hash__", hashed), ("__repr__", representation)):
        if name not in cls.__dict__:
            setattr(made, name, method)
    return cast(Class, made)


def _getter(names: list[str]) -> Callable[[object], object]:
    return attrgetter(*names) if names else lambda _: ()
