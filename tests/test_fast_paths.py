"""Rows compared at once come to the same as rows read cell by cell: findings, records, patches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custbook_gen.check import Checked
from custbook_gen.check.found_rows import FoundRows
from custbook_gen.check.marked import with_cells
from custbook_gen.check.rows import CheckedRow, SheetReader
from custbook_gen.check.shown import Shown, unlike_cells
from custbook_gen.check.structure import unlike
from custbook_gen.comparing import plain_formula
from custbook_gen.formula_runs import FoundFormulas
from custbook_gen.plan import book_references
from custbook_gen.plan.whole import plan_workbook
from custbook_gen.records import Table, Tables
from custbook_gen.refresh import Outcome, refresh
from custbook_gen.values import Words, converter
from custbook_gen.workbook import CellError, FoundCells, RawCell, RawSheet, RawWorkbook, RowFormula, Serial
from tests.drawn import as_read, view_of
from tests.strategies import tables_for
from tests.test_refresh import BOOK, COLUMNS, CUSTOMERS, FRESH, STORED, changed, checked_of, refreshed, typed

Edit = tuple[int, int, RawCell]
"""A row and a column, both counted among those that there are, and what somebody typed."""

TYPED = st.sampled_from(
    [
        *(None, "", " ", "新", "重要", "C000001", "13800138000", "=1", True, False, 0.0, 1.0, 2.5),
        *(Serial(46_000.0), CellError("#N/A"), "1,000", "2026-03-04", "普通 ", "A1"),
    ]
)
EDITS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), TYPED), max_size=6)


@contextmanager
def cell_by_cell() -> Iterator[None]:
    """No row is taken for untouched before its cells were read."""
    quick = SheetReader.numbers

    def numbers(reader: SheetReader, known: Table | None) -> tuple[Sequence[int], list[str | None]]:
        del known
        return quick(reader, None)

    with patch.object(SheetReader, "numbers", numbers):
        yield


def edited(raw: RawWorkbook, edits: dict[str, list[Edit]], *, copied: bool) -> RawWorkbook:
    """A workbook in which somebody typed, and perhaps copied the first record of a sheet below the last."""
    for key, some in edits.items():
        here = COLUMNS[key]
        tab = raw.sheet(here.title)
        assert tab is not None
        numbers = [number for number in sorted(tab.rows) if number >= here.first_row] or [here.first_row]
        names = list(here.columns)
        cells = {(numbers[row % len(numbers)], names[at % len(names)]): value for row, at, value in some}
        if copied and len(numbers) > 1:
            first = {name: tab.cell(numbers[0], at) for name, at in here.columns.items()}
            cells.update({(numbers[-1], name): value for name, value in first.items()})
        raw = typed(raw, key, cells)
    return raw


def moved(base: Tables, shift: int) -> Tables:
    """The records after others worked on them: some have the values of their neighbours, the last is gone."""
    found = dict(base)
    for key, table in base.items() if shift else ():
        keys, at = list(table.rows), table.position(BOOK.sheet(key).key_field)
        rows = dict(table.rows)
        for one, other in pairwise(keys):
            if (keys.index(one) + shift) % 3 == 0:
                row = list(table.rows[other])
                row[at] = one
                rows[one] = tuple(row)
        if shift == 2 and key == "sales" and keys:
            del rows[keys[-1]]
        found[key] = Table(key, table.fields, rows)
    return found


def by_columns(raw: RawWorkbook) -> RawWorkbook:
    """A workbook whose rows are kept column by column, as a file's are."""

    def kept(rows: Mapping[int, tuple[RawCell, ...]]) -> FoundCells:
        found = FoundCells()
        for number, cells in sorted(rows.items()):
            assert found.add_rows(number, [[cell] for cell in cells]) if cells else found.add(number, ())
        return found

    with patch("custbook_gen.workbook.found_cells._SHORT", 1):
        return replace(raw, sheets=tuple(replace(tab, rows=kept(tab.rows)) for tab in raw.sheets))


def facts(rows: FoundRows) -> list[dict[str, object]]:
    """Everything about every row."""
    return [asdict(replace(row, faults={})) | {"faults": list(row.faults.items())} for row in rows]


def compared(checked: Checked) -> object:
    return [checked.issues, checked.missing, {key: facts(rows) for key, rows in checked.rows.items()}]


@settings(deadline=None, max_examples=25)
@given(
    base=tables_for(BOOK),
    edits=st.fixed_dictionaries({"customers": EDITS, "sales": EDITS}),
    copied=st.booleans(),
    shift=st.integers(0, 2),
)
def test_whole_rows_and_single_cells_tell_the_same(
    base: Tables, edits: dict[str, list[Edit]], copied: bool, shift: int
) -> None:
    raw, now = (
        edited(as_read(plan_workbook(view_of(base, book=BOOK))), edits, copied=copied),
        moved(base, shift),
    )
    quick = compared(checked_of(raw, base, now))
    with cell_by_cell():
        assert compared(checked_of(raw, base, now)) == quick
    patched = refreshed(raw, now, base)
    with cell_by_cell():
        assert refreshed(raw, now, base) == patched
    kept = by_columns(raw)
    assert compared(checked_of(kept, base, now)) == quick
    assert refreshed(kept, now, base) == patched


def test_what_was_found_as_it_was_written_is_not_compared_once_more() -> None:
    compared_again: dict[str, set[int]] = {}

    def counted(sheet: RawSheet, numbers: Sequence[int], columns: Sequence[int], shown: Shown) -> set[int]:
        compared_again[sheet.title] = set(columns)
        return unlike_cells(sheet, numbers, columns, shown)

    with patch("custbook_gen.refresh.book.unlike_cells", counted):
        assert not refreshed(FRESH, STORED, STORED)
    for key in ("customers", "sales"):
        here, sheet = COLUMNS[key], BOOK.sheet(key)
        own = {item.key for item in sheet.stored_fields if item.type != "ref"}
        assert compared_again[here.title] == {at for name, at in here.columns.items() if name not in own}


@pytest.mark.parametrize("sheet", ["customers", "sales"])
def test_columns_are_written_alike_only_where_the_words_for_their_values_are_the_same(sheet: str) -> None:
    view = view_of(STORED, book=BOOK)
    again = Words.of(BOOK, "zh", book_references(BOOK, STORED, "zh"))
    other = Words.of(BOOK, "en", view.words.references)
    for item in BOOK.sheet(sheet).fields:
        one = converter(item, view.words)
        assert one.writes_like(converter(item, again)) is (item.kind != "ref")
        worded = item.category is not None or item.kind == "bool"
        assert one.writes_like(converter(item, other)) is not worded


def test_a_suggestion_that_gives_the_stored_value_back_is_written() -> None:
    row = COLUMNS["customers"].first_row
    at = COLUMNS["customers"].columns["level"]
    raw = typed(FRESH, "customers", {(row, "level"): "重 要的"})
    accepted = {CUSTOMERS.title: {(row, at): "重要"}}
    view = view_of(STORED, book=BOOK)
    checked = checked_of(with_cells(raw, accepted), STORED, STORED)
    assert not checked.rows["customers"].looked_at()
    patch_ = refresh(view, raw, Outcome(checked.rows, (), (), accepted=accepted))
    assert changed(patch_, "customers") == {(row, "level"): "重要"}


def test_an_untouched_row_is_made_only_when_somebody_asks() -> None:
    table = Table("customers", ("customer_id", "name"), {"C1": ("C1", "甲"), "C2": ("C2", "乙")})
    rows = FoundRows("customers", table)
    rows.add_untouched(3, "C1")
    rows.add_untouched(4, "C2")
    assert (len(rows), rows.looked_at(), rows.row_keys()) == (2, [], ["C1", "C2"])
    assert rows[1] == CheckedRow("customers", 4, "C2", {"customer_id": "C2", "name": "乙"})
    assert rows.looked_at() == [rows[1]]
    assert [key for *_, key in rows.untouched()] == ["C1"]


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.sampled_from(["A{}", "$a{}", "A{} ", "B{}", "A{}+1"])), max_size=12
    ),
    st.booleans(),
)
def test_formulas_compared_by_runs_differ_where_they_differ_one_by_one(
    cells: list[tuple[int, str]], runs: bool
) -> None:
    found = FoundFormulas()
    for row, text in sorted(dict(cells).items()):
        if runs:
            found.add_run(5, row, row, tuple(text.split("{}")))
        else:
            found.add(row, 5, text.format(row))
    expected, numbers = RowFormula(("A", "")), [*range(1, 41, 2)]
    wanted = [
        at
        for at, row in enumerate(numbers)
        if plain_formula(found.get((row, 5), "")) != plain_formula(expected.at(row))
    ]
    assert unlike(found, 5, expected, numbers) == wanted
    assert dict(found) == {(row, 5): text.format(row) for row, text in dict(cells).items()}
