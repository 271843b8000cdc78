"""Importing delimited files: what goes in, what is held with its line, what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custbook_gen.actions.importing import Request, import_file
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import Run, open_project
from custbook_gen.backends.delimited import guarded, prepare_table, read_table, unguarded
from custbook_gen.cli import main
from custbook_gen.errors import InputError, SchemaError, UsageError
from custbook_gen.records import Change, Value
from custbook_gen.report import Report

DOCS = Path(__file__).resolve().parents[1] / "docs" / "import.md"

SCHEMA = """\
key: small
version: 1
label: [小簿, Small book]
settings: {as_of: 2024-06-30}
sheets:
  clients:
    label: [客户, Clients]
    key: code
    name: name
    fields:
      code: {label: [编号, No.], type: auto, prefix: K, digits: 3}
      name: {label: [名称, Name], type: text, required: true, max_length: 30}
      kind: {label: [种类, Kind], type: enum, category: kind, required: true, default: new}
      since: {label: [起, Since], type: date, min: 1990-01-01, max: as_of}
      limit: {label: [额度, Limit], type: money, min: 0}
      phone: {label: [电话, Phone], type: phone, one_of: contact}
      email: {label: [邮箱, E-mail], type: email, one_of: contact}
      region: {label: [区, Region], type: enum, category: region}
      town: {label: [镇, Town], type: enum, category: town, parent: region}
      boss: {label: [上级, Boss], type: ref, to: clients}
      size: {label: [大小, Size], type: calc, result: int, rule: order_count}
      notes: {label: [备注, Notes], type: long}
  items:
    label: [产品, Items]
    key: sku
    name: title
    fields:
      sku: {label: [货号, SKU], type: text, required: true, pattern: "^[A-Z0-9]+$"}
      title: {label: [品名, Title], type: text, required: true}
      owner: {label: [客户, Owner], type: ref, to: clients}
categories:
  kind:
    label: [种类, Kind]
    choices: {new: [新, New], old: [旧, Old]}
  region:
    label: [区, Region]
    choices: {n: [北, North], s: [南, South]}
  town:
    label: [镇, Town]
    parent: region
    choices:
      n1: {zh: 甲, en: A, parent: n}
      s1: {zh: 乙, en: B, parent: s}
"""

BASIC = """\
id: {column: Id, system: crm}
fields:
  name: Name
  email: Mail
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a small schema."""
    (tmp_path / "small.yaml").write_text(SCHEMA, encoding="utf-8")
    init(tmp_path, Choices(lang="en", schema="small.yaml"))
    return tmp_path


def put(folder: Path, text: str | bytes, name: str = "in.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def run(
    folder: Path,
    rows: str | bytes,
    mapping: str = BASIC,
    *,
    sheet: str = "clients",
    held: Path | None = None,
    dry_run: bool = False,
) -> Report:
    request = Request(sheet, put(folder, mapping, "map.yaml"), held, dry_run)
    at = dt.datetime(2024, 6, 30, 12, tzinfo=dt.UTC)
    return import_file(put(folder, rows), request, Run(at, "ann"), folder)


def records(folder: Path, sheet: str = "clients") -> dict[str, dict[str, Value]]:
    with open_project(folder).store.reading() as snapshot:
        table = snapshot.tables()[sheet]
    return {
        key: {name: value for name, value in zip(table.fields, row, strict=True) if value is not None}
        for key, row in table.rows.items()
    }


def revision(folder: Path) -> int:
    with open_project(folder).store.reading() as snapshot:
        return snapshot.revision()


def found(report: Report) -> list[tuple[str, str | None, str | None]]:
    return [(issue.code, issue.place.cell, issue.place.field) for issue in report.issues]


# ---------------------------------------------------------------- reading files

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
        (b"a,b\n1," + b"x" * 200_000 + b"\n", "import-quotes"),
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


# ---------------------------------------------------------------- rows into the store


def test_good_rows_go_in_with_keys_and_defaults_as_one_revision(folder: Path) -> None:
    report = run(folder, "Id,Name,Mail\n7,Ann,ann@example.com\n9,Bob,bob@example.com\n")
    assert records(folder) == {
        "K001": {"code": "K001", "name": "Ann", "kind": "new", "email": "ann@example.com"},
        "K002": {"code": "K002", "name": "Bob", "kind": "new", "email": "bob@example.com"},
    }
    assert (report.exit_code, report.base, report.now, report.applied) == (0, 0, 1, True)
    assert report.issues == []


def test_bad_rows_are_held_with_their_lines_and_good_ones_go_in(folder: Path) -> None:
    rows = 'Id,Name,Mail\n1,"An\nn",ann@example.com\n2,,b@example.com\n3,Cy,no address\n4,Dee,d@example.com\n'
    report = run(folder, rows)
    assert [item["name"] for item in records(folder).values()] == ["An n", "Dee"]
    errors = [item for item in found(report) if item[0] != "blanks-removed"]
    assert errors == [
        ("required-missing", "in.csv:4", "name"),
        ("email-invalid", "in.csv:5", "email"),
    ]
    assert (report.counts()["rows"], report.held, report.exit_code) == (4, 2, 1)


def test_an_unchanged_file_makes_no_revision(folder: Path) -> None:
    mapping = BASIC + "  since: Since\n  kind: Kind\n  limit: Limit\n  phone: Phone\n"
    rows = "Id,Name,Mail,Since,Kind,Limit,Phone\n1,Ann,a@b.com,2024-01-05,,1.50,010-62345678\n"
    run(folder, rows, mapping)
    report = run(folder, rows, mapping)
    assert (report.base, report.now, report.changes, report.exit_code) == (1, 1, [], 0)


def test_the_same_file_again_updates_and_leaves_what_is_not_mapped(folder: Path) -> None:
    run(folder, "Id,Name,Mail,N\n1,Ann,a@b.com,remember\n", BASIC + "  notes: N\n")
    report = run(folder, "Id,Name,Mail\n1,Anna,a@b.com\n2,Bob,b@b.com\n")
    assert records(folder)["K001"]["name"] == "Anna"
    assert records(folder)["K001"]["notes"] == "remember"
    assert [(change.kind, change.key) for change in report.changes] == [
        ("update", "K001"),
        ("insert", "K002"),
    ]


def test_an_empty_cell_clears_a_field_unless_that_has_a_default(folder: Path) -> None:
    mapping = BASIC + "  kind: Kind\n  notes: N\n"
    run(folder, "Id,Name,Mail,Kind,N\n1,Ann,a@b.com,Old,x\n", mapping)
    run(folder, "Id,Name,Mail,Kind,N\n1,Ann,a@b.com,,\n", mapping)
    assert records(folder)["K001"] == {"code": "K001", "name": "Ann", "email": "a@b.com", "kind": "old"}


def test_a_record_that_was_deleted_comes_back_under_a_new_key(folder: Path) -> None:
    run(folder, "Id,Name,Mail\n1,Ann,a@b.com\n")
    with open_project(folder).store.writing() as tx:
        tx.commit_changes([Change("delete", "clients", "K001")], Run.now().stamp("test"))
    run(folder, "Id,Name,Mail\n1,Ann,a@b.com\n")
    assert list(records(folder)) == ["K002"]


def test_a_dry_run_shows_everything_and_writes_nothing(folder: Path) -> None:
    held = folder / "held.csv"
    report = run(folder, "Id,Name,Mail\n1,Ann,a@b.com\n2,,x\n", held=held, dry_run=True)
    assert (report.applied, len(report.changes), report.held) == (False, 1, 1)
    assert (revision(folder), held.exists()) == (0, False)


def test_text_keys_are_mapped_like_any_field(folder: Path) -> None:
    mapping = "fields: {sku: No, title: T}\n"
    run(folder, "No,T\nA1,Tea\n", mapping, sheet="items")
    report = run(folder, "No,T\nA1,Green tea\nb,Cup\nC3,Pot\nC3,Twice\n", mapping, sheet="items")
    assert records(folder, "items") == {
        "A1": {"sku": "A1", "title": "Green tea"},
        "C3": {"sku": "C3", "title": "Pot"},
    }
    assert found(report) == [("pattern-mismatch", "in.csv:3", "sku"), ("key-duplicate", "in.csv:5", "sku")]


def test_keys_of_the_book_itself_may_be_mapped(folder: Path) -> None:
    run(folder, "Id,Name,Mail\n1,Ann,a@b.com\n")
    report = run(folder, "Key,Name\nK001,Anna\nK900,Zed\n", "fields: {code: Key, name: Name}\n")
    assert records(folder)["K001"]["name"] == "Anna"
    assert ("key-unknown", "in.csv:3", "code") in found(report)


# ---------------------------------------------------------------- ids and references


def test_references_are_resolved_by_the_other_systems_ids(folder: Path) -> None:
    run(folder, "Id,Name,Mail\n70,Ann,a@b.com\n")
    mapping = "fields: {sku: No, title: T, owner: {column: Owner, via: crm}}\n"
    report = run(folder, "No,T,Owner\nA1,Tea,70\nA2,Cup, 70 \nA3,Pot,\nA4,Jar,71\n", mapping, sheet="items")
    assert {key: item.get("owner") for key, item in records(folder, "items").items()} == {
        "A1": "K001",
        "A2": "K001",
        "A3": None,
    }
    assert found(report) == [("ref-unknown", "in.csv:5", "owner")]
    assert report.issues[0].value == "crm:71"


def test_a_key_of_the_book_is_no_id_of_the_other_system(folder: Path) -> None:
    run(folder, "Id,Name,Mail\n70,Ann,a@b.com\n")
    mapping = "fields: {sku: No, title: T, owner: {column: Owner, via: crm}}\n"
    report = run(folder, "No,T,Owner\nA1,Tea,K001\nA2,Cup,Ann\n", mapping, sheet="items")
    assert [code for code, *_ in found(report)] == ["ref-unknown", "ref-unknown"]


def test_rows_may_refer_to_rows_of_the_same_file(folder: Path) -> None:
    rows = "Id,Name,Mail,Boss\n1,Ann,a@b.com,2\n2,Bob,b@b.com,\n3,Cy,c@b.com,4\n4,,d@b.com,\n"
    report = run(folder, rows, BASIC + "  boss: {column: Boss, via: crm}\n")
    assert {item["name"]: item.get("boss") for item in records(folder).values()} == {
        "Ann": "K002",
        "Bob": None,
    }
    assert found(report) == [("ref-held", "in.csv:4", "boss"), ("required-missing", "in.csv:5", "name")]
    assert run(folder, rows, BASIC + "  boss: {column: Boss, via: crm}\n").changes == []


def test_ids_of_several_columns_never_run_together(folder: Path) -> None:
    mapping = "id: {column: [A, B], system: crm}\nfields: {name: Name, email: Mail}\n"
    rows = "A,B,Name,Mail\n1|2,3,Ann,a@b.com\n1,2|3,Bob,b@b.com\n1\\,2,Cy,c@b.com\n1,\\|2,Di,d@b.com\n"
    assert run(folder, rows, mapping).exit_code == 0
    assert len(records(folder)) == 4
    assert run(folder, rows, mapping).changes == []


def test_rows_without_an_id_or_with_one_twice_are_held(folder: Path) -> None:
    report = run(folder, "Id,Name,Mail\n1,Ann,a@b.com\n,Bob,b@b.com\n1,Cy,c@b.com\n")
    assert found(report) == [("id-missing", "in.csv:3", None), ("id-duplicate", "in.csv:4", None)]
    assert report.issues[1].message("en").startswith("“1” in “Id” stands in line 2 already")
    assert (report.held, len(records(folder))) == (2, 1)


# ---------------------------------------------------------------- what a map can say


def test_values_constants_defaults_and_templates_fill_fields(folder: Path) -> None:
    mapping = """\
id: {column: Id, system: crm}
fields:
  name: {template: '{{ First }} {{ row["Last name"] | upper }}'}
  email: {template: "{{ First | lower }}@example.com"}
  kind: {column: K, values: {N: new, 1: old, "": 旧}, default: new}
  since: {value: 2024-02-01}
  limit: {value: 12.50}
"""
    report = run(folder, "Id,First,Last name,K\n1,Ann,Lee,N\n2,Bob,Ray,1\n3,Cy,Fox,\n4,Di,Oak,?\n", mapping)
    assert [item["name"] for item in records(folder).values()] == ["Ann LEE", "Bob RAY", "Cy FOX", "Di OAK"]
    assert [item["kind"] for item in records(folder).values()] == ["new", "old", "old", "new"]
    assert records(folder)["K001"]["since"] == dt.date(2024, 2, 1)
    assert records(folder)["K001"]["limit"] == Decimal("12.5")
    assert report.issues == []


def test_a_value_that_the_map_does_not_know_goes_through_the_check(folder: Path) -> None:
    mapping = BASIC + "  kind: {column: K, values: {N: new}}\n"
    report = run(folder, "Id,Name,Mail,K\n1,Ann,a@b.com,旧\n2,Bob,b@b.com,odd\n", mapping)
    assert records(folder)["K001"]["kind"] == "old"
    assert found(report)[-1] == ("not-in-list", "in.csv:3", "kind")


def test_dates_are_read_by_the_maps_format_and_never_guessed(folder: Path) -> None:
    rows = "Id,Name,Mail,D\n1,Ann,a@b.com,05/02/2024\n2,Bob,b@b.com,01/03/2024\n"
    report = run(folder, rows, BASIC + "  since: D\n")
    assert [code for code, *_ in found(report)] == ["date-ambiguous", "date-ambiguous"]
    run(folder, rows, BASIC + '  since: {column: D, date_format: ["%Y%m%d", "%d/%m/%Y"]}\n')
    assert [item["since"] for item in records(folder).values()] == [dt.date(2024, 2, 5), dt.date(2024, 3, 1)]


def test_moments_with_a_time_are_dates_too(folder: Path) -> None:
    rows = "Id,Name,Mail,D\n1,Ann,a@b.com,1996-07-04 00:00:00.000\n"
    run(folder, rows, BASIC + "  since: D\n")
    assert records(folder)["K001"]["since"] == dt.date(1996, 7, 4)


def test_a_decimal_comma_is_read_only_where_the_map_says_so(folder: Path) -> None:
    rows = "Id;Name;Mail;L\n1;Ann;a@b.com;1.234,50\n2;Bob;b@b.com;2,5\n3;Cy;c@b.com;7\n"
    report = run(folder, rows, BASIC + "  limit: L\n")
    assert [code for code, *_ in found(report)] == ["not-a-number", "not-a-number"]
    run(folder, rows, BASIC + '  limit: L\ndecimal: ","\n')
    assert {item["name"]: item["limit"] for item in records(folder).values()} == {
        "Ann": Decimal("1234.5"),
        "Bob": Decimal("2.5"),
        "Cy": Decimal(7),
    }


def test_phones_are_read_by_the_country_of_their_row(folder: Path) -> None:
    mapping = """\
id: {column: Id, system: crm}
fields:
  name: Name
  phone: {column: Tel, region: {column: Land, values: {Germany: DE, USA: US}}}
"""
    rows = "Id,Name,Tel,Land\n1,A,030 0074321,Germany\n2,B,(206) 555-9857,USA\n3,C,010-62345678,\n"
    report = run(
        folder, rows + "4,D,(206) 555-9857,Narnia\n5,E,+49 30 0074321,USA\n6,F,030 0074321,DE\n", mapping
    )
    assert [item["phone"] for item in records(folder).values()] == [
        "+49300074321",
        "+12065559857",
        "+861062345678",
        "(206) 555-9857",
        "+49300074321",
        "+49300074321",
    ]
    assert found(report) == [("phone-doubtful", "in.csv:5", "phone")]


def test_numbers_of_no_country_are_kept_and_shown_as_typed(folder: Path) -> None:
    report = run(
        folder, "Id,Name,Tel\n1,A,+999 12345\n2,B,+86 123 456\n", BASIC.replace("email: Mail", "phone: Tel")
    )
    assert [item["phone"] for item in records(folder).values()] == ["+999 12345", "+86 123 456"]
    shown = [report.display("clients", "phone", change.after["phone"]) for change in report.changes]
    assert shown == ["+999 12345", "+86 123 456"]


def test_what_does_not_fit_moves_to_the_notes_once(folder: Path) -> None:
    mapping = """\
id: {column: Id, system: crm}
fields:
  name: Name
  email: Mail
  phone: {column: Tel, otherwise: notes}
  since: {column: Since, otherwise: notes}
"""
    rows = "Id,Name,Mail,Tel,Since\n1,Ann,a@b.com,ask Bob,long ago\n2,Bob,b@b.com,010-62345678,2024-01-01\n"
    report = run(folder, rows, mapping)
    assert records(folder)["K001"]["notes"] == "Phone: ask Bob\nSince: long ago"
    assert "notes" not in records(folder)["K002"]
    assert found(report) == [
        ("moved-to-notes", "in.csv:2", "phone"),
        ("moved-to-notes", "in.csv:2", "since"),
    ]
    assert report.exit_code == 0
    assert run(folder, rows, mapping).changes == []
    assert (
        run(folder, rows, BASIC + "  phone: {column: Tel, otherwise: notes}\n  notes: Since\n").changes != []
    )
    assert records(folder)["K001"]["notes"] == "long ago\nPhone: ask Bob"


def test_a_cascade_moves_to_the_notes_step_by_step(folder: Path) -> None:
    mapping = BASIC + "  region: {column: R, otherwise: notes}\n  town: {column: T, otherwise: notes}\n"
    run(folder, "Id,Name,Mail,R,T\n1,Ann,a@b.com,West,A\n", mapping)
    assert records(folder)["K001"]["notes"] == "Region: West\nTown: A"


def test_a_required_field_that_was_moved_holds_its_row(folder: Path) -> None:
    mapping = "id: {column: Id, system: crm}\nfields: {name: Name, phone: {column: Tel, otherwise: notes}}\n"
    report = run(folder, "Id,Name,Tel\n1,Ann,ask Bob\n", mapping)
    assert [code for code, *_ in found(report)] == ["moved-to-notes", "one-of-missing"]
    assert records(folder) == {}


def test_rows_are_skipped_and_unused_columns_named_once(folder: Path) -> None:
    mapping = BASIC + "skip: {column: Gone, equals: [1, yes]}\nignore: [Fax]\n"
    rows = "Id,Name,Mail,Gone,Fax,Web,\n1,Ann,a@b.com,1,f,w,\n2,Bob,b@b.com,0,f,w,\n3,Cy,c@b.com,yes,f,w,x\n"
    report = run(folder, rows, mapping)
    assert [item["name"] for item in records(folder).values()] == ["Bob"]
    assert [issue.message("en") for issue in report.issues] == [
        (
            "The map does not use these columns, so they were not imported: Web, (7). "
            "List those that are not wanted under ignore."
        ),
        "2 rows were skipped, as the map says under skip.",
    ]
    assert report.exit_code == 0


def test_an_encoding_that_was_guessed_is_told(folder: Path) -> None:
    report = run(folder, "Id,Name,Mail\n1,王芳芳,a@b.com\n".encode("gb18030"))
    assert found(report) == [("encoding-guessed", "in.csv", None)]
    assert records(folder)["K001"]["name"] == "王芳芳"


# ---------------------------------------------------------------- joins

JOINED = """\
id: {column: No, system: crm}
join: [{file: People.csv, on: {Who: Id}}]
fields:
  name: Name
  email: Mail
  limit: Limit
  notes: {template: "{{ Name }} {{ People.Limit }}"}
"""


def test_joined_columns_are_there_by_name_and_by_file(folder: Path) -> None:
    put(folder, "Id,Name,Mail,Limit\n7,Ann,a@b.com,99\n8,Bob,b@b.com,98\n", "People.csv")
    report = run(folder, "No,Who,Limit\n1,7,5\n2,7,6\n", JOINED)
    assert [(item["name"], item["limit"], item["notes"]) for item in records(folder).values()] == [
        ("Ann", Decimal(5), "Ann 99"),
        ("Ann", Decimal(6), "Ann 99"),
    ]
    assert report.issues == []


def test_rows_without_one_partner_are_held(folder: Path) -> None:
    put(folder, "Id,Name,Mail,Limit\n7,Ann,a@b.com,99\n8,B,b@b.com,1\n8,B,b@b.com,2\n9,C\n", "People.csv")
    report = run(folder, "No,Who,Limit\n1,7,5\n2,6,5\n3,8,5\n4,9,5\n", JOINED)
    assert found(report) == [
        ("join-missing", "in.csv:3", None),
        ("join-ambiguous", "in.csv:4", None),
        ("join-missing", "in.csv:5", None),
        ("row-ragged", "People.csv:5", None),
    ]
    assert report.issues[0].message("en") == "“People.csv” has no row with “6” in Id, so this row was held."
    assert (report.held, len(records(folder))) == (3, 1)


def test_a_joined_file_that_is_missing_is_named(folder: Path) -> None:
    with pytest.raises(InputError, match=r"“People\.csv”"):
        run(folder, "No,Who,Limit\n1,7,5\n", JOINED)


def test_a_second_join_may_use_what_the_first_one_added(folder: Path) -> None:
    put(folder, "Id,City\n7,1\n", "A.csv")
    put(folder, "Code,Name,Mail\n1,Ann,a@b.com\n", "B.csv")
    mapping = (
        BASIC.replace("Id", "No") + "join: [{file: A.csv, on: {Who: Id}}, {file: B.csv, on: {City: Code}}]\n"
    )
    assert run(folder, "No,Who\n1,7\n", mapping).exit_code == 0
    assert records(folder)["K001"]["name"] == "Ann"


# ---------------------------------------------------------------- rows that cannot be read


def test_rows_that_cannot_be_read_are_held_each_with_its_reason(folder: Path) -> None:
    mapping = BASIC + '  limit: {template: "{{ 10 / (L | int) }}"}\nignore: [X]\n'
    rows = "Id,Name,Mail,L,X\n1,Ann\n2,Bob,b@b.com,1,2,3\n3,C\0y,c@b.com,1,\n4,Di,d@b.com,0,\n"
    report = run(folder, f"{rows}5,Ed,e@b.com,5,,,\n{'x' * 400},Fay,f@b.com,2,\n", mapping)
    assert found(report) == [
        ("row-ragged", "in.csv:2", None),
        ("row-ragged", "in.csv:3", None),
        ("row-damaged", "in.csv:4", None),
        ("template-failed", "in.csv:5", None),
    ]
    assert [item["name"] for item in records(folder).values()] == ["Ed", "Fay"]
    assert report.held == 4


def test_a_row_of_which_nothing_is_mapped_is_held(folder: Path) -> None:
    mapping = "fields: {name: Name, email: {value: a@b.com}}\n"
    report = run(folder, "Name,Other\nAnn,\n,something\n", mapping)
    assert found(report)[-1] == ("row-unmapped", "in.csv:3", None)


def test_held_rows_are_written_as_they_came_and_can_be_imported_once_mended(folder: Path) -> None:
    held = folder / "held.csv"
    rows = 'Id,Name,Mail\n1,Ann,a@b.com\n2,Bob,"no\naddress"\n3,Cy,c@b.com,extra\n=4,,d@b.com\n'
    run(folder, rows, held=held)
    table = read_table(held)
    assert table.header == ("Id", "Name", "Mail", "_line", "_problem")
    assert [row.cells[:4] for row in table.rows] == [
        ("2", "Bob", "no\naddress", "3"),
        ("3", "Cy", "c@b.com", "5"),
        ("=4", "", "d@b.com", "6"),
    ]
    assert table.rows[1].cells[5:] == ("extra",)
    assert table.rows[2].cells[4] == "“Name” is required and empty; fill it in."
    mended = held.read_text(encoding="utf-8-sig").replace("no\naddress", "b@b.com").replace(",extra", "")
    report = run(folder, mended, held=held)
    assert [item["name"] for item in records(folder).values()] == ["Ann", "Bob", "Cy"]
    assert (report.held, read_table(held).rows[0].cells[:3]) == (1, ("=4", "", "d@b.com"))
    assert "columns-unused" not in {issue.code for issue in report.issues}


def test_a_file_that_holds_anything_else_is_never_replaced(folder: Path) -> None:
    taken = put(folder, "Id,Name\n1,precious\n", "taken.csv")
    for path in (taken, folder):
        with pytest.raises(InputError) as caught:
            run(folder, "Id,Name,Mail\n1,Ann,a@b.com\n", held=path)
        assert caught.value.code == "held-taken"
    assert (taken.read_text(), revision(folder)) == ("Id,Name\n1,precious\n", 0)


def test_nothing_is_stored_if_the_held_rows_cannot_be_written(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        run(folder, "Id,Name,Mail\n1,Ann,a@b.com\n2,,x\n", held=folder / "gone" / "held.csv")
    assert (caught.value.code, revision(folder)) == ("held-unwritable", 0)


# ---------------------------------------------------------------- wrong maps


@pytest.mark.parametrize(
    ("mapping", "place", "words"),
    [
        ("fields: {name: Nmae}\n", "1, column 10", "no column Nmae; did you mean Name?"),
        ("fields: {nmae: Name}\n", "1, column 10", "no field nmae; did you mean name?"),
        ("fields:\n  name: Name\n  size: Id\n", "3, column 3", "size is computed"),
        ("fields: {name: {colum: Name}}\n", "1, column 17", "no option colum; did you mean column?"),
        ("fields: {name: {column: Name, value: x}}\n", "1, column 10", "exactly one of"),
        ("fields: {name: {column: [Id, Name]}}\n", "1, column 10", "exactly one of"),
        ("fields: {name: {value: x, default: y}}\n", "1, column 27", "default goes with column only"),
        (
            "fields: {name: {column: Name, via: crm}}\n",
            "1, column 31",
            "via does not go with a field of type",
        ),
        ("fields: {name: {column: Name, region: {value: DE}}}\n", "1, column 31", "region does not go with"),
        ("fields: {phone: {column: Id, region: {values: {a: DE}}}}\n", "1, column 30", "region needs either"),
        ("fields: {phone: {column: Id, region: {value: Germany}}}\n", "1, column 39", "cannot be Germany"),
        ("fields: {kind: {value: od}}\n", "1, column 17", "kind cannot be od"),
        ("fields:\n  kind:\n    column: Id\n    values: {a: nw}\n", "4, column 14", "kind cannot be nw"),
        ("fields: {since: {column: Id, date_format: '%d/%m'}}\n", "1, column 30", "no complete date format"),
        ("fields: {name: {template: '{{ Name'}}\n", "1, column 17", "the template is wrong"),
        ("fields: {name: {template: '{{ Nmae }}'}}\n", "1, column 17", "no column Nmae; did you mean Name?"),
        ("fields: {name: {template: '{{ row.Nmae }}'}}\n", "1, column 17", "did you mean Name?"),
        ("fields: {name: {template: '{{ P.Nmae }}'}}\n", "1, column 17", "no column P"),
        ("fields: {name: {template: '{{ Name }'}}\n", "1, column 17", "template is wrong"),
        ("fields: {phone: {column: Id, otherwise: since}}\n", "1, column 30", "which since is not"),
        (
            "fields: {name: {column: Id, otherwise: notes}, notes: {column: Id, otherwise: name}}\n",
            "1, column 29",
            "which notes is not",
        ),
        ("fields: {name: Name}\nid: {column: ID, system: x}\n", "2, column 6", "did you mean Id?"),
        ("fields: {name: Name}\nid: {column: Id}\n", "2, column 1", "system is missing"),
        ("fields: {name: Name}\nskip: {column: Foo, equals: 1}\n", "2, column 8", "no column Foo"),
        ("fields: {name: Name}\nencoding: klingon\n", "2, column 1", "no encoding called klingon"),
        ("fields: {name: Name}\ndelimiter: x\n", "2, column 1", "delimiter cannot be x"),
        ("fields: {name: Name}\njoin: [{file: P.csv, on: {Foo: Id}}]\n", "2, column 27", "no column Foo"),
        (
            "fields: {name: Name}\njoin: [{file: P.csv, on: {Id: Foo}}]\n",
            "2, column 27",
            "“P.csv” has no column",
        ),
        (
            "fields: {name: Name}\njoin: [{file: in.csv, on: {Id: Id}}]\n",
            "2, column 9",
            "in is defined twice",
        ),
        (
            "fields: {name: Town}\njoin: [{file: P.csv, on: {Id: Id}}, {file: Q.csv, on: {Id: Id}}]\n",
            "1, column 10",
            "P.csv, Q.csv all have a column Town; put the file's name before it, as in P.Town.",
        ),
        ("name: Name\n", "1, column 1", "no option name"),
        ("join: []\n", "1, column 1", "fields is missing"),
        ("fields: [a\n", "2, column 1", "not correct YAML"),
    ],
)
def test_a_wrong_map_is_told_with_its_line(folder: Path, mapping: str, place: str, words: str) -> None:
    put(folder, "Id,Town\n1,x\n", "P.csv")
    put(folder, "Id,Town\n1,y\n", "Q.csv")
    with pytest.raises(SchemaError) as caught:
        run(folder, "Id,Name\n1,Ann\n", mapping)
    sentence = caught.value.sentence("en")
    assert sentence.startswith(f"map.yaml, line {place}: ")
    assert words in sentence
    assert caught.value.sentence("zh").startswith("map.yaml 第 ")
    assert (caught.value.exit_code, revision(folder)) == (3, 0)


def test_a_sheet_with_keys_of_its_own_needs_them_mapped(folder: Path) -> None:
    with pytest.raises(SchemaError, match="are told apart by sku"):
        run(folder, "T\nTea\n", "fields: {title: T}\n", sheet="items")


def test_an_unknown_sheet_is_told(folder: Path) -> None:
    with pytest.raises(UsageError, match="There is no sheet “client”; did you mean clients"):
        run(folder, "Id\n1\n", sheet="client")


# ---------------------------------------------------------------- the command line


def command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(["import", *words])
    streams = capsys.readouterr()
    return int(left.value.code or 0), streams.out, streams.err


def test_the_command_reports_in_words_and_in_json(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUSTBOOK_LANG", "en")
    rows = put(folder, "Id,Name,Mail\n1,Ann,a@b.com\n2,,b@b.com\n")
    words = [str(rows), "--sheet", "clients", "--map", str(put(folder, BASIC, "map.yaml"))]
    code, out, err = command(capsys, *words, "--json", "--dry-run", "--held", str(folder / "held.csv"))
    document = json.loads(out)
    assert (code, err) == (1, "")
    assert document["counts"]["inserted"] == 1
    assert document["issues"][0]["cell"] == "in.csv:3"
    assert (document["revision"], document["applied"]) == ({"base": 0, "now": 0}, False)
    code, out, _ = command(capsys, *words, "--held", str(folder / "held.csv"))
    assert code == 1
    assert "2 rows: 1 inserted" in out
    assert "held.csv" in out
    code, out, err = command(capsys, *words[:2], "client", *words[3:])
    assert (code, out) == (2, "")
    assert err.startswith("There is no sheet “client”")
    code, out, err = command(capsys, str(folder / "gone.csv"), *words[1:])
    assert (code, out) == (3, "")
    assert err.count("\n") == 1


# ---------------------------------------------------------------- the documentation


def test_the_example_of_the_documentation_does_what_it_says(folder: Path) -> None:
    text = DOCS.read_text(encoding="utf-8")
    blocks = dict(re.findall(r"<!-- example: (\S+) -->\n```\w*\n(.*?)```", text, re.DOTALL))
    project = folder / "shop"
    init(project, Choices())
    request = Request("staff", put(folder, blocks["staff.yaml"], "staff.yaml"))
    assert (
        import_file(put(folder, blocks["staff.csv"], "staff.csv"), request, Run.now(), project).exit_code == 0
    )
    request = Request("customers", put(folder, blocks["customers.yaml"], "customers.yaml"))
    report = import_file(put(folder, blocks["customers.csv"], "customers.csv"), request, Run.now(), project)
    shown = [f"{item.place.cell}: {item.message('en')}" for item in report.issues]
    assert shown == blocks["report"].splitlines()
    stored = records(project, "customers")
    names = [f"{key} {item['name']}: {item.get('phone', item.get('email'))}" for key, item in stored.items()]
    assert names == blocks["stored"].splitlines()
