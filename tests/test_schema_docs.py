"""The reference of the schema language: its examples work, and it names every option there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from custbook_gen.load import PROJECT_FILE, load_book, project_book
from custbook_gen.schema import Book, Category, Choice, Field, FieldType, Purpose, Settings, Sheet
from custbook_gen.schema.constraints import Constraint
from tests.test_json_schema import OF_PROJECTS, OF_SCHEMAS, accepts

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")
EXAMPLES: dict[str, str] = dict(re.findall(r"<!-- example: (\S+) -->\n```\w+\n(.*?)```", TEXT, re.DOTALL))
NAMED = set(re.findall(r"`([\w|]+)`", "\n".join(line for line in TEXT.splitlines() if line.startswith("|"))))


def written(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_text(EXAMPLES[name], encoding="utf-8")
    return path


def run(name: str) -> dict[str, object]:
    space: dict[str, object] = {"__name__": "example"}
    exec(compile(EXAMPLES[name], name, "exec", dont_inherit=True), space)  # noqa: S102
    return space


def test_the_worked_example_is_a_project(tmp_path: Path) -> None:
    assert accepts(OF_PROJECTS, written(tmp_path, PROJECT_FILE))
    book = project_book(tmp_path)
    keys = [field.key for field in book.sheet("customers").fields]
    assert keys[keys.index("name") + 1] == "frame_size"
    assert "gender" not in keys
    assert [choice.code for choice in book.category("membership").choices] == ["gold", "silver"]
    assert "Cycling club" in book.category("customer_source").by_code
    assert book.settings.value.high == 20000


def test_the_table_of_changes_has_an_example_of_each(tmp_path: Path) -> None:
    path = written(tmp_path, "changes.yaml")
    assert accepts(OF_SCHEMAS, path)
    book, base = load_book(path), load_book("customer_book")
    customers = book.sheet("customers")
    keys = [field.key for field in customers.fields]
    assert (customers.field("level").label.en, customers.field("level").required) == ("Class", False)
    assert keys[keys.index("notes") + 1] == "owner_id"
    assert (customers.field("id_no").preset, base.sheet("customers").field("id_no").preset) == (
        "basic",
        "opt-in",
    )
    assert len(customers.constraints) == len(base.sheet("customers").constraints) + 1
    assert book.sheet("interactions").field("duration_min").preset == "opt-in"
    assert book.category("customer_level").by_code["B"].label.en == "Normal"
    assert not book.category("customer_source").by_code["cold_call"].active
    assert book.purpose_by_key["marketing"].retention_days == 365


def test_the_whole_schema_and_the_settings_are_accepted(tmp_path: Path) -> None:
    for name in ("library.yaml", "settings.yaml"):
        path = written(tmp_path, name)
        assert accepts(OF_SCHEMAS, path)
        load_book(path)


def test_the_python_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    customer = run("data.py")["Customer"]
    assert "gender" not in customer.model_fields  # type: ignore[attr-defined]
    book = run("classes.py")["book"]
    assert isinstance(book, Book)
    assert book.sheet("bicycles").field("owner").to == "customers"
    assert book.sheet("customers").fields[2].key == "frame_size"
    assert accepts(OF_SCHEMAS, tmp_path / "bicycles.yaml")
    assert load_book(tmp_path / "bicycles.yaml") == book


@pytest.mark.parametrize("model", [Book, Sheet, Field, Category, Choice, Purpose])
def test_every_option_is_in_a_table(model: type) -> None:
    shorter = {"key_field": "key", "name_field": "name", "code": "code", "label": "label"}
    options = {shorter.get(name, name) for name in model.model_fields}  # type: ignore[attr-defined]
    assert options - NAMED - {"retention_days"} == set()


def test_every_type_kind_of_constraint_and_command_is_in_a_table() -> None:
    assert set(get_args(FieldType)) <= NAMED
    kinds = {get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(Constraint)[0])}
    assert kinds <= NAMED


def test_settings_that_the_example_names_exist() -> None:
    assert {"value", "rfm", "lifecycle", "follow_up", "service", "completeness"} <= set(Settings.model_fields)
