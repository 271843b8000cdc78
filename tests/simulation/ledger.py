"""The store as SQLite itself tells of it."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.simulation.faces import FIELDS
from tests.simulation.hands import SHEETS
from tests.simulation.model import Store, Value


@dataclass(frozen=True, slots=True)
class Ledger:
    """The store of a game."""

    path: Path

    def records(self) -> Store:
        """All records, with the fields that the model knows."""
        found: Store = {}
        for sheet, names in FIELDS.items():
            wanted = " WHERE category = 'source'" if sheet == "dictionary" else ""
            for key, *values in self._ask(f"SELECT {SHEETS[sheet]}, {', '.join(names)} FROM {sheet}{wanted}"):  # noqa: S608
                found[sheet, key] = {name: _value(name, at) for name, at in zip(names, values, strict=True)}
        return found

    def codes(self) -> dict[str, str]:
        """The codes of the list's values by their numbers."""
        return dict(self._ask("SELECT choice_id, code FROM dictionary WHERE category = 'source'"))

    def history(self) -> list[tuple[str, str]]:
        """Everything that happened: its kind, and the values after it."""
        return self._ask("SELECT kind, after FROM _history ORDER BY revision, position")

    def ever_stored(self, unique: Callable[[Value], bool]) -> Counter[Value]:
        """How often each thing that was typed once came into the store."""
        found: Counter[Value] = Counter()
        for _, after in self.history():
            values = (_value(name, at) for name, at in json.loads(after or "{}").items())
            found.update(filter(unique, values))
        return found

    def _ask(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.path)) as store:
            return store.execute(query).fetchall()


def _value(name: str, value: Any) -> Value:
    """A value as the model has it: amounts are whole numbers."""
    if isinstance(value, list):
        return None
    return int(float(value)) if name == "amount" and value is not None else value


def difference(found: Any, wanted: Any) -> str:
    """Where two tables differ, the first few places."""
    lines = list(_differences(found, wanted))
    return "; ".join(lines[:5]) + (f" and {len(lines) - 5} more" if len(lines) > 5 else "")


def _differences(found: Any, wanted: Any) -> Iterator[str]:
    for key in sorted(found.keys() | wanted.keys()):
        if found.get(key) != wanted.get(key):
            yield f"{key}: is {found.get(key)}, must be {wanted.get(key)}"
