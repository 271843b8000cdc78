"""Putting parts beside others: ``after`` and ``before`` a field or sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

Side = Literal["after", "before"]


def placed(names: Iterable[str], places: Mapping[str, tuple[Side, str]]) -> list[str]:
    """Names in their order, some of them moved.

    Args:
        names: all of them.
        places: for names to be moved, the side and the name beside which they go.  Several
            that go after the same one follow it in the order of this mapping.  A place
            beside an unknown name or itself moves nothing.

    Returns:
        Every name once.
    """
    order, last = list(names), dict[str, str]()
    for name, (side, beside) in places.items():
        others = [other for other in order if other != name]
        if beside not in others or name not in order:
            continue
        if side == "after":
            others.insert(others.index(_end(beside, last, name)) + 1, name)
            last[beside] = name
        else:
            others.insert(others.index(beside), name)
        order = others
    return order


def _end(start: str, last: Mapping[str, str], name: str) -> str:
    """The last of those that were put after a name, or after one of them, so far."""
    seen = {name}
    while last.get(start, name) not in seen:
        seen.add(start)
        start = last[start]
    return start
