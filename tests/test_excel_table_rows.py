"""Rows of a table read at once say what the parser says of them; shared strings too."""

# ruff: noqa: E501 (markup reads best on one line)

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custbook_gen.backends.excel import table_rows
from custbook_gen.backends.excel.cell_values import CellValues
from custbook_gen.backends.excel.entities import OddMarkupError
from custbook_gen.backends.excel.fast_rows import read_common_rows
from custbook_gen.backends.excel.row_pattern import Learner, RowPattern
from custbook_gen.backends.excel.shared_strings import parse_strings, read_strings
from custbook_gen.backends.excel.sheet_reader import parse_sheet, read_sheet
from custbook_gen.backends.excel.sheet_rows import SheetRows
from custbook_gen.errors import WorkbookError
from custbook_gen.furniture import Look
from tests.xlsx_samples import MAIN, parts, read, sheet_xml

STRINGS = [f"text {n}" for n in range(200)] + [""]
LOOKS = {
    "2": Look("date", locked=False),
    "3": Look("number", locked=False),
    "4": Look("number", locked=False),
}
VALUES = CellValues(STRINGS, {"2": "date"}, looks=LOOKS)

COLUMNS: tuple[Callable[[int], str], ...] = (
    lambda n: f'<c r="A{n}" s="1" t="inlineStr"><is><t>C{n:06}</t></is></c>',
    lambda n: f'<c r="B{n}" s="1" t="s"><v>{n % 200}</v></c>',
    lambda n: f'<c r="C{n}" s="2"><v>{45000 + n}</v></c>',
    lambda n: f'<c r="D{n}" s="3"><v>{n * 7919 % 1000}.25</v></c>',
    lambda n: f'<c r="E{n}" s="{3 + n % 2}"><f>IF($D{n}="","",ROUND($D{n}*2,2))</f><v>{n}</v></c>',
    lambda n: f'<c r="F{n}" t="b"><v>{n % 2}</v></c>',
    lambda n: f'<c r="H{n}" t="str"><f t="shared" si="0"/><v>x{n}</v></c>',
)
ODD = st.sampled_from(
    [
        "", '<c r="{c}{n}" s="1"/>', '<c r="{c}{n}"><v/></c>', '<c r="{c}{n}" t="str"><f>A{n}&amp;"{n}"</f><v></v></c>',
        '<c r="{c}{n}" s="2" t="inlineStr"><is><t xml:space="preserve"> a&amp;b _x000D_ </t></is></c>',
        '<c r="{c}{n}"><f>SUM($A$1:A{n})</f><v>1e3</v></c>', '<c r="{c}{n}" t="e"><v>#REF!</v></c>',
        '<c r="{c}{n}" t="str"><f t="shared" ref="{c}{n}:{c}90" si="0">A{n}&amp;B{n}</f><v>y</v></c>',
        '<c r="{c}{n}" t="s"><v>200</v></c>', '<c r="{c}{n}" t="inlineStr"><is><r><t>rich</t></r></is></c>',
        '<c r="{c}{n}" s="4"><v>-0.5</v></c>', '<c r="{c}{n}" t="d"><v>2024-01-05</v></c>', '<c r="{c}{n}" s="3"></c>',
        '<c r="{c}{n}"><f t="array" ref="{c}{n}">B{n}</f><v>7</v></c>', '<c r="{c}{n}"><f>C{n}</f></c>',
        '<c r="{c}{n}" t="str"><v>{n}</v></c>', '<c r="{c}{n}"><f>A{n}6+{n}{n}</f><v>1</v></c>', '<c r="{c}{n}" t="inlineStr"><is><t></t></is></c>',
    ]
)  # fmt: skip
TAG = st.sampled_from(["", ' hidden="1"', ' spans="1:8" ht="20"', ' hidden="false"'])
CHANGES = st.dictionaries(
    st.tuples(st.integers(1, 80), st.sampled_from([0, 1, 2, 3, 4, 5, 6])), ODD, max_size=40
)


@pytest.fixture
def of_few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a pattern made for as few rows as these tests look at."""
    monkeypatch.setattr(table_rows, "FEW_ROWS", 64)


def table(changes: dict[tuple[int, int], str], tags: dict[int, str], left_out: set[int]) -> str:
    """Eighty rows that are alike but for some cells."""
    made = []
    for n in range(1, 81):
        if n in left_out:
            continue
        cells = (
            changes[n, at].format(c="ABCDEFH"[at], n=n) if (n, at) in changes else cell(n)
            for at, cell in enumerate(COLUMNS)
        )
        made.append(f'<row r="{n}"{tags.get(n, "")}>{"".join(cells)}</row>')
    master = '<row r="0"><c r="H0"/></row>' if 0 in left_out else ""
    return sheet_xml(master + "".join(made))


def typed(rows: SheetRows) -> object:
    """The values of a sheet with their types."""
    return {row: [(type(cell), cell) for cell in cells] for row, cells in rows.rows.items()}


@given(CHANGES, st.dictionaries(st.integers(1, 80), TAG, max_size=5), st.sets(st.integers(1, 80), max_size=5))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("of_few_rows")
def test_a_table_with_odd_cells_reads_as_the_parser_reads_it(
    changes: dict[tuple[int, int], str], tags: dict[int, str], left_out: set[int]
) -> None:
    markup = table(changes, tags, left_out).encode()
    quick, whole = read_sheet(BytesIO(markup), VALUES), parse_sheet(BytesIO(markup), VALUES)
    assert typed(quick.rows) == typed(whole.rows)
    assert dict(quick.rows.formulas) == dict(whole.rows.formulas)
    assert quick.rows.hidden == whole.rows.hidden
    assert (quick.around.top, quick.around.below) == (whole.around.top, whole.around.below)


@pytest.mark.parametrize(("count", "patterns"), [(1, 0), (398, 0), (399, 1), (3000, 1)])
def test_no_pattern_is_made_for_a_few_rows(
    count: int, patterns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[RowPattern | None] = []
    make = Learner.pattern

    def noted(learner: Learner) -> RowPattern | None:
        made.append(make(learner))
        return made[-1]

    monkeypatch.setattr(Learner, "pattern", noted)
    body = "".join(
        f'<row r="{n}">' + "".join(cell(n) for cell in COLUMNS) + "</row>" for n in range(2, count + 2)
    )
    shared = '<row r="1"><c r="H1" t="str"><f t="shared" ref="H1:H81" si="0">A1&amp;"-"</f><v>x</v></c></row>'
    markup = sheet_xml(shared + body).encode()
    quick, whole = read_sheet(BytesIO(markup), VALUES), parse_sheet(BytesIO(markup), VALUES)
    assert typed(quick.rows) == typed(whole.rows)
    assert dict(quick.rows.formulas) == dict(whole.rows.formulas)
    assert len(made) == patterns


def test_formulas_of_a_column_are_kept_as_one() -> None:
    rows = SheetRows()
    shared = '<row r="1"><c r="H1" t="str"><f t="shared" ref="H1:H81" si="0">A1&amp;"-"</f><v>x</v></c></row>'
    body = "".join(f'<row r="{n}">' + "".join(cell(n) for cell in COLUMNS) + "</row>" for n in range(2, 3001))
    read_common_rows(BytesIO(sheet_xml(shared + body).encode()), VALUES, rows)
    own, followed = rows.formulas.runs(5), rows.formulas.runs(8)
    assert own[-1].last == followed[-1].last == 3000
    assert len(own) + len(followed) < 5
    assert own[-1].pieces == ("IF($D", '="","",ROUND($D', "*2,2))")
    assert rows.formulas[1234, 5] == 'IF($D1234="","",ROUND($D1234*2,2))'
    assert followed[-1].pieces == ("A", '&"-"')
    assert rows.formulas[2999, 8] == 'A2999&"-"'
    assert (3001, 5) not in rows.formulas
    assert len(rows.formulas) == len(set(rows.formulas)) == 2999 * 2 + 1


@pytest.mark.usefixtures("of_few_rows")
@pytest.mark.parametrize("cell", ['<c r="B70" t="s"><v>201</v></c>', '<c r="B70" t="s"><v>-1</v></c>'])
def test_a_shared_string_that_is_not_there_is_an_error_wherever_it_stands(cell: str) -> None:
    strings = f'<sst xmlns="{MAIN}">' + "".join(f"<si><t>{text}</t></si>" for text in STRINGS) + "</sst>"
    with pytest.raises(WorkbookError) as caught:
        read(parts(table({(70, 1): cell}, {}, set()), strings=strings))
    assert caught.value.code == "workbook-corrupt"


ITEM = st.sampled_from(
    [
        "<si><t>a</t></si>", "<si><t/></si>", '<si><t xml:space="preserve"> b&amp;&#10;_x000D_</t></si>',
        "<si><r><t>rich </t></r><r><rPr><b/></rPr><t>文本</t></r></si>", "<si/>", "\r\n <si><t>c\r\nd</t></si>",
        '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si>', "<!-- x --><si><t>e</t></si>",
        "<si><t><![CDATA[<f>]]></t></si>",
    ]
)  # fmt: skip


@given(st.lists(ITEM, max_size=12), st.sampled_from(["", "\n", "<extLst/>"]))
@settings(deadline=None, max_examples=150)
def test_shared_strings_read_as_the_parser_reads_them(items: list[str], after: str) -> None:
    markup = f'<?xml version="1.0"?>\n<sst xmlns="{MAIN}">{"".join(items)}{after}</sst>\n'.encode()
    assert read_strings(BytesIO(markup)) == parse_strings(BytesIO(markup))


def test_strings_over_many_blocks_are_read_whole() -> None:
    texts = [f"客户 {n}" * 9 for n in range(60_000)]
    markup = f'<sst xmlns="{MAIN}">' + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"
    assert read_strings(BytesIO(markup.encode())) == texts


@pytest.mark.usefixtures("of_few_rows")
def test_an_entity_of_a_declaration_is_left_to_the_parser() -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>{"&odd;" if n == 60 else n}</v></c></row>' for n in range(1, 80)
    )
    with pytest.raises(OddMarkupError):
        read_common_rows(BytesIO(sheet_xml(rows).encode()), VALUES, SheetRows())
