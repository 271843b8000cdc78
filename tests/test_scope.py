"""Workbooks for one owner alone: what they show, and that their sync leaves the others' records alone."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from custbook_gen import workers
from custbook_gen.actions.checking import check_file
from custbook_gen.actions.generate import Generated, Source, generate
from custbook_gen.actions.generate_each import Manner, _names, generate_each
from custbook_gen.actions.scoped import find_scopes
from custbook_gen.errors import UsageError, WorkbookError
from custbook_gen.load import load_book
from custbook_gen.records import Change
from custbook_gen.scope import Scope
from tests.sync_books import (
    CUSTOMERS,
    RUN,
    STAFF,
    Desk,
    codes,
    customer,
    free_row,
    new_customer,
    page,
    remove,
    seen,
    summary,
    typed,
)
from tests.test_cli import custbook

OWNER, OTHER = "E0002", "E0003"
HERS = [customer(n) for n in range(1, CUSTOMERS + 1) if f"E{n % STAFF + 1:04}" == OWNER]


@pytest.fixture
def hers(desk: Desk) -> Path:
    """A workbook with the customers of one owner."""
    path = desk.folder / "hers.xlsx"
    generate(desk.home(), path, RUN, only=f"owner_id={OWNER}")
    return path


def test_it_shows_the_owners_customers_and_what_belongs_to_them(desk: Desk, hers: Path) -> None:
    assert seen(hers).records() == HERS
    owners = {key: row["customer_id"] for key, row in desk.stored("sales").items()}
    assert seen(hers, "sales").records() == [key for key, owner in owners.items() if owner in HERS]
    assert len(seen(hers, "staff").records()) == STAFF
    for key in HERS:
        assert seen(hers).value(key, "total_amount") == seen(desk.a).value(key, "total_amount")


def test_nothing_of_the_others_is_missed_by_its_sync(desk: Desk, hers: Path) -> None:
    report = desk.sync(hers, delete=True)
    assert (report.changes, [code for code, _, _ in codes(report) if code == "row-missing"]) == ([], [])
    assert len(desk.stored()) == CUSTOMERS
    assert seen(hers).records() == HERS


def test_a_removed_row_is_deleted_and_the_others_stay(desk: Desk, hers: Path) -> None:
    sheets = ("sales", "contacts", "interactions")
    referred = {row["customer_id"] for sheet in sheets for row in desk.stored(sheet).values()}
    alone = next(key for key in HERS if key not in referred)
    remove(hers, "customers", alone)
    desk.sync(hers, delete=True, allow_mass_delete=True)
    assert desk.stored().keys() == {customer(n) for n in range(1, CUSTOMERS + 1)} - {alone}


def test_new_records_of_others_do_not_arrive_and_new_ones_of_the_owner_do(desk: Desk, hers: Path) -> None:
    theirs, mine = customer(CUSTOMERS + 1), customer(CUSTOMERS + 2)
    kept = {k: v for k, v in desk.stored()[HERS[0]].items() if v is not None}
    desk.commit(
        Change(
            "insert",
            "customers",
            theirs,
            {},
            {**kept, "customer_id": theirs, "owner_id": OTHER, "name": "别人的"},
        ),
        Change("insert", "customers", mine, {}, {**kept, "customer_id": mine, "name": "她的"}),
    )
    desk.sync(hers)
    assert seen(hers).records() == [*HERS, mine]
    assert {theirs, mine} <= desk.stored().keys()


def test_a_customer_added_without_an_owner_is_the_owners(desk: Desk, hers: Path) -> None:
    row = free_row(hers)
    values = {key: value for key, value in new_customer(name="新来的客户").items() if key != "owner_id"}
    typed(hers, **{f"row{row}": values})
    report = desk.sync(hers)
    key = customer(CUSTOMERS + 1)
    assert (report.held, desk.stored()[key]["owner_id"]) == (0, OWNER)
    assert seen(hers).row(key) == row
    assert OWNER in str(seen(hers).value(key, "owner_id"))


def test_a_made_up_number_is_all_that_is_wrong_with_a_customer_added_without_an_owner(
    desk: Desk, hers: Path
) -> None:
    row = free_row(hers)
    values = {key: value for key, value in new_customer(name="新来的客户").items() if key != "owner_id"}
    typed(hers, **{f"row{row}": {**values, "customer_id": "C000777"}})
    for report in (check_file(hers, RUN), desk.sync(hers), desk.sync(hers)):
        errors = [(issue.code, issue.place.field) for issue in report.issues if issue.severity == "error"]
        assert errors == [("key-unknown", "customer_id")]
    typed(hers, **{f"row{row}": {"customer_id": None}})
    assert desk.sync(hers).held == 0
    assert desk.stored()[customer(CUSTOMERS + 1)]["owner_id"] == OWNER


def test_a_record_whose_number_people_give_themselves_is_within_the_scope_too(desk: Desk) -> None:
    path = desk.folder / "main.xlsx"
    generate(desk.home(), path, RUN, only="products.category=main")
    new = {"product_id": "NEW-1", "name": "新品", "unit": "盒", "list_price": "5", "status": "在售"}
    typed(path, "products", **{f"row{free_row(path, 'products')}": new})
    report = desk.sync(path)
    assert [issue.message("zh") for issue in report.issues if issue.severity == "error"] == []
    assert desk.stored("products")["NEW-1"]["category"] == "main"


def test_a_customer_given_to_somebody_else_leaves_with_a_message(desk: Desk, hers: Path) -> None:
    typed(hers, **{HERS[0]: {"owner_id": OTHER}})
    report = desk.sync(hers)
    told = [issue for issue in report.issues if issue.code == "row-left"]
    assert HERS[0] in {issue.place.key for issue in told}
    assert all("库中仍保留" in issue.message("zh") for issue in told)
    assert desk.stored()[HERS[0]]["owner_id"] == OTHER
    assert seen(hers).records() == HERS[1:]
    again = desk.sync(hers, delete=True, days=1)
    assert HERS[0] in desk.stored()
    assert "row-left" not in {code for code, _, _ in codes(again)}


def test_a_customer_taken_over_by_somebody_else_leaves_with_a_message(desk: Desk, hers: Path) -> None:
    desk.commit(Change("update", "customers", HERS[0], {"owner_id": OWNER}, {"owner_id": OTHER}))
    report = desk.sync(hers)
    assert HERS[0] in {issue.place.key for issue in report.issues if issue.code == "row-left"}
    assert seen(hers).records() == HERS[1:]


def test_its_summaries_and_its_change_log_tell_of_its_own_records_alone(desk: Desk, hers: Path) -> None:
    other = next(customer(n) for n in range(1, CUSTOMERS) if customer(n) not in HERS)
    desk.commit(Change("update", "customers", other, {"notes": "多年合作"}, {"notes": "别人的备注"}))
    desk.sync(hers)
    book = CalamineWorkbook.from_path(hers)
    tabs = [book.get_sheet_by_name(title).to_python() for title in book.sheet_names]
    cells = {str(cell) for rows in tabs for row in rows for cell in row}
    assert not {cell for cell in cells if "别人的备注" in cell or other in cell}
    assert summary(hers)["客户数"] == len(HERS)
    with desk.home().store.reading() as snapshot:
        assert snapshot.quality() == []


def test_a_scope_that_the_schema_no_longer_has_is_refused(desk: Desk) -> None:
    project = desk.folder / "custbook.yaml"
    path = desk.folder / "by-level.xlsx"
    generate(desk.home(), path, RUN, only="customers.level=B")
    project.write_text(
        f"{project.read_text('utf-8')}\nsheets:\n  customers:\n    fields:\n      level: false\n", "utf-8"
    )
    with pytest.raises(WorkbookError) as caught:
        desk.sync(path)
    assert caught.value.code == "scope-lost"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("owner_id", "where-form"),
        ("nothing=1", "field-unknown"),
        ("total_amount=1", "scope-field"),
        ("owner_id=谁", "where-value"),
    ],
)
def test_a_scope_that_cannot_be_meant_is_refused(desk: Desk, asked: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        generate(desk.home(), desk.folder / "x.xlsx", RUN, only=asked)
    assert caught.value.code == code


def test_scopes_are_read_as_they_are_written() -> None:
    scope = Scope("customers", "owner_id", "E=1.2")
    assert Scope.read(str(scope)) == scope
    assert Scope.read("all") is None
    with pytest.raises(ValueError, match="not a scope"):
        Scope.read("customers")


# ---------------------------------------------------------------- one per owner


def test_each_owner_gets_a_workbook_and_together_they_hold_every_customer_once(desk: Desk) -> None:
    folder = desk.folder / "owners"
    made = generate_each(desk.home(), folder, "owner_id", RUN, Manner("zh"))
    assert [Path(item.place).name for item in made] == [f"E{n:04}.xlsx" for n in range(1, STAFF + 1)]
    assert {path.name for path in folder.iterdir()} == {Path(item.place).name for item in made}
    records = [key for item in made for key in seen(Path(item.place)).records()]
    assert sorted(records) == [customer(n) for n in range(1, CUSTOMERS + 1)]
    with page(folder / f"{OWNER}.xlsx") as hers:
        hers.put(HERS[0], notes="已回访")
    assert desk.sync(folder / f"{OWNER}.xlsx").counts()["updated"] == 1


def test_a_field_that_several_sheets_have_is_that_of_the_first_with_values(desk: Desk) -> None:
    home = desk.home()
    having = [sheet.key for sheet, _ in find_scopes(home.book, "role")]
    assert having[0] != having[-1] == "staff"
    made = generate_each(home, desk.folder / "roles", "role", RUN, Manner("zh"))
    assert [item.view for item in made] == ["staff.role=sales"]


@pytest.mark.parametrize("name", ["role", "staff.role", " 岗位 ", "ROLE", "销售人员.岗位"])
def test_a_field_is_named_by_its_key_or_its_label(desk: Desk, name: str) -> None:
    found = find_scopes(desk.home().book, name)
    assert ("staff", "role") in [(sheet.key, field.key) for sheet, field in found]


def test_of_several_fields_the_one_that_can_hold_the_value_is_meant(desk: Desk) -> None:
    made = generate(desk.home(), desk.folder / "x.xlsx", RUN, only="status=cancelled")
    assert made.view == "sales.status=cancelled"


@pytest.fixture
def processors(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have so many processors besides the own one."""
    return lambda count: monkeypatch.setattr(workers, "spare_processors", lambda: count)


linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies processes safely")


@linux
@pytest.mark.filterwarnings("ignore:This process")
@pytest.mark.parametrize("dying", [1, STAFF])
def test_what_a_process_that_was_killed_did_not_write_is_written_all_the_same(
    desk: Desk, processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, dying: int
) -> None:
    processors(2)
    here, write, killed = os.getpid(), Source.write, {f"E{n:04}.xlsx" for n in range(1, dying + 1)}

    def dies(source: Source, where: Path, *words: Any, **options: Any) -> Generated:
        if os.getpid() != here and where.name in killed:
            os.kill(os.getpid(), signal.SIGKILL)
        return write(source, where, *words, **options)

    monkeypatch.setattr(Source, "write", dies)
    made = generate_each(desk.home(), desk.folder / "owners", "owner_id", RUN, Manner("zh"))
    assert [Path(item.place).name for item in made] == [f"E{n:04}.xlsx" for n in range(1, STAFF + 1)]
    assert all(Path(item.place).exists() for item in made)


@linux
@pytest.mark.filterwarnings("ignore:This process")
def test_all_processors_write_and_this_process_waits(
    desk: Desk, processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Source.write

    def told(source: Source, where: Path, *words: Any, **options: Any) -> Generated:
        time.sleep(0.2)
        return replace(write(source, where, *words, **options), place=str(os.getpid()))

    monkeypatch.setattr(Source, "write", told)
    places = {}
    for spare in (0, 2):
        processors(spare)
        made = generate_each(desk.home(), desk.folder / f"by{spare}", "owner_id", RUN, Manner("zh"))
        places[spare] = {item.place for item in made}
    assert places[0] == {str(os.getpid())}
    assert len(places[2]) == 3
    assert str(os.getpid()) not in places[2]


@pytest.mark.filterwarnings("ignore:This process")
@pytest.mark.parametrize("spare", [0, 2])
def test_a_workbook_that_cannot_be_written_is_told_and_the_others_are_there(
    desk: Desk, processors: Callable[[int], None], monkeypatch: pytest.MonkeyPatch, spare: int
) -> None:
    processors(spare if sys.platform == "linux" else 0)
    write = Source.write

    def fails(source: Source, where: Path, *words: Any, **options: Any) -> Generated:
        if where.name == f"E{STAFF:04}.xlsx":
            raise WorkbookError("file-missing", file=where.name)
        return write(source, where, *words, **options)

    monkeypatch.setattr(Source, "write", fails)
    with pytest.raises(WorkbookError) as caught:
        generate_each(desk.home(), desk.folder / "owners", "owner_id", RUN, Manner("zh"))
    assert caught.value.code == "file-missing"
    there = {path.name for path in (desk.folder / "owners").glob("*")}
    assert spare == 0 or there == {f"E{n:04}.xlsx" for n in range(1, STAFF)}


@pytest.mark.parametrize(
    "values",
    [
        *(("A/1", "A_1"), ("a", "A"), ("ß", "ss"), ("a b", "a_b", "a?b", "A/B")),
        *(("..", "x"), ("NUL", "con.x", "Com1"), ("北" * 300, "北" * 299)),
    ],
)
def test_no_two_workbooks_have_one_name_on_any_system(values: tuple[str, ...]) -> None:
    field = load_book("customer_book").sheet("customers").field("owner_id")
    names = _names(field, values)
    assert len({name.casefold() for name in names}) == len(values)
    assert dict(zip(reversed(values), _names(field, values[::-1]), strict=True)) == dict(
        zip(values, names, strict=True)
    )
    for name in names:
        assert re.fullmatch(r"[\w.~-]{1,100}", name)
        assert name.partition(".")[0].casefold() not in {"nul", "con", "com1"}
    assert _names(field, ["E0001", "A_1", "客户-1.2"]) == ["E0001.xlsx", "A_1.xlsx", "客户-1.2.xlsx"]


def test_a_value_whose_file_cannot_be_called_like_it_keeps_its_name_whatever_others_there_are() -> None:
    field = load_book("customer_book").sheet("customers").field("owner_id")
    assert _names(field, ["A/1"])[0] == _names(field, ["A_1", "A/1"])[1]


def test_one_that_exists_stops_all_of_them_before_any_is_written(desk: Desk) -> None:
    folder = desk.folder / "owners"
    folder.mkdir()
    (folder / "E0003.xlsx").write_bytes(b"hers")
    with pytest.raises(WorkbookError) as caught:
        generate_each(desk.home(), folder, "owner_id", RUN, Manner("zh"))
    assert (caught.value.code, [path.name for path in folder.iterdir()]) == ("file-exists", ["E0003.xlsx"])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["a.xlsx", "--each", "owner_id"], "each-folder"),
        (["new", "--each", "gender"], "each-nothing"),
        (["new", "--each", "owner_id", "--only", "level=B"], "each-or-only"),
    ],
)
def test_wishes_that_cannot_be_are_refused(desk: Desk, words: list[str], code: str) -> None:
    done = custbook("generate", str(desk.folder / words[0]), *words[1:])
    name = words[0] if code == "each-folder" else words[2]
    assert (done.code, done.err.strip()) == (2, UsageError(code, name=name).sentence("en"))


def test_the_command_tells_what_it_wrote(desk: Desk) -> None:
    done = custbook("generate", str(desk.folder / "owners"), "--each", "customers.owner_id", "--json")
    made = json.loads(done.out)
    assert [item["view"] for item in made] == [f"customers.owner_id=E{n:04}" for n in range(1, STAFF + 1)]
    assert made[1]["of"]["value"] == "员工2 · E0002"


def test_files_that_are_called_by_numbers_are_told_with_what_they_are_for(desk: Desk) -> None:
    """Names of people stay out of the names of files."""
    folder = desk.folder / "names"
    done = custbook("generate", folder, "--each", "customers.name")
    assert f"Wrote {folder / '001.xlsx'} (客户名称: 示例客户01有限公司)" in done.out.splitlines()
    assert {path.stem for path in folder.glob("*.xlsx")} == {f"{n:03}" for n in range(1, CUSTOMERS + 1)}


def test_a_workbook_that_is_replaced_is_kept_and_its_edits_that_are_not_stored_are_told(desk: Desk) -> None:
    folder = desk.folder / "owners"
    words = ("generate", str(folder), "--each", "customers.owner_id", "--force")
    assert "backups" not in custbook(*words).out
    assert f"{STAFF} replaced workbooks are kept in {folder / '.custbook'}" in custbook(*words).out
    mine = folder / "E0002.xlsx"
    typed(mine, **{HERS[0]: {"notes": "没同步过"}})
    typed(mine, **{f"row{free_row(mine)}": new_customer()})
    told = custbook(*words, "--json")
    replaced = {Path(item["workbook"]).name: item["replaced"] for item in json.loads(told.out)}
    assert replaced["E0002.xlsx"]["not_stored"] == {"edited": 1, "new": 1, "gone": 0}
    assert replaced["E0003.xlsx"]["not_stored"] == {"edited": 0, "new": 0, "gone": 0}
    assert seen(Path(replaced["E0002.xlsx"]["backup"])).value(HERS[0], "notes") == "没同步过"


def test_the_one_workbook_that_is_replaced_is_told_too(desk: Desk) -> None:
    typed(desk.a, **{customer(1): {"notes": "没同步过"}})
    assert "not in the store: 1 row edited, 0 new, 0 gone" in custbook("generate", str(desk.a), "--force").out
    assert "replaced workbook is kept in" in custbook("generate", str(desk.a), "--force").out
    desk.b.write_bytes(b"no workbook")
    (backup,) = [json.loads(custbook("generate", str(desk.b), "--force", "--json").out)["replaced"]]
    assert backup["not_stored"] is None
    assert Path(backup["backup"]).read_bytes() == b"no workbook"
