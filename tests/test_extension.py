"""Schemas over schemas: what a few lines add, change and switch."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.errors import SchemaError
from custbook_gen.load import load_book
from custbook_gen.load.extension import Extension
from custbook_gen.load.nodes import Node, Spot
from custbook_gen.schema import Book, Label, select
from tests.extended_books import BASE, TOWNS, extended, fields, keys, own, sentence_of, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, BASE, "base.yaml")
    write(tmp_path, TOWNS, "towns.csv")
    return tmp_path


# ---------------------------------------------------------------- nothing, and everything


def test_an_extension_that_says_nothing_is_the_schema_itself(folder: Path) -> None:
    base = load_book(folder / "base.yaml")
    assert extended(folder, "") == base
    assert own(folder, "", "full") == select(base, "full")


def test_an_extension_may_have_a_name_and_version_of_its_own(folder: Path) -> None:
    book = extended(folder, "key: mine\nversion: 4\nlabel: [我的, Mine]\n")
    assert (book.key, book.version, book.label.en) == ("mine", 4, "Mine")
    assert book.sheets == load_book(folder / "base.yaml").sheets


def test_a_bundled_schema_is_extended_by_its_name(tmp_path: Path) -> None:
    text = "extends: customer_book\nsheets: {customers: {fields: {hobby: {label: Hobby, type: text}}}}\n"
    hobby = load_book(write(tmp_path, text)).sheet("customers").fields[-1]
    assert (hobby.key, hobby.label.en) == ("hobby", "Hobby")


def test_a_project_file_says_the_same_as_a_schema_file(folder: Path) -> None:
    text = fields("hobby: {label: Hobby, type: text, after: name}") + "categories: {kind: [Odd]}\n"
    assert own(folder, text, "full") == select(extended(folder, text), "full")


def test_changes_from_python_say_the_same_as_a_schema_file(folder: Path) -> None:
    changes = {
        "sheets": {"clients": {"fields": {"rate": {"label": "Rate", "type": "pct", "max": 0.5}}}},
        "settings": {"value": {"high": 600}},
    }
    text = fields("rate: {label: Rate, type: pct, max: 0.5}") + "settings: {value: {high: 600}}\n"
    assert load_book(folder / "base.yaml", changes) == extended(folder, text)


# ---------------------------------------------------------------- fields


def test_a_field_is_added_at_the_end(folder: Path) -> None:
    sheet = extended(folder, fields("hobby: {label: Hobby, type: text}")).sheet("clients")
    assert keys(sheet)[-1] == "hobby"


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("x: {label: X, type: text, after: name}", "code name x kind region"),
        ("x: {label: X, type: text, before: code}", "x code name kind region"),
        ("kind: {before: name}", "code kind name region town"),
        ("kind: {after: region}", "code name region kind town"),
    ],
)
def test_a_field_goes_where_it_is_put(folder: Path, text: str, order: str) -> None:
    assert keys(extended(folder, fields(text)).sheet("clients"))[: len(order.split())] == order.split()


def test_several_fields_after_the_same_one_follow_as_they_are_written(folder: Path) -> None:
    places = {"x": "name", "y": "x", "z": "name"}
    new = [f"{key}: {{label: {key}, type: text, after: {at}}}" for key, at in places.items()]
    sheet = extended(folder, fields("\n      ".join(new))).sheet("clients")
    assert keys(sheet)[:5] == ["code", "name", "x", "y", "z"]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from(["after", "before"]), st.sampled_from("abcdef"))
    )
)
def test_wherever_fields_are_put_none_is_lost(moves: list[tuple[str, str, str]]) -> None:
    nowhere = Spot("x")
    below = Node({key: Node({}, nowhere) for key in "abcdef"}, nowhere)
    above = Node({key: Node({side: Node(at, nowhere)}, nowhere) for key, side, at in moves}, nowhere)
    extension = Extension()
    merged = extension.parts("fields", below, above, extension.field).value
    assert isinstance(merged, dict)
    assert sorted(merged) == list("abcdef")
    told = {key: (side, at) for key, side, at in moves}
    assert len(extension.findings) == sum(key == at for key, (_, at) in told.items())


def test_single_options_of_a_field_are_changed(folder: Path) -> None:
    text = "name: {label: [姓名, Full name], max_length: 9, help: Call them so}\n      kind: {required: true}"
    sheet, base = (
        extended(folder, fields(text)).sheet("clients"),
        load_book(folder / "base.yaml").sheet("clients"),
    )
    name = sheet.field("name")
    assert (name.label, name.required, name.max_length) == (Label(zh="姓名", en="Full name"), True, 9)
    assert sheet.field("kind") == base.field("kind").having(required=True)
    assert keys(sheet) == keys(base)


def test_a_field_is_switched_off_and_what_hangs_from_it_goes_with_it(folder: Path) -> None:
    book = own(folder, fields("region: false\n      since: false"))
    assert keys(book.sheet("clients")) == ["code", "name", "kind", "until"]
    assert book.sheet("clients").constraints == ()
    assert set(book.category_by_key) == {"kind"}


def test_a_field_is_switched_on_in_every_preset(folder: Path) -> None:
    text = fields("secret: true\n      until: true")
    for preset in ("basic", "standard", "full"):
        assert {"secret", "until"} <= set(keys(own(folder, text, preset).sheet("clients")))


def test_a_field_may_be_switched_and_changed_by_its_preset(folder: Path) -> None:
    book = own(folder, fields("secret: {preset: basic, label: Word}"))
    assert book.sheet("clients").field("secret").label.en == "Word"


# ---------------------------------------------------------------- sheets


NEW = """\
sheets:
  pets:
    label: [宠物, Pets]
    before: events
    key: code
    name: code
    fields:
      code: {label: Code, type: auto, prefix: T, digits: 3}
      owner: {label: Owner, type: ref, to: clients, required: true}
      breed: {label: Breed, type: text, before: owner}
"""


def test_a_sheet_is_added_where_it_is_put(folder: Path) -> None:
    book = extended(folder, NEW)
    assert [sheet.key for sheet in book.sheets] == ["clients", "pets", "events"]
    assert keys(book.sheet("pets")) == ["code", "breed", "owner"]


def test_options_of_a_sheet_are_changed_and_constraints_added(folder: Path) -> None:
    rule = "constraints: [{kind: needed, field: since, when: [{field: until, filled: true}]}]"
    text = f"sheets: {{clients: {{blank_rows: 9, {rule}}}}}\n"
    sheet = extended(folder, text).sheet("clients")
    assert (sheet.blank_rows, [one.kind for one in sheet.constraints]) == (9, ["order", "needed"])
    first = "sheets: {events: {constraints: [{kind: acyclic, field: about}]}}\n"
    assert [one.kind for one in extended(folder, first).sheet("events").constraints] == ["acyclic"]


def test_a_sheet_is_switched_on_with_the_fields_of_its_own_preset(folder: Path) -> None:
    assert keys(own(folder, "sheets: {events: true}\n", "basic").sheet("events")) == ["code", "of", "about"]
    assert "events" not in own(folder, "").sheet_by_key


def test_a_sheet_is_switched_off(folder: Path) -> None:
    book = own(folder, "sheets: {clients: false}\n", "full")
    assert [sheet.key for sheet in book.sheets] == ["events"]
    assert keys(book.sheet("events")) == ["code", "about"]


def test_a_sheet_without_fields_at_first_cannot_be_reached_by_switches(folder: Path) -> None:
    assert sentence_of(folder, "sheets: {evnts: true}\n").endswith(
        "own.yaml, line 2, column 10: there is no sheet evnts; did you mean events?"
    )


# ---------------------------------------------------------------- categories, purposes, settings


def labels(book: Book, category: str) -> list[tuple[str, str]]:
    return [(choice.code, choice.label.en) for choice in book.category(category).choices]


KINDS = [("new", "New"), ("old", "Old"), ("lost", "Lost")]


@pytest.mark.parametrize("short", [True, False], ids=["just values", "with choices"])
@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("[Odd]", ("Odd", "Odd")),
        ("[{code: odd, zh: 怪, en: Odd}]", ("odd", "Odd")),
        ("{odd: [怪, Odd]}", ("odd", "Odd")),
    ],
)
def test_values_are_added_to_a_category(folder: Path, text: str, added: tuple[str, str], short: bool) -> None:
    block = text if short else f"{{choices: {text}}}"
    assert labels(extended(folder, f"categories: {{kind: {block}}}\n"), "kind") == [*KINDS, added]
    assert labels(own(folder, f"categories: {{kind: {block}}}\n"), "kind") == [*KINDS, added]


def test_values_are_renamed_by_their_code(folder: Path) -> None:
    kind, region = "{new: [新客, Fresh], lost: {aliases: [gone]}}", "{North: Up, s: {en: Down}}"
    text = f"categories:\n  kind: {kind}\n  region: {region}\n"
    book = extended(folder, text)
    new, _, lost = book.category("kind").choices
    assert (new.label, new.aliases) == (Label(zh="新客", en="Fresh"), ("fresh",))
    assert (lost.label.en, lost.aliases) == ("Lost", ("gone",))
    assert labels(book, "region") == [("North", "Up"), ("s", "Down")]
    assert book.category("region").by_code["s"].label.zh == "南"


def test_a_value_is_taken_off_the_list_and_put_back(folder: Path) -> None:
    off = extended(folder, "categories: {kind: {choices: {lost: false}}}\n")
    assert [choice.active for choice in off.category("kind").choices] == [True, True, False]
    write(folder, "extends: own.yaml\ncategories: {kind: {lost: true}}\n", "again.yaml")
    assert load_book(folder / "again.yaml") == load_book(folder / "base.yaml")


def test_values_are_added_to_and_changed_in_a_list_from_a_file(folder: Path) -> None:
    book = extended(folder, "categories: {town: {n1: Alpha, n2: {zh: 丙, en: C, parent: North}}}\n")
    assert labels(book, "town") == [("n1", "Alpha"), ("s1", "B"), ("n2", "C")]
    assert not book.category("town").editable


def test_a_list_from_a_file_takes_the_place_of_the_values_before(folder: Path) -> None:
    write(folder / "more", "code,name\nx,X\n", "kinds.csv")
    write(folder / "more", "extends: ../base.yaml\ncategories: {kind: {choices_from: kinds.csv}}\n"
          + fields("kind: {default: x}"))  # fmt: skip
    assert labels(load_book(folder / "more" / "own.yaml"), "kind") == [("x", "X")]


def test_a_whole_category_is_added(folder: Path) -> None:
    text = "categories: {mood: {label: [心情, Mood], choices: {good: [好, Good]}}}\n"
    book = extended(folder, text + fields("mood: {label: Mood, type: enum, category: mood}"))
    assert labels(book, "mood") == [("good", "Good")]


def test_purposes_are_added_and_changed(folder: Path) -> None:
    text = "purposes:\n  care: {retention_days: 60}\n  ads: {label: Advertising, retention_days: 9}\n"
    book = extended(folder, text)
    assert {one.key: (one.label.en, one.retention_days) for one in book.purposes} == {
        "care": ("Service", 60),
        "ads": ("Advertising", 9),
    }


def test_single_settings_are_changed_and_tables_replaced(folder: Path) -> None:
    text = "settings: {currency: USD, value: {high: 600.5}, follow_up: {months_by_level: {tin: 2}}}\n"
    settings = extended(folder, text).settings
    assert (settings.currency, settings.value.high, settings.value.medium) == (
        "USD",
        Decimal("600.5"),
        Decimal(400),
    )
    assert settings.follow_up.months_by_level == {"tin": 2}


# ---------------------------------------------------------------- chains


def test_extensions_of_extensions_add_up_with_paths_from_their_own_folders(folder: Path) -> None:
    write(folder / "shop", "extends: ../base.yaml\n" + fields("x: {label: X, type: text}"), "one.yaml")
    write(
        folder / "shop", "extends: one.yaml\n" + fields("x: {label: Y}\n      name: {after: x}"), "two.yaml"
    )
    book = load_book(folder / "shop" / "two.yaml")
    assert keys(book.sheet("clients"))[-2:] == ["x", "name"]
    assert book.sheet("clients").field("x").label.en == "Y"
    assert labels(book, "town") == [("n1", "A"), ("s1", "B")]


@pytest.mark.parametrize("names", [["own.yaml"], ["one.yaml", "own.yaml"], ["one.yaml", "one.yaml"]])
def test_extending_in_circles_is_refused(folder: Path, names: list[str]) -> None:
    write(folder, f"extends: {names[-1]}\n", "one.yaml")
    with pytest.raises(SchemaError, match=rf"line 1, column 1: extending {names[-1]} leads back to where it"):
        load_book(write(folder, f"extends: {names[0]}\n"))
