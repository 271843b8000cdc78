"""What people type: everything that can be told apart is typed once in a game."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Final

from custbook_gen.workbook import Cell
from tests.simulation.faces import SEPARATOR, STATUS
from tests.simulation.hands import Typing
from tests.simulation.model import INVALID, NEW, NOBODY, Copy, Record, Row, Value, nobody

Numbers = dict[Record, int]
"""Where each row stands; of each sheet with the empty key, where the next new one comes."""
HOT: Final = 3
"""So many clients at the top are those that everybody works on."""


class Typist:
    """Draws edits and puts them into the model; gives what is typed where.

    Args:
        dice: decides.
        codes: the codes of the list's records, by their numbers.
    """

    def __init__(self, dice: random.Random, codes: Mapping[str, str]) -> None:
        self._dice = dice
        self._codes = codes
        self._count = 0

    def unique(self, value: Value) -> bool:
        """Whether a value is one that was typed once."""
        if isinstance(value, int):
            return value > 100_000
        return isinstance(value, str) and (value.startswith(("名", "源", "+86139")))

    def edit(self, copy: Copy, lang: str, numbers: Numbers) -> list[Typing]:
        """One edit."""
        changes = (self._change_client, self._change_order, self._label)
        rows = (self._new_client, self._new_order, self._remove)
        kind = self._dice.choices((*changes, *rows), (45, 20, 5, 12, 12, 6))[0]
        return kind(copy, lang, numbers)

    def mend(self, copy: Copy, numbers: Numbers) -> list[Typing]:
        """Valid values for everything invalid."""
        typings = []
        for record, row in copy.rows.items():
            if INVALID in row.cells.values():
                typings.append(self._put(copy, record, numbers, "mobile", *self._mobile()))
            if nobody(row.cells.get("client_id")):
                client = min(r for r in copy.rows if r[0] == "clients" and not r[1].startswith(NEW))
                shown = f"{copy.rows[client].cells['name']}{SEPARATOR}{client[1]}"
                typings.append(self._put(copy, record, numbers, "client_id", client[1], shown))
        return typings

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _mobile(self) -> tuple[Value, Cell]:
        text = f"139{self._next():08}"
        return f"+86{text}", text

    def _name(self) -> str:
        return f"名{self._next()}"

    def _put(
        self, copy: Copy, record: Record, numbers: Numbers, name: str, value: Value, text: Cell
    ) -> Typing:
        copy.rows[record].cells[name] = value
        return Typing(record[0], numbers[record], {name: text})

    def _change_client(self, copy: Copy, _lang: str, numbers: Numbers) -> list[Typing]:
        clients = sorted(record for record in copy.rows if record[0] == "clients")
        record = self._dice.choice(clients[:HOT] if self._dice.random() < 0.4 else clients)
        name = self._dice.choice(("name", "mobile", "source"))
        if name == "name":
            return self._rename(copy, record, numbers)
        if name == "source":
            code = self._dice.choice(sorted(copy.labels))
            return [self._put(copy, record, numbers, name, code, copy.labels[code])]
        if INVALID not in copy.rows[record].cells.values() and self._dice.random() < 0.15:
            return [self._put(copy, record, numbers, name, INVALID, INVALID)]
        return [self._put(copy, record, numbers, name, *self._mobile())]

    def _rename(self, copy: Copy, record: Record, numbers: Numbers) -> list[Typing]:
        """Another name; rows that refer to a client without a number do so by its name, and follow or not."""
        old, new = copy.rows[record].cells["name"], self._name()
        typings = [self._put(copy, record, numbers, "name", new, new)]
        if record[1].startswith(NEW):
            orders = [r for r, row in copy.rows.items() if row.cells.get("client_id") == record[1]]
            follow = not orders or self._dice.random() < 0.5
            for order in orders:
                if follow:
                    typings.append(self._put(copy, order, numbers, "client_id", record[1], new))
                else:
                    copy.rows[order].cells["client_id"] = f"{NOBODY}{old}"
        return typings

    def _change_order(self, copy: Copy, lang: str, numbers: Numbers) -> list[Typing]:
        orders = sorted(record for record in copy.rows if record[0] == "orders")
        if not orders:
            return []
        record, name = self._dice.choice(orders), self._dice.choice(("amount", "status"))
        if name == "amount":
            amount = 100_000 + self._next()
            return [self._put(copy, record, numbers, name, amount, amount)]
        code = self._dice.choice(("done", "open"))
        return [self._put(copy, record, numbers, name, code, STATUS[lang][code])]

    def _new_client(self, copy: Copy, _lang: str, numbers: Numbers) -> list[Typing]:
        name, code = self._name(), self._dice.choice(sorted(copy.labels))
        value, text = (INVALID, INVALID) if self._dice.random() < 0.15 else self._mobile()
        cells: dict[str, Value] = {"name": name, "mobile": value, "source": code}
        return self._add(
            copy, "clients", cells, {"name": name, "mobile": text, "source": copy.labels[code]}, numbers
        )

    def _new_order(self, copy: Copy, lang: str, numbers: Numbers) -> list[Typing]:
        client = self._dice.choice(sorted(record for record in copy.rows if record[0] == "clients"))
        name, amount, code = (
            copy.rows[client].cells["name"],
            100_000 + self._next(),
            self._dice.choice(("done", "open")),
        )
        shown = str(name) if client[1].startswith(NEW) else f"{name}{SEPARATOR}{client[1]}"
        return self._add(
            copy,
            "orders",
            {"client_id": client[1], "amount": amount, "status": code},
            {"client_id": shown, "amount": amount, "status": STATUS[lang][code]},
            numbers,
        )

    def _add(
        self,
        copy: Copy,
        sheet: str,
        values: dict[str, Value],
        cells: dict[str, Cell],
        numbers: Numbers,
    ) -> list[Typing]:
        record = (sheet, f"{NEW}{self._next()}")
        copy.rows[record] = Row(values)
        numbers[record] = numbers[sheet, ""]
        numbers[sheet, ""] += 1
        return [Typing(sheet, numbers[record], cells)]

    def _remove(self, copy: Copy, _lang: str, numbers: Numbers) -> list[Typing]:
        orders = sorted(record for record in copy.rows if record[0] == "orders")
        if len(orders) < 3:
            return []
        record = self._dice.choice(orders)
        row = copy.rows.pop(record)
        if row.base is not None:
            copy.gone[record] = dict(row.base)
        return [Typing("orders", numbers[record], None)]

    def _label(self, copy: Copy, lang: str, numbers: Numbers) -> list[Typing]:
        key = self._dice.choice(sorted(self._codes))
        label = f"源{self._next()}"
        return [self._put(copy, ("dictionary", key), numbers, lang, label, label)]
