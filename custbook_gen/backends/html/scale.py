"""From numbers to places on an axis, with ticks at round numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from custbook_gen.value_objects import value_object
from custbook_gen.values import formatted_cell

STEPS: Final = (1, 2, 2.5, 5, 10)
WANTED: Final = 4
"""Steps between ticks, about."""


@value_object
class Scale:
    """An axis from ``low`` to ``high``, drawn from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]

    def at(self, number: Decimal | float) -> float:
        """Where a number lies."""
        return self.start + (float(number) - self.low) / (self.high - self.low) * (self.end - self.start)


def ticks_of(numbers: Iterable[Decimal], number_format: str) -> tuple[float, ...]:
    """Round numbers from at most the smallest (or 0) to at least the largest (or 0)."""
    known = [float(number) for number in numbers]
    low, high = min(known, default=0.0), max(known, default=0.0)
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        high = 1.0
    raw = (high - low) / WANTED
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * unit for factor in STEPS if factor * unit >= raw * 0.999_999)
    if number_format == "#,##0":
        step = max(1.0, math.ceil(step))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(at * step, 12) for at in range(first, last + 1))


def tick_labels(ticks: Sequence[float], number_format: str) -> tuple[str, ...]:
    """The ticks as texts, without decimals that are all zeros."""
    shown = number_format.split(";", maxsplit=1)[0].replace("+", "")
    scaled = [tick * 100 if shown.endswith("%") else tick for tick in ticks]
    if all(abs(tick - round(tick)) < 1e-9 for tick in scaled):
        shown = re.sub(r"\.0+", "", shown)
    return tuple(formatted_cell(Decimal(repr(tick)), shown) for tick in ticks)


def scale(ticks: Sequence[float], number_format: str, place: tuple[float, float]) -> Scale:
    """An axis with these ticks between two places."""
    labels = tick_labels(ticks, number_format)
    return Scale(ticks[0], ticks[-1], place[0], place[1], tuple(ticks), labels)
