"""What goes over the wire: JSON, and the limits that Google sets to it.

Bodies are plain dictionaries in the shape of the discovery document of Sheets v4; tests hold
every one of them against it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

Json = dict[str, Any]
"""A message of the API: its shape is known by the discovery document alone."""

BODY_LIMIT: Final = 2_000_000
"""Bytes of a body that Google recommends not to pass (usage limits, 2 MB)."""
HARD_LIMIT: Final = 10_485_760
"""Bytes of a body that are refused (400, "Request payload size exceeds the limit")."""
CELL_LIMIT: Final = 10_000_000
"""Cells of a spreadsheet, empty ones too."""
TEXT_LIMIT: Final = 50_000
"""Characters of one cell."""


def encoded(body: object) -> bytes:
    """A body as it is sent: compact, and not escaped, which Chinese text would double by."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def parts_of(items: Iterable[Json], limit: int = BODY_LIMIT) -> Iterator[list[Json]]:
    """Items in their order, as many together as a body holds; one that is larger goes alone."""
    part: list[Json] = []
    size = 0
    for item in items:
        length = len(encoded(item)) + 1
        if part and size + length > limit:
            yield part
            part, size = [], 0
        part.append(item)
        size += length
    if part:
        yield part


def chosen_id(*words: object) -> int:
    """An identifier that we choose (1 to 2**31 - 1): the same words always give the same one.

    Google refuses an identifier that is taken, so a request that arrives twice has an effect
    once only.
    """
    digest = hashlib.sha256("\x1f".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:4], "big") % (2**31 - 1) + 1


def color(digits: str) -> Json:
    """A colour of six hex digits as a ``ColorStyle``."""
    names = ("red", "green", "blue")
    return {
        "rgbColor": {
            name: round(int(digits[at : at + 2], 16) / 255, 4)
            for name, at in zip(names, (0, 2, 4), strict=True)
        }
    }


def only(values: Mapping[str, Any]) -> Json:
    """A message without what is not set."""
    return {name: value for name, value in values.items() if value is not None}
