"""Cells as SpreadsheetML."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from openpyxl.utils import get_column_letter

from custbook_gen.backends.excel.cells import (
    cell_xml,
    escape,
    formula_text,
    letters,
    needs_quote,
    needs_space,
    number_text,
    unescape,
    utf16_units,
)
from custbook_gen.workbook import Cell, Formula

HOSTILE = st.text(
    st.one_of(st.sampled_from("_x0041DFEF\r\n\t <>&\"'=+-@\x00\x0b\x1f\ufffe\uffff"), st.characters()),
    max_size=30,
)


def parsed(text: str) -> str:
    return etree.fromstring(f"<t>{text}</t>".encode()).text or ""


@given(HOSTILE)
@example("_x0041\x01")
@example("_x005F_x0041_")
@example("_x000D_x000D_")
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert unescape(parsed(escape(text))) == text


@given(st.text(st.characters(categories=["Cs"]), min_size=1, max_size=5))
def test_lone_surrogates_are_carried(text: str) -> None:
    back = unescape(parsed(escape(text)))
    assert back.encode("utf-16-le", "surrogatepass") == text.encode("utf-16-le", "surrogatepass")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a<b & c>d", "a&lt;b &amp; c&gt;d"),
        ("一\r\n二", "一_x000D_\n二"),
        ("_x000D_", "_x005F_x000D_"),
        ("_x000d_", "_x005F_x000d_"),
        ("_x00D_", "_x00D_"),
        ("\x00\x1f\ufffe\uffff", "_x0000__x001F__xFFFE__xFFFF_"),
        ("\ud83d", "_xD83D_"),
        ("𠮷😀", "𠮷😀"),
    ],
)
def test_text_that_xml_cannot_hold_is_noted(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_text_is_measured_in_utf16_units() -> None:
    assert utf16_units("a𠮷") == 3
    assert escape("字" * 32_767)
    assert escape("𠮷" * 16_383)
    with pytest.raises(ValueError, match="32,767"):
        escape("字" * 32_768)
    with pytest.raises(ValueError, match="32,767"):
        escape("𠮷" * 16_384)


@given(st.integers(1, 16_384))
def test_letters_are_those_of_every_spreadsheet(column: int) -> None:
    assert letters(column) == get_column_letter(column)


@pytest.mark.parametrize("column", [0, -1, 16_385])
def test_there_is_no_such_column(column: int) -> None:
    with pytest.raises(ValueError, match=str(column)):
        letters(column)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_exact(number: float) -> None:
    assert float(number_text(number)) == number
    assert number_text(number) not in {"-0", "-0.0"}


@given(st.decimals(-(10**20), 10**20, allow_nan=False, places=4) | st.integers())
def test_decimals_and_integers_are_exact(number: Decimal | int) -> None:
    assert Decimal(number_text(number)) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (5.0, "5"),
        (0.1, "0.1"),
        (-0.0, "0"),
        (Decimal("-0.00"), "0"),
        (Decimal("12.50"), "12.50"),
        (10**20, "1" + "0" * 20),
    ],
)
def test_numbers_are_short(number: float | Decimal, text: str) -> None:
    assert number_text(number) == text


@pytest.mark.parametrize(
    "number", [math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("Infinity"), Decimal("1e400"), 10**400]
)
def test_what_is_no_number_is_refused(number: float | Decimal) -> None:
    with pytest.raises(ValueError, match=r"number"):
        number_text(number)


@pytest.mark.parametrize(
    ("value", "xml"),
    [
        (None, '<c r="C2" s="4"/>'),
        ("", '<c r="C2" s="4"/>'),
        ("客户", '<c r="C2" s="4" t="inlineStr"><is><t>客户</t></is></c>'),
        (" a", '<c r="C2" s="4" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>'),
        ("=A1", '<c r="C2" s="4" t="inlineStr"><is><t>=A1</t></is></c>'),
        (True, '<c r="C2" s="4" t="b"><v>1</v></c>'),
        (1.5, '<c r="C2" s="4"><v>1.5</v></c>'),
        (Formula("A1&B1", "x<"), '<c r="C2" s="4" t="str"><f>A1&amp;B1</f><v>x&lt;</v></c>'),
        (Formula("A1", ""), '<c r="C2" s="4" t="str"><f>A1</f><v></v></c>'),
        (Formula("A1"), '<c r="C2" s="4" t="str"><f>A1</f><v></v></c>'),
        (Formula("A1>1", value=False), '<c r="C2" s="4" t="b"><f>A1&gt;1</f><v>0</v></c>'),
        (Formula("A1", Decimal("1.20")), '<c r="C2" s="4"><f>A1</f><v>1.20</v></c>'),
    ],
)
def test_a_cell_is_one_element(value: Cell | Formula, xml: str) -> None:
    assert cell_xml(2, 3, value, 4) == xml


def test_a_cell_without_a_style_says_none() -> None:
    assert cell_xml(1, 1, 7, None) == '<c r="A1"><v>7</v></c>'


def test_a_row_outside_the_sheet_is_refused() -> None:
    with pytest.raises(ValueError, match="1048577"):
        cell_xml(1_048_577, 1, None, None)


@pytest.mark.parametrize("text", ["", "=A1", "A" * 8_193])
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="formula"):
        formula_text(text)


@pytest.mark.parametrize("text", ["=", "+1", "-", "@x", "\tx", "\rx", "'x"])
def test_text_that_editing_would_turn_into_something_else_needs_a_quote(text: str) -> None:
    assert needs_quote(text)
    assert not needs_quote("x" + text)


def test_blanks_at_the_edges_and_line_breaks_need_to_be_kept() -> None:
    assert all(map(needs_space, [" a", "a ", "a  b", "a\nb", "\ta"]))
    assert not any(map(needs_space, ["a b", "", "客户 档案"]))
