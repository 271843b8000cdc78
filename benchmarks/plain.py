"""What other writers write; a module of its own, so that they load nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PlainTable:
    """Rows with labels, dates and floats, and how their columns look."""

    headers: tuple[str, ...]
    formats: tuple[str, ...]
    """Number formats."""
    lists: Mapping[int, tuple[str, ...]]
    """What dropdowns offer, by column."""
    formulas: Mapping[int, str]
    """Formulas by column, with ``{r}`` for the row's number; the rows hold their values."""
    rows: Sequence[tuple[Any, ...]]
