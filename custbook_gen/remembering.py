"""What a function gave for what it was given: values recur in columns, so their conversions need not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

MOST: Final = 20_000
"""Different values that are kept; a column with more is hardly one whose values recur."""


class Remembered(dict[Given, Made], Generic[Given, Made]):
    """A function as a mapping: each result is made once, while there are not too many different ones.

    Nothing that is kept is ever given up, so that several columns may share one.

    Args:
        make: the function; it fails as it fails alone.
        known: results that are there from the beginning, such as what becomes of an empty cell.
        most: how many are kept; further ones are made whenever they are asked for.
    """

    def __init__(
        self, make: Callable[[Any], Made], known: Mapping[Given, Made] | None = None, *, most: int = MOST
    ) -> None:
        super().__init__(known or {})
        self._make = make
        self._most = most

    @property
    def is_full(self) -> bool:
        """Whether no further result is kept."""
        return len(self) >= self._most

    def __missing__(self, given: Given) -> Made:
        made = self._make(given)
        if len(self) < self._most:
            self[given] = made
        return made
