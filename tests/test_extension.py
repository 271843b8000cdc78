"""Schemas over schemas: what a few lines add, change and switch, and what is wrong in them and where."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.errors import SchemaError
from custbook_gen.load import PROJECT_FILE, load_book, project_book
from custbook_gen.load.extension import Extension
from custbook_gen.load.nodes import Node, Spot
from custbook_gen.schema import Book, Label, Sheet, select

BASE = """\
key: base
version: 3
label: [簿, Book]
settings:
  currency: EUR
  value: {high: 500, medium: 400}
  follow_up: {months_by_level: {gold: 1}}
sheets:
  clients:
    label: [客户, Clients]
    key: code
    name: name
    fields:
      code: {label: [编号, No.], type: auto, prefix: K, digits: 3}
      name: {label: [名称, Name], type: text, required: true}
      kind: {label: [种类, Kind], type: enum, category: kind, default: new}
      region: {label: [区, Region], type: enum, category: region}
      town: {label: [镇, Town], type: enum, category: town, parent: region}
      since: {label: [起, Since], type: date}
      until: {label: [止, Until], type: date, preset: standard}
      secret: {label: [密, Secret], type: text, preset: opt-in, personal: sensitive, purpose: care}
    constraints:
      - {kind: order, fields: [since, until]}
  events:
    label: [事件, Events]
    preset: full
    key: code
    name: code
    fields:
      code: {label: [编号, No.], type: auto, prefix: V, digits: 3, preset: full}
      of: {label: [客户, Client], type: ref, to: clients, required: true, preset: full}
      about: {label: [内容, About], type: text, preset: full}
      extra: {label: [其他, Extra], type: text, preset: opt-in}
categories:
  kind:
    label: [种类, Kind]
    choices:
      new: {zh: 新, en: New, aliases: [fresh]}
      old: [旧, Old]
      lost: Lost
  region:
    label: [区, Region]
    choices: [North, {code: s, zh: 南, en: South}]
  town:
    label: [镇, Town]
    parent: region
    choices_from: towns.csv
purposes:
  care: {label: [服务, Service], retention_days: 30}
"""
TOWNS = "code,zh,en,parent\nn1,甲,A,North\ns1,乙,B,s\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, BASE, "base.yaml")
    write(tmp_path, TOWNS, "towns.csv")
    return tmp_path


def write(folder: Path, text: str, name: str = "own.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def extended(folder: Path, text: str) -> Book:
    """The book of a schema file that extends the base."""
    return load_book(write(folder, "extends: base.yaml\n" + text))


def own(folder: Path, text: str, preset: str = "standard") -> Book:
    """The book of a project of the base schema with blocks of its own."""
    write(folder, f"book: b\nschema: base.yaml\npreset: {preset}\n{text}", PROJECT_FILE)
    return project_book(folder)


def keys(sheet: Sheet) -> list[str]:
    return [field.key for field in sheet.fields]


def fields(text: str) -> str:
    """A block of fields of the clients."""
    return f"sheets:\n  clients:\n    fields:\n      {text}\n"


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


# ---------------------------------------------------------------- what is wrong, and where


def sentence_of(folder: Path, text: str) -> str:
    with pytest.raises(SchemaError) as caught:
        extended(folder, text)
    assert caught.value.sentence("zh") != caught.value.sentence("en")
    return caught.value.sentence("en")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            fields("nmae: {required: false}"),
            "line 5, column 7: sheet clients has no field nmae; did you mean name?",
        ),
        (fields("nmae: false"), "line 5, column 7: sheet clients has no field nmae; did you mean name?"),
        (fields("x: {type: text}"), "line 5, column 7: label is missing; add it."),
        (
            fields("x: {label: X, type: text, after: nam}"),
            "line 5, column 33: sheet clients has no field nam; did",
        ),
        (
            fields("x: {label: X, type: text, after: x}"),
            "line 5, column 33: sheet clients has no field x; possible",
        ),
        (fields("x: {after: kind, before: name}"), "line 5, column 7: sheet clients has no field x"),
        (
            fields("kind: {after: since, before: name}"),
            "line 5, column 28: after and before exclude each other",
        ),
        (fields("code: false"), "line 5, column 7: the field code is the key of sheet clients and"),
        (fields("name: false"), "line 5, column 7: the field name is the name of sheet clients and"),
        (fields("kind: maybe"), "line 5, column 7: kind must be a block of lines"),
        (fields("kind: {tpye: text}"), "line 5, column 14: there is no option tpye; did you mean type?"),
        (fields("kind: {default: odd}"), "line 5, column 14: the default odd is no code of category kind"),
        (fields("name: {type: enum}"), "line 5, column 7: a field of type enum needs category; add it."),
        (fields("kind: {category: moods}"), "line 5, column 14: there is no category moods"),
        (
            "sheets: {clients: {filds: {}}}",
            "line 2, column 20: there is no option filds; did you mean fields?",
        ),
        ("sheets: {clint: {label: X}}", "line 2, column 10: there is no sheet clint; did you mean clients?"),
        ("sheets: {x: {label: X, fields: {}}}", "line 2, column 10: key is missing"),
        ("sheets: {clients: 5}", "line 2, column 10: clients must be a block of lines"),
        ("sheets: []", "line 2, column 1: sheets must be a block of lines"),
        ("categories: {knd: [x]}", "line 2, column 14: there is no category knd; did you mean kind?"),
        ("categories: {kind: [new]}", "line 2, column 21: new is defined twice"),
        (
            "categories: {kind: {odd: [旧, Old]}}",
            "line 2, column 21: the values odd and old are both called 旧",
        ),
        ("categories: {kind: {odd: {zn: x}}}", "line 2, column 27: there is no option zn"),
        (
            "categories: {kind: {odd: {code: x}}}",
            "line 2, column 27: the code of this value stands before it already",
        ),
        ("categories: {kind: {labl: x}}", None),
        (
            "categories: {town: {n3: {zh: x, en: x, parent: w}}}",
            "line 2, column 40: the value n3 names the parent w",
        ),
        ("categories: {town: {choices_from: no.csv}}", "line 2, column 21: the file of choices no.csv"),
        (
            "purposes: {car: {retention_days: 1}}",
            "line 2, column 12: there is no purpose car; did you mean care?",
        ),
        (
            "settings: {value: {medium: 900}}",
            "line 2, column 20: medium and the limit next to it are out of order",
        ),
        (
            "settings: {value: {high: 100}}",
            "line 2, column 12: medium and the limit next to it are out of order",
        ),
        ("settings: {value: {hihg: 100}}", "line 2, column 20: there is no option hihg; did you mean high?"),
        ("sheet: {}", "line 2, column 1: there is no option sheet; did you mean sheets?"),
    ],
)
def test_what_is_wrong_is_named_where_it_was_written(folder: Path, text: str, sentence: str | None) -> None:
    if sentence is None:  # a block without any option of a category is a block of values
        assert extended(folder, text).category("kind").by_code["labl"].label.en == "x"
        return
    assert sentence_of(folder, text).startswith(f"own.yaml, {sentence}")


def test_what_is_wrong_in_the_file_below_is_named_there(folder: Path) -> None:
    write(folder, BASE.replace("type: date}", "type: daet}", 1), "base.yaml")
    assert sentence_of(folder, "settings: {}\n").startswith(
        "base.yaml, line 19, column 34: type cannot be daet"
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("none.yaml", "line 1, column 1: the file none.yaml that is to be extended is not there"),
        (
            "customer_bok",
            "line 1, column 1: there is no schema customer_bok to extend; did you mean customer_book",
        ),
        ("5", "line 1, column 1: extends must be text"),
    ],
)
def test_what_cannot_be_extended_is_named(tmp_path: Path, name: str, sentence: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load_book(write(tmp_path, f"extends: {name}\n"))
    assert caught.value.sentence("en").startswith(f"own.yaml, {sentence}")


def test_switches_and_places_need_something_below(folder: Path) -> None:
    text = BASE.replace("name: {label: [名称, Name], ", "name: {after: code, label: [名称, Name], ")
    with pytest.raises(SchemaError, match="line 15, column 14: there is no option after"):
        load_book(write(folder, text))
    with pytest.raises(SchemaError, match="line 19, column 7: since must be a block of lines"):
        load_book(write(folder, BASE.replace("since: {label: [起, Since], type: date}", "since: true")))


def test_a_projects_own_field_never_vanishes_unseen(folder: Path) -> None:
    text = fields("visit: {label: Visit, type: ref, to: events}")
    with pytest.raises(SchemaError) as caught:
        own(folder, text)
    assert caught.value.sentence("en").startswith(
        "custbook.yaml, line 7, column 7: the field visit would be missing from sheet clients"
    )
    assert "visit" in keys(own(folder, text, "full").sheet("clients"))
    assert "visit" in keys(
        own(folder, text.replace("sheets:\n", "sheets:\n  events: true\n")).sheet("clients")
    )
    with pytest.raises(SchemaError, match="the field more would be missing from sheet events"):
        own(folder, "sheets: {events: {fields: {more: {label: X, type: text}}}}\n")
    assert (
        "more"
        not in own(folder, fields("more: {label: X, type: text, preset: full}")).sheet("clients").by_key
    )


def test_limits_of_a_project_are_checked_with_those_of_its_schema(folder: Path) -> None:
    assert own(folder, "settings: {value: {high: 450}}\n").settings.value.high == 450
    with pytest.raises(
        SchemaError, match=r"custbook.yaml, line 4, column 12: medium and the limit next to it"
    ):
        own(folder, "settings: {value: {high: 300}}\n")


def test_a_sample_that_a_changed_field_refuses_is_told_where_it_was_changed(folder: Path) -> None:
    text = BASE.replace("type: text, required: true}", "type: text, required: true, example: Ann}")
    write(folder, text, "base.yaml")
    with pytest.raises(SchemaError, match=r"custbook\.yaml, line 7, column 7: the example of name breaks"):
        own(folder, fields("name: {max_length: 2}"))
    assert (
        own(folder, fields("name: {max_length: 2, example: An}")).sheet("clients").field("name").length == 2
    )
