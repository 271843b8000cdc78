"""Schemas over schemas: what is wrong in them, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from custbook_gen.errors import SchemaError
from custbook_gen.load import load_book
from tests.extended_books import BASE, TOWNS, extended, fields, keys, own, sentence_of, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, BASE, "base.yaml")
    write(tmp_path, TOWNS, "towns.csv")
    return tmp_path


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
