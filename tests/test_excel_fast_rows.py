"""The fast reader of rows agrees with the parser, or gives up."""

# ruff: noqa: E501 (markup reads best on one line)

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custbook_gen.backends.excel.cell_values import CellValues
from custbook_gen.backends.excel.entities import OddMarkupError
from custbook_gen.backends.excel.fast_rows import read_common_rows
from custbook_gen.backends.excel.furniture_reader import LookTally
from custbook_gen.backends.excel.sheet_reader import parse_sheet, read_sheet
from custbook_gen.backends.excel.sheet_rows import SheetRows
from custbook_gen.furniture import Look
from tests.xlsx_samples import sheet_xml

LOOKS = {"0": Look("general", locked=True), "1": Look("date", locked=False), "2": Look("date", locked=False)}
VALUES = CellValues(["shared", "", "文本"], {"1": "date", "2": "time"}, from_1904=True, looks=LOOKS)


def fast(markup: str) -> SheetRows:
    """The rows as the fast reader sees them."""
    rows = SheetRows(looks=LookTally(LOOKS))
    read_common_rows(BytesIO(markup.encode()), VALUES, rows)
    return rows


def parsed(markup: str) -> SheetRows:
    """The rows as the parser sees them."""
    return parse_sheet(BytesIO(markup.encode()), VALUES).rows


def same(one: SheetRows, other: SheetRows) -> bool:
    """Whether both found the same values of the same types, formulas, hidden rows and looks."""

    def typed(rows: SheetRows) -> object:
        return {row: [(type(cell), cell) for cell in cells] for row, cells in rows.rows.items()}

    def facts(rows: SheetRows) -> object:
        return typed(rows), rows.formulas, rows.hidden, rows.looks.close()

    return facts(one) == facts(other)


TEXT = st.sampled_from(
    ["", "x", " 空 ", "a&amp;b", "&#10;&#x4E2D;", "_x000D_", "_x005F_x0041_", "a>b\r\nc", "&quot;&apos;"]
)
NUMBER = st.sampled_from(["", "0", "-1.5", "1e3", "45296", " 7 "])
STYLE = st.sampled_from(["", ' s="0"', ' s="1"', ' s="2"', ' s="99"'])
FORMULA = st.sampled_from(
    ["", "<f>A1&amp;B1</f>", '<f t="shared" ref="A1:Z99" si="0">A1+1</f>', '<f t="shared" si="0"/>', '<f t="array" ref="A1">B1</f>',
     '<f t="dataTable" ref="A1" r1="B1"/>', '<f aca="false">C$1</f>', "<f/>", "<f></f>"]
)  # fmt: skip
CONTENT = st.one_of(
    st.just("/>"),
    st.builds(' t="inlineStr"><is><t>{}</t></is></c>'.format, TEXT),
    st.builds(' t="inlineStr"><is><r><t>{}</t></r></is></c>'.format, TEXT),
    st.builds(' t="str">{}<v>{}</v></c>'.format, FORMULA, TEXT),
    st.builds(">{}<v>{}</v></c>".format, FORMULA, NUMBER),
    st.builds(' t="s"><v>{}</v></c>'.format, st.sampled_from(["0", "1", "2", ""])),
    st.builds(' t="b">{}<v>{}</v></c>'.format, FORMULA, st.sampled_from(["0", "1", "true"])),
    st.just(' t="e"><v>#N/A</v></c>'),
    st.just(' t="d"><v>2024-01-05</v></c>'),
    st.builds(">{}</c>".format, FORMULA),
)
CELLS = st.dictionaries(st.integers(0, 5), st.tuples(STYLE, CONTENT), max_size=4)
ROW = st.tuples(st.sampled_from(["", ' hidden="1"', ' spans="1:3" ht="20"']), CELLS, st.booleans())


def markup(rows: dict[int, tuple[str, dict[int, tuple[str, str]], bool]]) -> str:
    made = []
    for number in sorted(rows):
        look, cells, short = rows[number]
        inner = "".join(f'<c r="{"ABCDEF"[c]}{number}"{cells[c][0]}{cells[c][1]}' for c in sorted(cells))
        made.append(
            f'<row r="{number}"{look}/>' if short and not cells else f'<row r="{number}"{look}>{inner}</row>'
        )
    return sheet_xml("".join(made), after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>')


@given(st.dictionaries(st.integers(1, 9), ROW, max_size=6))
@settings(deadline=None, max_examples=400)
def test_the_fast_reader_agrees_with_the_parser_or_gives_up(
    rows: dict[int, tuple[str, dict[int, tuple[str, str]], bool]],
) -> None:
    sheet = markup(rows)
    try:
        found = fast(sheet)
    except OddMarkupError:
        pass
    else:
        assert same(found, parsed(sheet))
    content = read_sheet(BytesIO(sheet.encode()), VALUES)
    assert same(content.rows, parsed(sheet))
    assert content.merges == [(1, 1, 2, 2)]


@pytest.mark.parametrize(
    "rows",
    [
        "<row><c><v>1</v></c></row>",
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><!-- x --></row>',
        '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>',
        '<row r="1"> <c r="A1"><v>1</v></c></row>',
        '<row r="1"><c t="s" r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><f>A1<v>1</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&unknown;</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><c r="A1"><v>1</v></c>',
        '<c r="A1"><v>1</v></c>',
        '<row r="1"><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c>',
    ],
)  # fmt: skip
def test_odd_markup_is_left_to_the_parser(rows: str) -> None:
    with pytest.raises(OddMarkupError):
        fast(sheet_xml(rows))


def test_rows_over_many_blocks_are_read_whole() -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>{"客户" * 20}{n}</v></c><c r="B{n}"><v>{n}</v></c></row>'
        for n in range(1, 20_000)
    )
    found = fast(sheet_xml(rows))
    assert len(found.rows) == 19_999
    assert found.rows[12_345] == ("客户" * 20 + "12345", 12345.0)


def test_ghost_rows_leave_nothing() -> None:
    ghosts = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(2, 100_000))
    found = fast(sheet_xml(f'<row r="1"><c r="A1"><v>1</v></c></row>{ghosts}'))
    assert found.rows == {1: (1.0,)}
