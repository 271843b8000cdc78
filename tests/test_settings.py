"""Settings of rules in blocks: in a schema, in a project file, from Python."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, ValidationError

from custbook_gen.errors import SchemaError
from custbook_gen.load import load_book
from custbook_gen.load.projects import Project, load_project, project_book, write_project
from custbook_gen.schema import Book, Label, Option, Settings
from custbook_gen.schema.settings import FollowUpSettings, RfmSettings, ValueSettings

SCHEMA = """\
key: small
version: 1
label: s
settings:
  currency: EUR
  rfm: {mode: quintile, window_days: 180, amounts: [500.5, 400, 300, 200]}
  follow_up:
    months_by_level: {gold: 1}
    holidays: [2026-10-01]
sheets:
  clients:
    label: c
    key: id
    name: name
    fields:
      id: {label: i, type: auto, prefix: K, digits: 3}
      name: {label: n, type: text, required: true}
      gender: {label: g, type: text, applies: person}
"""


def write(folder: Path, text: str, name: str = "small.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_schema_gives_settings_in_blocks(tmp_path: Path) -> None:
    settings = load_book(write(tmp_path, SCHEMA)).settings
    limits = (Decimal("500.5"), Decimal(400), Decimal(300), Decimal(200))
    assert settings == Settings(
        currency="EUR",
        rfm=RfmSettings(mode="quintile", window_days=180, amounts=limits),
        follow_up=FollowUpSettings(months_by_level={"gold": 1}, holidays=(dt.date(2026, 10, 1),)),
    )
    assert settings.rfm.orders == (10, 6, 3, 2)


def test_a_project_overrides_single_settings_of_a_block(tmp_path: Path) -> None:
    write(tmp_path, SCHEMA)
    given = Settings(rfm=RfmSettings(window_days=90), follow_up=FollowUpSettings(months_by_level={"B": 2}))
    project = Project(book="b", source="small.yaml", settings=given)
    write_project(tmp_path, project)
    assert load_project(tmp_path) == project
    settings = project_book(tmp_path).settings
    assert (settings.rfm.mode, settings.rfm.window_days) == ("quintile", 90)
    assert settings.follow_up.months_by_level == {"B": 2}, "a list of intervals is replaced as a whole"
    assert settings.follow_up.holidays == (dt.date(2026, 10, 1),)


def test_amounts_of_a_project_survive_the_file(tmp_path: Path) -> None:
    project = Project(
        book="b", settings=Settings(value=ValueSettings(high=Decimal("5000.50"), medium=Decimal(1)))
    )
    write_project(tmp_path, project)
    assert load_project(tmp_path) == project


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("window_days: 180", "windows: 180", "line 6, column 25: there is no option windows; did you mean"),
        ("mode: quintile", "mode: halves", "mode cannot be halves; possible are: thresholds, quintile."),
        ("window_days: 180", "window_days: 0", "line 6, column 25: the value of window_days is wrong"),
        ("  rfm: {mode", "  rfn: {mode", "line 6, column 3: there is no option rfn; did you mean rfm?"),
        ("  rfm: {", "  rfm: 5 # {", "line 6, column 3: rfm must be a block of lines"),
        ("300, 200", "300", "line 6, column"),
        ("300, 200", "300, 301", "amounts and the limit next to it are out of order"),
        ("gold: 1", "gold: lots", "line 8, column 23: gold must be a whole number"),
        ("[2026-10-01]", "[soon]", "must be a date such as 2025-01-31"),
        ("applies: person", "applies: dogs", "applies cannot be dogs; possible are: person, organisation."),
    ],
)
def test_what_is_wrong_in_a_block_of_a_schema_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    path = write(tmp_path, SCHEMA.replace(old, new))
    with pytest.raises(SchemaError) as caught:
        load_book(path)
    assert sentence in caught.value.sentence("en")


def test_an_unknown_setting_in_a_block_of_a_project_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "book: b\nsettings:\n  rfm:\n    window: 90\n", "custbook.yaml")
    with pytest.raises(SchemaError, match=r"line 4, column 5: there is no option window; did you mean"):
        load_project(tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rfm": {"recency_days": [30, 20, 180, 365]}},
        {"rfm": {"orders": [10, 6, 6, 2]}},
        {"frequency": {"medium_of_three": 6}},
        {"value": {"high": 10_000}},
        {"value": {"high_share": "0.95"}},
        {"lifecycle": {"churn_days": 90}},
        {"lifecycle": {"churn_cycles": 1}},
        {"completeness": {"good": 95}},
    ],
)
def test_limits_out_of_order_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="out of order"):
        Settings.model_validate(wrong)


def test_cycles_can_be_left_out_of_the_lifecycle() -> None:
    settings = Settings.model_validate({"lifecycle": {"active_cycles": 0, "churn_cycles": 0}})
    assert settings.lifecycle.churn_cycles == 0


def test_a_field_of_a_class_tells_whom_it_applies_to() -> None:
    class Client(BaseModel):
        code: Annotated[str, Option(key=True)]
        gender: Annotated[str | None, Option(applies="person")] = None

    book = Book.from_models(Client, key="b", label=Label(zh="簿", en="B"))
    assert [field.applies for field in book.sheet("clients").fields] == [None, "person"]


def test_a_field_tells_whom_it_applies_to(tmp_path: Path) -> None:
    fields = load_book(write(tmp_path, SCHEMA)).sheet("clients")
    assert (fields.field("gender").applies, fields.field("name").applies) == ("person", None)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("currency: RMB", "line 4, column 3: RMB, in the setting currency, is no code of currency; "),
        ("currency: USX", "is no code of currency; did you mean "),
        ("phone_region: XX", "line 4, column 3: XX, in the setting phone_region, is no code of country; "),
    ],
)
def test_a_code_that_is_in_none_of_its_lists_is_refused_where_it_stands(
    tmp_path: Path, said: str, sentence: str
) -> None:
    write(tmp_path, f"book: b\npreset: basic\nsettings:\n  {said}\n", "custbook.yaml")
    with pytest.raises(SchemaError) as caught:
        project_book(tmp_path)
    assert caught.value.sentence("en").startswith("custbook.yaml, line 4")
    assert sentence in caught.value.sentence("en")
    assert caught.value.sentence("zh") != caught.value.sentence("en")


@pytest.mark.parametrize(
    ("more", "editable", "known"),
    [("", "true", True), ("", "false", False), ("preset: opt-in, ", "false", False)],
)
def test_lists_that_people_keep_may_have_codes_that_the_schema_does_not_know(
    tmp_path: Path, more: str, editable: str, *, known: bool
) -> None:
    dictionary = """\
  dictionary:
    {label: l, holds: choices, key: id, name: code, fields: {
      id: {label: i, type: auto, prefix: V, digits: 5},
      category: {label: g, type: enum, category: editable_category},
      code: {label: c, type: text}, zh: {label: z, type: text}, en: {label: e, type: text}}}
"""
    text = SCHEMA.replace("clients:", "customers:").replace(
        "gender: {label: g, type: text, ", f"level: {{label: g, {more}type: enum, category: level, "
    )
    lists = f"categories: {{level: {{label: l, editable: {editable}, choices: [gold, tin]}}}}\n"
    path = write(tmp_path, text.replace("gold: 1", "gold: 1, iron: 2") + dictionary + lists)
    if known:
        assert load_book(path).settings.follow_up.months_by_level["iron"] == 2
        return
    with pytest.raises(
        SchemaError, match=r"line 8, column 32: iron, in the setting follow_up, is no code of level"
    ):
        load_book(path)
