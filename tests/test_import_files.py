"""Reading delimited files: encodings, delimiters, lines; cells that look like formulas."""

from __future__ import annotations

import csv
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custbook_gen.backends.delimited import LONGEST_LINE, guarded, prepare_table, read_table, unguarded
from custbook_gen.errors import InputError
from tests.import_books import BASIC, put, run, small_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a small schema."""
    return small_project(tmp_path)


CHINESE = "编号,名称,备注\n1,杭州晨光贸易有限公司,老客户\n2,王芳,喜欢龙井茶\n"
TAIWAN = "編號,名稱,備註\n1,台北貿易股份有限公司,老客戶\n2,陳小姐,喜歡烏龍茶\n"
WESTERN = "Id,Name,Note\n1,Königlich Essen,Größe\n2,Århus Café,Préféré\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "gb18030"),
        (CHINESE + WESTERN.partition("\n")[2] + "9,México D.F. 客户,São Paulo\n", "gb18030"),
        ("男,女\n", "gb18030"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (TAIWAN, "big5"),
        (TAIWAN, "utf-8"),
        (WESTERN, "cp1252"),
        (WESTERN, "utf-8"),
        ("имя,город\nИванов,Москва\nПетров,Санкт-Петербург\n", "cp1251"),
    ],
)
def test_every_encoding_gives_the_same_text(tmp_path: Path, text: str, encoding: str) -> None:
    table = read_table(put(tmp_path, text.encode(encoding)))
    lines = [line.split(",") for line in text.splitlines()]
    assert table.header == tuple(lines[0])
    assert [list(row.cells) for row in table.rows] == lines[1:]


COMMON = st.integers(0xB0, 0xD6).flatmap(
    lambda lead: st.integers(0xA1, 0xFE).map(lambda trail: bytes((lead, trail)).decode("gb18030"))
)


@settings(deadline=None)
@given(st.lists(st.text(COMMON, min_size=2, max_size=12), min_size=1, max_size=30))
def test_common_chinese_in_gb18030_is_recognised_however_little_there_is(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    text = "名称,电话\n" + "".join(f"{name},0571-88886666\n" for name in names)
    path = put(tmp_path_factory.getbasetemp(), text.encode("gb18030"))
    assert [row.cells[0] for row in read_table(path).rows] == names


@settings(deadline=None)
@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=2))
)
def test_whatever_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "round.csv"
    prepare_table(path, ["a", "b"], rows).commit()
    table = read_table(path, delimiter=",")
    filled = [tuple(row) for row in rows if any(cell.strip() for cell in row)]
    assert [row.cells for row in table.rows] == filled


FORMULAS = [
    "=1+1",
    "+86 138",
    "-5",
    "@x",
    "\tx",
    "\r=x",
    "\n=x",
    "'=x",
    "''-1",
    "=",
    '=HYPERLINK("http://x")',
]


def test_no_cell_that_is_written_is_run_as_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    header = ["=a", "b"]
    prepare_table(path, header, [[text, "plain 'text'"] for text in FORMULAS]).commit()
    with path.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    assert all(row[0].startswith("'") for row in written)
    assert {row[1] for row in written[1:]} == {"plain 'text'"}
    assert [row.cells[0] for row in read_table(path, delimiter=",").rows] == FORMULAS


@given(st.text())
def test_guarding_a_cell_can_be_undone(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).strip() or guarded(cell)[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_are_found_out(tmp_path: Path, delimiter: str) -> None:
    text = (
        'a,b,c\n"x, y; z",2,3\n1,"two; 2",3\n'.replace(",", delimiter)
        if delimiter != ","
        else ('a,b,c\n"x, y; z",2,3\n1,"two; 2",3\n')
    )
    table = read_table(put(tmp_path, text))
    assert table.delimiter == delimiter
    assert table.header == ("a", "b", "c")
    assert len(table.rows) == 2


def test_excels_hint_names_the_delimiter(tmp_path: Path) -> None:
    table = read_table(put(tmp_path, "sep=;\na;b,c\n1;2,3\n"))
    assert (table.header, table.rows[0].line, table.rows[0].cells) == (("a", "b,c"), 3, ("1", "2,3"))


def test_lines_are_those_where_records_start(tmp_path: Path) -> None:
    table = read_table(put(tmp_path, 'a,b\r\n1,"two\r\nlines"\r\n\r\n2,x\r\n,\r\n3,y'))
    assert [row.line for row in table.rows] == [2, 5, 7]
    assert table.rows[0].cells == ("1", "two\r\nlines")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import-empty"),
        (b"\xef\xbb\xbf", "import-empty"),
        (b"\n \n,\n", "import-empty"),
        (b"PK\x03\x04 and so on", "import-not-text"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), "import-not-text"),
        (bytes(range(256)) * 20, "import-encoding"),
        (b"\xff\xfe\x00", "import-encoding"),
        (b"a,b,a\n1,2,3\n", "import-header-twice"),
        (b'a,b\n1,2\n"3,4\n5,6\n', "import-quotes"),
        (b'a,b\n"1"x,2\n', "import-quotes"),
        (b'a,b\n1,"' + b"x\n" * 600_000 + b'"\n', "import-cell"),
        (b'a,b\n1,"' + b"x\n" * 600_000, "import-cell"),
        (b"a,b\n1," + b"x" * 2_000_000, "import-line"),
    ],
)
def test_files_that_are_no_tables_are_refused_in_one_sentence(
    tmp_path: Path, content: bytes, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_table(put(tmp_path, content))
    assert caught.value.code == code
    assert caught.value.exit_code == 3
    assert all("in.csv" in caught.value.sentence(lang) for lang in ("zh", "en"))


def test_every_cell_that_a_line_can_hold_is_read_and_the_librarys_limit_stays(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    long, longer = "x" * 140_000, "x" * (LONGEST_LINE - 10)
    table = read_table(put(tmp_path, f'a,b\n1,{long}\n2,"{longer}"\n3,"{"y" * 500_000}\n{"z" * 400_000}"\n'))
    assert [len(row.cells[1]) for row in table.rows] == [140_000, LONGEST_LINE - 10, 900_001]
    with pytest.raises(InputError, match="unmatched quotation mark"):
        read_table(put(tmp_path, 'a,b\n"1"x,2\n'))
    assert csv.field_size_limit() == before


def test_a_cell_that_is_too_long_for_its_field_is_told_as_that(folder: Path) -> None:
    report = run(
        folder, f"Id,Name,Mail,N\n1,Ann,a@b.com,{'x' * 140_000}\n2,Bob,b@b.com,y\n", BASIC + "  notes: N\n"
    )
    assert (report.held, [issue.place.cell for issue in report.issues]) == (1, ["in.csv:2"])
    assert "140000 characters" in report.issues[0].message("en")


def test_missing_files_and_folders_are_refused(folder: Path) -> None:
    with pytest.raises(InputError, match=r"“gone\.csv”"):
        read_table(folder / "gone.csv")
    with pytest.raises(InputError, match="cannot be read"):
        read_table(folder)


def test_the_map_may_name_an_encoding_that_does_not_fit(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        run(folder, "Id,Name,Mail\n1,é,x\n".encode("cp1252"), BASIC + "encoding: utf-8\n")
    assert caught.value.code == "import-encoding"


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_whatever_break_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = put(tmp_path_factory.getbasetemp(), content, "any.csv")
    with suppress(InputError):
        read_table(path)
