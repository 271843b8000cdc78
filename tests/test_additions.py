"""Pydantic classes that add to a book give what a few lines of YAML give."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from custbook_gen.errors import SchemaError
from custbook_gen.load import load_book
from custbook_gen.schema import Book, Option, SheetOption
from custbook_gen.schema.constraints import Needed, When
from custbook_gen.schema.placing import placed

LINES = """\
extends: customer_book
sheets:
  customers:
    fields:
      birthday: {label: [生日, Birthday], type: date, max: as_of, after: name}
      shoe: {label: [鞋码, Shoe size], type: int, min: 20, max: 50, before: birthday}
      mood: {label: [心情, Mood], type: enum, category: mood}
      second_level: {label: [另一等级, Second level], type: enum, category: customer_level}
    constraints:
      - {kind: needed, field: shoe, when: [{field: birthday, filled: true}]}
  pets:
    label: [宠物, Pets]
    preset: standard
    key: pet_id
    name: name
    fields:
      pet_id: {label: [编号, No.], type: auto, prefix: T, digits: 4}
      name: {label: [名字, Name], type: text, required: true}
      customer_id: {label: [主人, Owner], type: ref, to: customers, required: true}
categories:
  mood: {label: [心情, Mood], choices: {good: [好, Good], bad: [坏, Bad]}}
"""


class Customer(BaseModel):
    """What we know besides."""

    __sheet__ = SheetOption(
        constraints=(Needed(kind="needed", field="shoe", when=(When(field="birthday", filled=True),)),)
    )

    birthday: Annotated[dt.date | None, Option(label=("生日", "Birthday"), max="as_of", after="name")] = None
    shoe: Annotated[
        int | None, Field(ge=20, le=50), Option(label=("鞋码", "Shoe size"), before="birthday")
    ] = None
    mood: Annotated[
        Literal["good", "bad"] | None,
        Option(
            label=("心情", "Mood"), category="mood", choices={"good": ("好", "Good"), "bad": ("坏", "Bad")}
        ),
    ] = None
    second_level: Annotated[
        str | None, Option(label=("另一等级", "Second level"), category="customer_level")
    ] = None


class Pet(BaseModel):
    __sheet__ = SheetOption(label=("宠物", "Pets"), preset="standard")

    pet_id: Annotated[str | None, Option(label=("编号", "No."), prefix="T", digits=4)] = None
    name: Annotated[str, Option(label=("名字", "Name"))]
    customer_id: Annotated[str, Option(label=("主人", "Owner"), to=Customer)]


@pytest.fixture(scope="module")
def book() -> Book:
    return load_book("customer_book")


def test_classes_add_what_lines_of_yaml_add(book: Book, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(LINES, encoding="utf-8")
    assert book.extended(Customer, Pet) == load_book(path)


def test_a_book_extended_by_nothing_is_itself(book: Book) -> None:
    assert book.extended() == book


def test_an_attribute_takes_the_place_of_a_field_with_its_key(book: Book) -> None:
    class Product(BaseModel):
        __sheet__ = SheetOption(label=("货品", "Goods"), blank_rows=7)

        list_price: Annotated[Decimal, Field(ge=1), Option(type="money", label=("价", "Price"))]

    goods, products = book.extended(Product).sheet("products"), book.sheet("products")
    assert (goods.label.en, goods.help, goods.blank_rows) == ("Goods", products.help, 7)
    assert [field.key for field in goods.fields] == [field.key for field in products.fields]
    assert (goods.field("list_price").min, goods.field("list_price").help) == (1, None)


def test_an_added_field_may_become_the_name(book: Book) -> None:
    class Sale(BaseModel):
        __sheet__ = SheetOption(key="sales")

        title: Annotated[str | None, Option(name=True, before="order_no")] = None

    assert book.extended(Sale).sheet("sales").name_field == "title"


def test_values_of_a_category_that_is_there_must_agree_with_it(book: Book) -> None:
    class Customer(BaseModel):
        other_kind: Annotated[Literal["x"] | None, Option(category="customer_level")] = None

    with pytest.raises(SchemaError, match="category customer_level has other values elsewhere"):
        book.extended(Customer)


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (Option(after="name", before="name"), "Customer.more: after and before exclude each other"),
        (Option(after="nmae"), "Customer.more: sheet customers has no other field nmae to go beside"),
        (Option(after="more"), "Customer.more: sheet customers has no other field more to go beside"),
    ],
)
def test_a_place_that_is_none_is_refused(book: Book, option: Option, sentence: str) -> None:
    class Customer(BaseModel):
        more: Annotated[str | None, option] = None

    with pytest.raises(SchemaError, match=sentence):
        book.extended(Customer)


def test_parts_that_do_not_fit_the_book_are_refused(book: Book) -> None:
    class Customer(BaseModel):
        pet: Annotated[str | None, Option(to="pets")] = None

    with pytest.raises(ValidationError, match="there is no sheet pets"):
        book.extended(Customer)


NAMES = st.sampled_from("abcdef")


@given(moves=st.dictionaries(NAMES, st.tuples(st.sampled_from(("after", "before")), NAMES)))
def test_placing_keeps_every_name_and_puts_a_single_one_right_there(
    moves: dict[str, tuple[Literal["after", "before"], str]],
) -> None:
    assert sorted(placed("abcdef", moves)) == list("abcdef")
    for name, (side, beside) in moves.items():
        order = placed("abcdef", {name: (side, beside)})
        if name != beside:
            assert order.index(name) - order.index(beside) == (1 if side == "after" else -1)
