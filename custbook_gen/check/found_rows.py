"""The record rows of one sheet, of which most are as their workbook was written.

A row that nobody touched holds its record's stored values and has no faults, so nothing is
kept of it but its number and key; it is made when somebody asks for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from operator import itemgetter, lt
from typing import overload

from custbook_gen.check.rows import CheckedRow
from custbook_gen.records import Table
from custbook_gen.values import Converter


class FoundRows(Sequence[CheckedRow]):
    """Rows from the top down.

    Args:
        sheet: the sheet's key.
        base: the records as the workbook showed them, of which rows can be untouched.
    """

    def __init__(self, sheet: str, base: Table | None = None) -> None:
        self._sheet = sheet
        self.base = base
        """The records as the workbook showed them."""
        self.shown: Mapping[str, Converter] = {}
        """What made the cells of untouched rows, by field: they show their records' values."""
        self.numbers: Sequence[int] = []
        """The rows' numbers; a range as long as they follow one another."""
        self._keys: list[str] = []
        self._made: dict[int, CheckedRow] = {}
        """Rows that somebody asked for, by position."""

    def add(self, row: CheckedRow) -> None:
        """Add a row that is to be looked at."""
        self._made[len(self.numbers)] = row
        self.add_all_untouched([row.number], [row.key])

    def add_untouched(self, number: int, key: str) -> None:
        """Add a row that shows its record as the workbook was written, as far as is known."""
        self.add_all_untouched([number], [key])

    def add_all_untouched(self, numbers: Sequence[int], keys: Iterable[str]) -> None:
        """Add many such rows; the first ones are taken as they are given, without a copy."""
        if not self._keys and isinstance(keys, list):
            self.numbers, self._keys = numbers, keys
            return
        own: list[int] = self.numbers if isinstance(self.numbers, list) else list(self.numbers)
        own.extend(numbers)
        self.numbers = own
        self._keys += keys

    def untouched(self) -> Iterator[tuple[int, int, str]]:
        """Position, number and key of the rows that nobody asked for yet."""
        return zip(*self.untouched_columns(), strict=True)

    def untouched_columns(self) -> tuple[Sequence[int], Sequence[int], Sequence[str]]:
        """The same as all positions, all numbers and all keys; not to be changed."""
        if not self._made:
            return range(len(self)), self.numbers, self._keys
        places = [at for at in range(len(self)) if at not in self._made]
        return places, [self.numbers[at] for at in places], [self._keys[at] for at in places]

    def looked_at(self) -> list[CheckedRow]:
        """The rows that somebody asked for, all that are new, edited or held among them."""
        return [row for _, row in self.looked_at_by_position()]

    def looked_at_by_position(self) -> list[tuple[int, CheckedRow]]:
        """The same with their positions."""
        return sorted(self._made.items(), key=itemgetter(0))

    def replace(self, at: int, row: CheckedRow) -> None:
        """Put a row that is to be looked at in the place of one that nobody asked for."""
        self._made[at] = row

    def look_at(self, at: int) -> CheckedRow:
        """Make the row at a position, if nobody asked for it yet."""
        return self[at]

    def row_keys(self, final: Mapping[str, str] | None = None) -> list[str]:
        """The rows' keys as they are by now; ``final`` maps those of them that are other ones."""
        keys = list(self._keys)
        for at, row in self._made.items():
            keys[at] = row.key
        return [final.get(key, key) for key in keys] if final else keys

    def repeated(self) -> Collection[str]:
        """The keys that several rows have; mostly there are none."""
        keys = self.row_keys()
        if all(map(lt, keys, islice(keys, 1, None))) or len(set(keys)) == len(keys):
            return ()  # they mostly stand in their order, which takes no set of them to see
        return {key for key, times in Counter(keys).items() if times > 1}

    def show_exactly(self, keys: Collection[str]) -> bool:
        """Whether there is one row for each of these keys and no other."""
        own = self.row_keys()
        return len(own) == len(keys) and not self.repeated() and all(map(keys.__contains__, own))

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int) -> CheckedRow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[CheckedRow]: ...
    def __getitem__(self, at: int | slice) -> CheckedRow | Sequence[CheckedRow]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        place = range(len(self))[at]
        row = self._made.get(place)
        if row is None:
            row = self._made[place] = self._untouched_row(self.numbers[place], self._keys[place])
        return row

    def _untouched_row(self, number: int, key: str) -> CheckedRow:
        assert self.base is not None  # noqa: S101  (only rows of records are untouched)
        values = dict(zip(self.base.fields, self.base.rows[key], strict=True))
        return CheckedRow(self._sheet, number, key, values)


class RowsByKey(Mapping[str, CheckedRow]):
    """The rows of a sheet by their keys; of copies with one number the record is the row that is not held."""

    def __init__(self, rows: FoundRows) -> None:
        self._rows = rows
        self._keys = rows.row_keys()
        self._order: Sequence[int] = range(len(rows))
        if rows.repeated():
            self._order = sorted(self._order, key=lambda at: not rows[at].held)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        """Where the rows stand; made when somebody looks for one."""
        return dict(zip(map(self._keys.__getitem__, self._order), self._order, strict=True))

    def looked_at(self) -> Iterable[CheckedRow]:
        """The rows that somebody asked for, one for each key."""
        return [row for row in self._rows.looked_at() if self[row.key] is row]

    def __getitem__(self, key: str) -> CheckedRow:
        return self._rows[self._places[key]]

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
