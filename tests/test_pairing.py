"""New rows that were edited after a run died are found again among the records that it inserted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.actions import pairing
from custbook_gen.actions.pairing import COMPARED, paired
from custbook_gen.check import CheckedRow
from custbook_gen.records import Change, Value

Values = dict[str, Value]
VALUES = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from("abcd"), "city": st.sampled_from("xy"), "n": st.integers(0, 3)}
)


def changes_of(records: Sequence[Values]) -> list[Change]:
    return [
        Change("insert", "clients", f"K{at:06}", {}, {"id": f"K{at:06}", **values})
        for at, values in enumerate(records)
    ]


def rows_of(found: Sequence[Values]) -> list[CheckedRow]:
    return [
        CheckedRow("clients", at, f"+clients+{at}", {"id": None, **values}) for at, values in enumerate(found)
    ]


def by_all_pairs(inserted: Sequence[Change], rows: Sequence[CheckedRow]) -> dict[str, int]:
    """The same, every record compared with every row."""

    def unlike(pair: tuple[Change, CheckedRow]) -> int:
        return -sum(pair[1].values.get(field) == value for field, value in pair[0].after.items())

    found: dict[str, int] = {}
    for change, row in sorted(product(inserted, rows), key=unlike):
        if change.key not in found and row.number not in found.values():
            found[change.key] = row.number
    return found


def numbers(pairs: Sequence[tuple[Change, CheckedRow]]) -> dict[str, int]:
    return {change.key: row.number for change, row in pairs}


@given(st.lists(VALUES, max_size=COMPARED), st.lists(VALUES, max_size=COMPARED))
def test_few_rows_go_with_the_records_that_they_are_most_like(
    records: list[Values], found: list[Values]
) -> None:
    inserted, rows = changes_of(records), rows_of(found)
    assert numbers(list(paired(inserted, rows))) == by_all_pairs(inserted, rows)


def counted(records: Sequence[Values], found: Sequence[Values]) -> tuple[dict[str, int], int]:
    """What goes together, and after how many comparisons."""
    unlike: Callable[[Change, CheckedRow], int] = pairing._unlike
    with patch.object(pairing, "_unlike", side_effect=unlike) as asked:
        pairs = list(paired(changes_of(records), rows_of(found)))
    assert len({change.key for change, _ in pairs}) == len({row.number for _, row in pairs}) == len(pairs)
    return numbers(pairs), asked.call_count


def test_many_rows_are_found_by_the_rarest_of_what_they_say() -> None:
    records: list[Values] = [
        {"name": f"name {n}", "phone": f"1{n:010}", "city": f"city {n % 7}", "level": "A"}
        for n in range(2_000)
    ]
    edited = [{**values, ("name" if n % 2 else "phone"): "new"} for n, values in enumerate(records)]
    places = sorted(range(2_000), key=lambda n: 7_919 * n % 2_003)
    pairs, comparisons = counted(records, [edited[n] for n in places])
    assert pairs == {f"K{n:06}": at for at, n in enumerate(places)}
    assert comparisons <= 2_000 * COMPARED


def test_many_rows_that_say_much_the_same_go_by_their_order() -> None:
    records: list[Values] = [{"city": f"city {n % 3}", "level": "A"} for n in range(2_000)]
    pairs, comparisons = counted(records, [{**values, "level": "B"} for values in records])
    assert pairs == {f"K{n:06}": n for n in range(2_000)}
    assert comparisons <= 2_000 * COMPARED
