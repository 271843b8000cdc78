"""From what cells show to what the model calls it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.simulation.hands import SHEETS, Line
from tests.simulation.model import INVALID, NOBODY, Copy, Record, Value

STATUS: Final = {"zh": {"done": "已完成", "open": "未完成"}, "en": {"done": "Done", "open": "Open"}}
SEPARATOR: Final = " · "
FIELDS: Final = {
    "clients": ("name", "mobile", "source"),
    "orders": ("client_id", "amount", "status"),
    "dictionary": ("zh", "en"),
}


@dataclass(frozen=True, slots=True)
class Faces:
    """How one workbook writes values; ``codes`` are the codes of the list's records by their numbers.

    ``called`` has the code of everything that a value of the list was ever called: rows that
    wait go on showing what was typed.
    """

    copy: Copy
    lang: str
    codes: Mapping[str, str]
    called: Mapping[str, str]

    def read(self, lines: Mapping[str, Mapping[int, Line]]) -> dict[Record, dict[str, Value]]:
        """All rows as the model has them; rows without a number by what was typed into them."""
        found: dict[Record, dict[str, Value]] = {}
        for sheet, some in lines.items():
            for line in some.values():
                key = str(line[SHEETS[sheet]])
                if sheet == "dictionary" and key not in self.codes:
                    continue
                if all(line.get(name, "") == "" for name in FIELDS[sheet]):
                    continue
                cells = {name: self._value(name, line[name]) for name in FIELDS[sheet]}
                record = (sheet, key) if key else self._bare(sheet, cells)
                assert record not in found, f"{record} stands there twice"
                found[record] = cells
        return found

    def _bare(self, sheet: str, cells: Mapping[str, Value]) -> Record:
        mark = "name" if sheet == "clients" else "amount"
        return next(
            (r for r, row in self._new() if r[0] == sheet and row[mark] == cells[mark]),
            (sheet, f"{NOBODY}{cells[mark]}"),
        )

    def _new(self) -> Iterator[tuple[Record, dict[str, Value]]]:
        return ((record, row.cells) for record, row in self.copy.rows.items() if row.base is None)

    def _value(self, name: str, shown: object) -> Value:
        if shown == "":
            return None
        if name == "amount":
            return int(float(str(shown)))
        text = str(shown)
        if name == "mobile":
            return INVALID if text == INVALID else f"+86{text.replace('-', '').replace(' ', '')}"
        if name == "source":
            return self.called.get(text, text)
        if name == "status":
            return next((code for code, label in STATUS[self.lang].items() if label == text), text)
        if name == "client_id":
            return (
                text.rpartition(SEPARATOR)[2]
                if SEPARATOR in text
                else self._bare("clients", {"name": text})[1]
            )
        return text
