"""The JSON Schema of schema and project files says what the loader says, and editors are told of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from custbook_gen.errors import SchemaError
from custbook_gen.load import PROJECT_FILE, Project, load_book, project_book, write_project
from custbook_gen.load.json_schema import explained, project_file_schema, schema_file_schema
from custbook_gen.load.yaml_reader import read_yaml
from custbook_gen.schema import Category, Choice, Field, Purpose, Settings, Sheet
from tests.extended_books import BASE, TOWNS

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = ROOT / "schemas"
OF_SCHEMAS, OF_PROJECTS = schema_file_schema(), project_file_schema()


def plain(value: object) -> object:
    """Data of YAML as JSON has it."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def accepts(schema: dict[str, Any], path: Path) -> bool:
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return checker.is_valid(plain(read_yaml(path).plain()))


def write(folder: Path, text: str, name: str = "own.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "schema"), [("customer_book.schema.json", OF_SCHEMAS), ("project.schema.json", OF_PROJECTS)]
)
def test_the_published_files_are_what_the_command_prints(
    name: str, schema: dict[str, Any], update: bool
) -> None:
    text = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
    if update:
        write(SCHEMAS, text, name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert (SCHEMAS / name).read_text(encoding="utf-8") == text


def test_the_bundled_schema_names_its_json_schema_and_is_valid_by_it() -> None:
    path = SCHEMAS / "customer_book.yaml"
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    assert first == "# yaml-language-server: $schema=customer_book.schema.json"
    assert accepts(OF_SCHEMAS, path)


def test_a_project_file_as_init_writes_it_is_valid(tmp_path: Path) -> None:
    path = write_project(
        tmp_path, Project(book="b", settings=Settings(currency="EUR"), categories={"unit": ["x"]})
    )
    assert accepts(OF_PROJECTS, path)
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    assert first == "# yaml-language-server: $schema=.custbook/project.schema.json"


def test_every_option_is_explained() -> None:
    for model in (Sheet, Category, Choice, Field, Purpose):
        plain_names = {"key", "code"} | ({"label"} if model is not Field else set())
        assert set(model.model_fields) - set(explained(model)) <= plain_names, model.__name__
    blocks = [OF_SCHEMAS["$defs"][name] for name in ("Field", "Sheet", "Category", "Purpose")]
    for block in blocks:
        assert all("description" in option or "$ref" in option for option in block["properties"].values()), (
            block
        )


SCHEMA_FILES = [
    ("", "", True),
    ("label: [簿, Book]\n", "label: Book\n", True),
    ("label: [簿, Book]\n", "label: {zh: 簿, en: Book}\n", True),
    ("label: [簿, Book]\n", "label: [簿]\n", False),
    ("label: [簿, Book]\n", "label: {zh: 簿}\n", False),
    ("label: [簿, Book]\n", "", False),
    ("version: 3", "version: three", False),
    ("key: base", "key: Base", False),
    ("settings:\n", "setings:\n", False),
    ("currency: EUR", "currency: euro", False),
    ("currency: EUR", "curency: EUR", False),
    ("{high: 500, medium: 400}", "{high: 500.5, medium: '400.25'}", True),
    ("{high: 500, medium: 400}", "5", False),
    ("    name: name\n", "", False),
    ("    name: name\n", "    name_field: name\n", False),
    ("type: date}", "type: daet}", False),
    ("type: date}", "type: date, max: as_of+3}", True),
    ("type: date}", "type: date, help: null, min: null}", True),
    ("type: date}", "type: date, required: maybe}", False),
    ("type: date}", "type: date, after: name}", False),
    ("      since: {label: [起, Since], type: date}", "      since: true", False),
    ("      since: {label:", "      Since: {label:", False),
    ("fields: [since, until]", "fields: [since]", False),
    ("kind: order", "kind: ordr", False),
    ("- {kind: order", "- {kind: one, field: kind", False),
    ("new: {zh: 新, en: New, aliases: [fresh]}", "new: {zh: 新}", False),
    ("new: {zh: 新, en: New, aliases: [fresh]}", "new: {zh: 新, en: New, aliases: fresh}", False),
    ("new: {zh: 新, en: New, aliases: [fresh]}", "new: {zh: 新, en: New, code: x}", False),
    ("new: {zh: 新, en: New, aliases: [fresh]}", "new: {zh: 新, en: New, color: FF0000, figure: 0.5}", True),
    ("new: {zh: 新, en: New, aliases: [fresh]}", "new: {zh: 新, en: New, color: red}", False),
    ("new: {zh: 新, en: New, aliases: [fresh]}", "new: false", False),
    ("{code: s, zh: 南, en: South}", "{zh: 南, en: South}", False),
    ("choices: [North,", "choices_from: towns.csv\n    choices: [North,", False),
    ("choices: [North, {code: s, zh: 南, en: South}]", "choices: North", False),
    ("care: {label: [服务, Service], retention_days: 30}", "care: {label: [服务, Service]}", False),
    ("retention_days: 30", "retention_days: 0", False),
    ("preset: full\n", "preset: larger\n", False),
]


@pytest.mark.parametrize(("before", "after", "valid"), SCHEMA_FILES)
def test_a_schema_file_is_accepted_by_both_or_by_none(
    tmp_path: Path, before: str, after: str, valid: bool
) -> None:
    assert before in BASE
    write(tmp_path, TOWNS, "towns.csv")
    path = write(tmp_path, BASE.replace(before, after, 1))
    assert (accepts(OF_SCHEMAS, path), loads(path)) == (valid, valid)


def loads(path: Path) -> bool:
    try:
        load_book(path)
    except SchemaError:
        return False
    return True


EXTENSIONS = [
    ("", True),
    ("label: Mine\nversion: 9\n", True),
    ("sheets: {clients: {fields: {since: false, secret: true, kind: {after: since, required: true}}}}", True),
    ("sheets: {clients: {fields: {since: maybe}}}", False),
    ("sheets: {clients: {fields: {since: {after: kind, before: name}}}}", False),
    ("sheets: {clients: {fields: {since: {afterwards: kind}}}}", False),
    ("sheets: {clients: {fields: {since: {max: as_of, help: [日, Day]}}}}", True),
    ("sheets: {events: true}", True),
    ("sheets: {events: {preset: basic, after: clients, blank_rows: 5}}", True),
    ("sheets: {events: {blank_rows: many}}", False),
    ("sheets: {events: [about]}", False),
    ("categories: {kind: [Odd, {code: even, zh: 偶, en: Even}]}", True),
    ("categories: {kind: {odd: Odd, new: [新客, New], lost: false, old: {aliases: [gone]}}}", True),
    ("categories: {kind: {choices: {odd: Odd}, label: [类, Sort]}}", True),
    ("categories: {kind: {choices: {odd: Odd}, odd: Odd}}", False),
    ("categories: {kind: {odd: {zh: 怪, en: Odd, colour: FF0000}}}", False),
    ("categories: {kind: 5}", False),
    ("categories: {mood: {label: Mood, choices: [good]}}", True),
    ("purposes: {care: {retention_days: 60}}", True),
    ("purposes: {care: false}", False),
    ("settings: {value: {high: 600}}", True),
    ("settings: {value: {higher: 600}}", False),
    ("settings: {as_of: 2026-01-31}", True),
    ("settings: {as_of: soon}", False),
    ("sheet: {}", False),
]


@pytest.mark.parametrize(("text", "valid"), EXTENSIONS)
def test_an_extension_is_accepted_by_both_or_by_none(tmp_path: Path, text: str, valid: bool) -> None:
    write(tmp_path, BASE, "base.yaml")
    write(tmp_path, TOWNS, "towns.csv")
    path = write(tmp_path, "extends: base.yaml\n" + text)
    project = write(tmp_path, "book: b\npreset: full\nschema: base.yaml\n" + text, PROJECT_FILE)
    assert (accepts(OF_SCHEMAS, path), loads(path)) == (valid, valid)
    top_level = text.startswith("label")  # a project has no title of its own
    assert accepts(OF_PROJECTS, project) == (valid and not top_level)
    if valid and not top_level:
        project_book(tmp_path)
    else:
        with pytest.raises(SchemaError):
            project_book(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "lang: zh\n",
        "book: ''\n",
        "book: b\nlang: fr\n",
        "book: b\npreset: opt-in\n",
        "book: b\nlanguage: zh\n",
        "book: b\nextends: base.yaml\n",
    ],
)
def test_a_wrong_project_file_is_refused_by_both(tmp_path: Path, text: str) -> None:
    assert not accepts(OF_PROJECTS, write(tmp_path, text, PROJECT_FILE))
    with pytest.raises(SchemaError):
        project_book(tmp_path)


def test_what_extends_nothing_that_can_be_named_is_refused_by_both(tmp_path: Path) -> None:
    path = write(tmp_path, "extends: [customer_book]\n")
    assert (accepts(OF_SCHEMAS, path), loads(path)) == (False, False)
