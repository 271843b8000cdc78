"""Labels that people see side by side, and the titles that tabs get from them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from custbook_gen.actions.describe import describe
from custbook_gen.actions.generate import generate
from custbook_gen.actions.init import Choices, init
from custbook_gen.actions.project import open_project
from custbook_gen.actions.summary import Wanted, summarise
from custbook_gen.errors import SchemaError
from custbook_gen.layout import plan_layout
from custbook_gen.load import PROJECT_FILE, load_book, project_book
from custbook_gen.schema import Label
from tests.load_books import SMALL, write
from tests.sync_books import RUN

OTHER = """\
  other:
    label: [另一, Other]
    key: name
    name: name
    fields:
      name: {label: [名称, Name], type: text, required: true}
"""
PETS = """\
sheets:
  pets:
    label: {label}
    key: pet_id
    name: pet_name
    fields:
      pet_id: {{label: [编号, Pet no.], type: auto, prefix: P, digits: 4}}
      pet_name: {{label: [名字, Pet name], type: text, required: true}}
      {more}
"""


def pets(label: str = "[宠物, Pets]", more: str = "born: {label: [出生, Born], type: date}") -> str:
    return PETS.format(label=label, more=more)


def project(folder: Path, text: str, preset: str = "basic") -> Path:
    write(folder, f"book: b\npreset: {preset}\n{text}", PROJECT_FILE)
    return folder


def refused(folder: Path, text: str) -> str:
    """The sentence with which both the schema command and all others refuse a project."""
    project(folder, text)
    told = set()
    for read in (project_book, lambda folder: describe(folder, None, None)):
        with pytest.raises(SchemaError) as caught:
            read(folder)
        assert caught.value.sentence("zh") != caught.value.sentence("en")
        told.add(caught.value.sentence("en"))
    (sentence,) = told
    return sentence


@pytest.mark.parametrize(
    "label", ["[宠物, Customers]", "[客户档案, Pets]", "customers", "{zh: 宠物, en: DICTIONARY}"]
)
def test_two_sheets_are_not_called_the_same(tmp_path: Path, label: str) -> None:
    sentence = refused(tmp_path, pets(label))
    assert sentence.startswith(f"{PROJECT_FILE}, line 5, column 5: pets and ")
    assert sentence.endswith("; give one of them another label.")


def test_a_sheet_that_is_not_shown_leaves_its_label_to_others(tmp_path: Path) -> None:
    text = pets("[投诉, Tickets]")
    assert project_book(project(tmp_path, text)).sheet("pets").label.en == "Tickets"
    write(tmp_path, f"book: b\npreset: standard\n{text}", PROJECT_FILE)
    with pytest.raises(SchemaError, match=r"line 5, column 5: pets and tickets are both called “Tickets”"):
        project_book(tmp_path)


def test_the_file_that_adds_to_a_schema_is_told_where_it_says_the_label_again(tmp_path: Path) -> None:
    more = "fields: {alias: {label: [别名, customer NAME], type: text, before: name}}"
    sentence = refused(tmp_path, f"sheets:\n  customers:\n    {more}\n")
    assert sentence.startswith(f"{PROJECT_FILE}, line 5, column 22: ")
    assert "are both called “" in sentence


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("kind: {label: [种类, pet NO.], type: text}", "kind and pet_id are both called “pet NO.”"),
        ("kind: {label: [名字, Kind], type: text}", "kind and pet_name are both called “名字”"),
        ("kind: {label: [种类, sync status], type: text}", "every sheet has a column called “sync status”"),
        ("kind: {label: [同步状态, Kind], type: text}", "every sheet has a column called “同步状态”"),
    ],
)
def test_two_columns_are_not_called_the_same(tmp_path: Path, more: str, sentence: str) -> None:
    found = refused(tmp_path, pets(more=more))
    assert found.startswith(f"{PROJECT_FILE}, line 11, column 14: ")
    assert sentence in found


def test_a_schema_that_is_no_project_is_asked_too(tmp_path: Path) -> None:
    path = write(tmp_path, "extends: customer_book\n" + pets("Customers"), "pets.yaml")
    with pytest.raises(SchemaError, match=r"pets\.yaml, line 4, column 5: pets and customers"):
        describe(None, str(path), "basic")


# ---------------------------------------------------------------- keys that are taken


@pytest.mark.parametrize("key", ["orders", "fields", "duplicate_pairs"])
def test_a_sheet_has_no_key_that_means_something_else_in_summaries(tmp_path: Path, key: str) -> None:
    sentence = refused(tmp_path, pets().replace("  pets:", f"  {key}:"))
    assert (
        sentence
        == f"{PROJECT_FILE}, line 4, column 3: the key {key} is used by the summaries; choose another key."
    )


@pytest.mark.parametrize(("sheet", "key"), [("customers", "lifecycle_before")])
def test_nor_has_a_field(tmp_path: Path, sheet: str, key: str) -> None:
    sentence = refused(tmp_path, f"sheets: {{{sheet}: {{fields: {{{key}: {{label: Own, type: text}}}}}}}}\n")
    assert f"the key {key} is used by the summaries" in sentence


@pytest.mark.parametrize("key", ["churn_reason", "book_sheet"])
def test_nor_has_a_category(tmp_path: Path, key: str) -> None:
    sentence = refused(tmp_path, f"categories:\n  {key}: {{label: Own, choices: [a]}}\n")
    assert sentence.startswith(f"{PROJECT_FILE}, line 4, column 3: the key {key} is used by the summaries")


def test_two_columns_have_no_keys_that_are_the_same_when_joined(tmp_path: Path) -> None:
    text = SMALL.replace("rate: {label", "a_name: {label").replace("categories:", f"{OTHER}categories:")
    with pytest.raises(SchemaError) as caught:
        load_book(write(tmp_path, text.replace("  other:", "  clients_a:")))
    assert caught.value.sentence("en").startswith(
        "small.yaml, line 23, column 7: the keys of clients_a.name and"
    )
    assert "clients.a_name are the same when joined by _" in caught.value.sentence("en")
    assert load_book(write(tmp_path, text)).sheet("other").by_key["name"].label.en == "Name"


def test_a_list_is_not_called_like_that_of_yes_and_no(tmp_path: Path) -> None:
    with pytest.raises(
        SchemaError, match=r"line \d+, column 3: the key yes_no is that of the list of yes and no"
    ):
        load_book(
            write(
                tmp_path,
                SMALL.replace("category: kind", "category: yes_no").replace("  kind:\n", "  yes_no:\n"),
            )
        )


def test_a_sheet_has_no_key_that_a_table_cannot_have(tmp_path: Path) -> None:
    text = SMALL.replace("  clients:", "  sqlite_clients:").replace("to: clients", "to: sqlite_clients")
    with pytest.raises(SchemaError, match=r"line 5, column 3: no sheet can have the key sqlite_clients"):
        load_book(write(tmp_path, text))


def test_a_book_without_sales_may_have_orders(tmp_path: Path) -> None:
    text = SMALL.replace("  clients:", "  orders:").replace("to: clients", "to: orders")
    assert load_book(write(tmp_path, text)).sheet("orders").label.en == "Clients"


# ---------------------------------------------------------------- what is allowed


@pytest.mark.parametrize("label", ["[宠物, Sales]", "[宠物, customers]"])
def test_a_sheet_may_be_called_by_the_key_of_another_one(tmp_path: Path, label: str) -> None:
    home = init(tmp_path / "shop", Choices(lang="en", preset="basic"), RUN)
    text = (home.folder / PROJECT_FILE).read_text("utf-8")
    called = "sheets:\n  sales: {label: [销售, Receipts]}\n  customers: {label: [客户, Buyers]}\n"
    write(home.folder, text + called + pets(label).removeprefix("sheets:\n"), PROJECT_FILE)
    opened = open_project(home.folder)
    generate(opened, tmp_path / "book.xlsx", RUN)
    summarise(opened, tmp_path / "summary.xlsx", RUN, Wanted(), html=False)
    assert {"Buyers", "Receipts"} < set(openpyxl.load_workbook(tmp_path / "book.xlsx").sheetnames)


@pytest.mark.parametrize("title", ["History", "_custbook", "Guide", "???", "Customers " * 4])
def test_every_tab_has_a_title_of_its_own(title: str) -> None:
    book = load_book("customer_book")
    sheets = [sheet.having(label=Label(zh=title, en=title)) for sheet in book.sheets[:2]]
    sheets[1] = sheets[1].having(label=Label(zh=title, en=title + "!"))
    layout = plan_layout(book.having(sheets=(*sheets, *book.sheets[2:])), "en")
    titles = [*layout.titles.values(), *(here.title for here in layout.sheets.values())]
    assert len({one.casefold() for one in titles}) == len(titles)
    assert all(0 < len(one) <= 31 for one in titles)
    assert "history" not in {one.casefold() for one in titles}
