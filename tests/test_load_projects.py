"""Projects: their file, their store, and where they are found."""

from __future__ import annotations

import datetime as dt
import os
import stat
from pathlib import Path

import pytest

from custbook_gen.errors import SchemaError
from custbook_gen.load import (
    PROJECT_FILE,
    Project,
    find_project,
    load_book,
    load_project,
    project_book,
    write_project,
)
from custbook_gen.schema import Settings
from tests.load_books import SMALL, write


def test_a_project_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    project = Project(
        book="0123abcd",
        lang="zh+en",
        settings=Settings(as_of=dt.date(2025, 3, 1), currency="USD"),
        categories={"product_category": ["茶: 绿", {"code": "x", "zh": "甲", "en": "no"}]},
    )
    assert write_project(tmp_path / "new" / "shop", project).name == PROJECT_FILE
    assert [path.name for path in (tmp_path / "new" / "shop").iterdir()] == [PROJECT_FILE]
    assert load_project(tmp_path / "new" / "shop") == project


def test_a_projects_book_has_its_choices_and_settings(tmp_path: Path) -> None:
    write_project(
        tmp_path, Project(book="b", settings=Settings(currency="EUR"), categories={"unit": ["Pallet"]})
    )
    book = project_book(tmp_path)
    assert book.settings == load_book("customer_book").settings.having(currency="EUR")
    assert book.category("unit").choices[-1].code == "Pallet"


def test_a_project_may_have_a_schema_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, SMALL)
    write_project(tmp_path, Project(book="b", source="small.yaml"))
    assert project_book(tmp_path).key == "small"


def test_a_projects_preset_says_how_much_of_the_schema_it_has(tmp_path: Path) -> None:
    write(tmp_path, SMALL.replace("{label: [起, Since],", "{label: [起, Since], preset: standard,"))
    kept = {}
    for preset in ("basic", "standard"):
        write(tmp_path, f"book: b\nschema: small.yaml\npreset: {preset}\n", PROJECT_FILE)
        kept[preset] = project_book(tmp_path).sheet("clients").by_key
    assert kept["standard"].keys() - kept["basic"].keys() == {"since"}
    write(tmp_path, "book: b\nschema: small.yaml\n", PROJECT_FILE)
    assert project_book(tmp_path).sheet("clients").by_key == kept["standard"]


@pytest.mark.parametrize(
    ("schema", "switches"),
    [("    name: name\n    preset: full\n", ""), ("    name: name\n", "sheets: {clients: false}\n")],
)
def test_a_project_that_is_left_without_sheets_says_so(tmp_path: Path, schema: str, switches: str) -> None:
    write(tmp_path, SMALL.replace("    name: name\n", schema))
    write(tmp_path, f"book: b\nschema: small.yaml\npreset: standard\n{switches}", PROJECT_FILE)
    with pytest.raises(SchemaError) as caught:
        project_book(tmp_path)
    assert caught.value.sentence("en").startswith(f"{PROJECT_FILE}: no sheet is part of standard;")


def test_a_wrong_choice_in_a_project_file_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "book: b\ncategories:\n  unit: [Pallet]\n  uint: [Pallet]\n", PROJECT_FILE)
    with pytest.raises(SchemaError, match="line 4, column 3: there is no category uint; did you mean unit"):
        project_book(tmp_path)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("lang: zh\n", "line 1, column 1: book is missing; add it."),
        ("book: b\nlanguage: zh\n", "line 2, column 1: there is no option language; did you mean lang?"),
        ("book: b\nlang: zz\n", "line 2, column 1: lang cannot be zz; possible are: zh, en, zh+en."),
        (
            "book: b\npreset: large\n",
            "line 2, column 1: preset cannot be large; possible are: basic, standard, full.",
        ),
        ("book: b\nsettings:\n  curency: EUR\n", "line 3, column 3: there is no option curency"),
        ("book: b\nsettings:\n  phone_region: 86\n", "line 3, column 3: phone_region must be text"),
        ("book: ''\n", "line 1, column 1: the value of book is wrong"),
    ],
)
def test_what_is_wrong_in_a_project_file_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    write(tmp_path, text, PROJECT_FILE)
    with pytest.raises(SchemaError) as caught:
        project_book(tmp_path)
    assert caught.value.sentence("en").startswith(f"{PROJECT_FILE}, {sentence}")


def test_a_folder_without_a_project_is_told_from_one_that_has_one(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="run custbook init"):
        load_project(tmp_path)
    path = write_project(tmp_path, Project(book="b"))
    before = path.read_bytes()
    with pytest.raises(SchemaError, match="already, which was left alone"):
        write_project(tmp_path, Project(book="c"))
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SchemaError, match="cannot be saved in the folder “file”"):
        write_project(tmp_path / "file", Project(book="b"))


def test_a_project_is_found_from_anything_inside_it(tmp_path: Path) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    assert find_project(inside) is None
    write_project(tmp_path / "a", Project(book="b"))
    assert find_project(inside) == tmp_path / "a"
    assert find_project(tmp_path / "a" / "book.xlsx") == tmp_path / "a"


@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("postgresql://li:s3cret@host/book", True),
        ("postgresql+psycopg://li:p@ss@host/book?timeout=3", True),
        ("postgresql:///book?host=/run&user=li&password=s3cret", True),
        ("postgresql://li@host:5433/book", False),
        ("postgresql:///book?host=/run/postgresql", False),
        ("sqlite:///book.db?timeout=0.1", False),
        ("sqlite:////srv/a:b@c/passwords.db", False),
    ],
)
def test_an_address_with_a_password_stands_in_one_file_that_others_cannot_read(
    tmp_path: Path, address: str, secret: bool
) -> None:
    path = write_project(tmp_path, Project(book="b1", store=address))
    assert load_project(tmp_path) == load_project(tmp_path)
    told = [
        file.name for file in tmp_path.rglob("*") if file.is_file() and address in file.read_text("utf-8")
    ]
    assert sorted(told) == (["custbook.yaml"] if secret else ["custbook.yaml", "project.json"])
    if os.name == "posix":
        assert (stat.S_IMODE(path.stat().st_mode) == 0o600) == secret
