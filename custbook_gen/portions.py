"""Rows by the portion, column by column: so they are read, compared and written.

Every reader and writer takes the same number of rows at a time, so that what one has made goes to
the next one as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, overload

PORTION: Final = 500
"""Rows that are handled at a time: as many as the processor's cache holds."""
SEPARATOR: Final = "\x1f"
"""Stands between texts in one piece; none of them may hold it."""


class JoinedTexts(Sequence[str | None]):
    """Texts in one piece, taken apart only for those who look at one of them.

    Most columns of texts are read and written as they are; a text of its own for each of their cells
    would be made, moved and thrown away for nothing.

    Args:
        joined: their UTF-8 bytes, at least of one text.
        count: how many they are.
        gaps: the places where there is no text; an empty one stands there.
    """

    __slots__ = ("_count", "_gaps", "joined")

    def __init__(self, joined: bytes, count: int, gaps: Sequence[int]) -> None:
        self.joined: Final = joined
        self._count = count
        self._gaps = gaps

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, at: int) -> str | None: ...

    @overload
    def __getitem__(self, at: slice) -> list[str | None]: ...

    def __getitem__(self, at: int | slice) -> str | list[str | None] | None:
        return self._parted()[at]

    def __iter__(self) -> Iterator[str | None]:
        return iter(self._parted())

    @property
    def gaps(self) -> int:
        """At how many places there is no text."""
        return len(self._gaps)

    def _parted(self) -> list[str | None]:
        texts: list[str | None] = [*self.joined.decode().split(SEPARATOR)]
        for place in self._gaps:
            texts[place] = None
        return texts
