"""Classes of plain data that never change: dataclasses which are quickly made.

For each of its classes ``dataclass(frozen=True)`` compiles seven functions, and a run needs two
hundred classes: a tenth of the time that a small workbook takes.  Here the constructor alone is
compiled, and that when the first object is made: half of the classes never have one.  It takes
half as long as a frozen one's, as it is the type checker that allows nobody to assign to an attribute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, cast, dataclass_transform

Class = TypeVar("Class", bound=type[Any])


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value_object(cls: Class) -> Class:
    """Make a class a dataclass with slots, whose objects are equal if all that they hold is.

    Methods that the class defines itself are kept; ``field``, ``fields`` and ``replace`` are those of
    :mod:`dataclasses`.
    """
    made: Any = dataclass(slots=True, init=False, eq=False, repr=False)(cls)
    compared = _getter([item.name for item in fields(made) if item.compare])
    told = [item.name for item in fields(made) if item.repr]

    def equal(self: object, other: object) -> bool:
        return compared(self) == compared(other) if other.__class__ is made else NotImplemented

    def hashed(self: object) -> int:
        return hash(compared(self))

    def representation(self: object) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in told)
        return f"{made.__qualname__}({values})"

    def first(self: object, *values: object, **named: object) -> None:
        made.__init__ = _constructor(made)
        made.__init__(self, *values, **named)

    methods = {"__init__": first, "__eq__": equal, "__hash__": hashed, "__repr__": representation}
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(made, name, method)
    return cast(Class, made)


def _constructor(made: type[Any]) -> Callable[..., None]:
    """What takes a value for every field, by its place or name, and puts it into an object."""
    known: dict[str, object] = {"MISSING": MISSING}
    parameters, lines = ["self"], ["pass"]
    for item in fields(made):
        default, value = f"default_{item.name}", item.name
        if item.default_factory is not MISSING:
            known[default] = item.default_factory
            parameters.append(f"{item.name}=MISSING")
            value = f"{default}() if {item.name} is MISSING else {item.name}"
        elif item.default is not MISSING:
            known[default] = item.default
            parameters.append(f"{item.name}={default}")
        else:
            parameters.append(item.name)
        lines.append(f"self.{item.name} = {value}")
    body = "".join(f"\n    {line}" for line in lines)
    exec(f"def __init__({', '.join(parameters)}):{body}", known)  # noqa: S102  (made of names alone)
    return cast(Callable[..., None], known["__init__"])


def _getter(names: list[str]) -> Callable[[object], object]:
    return attrgetter(*names) if names else lambda _: ()
