"""Books written as Pydantic classes are the books that YAML files give."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, EmailStr, Field, HttpUrl, StringConstraints

from custbook_gen.errors import SchemaError
from custbook_gen.load import load_book
from custbook_gen.schema import Book, Label, Option, SheetOption

TWIN = """\
key: twin
version: 2
label: [双表, Twin]
sheets:
  members:
    label: [会员, Members]
    help: [每人一行, One row each]
    blank_rows: 50
    key: member_id
    name: full_name
    fields:
      member_id: {label: [编号, No.], type: auto, prefix: M, digits: 5}
      full_name: {label: [姓名, Full name], type: text, required: true, min_length: 2,
        max_length: 40, personal: personal}
      grade: {label: [等级, Grade], type: enum, category: grade, default: silver}
      hobbies: {label: Hobbies, type: multi, category: members_hobbies}
      email: {label: Email, type: email, required: true, one_of: contact}
      mobile: {label: [手机, Mobile], type: phone, mobile: true, one_of: contact}
      joined: {label: Joined, type: date, required: true, min: 2000-01-01, max: as_of}
      region: {label: Region, type: enum, category: region}
      town: {label: Town, type: enum, category: town, parent: region}
  visits:
    label: Visits
    key: code
    name: code
    fields:
      code: {label: Code, type: text, required: true, pattern: "^V[0-9]+$"}
      member: {label: Member, type: ref, to: members, required: true}
      at: {label: At, type: datetime, required: true}
      guests: {label: Guests, type: int, min: 0, max: 9, default: 0, help: [同行人数, People brought along]}
      paid: {label: Paid, type: money, places: 2, min: 0, required: true}
      share: {label: Share, type: dec, max: 0.5}
      page: {label: Page, type: url}
      first: {label: First, type: bool, default: false}
      total: {label: [合计, Total], type: calc, result: money, rule: line_amount, formula: "{{ this.paid }}"}
      grade: {label: Grade, type: enum, category: grade, required: true}
categories:
  grade:
    label: [等级, Grade]
    choices:
      silver: [银, Silver]
      gold: {zh: 金, en: Gold, aliases: [G]}
  members_hobbies:
    label: Hobbies
    choices: [golf, chess]
  region:
    label: Region
    choices: [n, s]
  town:
    label: Town
    parent: region
    choices:
      n1: {zh: 甲, en: A, parent: n}
"""


class Grade(Enum):
    SILVER = "silver"
    GOLD = "gold"


GRADES = {"silver": ("银", "Silver"), "gold": {"zh": "金", "en": "Gold", "aliases": ["G"]}}


class Member(BaseModel):
    """One row each."""

    __sheet__ = SheetOption(label=("会员", "Members"), help=("每人一行", "One row each"), blank_rows=50)

    member_id: Annotated[str | None, Option(label=("编号", "No."), prefix="M", digits=5)] = None
    full_name: Annotated[
        str,
        Field(min_length=2, max_length=40),
        Option(label=("姓名", "Full name"), name=True, personal="personal"),
    ]
    grade: Annotated[Grade, Option(label=("等级", "Grade"), category="grade", choices=GRADES)] = Grade.SILVER
    hobbies: list[Literal["golf", "chess"]] = []
    email: Annotated[EmailStr, Option(one_of="contact")]
    mobile: Annotated[
        str | None, Option(type="phone", label=("手机", "Mobile"), mobile=True, one_of="contact")
    ] = None
    joined: Annotated[dt.date, Field(ge=dt.date(2000, 1, 1)), Option(max="as_of")]
    region: Annotated[Literal["n", "s"] | None, Option(category="region")] = None
    town: (
        Annotated[
            Literal["n1"],
            Option(category="town", parent="region", choices={"n1": {"zh": "甲", "en": "A", "parent": "n"}}),
        ]
        | None
    ) = None


class Visit(BaseModel):
    code: Annotated[str, StringConstraints(pattern="^V[0-9]+$"), Option(key=True)]
    member: Annotated[str, Option(to=Member)]
    at: dt.datetime
    guests: Annotated[int, Field(ge=0, le=9), Option(help=("同行人数", "People brought along"))] = 0
    paid: Annotated[Decimal, Field(ge=0, decimal_places=2), Option(type="money")]
    share: Annotated[Decimal | None, Field(le=Decimal("0.5"))] = None
    page: HttpUrl | None = None
    first: bool = False
    total: Annotated[
        Decimal | None,
        Option(label=("合计", "Total"), rule="line_amount", result="money", formula="{{ this.paid }}"),
    ] = None
    grade: Annotated[Grade, Option(category="grade")]


def from_models(*models: type[BaseModel]) -> Book:
    return Book.from_models(*models, key="twin", label=Label(zh="双表", en="Twin"), version=2)


def test_classes_and_yaml_give_the_same_book(tmp_path: Path) -> None:
    path = tmp_path / "twin.yaml"
    path.write_text(TWIN, encoding="utf-8")
    assert from_models(Member, Visit) == load_book(path)


@pytest.mark.parametrize(
    ("given", "label"),
    [(("双表", "Twin"), Label(zh="双表", en="Twin")), ("Twin", Label(zh="Twin", en="Twin"))],
)
def test_a_book_of_classes_is_labelled_as_its_fields_are(given: str | tuple[str, str], label: Label) -> None:
    assert Book.from_models(Member, key="twin", label=given).label == label


def test_a_default_among_numbers_to_choose_from_is_a_code_as_they_are() -> None:
    class Item(BaseModel):
        code: Annotated[str, Option(key=True)]
        stars: Literal[1, 2, 3] = 2

    book = from_models(Item)
    assert [choice.code for choice in book.category("items_stars").choices] == ["1", "2", "3"]
    assert book.sheet("items").field("stars").default == "2"


def test_what_a_class_does_not_say_is_inferred() -> None:
    class SalesEntry(BaseModel):
        """A line of an order.

        With more to say about it.
        """

        entry_id: Annotated[str | None, Option(prefix="S", digits=4)] = None
        list_price: Annotated[Decimal, Field(title="Price", description="Before discount")]
        name: str

    (entry,) = from_models(SalesEntry).sheets
    assert (entry.key, entry.label.en, entry.key_field, entry.name_field) == (
        "sales_entries",
        "Sales entries",
        "entry_id",
        "name",
    )
    assert entry.help == Label(zh="A line of an order.", en="A line of an order.")
    price = entry.field("list_price")
    assert (price.label.en, price.help, price.required) == (
        "Price",
        Label(zh="Before discount", en="Before discount"),
        True,
    )


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Customer", "customers"),
        ("Day", "days"),
        ("Box", "boxes"),
        ("Branch", "branches"),
        ("Reply", "replies"),
    ],
)
def test_a_sheet_is_called_by_the_plural_of_its_class(name: str, key: str) -> None:
    model = type(name, (Visit,), {"__module__": __name__})
    assert from_models(Member, model).sheets[1].key == key


def test_a_computed_field_takes_its_result_from_its_type() -> None:
    class Item(BaseModel):
        code: Annotated[str, Option(key=True)]
        count: Annotated[int | None, Option(rule="counted")] = None

    computed = from_models(Item).sheet("items").field("count")
    assert (computed.type, computed.result, computed.required) == ("calc", "int", False)


def test_a_type_that_no_field_has_is_refused() -> None:
    class Item(BaseModel):
        code: Annotated[str, Option(key=True)]
        weight: float

    with pytest.raises(SchemaError, match=r"Item.weight: no field type stands for float"):
        from_models(Item)


def test_a_union_or_a_list_of_texts_is_refused() -> None:
    class Item(BaseModel):
        code: Annotated[str, Option(key=True)]
        weight: int | str

    class Other(BaseModel):
        code: Annotated[str, Option(key=True)]
        tags: list[str]

    with pytest.raises(SchemaError, match=r"Item.weight: no field type stands for"):
        from_models(Item)
    with pytest.raises(SchemaError, match=r"Other.tags: no field type stands for"):
        from_models(Other)


def test_a_constraint_that_no_sheet_can_hold_is_refused() -> None:
    class Item(BaseModel):
        code: Annotated[str, Option(key=True)]
        weight: Annotated[Decimal, Field(gt=0)]

    with pytest.raises(SchemaError, match=r"Item.weight: a sheet cannot express gt"):
        from_models(Item)


def test_a_class_without_a_key_is_refused() -> None:
    class Item(BaseModel):
        code: str

    with pytest.raises(SchemaError, match="The class Item has no key"):
        from_models(Item)


def test_a_category_with_two_sets_of_values_is_refused() -> None:
    class Item(BaseModel):
        code: Annotated[str, Option(key=True)]
        size: Annotated[Literal["s", "m"], Option(category="size")]
        other: Annotated[Literal["s", "l"], Option(category="size")]

    with pytest.raises(SchemaError, match=r"Item.other: category size has other values elsewhere") as caught:
        from_models(Item)
    assert "分类 size" in caught.value.sentence("zh")
