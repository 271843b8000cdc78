"""Formulas that cells of a column share as Excel would: which ones do, and that every reader sees them."""

from __future__ import annotations

from io import BytesIO
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from custbook_gen.backends.excel import formula_tokens
from custbook_gen.backends.excel.plain_formulas import is_plain, pieces_by_row
from custbook_gen.backends.excel.references import MovableFormula
from custbook_gen.backends.excel.write import write_package
from custbook_gen.workbook import Plan, RowFormula, SheetPlan, TablePlan
from tests.excel_plans import plain_column
from tests.xlsx_samples import read

PLAIN = [
    ("A", ""),
    ("IF($E", '="","",ROUND($E', "*$O", ",2))"),
    ("IF(A", '="A7 ""B8""","a!b: {c}",cb_rate*B$2+$C$3)'),
    ("LOG10(A", ")+1E5-A1B+X_A1"),
    ("-A", "%^2<>B", ""),
    ("1",),
]
ODD = [
    ("Other!A", ""),
    ("SUM(A", ":B", ")"),
    ("SUM(A$3:A$9)+B", ""),
    ("T[x]+A", ""),
    ("{1,2}*A", ""),
    ("A", " B", ""),
    ("_xlfn.IFS(A", ",1)"),
    ("A", "#"),
    ("@A", ""),
    ("'x'&A", ""),
    ("\u603b+A", ""),
    ('"row ', '"&A', ""),
    ("A$", ""),
    ("A", "+1", ""),
]


@pytest.mark.parametrize("pieces", PLAIN)
def test_formulas_of_one_row_and_names_are_plain(pieces: tuple[str, ...]) -> None:
    assert is_plain(RowFormula(pieces))
    assert pieces_by_row(RowFormula(pieces).at(12), 12) == pieces


@pytest.mark.parametrize("pieces", ODD)
def test_others_are_not(pieces: tuple[str, ...]) -> None:
    assert not is_plain(RowFormula(pieces))


def test_a_formula_that_looks_at_another_row_is_none_of_its_row() -> None:
    assert pieces_by_row("A3+A4", 3) is None
    assert pieces_by_row("A3+A$4", 3) == ("A", "+A$4")


@given(
    st.lists(
        st.sampled_from(
            ["A{}", "$B{}", "C$5", "$D$6", '"x 7"', "cb_name", "12", "SUM(A{},1)", "TRUE", "XFD{}", "Q1_a"]
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from("+-*/&=<>^,"),
    st.integers(1, 1_048_576),
)
def test_plain_formulas_are_taken_apart_as_openpyxl_does(parts: list[str], sign: str, row: int) -> None:
    formula = RowFormula(tuple(sign.join(parts).split("{}")))
    assert is_plain(formula)
    text = formula.at(row)
    assert pieces_by_row(text, row) == formula.pieces
    with patch.object(formula_tokens, "tokens", side_effect=AssertionError("no need to")):
        assert MovableFormula(text, row, 9).by_row(9) == formula.pieces
    assert MovableFormula(text, row, 9).at(77, 9) == formula.at(77)


def test_readers_see_the_formula_of_every_row() -> None:
    pieces = ("IF($A", '="","",A', "*cb_rate)")
    columns = (plain_column("a"), plain_column("b", RowFormula(pieces)))
    table = TablePlan(1, 2, 3, columns, [(n, n * 2) for n in range(5)], blank_rows=2)
    file = BytesIO()
    write_package(Plan("t", (SheetPlan("s", "S1", table=table),), {"cb_rate": "S1!$A$3"}, {}), file)
    wanted = {row: RowFormula(pieces).at(row) for row in range(3, 10)}
    assert {
        row: text for (row, column), text in read(file).sheets[0].formulas.items() if column == 2
    } == wanted
    sheet = load_workbook(BytesIO(file.getvalue()))["S1"]
    assert {row: sheet.cell(row, 2).value for row in wanted} == {
        row: f"={text}" for row, text in wanted.items()
    }
