"""Maps of imports: what they can say, joined files, and what is wrong in them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from custbook_gen.errors import InputError, SchemaError, UsageError
from tests.import_books import BASIC, found, put, records, revision, run, small_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a small schema."""
    return small_project(tmp_path)


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


def test_what_is_told_of_a_file_speaks_of_its_map_and_of_no_dropdown(folder: Path) -> None:
    rows = "Id,Name,Mail,D,K,B\n1,Ann,a@b.com,05/02/2024,odd,Bob\n"
    rows += "2,Bob,b@b.com,,,\n3,Bob,c@b.com,,,\n4,Cy,d@b.com,,,Eve\n"
    report = run(folder, rows, BASIC + "  since: D\n  kind: K\n  boss: B\n")
    assert {issue.code for issue in report.issues} == {
        "date-ambiguous",
        "not-in-list",
        "ref-ambiguous",
        "ref-unknown",
    }
    for issue in report.issues:
        assert "dropdown" not in issue.message("en"), issue.code
        assert "下拉" not in issue.message("zh"), issue.code
    told = {issue.code: issue.message("en") for issue in report.issues}
    assert "“date_format” in the map" in told["date-ambiguous"]
    assert "“values” in the map" in told["not-in-list"]


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


def test_a_joined_file_whose_name_no_file_can_have_is_missing(folder: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        run(folder, "No,Who,Limit\n1,7,5\n", JOINED.replace("People.csv", '"Peo\\0ple.csv"'))


@pytest.mark.parametrize(
    "file", ["../People.csv", "/etc/hosts", "sub/People.csv", "..", ".", "C:People.csv", "a/"]
)
def test_a_joined_file_is_given_by_its_name_alone(folder: Path, file: str) -> None:
    put(folder.parent, "Id,Name,Mail,Limit\n7,Ann,a@b.com,99\n", "People.csv")
    with pytest.raises(SchemaError, match=r"map\.yaml, line 2, column 9: .* lies beside the imported one"):
        run(folder, "No,Who,Limit\n1,7,5\n", JOINED.replace("People.csv", f"'{file}'"))


def test_a_second_join_may_use_what_the_first_one_added(folder: Path) -> None:
    put(folder, "Id,City\n7,1\n", "A.csv")
    put(folder, "Code,Name,Mail\n1,Ann,a@b.com\n", "B.csv")
    mapping = (
        BASIC.replace("Id", "No") + "join: [{file: A.csv, on: {Who: Id}}, {file: B.csv, on: {City: Code}}]\n"
    )
    assert run(folder, "No,Who\n1,7\n", mapping).exit_code == 0
    assert records(folder)["K001"]["name"] == "Ann"


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
        ("fields: {name: Name}\nencoding: klingon\n", "2, column 1", "no encoding of text called klingon"),
        *(
            (f"fields: {{name: Name}}\nencoding: {name}\n", "2, column 1", "no encoding of text called")
            for name in ("hex", "rot13", "base64", "zlib", '""', '"utf-8\\0"')
        ),
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


@pytest.mark.parametrize("name", ["Clients", "CLIENTS", "客户"])
def test_a_sheet_is_named_by_its_key_or_its_label(folder: Path, name: str) -> None:
    report = run(folder, "T,M\nLi,li@example.com\n", "fields: {name: T, email: M}\n", sheet=name)
    assert [change.sheet for change in report.changes] == ["clients"]


def test_an_unknown_sheet_is_told(folder: Path) -> None:
    with pytest.raises(UsageError, match="There is no sheet “client”; did you mean clients"):
        run(folder, "Id\n1\n", sheet="client")
