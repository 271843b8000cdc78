"""The formulas of a sheet as they were found: one entry for many rows that have the same one.

A column of a hundred thousand rows holds one formula that differs in nothing but the row's
number; kept as such it takes no memory and is compared at once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter

from custbook_gen.value_objects import value_object


@value_object
class FormulaRun:
    """The same formula in rows that follow one another; the row's number goes between the pieces."""

    first: int
    last: int
    pieces: tuple[str, ...]

    def at(self, row: int) -> str:
        """The formula's text in one row."""
        return str(row).join(self.pieces)


class FoundFormulas(Mapping[tuple[int, int], str]):
    """Formulas without their ``=`` by (row, column), in runs where rows come from the top down."""

    def __init__(self, single: Mapping[tuple[int, int], str] | None = None) -> None:
        self._single = dict(single or {})
        self._runs: dict[int, list[FormulaRun]] = {}

    def add(self, row: int, column: int, text: str) -> None:
        """Keep the formula of one cell."""
        self._single[row, column] = text

    def add_run(self, column: int, first: int, last: int, pieces: tuple[str, ...]) -> None:
        """Keep the formula of a column's rows from ``first`` to ``last``."""
        runs = self._runs.setdefault(column, [])
        if not self.go_on(column, first):
            self._single.update(((row, column), str(row).join(pieces)) for row in range(first, last + 1))
        elif runs and runs[-1].pieces == pieces and runs[-1].last == first - 1:
            runs[-1] = FormulaRun(runs[-1].first, last, pieces)
        else:
            runs.append(FormulaRun(first, last, pieces))

    def go_on(self, column: int, first: int) -> bool:
        """Whether a run from a row on comes behind all others of its column; else it is spelled out."""
        runs = self._runs.get(column)
        return not runs or first > runs[-1].last

    def runs(self, column: int) -> Sequence[FormulaRun]:
        """The runs of a column, from the top down; cells by themselves are not among them."""
        return self._runs.get(column, ())

    def rows(self, column: int) -> Iterator[range]:
        """The rows of a column that have a formula, in no order."""
        yield from (range(run.first, run.last + 1) for run in self.runs(column))
        yield from (range(row, row + 1) for row, at in self._single if at == column)

    def __getitem__(self, place: tuple[int, int]) -> str:
        found = self._single.get(place)
        if found is not None:
            return found
        row, column = place
        runs = self._runs.get(column, ())
        at = bisect_right(runs, row, key=attrgetter("first")) - 1
        if at >= 0 and row <= runs[at].last:
            return runs[at].at(row)
        raise KeyError(place)

    def __contains__(self, place: object) -> bool:
        if place in self._single:
            return True
        if not self._runs or not isinstance(place, tuple):
            return False
        row, column = place
        runs = self._runs.get(column, ())
        at = bisect_right(runs, row, key=attrgetter("first")) - 1
        return at >= 0 and row <= runs[at].last

    def __iter__(self) -> Iterator[tuple[int, int]]:
        yield from self._single
        for column, runs in self._runs.items():
            for run in runs:
                yield from ((row, column) for row in range(run.first, run.last + 1))

    def __len__(self) -> int:
        return len(self._single) + sum(
            run.last - run.first + 1 for runs in self._runs.values() for run in runs
        )


def found_formulas(formulas: Mapping[tuple[int, int], str]) -> FoundFormulas:
    """Formulas by place as :class:`FoundFormulas`."""
    return formulas if isinstance(formulas, FoundFormulas) else FoundFormulas(formulas)
