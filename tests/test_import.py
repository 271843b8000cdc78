"""Importing rows: what goes in, what is held with its line, what comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from custbook_gen.actions.project import Run, open_project
from custbook_gen.backends.delimited import read_table
from custbook_gen.errors import InputError
from custbook_gen.records import Change
from tests.import_books import BASIC, found, put, records, revision, run, small_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a small schema."""
    return small_project(tmp_path)


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
