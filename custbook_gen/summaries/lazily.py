"""A mapping whose values are made when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar, overload

Made = TypeVar("Made")
Other = TypeVar("Other")


class Lazily(Mapping[str, Made]):
    """Values by name, some there from the beginning, some made when they are first asked for.

    Args:
        there: those that are there; they go before others of the same name.
        makers: what makes the others.
    """

    def __init__(self, there: Mapping[str, Made], makers: Mapping[str, Callable[[], Made]]) -> None:
        self._made = dict(there)
        self._makers = {name: make for name, make in makers.items() if name not in there}

    def __getitem__(self, name: str) -> Made:
        """The value of this name, made now if nobody asked for it before."""
        if name in self._makers:
            self._made[name] = self._makers.pop(name)()
        return self._made[name]

    @overload
    def get(self, name: str, /) -> Made | None: ...

    @overload
    def get(self, name: str, /, default: Made | Other) -> Made | Other: ...

    def get(self, name: str, /, default: object = None) -> object:
        """The same, or something else where there is no such name; what fails in the making is told."""
        if name not in self:
            return default
        return self[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is such a name; its value is not made for that."""
        return name in self._made or name in self._makers

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter([*self._made, *self._makers])  # values may be made meanwhile

    def __len__(self) -> int:
        """How many names there are."""
        return len(self._made) + len(self._makers)
