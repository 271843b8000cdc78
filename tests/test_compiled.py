"""The kept copies of a project's book and tabs: used only if all that they were made from is as it was."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path

import pytest

from custbook_gen.actions.views import summary_tabs
from custbook_gen.errors import SchemaError
from custbook_gen.load import (
    PRIVATE_FOLDER,
    PROJECT_FILE,
    data_path,
    keep_tabs,
    load_book,
    load_project,
    project_book,
    recall_tabs,
)
from custbook_gen.load.compiled import FILE, PROJECT_COPY, TABS, keep, recall
from custbook_gen.schema import Book, Label, Preset, fields, select
from custbook_gen.summaries.templates import render_tab
from custbook_gen.tabs import Tab
from tests.extended_books import BASE, TOWNS

LIST = "code,name\nx,X\n"
OWN = """\
extends: base.yaml
sheets: {clients: {fields: {sort: {label: Sort, type: enum, category: sort}}}}
categories: {sort: {label: Sort, choices_from: lists/kinds.csv}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a schema of its own, which was read once."""
    home = tmp_path / "shop"
    (home / "lists").mkdir(parents=True)
    (home / "lists" / "kinds.csv").write_text(LIST, encoding="utf-8")
    (home / "base.yaml").write_text(BASE, encoding="utf-8")
    (home / "towns.csv").write_text(TOWNS, encoding="utf-8")
    (home / "own.yaml").write_text(OWN, encoding="utf-8")
    (home / PROJECT_FILE).write_text("book: b\nschema: own.yaml\n", encoding="utf-8")
    project_book(home)
    return home


def kept(folder: Path) -> Book | None:
    return recall(folder / ".custbook")


def test_a_book_is_kept_where_the_project_is_and_recalled_as_it_was_read(folder: Path) -> None:
    book = kept(folder)
    assert book == select(load_book(folder / "own.yaml"), "standard")
    assert book == project_book(folder)
    assert {path.name for path in (folder / ".custbook").iterdir()} == {FILE, PROJECT_COPY}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (PROJECT_FILE, "book: b\nschema: own.yaml\npreset: full\n"),
        ("base.yaml", BASE.replace("version: 3", "version: 4")),
        ("own.yaml", OWN.replace("label: Sort,", "label: Order,")),
        ("lists/kinds.csv", LIST + "y,Y\n"),
    ],
)
def test_a_changed_file_is_noticed(folder: Path, file: str, text: str) -> None:
    before = project_book(folder)
    (folder / file).write_text(text, encoding="utf-8")
    assert kept(folder) is None
    assert project_book(folder) != before
    assert kept(folder) == project_book(folder)


@pytest.mark.parametrize("file", [PROJECT_FILE, "own.yaml", "lists/kinds.csv"])
def test_a_file_that_is_gone_is_noticed(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert kept(folder) is None
    with pytest.raises(SchemaError):
        project_book(folder)


def test_a_project_that_became_wrong_is_told_so(folder: Path) -> None:
    (folder / PROJECT_FILE).write_text("book: b\nschema: own.yaml\nsheet: {}\n", encoding="utf-8")
    with pytest.raises(SchemaError, match="line 3, column 1: there is no option sheet"):
        project_book(folder)


def test_bundled_files_count_by_their_place_in_the_program(folder: Path) -> None:
    (folder / PROJECT_FILE).write_text("book: b\n", encoding="utf-8")
    project_book(folder)
    head = json.loads((folder / ".custbook" / FILE).read_bytes().partition(b"\n")[0])
    assert {PROJECT_FILE, "data:schemas/customer_book.yaml"} <= head["files"].keys()
    assert all(not Path(name).is_absolute() for name in head["files"])


def test_a_project_may_be_moved(folder: Path) -> None:
    moved = folder.rename(folder.parent / "moved")
    assert kept(moved) is not None


@pytest.mark.parametrize("at", [0, 5, 100, 2000, -1])
def test_a_damaged_copy_counts_for_nothing(folder: Path, at: int) -> None:
    path = folder / ".custbook" / FILE
    before, content = project_book(folder), bytearray(path.read_bytes())
    content[at] ^= 0x15
    path.write_bytes(content)
    assert kept(folder) is None
    assert project_book(folder) == before
    assert kept(folder) == before


@pytest.mark.parametrize("content", [b"", b"{}\n{}", b"[]\n", b"null", b'{"files": 5}\n', b"\xff\n\xff"])
def test_something_else_in_its_place_counts_for_nothing(folder: Path, content: bytes) -> None:
    (folder / ".custbook" / FILE).write_bytes(content)
    assert kept(folder) is None


def test_a_copy_of_another_program_counts_for_nothing(folder: Path) -> None:
    path = folder / ".custbook" / FILE
    head, _, body = path.read_bytes().partition(b"\n")
    path.write_bytes(json.dumps({**json.loads(head), "program": "older"}).encode() + b"\n" + body)
    assert kept(folder) is None


def test_a_copy_that_cannot_be_kept_is_done_without(tmp_path: Path) -> None:
    (tmp_path / ".custbook").touch()
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "towns.csv").write_text(TOWNS, encoding="utf-8")
    (tmp_path / PROJECT_FILE).write_text("book: b\nschema: base.yaml\n", encoding="utf-8")
    assert project_book(tmp_path).key == "base"


def test_recalling_is_much_faster_than_reading(folder: Path) -> None:
    (folder / PROJECT_FILE).write_text("book: b\npreset: full\n", encoding="utf-8")
    project_book(folder)

    def seconds(act: object) -> float:
        start = time.process_time()
        assert callable(act)
        act()
        return time.process_time() - start

    reading = seconds(lambda: load_book(data_path("schemas", "customer_book.yaml")))
    recalling = min(seconds(lambda: kept(folder)) for _ in range(3))
    assert recalling < reading / 2


def test_a_book_that_is_kept_is_the_book(tmp_path: Path) -> None:
    book = load_book("customer_book")
    keep(tmp_path, book, {})
    assert recall(tmp_path) == book


def test_the_patterns_of_a_book_that_is_kept_are_not_judged_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = load_book("customer_book")
    keep(tmp_path, book, {})
    judged: list[str] = []

    def noted(pattern: str, _longest: int) -> bool:
        judged.append(pattern)
        return True

    monkeypatch.setattr(fields, "is_small", noted)
    assert recall(tmp_path) == book
    assert judged == []
    Book.model_validate_json(book.model_dump_json())
    assert judged


OVERVIEW = """
key: overview
title: {zh: 总览, en: Overview}
blocks:
  - kind: metrics
    metrics: [{id: n, label: {zh: 数, en: "{{ book.label.en }}"}, measure: count, of: customers}]
"""


@pytest.fixture(scope="module")
def books() -> dict[str, Book]:
    whole = load_book("customer_book")
    presets: tuple[Preset, ...] = ("basic", "standard", "full")
    return {preset: select(whole, preset) for preset in presets}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a summary template of its own."""
    (tmp_path / "templates" / "summary").mkdir(parents=True)
    (tmp_path / "templates" / "summary" / "overview.yaml.j2").write_text(OVERVIEW, encoding="utf-8")
    return tmp_path


def test_codes_of_any_spelling_stay_codes_in_the_bundled_tabs(books: dict[str, Book]) -> None:
    odd = """x]}, {field: "it's", is: [&a 'yes', *a #"""
    full = books["full"].model_dump(mode="json", by_alias=True)
    for category in full["categories"]:
        if category["key"] in ("order_status", "deal_stage", "ticket_status", "interaction_result"):
            category["choices"].append({"code": odd, "label": {"zh": "怪", "en": "Odd"}})
    full["settings"]["purchases"]["counted_statuses"].append(odd)
    tabs, told = summary_tabs(Book.model_validate(full)), summary_tabs(books["full"])
    assert [len(tab.blocks) for tab in tabs] == [len(tab.blocks) for tab in told]
    naming = {tab.key for tab in tabs if json.dumps(odd) in tab.model_dump_json()}
    assert naming >= {"overview", "funnel", "trend", "service_statistics", "contact_statistics"}


def count_renderings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are rendered from now on."""
    rendered: list[str] = []

    def note(template: str, source: str, book: Book) -> Tab:
        rendered.append(source)
        return render_tab(template, source, book)

    monkeypatch.setattr("custbook_gen.summaries.templates.render_tab", note)
    return rendered


@pytest.mark.parametrize("preset", ["basic", "standard", "full"])
def test_tabs_are_recalled_as_they_were_rendered(tmp_path: Path, books: dict[str, Book], preset: str) -> None:
    book, templates = books[preset], {"a": "b"}
    tabs = summary_tabs(book)
    keep_tabs(tmp_path, book, templates, tabs)
    assert recall_tabs(tmp_path, book, templates) == tabs
    assert recall_tabs(tmp_path, book, {"a": "c"}) is None
    assert recall_tabs(tmp_path, book, {**templates, "c": "d"}) is None


def test_a_projects_tabs_are_rendered_once(
    project: Path, books: dict[str, Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = summary_tabs(books["basic"], project)
    rendered = count_renderings(monkeypatch)
    assert summary_tabs(books["basic"], project) == first
    assert rendered == []


def test_a_changed_template_is_noticed(
    project: Path, books: dict[str, Book], monkeypatch: pytest.MonkeyPatch
) -> None:
    summary_tabs(books["basic"], project)
    rendered = count_renderings(monkeypatch)
    changed = OVERVIEW.replace("Overview", "At a glance")
    (project / "templates" / "summary" / "overview.yaml.j2").write_text(changed, encoding="utf-8")
    tabs = {tab.key: tab for tab in summary_tabs(books["basic"], project)}
    assert tabs["overview"].title.en == "At a glance"
    assert "overview.yaml.j2" in rendered


def test_a_changed_book_is_noticed(project: Path, books: dict[str, Book]) -> None:
    summary_tabs(books["basic"], project)
    renamed = books["basic"].having(label=Label(zh="店", en="Shop"))
    tabs = {tab.key: tab for tab in summary_tabs(renamed, project)}
    assert '"Shop"' in tabs["overview"].model_dump_json()


@pytest.mark.parametrize("at", [0, 5, 40, 2000, -1])
def test_damaged_tabs_count_for_nothing(project: Path, books: dict[str, Book], at: int) -> None:
    before, path = summary_tabs(books["basic"], project), project / PRIVATE_FOLDER / TABS
    content = bytearray(path.read_bytes())
    content[at] ^= 0x15
    path.write_bytes(content)
    assert summary_tabs(books["basic"], project) == before
    assert path.read_bytes() != bytes(content)


def test_a_wrong_template_is_told_every_time(project: Path, books: dict[str, Book]) -> None:
    (project / "templates" / "summary" / "overview.yaml.j2").write_text("{{ nothing }}", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(SchemaError, match="'nothing' is undefined"):
            summary_tabs(books["basic"], project)


def test_tabs_that_cannot_be_kept_are_done_without(project: Path, books: dict[str, Book]) -> None:
    (project / PRIVATE_FOLDER).touch()
    for _ in range(2):
        assert summary_tabs(books["basic"], project)[0].blocks


def test_a_project_is_recalled_as_it_was_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_project(folder)
    monkeypatch.setattr("custbook_gen.load.yaml_reader.read_yaml", lambda _: pytest.fail("it was read again"))
    assert load_project(folder) == before


def test_a_changed_project_is_read_anew(folder: Path) -> None:
    load_project(folder)
    (folder / PROJECT_FILE).write_text("book: b\nschema: own.yaml\npreset: full\n", encoding="utf-8")
    assert load_project(folder).preset == "full"


def test_a_project_that_its_copy_would_change_is_read_every_time(folder: Path) -> None:
    fraction = "settings: {duplicates: {near_name: 0.95}}\n"
    (folder / PROJECT_FILE).write_text(f"book: b\nschema: own.yaml\n{fraction}", encoding="utf-8")
    (folder / PRIVATE_FOLDER / PROJECT_COPY).unlink()
    assert load_project(folder) == load_project(folder)
    assert load_project(folder).settings == {"duplicates": {"near_name": Decimal("0.95")}}
    assert not (folder / PRIVATE_FOLDER / PROJECT_COPY).exists()
