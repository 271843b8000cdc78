"""Rows formatted a chunk and a column at a time are the cells that one by one would make."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Sequence
from decimal import Decimal
from itertools import count, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from custbook_gen.backends.excel import rows
from custbook_gen.backends.excel.cells import cell_xml, needs_quote
from custbook_gen.backends.excel.rows import TableRows
from custbook_gen.portions import PORTION, SEPARATOR, JoinedTexts
from custbook_gen.workbook import Cell, Formula, LazyRows, RowFormula, Style, TablePlan
from tests.excel_plans import CELLS, TEXTS, plain_column

COLUMNS = st.one_of(
    *(
        st.lists(kind, min_size=6, max_size=6)
        for kind in (
            TEXTS,
            st.one_of(st.none(), TEXTS),
            st.text("客户a &", max_size=4),
            st.integers(),
            st.floats(allow_nan=False, allow_infinity=False),
            st.floats(0, 9).map(round).map(float),
            st.one_of(st.none(), st.decimals(-100, 100, places=2)),
            st.booleans(),
            st.none(),
            CELLS,
        )
    )
)


def style_number(_style: Style, quoted: bool) -> int:
    return 7 + quoted


@given(st.lists(st.tuples(COLUMNS, COLUMNS), min_size=1, max_size=4), st.integers(1, 1_000_000))
def test_streamed_rows_are_the_cells_one_by_one(
    columns: list[tuple[list[Cell], list[Cell]]], first: int
) -> None:
    plans = tuple(plain_column(f"k{n}") for n in range(len(columns)))
    begin, rows = (list(zip(*side, strict=True)) for side in zip(*columns, strict=True))
    expected = "".join(
        f'<row r="{number}">'
        + "".join(
            cell_xml(number, column, value, 8 if isinstance(value, str) and needs_quote(value) else 7)
            for column, value in enumerate(row, 1)
        )
        + "</row>"
        for number, row in enumerate(rows, first)
    )
    formatter = TableRows(TablePlan(1, 2, 3, plans, begin), style_number)
    formatter.filled(first, list(zip(*begin, strict=True)))
    assert formatter.filled(first, list(zip(*rows, strict=True))).decode() == expected


JOINABLE = st.text(
    st.one_of(
        st.sampled_from("_x0041 \r\n\t<>&\"'=+-@\x00\x0b\ufffe\uffffï客"), st.characters(codec="utf-8")
    ),
    max_size=20,
).map(lambda text: text.replace(SEPARATOR, ""))


@given(
    st.lists(st.none() | JOINABLE, min_size=1, max_size=6),
    st.lists(st.none() | JOINABLE, min_size=2),
    st.sampled_from(["", "很长的备注" * 20]),
)
def test_texts_in_one_piece_are_the_cells_one_by_one(
    begin: list[Cell], values: list[str | None], tail: str
) -> None:
    values = [value and value + tail for value in values]
    formatter = TableRows(TablePlan(1, 2, 3, (plain_column("a"),), [(one,) for one in begin]), style_number)
    assert formatter.filled(3, [joined(values)]).decode() == "".join(
        f'<row r="{row}">{cell_xml(row, 1, value, 8 if value and needs_quote(value) else 7)}</row>'
        for row, value in enumerate(values, 3)
    )


@pytest.mark.parametrize("text", ["x" * 32_767, "客" * 32_767, "😀" * 16_383 + "x", "客" * 8_000])
def test_texts_in_one_piece_may_be_as_long_as_cells_hold(text: str) -> None:
    formatter = TableRows(TablePlan(1, 2, 3, (plain_column("a"),), [("a",)]), style_number)
    rows = formatter.filled(3, [joined([text, None, "b"])]).decode()
    assert rows.startswith(f'<row r="3">{cell_xml(3, 1, text, 7)}</row>')
    with pytest.raises(ValueError, match="over 32,767"):
        formatter.filled(3, [joined([text + "x" * 32_767])])


def joined(texts: Sequence[str | None]) -> JoinedTexts:
    """Texts, none of which holds the separator, in one piece."""
    gaps = [at for at, text in enumerate(texts) if text is None]
    return JoinedTexts(SEPARATOR.join(text or "" for text in texts).encode(), len(texts), gaps)


@given(COLUMNS, COLUMNS, st.integers(1, 1_000_000))
def test_streamed_formulas_are_the_cells_one_by_one(
    begin: list[Cell], values: list[Cell], first: int
) -> None:
    formula = RowFormula(("IF('客户'!A", '<2,"&",B', "=C", ")"))
    columns = (plain_column("a", formula),)
    expected = "".join(
        f'<row r="{number}">{cell_xml(number, 1, Formula(formula.at(number), value), 7)}</row>'
        for number, value in enumerate(values, first)
    )
    formatter = TableRows(TablePlan(1, 2, 3, columns, [(value,) for value in begin]), style_number)
    formatter.filled(first, [begin])
    assert formatter.filled(first, [values]).decode() == expected


@pytest.mark.parametrize("later", [True, 1.0, Decimal(1), 10**6, "1", None])
def test_a_remembered_value_is_never_taken_for_an_equal_one_of_another_type(later: Cell) -> None:
    formatter = TableRows(TablePlan(1, 2, 3, (plain_column("a"),), [(1,)] * PORTION), style_number)
    formatter.filled(3, [[1] * PORTION])
    assert formatter.filled(9, [[later, later]]).decode() == "".join(
        f'<row r="{row}">{cell_xml(row, 1, later, 7)}</row>' for row in (9, 10)
    )


def test_chunks_of_very_many_kinds_make_few_functions_and_the_same_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whether a column has gaps, or blanks to preserve, differs from chunk to chunk."""
    generated, made = rows._generated, count()
    monkeypatch.setattr(rows, "_generated", lambda *args: (next(made), generated(*args))[1])
    plans = tuple(plain_column(f"k{n}") for n in range(6))
    texts: list[Cell] = [f"text {n}" for n in range(PORTION)]
    formatter = TableRows(TablePlan(1, 2, 3, plans, list(zip(*[texts] * 6, strict=True))), style_number)
    for odd in product((None, "plain", " odd"), repeat=4):
        columns: list[list[Cell]] = [["a", one] for one in (*odd, "b", None)]
        expected = "".join(
            f'<row r="{number}">{"".join(cell_xml(number, at, v, 7) for at, v in enumerate(row, 1))}</row>'
            for number, row in enumerate(zip(*columns, strict=True), 3)
        )
        assert formatter.filled(3, columns).decode() == expected
    assert 1 < next(made) < 20


def test_columns_of_very_many_different_values_take_no_more_memory() -> None:
    formatter = TableRows(TablePlan(1, 2, 3, (plain_column("a"),), [(1,)]), style_number)
    tracemalloc.start()
    for start in range(0, 200_000, 1000):
        made = formatter.filled(start + 1, [range(start, start + 1000)])
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.endswith(b"<v>199999</v></c></row>")
    assert held < 5_000_000


def xml_of(table: TablePlan, *, sparse: bool = False) -> bytes:
    """All rows of a table; each portion says how many it has."""
    rows = TableRows(table, style_number, sparse=sparse)
    portions = list(rows.chunks(range(len(rows))))
    assert sum(count for count, _ in portions) == len(table.rows) + table.blank_rows
    return b"".join(markup for _, markup in portions)


def test_sparse_columns_end_with_their_last_chunk() -> None:
    """A long column, one that ends in the first chunk, one without values, and one of formulas."""
    plans = (*map(plain_column, "abc"), plain_column("d", RowFormula(("A", "*2"))))
    rows: list[tuple[Cell, ...]] = [
        (f"值{n}", n if n < 9 else None, None, None if n % 2 else n) for n in range(2 * PORTION + 3)
    ]
    table = TablePlan(1, 2, 3, plans, rows, blank_rows=1)
    whole, sparse = xml_of(table), xml_of(table, sparse=True)
    kept, expected = (
        {
            cell.get("r", ""): etree.tostring(cell)
            for cell in etree.fromstring(b"<x>" + xml + b"</x>").iter("c")
        }
        for xml in (sparse, whole)
    )
    assert kept == {place: xml for place, xml in expected.items() if place in kept}
    gone = {place for place in expected if place not in kept}
    first = {f"C{row}" for row in range(3, PORTION + 3)}
    later = {f"{column}{row}" for column in "BC" for row in range(PORTION + 3, 2 * PORTION + 6)}
    assert gone == first | later


def test_sparse_rows_without_any_value_are_rows_still() -> None:
    table = TablePlan(1, 2, 3, (plain_column("a"), plain_column("b")), [(None, None)] * 2)
    xml = xml_of(table, sparse=True)
    assert xml == b'<row r="3"><c r="A3" s="7"/></row><row r="4"><c r="A4" s="7"/></row>'


def test_blank_rows_follow_and_hold_formulas_alone() -> None:
    columns = (plain_column("a"), plain_column("b", RowFormula(("A", "*2"))))
    rows: list[tuple[Cell, ...]] = [(n, n * 2) for n in range(PORTION + 3)]
    xml = xml_of(TablePlan(1, 2, 3, columns, rows, blank_rows=2))
    root = etree.fromstring(b"<x>" + xml + b"</x>")
    assert [int(row.get("r", "")) for row in root] == list(range(3, PORTION + 8))
    last = PORTION + 7
    shared = f'<f t="shared" ref="B3:B{last}" si="0">A3*2</f>'
    assert [shared in etree.tostring(row).decode() for row in root] == [True] + [False] * (last - 3)
    assert etree.tostring(root[-1]).decode() == (
        f'<row r="{last}"><c r="B{last}" s="7" t="str"><f t="shared" si="0"/><v/></c></row>'
    )


def test_blank_rows_alone_share_their_formulas_too() -> None:
    columns = (
        plain_column("a"),
        plain_column("b", RowFormula(("A", "*2"))),
        plain_column("c", RowFormula(("B", ""))),
    )
    xml = xml_of(TablePlan(1, 2, 3, columns, [], blank_rows=2))
    assert re.findall(rb"<f.*?(?:</f>|/>)", xml) == [
        b'<f t="shared" ref="B3:B4" si="0">A3*2</f>',
        b'<f t="shared" ref="C3:C4" si="1">B3</f>',
        b'<f t="shared" si="0"/>',
        b'<f t="shared" si="1"/>',
    ]


def test_what_excel_shares_in_no_formula_is_written_out_in_every_row() -> None:
    columns = (plain_column("a"), plain_column("b", RowFormula(("SUM(Other!A", ")"))))
    xml = xml_of(TablePlan(1, 2, 3, columns, [(1, 1), (2, 2)]))
    assert re.findall(rb"<f.*?</f>", xml) == [b"<f>SUM(Other!A3)</f>", b"<f>SUM(Other!A4)</f>"]


def test_a_row_alone_shares_nothing() -> None:
    columns = (plain_column("a"), plain_column("b", RowFormula(("A", "*2"))))
    assert b"<f>A3*2</f>" in xml_of(TablePlan(1, 2, 3, columns, [(1, 2)]))


def test_blank_rows_without_formulas_are_not_written() -> None:
    xml = xml_of(TablePlan(1, 2, 3, (plain_column("a"),), [], blank_rows=5))
    assert xml == b""


@given(st.integers(0, 40), st.integers(-50, 50), st.integers(-50, 50), st.sampled_from([None, 1, 2, -1]))
def test_rows_made_when_they_are_looked_at_are_those_of_a_list(
    count: int, start: int, stop: int, step: int | None
) -> None:
    rows: list[tuple[Cell, ...]] = [(at, str(at)) for at in range(count)]
    lazy = LazyRows(
        count, lambda first, end: list(zip(*rows[first:end], strict=True)) if first < end else [(), ()]
    )
    assert lazy == rows
    assert (list(lazy), len(lazy), lazy[start:stop]) == (rows, count, rows[start:stop])
    if step is not None:
        assert lazy[::step] == rows[::step]
    if -count <= start < count:
        assert lazy[start] == rows[start]
    assert lazy != [*rows, (0, "0")]
