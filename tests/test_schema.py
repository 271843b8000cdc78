"""The schema's own models: what a book that exists can be relied on for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from custbook_gen.load import load_book
from custbook_gen.load.sense import OURS
from custbook_gen.schema import Book, Category, Choice, Field, Label, Sheet, record_model, resolve_date

WORDS = {"zh": "字", "en": "Word"}
AS_OF = dt.date(2025, 3, 1)


def field(key: str, **options: object) -> dict[str, object]:
    return {"key": key, "label": WORDS, "type": "text", **options}


def sheet(*fields: Mapping[str, object], **options: object) -> dict[str, object]:
    own = field("code", type="auto", prefix="K", digits=3)
    rest: dict[str, object] = {"key": "things", "label": WORDS, "key_field": "code", "name_field": "code"}
    return {**rest, "fields": [own, *fields], **options}


def code_of(caught: pytest.ExceptionInfo[ValidationError]) -> str:
    return caught.value.errors()[0]["type"]


def test_a_book_goes_through_json_unchanged() -> None:
    book = load_book("customer_book")
    assert Book.model_validate_json(book.model_dump_json()) == book


@given(
    bound=st.decimals(-(10**9), 10**9, places=4) | st.integers(-(10**9), 10**9),
    kind=st.sampled_from(["int", "dec", "money", "pct"]),
)
def test_numbers_of_a_field_go_through_json_unchanged(bound: Decimal | int, kind: str) -> None:
    one = Field.model_validate(field("f", type=kind, min=bound, default=bound))
    again = Field.model_validate_json(one.model_dump_json())
    assert again == one
    assert isinstance(again.min, int | Decimal)
    assert isinstance(again.default, int | Decimal)


@given(text=st.text(min_size=1) | st.from_regex(r"\A[0-9]{1,6}(\.[0-9]+)?\Z"))
def test_a_default_text_stays_text_even_if_it_looks_like_a_number(text: str) -> None:
    one = Field.model_validate(field("f", default=text))
    assert Field.model_validate_json(one.model_dump_json()).default == text


def test_models_cannot_be_changed_and_accept_nothing_unknown() -> None:
    label = Label(zh="字", en="Word")
    with pytest.raises(ValidationError):
        label.zh = "别"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Label.model_validate({**WORDS, "fr": "Mot"})


def test_a_label_is_said_in_one_language_or_both() -> None:
    label = Label(zh="字", en="Word")
    assert (label.text("zh"), label.text("en"), label.text("zh+en")) == ("字", "Word", "字\nWord")
    assert label.line("zh+en") == "字 Word"
    assert Label(zh="QQ", en="QQ").text("zh+en") == "QQ"


def test_a_choice_answers_to_labels_code_and_aliases() -> None:
    one = Choice(code="new", label=Label(zh="新", en="New"), aliases=("fresh",))
    assert one.names() == ("新", "New", "新 New", "new", "fresh")


@given(days=st.integers(-10_000, 10_000))
def test_a_bound_counts_days_from_the_evaluation_date(days: int) -> None:
    assert resolve_date(f"as_of{days:+d}", AS_OF) == AS_OF + dt.timedelta(days=days)
    assert resolve_date("as_of", AS_OF) == AS_OF
    assert resolve_date("1990-01-01", AS_OF) == dt.date(1990, 1, 1)


def test_a_bound_is_never_beyond_the_days_there_are() -> None:
    assert resolve_date("as_of+1", dt.date.max) == resolve_date("as_of+9999999999", AS_OF) == dt.date.max
    assert resolve_date("as_of-1", dt.date.min) == resolve_date("as_of-9999999999", AS_OF) == dt.date.min


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"min": 0}, "option-type"),
        ({"type": "enum"}, "option-needed"),
        ({"type": "ref"}, "option-needed"),
        ({"type": "calc", "result": "int"}, "option-needed"),
        ({"required": True, "recommended": True}, "required-recommended"),
        ({"type": "date", "min": 3}, "bound-type"),
        ({"type": "date", "max": "as_of+"}, "bound-type"),
        ({"type": "int", "min": "1990-01-01"}, "bound-type"),
        ({"type": "int", "min": 2, "max": 1}, "bounds-crossed"),
        ({"type": "date", "min": "as_of+2", "max": "as_of"}, "bounds-crossed"),
        ({"type": "bool", "default": 1}, "default-type"),
        ({"type": "int", "default": True}, "default-type"),
        ({"type": "date", "default": "soon"}, "default-type"),
        ({"type": "auto", "prefix": "K", "digits": 3, "default": "K001"}, "default-type"),
        ({"type": "int", "min": Decimal("1E+999999999")}, "bound-type"),
        ({"type": "dec", "max": Decimal("1E-999999999")}, "bound-type"),
        ({"type": "money", "default": Decimal("0E+999999999")}, "default-type"),
        ({"type": "dec", "places": 16}, "number-range"),
        ({"type": "auto", "prefix": "K", "digits": 10**10}, "number-range"),
        ({"type": "auto", "prefix": "K" * 21, "digits": 3}, "string_too_long"),
        ({"max_length": 10**30}, "number-range"),
        ({"pattern": "("}, "pattern-form"),
        ({"pattern": "(" * 5_000}, "pattern-form"),
        ({"pattern": "a{99999999999999999999}"}, "pattern-form"),
        ({"pattern": "(?=a)a"}, "pattern-form"),
        ({"pattern": r"(a)\1"}, "pattern-form"),
        ({"pattern": "[ab]*a[ab]{5000}"}, "pattern-large"),
        ({"pattern": "[ab]*a[ab]{500}", "max_length": 32_767}, "pattern-large"),
        ({"pattern": "(?x)[ab]*a[ab]{5000}#"}, "pattern-large"),
    ],
)
def test_options_that_do_not_fit_a_field_are_refused(options: dict[str, object], code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Field.model_validate(field("f", **options))
    assert code_of(caught) == code


@pytest.mark.parametrize(("least", "most"), [("2020-01-01", "as_of"), ("as_of-30", "1990-01-01")])
def test_a_day_and_one_that_moves_may_be_bounds_of_the_same_field(least: str, most: str) -> None:
    assert Field.model_validate(field("f", type="date", min=least, max=most)).max == most


@pytest.mark.parametrize("figure", ["1E+999999999", "1E-999999999", "0E+999999999", "-1E+16"])
def test_a_figure_that_no_cell_can_hold_is_refused(figure: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Choice(code="new", label=Label(zh="新", en="New"), figure=Decimal(figure))
    assert code_of(caught) == "cell-number"
    assert "at most 15 digits" in str(caught.value)


@pytest.mark.parametrize("prefix", ["(", "A+", "[K", " ", "号-"])
def test_the_prefix_of_numbers_means_itself(prefix: str) -> None:
    fields = [field("id", type="auto", prefix=prefix, digits=3), field("name", required=True)]
    raw = sheet(*fields, key_field="id", name_field="name")
    one = Book.model_validate({"key": "small", "version": 1, "label": WORDS, "sheets": [raw]})
    model = record_model(one, one.sheets[0])
    assert model.model_validate({"id": f"{prefix}001", "name": "x"})
    with pytest.raises(ValidationError):
        model.model_validate({"id": "B001", "name": "x"})


def test_zero_and_false_are_options_like_any_other() -> None:
    assert Field.model_validate(field("f", type="int", min=0, default=0)).default == 0
    assert Field.model_validate(field("f", type="bool", default=False)).default is False


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (sheet(field("code")), "defined-twice"),
        (sheet(key_field="none"), "field-unknown"),
        (sheet(field("name"), key_field="name"), "key-field"),
        (sheet(field("below", parent="none", type="enum", category="c")), "field-unknown"),
        (
            sheet(
                field("below", parent="above", type="enum", category="c"),
                field("above", type="enum", category="c"),
            ),
            "parent-before",
        ),
    ],
)
def test_fields_that_do_not_fit_together_are_refused(raw: dict[str, object], code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Sheet.model_validate(raw)
    assert code_of(caught) == code


@pytest.mark.parametrize(
    ("options", "right", "wrong"),
    [
        ({"pattern": "^[0-9]{3}$"}, "012", "0123"),
        ({"type": "auto", "prefix": "C+", "digits": 2}, "C+01", "CC01"),
        ({"type": "auto", "prefix": "(", "digits": 2}, "(01", "01"),
    ],
)
def test_a_record_holds_what_its_pattern_and_prefix_say(
    options: dict[str, object], right: str, wrong: str
) -> None:
    raw = {"key": "b", "version": 1, "label": WORDS, "sheets": [sheet(field("f", **options))]}
    book = Book.model_validate(raw)
    model = record_model(book, book.sheet("things"))
    assert model.model_validate({"f": right}).model_dump()["f"] == right
    with pytest.raises(ValidationError, match="string_pattern_mismatch"):
        model.model_validate({"f": wrong})


KEYS = sorted(name for name in dir(BaseModel) if name[0] != "_" and name not in OURS)


def test_a_field_may_be_called_like_a_method() -> None:
    assert {"json", "copy", "schema", "dict", "model_dump", "model_validate"} <= set(KEYS)
    fields = [field(key) for key in (*KEYS, "model_x", "register")]
    raw = {"key": "b", "version": 1, "label": WORDS, "sheets": [sheet(*fields)]}
    book = Book.model_validate(raw)
    model = record_model(book, book.sheet("things"))  # a warning would be an error
    made = model.model_validate({key: key for key in KEYS})
    assert {key: getattr(made, key) for key in KEYS} == {key: key for key in KEYS}
    assert set(KEYS) < set(model.model_json_schema()["properties"])


def test_a_required_text_may_be_the_key() -> None:
    raw = sheet(field("name", required=True), key_field="name")
    assert Sheet.model_validate(raw).field("name").required


def test_names_may_repeat_under_different_parents_only() -> None:
    label = Label(zh="东区", en="East")
    one, other = (Choice(code=code, label=label, parent=code[0]) for code in ("a1", "b1"))
    assert Category(key="area", label=label, parent="town", choices=(one, other)).by_code["b1"] is other
    with pytest.raises(ValidationError) as caught:
        Category(
            key="area", label=label, parent="town", choices=(one, other.model_copy(update={"parent": "a"}))
        )
    assert code_of(caught) == "name-twice"


@pytest.mark.parametrize(
    ("labels", "parent", "code"),
    [("甲", "town", "multi-parent"), ("甲；乙", None, "multi-label"), ("a;b", None, "multi-label")],
)
def test_several_values_in_a_cell_can_be_told_apart(labels: str, parent: str | None, code: str) -> None:
    choice = {"code": "x", "label": {"zh": labels, "en": labels}, "parent": "t" if parent else None}
    town = {"code": "t", "label": WORDS}
    raw = {
        "key": "b",
        "version": 1,
        "label": WORDS,
        "sheets": [sheet(field("f", type="multi", category="area"))],
        "categories": [
            {"key": "town", "label": WORDS, "choices": [town]},
            {"key": "area", "label": WORDS, "parent": parent, "choices": [choice]},
        ],
    }
    with pytest.raises(ValidationError) as caught:
        Book.model_validate(raw)
    assert code_of(caught) == code


def test_an_error_tells_the_way_to_the_part_that_is_wrong() -> None:
    raw = {"key": "b", "version": 1, "label": WORDS, "sheets": [sheet(field("f", type="ref", to="none"))]}
    with pytest.raises(ValidationError) as caught:
        Book.model_validate(raw)
    assert caught.value.errors()[0]["ctx"]["path"] == ("sheets", 0, "fields", 1, "to")


def test_what_a_field_is_follows_from_its_type() -> None:
    total = Field.model_validate(field("f", type="calc", result="money", rule="r"))
    assert (total.kind, total.stored, total.entered, total.decimals) == ("money", False, False, 2)
    number = Field.model_validate(field("f", type="auto", prefix="K", digits=3))
    assert (number.kind, number.stored, number.entered, number.length) == ("auto", True, False, 20)
    price = Field.model_validate(field("f", type="money", places=4))
    assert (price.decimals, price.length, price.entered) == (4, None, True)


def test_a_cascading_field_knows_what_it_hangs_from() -> None:
    customers = load_book("customer_book").sheet("customers")
    above = customers.ancestors(customers.field("district"))
    assert [one.key for one in above] == ["province", "city"]
    assert customers.ancestors(customers.field("province")) == ()
    computed = {one.key for one in customers.fields} - {one.key for one in customers.stored_fields}
    assert computed == {one.key for one in customers.fields if one.type == "calc"}
    assert "total_amount" in computed
