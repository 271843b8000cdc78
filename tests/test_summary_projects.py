"""A project's own summary templates: they add tabs and take the place of bundled ones."""

from pathlib import Path

import pytest

from custbook_gen.actions.generate import generate
from custbook_gen.actions.project import Run
from custbook_gen.actions.views import summary_tabs
from custbook_gen.backends.excel import ExcelFile
from custbook_gen.errors import SchemaError
from custbook_gen.load import load_book, load_template, template_names
from custbook_gen.records import Change
from tests.sync_books import AT, Desk, codes

OWN = """
key: {key}
title: {{zh: {title}, en: Own}}
order: {order}
blocks:
  - kind: metrics
    metrics:
      - {{id: n, label: {{zh: 客户数, en: Customers}}, measure: count, of: customers}}
"""


def put(folder: Path, name: str, **facts: object) -> None:
    place = folder / "templates" / "summary"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(OWN.format(**{"key": "own", "title": "自己的", "order": 0} | facts), "utf-8")


def test_a_new_template_adds_a_tab_in_its_order(tmp_path: Path) -> None:
    book = load_book("customer_book")
    put(tmp_path, "own.yaml.j2")
    (tmp_path / "templates" / "summary" / "notes.txt").write_text("no template", "utf-8")
    (tmp_path / "templates" / "summary" / ".own.yaml.j2").write_text("a hidden copy", "utf-8")
    tabs = summary_tabs(book, tmp_path)
    assert [tab.key for tab in tabs] == ["own", *(tab.key for tab in summary_tabs(book))]


def test_a_template_of_the_same_name_takes_the_place_of_the_bundled_one(tmp_path: Path) -> None:
    put(tmp_path, "overview.yaml.j2", key="overview")
    overview = next(
        tab for tab in summary_tabs(load_book("customer_book"), tmp_path) if tab.key == "overview"
    )
    assert overview.title.zh == "自己的"
    assert len(overview.blocks) == 1
    assert template_names("summary", tmp_path) == template_names("summary")
    assert load_template("summary/overview.yaml.j2", tmp_path) != load_template("summary/overview.yaml.j2")


def test_two_templates_of_one_key_are_refused_by_name(tmp_path: Path) -> None:
    put(tmp_path, "mine.yaml.j2", key="overview")
    with pytest.raises(SchemaError) as caught:
        summary_tabs(load_book("customer_book"), tmp_path)
    assert caught.value.code == "tab-twice"
    assert "“overview.yaml.j2”" in str(caught.value)
    assert "“mine.yaml.j2”" in caught.value.sentence("zh")


def test_a_wrong_template_of_a_project_is_named_with_its_place(tmp_path: Path) -> None:
    put(tmp_path, "mine.yaml.j2", title="[")
    with pytest.raises(SchemaError, match=r"mine\.yaml\.j2"):
        summary_tabs(load_book("customer_book"), tmp_path)


def test_a_workbook_has_the_projects_own_tab_and_sync_renews_it(desk: Desk) -> None:
    put(desk.folder, "own.yaml.j2")
    path = desk.folder / "own.xlsx"
    generate(desk.home(), path, Run(AT, "wang"))

    def shown() -> float:
        sheet = ExcelFile(path).read().sheet("自己的")
        assert sheet is not None
        row, column = next(
            (number, cells.index("客户数") + 1) for number, cells in sheet.rows.items() if "客户数" in cells
        )
        value = sheet.cell(row + 1, column)
        assert isinstance(value, float)
        return value

    before = shown()
    desk.commit(Change("insert", "customers", "C000099", after={"name": "后来的客户"}))
    report = desk.sync(path)
    assert "tab-missing" not in [code for code, _, _ in codes(report)]
    assert shown() == before + 1
