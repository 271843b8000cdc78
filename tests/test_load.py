"""Schema files: what they load to, and the sentence when they are wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from custbook_gen.errors import SchemaError
from custbook_gen.load import (
    load_book,
)
from tests.load_books import SMALL, sentence_of, write

# ---------------------------------------------------------------- what is loaded


def test_a_small_schema_loads_with_every_short_form(tmp_path: Path) -> None:
    book = load_book(write(tmp_path, SMALL))
    fields = book.sheet("clients")
    assert [choice.code for choice in book.category("region").choices] == ["North", "s"]
    assert book.category("kind").by_code["lost"].label.zh == "Lost"
    assert (fields.key_field, fields.name_field) == ("code", "name")
    assert fields.field("since").min == "1990-01-01"
    assert fields.field("rate").max == Decimal("0.5")


def test_a_byte_order_mark_and_an_absolute_or_text_path_do_no_harm(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeff" + SMALL)
    assert load_book(str(path)) == load_book(path)


def test_words_that_other_yaml_versions_read_as_truth_stay_text(tmp_path: Path) -> None:
    book = load_book(write(tmp_path, SMALL.replace("lost: Lost", "no: no")))
    assert book.category("kind").by_code["no"].label.en == "no"


def test_anchors_may_be_used(tmp_path: Path) -> None:
    text = SMALL.replace("label: [区, Region], type", "label: &r [区, Region], type", 1)
    text = text.replace("label: [区, Region]\n", "label: *r\n")
    assert load_book(write(tmp_path, text)).category("region").label.zh == "区"


def test_what_a_phone_number_looks_like_depends_on_the_country(tmp_path: Path) -> None:
    text = SMALL.replace("type: date, min", "type: phone, example: '13800138000'} # min")
    for region in ("CN", "US"):
        load_book(write(tmp_path, f"settings: {{phone_region: {region}}}\n{text}"))


def test_an_example_of_a_day_holds_at_any_evaluation_date(tmp_path: Path) -> None:
    text = SMALL.replace("max: as_of}", "max: as_of, example: '2025-01-15'}")
    load_book(write(tmp_path, f"settings: {{as_of: 1998-05-31}}\n{text}"))
    early = write(tmp_path, text.replace("2025-01-15", "1989-12-31"))
    assert "“1989-12-31” in “起 Since” is below the limit 1990-01-01" in sentence_of(early)


# ---------------------------------------------------------------- what is wrong, and where

WRONG = [
    (
        "  clients:\n    label:",
        "  clients:\n    lable:",
        "line 6, column 5: there is no option lable; did you mean label?",
    ),
    ("type: date", "type: daet", "line 13, column 34: type cannot be daet; did you mean date?"),
    ("label: [名称, Name], ", "", "line 11, column 7: label is missing; add it."),
    ("max: as_of", "max: [1]", "max must be a single number or text"),
    ("type: date", "type: []", "line 13, column 34: type cannot be []; possible are: text,"),
    ("to: clients", "to: client", "line 17, column 44: there is no sheet client; did you mean clients?"),
    ("category: kind,", "category: knd,", "line 12, column 45: there is no category knd; did you mean kind?"),
    ("parent: region}", "parent: regoin}", "sheet clients has no field regoin; did you mean region?"),
    ("parent: region}", "parent: kind}", "the parent field of town must be of category region, not kind"),
    ("    parent: region\n", "    parent: reigon\n", "there is no category reigon; did you mean region?"),
    ("parent: North}", "parent: Nord}", "line 32, column 26: the value n1 names the parent Nord"),
    (
        ", parent: North}",
        "}",
        "line 32, column 7: the value n1 and its category town must both have a parent",
    ),
    ("default: new", "default: nwe", "the default nwe is no code of category kind; did you mean new?"),
    ("default: new", "default: 1", "a field of type enum cannot have the default 1"),
    ("key: code", "key: kode", "line 7, column 5: sheet clients has no field kode; did you mean code?"),
    ("name: name", "name: nmae", "line 8, column 5: sheet clients has no field nmae; did you mean name?"),
    ("key: code", "key: town", "the key town of sheet clients must be of type auto, or a required text"),
    ("    key: code\n", "", "line 5, column 3: key is missing; add it."),
    ("prefix: K, ", "", "line 10, column 7: a field of type auto needs prefix; add it."),
    ("type: date", "type: date, prefix: X", "prefix does not go with a field of type date"),
    ("type: text, required: true", "type: text, min: 0", "min does not go with a field of type text"),
    ("required: true", "required: maybe", "required must be true or false"),
    ("required: true", "required: true, recommended: true", "required and recommended exclude each other"),
    ("required: true", "max_length: lots", "max_length must be a whole number"),
    ("required: true", "width: lots", "width must be a number"),
    ("required: true", "pattern: '['", "the pattern [ is no regular expression"),
    (
        "required: true",
        "pattern: '[ab]{5000}'",
        "the pattern [ab]{5000} is too large, spelled out, for texts of up to 200",
    ),
    ("required: true", "default: true", "a field of type text cannot have the default True"),
    ("required: true", "min_length: 9, max_length: 3", "min_length is larger than max_length"),
    ("max: 0.5", "max: -1", "min is larger than max"),
    ("max: as_of", "max: tomorrow", "a field of type date cannot have the bound tomorrow"),
    ("min: 0,", "min: 1990-01-01,", "a field of type pct cannot have the bound 1990-01-01"),
    ("example: Ann", "example: 12", "example must be text; put numbers and the like in quotes."),
    ("label: [率, Rate]", "label: [率]", "label must be given in Chinese and English"),
    ("{zh: 客户, en: Clients}", "{zh: 客户}", "line 6, column 5: en is missing; add it."),
    ("  clients:\n", "  Clients:\n", "line 5, column 3: Clients cannot be a key"),
    ("      rate: {", "      name: {", "line 14, column 7: name is written twice; remove one of the two."),
    ("version: 1", "version: one", "line 2, column 1: version must be a whole number"),
    (
        "version: 1",
        "version: 1\nsettings: {currency: yuan}",
        "currency cannot be yuan; it must match ^[A-Z]{3}$.",
    ),
    ("version: 1", "version: 1\nsettings: {as_of: soon}", "as_of must be a date such as 2025-01-31"),
    (
        "version: 1",
        "version: 1\nsettings: {as_of: 0001-01-01}",
        "line 3, column 12: the evaluation date must be from 1900-03-01 to 2999-12-31",
    ),
    ("version: 1", "version: 1\nsettings: 5", "settings must be a block of lines"),
    ("version: 1", "version: 1\nsheet: {}", "there is no option sheet; did you mean sheets?"),
    ("  clients:\n", "  clients: &me\n", "this part refers to itself"),
    ("aliases: [fresh]", "aliases: fresh", "aliases must be a list of values in square brackets"),
    ("aliases: [fresh]", "aliases: [old]", "the values old and new are both called Old"),
    ("choices: [North,", "choices: [s,", "s is defined twice"),
    ("choices: [North,", "choices: North # [", "choices must be a list of values"),
    (
        "    choices: [North,",
        "    choices_from: x.csv\n    choices: [North,",
        "choices and choices_from exclude each other",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        "type: calc, result: money, rule: line_amuont",
        "line 14, column 59: there is no rule line_amuont; did you mean line_amount?",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        "type: calc, result: int, rule: line_amount",
        "line 14, column 57: the rule line_amount gives money; make that the result of rate.",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        "type: calc, result: enum, category: kind, rule: lifecycle",
        "the rule lifecycle can give prospect, active, sleeping, which category kind does not have",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        'type: calc, result: money, rule: line_amount, formula: "{{ this.knd }}"',
        "line 14, column 78: the formula template is wrong ('knd' is no field of clients)",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        'type: calc, result: money, rule: line_amount, formula: "{{ thus.kind }}"',
        "the formula template is wrong ('thus' is undefined)",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        'type: calc, result: money, rule: line_amount, formula: "{{ this.kind"',
        "the formula template is wrong (unexpected end of template",
    ),
    ("[名称, Name]", "['', '']", "line 11, column 14: the label of name is blank; give it in Chinese"),
    ("[名称, Name]", "''", "line 11, column 14: the label of name is blank"),
    ("[名称, Name]", "[名称, ' ']", "line 11, column 14: the label of name is blank"),
    ("en: Clients}", "en: ''}", "line 6, column 5: the label of clients is blank"),
    ("[小簿, Small book]", "['', Small book]", "line 3, column 1: the label of small is blank"),
    ("[旧, Old]", "['\u3000', Old]", "line 23, column 7: the label of old is blank"),
    ("lost: Lost", "lost: ''", "line 24, column 7: the label of lost is blank"),
    ("  kind:\n    label: [种类, Kind]", "  kind:\n    label: [种类, '']", "the label of kind is blank"),
    ("type: date", "help: '', type: date", "the help of since is blank"),
    ("aliases: [fresh]", "aliases: [' ']", "line 22, column 7: new has a blank code or alias"),
    ("[North, {code", "[North, '', {code", "the label of region is blank"),
    (
        "version: 1",
        "version: 1\npurposes: {care: {label: ['', ''], retention_days: 9}}",
        "the label of care is blank",
    ),
    (
        "type: date, min",
        "type: date, default: 1980-01-01, min",
        "the default of since breaks the field's own rules",
    ),
    ("max: as_of", "max: as_of, default: as_of+1", "“as_of+1” in “起 Since” is above the limit as_of"),
    (
        "max: 0.5",
        "max: 0.5, default: 0.6",
        "the default of rate breaks the field's own rules",
    ),
    (
        "max: 0.5",
        "max: 0.5, example: 60%",
        "the example of rate breaks the field's own rules",
    ),
    ("max: 0.5", "max: 0.5, example: half", "the example of rate breaks"),
    (
        "type: pct, min: 0, max: 0.5",
        "type: int, default: 2.5",
        "“率 Rate” must be a whole number, not “2.5”.",
    ),
    (
        "type: pct, min: 0, max: 0.5",
        "type: int, min: 5, default: 2",
        "“2” in “率 Rate” is below the limit 5.",
    ),
    (
        "example: Ann",
        "pattern: '^[A-Z]+$', default: abc",
        "“abc” in “名称 Name” does not have the right form",
    ),
    ("example: Ann", "max_length: 2, example: Ann", "“名称 Name” is too long: 3 characters"),
    ("example: Ann", "min_length: 4, example: Ann", "“名称 Name” is too short: 3 of at least 4"),
    ("default: new}", "example: Newer}", "the example of kind breaks the field's own rules"),
    ("type: date,", "type: date, example: soon,", "the example of since breaks the field's own rules"),
    ("max: 0.5", "places: 20", "places must be from 0 to 10, not 20"),
    ("max: 0.5", "places: -1", "places must be from 0 to 10, not -1"),
    ("digits: 3", "digits: 0", "digits must be from 1 to 15, not 0"),
    ("required: true", "min_length: -1", "min_length must be from 0 to 32767, not -1"),
    ("required: true", "max_length: 0", "max_length must be from 1 to 32767, not 0"),
    ("required: true", "width: 300", "width must be from 1 to 255, not 300"),
    (
        "key: code",
        "blank_rows: -5\n    key: code",
        "line 7, column 5: blank_rows must be from 0 to 1048576, not -5",
    ),
    ("  since:", "  model_config:", "line 13, column 7: no field can have the key model_config"),
    ("key: small", "key: [small", "this is not correct YAML"),
    ("key: small", "key: \x07small", "this is not correct YAML"),
    ("key: small", "key: !!int small", "this is not correct YAML ('small' is no int)"),
    ("key: small", "key: !!bool small", "this is not correct YAML ('small' is no bool)"),
    ("key: small", "? [a]\n: small", "this is not correct YAML (a name must be plain text)"),
]


@pytest.mark.parametrize(("before", "after", "sentence"), WRONG, ids=[case[2] for case in WRONG])
def test_what_is_wrong_in_a_schema_is_named_with_line_and_remedy(
    tmp_path: Path, before: str, after: str, sentence: str
) -> None:
    assert SMALL.count(before) >= 1
    text = SMALL.replace(before, after, 1)
    if "&me" in after:
        text = text.replace("{zh: 客户, en: Clients}", "*me")
    found = sentence_of(write(tmp_path, text))
    assert found.startswith("small.yaml, line ")
    assert sentence in found


def test_further_mistakes_are_counted(tmp_path: Path) -> None:
    text = (
        SMALL.replace("type: date", "type: daet")
        .replace("type: pct", "type: cpt")
        .replace("to: clients", "to: 5")
    )
    assert sentence_of(write(tmp_path, text)).endswith("did you mean date? (and 2 more)")


def test_a_sentence_is_given_in_chinese_too(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        load_book(
            write(tmp_path, SMALL.replace("type: date", "type: daet").replace("type: pct", "type: cpt"))
        )
    assert (
        caught.value.sentence("zh")
        == "small.yaml 第 13 行第 34 列：type 不能是 daet；是否想写 date？（另有 1 处）"
    )


def test_an_empty_schema_lacks_its_parts(tmp_path: Path) -> None:
    assert sentence_of(write(tmp_path, "")).startswith("small.yaml, line 1, column 1: key is missing")


@pytest.mark.parametrize("levels", [101, 400])
def test_a_file_that_goes_very_deep_is_refused(tmp_path: Path, levels: int) -> None:
    path = write(tmp_path, f"label: {'[' * levels}{']' * levels}\n")
    assert "brackets or indentation go more than 100 levels deep here; check them" in sentence_of(path)


def test_anchors_that_multiply_without_end_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 12)]
    path = write(tmp_path, "\n".join(lines))
    assert "with what its anchors repeat, this file has more than" in sentence_of(path)


def test_a_schema_without_sheets_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "key: a\nversion: 1\nlabel: A\nsheets: {}\n")
    assert sentence_of(path).startswith("small.yaml, line 4, column 1: there is no sheet under sheets;")


def test_a_schema_that_is_no_block_is_refused(tmp_path: Path) -> None:
    assert "must be a block of lines" in sentence_of(write(tmp_path, "- a\n- b\n"))


def test_a_missing_unreadable_or_foreign_schema_file_is_named(tmp_path: Path) -> None:
    assert "“none.yaml” is not there" in sentence_of(tmp_path / "none.yaml")
    assert "cannot be read" in sentence_of(tmp_path)
    gbk = tmp_path / "gbk.yaml"
    gbk.write_bytes("label: 客户".encode("gb18030"))
    assert "“gbk.yaml” is not in UTF-8 (from byte 7 on)" in sentence_of(gbk)


def test_an_unknown_bundled_schema_is_answered_with_the_nearest() -> None:
    with pytest.raises(SchemaError, match="no schema named “customer_bok”; did you mean customer_book"):
        load_book("customer_bok")
