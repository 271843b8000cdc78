"""What a schema may not say of rules between fields, and of computed categories."""

from __future__ import annotations

from pathlib import Path

import pytest

from custbook_gen.errors import SchemaError
from custbook_gen.load import load_book
from custbook_gen.schema.faults import remedy

BOOK = """\
key: small
version: 1
label: Small
sheets:
  clients:
    label: Clients
    key: id
    name: name
    fields:
      id: {label: No, type: auto, prefix: C, digits: 3}
      name: {label: Name, type: text}
      level: {label: Level, type: enum, category: level}
      total: {label: Total, type: calc, result: money, rule: customer_total}
      main: {label: Main, type: bool}
      boss: {label: Boss, type: ref, to: clients}
    constraints:
      - CONSTRAINT
categories:
  level: {label: Level, choices: [A, B]}
"""
ONE_THING = "a condition has exactly one of is and filled"
RIGHT = "{kind: needed, field: name, when: [{field: level, is: [A]}]}"


def sentence(folder: Path, text: str) -> str:
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        load_book(path)
    assert caught.value.sentence("zh") != caught.value.sentence("en")
    return caught.value.sentence("en")


def test_the_small_book_is_right(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(BOOK.replace("CONSTRAINT", RIGHT), encoding="utf-8")
    assert len(load_book(path).sheet("clients").constraints) == 1


@pytest.mark.parametrize(
    ("constraint", "told"),
    [
        (
            "{kind: needed, field: name, when: [{field: level}]}",
            ONE_THING,
        ),
        (
            "{kind: needed, field: name, when: [{field: level, is: [A], filled: true}]}",
            ONE_THING,
        ),
        (
            "{kind: needed, field: name, when: [{field: level, is: [C]}]}",
            "the field level has no value C; possible are: A, B",
        ),
        ("{kind: linked, field: name, by: level}", "the field name refers to no sheet"),
        ("{kind: target, field: name, has: {field: level, is: [A]}}", "the field name refers to no sheet"),
        ("{kind: band, field: total, band: name}", "the field name has no category"),
        ("{kind: one, field: name, per: boss}", "the field name is not of type bool"),
        ("{kind: acyclic, field: chief}", "sheet clients has no field chief"),
        ("{kind: target, field: boss, has: {field: age, filled: true}}", "sheet clients has no field age"),
    ],
)
def test_a_constraint_that_makes_no_sense_is_refused_at_its_line(
    tmp_path: Path, constraint: str, told: str
) -> None:
    said = sentence(tmp_path, BOOK.replace("CONSTRAINT", constraint))
    assert said.startswith("small.yaml, line 17, column ")
    assert told in said


@pytest.mark.parametrize(
    ("field", "of"),
    [("{label: Total, type: calc, result: enum, rule: lifecycle}", "total"),
     ("{label: Total, type: calc, result: money, category: level, rule: customer_total}", "total")],
)  # fmt: skip
def test_only_computed_choices_and_texts_have_a_category(tmp_path: Path, field: str, of: str) -> None:
    total = "{label: Total, type: calc, result: money, rule: customer_total}"
    said = sentence(tmp_path, BOOK.replace("CONSTRAINT", RIGHT).replace(total, field))
    assert said.startswith("small.yaml, line 13, column ")
    assert f"the computed field {of} needs a category if its result is enum" in said


def test_possible_names_are_parted_as_each_language_does_it() -> None:
    known = remedy("zzz", ["one", "two"])
    assert (f"{known:zh}", f"{known:en}") == ("可用的有：one、two。", "possible are: one, two.")
